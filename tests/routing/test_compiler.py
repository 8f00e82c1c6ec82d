from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eks_ingress.plan.build import plan
from eks_ingress.plan.model import Forward, TargetGroup
from eks_ingress.refusal import Problem
from eks_ingress.routing.backend import Redirect, Service, TargetType
from eks_ingress.routing.compiler import compile_routes, repeated
from eks_ingress.routing.health import HealthCheck
from eks_ingress.routing.ingress import Ingress
from eks_ingress.routing.match import Exact, Match, Pattern, Prefix
from eks_ingress.routing.route import Route
from eks_ingress.source import Source
from tests.routing.routes import BALANCER, HERE, manifests, route

TOKEN = "${Token[TOKEN.12]}"
CHECKED = HealthCheck(path="/healthz")
OTHERWISE_CHECKED = HealthCheck(path="/ready")


def shape(ingresses: Sequence[Ingress]) -> list[tuple[str, list[tuple[str | None, list[str]]]]]:
    return [(x.name, [(rule.host, [path.path for path in rule.paths]) for rule in x.rules]) for x in ingresses]


def compiled(*routes: Route) -> list[tuple[str, list[tuple[str | None, list[str]]]]]:
    return shape(compile_routes(BALANCER, routes, HERE))


def test_routes_without_settings_of_their_own_make_one_ingress() -> None:
    assert compiled(route("/"), route("/cart"), route("a.example.com/")) == [
        ("shop", [("a.example.com", ["/"]), (None, ["/cart", "/"])])
    ]


def test_no_routes_make_no_ingress() -> None:
    assert compiled() == []


def test_a_service_with_a_health_check_of_its_own_has_an_ingress_of_its_own() -> None:
    assert compiled(route("/"), route("/api", Service("api", 80, CHECKED))) == [
        ("shop-api", [(None, ["/api"])]),
        ("shop", [(None, ["/"])]),
    ]


def test_a_service_with_a_target_type_of_its_own_has_an_ingress_of_its_own() -> None:
    ingresses = compile_routes(BALANCER, [route("/", Service("node", 80, target_type=TargetType.INSTANCE)), route("/a")], HERE)
    assert [(x.name, x.target_type) for x in ingresses] == [("shop", TargetType.IP), ("shop-node", TargetType.INSTANCE)]


def test_two_ports_of_a_service_with_the_same_settings_share_an_ingress() -> None:
    assert len(compiled(route("/a", Service("api", 80, CHECKED)), route("/b", Service("api", 81, CHECKED)))) == 1


def test_a_service_checked_in_two_ways_has_two_ingresses() -> None:
    assert compiled(route("/a", Service("api", 80, CHECKED)), route("/b", Service("api", 80, OTHERWISE_CHECKED))) == [
        ("shop-api", [(None, ["/a"])]),
        ("shop-api-2", [(None, ["/b"])]),
    ]


def test_a_run_is_cut_where_another_service_must_come_between() -> None:
    assert compiled(
        route("/a/b/c", Service("api", 80, CHECKED)), route("/a/b"), route("/a", Service("api", 80, CHECKED)), route("/")
    ) == [
        ("shop-api", [(None, ["/a/b/c"])]),
        ("shop", [(None, ["/a/b"])]),
        ("shop-api-2", [(None, ["/a"])]),
        ("shop-2", [(None, ["/"])]),
    ]


def test_routes_that_cannot_meet_change_places_to_save_an_ingress() -> None:
    assert len(compiled(route("/aaa", Service("api", 80, CHECKED)), route("/bb"), route("/c", Service("api", 80, CHECKED)))) == 2


def test_the_members_of_a_group_have_orders_from_zero() -> None:
    ingresses = compile_routes(BALANCER, [route("/"), route("/api", Service("api", 80, CHECKED))], HERE)
    assert [x.group_order for x in ingresses] == [0, 1]


def test_no_two_ingresses_have_the_same_name() -> None:
    names = [
        name
        for name, _ in compiled(
            route("/a", Service("api", 80, CHECKED)),
            route("/b", Service("api", 80, OTHERWISE_CHECKED)),
            route("/c", Service("api-2", 80, CHECKED)),
        )
    ]
    assert len(names) == len(set(names)) == 3


def test_what_is_said_of_the_balancer_holds_for_each_ingress() -> None:
    (ingress,) = compile_routes(BALANCER, [route("/")], HERE)
    assert ingress == Ingress(
        name="shop",
        namespace="web",
        class_name="alb",
        group_name="web.shop",
        group_order=0,
        scheme=BALANCER.scheme,
        listeners=BALANCER.listeners,
        target_type=TargetType.IP,
        health_check=HealthCheck(),
        rules=ingress.rules,
        source=HERE,
    )


