from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import pytest

from eks_ingress.manifests.ingress import manifest
from eks_ingress.refusal import Problem
from eks_ingress.routing.attributes import TargetGroupAttributes
from eks_ingress.routing.auth import Auth, Cognito, Jwt, Oidc
from eks_ingress.routing.backend import Backend, FixedResponse, Forward, Redirect, Service, TargetGroup
from eks_ingress.routing.compiler import compile_routes, repeated, without_success_codes
from eks_ingress.routing.conditions import HostHeader, HttpHeader, HttpMethod, PathPattern
from eks_ingress.routing.frontend import FrontendNlb
from eks_ingress.routing.health import HealthCheck
from eks_ingress.routing.ingress import Ingress
from eks_ingress.routing.listener import Listener
from eks_ingress.routing.match import Exact, Match, Pattern
from eks_ingress.routing.protocol import Protocol
from eks_ingress.routing.regex import Regex
from eks_ingress.routing.route import Route
from eks_ingress.routing.scheme import Scheme
from eks_ingress.routing.settings import LoadBalancerSettings
from eks_ingress.routing.targets import Targets, TargetType
from eks_ingress.routing.tls import TlsPolicy
from eks_ingress.routing.transforms import UrlRewrite
from eks_ingress.source import Source
from tests.routing.routes import BALANCER, HERE, balancer, compiled, route

TOKEN = "${Token[TOKEN.12]}"
ALB = "alb.ingress.kubernetes.io/"
ARN = "arn:aws:acm:eu-west-1:111122223333:certificate/a"
CA = "arn:aws:acm-pca:eu-west-1:111122223333:certificate-authority/a"
CHECKED = HealthCheck(path="/healthz")
OTHERWISE_CHECKED = HealthCheck(path="/ready")
PODS = Targets(target_type=TargetType.IP)
GET = HttpMethod("GET")
JWT = Jwt("https://id.example.com/keys", "https://id.example.com")
OIDC = Oidc("https://a.org", "https://a.org/auth", "https://a.org/token", "https://a.org/user", "client")
COGNITO = Cognito("arn:aws:cognito-idp:eu-west-1:111122223333:userpool/eu-west-1_a", "client", "shop")
AWAY, GONE, FOREIGN = Redirect(host="b.example.com"), FixedResponse(410), TargetGroup(name="blue")
NO_SERVICE: list[Backend] = [AWAY, GONE, FOREIGN, Forward([(FOREIGN, 1)])]

PLAIN, BY_CHECK, BY_JWT = "shop", "shop-health-check-ba3da0", "shop-auth-f65af7"
"""Names that objects in clusters have: where one of them changes, so does the object."""

Shape = list[tuple[str, list[tuple[str | None, list[str]]]]]


def shape(ingresses: Sequence[Ingress]) -> Shape:
    """Names, hosts and paths."""
    return [(str(x.name), [(rule.host, [path.path for path in rule.paths]) for rule in x.rules]) for x in ingresses]


def shapes(*routes: Route, **given: Any) -> Shape:
    return shape(compiled(routes, **given))


def names(ingresses: Sequence[Ingress]) -> list[str]:
    """Namespace and name of each."""
    return [f"{x.namespace}/{x.name}" for x in ingresses]


def api(check: HealthCheck | None = CHECKED, port: int = 80, **said: Any) -> Service:
    return Service("api", port, health_check=check, **said)


def alone(backend: Service) -> Ingress:
    """The Ingress of a route that has one of its own, beside a plain one."""
    own, plain = compiled([route("/api", backend), route("/")])
    assert (plain.namespace, plain.name) == ("web", "shop")
    return own


# Rules


def test_routes_without_settings_of_their_own_make_one_ingress() -> None:
    assert shapes(route("/"), route("/cart"), route("a.example.com/")) == [
        ("shop", [("a.example.com", ["/"]), (None, ["/cart", "/"])])
    ]


def test_no_routes_make_no_ingress() -> None:
    assert compiled([]) == []


