from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from eks_ingress.refusal import Problem
from eks_ingress.routing.auth import Jwt
from eks_ingress.routing.backend import Backend, FixedResponse, Forward, Redirect, Service, TargetGroup
from eks_ingress.routing.health import HealthCheck
from eks_ingress.routing.listener import Listener
from eks_ingress.routing.needs import unmet
from eks_ingress.routing.route import Route
from eks_ingress.routing.targets import ProtocolVersion, Targets, TargetType
from eks_ingress.source import Source
from tests.routing.routes import HERE, balancer, route

JWT = Jwt("https://id.example.com/keys", "https://id.example.com")
ARN = "arn:aws:acm:eu-west-1:111122223333:certificate/a"
PLAIN = (Listener.http(),)
BOTH = (Listener.http(), Listener.https(certificates=[ARN]))
SECURE = (Listener.redirect_to_https(), Listener.https(certificates=[ARN]))
DISCOVERING = (Listener.redirect_to_https(), Listener.https())
CREATING = (Listener.https(create_certificate=True),)
GRPC, HTTP2 = (Service("api", 80, protocol_version=x) for x in (ProtocolVersion.GRPC, ProtocolVersion.HTTP2))
WITH_HTTPS = "Write `listeners=[Listener.redirect_to_https(), Listener.https()]`."


def line(number: int) -> Source:
    return Source("Shop/Ingress/Shop", "shop.py", number)


def found(routes: Sequence[Route], default: Backend | None = None, **given: Any) -> list[Problem]:
    return list(unmet(balancer(**given), routes, default, HERE))


def test_routes_need_nothing_of_their_own() -> None:
    assert found([route("/"), route("a.example.com/old", Redirect(path="/new"))], Service("web", 80)) == []


@pytest.mark.parametrize("listeners", [SECURE, BOTH])
def test_clients_sign_in_where_there_is_an_https_listener(listeners: tuple[Listener, ...]) -> None:
    assert found([route("/", auth=JWT)], listeners=listeners) == []


def test_clients_cannot_sign_in_without_https() -> None:
    routes = [route("/a", auth=JWT, line=1), route("/b", line=2), route("/c", FixedResponse(200), auth=JWT, line=3)]
    reason = "asks clients to sign in, and the controller does so on HTTPS listeners only."
    assert found(routes, listeners=PLAIN) == [
        Problem(f"route '/a' {reason}", WITH_HTTPS, line(1)),
        Problem(f"route '/c' {reason}", WITH_HTTPS, line(3)),
    ]


def test_what_the_load_balancer_asks_of_clients_holds_for_each_route_and_the_default() -> None:
    problems = found([route("/a", line=1), route("/b", line=2)], Service("web", 80), listeners=PLAIN, auth=JWT)
    assert [problem.source for problem in problems] == [line(1), line(2), HERE]
    assert problems[-1] == Problem(
        "the default asks clients to sign in, and the controller does so on HTTPS listeners only.", WITH_HTTPS, HERE
    )


@pytest.mark.parametrize("service", [GRPC, HTTP2])
def test_a_service_speaks_a_newer_http_behind_https_alone(service: Service) -> None:
    assert found([route("/", service)], service, listeners=SECURE) == []


@pytest.mark.parametrize("listeners", [PLAIN, BOTH])
@pytest.mark.parametrize(("service", "words"), [(GRPC, "GRPC"), (HTTP2, "HTTP2")])
def test_a_service_that_speaks_a_newer_http_is_refused_behind_a_plain_listener(
    service: Service, words: str, listeners: tuple[Listener, ...]
) -> None:
    problem = Problem(f"Service 'api' speaks {words}, which AWS allows behind HTTPS listeners only.", WITH_HTTPS, line(4))
    assert found([route("/", service, line=4)], listeners=listeners) == [problem]
    assert found([route("/", Forward([(TargetGroup(name="b"), 1), (service, 1)]), line=4)], listeners=listeners) == [problem]
    assert [x.source for x in found([route("/")], service, listeners=listeners)] == [HERE]


def test_a_service_that_speaks_http1_is_fine_anywhere() -> None:
    assert found([route("/", Service("api", 80, protocol_version=ProtocolVersion.HTTP1))], listeners=PLAIN) == []


@pytest.mark.parametrize(
    ("service", "targets", "reason"),
    [
        (
            Service("api", 80, node_labels={"pool": "edge"}),
            Targets(),
            "node_labels {'pool': 'edge'} choose among nodes, while the targets are pods.",
        ),
        (
            Service("api", 80, control_port=3000),
            Targets(target_type=TargetType.INSTANCE),
            "control_port 3000 goes with pods as targets only.",
        ),
        (
            GRPC,
            Targets(health_check=HealthCheck(success_codes="200")),
            "health check success_codes '200' are those of HTTP, while the targets speak gRPC.",
        ),
    ],
)
def test_a_service_that_contradicts_its_load_balancer_is_told_with_its_line(
    service: Service, targets: Targets, reason: str
) -> None:
    problems = found([route("/", service, line=4)], listeners=SECURE, targets=targets)
    assert [(problem.reason, problem.source) for problem in problems] == [(reason, line(4))]
    assert [x.source for x in found([route("/")], Forward([(service, 1)]), listeners=SECURE, targets=targets)] == [HERE]


def test_a_service_may_say_what_it_needs_beside_what_it_says_itself() -> None:
    service = Service("api", 80, node_labels={"pool": "edge"}, target_type=TargetType.INSTANCE)
    assert found([route("/", service)]) == []
    assert found([route("/", Service("api", 80, node_labels={"pool": "edge"}))], overridden={"targetType"}) == []


def test_certificates_are_looked_up_by_the_hosts_of_the_routes() -> None:
    assert found([route("/"), route("a.example.com/")], listeners=DISCOVERING) == []


def test_without_hosts_no_certificate_can_be_looked_up() -> None:
    assert found([route("/"), route("/a")], listeners=DISCOVERING) == [
        Problem(
            "the HTTPS listener has no certificate, and no route names a host for which the controller could find one.",
            "Write `Listener.https(certificates=[certificate])`, or routes with hosts.",
            HERE,
        )
    ]


def test_a_class_that_brings_certificates_needs_no_hosts() -> None:
    assert found([route("/")], listeners=DISCOVERING, overridden={"certificateArn"}) == []


def test_a_certificate_is_created_for_the_hosts_of_the_routes() -> None:
    assert found([route("a.example.com/")], listeners=CREATING) == []


def test_without_hosts_no_certificate_can_be_created() -> None:
    assert found([route("/")], listeners=CREATING) == [
        Problem(
            "a certificate is to be created, and no route names a host that it could be for.",
            "Write routes with hosts, or `Listener.https(certificates=[certificate])`.",
            HERE,
        )
    ]


def test_all_that_is_not_met_is_told_at_once() -> None:
    problems = found([route("/", GRPC, auth=JWT, line=1), route("/a", HTTP2, line=2)], GRPC, listeners=PLAIN)
    assert [problem.source for problem in problems] == [line(1), line(1), line(2), HERE]
