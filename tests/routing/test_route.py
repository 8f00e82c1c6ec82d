from __future__ import annotations

import re
from itertools import pairwise, product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eks_ingress.refusal import Problem, Refused
from eks_ingress.routing.backend import Backend, FixedResponse, Forward, Redirect, Service, TargetGroup
from eks_ingress.routing.conditions import Condition, HostHeader, HttpHeader, HttpMethod, PathPattern, QueryString, SourceIp
from eks_ingress.routing.globs import globs_meet
from eks_ingress.routing.match import Exact, Match, Pattern, Prefix
from eks_ingress.routing.regex import Regex
from eks_ingress.routing.route import Route, overlap
from eks_ingress.routing.transforms import HostRewrite, Transform, UrlRewrite
from eks_ingress.source import Source
from tests.routing.refusals import reasons, refusals
from tests.routing.routes import route

TOKEN = "${Token[TOKEN.12]}"
GET = HttpMethod("GET")
RED, BLUE = HttpHeader("X-Team", "red"), HttpHeader("X-Team", "blue")

IN_ORDER = [
    route("/z", order=-1),
    route(Exact("a.example.com/b"), conditions=[GET, RED]),
    route(Exact("a.example.com/b"), conditions=[BLUE]),
    route(Exact("a.example.com/b"), conditions=[RED]),
    route(Exact("a.example.com/b")),
    route(Exact("a.example.com/long/path")),
    route("a.example.com/long/path"),
    route("a.example.com/long"),
    route("a.example.com/", conditions=[HttpMethod(["GET", "HEAD"])]),
    route("a.example.com/"),
    route(Pattern("a.example.com/long/*.png")),
    route(Pattern("a.example.com/long/???")),
    route(Pattern("a.example.com/*")),
    route(Regex("a.example.com/long/[a-z]+"), conditions=[GET]),
    route(Regex("a.example.com/long/[a-z]+")),
    route(Regex("a.example.com/.*")),
    route("b.example.com/"),
    route(Exact("*.a.example.com/b")),
    route("*.a.example.com/"),
    route(Exact("*.example.com/b")),
    route(Pattern("*.example.com/*")),
    route(Exact("/b")),
    route("/long/path/without/host"),
    route("/"),
    route(Pattern("/*")),
    route(Regex("/.*"), conditions=[RED]),
    route(Regex("/.*")),
    route(Exact("a.example.com/first"), order=1, conditions=[GET]),
    route(Exact("a.example.com/first"), order=1),
]


@pytest.mark.parametrize(("before", "after"), list(pairwise(IN_ORDER)))
def test_the_more_specific_route_comes_first(before: Route, after: Route) -> None:
    assert before.precedence < after.precedence


@pytest.mark.parametrize(("before", "after"), [pair for pair in pairwise(IN_ORDER) if pair[0].match != pair[1].match])
def test_a_route_with_more_conditions_does_not_go_before_a_more_specific_one(before: Route, after: Route) -> None:
    more = route(after.match, order=after.order, conditions=[*after.conditions, HttpHeader("X-Stage", "beta")])
    assert before.precedence < more.precedence < after.precedence


def test_routes_that_differ_in_the_text_of_their_conditions_have_an_order_too() -> None:
    one, other = route("/a", conditions=[RED]), route("/a", conditions=[BLUE])
    assert one.precedence != other.precedence


def test_a_host_known_only_at_deploy_time_counts_as_exact() -> None:
    assert route(f"{TOKEN}/").precedence < route("*.example.com/").precedence


def test_a_wildcard_before_a_token_is_a_wildcard() -> None:
    assert route("a.example.com/").precedence < route(f"*.{TOKEN}/").precedence < route("/").precedence


def test_the_text_of_a_token_is_not_counted() -> None:
    assert route("/long").precedence < route(f"/a{TOKEN}").precedence


@pytest.mark.parametrize(
    ("one", "other", "meet"),
    [
        ("/", "/", True),
        ("/a", "/b", False),
        ("/a", "/a*", True),
        ("/a/*", "/a", False),
        ("/a/*", "/a/", True),
        ("/a/*", "/*/b", True),
        ("/a?", "/ab", True),
        ("/a?", "/a", False),
        ("*", "", True),
        ("?", "", False),
        ("", "", True),
        ("a*b", "b*a", False),
        ("a*", "*b", True),
        ("**", "a?c", True),
        ("*.example.com", "a.example.com", True),
        ("*.example.com", "example.com", False),
        ("*.example.com", "*.a.example.com", True),
        (f"/{TOKEN}", "/a", True),
        ("/a", TOKEN, True),
    ],
)
def test_two_patterns_meet_where_some_text_matches_both(one: str, other: str, meet: bool) -> None:
    assert globs_meet(one, other) is meet
    assert globs_meet(other, one) is meet


