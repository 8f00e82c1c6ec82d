from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
from jsonschema import Draft202012Validator

from eks_ingress.annotations import catalogue
from eks_ingress.manifests.ingress_class import manifests, overridden, params_spec
from eks_ingress.routing.attributes import ListenerAttributes, LoadBalancerAttributes
from eks_ingress.routing.ingress_class import ClassSettings, IngressClass, NamespaceSelector
from eks_ingress.routing.labels import LabelExpression, LabelOperator
from eks_ingress.routing.scheme import IpAddressType, Scheme
from eks_ingress.routing.targets import TargetType
from eks_ingress.routing.tls import TlsPolicy
from eks_ingress.routing.web_acl import WebAcl
from eks_ingress.source import Source
from tests.chart import SUPPORTED
from tests.manifests.schemas import facts, real_schema
from tests.routing.cdk import CERTIFICATE, TOKEN, Cdk

SCHEMA: dict[str, Any] = json.loads(Path(__file__).with_name("ingress_class_params.schema.json").read_text("utf-8"))
HERE = Source("Shop/Ingress/Public", "shop.py", 1)
WEB_ACL = "arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/shop/12345678-1234-1234-1234-123456789012"


FIELDS: list[tuple[dict[str, Any], dict[str, Any]]] = [
    (
        {"namespace_selector": NamespaceSelector({"team": "shop", "tier": ""})},
        {"namespaceSelector": {"matchLabels": {"team": "shop", "tier": ""}}},
    ),
    (
        {
            "namespace_selector": NamespaceSelector(
                {"team": "shop"},
                [
                    LabelExpression("stage", LabelOperator.IN, ["test", "live"]),
                    LabelExpression("stage", LabelOperator.NOT_IN, "old"),
                    LabelExpression("example.com/owner", LabelOperator.EXISTS),
                    LabelExpression("gone", LabelOperator.DOES_NOT_EXIST),
                ],
            )
        },
        {
            "namespaceSelector": {
                "matchLabels": {"team": "shop"},
                "matchExpressions": [
                    {"key": "stage", "operator": "In", "values": ["test", "live"]},
                    {"key": "stage", "operator": "NotIn", "values": ["old"]},
                    {"key": "example.com/owner", "operator": "Exists"},
                    {"key": "gone", "operator": "DoesNotExist"},
                ],
            }
        },
    ),
    ({"group_name": "shop.public"}, {"group": {"name": "shop.public"}}),
    ({"scheme": Scheme.INTERNAL}, {"scheme": "internal"}),
    ({"scheme": Scheme.INTERNET_FACING}, {"scheme": "internet-facing"}),
    ({"ip_address_type": IpAddressType.IPV4}, {"ipAddressType": "ipv4"}),
    ({"ip_address_type": IpAddressType.DUALSTACK}, {"ipAddressType": "dualstack"}),
    (
        {"ip_address_type": IpAddressType.DUALSTACK_WITHOUT_PUBLIC_IPV4},
        {"ipAddressType": "dualstack-without-public-ipv4"},
    ),
    ({"load_balancer_name": "shop-public"}, {"loadBalancerName": "shop-public"}),
    ({"subnets": ["subnet-1", Cdk("subnet-2")]}, {"subnets": {"ids": ["subnet-1", "subnet-2"]}}),
    (
        {"subnet_tags": {"tier": "public", "Name": ["a", "b"]}},
        {"subnets": {"tags": {"tier": ["public"], "Name": ["a", "b"]}}},
    ),
    ({"inbound_cidrs": ["10.0.0.0/8", "2001:db8::/32"]}, {"inboundCIDRs": ["10.0.0.0/8", "2001:db8::/32"]}),
    ({"prefix_lists": ["pl-1", Cdk(TOKEN)]}, {"prefixListsIDs": ["pl-1", TOKEN]}),
    ({"legacy_prefix_lists": "pl-1"}, {"PrefixListsIDs": ["pl-1"]}),
    ({"certificates": [Cdk(TOKEN), CERTIFICATE]}, {"certificateArn": [TOKEN, CERTIFICATE]}),
    ({"tls_policy": TlsPolicy.TLS13_1_2_2021_06}, {"sslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06"}),
    ({"tls_policy": TOKEN}, {"sslPolicy": TOKEN}),
    ({"ssl_redirect_port": 443}, {"sslRedirectPort": "443"}),
    (
        {
            "listener_attributes": {
                "HTTPS-443": ListenerAttributes(server_header=False, x_frame_options="DENY"),
                "HTTP-8080": ListenerAttributes(server_header=True),
            }
        },
        {
            "listeners": [
                {
                    "protocol": "HTTPS",
                    "port": 443,
                    "listenerAttributes": [
                        {"key": "routing.http.response.server.enabled", "value": "false"},
                        {"key": "routing.http.response.x_frame_options.header_value", "value": "DENY"},
                    ],
                },
                {
                    "protocol": "HTTP",
                    "port": 8080,
                    "listenerAttributes": [{"key": "routing.http.response.server.enabled", "value": "true"}],
                },
            ]
        },
    ),
    (
        {"load_balancer_attributes": LoadBalancerAttributes(deletion_protection=True, http2=False)},
        {
            "loadBalancerAttributes": [
                {"key": "deletion_protection.enabled", "value": "true"},
                {"key": "routing.http2.enabled", "value": "false"},
            ]
        },
    ),
    ({"minimum_capacity": 1000}, {"minimumLoadBalancerCapacity": {"capacityUnits": 1000}}),
    ({"minimum_capacity": 0}, {"minimumLoadBalancerCapacity": {"capacityUnits": 0}}),
    ({"ipam_ipv4_pool": "ipam-pool-0123"}, {"ipamConfiguration": {"ipv4IPAMPoolId": "ipam-pool-0123"}}),
    ({"target_type": TargetType.IP}, {"targetType": "ip"}),
    ({"target_type": TargetType.INSTANCE}, {"targetType": "instance"}),
    ({"web_acl": WebAcl.by_arn(WEB_ACL)}, {"wafv2AclArn": WEB_ACL}),
    ({"web_acl": WebAcl.by_arn(Cdk(TOKEN))}, {"wafv2AclArn": TOKEN}),
    ({"web_acl": WebAcl.none()}, {"wafv2AclArn": "none"}),
    ({"web_acl": WebAcl.by_name("shop")}, {"wafv2AclName": "shop"}),
    (
        {"tags": {"team": "shop", "cost": ""}},
        {"tags": [{"key": "team", "value": "shop"}, {"key": "cost", "value": ""}]},
    ),
]
"""Each word, and the fields of the spec that it becomes."""

