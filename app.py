"""The app that `cdk synth` and `cdk deploy` run: a cluster, EksIngress, and a small shop behind it.

Context that it knows, as `-c name=value`:

- `cluster=new` (default) makes a VPC and a cluster with two nodes; `cluster=import` uses one that exists, with `cluster_name`,
  `vpc_id`, and `oidc_provider_arn` (or `issuer_url`, if the account has no provider for the cluster yet);
- `certificate_arn` of a certificate in ACM: HTTPS, to which HTTP is redirected;
- `domain` of the shop (default: shop.example.com).
"""

from __future__ import annotations

from typing import Any

from aws_cdk import App, CfnOutput, Stack, aws_ec2, aws_iam
from aws_cdk import aws_eks_v2 as eks
from aws_cdk.lambda_layer_kubectl_v35 import KubectlV35Layer
from constructs import Construct

from eks_ingress import EksIngress, HealthCheck, Identity, Listener, Scheme, Service

# It answers any request with the text that it is given.
IMAGE = "public.ecr.aws/docker/library/caddy:2.10-alpine"


class Shop(Stack):
    """One cluster, one controller, one load balancer, two services."""

    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id, description="A small shop on EKS, behind one load balancer")
        self.kubectl = KubectlV35Layer(self, "Kubectl")
        cluster, ingress = self.import_cluster() if self.context("cluster") == "import" else self.new_cluster()
        certificate = self.context("certificate_arn")
        domain = self.context("domain") or "shop.example.com"

        https = [Listener.redirect_to_https(), Listener.https(certificates=[certificate])] if certificate else None
        shop = ingress.add_load_balancer(
            "Shop", namespace="shop", scheme=Scheme.INTERNET_FACING, listeners=https or [Listener.http()]
        )
        api = Service("api", 80, health_check=HealthCheck(path="/healthz"))
        shop.add_route("/", Service("storefront", 80))
        shop.add_route("/api", api)
        shop.add_route(f"api.{domain}/", api)

        namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}}
        workloads = cluster.add_manifest("Workloads", namespace, *workload("storefront"), *workload("api"))
        shop.node.add_dependency(workloads)
        CfnOutput(self, "Url", value=f"{'https' if certificate else 'http'}://{shop.dns_name}/")

    def new_cluster(self) -> tuple[eks.Cluster, EksIngress]:
        cluster = eks.Cluster(
            self,
            "Cluster",
            version=eks.KubernetesVersion.V1_35,
            vpc=aws_ec2.Vpc(self, "Vpc", max_azs=2, nat_gateways=1),
            default_capacity_type=eks.DefaultCapacityType.NODEGROUP,
            default_capacity=2,
            default_capacity_instance=aws_ec2.InstanceType("t3.medium"),
            kubectl_provider_options=eks.KubectlProviderOptions(kubectl_layer=self.kubectl),
        )
        return cluster, EksIngress(self, "Ingress", cluster=cluster)

    def import_cluster(self) -> tuple[eks.ICluster, EksIngress]:
        name = self.required("cluster_name")
        known = eks.Cluster.from_cluster_attributes(self, "Known", cluster_name=name)
        kubectl = eks.KubectlProvider(self, "KubectlProvider", cluster=known, kubectl_layer=self.kubectl)
        access = eks.AccessEntry(
            self,
            "KubectlAccess",
            cluster=known,
            principal=kubectl.role.role_arn if kubectl.role else "",
            access_policies=[
                eks.AccessPolicy.from_access_policy_name(
                    "AmazonEKSClusterAdminPolicy", access_scope_type=eks.AccessScopeType.CLUSTER
                )
            ],
        )
        cluster = eks.Cluster.from_cluster_attributes(self, "Cluster", cluster_name=name, kubectl_provider=kubectl)
        provider_arn = self.context("oidc_provider_arn")
        identity = (
            Identity.irsa(aws_iam.OpenIdConnectProvider.from_open_id_connect_provider_arn(self, "OidcProvider", provider_arn))
            if provider_arn
            else Identity.irsa(issuer_url=self.required("issuer_url"))
        )
        ingress = EksIngress(self, "Ingress", cluster=cluster, vpc_id=self.required("vpc_id"), identity=identity)
        ingress.node.add_dependency(access)
        return cluster, ingress

    def context(self, name: str) -> str | None:
        value: str | None = self.node.try_get_context(name)
        return value

    def required(self, name: str) -> str:
        value = self.context(name)
        if not value:
            raise SystemExit(f"An imported cluster needs `-c {name}=…`.")
        return value


def workload(name: str) -> list[dict[str, Any]]:
    """A Deployment of two pods and its Service."""
    labels = {"app.kubernetes.io/name": name}
    container = {
        "name": name,
        "image": IMAGE,
        "command": ["caddy", "respond", "--listen", ":8080", "--body", f"This is the {name}.\n"],
        "ports": [{"name": "http", "containerPort": 8080}],
        "resources": {"requests": {"cpu": "50m", "memory": "64Mi"}, "limits": {"memory": "64Mi"}},
    }
    deployment = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": "shop", "labels": labels},
        "spec": {
            "replicas": 2,
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": {"containers": [container]}},
        },
    }
    service = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name, "namespace": "shop", "labels": labels},
        "spec": {"selector": labels, "ports": [{"name": "http", "port": 80, "targetPort": "http"}]},
    }
    return [deployment, service]


app = App()
Shop(app, "Shop")
app.synth()
