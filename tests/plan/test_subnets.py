from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from eks_ingress.plan.facts import Facts
from eks_ingress.plan.model import Subnet
from eks_ingress.plan.not_found import NotFound
from eks_ingress.plan.resolved import DISCOVERED
from eks_ingress.plan.subnets import SubnetFact, Subnets
from tests.plan.objects import FLAGS, balancer, ingress, of_class, plan, refused, source, together

INTERNAL, PUBLIC = {"kubernetes.io/role/internal-elb": "1"}, {"kubernetes.io/role/elb": "1"}
OURS, THEIRS = {"kubernetes.io/cluster/prod": "shared"}, {"kubernetes.io/cluster/test": "owned"}


def subnet(name: str, zone: str = "", **said: Any) -> SubnetFact:
    """A subnet whose id is `subnet-` and its name, in the zone of the last letter of that unless it is said."""
    return SubnetFact(f"subnet-{name}", zone or name[-1], name, **said)


def discovered(
    *subnets: SubnetFact, scheme: str = "internal", kind: str = "application", ipv6: bool = False, **flags: Any
) -> list[str]:
    found = Subnets(subnets, True).discovered(replace(FLAGS, **flags), scheme, kind, ipv6)
    return [x.removeprefix("subnet-") for x in found]


def named(names: str, *subnets: SubnetFact, kind: str = "application", ipv6: bool = False, **flags: Any) -> list[str]:
    found = Subnets(subnets, True).named(replace(FLAGS, **flags), names.split(), kind, ipv6)
    return [x.removeprefix("subnet-") for x in found]


def selected(selector: dict[str, Any], *subnets: SubnetFact) -> list[str]:
    return [x.removeprefix("subnet-") for x in Subnets(subnets, True).selected(FLAGS, selector, False)]


# Found by the controller


@pytest.mark.parametrize(("scheme", "expected"), [("internal", ["in-a", "in-b"]), ("internet-facing", ["out-a", "out-b"])])
def test_subnets_are_found_by_the_tag_of_their_role(scheme: str, expected: list[str]) -> None:
    empty = {"kubernetes.io/role/internal-elb": "", "kubernetes.io/role/elb": "0"}
    found = discovered(
        subnet("out-b", tags=PUBLIC),
        subnet("in-b", tags=empty),
        subnet("in-a", tags=INTERNAL),
        subnet("out-a", tags=PUBLIC),
        subnet("other-c", public=True),
        scheme=scheme,
    )
    assert found == expected


@pytest.mark.parametrize(("scheme", "expected"), [("internal", ["in-a", "in-b"]), ("internet-facing", ["out-a", "out-b"])])
def test_subnets_are_found_by_their_routes_where_none_has_the_tag(scheme: str, expected: list[str]) -> None:
    subnets = [subnet("in-a"), subnet("in-b"), subnet("out-a", public=True), subnet("out-b", public=True)]
    assert discovered(*subnets, scheme=scheme) == expected


def test_the_gate_of_routes_may_be_closed() -> None:
    with pytest.raises(NotFound, match=r"^unable to resolve at least one subnet\. Evaluated 0 subnets"):
        discovered(subnet("a"), subnet("b"), gates={"SubnetDiscoveryByReachability": False})


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"one-a": {}, "two-a": {}}, "one-a"),
        ({"one-a": {}, "two-a": OURS}, "two-a"),
        ({"one-a": THEIRS, "two-a": {}}, "two-a"),
        ({"one-a": {**OURS, **THEIRS}, "two-a": OURS}, "one-a"),
    ],
)
def test_one_subnet_of_each_zone_is_taken(tags: dict[str, dict[str, str]], expected: str) -> None:
    subnets = [subnet(name, tags=said) for name, said in tags.items()]
    assert discovered(*subnets[::-1], subnet("b")) == sorted([expected, "b"])


def test_the_gate_of_cluster_tags_may_be_closed() -> None:
    subnets = [subnet("a", tags=THEIRS), subnet("b", tags=THEIRS)]
    assert discovered(*subnets, gates={"SubnetsClusterTagCheck": False}) == ["a", "b"]


