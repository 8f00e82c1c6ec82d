from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from eks_ingress.checks.check import WARNING
from eks_ingress.plan.facts import Facts
from eks_ingress.plan.subnets import SubnetFact
from tests.checks.objects import FLAGS, Case, findings, group, messages, of_class
from tests.plan.objects import ingress

GIVEN = {"security-groups": "sg-a"}
MANAGED = {**GIVEN, "manage-backend-security-group-rules": "true"}
PROTECTED = "deletion_protection.enabled=true"

CASES = {
    "EKI311": Case(
        ingress("/", said={"subnets": "subnet-a"}),
        ingress("/", said={"subnets": "subnet-a,subnet-b"}),
        "its load balancer is to stand in subnet-a alone.",
    ),
    "EKI313": Case(
        ingress("/", said=GIVEN),
        ingress("/", said=MANAGED),
        "nothing lets sg-a into the targets.",
    ),
    "EKI314": Case(
        ingress("/", said={**MANAGED, "inbound-cidrs": "10.0.0.0/8"}),
        ingress("/", said={"inbound-cidrs": "10.0.0.0/8"}),
        "alb.ingress.kubernetes.io/inbound-cidrs has no effect, since the same Ingress has security-groups.",
    ),
    "EKI316": Case(
        ingress("/", said={"inbound-cidrs": "10.0.0.0/8,2001:db8::/32"}),
        ingress("/", said={"inbound-cidrs": "10.0.0.0/8,2001:db8::/32", "ip-address-type": "dualstack"}),
        "alb.ingress.kubernetes.io/inbound-cidrs lets in 2001:db8::/32, for nothing.",
    ),
    "EKI320": Case(
        ingress("/", said={"manage-backend-security-group-rules": "false"}),
        ingress("/", said={**GIVEN, "manage-backend-security-group-rules": "false"}),
        "alb.ingress.kubernetes.io/manage-backend-security-group-rules is 'false', and there are no security-groups.",
    ),
    "EKI330": Case(
        ingress("/", said={"ip-address-type": "dualstack-without-public-ipv4"}),
        ingress("/", said={"ip-address-type": "dualstack-without-public-ipv4", "scheme": "internet-facing"}),
        "its load balancer is internal.",
    ),
    "EKI333": Case(
        ingress("/", said={"load-balancer-attributes": PROTECTED}),
        ingress("/", said={"load-balancer-attributes": "deletion_protection.enabled=false"}),
        "its load balancer cannot be deleted.",
        WARNING,
    ),
}


@pytest.mark.parametrize("id", CASES)
def test_it_is_found_and_what_is_near_is_not(id: str) -> None:
    CASES[id].hold(id)


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ({"subnets": "subnet-a,subnet-a"}, ["subnet-a, subnet-a"]),
        ({"subnets": "Public"}, ["Public"]),
        ({"subnets": "${Token[S.1]}"}, []),
        ({}, []),
    ],
)
def test_two_subnets_are_named_or_none(said: dict[str, str], found: list[str]) -> None:
    assert messages("EKI311", ingress("/", said=said)) == [f"its load balancer is to stand in {x} alone." for x in found]


def test_one_subnet_of_a_class_is_found() -> None:
    assert len(messages("EKI311", *of_class({"subnets": {"ids": ["subnet-a"]}}), ingress("/"))) == 1


def test_where_subnets_are_known_or_one_is_enough_nothing_is_said() -> None:
    made = ingress("/", said={"subnets": "subnet-a"})
    assert messages("EKI311", made, facts=Facts(subnets=(SubnetFact("subnet-a", "a", zone_type="local-zone"),))) == []
    assert messages("EKI311", made, flags=replace(FLAGS, gates={"ALBSingleSubnet": True})) == []


@pytest.mark.parametrize("said", [{**GIVEN, "manage-backend-security-group-rules": "false"}, {}])
def test_whoever_says_that_nobody_opens_the_targets_knows_it(said: dict[str, str]) -> None:
    assert messages("EKI313", ingress("/", said=said)) == []


def test_a_controller_that_opens_targets_anyway_is_well() -> None:
    assert messages("EKI313", ingress("/", said=GIVEN), flags=replace(FLAGS, manage_backend_rules=True)) == []


def test_security_groups_of_another_member_count_for_all() -> None:
    assert messages("EKI314", *group(MANAGED, {"security-group-prefix-lists": "pl-a"})) == [
        "alb.ingress.kubernetes.io/security-group-prefix-lists has no effect, since Ingress shop/a has security-groups."
    ]


def test_addresses_of_a_class_have_no_effect_either() -> None:
    assert messages("EKI314", *of_class({"inboundCIDRs": ["10.0.0.0/8"]}), ingress("/", said=MANAGED)) == [
        "inboundCIDRs of class 'alb' has no effect, since the same Ingress has security-groups."
    ]


@pytest.mark.parametrize("text", ["true", "${Token[M.1]}"])
def test_what_is_done_in_any_case_may_be_said(text: str) -> None:
    assert messages("EKI320", ingress("/", said={"manage-backend-security-group-rules": text})) == []


def test_what_is_not_even_read_is_found() -> None:
    assert len(messages("EKI320", ingress("/", said={"manage-backend-security-group-rules": "yes"}))) == 1


def test_a_class_that_protects_its_load_balancers_is_found_at_the_ingress() -> None:
    made = of_class({"loadBalancerAttributes": [{"key": "deletion_protection.enabled", "value": "true"}]})
    assert [x.object for x in findings(*made, ingress("/")) if x.id == "EKI333"] == ["Ingress shop/web"]


def test_a_frontend_that_is_protected_is_found() -> None:
    said = {"enable-frontend-nlb": "true", "frontend-nlb-attributes": PROTECTED}
    assert messages("EKI333", ingress("/", said=said)) == ["its frontend network load balancer cannot be deleted."]


def test_what_is_being_deleted_is_refused() -> None:
    bare = ingress("/", said={"load-balancer-attributes": PROTECTED})
    metadata: dict[str, Any] = {**bare.body["metadata"], "deletionTimestamp": "2025-01-01T00:00:00Z"}
    (finding,) = findings(replace(bare, body={**bare.body, "metadata": metadata}))
    assert (finding.id, finding.refused, finding.is_error) == ("EKI333", True, True)
