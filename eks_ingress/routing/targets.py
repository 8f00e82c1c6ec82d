"""How the load balancer treats what stands behind a Service: its targets.

Facts: controller documentation, "Target group", "Health Check" annotations; Elastic Load Balancing documentation, "Target groups
for your Application Load Balancers".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import Enum

from eks_ingress.refusal import Refusals
from eks_ingress.routing.attributes import TargetGroupAttributes
from eks_ingress.routing.health import HealthCheck
from eks_ingress.routing.names import require_label_key, require_label_value, require_port_number
from eks_ingress.routing.protocol import Protocol
from eks_ingress.routing.units import put, require_flag, require_kinds, require_texts


class TargetType(Enum):
    """What the load balancer sends to."""

    IP = "ip"
    """The pods themselves; any type of Service, and the only way on Fargate."""
    INSTANCE = "instance"
    """A port of every node, from where Kubernetes sends on; needs a Service of type NodePort or LoadBalancer."""


class ProtocolVersion(Enum):
    """The version of HTTP that the load balancer speaks with targets."""

    HTTP1 = "HTTP1"
    """HTTP/1.1."""
    HTTP2 = "HTTP2"
    """HTTP/2; the listener must be HTTPS."""
    GRPC = "GRPC"
    """gRPC; the listener must be HTTPS."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Targets:
    """How targets are reached and checked. What is left at None is the load balancer's choice, or else the controller's.

    Raises `Refused` for what the controller or Elastic Load Balancing would refuse.

    Facts: controller documentation, "Target type", "Backend protocol", "Target group attributes", "Target node labels",
    "Multi-cluster target group", "Target control port".
    """

    target_type: TargetType | None = None
    """Pods or nodes. Default of a load balancer: pods."""
    protocol: Protocol | None = None
    """HTTP, or HTTPS, where the load balancer takes any certificate of the target. Default: HTTP."""
    protocol_version: ProtocolVersion | None = None
    """HTTP/1.1, HTTP/2 or gRPC. Default: HTTP/1.1."""
    health_check: HealthCheck | None = None
    """Which targets may have traffic. Default: `GET /` is answered with 200 (for gRPC `/AWS.ALB/healthcheck` with 12)."""
    attributes: TargetGroupAttributes | None = None
    """Deregistration delay, slow start, stickiness, algorithm and so on. Default: as Elastic Load Balancing has them."""
    node_labels: Mapping[str, str] | None = None
    """Labels that a node must have to be a target, with `TargetType.INSTANCE`. Default: any node."""
    multi_cluster: bool | None = None
    """Whether other clusters, or something outside of Kubernetes, register targets in the same target group. Default: no."""
    control_port: int | None = None
    """Port of the agent of target optimizer in the pods, 1 to 65535, with `TargetType.IP`. Default: none."""

    def __post_init__(self) -> None:
        refusals = Refusals()
        require_kinds(refusals, self, _KINDS)
        require_flag(refusals, "multi_cluster", self.multi_cluster)
        if self.control_port is not None:
            require_port_number(refusals, "control_port", self.control_port)
            refusals.require(
                self.target_type is not TargetType.INSTANCE,
                "control_port",
                self.control_port,
                "goes with pods as targets only",
                "Write `target_type=TargetType.IP`, or leave `control_port` out.",
            )
        if require_node_labels(refusals, self.node_labels, self.target_type):
            put(self, node_labels=None if self.node_labels is None else dict(self.node_labels))
        if isinstance(self.health_check, HealthCheck):
            self._check_success_codes(refusals, self.health_check)
        refusals.settle()

    def _check_success_codes(self, refusals: Refusals, check: HealthCheck) -> None:
        """A health check counts codes of HTTP or of gRPC, and does not know which of them its targets speak."""
        if check.counts_grpc is None:
            return
        grpc = self.protocol_version is ProtocolVersion.GRPC
        refusals.require(
            check.counts_grpc == grpc,
            "health check success_codes",
            check.success_codes,
            f"are those of {'HTTP, while the targets speak gRPC' if grpc else 'gRPC, while the targets speak HTTP'}",
            "Write codes from 0 to 99: '12' or '0-99'." if grpc else "Write codes from 200 to 499, or `ProtocolVersion.GRPC`.",
        )

    def over(self, others: Targets) -> Targets:
        """These settings, and those of `others` where there are none."""
        if self.says_nothing:
            return others
        return Targets(**{name: getattr(others if getattr(self, name) is None else self, name) for name in _NAMES})

    @property
    def says_nothing(self) -> bool:
        """Whether all is left to the load balancer."""
        return (
            self.target_type is None
            and self.protocol is None
            and self.protocol_version is None
            and self.health_check is None
            and self.attributes is None
            and self.node_labels is None
            and self.multi_cluster is None
            and self.control_port is None
        )


def require_node_labels(refusals: Refusals, labels: Mapping[str, str] | None, target_type: TargetType | None) -> bool:
    """Labels that choose among nodes, which must be the targets; None is fine."""
    if labels is None:
        return True
    if not require_texts(refusals, "node_labels", labels):
        return False
    for key, value in labels.items():
        require_label_key(refusals, "key in node_labels,", key)
        require_label_value(
            refusals, f"value of {key!r} in node_labels,", value, "Write it as it stands in the labels of the nodes."
        )
    refusals.require(
        not labels or target_type is not TargetType.IP,
        "node_labels",
        dict(labels),
        "choose among nodes, while the targets are pods",
        "Write `target_type=TargetType.INSTANCE`, or leave `node_labels` out.",
    )
    return True


_KINDS: Mapping[str, type] = {
    "target_type": TargetType,
    "protocol": Protocol,
    "protocol_version": ProtocolVersion,
    "health_check": HealthCheck,
    "attributes": TargetGroupAttributes,
}
_NAMES = tuple(field.name for field in fields(Targets))
