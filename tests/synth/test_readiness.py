"""Pods that count as ready only when they are healthy targets: which namespaces are labelled for it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from aws_cdk import App, Stack

from eks_ingress import ApplicationLoadBalancer, EksIngress, Redirect, Service, TargetGroup
from tests.synth.apps import KINDS, Shop, new_app, v2_imported
from tests.synth.graph import Graph

PATCH = "Custom::AWSCDK-EKS-KubernetesPatch"


def patches(app: App) -> dict[str, list[str]]:
    """What is patched, by stack."""
    found: dict[str, list[str]] = {}
    for stack in app.synth().stacks:
        for resource in stack.template.get("Resources", {}).values():
            if resource["Type"] == PATCH:
                found.setdefault(stack.id, []).append(resource["Properties"]["ResourceName"])
    return found


def gated(shop: Shop, name: str, namespace: str = "shop") -> ApplicationLoadBalancer:
    balancer = shop.ingress.add_load_balancer(name, namespace=namespace, pod_readiness_gate=True)
    balancer.add_route("/", Service("web", 80))
    return balancer


def test_the_namespace_is_labelled_and_the_label_is_taken_back_on_destroy() -> None:
    shop = Shop()
    gated(shop, "Shop")
    patch = shop.resources()["IngressReadinessGateShop7A07F9AB"]
    assert patch["Type"] == PATCH
    assert patch["DependsOn"] == ["IngressGuard"]
    properties = patch["Properties"]
    assert {name: properties[name] for name in ("ResourceName", "ApplyPatchJson", "RestorePatchJson", "PatchType")} == {
        "ResourceName": "namespace/shop",
        "ApplyPatchJson": '{"metadata":{"labels":{"elbv2.k8s.aws/pod-readiness-gate-inject":"enabled"}}}',
        "RestorePatchJson": '{"metadata":{"labels":{"elbv2.k8s.aws/pod-readiness-gate-inject":null}}}',
        "PatchType": "strategic",
    }


def test_the_namespace_of_a_binding_is_labelled_if_asked_for() -> None:
    shop = Shop()
    ours = TargetGroup(name="ours")
    for namespace, gate in (("shop", True), ("cart", False)):
        shop.ingress.add_target_group_binding(
            namespace.title(),
            namespace=namespace,
            service=Service("web", 80),
            target_group=ours,
            multi_cluster=True,
            pod_readiness_gate=gate,
        )
    assert patches(shop.app) == {"Shop": ["namespace/shop"]}


def test_without_being_asked_for_nothing_is_labelled() -> None:
    shop = Shop()
    shop.ingress.add_load_balancer("Shop", namespace="shop").add_route("/", Service("web", 80))
    assert patches(shop.app) == {}


def test_each_namespace_is_labelled_once_whatever_number_of_load_balancers_has_it() -> None:
    shop = Shop()
    first = gated(shop, "First")
    first.add_route("/ops", Service("ops", 80, namespace="ops"))
    first.add_route("/old", Redirect(path="/new"))
    gated(shop, "Second")
    gated(shop, "Third", "ops")
    gated(shop, "Fourth", "more")
    shop.ingress.add_load_balancer("Other", namespace="other").add_route("/", Service("web", 80))
    assert patches(shop.app) == {"Shop": ["namespace/ops", "namespace/shop", "namespace/more"]}


def test_the_namespaces_of_parts_are_labelled_where_the_load_balancer_is() -> None:
    shop = Shop()
    gated(shop, "Shop")
    part = shop.ingress.load_balancer("Shop", Stack(shop.app, "Cart"), namespace="cart")
    part.add_route("/cart", Service("cart", 80))
    assert patches(shop.app) == {"Shop": ["namespace/cart", "namespace/shop"]}


def test_a_load_balancer_in_another_stack_labels_there() -> None:
    shop = Shop()
    team = Stack(shop.app, "Team")
    balancer = ApplicationLoadBalancer(team, "Team", shop.ingress, namespace="team", pod_readiness_gate=True)
    balancer.add_route("/", Service("web", 80))
    assert patches(shop.app) == {"Team": ["namespace/team"]}
    graph = Graph(shop.app)
    (patch,) = graph.of_type(PATCH)
    assert graph.of_type("Custom::AWSCDK-EKS-HelmChart") <= graph.waits_for(patch)


@pytest.mark.parametrize("kind", ["v1 imported", "v1 created", "v2 created"])
def test_clusters_of_each_kind_can_be_labelled(kind: str) -> None:
    app = new_app()
    stack = Stack(app, "Shop")
    ingress = EksIngress(stack, "Ingress", cluster=KINDS[kind](stack))
    ingress.add_load_balancer("Shop", namespace="shop", pod_readiness_gate=True).add_route("/", Service("web", 80))
    assert patches(app) == {"Shop": ["namespace/shop"]}


def test_a_controller_that_is_there_is_told_too() -> None:
    app = new_app()
    stack = Stack(app, "Shop")
    host = EksIngress.from_existing(stack, "Ingress", cluster=v2_imported(stack))
    host.add_load_balancer("Shop", namespace="shop", pod_readiness_gate=True).add_route("/", Service("web", 80))
    assert patches(app) == {"Shop": ["namespace/shop"]}


def test_neither_its_name_nor_its_place_hangs_on_the_order_of_routes() -> None:
    def template(*matches: str) -> dict[str, Any]:
        shop = Shop()
        balancer = shop.ingress.add_load_balancer("Shop", namespace="shop", pod_readiness_gate=True)
        for match in matches:
            balancer.add_route(match, Service("web", 80, namespace=match[1:]))
        return shop.resources()

    assert json.dumps(template("/a", "/b", "/c")) == json.dumps(template("/c", "/a", "/b"))
