from __future__ import annotations

from typing import Any

import pytest

from eks_ingress.manifests.manifest import Manifest
from eks_ingress.plan.build import plan
from eks_ingress.plan.model import Action, Forward, RedirectTo, Respond, TargetGroup
from tests.plan.objects import PREFIX, ingress, listener, path, refused, rule, source


def action(document: Any) -> Action:
    """What becomes of the action that `document` describes, on a listener of its own."""
    (found,) = listener(ingress(rule(path("/", to="x:action")), said={"actions.x": document})).rules
    return found.action


def group(to: str = "web:80", **said: str) -> TargetGroup:
    (found,) = listener(ingress(rule(path("/", to=to)), said={key.replace("_", "-"): text for key, text in said.items()})).rules
    assert isinstance(found.action, Forward)
    (only,) = found.action.target_groups
    return only


@pytest.mark.parametrize(
    ("to", "service"), [("web:80", "shop/web:80"), ("web:http", "shop/web:http"), ("other:65535", "shop/other:65535")]
)
def test_a_service_is_a_target_group(to: str, service: str) -> None:
    assert group(to) == TargetGroup(service, "ip")


def test_a_service_is_one_of_the_namespace_of_its_ingress() -> None:
    (found,) = listener(ingress("/", namespace="other")).rules
    assert str(found.action) == "Service other/web:80"


@pytest.mark.parametrize("target_type", ["ip", "instance"])
def test_an_ingress_says_the_type_of_its_targets(target_type: str) -> None:
    assert group(target_type=target_type).target_type == target_type


@pytest.mark.parametrize("target_type", ["ip", "instance"])
def test_the_controller_says_the_type_of_targets_where_an_ingress_says_nothing(target_type: str) -> None:
    (found,) = plan([ingress("/")], default_target_type=target_type).load_balancers
    assert found.listeners[0].rules[0].action == Forward((TargetGroup("shop/web:80", target_type),))


def test_what_is_said_of_the_health_check_stands_in_the_target_group() -> None:
    assert group(
        success_codes="200-299",
        healthcheck_path="/healthz",
        healthcheck_port="traffic-port",
        healthcheck_protocol="HTTPS",
        healthcheck_interval_seconds="30",
        healthcheck_timeout_seconds="+5",
        healthy_threshold_count="03",
        unhealthy_threshold_count="4",
    ).health_check == (
        ("healthcheck-path", "/healthz"),
        ("healthcheck-port", "traffic-port"),
        ("healthcheck-protocol", "HTTPS"),
        ("healthcheck-interval-seconds", "30"),
        ("healthcheck-timeout-seconds", "5"),
        ("healthy-threshold-count", "3"),
        ("unhealthy-threshold-count", "4"),
        ("success-codes", "200-299"),
    )


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (
            {"type": "redirect", "redirectConfig": {"statusCode": "HTTP_302", "host": "b.example.com"}},
            RedirectTo("HTTP_302", host="b.example.com"),
        ),
        (
            {
                "type": "redirect",
                "redirectConfig": {
                    "statusCode": "HTTP_301",
                    "host": "#{host}",
                    "path": "/new/#{path}",
                    "port": "443",
                    "protocol": "HTTPS",
                    "query": "",
                },
            },
            RedirectTo("HTTP_301", "#{host}", "/new/#{path}", "443", "HTTPS", ""),
        ),
        ({"type": "fixed-response", "fixedResponseConfig": {"statusCode": "204"}}, Respond("204")),
        (
            {
                "type": "fixed-response",
                "fixedResponseConfig": {"statusCode": "503", "contentType": "application/json", "messageBody": "{}"},
            },
            Respond("503", "application/json", "{}"),
        ),
        ({"type": "forward", "targetGroupARN": "arn:tg"}, Forward((TargetGroup("arn:tg"),))),
        ({"type": "forward", "targetGroupName": "tg"}, Forward((TargetGroup("tg"),))),
        ({"type": "forward", "targetGroupARN": "arn:tg", "targetGroupName": "tg"}, Forward((TargetGroup("arn:tg"),))),
        (
            {"type": "forward", "forwardConfig": {"targetGroups": [{"serviceName": "a", "servicePort": 80}]}},
            Forward((TargetGroup("shop/a:80", "ip"),)),
        ),
        (
            {"type": "forward", "forwardConfig": {"targetGroups": [{"serviceName": "a", "servicePort": "80"}]}},
            Forward((TargetGroup("shop/a:80", "ip"),)),
        ),
        (
            {
                "type": "forward",
                "forwardConfig": {
                    "targetGroups": [
                        {"serviceName": "a", "servicePort": "http", "weight": 90},
                        {"targetGroupName": "tg", "weight": 10},
                        {"targetGroupARN": "arn:tg", "weight": 0},
                    ]
                },
            },
            Forward((TargetGroup("shop/a:http", "ip", weight=90), TargetGroup("tg", weight=10), TargetGroup("arn:tg", weight=0))),
        ),
    ],
)
def test_an_annotation_describes_an_action(document: dict[str, Any], expected: Action) -> None:
    assert action(document) == expected


