"""An MQTT broker on EKS, reached over TLS through a network load balancer with fixed addresses."""

from __future__ import annotations

from typing import Any

from aws_cdk import App, CfnOutput, Duration, Stack, aws_ec2
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_eks_v2 as eks
from aws_cdk.lambda_layer_kubectl_v35 import KubectlV35Layer
from cluster_findings import acknowledge_cluster_findings
from constructs import Construct

from eks_ingress import (
    EksIngress,
    NetworkListener,
    NetworkLoadBalancerAttributes,
    NetworkService,
    NetworkTargetGroupAttributes,
    NetworkTargets,
    Scheme,
)

LABELS = {"app": "mosquitto"}
NAMESPACE = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "iot"}}
SETTINGS = {
    "apiVersion": "v1",
    "kind": "ConfigMap",
    "metadata": {"name": "mosquitto", "namespace": "iot"},
    "data": {"mosquitto.conf": "listener 1883\nallow_anonymous true\n"},
}


class Broker(Stack):
    """The cluster, the broker, and the load balancer in front of it."""

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
        broker = ingress.add_manifests("Broker", NAMESPACE, SETTINGS, deployment())

        certificate = acm.Certificate(self, "Certificate", domain_name="mqtt.example.com")
        mqtt = ingress.add_network_load_balancer(
            "Mqtt",
            namespace="iot",
            service=NetworkService(LABELS),
            scheme=Scheme.INTERNET_FACING,
            # Devices that know no DNS, and firewalls of customers, know these.
            subnets=vpc.public_subnets,
            eip_allocations=[aws_ec2.CfnEIP(self, f"Address{n}") for n, _ in enumerate(vpc.public_subnets, start=1)],
            listeners=[
                NetworkListener.tls(
                    8883,
                    certificates=[certificate],
                    target_port=1883,
                )
            ],
            targets=NetworkTargets(
                attributes=NetworkTargetGroupAttributes(
                    deregistration_delay=Duration.minutes(2),
                    # Devices come back at once, to a broker that is there.
                    connection_termination=True,
                )
            ),
            attributes=NetworkLoadBalancerAttributes(cross_zone=True),
            pod_readiness_gate=True,
        )
        mqtt.node.add_dependency(broker)
        CfnOutput(self, "Address", value=mqtt.dns_name)


def deployment() -> dict[str, Any]:
    """Two brokers; sessions are not shared between them."""
    container = {
        "name": "mosquitto",
        "image": "public.ecr.aws/docker/library/eclipse-mosquitto:2.0",
        "ports": [{"name": "mqtt", "containerPort": 1883}],
        "volumeMounts": [{"name": "settings", "mountPath": "/mosquitto/config"}],
        "resources": {"requests": {"cpu": "100m", "memory": "64Mi"}, "limits": {"memory": "128Mi"}},
    }
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "mosquitto", "namespace": "iot"},
        "spec": {
            "replicas": 2,
            "selector": {"matchLabels": LABELS},
            "template": {
                "metadata": {"labels": LABELS},
                "spec": {
                    "containers": [container],
                    "volumes": [{"name": "settings", "configMap": {"name": "mosquitto"}}],
                },
            },
        },
    }


app = App()
Broker(app, "Broker")
app.synth()