def test_what_is_said_of_the_balancer_holds_for_each_ingress() -> None:
    first, last = compiled([route("/"), route("/api", api())])
    said: dict[str, Any] = {
        "namespace": "web",
        "class_name": "alb",
        "group_name": "web.shop",
        "settings": LoadBalancerSettings(scheme=Scheme.INTERNAL),
        "listeners": BALANCER.listeners,
        "source": HERE,
    }
    assert last == Ingress(name="shop", group_order=0, targets=PODS, rules=last.rules, **said)
    assert first == Ingress(
        name=BY_CHECK,
        group_order=-1,
        targets=Targets(target_type=TargetType.IP, health_check=CHECKED),
        rules=first.rules,
        **said,
    )


def test_each_path_keeps_the_line_that_wrote_it() -> None:
    (ingress,) = compiled([route("/", line=7), route("/cart", line=8)])
    assert [(path.path, path.source and path.source.line) for path in ingress.rules[0].paths] == [("/cart", 8), ("/", 7)]


def test_each_path_keeps_what_was_said_of_it() -> None:
    rewrite = UrlRewrite("^/api/", "/")
    (ingress,) = compiled([route("/api", FOREIGN, conditions=[GET], transforms=[rewrite])])
    (path,) = ingress.rules[0].paths
    assert (path.type, path.backend, path.conditions, path.transforms) == ("Prefix", FOREIGN, (GET,), (rewrite,))


def test_a_rule_ends_where_the_controller_would_change_the_order() -> None:
    assert shapes(route("/a", order=-1), route(Exact("/a/b")), route("/c/d/e")) == [
        ("shop", [(None, ["/a"]), (None, ["/a/b", "/c/d/e"])])
    ]


def test_a_rule_ends_before_a_longer_prefix_that_comes_later() -> None:
    assert shapes(route("/a", order=-1), route("/a/b"), route("/a/c")) == [("shop", [(None, ["/a"]), (None, ["/a/b", "/a/c"])])]


def test_prefixes_of_unknown_length_are_not_left_to_the_controller_to_sort() -> None:
    assert shapes(route(f"/a/{TOKEN}"), route("/a")) == [("shop", [(None, [f"/a/{TOKEN}"]), (None, ["/a"])])]


def test_the_same_path_with_more_conditions_comes_first_in_the_same_rule() -> None:
    (ingress,) = compiled([route("/a", line=1), route("/a", conditions=[GET], line=2)])
    assert [path.conditions for path in ingress.rules[0].paths] == [(GET,), ()]


def test_exact_paths_prefixes_patterns_and_expressions_share_a_rule() -> None:
    assert shapes(route(Regex("/[a-z]+")), route(Pattern("/*.png")), route("/a"), route(Exact("/a"))) == [
        ("shop", [(None, ["/a", "/a", "/*.png", ""])])
    ]


def test_routes_in_another_order_make_the_same_ingresses() -> None:
    routes = [
        route("/"),
        route("/api", api()),
        route("*.example.com/"),
        route("a.example.com/x", conditions=[GET]),
        route("a.example.com/x", AWAY),
        route(Regex("/.*"), auth=JWT),
    ]
    assert compiled(routes) == compiled(routes[::-1])


# Expressions


def test_an_expression_stands_in_a_condition_of_an_empty_path() -> None:
    (ingress,) = compiled([route(Regex("a.example.com/v[0-9]+"))])
    (rule,) = ingress.rules
    (path,) = rule.paths
    assert (rule.host, path.path, path.type) == ("a.example.com", "", "ImplementationSpecific")
    assert path.conditions == (PathPattern(regex="^/v[0-9]+$"),)
    assert ingress.regex_paths is None


def test_further_expressions_stand_in_the_same_condition() -> None:
    further = PathPattern(regex=["^/w", "x$"])
    (ingress,) = compiled([route(Regex("/v|/u"), conditions=[further, GET])])
    assert ingress.rules[0].paths[0].conditions == (GET, PathPattern(regex=["^(/v|/u)$", "^/w", "x$"]))


