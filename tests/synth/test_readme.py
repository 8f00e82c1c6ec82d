"""What the README shows is what happens."""

from __future__ import annotations

import inspect
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, CfnOutput, Duration, Stack, aws_certificatemanager, aws_cognito, aws_ec2, aws_route53, aws_s3
from aws_cdk import aws_elasticloadbalancingv2 as elbv2

import eks_ingress
from eks_ingress.cli import main
from tests.synth.apps import FLAGS, ROOT, Shop, v2_imported

README = (ROOT / "README.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    fences = re.findall(r"^```(\w*)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    return [text for name, text in fences if name == language]


def test_the_face_of_the_library_synthesizes_to_the_plan_that_is_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names: dict[str, Any] = {}
    exec(blocks("python")[0], names)
    app = App(context=FLAGS, outdir=str(tmp_path))
    base = Stack(app, "Base")
    certificate = aws_certificatemanager.Certificate(base, "Certificate", domain_name="shop.example.com")
    names["Shop"](app, "Shop", cluster=v2_imported(base), certificate=certificate)
    app.synth()
    assert main(["plan", str(tmp_path)]) == 0
    shown = blocks("console")[0].split("\n", 1)[1].rstrip()
    assert shown in capsys.readouterr().out


def test_what_it_asserts_of_that_shop_holds() -> None:
    names: dict[str, Any] = {}
    exec(blocks("python")[0], names)
    base = Stack(App(context=FLAGS), "Base")
    certificate = aws_certificatemanager.Certificate(base, "Certificate", domain_name="shop.example.com")
    stack = names["Shop"](base, "Shop", cluster=v2_imported(base), certificate=certificate)
    (shop,) = (found for found in stack.node.find_all() if isinstance(found, eks_ingress.ApplicationLoadBalancer))
    exec(blocks("python")[-1], {"shop": shop})


def test_the_routes_that_it_shows_work() -> None:
    shop = Shop()
    names = {name: getattr(eks_ingress, name) for name in eks_ingress.__all__}
    names["shop"] = shop.ingress.add_load_balancer("Shop", namespace="shop")
    exec(blocks("python")[1], names)
    assert [(rule.get("host"), len(rule["http"]["paths"])) for rule in shop.ingress_object()["spec"]["rules"]] == [
        (None, 1),
        ("old.example.com", 1),
        ("shop.example.com", 2),
        ("*.shop.example.com", 1),
        (None, 2),
    ]


def test_the_further_words_that_it_shows_work() -> None:
    shop = Shop()
    names = {name: getattr(eks_ingress, name) for name in eks_ingress.__all__}
    names["user_pool"] = aws_cognito.UserPool(shop.stack, "Pool")
    names["client"] = names["user_pool"].add_client("Client")
    names["domain"] = names["user_pool"].add_domain("Domain", cognito_domain=aws_cognito.CognitoDomainOptions(domain_prefix="shop"))
    https = [eks_ingress.Listener.redirect_to_https(), eks_ingress.Listener.https()]
    names["shop"] = shop.ingress.add_load_balancer("Shop", namespace="shop", listeners=https)
    exec(blocks("python")[2], names)
    https_rules = names["shop"].plan.listeners[1].rules
    assert {(rule.paths[0], rule.auth and rule.auth.kind, str(rule.action)) for rule in https_rules} == {
        ("/checkout", None, "Service shop/blue:80 (90), shop/green:80 (10)"),
        ("/staff", "cognito", "Service shop/staff:80"),
        ("/api", None, "Service shop/api:8080"),
    }
    shop.app.synth()


def test_what_is_not_http_is_served_as_it_shows() -> None:
    shop = Shop()
    names = {name: getattr(eks_ingress, name) for name in eks_ingress.__all__}
    certificate = aws_certificatemanager.Certificate(shop.stack, "Certificate", domain_name="mqtt.example.com")
    exec(blocks("python")[3], names | {"ingress": shop.ingress, "certificate": certificate})
    (planned,) = shop.ingress.plan().network_load_balancers
    assert [(listener.port, listener.protocol) for listener in planned.listeners] == [(53, "TCP_UDP"), (8883, "TLS")]
    shop.app.synth()


def test_several_teams_share_a_load_balancer_as_it_shows() -> None:
    platform = Shop()
    names = {name: getattr(eks_ingress, name) for name in eks_ingress.__all__}
    shop = platform.ingress.add_load_balancer("Shop", namespace="shop")
    shop.add_route("/", eks_ingress.Service("web", 80))
    exec(blocks("python")[6], names | {"platform": platform, "team_stack": Stack(platform.app, "Cart")})
    assert [rule.paths[0] for rule in shop.plan.listeners[0].rules] == ["/cart", "/*"]
    platform.app.synth()


def test_a_target_group_of_the_app_is_bound_as_it_shows() -> None:
    shop = Shop()
    names = {name: getattr(eks_ingress, name) for name in eks_ingress.__all__} | own_load_balancer(shop)
    exec(blocks("python")[7], names)
    assert [bound.service for bound in shop.ingress.plan().bindings] == ["shop/storefront:80"]
    shop.app.synth()


def own_load_balancer(shop: Shop) -> dict[str, Any]:
    """What the pages about target groups take as there: a VPC, a security group, a target group."""
    vpc = aws_ec2.Vpc(shop.stack, "OwnVpc")
    guard = aws_ec2.SecurityGroup(shop.stack, "Guard", vpc=vpc)
    group = elbv2.CfnTargetGroup(shop.stack, "Targets", target_type="ip")
    made = {"vpc": vpc, "guard": guard, "target_group": group, "balancer_security_group": guard}
    return {**made, "ingress": shop.ingress, "stack": shop.stack, "elbv2": elbv2}


def test_all_that_the_page_of_target_groups_shows_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shop = Shop()
    names = {name: getattr(eks_ingress, name) for name in eks_ingress.__all__} | own_load_balancer(shop)
    page = (ROOT / "docs" / "target-group-bindings.md").read_text("utf-8")
    shown = {language: re.findall(rf"^```{language}\n(.*?)^```$", page, re.MULTILINE | re.DOTALL) for language in LANGUAGES}
    for block in shown["python"]:
        exec(block, names)
    shop.app.synth()
    assert [bound.name for bound in shop.ingress.plan().bindings] == ["shop/storefront-targets", "shop/shared"]
    monkeypatch.chdir(tmp_path)
    Path("binding.yaml").write_text(shown["yaml"][0], "utf-8")
    for block in shown["console"]:
        command, _, told = block.partition("\n")
        main(command.removeprefix("$ eks-ingress ").split())
        assert capsys.readouterr().out.startswith(told.rstrip("\n"))


LANGUAGES = ("python", "yaml", "console")


def test_all_that_the_page_of_load_balancers_shows_works() -> None:
    shop = Shop()
    names = {name: getattr(eks_ingress, name) for name in eks_ingress.__all__}
    names |= {"ingress": shop.ingress, "timedelta": timedelta, "team_stack": Stack(shop.app, "Team")}
    page = (ROOT / "docs" / "load-balancers.md").read_text("utf-8")
    for block in re.findall(r"^```python\n(.*?)^```$", page, re.MULTILINE | re.DOTALL):
        exec(block, names)
    shop.app.synth()
    assert [balancer.group for balancer in shop.ingress.plan().load_balancers] == ["back.back", "shop.shop", "site.site"]


def test_all_that_the_page_of_network_load_balancers_shows_works() -> None:
    shop = Shop()
    names = {name: getattr(eks_ingress, name) for name in eks_ingress.__all__}
    names |= {"ingress": shop.ingress, "timedelta": timedelta, "team_stack": Stack(shop.app, "Team")}
    names |= {"CfnOutput": CfnOutput, "aws_ec2": aws_ec2}
    page = (ROOT / "docs" / "network-load-balancers.md").read_text("utf-8")
    for block in re.findall(r"^```python\n(.*?)^```$", page, re.MULTILINE | re.DOTALL):
        exec(block, names)
    shop.app.synth()
    planned = shop.ingress.plan().network_load_balancers
    assert {found.service: [listener.protocol for listener in found.listeners] for found in planned} == {
        "api/partners": ["TCP"],
        "cache/redis": ["TCP", "TCP"],
        "iot/broker": ["TCP"],
        "iot/legacy": ["TCP"],
        "iot/mqtt": ["TCP", "TLS"],
        "metrics/metrics": ["TCP"],
        "net/dns": ["TCP_UDP"],
        "net/ldap": ["TCP"],
        "voice/sip": ["UDP"],
        "web/web": ["TCP_QUIC"],
    }


def test_all_that_the_page_of_dns_and_subnets_shows_works() -> None:
    shop = Shop()
    names = {name: getattr(eks_ingress, name) for name in eks_ingress.__all__}
    names |= {"ingress": shop.ingress, "Duration": Duration, "aws_ec2": aws_ec2, "aws_route53": aws_route53}
    page = (ROOT / "docs" / "dns-and-subnets.md").read_text("utf-8")
    for block in re.findall(r"^```python\n(.*?)^```$", page, re.MULTILINE | re.DOTALL):
        exec(block, names)
    records = [made["Properties"] for made in shop.resources().values() if made["Type"] == "AWS::Route53::RecordSet"]
    assert sorted((record["Name"], record["Type"]) for record in records) == [
        ("*.shop.example.com.", "A"),
        ("*.shop.example.com.", "AAAA"),
        ("mqtt.example.com.", "A"),
        ("shop.example.com.", "A"),
        ("shop.example.com.", "AAAA"),
    ]


def test_every_word_of_a_network_load_balancer_is_on_its_page() -> None:
    page = (ROOT / "docs" / "network-load-balancers.md").read_text("utf-8")
    keywords = [*inspect.signature(eks_ingress.NetworkLoadBalancer.__init__).parameters][4:]
    assert {name for name in keywords if f"{name}=" not in page} == set()


def test_all_that_the_page_of_manifests_shows_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = (ROOT / "docs" / "your-own-yaml.md").read_text("utf-8")
    shop = Shop()
    (tmp_path / "k8s").mkdir()
    (tmp_path / "k8s" / "shop.yaml").write_text("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: shop}\n", "utf-8")
    names: dict[str, Any] = {"ingress": shop.ingress, "bucket": aws_s3.Bucket(shop.stack, "Bucket")}
    monkeypatch.chdir(tmp_path)
    for block in re.findall(r"^```python\n(.*?)^```$", page, re.MULTILINE | re.DOTALL):
        exec(block, names)
    exec(
        next(block for block in blocks("python") if "add_manifests" in block).replace("Legacy", "Again"),
        {"ingress": Shop().ingress},
    )
    assert sorted(body["metadata"]["name"] for body in shop.objects()) == ["a", "settings", "shop"]


def test_the_message_that_it_shows_is_the_one_that_comes() -> None:
    shop = Shop()
    shop.ingress.add_load_balancer("Shop", namespace="shop").add_route("shop.example.com/a*", eks_ingress.Service("web", 80))
    shown = next(block for block in blocks("") if block.startswith("error  "))
    _, *rest = shown.splitlines()
    assert "\n".join(rest) in shop.refusal()


def test_the_two_commands_are_there() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for target in ("synth", "test"):
        assert f"\nmake {target} " in README
        assert f"\n{target}:" in makefile
