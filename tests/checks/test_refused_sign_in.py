from __future__ import annotations

from typing import Any

import pytest

from tests.checks.objects import BOTH, SECURE, Case, findings, messages, service
from tests.plan.objects import PREFIX, ingress

URLS = {name: f"https://a.org/{name}" for name in ("issuer", "authorizationEndpoint", "tokenEndpoint", "userInfoEndpoint")}
POOL = {"userPoolARN": "arn:pool", "userPoolClientID": "client", "userPoolDomain": "shop"}
OIDC = {"auth-type": "oidc", "auth-idp-oidc": {**URLS, "secretName": "idp"}}
COGNITO = {"auth-type": "cognito", "auth-idp-cognito": POOL}
JWT = {"jwksEndpoint": "https://a.org/keys", "issuer": "https://a.org"}
CLAIM = {"format": "single-string", "name": "aud", "values": ["shop"]}

CASES = {
    "EKI212": Case(
        ingress("/", said={**BOTH, **OIDC}),
        ingress("/", said={**BOTH, **OIDC, "ssl-redirect": "443"}),
        "any host /* answers on port 80 without sign-in.",
    ),
    "EKI223": Case(
        ingress("/", said={**SECURE, **OIDC, "auth-on-unauthenticated-request": "ignore"}),
        ingress("/", said={**SECURE, **OIDC, "auth-on-unauthenticated-request": "deny"}),
        "alb.ingress.kubernetes.io/auth-on-unauthenticated-request is 'ignore', which is none of authenticate, allow, deny.",
    ),
}


@pytest.mark.parametrize("id", CASES)
def test_it_is_found_and_what_is_near_is_not(id: str) -> None:
    CASES[id].hold(id)


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ({**OIDC, "auth-session-timeout": "604800"}, []),
        ({**OIDC, "auth-session-timeout": "604801"}, ["auth-session-timeout is 604801, and AWS takes 1 to 604800 seconds."]),
        ({**COGNITO, "auth-session-timeout": "0"}, ["auth-session-timeout is 0, and AWS takes 1 to 604800 seconds."]),
        ({**COGNITO, "auth-idp-cognito": {**POOL, "userPoolDomain": ""}}, ["auth-idp-cognito lacks userPoolDomain."]),
        ({**OIDC, "auth-idp-oidc": {"secretName": "idp"}}, [f"auth-idp-oidc lacks {', '.join(URLS)}."]),
        (
            {**OIDC, "auth-idp-oidc": {**URLS, "tokenEndpoint": "http://a.org", "secretName": "idp"}},
            ["auth-idp-oidc has the tokenEndpoint 'http://a.org', which is no full URL of HTTPS."],
        ),
        (
            {**COGNITO, "auth-idp-cognito": {**POOL, "authenticationRequestExtraParams": {str(n): "a" for n in range(11)}}},
            ["auth-idp-cognito has 11 extra parameters, and AWS takes 10."],
        ),
        ({"jwt-validation": {**JWT, "additionalClaims": [CLAIM]}}, []),
        (
            {"jwt-validation": {**JWT, "jwksEndpoint": "a.org/keys"}},
            ["jwt-validation has the jwksEndpoint 'a.org/keys', which is no full URL of HTTPS."],
        ),
        (
            {"jwt-validation": {**JWT, "additionalClaims": [{**CLAIM, "format": "text"}]}},
            ["jwt-validation has the format 'text', which is none of single-string, string-array, space-separated-values."],
        ),
        ({"jwt-validation": {**JWT, "additionalClaims": [CLAIM] * 11}}, ["jwt-validation has 11 claims, and AWS takes 10."]),
        (
            {"jwt-validation": {**JWT, "additionalClaims": [{**CLAIM, "values": ["a"] * 11}]}},
            ["jwt-validation has 11 values of a claim, and AWS takes 10."],
        ),
        ({**OIDC, "auth-on-unauthenticated-request": "${Token[A.1]}", "auth-session-timeout": "${Token[B.1]}"}, []),
    ],
)
def test_sign_in_is_what_aws_takes(said: dict[str, Any], found: list[str]) -> None:
    assert messages("EKI223", ingress("/", said={**SECURE, **said})) == [PREFIX + x for x in found]


def test_on_http_nothing_of_it_is_sent_to_aws() -> None:
    assert messages("EKI223", ingress("/", said={**OIDC, "auth-session-timeout": "0"})) == []


def test_what_a_service_says_is_told_there_and_once() -> None:
    made = service(said={"auth-session-timeout": "0"})
    found = [x for x in findings(made, ingress("/a", "/b", said={**SECURE, **COGNITO})) if x.id == "EKI223"]
    assert [x.object for x in found] == ["Service shop/web"]


def test_what_an_ingress_says_is_told_once_for_all_of_its_rules() -> None:
    assert (
        len(messages("EKI223", ingress("/a", "/b", default="web:80", said={**SECURE, **COGNITO, "auth-session-timeout": "0"}))) == 1
    )