def test_further_patterns_stay_as_they_are() -> None:
    further = [PathPattern("/w/*"), HostHeader("b.example.com")]
    (ingress,) = compiled([route("a.example.com/v", conditions=further)])
    assert (ingress.rules[0].paths[0].path, ingress.rules[0].paths[0].conditions) == ("/v", tuple(further))


# Homes


@pytest.mark.parametrize(
    "said",
    [
        {"target_type": TargetType.INSTANCE},
        {"protocol": Protocol.HTTPS},
        {"health_check": CHECKED},
        {"attributes": TargetGroupAttributes(cross_zone=False)},
        {"target_type": TargetType.INSTANCE, "node_labels": {"pool": "edge"}},
        {"multi_cluster": True},
        {"control_port": 3000},
    ],
    ids="-".join,
)
def test_a_service_that_says_something_of_its_targets_has_an_ingress_of_its_own(said: dict[str, Any]) -> None:
    service = Service("api", 80, **said)
    own = alone(service)
    assert own.targets == Targets(**{"target_type": TargetType.IP, **said})
    assert re.fullmatch(f"shop-{'-'.join(sorted(said)).replace('_', '-')}-[0-9a-f]{{6}}", str(own.name))


@pytest.mark.parametrize("said", [{"target_type": TargetType.IP}, {"health_check": CHECKED}, {}])
def test_a_service_that_says_what_the_load_balancer_says_has_none(said: dict[str, Any]) -> None:
    targets = Targets(health_check=CHECKED)
    (ingress,) = compile_routes(balancer(targets=targets), [route("/api", Service("api", 80, **said)), route("/")], HERE)
    assert ingress.targets == Targets(target_type=TargetType.IP, health_check=CHECKED)


@pytest.mark.parametrize(
    "other",
    [
        Service("api", 81, health_check=CHECKED),
        Service("other", "http", health_check=CHECKED),
        Forward([(Service("blue", 80, health_check=CHECKED), 1), (Service("green", 80, health_check=CHECKED), 1)]),
    ],
)
def test_services_with_equal_settings_share_an_ingress_whatever_their_names(other: Backend) -> None:
    assert shapes(route("/a", api()), route("/b", other), route("/")) == [
        (BY_CHECK, [(None, ["/a", "/b"])]),
        ("shop", [(None, ["/"])]),
    ]


def test_a_service_checked_in_two_ways_has_two_ingresses() -> None:
    assert shapes(route("/a", api()), route("/b", api(OTHERWISE_CHECKED))) == [
        ("shop-health-check-93c8f4", [(None, ["/b"])]),
        (BY_CHECK, [(None, ["/a"])]),
    ]


def test_services_with_the_same_control_port_share_an_ingress() -> None:
    made = compiled(
        [route("/a", Service("a", 80, control_port=3000)), route("/b", Service("b", 81, control_port=3000)), route("/")]
    )
    assert [x.targets.control_port for x in made] == [3000, None]
    assert {key: text for key, text in manifest(made[0]).annotations.items() if "control" in key} == {
        f"{ALB}target-control-port.a.80": "3000",
        f"{ALB}target-control-port.b.81": "3000",
    }


def test_a_control_port_of_the_load_balancer_is_that_of_each_service() -> None:
    (made,) = compile_routes(
        balancer(targets=Targets(control_port=3000)), [route("/a", Service("a", 80)), route("/b", Service("b", 81))], HERE
    )
    assert {key for key in manifest(made).annotations if "control" in key} == {
        f"{ALB}target-control-port.a.80",
        f"{ALB}target-control-port.b.81",
    }


def test_a_service_of_another_namespace_has_an_ingress_there_with_the_plain_name() -> None:
    made = compiled([route("/cart", Service("cart", 80, namespace="cart")), route("/")])
    assert names(made) == ["cart/shop", "web/shop"]
    assert [(x.group_name, x.group_order) for x in made] == [("web.shop", -1), ("web.shop", 0)]


def test_a_service_that_names_the_namespace_of_the_load_balancer_has_none() -> None:
    assert names(compiled([route("/a", Service("a", 80, namespace="web")), route("/")])) == ["web/shop"]


