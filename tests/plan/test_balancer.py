from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest

from eks_ingress.plan.facts import Facts, NamedFact
from eks_ingress.plan.flags import ControllerFlags
from eks_ingress.plan.model import MANAGED, LoadBalancer, SecurityGroup
from tests.plan.objects import FLAGS, PREFIX, balancer, ingress, of_class, plan, refused, source, together


def hashed(*parts: str) -> str:
    return sha256("".join(parts).encode()).hexdigest()[:10]


def ids(*said: dict[str, Any], **given: Any) -> list[tuple[str | None, str]]:
    """Id and the controller's words of each problem of members that say so."""
    return [(problem.id, problem.event) for problem in plan(together(*said), **given).problems]


def of_spec(spec: dict[str, Any], *said: dict[str, Any]) -> LoadBalancer:
    """The load balancer of members of a class."""
    members = [
        ingress(f"/{number}", name=f"m{number}", class_name="public", said={"group.name": "g", **x})
        for number, x in enumerate(said or ({},))
    ]
    return balancer(*of_class(spec), *members)


# What all members agree on

SETTINGS: list[tuple[str, str, str, Any]] = [
    ("scheme", "internet-facing", "scheme", "internet-facing"),
    ("ip-address-type", "dualstack", "ip_address_type", "dualstack"),
    ("ip-address-type", "dualstack-without-public-ipv4", "ip_address_type", "dualstack-without-public-ipv4"),
    ("load-balancer-name", "edge", "name", "edge"),
    ("load-balancer-attributes", "b=2,a=1", "attributes", (("a", "1"), ("b", "2"))),
    ("minimum-load-balancer-capacity", "CapacityUnits=500", "minimum_capacity", 500),
    ("ipam-ipv4-pool-id", "ipam-pool-1", "ipam_ipv4_pool", "ipam-pool-1"),
    ("customer-owned-ipv4-pool", "ipv4pool-coip-1", "customer_owned_ipv4_pool", "ipv4pool-coip-1"),
    ("wafv2-acl-arn", "arn:acl", "web_acl", "arn:acl"),
    ("wafv2-acl-arn", "none", "web_acl", ""),
    ("wafv2-acl-name", "acl", "web_acl", "${web ACL acl}"),
    ("wafv2-acl-name", "none", "web_acl", ""),
    ("waf-acl-id", "acl", "waf_classic", "acl"),
    ("web-acl-id", "acl", "waf_classic", "acl"),
    ("waf-acl-id", "none", "waf_classic", ""),
    ("shield-advanced-protection", "true", "shield", True),
    ("shield-advanced-protection", "false", "shield", False),
]


@pytest.mark.parametrize(("name", "text", "field", "expected"), SETTINGS)
@pytest.mark.parametrize("members", [[0], [1], [0, 1]])
def test_one_member_or_several_say_it_for_all(name: str, text: str, field: str, expected: Any, members: list[int]) -> None:
    said = [{name: text} if number in members else {} for number in range(2)]
    assert getattr(balancer(*together(*said)), field) == expected


def test_a_load_balancer_of_which_nobody_says_anything_has_the_defaults() -> None:
    found = balancer(ingress("/"))
    assert (found.scheme, found.ip_address_type, found.attributes, found.tags) == ("internal", "ipv4", (), ())
    assert (found.minimum_capacity, found.ipam_ipv4_pool, found.customer_owned_ipv4_pool) == (None, None, None)
    assert (found.web_acl, found.waf_classic, found.shield, found.frontend_nlb) == (None, None, None, None)


def test_the_controller_says_the_scheme_where_nobody_does() -> None:
    assert balancer(ingress("/"), flags=ControllerFlags(default_scheme="internet-facing")).scheme == "internet-facing"


