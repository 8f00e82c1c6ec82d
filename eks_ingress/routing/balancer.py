"""What is said once of a load balancer, and holds for all of its routes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from eks_ingress.refusal import Refusals
from eks_ingress.routing.auth import Auth, require_auth
from eks_ingress.routing.ingress import require_group_name
from eks_ingress.routing.listener import Listener, require_listeners
from eks_ingress.routing.metadata import require_annotations, require_labels
from eks_ingress.routing.names import require_label, require_subdomain
from eks_ingress.routing.protocol import Protocol
from eks_ingress.routing.scheme import IpAddressType, Scheme
from eks_ingress.routing.settings import LoadBalancerSettings
from eks_ingress.routing.targets import ProtocolVersion, Targets, TargetType
from eks_ingress.routing.tls import TlsPolicy
from eks_ingress.routing.units import require_a
from eks_ingress.tokens import has_token


@dataclass(frozen=True, slots=True)
class Balancer:
    """One application load balancer, without its routes. Raises `Refused`, with all that is wrong with it.

    Facts: controller documentation, "IngressGroup", "Listen ports", "SSL redirect", "IngressClassParams".
    """

    name: str
    namespace: str
    group_name: str
    class_name: str
    settings: LoadBalancerSettings
    listeners: tuple[Listener, ...]
    targets: Targets
    auth: Auth | None = None
    overridden: Collection[str] = ()
    """What its IngressClass decides for all of its Ingresses, as fields of IngressClassParams."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """Labels of each of its Ingresses."""
    annotations: Mapping[str, str] = field(default_factory=dict)
    """Annotations of each of its Ingresses, for others than the controller."""

    def __post_init__(self) -> None:
        refusals = Refusals()
        require_auth(refusals, "auth", self.auth)
        require_a(refusals, "targets", self.targets, Targets)
        for listener in self.listeners:
            require_a(refusals, "listener", listener, Listener)
        refusals.settle()
        require_label(refusals, "namespace", self.namespace)
        require_label(refusals, "name", self.name)
        # The default, which is made of both, would only be wrong for the same reason.
        if not refusals.problems or self.group_name != f"{self.namespace}.{self.name}":
            require_group_name(refusals, self.group_name)
        require_subdomain(refusals, "class_name", self.class_name)
        require_labels(refusals, self.labels)
        require_annotations(refusals, self.annotations)
        self._check_listeners(refusals)
        self._check_protocols(refusals)
        # What is said may not go with the defaults.
        with refusals.gather():
            self.written_settings  # noqa: B018
        with refusals.gather():
            self.written_targets  # noqa: B018
        refusals.settle()

    @property
    def secure(self) -> tuple[Listener, ...]:
        """Its HTTPS listeners."""
        return tuple(listener for listener in self.listeners if listener.protocol is Protocol.HTTPS)

    @property
    def discovers_certificates(self) -> bool:
        """Whether the controller looks for certificates by the hosts of the routes."""
        given = any(listener.certificates or listener.creates_certificate for listener in self.secure)
        return bool(self.secure) and not given and "certificateArn" not in self.overridden

    @property
    def written_settings(self) -> LoadBalancerSettings:
        """Its settings with the defaults of a load balancer, but for what its class decides."""
        if self.settings.scheme is not None or "scheme" in self.overridden:
            return self.settings
        return replace(self.settings, scheme=Scheme.INTERNAL)

    @property
    def written_listeners(self) -> tuple[Listener, ...]:
        """Its listeners with the defaults of a load balancer, but for what its class decides."""
        policy = next((listener.tls_policy for listener in self.secure if listener.tls_policy is not None), None)
        if policy is None and "sslPolicy" not in self.overridden:
            policy = TlsPolicy.RECOMMENDED
        return tuple(
            replace(listener, tls_policy=policy) if listener.protocol is Protocol.HTTPS else listener for listener in self.listeners
        )

    @property
    def written_targets(self) -> Targets:
        """What is said of targets with the defaults of a load balancer, but for what its class decides."""
        kind = None if "targetType" in self.overridden else TargetType.INSTANCE if self.targets.node_labels else TargetType.IP
        return self.targets.over(Targets(target_type=kind))

    def _check_listeners(self, refusals: Refusals) -> None:
        require_listeners(refusals, self.listeners)
        targets = {listener.redirects_to for listener in self.listeners if listener.redirects_to is not None}
        secure = {listener.port for listener in self.secure}
        for port in sorted(targets - secure):
            refusals.require(
                False,
                "port to redirect to,",
                port,
                "is no HTTPS listener of this load balancer",
                f"Add `Listener.https({port})`" + (f", or redirect to one of {sorted(secure)}." if secure else "."),
            )

    def _check_protocols(self, refusals: Refusals) -> None:
        groups = self.settings.security_groups
        six = [] if groups is None else [cidr for cidr in groups.inbound_cidrs if ":" in cidr and not has_token(cidr)]
        refusals.require(
            not six or self.settings.ip_address_type not in (None, IpAddressType.IPV4) or "ipAddressType" in self.overridden,
            "inbound_cidrs",
            six,
            "are IPv6, which the controller leaves out of the security group of a load balancer without IPv6 addresses",
            "Write `ip_address_type=IpAddressType.DUALSTACK`, or leave them out.",
        )
        frontend = self.settings.frontend_nlb
        ports = {listener.port for listener in self.listeners}
        for port in sorted(set(frontend.ports.values()) - ports) if frontend is not None else ():
            refusals.require(
                False,
                "port of the frontend's listener,",
                port,
                "is none of this load balancer",
                f"Send it to one of {sorted(ports)}.",
            )
        refusals.require(
            self.targets.protocol_version in (None, ProtocolVersion.HTTP1) or not self.serves_plain_http,
            "protocol_version",
            self.targets.protocol_version and self.targets.protocol_version.value,
            "goes with HTTPS listeners only",
            "Write `listeners=[Listener.redirect_to_https(), Listener.https()]`.",
        )

    @property
    def serves_plain_http(self) -> bool:
        """Whether its rules answer on a plain HTTP listener too."""
        return any(x.protocol is Protocol.HTTP and x.redirects_to is None for x in self.listeners)