TEXTS = ["".join(letters) for length in range(7) for letters in product("ab", repeat=length)]
GLOBS = st.text(alphabet="ab*?", max_size=3)


def matching(glob: str) -> set[str]:
    pattern = re.compile("".join({"*": ".*", "?": "."}.get(character, character) for character in glob))
    return {text for text in TEXTS if pattern.fullmatch(text)}


@settings(deadline=None, derandomize=True, max_examples=400)
@given(GLOBS, GLOBS)
def test_patterns_meet_exactly_where_a_text_can_be_found(one: str, other: str) -> None:
    assert globs_meet(one, other) is not matching(one).isdisjoint(matching(other))


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (Prefix("a.example.com/"), Prefix("b.example.com/"), False),
        (Prefix("a.example.com/"), Prefix("*.example.com/x"), True),
        (Prefix("a.example.com/"), Prefix("/x"), True),
        (Prefix("*.a.example.com/"), Prefix("*.example.com/"), True),
        (Prefix("*.example.com/"), Prefix("example.com/"), False),
        (Prefix(f"{TOKEN}/"), Prefix("a.example.com/"), True),
        (Prefix("/cart"), Prefix("/carts"), False),
        (Prefix("/cart"), Prefix("/cart/items"), True),
        (Prefix("/cart"), Exact("/cart"), True),
        (Prefix("/cart"), Exact("/cart/"), True),
        (Exact("/cart"), Exact("/cart/"), False),
        (Prefix("/cart"), Pattern("/c*"), True),
        (Exact("/cart"), Pattern("/c*s"), False),
        (Regex("/[a-z]+"), Exact("/cart"), True),
        (Regex("/[a-z]+"), Exact("/1"), True),
        (Regex("a.example.com/[a-z]+"), Exact("b.example.com/cart"), False),
    ],
)
def test_routes_overlap_where_some_request_matches_both(one: Match, other: Match, expected: bool) -> None:
    assert overlap(route(one), route(other)) is expected
    assert overlap(route(other), route(one)) is expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ([], [GET], True),
        ([GET], [GET], True),
        ([GET], [HttpMethod("POST")], False),
        ([HttpMethod(["GET", "HEAD"])], [HttpMethod(["HEAD", "POST"])], True),
        ([HttpMethod(["GET", "HEAD"])], [HttpMethod(["PUT", "POST"])], False),
        ([HttpMethod(TOKEN)], [GET], True),
        ([HttpMethod(TOKEN)], [HttpMethod("${Token[TOKEN.13]}")], True),
        ([RED], [BLUE], True),
        ([RED, GET], [BLUE, HttpMethod("POST")], False),
        ([SourceIp("10.0.0.0/8")], [SourceIp("192.168.0.0/16")], True),
        ([QueryString({"a": "1"})], [QueryString({"a": "2"})], True),
    ],
)
def test_what_a_request_must_have_besides_keeps_methods_apart(one: list[Condition], other: list[Condition], expected: bool) -> None:
    assert overlap(route("/a", conditions=one), route("/a", conditions=other)) is expected
    assert overlap(route("/a", conditions=other), route("/a", conditions=one)) is expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (route("a.example.com/x", conditions=[HostHeader("b.example.com")]), route("b.example.com/x"), True),
        (route("a.example.com/x", conditions=[HostHeader("b.example.com")]), route("c.example.com/x"), False),
        (route("a.example.com/x", conditions=[HostHeader("?.example.com")]), route("c.example.com/x"), True),
        (route("/x", conditions=[HostHeader("b.example.com")]), route("b.example.com/x"), True),
        (route("/x", conditions=[HostHeader("b.example.com")]), route("a.example.com/x"), False),
        (route("/x", conditions=[HostHeader(regex="b[.]example[.]com")]), route("a.example.com/x"), True),
        (route("/x", conditions=[HostHeader(TOKEN)]), route("a.example.com/x"), True),
        (route("/x", conditions=[PathPattern("/y/*")]), route("/y/z"), True),
        (route("/x", conditions=[PathPattern("/y/*")]), route("/z"), False),
        (route(Regex("/x"), conditions=[PathPattern(regex="^/y$")]), route("/z"), True),
    ],
)
def test_further_hosts_and_paths_are_those_of_a_route_too(one: Route, other: Route, expected: bool) -> None:
    assert overlap(one, other) is expected
    assert overlap(other, one) is expected


