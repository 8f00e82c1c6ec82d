"""What somebody states of AWS in Python."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from eks_ingress.plan.facts import CertificateFact, Facts, NamedFact, Quotas
from eks_ingress.plan.subnets import SubnetFact
from eks_ingress.plan.target_group_fact import TargetGroupFact
from tests.routing.refusals import reasons

SUBNET: dict[str, Any] = {"id": "subnet-a", "zone": "eu-west-1a"}


def test_lists_of_facts_may_be_any_sequence() -> None:
    subnet, certificate = SubnetFact("subnet-a", "eu-west-1a"), CertificateFact("arn:a", ["shop.example.com"])
    assert Facts(subnets=[subnet], certificates=[certificate]) == Facts(subnets=(subnet,), certificates=(certificate,))
    assert Facts(subnets=[]).subnets == ()
    assert Facts().subnets is None


@pytest.mark.parametrize(
    ("make", "said", "reason"),
    [
        (SubnetFact, {**SUBNET, "zone_type": "az"}, "zone_type of subnet 'subnet-a', 'az' is none that there is."),
        (SubnetFact, {**SUBNET, "tags": {"a": 1}}, "tags of subnet 'subnet-a', {'a': 1} are not texts by name."),
        (SubnetFact, {**SUBNET, "free_addresses": -1}, "free_addresses of subnet 'subnet-a', -1 is out of range."),
        (CertificateFact, {"arn": "arn:a", "status": "issued"}, "status of certificate 'arn:a', 'issued' is none that there is."),
        (CertificateFact, {"arn": "arn:a", "domains": "a.org"}, "domains of certificate 'arn:a', 'a.org' is one text and no list."),
        (
            TargetGroupFact,
            {"id": "arn:a", "target_type": "pod"},
            "target_type of target group 'arn:a', 'pod' is none that there is.",
        ),
        (Facts, {"target_groups": ["arn:a"]}, "target_groups 'arn:a' is no TargetGroupFact."),
        (Quotas, {"rules": 0}, "quota of rules 0 is out of range."),
        (Facts, {"subnets": ["subnet-a"]}, "subnets 'subnet-a' is no SubnetFact."),
        (Facts, {"web_acls": [SubnetFact("subnet-a", "a")]}, None),
    ],
)
def test_what_aws_does_not_have_is_refused(make: Callable[..., object], said: dict[str, Any], reason: str | None) -> None:
    (told,) = reasons(lambda: make(**said))
    assert told == reason if reason else told.endswith("is no NamedFact.")


def test_a_fact_with_a_name_is_one_fact() -> None:
    assert Facts(web_acls=[NamedFact("arn:a", "shop")]).web_acls == (NamedFact("arn:a", "shop"),)
