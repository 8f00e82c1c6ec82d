from __future__ import annotations

from typing import Any

import pytest

from eks_ingress.checks.region import elsewhere
from eks_ingress.manifests.manifest import Manifest
from eks_ingress.refusal import Problem
from tests.plan.objects import binding, ingress, source

TOKEN = "${Token[TOKEN.12]}"
HERE = "eu-west-1"
CERTIFICATE = "arn:aws:acm:us-east-1:111122223333:certificate/a"
WEB_ACL = "arn:aws:wafv2:us-east-1:111122223333:regional/webacl/shop/a"
TARGET_GROUP = "arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/blue/0123456789abcdef"
TRUST_STORE = "arn:aws:elasticloadbalancing:us-east-1:111122223333:truststore/clients/0123456789abcdef"


def named(said: dict[str, Any], region: str = HERE) -> list[str]:
    """The ARNs of other regions."""
    return [problem.reason.split(" ")[2].removesuffix(",") for problem in elsewhere([ingress("/", said=said)], region)]


def test_a_certificate_of_another_region_is_a_problem() -> None:
    assert list(elsewhere([ingress("/", said={"certificate-arn": CERTIFICATE})], HERE)) == [
        Problem(
            f"alb.ingress.kubernetes.io/certificate-arn names {CERTIFICATE}, which is in us-east-1, "
            "while the load balancer is in eu-west-1.",
            "Name one of its own region.",
            source(),
            "EKI240",
        )
    ]


@pytest.mark.parametrize(
    ("region", "partition"),
    [("us-gov-west-1", "aws-us-gov"), ("cn-north-1", "aws-cn"), ("eu-west-1", "aws"), ("us-isob-east-1", "aws-iso-b")],
)
def test_an_arn_of_another_partition_is_a_problem(region: str, partition: str) -> None:
    right = f"arn:{partition}:acm:{region}:111122223333:certificate/a"
    wrong = right.replace(f":{partition}:", ":aws-iso:")
    assert list(elsewhere([ingress("/", said={"certificate-arn": right})], region)) == []
    (problem,) = elsewhere([ingress("/", said={"certificate-arn": wrong})], region)
    assert problem.reason == (
        f"alb.ingress.kubernetes.io/certificate-arn names {wrong}, of partition aws-iso, while the load balancer is in {region}, "
        f"which is in partition {partition}."
    )
    assert problem.remedy == f"Begin it with arn:{partition}:."


def test_a_target_group_of_another_region_cannot_be_bound() -> None:
    (problem,) = elsewhere([binding(targetGroupARN=TARGET_GROUP)], HERE)
    assert problem.reason == (f"targetGroupARN names {TARGET_GROUP}, which is in us-east-1, while the controller is in eu-west-1.")
    assert list(elsewhere([binding()], HERE)) == []


def test_a_problem_is_told_with_its_id_and_place() -> None:
    (problem,) = elsewhere([ingress("/", said={"wafv2-acl-arn": WEB_ACL})], HERE)
    assert str(problem).startswith("EKI240 error  Shop/web\n    alb.ingress.kubernetes.io/wafv2-acl-arn names ")


@pytest.mark.parametrize(
    ("said", "arns"),
    [
        ({"certificate-arn": f"{CERTIFICATE},{CERTIFICATE}b"}, [CERTIFICATE, f"{CERTIFICATE}b"]),
        ({"certificate-arn": f"{CERTIFICATE} , arn:aws:acm:eu-west-1:111122223333:certificate/b"}, [CERTIFICATE]),
        ({"certificate-arn": CERTIFICATE.replace(":aws:", ":aws-cn:")}, [CERTIFICATE.replace(":aws:", ":aws-cn:")]),
        ({"wafv2-acl-arn": WEB_ACL}, [WEB_ACL]),
        ({"actions.blue": {"type": "forward", "targetGroupARN": TARGET_GROUP}}, [TARGET_GROUP]),
        (
            {
                "actions.both": {
                    "forwardConfig": {"targetGroups": [{"targetGroupARN": TARGET_GROUP}, {"targetGroupARN": f"{TARGET_GROUP}0"}]}
                }
            },
            [TARGET_GROUP, f"{TARGET_GROUP}0"],
        ),
        ({"mutual-authentication": [{"port": 443, "mode": "verify", "trustStore": TRUST_STORE}]}, [TRUST_STORE]),
        ({"certificate-arn": CERTIFICATE, "wafv2-acl-arn": WEB_ACL}, [CERTIFICATE, WEB_ACL]),
    ],
)
def test_each_resource_of_another_region_is_found(said: dict[str, Any], arns: list[str]) -> None:
    assert named(said) == arns


@pytest.mark.parametrize(
    "said",
    [
        {"certificate-arn": CERTIFICATE.replace("us-east-1", HERE)},
        {"certificate-arn": "arn:aws:iam::111122223333:server-certificate/a"},
        {"certificate-arn": TOKEN},
        {"certificate-arn": f"arn:aws:acm:{TOKEN}:111122223333:certificate/a"},
        {"auth-idp-cognito": {"userPoolARN": "arn:aws:cognito-idp:us-east-1:111122223333:userpool/us-east-1_a"}},
        {"scheme": "internal", "certificate-arn": ""},
        {"example.com/certificate": CERTIFICATE},
    ],
)
def test_what_is_of_its_own_region_or_of_none_is_not_found(said: dict[str, Any]) -> None:
    assert named(said) == []


@pytest.mark.parametrize("region", [TOKEN, f"{TOKEN}-1"])
def test_a_region_known_only_at_deploy_time_says_nothing(region: str) -> None:
    assert named({"certificate-arn": CERTIFICATE}, region) == []


def test_each_manifest_is_looked_at() -> None:
    bare = Manifest({"kind": "IngressClass", "metadata": {"name": "alb"}}, source("alb"))
    manifests = [bare, *[ingress("/", name=name, said={"certificate-arn": CERTIFICATE}) for name in "ab"]]
    assert [problem.source for problem in elsewhere(manifests, HERE)] == [source("a"), source("b")]