@pytest.mark.parametrize("cluster", [None, "${Token[TOKEN.12]}"])
def test_the_tag_of_a_cluster_whose_name_is_not_known_may_be_its_own(cluster: str | None) -> None:
    assert discovered(subnet("a", tags=OURS), subnet("b", tags=OURS), cluster_name=cluster) == ["a", "b"]


def test_a_subnet_needs_eight_free_addresses() -> None:
    subnets = [subnet("a-a", free_addresses=7), subnet("b-a", free_addresses=8), subnet("b")]
    assert discovered(*subnets) == ["b", "b-a"]


def test_a_load_balancer_with_ipv6_needs_it_in_its_subnets() -> None:
    assert discovered(subnet("a-a"), subnet("b-a", ipv6=True), subnet("b", ipv6=True), ipv6=True) == ["b", "b-a"]


@pytest.mark.parametrize(
    ("subnets", "ipv6", "words"),
    [
        ([], False, "Evaluated 2 subnets: 1 are tagged for other clusters, and 1 have insufficient available IP addresses"),
        ([subnet("c")], True, "Evaluated 3 subnets: 1 are tagged for other clusters, 1 have insufficient available IP addresses"),
    ],
)
def test_why_no_subnet_will_do_is_told(subnets: list[SubnetFact], ipv6: bool, words: str) -> None:
    with pytest.raises(NotFound) as missing:
        discovered(subnet("a", tags=THEIRS), subnet("b", free_addresses=0), *subnets, ipv6=ipv6)
    assert str(missing.value) == f"unable to resolve at least one subnet. {words}"


# How many


@pytest.mark.parametrize(
    ("kind", "zone_type", "gates", "enough"),
    [
        ("application", "availability-zone", {}, False),
        ("application", "availability-zone", {"ALBSingleSubnet": True}, True),
        ("application", "local-zone", {}, True),
        ("application", "outpost", {}, True),
        ("network", "availability-zone", {}, True),
    ],
)
def test_an_application_load_balancer_needs_two_zones(kind: str, zone_type: str, gates: dict[str, bool], enough: bool) -> None:
    one = subnet("a", zone_type=zone_type)
    if enough:
        assert discovered(one, kind=kind, gates=gates) == named("subnet-a", one, kind=kind, gates=gates) == ["a"]
        return
    few = r"^subnets count less than minimal required count: 1 < 2$"
    with pytest.raises(NotFound, match=few):
        discovered(one, kind=kind)
    with pytest.raises(NotFound, match=few):
        named("a", one, kind=kind)


def test_zones_of_different_kinds_are_refused() -> None:
    with pytest.raises(NotFound, match=r"^subnets in multiple locales: "):
        discovered(subnet("a"), subnet("b", zone_type="local-zone"))


# NamedFact


def test_subnets_are_named_by_id_or_by_their_tag() -> None:
    assert named("b subnet-a", subnet("a"), subnet("b"), subnet("c")) == ["b", "a"]


def test_subnets_of_the_same_name_are_taken_in_the_order_of_their_ids() -> None:
    subnets = [SubnetFact("subnet-2", "b", "web"), SubnetFact("subnet-1", "a", "web")]
    assert named("web web", *subnets) == ["1", "2"]


@pytest.mark.parametrize(
    ("names", "words"),
    [
        ("", "unable to resolve at least one subnet"),
        ("a x y", "failed to list subnets by names or IDs: couldn't find all subnets, missing names: [x y]"),
        (
            "a a",
            'failed to list subnets by names or IDs: subnet with Name tag "a" requested 2 times but only 1 subnet(s) found '
            "with that name",
        ),
        (
            "subnet-a subnet-x",
            "failed to list subnets by names or IDs: InvalidSubnetID.NotFound: The subnet ID 'subnet-x' does not exist",
        ),
        (
            "subnet-a subnet-a",
            "failed to list subnets by names or IDs: couldn't find all subnets, want: [subnet-a subnet-a], found: [subnet-a]",
        ),
        ("a other-a", "multiple subnets in same Availability Zone a: [subnet-a subnet-other-a]"),
    ],
)
def test_subnets_that_are_named_wrongly_are_refused(names: str, words: str) -> None:
    with pytest.raises(NotFound) as missing:
        named(names, subnet("a"), subnet("b"), subnet("other-a"))
    assert str(missing.value) == words


