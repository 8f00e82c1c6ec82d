"""The Kubernetes Service that has a network load balancer: one that is made for it, or one that is there.

Facts: Kubernetes API, v1 Service; Kubernetes documentation, "Service", "IPv4/IPv6 dual-stack", "Virtual IPs and Service Proxies";
controller documentation, "Network Load Balancer".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from eks_ingress.refusal import Refusals
from eks_ingress.routing.metadata import require_annotations
from eks_ingress.routing.names import require_label_key, require_label_value, require_port_number, require_service
from eks_ingress.routing.units import Span, put, require_a, require_flag, require_kinds, require_span, require_texts, several, span


class TrafficPolicy(Enum):
    """To which pods a node sends what comes in for a Service."""

    CLUSTER = "Cluster"
    """To any."""
    LOCAL = "Local"
    """To those of the same node."""


class IpFamily(Enum):
    """A version of IP that a Service speaks."""

    IPV4 = "IPv4"
    IPV6 = "IPv6"


class IpFamilyPolicy(Enum):
    """How many versions of IP a Service speaks."""

    SINGLE_STACK = "SingleStack"
    """One."""
    PREFER_DUAL_STACK = "PreferDualStack"
    """Two where the cluster has both."""
    REQUIRE_DUAL_STACK = "RequireDualStack"
    """Two, or the Service is refused."""


@dataclass(frozen=True, slots=True)
class NetworkService:
    """A Service of type LoadBalancer that is made for a network load balancer; its ports are those of the listeners.

    What is left out is not written, so that Kubernetes decides. Raises `Refused` for what Kubernetes would refuse.
    """

    selector: Mapping[str, str]
    """Labels of the pods that have the traffic."""
    name: str | None = field(default=None, kw_only=True)
    """Its name. Default: the id of the load balancer, as `mqtt-broker` for `MqttBroker`."""
    external_traffic_policy: TrafficPolicy | None = field(default=None, kw_only=True)
    """Where nodes send what comes from outside; for pods as targets it has no meaning. Default: to any pod."""
    internal_traffic_policy: TrafficPolicy | None = field(default=None, kw_only=True)
    """Where nodes send what comes from within the cluster. Default: to any pod."""
    health_check_node_port: int | None = field(default=None, kw_only=True)
    """Port at which nodes tell whether they have a pod, with `external_traffic_policy=TrafficPolicy.LOCAL`. Default: Kubernetes
    chooses."""
    session_affinity: Span | None = field(default=None, kw_only=True)
    """How long nodes send a client's connections to the same pod: 1 s to 1 day in whole seconds; pods as targets have their
    connections from the load balancer itself, see `NetworkTargetGroupAttributes.sticky`. Default: not at all."""
    ip_families: Sequence[IpFamily] = field(default=(), kw_only=True)
    """Versions of IP, the one of its targets first; IPv6 needs `IpAddressType.DUALSTACK`. Default: the cluster's."""
    ip_family_policy: IpFamilyPolicy | None = field(default=None, kw_only=True)
    """One version of IP, or two. Default: one, or two if `ip_families` has them."""
    allocate_node_ports: bool | None = field(default=None, kw_only=True)
    """Whether its ports get one of every node each, which targets of the type instance need. Default: for those only."""
    publish_not_ready_addresses: bool | None = field(default=None, kw_only=True)
    """Whether pods that are not ready have traffic too. Default: no."""
    labels: Mapping[str, str] = field(default_factory=dict, kw_only=True)
    """Labels of the object. Default: none."""
    annotations: Mapping[str, str] = field(default_factory=dict, kw_only=True)
    """Annotations for others than the controller, such as external-dns. Default: none."""

    def __post_init__(self) -> None:
        put(self, session_affinity=span(self.session_affinity), ip_families=several(self.ip_families))
        refusals = Refusals()
        require_kinds(refusals, self, _KINDS)
        for family in self.ip_families:
            require_a(refusals, "ip_families entry", family, IpFamily)
        refusals.settle()
        if self.name is not None:
            require_service(refusals, "name", self.name)
        for what, labels in (("selector", self.selector), ("labels", self.labels)):
            if require_texts(refusals, what, labels):
                for key, value in labels.items():
                    require_label_key(refusals, f"key in {what},", key)
                    require_label_value(refusals, f"value of {key!r} in {what},", value)
        refusals.require(self.selector != {}, "selector", {}, "chooses no pods", "Write the labels of the pods: `{'app': 'mqtt'}`.")
        require_span(refusals, "session_affinity", self.session_affinity, 1, 86400)
        for name in ("allocate_node_ports", "publish_not_ready_addresses"):
            require_flag(refusals, name, getattr(self, name))
        _require_health_port(refusals, self)
        refusals.require(
            len(set(self.ip_families)) == len(self.ip_families),
            "ip_families",
            [family.value for family in self.ip_families],
            "name one twice",
            "Write each once.",
        )
        refusals.require(
            len(self.ip_families) < 2 or self.ip_family_policy is not IpFamilyPolicy.SINGLE_STACK,
            "ip_families",
            [family.value for family in self.ip_families],
            "are two, while ip_family_policy allows one",
            "Write `IpFamilyPolicy.REQUIRE_DUAL_STACK`, or leave one out.",
        )
        require_annotations(refusals, self.annotations)
        refusals.settle()
        put(self, selector=dict(self.selector), labels=dict(self.labels), annotations=dict(self.annotations))

    @classmethod
    def existing(
        cls,
        name: str,
        *,
        external_traffic_policy: TrafficPolicy | None = None,
        health_check_node_port: int | None = None,
        ip_families: Sequence[IpFamily] = (),
        annotations: Mapping[str, str] | None = None,
    ) -> ExistingService:
        """A Service that somebody else made: only annotations are put on it. Its ports must be those of the listeners.

        Keywords are explained with the fields of `ExistingService`.
        """
        return ExistingService(
            name,
            external_traffic_policy=external_traffic_policy,
            health_check_node_port=health_check_node_port,
            ip_families=ip_families,
            annotations=annotations or {},
        )


