from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from eks_ingress.manifests.manifest import Manifest
from eks_ingress.plan.model import Auth
from tests.plan.objects import FLAGS, PREFIX, balancer, ingress, listener, path, plan, refused, rule, service, source

JWT = {"jwksEndpoint": "https://a.org/keys", "issuer": "https://a.org"}
POOL = {"userPoolARN": "arn:pool", "userPoolClientID": "client", "userPoolDomain": "shop"}
ISSUER = {
    "issuer": "https://a.org",
    "authorizationEndpoint": "https://a.org/authorize",
    "tokenEndpoint": "https://a.org/token",
    "userInfoEndpoint": "https://a.org/user",
    "secretName": "client",
}
COGNITO = {"auth-type": "cognito", "auth-idp-cognito": POOL}
OIDC = {"auth-type": "oidc", "auth-idp-oidc": ISSUER}
SECURE = {"listen-ports": [{"HTTPS": 443}]}


def secret(*keys: str, name: str = "client", within: str = "data", labels: dict[str, str] | None = None) -> Manifest:
    metadata = {"name": name, "namespace": "shop", "labels": labels or {}}
    return Manifest({"kind": "Secret", "metadata": metadata, within: dict.fromkeys(keys, "x")}, source(name))


def asked(*manifests: Manifest, said: dict[str, Any]) -> Auth:
    """What the only rule of an HTTPS listener asks for."""
    (found,) = listener(ingress("/", said={**SECURE, **said}), *manifests, port=443).rules
    assert found.auth is not None
    return found.auth


@pytest.mark.parametrize(
    ("said", "auth"),
    [
        ({}, None),
        ({"auth-type": "none"}, None),
        (COGNITO, "cognito"),
        (OIDC, "oidc"),
        ({"jwt-validation": JWT}, "jwt"),
        ({"jwt-validation": JWT, "auth-type": "none"}, "jwt"),
    ],
)
def test_each_rule_of_an_ingress_says_what_clients_must_show(said: dict[str, Any], auth: str | None) -> None:
    found = balancer(ingress("/a", "/b", said={"listen-ports": [{"HTTP": 80}, {"HTTPS": 443}], **said}))
    kinds = [[rule.auth and str(rule.auth) for rule in listener.rules] for listener in found.listeners]
    assert kinds == [[auth, auth], [auth, auth]]


@pytest.mark.parametrize("said", [{}, OIDC, {"jwt-validation": JWT}])
def test_the_default_action_asks_as_well(said: dict[str, Any]) -> None:
    found = balancer(ingress(default="rest:80", said={**SECURE, **said})).listeners[0].default_auth
    assert (found and found.kind) == ("oidc" if "auth-type" in said else "jwt" if said else None)


@pytest.mark.parametrize("said", [COGNITO, OIDC])
def test_both_ways_to_show_who_one_is_are_refused(said: dict[str, Any]) -> None:
    assert refused(ingress("/", said={**said, "jwt-validation": JWT, **SECURE})) == [
        ("Ingress shop/web: it has both auth-type and jwt-validation.", "Keep one of them.", source())
    ]


@pytest.mark.parametrize("kind", ["cognito", "oidc"])
def test_on_http_the_controller_asks_for_nothing_and_misses_nothing(kind: str) -> None:
    (rule,) = listener(ingress("/", said={"auth-type": kind, "jwt-validation": JWT})).rules
    assert rule.auth == Auth(kind)


@pytest.mark.parametrize("kind", ["cognito", "oidc"])
def test_a_type_of_sign_in_without_its_settings_is_refused(kind: str) -> None:
    (problem,) = plan([ingress("/", said={**SECURE, "auth-type": kind})]).problems
    assert (problem.id, problem.reason, problem.event) == (
        "EKI214",
        f"Ingress shop/web: auth-type is {kind}, and {PREFIX}auth-idp-{kind} is missing.",
        f"missing IDPConfig{'Cognito' if kind == 'cognito' else 'OIDC'}",
    )


