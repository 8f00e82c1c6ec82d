from __future__ import annotations

from datetime import timedelta

import pytest

from eks_ingress.annotations import catalogue
from eks_ingress.annotations.words import action, annotations_of
from eks_ingress.routing.backend import ContentType, FixedResponse, Redirect, TargetType
from eks_ingress.routing.balancer import Scheme
from eks_ingress.routing.health import HealthCheck
from eks_ingress.routing.ingress import Ingress
from eks_ingress.routing.listener import Listener
from eks_ingress.routing.protocol import Protocol
from eks_ingress.source import Source

TOKEN = "${Token[TOKEN.12]}"
NOTHING_SAID = {
    "group.name": "web.shop",
    "group.order": "0",
    "listen-ports": '[{"HTTP":80}]',
    "scheme": "internal",
    "target-type": "ip",
}


def said(
    *,
    group_order: int = 0,
    scheme: Scheme = Scheme.INTERNAL,
    listeners: tuple[Listener, ...] = (Listener.http(),),
    target_type: TargetType = TargetType.IP,
    health_check: HealthCheck = HealthCheck(),
) -> dict[str, str]:
    """The annotations of an Ingress that differ from those of one about which nothing is said, without prefix."""
    ingress = Ingress(
        name="shop",
        namespace="web",
        class_name="alb",
        group_name="web.shop",
        group_order=group_order,
        scheme=scheme,
        listeners=listeners,
        target_type=target_type,
        health_check=health_check,
        rules=(),
        source=Source(),
    )
    written = {key.removeprefix("alb.ingress.kubernetes.io/"): text for key, text in annotations_of(ingress).items()}
    assert written.keys() >= NOTHING_SAID.keys()
    return {name: text for name, text in written.items() if NOTHING_SAID.get(name) != text}


def test_where_nothing_is_said_only_the_balancer_is_described() -> None:
    assert said() == {}


def test_each_annotation_has_the_prefix_of_the_controller() -> None:
    assert catalogue.ACTIONS.key(action="old") == "alb.ingress.kubernetes.io/actions.old"
    assert catalogue.SCHEME.key() == "alb.ingress.kubernetes.io/scheme"


def test_a_scheme_is_written_in_kebab_case() -> None:
    assert said(scheme=Scheme.INTERNET_FACING) == {"scheme": "internet-facing"}


def test_an_order_is_written_as_a_number() -> None:
    assert said(group_order=12) == {"group.order": "12"}


def test_a_target_type_is_written_as_a_word() -> None:
    assert said(target_type=TargetType.INSTANCE) == {"target-type": "instance"}


@pytest.mark.parametrize(
    ("listeners", "written"),
    [
        ((Listener.http(8080),), {"listen-ports": '[{"HTTP":8080}]'}),
        (
            (Listener.http(), Listener.https(certificates=["a", "b"])),
            {"listen-ports": '[{"HTTP":80},{"HTTPS":443}]', "certificate-arn": "a,b"},
        ),
        (
            (Listener.https(certificates=["a"]), Listener.https(8443, certificates=["a"])),
            {"listen-ports": '[{"HTTPS":443},{"HTTPS":8443}]', "certificate-arn": "a"},
        ),
        (
            (Listener.redirect_to_https(to=8443), Listener.https(8443, certificates=[TOKEN])),
            {"listen-ports": '[{"HTTP":80},{"HTTPS":8443}]', "certificate-arn": TOKEN, "ssl-redirect": "8443"},
        ),
    ],
)
def test_listeners_are_written_as_ports_certificates_and_redirect(listeners: tuple[Listener, ...], written: dict[str, str]) -> None:
    assert said(listeners=listeners) == written


@pytest.mark.parametrize(
    ("check", "written"),
    [
        (HealthCheck(path="/healthz"), {"healthcheck-path": "/healthz"}),
        (HealthCheck(port=8080), {"healthcheck-port": "8080"}),
        (HealthCheck(port="http"), {"healthcheck-port": "http"}),
        (HealthCheck(protocol=Protocol.HTTPS), {"healthcheck-protocol": "HTTPS"}),
        (HealthCheck(interval=timedelta(minutes=1)), {"healthcheck-interval-seconds": "60"}),
        (HealthCheck(timeout=timedelta(seconds=3)), {"healthcheck-timeout-seconds": "3"}),
        (HealthCheck(healthy_threshold=3), {"healthy-threshold-count": "3"}),
        (HealthCheck(unhealthy_threshold=4), {"unhealthy-threshold-count": "4"}),
        (HealthCheck(success_codes="200-299,301"), {"success-codes": "200-299,301"}),
    ],
)
def test_a_health_check_is_written_as_far_as_it_says_something(check: HealthCheck, written: dict[str, str]) -> None:
    assert said(health_check=check) == written


@pytest.mark.parametrize(
    ("redirect", "config"),
    [
        (Redirect(host="a.example.com"), {"host": "a.example.com", "statusCode": "HTTP_301"}),
        (Redirect(path="/new/#{path}", status_code=302), {"path": "/new/#{path}", "statusCode": "HTTP_302"}),
        (Redirect(port=8443), {"port": "8443", "statusCode": "HTTP_301"}),
        (Redirect(protocol=Protocol.HTTPS), {"protocol": "HTTPS", "statusCode": "HTTP_301"}),
        (Redirect(query=""), {"query": "", "statusCode": "HTTP_301"}),
        (Redirect(host=TOKEN), {"host": TOKEN, "statusCode": "HTTP_301"}),
    ],
)
def test_a_redirect_is_written_as_far_as_it_changes_something(redirect: Redirect, config: dict[str, str]) -> None:
    assert action(redirect) == {"type": "redirect", "redirectConfig": config}


@pytest.mark.parametrize(
    ("response", "config"),
    [
        (FixedResponse(404), {"contentType": "text/plain", "statusCode": "404"}),
        (
            FixedResponse(503, '{"ok":false}', ContentType.JSON),
            {"contentType": "application/json", "statusCode": "503", "messageBody": '{"ok":false}'},
        ),
        (FixedResponse(200, ""), {"contentType": "text/plain", "statusCode": "200", "messageBody": ""}),
    ],
)
def test_a_fixed_response_is_written_with_its_status_as_text(response: FixedResponse, config: dict[str, str]) -> None:
    assert action(response) == {"type": "fixed-response", "fixedResponseConfig": config}
