"""What comes of the blocks of the README, one by one."""

from __future__ import annotations

from aws_cdk import Stack, aws_certificatemanager

import eks_ingress
from tests.docs.pages import block
from tests.docs.settings import PUBLIC, own_target_group, sign_in
from tests.synth.apps import Shop


def shown(having: str) -> str:
    return block("README.md", "python", having)


def test_the_routes_that_it_shows_work() -> None:
    shop = Shop()
    exec(shown("# /cart and all below it"), PUBLIC | {"shop": shop.ingress.add_load_balancer("Shop", namespace="shop")})
    assert [(rule.get("host"), len(rule["http"]["paths"])) for rule in shop.ingress_object()["spec"]["rules"]] == [
        (None, 1),
        ("blog.example.com", 1),
        ("shop.example.com", 2),
        ("*.shop.example.com", 1),
        (None, 2),
    ]


def test_the_further_words_that_it_shows_work() -> None:
    shop = Shop()
    https = [eks_ingress.Listener.redirect_to_https(), eks_ingress.Listener.https()]
    balancer = shop.ingress.add_load_balancer("Shop", namespace="shop", listeners=https)
    exec(shown("auth=Cognito("), PUBLIC | sign_in(shop.stack) | {"shop": balancer})
    https_rules = balancer.plan.listeners[1].rules
    assert {(rule.paths[0], rule.auth and rule.auth.kind, str(rule.action)) for rule in https_rules} == {
        ("/checkout", None, "Service shop/blue:80 (90), shop/green:80 (10)"),
        ("/staff", "cognito", "Service shop/staff:80"),
        ("/api", None, "Service shop/api:8080"),
    }
    assert list(shop.app.synth().get_stack_by_name("Shop").messages) == []


def test_what_is_not_http_is_served_as_it_shows() -> None:
    shop = Shop()
    certificate = aws_certificatemanager.Certificate(shop.stack, "Certificate", domain_name="mqtt.example.com")
    exec(shown("ingress.add_network_load_balancer("), PUBLIC | {"ingress": shop.ingress, "certificate": certificate})
    (planned,) = shop.ingress.plan().network_load_balancers
    assert [(listener.port, listener.protocol) for listener in planned.listeners] == [(53, "TCP_UDP"), (8883, "TLS")]
    shop.app.synth()


def test_several_teams_share_a_load_balancer_as_it_shows() -> None:
    platform = Shop()
    shop = platform.ingress.add_load_balancer("Shop", namespace="shop")
    shop.add_route("/", eks_ingress.Service("web", 80))
    exec(shown("platform.ingress.load_balancer("), PUBLIC | {"platform": platform, "team_stack": Stack(platform.app, "Cart")})
    assert [rule.paths[0] for rule in shop.plan.listeners[0].rules] == ["/cart", "/*"]
    platform.app.synth()


def test_a_target_group_of_the_app_is_bound_as_it_shows() -> None:
    shop = Shop()
    exec(shown("ingress.add_target_group_binding("), PUBLIC | own_target_group(shop.stack) | {"ingress": shop.ingress})
    assert [bound.service for bound in shop.ingress.plan().bindings] == ["shop/storefront:80"]
    shop.app.synth()
