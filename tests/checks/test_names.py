from __future__ import annotations

import pytest

from tests.checks.objects import Case, findings, messages, of_class, service
from tests.plan.objects import PREFIX, ingress

CASES = {
    "EKI380": Case(
        ingress("/", said={"listen-ports": [{"HTTPS": 443}], "certificate-arn": "shop.example.com"}),
        ingress("/", said={"listen-ports": [{"HTTPS": 443}], "certificate-arn": "arn:a"}),
        "alb.ingress.kubernetes.io/certificate-arn holds 'shop.example.com'.",
    ),
    "EKI247": Case(
        ingress("/", said={"tags": r"owner=cart\,shop"}),
        ingress("/", said={"tags": "owner=cart.shop:a/b+c-d@e_f =g"}),
        "alb.ingress.kubernetes.io/tags: value of 'owner' in tags, 'cart,shop' is no text that AWS and the controller's annotation "
        "both take.",
    ),
    "EKI249": Case(
        ingress("/", said={"load-balancer-name": "shop_public"}),
        ingress("/", said={"load-balancer-name": "shop-public"}),
        "name 'shop_public' is not the name of a load balancer: 1 to 32 letters, digits and '-', with a letter or digit at both "
        "ends.",
    ),
}


@pytest.mark.parametrize("id", CASES)
def test_it_is_found_and_what_is_near_is_not(id: str) -> None:
    CASES[id].hold(id)


@pytest.mark.parametrize(
    ("tags", "found"),
    [
        ("team=cart,stage=prod", 0),
        ("aws:team=cart", 1),
        ("elbv2.k8s.aws/cluster=prod", 1),
        (f"{'a' * 129}=b", 1),
        (f"a={'b' * 257}", 1),
        (f"{'a' * 128}={'b' * 256}", 0),
        ("a=${Token[A.1]}", 0),
        ("a", 0),
    ],
)
def test_a_tag_is_what_aws_takes(tags: str, found: int) -> None:
    for key in ("tags", "frontend-nlb-tags"):
        assert len(messages("EKI247", ingress("/", said={key: tags}))) == found
    assert len(messages("EKI247", service(said={"tags": tags}))) == found


def test_a_tag_of_a_class_is_looked_at() -> None:
    made = of_class({"tags": [{"key": "aws:a", "value": "b"}]})
    (finding,) = findings(*made)
    assert (finding.id, finding.object) == ("EKI247", "IngressClassParams alb")
    assert finding.message == "tags of the class: key in tags 'aws:a' is a tag of AWS' or of the controller's own."


@pytest.mark.parametrize(("name", "found"), [("internal-shop", 1), ("-shop", 1), ("shop-", 1), ("Shop1", 0), ("${Token[N.1]}", 0)])
def test_a_name_is_what_aws_takes(name: str, found: int) -> None:
    assert len(messages("EKI249", ingress("/", said={"load-balancer-name": name}))) == found
    assert len(messages("EKI249", *of_class({"loadBalancerName": name}), ingress("/"))) == found


def test_a_name_that_nobody_chose_is_well() -> None:
    assert findings(ingress("/", said={f"{PREFIX}group.name": "a.b-c"})) == []
