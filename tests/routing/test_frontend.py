from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from eks_ingress.routing.attributes import NetworkLoadBalancerAttributes
from eks_ingress.routing.frontend import FrontendNlb
from eks_ingress.routing.health import HealthCheck
from eks_ingress.routing.protocol import Protocol
from eks_ingress.routing.scheme import Scheme
from tests.routing.refusals import reasons, refusals

TOKEN = "${Token[TOKEN.12]}"
OTHER = "${Token[TOKEN.13]}"
PUBLIC = Scheme.INTERNET_FACING


@dataclass
class Subnet:
    subnet_id: str


@dataclass
class Group:
    security_group_id: str


@dataclass
class Eip:
    attr_allocation_id: str


def test_a_frontend_leaves_everything_to_the_controller_by_default() -> None:
    plain = FrontendNlb()
    assert (plain.scheme, plain.subnets, plain.security_groups, plain.ports) == (None, (), (), {})
    assert (plain.eip_allocations, plain.health_check, plain.tags, plain.attributes) == ((), None, {}, None)


def test_a_frontend_holds_texts_whatever_it_was_made_from() -> None:
    frontend = FrontendNlb(
        scheme=PUBLIC,
        subnets=[Subnet("subnet-1"), "public-b"],
        security_groups=Group("sg-1"),
        eip_allocations=[Eip(TOKEN), "eipalloc-0123456789abcdef0"],
    )
    assert frontend.subnets == ("subnet-1", "public-b")
    assert frontend.security_groups == ("sg-1",)
    assert frontend.eip_allocations == (TOKEN, "eipalloc-0123456789abcdef0")


def test_a_frontend_keeps_its_ports_and_tags_when_the_mappings_they_came_from_change() -> None:
    ports, tags = {443: 8443}, {"team": "shop"}
    frontend = FrontendNlb(ports=ports, tags=tags)
    ports[80], tags["team"] = 80, "other"
    assert (frontend.ports, frontend.tags) == ({443: 8443}, {"team": "shop"})


@pytest.mark.parametrize(
    "make",
    [
        lambda: FrontendNlb(scheme=Scheme.INTERNAL),
        lambda: FrontendNlb(ports={1: 65535, 65535: 1}),
        lambda: FrontendNlb(ports={80: 443, 443: 443}),
        lambda: FrontendNlb(security_groups=["a", "b", "c", "d", "e"]),
        lambda: FrontendNlb(scheme=PUBLIC, eip_allocations="eipalloc-1"),
        lambda: FrontendNlb(scheme=PUBLIC, eip_allocations=["eipalloc-1", "eipalloc-2"], subnets=["a", "b"]),
        lambda: FrontendNlb(scheme=PUBLIC, eip_allocations=[Eip(TOKEN), Eip(OTHER)], subnets=[Subnet(TOKEN), Subnet(OTHER)]),
        lambda: FrontendNlb(health_check=HealthCheck()),
        lambda: FrontendNlb(health_check=HealthCheck(port=8080, protocol=Protocol.HTTPS, path="/healthz", success_codes="200-399")),
        lambda: FrontendNlb(health_check=HealthCheck(port="traffic-port", protocol=Protocol.HTTP)),
        lambda: FrontendNlb(tags={"team": "shop"}),
        lambda: FrontendNlb(attributes=NetworkLoadBalancerAttributes(cross_zone=True)),
    ],
)
def test_a_frontend_that_the_controller_can_make_is_taken(make: Callable[[], FrontendNlb]) -> None:
    assert isinstance(make(), FrontendNlb)


@pytest.mark.parametrize(
    "make",
    [
        lambda: FrontendNlb(subnets=TOKEN, security_groups=[TOKEN]),
        lambda: FrontendNlb(scheme=PUBLIC, eip_allocations=TOKEN),
        lambda: FrontendNlb(scheme=PUBLIC, eip_allocations=TOKEN, subnets=["a", "b"]),
        lambda: FrontendNlb(scheme=PUBLIC, eip_allocations=["eipalloc-1", "eipalloc-2"], subnets=[TOKEN]),
        lambda: FrontendNlb(tags={TOKEN: TOKEN}),
        lambda: FrontendNlb(health_check=HealthCheck(port=TOKEN)),
        lambda: FrontendNlb(health_check=HealthCheck(success_codes=TOKEN)),
    ],
)
def test_a_token_passes_as_part_of_a_frontend(make: Callable[[], FrontendNlb]) -> None:
    assert TOKEN in repr(make())


NO_INTERNET = "Write `scheme=Scheme.INTERNET_FACING`, or leave `eip_allocations` out."
ONE_FOR_EACH = "Write one for each subnet."


