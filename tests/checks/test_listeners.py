from __future__ import annotations

from typing import Any

import pytest

from eks_ingress.plan.facts import CertificateFact, Facts
from tests.checks.objects import BOTH, GROUP, SECURE, Case, findings, group, messages, of_class, with_spec
from tests.plan.objects import PREFIX, ingress, path, rule

ARN = "arn:aws:acm:eu-west-1:111122223333:certificate/a"
PLAIN = {"listen-ports": [{"HTTP": 80}]}
REDIRECT = {**BOTH, "ssl-redirect": "443"}
TLS = [{"hosts": ["shop.example.com"]}]

CASES = {
    "EKI208": Case(
        ingress("/", said={"listen-ports": [{"HTTP": 443}, {"HTTPS": 443}], "certificate-arn": "arn:a"}),
        ingress("/", said=BOTH),
        "alb.ingress.kubernetes.io/listen-ports loses HTTP on port 443, since the same port is HTTPS behind it.",
    ),
    "EKI209": Case(
        group(SECURE, {}),
        group(SECURE, SECURE),
        "Ingress shop/b listens on HTTP 80 alone; shop/a listens on HTTPS 443.",
    ),
    "EKI210": Case(
        with_spec(ingress("/"), tls=TLS),
        with_spec(ingress("/", said=SECURE), tls=TLS),
        "Ingress shop/web listens on HTTP 80 alone.",
    ),
    "EKI211": Case(
        ingress("/", said={"listen-ports": [{"HTTPS": 443}]}),
        ingress(rule("/", host="shop.example.com"), said={"listen-ports": [{"HTTPS": 443}]}),
        "HTTPS 443 has no certificate, and no host.",
    ),
    "EKI216": Case(
        group(REDIRECT, {"listen-ports": [{"HTTP": 80}, {"HTTP": 8080}]}),
        group(BOTH, {"listen-ports": [{"HTTP": 80}, {"HTTP": 8080}]}),
        "Ingress shop/b listens on HTTP 80, 8080 alone, which redirects: none of its routes is served.",
    ),
    "EKI218": Case(
        ingress("/", said={"listener-attributes.HTTP-443": "routing.http.response.server.enabled=false", **BOTH}),
        ingress("/", said={"listener-attributes.HTTPS-443": "routing.http.response.server.enabled=false", **BOTH}),
        "alb.ingress.kubernetes.io/listener-attributes.HTTP-443 is for HTTP-443; the Ingress listens on HTTP 80, HTTPS 443.",
    ),
    "EKI219": Case(
        ingress("/", said={**SECURE, "certificate-arn": f"{ARN}b"}),
        ingress("/", said={**SECURE, "certificate-arn": ARN}),
        f"certificate {ARN}b is not there.",
        facts=Facts(certificates=(CertificateFact(ARN, ("shop.example.com",)),)),
    ),
    "EKI220": Case(
        ingress("/", said={"backend-protocol-version": "GRPC"}),
        ingress("/", said={"backend-protocol-version": "GRPC", **SECURE}),
        "HTTP 80 leads to Service shop/web:80, which speaks GRPC.",
    ),
}


@pytest.mark.parametrize("id", CASES)
def test_it_is_found_and_what_is_near_is_not(id: str) -> None:
    CASES[id].hold(id)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("[[null]]", []),
        ('[{"HTTP": 80, "HTTP": 8080}]', ["loses HTTP on port 80, since HTTP on port 8080 stands in the same object."]),
        ('[{"HTTP": 80, "HTTPS": 443}]', []),
        ('[{"HTTP": 80}, {"HTTP": 80}]', []),
        ('[{"HTTP": 80}, {"HTTPS": 80}, {"HTTP": 80}]', 2),
        ('[{"HTTP": "80"}]', []),
        ("${Token[Ports.1]}", []),
        ("[", []),
        ("{}", []),
    ],
)
def test_a_listener_that_is_lost_is_found(text: str, found: Any) -> None:
    told = messages("EKI208", ingress("/", said={"listen-ports": text, "certificate-arn": "arn:a"}))
    assert (len(told) if isinstance(found, int) else [x.removeprefix(f"{PREFIX}listen-ports ") for x in told]) == found


def test_a_member_on_http_alone_is_not_served_where_http_redirects() -> None:
    assert messages("EKI209", *group(REDIRECT, {})) == [
        "Ingress shop/b listens on HTTP 80 alone, which redirects: none of its routes is served; shop/a listens on HTTPS 443."
    ]


