from __future__ import annotations

import json
from typing import Any

import pytest

from eks_ingress.manifests.manifest import Manifest
from tests.checks.objects import NLB, Case, messages, nlb, service

UDP = {"name": "udp", "port": 53, "protocol": "UDP"}
TCP = {"name": "tcp", "port": 443, "targetPort": 8443}
QUIC = {"name": "quic", "port": 443, "protocol": "UDP"}
TOKEN = "${Token[T.1]}"
DUAL = {"ip-address-type": "dualstack"}
SOURCE_NAT = {**DUAL, "enable-prefix-for-ipv6-source-nat": "on"}
CERT = {"ssl-cert": "arn:a"}
BARE = {"disable-nlb-sg": "true"}
ACTIONS = "service.beta.kubernetes.io/actions."


def weights(*targets: dict[str, Any], sticky: bool = False, base: int | None = 1) -> str:
    """An action that divides connections."""
    config: dict[str, Any] = {"targetGroups": list(targets), "targetGroupStickinessConfig": {"enabled": sticky}}
    return json.dumps({"type": "forward", "forwardConfig": config if base is None else {**config, "baseServiceWeight": base}})


def arn(**said: Any) -> dict[str, Any]:
    """A target group that somebody else made."""
    return {"targetGroupARN": "arn:aws:tg", "weight": 1, **said}


GUEST = {"serviceName": "other", "servicePort": 80, "weight": 1}

CASES = {
    "EKI354": Case(
        nlb({"alpn-policy": "HTTP2Preferred"}),
        nlb({"alpn-policy": "HTTP2Preferred", **CERT}),
        f"{NLB}alpn-policy is there, and no listener is of TLS.",
    ),
    "EKI355": Case(
        nlb({**CERT, "ssl-ports": "udp,443"}, ports=[UDP, TCP]),
        nlb({**CERT, "ssl-ports": "tcp"}, ports=[UDP, TCP]),
        f"{NLB}ssl-ports names udp, which is of UDP.",
    ),
    "EKI356": Case(
        nlb({"backend-protocol": "https"}),
        nlb({"backend-protocol": "tcp"}),
        f"{NLB}backend-protocol is 'https', which counts as tcp.",
    ),
    "EKI370": Case(
        nlb({"target-group-attributes.8080": "deregistration_delay.timeout_seconds=1"}),
        nlb({"target-group-attributes.80": "deregistration_delay.timeout_seconds=1"}),
        f"{NLB}target-group-attributes.8080 is for 8080; there are 80.",
    ),
    "EKI375": Case(nlb({}, ports=[{"port": 1, "protocol": "SCTP"}]), nlb({}, ports=[UDP]), "port 1 is of SCTP."),
    "EKI377": Case(
        nlb(DUAL, ports=[UDP]),
        nlb(SOURCE_NAT, ports=[UDP]),
        "port 53 is of UDP, and aws-load-balancer-enable-prefix-for-ipv6-source-nat is not on.",
    ),
    "EKI381": Case(
        nlb({"quic-enabled-ports": "quic"}, ports=[QUIC]),
        nlb({"quic-enabled-ports": "quic", **BARE}, ports=[QUIC]),
        "port 443 is of QUIC, and its load balancer has security groups.",
    ),
    "EKI382": Case(
        nlb({ACTIONS + "TLS-80": weights(arn(), sticky=True), **CERT}),
        nlb({ACTIONS + "TLS-80": weights(arn()), **CERT}),
        f"{ACTIONS}TLS-80 has stickiness, which listeners of TLS cannot have.",
    ),
}


@pytest.mark.parametrize("id", CASES)
def test_it_is_found_and_what_is_near_is_not(id: str) -> None:
    CASES[id].hold(id)


@pytest.mark.parametrize(
    ("said", "ports", "keys"),
    [
        ({**CERT, "ssl-negotiation-policy": "a"}, [UDP], ["ssl-cert", "ssl-negotiation-policy"]),
        ({"backend-protocol": "ssl"}, [TCP], ["backend-protocol"]),
        ({"backend-protocol": "tcp", "alpn-policy": "None", "ssl-cert": ""}, [TCP], []),
        ({"backend-protocol": "ssl", "ssl-cert": TOKEN}, [UDP], []),
        ({"backend-protocol": "ssl", **CERT}, [UDP, TCP], []),
    ],
)
def test_settings_of_tls_count_for_listeners_of_tls(said: dict[str, str], ports: list[Any], keys: list[str]) -> None:
    assert messages("EKI354", nlb(said, ports=ports)) == [f"{NLB}{key} is there, and no listener is of TLS." for key in keys]


