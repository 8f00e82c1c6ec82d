from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from eks_ingress.routing.listener import Listener
from eks_ingress.routing.protocol import Protocol
from tests.routing.refusals import reasons, refusals

ARN = "arn:aws:acm:eu-west-1:111122223333:certificate/abc"


@dataclass
class Certificate:
    certificate_arn: str


@pytest.mark.parametrize(
    ("listener", "same"),
    [
        (Listener.http(), Listener(80, Protocol.HTTP)),
        (Listener.http(8080), Listener(8080, Protocol.HTTP)),
        (Listener.http(1), Listener(1, Protocol.HTTP)),
        (Listener.http(65535), Listener(65535, Protocol.HTTP)),
        (Listener.https(certificates=[ARN]), Listener(443, Protocol.HTTPS, (ARN,))),
        (Listener.https(8443, certificates=[Certificate(ARN), "b"]), Listener(8443, Protocol.HTTPS, (ARN, "b"))),
        (Listener.redirect_to_https(), Listener(80, Protocol.HTTP, redirects_to=443)),
        (Listener.redirect_to_https(8080, to=8443), Listener(8080, Protocol.HTTP, redirects_to=8443)),
    ],
)
def test_each_factory_makes_a_listener(listener: Listener, same: Listener) -> None:
    assert listener == same


@pytest.mark.parametrize(
    ("make", "reason", "remedy"),
    [
        (lambda: Listener.http(0), "listener port 0 is out of range.", "Write a port from 1 to 65535."),
        (lambda: Listener.http(65536), "listener port 65536 is out of range.", "Write a port from 1 to 65535."),
        (lambda: Listener.https(0, certificates=[ARN]), "listener port 0 is out of range.", "Write a port from 1 to 65535."),
        (
            lambda: Listener.redirect_to_https(to=65536),
            "port to redirect to, 65536 is out of range.",
            "Write a port from 1 to 65535.",
        ),
        (
            lambda: Listener(80, Protocol.HTTP, (ARN,)),
            "certificates of the HTTP listener on port 80 would have no effect.",
            "Write `Listener.https(certificates=[…])`.",
        ),
    ],
)
def test_a_refused_listener_says_why_and_what_to_write(make: Callable[[], Listener], reason: str, remedy: str) -> None:
    assert refusals(make) == [(reason, remedy)]


def test_a_listener_tells_all_its_mistakes_at_once() -> None:
    assert reasons(lambda: Listener(0, Protocol.HTTP, (ARN,), redirects_to=0)) == [
        "listener port 0 is out of range.",
        "port to redirect to, 0 is out of range.",
        "certificates of the HTTP listener on port 0 would have no effect.",
    ]


def test_one_arn_in_place_of_a_list_is_refused() -> None:
    assert refusals(lambda: Listener.https(certificates=ARN))
