"""The settings of a network load balancer itself.

Facts: controller documentation, "Service annotations"; the controller's builders of the load balancer and its security group
(`pkg/service`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from eks_ingress.annotations import of_services as s
from eks_ingress.annotations.grammar import Int, Unreadable
from eks_ingress.plan.balanced import BalancedService
from eks_ingress.plan.balancer import Guards, has_ipv6, shared_group
from eks_ingress.plan.frontend import require_routing_policy
from eks_ingress.plan.merging import pairs
from eks_ingress.plan.model import MANAGED, Inbound, Pairs, SecurityGroup, Subnet
from eks_ingress.plan.naming import service_name, uid_of
from eks_ingress.plan.resolved import resolved_groups, resolved_subnets
from eks_ingress.plan.services import Backend
from eks_ingress.plan.tags import with_defaults
from eks_ingress.plan.unknown import is_unknown
from eks_ingress.refusal import all_of

_ICMP = {"icmp": (3, 4), "icmpv6": (2, 0)}
"""Type and code of the messages that tell how large packets may be, by protocol."""


def scheme(service: BalancedService) -> str:
    """Whether it can be reached from the internet. Raises `Refused`."""
    said: str | None = service.text(s.SCHEME)
    if said is not None:
        service.read(s.SCHEME)
        return said
    internal: bool | None = service.read(s.INTERNAL)
    if internal is None:
        return service.world.flags.default_scheme
    return "internal" if internal else "internet-facing"


def ip_address_type(service: BalancedService) -> str:
    """Which addresses it has. Raises `Refused`."""
    service.read(s.IP_ADDRESS_TYPE)
    return service.text(s.IP_ADDRESS_TYPE) or "ipv4"


def subnets(service: BalancedService, of_scheme: str, address_type: str) -> tuple[Subnet, ...]:
    """Its subnets, without the fixed addresses there. Raises `Refused`."""
    flags, facts, ipv6 = service.world.flags, service.world.facts, has_ipv6(address_type)
    wanted: Sequence[str] | None = service.read(s.SUBNETS)
    if wanted is None:
        return resolved_subnets(service, s.SUBNETS, facts, lambda x: x.discovered(flags, of_scheme, "network", ipv6), None)
    return resolved_subnets(service, s.SUBNETS, facts, lambda x: x.named(flags, wanted, "network", ipv6), wanted)


def attributes(service: BalancedService) -> Pairs:
    """Its attributes: what older annotations say of some goes before what the newer one says of all. Raises `Refused`."""
    found: dict[str, str] = dict(service.read(s.ATTRIBUTES) or {})
    require_routing_policy(service, s.ATTRIBUTES, found)
    if service.read(s.ACCESS_LOG_ENABLED):
        found["access_logs.s3.enabled"] = "true"
        for row, key in ((s.ACCESS_LOG_BUCKET, "access_logs.s3.bucket"), (s.ACCESS_LOG_PREFIX, "access_logs.s3.prefix")):
            text = service.text(row)
            if text is not None:
                found[key] = text
    cross_zone: bool | None = service.read(s.CROSS_ZONE)
    if cross_zone is not None:
        found["load_balancing.cross_zone.enabled"] = str(cross_zone).lower()
    return pairs(found)


def minimum_capacity(service: BalancedService) -> int | None:
    """Its reserved capacity. Raises `Refused`."""
    row = s.MINIMUM_CAPACITY
    said: Mapping[str, str] = (service.read(row) or {}) if service.world.flags.gate("LBCapacityReservation") else {}
    units: int | None = None
    wrong: list[tuple[str, str]] = []  # the controller tells one of them, each time another
    for key, text in said.items():
        if key != "CapacityUnits":
            event = f"invalid key to set the capacity: {key}, Expected key: CapacityUnits"
            wrong.append((f"{row.name} has the key {key!r}.", event))
        elif not is_unknown(text):
            try:
                units = Int().decode(text)
            except Unreadable as unreadable:
                event = f"invalid value to set the capacity: {text}"
                wrong.append((f"CapacityUnits of {row.name} is {text!r}, and {unreadable}.", event))
    if wrong:
        remedy = "Write CapacityUnits=500."
        raise all_of(service.refuse("EKI319", reason, remedy, event, at=row) for reason, event in wrong)
    return units


def tags(service: BalancedService) -> Pairs:
    """The tags of all that is made for it. Raises `Refused`."""
    row, flags = s.ADDITIONAL_RESOURCE_TAGS, service.world.flags
    said: Mapping[str, str] = service.read(row) or {}
    external = [key for key in said if key in flags.external_tags]
    if external:
        raise all_of(
            service.refuse(
                "EKI246",
                f"the tag {key!r} is among those that others manage (`--external-managed-tags`).",
                "Leave it out.",
                f"external managed tag key {key} cannot be specified on Service",
                at=row,
            )
            for key in external
        )
    return with_defaults(service.world, said)


def name(service: BalancedService, of_scheme: str) -> str:
    """Its name in AWS. Raises `Refused`."""
    said: str | None = service.text(s.NAME)
    if said is None:
        return service_name(service.world, service.backend, uid_of(service.backend), of_scheme)
    if len(said.encode()) > 32 and not is_unknown(said):
        raise service.refuse(
            "EKI248",
            f"the name of the load balancer, {said!r}, has {len(said)} characters.",
            "Write 32 at most.",
            "load balancer name cannot be longer than 32 characters",
            at=s.NAME,
        )
    return said


def private_link_rules(service: BalancedService) -> str | None:
    """Whether the rules of its security groups hold for AWS PrivateLink. Raises `Refused`."""
    service.read(s.INBOUND_RULES_ON_PRIVATE_LINK)
    return service.text(s.INBOUND_RULES_ON_PRIVATE_LINK)


# Security groups


def guards(service: BalancedService, address_type: str, of_tags: Pairs) -> Guards:
    """Its security groups, none where it is to have none. Raises `Refused`."""
    flags, facts = service.world.flags, service.world.facts
    if service.read(s.DISABLE_SECURITY_GROUP) or not flags.gate("NLBSecurityGroup"):
        return Guards(())
    shared = shared_group(service.world)
    wanted: Sequence[str] = service.read(s.SECURITY_GROUPS) or ()
    if not wanted:
        backend = service.backend
        its_name = service_name(service.world, backend, backend.name, backend.namespace, uid_of(backend))
        managed = SecurityGroup(its_name, tuple(_inbound(service, address_type)), of_tags)
        if not flags.backend_security_group:
            return Guards((MANAGED,), managed, MANAGED)
        return Guards((MANAGED, shared), managed, shared)
    manages: bool | None = service.read(s.MANAGE_BACKEND_SECURITY_GROUP_RULES)
    groups = resolved_groups(service, s.SECURITY_GROUPS, facts, wanted)
    if not (flags.manage_backend_rules if manages is None else manages):
        return Guards(groups)
    if not flags.backend_security_group:
        raise service.refuse(
            "EKI317",
            "the rules of targets are to be managed for its own security groups, and the controller has no backend security group.",
            f"Leave {s.MANAGE_BACKEND_SECURITY_GROUP_RULES.name} out, or let the controller have one "
            "(`enableBackendSecurityGroup`).",
            "backendSG feature is required to manage worker node SG rules when frontendSG is manually specified",
            at=s.MANAGE_BACKEND_SECURITY_GROUP_RULES,
        )
    return Guards((*groups, shared), None, shared)


def source_ranges(service: BalancedService, backend: Backend) -> Sequence[str]:
    """The blocks of addresses that may reach a backend: what its spec names, or else the annotation of the Service."""
    return backend.spec.get("loadBalancerSourceRanges") or service.read(s.SOURCE_RANGES) or ()


def _inbound(service: BalancedService, address_type: str) -> Iterator[Inbound]:
    prefix_lists: Sequence[str] | None = service.read(s.SECURITY_GROUP_PREFIX_LISTS)
    blocks = source_ranges(service, service.backend)
    for block in blocks:
        if ":" in block and not has_ipv6(address_type) and not is_unknown(block):
            raise service.refuse(
                "EKI352",
                f"{block} is to be let in, and the load balancer has only IPv4.",
                f"Write {s.IP_ADDRESS_TYPE.name}: dualstack, or leave the block out.",
                f"unsupported v6 cidr {block} when lb is not dualstack",
                at=s.SOURCE_RANGES,
            )
    if not blocks and prefix_lists is None:
        blocks = ("0.0.0.0/0", "::/0") if has_ipv6(address_type) else ("0.0.0.0/0",)
    tells_sizes = service.text(s.ENABLE_ICMP) == "on"
    for number, port in service.ports:
        protocol = port.protocol.lower()
        for block in blocks:
            ipv4, ipv6, icmp = (None, block, "icmpv6") if ":" in block else (block, None, "icmp")
            yield Inbound(number, ipv4, ipv6, protocol=protocol)
            if tells_sizes:
                kind, code = _ICMP[icmp]
                yield Inbound(kind, ipv4, ipv6, protocol=icmp, code=code)
        for listed in prefix_lists or ():
            yield Inbound(number, prefix_list=listed, protocol=protocol)


class Surroundings(NamedTuple):
    """What targets depend on besides their Service: the load balancer that they are behind."""

    scheme: str
    ip_address_type: str
    subnets: Sequence[Subnet]
    guards: Guards
    tags: Pairs
