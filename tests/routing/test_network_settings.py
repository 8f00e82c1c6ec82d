from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eks_ingress.refusal import Refused
from eks_ingress.routing.network import SecurityGroups
from eks_ingress.routing.network_settings import NetworkSettings, NoSecurityGroups
from eks_ingress.routing.scheme import IpAddressType, Scheme
from tests.routing.cdk import TOKEN, Cdk
from tests.routing.refusals import reasons, refusals

PUBLIC = Scheme.INTERNET_FACING
DUAL = IpAddressType.DUALSTACK
OTHER = "${Token[TOKEN.13]}"


@dataclass
class Eip:
    attr_allocation_id: str


def test_settings_hold_texts_whatever_they_were_made_from() -> None:
    settings = NetworkSettings(
        scheme=PUBLIC, subnets=[Cdk("subnet-1"), "public-b"], eip_allocations=[Eip(TOKEN), "eipalloc-1"], private_ipv4_addresses=()
    )
    assert (settings.subnets, settings.eip_allocations) == (("subnet-1", "public-b"), (TOKEN, "eipalloc-1"))
    assert NetworkSettings(private_ipv4_addresses="10.0.0.1").private_ipv4_addresses == ("10.0.0.1",)


@pytest.mark.parametrize(
    "make",
    [
        NetworkSettings,
        lambda: NetworkSettings(scheme=PUBLIC, subnets=["a", "b"], eip_allocations=["eipalloc-1", "eipalloc-2"]),
        lambda: NetworkSettings(scheme=PUBLIC, subnets=[TOKEN], eip_allocations=["eipalloc-1", "eipalloc-2"]),
        lambda: NetworkSettings(scheme=PUBLIC, eip_allocations=[Eip(TOKEN), Eip(OTHER)]),
        lambda: NetworkSettings(subnets=["a"], private_ipv4_addresses=["10.0.0.1"]),
        lambda: NetworkSettings(private_ipv4_addresses=[TOKEN]),
        lambda: NetworkSettings(ip_address_type=DUAL, ipv6_addresses=["2001:db8::1"]),
        lambda: NetworkSettings(ip_address_type=DUAL, ipv6_source_nat=True, source_nat_ipv6_prefixes=["auto_assigned", TOKEN]),
        lambda: NetworkSettings(ip_address_type=DUAL, security_groups=SecurityGroups.managed(inbound_cidrs="2001:db8::/32")),
        lambda: NetworkSettings(security_groups=NoSecurityGroups(manage_backend_rules=False)),
        lambda: NetworkSettings(
            security_groups=SecurityGroups.given("sg-1", manage_backend_rules=True), inbound_rules_on_private_link=True
        ),
        lambda: NetworkSettings(security_groups=SecurityGroups.managed(), icmp_for_path_mtu_discovery=True),
        lambda: NetworkSettings(ipv6_source_nat=False),
    ],
)
def test_a_load_balancer_that_the_controller_can_make_is_taken(make: Callable[[], object]) -> None:
    assert isinstance(make(), NetworkSettings)


ONE_FOR_EACH = "Write one for each subnet."
NO_IPV6 = "goes with IPv6 only, which this load balancer does not have."
ADD_IPV6 = "Write `ip_address_type=IpAddressType.DUALSTACK`, or leave it out."