@pytest.mark.parametrize(
    ("document", "text"),
    [
        (
            {"type": "redirect", "redirectConfig": {"statusCode": "HTTP_301", "host": "b.example.com"}},
            "redirect 301 to #{protocol}://b.example.com:#{port}/#{path}?#{query}",
        ),
        (
            {
                "type": "redirect",
                "redirectConfig": {"statusCode": "HTTP_302", "protocol": "HTTPS", "port": "443", "path": "/x", "query": ""},
            },
            "redirect 302 to https://#{host}:443/x",
        ),
        ({"type": "fixed-response", "fixedResponseConfig": {"statusCode": "410"}}, "answer 410"),
        (
            {
                "type": "forward",
                "forwardConfig": {
                    "targetGroups": [
                        {"serviceName": "a", "servicePort": 80, "weight": 9},
                        {"serviceName": "b", "servicePort": 80, "weight": 1},
                    ]
                },
            },
            "Service shop/a:80 (9), shop/b:80 (1)",
        ),
    ],
)
def test_an_action_is_written_in_a_line(document: dict[str, Any], text: str) -> None:
    assert str(action(document)) == text


def test_an_action_without_annotation_answers_503() -> None:
    (found,) = listener(ingress(rule(path("/", to="missing:action")))).rules
    assert found.action == Respond("503", "text/plain", "Backend action does not exist")


def test_the_keys_of_an_action_are_read_in_any_case() -> None:
    document = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "410", "MESSAGEBODY": "gone"}}
    assert action(document) == Respond("410", body="gone")


def test_an_unknown_key_of_an_action_is_passed_over() -> None:
    assert action({"type": "fixed-response", "fixedResponseConfig": {"statusCode": "410", "body": "gone"}}) == Respond("410")


def test_the_settings_of_another_type_are_passed_over() -> None:
    document = {
        "type": "fixed-response",
        "redirectConfig": {"statusCode": "HTTP_301"},
        "fixedResponseConfig": {"statusCode": "410"},
    }
    assert action(document) == Respond("410")


@pytest.mark.parametrize(("document", "words"), [({"type": "authenticate"}, "'authenticate'"), ({}, "None")])
def test_an_unknown_type_of_action_is_refused(document: dict[str, Any], words: str) -> None:
    assert refused(ingress(rule(path("/", to="x:action")), said={"actions.x": document})) == [
        (
            f"Ingress shop/web: annotation alb.ingress.kubernetes.io/actions.x has the type {words}, "
            "which the controller does not know: forward, redirect or fixed-response.",
            "Correct it; the controller's documentation has examples under 'Actions'.",
            source(),
        )
    ]


