"""The typed words of a network load balancer as annotations of its Service, and what pods say of QUIC."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from eks_ingress.annotations import of_services as s
from eks_ingress.annotations.catalogue import Annotation
from eks_ingress.annotations.others import require_others
from eks_ingress.annotations.words import Values, in_seconds, present, written
from eks_ingress.refusal import Refusals
from eks_ingress.routing.attributes import NetworkLoadBalancerAttributes
from eks_ingress.routing.backend import Service
from eks_ingress.routing.names import require_label
from eks_ingress.routing.network import SecurityGroups
from eks_ingress.routing.network_attributes import NetworkListenerAttributes, NetworkTargetGroupAttributes
from eks_ingress.routing.network_balancer import NetworkBalancer
from eks_ingress.routing.network_health import NetworkHealthCheck
from eks_ingress.routing.network_listener import NetworkListener
from eks_ingress.routing.network_protocol import NetworkProtocol
from eks_ingress.routing.network_settings import NetworkSettings, NoSecurityGroups
from eks_ingress.routing.network_targets import NetworkTargets
from eks_ingress.routing.tls import TlsPolicy
from eks_ingress.routing.units import Words, require_list, several
from eks_ingress.source import Source


def balanced_annotations(balancer: NetworkBalancer, source: Source) -> dict[str, str]:
    """The annotations of a load balancer's Service. Raises `Refused` for what cannot be written."""
    refusals = Refusals(source)
    require_others(refusals, balancer.service.annotations)
    made = dict(balancer.service.annotations)
    for values in (
        _settings(balancer.written_settings, balancer.exists),
        _listeners(balancer),
        _targets(balancer.targets),
        _target_ports(balancer),
    ):
        with refusals.gather():
            made.update(values)
    refusals.settle()
    return made


def unsaid(balancer: NetworkBalancer, said: Sequence[str]) -> list[str]:
    """The annotations that the controller would read of the Service and that are not among those `said`.

    The one that chooses the controller is none of them: without it, another one might take the Service on.
    """
    chosen: list[str] = []
    for row in s.ALL:
        if row in (s.TYPE, s.QUIC_ENABLED_CONTAINERS):
            continue
        if row is s.TARGET_GROUP_ATTRIBUTES_OF_PORT:
            chosen += [row.key(port=str(port)) for port in balancer.by_target_port]
        elif row.parts:
            chosen += [row.key(listener=listener.key) for listener in balancer.listeners]
        else:
            chosen.append(row.key())
    return [key for key in chosen if key not in said]


def quic_annotations(containers: Words) -> dict[str, str]:
    """The annotation with which a pod asks for a QUIC server id, for those who write its template.

    The controller puts the id into the variable `AWS_LBC_QUIC_SERVER_ID` of each of these containers, in namespaces that are
    labelled for it (`quic_server_ids=True` of a network load balancer). Raises `Refused` for what is no name of a container.

    :param containers: names of the containers that speak QUIC, one or several.

    Facts: controller documentation, "QUIC enabled ports", "QUIC use case". Since controller 2.15.
    """
    names = several(containers)
    refusals = Refusals()
    refusals.require(bool(names), "containers", containers, "are none", "Write the name of the one that speaks QUIC.")
    if require_list(refusals, "containers", names):
        for name in names:
            require_label(refusals, "container", name)
    refusals.settle()
    return dict(written(s.QUIC_ENABLED_CONTAINERS, names))


def _settings(settings: NetworkSettings, exists: bool) -> Values:
    yield from written(s.NAME, settings.load_balancer_name)
    yield from written(s.SCHEME, settings.scheme and settings.scheme.value)
    yield from written(s.IP_ADDRESS_TYPE, settings.ip_address_type and settings.ip_address_type.value)
    yield from written(s.SUBNETS, settings.subnets or None)
    yield from written(s.EIP_ALLOCATIONS, settings.eip_allocations or None)
    yield from written(s.PRIVATE_IPV4_ADDRESSES, settings.private_ipv4_addresses or None)
    yield from written(s.IPV6_ADDRESSES, settings.ipv6_addresses or None)
    yield from _on_off(s.ENABLE_PREFIX_FOR_IPV6_SOURCE_NAT, settings.ipv6_source_nat)
    yield from written(s.SOURCE_NAT_IPV6_PREFIXES, settings.source_nat_ipv6_prefixes or None)
    attributes = settings.attributes or NetworkLoadBalancerAttributes()
    yield from written(s.ATTRIBUTES, attributes.entries() or None)
    yield from written(s.ADDITIONAL_RESOURCE_TAGS, settings.tags or None)
    capacity = settings.minimum_capacity
    yield from written(s.MINIMUM_CAPACITY, None if capacity is None else {"CapacityUnits": str(capacity)})
    yield from _security_groups(settings.security_groups, exists)
    yield from _on_off(s.ENABLE_ICMP, settings.icmp_for_path_mtu_discovery)
    yield from _on_off(s.INBOUND_RULES_ON_PRIVATE_LINK, settings.inbound_rules_on_private_link)


