"""A network load balancer in the controller's own format.

Facts: the controller's model (`pkg/model`) and how it writes it as JSON (`pkg/deploy`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from eks_ingress.plan.model import MANAGED
from eks_ingress.plan.network_model import (
    NetworkHealthCheck,
    NetworkListener,
    NetworkLoadBalancer,
    NetworkTargetGroup,
    Opening,
)
from eks_ingress.plan.stack_parts import (
    BINDING,
    LISTENER,
    LOAD_BALANCER,
    SECURITY_GROUP,
    TARGET_GROUP,
    attributes,
    group_ids,
    managed_group,
    numbers_of,
    ref,
    said,
    some,
    subnet_mappings,
    target_of,
)


def network_stack(balancer: NetworkLoadBalancer) -> dict[str, Any]:
    """All resources of a load balancer, by type and by the name that the controller gives them within it."""
    resources: dict[str, dict[str, Any]] = {}

    def add(kind: str, id: str, spec: Mapping[str, Any]) -> None:
        resources.setdefault(kind, {})[id] = {"spec": spec}

    if balancer.managed_security_group is not None:
        add(SECURITY_GROUP, MANAGED, managed_group(balancer.managed_security_group))
    add(LOAD_BALANCER, "LoadBalancer", _load_balancer(balancer))
    for listener in balancer.listeners:
        add(LISTENER, str(listener.port), _listener(listener))
    for group in balancer.target_groups:
        add(TARGET_GROUP, group.id, _target_group(group))
        add(BINDING, group.id, _binding(group, balancer))
    return {"id": balancer.service, "resources": resources}


def _load_balancer(balancer: NetworkLoadBalancer) -> dict[str, Any]:
    capacity = balancer.minimum_capacity
    return {
        "name": balancer.name,
        "type": "network",
        "scheme": balancer.scheme,
        "ipAddressType": balancer.ip_address_type,
        "enablePrefixForIpv6SourceNat": "on" if balancer.has_source_nat_prefixes else "off",
        **some(subnetMapping=subnet_mappings(balancer.subnets), securityGroups=group_ids(balancer.security_groups)),
        **said(securityGroupsInboundRulesOnPrivateLink=balancer.private_link_rules),
        **some(loadBalancerAttributes=attributes(balancer.attributes)),
        **({} if capacity is None else {"minimumLoadBalancerCapacity": {"capacityUnits": capacity}}),
        **some(tags=dict(balancer.tags)),
    }


def _listener(listener: NetworkListener) -> dict[str, Any]:
    config: dict[str, Any] = {"targetGroups": list(map(target_of, listener.targets))}
    if listener.stickiness is not None:
        config["targetGroupStickinessConfig"] = said(enabled=listener.stickiness.enabled)
    return {
        "loadBalancerARN": ref(LOAD_BALANCER, "LoadBalancer", "loadBalancerARN"),
        "port": listener.port,
        "protocol": listener.protocol,
        "defaultActions": [{"type": "forward", "forwardConfig": config}],
        **some(certificates=[{"certificateARN": arn} for arn in listener.certificates]),
        **said(sslPolicy=listener.tls_policy, alpnPolicy=None if listener.alpn_policy is None else [listener.alpn_policy]),
        **some(tags=dict(listener.tags), listenerAttributes=[{"Key": key, "Value": value} for key, value in listener.attributes]),
    }


def _target_group(group: NetworkTargetGroup) -> dict[str, Any]:
    return {
        "name": group.name,
        "targetType": group.target_type,
        "port": group.port,
        "protocol": group.protocol,
        "ipAddressType": group.ip_address_type,
        "healthCheckConfig": _health_check(group.health_check),
        **some(targetGroupAttributes=attributes(group.attributes), tags=dict(group.tags)),
    }


def _health_check(check: NetworkHealthCheck) -> dict[str, Any]:
    return {
        "port": check.port,
        "protocol": check.protocol,
        **said(path=check.path, matcher=None if check.success_codes is None else {"httpCode": check.success_codes}),
        **numbers_of(check),
    }


def _binding(group: NetworkTargetGroup, balancer: NetworkLoadBalancer) -> dict[str, Any]:
    spec: dict[str, Any] = {
        "targetGroupARN": ref(TARGET_GROUP, group.id, "targetGroupARN"),
        "targetType": group.target_type,
        "serviceRef": {"name": group.service, "port": group.service_port},
    }
    if group.openings is not None:
        spec["networking"] = {"ingress": list(map(_opening, group.openings))}
    if group.node_labels:
        spec["nodeSelector"] = {"matchLabels": dict(group.node_labels)}
    spec |= {
        "ipAddressType": group.ip_address_type,
        **some(vpcID=balancer.vpc, multiClusterTargetGroup=group.multi_cluster),
        "targetGroupProtocol": group.protocol,
    }
    return {"template": {"metadata": {"name": group.name, "namespace": group.namespace}, "spec": spec}}


def _opening(opening: Opening) -> dict[str, Any]:
    """What is opened; of no sources, or no ports, the controller writes none rather than an empty list."""
    peers = [
        {"securityGroup": {"groupID": group_ids([source])[0]}} if opening.of_group else {"ipBlock": {"cidr": source}}
        for source in opening.sources
    ]
    ports = [{"protocol": protocol, **said(port=port)} for protocol, port in opening.ports]
    return {"from": peers or None, "ports": ports or None}