def test_each_path_keeps_the_line_that_wrote_it() -> None:
    (ingress,) = compile_routes(BALANCER, [route("/", line=7), route("/cart", line=8)], HERE)
    assert [(path.path, path.source.line) for path in ingress.rules[0].paths] == [("/cart", 8), ("/", 7)]


def test_a_rule_ends_where_the_controller_would_change_the_order() -> None:
    assert compiled(route("/a", order=-1), route(Exact("/a/b")), route("/c/d/e")) == [
        ("shop", [(None, ["/a"]), (None, ["/a/b", "/c/d/e"])])
    ]


def test_prefixes_of_unknown_length_are_not_left_to_the_controller_to_sort() -> None:
    assert compiled(route(f"/a/{TOKEN}"), route("/a")) == [("shop", [(None, [f"/a/{TOKEN}"]), (None, ["/a"])])]


def test_routes_in_another_order_make_the_same_ingresses() -> None:
    routes = [route("/"), route("/api", Service("api", 80, CHECKED)), route("*.example.com/"), route("a.example.com/x")]
    assert compile_routes(BALANCER, routes, HERE) == compile_routes(BALANCER, routes[::-1], HERE)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("/a", "/a"),
        ("/a", "/a/"),
        ("a.example.com/a", "a.example.com/a/"),
        ("/", Pattern("/*")),
        (Exact("/a"), Pattern("/a")),
        (Exact("/"), Pattern("/")),
        (f"{TOKEN}/", f"{TOKEN}/"),
    ],
)
def test_routes_that_take_the_same_requests_are_told(one: str | Match, other: str | Match) -> None:
    first, second = route(one, line=1), route(other, Redirect(host="b.example.com"), order=1, line=2)
    assert list(repeated([first, second])) == [
        Problem(
            f"route {second.match.url!r} takes the same requests as {first.match.url!r} in Shop/Ingress/Shop  (shop.py:1).",
            "Keep one of them; only the first would ever be used.",
            Source("Shop/Ingress/Shop", "shop.py", 2),
        )
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("/a", "/b"),
        ("/a", Exact("/a")),
        ("/a", Pattern("/a/*")),
        (Exact("/a"), Exact("/a/")),
        ("a.example.com/", "b.example.com/"),
        ("a.example.com/", "/"),
        ("a.example.com/", "*.example.com/"),
        (f"{TOKEN}/", "a.example.com/"),
    ],
)
def test_routes_that_take_other_requests_are_not_told(one: str | Match, other: str | Match) -> None:
    assert list(repeated([route(one), route(other)])) == []


def test_each_repetition_is_told() -> None:
    assert [problem.source for problem in repeated([route("/", line=n) for n in (1, 2, 3)])] == [
        Source("Shop/Ingress/Shop", "shop.py", 2),
        Source("Shop/Ingress/Shop", "shop.py", 3),
    ]


@dataclass(frozen=True)
class Wish:
    """A route as the test sees it, told apart by the port of its Service."""

    type: str
    host: str | None
    path: str
    order: int
    service: str
    health_check: HealthCheck | None

    def takes(self, host: str, path: str) -> bool:
        return (self.host is None or matches(self.host, host)) and any(matches(glob, path) for glob in self.globs)

    @property
    def globs(self) -> tuple[str, ...]:
        stem = self.path.rstrip("/")
        return (self.path,) if self.type != "Prefix" else (stem, stem + "/*") if stem else ("/*",)

    @property
    def rank(self) -> Any:
        """The order that the documentation of `Route.precedence` states."""
        wildcard = self.host is not None and self.host.startswith("*")
        fixed = len(re.sub(r"[*?]", "", self.path))
        return (
            self.order,
            ["exact", "wildcard", "none"].index("none" if self.host is None else "wildcard" if wildcard else "exact"),
            -len(self.host or "") if wildcard else 0,
            ["Exact", "Prefix", "Pattern"].index(self.type),
            0 if self.type == "Exact" else -fixed,
            self.path,
        )


def matches(glob: str, text: str) -> bool:
    return re.fullmatch("".join({"*": ".*", "?": "."}.get(c, re.escape(c)) for c in glob), text, re.DOTALL) is not None