@pytest.mark.parametrize("said", [PLAIN, {"certificate-arn": "arn:b"}])
def test_a_member_that_says_where_it_listens_is_well(said: dict[str, Any]) -> None:
    assert messages("EKI209", *group(SECURE, said)) == []


def test_a_member_for_the_settings_of_the_group_needs_no_listener() -> None:
    members = [ingress("/", name="a", said={**GROUP, **SECURE}), ingress(name="b", said=GROUP)]
    assert messages("EKI209", *members) == []


def test_an_ingress_with_certificates_of_its_class_listens_on_https() -> None:
    classes = of_class({"certificateArn": [ARN], "group": {"name": "g"}})
    assert messages("EKI209", *classes, ingress("/a", name="a"), ingress("/b", name="b")) == []


def test_tls_in_a_group_is_told_once() -> None:
    members = [ingress("/a", name="a", said={**GROUP, **SECURE}), with_spec(ingress("/b", name="b", said=GROUP), tls=TLS)]
    assert [x.id for x in findings(*members)] == ["EKI210"]


def test_a_redirect_of_ones_own_takes_nothing_away() -> None:
    to_https = {"type": "redirect", "redirectConfig": {"protocol": "HTTPS", "port": "443", "statusCode": "HTTP_301"}}
    away = ingress(default="away:action", name="b", said={**GROUP, "actions.away": to_https, **PLAIN})
    assert messages("EKI216", ingress("/a", name="a", said={**GROUP, **SECURE}), away) == []


def test_a_member_on_http_and_https_keeps_its_rules_on_https() -> None:
    assert messages("EKI216", *group(REDIRECT, BOTH)) == []


@pytest.mark.parametrize(
    ("port", "found"),
    [(443, []), (80, ["HTTPS 80"]), (8443, ["HTTPS 8443"])],
)
def test_client_certificates_are_for_an_https_listener(port: int, found: list[str]) -> None:
    said = {**BOTH, "mutual-authentication": [{"port": port, "mode": "passthrough"}]}
    key = f"{PREFIX}mutual-authentication"
    assert messages("EKI218", ingress("/", said=said)) == [
        f"{key} is for {x}; the Ingress listens on HTTP 80, HTTPS 443." for x in found
    ]


def test_a_listener_of_another_member_is_none_of_ones_own() -> None:
    members = group(BOTH, {"listener-attributes.HTTPS-443": "routing.http.response.server.enabled=false", **PLAIN})
    assert len(messages("EKI218", *members)) == 1


def test_a_certificate_that_is_not_issued_cannot_be_used() -> None:
    facts = Facts(certificates=(CertificateFact(ARN, ("a.example.com",), "PENDING_VALIDATION"),))
    said = {**SECURE, "certificate-arn": ARN}
    assert messages("EKI219", ingress("/", said=said), facts=facts) == [f"certificate {ARN} has the status PENDING_VALIDATION."]
    assert messages("EKI219", ingress("/", said=said)) == []


@pytest.mark.parametrize("arn", ["arn:aws:iam::111122223333:server-certificate/a", "${Token[Certificate.1]}"])
def test_nothing_is_known_of_other_certificates(arn: str) -> None:
    assert messages("EKI219", ingress("/", said={**SECURE, "certificate-arn": arn}), facts=Facts(certificates=())) == []


@pytest.mark.parametrize(
    "made",
    [
        ingress("/", said={"backend-protocol-version": "HTTP2", **BOTH, "ssl-redirect": "443"}),
        ingress("/", said={"backend-protocol-version": "HTTP1"}),
        ingress(rule(path("/", to="web:action")), said={"backend-protocol-version": "GRPC"}),
    ],
)
def test_http_2_on_https_alone_is_well(made: Any) -> None:
    assert messages("EKI220", made) == []


def test_http_2_by_default_is_found_too() -> None:
    made = ingress(default="web:80", said={"backend-protocol-version": "HTTP2"})
    (finding,) = [x for x in findings(made) if x.id == "EKI220"]
    assert finding.object == "Ingress shop/web"


TOKEN = "${Token[Ports.12]}"


@pytest.mark.parametrize("unknown", [{"listen-ports": TOKEN}, {"ssl-redirect": TOKEN}])
def test_where_ports_are_not_known_nothing_is_said_of_them(unknown: dict[str, Any]) -> None:
    said = {"backend-protocol-version": "GRPC", "listener-attributes.HTTPS-443": "routing.http.response.server.enabled=false"}
    members = [with_spec(x, tls=TLS) for x in group(SECURE, {**said, **unknown})]
    assert [x.id for x in findings(*members)] == []
    assert [x.id for x in findings(*group(SECURE, {}), ingress("/", said={**said, **unknown}))] == ["EKI209"]