@pytest.mark.parametrize(
    ("made", "hosts", "paths"),
    [
        (route("/"), (), ("/*",)),
        (route("a.example.com/x"), ("a.example.com",), ("/x", "/x/*")),
        (route(Exact("/x")), (), ("/x",)),
        (route(Pattern("/x*")), (), ("/x*",)),
        (route(Regex("/x+")), (), ("*",)),
        (
            route("a.example.com/", conditions=[HostHeader(["b.example.com", "*.c.org"])]),
            ("a.example.com", "b.example.com", "*.c.org"),
            ("/*",),
        ),
        (route("/", conditions=[HostHeader(regex="^a")]), ("*",), ("/*",)),
        (route(Exact("/x"), conditions=[PathPattern(["/y", "/z*"])]), (), ("/x", "/y", "/z*")),
        (route(Regex("/x"), conditions=[PathPattern(regex="^/y")]), (), ("*",)),
        (route("/x", conditions=[GET, RED]), (), ("/x", "/x/*")),
    ],
)
def test_a_route_knows_its_hosts_and_paths(made: Route, hosts: tuple[str, ...], paths: tuple[str, ...]) -> None:
    assert (made.hosts, made.paths) == (hosts, paths)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (route("/a"), route("/a/")),
        (route("/a"), route("/a", order=5)),
        (route("/a"), route("/a", Redirect(path="/b"))),
        (route("/a", conditions=[GET, RED]), route("/a", conditions=[RED, GET])),
        (route(Exact("/a")), route(Pattern("/a"))),
        (route(Regex("/a+")), route(Regex("/a+"))),
    ],
)
def test_routes_may_take_the_same_requests(one: Route, other: Route) -> None:
    assert one.requests == other.requests


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (route("/a"), route("/a", conditions=[GET])),
        (route("/a", conditions=[RED]), route("/a", conditions=[BLUE])),
        (route("/a"), route("a.example.com/a")),
        (route(Exact("/a")), route(Regex("/a"))),
        (route(Pattern("/*")), route(Regex("/.*"))),
        (
            route(Regex("/a")),
            route(
                Regex(
                    "/a",
                ),
                conditions=[PathPattern(regex="/b")],
            ),
        ),
    ],
)
def test_routes_take_requests_of_their_own(one: Route, other: Route) -> None:
    assert one.requests != other.requests


def test_conditions_and_transforms_are_held_as_tuples() -> None:
    rewrite = UrlRewrite("^/a", "/b")
    made = route("/", conditions=[GET, RED], transforms=[rewrite])
    assert (made.conditions, made.transforms) == ((GET, RED), (rewrite,))
    assert made == route("/", conditions=(GET, RED), transforms=(rewrite,))


@pytest.mark.parametrize("order", [0, -(2**31), 2**31 - 1])
def test_an_order_is_a_number_of_32_bits(order: int) -> None:
    assert route("/", order=order).order == order


@pytest.mark.parametrize("order", [-(2**31) - 1, 2**31, 1.5, "1", True])
def test_an_order_that_is_none_is_refused(order: Any) -> None:
    assert refusals(lambda: route("/a", order=order)) == [
        (f"order of route '/a', {order!r} is out of range.", "Write a whole number from -2147483648 to 2147483647.")
    ]


def methods(count: int) -> HttpMethod:
    return HttpMethod(["GET", "HEAD", "POST", "PUT", "DELETE"][:count])


@pytest.mark.parametrize(
    ("match", "conditions"),
    [
        (Exact("/a"), [methods(4)]),
        (Exact("a.example.com/a"), [methods(3)]),
        (Prefix("a.example.com/a"), [methods(2)]),
        (Prefix("/"), [methods(4)]),
        (Regex("/a"), [methods(4)]),
        (Prefix("a.example.com/a"), [GET, RED]),
        (Prefix("a.example.com/a"), [HostHeader("b.example.com"), PathPattern("/b")]),
        (Prefix("/"), [SourceIp(["10.0.0.0/8", "192.168.0.0/16"]), QueryString({"a": ["1", "2"]})]),
    ],
)
def test_a_route_compares_with_at_most_five_values(match: Match, conditions: list[Condition]) -> None:
    assert route(match, conditions=conditions).conditions == tuple(conditions)


TOO_MANY = "Write `Exact(…)` if the path has nothing below it, or make two routes of it."


