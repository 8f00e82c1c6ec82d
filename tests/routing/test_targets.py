from __future__ import annotations

from dataclasses import fields
from datetime import timedelta
from typing import Any

import pytest

from eks_ingress.routing.attributes import TargetGroupAttributes
from eks_ingress.routing.backend import Service
from eks_ingress.routing.health import HealthCheck
from eks_ingress.routing.protocol import Protocol
from eks_ingress.routing.targets import ProtocolVersion, Targets, TargetType
from tests.routing.refusals import reasons, refusals

TOKEN = "${Token[TOKEN.12]}"
CHECKED = HealthCheck(path="/up")
EVERYTHING: dict[str, Any] = {
    "target_type": TargetType.INSTANCE,
    "protocol": Protocol.HTTPS,
    "protocol_version": ProtocolVersion.HTTP2,
    "health_check": CHECKED,
    "attributes": TargetGroupAttributes(deregistration_delay=timedelta(seconds=5)),
    "node_labels": {"pool": "edge"},
    "multi_cluster": True,
    "control_port": None,
}


def codes(text: str) -> HealthCheck:
    return HealthCheck(success_codes=text)


def test_nothing_is_said_of_targets_unless_it_is_written() -> None:
    assert {field.name: getattr(Targets(), field.name) for field in fields(Targets)} == dict.fromkeys(EVERYTHING)


def test_all_can_be_said_of_targets() -> None:
    targets = Targets(**EVERYTHING)
    assert {name: getattr(targets, name) for name in EVERYTHING} == EVERYTHING


@pytest.mark.parametrize("target_type", [None, TargetType.IP])
@pytest.mark.parametrize("port", [1, 3000, 65535])
def test_pods_may_have_a_control_port(port: int, target_type: TargetType | None) -> None:
    assert Targets(control_port=port, target_type=target_type).control_port == port


@pytest.mark.parametrize("port", [0, -1, 65536, True, "3000", TOKEN])
def test_a_control_port_out_of_range_is_refused(port: Any) -> None:
    assert refusals(lambda: Targets(control_port=port)) == [
        (f"control_port {port!r} is out of range.", "Write a port from 1 to 65535.")
    ]


def test_nodes_have_no_control_port() -> None:
    assert refusals(lambda: Targets(control_port=3000, target_type=TargetType.INSTANCE)) == [
        (
            "control_port 3000 goes with pods as targets only.",
            "Write `target_type=TargetType.IP`, or leave `control_port` out.",
        )
    ]


@pytest.mark.parametrize("target_type", [None, TargetType.INSTANCE])
@pytest.mark.parametrize("labels", [{}, {"pool": "edge"}, {"pool": TOKEN, "a/b": ""}])
def test_nodes_may_be_chosen_by_labels(labels: dict[str, str], target_type: TargetType | None) -> None:
    assert Targets(node_labels=labels, target_type=target_type).node_labels == labels


def test_labels_that_are_changed_later_change_nothing() -> None:
    labels = {"pool": "edge"}
    targets = Targets(node_labels=labels)
    labels["pool"] = "core"
    assert targets.node_labels == {"pool": "edge"}


def test_pods_have_no_labels_of_nodes_to_be_chosen_by() -> None:
    assert Targets(node_labels={}, target_type=TargetType.IP).node_labels == {}


def test_pods_are_not_chosen_by_labels_of_nodes() -> None:
    assert refusals(lambda: Targets(node_labels={"pool": "edge"}, target_type=TargetType.IP)) == [
        (
            "node_labels {'pool': 'edge'} choose among nodes, while the targets are pods.",
            "Write `target_type=TargetType.INSTANCE`, or leave `node_labels` out.",
        )
    ]


@pytest.mark.parametrize("labels", ["pool=edge", ["pool"], {"pool": 1}, {1: "edge"}])
def test_labels_that_are_no_texts_by_name_are_refused(labels: Any) -> None:
    assert refusals(lambda: Targets(node_labels=labels)) == [
        (f"node_labels {labels!r} are not texts by name.", "Write {'name': 'value'}, both in quotes.")
    ]


def test_labels_that_no_node_can_have_are_refused() -> None:
    assert refusals(lambda: Targets(node_labels={"pool=": "edge", "pool": "a b"})) == [
        (
            "key in node_labels, 'pool=' is not the key of a label: "
            "1 to 63 letters, digits, '-', '_' and '.', with a letter or digit at both ends.",
            "Write a key such as 'team' or 'example.com/team'.",
        ),
        (
            "value of 'pool' in node_labels, 'a b' is not the value of a label: "
            "up to 63 letters, digits, '-', '_' and '.', with a letter or digit at both ends.",
            "Write it as it stands in the labels of the nodes.",
        ),
    ]


@pytest.mark.parametrize("flag", [True, False])
def test_other_clusters_may_share_the_target_groups(flag: bool) -> None:
    assert Targets(multi_cluster=flag).multi_cluster is flag


@pytest.mark.parametrize("flag", ["true", 1, 0, ""])
def test_a_flag_that_is_none_is_refused(flag: Any) -> None:
    assert refusals(lambda: Targets(multi_cluster=flag)) == [
        (f"multi_cluster {flag!r} is neither True nor False.", "Write True or False.")
    ]


