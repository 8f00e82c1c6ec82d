"""The network load balancer in front of an application load balancer.

Facts: controller documentation, "Frontend NLB"; the controller's builder of it (`pkg/ingress`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from eks_ingress.annotations import catalogue as c
from eks_ingress.annotations.catalogue import Annotation
from eks_ingress.annotations.grammar import Int, Unreadable
from eks_ingress.plan.balancer import has_ipv6
from eks_ingress.plan.members import Group, Member
from eks_ingress.plan.merging import agreed, conflict, pairs, texts
from eks_ingress.plan.model import FrontendListener, FrontendNlb, HealthCheck, Pairs, Subnet, TargetGroup
from eks_ingress.plan.naming import frontend_name, frontend_target_group_name
from eks_ingress.plan.resolved import Speaker, resolved_groups, resolved_subnets
from eks_ingress.plan.tags import tags_of_group
from eks_ingress.plan.target_groups import TRAFFIC_PORT
from eks_ingress.plan.unknown import is_unknown

_POLICY = "dns_record.client_routing_policy"
_POLICIES = ("any_availability_zone", "partial_availability_zone_affinity", "availability_zone_affinity")
_MAPPING = "frontend-nlb-listener-port-mapping"


class _Balancer(NamedTuple):
    """What it takes from the application load balancer."""

    name: str
    ip_address_type: str
    security_groups: tuple[str, ...]


def frontend_nlb(
    group: Group,
    ports: Mapping[Member, Collection[int]],
    name: str,
    ip_address_type: str,
    security_groups: tuple[str, ...],
) -> FrontendNlb | None:
    """The network load balancer of a group, if it wants one; `ports` are those of each member. Raises `Refused`.

    It shares the addresses and, unless it has its own, the security groups of the application load balancer, and is named after it.
    """
    wanted = agreed(
        c.ENABLE_FRONTEND_NLB,
        ((x, x.read(c.ENABLE_FRONTEND_NLB)) for x in group.members),
        "conflicting enable frontend NLB values",
    )
    if wanted is None or not wanted[1]:
        return None
    balancer = _Balancer(name, ip_address_type, security_groups)
    scheme = group.world.flags.default_scheme
    tags: Pairs = ()
    attributes: Pairs = ()
    subnets: tuple[Subnet, ...] = ()
    groups: tuple[str, ...] = ()
    # Each for itself, so that all that is wrong is told at once.
    with group.gather():
        scheme = _scheme(group)
    with group.gather():
        groups = _security_groups(group, balancer)
    with group.gather():
        subnets = _subnets(group, scheme, balancer)
    with group.gather():
        tags = _tags(group)
    with group.gather():
        attributes = _attributes(group)
    return FrontendNlb(
        name=_name(group, balancer, scheme),
        scheme=scheme,
        subnets=subnets,
        security_groups=groups,
        attributes=attributes,
        tags=tags,
        listeners=tuple(_listeners(group, ports, tags)),
    )


def _name(group: Group, balancer: _Balancer, scheme: str) -> str:
    if not balancer.name:
        return frontend_name(group, scheme)
    return f"{balancer.name if is_unknown(balancer.name) else balancer.name[:28]}-nlb"


def _scheme(group: Group) -> str:
    found = agreed(c.FRONTEND_NLB_SCHEME, texts(group, c.FRONTEND_NLB_SCHEME), "conflicting scheme:")
    if found is None:
        return group.world.flags.default_scheme
    member, said = found[0], str(found[1])
    member.read(c.FRONTEND_NLB_SCHEME)
    return said


def _security_groups(group: Group, balancer: _Balancer) -> tuple[str, ...]:
    row = c.FRONTEND_NLB_SECURITY_GROUPS
    found = agreed(row, ((x, x.read(row)) for x in group.members), "conflicting securityGroups:")
    if found is None or not found[1]:
        return balancer.security_groups
    return resolved_groups(found[0], row, group.world.facts, found[1])


def _subnets(group: Group, scheme: str, balancer: _Balancer) -> tuple[Subnet, ...]:
    flags, facts, ipv6 = group.world.flags, group.world.facts, has_ipv6(balancer.ip_address_type)
    row, addresses = c.FRONTEND_NLB_SUBNETS, c.FRONTEND_NLB_EIP_ALLOCATIONS
    found = agreed(row, ((x, x.read(row)) for x in group.members), "conflicting subnets:", sorted)
    if found is None:
        chosen = resolved_subnets(
            group.members[0], row, facts, lambda known: known.discovered(flags, scheme, "network", ipv6), None
        )
    else:
        member, wanted = found
        chosen = resolved_subnets(member, row, facts, lambda known: known.named(flags, wanted, "network", ipv6), wanted)
    listed = [(x, x.read(addresses)) for x in group.members if x.said.text(addresses) is not None]
    if listed and scheme != "internet-facing":
        raise listed[0][0].refuse(
            "EKI326",
            "the frontend network load balancer has Elastic IP addresses, and is internal.",
            "Write `frontend-nlb-scheme: internet-facing`, or leave the addresses out.",
            "EIP allocations can only be set for internet facing load balancers",
            at=addresses,
        )
    allocations = agreed(addresses, listed, "all EIP allocations for the ingress group must be the same:", sorted)
    if allocations is None or not allocations[1]:
        return chosen
    known = found is not None or facts.in_vpc.tells_discovery
    if known and len(allocations[1]) != len(chosen):
        raise allocations[0].refuse(
            "EKI326",
            f"the frontend network load balancer has {len(allocations[1])} Elastic IP addresses and {len(chosen)} subnets.",
            "Name one address for each subnet.",
            f"count of EIP allocations ({len(allocations[1])}) and subnets ({len(chosen)}) must match",
            at=addresses,
        )
    return tuple(Subnet(subnet.id, allocation) for subnet, allocation in zip(chosen, allocations[1], strict=False))


def _attributes(group: Group) -> Pairs:
    row = c.FRONTEND_NLB_ATTRIBUTES
    chosen: Mapping[str, str] | None = None
    owner: Member | None = None
    for member in group.members:
        said = member.read(row)
        if owner is None:
            chosen, owner = said, None if said is None else member
        elif said != chosen:
            theirs = "nothing" if said is None else repr(member.said.text(row))
            event = "conflicting frontend NLB attributes:"
            raise conflict(member, row, theirs, owner, repr(owner.said.text(row)), event)
    if owner is not None:
        require_routing_policy(owner, row, chosen or {}, " of the frontend network load balancer")
    return pairs(chosen or {})


def require_routing_policy(speaker: Speaker, at: Annotation, attributes: Mapping[str, str], whose: str = "") -> None:
    """Raises `Refused` for attributes of a network load balancer with a routing policy that there is not."""
    policy = attributes.get(_POLICY)
    if policy is not None and policy not in _POLICIES and not is_unknown(policy):
        raise speaker.refuse(
            "EKI328",
            f"{_POLICY}{whose} is {policy!r}.",
            f"Write one of {', '.join(_POLICIES)}.",
            "invalid dns_record.client_routing_policy set in annotation",
            at=at,
        )


def _tags(group: Group) -> Pairs:
    row = c.FRONTEND_NLB_TAGS
    found = agreed(row, ((x, x.read(row)) for x in group.members), "conflicting frontend NLB tags:")
    return tags_of_group(group, group.members) if found is None else pairs(found[1])


# Listeners


class _Port(NamedTuple):
    """What an Ingress says of a port of the network load balancer."""

    member: Member
    target_port: int
    said: Mapping[Annotation, Any]
    """What it says of the health check, as far as it says anything."""


_HEALTH_CHECK: Mapping[Annotation, tuple[str, Any]] = {
    c.FRONTEND_NLB_HEALTHCHECK_INTERVAL_SECONDS: ("IntervalSeconds", 15),
    c.FRONTEND_NLB_HEALTHCHECK_TIMEOUT_SECONDS: ("TimeoutSeconds", 5),
    c.FRONTEND_NLB_HEALTHCHECK_HEALTHY_THRESHOLD_COUNT: ("HealthyThresholdCount", 2),
    c.FRONTEND_NLB_HEALTHCHECK_UNHEALTHY_THRESHOLD_COUNT: ("UnhealthyThresholdCount", 2),
    c.FRONTEND_NLB_HEALTHCHECK_PROTOCOL: ("Protocol", "HTTP"),
    c.FRONTEND_NLB_HEALTHCHECK_PATH: ("Path", "/"),
    c.FRONTEND_NLB_HEALTHCHECK_SUCCESS_CODES: ("Matcher", "200"),
    c.FRONTEND_NLB_HEALTHCHECK_PORT: ("Port", TRAFFIC_PORT),
}
"""What the controller calls each setting, and its default."""


def _listeners(group: Group, ports: Mapping[Member, Collection[int]], tags: Pairs) -> list[FrontendListener]:
    by_port: dict[int, list[_Port]] = {}
    for member in group.members:
        with group.gather():
            mapping = _mapping(member) or {port: port for port in ports.get(member, ())}
            # A port behind it that its Ingress does not listen on is left out, and with no port nothing is read.
            mapped = {port: target for port, target in mapping.items() if target in ports.get(member, ())}
            said = _health_check(member) if mapped else {}
            for port, target in mapped.items():
                by_port.setdefault(port, []).append(_Port(member, target, said))
    made: list[FrontendListener] = []
    for port, of_port in sorted(by_port.items()):
        with group.gather():
            made.append(_listener(group, port, of_port, tags))
    return made


def _mapping(member: Member) -> dict[int, int]:
    row = c.FRONTEND_NLB_LISTENER_PORT_MAPPING
    said = member.read(row) or {}
    return {_port(member, port, "NLB"): _port(member, target, "ALB") for port, target in said.items()}


def _port(member: Member, text: str, of: str) -> int:
    try:
        return Int().decode(text)
    except Unreadable:
        raise member.refuse(
            "EKI325",
            f"{_MAPPING} holds {text!r}, which is no port.",
            "Write ports as numbers, 8443=443.",
            f"invalid {of} listener port: {text}",
            at=c.FRONTEND_NLB_LISTENER_PORT_MAPPING,
        ) from None


def _health_check(member: Member) -> dict[Annotation, Any]:
    said = {row: member.read(row) for row in _HEALTH_CHECK}
    port = said[c.FRONTEND_NLB_HEALTHCHECK_PORT]
    if port is not None and port != TRAFFIC_PORT and not is_unknown(port):
        try:
            said[c.FRONTEND_NLB_HEALTHCHECK_PORT] = Int().decode(port)
        except Unreadable:
            raise member.refuse(
                "EKI306",
                f"the health check of the frontend network load balancer is on port {port!r}.",
                "Write a number or `traffic-port`.",
                "failed to resolve healthCheckPort",
                at=c.FRONTEND_NLB_HEALTHCHECK_PORT,
            ) from None
    return {row: value for row, value in said.items() if value is not None}


def _as_it_is(value: Any) -> Any:
    return value


def _never_the_same(_: Any) -> object:
    """The controller compares success codes by where they lie in memory, so that equal ones differ."""
    return object()


def _listener(group: Group, port: int, said: Sequence[_Port], tags: Pairs) -> FrontendListener:
    settings: dict[Annotation, Any] = {}
    for row, (name, default) in _HEALTH_CHECK.items():
        same = _never_the_same if row is c.FRONTEND_NLB_HEALTHCHECK_SUCCESS_CODES else _as_it_is
        found = agreed(row, ((x.member, x.said.get(row)) for x in said), f"conflicting {name}, config", same)
        settings[row] = default if found is None else found[1]
    for other in said[1:]:
        if other.target_port != said[0].target_port:
            raise conflict(
                other.member,
                c.FRONTEND_NLB_LISTENER_PORT_MAPPING,
                f"{port}={other.target_port}",
                said[0].member,
                f"{port}={said[0].target_port}",
                "conflicting Target Port, config",
                "EKI325",
            )
    interval, timeout, healthy, unhealthy, protocol, path, codes, check_port = settings.values()
    target_group = TargetGroup(
        id=f"FrontendNlb-tg-TCP-{port}",
        name=frontend_target_group_name(group, port, "alb", "TCP", check_port, protocol),
        target_type="alb",
        port=port,
        protocol="TCP",
        protocol_version=None,
        ip_address_type="ipv4",
        health_check=HealthCheck(check_port, protocol, path, codes, interval, timeout, healthy, unhealthy),
        tags=tags,
        source=said[0].member.manifest.source,
    )
    return FrontendListener(port, said[0].target_port, target_group)
