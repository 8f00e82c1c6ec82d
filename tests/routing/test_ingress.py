from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from eks_ingress.refusal import Refusals
from eks_ingress.routing.auth import Jwt
from eks_ingress.routing.backend import FixedResponse, Forward, Redirect, Service, TargetGroup
from eks_ingress.routing.conditions import HttpHeader
from eks_ingress.routing.frontend import FrontendNlb
from eks_ingress.routing.health import HealthCheck
from eks_ingress.routing.ingress import Ingress, IngressPath, IngressRule, IngressTls, require_group_name
from eks_ingress.routing.listener import Listener
from eks_ingress.routing.match import PathType
from eks_ingress.routing.settings import LoadBalancerSettings
from eks_ingress.routing.targets import Targets, TargetType
from eks_ingress.routing.transforms import UrlRewrite
from eks_ingress.source import Source
from tests.routing.refusals import reasons, refusals

TOKEN = "${Token[TOKEN.12]}"
WEB = Service("web", 80)
CHECKED = HealthCheck(path="/up")


def to(*backends: Any, **said: Any) -> Ingress:
    """An Ingress of the namespace `web` with a path for each backend."""
    paths = [IngressPath(f"/{number}", "Prefix", backend) for number, backend in enumerate(backends)]
    return Ingress(**{"namespace": "web", "rules": [IngressRule(None, paths)], **said})


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "Prefix"),
        ("/cart", "Exact"),
        ("/a/b/", "Prefix"),
        ("/img/*.png", "ImplementationSpecific"),
        ("/^/v[0-9]?$", "ImplementationSpecific"),
        ("", "ImplementationSpecific"),
        (TOKEN, "Exact"),
        (f"/{TOKEN}", "Prefix"),
    ],
)
def test_a_path_is_written_as_it_is(path: str, kind: PathType) -> None:
    made = IngressPath(path, kind, WEB)
    assert (made.path, made.type, made.backend, made.source) == (path, kind, WEB, None)


@pytest.mark.parametrize(
    ("path", "kind", "reason", "remedy"),
    [
        ("cart", "Prefix", "path 'cart' has no leading '/', and Kubernetes refuses it.", "Write '/cart'."),
        ("*", "ImplementationSpecific", "path '*' has no leading '/', and Kubernetes refuses it.", "Write '/*'."),
        ("", "Prefix", "path '' has no leading '/', and Kubernetes refuses it.", "Write '/'."),
        ("", "Exact", "path '' has no leading '/', and Kubernetes refuses it.", "Write '/'."),
        ("/", "Regex", "type of path 'Regex' does not exist.", "Write 'Exact', 'Prefix' or 'ImplementationSpecific'."),
        ("/", None, "type of path None does not exist.", "Write 'Exact', 'Prefix' or 'ImplementationSpecific'."),
        (
            "/a*",
            "Prefix",
            "Prefix path '/a*' has a wildcard, which the controller refuses.",
            "Write the type 'ImplementationSpecific' for a pattern.",
        ),
        (
            "/a?",
            "Exact",
            "Exact path '/a?' has a wildcard, which the controller refuses.",
            "Write the type 'ImplementationSpecific' for a pattern.",
        ),
    ],
)
def test_a_path_that_kubernetes_or_the_controller_refuses_is_refused(path: str, kind: Any, reason: str, remedy: str) -> None:
    assert refusals(lambda: IngressPath(path, kind, WEB)) == [(reason, remedy)]


def test_a_path_tells_all_its_mistakes_at_once() -> None:
    kind: Any = "Glob"
    assert len(reasons(lambda: IngressPath("a*", kind, WEB))) == 3


def test_lists_are_held_as_tuples() -> None:
    header, rewrite = HttpHeader("X-Team", "red"), UrlRewrite("^/a", "/b")
    path = IngressPath("/", "Prefix", WEB, [header], [rewrite])
    rule = IngressRule("a.example.com", [path])
    made = Ingress(namespace="web", rules=[rule], listeners=[Listener.http()], tls=[IngressTls(["a.example.com"])])
    assert (path.conditions, path.transforms, rule.paths) == ((header,), (rewrite,), (path,))
    assert (made.rules, made.listeners, made.tls) == ((rule,), (Listener.http(),), (IngressTls(("a.example.com",)),))


def test_nothing_is_said_by_an_ingress_unless_it_is_written() -> None:
    made = to(WEB)
    assert (made.name, made.class_name, made.group_name, made.group_order, made.listeners) == (None,) * 5
    assert (made.auth, made.default_backend, made.regex_paths) == (None,) * 3
    assert (made.settings, made.targets) == (LoadBalancerSettings(), Targets())
    assert (made.tls, made.labels, made.annotations, made.source) == ((), {}, {}, Source())
    assert Ingress(namespace="web", default_backend=WEB).rules == ()