@pytest.mark.parametrize(
    ("name", "one", "other", "event"),
    [
        ("scheme", "internal", "internet-facing", "conflicting scheme:"),
        ("scheme", "internal", "public", "conflicting scheme:"),
        ("ip-address-type", "ipv4", "dualstack", "conflicting IPAddressType:"),
        ("load-balancer-name", "a", "b", "conflicting load balancer name:"),
        ("subnets", "subnet-1,subnet-2", "subnet-1,subnet-3", "conflicting subnets:"),
        ("security-groups", "sg-1,sg-2", "sg-2,sg-1", "conflicting securityGroups:"),
        ("ipam-ipv4-pool-id", "a", "b", "conflicting ipv4 ipam pools"),
        ("customer-owned-ipv4-pool", "a", "b", "conflicting CustomerOwnedIPv4Pool:"),
        ("wafv2-acl-arn", "a", "none", "conflicting WAFv2 WebACL ARNs:"),
        ("wafv2-acl-name", "a", "b", "conflicting WAFv2 WebACL names:"),
        ("waf-acl-id", "a", "b", "conflicting WAFClassic WebACL IDs:"),
        ("shield-advanced-protection", "true", "false", "conflicting enable shield advanced protection"),
    ],
)
def test_members_that_do_not_agree_are_refused(name: str, one: str, other: str, event: str) -> None:
    assert ids({name: one}, {name: other}) == [("EKI231", event)]


@pytest.mark.parametrize(
    ("name", "one", "other", "event"),
    [
        ("load-balancer-attributes", "a=1", "a=2", "conflicting load balancer attributes a:"),
        ("minimum-load-balancer-capacity", "CapacityUnits=1", "CapacityUnits=2", "conflicting capacity reservation CapacityUnits:"),
        ("tags", "a=1", "a=2", "conflicting tag a:"),
    ],
)
def test_members_that_give_a_key_different_values_are_refused(name: str, one: str, other: str, event: str) -> None:
    assert ids({name: one}, {name: other}) == [("EKI232", event)]


@pytest.mark.parametrize(
    ("name", "text"),
    [("scheme", ""), ("subnets", "subnet-a,"), ("load-balancer-attributes", "a="), ("tags", "a="), ("ip-address-type", "")],
)
def test_what_is_not_known_yet_conflicts_with_nothing(name: str, text: str) -> None:
    known = {"scheme": "internal", "ip-address-type": "ipv4", "subnets": "subnet-a,subnet-b"}.get(name, "a=1")
    assert ids({name: f"{text}${{Token[TOKEN.12]}}"}, {name: known}, {name: f"{text}${{Token[TOKEN.13]}}"}) == []


def test_members_that_do_not_agree_are_refused_beside_one_that_is_not_known_yet() -> None:
    said = [{"load-balancer-name": name} for name in ("${Token[TOKEN.12]}", "a", "b")]
    assert ids(*said) == [("EKI231", "conflicting load balancer name:")]


def test_a_conflict_is_told_with_both_places() -> None:
    assert refused(*together({"security-groups": "sg-1,sg-2"}, {}, {"security-groups": "sg-2"})) == [
        (
            "Ingress shop/c: security-groups is sg-2 here and sg-1, sg-2 in Ingress shop/a (Shop/a), which share a group: "
            "the controller refuses all of it.",
            "Write it once, or the same in all of them.",
            source("c"),
        )
    ]


def test_members_put_attributes_together() -> None:
    members = together({"load-balancer-attributes": "a=1,b=2"}, {"load-balancer-attributes": "b=2,c=3"})
    assert balancer(*members).attributes == (("a", "1"), ("b", "2"), ("c", "3"))


# What a class decides


@pytest.mark.parametrize(
    ("spec", "name", "text", "field", "expected"),
    [
        ({"ipAddressType": "dualstack"}, "ip-address-type", "ipv4", "ip_address_type", "dualstack"),
        ({"loadBalancerName": "edge"}, "load-balancer-name", "other", "name", "edge"),
        (
            {"loadBalancerAttributes": [{"key": "a", "value": "1"}]},
            "load-balancer-attributes",
            "a=2,b=3",
            "attributes",
            (("a", "1"), ("b", "3")),
        ),
        (
            {"minimumLoadBalancerCapacity": {"capacityUnits": 0}},
            "minimum-load-balancer-capacity",
            "CapacityUnits=500",
            "minimum_capacity",
            0,
        ),
        ({"ipamConfiguration": {"ipv4IPAMPoolId": "a"}}, "ipam-ipv4-pool-id", "b", "ipam_ipv4_pool", "a"),
        ({"wafv2AclArn": "arn:a"}, "wafv2-acl-arn", "arn:b", "web_acl", "arn:a"),
        ({"wafv2AclName": "none"}, "wafv2-acl-arn", "arn:b", "web_acl", ""),
        ({"wafv2AclName": "none"}, "wafv2-acl-name", "b", "web_acl", ""),
    ],
)
def test_what_a_class_says_goes_before_what_its_ingresses_say(
    spec: dict[str, Any], name: str, text: str, field: str, expected: Any
) -> None:
    assert getattr(of_spec(spec, {name: text}), field) == expected