def test_subnets_that_are_named_need_ipv6_where_the_load_balancer_has_it() -> None:
    with pytest.raises(NotFound, match=r"^subnets \[subnet-b\] do not have an associated IPv6 CIDR block$"):
        named("a b", subnet("a", ipv6=True), subnet("b"), ipv6=True)


def test_free_addresses_and_tags_of_subnets_that_are_named_do_not_count() -> None:
    assert named("a b", subnet("a", free_addresses=0), subnet("b", tags=THEIRS)) == ["a", "b"]


# Selected by a class


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        ({"ids": ["subnet-b", "subnet-a"]}, ["a", "b"]),
        ({"tags": {"tier": ["front", "edge"]}}, ["a", "b"]),
        ({"tags": {"tier": ["f*"], "Name": ["?"]}}, ["a", "c"]),
        ({}, ["a", "b", "c"]),
    ],
)
def test_a_class_selects_subnets_by_id_or_by_tags(selector: dict[str, Any], expected: list[str]) -> None:
    tiers = {"a": "front", "b": "edge", "c": "far"}
    assert selected(selector, *[subnet(name, tags={"tier": tier}) for name, tier in tiers.items()]) == expected


def test_subnets_of_a_class_that_do_not_exist_are_refused() -> None:
    with pytest.raises(NotFound, match=r"^failed to list subnets by IDs: InvalidSubnetID\.NotFound"):
        selected({"ids": ["subnet-x"]}, subnet("a"))


# In a plan

TWO = (subnet("a", tags=INTERNAL), subnet("b", tags=INTERNAL))


def ids_of(subnets: Sequence[Subnet]) -> list[str]:
    return [subnet.id for subnet in subnets]


@pytest.mark.parametrize(
    ("said", "expected"),
    [({}, ["subnet-a", "subnet-b"]), ({"subnets": "b,subnet-a"}, ["subnet-b", "subnet-a"])],
)
def test_a_load_balancer_has_the_subnets_that_aws_is_stated_to_have(said: dict[str, str], expected: list[str]) -> None:
    assert ids_of(balancer(ingress("/", said=said), facts=Facts(subnets=TWO)).subnets) == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({}, ["${subnets of the VPC}"]),
        ({"subnets": "web, subnet-a"}, ["${subnet web}", "subnet-a"]),
        ({"subnets": "${Token[TOKEN.12]}"}, ["${Token[TOKEN.12]}"]),
    ],
)
def test_where_nothing_is_stated_there_are_placeholders(said: dict[str, str], expected: list[str]) -> None:
    assert ids_of(balancer(ingress("/", said=said)).subnets) == expected


def test_a_name_that_is_not_known_yet_is_not_looked_for() -> None:
    made = ingress("/", said={"subnets": "a,${Token[TOKEN.12]}"})
    assert ids_of(balancer(made, facts=Facts(subnets=TWO)).subnets) == ["${subnet a}", "${Token[TOKEN.12]}"]


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        ({"ids": ["subnet-a", "subnet-b"]}, ["subnet-a", "subnet-b"]),
        ({"tags": {"tier": ["front"]}}, ["${subnets of the VPC}"]),
    ],
)
def test_what_a_class_selects_goes_before_what_its_ingresses_name(selector: dict[str, Any], expected: list[str]) -> None:
    made = ingress("/", class_name="public", said={"subnets": "subnet-x,subnet-y"})
    assert ids_of(balancer(*of_class({"subnets": selector}), made).subnets) == expected


def test_members_that_name_the_same_subnets_in_another_order_agree() -> None:
    members = together({"subnets": "subnet-b,subnet-a"}, {"subnets": "subnet-a,subnet-b"})
    assert ids_of(balancer(*members).subnets) == ["subnet-b", "subnet-a"]


def test_subnets_of_a_class_and_of_an_annotation_in_one_group_are_refused() -> None:
    members = [
        ingress("/a", name="a", class_name="public", said={"group.name": "g"}),
        ingress("/b", name="b", said={"group.name": "g", "subnets": "subnet-a,subnet-b"}),
    ]
    (problem,) = plan([*of_class({"subnets": {"ids": ["subnet-a"]}}), *members]).problems
    assert (problem.id, problem.source, problem.event) == ("EKI231", source("b"), "conflicting subnet specifications:")


