from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import Annotations, App, Stack, aws_certificatemanager
from aws_cdk.assertions import Annotations as Found
from aws_cdk.assertions import Match

from eks_ingress import (
    CertificateFact,
    EksIngress,
    Facts,
    FixedResponse,
    Listener,
    LoadBalancerAttributes,
    Quotas,
    Redirect,
    Refused,
    Scheme,
    Service,
    SubnetFact,
)
from eks_ingress.cli import main
from tests.synth.apps import Shop, v2_created

CERTIFICATE = "arn:aws:acm:eu-west-1:111122223333:certificate/1"


def written(app: App, name: str = "Shop.Ingress") -> dict[str, Any]:
    """The plan in the cloud assembly."""
    document: dict[str, Any] = json.loads(Path(app.synth().directory, f"{name}.plan.json").read_text("utf-8"))
    return document


def warnings(stack: Stack) -> list[str]:
    found = Found.from_stack(stack).find_warning("*", Match.string_like_regexp("EKI"))
    return [str(entry.entry.data) for entry in found]


def test_the_plan_stands_beside_the_template_in_the_controllers_format() -> None:
    shop = Shop()
    shop.ingress.add_load_balancer("Public", namespace="shop").add_route("/", Service("web", 80))
    found = written(shop.app)
    assert found["findings"] == []
    (stack,) = found["load_balancers"]
    assert stack["id"] == "shop.public"
    assert stack["resources"]["AWS::ElasticLoadBalancingV2::LoadBalancer"]["LoadBalancer"]["spec"]["name"].startswith(
        "k8s-shoppublic-"
    )
    assert stack == shop.ingress.plan().load_balancers[0].stack


def test_what_is_known_only_at_deploy_time_is_a_placeholder_in_the_plan() -> None:
    app = App()
    stack = Stack(app, "Shop")
    ingress = EksIngress(stack, "Ingress", cluster=v2_created(stack))
    certificate = aws_certificatemanager.Certificate(stack, "Cert", domain_name="shop.example.com")
    listeners = [Listener.https(certificates=[certificate])]
    ingress.add_load_balancer("Public", namespace="shop", listeners=listeners).add_route("/", Service("web", 80))
    (stack_of,) = written(app)["load_balancers"]
    listener = stack_of["resources"]["AWS::ElasticLoadBalancingV2::Listener"]["443"]["spec"]
    (arn,) = (found["certificateARN"] for found in listener["certificates"])
    assert arn.startswith("${Cert")
    assert "Token" not in json.dumps(stack_of)


def test_without_load_balancers_no_plan_is_written() -> None:
    shop = Shop()
    assert not Path(shop.app.synth().directory, "Shop.Ingress.plan.json").exists()


def test_nothing_is_written_where_something_is_refused() -> None:
    shop = Shop()
    balancer = shop.ingress.add_load_balancer("Public", namespace="shop")
    for number in range(101):
        balancer.add_route(f"/{number}", Service("web", 80))
    message = shop.refusal()
    assert "EKI401 error  Shop/Ingress/Public" in message
    assert not Path(shop.app.outdir, "Shop.Ingress.plan.json").exists()


def too_many(**settings: Any) -> Shop:
    shop = Shop(settings)
    balancer = shop.ingress.add_load_balancer("Public", namespace="shop")
    for number in range(101):
        balancer.add_route(f"/{number}", Service("web", 80))
    return shop


def test_a_limit_of_aws_fails_the_synth_with_place_reason_and_remedy() -> None:
    message = too_many().refusal()
    assert "101 rules" in message
    assert "test_plan.py:" in message
    assert "quota" in message.lower()


def test_a_quota_is_raised_by_the_users_word() -> None:
    assert written(too_many(facts=Facts(quotas=Quotas(rules=200))).app)["findings"] == []


def test_what_a_check_finds_can_be_acknowledged_with_a_reason() -> None:
    shop = too_many()
    shop.ingress.load_balancers[0].acknowledge("EKI401", "the quota of this account is 200 since last week")
    assert written(shop.app)["findings"] == []