@pytest.mark.parametrize(
    "said",
    [
        {"name": "a"},
        {"name": "a.b-c"},
        {"name": "a" * 253},
        {"class_name": "alb"},
        {"group_name": "a" * 63},
        {"group_order": -1000},
        {"group_order": 1000},
        {"listeners": (Listener.redirect_to_https(), Listener.https(), Listener.https(8443))},
        {"targets": Targets(target_type=TargetType.INSTANCE)},
        {"auth": Jwt("https://id.example.com/keys", "https://id.example.com")},
        {"default_backend": FixedResponse(404)},
        {"regex_paths": True},
        {"labels": {"team": "shop", "example.com/stage": ""}},
        {"annotations": {"external-dns.alpha.kubernetes.io/hostname": TOKEN}},
        {"annotations": {"kubernetes.io/ingress.allow-http": "false"}},
    ],
    ids="-".join,
)
def test_all_can_be_said_by_an_ingress(said: dict[str, Any]) -> None:
    made = to(WEB, **said)
    assert {name: getattr(made, name) for name in said} == said


def test_labels_and_annotations_that_are_changed_later_change_nothing() -> None:
    texts = {"team": "shop"}
    made = to(WEB, labels=texts, annotations=texts)
    texts["team"] = "cart"
    assert (made.labels, made.annotations) == ({"team": "shop"}, {"team": "shop"})


SUBDOMAIN = "is not a DNS subdomain: 1 to 253 lower-case letters, digits, '-' and '.'."


@pytest.mark.parametrize(
    ("said", "reason", "remedy"),
    [
        (
            {"namespace": "Web"},
            "namespace 'Web' is not a DNS label: 1 to 63 lower-case letters, digits and '-', with a letter or digit at both ends.",
            "Write a name such as 'web'.",
        ),
        ({"name": "Shop_1"}, f"name 'Shop_1' {SUBDOMAIN}", "Write a name such as 'shop-1'."),
        ({"name": "a" * 254}, f"name {'a' * 254!r} {SUBDOMAIN}", f"Write a name such as {'a' * 253!r}."),
        ({"class_name": ""}, f"class_name '' {SUBDOMAIN}", "Write a name such as 'x'."),
        (
            {"group_name": "a" * 64},
            f"group_name {'a' * 64!r} has 64 characters.",
            "The controller takes at most 63; choose a shorter `group_name=`.",
        ),
        ({"group_order": -1001}, "group_order -1001 is out of range.", "Write a whole number from -1000 to 1000."),
        ({"group_order": 1001}, "group_order 1001 is out of range.", "Write a whole number from -1000 to 1000."),
        ({"group_order": "1"}, "group_order '1' is out of range.", "Write a whole number from -1000 to 1000."),
        (
            {"listeners": []},
            "listeners [] is empty: nothing would answer.",
            "Write `listeners=[Listener.http()]`, or leave `listeners` out.",
        ),
        (
            {"listeners": [Listener.http(), Listener.http()]},
            "listener port 80 is given 2 times.",
            "A load balancer has one listener a port; keep one of them.",
        ),
        (
            {"listeners": [Listener.redirect_to_https(), Listener.http(8080)]},
            "HTTP listeners on ports [8080] would be redirected as well: "
            "the controller redirects all HTTP listeners of a load balancer or none.",
            "Make them `Listener.redirect_to_https(port)`, or give them a load balancer of their own.",
        ),
        (
            {"rules": []},
            "rules [] are none and there is no default backend, so that Kubernetes refuses it.",
            "Write `rules=[IngressRule(host, [IngressPath('/', 'Prefix', Service(name, port))])]`, or `default_backend=…`.",
        ),
        (
            {"labels": {"a b": "c"}},
            "key in labels, 'a b' is not the key of a label: "
            "1 to 63 letters, digits, '-', '_' and '.', with a letter or digit at both ends.",
            "Write a key such as 'team' or 'example.com/team'.",
        ),
        (
            {"annotations": {1: "a"}},
            "annotations {1: 'a'} are not texts by name.",
            "Write {'name': 'value'}, both in quotes.",
        ),
        ({"labels": {"team": 1}}, "labels {'team': 1} are not texts by name.", "Write {'name': 'value'}, both in quotes."),
        (
            {"annotations": {"a": True}},
            "annotations {'a': True} are not texts by name.",
            "Write {'name': 'value'}, both in quotes.",
        ),
    ],
)
def test_what_kubernetes_or_the_controller_refuses_is_refused(said: dict[str, Any], reason: str, remedy: str) -> None:
    assert refusals(lambda: to(WEB, **said)) == [(reason, remedy)]


