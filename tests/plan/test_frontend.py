from __future__ import annotations

from hashlib import sha256
from typing import Any

import pytest

from eks_ingress.manifests.manifest import Manifest
from eks_ingress.plan.facts import Facts, NamedFact
from eks_ingress.plan.model import MANAGED, FrontendListener, FrontendNlb, HealthCheck, Subnet, TargetGroup
from eks_ingress.plan.subnets import SubnetFact
from tests.plan.objects import PREFIX, balancer, ingress, plan, source, together

ON = {"enable-frontend-nlb": "true"}


def frontend(*manifests: Manifest, facts: Facts = Facts()) -> FrontendNlb:
    found = balancer(*manifests, facts=facts).frontend_nlb
    assert found is not None
    return found


def said(**texts: Any) -> FrontendNlb:
    """The network load balancer of one Ingress that says so of it."""
    return frontend(ingress("/", said={**ON, **{f"frontend-nlb-{key.replace('_', '-')}": text for key, text in texts.items()}}))


def members(*texts: dict[str, Any]) -> list[Manifest]:
    """Members of a group that say so of their network load balancer."""
    return together(*[{**ON, **{f"frontend-nlb-{key}": text for key, text in x.items()}} for x in texts])


def problems(*manifests: Manifest, facts: Facts = Facts()) -> list[tuple[str | None, str]]:
    """Id and the controller's words of each problem."""
    return [(problem.id, problem.event) for problem in plan(manifests, facts=facts).problems]


def test_a_network_load_balancer_stands_in_front_with_the_ports_of_the_other() -> None:
    made = ingress("/", said={**ON, "listen-ports": [{"HTTP": 80}, {"HTTPS": 443}], "tags": "team=shop"})
    name = balancer(made).name
    groups = [
        TargetGroup(
            id=f"FrontendNlb-tg-TCP-{port}",
            name="k8s-shop-web-" + sha256(f"prodshop/web{port}albTCPtraffic-portHTTP".encode()).hexdigest()[:10],
            target_type="alb",
            port=port,
            protocol="TCP",
            protocol_version=None,
            ip_address_type="ipv4",
            health_check=HealthCheck("traffic-port", "HTTP", "/", "200", 15, 5, 2, 2),
            tags=(("team", "shop"),),
            source=source(),
        )
        for port in (80, 443)
    ]
    assert frontend(made) == FrontendNlb(
        name=f"{name[:28]}-nlb",
        scheme="internal",
        subnets=(Subnet("${subnets of the VPC}"),),
        security_groups=(MANAGED, "${backend security group}"),
        attributes=(),
        tags=(("team", "shop"),),
        listeners=tuple(FrontendListener(group.port, group.port, group) for group in groups if isinstance(group.port, int)),
    )


@pytest.mark.parametrize("text", [None, "false"])
def test_without_being_asked_for_there_is_none(text: str | None) -> None:
    settings = {"frontend-nlb-scheme": "public", "frontend-nlb-attributes": "a"}
    made = ingress("/", said={**settings, **({} if text is None else {"enable-frontend-nlb": text})})
    assert balancer(made).frontend_nlb is None


def test_one_member_asks_for_all() -> None:
    found = frontend(*together({}, {**ON, "listen-ports": [{"HTTP": 81}]}))
    assert [entry.port for entry in found.listeners] == [80, 81]


@pytest.mark.parametrize(
    ("name", "expected"), [("edge", "edge-nlb"), ("a" * 32, "a" * 28 + "-nlb"), ("${Token[TOKEN.12]}", "${Token[TOKEN.12]}-nlb")]
)
def test_it_is_named_after_the_other(name: str, expected: str) -> None:
    assert frontend(ingress("/", said={**ON, "load-balancer-name": name})).name == expected


def test_its_scheme_is_its_own() -> None:
    made = ingress("/", said={**ON, "scheme": "internet-facing"})
    assert (frontend(made).scheme, said(scheme="internet-facing").scheme) == ("internal", "internet-facing")


def test_its_security_groups_may_be_its_own() -> None:
    assert said(security_groups="sg-1, edge").security_groups == ("sg-1", "${security group edge}")
    assert said(security_groups="").security_groups == (MANAGED, "${backend security group}")


def test_its_attributes_and_tags_may_be_its_own() -> None:
    found = said(attributes="b=2,a=1", tags="team=edge")
    assert (found.attributes, found.tags) == ((("a", "1"), ("b", "2")), (("team", "edge"),))
    assert [entry.target_group.tags for entry in found.listeners] == [(("team", "edge"),)]


