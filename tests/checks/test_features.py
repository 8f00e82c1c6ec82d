from __future__ import annotations

import json
from typing import Any

import pytest

from eks_ingress.annotations import catalogue, of_services
from eks_ingress.annotations.catalogue import ALL, Annotation
from eks_ingress.checks.features import not_chosen
from eks_ingress.controller.features import Feature
from eks_ingress.manifests.ingress_class import manifests
from eks_ingress.manifests.manifest import Manifest
from eks_ingress.routing.ingress_class import ClassSettings, IngressClass
from eks_ingress.routing.web_acl import WebAcl
from tests.plan.objects import PREFIX, ingress, source

WEB_ACL = "arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/shop/1234"
IAM = "arn:aws:iam::111122223333:server-certificate/shop"
ACM = "arn:aws:acm:eu-west-1:111122223333:certificate/1"


def needed(*found: Manifest) -> list[str]:
    """The features for which there is a problem when none is chosen."""
    return [problem.reason.partition("Feature.")[2].split(",")[0] for problem in not_chosen(found, lambda name: False)]


def annotated(row: Annotation, text: str) -> Manifest:
    """A Service with an annotation."""
    metadata = {"name": "web", "namespace": "shop", "annotations": {row.key(): text}}
    return Manifest({"kind": "Service", "metadata": metadata, "spec": {"ports": [{"port": 80}]}}, source())


def test_what_an_annotation_needs_is_told_with_what_to_add() -> None:
    (problem,) = not_chosen([ingress("/", said={"wafv2-acl-arn": WEB_ACL})], {"SHIELD"}.__contains__)
    assert str(problem) == (
        "EKI505 error  Shop/web\n"
        f"    {PREFIX}wafv2-acl-arn needs Feature.WAFV2, which is not among those of the controller.\n"
        "    Add it to `features=` of the EksIngress: [Feature.WAFV2, …], or leave out what needs it."
    )
    assert problem.source == source()


def test_every_feature_of_the_catalogue_is_told_and_is_one() -> None:
    rows = [row for row in ALL if row.feature is not None]
    assert len({row.feature for row in rows}) == 9
    for row in rows:
        assert needed(ingress("/", said={row.name: "none"})) == [row.feature]
        assert row.feature in Feature.__members__


@pytest.mark.parametrize(
    ("said", "features"),
    [
        ({}, []),
        ({"listen-ports": [{"HTTP": 80}]}, []),
        ({"listen-ports": [{"HTTPS": 443}]}, ["CERTIFICATE_DISCOVERY"]),
        ({"listen-ports": [{"HTTPS": 443}], "certificate-arn": ACM}, []),
        ({"listen-ports": [{"HTTPS": 443}], "certificate-arn": "${Token[TOKEN.1]}"}, []),
        ({"certificate-arn": f"{ACM},{IAM}"}, ["IAM_CERTIFICATES"]),
        ({"listen-ports": [{"HTTPS": 443}], "create-acm-cert": "true"}, ["CERTIFICATE_CREATION"]),
        ({"mutual-authentication": [{"port": 443, "mode": "verify", "trustStore": "partners"}]}, ["MUTUAL_TLS"]),
        ({"mutual-authentication": [{"port": 443, "mode": "verify", "trustStore": "arn:aws:x"}]}, []),
        ({"mutual-authentication": [{"port": 443, "mode": "verify", "trustStore": "${Token[TOKEN.1]}"}]}, []),
        ({"mutual-authentication": [{"port": 443, "mode": "off"}]}, []),
        ({"listen-ports": "nonsense"}, []),
    ],
)
def test_what_tls_needs_depends_on_its_values(said: dict[str, Any], features: list[str]) -> None:
    assert needed(ingress("/", said=said)) == features


def test_a_service_with_a_load_balancer_of_its_own_needs_features_too() -> None:
    assert needed(annotated(of_services.MINIMUM_CAPACITY, "CapacityUnits=100")) == ["CAPACITY_RESERVATION"]
    assert needed(annotated(of_services.SSL_CERT, f"{ACM},{IAM}")) == ["IAM_CERTIFICATES"]
    assert needed(annotated(of_services.SSL_CERT, f"{ACM},${{Token[TOKEN.1]}}:iam:")) == []
    assert needed(annotated(catalogue.AUTH_IDP_COGNITO, "{}")) == ["COGNITO"]


def test_what_is_chosen_is_no_problem() -> None:
    made = ingress("/", said={"wafv2-acl-name": "shop", "shield-advanced-protection": "true"})
    assert needed(made) == ["WAFV2_BY_NAME", "SHIELD"]
    assert not list(not_chosen([made], {"WAFV2_BY_NAME", "SHIELD"}.__contains__))


def test_a_class_needs_features_too() -> None:
    made = manifests(IngressClass("public", ClassSettings(web_acl=WebAcl.by_arn(WEB_ACL), minimum_capacity=0)))
    assert sorted(needed(*made)) == ["CAPACITY_RESERVATION", "WAFV2"]


def test_the_certificate_of_a_class_is_not_looked_for() -> None:
    made = manifests(IngressClass("alb", ClassSettings(certificates=[ACM])))
    https = json.dumps([{"HTTPS": 443}])
    assert needed(*made, ingress("/", said={"listen-ports": https})) == []
