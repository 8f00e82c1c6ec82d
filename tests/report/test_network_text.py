from __future__ import annotations

from typing import Any

from eks_ingress.manifests.manifest import Manifest
from eks_ingress.plan.build import plan
from eks_ingress.plan.facts import Facts
from eks_ingress.plan.flags import ControllerFlags
from eks_ingress.plan.subnets import SubnetFact
from eks_ingress.report.text import text
from eks_ingress.source import Source

NLB = "service.beta.kubernetes.io/aws-load-balancer-"


def service(said: dict[str, str], name: str = "mqtt", **spec: Any) -> Manifest:
    annotations = {key if "/" in key else NLB + key: value for key, value in said.items()}
    metadata = {"name": name, "namespace": "iot", "annotations": annotations}
    body = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": metadata,
        "spec": {
            "type": "LoadBalancer",
            "loadBalancerClass": "service.k8s.aws/nlb",
            "ports": [{"name": "plain", "port": 1883}, {"name": "tls", "port": 8883, "targetPort": 1883}],
            **spec,
        },
    }
    return Manifest(body, Source(file=f"{name}.yaml"))


def shown(*manifests: Manifest) -> str:
    return text(plan(manifests, ControllerFlags("prod", default_target_type="ip")))


def test_a_service_without_a_word_is_shown_by_its_listeners() -> None:
    assert shown(service({})) == (
        "Network load balancer iot/mqtt, internal\n"
        "  TCP 1883  Service iot/mqtt:1883 (ip targets)\n"
        "  TCP 8883  Service iot/mqtt:8883 (ip targets)\n"
        "  Targets\n"
        "    iot/mqtt:8883  port 1883"
    )


def test_all_that_was_written_is_shown() -> None:
    weights = (
        '{"type":"forward","forwardConfig":{"baseServiceWeight":9,"targetGroups":['
        '{"serviceName":"next","servicePort":1883,"weight":1},{"targetGroupARN":"arn:tg","weight":0}],'
        '"targetGroupStickinessConfig":{"enabled":true}}}'
    )
    made = service(
        {
            "name": "iot",
            "scheme": "internet-facing",
            "ip-address-type": "dualstack",
            "enable-prefix-for-ipv6-source-nat": "on",
            "subnets": "subnet-0a,subnet-0b",
            "eip-allocations": "eipalloc-01,eipalloc-02",
            "enable-icmp-for-path-mtu-discovery": "on",
            "inbound-sg-rules-on-private-link-traffic": "off",
            "attributes": "deletion_protection.enabled=true",
            "minimum-load-balancer-capacity": "CapacityUnits=500",
            "additional-resource-tags": "team=iot",
            "ssl-cert": "arn:cert",
            "ssl-ports": "tls",
            "ssl-negotiation-policy": "ELBSecurityPolicy-TLS13-1-2-2021-06",
            "alpn-policy": "HTTP2Preferred",
            "listener-attributes.TCP-1883": "tcp.idle_timeout.seconds=600",
            "service.beta.kubernetes.io/actions.TCP-1883": weights,
            "target-group-attributes": "preserve_client_ip.enabled=true",
            "healthcheck-protocol": "http",
            "healthcheck-path": "/up",
            "healthcheck-interval": "30",
            "multi-cluster-target-group": "true",
        },
        loadBalancerSourceRanges=["10.0.0.0/8"],
    )
    assert shown(made) == (
        "Network load balancer iot/mqtt, internet-facing\n"
        "  name                 iot\n"
        "  addresses            dualstack\n"
        "  source NAT           IPv6 clients, into blocks of the subnets\n"
        "  subnets              subnet-0a at eipalloc-01, subnet-0b at eipalloc-02\n"
        "  open to              10.0.0.0/8\n"
        "  ICMP                 messages about the size of packets\n"
        "  open to PrivateLink  without regard to security groups\n"
        "  attributes           deletion_protection.enabled=true\n"
        "  capacity             500 units at least\n"
        "  tags                 team=iot\n"
        "  TCP 1883  Service iot/mqtt:1883 (9, ip targets), Service iot/next:1883 (1, ip targets), arn:tg (0), sticky\n"
        "      attributes  tcp.idle_timeout.seconds=600\n"
        "  TLS 8883  Service iot/mqtt:8883 (ip targets)\n"
        "      certificate  arn:cert\n"
        "      TLS policy   ELBSecurityPolicy-TLS13-1-2-2021-06\n"
        "      ALPN         HTTP2Preferred\n"
        "  Targets\n"
        "    iot/mqtt:1883  health check by HTTP /up every 30 s; preserve_client_ip.enabled=true; shared with other clusters\n"
        "    iot/next:1883  health check by HTTP /up every 30 s; preserve_client_ip.enabled=true; shared with other clusters\n"
        "    iot/mqtt:8883  by TCP; port 1883; health check by HTTP /up every 30 s; preserve_client_ip.enabled=true; "
        "shared with other clusters"
    )


def test_a_load_balancer_without_security_groups_says_so() -> None:
    assert "  security groups  none\n" in shown(service({"disable-nlb-sg": "true"}))


def test_targets_on_nodes_say_which() -> None:
    told = shown(
        service({"nlb-target-type": "instance", "target-node-labels": "pool=edge"}, ports=[{"port": 53, "protocol": "UDP"}])
    )
    assert "  UDP 53  Service iot/mqtt:53 (instance targets)\n" in told
    assert told.endswith("    iot/mqtt:53  on nodes with pool=edge")


def test_who_may_reach_a_port_of_tcp_and_udp_is_told_once() -> None:
    ports = [{"name": "tcp", "port": 53}, {"name": "udp", "port": 53, "protocol": "UDP"}]
    told = shown(service({"enable-tcp-udp-listener": "true"}, ports=ports))
    assert "open to" not in told
    assert "  TCP_UDP 53  Service iot/mqtt:53 (ip targets)" in told
    told = shown(service({"enable-tcp-udp-listener": "true"}, ports=ports, loadBalancerSourceRanges=["10.0.0.0/8"]))
    assert "  open to  10.0.0.0/8\n" in told


def test_fixed_addresses_are_shown_with_their_subnets() -> None:
    made = service(
        {
            "ip-address-type": "dualstack",
            "enable-prefix-for-ipv6-source-nat": "on",
            "subnets": "subnet-0a,subnet-0b",
            "private-ipv4-addresses": "10.0.1.5,10.0.2.5",
            "ipv6-addresses": "2001:db8:0:1::5,2001:db8:0:2::5",
            "source-nat-ipv6-prefixes": "auto_assigned,2001:db8:0:2:1::/80",
        }
    )
    stated = Facts(
        subnets=[
            SubnetFact(f"subnet-0{zone}", zone, cidr=f"10.0.{n}.0/24", ipv6_cidrs=[f"2001:db8:0:{n}::/64"])
            for n, zone in ((1, "a"), (2, "b"))
        ]
    )
    assert text(plan([made], ControllerFlags("prod", default_target_type="ip"), stated)).splitlines()[2:4] == [
        "  source NAT  IPv6 clients, into auto_assigned, 2001:db8:0:2:1::/80",
        "  subnets     subnet-0a at 10.0.1.5 and 2001:db8:0:1::5, subnet-0b at 10.0.2.5 and 2001:db8:0:2::5",
    ]
