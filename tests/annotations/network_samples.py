"""Every field of every word that a network load balancer can be made of: two values of it, and the Service that is made of each."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from eks_ingress.manifests.service import manifest
from eks_ingress.routing.attributes import Logs, MinimumHealthy, NetworkLoadBalancerAttributes
from eks_ingress.routing.backend import Service, TargetGroup
from eks_ingress.routing.network import SecurityGroups
from eks_ingress.routing.network_attributes import NetworkListenerAttributes, NetworkTargetGroupAttributes
from eks_ingress.routing.network_balancer import NetworkBalancer
from eks_ingress.routing.network_health import HealthProtocol, NetworkHealthCheck
from eks_ingress.routing.network_listener import NetworkListener
from eks_ingress.routing.network_protocol import AlpnPolicy, NetworkProtocol
from eks_ingress.routing.network_service import ExistingService, IpFamily, IpFamilyPolicy, NetworkService, TrafficPolicy
from eks_ingress.routing.network_settings import NetworkSettings, NoSecurityGroups
from eks_ingress.routing.network_targets import NetworkTargets
from eks_ingress.routing.scheme import IpAddressType, Scheme
from eks_ingress.routing.targets import TargetType
from eks_ingress.routing.weights import Weights
from tests.annotations.samples import CERTIFICATES, EVERY_NETWORK_ATTRIBUTE, HERE, TARGET_GROUPS, Change, Objects, changes

PODS = NetworkService({"app": "mqtt"})
TCP = NetworkListener.tcp(1883)
DUALSTACK = NetworkSettings(ip_address_type=IpAddressType.DUALSTACK)
PUBLIC = NetworkSettings(scheme=Scheme.INTERNET_FACING)
NEXT = Service("mqtt-next", 1883)


def balancer(**said: Any) -> NetworkBalancer:
    """A load balancer of one port, of which more is said."""
    base: dict[str, Any] = {"name": "mqtt", "namespace": "iot", "service": PODS, "listeners": (TCP,)}
    return NetworkBalancer(**{**base, **said})


def itself(word: NetworkBalancer) -> Objects:
    return [manifest(word, HERE)]


def settings(word: NetworkSettings) -> Objects:
    return itself(balancer(settings=word))


def security_groups(word: SecurityGroups | NoSecurityGroups) -> Objects:
    return settings(NetworkSettings(security_groups=word))


def ranges_of_existing(word: SecurityGroups | NoSecurityGroups) -> Objects:
    service = NetworkService.existing("mqtt")
    return itself(balancer(service=service, settings=NetworkSettings(scheme=Scheme.INTERNAL, security_groups=word)))


def attributes(word: NetworkLoadBalancerAttributes) -> Objects:
    return settings(NetworkSettings(attributes=word))


def service(word: NetworkService) -> Objects:
    return itself(balancer(name=word.name or "mqtt", service=word, settings=DUALSTACK))


def existing(word: ExistingService) -> Objects:
    said = replace(DUALSTACK, scheme=Scheme.INTERNAL)
    return itself(balancer(name=word.name, service=word, settings=said))


def listener(word: NetworkListener) -> Objects:
    return itself(balancer(listeners=(word, NetworkListener.tcp(80))))


def targets(word: NetworkTargets) -> Objects:
    return itself(balancer(targets=word))


def health_check(word: NetworkHealthCheck) -> Objects:
    return targets(NetworkTargets(health_check=word))


def target_group(word: NetworkTargetGroupAttributes) -> Objects:
    return targets(NetworkTargets(attributes=word))


def weights(word: Weights) -> Objects:
    return listener(NetworkListener.tcp(1883, weights=word))


def other(word: Service | TargetGroup) -> Objects:
    return weights(Weights(9, [(word, 1)]))


def logs(word: Logs) -> Objects:
    return attributes(NetworkLoadBalancerAttributes(access_logs=word))


def minimum(word: MinimumHealthy) -> Objects:
    return target_group(NetworkTargetGroupAttributes(dns_failover_min_healthy=word))


HTTP = NetworkHealthCheck(protocol=HealthProtocol.HTTP)

CHANGES: list[Change] = [
    *changes(
        itself,
        balancer(),
        name="broker",
        namespace="web",
        service=NetworkService({"app": "broker"}),
        listeners=(NetworkListener.tcp(8883),),
        settings=PUBLIC,
        targets=NetworkTargets(target_type=TargetType.INSTANCE),
        load_balancer_class="example.com/nlb",
    ),
    # The Service.
    *changes(
        service,
        PODS,
        selector={"app": "broker"},
        name="broker",
        external_traffic_policy=TrafficPolicy.LOCAL,
        internal_traffic_policy=TrafficPolicy.LOCAL,
        session_affinity=timedelta(hours=1),
        ip_families=[IpFamily.IPV6],
        ip_family_policy=IpFamilyPolicy.PREFER_DUAL_STACK,
        allocate_node_ports=True,
        publish_not_ready_addresses=True,
        labels={"team": "iot"},
        annotations={"external-dns.alpha.kubernetes.io/hostname": "mqtt.example.com"},
    ),
    *changes(service, replace(PODS, external_traffic_policy=TrafficPolicy.LOCAL), health_check_node_port=32000),
    *changes(
        existing,
        NetworkService.existing("mqtt"),
        name="broker",
        external_traffic_policy=TrafficPolicy.LOCAL,
        ip_families=[IpFamily.IPV6],
        annotations={"external-dns.alpha.kubernetes.io/hostname": "mqtt.example.com"},
    ),
    *changes(existing, NetworkService.existing("mqtt", external_traffic_policy=TrafficPolicy.LOCAL), health_check_node_port=32000),
    # The load balancer.
    *changes(
        settings,
        NetworkSettings(),
        scheme=Scheme.INTERNET_FACING,
        ip_address_type=IpAddressType.DUALSTACK,
        load_balancer_name="mqtt",
        subnets=["subnet-1"],
        private_ipv4_addresses=["10.0.0.10"],
        security_groups=NoSecurityGroups(),
        icmp_for_path_mtu_discovery=True,
        inbound_rules_on_private_link=False,
        attributes=NetworkLoadBalancerAttributes(cross_zone=True),
        tags={"team": "iot"},
        minimum_capacity=0,
    ),
    *changes(settings, PUBLIC, eip_allocations=["eipalloc-1"]),
    *changes(settings, DUALSTACK, ipv6_addresses=["2001:db8::1"], ipv6_source_nat=True),
    *changes(settings, replace(DUALSTACK, ipv6_source_nat=True), source_nat_ipv6_prefixes=["auto_assigned"]),
    *changes(security_groups, SecurityGroups(), groups="sg-1", inbound_cidrs="10.0.0.0/8", prefix_lists="pl-1"),
    *changes(security_groups, SecurityGroups("sg-1"), manage_backend_rules=False),
    *changes(ranges_of_existing, SecurityGroups(), inbound_cidrs="10.0.0.0/8"),
    *changes(security_groups, NoSecurityGroups(), inbound_cidrs="10.0.0.0/8", manage_backend_rules=False),
    *changes(attributes, NetworkLoadBalancerAttributes(), **EVERY_NETWORK_ATTRIBUTE),
    *changes(logs, Logs("mqtt-logs"), bucket="logs", prefix="nlb"),
    # Listeners.
    *changes(
        listener,
        TCP,
        port=8883,
        protocol=NetworkProtocol.TCP_UDP,
        target_port="mqtt",
        name="mqtt",
        node_port=31883,
        proxy_protocol=True,
        attributes=NetworkListenerAttributes(tcp_idle_timeout=timedelta(minutes=10)),
        target_attributes=NetworkTargetGroupAttributes(cross_zone=True),
        weights=Weights(9, [(NEXT, 1)]),
    ),
    *changes(listener, TCP, protocol=NetworkProtocol.UDP),
    *changes(listener, NetworkListener.udp(443), protocol=NetworkProtocol.QUIC),
    *changes(
        listener,
        NetworkListener.tls(8883, certificates=CERTIFICATES[:1]),
        port=8884,
        certificates=CERTIFICATES[1:],
        tls_policy="ELBSecurityPolicy-FS-2018-06",
        alpn_policy=AlpnPolicy.HTTP2_PREFERRED,
        encrypted_to_targets=True,
    ),
    *changes(
        lambda word: listener(NetworkListener.tcp(1883, attributes=word)),
        NetworkListenerAttributes(),
        other={"new.one": "on"},
        tcp_idle_timeout=timedelta(minutes=10),
    ),
    *changes(weights, Weights(9, [(NEXT, 1)]), own=8, others=[(NEXT, 2)], sticky=True),
    *changes(other, NEXT, name="other", port="mqtt"),
    *changes(other, TargetGroup(TARGET_GROUPS[0]), arn=TARGET_GROUPS[1]),
    # Targets.
    *changes(
        targets,
        NetworkTargets(),
        target_type=TargetType.INSTANCE,
        health_check=HTTP,
        attributes=NetworkTargetGroupAttributes(cross_zone=True),
        proxy_protocol=True,
        node_labels={"disk": "ssd"},
        multi_cluster=False,
    ),
    *changes(
        health_check,
        HTTP,
        path="/healthz",
        port=8080,
        protocol=HealthProtocol.HTTPS,
        interval=timedelta(minutes=1),
        timeout=timedelta(seconds=6),
        healthy_threshold=5,
        unhealthy_threshold=4,
        success_codes="200-299",
    ),
    *changes(
        target_group,
        NetworkTargetGroupAttributes(),
        other={"new.one": "on"},
        deregistration_delay=timedelta(0),
        connection_termination=True,
        preserve_client_ip=True,
        sticky=True,
        cross_zone=False,
        unhealthy_connection_termination=False,
        dns_failover_min_healthy=MinimumHealthy(count=2),
        unhealthy_routing_min_healthy=MinimumHealthy(count=2),
    ),
    *changes(
        target_group,
        NetworkTargetGroupAttributes(unhealthy_connection_termination=False),
        unhealthy_draining_interval=timedelta(minutes=1),
    ),
    *changes(minimum, MinimumHealthy(count=2), count=3, percentage=50),
]