HOSTS = (None, "a.example.com", "b.example.com", "*.example.com", "*.a.example.com")
PLAIN = ("/", "/a", "/a/", "/a/b", "/a/b/c", "/ab", "/b", "/b/a")
GLOBBED = ("/*", "/a*", "/*b", "/a/?", "/?", "/a/*/c", "/*/b", "/b", "/a/b*")
WISHES = st.lists(
    st.builds(
        Wish,
        type=st.just("Pattern"),
        host=st.sampled_from(HOSTS),
        path=st.sampled_from(GLOBBED),
        order=st.sampled_from((0, 0, 0, 1, -1)),
        service=st.sampled_from(("api", "web")),
        health_check=st.sampled_from((None, None, CHECKED, OTHERWISE_CHECKED)),
    )
    | st.builds(
        Wish,
        type=st.sampled_from(("Exact", "Prefix")),
        host=st.sampled_from(HOSTS),
        path=st.sampled_from(PLAIN),
        order=st.sampled_from((0, 0, 0, 1, -1)),
        service=st.sampled_from(("api", "web")),
        health_check=st.sampled_from((None, None, CHECKED, OTHERWISE_CHECKED)),
    ),
    min_size=1,
    max_size=9,
    unique_by=lambda wish: (wish.host, wish.globs),
)
REQUESTS = [
    (host, path)
    for host in ("a.example.com", "b.example.com", "c.example.com", "x.a.example.com", "other.org")
    for path in ("/", "/a", "/a/", "/a/b", "/a/b/", "/a/b/c", "/ab", "/b", "/b/a", "/c", "/a/x/c", "/x/b")
]
WORDS: dict[str, type[Match]] = {"Exact": Exact, "Prefix": Prefix, "Pattern": Pattern}


def routes_of(wishes: Sequence[Wish]) -> list[Route]:
    return [
        route(
            WORDS[wish.type](f"{wish.host or ''}{wish.path}"),
            Service(wish.service, 1000 + number, wish.health_check),
            order=wish.order,
        )
        for number, wish in enumerate(wishes)
    ]


def target(wish: Wish, number: int) -> TargetGroup:
    check = wish.health_check or HealthCheck()
    return TargetGroup(
        f"web/{wish.service}:{1000 + number}", "ip", () if check.path is None else (("healthcheck-path", check.path),)
    )


@settings(deadline=None, derandomize=True, max_examples=150)
@given(WISHES)
def test_each_request_goes_where_the_most_specific_route_says(wishes: list[Wish]) -> None:
    (balancer,) = plan(manifests(routes_of(wishes))).load_balancers
    rules = balancer.listeners[0].rules
    for host, path in REQUESTS:
        wanted = [(wish.rank, target(wish, number)) for number, wish in enumerate(wishes) if wish.takes(host, path)]
        found = [
            rule.action
            for rule in rules
            if (not rule.hosts or any(matches(glob, host) for glob in rule.hosts))
            and (not rule.paths or any(matches(glob, path) for glob in rule.paths))
        ]
        assert found[:1] == [Forward((group,)) for _, group in sorted(wanted, key=lambda item: item[0])[:1]], (host, path)


@settings(deadline=None, derandomize=True, max_examples=60)
@given(WISHES, st.randoms(use_true_random=False))
def test_any_order_of_routes_makes_the_same_manifests(wishes: list[Wish], random: Random) -> None:
    routes = routes_of(wishes)
    shuffled = list(routes)
    random.shuffle(shuffled)
    assert manifests(routes) == manifests(shuffled)


@settings(deadline=None, derandomize=True, max_examples=60)
@given(WISHES)
def test_group_orders_and_names_are_unique(wishes: list[Wish]) -> None:
    made = manifests(routes_of(wishes))
    orders = [int(x.annotations["alb.ingress.kubernetes.io/group.order"]) for x in made]
    assert orders == list(range(len(made)))
    assert len({x.name for x in made}) == len(made)


@settings(deadline=None, derandomize=True, max_examples=60)
@given(WISHES)
def test_each_path_is_in_one_of_the_manifests(wishes: list[Wish]) -> None:
    written = [
        (rule.get("host"), path["path"], path["pathType"], path["backend"]["service"]["port"]["number"])
        for made in manifests(routes_of(wishes))
        for rule in made.body["spec"]["rules"]
        for path in rule["http"]["paths"]
    ]
    wanted = [
        (wish.host, wish.path, "ImplementationSpecific" if wish.type == "Pattern" else wish.type, 1000 + number)
        for number, wish in enumerate(wishes)
    ]
    assert sorted(written, key=str) == sorted(wanted, key=str)
