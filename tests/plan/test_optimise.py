from __future__ import annotations

from collections.abc import Sequence

import pytest

from eks_ingress.plan.model import Action, Forward, RedirectTo, Respond, Rule, Target
from eks_ingress.plan.optimise import optimise
from eks_ingress.source import Source
from tests.plan.objects import ingress, lines, listener, path, rule

HOSTS = ("www.example.com", "app.example.com")
PATHS = ("/www", "/app")
ELSEWHERE = RedirectTo("HTTP_301", host="home.example.com")
ANSWER = Respond("200")
FORWARD = Forward((Target("shop/web:80"),))


def made(action: Action, hosts: tuple[str, ...] = (), paths: tuple[str, ...] = ()) -> Rule:
    return Rule(hosts, paths, action, Source())


def kept(rules: Sequence[Rule]) -> list[int]:
    """Which of the rules stay on the HTTPS listener on port 443."""
    staying, left_out = optimise(443, "HTTPS", rules)
    assert len(staying) + len(left_out) == len(rules)
    return [number for number, rule in enumerate(rules) if any(rule is x for x in staying)]


@pytest.mark.parametrize(
    ("redirect", "to_itself"),
    [
        (RedirectTo("HTTP_301"), True),
        (RedirectTo("HTTP_302"), True),
        (RedirectTo("HTTP_301", "#{host}", "/#{path}", "#{port}", "#{protocol}", "#{query}"), True),
        (RedirectTo("HTTP_301", host="app.example.com"), True),
        (RedirectTo("HTTP_301", host="home.example.com"), False),
        (RedirectTo("HTTP_301", host="APP.example.com"), False),
        (RedirectTo("HTTP_301", path="/app"), True),
        (RedirectTo("HTTP_301", path="/home"), False),
        (RedirectTo("HTTP_301", path="/app/#{path}"), False),
        (RedirectTo("HTTP_301", port="443"), True),
        (RedirectTo("HTTP_301", port="80"), False),
        (RedirectTo("HTTP_301", protocol="HTTPS"), True),
        (RedirectTo("HTTP_301", protocol="HTTP"), False),
        (RedirectTo("HTTP_301", query="a=b"), False),
        (RedirectTo("HTTP_301", query=""), False),
        (RedirectTo("HTTP_301", host="app.example.com", path="/www", port="443", protocol="HTTPS"), True),
        (RedirectTo("HTTP_301", host="app.example.com", path="/home"), False),
    ],
)
def test_a_redirect_to_itself_is_left_out(redirect: RedirectTo, to_itself: bool) -> None:
    assert kept([made(redirect, HOSTS, PATHS)]) == ([] if to_itself else [0])


@pytest.mark.parametrize(
    ("port", "protocol", "stays"), [(443, "HTTPS", False), (80, "HTTP", True), (443, "HTTP", True), (8443, "HTTPS", True)]
)
def test_a_redirect_to_https_is_left_out_on_that_listener_alone(port: int, protocol: str, stays: bool) -> None:
    redirect = made(RedirectTo("HTTP_301", port="443", protocol="HTTPS"), paths=("/*",))
    assert optimise(port, protocol, [redirect]) == (([redirect], []) if stays else ([], [redirect]))


@pytest.mark.parametrize(
    ("earlier", "later", "covered"),
    [
        ((HOSTS, ()), (("app.example.com",), ()), True),
        ((HOSTS, ()), (("home.example.com",), ()), False),
        ((HOSTS, ()), ((), ()), False),
        ((HOSTS, ()), (("app.example.com", "home.example.com"), ()), False),
        (((), PATHS), ((), ("/app",)), True),
        (((), PATHS), ((), ("/home",)), False),
        (((), PATHS), ((), ()), False),
        (((), ("/www", "/*")), ((), ("/home",)), True),
        (((), ("/*",)), ((), ()), True),
        (((), ("/*",)), (HOSTS, ("/home",)), True),
        ((HOSTS, PATHS), (("app.example.com",), ("/app",)), True),
        ((HOSTS, PATHS), (("app.example.com",), ("/home",)), False),
        ((HOSTS, PATHS), (("home.example.com",), ("/app",)), False),
        ((("*.example.com",), ()), (("app.example.com",), ()), False),
        (((), ("/app*",)), ((), ("/app",)), False),
        (((), ()), (HOSTS, PATHS), True),
    ],
)
def test_what_an_earlier_redirect_takes_is_left_out(
    earlier: tuple[tuple[str, ...], tuple[str, ...]], later: tuple[tuple[str, ...], tuple[str, ...]], covered: bool
) -> None:
    assert kept([made(ELSEWHERE, *earlier), made(ANSWER, *later)]) == ([0] if covered else [0, 1])


@pytest.mark.parametrize("action", [FORWARD, ANSWER])
def test_what_an_earlier_rule_of_another_kind_takes_stays(action: Action) -> None:
    assert kept([made(action, paths=("/*",)), made(FORWARD, paths=("/app",))]) == [0, 1]


@pytest.mark.parametrize("action", [FORWARD, ANSWER, RedirectTo("HTTP_301", host="other.example.com")])
def test_a_rule_of_any_kind_is_left_out_behind_a_redirect(action: Action) -> None:
    assert kept([made(ELSEWHERE, paths=("/*",)), made(action, paths=("/app",))]) == [0]


def test_a_redirect_to_itself_covers_nothing() -> None:
    rules = [
        made(RedirectTo("HTTP_301", path="/app"), paths=("/www",)),
        made(RedirectTo("HTTP_301"), paths=("/*",)),
        made(ANSWER, paths=("/app",)),
    ]
    assert kept(rules) == [0, 2]


def test_a_redirect_for_all_covers_what_comes_after_it_alone() -> None:
    rules = [
        made(RedirectTo("HTTP_301", path="/app"), paths=("/www",)),
        made(ELSEWHERE, paths=("/*",)),
        made(ANSWER, paths=("/app",)),
        made(FORWARD, HOSTS),
    ]
    assert kept(rules) == [0, 1]


def test_rules_without_redirects_stay_as_they_are() -> None:
    rules = [made(FORWARD, paths=(f"/{n}",)) for n in range(3)]
    assert optimise(80, "HTTP", rules) == (rules, [])


def test_the_older_way_to_redirect_to_https_gives_each_listener_its_own_rules() -> None:
    manifest = ingress(
        rule(path("/*", None, "ssl-redirect:action"), path("/*", None, "web:80")),
        said={
            "listen-ports": [{"HTTP": 80}, {"HTTPS": 443}],
            "actions.ssl-redirect": {
                "type": "redirect",
                "redirectConfig": {"protocol": "HTTPS", "port": "443", "statusCode": "HTTP_301"},
            },
        },
    )
    redirect, forward = "any /* -> redirect 301 to https://#{host}:443/#{path}?#{query}", "any /* -> Service shop/web:80"
    plain, secure = listener(manifest, port=80), listener(manifest, port=443)
    assert (lines(plain.rules), lines(plain.dropped)) == ([redirect], [forward])
    assert (lines(secure.rules), lines(secure.dropped)) == ([forward], [redirect])


def test_the_rules_that_stay_are_numbered_without_gaps() -> None:
    manifest = ingress(
        rule(path("/a", to="self:action"), path("/b", to="web:80")),
        said={"actions.self": {"type": "redirect", "redirectConfig": {"statusCode": "HTTP_301"}}},
    )
    assert [(x.priority, x.paths[0]) for x in listener(manifest).rules] == [(1, "/b")]
