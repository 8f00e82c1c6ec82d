from __future__ import annotations

from typing import Any

import pytest

from eks_ingress.checks.check import ERROR, WARNING
from eks_ingress.manifests.manifest import Manifest
from eks_ingress.plan.facts import Facts, NamedFact
from eks_ingress.plan.target_group_fact import TargetGroupFact
from tests.checks.objects import Case, findings, messages, service
from tests.plan.objects import binding

ARN = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/blue/0123456789abcdef"
ROLE = "arn:aws:iam::444455556666:role/targets"
NODES: dict[str, Any] = {"targetType": "instance"}
PODS: dict[str, Any] = {"targetType": "ip"}
NODE_PORT = [{"port": 80, "nodePort": 30080}]
REFUSED = "; the controller's webhook refuses it."
SHARED: dict[str, Any] = {"multiClusterTargetGroup": True}


def letting(*peers: dict[str, Any], ports: Any = ({"protocol": "TCP"},), **spec: Any) -> Manifest:
    """A binding with one rule."""
    return binding(networking={"ingress": [{"from": list(peers), "ports": list(ports)}]}, **spec)


GROUP: dict[str, Any] = {"securityGroup": {"groupID": "sg-0a"}}
BLOCK: dict[str, Any] = {"ipBlock": {"cidr": "10.0.0.0/8"}}


CASES = {
    "EKI360": Case(
        binding(targetGroupARN=None),
        binding(targetGroupARN=None, targetGroupName="blue"),
        f"TargetGroupBinding shop/web: it names no target group{REFUSED}",
    ),
    "EKI361": Case(
        binding(nodeSelector={}, **PODS),
        binding(nodeSelector={}, **NODES),
        f"TargetGroupBinding shop/web: it has a nodeSelector, and its targets are pods{REFUSED}",
    ),
    "EKI362": Case(
        [binding(), binding("other", **SHARED)],
        [binding(**SHARED), binding("other", **SHARED)],
        f"TargetGroupBinding shop/other: target group {ARN} is bound by shop/web as well, Shop/web{REFUSED}",
    ),
    "EKI363": Case(
        binding(vpcID="vpc-0A1B2C3D"),
        binding(vpcID="vpc-0a1b2c3d"),
        f"TargetGroupBinding shop/web: 'vpc-0A1B2C3D' is no id of a VPC{REFUSED}",
    ),
    "EKI364": Case(
        binding(iamRoleArnToAssume=ROLE, **NODES),
        binding(iamRoleArnToAssume=ROLE, **PODS),
        f"TargetGroupBinding shop/web: its targets are nodes, and it takes on a role of another account{REFUSED}",
    ),
    "EKI365": Case(
        [service(), binding(serviceRef={"name": "web", "port": 8080})],
        [service(), binding()],
        "Service shop/web has no port 8080.",
    ),
    "EKI366": Case(
        [service(), binding(**NODES)],
        [service(type="NodePort", ports=NODE_PORT), binding(**NODES)],
        "Service shop/web is of the type ClusterIP.",
    ),
    "EKI367": Case(
        binding(nodeSelector={"matchExpressions": [{"key": "pool", "operator": "Is", "values": ["web"]}]}, **NODES),
        binding(nodeSelector={"matchExpressions": [{"key": "pool", "operator": "In", "values": ["web"]}]}, **NODES),
        "operator 'Is' is none of Kubernetes'.",
    ),
    "EKI368": Case(
        letting({"ipBlock": {"cidr": "10.0.0.1"}}),
        letting(GROUP, BLOCK),
        "'10.0.0.1' is no block of addresses.",
    ),
    "EKI369": Case(
        binding(assumeRoleExternalId="shop"),
        binding(assumeRoleExternalId="shop", iamRoleArnToAssume=ROLE),
        "assumeRoleExternalId has no effect without iamRoleArnToAssume.",
    ),
}


@pytest.mark.parametrize("id", CASES)
def test_it_is_found_and_what_is_near_is_not(id: str) -> None:
    CASES[id].hold(id)