@pytest.mark.parametrize(
    ("make", "reason", "remedy"),
    [
        (
            lambda: NetworkSettings(eip_allocations="eipalloc-1"),
            "eip_allocations ['eipalloc-1'] are for a load balancer that the internet can reach.",
            "Write `scheme=Scheme.INTERNET_FACING`, or leave `eip_allocations` out.",
        ),
        (
            lambda: NetworkSettings(scheme=PUBLIC, subnets=["a", "b"], eip_allocations="eipalloc-1"),
            "eip_allocations ['eipalloc-1'] are 1 for 2 subnets.",
            ONE_FOR_EACH,
        ),
        (
            lambda: NetworkSettings(subnets=["a", "b"], private_ipv4_addresses="10.0.0.1"),
            "private_ipv4_addresses ['10.0.0.1'] are 1 for 2 subnets.",
            ONE_FOR_EACH,
        ),
        (
            lambda: NetworkSettings(scheme=PUBLIC, private_ipv4_addresses="10.0.0.1"),
            "private_ipv4_addresses ['10.0.0.1'] are for an internal load balancer.",
            "Write `eip_allocations=[…]`, or `scheme=Scheme.INTERNAL`.",
        ),
        (
            lambda: NetworkSettings(private_ipv4_addresses="2001:db8::1"),
            "private_ipv4_addresses entry '2001:db8::1' is no IPv4 address.",
            "Write one such as '10.0.1.10'.",
        ),
        (
            lambda: NetworkSettings(private_ipv4_addresses=["10.0.0.1", "10.0.0.1"]),
            "private_ipv4_addresses ['10.0.0.1', '10.0.0.1'] name an address twice.",
            ONE_FOR_EACH,
        ),
        (
            lambda: NetworkSettings(ip_address_type=DUAL, ipv6_addresses="fe80::1%eth0"),
            "ipv6_addresses entry 'fe80::1%eth0' is no IPv6 address.",
            "Write one such as '2001:db8::10'.",
        ),
        (lambda: NetworkSettings(ipv6_addresses="2001:db8::1"), f"ipv6_addresses ['2001:db8::1'] {NO_IPV6}", ADD_IPV6),
        (lambda: NetworkSettings(ipv6_source_nat=True), f"ipv6_source_nat True {NO_IPV6}", ADD_IPV6),
        (
            lambda: NetworkSettings(security_groups=NoSecurityGroups(inbound_cidrs=["10.0.0.0/8", "2001:db8::/32"])),
            f"inbound_cidrs ['2001:db8::/32'] {NO_IPV6}",
            ADD_IPV6,
        ),
        (
            lambda: NetworkSettings(ip_address_type=DUAL, source_nat_ipv6_prefixes="auto_assigned"),
            "source_nat_ipv6_prefixes ['auto_assigned'] are not used.",
            "Write `ipv6_source_nat=True`, or leave them out.",
        ),
        (
            lambda: NetworkSettings(ip_address_type=DUAL, ipv6_source_nat=True, source_nat_ipv6_prefixes="2001:db8::/64"),
            "source_nat_ipv6_prefixes entry '2001:db8::/64' is no block of 80 bits within a subnet.",
            "Write one such as '2001:db8:0:1:1::/80', or 'auto_assigned'.",
        ),
        (
            lambda: NetworkSettings(scheme=PUBLIC, ip_address_type=IpAddressType.DUALSTACK_WITHOUT_PUBLIC_IPV4),
            "ip_address_type 'dualstack-without-public-ipv4' is one of application load balancers.",
            "Write `IpAddressType.DUALSTACK`.",
        ),
        (
            lambda: NetworkSettings(security_groups=SecurityGroups.given("sg-1"), icmp_for_path_mtu_discovery=True),
            "icmp_for_path_mtu_discovery True is for the group that the controller makes.",
            "Add a rule to the given groups, or leave it out.",
        ),
        (
            lambda: NetworkSettings(security_groups=NoSecurityGroups(), inbound_rules_on_private_link=True),
            "inbound_rules_on_private_link True would have no effect, since there are no security groups.",
            "Leave it out, or name security groups.",
        ),
        (
            lambda: NoSecurityGroups(inbound_cidrs="10.0.0.0/8", manage_backend_rules=False),
            "inbound_cidrs ['10.0.0.0/8'] would have no effect, since the controller is to add no rules.",
            "Leave them out, or `manage_backend_rules`.",
        ),
        (
            lambda: NoSecurityGroups(inbound_cidrs="10.0.0.1/8"),
            "inbound_cidrs entry '10.0.0.1/8' has bits behind its prefix.",
            "Write '10.0.0.0/8'.",
        ),
        (
            lambda: NetworkSettings(security_groups="sg-1"),  # type: ignore[arg-type]
            "security_groups 'sg-1' is no SecurityGroups.",
            "Write `SecurityGroups.managed(…)`, `SecurityGroups.given(…)` or `NoSecurityGroups()`.",
        ),
        (
            lambda: NetworkSettings(minimum_capacity=-1),
            "minimum_capacity -1 is out of range.",
            "Write a whole number from 0 to 2147483647.",
        ),
        (
            lambda: NetworkSettings(load_balancer_name="-"),
            "load_balancer_name '-' is not the name of a load balancer: 1 to 32 letters, digits and '-', with a letter or digit at "
            "both ends.",
            "Write a name such as 'shop-public'.",
        ),
    ],
)
def test_what_the_controller_or_aws_would_refuse_is_refused(make: Callable[[], object], reason: str, remedy: str) -> None:
    assert refusals(make) == [(reason, remedy)]


def test_all_that_is_wrong_is_told_at_once() -> None:
    assert len(reasons(lambda: NetworkSettings(eip_allocations="x", ipv6_addresses="y", tags={"": ""}, minimum_capacity=-1))) == 6


def test_settings_keep_their_tags_when_the_mapping_they_came_from_changes() -> None:
    tags = {"team": "iot"}
    settings = NetworkSettings(tags=tags)
    tags["team"] = "other"
    assert settings.tags == {"team": "iot"}


@given(st.ip_addresses(v=4), st.text("0123456789.:/abcdefx%", max_size=18))
def test_an_address_is_one_of_its_version(address: IPv4Address, text: str) -> None:
    assert NetworkSettings(private_ipv4_addresses=str(address)).private_ipv4_addresses == (str(address),)
    try:
        NetworkSettings(private_ipv4_addresses=text)
    except Refused:
        return
    assert IPv4Address(text)


@given(st.ip_addresses(v=6), st.integers(0, 128))
def test_a_prefix_is_a_block_of_80_bits(address: object, length: int) -> None:
    block = IPv6Network(f"{address}/{length}", strict=False)

    def make() -> NetworkSettings:
        return NetworkSettings(ip_address_type=DUAL, ipv6_source_nat=True, source_nat_ipv6_prefixes=str(block))

    if length == 80:
        assert make().source_nat_ipv6_prefixes == (str(block),)
    else:
        assert len(reasons(make)) == 1
