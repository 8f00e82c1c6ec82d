"""A website at fixed addresses, and in other VPCs: an application load balancer behind a network load balancer."""

from __future__ import annotations

from aws_cdk import App, CfnOutput, Stack, aws_ec2
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_eks_v2 as eks
from aws_cdk import aws_route53 as route53
from aws_cdk.lambda_layer_kubectl_v35 import KubectlV35Layer
from cluster_findings import acknowledge_cluster_findings
from constructs import Construct

from eks_ingress import EksIngress, FrontendNlb, HealthCheck, Listener, Scheme, Service


class Website(Stack):
    """The cluster, the website, and the addresses that customers have in their firewalls."""

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
        addresses = [aws_ec2.CfnEIP(self, f"Address{n}") for n, _ in enumerate(vpc.public_subnets, start=1)]
        zone = route53.HostedZone(self, "Zone", zone_name="example.com")
        certificate = acm.Certificate(
            self, "Certificate", domain_name="www.example.com", validation=acm.CertificateValidation.from_dns(zone)
        )
        website = ingress.add_load_balancer(
            "Website",
            namespace="website",
            scheme=Scheme.INTERNAL,
            subnets=vpc.private_subnets,
            listeners=[Listener.redirect_to_https(), Listener.https(certificates=[certificate])],
            frontend_nlb=FrontendNlb(
                scheme=Scheme.INTERNET_FACING,
                subnets=vpc.public_subnets,
                eip_allocations=addresses,
                # The listener of port 80 answers whatever it is asked, with a redirect.
                health_check=HealthCheck(path="/", port=80, success_codes="301"),
            ),
        )
        website.add_route("www.example.com/", Service("website", 80))
        website.add_alias("www", zone)
        for address in addresses:
            CfnOutput(self, f"{address.node.id}Is", value=address.attr_public_ip)


app = App()
Website(app, "Website")
app.synth()