NOTHING: list[dict[str, Any]] = [
    {},
    {"namespace_selector": NamespaceSelector()},
    {"inbound_cidrs": [], "prefix_lists": [], "legacy_prefix_lists": [], "certificates": [], "tags": {}},
    {"load_balancer_attributes": LoadBalancerAttributes(), "listener_attributes": {"HTTPS-443": ListenerAttributes()}},
]
"""Words that say nothing."""

EVERYTHING = {
    name: word for words, _ in FIELDS for name, word in words.items() if name not in ("subnet_tags", "legacy_prefix_lists")
}


def params(settings: ClassSettings) -> dict[str, Any]:
    return dict(manifests(IngressClass("public", settings, source=HERE))[0].body)


def check(body: dict[str, Any]) -> None:
    Draft202012Validator(SCHEMA).validate(body)


# The spec


@pytest.mark.parametrize(("words", "spec"), FIELDS)
def test_each_word_becomes_its_field(words: dict[str, Any], spec: dict[str, Any]) -> None:
    assert params_spec(ClassSettings(**words)) == spec
    check(params(ClassSettings(**words)))


def test_every_word_and_every_field_is_in_the_table() -> None:
    assert {name for words, _ in FIELDS for name in words} == {field.name for field in fields(ClassSettings)}
    assert {name for _, spec in FIELDS for name in spec} == SCHEMA["properties"]["spec"]["properties"].keys()
    assert len(SCHEMA["properties"]["spec"]["properties"]) == 20


@pytest.mark.parametrize("words", NOTHING)
def test_what_says_nothing_is_not_written(words: dict[str, Any]) -> None:
    assert params_spec(ClassSettings(**words)) == {}


