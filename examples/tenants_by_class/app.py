"""Many tenants on one load balancer, with what none of them may decide laid down by an IngressClass of the platform."""

from __future__ import annotations

from typing import Any

from aws_cdk import App, CfnOutput, Stack, aws_ec2
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_eks_v2 as eks
from aws_cdk.lambda_layer_kubectl_v35 import KubectlV35Layer
from cluster_findings import acknowledge_cluster_findings
from constructs import Construct

from eks_ingress import (
    ClassSettings,
    EksIngress,
    FixedResponse,
    KubernetesManifests,
    Listener,
    NamespaceSelector,
    Scheme,
    Service,
    TlsPolicy,
)

DOMAIN = "apps.example.com"
TENANTS = ("acme", "globex", "initech")
LABEL = {"example.com/served-by": "tenants"}


class Platform(Stack):
    """The cluster, its controller, the class, and the load balancer that all tenants share."""

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
        certificate = acm.Certificate(self, "Certificate", domain_name=f"*.{DOMAIN}")
        self.ingress = EksIngress(self, "Ingress", cluster=cluster)
        namespace = self.ingress.add_manifests("Namespace", labelled("platform"))
        tenants = self.ingress.add_class(
            "Tenants",
            settings=ClassSettings(
                namespace_selector=NamespaceSelector(LABEL),
                group_name="tenants",
                scheme=Scheme.INTERNET_FACING,
                certificates=[certificate],
                tls_policy=TlsPolicy.RECOMMENDED,
                tags={"cost-center": "platform"},
            ),
        )
        shared = self.ingress.add_load_balancer(
            "Shared",
            namespace="platform",
            ingress_class=tenants,
            listeners=[Listener.redirect_to_https(), Listener.https()],
            default=FixedResponse(404, "no such tenant"),
        )
        shared.node.add_dependency(namespace)
        CfnOutput(self, "Address", value=shared.dns_name)


class Tenant(Stack):
    """The namespace of one tenant, and the routes to its applications."""

    def __init__(self, scope: Construct, id: str, *, ingress: EksIngress) -> None:
        super().__init__(scope, id)
        name = id.lower()
        namespace = KubernetesManifests(self, "Namespace", ingress, labelled(name))
        routes = ingress.load_balancer("Shared", self, namespace=name)
        routes.node.add_dependency(namespace)
        routes.add_route(f"{name}.{DOMAIN}/", Service("web", 80))
        routes.add_route(f"{name}.{DOMAIN}/api", Service("api", 8080))


def labelled(namespace: str) -> dict[str, Any]:
    """A namespace whose Ingresses may name the class."""
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace, "labels": LABEL}}


app = App()
platform = Platform(app, "Platform")
for tenant in TENANTS:
    Tenant(app, tenant.title(), ingress=platform.ingress)
app.synth()
