"""Whatever routes there are, the Ingress objects answer each request as the stated precedence says."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from eks_ingress.manifests.ingress import manifest
from eks_ingress.manifests.manifest import Manifest
from eks_ingress.routing.auth import Oidc
from eks_ingress.routing.backend import FixedResponse, Service
from eks_ingress.routing.compiler import compile_routes
from eks_ingress.routing.conditions import HttpHeader, HttpMethod
from eks_ingress.routing.health import HealthCheck
from eks_ingress.routing.listener import Listener
from eks_ingress.routing.match import Exact, Match, Pattern, Prefix
from eks_ingress.routing.regex import Regex
from eks_ingress.routing.route import Route
from tests.routing.evaluation import Answer, Request, by_objects, matches
from tests.routing.routes import HERE, balancer, route

HTTPS = balancer(listeners=(Listener.https(),))
SIGN_IN = Oidc(
    "https://id.example.com", "https://id.example.com/auth", "https://id.example.com/token", "https://id.example.com/user", "client"
)
WORDS: dict[str, type[Match]] = {"Exact": Exact, "Prefix": Prefix, "Pattern": Pattern, "Regex": Regex}


@dataclass(frozen=True)
class Wish:
    """A route as the test sees it."""

    type: str
    host: str | None
    path: str
    order: int
    namespace: str
    health_path: str | None
    answers: bool
    """Whether the load balancer itself answers."""
    method: str | None
    header: str | None
    signs_in: bool

    def takes(self, request: Request) -> bool:
        return (
            (self.host is None or matches(self.host, request.host))
            and self.takes_path(request.path)
            and self.method in (None, request.method)
            and (self.header is None or request.headers.get("X-Team") == self.header)
        )

    def takes_path(self, path: str) -> bool:
        if self.type == "Regex":
            return re.fullmatch(self.path, path) is not None
        if self.type != "Prefix":
            return matches(self.path, path)
        stem = self.path.rstrip("/")
        return not stem or path == stem or path.startswith(f"{stem}/")

    @property
    def rank(self) -> tuple[Any, ...]:
        """The order that is promised: `order`, then host, then path, then conditions."""
        wildcard = self.host is not None and self.host.startswith("*")
        return (
            self.order,
            2 if self.host is None else 1 if wildcard else 0,
            -len(self.host or "") if wildcard else 0,
            self.host or "",
            ["Exact", "Prefix", "Pattern", "Regex"].index(self.type),
            0 if self.type == "Exact" else -len(re.sub(r"[*?]", "", self.path)),
            self.path,
            -((self.method is not None) + (self.header is not None)),
        )

    def route(self, number: int) -> Route:
        backend = Service(
            "api",
            1000 + number,
            namespace=None if self.namespace == "web" else self.namespace,
            health_check=None if self.health_path is None else HealthCheck(path=self.health_path),
        )
        conditions = [HttpMethod(self.method)] if self.method else []
        return route(
            WORDS[self.type](f"{self.host or ''}{self.path}"),
            FixedResponse(200, f"answer {number}") if self.answers else backend,
            order=self.order,
            conditions=[*conditions, *([HttpHeader("X-Team", self.header)] if self.header else [])],
            auth=SIGN_IN if self.signs_in else None,
        )

    def answer(self, number: int) -> Answer:
        auth = "oidc" if self.signs_in else None
        if self.answers:
            return Answer(f"answer {number}", None, auth)
        return Answer(f"{self.namespace}/api:{1000 + number}", self.health_path, auth)


def wishes(types: Sequence[str], paths: Sequence[str]) -> st.SearchStrategy[Wish]:
    return st.builds(
        Wish,
        type=st.sampled_from(types),
        host=st.sampled_from((None, "a.example.com", "b.example.com", "*.example.com", "*.a.example.com")),
        path=st.sampled_from(paths),
        order=st.sampled_from((0, 0, 0, 0, 1, -1)),
        namespace=st.sampled_from(("web", "web", "cart")),
        health_path=st.sampled_from((None, None, "/up", "/ready")),
        answers=st.sampled_from((False, False, False, True)),
        method=st.sampled_from((None, None, None, "GET", "POST")),
        header=st.sampled_from((None, None, None, "red", "blue")),
        signs_in=st.sampled_from((False, False, False, True)),
    )


WISHES = st.lists(
    wishes(("Exact", "Prefix"), ("/", "/a", "/a/", "/a/b", "/a/b/c", "/ab", "/b", "/b/a"))
    | wishes(("Exact", "Prefix"), ("/", "/a", "/a/b", "/a/b/c"))
    | wishes(("Pattern",), ("/*", "/a*", "/*b", "/a/?", "/?", "/a/*/c", "/*/b", "/b", "/a/b*"))
    | wishes(("Regex",), ("/a/.*", "/[ab]", "/a(/b)?", "/.*b")),
    min_size=1,
    max_size=10,
    unique_by=lambda wish: (wish.host, wish.path.rstrip("/") or "/", wish.type, wish.method, wish.header),
)
REQUESTS = [
    Request(host, path, method, headers)
    for host in ("a.example.com", "b.example.com", "x.a.example.com", "other.org")
    for path in ("/", "/a", "/a/", "/a/b", "/a/b/c", "/ab", "/b", "/b/a", "/c", "/a/x/c")
    for method, headers in (("GET", {}), ("POST", {"X-Team": "red"}), ("PUT", {"X-Team": "blue"}))
]


def routes_of(found: Sequence[Wish]) -> list[Route]:
    return [wish.route(number) for number, wish in enumerate(found)]


def made(routes: Sequence[Route]) -> list[Manifest]:
    return [manifest(ingress) for ingress in compile_routes(HTTPS, routes, HERE)]


@settings(derandomize=True, max_examples=400)
@given(WISHES)
def test_each_request_gets_what_the_precedence_says(found: list[Wish]) -> None:
    objects = made(routes_of(found))
    for request in REQUESTS:
        wanted = sorted((wish.rank, number) for number, wish in enumerate(found) if wish.takes(request))
        expected = found[wanted[0][1]].answer(wanted[0][1]) if wanted else None
        assert told(by_objects(objects, request), expected) == expected, request


def told(answer: Answer | None, expected: Answer | None) -> Answer | None:
    """The answer without what concerns targets where there are none: an answer of the load balancer lives beside any of them."""
    if answer is not None and expected is not None and answer.backend.startswith("answer"):
        return Answer(answer.backend, None, answer.auth)
    return answer


@settings(derandomize=True, max_examples=150)
@given(WISHES, st.randoms(use_true_random=False))
def test_any_order_of_routes_makes_the_same_objects(found: list[Wish], random: Random) -> None:
    routes = routes_of(found)
    shuffled = list(routes)
    random.shuffle(shuffled)
    assert made(routes) == made(shuffled)


@settings(derandomize=True, max_examples=150)
@given(WISHES)
def test_names_and_group_orders_are_unique(found: list[Wish]) -> None:
    objects = made(routes_of(found))
    orders = [int(x.annotations["alb.ingress.kubernetes.io/group.order"]) for x in objects]
    assert orders == list(range(1 - len(objects), 1))
    assert len({(x.namespace, x.name) for x in objects}) == len(objects)


@settings(derandomize=True, max_examples=150)
@given(WISHES)
def test_there_are_as_few_objects_as_any_order_of_the_homes_allows(found: list[Wish]) -> None:
    """Compared with all ways to cut the routes, tried one by one."""
    routes = sorted(routes_of(found)[:6], key=lambda route: route.precedence)
    assert len(compile_routes(HTTPS, routes, HERE)) == fewest(routes)


def fewest(routes: Sequence[Route]) -> int:
    """The least number of runs by looking at every order in which routes could be written, without thinking."""
    homes = [home(route) for route in routes]
    later = {i: {j for j in range(i + 1, len(routes)) if meet(routes[i], routes[j])} for i in range(len(routes))}
    best: dict[tuple[frozenset[int], object], int] = {(frozenset(), None): 0}
    for _ in routes:
        step: dict[tuple[frozenset[int], object], int] = {}
        for (done, last), runs in best.items():
            for i in range(len(routes)):
                if i in done or not later[i] <= done:
                    continue
                for place in homes[i]:
                    key = (done | {i}, place)
                    step[key] = min(step.get(key, 99), runs + (place != last))
        best = step
    return min(best.values())


def home(route: Route) -> list[object]:
    """The homes that a route may have: namespace, health check, sign-in; one without targets may have any."""
    if isinstance(route.backend, Service):
        return [(route.backend.namespace or "web", route.backend.health_check, route.auth is None)]
    spaces = ("web",) if route.auth else ("web", "cart")
    checks = (None, HealthCheck(path="/up"), HealthCheck(path="/ready"))
    return [(space, check, route.auth is None) for space in spaces for check in checks]


def meet(one: Route, other: Route) -> bool:
    from eks_ingress.routing.route import overlap  # noqa: PLC0415

    return overlap(one, other)


@settings(derandomize=True, max_examples=300)
@given(WISHES, st.data())
def test_one_route_more_leaves_the_names_of_unchanged_objects(found: list[Wish], data: st.DataObject) -> None:
    """The one exception: what was the last Ingress of its home, and has to make room for one that must come after it."""
    number = data.draw(st.integers(0, len(found) - 1))
    routes = routes_of(found)
    before, after = made([*routes[:number], *routes[number + 1 :]]), made(routes)
    names = {(x.namespace, x.name): x for x in after}
    for old in before:
        same = [new for new in after if new.body["spec"] == old.body["spec"] and new.namespace == old.namespace]
        if same and old.name not in {new.name for new in same}:
            assert (old.namespace, old.name) in names, "its name went to the one that comes after it"