@pytest.mark.parametrize(
    "backend",
    [
        WEB,
        Service("web", 80, namespace="web"),
        Forward([(WEB, 1), (TargetGroup(name="blue"), 1)]),
        Redirect(path="/new"),
        FixedResponse(404),
        TargetGroup(name="blue"),
    ],
)
def test_an_ingress_leads_to_services_of_its_namespace(backend: Any) -> None:
    assert to(backend).rules[0].paths[0].backend == backend
    assert Ingress(namespace="web", default_backend=backend).default_backend == backend


CART = Service("cart", 80, namespace="cart")


@pytest.mark.parametrize("make", [lambda: to(CART), lambda: to(WEB, Forward([(CART, 1)])), lambda: to(WEB, default_backend=CART)])
def test_a_service_of_another_namespace_is_refused(make: Callable[[], Ingress]) -> None:
    assert refusals(make) == [
        (
            "namespace of Service 'cart', 'cart' is not that of the Ingress, 'web', and an Ingress knows no other.",
            "Add the route to a load balancer with `add_route`, which makes an Ingress there.",
        )
    ]


def test_a_service_may_say_again_what_the_ingress_says_of_targets() -> None:
    api = Service("api", 80, health_check=CHECKED)
    targets = Targets(health_check=CHECKED, target_type=TargetType.IP)
    assert to(api, WEB, targets=targets).targets == targets


@pytest.mark.parametrize(
    "targets", [Targets(), Targets(target_type=TargetType.IP), Targets(health_check=HealthCheck(path="/ready"))]
)
def test_a_service_that_says_something_else_of_its_targets_is_refused(targets: Targets) -> None:
    api = Service("api", 80, health_check=CHECKED)
    problem = (
        "Service 'api' says something of its targets that this Ingress does not say, "
        "and there is one set of settings for all of it.",
        "Say it in the `targets` of the Ingress, or put `service_annotations(…)` on the Kubernetes Service.",
    )
    assert refusals(lambda: to(api, targets=targets)) == [problem]
    assert refusals(lambda: to(WEB, default_backend=Forward([(api, 1)]), targets=targets)) == [problem]


def test_an_ingress_tells_all_its_mistakes_at_once() -> None:
    said: dict[str, Any] = {
        "namespace": "Web",
        "name": "Shop",
        "class_name": "Alb",
        "group_name": "G",
        "group_order": 2000,
        "labels": "team",
        "annotations": "example.com/a",
    }
    assert len(reasons(lambda: to(CART, **said))) == 8


@pytest.mark.parametrize(
    ("rules", "tls", "hosts"),
    [
        ([None], [], ()),
        (["a.example.com", None, "b.example.com"], [], ("a.example.com", "b.example.com")),
        (["b.example.com", "a.example.com", "b.example.com"], [], ("b.example.com", "a.example.com")),
        (["a.example.com"], ["c.example.com", "a.example.com"], ("a.example.com", "c.example.com")),
        ([], ["a.example.com"], ("a.example.com",)),
    ],
)
def test_an_ingress_knows_the_hosts_that_it_names(rules: list[str | None], tls: list[str], hosts: tuple[str, ...]) -> None:
    paths = [IngressPath("/", "Prefix", WEB)]
    made = to(WEB, rules=[IngressRule(host, paths) for host in rules], default_backend=WEB, tls=[IngressTls(tls)])
    assert made.hosts == hosts


def test_a_rule_without_paths_is_refused() -> None:
    assert refusals(lambda: IngressRule("a.example.com", [])) == [
        (
            "paths of host 'a.example.com' are none, and Kubernetes refuses the rule.",
            "Write `[IngressPath('/', 'Prefix', Service(name, port))]`.",
        )
    ]


def test_one_host_of_tls_is_held_as_a_tuple() -> None:
    assert IngressTls("a.example.com", "secret") == IngressTls(["a.example.com"], secret="secret")


@pytest.mark.parametrize("name", ["a", "42", "web.shop", "a-b.c", "a" * 63])
def test_a_group_has_a_name_that_the_controller_takes(name: str) -> None:
    found = Refusals()
    require_group_name(found, name)
    assert found.problems == []


@pytest.mark.parametrize("name", ["", "A", "-a", "a-", "a_b", "web/shop", "a..b", TOKEN])
def test_a_group_name_that_the_controller_does_not_take_is_refused(name: str) -> None:
    found = Refusals()
    require_group_name(found, name)
    assert [problem.reason for problem in found.problems] == [f"group_name {name!r} {SUBDOMAIN}"]


def test_a_frontend_that_sends_to_another_port_than_the_listeners_is_refused() -> None:
    frontend = LoadBalancerSettings(frontend_nlb=FrontendNlb(ports={443: 8443}))
    assert refusals(lambda: to(Service("web", 80), settings=frontend, listeners=[Listener.http(8080)])) == [
        (
            "port of the frontend's listener, 8443 is none of this Ingress, so that the controller would leave it out.",
            "Send it to one of [8080].",
        )
    ]
