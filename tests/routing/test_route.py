from __future__ import annotations

import re
from itertools import pairwise, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eks_ingress.routing.match import Exact, Match, Pattern, Prefix
from eks_ingress.routing.route import Route, globs_meet, overlap
from tests.routing.routes import route

TOKEN = "${Token[TOKEN.12]}"

IN_ORDER = [
    route("/z", order=-1),
    route(Exact("a.example.com/b")),
    route(Exact("a.example.com/long/path")),
    route("a.example.com/long/path"),
    route("a.example.com/long"),
    route("a.example.com/"),
    route(Pattern("a.example.com/long/*.png")),
    route(Pattern("a.example.com/long/???")),
    route(Pattern("a.example.com/*")),
    route("b.example.com/"),
    route(Exact("*.a.example.com/b")),
    route("*.a.example.com/"),
    route(Exact("*.example.com/b")),
    route(Pattern("*.example.com/*")),
    route(Exact("/b")),
    route("/long/path/without/host"),
    route("/"),
    route(Pattern("/*")),
    route(Exact("a.example.com/first"), order=1),
]


@pytest.mark.parametrize(("before", "after"), list(pairwise(IN_ORDER)))
def test_the_more_specific_route_comes_first(before: Route, after: Route) -> None:
    assert before.precedence < after.precedence


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
    ],
)
def test_routes_overlap_where_some_request_matches_both(one: Match, other: Match, expected: bool) -> None:
    assert overlap(one, other) is expected
    assert overlap(other, one) is expected
