"""What is said of a network load balancer itself, whatever its listeners.

Facts: controller documentation, "Service annotations"; Elastic Load Balancing documentation, "Network Load Balancers".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from eks_ingress.refusal import Refusals
from eks_ingress.routing.addresses import (
    Addresses,
    count,
    require_addresses,
    require_elastic,
    require_one_each,
    require_prefixes,
)
from eks_ingress.routing.attributes import NetworkLoadBalancerAttributes
from eks_ingress.routing.network import (
    SecurityGroups,
    Subnets,
    require_load_balancer_name,
    require_subnets,
    require_tags,
    subnets,
    texts,
)
from eks_ingress.routing.scheme import IpAddressType, Scheme
from eks_ingress.routing.units import Words, put, require_cidr, require_count, require_flag, require_kinds, require_list, several
from eks_ingress.tokens import has_token


@dataclass(frozen=True, slots=True, kw_only=True)
class NoSecurityGroups:
    """A network load balancer without security groups, which can never get any later. Since controller 2.14.

    Who may reach the targets is then said by the security groups of nodes and pods; the controller adds rules to those. Raises
    `Refused` for what is no range.

    Facts: controller documentation, "Disable NLB security group", "Load balancer source ranges"; Elastic Load Balancing
    documentation, "Security groups for your Network Load Balancer".
    """

    inbound_cidrs: Words = ()
    """Address ranges, IPv4 and IPv6, of clients whose addresses targets see: of UDP, and with `preserve_client_ip`. Default:
    everyone, or for an internal load balancer the VPC."""
    manage_backend_rules: bool | None = None
    """Whether the controller adds rules to the groups of nodes and pods. Default: yes."""

    def __post_init__(self) -> None:
        cidrs = several(self.inbound_cidrs)
        put(self, inbound_cidrs=cidrs)
        refusals = Refusals()
        require_flag(refusals, "manage_backend_rules", self.manage_backend_rules)
        if require_list(refusals, "inbound_cidrs", cidrs):
            for cidr in cidrs:
                require_cidr(refusals, "inbound_cidrs entry", cidr)
        refusals.require(
            not cidrs or self.manage_backend_rules is not False,
            "inbound_cidrs",
            list(cidrs),
            "would have no effect, since the controller is to add no rules",
            "Leave them out, or `manage_backend_rules`.",
        )
        refusals.settle()


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkSettings:
    """The settings of a network load balancer. What is left out is not written, so that the controller decides.

    Raises `Refused` for what the controller or AWS would refuse whatever else there is.
    """

    scheme: Scheme | None = None
    """From where it can be reached; changing it replaces the load balancer. Default: internal."""
    ip_address_type: IpAddressType | None = None
    """IPv4, or IPv6 as well. Default: IPv4."""
    load_balancer_name: str | None = None
    """Its name in AWS, at most 32 letters, digits and '-'; has no effect on one that exists. Default: made by the controller."""
    subnets: Subnets = ()
    """Its subnets, one a zone: ids, values of their tag `Name`, or subnets of the CDK. Default: found by their tags."""
    eip_allocations: Addresses = ()
    """Fixed public addresses, one for each subnet, with `Scheme.INTERNET_FACING`: allocation ids (`eipalloc-…`) or CDK objects.
    Default: addresses that AWS chooses."""
    private_ipv4_addresses: Words = ()
    """Fixed private addresses, one of each subnet's range, for an internal load balancer. Default: addresses that AWS chooses."""
    ipv6_addresses: Words = ()
    """Fixed IPv6 addresses, one of each subnet's range, with `IpAddressType.DUALSTACK`. Default: addresses that AWS chooses."""
    security_groups: SecurityGroups | NoSecurityGroups | None = None
    """Who may reach it: a group that the controller makes, given ones, or none. Default: one that lets in everyone; none with QUIC,
    which goes with none."""
    icmp_for_path_mtu_discovery: bool | None = None
    """Whether the group that the controller makes lets in what clients need to find the largest packet size. Default: no. Since
    controller 2.12."""
    inbound_rules_on_private_link: bool | None = None
    """Whether security groups hold for what comes through AWS PrivateLink too. Default: as it is in AWS (yes)."""
    ipv6_source_nat: bool | None = None
    """Whether it has IPv6 prefixes to send from, which UDP over IPv6 needs; with `IpAddressType.DUALSTACK`. Default: no. Since
    controller 2.10."""
    source_nat_ipv6_prefixes: Words = ()
    """Those prefixes, one of each subnet's range, in the order of `subnets`: blocks of 80 bits, or `auto_assigned`; with
    `ipv6_source_nat`. Default: prefixes that AWS chooses."""
    attributes: NetworkLoadBalancerAttributes | None = None
    """Cross-zone load balancing, logs, deletion protection and so on; what is taken out again stays as it was in AWS. Default: as
    AWS has them."""
    tags: Mapping[str, str] = field(default_factory=dict)
    """AWS tags of all that is made for it. Default: the controller's own."""
    minimum_capacity: int | None = None
    """Reserved capacity in load balancer capacity units; 0 takes a reservation back. Default: as it is in AWS. Since controller
    2.11."""

    def __post_init__(self) -> None:
        refusals = Refusals()
        require_kinds(refusals, self, _KINDS)
        refusals.require(
            self.security_groups is None or isinstance(self.security_groups, SecurityGroups | NoSecurityGroups),
            "security_groups",
            self.security_groups,
            "is no SecurityGroups",
            "Write `SecurityGroups.managed(…)`, `SecurityGroups.given(…)` or `NoSecurityGroups()`.",
        )
        require_subnets(refusals, "subnets", self.subnets)
        if isinstance(self.load_balancer_name, str):
            require_load_balancer_name(refusals, "load_balancer_name", self.load_balancer_name)
        require_tags(refusals, "tags", self.tags)
        for name in ("icmp_for_path_mtu_discovery", "inbound_rules_on_private_link", "ipv6_source_nat"):
            require_flag(refusals, name, getattr(self, name))
        require_count(refusals, "minimum_capacity", self.minimum_capacity, 0, 2**31 - 1)
        self._check_addresses(refusals)
        self._check_ip_address_type(refusals)
        self._check_security_groups(refusals)
        refusals.settle()
        put(self, subnets=subnets(self.subnets), tags=dict(self.tags))

    def _check_addresses(self, refusals: Refusals) -> None:
        number = count(self.subnets)
        eip_count = count(self.eip_allocations)
        addresses = texts(self.eip_allocations, "attr_allocation_id")
        private, six, prefixes = map(several, (self.private_ipv4_addresses, self.ipv6_addresses, self.source_nat_ipv6_prefixes))
        put(self, eip_allocations=addresses, private_ipv4_addresses=private, ipv6_addresses=six, source_nat_ipv6_prefixes=prefixes)
        require_elastic(refusals, "eip_allocations", addresses, self.scheme)
        require_one_each(refusals, "eip_allocations", addresses, eip_count, number)
        require_addresses(refusals, "private_ipv4_addresses", private, 4)
        require_addresses(refusals, "ipv6_addresses", six, 6)
        require_prefixes(refusals, "source_nat_ipv6_prefixes", prefixes)
        for what, values in (("private_ipv4_addresses", private), ("ipv6_addresses", six), ("source_nat_ipv6_prefixes", prefixes)):
            require_one_each(refusals, what, values, count(values), number)
        refusals.require(
            not private or self.scheme is not Scheme.INTERNET_FACING,
            "private_ipv4_addresses",
            list(private),
            "are for an internal load balancer",
            "Write `eip_allocations=[…]`, or `scheme=Scheme.INTERNAL`.",
        )

    def _check_ip_address_type(self, refusals: Refusals) -> None:
        refusals.require(
            self.ip_address_type is not IpAddressType.DUALSTACK_WITHOUT_PUBLIC_IPV4,
            "ip_address_type",
            IpAddressType.DUALSTACK_WITHOUT_PUBLIC_IPV4.value,
            "is one of application load balancers",
            "Write `IpAddressType.DUALSTACK`.",
        )
        groups = self.security_groups
        ranges = groups.inbound_cidrs if isinstance(groups, SecurityGroups | NoSecurityGroups) else ()
        six = [cidr for cidr in ranges if ":" in cidr and not has_token(cidr)]
        for what, value in (
            ("ipv6_addresses", list(self.ipv6_addresses)),
            ("source_nat_ipv6_prefixes", list(self.source_nat_ipv6_prefixes)),
            ("ipv6_source_nat", self.ipv6_source_nat),
            ("inbound_cidrs", six),
        ):
            refusals.require(
                not value or self.ip_address_type is IpAddressType.DUALSTACK,
                what,
                value,
                "goes with IPv6 only, which this load balancer does not have",
                "Write `ip_address_type=IpAddressType.DUALSTACK`, or leave it out.",
            )
        refusals.require(
            not self.source_nat_ipv6_prefixes or self.ipv6_source_nat is True,
            "source_nat_ipv6_prefixes",
            list(self.source_nat_ipv6_prefixes),
            "are not used",
            "Write `ipv6_source_nat=True`, or leave them out.",
        )

    def _check_security_groups(self, refusals: Refusals) -> None:
        groups = self.security_groups
        managed = groups is None or (isinstance(groups, SecurityGroups) and not groups.groups)
        refusals.require(
            self.icmp_for_path_mtu_discovery is None or managed,
            "icmp_for_path_mtu_discovery",
            self.icmp_for_path_mtu_discovery,
            "is for the group that the controller makes",
            "Add a rule to the given groups, or leave it out.",
        )
        refusals.require(
            self.inbound_rules_on_private_link is None or not isinstance(groups, NoSecurityGroups),
            "inbound_rules_on_private_link",
            self.inbound_rules_on_private_link,
            "would have no effect, since there are no security groups",
            "Leave it out, or name security groups.",
        )


_KINDS: Mapping[str, type] = {
    "scheme": Scheme,
    "ip_address_type": IpAddressType,
    "attributes": NetworkLoadBalancerAttributes,
    "load_balancer_name": str,
}
