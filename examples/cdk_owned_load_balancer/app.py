"""An application load balancer that CloudFormation owns, with its rules, its alarm and its address, and pods on EKS behind it."""

from __future__ import annotations

from aws_cdk import Acknowledgment, App, CfnOutput, Duration, RemovalPolicy, Stack, Validations, aws_ec2, aws_iam, aws_s3
from aws_cdk import aws_eks_v2 as eks
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk.lambda_layer_kubectl_v35 import KubectlV35Layer
from cluster_findings import acknowledge_cluster_findings
from constructs import Construct

from eks_ingress import AllowedTraffic, EksIngress, Permissions, Service, TargetGroupBinding


class Platform(Stack):
    """The cluster and its controller, which may do as little as AWS lets it be."""

    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id)
        self.vpc = aws_ec2.Vpc(self, "Vpc", max_azs=2, nat_gateways=1)
        self.vpc.add_flow_log("FlowLog")
        cluster = eks.Cluster(
            self,
            "Cluster",
            version=eks.KubernetesVersion.V1_35,
            vpc=self.vpc,
            default_capacity_type=eks.DefaultCapacityType.NODEGROUP,
            default_capacity=2,
            kubectl_provider_options=eks.KubectlProviderOptions(kubectl_layer=KubectlV35Layer(self, "Kubectl")),
        )
        acknowledge_cluster_findings(cluster)
        self.ingress = EksIngress(self, "Ingress", cluster=cluster, permissions=Permissions.STRICT)


class Shop(Stack):
    """The load balancer with its rules, and the pods that it sends to."""

    def __init__(self, scope: Construct, id: str, *, platform: Platform) -> None:
        super().__init__(scope, id)
        guard = aws_ec2.SecurityGroup(self, "Guard", vpc=platform.vpc, description="Clients of the shop")
        acknowledge(guard, "AwsSolutions-EC23", "The shop is for everybody, on the port of its listener and no other.")
        balancer = elbv2.ApplicationLoadBalancer(self, "LoadBalancer", vpc=platform.vpc, internet_facing=True, security_group=guard)
        self.log_requests(balancer)
        listener = balancer.add_listener(
            "Http", port=80, default_action=elbv2.ListenerAction.fixed_response(404, message_body="no such page")
        )
        storefront = self.target_group("Storefront", platform.vpc)
        api = self.target_group("Api", platform.vpc)
        listener.add_action(
            "ApiRule",
            priority=10,
            conditions=[elbv2.ListenerCondition.path_patterns(["/api", "/api/*"])],
            action=elbv2.ListenerAction.forward([api]),
        )
        listener.add_action(
            "StorefrontRule",
            priority=20,
            conditions=[elbv2.ListenerCondition.path_patterns(["/*"])],
            action=elbv2.ListenerAction.forward([storefront]),
        )
        for name, group, service in (
            ("StorefrontTargets", storefront, Service("storefront", 80)),
            ("ApiTargets", api, Service("api", 8080)),
        ):
            TargetGroupBinding(
                self,
                name,
                ingress=platform.ingress,
                namespace="shop",
                service=service,
                target_group=group,
                networking=AllowedTraffic(guard, ports=8080),
            )
        storefront.metrics.unhealthy_host_count().create_alarm(self, "Unhealthy", threshold=1, evaluation_periods=3)
        CfnOutput(self, "Address", value=balancer.load_balancer_dns_name)

    def target_group(self, id: str, vpc: aws_ec2.IVpc) -> elbv2.ApplicationTargetGroup:
        """A target group whose targets are pods."""
        return elbv2.ApplicationTargetGroup(
            self,
            id,
            vpc=vpc,
            port=8080,
            protocol=elbv2.ApplicationProtocol.HTTP,
            target_type=elbv2.TargetType.IP,
            deregistration_delay=Duration.seconds(30),
            health_check=elbv2.HealthCheck(path="/healthz"),
        )

    def log_requests(self, balancer: elbv2.ApplicationLoadBalancer) -> None:
        """Has the load balancer write an access log. For `log_access_logs` the CDK must know the region."""
        bucket = aws_s3.Bucket(
            self,
            "Logs",
            encryption=aws_s3.BucketEncryption.S3_MANAGED,
            block_public_access=aws_s3.BlockPublicAccess.BLOCK_ALL,
            enforce_ssl=True,
            removal_policy=RemovalPolicy.RETAIN,
            lifecycle_rules=[aws_s3.LifecycleRule(expiration=Duration.days(90))],
        )
        acknowledge(bucket, "AwsSolutions-S1", "A bucket of logs: logs of who reads logs would never end.")
        bucket.add_to_resource_policy(
            aws_iam.PolicyStatement(
                principals=[aws_iam.ServicePrincipal("logdelivery.elasticloadbalancing.amazonaws.com")],
                actions=["s3:PutObject"],
                resources=[bucket.arn_for_objects(f"AWSLogs/{self.account}/*")],
            )
        )
        balancer.set_attribute("access_logs.s3.enabled", "true")
        balancer.set_attribute("access_logs.s3.bucket", bucket.bucket_name)
        if bucket.policy is not None:
            balancer.node.add_dependency(bucket.policy)


def acknowledge(construct: Construct, finding: str, reason: str) -> None:
    """Tells cdk-nag why what it finds may stay."""
    Validations.of(construct).acknowledge(Acknowledgment(id=f"AwsSolutions::{finding}", reason=reason))


app = App()
platform = Platform(app, "Platform")
Shop(app, "Shop", platform=platform)
app.synth()