@pytest.mark.parametrize(("text", "expected"), [("", "must be JSON ("), ("[]", "must be a JSON object")])
def test_an_unreadable_action_is_refused(text: str, expected: str) -> None:
    ((reason, _, place),) = refused(ingress(rule(path("/", to="x:action")), said={"actions.x": text}))
    assert reason.startswith(f"Ingress shop/web: annotation alb.ingress.kubernetes.io/actions.x is {text!r}, and {expected}")
    assert place == source()


TWO = {"serviceName": "b", "servicePort": 80, "weight": 1}


@pytest.mark.parametrize(
    "document",
    [
        {"type": "redirect"},
        {"type": "redirect", "redirectConfig": {"host": "b.example.com"}},
        {"type": "redirect", "redirectConfig": {"statusCode": 301}},
        {"type": "redirect", "redirectConfig": {"statusCode": "HTTP_301", "port": 443}},
        {"type": "redirect", "redirectConfig": "b.example.com"},
        {"type": "fixed-response"},
        {"type": "fixed-response", "fixedResponseConfig": {"messageBody": "gone"}},
        {"type": "fixed-response", "fixedResponseConfig": {"statusCode": 410}},
        {"type": "fixed-response", "fixedResponseConfig": ["410"]},
        {"type": "forward"},
        {"type": "forward", "serviceName": "a", "servicePort": 80},
        {"type": "forward", "targetGroupARN": "arn:tg", "forwardConfig": {"targetGroups": [TWO]}},
        {"type": "forward", "forwardConfig": {"targetGroups": ["a:80"]}},
        {"type": "forward", "forwardConfig": {"targetGroups": [{"serviceName": "a"}]}},
        {"type": "forward", "forwardConfig": {"targetGroups": [{"servicePort": 80}]}},
        {"type": "forward", "forwardConfig": {"targetGroups": [{**TWO, "targetGroupARN": "arn:tg"}]}},
        {"type": "forward", "forwardConfig": {"targetGroups": [TWO, {"serviceName": "a", "servicePort": 80}]}},
        {"type": "forward", "forwardConfig": {"targetGroups": [TWO, {**TWO, "weight": "1"}]}},
    ],
    ids=str,
)
def test_an_action_that_the_controller_refuses_is_refused(document: dict[str, Any]) -> None:
    ((reason, _, place),) = refused(ingress(rule(path("/", to="x:action")), said={"actions.x": document}))
    assert "alb.ingress.kubernetes.io/actions.x" in reason
    assert place == source()


@pytest.mark.parametrize(
    "backend", [{}, {"resource": {"kind": "Bucket", "name": "x"}}, {"serviceName": "web", "servicePort": 80}, {"service": None}]
)
def test_a_backend_that_is_no_service_is_refused(backend: dict[str, Any]) -> None:
    assert refused(ingress(rule({"path": "/", "pathType": "Prefix", "backend": backend}))) == [
        ("Ingress shop/web: a backend is no Service, which the controller refuses.", "Write `backend.service`.", source())
    ]


def test_a_forward_to_no_target_group_is_refused() -> None:
    document = {"type": "forward", "forwardConfig": {"targetGroups": []}}
    assert refused(ingress(rule(path("/", to="x:action")), said={"actions.x": document}))


@pytest.mark.parametrize(
    "service", [{"port": {"number": 80}}, {"name": "web"}, {"name": "web", "port": {}}, {"name": "web", "port": 80}], ids=str
)
def test_a_service_without_name_or_port_is_refused(service: dict[str, Any]) -> None:
    backend = {"service": service}
    assert [place for _, _, place in refused(ingress(rule({"path": "/", "pathType": "Prefix", "backend": backend})))] == [source()]


def test_an_action_that_no_path_names_is_not_read() -> None:
    body = ingress("/").body
    body["metadata"]["annotations"][f"{PREFIX}actions.unused"] = "no JSON"
    assert plan([Manifest(body, source())]).problems == ()
