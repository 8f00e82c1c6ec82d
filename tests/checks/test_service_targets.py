from __future__ import annotations

from typing import Any

import pytest

from eks_ingress.manifests.manifest import Manifest
from eks_ingress.plan.flags import ControllerFlags
from tests.checks.objects import NLB, Case, messages, nlb, service

ATTRIBUTES = "target-group-attributes"
PROXY = "proxy_protocol_v2.enabled"
PER_PORT = "proxy-protocol-per-target-group"
TOKEN = "${Token[T.1]}"
UDP = [{"port": 53, "protocol": "UDP"}]
TWO = [{"name": "a", "port": 80}, {"name": "b", "port": 81}]
CLASS: dict[str, Any] = {"type": "LoadBalancer", "loadBalancerClass": "service.k8s.aws/nlb"}


def of_class(said: dict[str, str]) -> Manifest:
    """A Service that is the controller's by its class alone."""
    return service(said={NLB + key: text for key, text in said.items()}, **CLASS)


CASES = {
    "EKI357": Case(
        of_class({"nlb-target-type": "pod"}),
        of_class({"nlb-target-type": "instance"}),
        f"{NLB}nlb-target-type is 'pod', and counts as instance.",
    ),
    "EKI371": Case(
        nlb({"healthcheck-path": "/healthz"}),
        nlb({"healthcheck-path": "/healthz", "healthcheck-protocol": "http"}),
        f"{NLB}healthcheck-path has no effect: targets are checked by TCP.",
    ),
    "EKI374": Case(
        nlb({"proxy-protocol": "*", PER_PORT: "80"}),
        nlb({PER_PORT: "80"}),
        f"{NLB}{PER_PORT} has no effect beside aws-load-balancer-proxy-protocol.",
    ),
    "EKI383": Case(
        nlb({ATTRIBUTES: "preserve_client_ip.enabled=false"}, ports=UDP),
        nlb({ATTRIBUTES: "preserve_client_ip.enabled=false"}),
        "preserve_client_ip.enabled is false, and port 53 is of UDP.",
    ),
}


@pytest.mark.parametrize("id", CASES)
def test_it_is_found_and_what_is_near_is_not(id: str) -> None:
    CASES[id].hold(id)


@pytest.mark.parametrize(
    ("kind", "said", "counts"),
    [
        ("nlb-ip", "instance", "ip"),
        ("nlb-ip", "ip", None),
        ("external", "Instance", "instance"),
        ("external", TOKEN, None),
        (TOKEN, "instance", None),
    ],
)
def test_a_target_type_may_count_as_another(kind: str, said: str, counts: str | None) -> None:
    found = messages("EKI357", nlb({"type": kind, "nlb-target-type": said}, **CLASS))
    assert found == ([] if counts is None else [f"{NLB}nlb-target-type is {said!r}, and counts as {counts}."])


def test_nodes_that_tell_whether_they_have_pods_are_asked_over_http() -> None:
    said = {"nlb-target-type": "instance", "healthcheck-path": "/healthz", "healthcheck-success-codes": "200"}
    assert messages("EKI371", nlb(said, externalTrafficPolicy="Local")) == []
    assert len(messages("EKI371", nlb(said))) == 2


def test_a_protocol_that_is_not_known_may_be_http() -> None:
    assert messages("EKI371", nlb({"healthcheck-path": "/", "healthcheck-protocol": TOKEN})) == []


def test_codes_and_timeout_count_where_the_controller_may_write_them() -> None:
    closed = ControllerFlags(cluster_name="prod", gates={"NLBHealthCheckAdvancedConfig": False})
    said = {"healthcheck-protocol": "HTTP", "healthcheck-success-codes": "200", "healthcheck-timeout": "5"}
    because = "has no effect: the controller's feature gate NLBHealthCheckAdvancedConfig is closed."
    found = messages("EKI371", nlb(said), flags=closed)
    assert found == [f"{NLB}healthcheck-success-codes {because}", f"{NLB}healthcheck-timeout {because}"]
    assert messages("EKI371", nlb(said)) == []


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({ATTRIBUTES: f"{PROXY}=true", PER_PORT: "80"}, [f"{ATTRIBUTES} says {PROXY}=true, and it is false on port 81."]),
        (
            {f"{ATTRIBUTES}.80": f"{PROXY}=false", "proxy-protocol": "*"},
            [f"{ATTRIBUTES}.80 says {PROXY}=false, and it is true on port 80."],
        ),
        ({ATTRIBUTES: f"{PROXY}=true", "proxy-protocol": "*"}, []),
        ({ATTRIBUTES: f"{PROXY}=true", f"{ATTRIBUTES}.81": f"{PROXY}=false"}, []),
        ({ATTRIBUTES: f"{PROXY}=true", PER_PORT: TOKEN}, []),
        ({ATTRIBUTES: f"{PROXY}={TOKEN}", PER_PORT: "80"}, []),
    ],
)
def test_what_is_said_twice_may_be_the_same(said: dict[str, str], wrong: list[str]) -> None:
    assert messages("EKI374", nlb(said, ports=TWO)) == [NLB + message for message in wrong]


@pytest.mark.parametrize(
    ("said", "ports", "wrong"),
    [
        ({ATTRIBUTES: "preserve_client_ip.enabled=true"}, UDP, []),
        (
            {ATTRIBUTES: "stickiness.enabled=true", "ssl-cert": "arn:a"},
            TWO[:1],
            ["stickiness.enabled is true, and port 80 is of TLS."],
        ),
        ({ATTRIBUTES: "stickiness.enabled=true"}, TWO[:1], []),
        (
            {"listener-attributes.UDP-53": "tcp.idle_timeout.seconds=60"},
            UDP,
            [f"{NLB}listener-attributes.UDP-53 has tcp.idle_timeout.seconds, which is for listeners that pass TCP on."],
        ),
        ({"listener-attributes.TCP-80": "tcp.idle_timeout.seconds=60"}, TWO[:1], []),
    ],
)
def test_attributes_are_for_some_protocols(said: dict[str, str], ports: list[Any], wrong: list[str]) -> None:
    assert messages("EKI383", nlb(said, ports=ports)) == wrong
