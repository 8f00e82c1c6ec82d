from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from eks_ingress.routing.attributes import ListenerAttributes
from eks_ingress.routing.listener import Listener
from eks_ingress.routing.protocol import Protocol
from eks_ingress.routing.tls import MutualTls, TlsPolicy
from tests.routing.refusals import reasons, refusals

ARN = "arn:aws:acm:eu-west-1:111122223333:certificate/abc"
IAM = "arn:aws:iam::111122223333:server-certificate/team/abc"
CA = "arn:aws:acm-pca:eu-west-1:111122223333:certificate-authority/abc"
TOKEN = "${Token[TOKEN.12]}"
TOKENS = "#{Token[TOKEN.13]}"
SERVER = ListenerAttributes(server_header=False)
ISSUER = ListenerAttributes(mtls_issuer_header="X-Issuer")
EXAMPLE = "arn:aws:acm:eu-west-1:111122223333:certificate/12345678-1234-1234-1234-123456789012"
CA_EXAMPLE = "arn:aws:acm-pca:eu-west-1:111122223333:certificate-authority/12345678-1234-1234-1234-123456789012"


@dataclass
class Certificate:
    """As the CDK has it."""

    certificate_arn: str


@dataclass
class Authority:
    """As the CDK has it."""

    certificate_authority_arn: str


@pytest.mark.parametrize(
    ("listener", "same"),
    [
        (Listener.http(), Listener(80, Protocol.HTTP)),
        (Listener.http(8080), Listener(8080, Protocol.HTTP)),
        (Listener.http(1), Listener(1, Protocol.HTTP)),
        (Listener.http(65535), Listener(65535, Protocol.HTTP)),
        (Listener.http(attributes=SERVER), Listener(80, Protocol.HTTP, attributes=SERVER)),
        (Listener.https(), Listener(443, Protocol.HTTPS)),
        (Listener.https(certificates=[ARN]), Listener(443, Protocol.HTTPS, (ARN,))),
        (Listener.https(8443, certificates=[Certificate(ARN), IAM]), Listener(8443, Protocol.HTTPS, (ARN, IAM))),
        (Listener.https(tls_policy=TlsPolicy.FS_2018_06), Listener(443, Protocol.HTTPS, tls_policy=TlsPolicy.FS_2018_06)),
        (Listener.https(mutual_tls=MutualTls.off()), Listener(443, Protocol.HTTPS, mutual_tls=MutualTls.off())),
        (Listener.https(attributes=ISSUER), Listener(443, Protocol.HTTPS, attributes=ISSUER)),
        (Listener.https(create_certificate=True), Listener(443, Protocol.HTTPS, creates_certificate=True)),
        (
            Listener.https(create_certificate=True, private_ca=Authority(CA)),
            Listener(443, Protocol.HTTPS, creates_certificate=True, private_ca=CA),
        ),
        (Listener.redirect_to_https(), Listener(80, Protocol.HTTP, redirects_to=443)),
        (Listener.redirect_to_https(8080, to=8443), Listener(8080, Protocol.HTTP, redirects_to=8443)),
    ],
)
def test_each_factory_makes_a_listener(listener: Listener, same: Listener) -> None:
    assert listener == same


@pytest.mark.parametrize(
    ("certificates", "expected"),
    [
        ([ARN.replace(":aws:", ":aws-us-gov:")], (ARN.replace(":aws:", ":aws-us-gov:"),)),
        ([TOKEN], (TOKEN,)),
        ((Certificate(TOKEN), ARN), (TOKEN, ARN)),
        ([], ()),
    ],
)
def test_certificates_are_held_as_arns(certificates: Any, expected: tuple[str, ...]) -> None:
    assert Listener.https(certificates=certificates).certificates == expected


def test_a_private_authority_may_be_a_token() -> None:
    assert Listener.https(create_certificate=True, private_ca=Authority(TOKEN)).private_ca == TOKEN


ON_80 = "of the HTTP listener on port 80 would have no effect."
NO_TLS = "Write `Listener.https(…)`."


