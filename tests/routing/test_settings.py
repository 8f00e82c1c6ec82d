from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Any

import pytest

from eks_ingress.routing.attributes import LoadBalancerAttributes
from eks_ingress.routing.frontend import FrontendNlb
from eks_ingress.routing.network import SecurityGroups
from eks_ingress.routing.scheme import IpAddressType, Scheme
from eks_ingress.routing.settings import LoadBalancerSettings
from eks_ingress.routing.web_acl import WafClassic, WebAcl
from tests.routing.refusals import reasons, refusals

TOKEN = "${Token[TOKEN.12]}"
TOKENS = "#{Token[TOKEN.13]}"
COIP, IPAM = "ipv4pool-coip-0123456789abcdef0", "ipam-pool-0123456789abcdef0"
WITHOUT_IPV4 = IpAddressType.DUALSTACK_WITHOUT_PUBLIC_IPV4


@dataclass
class Subnet:
    """As the CDK has it."""

    subnet_id: str


def test_nothing_is_said_of_a_load_balancer_unless_it_is_written() -> None:
    said = {field.name: getattr(LoadBalancerSettings(), field.name) for field in fields(LoadBalancerSettings)}
    assert {name: value for name, value in said.items() if value is not None} == {"subnets": (), "tags": {}}


@pytest.mark.parametrize(
    "said",
    [
        {"scheme": Scheme.INTERNET_FACING},
        {"ip_address_type": IpAddressType.DUALSTACK},
        {"load_balancer_name": "s"},
        {"load_balancer_name": "s" * 32},
        {"load_balancer_name": TOKEN + "s" * 32},
        {"security_groups": SecurityGroups.managed(inbound_cidrs=["10.0.0.0/8"])},
        {"customer_owned_ipv4_pool": COIP},
        {"customer_owned_ipv4_pool": TOKEN},
        {"ipam_ipv4_pool": IPAM},
        {"ipam_ipv4_pool": TOKEN},
        {"attributes": LoadBalancerAttributes(idle_timeout=timedelta(seconds=30))},
        {"tags": {"team": "shop", "stage": TOKEN}},
        {"web_acl": WebAcl.by_name("shop")},
        {"waf_classic": WafClassic.none()},
        {"shield": True},
        {"shield": False},
        {"minimum_capacity": 0},
        {"minimum_capacity": 2**31 - 1},
        {"frontend_nlb": FrontendNlb()},
    ],
    ids="-".join,
)
def test_all_can_be_said_of_a_load_balancer(said: dict[str, Any]) -> None:
    settings = LoadBalancerSettings(**said)
    assert {name: getattr(settings, name) for name in said} == said


@pytest.mark.parametrize(
    ("subnets", "expected"),
    [
        ("subnet-1", ("subnet-1",)),
        (["subnet-1", "public-b"], ("subnet-1", "public-b")),
        ([Subnet("subnet-1"), Subnet(TOKEN)], ("subnet-1", TOKEN)),
        ([], ()),
    ],
)
def test_subnets_are_held_as_texts(subnets: Any, expected: tuple[str, ...]) -> None:
    assert LoadBalancerSettings(subnets=subnets).subnets == expected


def test_settings_that_say_the_same_are_equal() -> None:
    assert LoadBalancerSettings(subnets=[Subnet("subnet-1")]) == LoadBalancerSettings(subnets="subnet-1")


def test_tags_that_are_changed_later_change_nothing() -> None:
    tags = {"team": "shop"}
    settings = LoadBalancerSettings(tags=tags)
    tags["team"] = "cart"
    assert settings.tags == {"team": "shop"}


