"""A plan as text for a terminal: each load balancer, its listeners, and their rules in the order of evaluation.

Told is what somebody wrote, and what is not as it would be without a word; the JSON of a plan has everything.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from eks_ingress.plan.model import (
    FrontendNlb,
    HealthCheck,
    Listener,
    LoadBalancer,
    MutualTls,
    Plan,
    RequestedCertificate,
    TargetGroup,
)
from eks_ingress.plan.unknown import is_unknown
from eks_ingress.report.bound_text import bound_target_groups
from eks_ingress.report.network_text import network_load_balancer
from eks_ingress.report.remarks import Remark, unread
from eks_ingress.report.rule_words import HEAD, cells, then
from eks_ingress.report.table import table
from eks_ingress.report.text_parts import said, shown_groups, shown_inbound, shown_pairs, shown_subnets, shown_tls_policy
from eks_ingress.report.visible import visible


def text(plan: Plan, remarks: Sequence[Remark] | None = None, width: int | None = None) -> str:
    """The whole plan, a paragraph for each load balancer and one for target groups of others, then what is wrong.

    That is what was refused, where nothing else is given. Tables are broken to the width, if there is one.
    """
    paragraphs = ["\n".join(_load_balancer(balancer, width)) for balancer in plan.load_balancers]
    paragraphs += ["\n".join(network_load_balancer(balancer, width)) for balancer in plan.network_load_balancers]
    paragraphs += ["\n".join(bound_target_groups(plan.bindings, width))] if plan.bindings else []
    paragraphs += map(str, [unread(problem) for problem in plan.problems] if remarks is None else remarks)
    return "\n\n".join(paragraphs) if paragraphs else "No load balancer."


def _load_balancer(balancer: LoadBalancer, width: int | None) -> Iterator[str]:
    yield f"Load balancer {visible(balancer.group)}, {visible(balancer.scheme)}"
    yield f"  made of Ingress {visible(', '.join(balancer.members))}"
    yield from said("  ", settings(balancer))
    for listener in balancer.listeners:
        yield ""
        yield from _listener(listener, balancer, width)
    if rows := list(_targets(balancer)):
        yield ""
        yield "  Targets"
        yield from table(rows, width)
    if balancer.frontend_nlb is not None:
        yield ""
        yield from _frontend(balancer.frontend_nlb, balancer)


def settings(balancer: LoadBalancer) -> Iterator[tuple[str, str]]:
    """What is set of a load balancer: name and value, no text where nothing is to be told."""
    yield "name", "" if is_unknown(balancer.name) else balancer.name
    yield "addresses", "" if balancer.ip_address_type == "ipv4" else balancer.ip_address_type
    yield "address pool", balancer.ipam_ipv4_pool or ""
    yield "customer-owned address pool", balancer.customer_owned_ipv4_pool or ""
    yield "subnets", shown_subnets(balancer.subnets)
    yield "security groups", shown_groups(balancer)
    yield "open to", shown_inbound(balancer)
    yield "attributes", shown_pairs(balancer.attributes)
    yield "capacity", "" if balancer.minimum_capacity is None else f"{balancer.minimum_capacity} units at least"
    yield "web ACL", _or_none(balancer.web_acl)
    yield "web ACL of WAF Classic", _or_none(balancer.waf_classic)
    yield "Shield Advanced", {None: "", True: "on", False: "off"}[balancer.shield]
    for certificate in balancer.certificates:
        yield "asks for", _requested(certificate)
    yield "tags", shown_pairs(balancer.tags)


def _or_none(value: str | None) -> str:
    return "none; one that is there is taken away" if value == "" else value or ""


def _requested(certificate: RequestedCertificate) -> str:
    by = f" by {certificate.authority}" if certificate.authority else ""
    return f"a certificate for {', '.join(certificate.hosts)}{by}"


# Listeners


def _listener(listener: Listener, balancer: LoadBalancer, width: int | None) -> Iterator[str]:
    title = f"  {listener.protocol} {listener.port}"
    default = then(listener.default_auth, listener.default_action, listener.protocol)
    yield title if listener.rules else f"{title}  {visible(default)}"
    for arn in dict.fromkeys(listener.certificates):  # the default one may be among the others once more
        yield f"    certificate {visible(arn)}"
    for name, value in listener_settings(listener, balancer):
        if value:
            yield f"    {name} {visible(value)}"
    if listener.rules:
        rows = [(str(rule.priority), *cells(rule, listener.protocol)) for rule in listener.rules]
        found = [HEAD, *rows, ("else", "any", "any", "", default)]
        # Most load balancers compare nothing but hosts and paths.
        yield from table(found if any(row[3] for row in rows) else [(*row[:3], *row[4:]) for row in found], width)
    for rule in listener.dropped:
        yield f"    left out by the controller: {'  '.join(visible(cell) for cell in cells(rule, listener.protocol) if cell)}"


def listener_settings(listener: Listener, balancer: LoadBalancer) -> Iterator[tuple[str, str]]:
    """The same of one of its listeners."""
    yield "TLS policy", shown_tls_policy(listener)
    yield "mutual TLS", "" if listener.mutual_tls is None else _mutual_tls(listener.mutual_tls)
    yield "attributes", shown_pairs(listener.attributes)
    yield "tags", "" if listener.tags == balancer.tags else shown_pairs(listener.tags)


def _mutual_tls(mutual: MutualTls) -> str:
    parts = [
        mutual.mode,
        mutual.trust_store,
        "expired certificates pass" if mutual.ignore_expiry else "",
        "trusted authorities are told" if mutual.advertise == "on" else "",
    ]
    return ", ".join(filter(None, parts))


# Targets


def _targets(balancer: LoadBalancer) -> Iterator[tuple[str, str]]:
    """The target groups of which something is to be told."""
    names = [service_of(group) for group in balancer.target_groups]
    for group, name in zip(balancer.target_groups, names, strict=True):
        of = f" ({group.id.rpartition('-' + name.partition('/')[2])[0]})" if names.count(name) > 1 else ""
        if told := "; ".join(filter(None, target_group(group, balancer))):
            yield f"{name}{of}", told


def service_of(group: TargetGroup) -> str:
    """What a target group is for, as rules name it."""
    binding = group.binding
    return group.id if binding is None else f"{binding.namespace}/{binding.service}:{binding.port}"


def target_group(group: TargetGroup, balancer: LoadBalancer, *, health_check: bool = True) -> Iterator[str]:
    """What is to be told of a target group, with its health check or without; some of it may be no text."""
    version = "" if group.protocol_version in (None, "HTTP1") else str(group.protocol_version)
    yield " ".join(filter(None, ["" if group.protocol == "HTTP" else group.protocol, version]))
    named = "" if group.binding is None else str(group.binding.port)
    by_name = group.target_type == "ip" and group.port == 1  # the pods may each have another
    yield "" if is_unknown(group.port) or str(group.port) == named or by_name else f"port {group.port}"
    yield "IPv6" if group.ip_address_type == "ipv6" else ""
    health = _health_check(group.health_check, group.protocol, group.protocol_version == "GRPC")
    yield f"health check {health}" if health and health_check else ""
    yield shown_pairs(group.attributes)
    yield "" if group.control_port is None else f"control port {group.control_port}"
    if group.binding is not None:
        yield f"on nodes with {shown_pairs(group.binding.node_labels)}" if group.binding.node_labels else ""
        yield "shared with other clusters" if group.binding.multi_cluster else ""
    own = tuple(tag for tag in group.tags if tag not in balancer.tags)
    yield f"tags {shown_pairs(own)}" if own else ""


def _health_check(check: HealthCheck, protocol: str, grpc: bool) -> str:
    parts: Mapping[str, bool] = {
        check.path: check.path != ("/AWS.ALB/healthcheck" if grpc else "/"),
        f"by {check.protocol}": check.protocol != protocol,
        f"on port {check.port}": check.port != "traffic-port",
        f"expects {check.success_codes}": check.success_codes != ("12" if grpc else "200"),
        f"every {check.interval} s": check.interval != 15,
        f"fails after {check.timeout} s": check.timeout != 5,
        f"healthy after {check.healthy_threshold}": check.healthy_threshold != 2,
        f"unhealthy after {check.unhealthy_threshold}": check.unhealthy_threshold != 2,
    }
    return " ".join(part for part, told in parts.items() if told)


# The network load balancer in front


def _frontend(nlb: FrontendNlb, balancer: LoadBalancer) -> Iterator[str]:
    yield f"  Network load balancer in front, {visible(nlb.scheme)}"
    yield from said("    ", frontend_settings(nlb, balancer))
    yield from (f"    {visible(line)}" for line in frontend_listeners(nlb))


def frontend_settings(nlb: FrontendNlb, balancer: LoadBalancer) -> Iterator[tuple[str, str]]:
    """What is set of it, where that is not as of the load balancer behind it."""
    shared = nlb.security_groups == balancer.security_groups
    yield "name", "" if is_unknown(nlb.name) else nlb.name
    yield "subnets", "" if nlb.subnets == balancer.subnets else shown_subnets(nlb.subnets)
    yield "security groups", "" if shared else ", ".join(nlb.security_groups)
    yield "attributes", shown_pairs(nlb.attributes)
    yield "tags", "" if nlb.tags == balancer.tags else shown_pairs(nlb.tags)


def frontend_listeners(nlb: FrontendNlb) -> Iterator[str]:
    """Its ports, each with where it leads to."""
    for listener in nlb.listeners:
        health = _health_check(listener.target_group.health_check, "HTTP", grpc=False)
        yield f"TCP {listener.port} to {listener.target_port}{'; health check ' + health if health else ''}"
