"""How a network load balancer treats its targets, whichever listener leads to them.

Facts: controller documentation, "NLB target type", "Health Check", "Target group attributes", "Target node labels", "Multi-cluster
target group", "Proxy protocol v2" of Services.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from eks_ingress.refusal import Refusals
from eks_ingress.routing.network_attributes import NetworkTargetGroupAttributes
from eks_ingress.routing.network_health import NetworkHealthCheck
from eks_ingress.routing.targets import TargetType, require_node_labels
from eks_ingress.routing.units import put, require_flag, require_kinds


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkTargets:
    """How targets are reached and checked. What is left at None is the load balancer's choice, or else the controller's.

    Raises `Refused` for what the controller or Elastic Load Balancing would refuse.
    """

    target_type: TargetType | None = None
    """Pods or nodes; changing it makes new target groups. Default: pods, or nodes where `node_labels` choose among them."""
    health_check: NetworkHealthCheck | None = None
    """Which targets may have connections. Default: those that take one on the port that has the traffic."""
    attributes: NetworkTargetGroupAttributes | None = None
    """Deregistration delay, the client's address and so on, of all target groups. Default: as Elastic Load Balancing has them."""
    proxy_protocol: bool = False
    """Whether all targets get the client's address before its data, by Proxy Protocol v2, which they must understand. Default: as
    each listener says."""
    node_labels: Mapping[str, str] | None = None
    """Labels that a node must have to be a target, with `TargetType.INSTANCE`. Default: any node."""
    multi_cluster: bool | None = None
    """Whether other clusters, or something outside of Kubernetes, register targets in the same target groups. Default: no."""

    def __post_init__(self) -> None:
        refusals = Refusals()
        require_kinds(refusals, self, _KINDS)
        require_flag(refusals, "multi_cluster", self.multi_cluster)
        require_flag(refusals, "proxy_protocol", self.proxy_protocol)
        require_node_labels(refusals, self.node_labels, self.target_type)
        refusals.settle()
        put(self, node_labels=None if self.node_labels is None else dict(self.node_labels))

    @property
    def written_type(self) -> TargetType:
        """What is written where nothing is said: pods, or nodes where they are chosen among."""
        return self.target_type or (TargetType.INSTANCE if self.node_labels else TargetType.IP)


_KINDS: Mapping[str, type] = {
    "target_type": TargetType,
    "health_check": NetworkHealthCheck,
    "attributes": NetworkTargetGroupAttributes,
}
