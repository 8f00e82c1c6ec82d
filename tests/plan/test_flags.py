from __future__ import annotations

from typing import Any

import pytest

from eks_ingress.plan.flags import ControllerFlags
from tests.plan.objects import balancer, ingress, of_class, plan


def test_without_values_the_flags_are_those_of_the_controller() -> None:
    assert ControllerFlags.of_chart({"enableServiceMutatorWebhook": False}, "prod") == ControllerFlags("prod")
    assert ControllerFlags() == ControllerFlags(
        cluster_name=None,
        class_names=frozenset({"alb"}),
        ingress_class="alb",
        class_default=None,
        default_target_type="instance",
        default_scheme="internal",
        default_tls_policy="ELBSecurityPolicy-2016-08",
        default_tags={},
        external_tags=frozenset(),
        gates={},
        tolerate_missing_service=True,
        tolerate_missing_action=True,
        backend_security_group=True,
        manage_backend_rules=False,
        restricts_ports=True,
        default_private_ca="",
        allowed_authorities=frozenset(),
        required_secret_label="",
    )


@pytest.mark.parametrize(
    ("values", "flag", "expected"),
    [
        ({"ingressClass": "public"}, "class_names", {"public"}),
        ({"ingressClass": "public"}, "ingress_class", "public"),
        ({"ingressClass": ""}, "ingress_class", "alb"),
        ({"ingressClassConfig": {"default": True}}, "class_default", "alb"),
        ({"ingressClass": "public", "ingressClassConfig": {"default": True}}, "class_default", "public"),
        ({"ingressClassConfig": {"default": False}}, "class_default", None),
        ({"ingressClassConfig": None}, "class_default", None),
        ({}, "takes_new_services", True),
        ({"enableServiceMutatorWebhook": False}, "takes_new_services", False),
        ({"enableServiceMutatorWebhook": None}, "takes_new_services", False),
        ({"defaultTargetType": "ip"}, "default_target_type", "ip"),
        ({"defaultLoadBalancerScheme": "internet-facing"}, "default_scheme", "internet-facing"),
        ({"defaultLoadBalancerScheme": None}, "default_scheme", "internal"),
        ({"defaultLoadBalancerScheme": ""}, "default_scheme", "internal"),
        ({"defaultSSLPolicy": "p"}, "default_tls_policy", "p"),
        ({"defaultTags": {"team": "shop"}}, "default_tags", {"team": "shop"}),
        ({"externalManagedTags": ["team", "cost"]}, "external_tags", {"team", "cost"}),
        ({"externalManagedTags": None}, "external_tags", set()),
        ({"tolerateNonExistentBackendService": False}, "tolerate_missing_service", False),
        ({"tolerateNonExistentBackendService": "false"}, "tolerate_missing_service", True),
        ({"tolerateNonExistentBackendAction": False}, "tolerate_missing_action", False),
        ({"enableBackendSecurityGroup": False}, "backend_security_group", False),
        ({"enableManageBackendSecurityGroupRules": True}, "manage_backend_rules", True),
        ({"disableRestrictedSecurityGroupRules": True}, "restricts_ports", False),
        ({"certManagement": {"defaultPCAARN": "arn:ca"}}, "default_private_ca", "arn:ca"),
        ({"certDiscovery": {"allowedCertificateAuthorityARNs": "arn:a, arn:b"}}, "allowed_authorities", {"arn:a", "arn:b"}),
        ({"certDiscovery": {"allowedCertificateAuthorityARNs": ""}}, "allowed_authorities", set()),
        ({"controllerConfig": {"featureGates": {"A": True, "B": "true", "C": False}}}, "gates", {"A": True, "B": True, "C": False}),
        ({"controllerConfig": None}, "gates", {}),
    ],
)
def test_the_values_of_the_chart_say_what_the_flags_are(values: dict[str, Any], flag: str, expected: Any) -> None:
    assert getattr(ControllerFlags.of_chart(values), flag) == expected


