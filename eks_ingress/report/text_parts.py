"""What the texts of application and of network load balancers have in common."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from eks_ingress.plan.model import MANAGED, Inbound, Listener, LoadBalancer, Pairs, Subnet
from eks_ingress.plan.network_model import NetworkListener, NetworkLoadBalancer
from eks_ingress.report.visible import visible

_CONTROLLERS_TLS_POLICY = "ELBSecurityPolicy-2016-08"


def said(indent: str, rows: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Names and values, but for those without a value."""
    found = [(name, value) for name, value in rows if value]
    width = max((len(name) for name, _ in found), default=0)
    for name, value in found:
        yield f"{indent}{name.ljust(width)}  {visible(value)}"


def shown_pairs(pairs: Pairs) -> str:
    """Attributes or tags."""
    return ", ".join(f"{key}={value}" for key, value in pairs)


def shown_subnets(subnets: Sequence[Subnet]) -> str:
    """Subnets that are known; that the controller finds others is as it is without a word."""
    fixed = [" and ".join(filter(None, (x.allocation, x.private_ipv4, x.ipv6))) for x in subnets]
    if not any(fixed) and all(subnet.id.startswith("${subnets ") for subnet in subnets):
        return ""
    return ", ".join(f"{x.id} at {addresses}" if addresses else x.id for x, addresses in zip(subnets, fixed, strict=True))


def shown_tls_policy(listener: Listener | NetworkListener) -> str:
    """Its policy for TLS, where that is not the controller's own."""
    return "" if listener.tls_policy in (None, _CONTROLLERS_TLS_POLICY) else str(listener.tls_policy)


def shown_groups(balancer: LoadBalancer | NetworkLoadBalancer) -> str:
    """Its security groups, where somebody chose them."""
    own = [group for group in balancer.security_groups if group != MANAGED and not group.startswith("${backend ")]
    if not own:
        return ""
    return ", ".join("one of its own" if group == MANAGED else group for group in balancer.security_groups)


def shown_inbound(balancer: LoadBalancer | NetworkLoadBalancer) -> str:
    """Who may reach it, where that is not everyone; of security groups that others made, nothing is known."""
    if balancer.managed_security_group is None:
        return ""
    by_port: dict[int, list[Inbound]] = {}
    for inbound in balancer.managed_security_group.inbound:
        if inbound.code is not None:  # ICMP has no ports
            continue
        by_port.setdefault(inbound.port, []).append(inbound)
    ports_of: dict[tuple[str, ...], list[int]] = {}
    for port, who in by_port.items():
        # A port of TCP and UDP has everyone twice.
        named = tuple(dict.fromkeys(x.ipv4 or x.ipv6 or x.prefix_list or "" for x in who))
        ports_of.setdefault(named, []).append(port)
    ports_of.pop(("0.0.0.0/0",), None)
    ports_of.pop(("0.0.0.0/0", "::/0"), None)
    several = len({listener.port for listener in balancer.listeners}) > 1
    found = [
        f"{', '.join(who)}{' on ' + ', '.join(map(str, ports)) if several and len(ports) < len(by_port) else ''}"
        for who, ports in ports_of.items()
    ]
    closed = [str(listener.port) for listener in balancer.listeners if listener.port not in by_port]
    return "; ".join([*found, *([f"nobody on {', '.join(closed)}"] if closed else [])])
