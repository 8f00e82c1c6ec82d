"""The Service of a network load balancer, and what is put on one that is there."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from eks_ingress.manifests.service import manifest, patch
from eks_ingress.refusal import Refused
from eks_ingress.routing.backend import Service
from eks_ingress.routing.network import SecurityGroups
from eks_ingress.routing.network_balancer import NetworkBalancer
from eks_ingress.routing.network_listener import NetworkListener
from eks_ingress.routing.network_service import IpFamily, IpFamilyPolicy, NetworkService, TrafficPolicy
from eks_ingress.routing.network_settings import NetworkSettings, NoSecurityGroups
from eks_ingress.routing.network_targets import NetworkTargets
from eks_ingress.routing.scheme import IpAddressType, Scheme
from eks_ingress.routing.targets import TargetType
from eks_ingress.routing.weights import Weights
from eks_ingress.source import Source

HERE = Source("Iot/Mqtt", "iot.py", 7)
PREFIX = "service.beta.kubernetes.io/"
CERTIFICATE = "arn:aws:acm:eu-west-1:111122223333:certificate/abc"
tcp = NetworkListener.tcp


def balancer(*listeners: NetworkListener, **said: Any) -> NetworkBalancer:
    base: dict[str, Any] = {
        "name": "mqtt",
        "namespace": "iot",
        "service": NetworkService({"app": "mqtt"}),
        "listeners": listeners or (tcp(1883),),
    }
    return NetworkBalancer(**{**base, **said})


def spec(*listeners: NetworkListener, **said: Any) -> dict[str, Any]:
    found: dict[str, Any] = manifest(balancer(*listeners, **said), HERE).body["spec"]
    return found


def written(*listeners: NetworkListener, **said: Any) -> dict[str, str]:
    found = manifest(balancer(*listeners, **said), HERE).annotations
    return {key.removeprefix(PREFIX).removeprefix("aws-load-balancer-"): text for key, text in found.items()}


def test_the_least_that_can_be_said_is_a_whole_service() -> None:
    made = manifest(balancer(), HERE)
    assert made.body == {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {
            "name": "mqtt",
            "namespace": "iot",
            "annotations": {f"{PREFIX}aws-load-balancer-scheme": "internal", f"{PREFIX}aws-load-balancer-nlb-target-type": "ip"},
        },
        "spec": {
            "type": "LoadBalancer",
            "loadBalancerClass": "service.k8s.aws/nlb",
            "selector": {"app": "mqtt"},
            "ports": [{"name": "tcp-1883", "port": 1883, "protocol": "TCP", "targetPort": 1883}],
            "allocateLoadBalancerNodePorts": False,
        },
    }
    assert made.source == HERE


def test_all_that_kubernetes_is_told_of_a_service() -> None:
    service = NetworkService(
        {"app": "mqtt"},
        external_traffic_policy=TrafficPolicy.LOCAL,
        internal_traffic_policy=TrafficPolicy.CLUSTER,
        health_check_node_port=32000,
        session_affinity=timedelta(hours=1),
        ip_families=[IpFamily.IPV4, IpFamily.IPV6],
        ip_family_policy=IpFamilyPolicy.REQUIRE_DUAL_STACK,
        publish_not_ready_addresses=True,
        labels={"team": "iot"},
        annotations={"external-dns.alpha.kubernetes.io/hostname": "mqtt.example.com"},
    )
    settings = NetworkSettings(
        ip_address_type=IpAddressType.DUALSTACK,
        security_groups=SecurityGroups.managed(inbound_cidrs=["10.0.0.0/8", "2001:db8::/32"]),
    )
    made = manifest(balancer(service=service, settings=settings, targets=NetworkTargets(target_type=TargetType.INSTANCE)), HERE)
    assert made.body["metadata"]["labels"] == {"team": "iot"}
    assert made.annotations["external-dns.alpha.kubernetes.io/hostname"] == "mqtt.example.com"
    assert {key: value for key, value in made.body["spec"].items() if key not in ("type", "loadBalancerClass", "ports")} == {
        "selector": {"app": "mqtt"},
        "externalTrafficPolicy": "Local",
        "internalTrafficPolicy": "Cluster",
        "healthCheckNodePort": 32000,
        "sessionAffinity": "ClientIP",
        "sessionAffinityConfig": {"clientIP": {"timeoutSeconds": 3600}},
        "ipFamilies": ["IPv4", "IPv6"],
        "ipFamilyPolicy": "RequireDualStack",
        "publishNotReadyAddresses": True,
        "loadBalancerSourceRanges": ["10.0.0.0/8", "2001:db8::/32"],
    }


def test_a_port_of_tcp_and_udp_is_two_ports_of_the_service() -> None:
    assert spec(NetworkListener.tcp_udp(53, target_port="dns", node_port=30053))["ports"] == [
        {"name": "tcp-53", "port": 53, "protocol": "TCP", "targetPort": "dns", "nodePort": 30053},
        {"name": "udp-53", "port": 53, "protocol": "UDP", "targetPort": "dns", "nodePort": 30053},
    ]


def test_nodes_as_targets_get_ports_as_kubernetes_has_it() -> None:
    assert "allocateLoadBalancerNodePorts" not in spec(targets=NetworkTargets(target_type=TargetType.INSTANCE))
    assert spec(service=NetworkService({"app": "mqtt"}, allocate_node_ports=True))["allocateLoadBalancerNodePorts"] is True


def test_only_the_ports_of_tls_speak_tls() -> None:
    found = written(NetworkListener.tls(8883, certificates=[CERTIFICATE]), tcp(1883))
    assert found["ssl-ports"] == "8883"
    assert found["ssl-cert"] == CERTIFICATE
    assert found["ssl-negotiation-policy"] == "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"
    assert "backend-protocol" not in found


@pytest.mark.parametrize(("encrypted", "decrypt"), [(False, '"decrypt":true,'), (True, "")])
def test_what_is_weighed_speaks_to_its_targets_as_the_own_service_does(encrypted: bool, decrypt: str) -> None:
    weights = Weights(9, [(Service("next", 8883), 1)])
    listener = NetworkListener.tls(8883, certificates=[CERTIFICATE], encrypted_to_targets=encrypted, weights=weights)
    assert written(listener)["actions.TLS-8883"] == (
        '{"type":"forward","forwardConfig":{"baseServiceWeight":9,"targetGroups":[{"serviceName":"next","servicePort":8883,'
        f'{decrypt}"weight":1}}]}}}}'
    )
    assert '"decrypt"' not in written(tcp(1883, weights=weights))["actions.TCP-1883"]


def test_proxy_protocol_is_told_for_all_or_for_ports() -> None:
    some = written(tcp(1883, proxy_protocol=True), tcp(80))
    assert (some.get("proxy-protocol"), some.get("proxy-protocol-per-target-group")) == (None, "1883")
    all_of_them = written(tcp(1883), tcp(80, proxy_protocol=True), targets=NetworkTargets(proxy_protocol=True))
    assert (all_of_them.get("proxy-protocol"), all_of_them.get("proxy-protocol-per-target-group")) == ("*", None)
    assert not {"proxy-protocol", "proxy-protocol-per-target-group"} & written(tcp(1883)).keys()


def test_without_security_groups_ranges_are_for_the_targets() -> None:
    said = {"settings": NetworkSettings(security_groups=NoSecurityGroups(inbound_cidrs="10.0.0.0/8", manage_backend_rules=True))}
    assert spec(**said)["loadBalancerSourceRanges"] == ["10.0.0.0/8"]
    assert written(**said)["disable-nlb-sg"] == "true"
    assert written(**said)["manage-backend-security-group-rules"] == "true"


def test_what_cannot_be_written_is_refused_with_its_place() -> None:
    broken = balancer(settings=NetworkSettings(subnets=["${Token[TOKEN.12]} "]))
    with pytest.raises(Refused) as refused:
        manifest(broken, HERE)
    (problem,) = refused.value.problems
    assert problem.source == HERE
    assert "NetworkSettings.subnets in annotation 'aws-load-balancer-subnets' cannot be read" in problem.reason


# A Service that is there.

EXISTING: dict[str, Any] = {"service": NetworkService.existing("mqtt"), "settings": NetworkSettings(scheme=Scheme.INTERNET_FACING)}


def test_the_plan_sees_a_service_that_is_there_as_it_will_be() -> None:
    service = NetworkService.existing("mqtt", external_traffic_policy=TrafficPolicy.LOCAL, health_check_node_port=32000)
    assert spec(tcp(1883, target_port="mqtt"), **{**EXISTING, "service": service}) == {
        "type": "LoadBalancer",
        "loadBalancerClass": "service.k8s.aws/nlb",
        "ports": [{"name": "tcp-1883", "port": 1883, "protocol": "TCP", "targetPort": "mqtt"}],
        "externalTrafficPolicy": "Local",
        "healthCheckNodePort": 32000,
        "selector": {"${labels of its pods}": ""},
    }


def test_ranges_of_a_service_that_is_there_are_an_annotation() -> None:
    groups = SecurityGroups.managed(inbound_cidrs="10.0.0.0/8")
    said = {**EXISTING, "settings": NetworkSettings(scheme=Scheme.INTERNAL, security_groups=groups)}
    assert written(**said)["load-balancer-source-ranges"] == "10.0.0.0/8"
    assert "loadBalancerSourceRanges" not in spec(**said)


def test_what_is_not_said_is_taken_off_a_service_that_is_there() -> None:
    made = balancer(tcp(1883), NetworkListener.udp(1884), **EXISTING)
    found = patch(made, manifest(made, HERE))
    put = {key: text for key, text in found.items() if text is not None}
    assert put == {
        f"{PREFIX}aws-load-balancer-scheme": "internet-facing",
        f"{PREFIX}aws-load-balancer-nlb-target-type": "ip",
    }
    taken = {key.removeprefix(PREFIX) for key, text in found.items() if text is None}
    assert {
        "load-balancer-source-ranges",
        "aws-load-balancer-internal",
        "aws-load-balancer-ssl-cert",
        "aws-load-balancer-target-group-attributes",
        "aws-load-balancer-target-group-attributes.1883",
        "aws-load-balancer-listener-attributes.UDP-1884",
        "actions.TCP-1883",
    } <= taken
    # Who looks after the Service is not for this to say, and the containers of pods are told on pods.
    assert not {"aws-load-balancer-type", "aws-load-balancer-quic-enabled-containers"} & taken
    assert not [key for key in taken if "$" in key]


def test_annotations_for_others_are_put_on_it_too() -> None:
    said = {**EXISTING, "service": NetworkService.existing("mqtt", annotations={"external-dns.alpha.kubernetes.io/ttl": "60"})}
    made = balancer(**said)
    assert patch(made, manifest(made, HERE))["external-dns.alpha.kubernetes.io/ttl"] == "60"
