from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from eks_ingress.plan.flags import ControllerFlags
from eks_ingress.plan.model import LoadBalancer
from tests.plan.objects import FLAGS, balancer, ingress, of_class, plan, service, together

DEFAULT = replace(FLAGS, default_tags={"team": "platform", "cost": "1"})
LOW = replace(DEFAULT, gates={"EnableDefaultTagsLowPriority": True})
TEAM = {"tags": "team=shop"}


def tags(found: LoadBalancer) -> dict[str, Any]:
    """The tags of all that is made of a load balancer with one listener of one rule."""
    (listener,) = found.listeners
    (rule,) = listener.rules
    (group,) = found.target_groups
    assert found.managed_security_group is not None
    return {
        "load balancer": dict(found.tags),
        "security group": dict(found.managed_security_group.tags),
        "listener": dict(listener.tags),
        "rule": dict(rule.tags),
        "target group": dict(group.tags),
    }


def test_all_that_is_made_has_the_tags_of_its_ingress() -> None:
    assert list(tags(balancer(ingress("/", said=TEAM))).values()) == [{"team": "shop"}] * 5


@pytest.mark.parametrize(("flags", "team"), [(DEFAULT, "platform"), (LOW, "shop")])
def test_the_tags_of_the_controller_go_before_those_of_an_ingress_unless_they_are_to_come_last(
    flags: ControllerFlags, team: str
) -> None:
    found = balancer(ingress("/", said=TEAM), service(), flags=flags)
    assert list(tags(found).values()) == [{"team": team, "cost": "1"}] * 5


def test_the_tags_of_a_class_go_before_those_of_an_ingress_and_of_a_service() -> None:
    spec = {"tags": [{"key": "team", "value": "class"}]}
    made = ingress("/", class_name="public", said={"tags": "team=shop,stage=beta"})
    found = tags(balancer(*of_class(spec), made, service(said={"tags": "team=web,cost=1"})))
    assert found == {
        "load balancer": {"team": "class", "stage": "beta"},
        "security group": {"team": "class", "stage": "beta"},
        "listener": {"team": "class", "stage": "beta"},
        "rule": {"team": "class", "stage": "beta"},
        "target group": {"team": "class", "stage": "beta", "cost": "1"},
    }


def test_what_is_shared_has_the_tags_of_all_members_and_a_rule_those_of_its_own() -> None:
    found = balancer(*together({"tags": "a=1,b=2"}, {"tags": "b=2,c=3", "listen-ports": [{"HTTP": 80}, {"HTTP": 81}]}))
    every = (("a", "1"), ("b", "2"), ("c", "3"))
    assert found.tags == every
    assert [(x.port, x.tags) for x in found.listeners] == [(80, every), (81, (("b", "2"), ("c", "3")))]
    assert [x.tags for x in found.listeners[0].rules] == [(("a", "1"), ("b", "2")), (("b", "2"), ("c", "3"))]


@pytest.mark.parametrize(
    ("said", "of_service", "spec", "where"),
    [
        (TEAM, {}, {}, "shop/web"),
        ({}, TEAM, {}, "shop/web"),
        ({}, {}, {"tags": [{"key": "team", "value": "shop"}]}, "class 'public'"),
    ],
)
def test_a_tag_that_others_manage_is_refused(
    said: dict[str, str], of_service: dict[str, str], spec: dict[str, Any], where: str
) -> None:
    made = [*of_class(spec), ingress("/", class_name="public", said=said), service(said=of_service)]
    (problem,) = plan(made, replace(FLAGS, external_tags=frozenset({"team"}))).problems
    assert (problem.id, problem.event) == ("EKI246", "failed build tags for")
    assert problem.reason.startswith(f"Ingress shop/web: the tag 'team' of {where} is among those that others manage")
