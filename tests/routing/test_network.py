from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from eks_ingress.refusal import Refusals
from eks_ingress.routing.network import (
    SecurityGroups,
    require_load_balancer_name,
    require_security_groups,
    require_subnets,
    require_tags,
    security_groups,
    subnets,
)
from tests.routing.refusals import reasons, refusals

TOKEN = "${Token[TOKEN.12]}"
TOKENS = "#{Token[TOKEN.13]}"


@dataclass
class Subnet:
    subnet_id: str


@dataclass
class Group:
    security_group_id: str


@dataclass
class PrefixList:
    prefix_list_id: str


def said(check: Callable[[Refusals], None]) -> list[tuple[str, str]]:
    found = Refusals()
    check(found)
    return [(problem.reason, problem.remedy) for problem in found.problems]


def of_subnets(values: object) -> list[tuple[str, str]]:
    return said(lambda found: require_subnets(found, "subnets", values))  # type: ignore[arg-type]


def of_tags(tags: object) -> list[tuple[str, str]]:
    return said(lambda found: require_tags(found, "tags", tags))  # type: ignore[arg-type]


def of_name(name: object) -> list[tuple[str, str]]:
    return said(lambda found: require_load_balancer_name(found, "load_balancer_name", name))  # type: ignore[arg-type]


def test_subnets_are_held_as_texts() -> None:
    assert subnets("public-a") == ("public-a",)
    assert subnets(Subnet("subnet-1")) == ("subnet-1",)
    assert subnets(["subnet-1", Subnet("subnet-2"), "public-c"]) == ("subnet-1", "subnet-2", "public-c")
    assert subnets(()) == ()
    assert subnets(subnets([Subnet("subnet-1")])) == ("subnet-1",)


@pytest.mark.parametrize(
    "values",
    [
        (),
        "subnet-0123456789abcdef0",
        ["subnet-0a1b2c3d", "subnet-4"],
        ["public-a", "Public B"],
        ["my-subnet-a", "subnets-b", "Subnet-C"],
        [Subnet("subnet-1"), Subnet(TOKEN)],
        [TOKEN, f"subnet-{TOKEN}", f"public {TOKEN}"],
        ["public", "public"],
    ],
)
def test_subnets_are_named_by_id_name_tag_or_object(values: object) -> None:
    assert of_subnets(values) == []


@pytest.mark.parametrize(
    ("values", "reason", "remedy"),
    [
        (
            ["subnet-public"],
            "subnets entry 'subnet-public' begins with 'subnet-', so that the controller takes it for an id, and is none.",
            "Write an id such as 'subnet-0123456789abcdef0', or a Name tag that begins otherwise.",
        ),
        (
            ["subnet-"],
            "subnets entry 'subnet-' begins with 'subnet-', so that the controller takes it for an id, and is none.",
            "Write an id such as 'subnet-0123456789abcdef0', or a Name tag that begins otherwise.",
        ),
        (
            ["subnet-0A"],
            "subnets entry 'subnet-0A' begins with 'subnet-', so that the controller takes it for an id, and is none.",
            "Write an id such as 'subnet-0123456789abcdef0', or a Name tag that begins otherwise.",
        ),
        (
            ["subnet-1", "subnet-1", "subnet-2"],
            "subnets entry 'subnet-1' is there 2 times, which the controller refuses.",
            "Write it once.",
        ),
        ([TOKEN, TOKEN], f"subnets entry {TOKEN!r} is there 2 times, which the controller refuses.", "Write it once."),
        (["a,b"], "subnets entry 'a,b' has a comma, which would split it.", "Write two entries."),
        ("a,b", "subnets entry 'a,b' has a comma, which would split it.", "Write two entries."),
        ([f"a,{TOKEN}"], f"subnets entry {f'a,{TOKEN}'!r} has a comma, which would split it.", "Write two entries."),
        ([" a"], "subnets entry ' a' has a space at an end, which the controller drops.", "Write 'a'."),
        (["a", ""], "subnets ('a', '') has an empty entry.", "Take it out."),
        ("", "subnets ('',) has an empty entry.", "Take it out."),
        (["a", 7], "subnets ('a', 7) holds something that is no text.", "Write a list of texts."),
        (None, "subnets (None,) holds something that is no text.", "Write a list of texts."),
        (
            [TOKENS],
            f"subnets {(TOKENS,)!r} is a list that only CloudFormation knows.",
            "Join it to one text: `[Fn.join(',', values)]`.",
        ),
    ],
)
def test_what_is_no_subnet_is_refused(values: object, reason: str, remedy: str) -> None:
    assert of_subnets(values) == [(reason, remedy)]


