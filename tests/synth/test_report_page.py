"""The page that `cdk synth` leaves in the cloud assembly."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, Stack, Stage, aws_certificatemanager
from constructs import Construct

from eks_ingress import EksIngress, Facts, FixedResponse, Listener, Quotas, Redirect, Scheme, Service
from eks_ingress.balancers.written import PAGE
from tests.synth.apps import Shop, new_app, v2_created, v2_imported


def page(app: App) -> str:
    return Path(app.synth().directory, PAGE).read_text("ascii")


def plans(text: str) -> list[dict[str, Any]]:
    """What the script of a page has."""
    found = re.search(r'id="plans">(.*?)</script>', text, re.DOTALL)
    assert found is not None
    read: list[dict[str, Any]] = json.loads(found[1])
    return read


def add_shop(scope: Construct, name: str) -> EksIngress:
    """A cluster in a stack of its own, with a load balancer of that name."""
    stack = Stack(scope, name)
    ingress = EksIngress(stack, "Ingress", cluster=v2_created(stack))
    ingress.add_load_balancer(name, namespace="shop").add_route("/", Service("web", 80))
    return ingress


def test_the_page_stands_beside_the_templates() -> None:
    shop = Shop()
    shop.ingress.add_load_balancer("Public", namespace="shop", scheme=Scheme.INTERNET_FACING).add_route("/", Service("web", 80))
    text = page(shop.app)
    assert text.startswith("<!DOCTYPE html>")
    assert '<h3>shop.public</h3> <p class="kind">Application load balancer <span class="scheme public">' in text
    assert "tests/synth/test_report_page.py:" in text


def test_without_load_balancers_there_is_no_page() -> None:
    shop = Shop()
    assert not Path(shop.app.synth().directory, PAGE).exists()


def test_what_is_known_only_at_deploy_time_is_shown_as_in_the_template() -> None:
    app = App()
    stack = Stack(app, "Shop")
    ingress = EksIngress(stack, "Ingress", cluster=v2_created(stack))
    certificate = aws_certificatemanager.Certificate(stack, "Cert", domain_name="shop.example.com")
    listeners = [Listener.https(certificates=[certificate])]
    balancer = ingress.add_load_balancer("Public", namespace="shop", listeners=listeners)
    balancer.add_route("/", Redirect(host=f"{certificate.certificate_arn}.example.com"))
    text = page(app)
    assert "Token[" not in text.replace(r"\$\{Token\[", "")
    assert "<code>${Cert5C9FAEC1}</code>" in text
    assert plans(text)[0]["balancers"][0]["listeners"][0]["rules"][0]["action"]["host"] == "${Cert5C9FAEC1}.example.com"
    assert re.search(r"<h2 [^>]*>Cluster \$\{Cluster\w+\}</h2>", text)


def test_the_clusters_of_all_stacks_are_on_one_page() -> None:
    app = new_app()
    for name in ("Blue", "Green", "Red"):
        add_shop(app, name)
    groups = [[balancer["group"] for balancer in found["balancers"]] for found in plans(page(app))]
    assert groups == [["shop.blue"], ["shop.green"], ["shop.red"]]


def test_the_clusters_of_all_stages_are_on_the_page_of_the_app() -> None:
    app = new_app()
    for name in ("Dev", "Prod"):
        add_shop(Stage(app, name), f"Shop{name}")
    add_shop(app, "Tools")
    text = page(app)
    assert sorted(balancer["group"] for found in plans(text) for balancer in found["balancers"]) == [
        "shop.shop-dev",
        "shop.shop-prod",
        "shop.tools",
    ]
    ids = re.findall(r' id="([^"]+)"', text)
    assert len(ids) == len(set(ids))


def test_load_balancers_of_several_stacks_on_one_cluster_are_on_the_page() -> None:
    app = new_app()
    ingress = add_shop(app, "Platform")
    team = Stack(app, "Team")
    ingress.load_balancer("Platform", team).add_route("/cart", Service("cart", 80))
    (found,) = plans(page(app))
    assert [rule["paths"] for rule in found["balancers"][0]["listeners"][0]["rules"]] == [["/cart", "/cart/*"], ["/*"]]


def test_where_one_cluster_is_refused_there_is_no_page() -> None:
    app = new_app()
    add_shop(app, "Blue")
    add_shop(app, "Green").load_balancers[0].add_route("/a*", Service("web", 80))
    with pytest.raises(RuntimeError, match="Green"):
        app.synth()
    assert not Path(app.outdir, PAGE).exists()


def test_limits_that_are_stated_are_those_of_the_page() -> None:
    shop = Shop({"facts": Facts(quotas=Quotas(rules=321))})
    shop.ingress.add_load_balancer("Public", namespace="shop").add_route("/", Service("web", 80))
    assert "1 of 321 rules" in page(shop.app)


def test_a_warning_stands_beside_the_route_that_it_is_about() -> None:
    shop = Shop()
    balancer = shop.ingress.add_load_balancer("Public", namespace="shop", scheme=Scheme.INTERNET_FACING)
    balancer.add_route("shop.example.com/", Redirect(host="shop.example.com"))
    balancer.add_route("/", FixedResponse(404))
    text = page(shop.app)
    rule = re.search(r'<li id="c0-b0-80-1".*?</li></ul></li>', text, re.DOTALL)
    assert rule is not None
    assert "EKI115 warning" in rule[0]


def test_an_imported_cluster_is_named() -> None:
    app = new_app()
    stack = Stack(app, "Shop")
    ingress = EksIngress.from_existing(stack, "Ingress", cluster=v2_imported(stack))
    ingress.add_load_balancer("Public", namespace="shop").add_route("/", Service("web", 80))
    assert plans(page(app))[0]["name"] == "prod"
