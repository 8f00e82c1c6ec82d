"""What changed between two plans."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from eks_ingress.manifests.manifest import Manifest
from eks_ingress.plan.changed_settings import Effect, Kind
from eks_ingress.plan.changes import BalancerChanges, Changes, How
from eks_ingress.plan.comparing import ABSENT
from eks_ingress.plan.facts import Facts
from eks_ingress.plan.flags import ControllerFlags
from eks_ingress.report.plan_json import changes_since, document
from eks_ingress.source import Source
from tests.plan.objects import FLAGS, binding, ingress, path, plan, rule, service

WEB = "arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/shop/1"


def written(*manifests: Manifest, flags: ControllerFlags = FLAGS, facts: Facts = Facts()) -> dict[str, Any]:
    """A plan as it is kept in a file."""
    found: dict[str, Any] = json.loads(json.dumps(document(plan(manifests, flags, facts), ())))
    return found


def between(before: Sequence[Manifest], after: Sequence[Manifest], flags: ControllerFlags = FLAGS) -> Changes:
    """What changed; nothing is refused."""
    later = plan(after, flags)
    assert later.problems == ()
    return changes_since(written(*before, flags=flags), later)


def only(before: Sequence[Manifest], after: Sequence[Manifest], flags: ControllerFlags = FLAGS) -> BalancerChanges:
    """The only load balancer that changed."""
    (found,) = between(before, after, flags).load_balancers
    return found


def told(found: BalancerChanges) -> list[tuple[str, str, str]]:
    """What each change is about, its name, and what became of it."""
    return [(change.kind.value, change.id, change.how.value) for change in found.changes]


def settings(found: BalancerChanges, kind: Kind = Kind.LOAD_BALANCER) -> dict[str, tuple[Any, Any, str]]:
    """What was and is set of all of one kind, and the effect of that."""
    return {x.name: (x.before, x.after, x.effect.value) for change in found.changes if change.kind is kind for x in change.settings}


def said(**annotations: Any) -> Manifest:
    """An Ingress with annotations, written with `_` for `-`."""
    return ingress("/", said={name.replace("_", "-"): value for name, value in annotations.items()})


def balanced(**annotations: Any) -> Manifest:
    """A Service with a network load balancer; annotations are written with `_` for `-`."""
    prefix = "service.beta.kubernetes.io/aws-load-balancer-"
    whole = {"type": "external", "nlb-target-type": "ip", **{name.replace("_", "-"): text for name, text in annotations.items()}}
    spec = {"type": "LoadBalancer", "ports": [{"port": 80, "targetPort": 8080}]}
    metadata = {"name": "dns", "namespace": "shop", "uid": "1", "annotations": {prefix + name: x for name, x in whole.items()}}
    return Manifest({"kind": "Service", "metadata": metadata, "spec": spec}, Source())


# Load balancers.


def test_a_load_balancer_is_added_or_removed() -> None:
    (found,) = between([], [ingress("/")]).load_balancers
    assert (found.type, found.name, found.how, found.before) == ("application", "shop/web", How.ADDED, None)
    (found,) = between([ingress("/")], []).load_balancers
    assert (found.how, found.after, found.changes) == (How.REMOVED, None, ())


def test_another_scheme_makes_another_load_balancer() -> None:
    found = only([said(scheme="internal")], [said(scheme="internet-facing")])
    assert found.how is How.REPLACED
    assert settings(found)["scheme"] == ("internal", "internet-facing", "replaces")
    # What is new has the new name; one that exists would keep its own.
    assert settings(found)["name"][2] == "in place"


def test_a_load_balancer_keeps_its_name() -> None:
    found = only([said()], [said(load_balancer_name="mine")])
    assert found.how is How.CHANGED
    assert settings(found)["name"][1:] == ("mine", "ignored")


def test_attributes_and_tags_change_one_by_one() -> None:
    before = said(load_balancer_attributes="idle_timeout.timeout_seconds=60,routing.http2.enabled=true", tags="team=a,old=1")
    after = said(load_balancer_attributes="idle_timeout.timeout_seconds=90", tags="team=b")
    assert settings(only([before], [after])) == {
        "loadBalancerAttributes/idle_timeout.timeout_seconds": ("60", "90", "in place"),
        "tags/team": ("a", "b", "in place"),
        "loadBalancerAttributes/routing.http2.enabled": ("true", ABSENT, "ignored"),  # the controller sets none back
        "tags/old": ("1", ABSENT, "in place"),
    }


def test_a_tag_that_changes_everywhere_is_told_once() -> None:
    assert told(only([said(tags="team=a")], [said(tags="team=b")])) == [("load balancer", "LoadBalancer", "changed")]


def test_a_web_acl_that_is_no_longer_named_stays() -> None:
    assert settings(only([said(wafv2_acl_arn=WEB)], [said()])) == {"webACL": (WEB, ABSENT, "ignored")}
    assert settings(only([said(wafv2_acl_arn=WEB)], [said(wafv2_acl_arn="none")])) == {"webACL": (WEB, "", "in place")}
    assert settings(only([said()], [said(shield_advanced_protection="true")])) == {"shield": (ABSENT, True, "in place")}


def test_who_may_reach_it_changes_in_its_security_group() -> None:
    found = only([said(inbound_cidrs="10.0.0.0/8")], [said(inbound_cidrs="10.1.0.0/16")])
    assert told(found) == [("security group", "ManagedLBSecurityGroup", "changed")]
    assert [*settings(found, Kind.SECURITY_GROUP)] == ["ingress"]


def test_addresses_stay_while_the_subnets_do() -> None:
    before = balanced(scheme="internet-facing", subnets="subnet-a,subnet-b", eip_allocations="eipalloc-1,eipalloc-2")
    after = balanced(scheme="internet-facing", subnets="subnet-a,subnet-b", eip_allocations="eipalloc-1,eipalloc-3")
    assert settings(only([before], [after]))["subnetMapping"][2] == "ignored"
    after = balanced(scheme="internet-facing", subnets="subnet-a,subnet-c", eip_allocations="eipalloc-1,eipalloc-3")
    assert settings(only([before], [after]))["subnetMapping"][2] == "in place"


def test_a_network_load_balancer_gets_no_security_groups_later() -> None:
    found = only([balanced(disable_nlb_sg="true")], [balanced(security_groups="sg-1")])
    assert (found.type, found.name) == ("network", "shop/dns")
    assert settings(found)["securityGroups"][2] == "refused"


def test_a_network_load_balancer_is_in_front_or_not() -> None:
    found = only([said()], [said(enable_frontend_nlb="true", frontend_nlb_scheme="internal")])
    assert ("load balancer", "FrontendNlb", "added") in told(found)
    assert found.how is How.CHANGED


# Ingresses that change their group.


def test_an_ingress_that_joins_a_group_gets_another_load_balancer() -> None:
    alone, shared = ingress("/"), ingress("/", said={"group.name": "public"})
    other = ingress("/other", name="other", said={"group.name": "public"})
    found = {change.name: change for change in between([alone, other], [shared, other]).load_balancers}
    assert (found["shop/web"].how, found["shop/web"].others) == (How.REMOVED, ("public",))
    (group,) = (change for change in found["public"].changes if change.kind is Kind.TARGET_GROUP)
    assert (group.id, group.how, group.other) == ("shop/web-web:80", How.ADDED, "shop/web")
    back = {change.name: change for change in between([shared, other], [alone, other]).load_balancers}
    assert (back["shop/web"].how, back["shop/web"].others) == (How.ADDED, ("public",))


# Listeners.


def test_listeners_come_and_go() -> None:
    arn = "arn:aws:acm:eu-west-1:111122223333:certificate/1"
    found = only([said()], [said(listen_ports='[{"HTTP": 80}, {"HTTPS": 443}]', certificate_arn=arn)])
    assert ("listener", "443", "added") in told(found)
    assert ("rule", "443:1", "added") in told(found)
    assert [x for x in told(found) if x[1].startswith("80")] == []


def test_a_port_keeps_its_listener_whatever_it_speaks() -> None:
    arn = "arn:aws:acm:eu-west-1:111122223333:certificate/1"
    found = only([said(listen_ports='[{"HTTP": 80}]')], [said(listen_ports='[{"HTTPS": 80}]', certificate_arn=arn)])
    assert settings(found, Kind.LISTENER)["protocol"] == ("HTTP", "HTTPS", "in place")
    assert settings(found, Kind.LISTENER)["certificates"] == (ABSENT, [{"certificateARN": arn}], "in place")


# Rules.


def routes(*paths: str, to: Mapping[str, str] | None = None) -> Manifest:
    """An Ingress with exact paths to the Service `web`, or another."""
    return ingress(rule(*(path(x, "Exact", (to or {}).get(x, "web:80")) for x in paths), host="shop.example.com"))


def rules(before: Manifest, after: Manifest) -> list[tuple[str, str]]:
    """What became of rules, by their number."""
    found = between([before], [after]).load_balancers
    return [(x.id.partition(":")[2], x.how.value) for one in found for x in one.changes if x.kind is Kind.RULE]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("abc", "abc", []),
        ("abc", "abcd", [("4", "added")]),
        ("abc", "dabc", [("1", "added")]),  # the others have other numbers, and have not moved
        ("abc", "ac", [("2", "removed")]),
        ("abcd", "dabc", [("1", "moved")]),
        ("abcd", "bcda", [("4", "moved")]),
        ("abcde", "adcbe", [("2", "moved"), ("4", "moved")]),
        ("abcd", "xdabc", [("1", "added"), ("2", "moved")]),
    ],
)
def test_rules_that_were_put_in_taken_out_or_moved(before: str, after: str, expected: list[tuple[str, str]]) -> None:
    assert rules(routes(*(f"/{x}" for x in before)), routes(*(f"/{x}" for x in after))) == expected


def test_a_rule_that_goes_elsewhere_is_changed() -> None:
    (found,) = between([routes("/a", "/b")], [routes("/a", "/b", to={"/b": "new:80"})]).load_balancers
    (change,) = (x for x in found.changes if x.kind is Kind.RULE)
    assert (change.id, change.how, [x.name for x in change.settings]) == ("80:2", How.CHANGED, ["actions"])


def test_a_rule_that_takes_other_requests_is_changed_where_there_is_one_for_one() -> None:
    before, after = routes("/a", to={"/a": "new:80"}), routes("/b", to={"/b": "new:80"})
    (change,) = (x for x in only([before], [after]).changes if x.kind is Kind.RULE)
    assert (change.how, [x.name for x in change.settings]) == (How.CHANGED, ["conditions"])
    assert rules(routes("/a", "/b"), routes("/c")) == [("1", "added"), ("1", "removed"), ("2", "removed")]


def test_a_rule_may_move_and_go_elsewhere() -> None:
    before, after = routes("/a", "/b", "/c"), routes("/c", "/a", "/b", to={"/c": "new:80"})
    (change,) = (x for x in only([before], [after]).changes if x.kind is Kind.RULE)
    assert (change.id, change.how, [x.name for x in change.settings]) == ("80:1", How.MOVED, ["actions"])
    assert change.before is not None
    assert change.before["priority"] == 3


# Target groups.


@pytest.mark.parametrize(
    ("before", "after", "name"),
    [
        ({"target_type": "ip"}, {"target_type": "instance"}, "targetType"),
        ({"backend_protocol": "HTTP"}, {"backend_protocol": "HTTPS"}, "protocol"),
        ({"backend_protocol_version": "HTTP1"}, {"backend_protocol_version": "GRPC"}, "protocolVersion"),
    ],
)
def test_a_target_group_is_made_anew_for_what_it_keeps(before: dict[str, str], after: dict[str, str], name: str) -> None:
    node_port = service("web", {"port": 80, "nodePort": 30080, "targetPort": 8080}, type="NodePort")
    found = only([said(**before), node_port], [said(**after), node_port])
    assert found.how is How.CHANGED
    assert ("target group", "shop/web-web:80", "replaced") in told(found)
    assert settings(found, Kind.TARGET_GROUP)[name][2] == "replaces"
    assert between([said(**before), node_port], [said(**after), node_port]).replaces


def test_a_health_check_changes_in_place() -> None:
    found = only([said()], [said(healthcheck_path="/healthz")])
    assert told(found) == [("target group", "shop/web-web:80", "changed")]
    assert settings(found, Kind.TARGET_GROUP) == {"healthCheckConfig/path": ("/", "/healthz", "in place")}


def test_the_port_of_a_target_group_stays() -> None:
    before = service("web", {"port": 80, "targetPort": 8080})
    after = service("web", {"port": 80, "targetPort": 9090})
    assert settings(only([said(), before], [said(), after]), Kind.TARGET_GROUP)["port"] == (8080, 9090, "ignored")


@pytest.mark.parametrize(("gate", "effect"), [(True, "in place"), (False, "replaces")])
def test_what_a_network_health_check_can_change_hangs_on_a_gate(gate: bool, effect: str) -> None:
    flags = ControllerFlags("prod", gates={"NLBHealthCheckAdvancedConfig": gate})
    found = only([balanced()], [balanced(healthcheck_interval="20")], flags)
    assert settings(found, Kind.TARGET_GROUP)["healthCheckConfig/intervalSeconds"] == (10, 20, effect)


# Bindings.


def test_bindings_come_go_and_change() -> None:
    def how(before: Sequence[Manifest], after: Sequence[Manifest]) -> list[tuple[str, How]]:
        return [(change.id, change.how) for change in between(before, after).bindings]

    assert how([], [binding()]) == [("shop/web", How.ADDED)]
    assert how([binding()], []) == [("shop/web", How.REMOVED)]
    assert how([binding()], [binding(serviceRef={"name": "web", "port": 81})]) == [("shop/web", How.CHANGED)]


def test_a_binding_keeps_its_target_group() -> None:
    other = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/green/0123456789abcdef"
    (change,) = between([binding(targetType="ip")], [binding(targetType="ip", targetGroupARN=other)]).bindings
    assert [(x.name, x.effect) for x in change.settings] == [("targetGroupARN", Effect.REFUSED)]


# What is not known, and what is refused.


def test_a_placeholder_may_be_what_it_was() -> None:
    later = plan([ingress("/")], FLAGS, Facts(vpc="vpc-1"))
    found = changes_since(written(ingress("/"), facts=Facts()), plan([ingress("/", said={"subnets": "subnet-a,subnet-b"})]))
    assert found.is_empty
    (balancer,) = found.load_balancers
    assert (balancer.how, told(balancer)) == (How.PERHAPS, [("load balancer", "LoadBalancer", "perhaps changed")])
    assert changes_since(written(ingress("/")), later).is_empty


def test_what_the_controller_refuses_stays_as_it_is() -> None:
    wrong = ingress("/", said={"scheme": "public"})
    (found,) = changes_since(written(ingress("/")), plan([wrong])).load_balancers
    assert (found.name, found.how) == ("shop/web", How.HELD)


# What holds for all.


def test_what_is_counted() -> None:
    found = between([routes("/a", "/b")], [routes("/c", "/a", "/b"), ingress("/", name="new")])
    assert [*found] == [(Kind.RULE, How.ADDED), (Kind.LOAD_BALANCER, How.ADDED)] or [*found] == [
        (Kind.LOAD_BALANCER, How.ADDED),
        (Kind.RULE, How.ADDED),
    ]
    assert not found.is_empty
    assert not found.replaces
    assert Changes().is_empty
