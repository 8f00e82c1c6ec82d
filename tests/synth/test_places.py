"""Clusters in other places: another stack, a stage, a pipeline, a network without a way out."""

from __future__ import annotations

from typing import Any

import pytest
from aws_cdk import App, Environment, Stack, Stage, aws_codecommit, aws_ec2, aws_eks_v2, pipelines
from constructs import Construct

from eks_ingress import EksIngress, Service
from tests.synth.apps import FLAGS, kubectl_layer, new_app, template, types, v2_created
from tests.synth.graph import Graph

ENVIRONMENT = Environment(account="111122223333", region="eu-west-1")


class Controller(Stack):
    """The controller and a load balancer for a cluster from elsewhere."""

    def __init__(self, scope: Construct, id: str, *, cluster: Any, **settings: Any) -> None:
        super().__init__(scope, id, **settings)
        ingress = EksIngress(self, "Ingress", cluster=cluster)
        shop = ingress.add_load_balancer("Shop", namespace="shop")
        shop.add_route("/", Service("web", 80))
        self.export_value(shop.dns_name, name="Address")


def test_the_controller_may_be_in_another_stack_than_the_cluster() -> None:
    app = new_app()
    base = Stack(app, "Base")
    Controller(app, "Controller", cluster=v2_created(base))
    found = types(template(app, "Controller")["Resources"])
    assert found["Custom::AWSCDK-EKS-HelmChart"] == 1
    graph = Graph(app)
    (release,) = graph.of_type("Custom::AWSCDK-EKS-HelmChart")
    assert graph.of_type("AWS::EKS::Nodegroup", "AWS::EKS::Cluster") <= graph.waits_for(release)


def test_an_app_stage_holds_all_of_it() -> None:
    app = new_app()
    stage = Stage(app, "Production", env=ENVIRONMENT)
    Controller(stage, "Controller", cluster=v2_created(Stack(stage, "Base")))
    assembly = app.synth().get_nested_assembly("assembly-Production")
    assert {stack.stack_name for stack in assembly.stacks} == {"Production-Base", "Production-Controller"}


@pytest.mark.parametrize("account", ["111122223333", "444455556666"])
def test_a_pipeline_deploys_it_to_its_own_account_or_another(account: str) -> None:
    app = App(context=FLAGS)
    tools = Stack(app, "Tools", env=ENVIRONMENT)
    source = pipelines.CodePipelineSource.code_commit(aws_codecommit.Repository(tools, "Code", repository_name="shop"), "main")
    synth = pipelines.ShellStep("Synth", input=source, commands=["make synth"])
    pipeline = pipelines.CodePipeline(tools, "Pipeline", synth=synth, cross_account_keys=True)
    stage = Stage(app, "Production", env=Environment(account=account, region="eu-west-1"))
    Controller(stage, "Controller", cluster=v2_created(Stack(stage, "Base")))
    pipeline.add_stage(stage)
    names = {stack.stack_name for stack in app.synth().get_nested_assembly("assembly-Production").stacks}
    assert names == {"Production-Base", "Production-Controller"}


def test_a_private_cluster_is_reached_from_its_own_subnets() -> None:
    app = new_app()
    stack = Stack(app, "Shop")
    subnets = aws_ec2.SubnetConfiguration(name="isolated", subnet_type=aws_ec2.SubnetType.PRIVATE_ISOLATED)
    vpc = aws_ec2.Vpc(stack, "Vpc", nat_gateways=0, subnet_configuration=[subnets])
    cluster = aws_eks_v2.Cluster(
        stack,
        "Cluster",
        version=aws_eks_v2.KubernetesVersion.V1_35,
        vpc=vpc,
        vpc_subnets=[aws_ec2.SubnetSelection(subnet_type=aws_ec2.SubnetType.PRIVATE_ISOLATED)],
        endpoint_access=aws_eks_v2.EndpointAccess.PRIVATE,
        default_capacity_type=aws_eks_v2.DefaultCapacityType.NODEGROUP,
        default_capacity=2,
        kubectl_provider_options=aws_eks_v2.KubectlProviderOptions(
            kubectl_layer=kubectl_layer(stack), private_subnets=vpc.isolated_subnets
        ),
    )
    EksIngress(stack, "Ingress", cluster=cluster)
    found = template(app, "Shop")["Resources"]
    release = found["IngressChart"]["Properties"]
    handler = release["ServiceToken"]["Fn::GetAtt"][0]
    assert len(found[handler]["Properties"]["VpcConfig"]["SubnetIds"]) == 2
