from __future__ import annotations

from typing import Any

import pytest

from eks_ingress.checks.check import Finding
from eks_ingress.checks.sign_in import UnauthenticatedHttp
from eks_ingress.manifests.manifest import Manifest
from eks_ingress.source import Source
from tests.plan.objects import ingress, path, plan, rule

BOTH = {"listen-ports": [{"HTTP": 80}, {"HTTPS": 443}]}
JWT = {"jwksEndpoint": "https://a.org/keys", "issuer": "https://a.org"}
TO_HTTPS = {"type": "redirect", "redirectConfig": {"protocol": "HTTPS", "port": "443", "statusCode": "HTTP_301"}}
COGNITO = {"auth-type": "cognito", "auth-idp-cognito": {"userPoolARN": "arn:pool"}}
OIDC = {"auth-type": "oidc", "auth-idp-oidc": {"issuer": "https://a.org", "secretName": "client"}}
GONE = {"type": "fixed-response", "fixedResponseConfig": {"statusCode": "410"}}


def found(*manifests: Manifest) -> list[Finding]:
    return list(UnauthenticatedHttp().find(plan(manifests)))


def messages(*manifests: Manifest) -> list[str]:
    return [finding.message for finding in found(*manifests)]


def test_a_rule_that_answers_without_sign_in_on_http_is_found() -> None:
    (finding,) = found(ingress(rule("/admin", host="a.example.com"), said={**BOTH, **COGNITO}))
    assert finding.source == Source("Shop/web")
    assert str(finding) == (
        "EKI212 warning  Shop/web\n"
        "    a.example.com /admin, /admin/* answers on port 80 without sign-in.\n"
        "    The controller adds authentication to HTTPS listeners only; the same paths answer on HTTP without it.\n"
        "    Redirect HTTP to HTTPS (`Listener.redirect_to_https()`, in YAML ssl-redirect: '443'), or listen on HTTPS only."
    )


@pytest.mark.parametrize("said", [COGNITO, OIDC, {"jwt-validation": JWT}])
@pytest.mark.parametrize("ports", [{}, {"listen-ports": [{"HTTP": 80}]}, BOTH])
def test_every_way_to_sign_in_is_skipped_on_http(said: dict[str, Any], ports: dict[str, Any]) -> None:
    assert messages(ingress("/", said={**ports, **said})) == ["any host /* answers on port 80 without sign-in."]


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"auth-type": "none"},
        {**OIDC, "listen-ports": [{"HTTPS": 443}]},
        {**OIDC, "certificate-arn": "a"},
        {**OIDC, **BOTH, "ssl-redirect": "443"},
    ],
)
def test_without_plain_http_or_sign_in_there_is_nothing_to_find(said: dict[str, Any]) -> None:
    assert messages(ingress("/", said=said)) == []


def test_a_redirect_by_another_member_of_the_group_will_do() -> None:
    members = [
        ingress("/", name="a", said={"group.name": "g", **OIDC, **BOTH}),
        ingress("/b", name="b", said={"group.name": "g", **BOTH, "ssl-redirect": "443"}),
    ]
    assert messages(*members) == []


def test_the_older_way_to_redirect_to_https_will_do() -> None:
    made = ingress(
        rule(path("/*", None, "ssl-redirect:action"), path("/*", None)),
        said={**BOTH, **OIDC, "actions.ssl-redirect": TO_HTTPS},
    )
    assert messages(made) == []


def test_an_answer_of_the_load_balancer_itself_is_one_without_sign_in() -> None:
    made = ingress(rule(path("/", to="gone:action")), said={**OIDC, "actions.gone": GONE})
    assert messages(made) == ["any host /* answers on port 80 without sign-in."]


def test_each_rule_and_each_port_is_found_in_its_own_ingress() -> None:
    members = [
        ingress("/a", "/b", name="a", said={"group.name": "g", **OIDC, "listen-ports": [{"HTTP": 80}, {"HTTP": 81}]}),
        ingress("/c", name="c", said={"group.name": "g", **BOTH}),
    ]
    assert [(finding.message.split(" ")[2], finding.message.split(" ")[7], finding.source) for finding in found(*members)] == [
        ("/a,", "80", Source("Shop/a")),
        ("/b,", "80", Source("Shop/a")),
        ("/a,", "81", Source("Shop/a")),
        ("/b,", "81", Source("Shop/a")),
    ]


def test_what_a_request_must_have_besides_is_told() -> None:
    conditions = [{"field": "http-request-method", "httpRequestMethodConfig": {"values": ["GET"]}}]
    made = ingress("/", said={**OIDC, "conditions.web": conditions})
    assert messages(made) == ["any host /* method GET answers on port 80 without sign-in."]


def test_a_default_that_answers_without_sign_in_on_http_is_found() -> None:
    (finding,) = found(ingress(default="rest:80", said={**BOTH, **OIDC}))
    assert (finding.source, finding.message) == (Source("Shop/web"), "the default of port 80 answers without sign-in.")