def test_all_words_together_are_one_spec() -> None:
    spec = params_spec(ClassSettings(**EVERYTHING))
    expected = {name: value for words, part in FIELDS if words.keys() <= EVERYTHING.keys() for name, value in part.items()}
    assert spec == {name: value for name, value in expected.items() if name != "wafv2AclArn"}
    check(params(ClassSettings(**EVERYTHING)))


def test_subnets_that_only_cloudformation_knows_stand_in_the_spec_as_they_are() -> None:
    assert params_spec(ClassSettings(subnets=[Cdk(TOKEN), "subnet-1"])) == {"subnets": {"ids": [TOKEN, "subnet-1"]}}


# The objects


def test_the_objects_of_a_class_are_its_parameters_and_itself() -> None:
    made = manifests(IngressClass("public", ClassSettings(scheme=Scheme.INTERNET_FACING), is_default=True, source=HERE))
    assert [manifest.body for manifest in made] == [
        {
            "apiVersion": "elbv2.k8s.aws/v1beta1",
            "kind": "IngressClassParams",
            "metadata": {"name": "public"},
            "spec": {"scheme": "internet-facing"},
        },
        {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "IngressClass",
            "metadata": {"name": "public", "annotations": {"ingressclass.kubernetes.io/is-default-class": "true"}},
            "spec": {
                "controller": "ingress.k8s.aws/alb",
                "parameters": {"apiGroup": "elbv2.k8s.aws", "kind": "IngressClassParams", "name": "public"},
            },
        },
    ]
    assert [manifest.source for manifest in made] == [HERE, HERE]


@pytest.mark.parametrize("settings", [None, *(ClassSettings(**words) for words in NOTHING)])
def test_a_class_that_says_nothing_has_no_parameters(settings: ClassSettings | None) -> None:
    (itself,) = manifests(IngressClass("plain", settings))
    assert itself.body == {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "IngressClass",
        "metadata": {"name": "plain"},
        "spec": {"controller": "ingress.k8s.aws/alb"},
    }


def test_parameters_have_the_name_that_is_given() -> None:
    own, itself = manifests(IngressClass("public", ClassSettings(group_name="shop"), params_name="public-1"))
    assert (own.name, itself.name, itself.body["spec"]["parameters"]["name"]) == ("public-1", "public", "public-1")


def test_parameters_that_are_there_are_referred_to() -> None:
    (itself,) = manifests(IngressClass("public", params_name="of-the-platform"))
    assert itself.body["spec"]["parameters"] == {
        "apiGroup": "elbv2.k8s.aws",
        "kind": "IngressClassParams",
        "name": "of-the-platform",
    }


def test_no_reference_leads_to_parameters_that_are_not_made() -> None:
    (itself,) = manifests(IngressClass("public", ClassSettings(), params_name="public-1"))
    assert itself.body["spec"] == {"controller": "ingress.k8s.aws/alb"}


@pytest.mark.parametrize("kubernetes", SUPPORTED)
@pytest.mark.parametrize("is_default", [True, False])
@pytest.mark.parametrize("settings", [None, ClassSettings(**EVERYTHING)])
def test_every_class_passes_the_schema_of_kubernetes(settings: ClassSettings | None, is_default: bool, kubernetes: str) -> None:
    kubernetes_validate.validate(dict(manifests(IngressClass("public", settings, is_default))[-1].body), kubernetes, strict=True)


@pytest.mark.parametrize("kubernetes", SUPPORTED)
def test_the_schema_of_kubernetes_is_not_blind(kubernetes: str) -> None:
    body = {**manifests(IngressClass("public"))[-1].body, "spec": {"controler": "ingress.k8s.aws/alb"}}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(body, kubernetes, strict=True)


# What an Ingress cannot say


def test_each_annotation_that_a_class_decides_is_known_by_the_name_in_the_catalogue() -> None:
    decided = {name for _, spec in FIELDS for name in overridden(spec)}
    assert decided == {row.overridden_by for row in catalogue.ALL} - {None}


