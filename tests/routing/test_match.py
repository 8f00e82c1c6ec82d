from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eks_ingress.refusal import Problem, Refused
from eks_ingress.routing.match import Exact, Match, Pattern, Prefix
from tests.routing.refusals import reasons, refusals

TOKEN = "${Token[TOKEN.12]}"
LONG_HOST = ".".join(["a" * 60] * 2 + ["com"])  # 125 characters


@pytest.mark.parametrize(
    ("url", "host", "path"),
    [
        ("shop.example.com/", "shop.example.com", "/"),
        ("shop.example.com/cart", "shop.example.com", "/cart"),
        ("*.example.com/", "*.example.com", "/"),
        ("a-1.example.com/x", "a-1.example.com", "/x"),
        ("1.example.com/", "1.example.com", "/"),
        ("example.com/a/b/", "example.com", "/a/b/"),
        ("/", None, "/"),
        ("/cart", None, "/cart"),
        ("/_-.$~\"'@:+&", None, "/_-.$~\"'@:+&"),
        (f"{LONG_HOST}/", LONG_HOST, "/"),
        (f"bcd{LONG_HOST}/", f"bcd{LONG_HOST}", "/"),
    ],
)
def test_a_route_is_a_host_and_a_path(url: str, host: str | None, path: str) -> None:
    route = Prefix(url)
    assert (route.host, route.path) == (host, path)


@pytest.mark.parametrize(
    ("match", "globs"),
    [
        (Prefix("/"), ("/*",)),
        (Prefix("shop.example.com/"), ("/*",)),
        (Prefix("/cart"), ("/cart", "/cart/*")),
        (Prefix("/cart/"), ("/cart", "/cart/*")),
        (Prefix("/cart/items"), ("/cart/items", "/cart/items/*")),
        (Exact("/"), ("/",)),
        (Exact("/cart"), ("/cart",)),
        (Exact("/cart/"), ("/cart/",)),
        (Pattern("/"), ("/",)),
        (Pattern("/img/*.png"), ("/img/*.png",)),
        (Pattern("/v?/"), ("/v?/",)),
        (Pattern("*.example.com/*"), ("/*",)),
    ],
)
def test_the_path_patterns_of_a_route(match: Match, globs: tuple[str, ...]) -> None:
    assert match.globs == globs


@pytest.mark.parametrize(("word", "name"), [(Prefix, "Prefix"), (Exact, "Exact"), (Pattern, "ImplementationSpecific")])
def test_each_word_has_its_path_type(word: type[Match], name: str) -> None:
    assert word("/cart").type == name


@pytest.mark.parametrize("word", [Prefix, Exact, Pattern])
@pytest.mark.parametrize(
    "url",
    [
        f"{TOKEN}/",
        f"{TOKEN}.example.com/",
        f"*.{TOKEN}/",
        f"SHOP.{TOKEN}/",
        f"/{TOKEN}",
        f"shop.example.com/{TOKEN}/x",
        f"{TOKEN}/{TOKEN}",
        f"/{TOKEN}" + "x" * 200,
        f"{TOKEN}{'x' * 200}/",
    ],
)
def test_a_token_passes_as_it_is(word: type[Match], url: str) -> None:
    assert word(url).url == url


@pytest.mark.parametrize(
    ("url", "reason", "remedy"),
    [
        (
            "https://shop.example.com/cart",
            "route 'https://shop.example.com/cart' holds a scheme, which is the listener's business.",
            "Write 'shop.example.com/cart', and choose HTTP or HTTPS with `listeners=`.",
        ),
        (
            "shop.example.com",
            "route 'shop.example.com' has no path: a path begins with '/'.",
            "Write 'shop.example.com/' if it is a host, '/shop.example.com' if it is a path.",
        ),
        (
            "",
            "route '' has no path: a path begins with '/'.",
            "Write '/' if it is a host, '/' if it is a path.",
        ),
        (
            "*/cart",
            "host of route '*/cart', '*' stands for any host, which is said by leaving it out.",
            "Write '/cart'.",
        ),
        (
            "Shop.example.com/",
            "host of route 'Shop.example.com/', 'Shop.example.com' has upper-case letters, which Kubernetes refuses.",
            "Write 'shop.example.com/'.",
        ),
        (
            "shop.example.com:8080/cart",
            "host of route 'shop.example.com:8080/cart', 'shop.example.com:8080' holds a port, which is the listener's business.",
            "Write 'shop.example.com/cart'.",
        ),
        (
            "shop.*.com/",
            "host of route 'shop.*.com/', 'shop.*.com' has a '*' that is not its whole first label.",
            "Write '*.' in front of a domain: '*.example.com/'.",
        ),
        (
            "*shop.example.com/",
            "host of route '*shop.example.com/', '*shop.example.com' has a '*' that is not its whole first label.",
            "Write '*.' in front of a domain: '*.example.com/'.",
        ),
        (
            "localhost/",
            "host of route 'localhost/', 'localhost' is not a host name that a load balancer takes: "
            "labels of letters, digits and '-', joined by '.', the last of letters only.",
            "Write a full name such as 'shop.example.com', or leave the host out.",
        ),
    ],
)
def test_a_refused_route_or_host_says_why_and_what_to_write(url: str, reason: str, remedy: str) -> None:
    assert refusals(lambda: Prefix(url)) == [(reason, remedy)]


@pytest.mark.parametrize(
    "host",
    [
        "10.0.0.1",
        "shop.example.c0m",
        "shop.example.com.",
        ".example.com",
        "shop..com",
        "-shop.example.com",
        "shop-.example.com",
        "sh_op.example.com",
        "shop example.com",
        "bücher.example.com",
        "?.example.com",
        "*.*.example.com",
        "*.",
        f"a.b.{LONG_HOST}",
    ],
)
def test_a_host_that_no_load_balancer_takes_is_refused(host: str) -> None:
    (reason,) = reasons(lambda: Prefix(f"{host}/"))
    assert reason.startswith(f"host of route '{host}/', '{host}' ")


