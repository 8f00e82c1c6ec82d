"""A shop on HTTPS, from nothing: a cluster, a certificate, a bucket for access logs, a load balancer, and its routes."""

from __future__ import annotations

from aws_cdk import Acknowledgment, App, CfnOutput, Duration, RemovalPolicy, Stack, Validations, aws_ec2, aws_s3
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_eks_v2 as eks
from aws_cdk import aws_route53 as route53
from aws_cdk.lambda_layer_kubectl_v35 import KubectlV35Layer
from cluster_findings import acknowledge_cluster_findings
from constructs import Construct

from eks_ingress import (
    ApplicationLoadBalancer,
    EksIngress,
    HealthCheck,
    Listener,
    ListenerAttributes,
    LoadBalancerAttributes,
    Logs,
    Redirect,
    Scheme,
    Service,
)


class Shop(Stack):
    """All of it in one stack."""

    def __init__(self, scope: Construct, id: str, *, domain: str) -> None:
        super().__init__(scope, id)
        ingress = EksIngress(self, "Ingress", cluster=self.cluster())
        zone = route53.HostedZone(self, "Zone", zone_name=domain)
        certificate = acm.Certificate(
            self,
            "Certificate",
            domain_name=domain,
            subject_alternative_names=[f"*.{domain}"],
            validation=acm.CertificateValidation.from_dns(zone),
        )
        self.shop = ingress.add_load_balancer(
            "Shop",
            namespace="shop",
            scheme=Scheme.INTERNET_FACING,
            listeners=[
                Listener.redirect_to_https(),
                Listener.https(
                    certificates=[certificate],
                    attributes=ListenerAttributes(strict_transport_security="max-age=31536000", server_header=False),
                ),
            ],
            attributes=LoadBalancerAttributes(drop_invalid_header_fields=True, access_logs=Logs(self.bucket_for_logs())),
        )
        add_routes(self.shop, domain)
        for name in (domain, f"www.{domain}", f"api.{domain}"):
            self.shop.add_alias(name, zone)
        CfnOutput(self, "Url", value=f"https://{domain}/")

    def cluster(self) -> eks.Cluster:
        """Two nodes in two zones."""
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
        return cluster

    def bucket_for_logs(self) -> aws_s3.Bucket:
        """A bucket that keeps access logs for a quarter of a year, and stays when the stack goes."""
        bucket = aws_s3.Bucket(
            self,
            "Logs",
            encryption=aws_s3.BucketEncryption.S3_MANAGED,  # the only one that Elastic Load Balancing can write to
            block_public_access=aws_s3.BlockPublicAccess.BLOCK_ALL,
            enforce_ssl=True,
            removal_policy=RemovalPolicy.RETAIN,
            lifecycle_rules=[aws_s3.LifecycleRule(expiration=Duration.days(90))],
        )
        Validations.of(bucket).acknowledge(
            Acknowledgment(id="AwsSolutions::AwsSolutions-S1", reason="A bucket of logs: logs of who reads logs would never end.")
        )
        return bucket


def add_routes(shop: ApplicationLoadBalancer, domain: str) -> None:
    """Where requests go; `requests.yaml` asks it."""
    api = Service("api", 8080, health_check=HealthCheck(path="/healthz"))
    shop.add_route(f"{domain}/", Service("storefront", 80))
    shop.add_route(f"{domain}/api", api)
    shop.add_route(f"api.{domain}/", api)
    shop.add_route(f"www.{domain}/", Redirect(host=domain))


app = App()
Shop(app, "Shop", domain=app.node.try_get_context("domain") or "shop.example.com")
app.synth()
