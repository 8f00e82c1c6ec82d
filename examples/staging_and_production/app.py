"""One shop, twice: a staging and a production environment from the same code, each in an account of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aws_cdk import App, CfnOutput, Environment, Stack, Stage, aws_ec2
from aws_cdk import aws_eks_v2 as eks
from aws_cdk.lambda_layer_kubectl_v35 import KubectlV35Layer
from cluster_findings import acknowledge_cluster_findings
from constructs import Construct

from eks_ingress import (
    EksIngress,
    Forward,
    Listener,
    LoadBalancerAttributes,
    Permissions,
    Scheme,
    SecurityGroups,
    Service,
)


@dataclass(frozen=True)
class Settings:
    """What is different between the environments, and nothing else."""

    env: Environment
    domain: str
    certificate: str
    nodes: int
    open_to: tuple[str, ...]
    """Who may reach the shop."""
    next_version: int
    """How many of a hundred requests the next version gets."""
    protected: bool
    """Whether deleting the load balancer takes two steps."""


ENVIRONMENTS: Mapping[str, Settings] = {
    "Staging": Settings(
        env=Environment(account="111122223333", region="eu-central-1"),
        domain="staging.example.com",
        certificate="arn:aws:acm:eu-central-1:111122223333:certificate/11111111-1111-1111-1111-111111111111",
        nodes=1,
        open_to=("203.0.113.0/24",),
        next_version=100,
        protected=False,
    ),
    "Production": Settings(
        env=Environment(account="444455556666", region="eu-central-1"),
        domain="shop.example.com",
        certificate="arn:aws:acm:eu-central-1:444455556666:certificate/22222222-2222-2222-2222-222222222222",
        nodes=3,
        open_to=("0.0.0.0/0",),
        next_version=10,
        protected=True,
    ),
}


class Shop(Stack):
    """The shop of one environment."""

    def __init__(self, scope: Construct, id: str, settings: Settings) -> None:
        super().__init__(scope, id)
        zones = [f"{settings.env.region}{zone}" for zone in "ab"]  # else those of the account, with its credentials at hand
        vpc = aws_ec2.Vpc(self, "Vpc", availability_zones=zones, nat_gateways=1)
        vpc.add_flow_log("FlowLog")
        cluster = eks.Cluster(
            self,
            "Cluster",
            version=eks.KubernetesVersion.V1_35,
            vpc=vpc,
            default_capacity_type=eks.DefaultCapacityType.NODEGROUP,
            default_capacity=settings.nodes,
            kubectl_provider_options=eks.KubectlProviderOptions(kubectl_layer=KubectlV35Layer(self, "Kubectl")),
        )
        acknowledge_cluster_findings(cluster)
        ingress = EksIngress(self, "Ingress", cluster=cluster, permissions=Permissions.STRICT)
        self.shop = ingress.add_load_balancer(
            "Shop",
            namespace="shop",
            scheme=Scheme.INTERNET_FACING,
            listeners=[Listener.redirect_to_https(), Listener.https(certificates=[settings.certificate])],
            security_groups=SecurityGroups.managed(inbound_cidrs=settings.open_to),
            attributes=LoadBalancerAttributes(deletion_protection=settings.protected),
        )
        if settings.protected:
            self.shop.acknowledge("EKI333", "production: deleting it takes two steps on purpose")
        now, then = Service("storefront", 80), Service("storefront-next", 80)
        shares = [(now, 100 - settings.next_version), (then, settings.next_version)]
        self.shop.add_route(f"{settings.domain}/", Forward(shares))
        self.shop.add_route(f"{settings.domain}/api", Service("api", 8080))
        CfnOutput(self, "Address", value=self.shop.dns_name)


class Environments(Stage):
    """One environment; more stacks of it would go here."""

    def __init__(self, scope: Construct, id: str, settings: Settings) -> None:
        super().__init__(scope, id, env=settings.env)
        self.stack = Shop(self, "Shop", settings)


if __name__ == "__main__":
    app = App()
    for name, settings in ENVIRONMENTS.items():
        Environments(app, name, settings)
    app.synth()