def test_a_binding_as_it_should_be_has_no_findings() -> None:
    assert findings(service(), letting(GROUP, **PODS)) == []
    assert findings(binding(targetGroupARN="${TargetGroup}", serviceRef={"name": "${Name}", "port": "${Port}"})) == []


@pytest.mark.parametrize(
    ("found", "event"),
    [
        (binding(targetGroupARN=""), "must provide either TargetGroupARN or TargetGroupName"),
        (binding(nodeSelector={}, **PODS), "TargetGroupBinding cannot set NodeSelector when TargetType is ip"),
        (binding(vpcID="shop"), "ValidationError: vpcID shop failed to satisfy constraint:"),
        (binding(iamRoleArnToAssume=ROLE, **NODES), "Unable to use instance target type while using assume role"),
        (binding(targetGroupProtocol="TCP_QUIC", **NODES), "QUIC protocol is not supported for Instance target types."),
    ],
)
def test_what_the_webhook_says_can_be_searched_for(found: Manifest, event: str) -> None:
    (finding,) = findings(found)
    assert finding.event == event
    assert finding.object == "TargetGroupBinding shop/web"


def test_who_is_second_is_told_what_the_webhook_says() -> None:
    (finding,) = findings(binding(), binding("other"))
    assert finding.event == f"TargetGroup {ARN} is already bound to following TargetGroupBindings"
    assert finding.source == binding("other").source


# Target groups that are bound twice

