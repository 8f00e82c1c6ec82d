"""What is made before what, and so what is gone before what."""

from __future__ import annotations

from typing import Any

import pytest
from aws_cdk import App, CfnOutput, Environment, Stack, aws_eks_v2, aws_iam

from eks_ingress import ApplicationLoadBalancer, EksIngress, HealthCheck, Identity, Service
from tests.synth.apps import Shop, new_app, plain, v1_created, v2_created, v2_fargate, v2_imported
from tests.synth.graph import Graph, Node


def add_routes(balancer: ApplicationLoadBalancer) -> None:
    balancer.add_route("/", Service("web", 80))
    balancer.add_route("/api", Service("api", 80, health_check=HealthCheck(path="/healthz")))
    CfnOutput(Stack.of(balancer), "Address", value=balancer.dns_name)


def one_stack() -> App:
    app = new_app()
    stack = Stack(app, "Shop")
    ingress = EksIngress(stack, "Ingress", cluster=v2_created(stack))
    add_routes(ingress.add_load_balancer("Shop", namespace="shop"))
    return app


def three_stacks() -> App:
    app = new_app()
    platform = Stack(app, "Platform")
    ingress = EksIngress(platform, "Ingress", cluster=v2_created(platform))
    for team in ("Shop", "Reports"):
        add_routes(ApplicationLoadBalancer(Stack(app, team), team, ingress=ingress, namespace=team.lower()))
    return app


def ingresses(graph: Graph) -> set[Node]:
    return graph.of_type("Custom::AWSCDK-EKS-KubernetesResource")


@pytest.mark.parametrize(("make", "count"), [(one_stack, 2), (three_stacks, 4)])
def test_each_ingress_comes_after_the_controller_and_its_capacity_and_goes_before_them(make: object, count: int) -> None:
    assert callable(make)
    graph = Graph(make())
    (release,) = graph.of_type("Custom::AWSCDK-EKS-HelmChart")
    nodes = graph.of_type("AWS::EKS::Nodegroup")
    named = {node for node in graph.types if node[1] in {"IngressRole", "IngressPolicy"}}
    before = {release} | nodes | named | graph.of_type("AWS::IAM::OIDCProvider")
    assert len(before) == 5
    assert len(ingresses(graph)) == count
    for ingress in ingresses(graph):
        assert before <= graph.waits_for(ingress)
    for thing in before:
        assert ingresses(graph) <= graph.gone_before(thing)
    assert before - {release} <= graph.waits_for(release)


@pytest.mark.parametrize("make", [one_stack, three_stacks])
def test_the_address_is_read_when_the_ingresses_of_its_load_balancer_are_there(make: object) -> None:
    assert callable(make)
    graph = Graph(make())
    values = graph.of_type("Custom::AWSCDK-EKS-KubernetesObjectValue")
    assert values
    for value in values:
        own = {node for node in ingresses(graph) if node[0] == value[0]}
        assert len(own) == 2
        assert own <= graph.waits_for(value)


def test_the_controller_waits_for_a_node_group_that_is_made_later_and_elsewhere() -> None:
    app = new_app()
    stack = Stack(app, "Shop")
    cluster = v2_created(stack, default_capacity=0)
    EksIngress(stack, "Ingress", cluster=cluster)
    aws_eks_v2.Nodegroup(stack, "Later", cluster=cluster)  # type: ignore[arg-type] # a Cluster is one; CDK's hints say no
    graph = Graph(app)
    (release,) = graph.of_type("Custom::AWSCDK-EKS-HelmChart")
    assert graph.of_type("AWS::EKS::Nodegroup") <= graph.waits_for(release)


def test_the_controller_waits_for_the_node_groups_of_an_aws_eks_cluster() -> None:
    app = new_app()
    stack = Stack(app, "Shop")
    EksIngress(stack, "Ingress", cluster=v1_created(stack))
    graph = Graph(app)
    (release,) = graph.of_type("Custom::AWSCDK-EKS-HelmChart")
    assert len(graph.of_type("AWS::EKS::Nodegroup")) == 1
    assert graph.of_type("AWS::EKS::Nodegroup") <= graph.waits_for(release)