@pytest.mark.parametrize("text", ["tcp", "TCP", "ssl", TOKEN])
def test_a_protocol_of_targets_that_is_what_it_says_is_well(text: str) -> None:
    assert messages("EKI356", nlb({"backend-protocol": text})) == []


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({"quic-enabled-ports": "quic,444", **BARE}, ["quic-enabled-ports names 444; there are 443."]),
        ({"quic-enabled-ports": "443", **BARE}, []),
        ({"proxy-protocol-per-target-group": "443, 8443"}, ["proxy-protocol-per-target-group names 8443; there are 443."]),
        ({"target-group-attributes.quic": "a=b"}, ["target-group-attributes.quic is for quic; there are 443."]),
        ({"target-group-attributes.${Token[T.1]}": "a=b"}, []),
    ],
)
def test_ports_are_those_of_the_service(said: dict[str, str], wrong: list[str]) -> None:
    assert messages("EKI370", nlb(said, ports=[QUIC])) == [NLB + message for message in wrong]


def test_ports_of_services_that_are_sent_to_besides_are_there_as_well() -> None:
    said = {ACTIONS + "TCP-443": weights({**GUEST, "servicePort": 81}), "target-group-attributes.81": "a=b"}
    other = service("other", [{"port": 81}])
    assert messages("EKI370", nlb(said, ports=[TCP]), other) == []


def test_a_port_that_is_not_known_may_be_any() -> None:
    assert messages("EKI370", nlb({"target-group-attributes.81": "a=b"}, ports=[{"port": TOKEN}])) == []


@pytest.mark.parametrize(
    ("said", "spec", "wrong"),
    [
        (SOURCE_NAT, {"ipFamilies": ["IPv4"]}, ["port 53 is of UDP, and its pods have IPv4 alone (ipFamilies)."]),
        (SOURCE_NAT, {"ipFamilies": ["IPv6"]}, []),
        ({**DUAL, "enable-prefix-for-ipv6-source-nat": TOKEN}, {}, []),
        ({"ip-address-type": TOKEN}, {}, []),
        ({}, {}, []),
    ],
)
def test_udp_goes_with_ipv6_where_it_can_be_sent_on(said: dict[str, str], spec: dict[str, Any], wrong: list[str]) -> None:
    assert messages("EKI377", nlb(said, ports=[UDP], **spec)) == wrong


def test_tcp_goes_with_dualstack() -> None:
    assert messages("EKI377", nlb(DUAL, ports=[TCP])) == []


@pytest.mark.parametrize(
    ("made", "wrong"),
    [
        (nlb({"quic-enabled-ports": "443", **BARE, **DUAL}, ports=[QUIC]), ["its load balancer is dualstack"]),
        (nlb({"quic-enabled-ports": "443", **BARE, "nlb-target-type": "instance"}, ports=[QUIC]), ["its targets are nodes"]),
        (nlb({"quic-enabled-ports": "443", **BARE}, ports=[QUIC, UDP]), ["there is UDP 53 as well"]),
        (nlb({"quic-enabled-ports": "443,udp", **BARE}, ports=[UDP, QUIC]), ["so is 443"]),
        (nlb({"quic-enabled-ports": "443", "disable-nlb-sg": TOKEN}, ports=[QUIC]), []),
        (nlb({}, ports=[QUIC]), []),
    ],
)
def test_quic_stands_alone(made: Manifest, wrong: list[str]) -> None:
    of = [message.partition(", and ")[2] for message in messages("EKI381", made)]
    assert of == [f"{fault}." for fault in wrong]


@pytest.mark.parametrize(
    ("listener", "said", "action", "wrong"),
    [
        ("TCP", {}, weights(arn(), base=None), ["has no baseServiceWeight, the weight of the Service itself"]),
        ("TCP", {}, weights(base=None), []),
        ("TCP", {}, weights(arn(), sticky=True), []),
        (
            "TCP",
            {"target-group-attributes": "stickiness.enabled=true"},
            weights(arn()),
            ["has no stickiness, and a target group of it has"],
        ),
        ("TLS", {**CERT, "backend-protocol": "ssl"}, weights(GUEST), []),
        (
            "TLS",
            {**CERT, "backend-protocol": "ssl"},
            weights({**GUEST, "decrypt": True}),
            ["mixes targets of two protocols: TCP, TLS"],
        ),
    ],
)
def test_targets_go_together(listener: str, said: dict[str, str], action: str, wrong: list[str]) -> None:
    made = nlb({**said, f"{ACTIONS}{listener}-443": action}, ports=[TCP])
    assert messages("EKI382", made, service("other")) == [f"{ACTIONS}{listener}-443 {fault}." for fault in wrong]


def test_targets_have_one_version_of_ip() -> None:
    made = nlb({**DUAL, ACTIONS + "TCP-443": weights(GUEST)}, ports=[TCP])
    found = messages("EKI382", made, service("other", ipFamilies=["IPv6"]))
    assert found == [f"{ACTIONS}TCP-443 mixes targets of two versions of IP: ipv4, ipv6."]


def test_quic_is_not_divided() -> None:
    made = nlb({"quic-enabled-ports": "443", **BARE, ACTIONS + "QUIC-443": weights(arn())}, ports=[QUIC])
    assert messages("EKI382", made) == [f"{ACTIONS}QUIC-443 divides QUIC among several targets."]