BY_NAME = {"targetGroupARN": None, "targetGroupName": "blue"}
FACTS = Facts(target_groups=(NamedFact("${Blue}", "blue"), NamedFact(ARN)))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (BY_NAME, BY_NAME),
        ({}, BY_NAME),
        (BY_NAME, {}),
        ({"targetGroupARN": "${TargetGroup}"}, {"targetGroupARN": "${TargetGroup}"}),
        ({"targetGroupARN": "${Blue}"}, BY_NAME),
        ({**BY_NAME, "iamRoleArnToAssume": ROLE}, {**BY_NAME, "iamRoleArnToAssume": ROLE}),
        (SHARED, {"multiClusterTargetGroup": False}),
    ],
)
def test_a_target_group_is_known_by_arn_and_by_name(one: dict[str, Any], other: dict[str, Any]) -> None:
    found = findings(binding(**one), binding("other", **other), facts=FACTS)
    assert [(x.id, x.object) for x in found] == [("EKI362", "TargetGroupBinding shop/other")]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({}, {"targetGroupARN": ARN.replace("blue", "green")}),
        (BY_NAME, {**BY_NAME, "iamRoleArnToAssume": ROLE}),
        ({**BY_NAME, "iamRoleArnToAssume": f"{ROLE}2"}, {**BY_NAME, "iamRoleArnToAssume": ROLE}),
        ({"targetGroupARN": "${One}"}, {"targetGroupARN": "${Other}"}),
        (SHARED, {"multiClusterTargetGroup": "${Shared}"}),
        (SHARED, SHARED),
    ],
)
def test_others_may_be_bound_beside_it(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert findings(binding(**one), binding("other", **other)) == []


def test_each_further_binding_is_told() -> None:
    found = findings(binding(), binding("b"), binding("c"))
    assert [x.object for x in found] == ["TargetGroupBinding shop/b", "TargetGroupBinding shop/c"]


# What is stated of target groups


def test_a_target_group_that_is_known_not_to_be_there_is_told() -> None:
    for spec, event in (
        ({"targetGroupARN": None, "targetGroupName": "green"}, "TargetGroupNotFound"),
        ({"targetGroupARN": ARN.replace("blue", "green")}, "couldn't determine TargetType"),
    ):
        found = findings(binding(**spec), facts=FACTS)
        assert [(x.id, x.event) for x in found] == [("EKI332", event)]
        assert findings(binding(**spec, iamRoleArnToAssume=ROLE), facts=FACTS) == []
    assert findings(binding(targetGroupARN="${TargetGroup}"), facts=FACTS) == []


def stated(**said: str) -> Facts:
    """The one target group of the account, and what is stated of it."""
    return Facts(target_groups=[TargetGroupFact(ARN, "blue", **said)])


@pytest.mark.parametrize(
    ("spec", "facts", "event"),
    [
        ({}, stated(target_type="lambda"), "unsupported TargetType: lambda"),
        ({"ipAddressType": "ipv4"}, stated(ip_address_type="ipv6"), f"invalid IP address type ipv6 for TargetGroup {ARN}"),
        (
            {"vpcID": "vpc-0a1b2c3d"},
            stated(vpc="vpc-0a1b2c3e"),
            f"invalid VpcID vpc-0a1b2c3d doesnt match VpcID from TargetGroup {ARN}",
        ),
        ({"targetGroupProtocol": "TCP"}, stated(protocol="HTTP"), f"TargetGroup {ARN} protocol differs"),
        ({"nodeSelector": {}}, stated(target_type="ip"), "TargetGroupBinding cannot set NodeSelector when TargetType is ip"),
        (
            {"iamRoleArnToAssume": ROLE},
            stated(target_type="instance"),
            "Unable to use instance target type while using assume role",
        ),
        ({}, stated(target_type="instance", protocol="QUIC"), "QUIC protocol is not supported for Instance target types."),
    ],
)
def test_what_is_stated_of_the_target_group_is_held_against_the_binding(spec: dict[str, Any], facts: Facts, event: str) -> None:
    assert [x.event for x in findings(binding(**spec), facts=facts)] == [event]
    by_name = {**spec, "targetGroupARN": None, "targetGroupName": "blue"}
    if "iamRoleArnToAssume" not in spec:  # whose account is another one
        assert [x.event for x in findings(binding(**by_name), facts=facts)] == [event]


def test_what_is_as_it_is_stated_is_well() -> None:
    facts = stated(target_type="ip", protocol="HTTP", ip_address_type="ipv4", vpc="vpc-0a1b2c3d")
    spec = {"targetType": "ip", "targetGroupProtocol": "HTTP", "ipAddressType": "ipv4", "vpcID": "vpc-0a1b2c3d"}
    assert findings(binding(), facts=facts) == findings(binding(**spec), facts=facts) == []


def test_the_type_of_the_target_group_counts_where_the_binding_says_none() -> None:
    assert messages("EKI366", service(), binding(), facts=stated(target_type="instance")) == [
        "Service shop/web is of the type ClusterIP."
    ]
    assert messages("EKI304", service(selector=None), binding(), facts=stated(target_type="ip")) != []


def test_another_type_than_that_of_the_target_group_is_told() -> None:
    (found,) = findings(binding(**PODS), facts=stated(target_type="instance"))
    assert (found.id, found.message, found.severity) == (
        "EKI369",
        "targetType is 'ip', and that of the target group 'instance'.",
        ERROR,
    )


# Services


def test_a_service_is_looked_for_in_the_namespace_of_the_binding() -> None:
    found = findings(service("other"), binding())
    assert [(x.id, x.message, x.severity) for x in found] == [
        ("EKI365", "Service shop/web is not among the manifests, which have others of its namespace.", WARNING)
    ]
    assert findings(binding()) == []


def test_a_service_that_does_not_exist_is_an_error() -> None:
    found = findings(service("webs"), binding(), complete=True)
    assert [(x.id, x.message, x.severity) for x in found] == [("EKI365", "Service shop/web does not exist.", ERROR)]
    assert found[0].remedy == "Did you mean 'webs'?"


def test_a_number_in_quotes_is_the_name_of_a_port() -> None:
    found = findings(service(), binding(serviceRef={"name": "web", "port": "80"}))
    assert [(x.message, x.remedy) for x in found] == [
        ("Service shop/web has no port '80'.", "Write it without quotes: it is a number.")
    ]


def test_a_port_may_be_named() -> None:
    named = service(ports=[{"name": "http", "port": 80}, {"name": "metrics", "port": 9090}])
    assert findings(named, binding(serviceRef={"name": "web", "port": "metrics"})) == []
    (found,) = findings(named, binding(serviceRef={"name": "web", "port": "grpc"}))
    assert found.remedy == "Name one of its ports: 80 (http), 9090 (metrics)."


@pytest.mark.parametrize("kind", ["NodePort", "LoadBalancer"])
def test_nodes_have_ports_of_two_types_of_services(kind: str) -> None:
    assert findings(service(type=kind, ports=NODE_PORT), binding(**NODES)) == []


def test_of_what_the_controller_asks_aws_nothing_is_said() -> None:
    assert findings(service(), binding()) == []


def test_a_service_without_pods_leaves_the_target_group_empty() -> None:
    assert messages("EKI304", service(selector=None), binding(**PODS)) == [
        "Service shop/web has no selector, and its target group stays empty."
    ]
    assert messages("EKI304", service(selector=None), binding()) == []


# Fields


@pytest.mark.parametrize(
    ("selector", "message"),
    [
        ({"matchLabels": {"a b": "c"}}, "key in match_labels, 'a b' is not the key of a label"),
        ({"matchLabels": {"a": "b c"}}, "value of label 'a', 'b c' is not the value of a label"),
        ({"matchExpressions": [{"key": "a", "operator": "In"}]}, "values of label 'a', [] are none to compare it with."),
        ({"matchExpressions": [{"key": "a", "operator": "Exists", "values": ["b"]}]}, "values of label 'a', ['b'] say nothing"),
    ],
)
def test_a_choice_of_nodes_that_the_controller_cannot_read_is_told(selector: dict[str, Any], message: str) -> None:
    (found,) = messages("EKI367", binding(nodeSelector=selector, **NODES))
    assert found.startswith(message)


def test_what_is_not_known_is_no_wrong_choice() -> None:
    selector = {"matchLabels": {"${Key}": "${Value}"}, "matchExpressions": [{"key": "a", "operator": "${Operator}"}]}
    assert messages("EKI367", binding(nodeSelector=selector, **NODES)) == []


@pytest.mark.parametrize(
    ("rule", "message", "severity"),
    [
        (letting(), "`from` is empty, so that the rule lets in nobody.", WARNING),
        (
            letting(GROUP, ports=()),
            "`ports` is empty, which the controller's documentation has for all ports; the controller forgets the rule.",
            WARNING,
        ),
        (letting({}), "an item of `from` has neither securityGroup nor ipBlock.", ERROR),
        (
            letting({**GROUP, **BLOCK}),
            "an item of `from` has securityGroup and ipBlock, of which the latter has no effect.",
            WARNING,
        ),
        (letting(GROUP, ports=[{"port": "http"}], **NODES), "port 'http' is a name, and nodes have none.", ERROR),
    ],
)
def test_a_rule_that_opens_nothing_is_told(rule: Manifest, message: str, severity: object) -> None:
    assert [(x.message, x.severity) for x in findings(rule) if x.id == "EKI368"] == [(message, severity)]


def test_rules_that_open_something_are_well() -> None:
    assert findings(letting(GROUP, ports=[{"port": "http"}], **PODS)) == []
    assert findings(letting({"ipBlock": {"cidr": "${Cidr}"}}, ports=[{"port": "${Port}"}], **NODES)) == []


@pytest.mark.parametrize(
    ("spec", "message", "severity"),
    [
        ({"targetGroupARN": "blue"}, "targetGroupARN 'blue' is not the ARN of a target group.", ERROR),
        (
            {"targetGroupName": "green"},
            "targetGroupName 'green' has no effect: the target group is that of targetGroupARN, 'blue'.",
            WARNING,
        ),
        ({"iamRoleArnToAssume": "targets"}, "iamRoleArnToAssume 'targets' is not the ARN of a role.", ERROR),
    ],
)
def test_texts_that_nobody_can_use_are_told(spec: dict[str, Any], message: str, severity: object) -> None:
    assert [(x.message, x.severity) for x in findings(binding(**spec)) if x.id == "EKI369"] == [(message, severity)]


def test_the_name_of_the_same_target_group_may_stand_beside_its_arn() -> None:
    assert findings(binding(targetGroupName="blue")) == []
    assert findings(binding(targetGroupARN="${TargetGroup}", targetGroupName="green")) == []
