"""The ports on which a network load balancer listens.

Facts: controller documentation, "TLS", "ALPN policy", "Listener attributes", "Proxy protocol v2", "TCP_UDP listener", "QUIC enabled
ports" of Services; Elastic Load Balancing documentation, "Listeners for your Network Load Balancers".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from eks_ingress.refusal import Refusals
from eks_ingress.routing.listener import Certificate, certificate_arns
from eks_ingress.routing.names import require_label, require_port, require_port_number
from eks_ingress.routing.network_attributes import NetworkListenerAttributes, NetworkTargetGroupAttributes
from eks_ingress.routing.network_protocol import AlpnPolicy, NetworkProtocol
from eks_ingress.routing.tls import TlsPolicy, require_tls_policy
from eks_ingress.routing.units import put, require_a, require_flag, require_kinds
from eks_ingress.routing.weights import Weights


@dataclass(frozen=True, slots=True)
class NetworkListener:
    """A port on which a network load balancer takes connections; made by `tcp`, `udp`, `tls`, `tcp_udp`, `quic` and `tcp_quic`.

    Raises `Refused` for ports out of range, for what concerns TLS on another listener, for TLS without a certificate, and for what
    AWS does not do for the protocol.
    """

    port: int
    """1 to 65535."""
    protocol: NetworkProtocol
    """What clients speak with it."""
    target_port: int | str | None = None
    """Port of the pods: a number, or the name of a container's port. Default: the same as `port`."""
    name: str | None = None
    """Name of the Service's port, a DNS label; of TCP and UDP together, what the names of both begin with. Default: `tcp-1883`."""
    node_port: int | None = None
    """Port of every node, for `TargetType.INSTANCE`, by default of the cluster 30000 to 32767. Default: Kubernetes chooses."""
    certificates: Sequence[Certificate | str] = ()
    """ARNs of certificates, or those of the CDK; the first is shown to clients that name no host. Default: none; TLS needs one."""
    tls_policy: TlsPolicy | str | None = None
    """Protocols and ciphers of TLS. Default: those of another TLS listener, or what AWS recommends, `TlsPolicy.RECOMMENDED`."""
    alpn_policy: AlpnPolicy | None = None
    """What is agreed on by ALPN, of TLS. Default: what another TLS listener says, or nothing."""
    encrypted_to_targets: bool = False
    """Whether targets of TLS get it as well, with whatever certificate they show. Default: they get plain TCP."""
    proxy_protocol: bool = False
    """Whether targets get the client's address before its data, by Proxy Protocol v2, which they must understand. Default: no."""
    attributes: NetworkListenerAttributes | None = None
    """Idle time-out. Default: as Elastic Load Balancing has it."""
    target_attributes: NetworkTargetGroupAttributes | None = None
    """Attributes of its target groups, which go before those of `NetworkTargets`, key by key. Default: those."""
    weights: Weights | None = None
    """How connections are divided among the Service and others. Default: the Service has them all."""

    def __post_init__(self) -> None:
        refusals = Refusals()
        require_a(refusals, "protocol", self.protocol, NetworkProtocol)
        require_kinds(refusals, self, _KINDS)
        refusals.settle()
        require_port_number(refusals, "listener port", self.port)
        if self.target_port is not None:
            require_port(refusals, "target_port", self.target_port)
        if self.node_port is not None:
            require_port_number(refusals, "node_port", self.node_port)
        if self.name is not None:
            require_label(refusals, "name", self.name)
            refusals.require(
                not isinstance(self.name, str) or len(self.protocol.transports) == 1 or not 59 < len(self.name) <= 63,
                "name",
                self.name,
                f"has {len(str(self.name))} characters, which with '-tcp' and '-udp' behind them are more than 63",
                "Write one of at most 59.",
            )
        given = len(refusals.problems)
        put(self, certificates=certificate_arns(refusals, self.port, self.certificates))
        certificates_are_fine = len(refusals.problems) == given
        for name in ("encrypted_to_targets", "proxy_protocol"):
            require_flag(refusals, name, getattr(self, name))
        if self.protocol is NetworkProtocol.TLS:
            self._check_tls(refusals, certificates_are_fine)
        else:
            self._check_plain(refusals)
        self._check_protocol(refusals)
        refusals.settle()

    def _check_tls(self, refusals: Refusals, certificates_are_fine: bool) -> None:
        refusals.require(
            len(self.certificates) > 0 or not certificates_are_fine,
            "certificates of the TLS listener on port",
            self.port,
            "are none, and the controller looks for none: it would make a TCP listener",
            "Write `NetworkListener.tls(port, certificates=[certificate])`.",
        )
        if self.tls_policy is not None:
            require_tls_policy(refusals, "tls_policy", self.tls_policy)

    def _check_plain(self, refusals: Refusals) -> None:
        for name, is_set in (
            ("certificates", bool(self.certificates)),
            ("tls_policy", self.tls_policy is not None),
            ("alpn_policy", self.alpn_policy is not None),
            ("encrypted_to_targets", self.encrypted_to_targets),
        ):
            refusals.require(
                not is_set,
                f"{name} of the {self.protocol.value} listener on port",
                self.port,
                "would have no effect",
                "Write `NetworkListener.tls(…)`, or leave it out.",
            )

    def _check_protocol(self, refusals: Refusals) -> None:
        sticky = "sticks by address only where the load balancer does not end TLS"
        tls = self.protocol is NetworkProtocol.TLS
        targets, weights = self.target_attributes, self.weights
        for what, is_sticky in (
            ("target_attributes", targets is not None and targets.sticky),
            ("weights", weights is not None and weights.sticky),
        ):
            refusals.require(
                not (tls and is_sticky),
                f"{what} of the TLS listener on port",
                self.port,
                f"cannot be sticky: a client {sticky}",
                "Leave `sticky` out, or write `NetworkListener.tcp(…)`.",
            )
        refusals.require(
            weights is None or not self.protocol.is_quic,
            f"weights of the {self.protocol.value} listener on port",
            self.port,
            "are for TCP, TLS, UDP, and TCP with UDP",
            "Leave them out.",
        )
        timeout = None if self.attributes is None else self.attributes.tcp_idle_timeout
        refusals.require(
            timeout is None or self.protocol in (NetworkProtocol.TCP, NetworkProtocol.TCP_UDP, NetworkProtocol.TCP_QUIC),
            f"tcp_idle_timeout of the {self.protocol.value} listener on port",
            self.port,
            "can be set where the load balancer passes TCP on: that of TLS is 350 s, that of UDP 120 s",
            "Leave it out.",
        )

    @property
    def key(self) -> str:
        """What the controller calls it in the names of annotations: `TLS-8883`."""
        return f"{self.protocol.value}-{self.port}"

    @property
    def port_names(self) -> tuple[str, ...]:
        """The names of the Service's ports for it."""
        transports = self.protocol.transports
        if self.name is None:
            return tuple(f"{transport.lower()}-{self.port}" for transport in transports)
        return (self.name,) if len(transports) == 1 else tuple(f"{self.name}-{transport.lower()}" for transport in transports)

    @classmethod
    def tcp(
        cls,
        port: int,
        *,
        target_port: int | str | None = None,
        name: str | None = None,
        node_port: int | None = None,
        proxy_protocol: bool = False,
        attributes: NetworkListenerAttributes | None = None,
        target_attributes: NetworkTargetGroupAttributes | None = None,
        weights: Weights | None = None,
    ) -> NetworkListener:
        """Passes TCP on. Keywords are explained with the fields of this class."""
        return cls(
            port,
            NetworkProtocol.TCP,
            target_port,
            name,
            node_port,
            proxy_protocol=proxy_protocol,
            attributes=attributes,
            target_attributes=target_attributes,
            weights=weights,
        )

    @classmethod
    def udp(
        cls,
        port: int,
        *,
        target_port: int | str | None = None,
        name: str | None = None,
        node_port: int | None = None,
        proxy_protocol: bool = False,
        target_attributes: NetworkTargetGroupAttributes | None = None,
        weights: Weights | None = None,
    ) -> NetworkListener:
        """Passes UDP on."""
        return cls(
            port,
            NetworkProtocol.UDP,
            target_port,
            name,
            node_port,
            proxy_protocol=proxy_protocol,
            target_attributes=target_attributes,
            weights=weights,
        )

    @classmethod
    def tls(
        cls,
        port: int,
        *,
        certificates: Sequence[Certificate | str],
        tls_policy: TlsPolicy | str | None = None,
        alpn_policy: AlpnPolicy | None = None,
        encrypted_to_targets: bool = False,
        target_port: int | str | None = None,
        name: str | None = None,
        node_port: int | None = None,
        proxy_protocol: bool = False,
        target_attributes: NetworkTargetGroupAttributes | None = None,
        weights: Weights | None = None,
    ) -> NetworkListener:
        """Takes TLS, which ends here, and passes its content on over TCP, or over TLS again with `encrypted_to_targets`.

        `certificates` are CDK certificates, or ARNs of certificates in ACM (of the load balancer's region) or IAM. All TLS
        listeners of a load balancer have the same certificates, policies and encryption to targets.
        """
        return cls(
            port,
            NetworkProtocol.TLS,
            target_port,
            name,
            node_port,
            certificates,
            tls_policy,
            alpn_policy,
            encrypted_to_targets,
            proxy_protocol,
            target_attributes=target_attributes,
            weights=weights,
        )

    @classmethod
    def tcp_udp(
        cls,
        port: int,
        *,
        target_port: int | str | None = None,
        name: str | None = None,
        node_port: int | None = None,
        proxy_protocol: bool = False,
        attributes: NetworkListenerAttributes | None = None,
        target_attributes: NetworkTargetGroupAttributes | None = None,
        weights: Weights | None = None,
    ) -> NetworkListener:
        """Passes TCP and UDP of the same port on, as DNS has it. Since controller 2.13."""
        return cls(
            port,
            NetworkProtocol.TCP_UDP,
            target_port,
            name,
            node_port,
            proxy_protocol=proxy_protocol,
            attributes=attributes,
            target_attributes=target_attributes,
            weights=weights,
        )

    @classmethod
    def quic(
        cls,
        port: int,
        *,
        target_port: int | str | None = None,
        name: str | None = None,
        node_port: int | None = None,
        target_attributes: NetworkTargetGroupAttributes | None = None,
    ) -> NetworkListener:
        """Passes QUIC on, to the target whose server id is in the connection's. Since controller 2.15."""
        return cls(port, NetworkProtocol.QUIC, target_port, name, node_port, target_attributes=target_attributes)

    @classmethod
    def tcp_quic(
        cls,
        port: int,
        *,
        target_port: int | str | None = None,
        name: str | None = None,
        node_port: int | None = None,
        attributes: NetworkListenerAttributes | None = None,
        target_attributes: NetworkTargetGroupAttributes | None = None,
    ) -> NetworkListener:
        """Passes TCP and QUIC of the same port on, as HTTP has it. Since controller 2.15."""
        return cls(
            port,
            NetworkProtocol.TCP_QUIC,
            target_port,
            name,
            node_port,
            attributes=attributes,
            target_attributes=target_attributes,
        )