@pytest.mark.parametrize(
    ("match", "conditions", "values", "host", "path"),
    [
        (Exact("/a"), [methods(5)], 6, 0, 1),
        (Exact("a.example.com/a"), [methods(4)], 6, 1, 1),
        (Prefix("a.example.com/a"), [methods(3)], 6, 1, 2),
        (Prefix("/"), [methods(5)], 6, 0, 1),
        (Regex("a.example.com/a"), [methods(4)], 6, 1, 1),
        (Prefix("a.example.com/a"), [methods(2), RED, BLUE], 7, 1, 2),
    ],
)
def test_a_route_that_compares_with_more_is_refused(
    match: Match, conditions: list[Condition], values: int, host: int, path: int
) -> None:
    assert refusals(lambda: route(match, conditions=conditions)) == [
        (
            f"number of values of route {match.url!r}, {values} is more than the 5 that AWS compares in a rule "
            f"(host {host}, path {path}, a prefix being two).",
            TOO_MANY,
        )
    ]


@pytest.mark.parametrize(
    ("match", "conditions"),
    [
        (Pattern("/*/*/*/*/*"), []),
        (Pattern("*.example.com/?*?*"), []),
        (Prefix("*.example.com/a"), [HttpHeader("X-Team", "*-?-*")]),
        (Prefix("/"), [HttpHeader("X-Team", "????")]),
        (Regex("/" + "a*" * 6), [HttpHeader("X-Team", regex="a*b*c*d*e*f*")]),
        (Exact("/a"), [QueryString({"*": "*\\*"}), HttpHeader("X-Team", "???")]),
    ],
)
def test_a_route_has_at_most_five_wildcards(match: Match, conditions: list[Condition]) -> None:
    assert route(match, conditions=conditions).match == match


@pytest.mark.parametrize(
    ("match", "conditions", "wildcards"),
    [
        (Pattern("/*/*/*/*/*/*"), [], 6),
        (Pattern("*.example.com/??*?*"), [], 6),
        (Prefix("*.example.com/a"), [HttpHeader("X-Team", "*-?-**")], 6),
        (Prefix("/"), [HttpHeader("X-Team", "?????")], 6),
        (Exact("/a"), [HostHeader("*.a.org"), PathPattern("/*/*"), HttpHeader("X-Team", "???")], 6),
    ],
)
def test_a_route_with_more_wildcards_is_refused(match: Match, conditions: list[Condition], wildcards: int) -> None:
    assert refusals(lambda: route(match, conditions=conditions)) == [
        (
            f"number of wildcards of route {match.url!r}, {wildcards} is more than the 5 that AWS takes in a rule.",
            "Write fewer '*' and '?', or make two routes of it.",
        )
    ]


@pytest.mark.parametrize(
    ("kind", "conditions"),
    [
        ("HttpMethod", [GET, HttpMethod("POST")]),
        ("SourceIp", [SourceIp("10.0.0.0/8"), SourceIp("192.168.0.0/16")]),
        ("HostHeader", [HostHeader("a.example.com"), HostHeader("b.example.com")]),
        ("PathPattern", [PathPattern("/b"), PathPattern("/c")]),
    ],
)
def test_a_kind_of_condition_that_a_rule_has_once_is_not_given_twice(kind: str, conditions: list[Condition]) -> None:
    assert refusals(lambda: route(Exact("/a"), conditions=conditions)) == [
        (
            f"route '/a' {kind!r} is given more than once, and a rule has one of it.",
            f"Write all values in one {kind}.",
        )
    ]


def test_headers_and_query_strings_may_come_several_times() -> None:
    conditions = [RED, HttpHeader("X-Stage", "beta"), QueryString("a"), QueryString("b")]
    assert route(Exact("/a"), conditions=conditions).conditions == tuple(conditions)


URL, HOST = UrlRewrite("^/a", "/b"), HostRewrite("^a", "b")


@pytest.mark.parametrize(
    "backend",
    [
        Service("web", 80),
        Forward([(Service("web", 80), 1)]),
        TargetGroup(name="blue"),
    ],
)
def test_a_request_is_changed_before_a_target_gets_it(backend: Backend) -> None:
    assert route("/a", backend, transforms=[URL, HOST]).transforms == (URL, HOST)


@pytest.mark.parametrize("backend", [Redirect(path="/b"), FixedResponse(404)])
def test_a_request_that_no_target_gets_is_not_changed(backend: Backend) -> None:
    assert refusals(lambda: route("/a", backend, transforms=[URL, HOST])) == [
        (
            "transforms of route '/a', ['UrlRewrite', 'HostRewrite'] change what a target gets, and there is none.",
            "Leave them out, or send the request to a Service.",
        )
    ]