def test_names_in_another_namespace_tell_settings_apart_in_the_same_way() -> None:
    made = compiled([route("/a", api(namespace="cart")), route("/b", Service("b", 80, namespace="cart")), route("/c", api())])
    assert sorted(names(made)) == ["cart/shop", f"cart/{BY_CHECK}", f"web/{BY_CHECK}"]


@pytest.mark.parametrize("auth", [JWT, OIDC, COGNITO])
def test_what_clients_must_show_gives_a_home(auth: Auth) -> None:
    made = compiled([route("/a", auth=auth), route("/b", auth=auth), route("/")])
    assert [(x.auth, [path.path for path in x.rules[0].paths]) for x in made] == [(auth, ["/a", "/b"]), (None, ["/"])]
    assert re.fullmatch("shop-auth-[0-9a-f]{6}", str(made[0].name))


def test_different_ways_to_sign_in_have_different_homes() -> None:
    made = compiled([route("/a", auth=JWT), route("/b", auth=OIDC), route("/c", auth=COGNITO), route("/")])
    assert len({x.name for x in made}) == len(made) == 4


def test_settings_and_sign_in_together_are_one_home() -> None:
    (first, last) = compiled(
        [route("/a", api(), auth=JWT), route("/b", Service("b", 80, health_check=CHECKED), auth=JWT), route("/")]
    )
    assert (first.auth, first.targets.health_check) == (JWT, CHECKED)
    assert re.fullmatch("shop-auth-health-check-[0-9a-f]{6}", str(first.name))
    assert (last.auth, last.targets.health_check) == (None, None)


def test_a_route_asks_for_what_the_load_balancer_asks_for_unless_it_says_otherwise() -> None:
    made = compile_routes(balancer(auth=JWT), [route("/a"), route("/b", auth=JWT), route("/c", auth=OIDC)], HERE)
    assert [(x.auth, [path.path for path in x.rules[0].paths]) for x in made] == [(OIDC, ["/c"]), (JWT, ["/a", "/b"])]
    assert made[-1].name == "shop"


@pytest.mark.parametrize("backend", NO_SERVICE)
def test_what_leads_to_no_service_lives_with_any_targets(backend: Backend) -> None:
    assert shapes(route("/a", api()), route("/b", backend)) == [(BY_CHECK, [(None, ["/a", "/b"])])]
    assert (
        shapes(route("/a/b", backend), route("/a", api()), route("/"))
        == [
            (BY_CHECK, [(None, ["/a/b", "/a"])]),
            ("shop", [(None, ["/"])]),
        ]
        or shapes(route("/a/b", backend), route("/a", api()), route("/")) == []
    )


@pytest.mark.parametrize("backend", NO_SERVICE)
def test_what_leads_to_no_service_forces_no_ingress(backend: Backend) -> None:
    """It must come between two routes of the same home, of which its own home is none."""
    assert shapes(route("/a/b/c", api()), route("/a/b", backend), route("/a", api())) == [
        (BY_CHECK, [(None, ["/a/b/c", "/a/b", "/a"])])
    ]


@pytest.mark.parametrize("backend", NO_SERVICE)
def test_what_leads_to_no_service_lives_in_any_namespace(backend: Backend) -> None:
    cart = Service("cart", 80, namespace="cart")
    assert names(compiled([route("/a/b/c", cart), route("/a/b", backend), route("/a", cart)])) == ["cart/shop"]


def test_what_leads_to_no_service_alone_lives_in_the_namespace_of_the_load_balancer() -> None:
    assert names(compiled([route("/a", AWAY), route("/b", GONE)])) == ["web/shop"]


def test_what_leads_to_no_service_lives_where_the_same_is_asked_of_clients() -> None:
    made = compiled([route("/a", api(), auth=JWT), route("/b", AWAY, auth=JWT), route("/c", GONE)])
    assert [(x.auth, [path.path for path in x.rules[0].paths]) for x in made] == [(JWT, ["/a", "/b"]), (None, ["/c"])]


