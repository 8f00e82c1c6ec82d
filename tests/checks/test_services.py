from __future__ import annotations

from typing import Any

import pytest

from eks_ingress.checks.check import WARNING
from eks_ingress.manifests.manifest import Manifest
from tests.checks.objects import Case, findings, messages, service

NLB = "service.beta.kubernetes.io/aws-load-balancer-"
NODES = {"nlb-target-type": "instance", "type": "external"}
PODS = {"nlb-target-type": "ip", "type": "external"}
DNS = [{"name": "tcp", "port": 53}, {"name": "udp", "port": 53, "protocol": "UDP"}]


def nlb(said: dict[str, str], **spec: Any) -> Manifest:
    """A Service with a network load balancer."""
    annotations = {NLB + key: text for key, text in {**PODS, **said}.items()}
    return service(said=annotations, **{"type": "LoadBalancer", "ports": [{"name": "web", "port": 80}], **spec})


CASES = {
    "EKI341": Case(
        nlb(NODES, allocateLoadBalancerNodePorts=False),
        nlb(PODS, allocateLoadBalancerNodePorts=False),
        "its allocateLoadBalancerNodePorts is false.",
    ),
    "EKI342": Case(
        nlb({"ssl-ports": "*", "ssl-cert": "arn:a"}),
        nlb({"ssl-ports": "web,80", "ssl-cert": "arn:a"}),
        f"{NLB}ssl-ports names *.",
    ),
    "EKI343": Case(
        nlb({"eip-allocations": "eipalloc-a"}),
        nlb({"eip-allocations": "eipalloc-a", "scheme": "internet-facing"}),
        f"{NLB}eip-allocations is written, and the scheme is internal.",
    ),
    "EKI344": Case(
        nlb({}, ports=DNS),
        nlb({"enable-tcp-udp-listener": "true"}, ports=DNS),
        "port 53 is that of tcp (TCP), udp (UDP).",
    ),
    "EKI345": Case(
        service(said={f"{NLB}type": "external"}, type="LoadBalancer"),
        service(said={f"{NLB}type": "external"}, type="LoadBalancer", loadBalancerClass="service.k8s.aws/nlb"),
        f"{NLB}nlb-target-type is not there.",
    ),
    "EKI346": Case(
        nlb({"proxy-protocol": "true"}),
        nlb({"proxy-protocol": "*"}),
        f"{NLB}proxy-protocol is 'true'.",
    ),
}


@pytest.mark.parametrize("id", CASES)
def test_it_is_found_and_what_is_near_is_not(id: str) -> None:
    CASES[id].hold(id)


@pytest.mark.parametrize(
    "made",
    [
        service(said={f"{NLB}proxy-protocol": "true"}, type="LoadBalancer"),
        service(said={f"{NLB}proxy-protocol": "true", f"{NLB}type": "external"}, loadBalancerClass="other/class"),
        service(said={f"{NLB}proxy-protocol": "true", f"{NLB}type": "nlb"}),
    ],
)
def test_a_service_of_another_controller_is_not_looked_at(made: Manifest) -> None:
    assert findings(made) == []


@pytest.mark.parametrize("said", [{"type": "nlb-ip"}, {"type": "external"}])
def test_pods_need_no_port_on_nodes(said: dict[str, str]) -> None:
    assert messages("EKI341", nlb(said, type="ClusterIP")) == []


def test_by_default_targets_are_what_the_controller_is_told() -> None:
    made = service(type="ClusterIP", loadBalancerClass="service.k8s.aws/nlb")
    assert messages("EKI341", made) == []
    assert messages("EKI341", service(said={NLB + key: text for key, text in NODES.items()})) == ["it is of the type ClusterIP."]


def test_a_node_port_that_is_written_is_one() -> None:
    assert messages("EKI341", nlb(NODES, allocateLoadBalancerNodePorts=False, ports=[{"port": 80, "nodePort": 30080}])) == []


def test_tls_needs_a_certificate() -> None:
    (finding,) = findings(nlb({"ssl-ports": "web"}))
    assert (finding.id, finding.severity) == ("EKI342", WARNING)
    assert finding.message == f"{NLB}ssl-ports has no effect without aws-load-balancer-ssl-cert."


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ({"private-ipv4-addresses": "10.0.0.1,10.0.1.1", "subnets": "subnet-a,subnet-b"}, None),
        (
            {"private-ipv4-addresses": "10.0.0.1", "internal": "false"},
            "private-ipv4-addresses is written, and the scheme is internet-facing.",
        ),
        ({"private-ipv4-addresses": "10.0.0.1", "subnets": "a,b"}, "private-ipv4-addresses names 1, and there are 2 subnets."),
        ({"ipv6-addresses": "2001:db8::1"}, "ipv6-addresses is written, and the address type is ipv4."),
        ({"ipv6-addresses": "2001:db8::1", "ip-address-type": "dualstack"}, None),
        ({"eip-allocations": "${Token[A.1]}"}, None),
    ],
)
def test_addresses_go_with_scheme_and_subnets(said: dict[str, str], found: str | None) -> None:
    assert messages("EKI343", nlb(said)) == ([] if found is None else [NLB + found])


@pytest.mark.parametrize("text", ["${Token[T.1]}", "1"])
def test_ports_may_be_merged(text: str) -> None:
    assert messages("EKI344", nlb({"enable-tcp-udp-listener": text}, ports=DNS)) == []


def test_a_target_type_that_there_is_not_is_none() -> None:
    made = service(said={f"{NLB}type": "external", f"{NLB}nlb-target-type": "pods"}, type="LoadBalancer")
    assert messages("EKI345", made) == [f"{NLB}nlb-target-type is 'pods'."]
    made = service(said={f"{NLB}type": "external", f"{NLB}nlb-target-type": "${Token[T.1]}"}, type="LoadBalancer")
    assert messages("EKI345", made) == []
