"""What tries each object before it is applied, in the template."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, CfnResource, Stack

from eks_ingress import ApplicationLoadBalancer, EksIngress, HealthCheck, Refused, Service
from tests.synth.apps import FLAGS, KINDS, functions, new_app, template, types, v1_imported, v2_created, v2_imported
from tests.synth.graph import Graph
from tests.synth.test_lint import lint, nag

REACHABLE = [kind for kind in KINDS if kind != "v2 imported"]
TYPE = "Custom::EksIngressPreflight"
OBJECT = "Custom::AWSCDK-EKS-KubernetesResource"
FUNCTION = "EksIngress: tries objects on the API server"


def shop(scope: Stack, ingress: Any) -> ApplicationLoadBalancer:
    made = ApplicationLoadBalancer(scope, "Shop", ingress, namespace="shop")
    made.add_route("shop.example.com/", Service("storefront", 80))
    made.add_route("shop.example.com/api", Service("api", 80, health_check=HealthCheck(path="/healthz")))
    return made


def tried(kind: str) -> App:
    app = new_app()
    stack = Stack(app, "Shop")
    shop(stack, EksIngress(stack, "Ingress", cluster=KINDS[kind](stack), preflight=True))
    return app


def test_by_default_nothing_is() -> None:
    app = new_app()
    stack = Stack(app, "Shop")
    shop(stack, EksIngress(stack, "Ingress", cluster=v2_created(stack)))
    assert TYPE not in types(template(app, "Shop")["Resources"])
    assert FUNCTION not in functions(app)


@pytest.mark.parametrize("kind", REACHABLE)
def test_each_object_is_tried_as_it_is_applied_by_one_function(kind: str) -> None:
    app = tried(kind)
    resources = template(app, "Shop")["Resources"]
    tries = {name: made["Properties"] for name, made in resources.items() if made["Type"] == TYPE}
    assert len(tries) == 2
    for name, properties in tries.items():
        applied = resources[name.removesuffix("Preflight")]["Properties"]
        assert properties["Manifest"] == applied["Manifest"]
        assert properties["Cluster"] == applied["ClusterName"]
        assert properties.get("RoleArn") == applied.get("RoleArn")
    (twin,) = (made for said, made in functions(app).items() if said.startswith("onEvent handler for EKS kubectl"))
    assert functions(app)[FUNCTION]["Role"] == twin["Role"]
    assert len({str(properties["ServiceToken"]) for properties in tries.values()}) == 1


@pytest.mark.parametrize("kind", REACHABLE)
def test_it_is_tried_after_the_controller_and_before_it_is_applied(kind: str) -> None:
    graph = Graph(tried(kind))
    (release,) = graph.of_type("Custom::AWSCDK-EKS-HelmChart")
    for stack, name in graph.of_type(TYPE):
        assert release in graph.waits_for((stack, name))
        assert (stack, name) in graph.waits_for((stack, name.removesuffix("Preflight")))


def test_it_waits_for_what_the_object_waits_for() -> None:
    app = new_app()
    stack = Stack(app, "Shop")
    ingress = EksIngress(stack, "Ingress", cluster=v2_created(stack), preflight=True)
    made = shop(stack, ingress)
    first = CfnResource(stack, "First", type="Custom::First")
    made.node.add_dependency(first)
    space = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "own"}}
    config = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "own", "namespace": "own"}}
    ingress.add_manifests("Own", [config, space])
    graph = Graph(app)
    tries = graph.of_type(TYPE)
    assert all(("Shop", "First") in graph.waits_for(one) for one in tries if "Shop" in one[1])
    (of_config,) = (one for one in tries if "ConfigMap" in one[1])
    assert any("Namespace" in name for _, name in graph.waits_for(of_config) & graph.of_type(OBJECT))


def test_a_value_that_only_cloudformation_knows_is_told_as_such() -> None:
    app = new_app()
    stack = Stack(app, "Shop")
    ingress = EksIngress(stack, "Ingress", cluster=v2_created(stack), preflight=True)
    topic = CfnResource(stack, "Topic", type="AWS::SNS::Topic")
    body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "own", "namespace": "shop"}, "data": {"topic": topic.ref}}
    ingress.add_manifests("Own", body)
    resources = template(app, "Shop")["Resources"]
    (properties,) = (made["Properties"] for made in resources.values() if made["Type"] == TYPE)
    (applied,) = (made["Properties"] for name, made in resources.items() if made["Type"] == OBJECT and "ConfigMap" in name)
    assert properties["Manifest"] == applied["Manifest"]
    assert "Topic" in str(properties["Manifest"])


def test_a_team_in_another_stack_has_its_objects_tried_too() -> None:
    app = new_app()
    platform, team = Stack(app, "Platform"), Stack(app, "Team")
    shop(team, EksIngress(platform, "Ingress", cluster=v2_created(platform), preflight=True))
    found = types(template(app, "Team")["Resources"])
    # The function is that of the guard.
    assert (found[TYPE], found["AWS::Lambda::Function"], found["Custom::EksIngressGuard"]) == (2, 1, 1)


def test_a_controller_of_somebody_else_makes_no_difference() -> None:
    app = new_app()
    stack = Stack(app, "Shop")
    shop(stack, EksIngress.from_existing(stack, "Ingress", cluster=v1_imported(stack), preflight=True))
    assert types(template(app, "Shop")["Resources"])[TYPE] == 2


@pytest.mark.parametrize("make", [EksIngress, EksIngress.from_existing])
def test_a_cluster_whose_kubectl_provider_is_imported_is_refused(make: Any) -> None:
    stack = Stack(new_app(), "Shop")
    with pytest.raises(Refused, match=r"(?s)imported kubectl provider.*can be made for preflight.*app makes, or leave it out\."):
        make(stack, "Ingress", cluster=v2_imported(stack), preflight=True)


def test_a_preflight_that_is_no_flag_is_refused() -> None:
    stack = Stack(new_app(), "Shop")
    with pytest.raises(Refused, match="preflight 'yes'"):
        EksIngress(stack, "Ingress", cluster=v2_created(stack), preflight="yes")  # type: ignore[arg-type]


@pytest.mark.newest
@pytest.mark.parametrize("make", [v2_created, v1_imported])
def test_neither_cfn_lint_nor_cdk_nag_finds_anything_of_it(make: Any, tmp_path: Path) -> None:
    app = App(context=FLAGS, outdir=str(tmp_path))
    stack = Stack(app, "Shop")
    shop(stack, EksIngress(stack, "Ingress", cluster=make(stack), preflight=True))
    found = nag(app)
    assert found
    assert not [path for path in found if "Preflight" in path]
    files = [*tmp_path.glob("*.template.json")]
    assert not [match for match in lint(*files) if any("Preflight" in str(part) for part in match["Location"]["Path"])]