def test_a_secret_is_that_of_the_namespace_of_the_load_balancer() -> None:
    """A Secret is read in the namespace of the Ingress, so that what signs in with one does not move."""
    cart = Service("cart", 80, namespace="cart")
    by_oidc = "shop-auth-f58fee"
    assert names(compiled([route("/a", cart, auth=OIDC), route("/b", AWAY, auth=OIDC)])) == [f"web/{by_oidc}", f"cart/{by_oidc}"]
    assert names(compiled([route("/a", cart, auth=JWT), route("/b", AWAY, auth=JWT)])) == [f"cart/{BY_JWT}"]


# Order


def test_a_run_is_cut_where_another_service_must_come_between() -> None:
    assert shapes(route("/a/b/c", api()), route("/a/b"), route("/a", api()), route("/")) == [
        (f"{BY_CHECK}-a-b-c", [(None, ["/a/b/c"])]),
        ("shop-a-b", [(None, ["/a/b"])]),
        (BY_CHECK, [(None, ["/a"])]),
        ("shop", [(None, ["/"])]),
    ]


def test_routes_that_cannot_meet_change_places_to_save_an_ingress() -> None:
    assert len(shapes(route("/aaa", api()), route("/bb"), route("/c", api()))) == 2


def test_routes_for_other_methods_change_places_to_save_an_ingress() -> None:
    post = HttpMethod("POST")
    routes = [route("/a/b/c", api(), conditions=[GET]), route("/a/b", conditions=[post]), route("/a", api(), conditions=[GET])]
    assert len(shapes(*routes)) == 2


def test_routes_for_other_headers_keep_their_places() -> None:
    red, blue = HttpHeader("X-Team", "red"), HttpHeader("X-Team", "blue")
    routes = [route("/a/b/c", api(), conditions=[red]), route("/a/b", conditions=[blue]), route("/a", api(), conditions=[red])]
    assert len(shapes(*routes)) == 3


def test_the_members_of_a_group_have_orders_up_to_zero() -> None:
    made = compiled([route("/"), route("/api", api()), route("/b", api(OTHERWISE_CHECKED))])
    assert [x.group_order for x in made] == [-2, -1, 0]


# Names


def test_no_two_ingresses_have_the_same_name() -> None:
    """The third run whose last route is for `/a` would have the name of the one for `/a/2`."""
    made = compiled(
        [
            route(Exact("/a"), order=0),
            route("/", api(), order=1),
            route(Exact("/a"), order=2, conditions=[GET]),
            route("/", api(), order=3, conditions=[GET]),
            route(Exact("/a/2"), order=4),
            route(Pattern("/*"), api(), order=5),
            route("/", order=6),
        ]
    )
    assert [x.name for x in made] == [
        "shop-a-3",
        f"{BY_CHECK}-x-2",
        "shop-a",
        f"{BY_CHECK}-x",
        "shop-a-2",
        BY_CHECK,
        "shop",
    ]


NAMED = [route("/api", api()), route("/admin", Service("admin", 80), auth=JWT), route("/")]
NAMES = [f"web/{name}" for name in (PLAIN, BY_JWT, BY_CHECK)]


@pytest.mark.parametrize(
    "more",
    [
        route("/more", Service("more", 80, health_check=CHECKED)),
        route("/a", api()),
        route("b.example.com/", api(port=81)),
        route("/more", auth=JWT),
        route("/more"),
        route("/more", AWAY),
        route("/more", api(OTHERWISE_CHECKED)),
        route("/more", Service("cart", 80, namespace="cart")),
    ],
)
def test_names_stay_when_a_route_is_added(more: Route) -> None:
    assert set(NAMES) <= set(names(compiled([*NAMED, more])))
    assert sorted(names(compiled(NAMED))) == NAMES