def test_what_was_acknowledged_is_so_for_whoever_checks_the_template(capsys: pytest.CaptureFixture[str]) -> None:
    shop = Shop()
    protected = LoadBalancerAttributes(deletion_protection=True)
    whole = shop.ingress.add_load_balancer("Shop", namespace="shop", attributes=protected)
    whole.add_route("/", Service("web", 80))
    shop.ingress.load_balancer("Shop", Stack(shop.app, "Team"), namespace="team").add_route("/team", Service("team", 80))
    whole.acknowledge("EKI333", "deleting it takes two steps on purpose")
    assert main(["check", shop.app.synth().directory]) == 0
    assert "(1 acknowledged)" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("check", "reason", "words"),
    [
        ("EKI999", "because", "check 'EKI999' does not exist."),
        ("EKI401", " ", "reason ' ' is empty."),
        ("EKI231", "because", "check 'EKI231' cannot be acknowledged, since the controller would refuse it all the same."),
    ],
)
def test_an_acknowledgement_that_would_do_nothing_is_refused(check: str, reason: str, words: str) -> None:
    balancer = Shop().ingress.add_load_balancer("Public", namespace="shop")
    with pytest.raises(Refused, match=words):
        balancer.acknowledge(check, reason)


def looping() -> Shop:
    shop = Shop()
    balancer = shop.ingress.add_load_balancer("Public", namespace="shop", scheme=Scheme.INTERNET_FACING)
    balancer.add_route("shop.example.com/", Redirect(host="shop.example.com"))
    balancer.add_route("/", FixedResponse(404))
    return shop


def test_what_would_silently_be_something_else_is_a_warning_of_the_cdk() -> None:
    shop = looping()
    (warning,) = warnings(shop.stack)
    assert warning.startswith("EKI115 warning  Shop/Ingress/Public  (")
    assert "[ack: eks-ingress:EKI115]" in warning


def test_a_warning_can_be_acknowledged_the_cdk_way() -> None:
    shop = looping()
    Annotations.of(shop.ingress).acknowledge_warning("eks-ingress:EKI115", "an experiment")
    assert warnings(shop.stack) == []


@pytest.mark.newest  # before 2.272, CDK heeds only what is acknowledged above the construct that a later warning is about
def test_a_warning_can_be_acknowledged_the_cdk_way_on_the_load_balancer_itself() -> None:
    shop = looping()
    Annotations.of(shop.ingress.load_balancers[0]).acknowledge_warning("eks-ingress:EKI115", "an experiment")
    assert warnings(shop.stack) == []


def test_a_warning_can_be_acknowledged_as_an_error_is() -> None:
    shop = looping()
    shop.ingress.load_balancers[0].acknowledge("EKI115", "an experiment")
    assert warnings(shop.stack) == []


def test_what_is_stated_of_aws_is_in_the_plan() -> None:
    subnets = tuple(
        SubnetFact(f"subnet-{zone}", f"eu-west-1{zone}", tags={"kubernetes.io/role/internal-elb": "1"}) for zone in "ab"
    )
    shop = Shop({"facts": Facts(subnets=subnets)})
    balancer = shop.ingress.add_load_balancer("Public", namespace="shop")
    balancer.add_route("/", Service("web", 80))
    assert [subnet.id for subnet in balancer.plan.subnets] == ["subnet-a", "subnet-b"]


def test_what_is_not_in_aws_is_refused() -> None:
    certificates = (CertificateFact(CERTIFICATE, ("*.example.org",)),)
    shop = Shop({"facts": Facts(certificates=certificates)})
    listeners = [Listener.https()]
    shop.ingress.add_load_balancer("Public", namespace="shop", listeners=listeners).add_route(
        "shop.example.com/", Service("web", 80)
    )
    message = shop.refusal()
    assert "EKI215 error  Shop/Ingress/Public" in message
    assert "no certificate found for host: shop.example.com" in message


def test_the_plan_answers_requests() -> None:
    shop = Shop()
    balancer = shop.ingress.add_load_balancer("Public", namespace="shop")
    balancer.add_route("shop.example.com/api", Service("api", 8080))
    balancer.add_route("/", Redirect(host="shop.example.com"))
    assert balancer.plan.match("http://SHOP.example.com/api/cart?x=1", method="POST").service == "shop/api:8080"
    assert shop.ingress.plan().match("http://old.example.com/a?b=c").location == "http://shop.example.com/a?b=c"