@pytest.mark.parametrize(
    ("charts", "class_names", "target_type"),
    [
        ([], {"alb"}, "instance"),
        ([{"ingressClass": "public", "defaultTargetType": "ip"}], {"public"}, "ip"),
        ([{"ingressClass": "public", "defaultTargetType": "ip"}, {"ingressClass": "internal"}], {"public", "internal"}, "ip"),
    ],
)
def test_several_controllers_have_the_flags_of_the_first_and_the_classes_of_all(
    charts: list[dict[str, str]], class_names: set[str], target_type: str
) -> None:
    flags = ControllerFlags.of_charts(charts, "prod")
    assert (flags.cluster_name, set(flags.class_names), flags.default_target_type) == ("prod", class_names, target_type)


@pytest.mark.parametrize(
    ("gates", "name", "expected"),
    [
        ({}, "EnableIPTargetType", True),
        ({}, "SubnetsClusterTagCheck", True),
        ({}, "SubnetDiscoveryByReachability", True),
        ({}, "LBCapacityReservation", True),
        ({}, "ALBSingleSubnet", False),
        ({}, "EnableCertificateManagement", False),
        ({}, "EnableDefaultTagsLowPriority", False),
        ({"ALBSingleSubnet": True}, "ALBSingleSubnet", True),
        ({"EnableIPTargetType": False}, "EnableIPTargetType", False),
    ],
)
def test_a_gate_is_as_the_controller_has_it_unless_it_is_said(gates: dict[str, bool], name: str, expected: bool) -> None:
    assert ControllerFlags(gates=gates).gate(name) is expected


def test_what_the_chart_lays_down_for_its_own_class_counts() -> None:
    flags = ControllerFlags.of_chart({"ingressClassParams": {"create": True, "spec": {"scheme": "internet-facing"}}})
    assert balancer(ingress("/"), flags=flags).scheme == "internet-facing"
    mine = of_class({"scheme": "internal"}, name="alb")
    assert balancer(ingress("/"), *mine, flags=flags).scheme == "internal"
    params = {"spec": {"scheme": "internet-facing"}}
    not_made = {"createIngressClassResource": False, "ingressClassParams": params}
    for values in (not_made, {"ingressClassParams": {"create": False, **params}}):
        assert balancer(ingress("/"), flags=ControllerFlags.of_chart(values)).scheme == "internal"


def test_a_class_that_the_chart_does_not_make_is_no_default() -> None:
    default = {"ingressClassConfig": {"default": True}}
    assert ControllerFlags.of_chart(default).class_default == "alb"
    assert ControllerFlags.of_chart({**default, "createIngressClassResource": False}).class_default is None


def planned_for(namespace: str) -> list[str]:
    flags = ControllerFlags.of_chart({"watchNamespace": namespace})
    return [found.group for found in plan([ingress("/")], flags).load_balancers]


def test_other_namespaces_are_not_watched() -> None:
    assert planned_for("shop") == ["shop/web"]
    assert planned_for("cart") == []


def test_the_shared_security_group_may_be_the_users_own() -> None:
    flags = ControllerFlags.of_chart({"backendSecurityGroup": "sg-mine"})
    assert balancer(ingress("/"), flags=flags).security_groups[-1] == "sg-mine"


@pytest.mark.parametrize(
    ("value", "is_open"), [(True, True), ("True", True), ("t", True), (1, True), ("no", False), (False, False)]
)
def test_gates_are_read_as_the_controller_reads_them(value: object, is_open: bool) -> None:
    flags = ControllerFlags.of_chart({"controllerConfig": {"featureGates": {"ALBSingleSubnet": value}}})
    assert flags.gate("ALBSingleSubnet") is is_open


def test_tags_are_texts() -> None:
    assert ControllerFlags.of_chart({"defaultTags": {"n": 5, "b": True}}).default_tags == {"n": "5", "b": "true"}