@pytest.mark.parametrize(
    ("make", "reason", "remedy"),
    [
        (
            lambda: FrontendNlb(scheme="internal"),  # type: ignore[arg-type]
            "frontend NLB scheme 'internal' is no Scheme.",
            "Write a `Scheme`, or leave it out.",
        ),
        (
            lambda: FrontendNlb(health_check="/healthz"),  # type: ignore[arg-type]
            "frontend NLB health_check '/healthz' is no HealthCheck.",
            "Write a `HealthCheck`, or leave it out.",
        ),
        (
            lambda: FrontendNlb(attributes={"deletion_protection.enabled": "true"}),  # type: ignore[arg-type]
            "frontend NLB attributes {'deletion_protection.enabled': 'true'} is no NetworkLoadBalancerAttributes.",
            "Write a `NetworkLoadBalancerAttributes`, or leave it out.",
        ),
        (
            lambda: FrontendNlb(subnets=["subnet-public"]),
            "frontend NLB subnets entry 'subnet-public' begins with 'subnet-', so that the controller takes it for an id,"
            " and is none.",
            "Write an id such as 'subnet-0123456789abcdef0', or a Name tag that begins otherwise.",
        ),
        (
            lambda: FrontendNlb(security_groups=["a", "b", "c", "d", "e", "f"]),
            "frontend NLB security_groups ['a', 'b', 'c', 'd', 'e', 'f'] are more than 5, while AWS takes 5 at a load balancer.",
            "Write at most 5; one group may hold many rules.",
        ),
        (
            lambda: FrontendNlb(ports={0: 80}),
            "frontend NLB port 0 is out of range.",
            "Write a port from 1 to 65535.",
        ),
        (
            lambda: FrontendNlb(ports={80: 65536}),
            "listener port for frontend NLB port 80, 65536 is out of range.",
            "Write a port from 1 to 65535.",
        ),
        (
            lambda: FrontendNlb(ports={"443": 443}),  # type: ignore[dict-item]
            "frontend NLB port '443' is out of range.",
            "Write a port from 1 to 65535.",
        ),
        (
            lambda: FrontendNlb(ports=[443]),  # type: ignore[arg-type]
            "frontend NLB ports [443] do not say where each of them leads.",
            "Write {443: 443}: a port of it, and the port of the application load balancer's listener.",
        ),
        (
            lambda: FrontendNlb(scheme=PUBLIC, eip_allocations=["192.0.2.1"]),
            "frontend NLB eip_allocations entry '192.0.2.1' is not the id of one.",
            "Write an id such as 'eipalloc-0123456789abcdef0'.",
        ),
        (
            lambda: FrontendNlb(scheme=PUBLIC, eip_allocations=["eipalloc-1", "eipalloc-1"]),
            "frontend NLB eip_allocations ['eipalloc-1', 'eipalloc-1'] name an address twice, which can stand in one subnet only.",
            ONE_FOR_EACH,
        ),
        (
            lambda: FrontendNlb(eip_allocations="eipalloc-1"),
            "frontend NLB eip_allocations ['eipalloc-1'] are for a load balancer that the internet can reach.",
            NO_INTERNET,
        ),
        (
            lambda: FrontendNlb(scheme=Scheme.INTERNAL, eip_allocations="eipalloc-1"),
            "frontend NLB eip_allocations ['eipalloc-1'] are for a load balancer that the internet can reach.",
            NO_INTERNET,
        ),
        (
            lambda: FrontendNlb(scheme=PUBLIC, eip_allocations="eipalloc-1", subnets=["a", "b"]),
            "frontend NLB eip_allocations ['eipalloc-1'] are 1 for 2 subnets.",
            ONE_FOR_EACH,
        ),
        (
            lambda: FrontendNlb(scheme=PUBLIC, eip_allocations=[Eip(TOKEN), Eip(OTHER)], subnets=Subnet(TOKEN)),
            f"frontend NLB eip_allocations {[TOKEN, OTHER]!r} are 2 for 1 subnets.",
            ONE_FOR_EACH,
        ),
        (
            lambda: FrontendNlb(health_check=HealthCheck(port="http")),
            "frontend NLB health check port 'http' is a name, which the controller looks up for Services only.",
            "Write the number of a listener's port, or leave it out for the port that has the traffic.",
        ),
        (
            lambda: FrontendNlb(health_check=HealthCheck(protocol="TCP")),  # type: ignore[arg-type]
            "protocol 'TCP' is no Protocol.",
            "Write `Protocol.HTTP` or `Protocol.HTTPS`.",
        ),
        (
            lambda: FrontendNlb(health_check=HealthCheck(success_codes="12")),
            "frontend NLB health check success_codes '12' are those of gRPC, while the application load balancer is checked"
            " with HTTP.",
            "Write codes from 200 to 499.",
        ),
        (
            lambda: FrontendNlb(tags={"aws:x": "y"}),
            "key in frontend NLB tags 'aws:x' is a tag of AWS' or of the controller's own.",
            "Write another key.",
        ),
    ],
)
def test_a_refused_frontend_says_why_and_what_to_write(make: Callable[[], FrontendNlb], reason: str, remedy: str) -> None:
    assert refusals(make) == [(reason, remedy)]


def test_a_frontend_tells_all_its_mistakes_at_once() -> None:
    said = reasons(
        lambda: FrontendNlb(
            subnets="subnet-x",
            security_groups="sg-x",
            ports={0: 0},
            eip_allocations=["eipalloc-x", "eipalloc-2"],
            health_check=HealthCheck(port="http", success_codes="12"),
            tags={"a,b": "c,d"},
        )
    )
    assert [" ".join(reason.split()[:4]) for reason in said] == [
        "frontend NLB subnets entry",
        "frontend NLB security_groups entry",
        "frontend NLB eip_allocations entry",
        "frontend NLB eip_allocations ['eipalloc-x',",
        "frontend NLB eip_allocations ['eipalloc-x',",
        "frontend NLB port 0",
        "listener port for frontend",
        "frontend NLB health check",
        "frontend NLB health check",
        "key in frontend NLB",
        "value of 'a,b' in",
    ]