def _security_groups(groups: SecurityGroups | NoSecurityGroups | None, exists: bool) -> Values:
    if groups is None:
        return
    # A Service that is made has them in its spec, where Kubernetes checks them.
    yield from written(s.SOURCE_RANGES, groups.inbound_cidrs or None if exists else None)
    yield from written(s.MANAGE_BACKEND_SECURITY_GROUP_RULES, groups.manage_backend_rules)
    if isinstance(groups, NoSecurityGroups):
        yield from written(s.DISABLE_SECURITY_GROUP, True)
    else:
        yield from written(s.SECURITY_GROUPS, groups.groups or None)
        yield from written(s.SECURITY_GROUP_PREFIX_LISTS, groups.prefix_lists or None)


def _listeners(balancer: NetworkBalancer) -> Values:
    listeners, secure = balancer.listeners, balancer.secure
    yield from written(s.SSL_CERT, next((listener.certificates for listener in secure), None))
    yield from written(s.SSL_PORTS, _ports(secure))
    policy = balancer.written_tls_policy
    yield from written(s.SSL_NEGOTIATION_POLICY, policy.value if isinstance(policy, TlsPolicy) else policy)
    yield from written(s.ALPN_POLICY, next((x.alpn_policy.value for x in secure if x.alpn_policy is not None), None))
    yield from written(s.BACKEND_PROTOCOL, "ssl" if any(listener.encrypted_to_targets for listener in secure) else None)
    both = any(len(listener.protocol.transports) > 1 for listener in listeners)
    yield from written(s.ENABLE_TCP_UDP_LISTENER, both or None)
    yield from written(s.QUIC_ENABLED_PORTS, _ports([x for x in listeners if x.protocol.is_quic]))
    for listener in listeners:
        attributes = listener.attributes or NetworkListenerAttributes()
        yield from written(s.LISTENER_ATTRIBUTES, attributes.entries() or None, listener=listener.key)
        yield from written(s.ACTIONS, _action(listener), listener=listener.key)


def _action(listener: NetworkListener) -> dict[str, Any] | None:
    weights = listener.weights
    if weights is None:
        return None
    # All target groups of a TLS listener must speak the same; of those that are not its own, the controller takes TLS.
    decrypt = True if listener.protocol is NetworkProtocol.TLS and not listener.encrypted_to_targets else None
    groups = [
        present({"serviceName": target.name, "servicePort": target.port, "decrypt": decrypt, "weight": weight})
        if isinstance(target, Service)
        else {"targetGroupARN": target.arn, "weight": weight}
        for target, weight in weights.others
    ]
    sticky = None if weights.sticky is None else {"enabled": weights.sticky}
    config = {"baseServiceWeight": weights.own, "targetGroups": groups, "targetGroupStickinessConfig": sticky}
    return {"type": "forward", "forwardConfig": present(config)}


def _targets(targets: NetworkTargets) -> Values:
    yield from written(s.TARGET_TYPE, targets.written_type.value)
    yield from written(s.PROXY_PROTOCOL, "*" if targets.proxy_protocol else None)
    attributes = targets.attributes or NetworkTargetGroupAttributes()
    yield from written(s.TARGET_GROUP_ATTRIBUTES, attributes.entries() or None)
    yield from written(s.TARGET_NODE_LABELS, targets.node_labels or None)
    yield from written(s.MULTI_CLUSTER_TARGET_GROUP, targets.multi_cluster)
    check = targets.health_check or NetworkHealthCheck()
    yield from written(s.HEALTHCHECK_PROTOCOL, check.protocol and check.protocol.value)
    yield from written(s.HEALTHCHECK_PORT, None if check.port is None else str(check.port))
    yield from written(s.HEALTHCHECK_PATH, check.path)
    yield from written(s.HEALTHCHECK_INTERVAL, in_seconds(check.interval))
    yield from written(s.HEALTHCHECK_TIMEOUT, in_seconds(check.timeout))
    yield from written(s.HEALTHCHECK_HEALTHY_THRESHOLD, check.healthy_threshold)
    yield from written(s.HEALTHCHECK_UNHEALTHY_THRESHOLD, check.unhealthy_threshold)
    yield from written(s.HEALTHCHECK_SUCCESS_CODES, check.success_codes)


def _target_ports(balancer: NetworkBalancer) -> Values:
    """What target groups are told by the numbers of their Services' ports."""
    by_port = balancer.by_target_port
    proxied = [] if balancer.targets.proxy_protocol else [str(port) for port, x in by_port.items() if x.proxy_protocol]
    yield from written(s.PROXY_PROTOCOL_PER_TARGET_GROUP, proxied or None)
    for port, listener in by_port.items():
        attributes = listener.target_attributes or NetworkTargetGroupAttributes()
        yield from written(s.TARGET_GROUP_ATTRIBUTES_OF_PORT, attributes.entries() or None, port=str(port))


def _ports(listeners: Sequence[NetworkListener]) -> list[str] | None:
    return [str(listener.port) for listener in listeners] or None


def _on_off(row: Annotation, value: bool | None) -> Values:
    yield from written(row, None if value is None else "on" if value else "off")