def test_the_controller_waits_for_fargate_profiles() -> None:
    app = new_app()
    stack = Stack(app, "Shop")
    EksIngress(stack, "Ingress", cluster=v2_fargate(stack))
    graph = Graph(app)
    (release,) = graph.of_type("Custom::AWSCDK-EKS-HelmChart")
    assert len(graph.of_type("AWS::EKS::FargateProfile")) == 1
    assert graph.of_type("AWS::EKS::FargateProfile") <= graph.waits_for(release)


def test_the_controller_does_not_wait_for_the_node_groups_of_another_cluster() -> None:
    app = new_app()
    other = Stack(app, "Other")
    v2_created(other)
    stack = Stack(app, "Shop")
    EksIngress(stack, "Ingress", cluster=v2_imported(stack))
    graph = Graph(app)
    (release,) = graph.of_type("Custom::AWSCDK-EKS-HelmChart")
    assert not graph.of_type("AWS::EKS::Nodegroup") & graph.waits_for(release)


def test_capacity_that_is_given_takes_the_place_of_what_is_found() -> None:
    app = new_app()
    stack = Stack(app, "Shop")
    cluster = v2_created(stack)
    pool = cluster.add_nodegroup_capacity("Controllers")
    EksIngress(stack, "Ingress", cluster=cluster, capacity=[pool])
    graph = Graph(app)
    (release,) = graph.of_type("Custom::AWSCDK-EKS-HelmChart")
    waited = {node[1] for node in graph.of_type("AWS::EKS::Nodegroup") & graph.waits_for(release)}
    assert all("Controllers" in name for name in waited)
    assert len(waited) == 1


def test_what_the_user_makes_first_can_be_waited_for() -> None:
    shop = Shop()
    balancer = shop.ingress.add_load_balancer("Shop", namespace="shop")
    balancer.add_route("/", Service("web", 80))
    namespace = shop.cluster.add_manifest("Namespace", {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}})
    balancer.node.add_dependency(namespace)
    graph = Graph(shop.app)
    (ingress,) = (node for node in ingresses(graph) if node[1].startswith("IngressShop"))
    assert any("Namespace" in name for _, name in graph.waits_for(ingress))


def test_a_role_that_is_known_by_its_name_alone_is_there_before_the_controller() -> None:
    app = new_app()
    roles = Stack(app, "Roles", env=Environment(account="111122223333", region="us-east-1"))
    role = aws_iam.Role(roles, "Role", role_name="controller", assumed_by=aws_iam.AnyPrincipal())
    shop = Shop({"identity": Identity.existing_role(role)}, env=Environment(account="111122223333", region="eu-west-1"), app=app)
    assert "role/controller" in plain(shop.resources()["IngressChart"]["Properties"]["Values"])
    assert [stack.stack_name for stack in shop.stack.dependencies] == ["Roles"]


@pytest.mark.parametrize("whose", ["its own", "of the app", "imported"])
def test_a_policy_that_the_user_adds_to_the_role_is_there_before_the_controller_too(whose: str) -> None:
    app = new_app()
    settings: dict[str, Any] = {}
    if whose == "of the app":
        settings["identity"] = Identity.existing_role(aws_iam.Role(Stack(app, "Roles"), "Role", assumed_by=aws_iam.AnyPrincipal()))
    if whose == "imported":
        role = aws_iam.Role.from_role_arn(Stack(app, "Roles"), "Role", "arn:aws:iam::111122223333:role/controller")
        settings["identity"] = Identity.existing_role(role)
    shop = Shop(settings, app=app)
    shop.ingress.role.add_to_principal_policy(aws_iam.PolicyStatement(actions=["wafv2:ListWebACLs"], resources=["*"]))
    graph = Graph(shop.app)
    (release,) = graph.of_type("Custom::AWSCDK-EKS-HelmChart")
    assert len(graph.of_type("AWS::IAM::Policy")) == 1
    assert graph.of_type("AWS::IAM::Policy") <= graph.waits_for(release)