def test_security_groups_are_held_as_texts() -> None:
    assert security_groups(["sg-1", Group("sg-2"), "web"]) == ("sg-1", "sg-2", "web")
    assert security_groups(Group("sg-1")) == ("sg-1",)


def test_by_default_the_controller_makes_a_group_that_lets_in_everyone() -> None:
    managed = SecurityGroups.managed()
    assert managed == SecurityGroups()
    assert (managed.groups, managed.manage_backend_rules, managed.inbound_cidrs, managed.prefix_lists) == ((), None, (), ())


def test_a_managed_group_lets_in_ranges_and_prefix_lists() -> None:
    managed = SecurityGroups.managed(inbound_cidrs="10.0.0.0/8", prefix_lists=[PrefixList("pl-1"), "pl-0123456789abcdef0", TOKEN])
    assert managed.inbound_cidrs == ("10.0.0.0/8",)
    assert managed.prefix_lists == ("pl-1", "pl-0123456789abcdef0", TOKEN)
    assert SecurityGroups.managed(inbound_cidrs=["0.0.0.0/0", "2001:db8::/32", TOKEN]).inbound_cidrs == (
        "0.0.0.0/0",
        "2001:db8::/32",
        TOKEN,
    )
    assert SecurityGroups.managed(prefix_lists=PrefixList("pl-1")).prefix_lists == ("pl-1",)


@pytest.mark.parametrize(
    ("groups", "held"),
    [
        ("sg-0a1b2c3d", ("sg-0a1b2c3d",)),
        (Group("sg-1"), ("sg-1",)),
        ([Group(TOKEN), "web", "sg-1"], (TOKEN, "web", "sg-1")),
        (["a", "b", "c", "d", "e"], ("a", "b", "c", "d", "e")),
        (["web", "web"], ("web", "web")),
    ],
)
def test_given_groups_are_held_as_texts(groups: str, held: tuple[str, ...]) -> None:
    assert SecurityGroups.given(groups) == SecurityGroups(held)
    assert SecurityGroups.given(groups).groups == held


def test_the_controller_may_manage_the_rules_behind_given_groups() -> None:
    assert SecurityGroups.given("sg-1", manage_backend_rules=True).manage_backend_rules is True
    assert SecurityGroups.given("sg-1", manage_backend_rules=False).manage_backend_rules is False
    assert SecurityGroups.given(["a", "b", "c", "d"], manage_backend_rules=True).groups == ("a", "b", "c", "d")
    assert SecurityGroups.given(["a", "b", "c", "d", "e"], manage_backend_rules=False).groups == ("a", "b", "c", "d", "e")


