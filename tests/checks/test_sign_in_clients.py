from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from eks_ingress.checks.check import ERROR, WARNING
from eks_ingress.checks.sign_in_clients import UNFIT_CLIENT, SignInClient
from eks_ingress.manifests.manifest import Manifest
from tests.plan.objects import ingress, plan, rule

TOKEN = "${Token[TOKEN.12]}"
IDP = {"userPoolARN": "arn:pool", "userPoolClientID": "client", "userPoolDomain": "shop"}
HTTPS: dict[str, Any] = {"listen-ports": [{"HTTPS": 443}], "certificate-arn": "arn:a"}
COGNITO: dict[str, Any] = {**HTTPS, "auth-type": "cognito", "auth-idp-cognito": IDP}
FIT = SignInClient("Shop/Pool/Client", True, ("code",), ("openid", "email"), ("https://a.example.com/oauth2/idpresponse",))
A = ingress(rule("/", host="a.example.com"), said=COGNITO)


def messages(client: SignInClient, *manifests: Manifest) -> list[str]:
    return [finding.message for finding in UNFIT_CLIENT.of(plan(manifests), {"client": client})]


def test_nothing_is_found_in_a_client_that_has_all() -> None:
    assert messages(FIT, A) == []


def test_a_client_without_a_secret_is_an_error() -> None:
    (finding,) = UNFIT_CLIENT.of(plan([A]), {"client": replace(FIT, has_secret=False)})
    assert finding.severity is ERROR
    assert finding.message == "client Shop/Pool/Client of the user pool has no secret."
    assert finding.remedy == "Give it `generate_secret=True`."
    assert finding.object == "Ingress shop/web"


@pytest.mark.parametrize("flows", [(), ("implicit",)])
def test_a_client_without_the_code_grant_is_an_error(flows: tuple[str, ...]) -> None:
    (finding,) = UNFIT_CLIENT.of(plan([A]), {"client": replace(FIT, flows=flows)})
    assert finding.severity is ERROR
    assert finding.message == "client Shop/Pool/Client of the user pool does not allow the authorization code grant."


def test_a_callback_that_is_missing_is_told_with_all_that_to_write() -> None:
    b = ingress(rule("/", host="b.example.com"), rule("/", host="c.example.com"), name="other", said=COGNITO)
    (finding,) = UNFIT_CLIENT.of(plan([A, b]), {"client": FIT})
    assert finding.severity is WARNING
    assert finding.message == (
        "client Shop/Pool/Client of the user pool does not take 'https://b.example.com/oauth2/idpresponse', "
        "'https://c.example.com/oauth2/idpresponse' for a callback."
    )
    assert (
        "callback_urls=['https://a.example.com/oauth2/idpresponse', 'https://b.example.com/oauth2/idpresponse', "
        "'https://c.example.com/oauth2/idpresponse']" in finding.remedy
    )


def test_scopes_that_it_does_not_allow_are_told() -> None:
    said: dict[str, Any] = {**COGNITO, "auth-scope": "phone openid profile"}
    asked = ingress(rule("/", host="a.example.com"), said=said)
    assert messages(FIT, asked) == [
        "client Shop/Pool/Client of the user pool does not allow the scopes 'phone', 'profile', which are asked for."
    ]


@pytest.mark.parametrize("host", [None, "*.example.com", f"{TOKEN}.example.com"])
def test_nothing_is_said_of_hosts_that_are_not_known_whole(host: str | None) -> None:
    assert messages(FIT, ingress(rule("/", host=host) if host else "/", said=COGNITO)) == []


@pytest.mark.parametrize(
    "said",
    [
        {**COGNITO, "listen-ports": [{"HTTP": 80}]},
        {**COGNITO, "auth-idp-cognito": {**IDP, "userPoolClientID": "another"}},
        {**COGNITO, "auth-type": "none"},
        HTTPS,
    ],
)
def test_nothing_is_said_where_nobody_signs_in_with_it(said: dict[str, Any]) -> None:
    client = replace(FIT, has_secret=False, flows=(), scopes=(), callbacks=())
    assert messages(client, ingress(rule("/", host="a.example.com"), said=said)) == []


def test_another_port_is_a_part_of_the_callback_so_that_nothing_is_said_of_it() -> None:
    said = {**COGNITO, "listen-ports": [{"HTTPS": 8443}]}
    assert messages(FIT, ingress(rule("/", host="b.example.com"), said=said)) == []


def test_nothing_is_said_of_what_is_known_only_at_deploy_time() -> None:
    unknown = SignInClient("Shop/Pool/Client", None, None, None, None)
    assert messages(unknown, A) == []
