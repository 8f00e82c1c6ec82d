from __future__ import annotations

from collections.abc import Callable

import pytest

from eks_ingress.routing.backend import TargetType
from eks_ingress.routing.balancer import Balancer, Scheme
from eks_ingress.routing.health import HealthCheck
from eks_ingress.routing.listener import Listener
from tests.routing.refusals import reasons, refusals

TLS = Listener.https(certificates=["a"])


def balancer(
    *listeners: Listener, name: str = "shop", namespace: str = "web", group_name: str = "web.shop", none: bool = False
) -> Balancer:
    return Balancer(
        name=name,
        namespace=namespace,
        group_name=group_name,
        class_name="alb",
        scheme=Scheme.INTERNAL,
        listeners=() if none else listeners or (Listener.http(),),
        target_type=TargetType.IP,
        health_check=HealthCheck(),
    )


@pytest.mark.parametrize(
    "listeners",
    [
        (Listener.http(),),
        (Listener.http(), Listener.http(8080)),
        (TLS,),
        (TLS, Listener.https(8443, certificates=["a"])),
        (Listener.http(), TLS),
        (Listener.redirect_to_https(), TLS),
        (Listener.redirect_to_https(), Listener.redirect_to_https(8080), TLS),
        (Listener.redirect_to_https(to=8443), TLS, Listener.https(8443, certificates=["a"])),
    ],
)
def test_listeners_that_go_together_are_taken(listeners: tuple[Listener, ...]) -> None:
    assert balancer(*listeners).listeners == listeners


@pytest.mark.parametrize("name", ["a", "0", "a" * 63, "a-b", "0-9"])
def test_namespace_and_name_are_labels(name: str) -> None:
    assert balancer(name=name, namespace=name).name == name


@pytest.mark.parametrize(
    ("name", "better"),
    [("", "x"), ("Public", "public"), ("a.b", "a-b"), ("-a", "a"), ("a-", "a"), ("a_b", "a-b"), ("a" * 64, "a" * 63)],
)
def test_a_name_that_is_no_label_is_refused_and_a_better_one_proposed(name: str, better: str) -> None:
    reason = "is not a DNS label: 1 to 63 lower-case letters, digits and '-', with a letter or digit at both ends."
    assert refusals(lambda: balancer(name=name, namespace=name)) == [
        (f"namespace {name!r} {reason}", f"Write a name such as {better!r}."),
        (f"name {name!r} {reason}", f"Write a name such as {better!r}."),
    ]


@pytest.mark.parametrize("group_name", ["a", "web.shop", "42", "a" * 63])
def test_a_group_has_the_name_of_a_group(group_name: str) -> None:
    assert balancer(group_name=group_name).group_name == group_name


@pytest.mark.parametrize("group_name", ["", "Web", "-a", "a-", ".a", "a.", "a..b", "web/shop", "a_b"])
def test_a_group_name_that_is_no_subdomain_is_refused(group_name: str) -> None:
    (reason,) = reasons(lambda: balancer(group_name=group_name))
    assert reason == f"group_name {group_name!r} is not a DNS subdomain: 1 to 253 lower-case letters, digits, '-' and '.'."


def test_a_group_name_has_at_most_63_characters() -> None:
    name = "a" * 64
    assert refusals(lambda: balancer(group_name=name)) == [
        (f"group_name {name!r} has 64 characters.", "The controller takes at most 63; choose a shorter `group_name=`.")
    ]


@pytest.mark.parametrize(
    ("make", "reason", "remedy"),
    [
        (
            lambda: balancer(none=True),
            "listeners [] is empty: nothing would answer.",
            "Write `listeners=[Listener.http()]`, or leave `listeners` out.",
        ),
        (
            lambda: balancer(Listener.http(), Listener.http(), Listener.http(81)),
            "listener port 80 is given 2 times.",
            "A load balancer has one listener a port; keep one of them.",
        ),
        (
            lambda: balancer(Listener.https(certificates=[])),
            "HTTPS listener on port 443 has no certificate, without which AWS makes no such listener.",
            "Write `Listener.https(certificates=[certificate])`.",
        ),
        (
            lambda: balancer(TLS, Listener.https(8443, certificates=["b"])),
            "HTTPS listeners on ports [443, 8443] have different certificates, "
            "while the controller gives each listener all of them.",
            "Give all HTTPS listeners the same `certificates`, or make a load balancer for each.",
        ),
        (
            lambda: balancer(Listener.redirect_to_https(to=8443), TLS),
            "port to redirect to, 8443 is no HTTPS listener of this load balancer.",
            "Add `Listener.https(8443, certificates=[…])`, or redirect to one of [443].",
        ),
        (
            lambda: balancer(Listener.redirect_to_https(to=81), Listener.redirect_to_https(81, to=443), TLS),
            "port to redirect to, 81 is no HTTPS listener of this load balancer.",
            "Add `Listener.https(81, certificates=[…])`, or redirect to one of [443].",
        ),
        (
            lambda: balancer(
                Listener.redirect_to_https(),
                Listener.redirect_to_https(8080, to=8443),
                TLS,
                Listener.https(8443, certificates=["a"]),
            ),
            "ports to redirect to, [443, 8443] differ, while the controller knows one for a load balancer.",
            "Redirect all HTTP listeners to the same port.",
        ),
        (
            lambda: balancer(Listener.redirect_to_https(), Listener.http(8080), TLS),
            "HTTP listeners on ports [8080] would be redirected as well: "
            "the controller redirects all HTTP listeners of a load balancer or none.",
            "Make them `Listener.redirect_to_https(port)`, or give them a load balancer of their own.",
        ),
    ],
)
def test_listeners_that_do_not_go_together_are_refused(make: Callable[[], Balancer], reason: str, remedy: str) -> None:
    assert (reason, remedy) in refusals(make)


def test_a_redirect_without_any_https_listener_is_not_sent_to_one_of_none() -> None:
    ((reason, remedy),) = refusals(lambda: balancer(Listener.redirect_to_https()))
    assert reason == "port to redirect to, 443 is no HTTPS listener of this load balancer."
    assert "[]" not in remedy


def test_a_balancer_tells_all_its_mistakes_at_once() -> None:
    assert len(reasons(lambda: balancer(Listener.http(), Listener.http(), name="A", namespace="B", group_name="C"))) == 4