@pytest.mark.parametrize(
    ("said", "reason", "remedy"),
    [
        (
            {"subnets": ["subnet-x y"]},
            "subnets entry 'subnet-x y' begins with 'subnet-', so that the controller takes it for an id, and is none.",
            "Write an id such as 'subnet-0123456789abcdef0', or a Name tag that begins otherwise.",
        ),
        (
            {"subnets": [TOKENS]},
            f"subnets ({TOKENS!r},) is a list that only CloudFormation knows.",
            "Join it to one text: `[Fn.join(',', values)]`.",
        ),
        (
            {"load_balancer_name": "s" * 33},
            f"load_balancer_name {'s' * 33!r} is not the name of a load balancer: "
            "1 to 32 letters, digits and '-', with a letter or digit at both ends.",
            "Write a name such as 'shop-public'.",
        ),
        (
            {"load_balancer_name": ""},
            "load_balancer_name '' is not the name of a load balancer: "
            "1 to 32 letters, digits and '-', with a letter or digit at both ends.",
            "Write a name such as 'shop-public'.",
        ),
        (
            {"tags": {"aws:team": "shop"}},
            "key in tags 'aws:team' is a tag of AWS' or of the controller's own.",
            "Write another key.",
        ),
        (
            {"customer_owned_ipv4_pool": IPAM},
            f"customer_owned_ipv4_pool {IPAM!r} is not the id of such a pool.",
            f"Write an id such as {COIP!r}.",
        ),
        (
            {"ipam_ipv4_pool": COIP},
            f"ipam_ipv4_pool {COIP!r} is not the id of such a pool.",
            f"Write an id such as {IPAM!r}.",
        ),
        ({"ipam_ipv4_pool": ""}, "ipam_ipv4_pool '' is not the id of such a pool.", f"Write an id such as {IPAM!r}."),
        ({"shield": "yes"}, "shield 'yes' is neither True nor False.", "Write True or False."),
        ({"minimum_capacity": -1}, "minimum_capacity -1 is out of range.", "Write a whole number from 0 to 2147483647."),
        ({"minimum_capacity": 2**31}, "minimum_capacity 2147483648 is out of range.", "Write a whole number from 0 to 2147483647."),
        ({"minimum_capacity": 1.5}, "minimum_capacity 1.5 is out of range.", "Write a whole number from 0 to 2147483647."),
        (
            {"ip_address_type": WITHOUT_IPV4, "scheme": Scheme.INTERNAL},
            "ip_address_type 'dualstack-without-public-ipv4' is one of internet-facing load balancers, and this one is internal.",
            "Write `IpAddressType.DUALSTACK`, or `scheme=Scheme.INTERNET_FACING`.",
        ),
    ],
)
def test_what_no_load_balancer_has_is_refused(said: dict[str, Any], reason: str, remedy: str) -> None:
    assert refusals(lambda: LoadBalancerSettings(**said)) == [(reason, remedy)]


@pytest.mark.parametrize("scheme", [None, Scheme.INTERNET_FACING])
def test_a_load_balancer_without_public_ipv4_is_not_internal(scheme: Scheme | None) -> None:
    assert LoadBalancerSettings(ip_address_type=WITHOUT_IPV4, scheme=scheme).ip_address_type is WITHOUT_IPV4


@pytest.mark.parametrize("kind", [IpAddressType.IPV4, IpAddressType.DUALSTACK])
def test_an_internal_load_balancer_has_other_addresses(kind: IpAddressType) -> None:
    assert LoadBalancerSettings(ip_address_type=kind, scheme=Scheme.INTERNAL).ip_address_type is kind


def test_settings_tell_all_their_mistakes_at_once() -> None:
    said: dict[str, Any] = {
        "subnets": [""],
        "load_balancer_name": "internal-shop",
        "tags": {"team": 1},
        "customer_owned_ipv4_pool": "pool",
        "ipam_ipv4_pool": "pool",
        "shield": 1,
        "minimum_capacity": True,
        "ip_address_type": WITHOUT_IPV4,
        "scheme": Scheme.INTERNAL,
    }
    assert [reason.split()[0] for reason in reasons(lambda: LoadBalancerSettings(**said))] == [
        "subnets",
        "load_balancer_name",
        "tags",
        "customer_owned_ipv4_pool",
        "ipam_ipv4_pool",
        "shield",
        "minimum_capacity",
        "ip_address_type",
    ]