@pytest.mark.parametrize(
    "given",
    [
        {"settings": LoadBalancerSettings(scheme=Scheme.INTERNET_FACING, tags={"team": "shop"})},
        {"targets": Targets(target_type=TargetType.INSTANCE)},
        {"targets": Targets(health_check=OTHERWISE_CHECKED)},
        {"targets": Targets(attributes=TargetGroupAttributes(cross_zone=False), protocol=Protocol.HTTPS)},
        {"listeners": (Listener.http(), Listener.https(certificates=[ARN]))},
        {"group_name": "other"},
        {"class_name": "other"},
        {"overridden": ("targetType", "scheme")},
    ],
    ids="-".join,
)
def test_names_stay_when_something_is_said_of_the_load_balancer(given: dict[str, Any]) -> None:
    assert sorted(names(compile_routes(balancer(**given), NAMED, HERE))) == NAMES


def test_names_are_of_the_load_balancer_and_its_namespace() -> None:
    made = compile_routes(balancer(name="public", namespace="edge"), NAMED, HERE)
    assert sorted(names(made)) == [name.replace("web/shop", "edge/public") for name in NAMES]


def test_names_tell_the_values_of_settings_apart_and_not_how_they_are_written() -> None:
    one = alone(Service("api", 80, node_labels={"a": "1", "b": "2"}, target_type=TargetType.INSTANCE))
    same = alone(Service("api", 80, node_labels={"b": "2", "a": "1"}, target_type=TargetType.INSTANCE))
    other = alone(Service("api", 80, node_labels={"a": "2", "b": "1"}, target_type=TargetType.INSTANCE))
    assert one.name == same.name != other.name


def test_a_name_has_room_in_kubernetes() -> None:
    said: dict[str, Any] = {
        "target_type": TargetType.INSTANCE,
        "protocol": Protocol.HTTPS,
        "health_check": CHECKED,
        "attributes": TargetGroupAttributes(cross_zone=False),
        "node_labels": {"a": "b"},
        "multi_cluster": True,
    }
    service = Service("api", 80, **said)
    routes = [route("/a/b/c/" + "d" * 100, service), route("/a/b"), route("/a", service), route("/a/b/c", service, auth=JWT)]
    made = compile_routes(balancer(name="a" * 63, group_name="g"), routes, HERE)
    assert len({x.name for x in made}) == len(made) == 4
    assert all(len(str(x.name)) <= 253 for x in made)


def test_tokens_in_settings_are_made_stable_for_names() -> None:
    def named(token: str) -> str:
        service = Service("api", 80, health_check=HealthCheck(path=f"/{token}"))
        made = compiled([route("/api", service), route("/")], stable=lambda text: text.replace(token, "Ref"))
        return str(made[0].name)

    assert named("${Token[TOKEN.12]}") == named("${Token[TOKEN.345]}")
    assert re.fullmatch("shop-health-check-[0-9a-f]{6}", named(TOKEN))


def test_tokens_in_settings_are_made_stable_for_orders() -> None:
    def ordered(one: str, other: str) -> list[str]:
        services = [Service("api", 80, health_check=HealthCheck(path=f"/{token}")) for token in (one, other)]
        routes = [route(f"/{number}", service) for number, service in enumerate(services)]
        made = compiled(routes, stable=lambda text: text.replace(one, "One").replace(other, "Other"))
        return [path.path for x in made for path in x.rules[0].paths]

    assert ordered("${Token[TOKEN.8]}", "${Token[TOKEN.9]}") == ordered("${Token[TOKEN.9]}", "${Token[TOKEN.8]}")


def test_tokens_stay_in_what_is_written() -> None:
    own = alone(Service("api", 80, health_check=HealthCheck(path=TOKEN)))
    assert own.targets.health_check == HealthCheck(path=TOKEN)


# The default backend


def test_the_default_backend_goes_to_the_last_ingress_of_its_home() -> None:
    made = compiled([route("/a/b/c"), route("/a/b", api()), route("/a")], default=Service("rest", 80))
    assert [(x.name, x.default_backend) for x in made] == [
        ("shop-a-b-c", None),
        (BY_CHECK, None),
        ("shop", Service("rest", 80)),
    ]


def test_the_default_backend_goes_to_where_its_settings_are() -> None:
    rest = Service("rest", 80, health_check=CHECKED)
    made = compiled([route("/a", api()), route("/")], default=rest)
    assert [(x.name, x.default_backend) for x in made] == [(BY_CHECK, rest), ("shop", None)]


