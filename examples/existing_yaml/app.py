"""Manifests as they were, in k8s/, below a cluster and a controller of the CDK."""

from __future__ import annotations

from aws_cdk import App, Stack, aws_ec2
from aws_cdk import aws_eks_v2 as eks
from aws_cdk.lambda_layer_kubectl_v35 import KubectlV35Layer
from cluster_findings import acknowledge_cluster_findings
from constructs import Construct

from eks_ingress import EksIngress


class Shop(Stack):
    """A cluster, its controller, and all that is in k8s/."""

    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id)
        vpc = aws_ec2.Vpc(self, "Vpc", max_azs=2, nat_gateways=1)
        vpc.add_flow_log("FlowLog")
        cluster = eks.Cluster(
            self,
            "Cluster",
            version=eks.KubernetesVersion.V1_35,
            vpc=vpc,
            default_capacity_type=eks.DefaultCapacityType.NODEGROUP,
            default_capacity=2,
            kubectl_provider_options=eks.KubectlProviderOptions(kubectl_layer=KubectlV35Layer(self, "Kubectl")),
        )
        acknowledge_cluster_findings(cluster)
        ingress = EksIngress(self, "Ingress", cluster=cluster)
        ingress.add_manifests("Manifests", "k8s/")


app = App()
Shop(app, "Shop")
app.synth()
