from __future__ import annotations

from typing import Any

import pytest

from eks_ingress.plan.facts import Facts
from eks_ingress.plan.subnets import SubnetFact
from tests.checks.objects import NLB, Case, messages, nlb, service
from tests.checks.test_services import DNS

NODES = {"nlb-target-type": "instance", "type": "external"}
DUAL = {"ip-address-type": "dualstack"}
SUBNETS = Facts(
    subnets=(
        SubnetFact("subnet-a", "a", cidr="10.0.0.0/24", ipv6_cidrs=("2001:db8:0:1::/64",)),
        SubnetFact("subnet-b", "b", cidr="10.0.1.0/24", ipv6_cidrs=("2001:db8:0:2::/64",)),
    )
)
IN_BOTH = {"subnets": "subnet-a,subnet-b"}


def refusal(found: Any, near: Any, message: str, facts: Facts = Facts()) -> Case:
    return Case(found, near, f"Service shop/web: {message}", facts=facts)


CASES = {
    "EKI341": refusal(
        nlb(NODES, allocateLoadBalancerNodePorts=False),
        nlb({}, allocateLoadBalancerNodePorts=False),
        "its targets are nodes, and allocateLoadBalancerNodePorts of Service shop/web is false.",
    ),
    "EKI342": refusal(
        nlb({"ssl-ports": "*", "ssl-cert": "arn:a"}),
        nlb({"ssl-ports": "web,80", "ssl-cert": "arn:a"}),
        "aws-load-balancer-ssl-ports names *, and the Service has 80 (web).",
    ),
    "EKI343": refusal(
        nlb({"eip-allocations": "eipalloc-a"}),
        nlb({"eip-allocations": "eipalloc-a", "scheme": "internet-facing"}),
        "aws-load-balancer-eip-allocations is written, and the load balancer is internal.",
    ),
    "EKI346": refusal(
        nlb({"proxy-protocol": "true"}),
        nlb({"proxy-protocol": "*"}),
        "aws-load-balancer-proxy-protocol is 'true'.",
    ),
    "EKI348": refusal(
        nlb({"enable-tcp-udp-listener": "true"}, ports=[*DNS, {"name": "more", "port": 53, "protocol": "SCTP"}]),
        nlb({"enable-tcp-udp-listener": "true"}, ports=DNS),
        "3 of its ports have the number 53: TCP, UDP, SCTP.",
    ),
    "EKI349": refusal(
        nlb({"quic-enabled-ports": "80"}),
        nlb({"quic-enabled-ports": "80"}, ports=[{"port": 80, "protocol": "UDP"}]),
        "port 80 is to be of QUIC, and is of TCP.",
    ),
    "EKI350": refusal(
        nlb({"healthcheck-protocol": "udp"}),
        nlb({"healthcheck-protocol": "https"}),
        "the protocol of its health check is 'udp'.",
    ),
    "EKI351": refusal(
        nlb({"enable-prefix-for-ipv6-source-nat": "on"}),
        nlb({"enable-prefix-for-ipv6-source-nat": "on", **DUAL}),
        "aws-load-balancer-enable-prefix-for-ipv6-source-nat is on, and the load balancer has only IPv4.",
    ),
    "EKI352": refusal(
        nlb({}, loadBalancerSourceRanges=["2001:db8::/32"]),
        nlb(DUAL, loadBalancerSourceRanges=["2001:db8::/32"]),
        "2001:db8::/32 is to be let in, and the load balancer has only IPv4.",
    ),
    "EKI353": refusal(
        nlb({"target-group-attributes": "preserve_client_ip.enabled=yes"}),
        nlb({"target-group-attributes": "preserve_client_ip.enabled=true"}),
        "preserve_client_ip.enabled is 'yes'.",
    ),
}


@pytest.mark.parametrize("id", CASES)
def test_it_is_found_and_what_is_near_is_not(id: str) -> None:
    CASES[id].hold(id)