@pytest.mark.parametrize(
    ("spec", "names"),
    [
        (None, set()),
        ({}, set()),
        ({"scheme": "internal", "sslPolicy": "x"}, {"scheme", "sslPolicy"}),
        ({"scheme": "", "tags": [], "inboundCIDRs": None, "listeners": []}, set()),
        ({"namespaceSelector": {"matchLabels": {"team": "shop"}}}, set()),
        ({"group": {"name": "shop"}}, {"group.name"}),
        ({"minimumLoadBalancerCapacity": {"capacityUnits": 0}}, {"minimumLoadBalancerCapacity.capacityUnits"}),
        ({"ipamConfiguration": {"ipv4IPAMPoolId": "ipam-pool-1"}}, {"ipamConfiguration.ipv4IPAMPoolId"}),
        ({"ipamConfiguration": {}}, set()),
        ({"listeners": [{"protocol": "HTTPS", "port": 443}]}, {"listeners.listenerAttributes"}),
        ({"prefixListsIDs": ["pl-1"]}, {"prefixListsIDs"}),
        ({"PrefixListsIDs": ["pl-1"]}, {"prefixListsIDs"}),
        ({"wafv2AclArn": WEB_ACL}, {"wafv2AclArn"}),
        ({"wafv2AclName": "shop"}, {"wafv2AclName", "wafv2AclArn"}),
    ],
)
def test_a_class_decides_what_its_spec_says(spec: dict[str, Any] | None, names: set[str]) -> None:
    assert overridden(spec) == names


# The schema


MISTAKES: list[dict[str, Any]] = [
    {"spec": {"schema": "internal"}},
    {"spec": {"scheme": "public"}},
    {"spec": {"ipAddressType": "ipv6"}},
    {"spec": {"targetType": "lambda"}},
    {"spec": {"sslRedirectPort": 443}},
    {"spec": {"group": {}}},
    {"spec": {"group": {"name": "a", "order": 1}}},
    {"spec": {"tags": {"team": "shop"}}},
    {"spec": {"tags": [{"key": "team"}]}},
    {"spec": {"loadBalancerAttributes": [{"key": "a", "value": True}]}},
    {"spec": {"listeners": [{"protocol": "HTTPS", "port": "443"}]}},
    {"spec": {"listeners": [{"protocol": "HTTPS", "attributes": []}]}},
    {"spec": {"minimumLoadBalancerCapacity": {}}},
    {"spec": {"minimumLoadBalancerCapacity": {"capacityUnits": 1.5}}},
    {"spec": {"ipamConfiguration": {"pool": "x"}}},
    {"spec": {"namespaceSelector": {"matchExpressions": [{"key": "team"}]}}},
    {"spec": {"namespaceSelector": {"matchLabels": {"team": 7}}}},
    {"spec": {"subnets": {"ids": []}}},
    {"spec": {"subnets": {"ids": ["public-a"]}}},
    {"spec": {"subnets": {"tags": {"tier": "public"}}}},
    {"spec": {"prefixListsIDs": ["pl-1"], "PrefixListsIDs": ["pl-1"]}},
    {"metadata": {"name": "public", "namespace": "shop"}},
    {"metadata": {}},
    {"apiVersion": "elbv2.k8s.aws/v1alpha1"},
]


@pytest.mark.parametrize("mistake", MISTAKES)
def test_the_schema_is_not_blind(mistake: dict[str, Any]) -> None:
    body = params(ClassSettings(group_name="shop"))
    check(body)
    assert not Draft202012Validator(SCHEMA).is_valid(body | mistake)


@pytest.fixture(scope="module")
def real() -> dict[str, Any]:
    """What the chart's CRD says of the object."""
    return real_schema("IngressClassParams", "Cluster")


@pytest.mark.chart
def test_the_schema_says_what_the_real_one_says(real: dict[str, Any]) -> None:
    assert SCHEMA["properties"].keys() == real["properties"].keys()
    spec = real["properties"]["spec"]
    assert dict(facts(SCHEMA["properties"]["spec"], SCHEMA)) == dict(facts(spec, real))
    assert [rule["rule"] for rule in spec["x-kubernetes-validations"]] == [
        "!(has(self.prefixListsIDs) && has(self.PrefixListsIDs))"
    ]


@pytest.mark.chart
@pytest.mark.parametrize("words", [*(words for words, _ in FIELDS), EVERYTHING])
def test_what_is_written_passes_the_real_schema(words: dict[str, Any], real: dict[str, Any]) -> None:
    Draft202012Validator(real).validate(params(ClassSettings(**words)))