@pytest.mark.parametrize("url", ["/cart?id=1", "/a b", "/a%20b", "/caf\u00e9", "/a#b", "/a,b", "/a|b", "/a{b}", "/a\n"])
def test_a_character_that_no_load_balancer_takes_in_a_path_is_refused(url: str) -> None:
    ((reason, remedy),) = refusals(lambda: Pattern(url))
    assert reason.endswith(" holds a character that a load balancer refuses in a path.")
    assert remedy == "Use letters, digits and _ - . $ / ~ \" ' @ : + & only; query strings are not part of a path."


@pytest.mark.parametrize(
    ("word", "kind"),
    [(Exact, "an exact"), (Prefix, "a prefix")],
)
@pytest.mark.parametrize("path", ["/*", "/img/*.png", "/v?"])
def test_a_wildcard_is_for_patterns_only(word: type[Match], kind: str, path: str) -> None:
    assert refusals(lambda: word(path)) == [
        (
            f"path of route {path!r}, {path!r} has a wildcard, which the controller refuses in {kind} path.",
            f"Write Pattern({path!r}) for a pattern, or leave the wildcard out: a prefix takes all below it.",
        )
    ]


@pytest.mark.parametrize("word", [Exact, Prefix])
@pytest.mark.parametrize("path", ["//", "/a//b", "/./a", "/a/./b", "/../a", "/a/../b", "/a/.", "/a/..", "/.", "/.."])
def test_an_empty_or_relative_part_is_refused(word: type[Match], path: str) -> None:
    assert refusals(lambda: word(path)) == [
        (
            f"path of route {path!r}, {path!r} has an empty or relative part, which Kubernetes refuses.",
            "Write the path as clients send it: '/a/b'.",
        )
    ]


@pytest.mark.parametrize("path", ["/a.", "/.a", "/a..b", "/...", "/.well-known/x"])
def test_a_dot_in_a_part_is_no_relative_part(path: str) -> None:
    assert Exact(path).path == path


@pytest.mark.parametrize(
    ("word", "longest"),
    [(Exact, 128), (Pattern, 128), (Prefix, 126)],
)
def test_a_path_pattern_has_at_most_128_characters(word: type[Match], longest: int) -> None:
    assert len(word("/" + "a" * (longest - 1)).path) == longest
    path = "/" + "a" * longest
    assert refusals(lambda: word(path)) == [
        (
            f"path of route {path!r}, {path!r} makes a path pattern of 129 characters.",
            "A load balancer takes at most 128; shorten it by 1.",
        )
    ]


def test_a_slash_at_the_end_of_a_prefix_costs_nothing() -> None:
    assert len(Prefix("/" + "a" * 125 + "/").globs[1]) == 128


def test_two_mistakes_are_told_at_once() -> None:
    assert [reason.partition(" has ")[2] for reason in reasons(lambda: Prefix("Shop.example.com/a*"))] == [
        "upper-case letters, which Kubernetes refuses.",
        "a wildcard, which the controller refuses in a prefix path.",
    ]


def test_two_mistakes_of_a_path_are_told_at_once() -> None:
    assert len(reasons(lambda: Exact("/a//b%20*"))) == 3


def test_two_mistakes_of_a_host_are_told_at_once() -> None:
    said = " ".join(reasons(lambda: Prefix("Shop.example.com:8080/")))
    assert "upper-case" in said
    assert "holds a port" in said


def test_a_host_that_is_too_long_is_told_so() -> None:
    host = ".".join(["a" * 60] * 3 + ["com"])
    (reason,) = reasons(lambda: Prefix(f"{host}/"))
    assert "128" in reason or "186 characters" in reason


@pytest.mark.parametrize(
    ("url", "better"),
    [
        ("https://shop.example.com/cart", "shop.example.com/cart"),
        ("https://shop.example.com", "shop.example.com/"),
        ("*/cart", "/cart"),
        ("SHOP.example.com/", "shop.example.com/"),
        ("shop.example.com:80/", "shop.example.com/"),
    ],
)
def test_what_a_refusal_proposes_is_accepted(url: str, better: str) -> None:
    ((_, remedy),) = refusals(lambda: Prefix(url))
    assert f"Write {better!r}" in remedy
    assert Prefix(better).url == better


def test_a_scheme_within_a_path_is_part_of_the_path() -> None:
    assert Pattern("shop.example.com/proxy/http://*").path == "/proxy/http://*"


@pytest.mark.parametrize("url", [None, 80, b"/cart"])
def test_what_is_no_text_is_refused(url: object) -> None:
    assert refusals(lambda: Prefix(url)) == [  # type: ignore[arg-type]
        (f"route {url!r} is not text.", "Write host and path: 'shop.example.com/cart'.")
    ]


def outcome(word: type[Match], url: str) -> Match | tuple[Problem, ...]:
    try:
        return word(url)
    except Refused as refused:
        return refused.problems


@pytest.mark.parametrize("word", [Prefix, Exact, Pattern])
@settings(deadline=None, derandomize=True, max_examples=50)
@given(url=st.text(alphabet="aB1.*?/:-_%$ ", max_size=20))
def test_any_text_is_taken_as_it_is_or_refused_by_name(word: type[Match], url: str) -> None:
    found = outcome(word, url)
    if isinstance(found, Match):
        assert f"{found.host or ''}{found.path}" == url
        assert all(glob.startswith("/") and len(glob) <= 128 for glob in found.globs)
    else:
        assert found
        assert all(repr(url) in problem.reason for problem in found)
