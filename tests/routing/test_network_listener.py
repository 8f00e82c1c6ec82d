from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eks_ingress.refusal import Refusals, Refused
from eks_ingress.routing.backend import Service
from eks_ingress.routing.network_attributes import NetworkListenerAttributes, NetworkTargetGroupAttributes
from eks_ingress.routing.network_listener import NetworkListener, require_network_listeners
from eks_ingress.routing.network_protocol import AlpnPolicy, NetworkProtocol
from eks_ingress.routing.tls import TlsPolicy
from eks_ingress.routing.weights import Weights
from tests.routing.cdk import CERTIFICATE, TOKEN, Cdk
from tests.routing.refusals import reasons, refusals

IDLE = NetworkListenerAttributes(tcp_idle_timeout=timedelta(minutes=10))
STICKY = NetworkTargetGroupAttributes(sticky=True)
WEIGHTS = Weights(9, [(Service("next", 1883), 1)])
tcp, udp, tls = NetworkListener.tcp, NetworkListener.udp, NetworkListener.tls


def problems(*listeners: NetworkListener) -> list[str]:
    """Why listeners cannot be those of one Service."""
    found = Refusals()
    require_network_listeners(found, listeners)
    return [problem.reason for problem in found.problems]


def test_a_port_leads_to_the_same_port_of_the_pods_by_default() -> None:
    plain = tcp(1883)
    assert (plain.port, plain.protocol, plain.target_port, plain.node_port) == (1883, NetworkProtocol.TCP, None, None)
    assert (plain.certificates, plain.proxy_protocol, plain.encrypted_to_targets) == ((), False, False)


@pytest.mark.parametrize(
    ("listener", "key", "names"),
    [
        (tcp(1883), "TCP-1883", ("tcp-1883",)),
        (udp(53, name="dns"), "UDP-53", ("dns",)),
        (tls(443, certificates=[CERTIFICATE]), "TLS-443", ("tcp-443",)),
        (NetworkListener.tcp_udp(53), "TCP_UDP-53", ("tcp-53", "udp-53")),
        (NetworkListener.tcp_udp(53, name="dns"), "TCP_UDP-53", ("dns-tcp", "dns-udp")),
        (NetworkListener.quic(443), "QUIC-443", ("udp-443",)),
        (NetworkListener.tcp_quic(65535), "TCP_QUIC-65535", ("tcp-65535", "udp-65535")),
    ],
)
def test_each_listener_is_known_by_its_protocol_and_port(listener: NetworkListener, key: str, names: tuple[str, ...]) -> None:
    assert (listener.key, listener.port_names) == (key, names)


def test_certificates_may_be_objects_of_the_cdk() -> None:
    assert tls(443, certificates=[Cdk(CERTIFICATE), TOKEN]).certificates == (CERTIFICATE, TOKEN)


@pytest.mark.parametrize(
    ("make", "reason", "remedy"),
    [
        (lambda: tcp(0), "listener port 0 is out of range.", "Write a port from 1 to 65535."),
        (lambda: tcp(80, target_port=70000), "target_port 70000 is out of range.", "Write a port from 1 to 65535."),
        (lambda: tcp(80, node_port=0), "node_port 0 is out of range.", "Write a port from 1 to 65535."),
        (
            lambda: tcp(80, name="Web"),
            "name 'Web' is not a DNS label: 1 to 63 lower-case letters, digits and '-', with a letter or digit at both ends.",
            "Write a name such as 'web'.",
        ),
        (
            lambda: tls(443, certificates=[]),
            "certificates of the TLS listener on port 443 are none, and the controller looks for none: it would make a TCP "
            "listener.",
            "Write `NetworkListener.tls(port, certificates=[certificate])`.",
        ),
        (
            lambda: tls(443, certificates=CERTIFICATE),
            f"certificates {CERTIFICATE!r} is one and no list.",
            "Write `certificates=[…]`.",
        ),
        (
            lambda: tls(443, certificates=[CERTIFICATE], tls_policy="ELBSecurityPolicy-TLS13-1-3-2021-60"),
            "tls_policy 'ELBSecurityPolicy-TLS13-1-3-2021-60' is none of the security policies of AWS.",
            "Did you mean 'ELBSecurityPolicy-TLS13-1-3-2021-06'?",
        ),
        (
            lambda: NetworkListener(80, NetworkProtocol.TCP, certificates=[CERTIFICATE]),
            "certificates of the TCP listener on port 80 would have no effect.",
            "Write `NetworkListener.tls(…)`, or leave it out.",
        ),
        (
            lambda: NetworkListener(80, NetworkProtocol.UDP, encrypted_to_targets=True),
            "encrypted_to_targets of the UDP listener on port 80 would have no effect.",
            "Write `NetworkListener.tls(…)`, or leave it out.",
        ),
        (
            lambda: tls(443, certificates=[CERTIFICATE], target_attributes=STICKY),
            "target_attributes of the TLS listener on port 443 cannot be sticky: a client sticks by address only where the load "
            "balancer does not end TLS.",
            "Leave `sticky` out, or write `NetworkListener.tcp(…)`.",
        ),
        (
            lambda: tls(443, certificates=[CERTIFICATE], weights=Weights(1, [(Service("next", 443), 1)], sticky=True)),
            "weights of the TLS listener on port 443 cannot be sticky: a client sticks by address only where the load balancer "
            "does not end TLS.",
            "Leave `sticky` out, or write `NetworkListener.tcp(…)`.",
        ),
        (
            lambda: NetworkListener(443, NetworkProtocol.QUIC, weights=WEIGHTS),
            "weights of the QUIC listener on port 443 are for TCP, TLS, UDP, and TCP with UDP.",
            "Leave them out.",
        ),
        (
            lambda: NetworkListener(443, NetworkProtocol.UDP, attributes=IDLE),
            "tcp_idle_timeout of the UDP listener on port 443 can be set where the load balancer passes TCP on: that of TLS is "
            "350 s, that of UDP 120 s.",
            "Leave it out.",
        ),
        (
            lambda: NetworkListener(80, "TCP"),  # type: ignore[arg-type]
            "protocol 'TCP' is no NetworkProtocol.",
            "Write `NetworkProtocol.TCP` or `NetworkProtocol.UDP` or `NetworkProtocol.TLS` or `NetworkProtocol.TCP_UDP` or "
            "`NetworkProtocol.QUIC` or `NetworkProtocol.TCP_QUIC`.",
        ),
    ],
)
def test_what_a_listener_cannot_be_is_refused(make: Callable[[], NetworkListener], reason: str, remedy: str) -> None:
    assert refusals(make) == [(reason, remedy)]


