"""What is printed for a word makes that word."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

import eks_ingress
from eks_ingress.importing.code import lines
from eks_ingress.importing.words import Imports, expression
from eks_ingress.routing.backend import FixedResponse, Forward, Redirect, Service
from eks_ingress.routing.conditions import HttpHeader, QueryString
from eks_ingress.routing.listener import Listener
from eks_ingress.routing.match import Exact, Pattern, Prefix
from eks_ingress.routing.network import SecurityGroups
from eks_ingress.routing.protocol import Protocol
from eks_ingress.routing.regex import Regex
from eks_ingress.routing.tls import TlsPolicy
from eks_ingress.routing.web_acl import WebAcl
from tests.annotations.samples import CHANGES, Change

WORDS = [change for change in CHANGES if change.field != "source"]


def printed(word: Any) -> str:
    return "\n".join(lines("", expression(word, Imports())))


@pytest.mark.parametrize("change", WORDS, ids=str)
def test_every_field_of_every_word_is_printed_and_reads_back(change: Change) -> None:
    for word in (change.before, change.to(change.value)):
        imports = Imports()
        code = "\n".join(lines("", expression(word, imports)))
        known = {name: getattr(eks_ingress, name) for name in imports.words} | (
            {"timedelta": timedelta} if imports.timedelta else {}
        )
        assert eval(code, known) == word


@pytest.mark.parametrize(
    ("word", "code"),
    [
        (Listener.redirect_to_https(), "Listener.redirect_to_https()"),
        (Listener.redirect_to_https(8080, to=8443), "Listener.redirect_to_https(8080, to=8443)"),
        (Listener.http(8080), "Listener.http(8080)"),
        (Listener.https(8443, tls_policy=TlsPolicy.ELB_2016_08), "Listener.https(8443, tls_policy=TlsPolicy.ELB_2016_08)"),
        (Listener.https(create_certificate=True), "Listener.https(create_certificate=True)"),
        (SecurityGroups.managed(inbound_cidrs="10.0.0.0/8"), 'SecurityGroups.managed(inbound_cidrs=["10.0.0.0/8"])'),
        (SecurityGroups.given("sg-1"), 'SecurityGroups.given(["sg-1"])'),
        (WebAcl.none(), "WebAcl.none()"),
        (Prefix("shop.example.com/api"), '"shop.example.com/api"'),
        (Exact("/login"), 'Exact("/login")'),
        (Pattern("/img/*.png"), 'Pattern("/img/*.png")'),
        (Regex("/v[0-9]+/users"), 'Regex("/v[0-9]+/users")'),
        (Service("api", "http", namespace="shop"), 'Service("api", "http", namespace="shop")'),
        (Forward([(Service("a", 80), 9), (Service("b", 80), 1)]), 'Forward([(Service("a", 80), 9), (Service("b", 80), 1)])'),
        (FixedResponse(418, "short and stout"), 'FixedResponse(418, "short and stout")'),
        (Redirect(protocol=Protocol.HTTPS, port=443), "Redirect(port=443, protocol=Protocol.HTTPS)"),
        (HttpHeader("X-Canary", "always"), 'HttpHeader("X-Canary", ["always"])'),
        (QueryString("beta"), 'QueryString(["beta"])'),
        (QueryString({"version": "1"}), 'QueryString({"version": "1"})'),
        (QueryString({"version": ["1", "2"]}), 'QueryString([("version", "1"), ("version", "2")])'),
        (timedelta(minutes=90), "timedelta(minutes=90)"),
        (timedelta(hours=2), "timedelta(hours=2)"),
        (timedelta(0), "timedelta(seconds=0)"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_word_is_printed_as_somebody_would_write_it(word: Any, code: str) -> None:
    assert printed(word) == code