@pytest.mark.parametrize("kind", ["cognito", "oidc"])
def test_settings_that_are_not_known_yet_are_placeholders(kind: str) -> None:
    found = asked(said={"auth-type": kind, f"auth-idp-{kind}": "${Token[TOKEN.12]}"}).action
    settings = found["authenticateCognitoConfig" if kind == "cognito" else "authenticateOIDCConfig"]
    part = "userPoolARN" if kind == "cognito" else "issuer"
    assert settings[part] == f"${{{part}}}"


@pytest.mark.parametrize("text", ["saml", "", "OIDC"])
def test_an_unknown_type_of_sign_in_is_refused(text: str) -> None:
    ((reason, remedy, _),) = refused(ingress("/", said={"auth-type": text}))
    assert reason.startswith(f"Ingress shop/web: annotation alb.ingress.kubernetes.io/auth-type is {text!r}, and must be one of ")
    assert remedy == "Correct the value."


@pytest.mark.parametrize("name", ["auth-idp-oidc", "auth-idp-cognito", "auth-session-timeout", "jwt-validation"])
@pytest.mark.parametrize("port", [{"HTTP": 80}, {"HTTPS": 443}])
def test_settings_that_cannot_be_read_are_refused_on_any_listener(name: str, port: dict[str, int]) -> None:
    ((reason, _, _),) = refused(ingress("/", said={name: "x", "listen-ports": [port]}))
    assert reason.startswith(f"Ingress shop/web: annotation {PREFIX}{name} is 'x', and ")


# What is asked for


def test_sign_in_by_cognito_is_written_as_the_controller_does() -> None:
    assert asked(said=COGNITO).action == {
        "type": "authenticate-cognito",
        "authenticateCognitoConfig": {
            "onUnauthenticatedRequest": "authenticate",
            "scope": "openid",
            "sessionCookieName": "AWSELBAuthSessionCookie",
            "sessionTimeout": 604800,
            "userPoolARN": "arn:pool",
            "userPoolClientID": "client",
            "userPoolDomain": "shop",
        },
    }


def test_sign_in_by_oidc_is_written_without_the_secret() -> None:
    extra = {"authenticationRequestExtraParams": {"prompt": "login"}}
    said = {
        "auth-type": "oidc",
        "auth-idp-oidc": {**ISSUER, **extra},
        "auth-on-unauthenticated-request": "deny",
        "auth-scope": "email openid",
        "auth-session-cookie": "shop",
        "auth-session-timeout": "3600",
    }
    assert asked(said=said).action == {
        "type": "authenticate-oidc",
        "authenticateOIDCConfig": {
            **extra,
            "onUnauthenticatedRequest": "deny",
            "scope": "email openid",
            "sessionCookieName": "shop",
            "sessionTimeout": 3600,
            "issuer": "https://a.org",
            "authorizationEndpoint": "https://a.org/authorize",
            "tokenEndpoint": "https://a.org/token",
            "userInfoEndpoint": "https://a.org/user",
            "clientID": "[REDACTED]",
            "clientSecret": "[REDACTED]",
        },
    }


def test_validation_of_a_jwt_is_written_as_the_controller_does() -> None:
    claims = [{"format": "single-string", "name": "team", "values": ["shop"]}]
    assert asked(said={"jwt-validation": {**JWT, "additionalClaims": claims}}).action == {
        "type": "jwt-validation",
        "jwtValidationConfig": {"jwksEndpoint": "https://a.org/keys", "issuer": "https://a.org", "additionalClaims": claims},
    }


# What a Service says


def of_service(**said: str) -> Manifest:
    return service(said={key.replace("_", "-"): text for key, text in said.items()})


def test_what_the_only_service_says_goes_before_what_its_ingress_says() -> None:
    found = asked(of_service(auth_scope="email", auth_session_timeout="60"), said={**COGNITO, "auth-session-timeout": "120"})
    config = found.action["authenticateCognitoConfig"]
    assert (config["scope"], config["sessionTimeout"]) == ("email", 60)


def test_a_service_may_open_its_own_path() -> None:
    made = ingress(rule(path("/a"), path("/b", to="open:80")), said={**SECURE, **COGNITO})
    found = listener(made, service(), service("open", said={"auth-type": "none"}), port=443)
    assert [(x.paths[0], x.auth and x.auth.kind) for x in found.rules] == [("/a", "cognito"), ("/b", None)]


