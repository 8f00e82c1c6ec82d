from __future__ import annotations

import re

import pytest

from eks_ingress.routing.match import Pattern
from eks_ingress.routing.regex import Regex
from tests.routing.refusals import reasons, refusals

TOKEN = "${Token[TOKEN.12]}"


@pytest.mark.parametrize(
    ("url", "host", "path"),
    [
        ("shop.example.com/v[0-9]+/users", "shop.example.com", "/v[0-9]+/users"),
        ("*.example.com/.*", "*.example.com", "/.*"),
        ("/[a-z]{1,3}", None, "/[a-z]{1,3}"),
        ("/a/b(/c)?", None, "/a/b(/c)?"),
        ("/https://.*", None, "/https://.*"),
        (f"{TOKEN}/x", TOKEN, "/x"),
    ],
)
def test_the_path_of_a_route_may_be_an_expression(url: str, host: str | None, path: str) -> None:
    assert (Regex(url).host, Regex(url).path) == (host, path)


def test_an_expression_has_the_path_type_of_a_pattern() -> None:
    assert Regex("/a.*").type == Pattern("/a.*").type == "ImplementationSpecific"


@pytest.mark.parametrize(
    ("path", "regex"),
    [
        ("/v[0-9]+", "^/v[0-9]+$"),
        ("/(a|b)/c", "^(/(a|b)/c)$"),
        ("/a|/b", "^(/a|/b)$"),
        (f"/{TOKEN}", f"^(/{TOKEN})$"),
    ],
)
def test_the_load_balancer_compares_with_the_whole_path(path: str, regex: str) -> None:
    assert Regex(f"shop.example.com{path}").regex == regex


@pytest.mark.parametrize("expression", ["/v[0-9]+", "/a|/b", "/a|/b|/c/.*", "/(a|b)?", "/.*b", "/"])
@pytest.mark.parametrize("path", ["/", "/a", "/b", "/ab", "/aa", "/x/b", "/a/b", "/c/", "/c/d", "/v1", "/v12", "/v1/x", "/xv1"])
def test_what_is_compared_matches_what_the_expression_matches_as_a_whole(expression: str, path: str) -> None:
    assert bool(re.search(Regex(expression).regex, path)) is bool(re.fullmatch(expression, path))


def test_an_expression_may_match_any_path() -> None:
    assert Regex("/v[0-9]+").globs == ("*",)


@pytest.mark.parametrize("path", ["/" + "a" * 125, "/a|" + "a" * 121, "/" + TOKEN + "a" * 200, f"/(?={TOKEN})"])
def test_an_expression_has_at_most_128_characters_with_its_ends(path: str) -> None:
    assert Regex(path).path == path


@pytest.mark.parametrize(
    ("path", "regex", "length"),
    [("/" + "a" * 126, "^/" + "a" * 126 + "$", 129), ("/a|" + "a" * 122, "^(/a|" + "a" * 122 + ")$", 129)],
)
def test_a_longer_expression_is_refused(path: str, regex: str, length: int) -> None:
    assert refusals(lambda: Regex(path)) == [
        (f"path of route {path!r}, {regex!r} has {length} characters.", "A load balancer takes at most 128.")
    ]


@pytest.mark.parametrize(
    ("path", "reason", "remedy"),
    [
        (
            "/(?=a)",
            "path of route '/(?=a)', '^/(?=a)$' has what a load balancer does not support: lookahead.",
            "Write it without; groups, sets, '|' and quantifiers are supported.",
        ),
        (
            "/ä",
            "path of route '/ä', '^/ä$' has a character other than visible ASCII, with which a load balancer never compares.",
            "Write '.' in its place.",
        ),
    ],
)
def test_what_no_load_balancer_reads_is_refused(path: str, reason: str, remedy: str) -> None:
    assert refusals(lambda: Regex(path)) == [(reason, remedy)]


def test_an_expression_that_cannot_be_read_is_refused() -> None:
    ((reason, remedy),) = refusals(lambda: Regex("/a("))
    assert reason.startswith("path of route '/a(', '^/a($' cannot be read as a regular expression: ")
    assert remedy == "Write one such as '^/v[0-9]+/'."


@pytest.mark.parametrize("url", ["shop.example.com", "https://shop.example.com/a", "Shop.example.com/a", "shop/a", "*/a"])
def test_a_host_is_written_as_ever(url: str) -> None:
    assert reasons(lambda: Regex(url)) == reasons(lambda: Pattern(url))


def test_an_expression_may_hold_what_a_pattern_may_not() -> None:
    assert Regex("/a//b/../[c]{2}").path == "/a//b/../[c]{2}"
