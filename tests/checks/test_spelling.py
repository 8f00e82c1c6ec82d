from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.checks.objects import Case, findings, made, messages, service
from tests.plan.objects import PREFIX, ingress, path, rule

OLD = {"type": "redirect", "redirectConfig": {"host": "a.example.com", "statusCode": "HTTP_301"}}
TO_OLD = rule(path("/", to="old:action"))

CASES = {
    "EKI241": Case(
        ingress("/", said={"certificate-arns": "arn:a"}),
        ingress("/", said={"certificate-arn": "arn:a"}),
        "alb.ingress.kubernetes.io/certificate-arns is not known.",
    ),
    "EKI113": Case(
        ingress(TO_OLD, said={"actions.old": {**OLD, "redirectConfig": {"hots": "b.example.com", "statusCode": "HTTP_301"}}}),
        ingress(TO_OLD, said={"actions.old": {**OLD, "REDIRECTCONFIG": {"Host": "b.example.com", "StatusCode": "HTTP_301"}}}),
        "alb.ingress.kubernetes.io/actions.old has the key 'hots' in redirectConfig, which the controller does not know.",
    ),
}


@pytest.mark.parametrize("id", CASES)
def test_it_is_found_and_what_is_near_is_not(id: str) -> None:
    CASES[id].hold(id)


@pytest.mark.parametrize(
    ("key", "remedy"),
    [
        (f"{PREFIX}healthcheck-paths", f"Did you mean {PREFIX}healthcheck-path?"),
        (f"{PREFIX}Scheme", f"Did you mean {PREFIX}scheme?"),
        (f"{PREFIX}group-name", f"Did you mean {PREFIX}group.name?"),
        (f"{PREFIX}condition.web", f"Did you mean {PREFIX}conditions.web?"),
        (f"{PREFIX}actions", f"Did you mean {PREFIX}actions.NAME?"),
        (f"{PREFIX}something-else", "Correct it, or take it out; `eks-ingress annotations` lists what there is."),
        ("abl.ingress.kubernetes.io/scheme", f"Write {PREFIX}scheme."),
        ("alb.ingress.k8s.io/target-type", f"Write {PREFIX}target-type."),
        ("elb.ingress.kubernetes.io/listen-ports", f"Write {PREFIX}listen-ports."),
        ("service.beta.kubernetes.io/aws-load-balancer-scheme", f"Did you mean {PREFIX}scheme?"),
        (
            "service.beta.kubernetes.io/aws-load-balancer-type",
            "Correct it, or take it out; `eks-ingress annotations` lists what there is.",
        ),
    ],
)
def test_an_annotation_that_is_not_read_is_told_with_what_was_meant(key: str, remedy: str) -> None:
    found = [x for x in findings(ingress("/", said={key: "a"})) if x.id == "EKI241"]
    assert [x.remedy for x in found] == [remedy]


@pytest.mark.parametrize(
    "key",
    [
        "kubernetes.io/ingress.class",
        "nginx.ingress.kubernetes.io/rewrite-target",
        "nginx.ingress.kubernetes.io/ssl-redirect",
        "haproxy.ingress.kubernetes.io/ssl-redirect",
        "external-dns.alpha.kubernetes.io/hostname",
        "cert-manager.io/cluster-issuer",
        "elbv2.k8s.aws/checkpoint",
        "alb.example.com/owner",
        f"{PREFIX}web-acl-id",
        f"{PREFIX}listener-attributes.HTTP-80",
        f"{PREFIX}dry-run-plan",
        f"{PREFIX}${{Token[Name.1]}}",
    ],
)
def test_an_annotation_of_the_controller_or_of_others_is_well(key: str) -> None:
    assert messages("EKI241", ingress("/", said={key: "alb"})) == []


@pytest.mark.parametrize(("key", "found"), [("listen-ports", 1), ("scheme", 0), ("tags", 0), ("owned-by", 0)])
def test_an_annotation_without_prefix_is_found_where_it_is_nobody_elses(key: str, found: int) -> None:
    bare = ingress("/")
    manifest = replace(bare, body={**bare.body, "metadata": {"name": "web", "annotations": {key: "a"}}})
    assert messages("EKI241", manifest) == [f"{key} has no prefix, without which it is not read."] * found


def test_an_ingress_of_another_class_is_not_looked_at() -> None:
    nginx = [made("IngressClass", "nginx", {"controller": "k8s.io/ingress-nginx"})]
    assert messages("EKI241", *nginx, ingress("/", class_name="nginx", said={"shceme": "internal"})) == []


def test_annotations_of_services_are_looked_at_as_far_as_they_are_the_controllers() -> None:
    said = {"target-tipe": "ip", "service.beta.kubernetes.io/aws-load-balancer-type": "external", "listen-ports/a": "x"}
    assert messages("EKI241", service(said=said)) == ["alb.ingress.kubernetes.io/target-tipe is not known."]


@pytest.mark.parametrize(
    ("key", "document", "found"),
    [
        ("conditions.old", [{"field": "source-ip", "sourceIPConfig": {"values": ["10.0.0.0/8"]}}], []),
        ("conditions.old", [{"feild": "source-ip"}], ["the key 'feild' in [0]"]),
        (
            "conditions.old",
            [{"field": "source-ip", "sourceIPConfig": {"values": ["10.0.0.0/8"], "value": "a"}}],
            ["the key 'value' in [0].sourceIPConfig"],
        ),
        (
            "transforms.old",
            [{"type": "url-rewrite", "urlRewriteConfig": {"rewrite": []}}],
            ["the key 'rewrite' in [0].urlRewriteConfig"],
        ),
        ("auth-idp-cognito", {"userPoolArn": "a", "userPool": "b"}, ["the key 'userPool'"]),
        ("auth-idp-oidc", {"authenticationRequestExtraParams": {"anything": "a"}}, []),
        ("jwt-validation", {"jwksEndpoint": "a", "issuer": "b", "claims": []}, ["the key 'claims'"]),
        ("mutual-authentication", [{"port": 443, "mode": "off", "truststore": ""}], []),
        ("mutual-authentication", [{"port": 443, "mode": "off", "trust": ""}], ["the key 'trust' in [0]"]),
        ("listen-ports", [{"HTTP": 80}], []),
    ],
)
def test_a_key_that_is_not_known_is_told_with_its_place(key: str, document: Any, found: list[str]) -> None:
    told = messages("EKI113", ingress(TO_OLD, said={"actions.old": OLD, key: document}))
    assert told == [f"{PREFIX}{key} has {x}, which the controller does not know." for x in found]


def test_the_key_that_was_meant_is_told() -> None:
    found = [x for x in findings(ingress(TO_OLD, said={"actions.old": {**OLD, "redirectconfigs": {}}})) if x.id == "EKI113"]
    assert [x.remedy for x in found] == ["Did you mean 'redirectConfig'?"]


@pytest.mark.parametrize("text", ["{", "[" * 100_000, '"a"', "3"])
def test_what_is_no_document_says_nothing(text: str) -> None:
    assert messages("EKI113", ingress(TO_OLD, said={"actions.old": text})) == []


def test_a_document_of_a_service_is_looked_at() -> None:
    assert len(messages("EKI113", service(said={"auth-idp-oidc": '{"isuer": "a"}'}))) == 1