def test_a_name_leaves_room_for_what_tells_two_ports_apart() -> None:
    assert NetworkListener.tcp_udp(53, name="d" * 59).port_names == (f"{'d' * 59}-tcp", f"{'d' * 59}-udp")
    assert tcp(53, name="d" * 63).port_names == ("d" * 63,)
    assert refusals(lambda: NetworkListener.tcp_udp(53, name="d" * 60)) == [
        (
            f"name {'d' * 60!r} has 60 characters, which with '-tcp' and '-udp' behind them are more than 63.",
            "Write one of at most 59.",
        )
    ]


def test_all_that_is_wrong_is_told_at_once() -> None:
    assert len(reasons(lambda: tcp(0, target_port="", node_port=0, name="_"))) == 4


@pytest.mark.parametrize(
    "listeners",
    [
        [tcp(1883), udp(1884), NetworkListener.tcp_udp(53)],
        [tls(443, certificates=[CERTIFICATE], tls_policy=TlsPolicy.FS_2018_06), tls(8443, certificates=[CERTIFICATE])],
        [tls(443, certificates=[CERTIFICATE], alpn_policy=AlpnPolicy.NONE), tls(8443, certificates=[CERTIFICATE])],
        [NetworkListener.tcp_quic(443), tcp(80), tls(8443, certificates=[CERTIFICATE])],
        [tcp(80, name="web"), tcp(81, name="admin")],
    ],
)
def test_listeners_that_go_together_are_taken(listeners: list[NetworkListener]) -> None:
    assert problems(*listeners) == []


DIFFER = "while the controller has one for all of a Service"


@pytest.mark.parametrize(
    ("listeners", "reason"),
    [
        ([], "listeners [] is empty: a Service has at least one port."),
        ([tcp(53), udp(53)], "listener port 53 is given 2 times."),
        ([tcp(80, name="web"), tcp(81, name="web")], "name of port 'web' is given 2 times."),
        ([tcp(80, name="udp-53"), NetworkListener.tcp_udp(53)], "name of port 'udp-53' is given 2 times."),
        (
            [tls(443, certificates=[CERTIFICATE]), tls(8443, certificates=[f"{CERTIFICATE}d"])],
            f"TLS listeners on ports [443, 8443] differ in `certificates`, {DIFFER}.",
        ),
        (
            [tls(443, certificates=[CERTIFICATE]), tls(8443, certificates=[CERTIFICATE], encrypted_to_targets=True)],
            f"TLS listeners on ports [443, 8443] differ in `encrypted_to_targets`, {DIFFER}.",
        ),
        (
            [
                tls(443, certificates=[CERTIFICATE], alpn_policy=AlpnPolicy.NONE),
                tls(8443, certificates=[CERTIFICATE], alpn_policy=AlpnPolicy.HTTP2_ONLY),
            ],
            f"TLS listeners on ports [443, 8443] differ in `alpn_policy`, {DIFFER}.",
        ),
        (
            [
                tls(443, certificates=[CERTIFICATE], tls_policy=TlsPolicy.FS_2018_06),
                tls(8443, certificates=[CERTIFICATE], tls_policy=TlsPolicy.RECOMMENDED),
            ],
            f"TLS listeners on ports [443, 8443] differ in `tls_policy`, {DIFFER}.",
        ),
        (
            [NetworkListener.quic(443), NetworkListener.tcp_quic(8443)],
            "QUIC listeners on ports [443, 8443] are more than the one that AWS allows.",
        ),
        ([NetworkListener.quic(443), udp(53)], "UDP listeners on ports [53] cannot stand beside one of QUIC."),
    ],
)
def test_listeners_that_disagree_are_refused(listeners: list[NetworkListener], reason: str) -> None:
    assert reason in problems(*listeners)


@given(
    st.integers(-10, 70000),
    st.sampled_from(NetworkProtocol),
    st.one_of(st.none(), st.text("abc-Z1", max_size=70)),
    st.one_of(st.none(), st.integers(-10, 70000), st.text("abc-Z1", max_size=20)),
)
def test_a_listener_is_made_whole_or_not_at_all(
    port: int, protocol: NetworkProtocol, name: str | None, target: int | str | None
) -> None:
    certificates = [CERTIFICATE] if protocol is NetworkProtocol.TLS else []
    try:
        listener = NetworkListener(port, protocol, target, name, certificates=certificates)
    except Refused:
        return
    assert 1 <= listener.port <= 65535
    assert len(listener.port_names) == len(set(listener.port_names)) == len(protocol.transports)
    assert all(len(name) <= 63 and name.strip("-") == name.lower() for name in listener.port_names)
    assert problems(listener) == []