@pytest.mark.parametrize(
    ("rest", "where"),
    [
        (Service("rest", 80, health_check=CHECKED), f"web/{BY_CHECK}"),
        (Service("rest", 80, namespace="cart"), "cart/shop"),
        (Forward([(Service("rest", 80, health_check=CHECKED), 1)]), f"web/{BY_CHECK}"),
    ],
)
def test_the_default_backend_has_an_ingress_of_its_own_where_no_other_fits(rest: Backend, where: str) -> None:
    made = compiled([route("/")], default=rest)
    assert names(made) == [where, "web/shop"]
    assert [(x.default_backend, len(x.rules), x.group_order) for x in made] == [(rest, 0, -1), (None, 1, 0)]


@pytest.mark.parametrize("backend", NO_SERVICE)
def test_a_default_that_leads_to_no_service_goes_to_the_last_ingress(backend: Backend) -> None:
    made = compiled([route("/a", api()), route("/b", api(OTHERWISE_CHECKED))], default=backend)
    assert [x.default_backend for x in made] == [None, backend]


def test_a_default_that_leads_to_no_service_goes_to_where_the_same_is_asked_of_clients() -> None:
    made = compiled([route("/", auth=JWT)], default=AWAY)
    assert [(x.auth, x.default_backend) for x in made] == [(None, AWAY), (JWT, None)]
    (ingress,) = compile_routes(balancer(auth=JWT), [route("/")], HERE, default=AWAY)
    assert (ingress.auth, ingress.default_backend) == (JWT, AWAY)


def test_a_default_alone_makes_an_ingress() -> None:
    (ingress,) = compiled([], default=Service("rest", 80))
    assert (ingress.name, ingress.rules, ingress.default_backend) == ("shop", (), Service("rest", 80))


# What is said once, or in some members only


FRONTEND = FrontendNlb(health_check=HealthCheck(path="/up", success_codes="200-299"))


def test_success_codes_of_the_frontend_are_said_once() -> None:
    settings = LoadBalancerSettings(frontend_nlb=FRONTEND)
    made = compile_routes(balancer(settings=settings), [route("/a", api()), route("/b", api(OTHERWISE_CHECKED)), route("/")], HERE)
    said = [x.settings.frontend_nlb and x.settings.frontend_nlb.health_check for x in made]
    assert said == [HealthCheck(path="/up"), HealthCheck(path="/up"), FRONTEND.health_check]


@pytest.mark.parametrize("frontend", [None, FrontendNlb(), FrontendNlb(health_check=CHECKED)])
def test_a_frontend_without_success_codes_is_said_as_it_is(frontend: FrontendNlb | None) -> None:
    settings = LoadBalancerSettings(scheme=Scheme.INTERNAL, frontend_nlb=frontend)
    made = compile_routes(balancer(settings=settings), [route("/a", api()), route("/")], HERE)
    assert [x.settings for x in made] == [settings, settings]
    assert without_success_codes(settings) is settings


def test_a_certificate_is_requested_by_members_with_hosts_only() -> None:
    listeners = (Listener.redirect_to_https(), Listener.https(create_certificate=True, private_ca=CA))
    made = compile_routes(balancer(listeners=listeners), [route("a.example.com/"), route("/api", api())], HERE, default=GONE)
    creating = Listener.https(create_certificate=True, private_ca=CA, tls_policy=TlsPolicy.RECOMMENDED)
    assert [(x.rules[0].host, x.listeners) for x in made] == [
        ("a.example.com", (Listener.redirect_to_https(), creating)),
        (None, (Listener.redirect_to_https(), Listener.https(tls_policy=TlsPolicy.RECOMMENDED))),
    ]


def test_https_listeners_have_the_policy_that_aws_recommends() -> None:
    (made,) = compile_routes(balancer(listeners=(Listener.https(certificates=[ARN]),)), [route("/")], HERE)
    assert made.listeners == (Listener.https(certificates=[ARN], tls_policy=TlsPolicy.RECOMMENDED),)


