"""One cluster and one controller in a platform team's stack, and the load balancers of two other teams in stacks of their own."""

from __future__ import annotations

from aws_cdk import App, CfnOutput, Stack, aws_ec2
from aws_cdk import aws_eks_v2 as eks
from aws_cdk.lambda_layer_kubectl_v35 import KubectlV35Layer
from cluster_findings import acknowledge_cluster_findings
from constructs import Construct

from eks_ingress import ApplicationLoadBalancer, EksIngress, Redirect, Scheme, Service


class Platform(Stack):
    """The cluster, and all that it needs to serve an Ingress."""

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
        self.ingress = EksIngress(self, "Ingress", cluster=cluster)


class Shop(Stack):
    """A team that faces the internet."""

    def __init__(self, scope: Construct, id: str, *, ingress: EksIngress) -> None:
        super().__init__(scope, id)
        shop = ApplicationLoadBalancer(self, "Shop", ingress=ingress, namespace="shop", scheme=Scheme.INTERNET_FACING)
        shop.add_route("shop.example.com/", Service("storefront", 80))
        shop.add_route("shop.example.com/api", Service("api", 8080))
        shop.add_route("old.example.com/", Redirect(host="shop.example.com"))
        CfnOutput(self, "Address", value=shop.dns_name)


class Reports(Stack):
    """A team that serves colleagues only."""

    def __init__(self, scope: Construct, id: str, *, ingress: EksIngress) -> None:
        super().__init__(scope, id)
        reports = ApplicationLoadBalancer(self, "Reports", ingress=ingress, namespace="reports")
        reports.add_route("/", Service("dashboards", "http"))
        CfnOutput(self, "Address", value=reports.dns_name)


app = App()
platform = Platform(app, "Platform")
Shop(app, "Shop", ingress=platform.ingress)
Reports(app, "Reports", ingress=platform.ingress)
app.synth()