def test_what_one_of_several_services_says_counts_for_nothing() -> None:
    groups = [{"serviceName": name, "servicePort": 80, "weight": 1} for name in ("open", "web")]
    document = {"type": "forward", "forwardConfig": {"targetGroups": groups}}
    made = ingress(rule(path("/", to="x:action")), said={**SECURE, **COGNITO, "actions.x": document})
    (found,) = listener(made, service("open", said={"auth-type": "none"}), service(), port=443).rules
    assert found.auth == Auth("cognito")


def test_validation_of_a_jwt_is_for_the_ingress_to_ask() -> None:
    (found,) = listener(
        ingress("/", said=SECURE), of_service(jwt_validation='{"jwksEndpoint": "a", "issuer": "b"}'), port=443
    ).rules
    assert found.auth is None


# Secrets


@pytest.mark.parametrize(
    "found",
    [secret("clientID", "clientSecret"), secret("clientId", "clientSecret", within="stringData"), secret("a", name="other")],
)
def test_a_secret_that_has_all_or_is_elsewhere_will_do(found: Manifest) -> None:
    assert refused(ingress("/", said={**SECURE, **OIDC}), found) == []


@pytest.mark.parametrize(
    ("found", "missing"),
    [(secret("clientSecret"), "clientID"), (secret("clientID"), "clientSecret"), (secret("clientid"), "clientID")],
)
def test_a_secret_that_lacks_something_is_refused(found: Manifest, missing: str) -> None:
    (problem,) = plan([ingress("/", said={**SECURE, **OIDC}), found]).problems
    assert (problem.id, problem.reason, problem.event) == (
        "EKI214",
        f"Ingress shop/web: Secret shop/client has no {missing}.",
        f"missing {missing}, secret: shop/client",
    )


def test_a_secret_that_does_not_exist_is_refused_on_https() -> None:
    assert [reason for reason, _, _ in refused(ingress("/", said={**SECURE, **OIDC}), service(), complete=True)] == [
        "Ingress shop/web: there is no Secret shop/client with the client's id and secret."
    ]
    assert refused(ingress("/", said=OIDC), service(), complete=True) == []


def test_a_secret_whose_name_is_not_known_yet_is_not_looked_for() -> None:
    said: dict[str, Any] = {**SECURE, "auth-type": "oidc", "auth-idp-oidc": {**ISSUER, "secretName": "${Token[TOKEN.12]}"}}
    assert refused(ingress("/", said=said), service(), complete=True) == []


@pytest.mark.parametrize(("labels", "reads"), [({}, False), ({"read": "yes"}, True), ({"read": "no"}, False)])
def test_a_controller_may_read_secrets_with_a_label_alone(labels: dict[str, str], reads: bool) -> None:
    made = [ingress("/", said={**SECURE, **OIDC}), secret("clientID", "clientSecret", labels=labels)]
    found = [problem.reason for problem in plan(made, replace(FLAGS, required_secret_label="read=yes")).problems]
    assert found == (
        []
        if reads
        else ["Ingress shop/web: Secret shop/client lacks the label read=yes, without which the controller does not read it."]
    )


# Validation of a JWT


@pytest.mark.parametrize(
    ("document", "missing"),
    [
        ({}, "jwksEndpoint, issuer"),
        ({"jwksEndpoint": "https://a.org/keys", "issuer": ""}, "issuer"),
        ({**JWT, "additionalClaims": [{"format": "single-string"}]}, "additionalClaims.name, additionalClaims.values"),
        ({**JWT, "additionalClaims": [{"name": "a", "values": ["b"]}]}, "additionalClaims.format"),
    ],
)
@pytest.mark.parametrize("port", [{"HTTP": 80}, {"HTTPS": 443}])
def test_an_incomplete_jwt_validation_is_refused_on_any_listener(
    document: dict[str, Any], missing: str, port: dict[str, int]
) -> None:
    assert refused(ingress("/", said={"jwt-validation": document, "listen-ports": [port]})) == [
        (f"Ingress shop/web: jwt-validation lacks {missing}.", "Write all of them.", source())
    ]