def test_a_class_settles_attributes_about_which_its_members_disagree() -> None:
    spec = {"loadBalancerAttributes": [{"key": "a", "value": "3"}]}
    said = [{"load-balancer-attributes": f"a={number}"} for number in (1, 2)]
    assert of_spec(spec, *said).attributes == (("a", "3"),)


# Each on its own


@pytest.mark.parametrize(
    ("name", "text", "id", "event"),
    [
        ("ip-address-type", "ipv6", "EKI201", "unknown IPAddressType: ipv6"),
        ("load-balancer-name", "a" * 33, "EKI248", "load balancer name cannot be longer than 32 characters"),
        ("customer-owned-ipv4-pool", "", "EKI318", "cannot use empty value for customer-owned-ipv4-pool annotation"),
        (
            "minimum-load-balancer-capacity",
            "Units=500",
            "EKI319",
            "invalid key to set the capacity: Units, Expected key: CapacityUnits",
        ),
        ("minimum-load-balancer-capacity", "CapacityUnits=many", "EKI319", "invalid value to set the capacity: many"),
        (
            "shield-advanced-protection",
            "yes",
            "EKI201",
            f"failed to parse bool annotation, {PREFIX}shield-advanced-protection: yes",
        ),
        (
            "load-balancer-attributes",
            "a",
            "EKI201",
            f"failed to parse stringMap annotation, {PREFIX}load-balancer-attributes: a",
        ),
    ],
)
def test_a_value_that_the_controller_does_not_take_is_refused(name: str, text: str, id: str, event: str) -> None:
    assert ids({name: text}) == [(id, event)]


def test_the_gate_of_capacity_may_be_closed() -> None:
    made = ingress("/", said={"minimum-load-balancer-capacity": "CapacityUnits=500"})
    assert balancer(made, flags=replace(FLAGS, gates={"LBCapacityReservation": False})).minimum_capacity is None


def test_an_empty_pool_or_web_acl_is_none() -> None:
    said = {"ipam-ipv4-pool-id": "", "waf-acl-id": "", "wafv2-acl-name": ""}
    found = balancer(ingress("/", said=said))
    assert (found.ipam_ipv4_pool, found.waf_classic, found.web_acl) == (None, None, None)


def test_a_web_acl_by_name_goes_before_one_by_arn() -> None:
    members = together({"wafv2-acl-arn": "arn:a"}, {"wafv2-acl-name": "b"})
    assert balancer(*members, facts=Facts(web_acls=(NamedFact("arn:b", "b"),))).web_acl == "arn:b"


def test_a_web_acl_that_does_not_exist_is_refused() -> None:
    assert ids({"wafv2-acl-name": "b"}, facts=Facts(web_acls=())) == [("EKI332", "couldn't find WAFv2 WebACL with name: b")]


def test_the_older_id_of_a_web_acl_counts_where_the_other_is_absent() -> None:
    assert balancer(ingress("/", said={"waf-acl-id": "a", "web-acl-id": "b"})).waf_classic == "a"


# Names


def test_the_name_of_a_load_balancer_of_its_own_has_namespace_and_name() -> None:
    found = balancer(ingress("/", name="front-end-of-it"))
    assert found.name == "k8s-shop-frontend-" + hashed("prod", "shop/front-end-of-it", "internal")


def test_the_name_of_a_load_balancer_that_is_shared_has_that_of_the_group() -> None:
    found = balancer(ingress("/", said={"group.name": "the-front-doors-of-the-shop", "scheme": "internet-facing"}))
    assert found.name == "k8s-thefrontdoorsofth-" + hashed("prod", "the-front-doors-of-the-shop", "internet-facing")


@pytest.mark.parametrize("cluster", [None, "${Token[TOKEN.12]}"])
def test_without_the_name_of_the_cluster_a_name_is_a_placeholder(cluster: str | None) -> None:
    found = balancer(ingress("/"), flags=replace(FLAGS, cluster_name=cluster))
    assert found.name == "k8s-shop-web-${hash}"