@pytest.mark.parametrize(
    ("make", "reason", "remedy"),
    [
        (
            lambda: SecurityGroups.given([]),
            "security groups [] are none.",
            "Name one at least, or write `SecurityGroups.managed()`, which lets in everyone.",
        ),
        (
            lambda: SecurityGroups.given(["a", "b", "c", "d", "e", "f"]),
            "security groups ['a', 'b', 'c', 'd', 'e', 'f'] are more than 5, while AWS takes 5 at a load balancer.",
            "Write at most 5; one group may hold many rules.",
        ),
        (
            lambda: SecurityGroups.given(["a", "b", "c", "d", "e"], manage_backend_rules=True),
            "security groups ['a', 'b', 'c', 'd', 'e'] are more than 4, while AWS takes 5 at a load balancer"
            " and the controller adds one.",
            "Write at most 4; one group may hold many rules.",
        ),
        (
            lambda: SecurityGroups.given("sg-web"),
            "security groups entry 'sg-web' begins with 'sg-', so that the controller takes it for an id, and is none.",
            "Write an id such as 'sg-0123456789abcdef0', or a Name tag that begins otherwise.",
        ),
        (
            lambda: SecurityGroups.given([Group("sg-1"), "sg-1"]),
            "security groups entry 'sg-1' is there 2 times, which the controller refuses.",
            "Write it once.",
        ),
        (
            lambda: SecurityGroups.given("web,db"),
            "security groups entry 'web,db' has a comma, which would split it.",
            "Write two entries.",
        ),
        (
            lambda: SecurityGroups(["sg-1"], inbound_cidrs=["10.0.0.0/8"]),
            "inbound_cidrs ['10.0.0.0/8'] would be ignored in silence, since the security groups are given.",
            "Write them as rules of those groups, or write `SecurityGroups.managed(…)`.",
        ),
        (
            lambda: SecurityGroups(["sg-1"], prefix_lists=["pl-1"]),
            "prefix_lists ['pl-1'] would be ignored in silence, since the security groups are given.",
            "Write them as rules of those groups, or write `SecurityGroups.managed(…)`.",
        ),
        (
            lambda: SecurityGroups(manage_backend_rules=False),
            "manage_backend_rules False is read together with groups only; for its own group the controller always manages them.",
            "Leave it out, or write `SecurityGroups.given(…, manage_backend_rules=…)`.",
        ),
        (
            lambda: SecurityGroups.given("sg-1", manage_backend_rules="yes"),  # type: ignore[arg-type]
            "manage_backend_rules 'yes' is neither True nor False.",
            "Write True or False.",
        ),
        (
            lambda: SecurityGroups.managed(inbound_cidrs="10.0.0.1"),
            "inbound_cidrs entry '10.0.0.1' has no prefix length.",
            "Write '10.0.0.1/32'.",
        ),
        (
            lambda: SecurityGroups.managed(inbound_cidrs=["10.0.0.0/8", "10.0.0.1/8"]),
            "inbound_cidrs entry '10.0.0.1/8' has bits behind its prefix.",
            "Write '10.0.0.0/8'.",
        ),
        (
            lambda: SecurityGroups.managed(inbound_cidrs="10.0.0.0/8,192.168.0.0/16"),
            "inbound_cidrs entry '10.0.0.0/8,192.168.0.0/16' is not an address range.",
            "Write one such as '10.0.0.0/8' or '2001:db8::/32'.",
        ),
        (
            lambda: SecurityGroups.managed(inbound_cidrs=None),  # type: ignore[arg-type]
            "inbound_cidrs (None,) holds something that is no text.",
            "Write a list of texts.",
        ),
        (
            lambda: SecurityGroups.managed(prefix_lists="com.amazonaws.global.cloudfront.origin-facing"),
            "prefix_lists entry 'com.amazonaws.global.cloudfront.origin-facing' is not the id of one.",
            "Write an id such as 'pl-0123456789abcdef0'.",
        ),
    ],
)
def test_refused_security_groups_say_why_and_what_to_write(make: Callable[[], SecurityGroups], reason: str, remedy: str) -> None:
    assert refusals(make) == [(reason, remedy)]


def test_security_groups_tell_all_their_mistakes_at_once() -> None:
    said = reasons(
        lambda: SecurityGroups(["sg-x"], inbound_cidrs="10.0.0.1/8", prefix_lists="x", manage_backend_rules=1)  # type: ignore[arg-type]
    )
    assert [" ".join(reason.split()[:2]) for reason in said] == [
        "manage_backend_rules 1",
        "security groups",
        "inbound_cidrs entry",
        "prefix_lists entry",
        "inbound_cidrs ['10.0.0.1/8']",
        "prefix_lists ['x']",
    ]


