"""The Service of a network load balancer as the Kubernetes object.

Facts: Kubernetes API, v1 Service; controller documentation, "Network Load Balancer".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from eks_ingress.annotations.service_words import balanced_annotations, unsaid
from eks_ingress.manifests.manifest import Manifest
from eks_ingress.routing.network_balancer import NetworkBalancer
from eks_ingress.routing.network_listener import NetworkListener
from eks_ingress.routing.network_service import ExistingService, NetworkService
from eks_ingress.routing.targets import TargetType
from eks_ingress.routing.units import whole_seconds
from eks_ingress.source import Source

_SOME_PODS = {"${labels of its pods}": ""}
"""The selector of a Service that somebody else made: what only the cluster knows stands as what it is, as in the plan."""


def manifest(balancer: NetworkBalancer, source: Source) -> Manifest:
    """The Service of a load balancer: as it is applied, or, where somebody else made it, as it will be."""
    service = balancer.service
    labels = {"labels": dict(service.labels)} if isinstance(service, NetworkService) and service.labels else {}
    metadata = {
        "name": balancer.name,
        "namespace": balancer.namespace,
        **labels,
        "annotations": balanced_annotations(balancer, source),
    }
    spec: dict[str, Any] = {
        "type": "LoadBalancer",
        "loadBalancerClass": balancer.load_balancer_class,
        "ports": [port for listener in balancer.listeners for port in _ports(listener)],
        **_common(service),
    }
    spec |= _made(service, balancer) if isinstance(service, NetworkService) else {"selector": _SOME_PODS}
    return Manifest({"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": spec}, source)


def patch(balancer: NetworkBalancer, made: Manifest) -> dict[str, str | None]:
    """The annotations to put on a Service that somebody else made, and as None those of the controller to take off it.

    What is not said is taken off, so that the Service becomes the one that the plan has seen.
    """
    return {**made.annotations, **dict.fromkeys(unsaid(balancer, list(made.annotations)))}


def _ports(listener: NetworkListener) -> Iterator[dict[str, Any]]:
    for transport, name in zip(listener.protocol.transports, listener.port_names, strict=True):
        target = listener.port if listener.target_port is None else listener.target_port
        node = {} if listener.node_port is None else {"nodePort": listener.node_port}
        yield {"name": name, "port": listener.port, "protocol": transport, "targetPort": target, **node}


def _common(service: NetworkService | ExistingService) -> dict[str, Any]:
    fields = {
        "externalTrafficPolicy": service.external_traffic_policy and service.external_traffic_policy.value,
        "healthCheckNodePort": service.health_check_node_port,
        "ipFamilies": [family.value for family in service.ip_families],
    }
    return _said(fields)


def _made(service: NetworkService, balancer: NetworkBalancer) -> dict[str, Any]:
    affinity, groups = service.session_affinity, balancer.written_settings.security_groups
    allocates = service.allocate_node_ports
    if allocates is None and balancer.targets.written_type is TargetType.IP:
        allocates = False
    fields = {
        "selector": dict(service.selector),
        "loadBalancerSourceRanges": [] if groups is None else list(groups.inbound_cidrs),
        "allocateLoadBalancerNodePorts": allocates,
        "internalTrafficPolicy": service.internal_traffic_policy and service.internal_traffic_policy.value,
        "sessionAffinity": affinity and "ClientIP",
        "sessionAffinityConfig": affinity and {"clientIP": {"timeoutSeconds": whole_seconds(affinity)}},
        "ipFamilyPolicy": service.ip_family_policy and service.ip_family_policy.value,
        "publishNotReadyAddresses": service.publish_not_ready_addresses,
    }
    return _said(fields)


def _said(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None and value != []}
