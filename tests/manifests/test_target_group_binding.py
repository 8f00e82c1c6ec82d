from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from eks_ingress.manifests.shape import misshapen
from eks_ingress.manifests.target_group_binding import manifest
from eks_ingress.routing.backend import Service, TargetGroup
from eks_ingress.routing.labels import LabelExpression, LabelOperator, NodeSelector
from eks_ingress.routing.target_group_binding import (
    AllowedTraffic,
    Binding,
    TargetGroupProtocol,
    TargetIpAddressType,
    TransportProtocol,
)
from eks_ingress.routing.targets import TargetType
from eks_ingress.source import Source
from tests.manifests.schemas import facts, real_schema
from tests.routing.cdk import TOKEN

SCHEMA: dict[str, Any] = json.loads(Path(__file__).with_name("target_group_binding.schema.json").read_text("utf-8"))
ARN = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/blue/0123456789abcdef"
HERE = Source("Shop/Storefront", "shop.py", 1)
WHOLE = {"serviceRef": {"name": "web", "port": 80}}

FIELDS: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"target_group": TargetGroup(ARN)}, {"targetGroupARN": ARN}),
    ({"target_group": TargetGroup(name="blue")}, {"targetGroupName": "blue"}),
    ({"target_group": TargetGroup(TOKEN)}, {"targetGroupARN": TOKEN}),
    ({"service": Service("web", "http")}, {"serviceRef": {"name": "web", "port": "http"}}),
    ({"target_type": TargetType.IP}, {"targetType": "ip"}),
    (
        {
            "target_type": TargetType.INSTANCE,
            "node_selector": NodeSelector({"pool": "web"}, [LabelExpression("spot", LabelOperator.DOES_NOT_EXIST)]),
        },
        {
            "targetType": "instance",
            "nodeSelector": {
                "matchLabels": {"pool": "web"},
                "matchExpressions": [{"key": "spot", "operator": "DoesNotExist"}],
            },
        },
    ),
    ({"ip_address_type": TargetIpAddressType.IPV6}, {"ipAddressType": "ipv6"}),
    ({"protocol": TargetGroupProtocol.TCP_UDP}, {"targetGroupProtocol": "TCP_UDP"}),
    ({"vpc": "vpc-0123456789abcdef0"}, {"vpcID": "vpc-0123456789abcdef0"}),
    (
        {"role": "arn:aws:iam::444455556666:role/targets", "external_id": "shop"},
        {"iamRoleArnToAssume": "arn:aws:iam::444455556666:role/targets", "assumeRoleExternalId": "shop"},
    ),
    ({"multi_cluster": True}, {"multiClusterTargetGroup": True}),
    (
        {"networking": AllowedTraffic("sg-0a", ports=[8080, "metrics"])},
        {
            "networking": {
                "ingress": [
                    {
                        "from": [{"securityGroup": {"groupID": "sg-0a"}}],
                        "ports": [{"port": 8080, "protocol": "TCP"}, {"port": "metrics", "protocol": "TCP"}],
                    }
                ]
            }
        },
    ),
    (
        {
            "networking": [
                AllowedTraffic(["sg-0a", TOKEN], ["10.0.0.0/8"]),
                AllowedTraffic(cidrs="2001:db8::/32", ports=53, protocol=TransportProtocol.UDP),
            ]
        },
        {
            "networking": {
                "ingress": [
                    {
                        "from": [
                            {"securityGroup": {"groupID": "sg-0a"}},
                            {"securityGroup": {"groupID": TOKEN}},
                            {"ipBlock": {"cidr": "10.0.0.0/8"}},
                        ],
                        "ports": [{"protocol": "TCP"}],
                    },
                    {"from": [{"ipBlock": {"cidr": "2001:db8::/32"}}], "ports": [{"port": 53, "protocol": "UDP"}]},
                ]
            }
        },
    ),
]


def binding(**words: Any) -> Binding:
    plain = {"name": "storefront", "namespace": "shop", "service": Service("web", 80), "target_group": TargetGroup(ARN)}
    return Binding(**{**plain, "source": HERE, **words})


@pytest.mark.parametrize(("words", "fields"), FIELDS)
def test_each_word_is_a_field(words: dict[str, Any], fields: dict[str, Any]) -> None:
    made = manifest(binding(**words))
    named = {} if "target_group" in words else {"targetGroupARN": ARN}
    assert made.body == {
        "apiVersion": "elbv2.k8s.aws/v1beta1",
        "kind": "TargetGroupBinding",
        "metadata": {"name": "storefront", "namespace": "shop"},
        "spec": {**WHOLE, **named, **fields},
    }
    assert made.source == HERE
    Draft202012Validator(SCHEMA).validate(made.body)
    assert list(misshapen(made)) == []


def test_the_words_are_for_every_field_of_the_definition() -> None:
    assert {name for _, fields in FIELDS for name in fields} == SCHEMA["properties"]["spec"]["properties"].keys()


def test_a_rule_for_all_ports_names_one_since_the_controller_forgets_a_rule_without() -> None:
    (rule,) = manifest(binding(networking=AllowedTraffic("sg-0a"))).body["spec"]["networking"]["ingress"]
    assert rule["ports"] == [{"protocol": "TCP"}]


@pytest.mark.chart
def test_the_schema_says_what_the_real_one_says() -> None:
    real = real_schema("TargetGroupBinding", "Namespaced")
    assert dict(facts(SCHEMA["properties"]["spec"], SCHEMA)) == dict(facts(real["properties"]["spec"], real))


@pytest.mark.chart
@pytest.mark.parametrize("words", [words for words, _ in FIELDS])
def test_what_is_written_passes_the_real_schema(words: dict[str, Any]) -> None:
    Draft202012Validator(real_schema("TargetGroupBinding", "Namespaced")).validate(manifest(binding(**words)).body)