@pytest.mark.parametrize(
    ("overridden", "left_out"),
    [
        ((), set()),
        (("scheme",), {"scheme"}),
        (("sslPolicy",), {"ssl-policy"}),
        (("targetType",), {"target-type"}),
        (("group.name",), {"group.name"}),
        (("certificateArn",), set()),
        (("scheme", "sslPolicy", "targetType", "group.name"), {"scheme", "ssl-policy", "target-type", "group.name"}),
    ],
)
def test_what_the_class_decides_is_not_written(overridden: tuple[str, ...], left_out: set[str]) -> None:
    wanted = balancer(listeners=(Listener.https(),), overridden=overridden)
    (made,) = compile_routes(wanted, [route("a.example.com/")], HERE)
    written = {key.removeprefix(ALB) for key in manifest(made).annotations}
    assert written == {"group.name", "group.order", "scheme", "listen-ports", "ssl-policy", "target-type"} - left_out


def test_what_is_said_although_the_class_decides_is_written() -> None:
    """So that it can be told that it has no effect."""
    wanted = balancer(
        settings=LoadBalancerSettings(scheme=Scheme.INTERNAL),
        listeners=(Listener.https(certificates=[ARN], tls_policy=TlsPolicy.FS_2018_06),),
        targets=PODS,
        overridden={"scheme", "sslPolicy", "targetType", "certificateArn"},
    )
    (made,) = compile_routes(wanted, [route("/")], HERE)
    assert {"scheme", "ssl-policy", "target-type", "certificate-arn"} <= {x.removeprefix(ALB) for x in manifest(made).annotations}


# Repetitions


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("/a", "/a"),
        ("/a", "/a/"),
        ("a.example.com/a", "a.example.com/a/"),
        ("/", Pattern("/*")),
        (Exact("/a"), Pattern("/a")),
        (Exact("/"), Pattern("/")),
        (Regex("/a+"), Regex("/a+")),
        (f"{TOKEN}/", f"{TOKEN}/"),
    ],
)
def test_routes_that_take_the_same_requests_are_told(one: str | Match, other: str | Match) -> None:
    first, second = route(one, line=1), route(other, AWAY, order=1, line=2)
    assert list(repeated([first, second])) == [
        Problem(
            f"route {second.match.url!r} takes the same requests as {first.match.url!r} in Shop/Ingress/Shop  (shop.py:1).",
            "Keep one of them; only the first would ever be used.",
            Source("Shop/Ingress/Shop", "shop.py", 2),
        )
    ]


def test_routes_with_the_same_conditions_in_another_order_take_the_same_requests() -> None:
    red = HttpHeader("X-Team", "red")
    assert len(list(repeated([route("/a", conditions=[GET, red]), route("/a", conditions=[red, GET])]))) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("/a", "/b"),
        ("/a", Exact("/a")),
        ("/a", Pattern("/a/*")),
        (Exact("/a"), Exact("/a/")),
        (Exact("/a"), Regex("/a")),
        ("a.example.com/", "b.example.com/"),
        ("a.example.com/", "/"),
        ("a.example.com/", "*.example.com/"),
        (f"{TOKEN}/", "a.example.com/"),
    ],
)
def test_routes_that_take_other_requests_are_not_told(one: str | Match, other: str | Match) -> None:
    assert list(repeated([route(one), route(other)])) == []


def test_routes_with_other_conditions_are_not_told() -> None:
    red, blue = HttpHeader("X-Team", "red"), HttpHeader("X-Team", "blue")
    routes = [route("/a"), route("/a", conditions=[red]), route("/a", conditions=[blue]), route("/a", conditions=[red, GET])]
    assert list(repeated(routes)) == []


def test_each_repetition_is_told() -> None:
    assert [problem.source for problem in repeated([route("/", line=n) for n in (1, 2, 3)])] == [
        Source("Shop/Ingress/Shop", "shop.py", 2),
        Source("Shop/Ingress/Shop", "shop.py", 3),
    ]