# Subnets and addresses

THREE = tuple(SubnetFact(f"subnet-{x}", x, x, public=True) for x in "abc")


def test_it_may_stand_in_one_subnet() -> None:
    alone = {"frontend-nlb-subnets": "a", "frontend-nlb-scheme": "internet-facing", "scheme": "internet-facing"}
    assert frontend(ingress("/", said={**ON, **alone}), facts=Facts(subnets=THREE)).subnets == (Subnet("subnet-a"),)


def test_its_subnets_are_found_by_its_own_scheme() -> None:
    subnets = (*THREE, SubnetFact("subnet-x", "a"), SubnetFact("subnet-y", "b"))
    made = ingress("/", said={**ON, "scheme": "internet-facing"})
    assert [subnet.id for subnet in frontend(made, facts=Facts(subnets=subnets)).subnets] == ["subnet-x", "subnet-y"]


OUTSIDE = {"scheme": "internet-facing", "subnets": "subnet-a,subnet-b"}


def test_each_subnet_may_have_an_elastic_ip_address() -> None:
    assert frontend(*members({**OUTSIDE, "eip-allocations": "eipalloc-1, eipalloc-2"})).subnets == (
        Subnet("subnet-a", "eipalloc-1"),
        Subnet("subnet-b", "eipalloc-2"),
    )


def test_elastic_ip_addresses_of_subnets_that_are_not_known_are_not_counted() -> None:
    found = frontend(*members({"scheme": "internet-facing", "eip-allocations": "eipalloc-1,eipalloc-2"}))
    assert found.subnets[0] == Subnet("${subnets of the VPC}", "eipalloc-1")


@pytest.mark.parametrize(
    ("texts", "event"),
    [
        ({"eip-allocations": "eipalloc-1"}, "EIP allocations can only be set for internet facing load balancers"),
        ({**OUTSIDE, "eip-allocations": "eipalloc-1"}, "count of EIP allocations (1) and subnets (2) must match"),
    ],
)
def test_elastic_ip_addresses_that_cannot_be_are_refused(texts: dict[str, str], event: str) -> None:
    assert problems(*members(texts)) == [("EKI326", event)]


# Listeners


def test_a_mapping_names_the_ports() -> None:
    made = ingress(
        "/",
        said={**ON, "listen-ports": [{"HTTP": 80}, {"HTTPS": 443}], "frontend-nlb-listener-port-mapping": "8443=443,8080=80,9=99"},
    )
    assert [(entry.port, entry.target_port) for entry in frontend(made).listeners] == [(8080, 80), (8443, 443)]


@pytest.mark.parametrize(
    ("mapping", "event"), [("https=443", "invalid NLB listener port: https"), ("443=https", "invalid ALB listener port: https")]
)
def test_a_mapping_of_what_is_no_port_is_refused(mapping: str, event: str) -> None:
    assert problems(*members({"listener-port-mapping": mapping})) == [("EKI325", event)]


def test_what_is_said_of_the_health_check_stands_in_each_target_group() -> None:
    (entry,) = said(
        healthcheck_port="8080",
        healthcheck_protocol="HTTPS",
        healthcheck_path="/up",
        healthcheck_success_codes="200-299",
        healthcheck_interval_seconds="30",
        healthcheck_timeout_seconds="6",
        healthcheck_healthy_threshold_count="3",
        healthcheck_unhealthy_threshold_count="4",
    ).listeners
    assert entry.target_group.health_check == HealthCheck(8080, "HTTPS", "/up", "200-299", 30, 6, 3, 4)
    assert entry.target_group.name.endswith(sha256(b"prodshop/web80albTCP8080HTTPS").hexdigest()[:10])


def test_the_name_of_a_shared_target_group_has_that_of_the_group() -> None:
    (entry,) = frontend(*members({})).listeners
    assert entry.target_group.name == "k8s-g-" + sha256(b"prodg80albTCPtraffic-portHTTP").hexdigest()[:10]


def test_one_member_says_of_the_health_check_what_counts_for_all() -> None:
    (entry,) = frontend(*members({"healthcheck-path": "/up"}, {"healthcheck-timeout-seconds": "6"})).listeners
    assert (entry.target_group.health_check.path, entry.target_group.health_check.timeout) == ("/up", 6)


def test_a_named_port_of_the_health_check_is_refused() -> None:
    assert problems(*members({"healthcheck-port": "metrics"})) == [("EKI306", "failed to resolve healthCheckPort")]