@pytest.mark.parametrize("said", [{"type": "nlb-ip"}, {"type": "external"}])
def test_pods_need_no_port_on_nodes(said: dict[str, str]) -> None:
    assert messages("EKI341", nlb(said, type="ClusterIP")) == []


def test_by_default_targets_are_what_the_controller_is_told() -> None:
    made = service(type="ClusterIP", loadBalancerClass="service.k8s.aws/nlb")
    assert messages("EKI341", made) == []
    (message,) = messages("EKI341", service(said={NLB + key: text for key, text in NODES.items()}))
    assert message == "Service shop/web: its targets are nodes, and Service shop/web is of the type ClusterIP."


def test_a_node_port_that_is_written_is_one() -> None:
    assert messages("EKI341", nlb(NODES, allocateLoadBalancerNodePorts=False, ports=[{"port": 80, "nodePort": 30080}])) == []


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ({"private-ipv4-addresses": "10.0.0.1,10.0.1.1", **IN_BOTH}, None),
        (
            {"private-ipv4-addresses": "10.0.0.1", "internal": "false"},
            "private-ipv4-addresses is written, and the load balancer is internet-facing.",
        ),
        ({"private-ipv4-addresses": "10.0.0.1", **IN_BOTH}, "private-ipv4-addresses names 1, and there are 2 subnets."),
        ({"private-ipv4-addresses": "10.0.0.1,10.0.0.2", **IN_BOTH}, "2 of the addresses lie in subnet-a (10.0.0.0/24)."),
        ({"private-ipv4-addresses": "10.0.0.1,2001:db8::1", **IN_BOTH}, "private-ipv4-addresses holds '2001:db8::1'."),
        ({"ipv6-addresses": "2001:db8::1"}, "ipv6-addresses is written, and the load balancer is ipv4."),
        ({"ipv6-addresses": "2001:db8:0:1::1,2001:db8:0:2::1", **DUAL, **IN_BOTH}, None),
        ({"ipv6-addresses": "2001:db8:0:1::1,here", **DUAL, **IN_BOTH}, "ipv6-addresses holds 'here'."),
        ({"eip-allocations": "${Token[A.1]}", "scheme": "internet-facing"}, None),
    ],
)
def test_addresses_go_with_scheme_and_subnets(said: dict[str, str], found: str | None) -> None:
    told = messages("EKI343", nlb(said), facts=SUBNETS)
    assert [text.replace(" in aws-load-balancer-private-ipv4-addresses", "") for text in told] == (
        [] if found is None else [f"Service shop/web: {found if found[0] == '2' else 'aws-load-balancer-' + found}"]
    )


def test_without_facts_addresses_may_be_right() -> None:
    assert messages("EKI343", nlb({"private-ipv4-addresses": "10.0.0.1,10.0.1.1"})) == []


@pytest.mark.parametrize(
    ("prefixes", "found"),
    [
        ("auto_assigned,auto_assigned", None),
        ("auto_assigned,2001:db8:0:2::/80", None),
        ("auto_assigned", "names 1, and there are 2 subnets."),
        ("auto_assigned,2001:db8:0:2::/64", "holds '2001:db8:0:2::/64', which is no block of 80 bits."),
        ("auto_assigned,2001:db8:0:1::/80", "holds '2001:db8:0:1::/80', which is not in subnet-b."),
        ("auto_assigned,10.0.0.0/80", "holds '10.0.0.0/80', which is not in subnet-b."),
        ("auto_assigned,here/80", "holds 'here/80', which is no block."),
    ],
)
def test_blocks_for_source_nat_lie_in_their_subnets(prefixes: str, found: str | None) -> None:
    said = {**DUAL, **IN_BOTH, "enable-prefix-for-ipv6-source-nat": "on", "source-nat-ipv6-prefixes": prefixes}
    told = [] if found is None else [f"Service shop/web: aws-load-balancer-source-nat-ipv6-prefixes {found}"]
    assert messages("EKI351", nlb(said), facts=SUBNETS) == told