_KINDS: dict[str, type] = {
    "attributes": NetworkListenerAttributes,
    "target_attributes": NetworkTargetGroupAttributes,
    "weights": Weights,
    "alpn_policy": AlpnPolicy,
}


def require_network_listeners(refusals: Refusals, listeners: Sequence[NetworkListener]) -> None:
    """Listeners of one Service: some, one a port, and alike in what the controller has once for all of them."""
    refusals.require(
        len(listeners) > 0,
        "listeners",
        list(listeners),
        "is empty: a Service has at least one port",
        "Write `listeners=[NetworkListener.tcp(1883)]`.",
    )
    for port, times in Counter(listener.port for listener in listeners).items():
        refusals.require(
            times == 1,
            "listener port",
            port,
            f"is given {times} times",
            "A load balancer has one listener a port; for TCP and UDP together, write `NetworkListener.tcp_udp(port)`.",
        )
    one_a_port = {listener.port: listener for listener in listeners}.values()
    for name, times in Counter(name for listener in one_a_port for name in listener.port_names).items():
        refusals.require(
            times == 1, "name of port", name, f"is given {times} times", "Give each port of the Service a `name=` of its own."
        )
    secure = [listener for listener in listeners if listener.protocol is NetworkProtocol.TLS]
    said: dict[str, list[Hashable]] = {
        "certificates": [x.certificates for x in secure],
        "tls_policy": [x.tls_policy for x in secure if x.tls_policy is not None],
        "alpn_policy": [x.alpn_policy for x in secure if x.alpn_policy is not None],
        "encrypted_to_targets": [x.encrypted_to_targets for x in secure],
    }
    for what, values in said.items():
        refusals.require(
            len(set(values)) <= 1,
            "TLS listeners on ports",
            [listener.port for listener in secure],
            f"differ in `{what}`, while the controller has one for all of a Service",
            "Write the same for each, or make a load balancer for each.",
        )
    _check_quic(refusals, listeners)


def _check_quic(refusals: Refusals, listeners: Sequence[NetworkListener]) -> None:
    quic = [listener.port for listener in listeners if listener.protocol.is_quic]
    udp = [x.port for x in listeners if x.protocol in (NetworkProtocol.UDP, NetworkProtocol.TCP_UDP)]
    refusals.require(
        len(quic) <= 1, "QUIC listeners on ports", quic, "are more than the one that AWS allows", "Make a load balancer for each."
    )
    refusals.require(
        not quic or not udp,
        "UDP listeners on ports",
        udp,
        "cannot stand beside one of QUIC",
        "Give them a load balancer of their own.",
    )
