"""A network load balancer as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from eks_ingress.plan.network_model import (
    NetworkHealthCheck,
    NetworkListener,
    NetworkLoadBalancer,
    NetworkTarget,
    NetworkTargetGroup,
)
from eks_ingress.plan.unknown import is_unknown
from eks_ingress.report.table import table
from eks_ingress.report.text_parts import said, shown_groups, shown_inbound, shown_pairs, shown_subnets, shown_tls_policy
from eks_ingress.report.visible import visible

_PROXY_PROTOCOL = ("proxy_protocol_v2.enabled", "false")


def network_load_balancer(balancer: NetworkLoadBalancer, width: int | None) -> Iterator[str]:
    """Its lines."""
    yield f"Network load balancer {visible(balancer.service)}, {visible(balancer.scheme)}"
    yield from said("  ", settings(balancer))
    rows = [(f"{x.protocol} {x.port}", ", ".join(map(_target, x.targets)) + stays(x)) for x in balancer.listeners]
    for row, listener in zip(table(rows), balancer.listeners, strict=True):
        yield row.removeprefix("  ")
        yield from said("      ", listener_settings(listener))
    if targets := [(x.id, told) for x in balancer.target_groups if (told := "; ".join(filter(None, target_group(x, balancer))))]:
        yield "  Targets"
        yield from table(targets, width)


def settings(balancer: NetworkLoadBalancer) -> Iterator[tuple[str, str]]:
    """What is set of it: name and value, no text where nothing is to be told."""
    yield "name", "" if is_unknown(balancer.name) else balancer.name
    yield "addresses", "" if balancer.ip_address_type == "ipv4" else balancer.ip_address_type
    blocks = ", ".join(x.source_nat_prefix for x in balancer.subnets if x.source_nat_prefix) or "blocks of the subnets"
    yield "source NAT", f"IPv6 clients, into {blocks}" if balancer.has_source_nat_prefixes else ""
    yield "subnets", shown_subnets(balancer.subnets)
    yield "security groups", shown_groups(balancer) if balancer.security_groups else "none"
    yield "open to", shown_inbound(balancer)
    group = balancer.managed_security_group
    yield "ICMP", "messages about the size of packets" if group and any(x.code is not None for x in group.inbound) else ""
    rules = {None: "", "on": "as to everyone else", "off": "without regard to security groups"}
    yield "open to PrivateLink", rules.get(balancer.private_link_rules, str(balancer.private_link_rules))
    yield "attributes", shown_pairs(balancer.attributes)
    yield "capacity", "" if balancer.minimum_capacity is None else f"{balancer.minimum_capacity} units at least"
    yield "tags", shown_pairs(balancer.tags)


def _target(target: NetworkTarget) -> str:
    told = [] if target.weight is None else [str(target.weight)]
    if target.group is None:
        return f"{target.service} ({', '.join(told)})" if told else target.service
    return f"Service {target.service} ({', '.join([*told, f'{target.group.target_type} targets'])})"


def stays(listener: NetworkListener) -> str:
    """That clients stay with their target, where they do."""
    return ", sticky" if listener.stickiness is not None and listener.stickiness.enabled else ""


def listener_settings(listener: NetworkListener) -> Iterator[tuple[str, str]]:
    """The same of one of its listeners."""
    for arn in listener.certificates:
        yield "certificate", arn
    yield "TLS policy", shown_tls_policy(listener)
    yield "ALPN", listener.alpn_policy or ""
    yield "attributes", shown_pairs(listener.attributes)


def target_group(group: NetworkTargetGroup, balancer: NetworkLoadBalancer, *, health_check: bool = True) -> Iterator[str]:
    """What is to be told of a target group, with its health check or without; some of it may be no text."""
    own = next((x.protocol for x in balancer.listeners if any(to.group is group for to in x.targets)), group.protocol)
    yield f"by {group.protocol}" if group.protocol != own else ""
    by_name = group.target_type == "ip" and group.port == 1  # the pods may each have another
    yield "" if is_unknown(group.port) or group.port == group.service_port or by_name else f"port {group.port}"
    yield "IPv6" if group.ip_address_type == "ipv6" else ""
    health = _health_check(group.health_check)
    yield f"health check {health}" if health and health_check else ""
    yield shown_pairs(tuple(pair for pair in group.attributes if pair != _PROXY_PROTOCOL))
    yield f"on nodes with {shown_pairs(group.node_labels)}" if group.node_labels else ""
    yield "shared with other clusters" if group.multi_cluster else ""


def _health_check(check: NetworkHealthCheck) -> str:
    parts = {
        f"by {check.protocol}": check.protocol != "TCP",
        check.path or "": check.path not in (None, "/"),
        f"on port {check.port}": check.port != "traffic-port",
        f"expects {check.success_codes}": check.success_codes not in (None, "200-399"),
        f"every {check.interval} s": check.interval != 10,
        f"fails after {check.timeout} s": check.timeout != 10,
        f"healthy after {check.healthy_threshold}": check.healthy_threshold != 3,
        f"unhealthy after {check.unhealthy_threshold}": check.unhealthy_threshold != 3,
    }
    return " ".join(part for part, told in parts.items() if told)