@dataclass(frozen=True, slots=True)
class ExistingService:
    """A Service that somebody else made, of type LoadBalancer and of the controller's class; made by `NetworkService.existing`.

    Only annotations are put on it. What else is said here and in the listeners is what the Service is already, so that the plan
    shows what becomes of it. Raises `Refused` for what no Service can be.
    """

    name: str
    """Its name, known when the app is synthesized."""
    external_traffic_policy: TrafficPolicy | None = field(default=None, kw_only=True)
    """Where nodes send what comes from outside. Default: to any pod."""
    health_check_node_port: int | None = field(default=None, kw_only=True)
    """Port at which nodes tell whether they have a pod, with `TrafficPolicy.LOCAL`. Default: not known."""
    ip_families: Sequence[IpFamily] = field(default=(), kw_only=True)
    """Versions of IP that it speaks. Default: IPv4."""
    annotations: Mapping[str, str] = field(default_factory=dict, kw_only=True)
    """Annotations for others than the controller, such as external-dns, to put on it as well. Default: none."""

    def __post_init__(self) -> None:
        put(self, ip_families=several(self.ip_families))
        refusals = Refusals()
        require_kinds(refusals, self, {"external_traffic_policy": TrafficPolicy})
        for family in self.ip_families:
            require_a(refusals, "ip_families entry", family, IpFamily)
        refusals.settle()
        require_service(refusals, "name", self.name)
        _require_health_port(refusals, self)
        require_annotations(refusals, self.annotations)
        refusals.settle()
        put(self, annotations=dict(self.annotations))


_KINDS: Mapping[str, type] = {
    "external_traffic_policy": TrafficPolicy,
    "internal_traffic_policy": TrafficPolicy,
    "ip_family_policy": IpFamilyPolicy,
}


def _require_health_port(refusals: Refusals, service: NetworkService | ExistingService) -> None:
    port = service.health_check_node_port
    if port is None:
        return
    require_port_number(refusals, "health_check_node_port", port)
    refusals.require(
        service.external_traffic_policy is TrafficPolicy.LOCAL,
        "health_check_node_port",
        port,
        "is there only where nodes send to their own pods",
        "Write `external_traffic_policy=TrafficPolicy.LOCAL`, or leave it out.",
    )
