from __future__ import annotations

from typing import Any

import pytest

from eks_ingress.plan.facts import Facts
from eks_ingress.plan.subnets import SubnetFact
from tests.checks.objects import NLB, Case, messages, nlb, of_class
from tests.plan.objects import ingress

PUBLIC, INTERNAL = {"kubernetes.io/role/elb": "1"}, {"kubernetes.io/role/internal-elb": "1"}
FACING = {"scheme": "internet-facing"}
TWO = "subnet-a,subnet-b"


def facts(*, mask: int = 24, tags: dict[str, str] | None = None, public: bool | None = True) -> Facts:
    """Two subnets in two zones."""
    return Facts(
        subnets=[
            SubnetFact(f"subnet-{zone}", zone, f"shop-{zone}", tags=tags or {}, public=public, cidr=f"10.0.{place}.0/{mask}")
            for place, zone in enumerate("ab")
        ]
    )


CASES = {
    "EKI392": Case(
        ingress("/", said={"subnets": TWO}),
        ingress("/", said={}),
        "its load balancer stands in shop-a, shop-b, of /28.",
        facts=Facts(
            subnets=[
                *(SubnetFact(f"subnet-{zone}", zone, f"shop-{zone}", cidr=f"10.0.{n}.0/28") for n, zone in enumerate("ab")),
                *(SubnetFact(f"subnet-{n}", zone, tags=INTERNAL, cidr=f"10.0.{n}.0/27") for n, zone in enumerate("ab", 2)),
            ]
        ),
    ),
    "EKI393": Case(
        ingress("/", said={**FACING, "subnets": TWO}),
        ingress("/", said={"subnets": TWO}),
        "its load balancer stands in shop-a, shop-b, without a route to an internet gateway.",
        facts=facts(public=False),
    ),
    "EKI394": Case(
        ingress("/", said=FACING),
        ingress("/", said={**FACING, "subnets": TWO}),
        "its load balancer gets shop-a, shop-b by their routes, since no subnet of the VPC has the tag kubernetes.io/role/elb.",
        facts=facts(),
    ),
}


@pytest.mark.parametrize("id", CASES)
def test_it_is_found_and_what_is_near_is_not(id: str) -> None:
    CASES[id].hold(id)


def test_a_network_load_balancer_may_stand_in_small_subnets_and_not_in_private_ones() -> None:
    small = facts(mask=28, tags=PUBLIC, public=False)
    service = nlb({"scheme": "internet-facing"})
    assert messages("EKI392", service, facts=small) == []
    assert messages("EKI393", service, facts=small) == [
        "its load balancer stands in shop-a, shop-b, without a route to an internet gateway."
    ]
    named = nlb({"scheme": "internet-facing", "subnets": "shop-a"})
    assert messages("EKI393", named, facts=small) == ["its load balancer stands in shop-a, without a route to an internet gateway."]
    assert f"{NLB}subnets" in named.annotations


def test_a_frontend_that_faces_the_internet_needs_public_subnets_too() -> None:
    front = {"enable-frontend-nlb": "true", "frontend-nlb-scheme": "internet-facing"}
    found = messages("EKI393", ingress("/", said=front), facts=facts(tags={**PUBLIC, **INTERNAL}, public=False))
    assert found == ["its frontend stands in shop-a, shop-b, without a route to an internet gateway."]


@pytest.mark.parametrize("public", [True, None])
def test_a_subnet_of_which_no_route_is_known_is_taken_to_be_well(public: bool | None) -> None:
    assert messages("EKI393", ingress("/", said={**FACING, "subnets": TWO}), facts=facts(public=public)) == []


def test_a_role_that_is_tagged_or_subnets_that_a_class_names_need_no_routes() -> None:
    assert messages("EKI394", ingress("/", said=FACING), facts=facts(tags=PUBLIC)) == []
    by_class = of_class({"scheme": "internet-facing", "subnets": {"ids": ["subnet-a", "subnet-b"]}})
    assert messages("EKI394", *by_class, ingress("/"), facts=facts()) == []


def test_where_nothing_is_known_of_subnets_nothing_is_said() -> None:
    said: list[Any] = [ingress("/", said={**FACING, "subnets": TWO}), nlb({"scheme": "internet-facing"})]
    assert [messages(check, *said) for check in CASES] == [[], [], []]