@pytest.mark.parametrize(
    ("kind", "transforms"),
    [("UrlRewrite", [URL, HOST, UrlRewrite("^/c", "/d")]), ("HostRewrite", [HOST, HostRewrite("^c", "d")])],
)
def test_a_part_of_a_request_is_changed_once(kind: str, transforms: list[Transform]) -> None:
    assert refusals(lambda: route("/a", transforms=transforms)) == [
        (f"route '/a' {kind!r} is given more than once, and a rule has one of it.", "Write one expression for both.")
    ]


@pytest.mark.parametrize(
    ("match", "condition"),
    [
        (Prefix("/a"), HostHeader(regex="^a")),
        (Prefix("a.example.com/a"), HostHeader("b.example.com")),
        (Prefix("/a"), HostHeader("b.example.com")),
        (Prefix("/a"), PathPattern("/b/*")),
        (Exact("/"), PathPattern("/b/*")),
        (Pattern("/a*"), PathPattern("/b/*")),
        (Regex("/a"), PathPattern(regex="^/b")),
        (Regex("/a"), HostHeader(regex="^a")),
        (Regex("a.example.com/a"), HostHeader("b.example.com")),
    ],
)
def test_patterns_and_expressions_that_do_not_meet_are_taken(match: Match, condition: Condition) -> None:
    assert route(match, conditions=[condition]).conditions == (condition,)


NOTHING = ("add nothing, since the route takes every path.", "Write one of them as the route's own path.")


@pytest.mark.parametrize(
    ("match", "condition", "expected"),
    [
        (
            Prefix("a.example.com/a"),
            HostHeader(regex="^b"),
            (
                "hosts of route 'a.example.com/a', ('^b',) are expressions, while the route's own host is none.",
                "Leave the host out of the route: '/a'.",
            ),
        ),
        (Prefix("/"), PathPattern("/b"), (f"further paths of route '/', ('/b',) {NOTHING[0]}", NOTHING[1])),
        (Pattern("/*"), PathPattern("/b"), (f"further paths of route '/*', ('/b',) {NOTHING[0]}", NOTHING[1])),
        (
            Prefix("/a"),
            PathPattern(regex="^/b"),
            (
                "further paths of route '/a', ('^/b',) are expressions, while the route's own path is none.",
                "Write both as expressions, the route's as Regex(…), or neither.",
            ),
        ),
        (
            Regex("/a"),
            PathPattern("/b"),
            (
                "further paths of route '/a', ('/b',) are patterns, while the route's own path is an expression.",
                "Write both as expressions, the route's as Regex(…), or neither.",
            ),
        ),
    ],
)
def test_patterns_and_expressions_that_would_meet_are_refused(
    match: Match, condition: Condition, expected: tuple[str, str]
) -> None:
    assert refusals(lambda: route(match, conditions=[condition])) == [expected]


def test_a_route_tells_all_its_mistakes_at_once_and_where_it_was_written() -> None:
    with pytest.raises(Refused) as refused:
        route("/", Redirect(path="/b"), line=7, order=2**31, conditions=[GET, methods(5)], transforms=[URL])
    assert {problem.source for problem in refused.value.problems} == {Source("Shop/Ingress/Shop", "shop.py", 7)}
    assert len(refused.value.problems) == 4


def test_a_problem_of_a_route_names_its_line() -> None:
    with pytest.raises(Refused) as refused:
        route("/a", Redirect(path="/b"), line=7, transforms=[URL])
    assert refused.value.problems == (
        Problem(
            "transforms of route '/a', ['UrlRewrite'] change what a target gets, and there is none.",
            "Leave them out, or send the request to a Service.",
            Source("Shop/Ingress/Shop", "shop.py", 7),
        ),
    )


def test_tokens_in_conditions_count_as_the_values_that_they_are() -> None:
    assert route(Exact("/a"), conditions=[HttpHeader("X-Team", [TOKEN] * 4)]).conditions
    assert len(reasons(lambda: route("/a", conditions=[HttpHeader("X-Team", [TOKEN] * 4)]))) == 1


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"conditions": ["GET"]}, "entry in conditions of route '/a', 'GET' is none."),
        ({"transforms": ["/b"]}, "entry in transforms of route '/a', '/b' is none."),
    ],
)
def test_what_is_no_condition_or_transform_is_refused(given: dict[str, Any], reason: str) -> None:
    assert reasons(lambda: route("/a", **given)) == [reason]