@pytest.mark.parametrize(
    ("version", "check"),
    [
        (None, codes("200")),
        (None, codes("200-399")),
        (None, HealthCheck()),
        (ProtocolVersion.HTTP1, codes("200,204")),
        (ProtocolVersion.HTTP2, codes("499")),
        (ProtocolVersion.GRPC, codes("12")),
        (ProtocolVersion.GRPC, codes("0-99")),
        (ProtocolVersion.GRPC, HealthCheck(path="/health")),
        (ProtocolVersion.GRPC, None),
        (ProtocolVersion.GRPC, codes(TOKEN)),
        (None, codes(TOKEN)),
    ],
)
def test_success_codes_are_those_of_what_the_targets_speak(version: ProtocolVersion | None, check: HealthCheck | None) -> None:
    assert Targets(protocol_version=version, health_check=check).health_check == check


@pytest.mark.parametrize("version", [None, ProtocolVersion.HTTP1, ProtocolVersion.HTTP2])
@pytest.mark.parametrize("text", ["12", "0-99"])
def test_success_codes_of_grpc_are_refused_where_targets_speak_http(text: str, version: ProtocolVersion | None) -> None:
    assert refusals(lambda: Targets(protocol_version=version, health_check=codes(text))) == [
        (
            f"health check success_codes {text!r} are those of gRPC, while the targets speak HTTP.",
            "Write codes from 200 to 499, or `ProtocolVersion.GRPC`.",
        )
    ]


@pytest.mark.parametrize("text", ["200", "200-399"])
def test_success_codes_of_http_are_refused_where_targets_speak_grpc(text: str) -> None:
    assert refusals(lambda: Targets(protocol_version=ProtocolVersion.GRPC, health_check=codes(text))) == [
        (
            f"health check success_codes {text!r} are those of HTTP, while the targets speak gRPC.",
            "Write codes from 0 to 99: '12' or '0-99'.",
        )
    ]


def test_targets_tell_all_their_mistakes_at_once() -> None:
    said: dict[str, Any] = {
        "multi_cluster": 1,
        "control_port": 0,
        "target_type": TargetType.INSTANCE,
        "node_labels": {"pool": 1},
        "health_check": codes("12"),
    }
    assert reasons(lambda: Targets(**said)) == [
        "multi_cluster 1 is neither True nor False.",
        "control_port 0 is out of range.",
        "control_port 0 goes with pods as targets only.",
        "node_labels {'pool': 1} are not texts by name.",
        "health check success_codes '12' are those of gRPC, while the targets speak HTTP.",
    ]


@pytest.mark.parametrize("name", [name for name, value in EVERYTHING.items() if value is not None])
def test_what_one_does_not_say_the_other_does(name: str) -> None:
    said = Targets(**{name: EVERYTHING[name]})
    assert Targets().over(said) == said
    assert said.over(Targets()) == said


def test_a_control_port_is_taken_over_too() -> None:
    assert Targets().over(Targets(control_port=1)) == Targets(control_port=1)
    assert Targets(control_port=2).over(Targets(control_port=1)) == Targets(control_port=2)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Targets(target_type=TargetType.IP), Targets(target_type=TargetType.INSTANCE)),
        (Targets(protocol=Protocol.HTTP), Targets(protocol=Protocol.HTTPS)),
        (Targets(health_check=HealthCheck()), Targets(health_check=CHECKED)),
        (Targets(node_labels={}), Targets(node_labels={"pool": "edge"})),
        (Targets(multi_cluster=False), Targets(multi_cluster=True)),
    ],
)
def test_what_both_say_the_first_says(one: Targets, other: Targets) -> None:
    assert one.over(other) == one


def test_a_health_check_is_taken_over_as_a_whole() -> None:
    one, other = Targets(health_check=HealthCheck(path="/up")), Targets(health_check=HealthCheck(port=8080))
    assert one.over(other).health_check == HealthCheck(path="/up")


def test_what_a_service_says_goes_before_what_is_said_for_all() -> None:
    said = Service("api", 80, namespace="cart", protocol=Protocol.HTTPS).over(Targets(target_type=TargetType.IP))
    assert said == Targets(protocol=Protocol.HTTPS, target_type=TargetType.IP)
    assert type(said) is Targets


def test_what_both_say_together_is_checked_again() -> None:
    assert reasons(lambda: Targets(node_labels={"pool": "edge"}).over(Targets(target_type=TargetType.IP))) == [
        "node_labels {'pool': 'edge'} choose among nodes, while the targets are pods."
    ]
    assert reasons(lambda: Targets(protocol_version=ProtocolVersion.GRPC).over(Targets(health_check=codes("200")))) == [
        "health check success_codes '200' are those of HTTP, while the targets speak gRPC."
    ]


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"target_type": "ip"}, ("target_type 'ip' is no TargetType.", "Write `TargetType.IP` or `TargetType.INSTANCE`.")),
        ({"health_check": "/up"}, ("health_check '/up' is no HealthCheck.", "Write `HealthCheck(…)`.")),
    ],
)
def test_a_text_in_place_of_a_word_is_refused(given: dict[str, Any], problem: tuple[str, str]) -> None:
    assert refusals(lambda: Targets(**given)) == [problem]