@pytest.mark.parametrize(
    ("make", "reason", "remedy"),
    [
        (lambda: Listener.http(0), "listener port 0 is out of range.", "Write a port from 1 to 65535."),
        (lambda: Listener.http(65536), "listener port 65536 is out of range.", "Write a port from 1 to 65535."),
        (lambda: Listener.https(0), "listener port 0 is out of range.", "Write a port from 1 to 65535."),
        (
            lambda: Listener.redirect_to_https(to=0),
            "port to redirect to, 0 is out of range.",
            "Write a port from 1 to 65535.",
        ),
        (
            lambda: Listener.redirect_to_https(to=65536),
            "port to redirect to, 65536 is out of range.",
            "Write a port from 1 to 65535.",
        ),
        (lambda: Listener(80, Protocol.HTTP, (ARN,)), f"certificates {ON_80}", NO_TLS),
        (lambda: Listener(80, Protocol.HTTP, tls_policy=TlsPolicy.RECOMMENDED), f"tls_policy {ON_80}", NO_TLS),
        (lambda: Listener(80, Protocol.HTTP, mutual_tls=MutualTls.off()), f"mutual_tls {ON_80}", NO_TLS),
        (lambda: Listener(80, Protocol.HTTP, creates_certificate=True), f"creates_certificate {ON_80}", NO_TLS),
        (lambda: Listener(80, Protocol.HTTP, private_ca=CA), f"private_ca {ON_80}", NO_TLS),
        (
            lambda: Listener.http(attributes=ISSUER),
            "attributes of the HTTP listener on port 80, ['routing.http.request.x_amzn_mtls_clientcert_issuer.header_name'] "
            "name headers that HTTPS listeners alone add.",
            "Write `Listener.https(…)`, or leave them out.",
        ),
        (
            lambda: Listener(8443, Protocol.HTTPS, redirects_to=443),
            "redirect of the HTTPS listener on port 8443 would have no effect: the controller redirects HTTP listeners only.",
            "Write `Listener.redirect_to_https()` for the HTTP port, or add a route with a Redirect.",
        ),
        (
            lambda: Listener.https(certificates=ARN),
            f"certificates {ARN!r} is one and no list.",
            "Write `certificates=[…]`.",
        ),
        (
            lambda: Listener.https(certificates=["abc"]),
            "certificate 'abc' is not the ARN of one.",
            f"Write an ARN such as {EXAMPLE!r}.",
        ),
        (
            lambda: Listener.https(certificates=[CA]),
            f"certificate {CA!r} is not the ARN of one.",
            f"Write an ARN such as {EXAMPLE!r}.",
        ),
        (
            lambda: Listener.https(certificates=[""]),
            "certificates of the listener on port 443, ('',) has an empty entry.",
            "Take it out.",
        ),
        (
            lambda: Listener.https(certificates=[TOKENS]),
            f"certificates of the listener on port 443, ({TOKENS!r},) is a list that only CloudFormation knows.",
            "Join it to one text: `[Fn.join(',', values)]`.",
        ),
        (
            lambda: Listener.https(tls_policy="TLS13"),
            "tls_policy 'TLS13' is none of the security policies of AWS.",
            "Write `TlsPolicy.RECOMMENDED`, or a name such as 'ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09'.",
        ),
        (
            lambda: Listener.https(certificates=[ARN], create_certificate=True),
            "certificates of the listener on port 443 are given, while one is to be created as well.",
            "Leave out `certificates` or `create_certificate`.",
        ),
        (
            lambda: Listener.https(private_ca=CA),
            f"private_ca {CA!r} would have no effect, since no certificate is created.",
            "Write `Listener.https(create_certificate=True, private_ca=…)`.",
        ),
        (
            lambda: Listener.https(create_certificate=True, private_ca=ARN),
            f"private_ca {ARN!r} is not the ARN of one.",
            f"Write an ARN such as {CA_EXAMPLE!r}.",
        ),
    ],
)
def test_a_refused_listener_says_why_and_what_to_write(make: Callable[[], Listener], reason: str, remedy: str) -> None:
    assert refusals(make) == [(reason, remedy)]


def test_an_http_listener_has_the_attributes_that_are_not_of_tls() -> None:
    assert Listener.http(attributes=SERVER).attributes == SERVER


def test_a_listener_tells_all_its_mistakes_at_once() -> None:
    assert reasons(lambda: Listener(0, Protocol.HTTP, (ARN,), redirects_to=0)) == [
        "listener port 0 is out of range.",
        "port to redirect to, 0 is out of range.",
        "certificates of the HTTP listener on port 0 would have no effect.",
    ]
    assert reasons(lambda: Listener.https(certificates=["a", ARN, "b"], create_certificate=True)) == [
        "certificate 'a' is not the ARN of one.",
        "certificate 'b' is not the ARN of one.",
        "certificates of the listener on port 443 are given, while one is to be created as well.",
    ]
