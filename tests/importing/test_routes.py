"""Ingresses of a group become one load balancer with routes."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

import pytest

from eks_ingress.importing.module import module
from eks_ingress.importing.routes import Routes
from eks_ingress.importing.sameness import Keep
from eks_ingress.importing.whole import import_plan
from eks_ingress.refusal import Refused
from eks_ingress.routing.backend import Forward, Redirect, Service
from eks_ingress.routing.conditions import PathPattern
from eks_ingress.routing.health import HealthCheck
from eks_ingress.routing.ingress import Ingress, IngressPath, IngressRule, IngressTls
from eks_ingress.routing.listener import Listener
from eks_ingress.routing.match import Exact, Match, Pattern, Prefix
from eks_ingress.routing.protocol import Protocol
from eks_ingress.routing.regex import Regex
from eks_ingress.routing.targets import Targets, TargetType
from eks_ingress.routing.tls import TlsPolicy
from tests.conformance.generate import group
from tests.conformance.planned import planned

IP = Targets(target_type=TargetType.IP)
WEB = Service("web", 80)


def ingress(*paths: IngressPath, host: str | None = "shop.example.com", **said: Any) -> Ingress:
    given: dict[str, Any] = {"name": "web", "namespace": "shop", "targets": IP} | said
    return Ingress(rules=[IngressRule(host, paths or [IngressPath("/", "Prefix", WEB)])], **given)


def routes(*members: Ingress) -> Routes:
    return Routes(members, group_name="public", class_name="alb", overridden=(), tls_policy="ELBSecurityPolicy-2016-08")


@pytest.mark.parametrize(
    ("path", "match"),
    [
        (IngressPath("/api", "Prefix", WEB), Prefix("shop.example.com/api")),
        (IngressPath("/api", "Exact", WEB), Exact("shop.example.com/api")),
        (IngressPath("/api", "ImplementationSpecific", WEB), Exact("shop.example.com/api")),
        (IngressPath("/api/*", "ImplementationSpecific", WEB), Pattern("shop.example.com/api/*")),
        (IngressPath("/*", "ImplementationSpecific", WEB), Prefix("shop.example.com/")),
        (IngressPath("", "ImplementationSpecific", WEB), Prefix("shop.example.com/")),
        (IngressPath("", "ImplementationSpecific", WEB, [PathPattern(regex="^/v[0-9]+$")]), Regex("shop.example.com/v[0-9]+")),
        (IngressPath("", "ImplementationSpecific", WEB, [PathPattern(regex="^(/a|/b)$")]), Regex("shop.example.com/a|/b")),
    ],
    ids=str,
)
def test_a_path_becomes_the_plainest_match(path: IngressPath, match: Match) -> None:
    (route,) = routes(ingress(path)).routes
    assert route.match == match
    assert route.conditions == ()


def test_what_all_members_say_of_targets_is_said_once_and_the_rest_by_services() -> None:
    check = HealthCheck(path="/healthz")
    api = ingress(IngressPath("/", "Prefix", Service("api", 80)), host="api.example.com", targets=replace(IP, health_check=check))
    made = routes(ingress(), api)
    assert made.balancer.targets == Targets()
    assert [route.backend for route in made.routes] == [WEB, Service("api", 80, health_check=check)]


def test_a_service_of_another_namespace_says_it() -> None:
    cart = ingress(IngressPath("/cart", "Prefix", Service("cart", 80)), namespace="cart", name="cart")
    split = Forward([(Service("a", 80), 1), (Service("b", 80), 1)])
    two = ingress(IngressPath("/", "Prefix", WEB), IngressPath("/split", "Prefix", split))
    found = routes(cart, two)
    assert found.balancer.namespace == "shop"
    assert [route.backend for route in found.routes] == [Service("cart", 80, namespace="cart"), split, WEB]


def test_an_order_is_said_only_where_a_request_would_be_answered_otherwise() -> None:
    first = ingress(IngressPath("/checkout", "Prefix", Redirect(host="status.example.com")), host=None)
    other = ingress(IngressPath("/api", "Prefix", Service("api", 80)), host=None)
    shop = ingress(IngressPath("/checkout/now", "Prefix", WEB), IngressPath("/", "Prefix", WEB))
    assert [(route.match.url, route.order) for route in routes(first, other, shop).routes] == [
        ("/checkout", -1),
        ("/api", -1),
        ("shop.example.com/checkout/now", 0),
        ("shop.example.com/", 0),
    ]
    assert [route.order for route in routes(shop, first, other).routes] == [0, 0, 0, 0]


def test_listeners_of_all_members_are_put_together() -> None:
    secure = ingress(listeners=[Listener.https(certificates=["arn:aws:acm:eu-west-1:111122223333:certificate/a"])])
    plain = ingress(listeners=[Listener.http(), Listener.https(certificates=["arn:aws:acm:eu-west-1:111122223333:certificate/b"])])
    found = routes(secure, plain).balancer.listeners
    assert [(listener.port, len(listener.certificates)) for listener in found] == [(80, 0), (443, 2)]
    assert found[1].tls_policy is TlsPolicy.ELB_2016_08


def test_a_first_path_that_sends_everyone_to_https_becomes_a_listener_that_does() -> None:
    tls = IngressPath("/*", "ImplementationSpecific", Redirect(protocol=Protocol.HTTPS, port=443))
    listeners = [Listener.http(), Listener.https()]
    web = IngressPath("/*", "ImplementationSpecific", WEB)
    found = routes(ingress(tls, web, host=None, listeners=listeners))
    assert [x.redirects_to for x in found.balancer.listeners] == [443, None]
    assert [route.backend for route in found.routes] == [WEB]
    found = routes(ingress(tls, host=None, listeners=listeners[:1]))
    assert [x.redirects_to for x in found.balancer.listeners] == [None]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"tls": [IngressTls("shop.example.com", "shop-tls")]}, "a Secret under tls: shop-tls"),
        ({"tls": [IngressTls("www.example.com")]}, "hosts under tls that no rule has: www.example.com"),
    ],
)
def test_what_only_an_ingress_can_say_is_refused(said: dict[str, Any], words: str) -> None:
    with pytest.raises(Refused, match=words):
        routes(ingress(**said))


DNS = {"external-dns.alpha.kubernetes.io/ttl": "60"}


def test_labels_and_annotations_that_all_members_have_are_the_load_balancers() -> None:
    members = [ingress(name=name, labels={"team": "shop"}, annotations=DNS) for name in ("web", "api")]
    found = routes(*members).balancer
    assert (found.labels, found.annotations) == ({"team": "shop"}, DNS)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"annotations": DNS}, "api has other annotations for others than shop/web: external-dns.alpha.kubernetes.io/ttl"),
        ({"labels": {"team": "shop"}}, "api has other labels than shop/web: team"),
    ],
)
def test_what_members_tell_others_apart_stays_apart(said: dict[str, Any], words: str) -> None:
    with pytest.raises(Refused, match=words):
        routes(ingress(), ingress(name="api", **said))
    with pytest.raises(Refused, match=words):
        routes(ingress(**said), ingress(name="api"))


@pytest.mark.parametrize("seed", range(60))
def test_whatever_the_controller_builds_is_made_again_or_told(seed: int) -> None:
    plan = planned(group(Random(seed)))
    for keep in Keep:
        made = import_plan(plan, keep)
        compile(module(made, ["shop.yaml"]), "shop.py", "exec")
        assert len(made.groups) == len(plan.load_balancers)
        assert all(found.made is not None or found.lost for found in made.groups)