def test_a_name_that_is_not_known_yet_is_not_measured() -> None:
    name = "${Token[TOKEN.12]}" * 2
    assert balancer(ingress("/", said={"load-balancer-name": name})).name == name


# Security groups

OWN = {"security-groups": "sg-1"}
OPENED = {**OWN, "manage-backend-security-group-rules": "true"}
SHARED = "${backend security group}"


@pytest.mark.parametrize(
    ("said", "flags", "expected"),
    [
        ({}, {}, (MANAGED, SHARED)),
        ({}, {"backend_security_group": False}, (MANAGED,)),
        ({"security-groups": " , "}, {}, (MANAGED, SHARED)),
        (OWN, {}, ("sg-1",)),
        (OWN, {"manage_backend_rules": True}, ("sg-1", SHARED)),
        (OPENED, {}, ("sg-1", SHARED)),
        ({**OPENED, "manage-backend-security-group-rules": "false"}, {"manage_backend_rules": True}, ("sg-1",)),
        ({"security-groups": "edge, sg-1"}, {}, ("${security group edge}", "sg-1")),
    ],
)
def test_a_load_balancer_has_the_security_groups_that_it_needs(
    said: dict[str, str], flags: dict[str, Any], expected: tuple[str, ...]
) -> None:
    assert balancer(ingress("/", said=said), flags=replace(FLAGS, **flags)).security_groups == expected


def test_the_security_group_that_is_made_has_a_name_and_the_tags_of_the_load_balancer() -> None:
    found = balancer(ingress("/", said={"tags": "team=shop", "inbound-cidrs": "10.0.0.0/8"})).managed_security_group
    assert isinstance(found, SecurityGroup)
    assert (found.name, found.tags) == ("k8s-shop-web-" + hashed("prod", "shop/web"), (("team", "shop"),))
    assert [(x.port, x.ipv4) for x in found.inbound] == [(80, "10.0.0.0/8")]


def test_without_ipv6_no_block_of_it_is_let_in() -> None:
    found = balancer(ingress("/")).managed_security_group
    assert found is not None
    assert [(x.port, x.ipv4, x.ipv6) for x in found.inbound] == [(80, "0.0.0.0/0", None)]


def test_with_security_groups_of_ones_own_none_is_made() -> None:
    assert balancer(ingress("/", said=OWN)).managed_security_group is None


def test_the_shared_security_group_may_be_known() -> None:
    assert balancer(ingress("/"), facts=Facts(backend_security_group="sg-9")).security_groups == (MANAGED, "sg-9")


def test_targets_let_nobody_in_without_the_shared_security_group() -> None:
    assert ids(OPENED, flags=replace(FLAGS, backend_security_group=False)) == [
        ("EKI317", "backendSG feature is required to manage worker node SG rules when frontendSG manually specified")
    ]


def test_members_that_differ_about_the_rules_of_targets_are_refused() -> None:
    assert ids(OPENED, {"manage-backend-security-group-rules": "false"}) == [
        ("EKI231", "conflicting manage backend security group rules settings")
    ]


GROUPS = Facts(security_groups=(NamedFact("sg-1", "edge"), NamedFact("sg-2"), NamedFact("sg-3", "edge")))


@pytest.mark.parametrize(
    ("said", "expected"),
    [("sg-2", ("sg-2",)), ("edge", ("sg-1", "sg-3")), ("edge,sg-2,edge", ("sg-2", "sg-1", "sg-3"))],
)
def test_security_groups_are_found_by_id_or_name(said: str, expected: tuple[str, ...]) -> None:
    assert balancer(ingress("/", said={"security-groups": said}), facts=GROUPS).security_groups == expected


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("sg-9", "couldn't find all security groups: InvalidGroup.NotFound: The security group 'sg-9' does not exist"),
        ("other,edge", "couldn't find all security groups: requested names [other, edge] but found [edge]"),
        ("sg-2,sg-2", "couldn't find all security groups: requested ids [sg-2, sg-2] but found [sg-2]"),
    ],
)
def test_security_groups_that_do_not_exist_are_refused(said: str, reason: str) -> None:
    (problem,) = plan([ingress("/", said={"security-groups": said})], facts=GROUPS).problems
    assert (problem.id, problem.reason) == ("EKI312", f"Ingress shop/web: {reason}.")
    assert problem.event == "couldn't find all security groups:"