def test_classes_of_one_group_that_select_different_subnets_are_refused() -> None:
    classes = [*of_class({"subnets": {"ids": ["subnet-a"]}}, "a"), *of_class({"subnets": {"ids": ["subnet-b"]}}, "b")]
    members = [ingress(f"/{name}", name=name, class_name=name, said={"group.name": "g"}) for name in "ab"]
    (problem,) = plan([*classes, *members]).problems
    assert (problem.id, problem.event) == ("EKI231", "conflicting IngressClassParams subnet specifications")


def test_a_load_balancer_without_subnets_is_refused() -> None:
    (problem,) = plan([ingress("/")], facts=Facts(subnets=TWO[:1])).problems
    assert (problem.id, problem.reason) == (
        "EKI310",
        "Ingress shop/web: its load balancer gets no subnets: subnets count less than minimal required count: 1 < 2.",
    )
    assert problem.event.startswith("couldn't auto-discover subnets: subnets count less")


def test_an_empty_list_of_subnets_is_refused() -> None:
    assert refused(ingress("/", said={"subnets": ""})) == [
        ("Ingress shop/web: `subnets` names none.", "Name two, or leave the annotation out.", source())
    ]


# Of those that CloudFormation will make


MADE_A, MADE_B = "${Token[TOKEN.7]}", "${Token[TOKEN.30]}"


def made(id: str, zone: str, **said: Any) -> SubnetFact:
    return SubnetFact(id, zone, f"shop-{zone}", **said)


def balanced(said: dict[str, Any], *subnets: SubnetFact, are_all: bool = True) -> list[str]:
    facts = Facts(subnets=subnets, has_all_subnets=are_all)
    return [subnet.id for subnet in balancer(ingress("/", said=said), facts=facts).subnets]


def test_those_that_are_found_are_known_though_their_ids_are_not() -> None:
    assert balanced({}, made(MADE_B, "b", tags=INTERNAL), made(MADE_A, "a", tags=INTERNAL)) == [MADE_B, MADE_A]


def test_which_of_two_in_a_zone_is_taken_is_known_only_by_their_ids() -> None:
    subnets = [made(name, zone, tags=INTERNAL) for name, zone in ((MADE_A, "a"), ("subnet-1", "a"), (MADE_B, "b"))]
    assert balanced({}, *subnets) == ["${one of 2 subnets in a}", MADE_B]
    ours = replace(subnets[0], tags={**INTERNAL, **OURS})
    assert balanced({}, ours, *subnets[1:]) == [MADE_A, MADE_B]


def test_those_that_are_named_by_their_tokens_are_judged() -> None:
    subnets = [made(MADE_A, "a"), made(MADE_B, "a"), made("subnet-1", "b")]
    assert balanced({"subnets": f"{MADE_A},subnet-1"}, *subnets) == [MADE_A, "subnet-1"]
    ((reason, _, _),) = refused(ingress("/", said={"subnets": f"{MADE_A},{MADE_B}"}), facts=Facts(subnets=subnets))
    assert "multiple subnets in same Availability Zone a" in reason


@pytest.mark.parametrize("named", ["subnet-9,subnet-8", f"{MADE_A},subnet-9", "${Token[TOKEN.99]}"])
def test_one_that_is_not_among_them_may_be_one_of_them(named: str) -> None:
    found = balanced({"subnets": named}, made(MADE_A, "a"), made(MADE_B, "b"))
    assert found == named.split(",")


def test_of_a_part_of_the_subnets_only_those_that_are_named_are_judged() -> None:
    subnets = [SubnetFact("subnet-1", "a", tags=None), SubnetFact("subnet-2", "a", tags=None)]
    assert balanced({}, *subnets, are_all=False) == [DISCOVERED]
    assert balanced({}, *subnets) == [DISCOVERED]
    assert balanced({"subnets": "subnet-1,subnet-3"}, *subnets, are_all=False) == ["subnet-1", "subnet-3"]
    facts = Facts(subnets=subnets, has_all_subnets=False)
    ((reason, _, _),) = refused(ingress("/", said={"subnets": "subnet-1,subnet-2"}), facts=facts)
    assert "multiple subnets in same Availability Zone a" in reason
