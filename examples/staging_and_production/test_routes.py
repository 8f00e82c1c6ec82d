"""What becomes of requests in each environment. It needs no cluster and no credentials: `python -m pytest`."""

from __future__ import annotations

import pytest
from aws_cdk import App

from app import ENVIRONMENTS, Shop
from eks_ingress import ApplicationLoadBalancer


@pytest.fixture(scope="module", params=ENVIRONMENTS)
def environment(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def shop(environment: str) -> ApplicationLoadBalancer:
    return Shop(App(), environment, ENVIRONMENTS[environment]).shop


def test_the_next_version_gets_its_share(environment: str, shop: ApplicationLoadBalancer) -> None:
    settings = ENVIRONMENTS[environment]
    answer = shop.plan.match(f"https://{settings.domain}/cart")
    assert answer.services == (
        ("shop/storefront:80", 100 - settings.next_version),
        ("shop/storefront-next:80", settings.next_version),
    )


def test_the_api_has_one_version(environment: str, shop: ApplicationLoadBalancer) -> None:
    assert shop.plan.match(f"https://{ENVIRONMENTS[environment].domain}/api/cart").services == (("shop/api:8080", None),)


def test_plain_http_leads_to_https(environment: str, shop: ApplicationLoadBalancer) -> None:
    domain = ENVIRONMENTS[environment].domain
    assert shop.plan.match(f"http://{domain}/cart?x=1").location == f"https://{domain}/cart?x=1"