def test_without_a_port_the_health_check_is_not_read() -> None:
    texts = {"healthcheck-port": "metrics", "listener-port-mapping": "443=443"}
    assert frontend(*members(texts)).listeners == ()


# What members do not agree on


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ({"scheme": "internal"}, {"scheme": "internet-facing"}, ("EKI231", "conflicting scheme:")),
        ({"subnets": "subnet-a"}, {"subnets": "subnet-b"}, ("EKI231", "conflicting subnets:")),
        ({"security-groups": "sg-1"}, {"security-groups": "sg-2"}, ("EKI231", "conflicting securityGroups:")),
        (
            {**OUTSIDE, "eip-allocations": "eipalloc-1,eipalloc-2"},
            {"eip-allocations": "eipalloc-1,eipalloc-3"},
            ("EKI231", "all EIP allocations for the ingress group must be the same:"),
        ),
        ({"attributes": "a=1"}, {"attributes": "a=2"}, ("EKI231", "conflicting frontend NLB attributes:")),
        ({"attributes": "a=1"}, {}, ("EKI231", "conflicting frontend NLB attributes:")),
        ({"tags": "a=1"}, {"tags": "a=2"}, ("EKI231", "conflicting frontend NLB tags:")),
        ({"healthcheck-path": "/a"}, {"healthcheck-path": "/b"}, ("EKI231", "conflicting Path, config")),
        ({"healthcheck-protocol": "HTTP"}, {"healthcheck-protocol": "HTTPS"}, ("EKI231", "conflicting Protocol, config")),
        ({"healthcheck-success-codes": "200"}, {"healthcheck-success-codes": "200"}, ("EKI231", "conflicting Matcher, config")),
        ({"listener-port-mapping": "80=80"}, {"listener-port-mapping": "80=81"}, ("EKI325", "conflicting Target Port, config")),
    ],
)
def test_members_that_do_not_agree_are_refused(one: dict[str, Any], other: dict[str, Any], expected: tuple[str, str]) -> None:
    ports = [{"HTTP": 80}, {"HTTP": 81}] if "listener-port-mapping" in one else [{"HTTP": 80}]
    texts = [{"listen-ports": ports, **{f"frontend-nlb-{key}": text for key, text in x.items()}, **ON} for x in (one, other)]
    assert problems(*together(*texts)) == [expected]


def test_success_codes_that_are_the_same_twice_are_to_be_written_once() -> None:
    # Equal ones are refused too: to write the same in both is no way out.
    codes = {"healthcheck-success-codes": "200"}
    (problem,) = plan(members(codes, codes)).problems
    assert problem.remedy == "Write it once, in one of them."


def test_members_that_differ_about_having_one_are_refused() -> None:
    assert problems(*together(ON, {"enable-frontend-nlb": "false"})) == [("EKI231", "conflicting enable frontend NLB values")]


def test_attributes_of_a_later_member_alone_are_taken() -> None:
    assert frontend(*members({}, {"attributes": "a=1"})).attributes == (("a", "1"),)


def test_attributes_that_an_earlier_member_has_alone_are_told_as_a_conflict_with_nothing() -> None:
    (problem,) = plan(members({"attributes": "a=1"}, {})).problems
    assert problem.reason.startswith("Ingress shop/b: frontend-nlb-attributes is nothing here and 'a=1' in Ingress shop/a")


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ({"scheme": "public"}, ("EKI201", "unknown scheme: public")),
        (
            {"attributes": "dns_record.client_routing_policy=any"},
            ("EKI328", "invalid dns_record.client_routing_policy set in annotation"),
        ),
        ({"healthcheck-protocol": "TCP"}, ("EKI201", "healthCheckProtocol must be within [HTTP, HTTPS]")),
        ({"tags": "a"}, ("EKI201", f"failed to parse stringMap annotation, {PREFIX}frontend-nlb-tags: a")),
    ],
)
def test_a_value_that_the_controller_does_not_take_is_refused(texts: dict[str, str], expected: tuple[str, str]) -> None:
    assert problems(*members(texts)) == [expected]


def test_its_security_groups_are_looked_for_too() -> None:
    facts = Facts(security_groups=(NamedFact("sg-1", "edge"),))
    assert frontend(*members({"security-groups": "edge"}), facts=facts).security_groups == ("sg-1",)
    (problem,) = plan(members({"security-groups": "other"}), facts=facts).problems
    assert (problem.id, problem.source) == ("EKI312", source("a"))
