"""What of network load balancers only the cluster or AWS knows; what is known is compared with the controller's own answers."""

from __future__ import annotations

from typing import Any

import pytest

from eks_ingress.manifests.manifest import Manifest
from eks_ingress.plan.build import plan
from eks_ingress.plan.facts import Facts
from eks_ingress.plan.flags import ControllerFlags
from eks_ingress.plan.model import Subnet
from eks_ingress.plan.network_model import NetworkLoadBalancer, Opening
from eks_ingress.plan.subnets import SubnetFact
from eks_ingress.source import Source

NLB = "service.beta.kubernetes.io/aws-load-balancer-"
FLAGS = ControllerFlags("prod", default_target_type="ip")
TOKEN = "${Token[T.1]}"
ROLES = {"kubernetes.io/role/internal-elb": "1", "kubernetes.io/role/elb": "1"}
SUBNETS = (
    SubnetFact("subnet-a", "a", cidr="10.0.0.0/24", tags=ROLES),
    SubnetFact("subnet-b", "b", cidr="10.0.1.0/24", tags=ROLES),
)


def service(said: dict[str, str] | None = None, metadata: dict[str, Any] | None = None, **spec: Any) -> Manifest:
    annotations = {NLB + key: text for key, text in (said or {}).items()}
    body = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "dns", "namespace": "net", "annotations": annotations, **(metadata or {})},
        "spec": {"type": "LoadBalancer", "loadBalancerClass": "service.k8s.aws/nlb", "ports": [{"port": 53}], **spec},
    }
    return Manifest(body, Source("Net/Dns"))


def made(*manifests: Manifest, flags: ControllerFlags = FLAGS, facts: Facts = Facts()) -> NetworkLoadBalancer:
    planned = plan(manifests, flags, facts)
    assert planned.problems == ()
    (balancer,) = planned.network_load_balancers
    return balancer


def test_names_are_known_with_the_uid_of_the_service() -> None:
    assert made(service()).name == "k8s-net-dns-${hash}"
    assert made(service(metadata={"uid": "u-1"})).name.startswith("k8s-net-dns-")
    assert "$" not in made(service(metadata={"uid": "u-1"})).name


def test_subnets_that_nobody_states_are_one_placeholder() -> None:
    assert made(service()).subnets == (Subnet("${subnets of the VPC}"),)


def test_each_address_has_a_subnet_even_if_it_is_not_known_which() -> None:
    balancer = made(service({"scheme": "internet-facing", "eip-allocations": "eipalloc-1,eipalloc-2"}))
    assert [subnet.allocation for subnet in balancer.subnets] == ["eipalloc-1", "eipalloc-2"]


def test_private_addresses_find_their_subnets() -> None:
    said = {"private-ipv4-addresses": "10.0.1.5,10.0.0.5"}
    assert [x.private_ipv4 for x in made(service(said), facts=Facts(subnets=SUBNETS)).subnets] == ["10.0.0.5", "10.0.1.5"]
    named = {**said, "subnets": "subnet-a,subnet-b"}
    assert [x.private_ipv4 for x in made(service(named)).subnets] == [
        "${private IPv4 addresses of subnet-a}",
        "${private IPv4 addresses of subnet-b}",
    ]


def test_ports_on_nodes_are_known_in_the_cluster_alone() -> None:
    (group,) = made(service({"nlb-target-type": "instance"})).target_groups
    assert group.port == "${node port of net/dns:53}"
    (group,) = made(service({"nlb-target-type": "instance"}, externalTrafficPolicy="Local")).target_groups
    assert (group.health_check.port, group.health_check.path) == ("${health check node port of net/dns}", "/healthz")


@pytest.mark.parametrize("said", ["scheme", "ip-address-type", "alpn-policy", "healthcheck-protocol", "proxy-protocol", "name"])
def test_what_is_known_only_at_deploy_time_is_not_refused(said: str) -> None:
    made(service({said: TOKEN}))


@pytest.mark.parametrize("said", ["subnets", "eip-allocations", "security-groups", "ssl-ports", "quic-enabled-ports"])
def test_a_list_that_is_known_only_at_deploy_time_is_not_refused(said: str) -> None:
    made(service({"scheme": "internet-facing", "ssl-cert": "arn:c", said: TOKEN}), facts=Facts(subnets=SUBNETS, security_groups=()))


@pytest.mark.parametrize(
    ("flags", "spec"),
    [
        ({"watch_namespace": "shop"}, {}),
        ({"gates": {"EnableServiceController": False}}, {}),
        ({"load_balancer_class": "our/nlb"}, {}),
        ({}, {"loadBalancerClass": "other/nlb"}),
        ({"gates": {"ServiceTypeLoadBalancerOnly": True}}, {"type": "ClusterIP"}),
        ({}, {"loadBalancerClass": None}),
    ],
)
def test_a_service_that_is_not_the_controllers_has_no_load_balancer(flags: dict[str, Any], spec: dict[str, Any]) -> None:
    planned = plan([service(**spec)], ControllerFlags("prod", **flags))
    assert (planned.network_load_balancers, planned.services, planned.problems) == ((), (), ())


def test_the_class_is_that_of_the_chart() -> None:
    flags = ControllerFlags.of_chart({"loadBalancerClass": "our/nlb", "defaultTargetType": "ip"}, "prod")
    assert made(service(loadBalancerClass="our/nlb"), flags=flags).service == "net/dns"


def test_without_security_groups_targets_let_in_subnets_or_clients() -> None:
    said = {"disable-nlb-sg": "true"}
    balancer = made(service(said), facts=Facts(subnets=SUBNETS))
    assert balancer.target_groups[0].openings == (Opening(("10.0.0.0/24", "10.0.1.0/24"), (("TCP", 53),)),)
    balancer = made(service(said, ports=[{"port": 53, "protocol": "UDP"}]), facts=Facts(subnets=SUBNETS))
    assert balancer.target_groups[0].openings == (
        Opening(("${blocks of the VPC}",), (("UDP", 53),)),
        Opening(("10.0.0.0/24", "10.0.1.0/24"), (("TCP", 53),)),
    )
    balancer = made(service(said))
    assert balancer.target_groups[0].openings == (Opening(("${blocks of the subnets of the VPC}",), (("TCP", 53),)),)


def test_a_service_behind_an_ingress_and_with_a_load_balancer_of_its_own_is_in_both() -> None:
    ingress = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {"name": "dns", "namespace": "net"},
        "spec": {"ingressClassName": "alb", "defaultBackend": {"service": {"name": "dns", "port": {"number": 53}}}},
    }
    planned = plan([service(), Manifest(ingress, Source("Net/Ingress"))], FLAGS)
    assert [x.group for x in planned.load_balancers] == ["net/dns"]
    assert [x.service for x in planned.network_load_balancers] == ["net/dns"]


def test_all_that_is_wrong_is_told_at_once() -> None:
    said = {"scheme": "public", "proxy-protocol": "true", "name": "a" * 33, "healthcheck-interval": "often"}
    planned = plan([service(said)], FLAGS)
    assert [problem.id for problem in planned.problems] == ["EKI201", "EKI248", "EKI201"]
    assert planned.network_load_balancers == ()
