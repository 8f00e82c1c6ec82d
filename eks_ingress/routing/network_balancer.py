"""A network load balancer whole: its Service, its settings, its listeners and its targets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from eks_ingress.refusal import Refusals
from eks_ingress.routing.names import require_label, require_service
from eks_ingress.routing.network import SecurityGroups
from eks_ingress.routing.network_listener import NetworkListener, require_network_listeners
from eks_ingress.routing.network_protocol import NetworkProtocol
from eks_ingress.routing.network_service import ExistingService, IpFamily, NetworkService
from eks_ingress.routing.network_settings import NetworkSettings, NoSecurityGroups
from eks_ingress.routing.network_targets import NetworkTargets
from eks_ingress.routing.scheme import IpAddressType, Scheme
from eks_ingress.routing.targets import TargetType
from eks_ingress.routing.tls import TlsPolicy
from eks_ingress.routing.units import require_a
from eks_ingress.tokens import has_token


@dataclass(frozen=True, slots=True)
class NetworkBalancer:
    """One network load balancer. Raises `Refused`, with all that is wrong with it.

    Facts: controller documentation, "Network Load Balancer", "Service annotations"; Elastic Load Balancing documentation,
    "Listeners for your Network Load Balancers".
    """

    name: str
    """Name of the Service."""
    namespace: str
    service: NetworkService | ExistingService
    listeners: tuple[NetworkListener, ...]
    settings: NetworkSettings = NetworkSettings()
    targets: NetworkTargets = NetworkTargets()
    load_balancer_class: str = "service.k8s.aws/nlb"
    """The class of Services that the controller looks after."""

    def __post_init__(self) -> None:
        refusals = Refusals()
        refusals.require(
            isinstance(self.service, NetworkService | ExistingService),
            "service",
            self.service,
            "is no NetworkService",
            "Write `NetworkService({'app': 'mqtt'})`, or `NetworkService.existing('mqtt')`.",
        )
        require_a(refusals, "targets", self.targets, NetworkTargets)
        for listener in self.listeners:
            require_a(refusals, "listener", listener, NetworkListener)
        refusals.settle()
        require_label(refusals, "namespace", self.namespace)
        require_service(refusals, "name", self.name)
        refusals.require(
            not has_token(self.name),
            "name",
            self.name,
            "is known to CloudFormation only",
            "Write it as text: names are made of it.",
        )
        require_network_listeners(refusals, self.listeners)
        self._check_existing(refusals)
        self._check_service(refusals)
        self._check_quic(refusals)
        self._check_targets(refusals)
        self._check_weights(refusals)
        with refusals.gather():  # what is said may not go with the defaults
            self.written_settings  # noqa: B018
        refusals.settle()

    @property
    def exists(self) -> bool:
        """Whether somebody else made its Service."""
        return isinstance(self.service, ExistingService)

    @property
    def written_settings(self) -> NetworkSettings:
        """Its settings with the defaults of a load balancer."""
        groups = self.settings.security_groups
        if groups is None and any(listener.protocol.is_quic for listener in self.listeners):
            groups = NoSecurityGroups()
        return replace(self.settings, scheme=self.settings.scheme or Scheme.INTERNAL, security_groups=groups)

    @property
    def secure(self) -> tuple[NetworkListener, ...]:
        """Its TLS listeners."""
        return tuple(listener for listener in self.listeners if listener.protocol is NetworkProtocol.TLS)

    @property
    def written_tls_policy(self) -> TlsPolicy | str | None:
        """The TLS policy of its TLS listeners: what one of them says, or the default of a load balancer."""
        said = next((listener.tls_policy for listener in self.secure if listener.tls_policy is not None), None)
        return said or (TlsPolicy.RECOMMENDED if self.secure else None)

    @property
    def by_target_port(self) -> Mapping[int, NetworkListener]:
        """The listener by each number that the port of a Service behind it has: settings of target groups go by that number."""
        return {port: listener for listener in self.listeners for port in _service_ports(listener)}

    def _check_existing(self, refusals: Refusals) -> None:
        refusals.require(
            not self.exists or self.settings.scheme is not None,
            "scheme",
            None,
            "is not said, and a load balancer that exists would be replaced where it is not internal",
            "Write the `scheme` that it has.",
        )

    def _check_service(self, refusals: Refusals) -> None:
        kind = self.targets.written_type
        refusals.require(
            IpFamily.IPV6 not in self.service.ip_families or self.settings.ip_address_type is IpAddressType.DUALSTACK,
            "ip_families",
            [family.value for family in self.service.ip_families],
            "have IPv6, which the controller refuses for a load balancer without it",
            "Write `ip_address_type=IpAddressType.DUALSTACK`.",
        )
        without = [listener.port for listener in self.listeners if listener.node_port is None]
        refusals.require(
            getattr(self.service, "allocate_node_ports", None) is not False or kind is TargetType.IP or not without,
            "allocate_node_ports",
            False,
            f"leaves ports {without} without one of the nodes, which targets of the type instance need",
            "Write `node_port=…` for each listener, or leave `allocate_node_ports` out.",
        )

    def _check_quic(self, refusals: Refusals) -> None:
        if not any(listener.protocol.is_quic for listener in self.listeners):
            return
        refusals.require(
            not isinstance(self.settings.security_groups, SecurityGroups),
            "security_groups",
            self.settings.security_groups,
            "cannot be, since AWS takes QUIC on load balancers without security groups only",
            "Leave them out, or write `NoSecurityGroups(…)`.",
        )
        refusals.require(
            self.settings.ip_address_type in (None, IpAddressType.IPV4),
            "ip_address_type",
            getattr(self.settings.ip_address_type, "value", None),
            "has IPv6, and AWS takes QUIC over IPv4 only",
            "Write `IpAddressType.IPV4`, or leave it out.",
        )

    def _check_targets(self, refusals: Refusals) -> None:
        attributes, check = self.targets.attributes, self.targets.health_check
        refusals.require(
            attributes is None or not attributes.sticky or not self.secure,
            "attributes of targets,",
            "sticky",
            "hold for the TLS listeners as well, where AWS does not take it",
            "Write `target_attributes=NetworkTargetGroupAttributes(sticky=True)` for the other listeners.",
        )
        if check is None or not isinstance(check.port, str) or check.port == "traffic-port" or has_token(check.port):
            return
        named = {name: listener for listener in self.listeners for name in listener.port_names}
        listener = named.get(check.port)
        refusals.require(
            listener is not None,
            "health check port",
            check.port,
            "is the name of no port of the Service",
            f"Write a number, or one of {sorted(named)}.",
        )
        refusals.require(
            listener is None or not isinstance(listener.target_port, str) or self.targets.written_type is TargetType.INSTANCE,
            "health check port",
            check.port,
            "leads to a port of the pods that has a name itself, which the controller refuses",
            "Write the number of the pods' port.",
        )

    def _check_weights(self, refusals: Refusals) -> None:
        owners: dict[int, NetworkListener] = {}
        partly = any(listener.proxy_protocol for listener in self.listeners) and not self.targets.proxy_protocol
        for listener in self.listeners:
            for service in listener.weights.services if listener.weights is not None else ():
                refusals.require(
                    service.name != self.name,
                    f"weights of the listener on port {listener.port}, Service",
                    service.name,
                    "is the load balancer's own",
                    "Write its weight as `own`.",
                )
                refusals.require(
                    isinstance(service.port, int) or not (listener.target_attributes or (partly and listener.proxy_protocol)),
                    f"port of Service {service.name!r},",
                    service.port,
                    "is a name, while attributes and Proxy Protocol of one listener are told by the number",
                    "Write its number.",
                )
            for port in _service_ports(listener):
                other = owners.setdefault(port, listener)
                refusals.require(
                    other.target_attributes == listener.target_attributes
                    and (self.targets.proxy_protocol or other.proxy_protocol == listener.proxy_protocol),
                    "port of a Service,",
                    port,
                    f"stands behind the listeners on {other.port} and {listener.port}, which say different things of it, and the "
                    "controller goes by its number",
                    "Write the same `target_attributes` and `proxy_protocol`, or give the other Service another port.",
                )


def _service_ports(listener: NetworkListener) -> dict[int, None]:
    """The numbers of the Services' ports behind a listener, as far as they are known, each once."""
    others = () if listener.weights is None else listener.weights.services
    return dict.fromkeys([listener.port, *(service.port for service in others if isinstance(service.port, int))])
