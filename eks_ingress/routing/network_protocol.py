"""The protocols that a network load balancer speaks.

Facts: Elastic Load Balancing documentation, "Listeners for your Network Load Balancers", "ALPN policies"; controller documentation,
"TCP_UDP listener", "QUIC enabled ports" of Services.
"""

from __future__ import annotations

from enum import Enum


class NetworkProtocol(Enum):
    """A protocol of a network load balancer's listener."""

    TCP = "TCP"
    UDP = "UDP"
    TLS = "TLS"
    """TLS, which ends at the load balancer."""
    TCP_UDP = "TCP_UDP"
    """TCP and UDP on the same port."""
    QUIC = "QUIC"
    """QUIC, which ends at the targets: a client stays with its target when its address changes."""
    TCP_QUIC = "TCP_QUIC"
    """TCP and QUIC on the same port."""

    @property
    def transports(self) -> tuple[str, ...]:
        """The protocols of the Service's ports for it."""
        return _TRANSPORTS[self]

    @property
    def is_quic(self) -> bool:
        """Whether QUIC is, or is among, what it speaks."""
        return self in (NetworkProtocol.QUIC, NetworkProtocol.TCP_QUIC)


_TRANSPORTS = {
    NetworkProtocol.TCP: ("TCP",),
    NetworkProtocol.UDP: ("UDP",),
    NetworkProtocol.TLS: ("TCP",),
    NetworkProtocol.TCP_UDP: ("TCP", "UDP"),
    NetworkProtocol.QUIC: ("UDP",),
    NetworkProtocol.TCP_QUIC: ("TCP", "UDP"),
}


class AlpnPolicy(Enum):
    """Which protocol a TLS listener and its clients agree on, by ALPN."""

    NONE = "None"
    """None: ALPN is not used."""
    HTTP1_ONLY = "HTTP1Only"
    """HTTP/1.1, else HTTP/1.0."""
    HTTP2_ONLY = "HTTP2Only"
    """HTTP/2."""
    HTTP2_OPTIONAL = "HTTP2Optional"
    """HTTP/1.1, else HTTP/1.0, else HTTP/2."""
    HTTP2_PREFERRED = "HTTP2Preferred"
    """HTTP/2, else HTTP/1.1, else HTTP/1.0."""