def test_fewer_groups_can_be_asked_for() -> None:
    assert said(lambda found: require_security_groups(found, "groups", ["a", "b"], most=2)) == []
    assert len(said(lambda found: require_security_groups(found, "groups", ["a", "b", "c"], most=2))) == 1


@pytest.mark.parametrize(
    "tags",
    [
        {},
        {"team": "shop"},
        {"k" * 128: "v" * 256},
        {"cost center/no.1:a_b+c-d@e": "a b_c.d:e/f=g+h-i@j"},
        {"empty": ""},
        {"größe": "schön"},
        {"elbv2.k8s.aws/cluster-of": "x", "my/aws:key": "y"},
        {TOKEN: TOKEN},
        {"team": f"{TOKEN} of the shop = {TOKEN}"},
        {f"{TOKEN} {'k' * 128} ": f" {'v' * 257}{TOKEN}"},
    ],
)
def test_tags_are_taken_as_aws_takes_them(tags: dict[str, str]) -> None:
    assert of_tags(tags) == []


@pytest.mark.parametrize("key", ["", "k" * 129, "a=b", "a,b", " a", "a ", "a\\b", "a\nb", "a*", f"{TOKEN}=", f"{TOKEN},a"])
def test_what_is_no_key_of_a_tag_is_refused(key: str) -> None:
    assert of_tags({key: "x"}) == [
        (
            f"key in tags {key!r} is no key that AWS and the controller's annotation both take.",
            "Write up to 128 letters, digits, spaces and '_.:/+-@', no space at an end.",
        )
    ]


@pytest.mark.parametrize("value", ["v" * 257, "a,b", " a", "a ", "a\\b", "a\tb", "a;b", f"{TOKEN}, and more"])
def test_what_is_no_value_of_a_tag_is_refused(value: str) -> None:
    assert of_tags({"team": value}) == [
        (
            f"value of 'team' in tags, {value!r} is no text that AWS and the controller's annotation both take.",
            "Write up to 256 letters, digits, spaces and '_.:/=+-@', no space at an end.",
        )
    ]


@pytest.mark.parametrize(
    "key",
    [
        "aws:createdBy",
        "AWS:x",
        "elbv2.k8s.aws/cluster",
        "elbv2.k8s.aws/resource",
        "ingress.k8s.aws/stack",
        "ingress.k8s.aws/resource",
        "service.k8s.aws/stack",
        "service.k8s.aws/resource",
        "gateway.k8s.aws.alb/stack",
        "gateway.k8s.aws.nlb/resource",
    ],
)
def test_a_tag_of_aws_or_of_the_controller_is_refused(key: str) -> None:
    assert of_tags({key: "x"}) == [(f"key in tags {key!r} is a tag of AWS' or of the controller's own.", "Write another key.")]


@pytest.mark.parametrize("tags", [{"count": 1}, {1: "x"}, {"team": None}, ["team=shop"], "team=shop", None])
def test_tags_are_texts_by_name(tags: object) -> None:
    assert of_tags(tags) == [(f"tags {tags!r} are not texts by name.", "Write {'name': 'value'}, both in quotes.")]


@pytest.mark.parametrize("name", ["a", "7", "shop-public", "Shop--2", "a" * 32, "internal", "internals-1", TOKEN, f"-{TOKEN}"])
def test_a_load_balancer_may_be_named(name: str) -> None:
    assert of_name(name) == []


@pytest.mark.parametrize("name", ["", "-a", "a-", "-", "a" * 33, "shop_public", "shop.public", "shöp", "a b", 7, None])
def test_what_is_no_name_of_a_load_balancer_is_refused(name: object) -> None:
    assert of_name(name) == [
        (
            f"load_balancer_name {name!r} is not the name of a load balancer: 1 to 32 letters, digits and '-', with a"
            " letter or digit at both ends.",
            "Write a name such as 'shop-public'.",
        )
    ]


def test_a_name_that_begins_with_internal_is_refused() -> None:
    assert of_name("internal-shop") == [
        (
            "load_balancer_name 'internal-shop' begins with 'internal-', which AWS keeps for itself.",
            "Write another name; `scheme` says whether it is internal.",
        )
    ]
