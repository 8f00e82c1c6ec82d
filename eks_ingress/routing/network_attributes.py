"""Attributes of the target groups and listeners of a network load balancer.

Facts: controller documentation, "Target group attributes", "Listener attributes"; Elastic Load Balancing API, TargetGroupAttribute,
ListenerAttribute; Elastic Load Balancing documentation, "Edit target group attributes for your Network Load Balancer".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from eks_ingress.refusal import Refusals
from eks_ingress.routing.attributes import CROSS_ZONE, Attributes, MinimumHealthy, a_word, attribute, require_health, seconds
from eks_ingress.routing.units import Span, require_flag

_PROXY_PROTOCOL = "proxy_protocol_v2.enabled"
_STICKY_TYPE = "stickiness.type"


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkTargetGroupAttributes(Attributes):
    """Attributes of the target group of a network load balancer. What is left at None stays as it is in AWS.

    Raises `Refused` for what Elastic Load Balancing would refuse.

    Facts: Elastic Load Balancing API, TargetGroupAttribute; Elastic Load Balancing documentation, "Edit target group attributes for
    your Network Load Balancer", "Target group health".
    """

    what: ClassVar[str] = "network target group attribute"

    deregistration_delay: Span | None = attribute("deregistration_delay.timeout_seconds", seconds(0, 3600))
    """How long a target that leaves may go on with its connections: 0 s to 1 hour in whole seconds. Default: 300 s."""
    connection_termination: bool | None = attribute("deregistration_delay.connection_termination.enabled", require_flag)
    """Whether connections to a target that leaves are closed at the end of that time. Default: no, but for UDP, where they are."""
    preserve_client_ip: bool | None = attribute("preserve_client_ip.enabled", require_flag)
    """Whether targets see the client's address; for UDP and QUIC they always do. Default: nodes do, pods do not."""
    sticky: bool | None = attribute("stickiness.enabled", require_flag)
    """Whether a client stays with its target, by its address; not for TLS. Default: no."""
    cross_zone: bool | None = attribute(CROSS_ZONE, require_flag)
    """Whether connections are divided among the targets of all zones, not only those of the zone where they came in. Default: as
    the load balancer does (no)."""
    unhealthy_connection_termination: bool | None = attribute(
        "target_health_state.unhealthy.connection_termination.enabled", require_flag
    )
    """Whether connections to a target that becomes unhealthy are closed. Default: yes."""
    unhealthy_draining_interval: Span | None = attribute(
        "target_health_state.unhealthy.draining_interval_seconds", seconds(0, 360000)
    )
    """How long a target that becomes unhealthy may go on with its connections: 0 s to 100 hours in whole seconds; without
    `unhealthy_connection_termination` only. Default: 0 s."""
    dns_failover_min_healthy: MinimumHealthy | None = attribute(
        "target_group_health.dns_failover.minimum_healthy_targets", a_word(MinimumHealthy)
    )
    """With fewer healthy targets than this, DNS leads clients to other zones. Default: one."""
    unhealthy_routing_min_healthy: MinimumHealthy | None = attribute(
        "target_group_health.unhealthy_state_routing.minimum_healthy_targets", a_word(MinimumHealthy)
    )
    """With fewer healthy targets than this, all have connections, the unhealthy too; its count cannot be off, and it must not be
    above `dns_failover_min_healthy`. Default: one."""

    def _check_together(self, refusals: Refusals) -> None:
        interval = self.unhealthy_draining_interval
        refusals.require(
            interval in (None, timedelta(0)) or self.unhealthy_connection_termination is False,
            f"{self.what} unhealthy_draining_interval",
            str(interval),
            "would have no effect, since connections to unhealthy targets are closed at once",
            "Write `unhealthy_connection_termination=False`, or leave it out.",
        )
        if isinstance(self.other, Mapping):
            refusals.require(
                _PROXY_PROTOCOL not in self.other,
                f"key in other {self.what}s,",
                _PROXY_PROTOCOL,
                "is what the controller itself says of each port",
                "Write `NetworkListener.tcp(…, proxy_protocol=True)`, or `NetworkTargets(proxy_protocol=True)` for all.",
            )
            refusals.require(
                self.sticky is not True or _STICKY_TYPE not in self.other,
                f"key in other {self.what}s,",
                _STICKY_TYPE,
                "is written with `sticky`: `source_ip`, the one kind that there is",
                "Leave it out.",
            )
        require_health(refusals, self.what, self.dns_failover_min_healthy, self.unhealthy_routing_min_healthy)

    def entries(self) -> dict[str, str]:
        """What is set, as texts by AWS's keys; with stickiness, of which kind it is."""
        texts = Attributes.entries(self)
        return texts | {_STICKY_TYPE: "source_ip"} if self.sticky else texts


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkListenerAttributes(Attributes):
    """Attributes of a listener of a network load balancer. What is left at None stays as it is in AWS.

    Raises `Refused` for what Elastic Load Balancing would refuse.

    Facts: Elastic Load Balancing API, ListenerAttribute; Elastic Load Balancing documentation, "Update the TCP idle timeout for
    your Network Load Balancer listener".
    """

    what: ClassVar[str] = "network listener attribute"

    tcp_idle_timeout: Span | None = attribute("tcp.idle_timeout.seconds", seconds(60, 6000))
    """Time without data after which a connection of TCP is forgotten: 60 s to 6,000 s in whole seconds; not for TLS. Default:
    350 s."""
