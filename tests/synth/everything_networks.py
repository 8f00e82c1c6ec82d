"""The network load balancers of the app that uses all words."""

from __future__ import annotations

from datetime import timedelta

from aws_cdk import CfnOutput, Duration

from eks_ingress import (
    AlpnPolicy,
    ExistingService,
    HealthProtocol,
    IpAddressType,
    IpFamily,
    IpFamilyPolicy,
    NetworkHealthCheck,
    NetworkListener,
    NetworkListenerAttributes,
    NetworkLoadBalancerAttributes,
    NetworkProtocol,
    NetworkService,
    NetworkTargetGroupAttributes,
    NetworkTargets,
    NoSecurityGroups,
    Scheme,
    SecurityGroups,
    Service,
    TargetGroup,
    TlsPolicy,
    TrafficPolicy,
    Weights,
    quic_annotations,
)
from tests.synth.apps import Shop

CERTIFICATE = "arn:aws:acm:eu-west-1:111122223333:certificate/12345678-1234-1234-1234-123456789012"
TARGET_GROUP = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/theirs/0123456789abcdef"


def networks(shop: Shop) -> None:
    """Network load balancers of every protocol, for Services that are made and for one that is there."""
    tls = NetworkListener.tls(
        8883,
        certificates=[CERTIFICATE],
        tls_policy=TlsPolicy.TLS13_1_3_PQ_2025_09,
        alpn_policy=AlpnPolicy.HTTP2_PREFERRED,
        encrypted_to_targets=True,
        target_port="mqtts",
        proxy_protocol=True,
    )
    tcp = NetworkListener.tcp(
        1883,
        name="mqtt",
        attributes=NetworkListenerAttributes(tcp_idle_timeout=Duration.minutes(10)),
        target_attributes=NetworkTargetGroupAttributes(preserve_client_ip=True, sticky=True),
        weights=Weights(90, [(Service("mqtt-next", 1883), 9), (TargetGroup(TARGET_GROUP), 1)], sticky=True),
    )
    mqtt = shop.ingress.add_network_load_balancer(
        "Mqtt",
        namespace="iot",
        service=NetworkService(
            {"app": "mqtt"},
            internal_traffic_policy=TrafficPolicy.CLUSTER,
            session_affinity=timedelta(hours=1),
            ip_families=[IpFamily.IPV4],
            ip_family_policy=IpFamilyPolicy.SINGLE_STACK,
            publish_not_ready_addresses=True,
            labels={"team": "iot"},
            annotations={"external-dns.alpha.kubernetes.io/hostname": "mqtt.example.com"},
        ),
        listeners=[tls, tcp],
        scheme=Scheme.INTERNET_FACING,
        ip_address_type=IpAddressType.DUALSTACK,
        subnets=["subnet-0a1b", "subnet-0a2b"],
        eip_allocations=["eipalloc-0a1b", "eipalloc-0a2b"],
        ipv6_addresses=["2001:db8::10", "2001:db8:0:1::10"],
        security_groups=SecurityGroups.managed(
            inbound_cidrs=["192.0.2.0/24", "2001:db8::/32"], prefix_lists="pl-0123456789abcdef0"
        ),
        icmp_for_path_mtu_discovery=True,
        inbound_rules_on_private_link=False,
        ipv6_source_nat=True,
        source_nat_ipv6_prefixes=["auto_assigned", "2001:db8:0:1:1::/80"],
        attributes=NetworkLoadBalancerAttributes(cross_zone=True),
        tags={"team": "iot"},
        minimum_capacity=2000,
        load_balancer_name="mqtt",
        targets=NetworkTargets(
            health_check=NetworkHealthCheck(
                path="/healthz",
                port=8080,
                protocol=HealthProtocol.HTTP,
                interval=Duration.seconds(20),
                timeout=Duration.seconds(6),
                healthy_threshold=2,
                unhealthy_threshold=4,
                success_codes="200-299",
            ),
            attributes=NetworkTargetGroupAttributes(deregistration_delay=timedelta(seconds=30)),
            multi_cluster=True,
        ),
        pod_readiness_gate=True,
    )
    CfnOutput(shop.stack, "MqttAddress", value=mqtt.dns_name)
    shop.ingress.add_network_load_balancer(
        "Dns",
        namespace="net",
        service=NetworkService({"app": "dns"}, external_traffic_policy=TrafficPolicy.LOCAL, health_check_node_port=32000),
        listeners=[NetworkListener.tcp_udp(53, node_port=30053), NetworkListener.udp(5353)],
        subnets=["subnet-0a1b"],
        private_ipv4_addresses=["10.0.0.53"],
        security_groups=SecurityGroups.given("sg-0a1b", manage_backend_rules=True),
        targets=NetworkTargets(node_labels={"disk": "ssd"}, proxy_protocol=True),
    )
    shop.ingress.add_network_load_balancer(
        "Quic",
        namespace="web",
        service=NetworkService({"app": "web"}),
        listeners=[NetworkListener.tcp_quic(443)],
        security_groups=NoSecurityGroups(manage_backend_rules=True),
        quic_server_ids=True,
    )
    shop.ingress.add_network_load_balancer(
        "Plainest", namespace="web", service=NetworkService({"app": "echo"}), listeners=[NetworkListener(7, NetworkProtocol.UDP)]
    )
    old = ExistingService("old", annotations={"external-dns.alpha.kubernetes.io/ttl": "60"})
    shop.ingress.add_network_load_balancer(
        "Old", namespace="iot", service=old, listeners=[NetworkListener.tcp(1883)], scheme=Scheme.INTERNAL
    )
    pod = {"metadata": {"labels": {"app": "web"}, "annotations": quic_annotations("envoy")}}
    container = {"name": "envoy", "image": "envoyproxy/envoy:v1.36.0"}
    shop.cluster.add_manifest(
        "WebPods",
        {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"name": "web", "namespace": "web"},
            "spec": {"selector": {"matchLabels": {"app": "web"}}, "template": {**pod, "spec": {"containers": [container]}}},
        },
    )
