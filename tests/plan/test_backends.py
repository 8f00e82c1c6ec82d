from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from eks_ingress.manifests.manifest import Manifest
from eks_ingress.plan.facts import Facts, NamedFact
from eks_ingress.plan.model import Action, Forward, RedirectTo, Respond, Stickiness, Target
from tests.plan.objects import FLAGS, PREFIX, balancer, ingress, listener, path, plan, refused, rule, service, source


def action(document: Any) -> Action:
    """What becomes of the action that `document` describes, on a listener of its own."""
    (found,) = listener(ingress(rule(path("/", to="x:action")), said={"actions.x": document})).rules
    return found.action


@pytest.mark.parametrize(
    ("to", "name"), [("web:80", "shop/web:80"), ("web:http", "shop/web:http"), ("other:65535", "shop/other:65535")]
)
def test_a_service_is_a_target(to: str, name: str) -> None:
    (found,) = listener(ingress(rule(path("/", to=to)))).rules
    assert found.action == Forward((Target(name),))


def test_a_service_is_one_of_the_namespace_of_its_ingress() -> None:
    (found,) = listener(ingress("/", namespace="other")).rules
    assert str(found.action) == "Service other/web:80"


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
        ({"type": "forward", "targetGroupARN": "arn:tg"}, Forward((Target("arn:tg"),))),
        ({"type": "forward", "targetGroupName": "tg"}, Forward((Target("tg"),))),
        ({"type": "forward", "targetGroupARN": "arn:tg", "targetGroupName": "tg"}, Forward((Target("arn:tg"),))),
        (
            {"type": "forward", "forwardConfig": {"targetGroups": [{"serviceName": "a", "servicePort": 80}]}},
            Forward((Target("shop/a:80"),)),
        ),
        (
            {"type": "forward", "forwardConfig": {"targetGroups": [{"serviceName": "a", "servicePort": "80"}]}},
            Forward((Target("shop/a:80"),)),
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
            Forward((Target("shop/a:http", 90), Target("tg", 10), Target("arn:tg", 0))),
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


def test_a_client_may_stay_with_its_target_group() -> None:
    groups = [{"targetGroupARN": "arn:tg"}]
    sticky = {"enabled": True, "durationSeconds": 60}
    document = {"type": "forward", "forwardConfig": {"targetGroups": groups, "targetGroupStickinessConfig": sticky}}
    assert action(document) == Forward((Target("arn:tg"),), Stickiness(True, 60))


def test_a_target_group_that_the_controller_makes_stands_beside_its_service() -> None:
    groups = [{"serviceName": "a", "servicePort": 80, "weight": 1}, {"targetGroupARN": "arn:tg", "weight": 1}]
    found = action({"type": "forward", "forwardConfig": {"targetGroups": groups}})
    assert isinstance(found, Forward)
    assert [target.group and target.group.id for target in found.targets] == ["shop/web-a:80", None]


def test_an_action_that_is_not_known_yet_is_a_placeholder() -> None:
    made = ingress(rule(path("/", to="x:action")), said={"actions.x": "${Token[TOKEN.12]}"})
    assert listener(made).rules[0].action == Respond("${action x}")


def test_an_action_without_annotation_answers_503() -> None:
    (found,) = listener(ingress(rule(path("/", to="missing:action")))).rules
    assert found.action == Respond("503", "text/plain", "Backend action does not exist")


def test_a_controller_may_refuse_an_action_without_annotation() -> None:
    made = ingress(rule(path("/", to="missing:action")))
    (problem,) = plan([made], replace(FLAGS, tolerate_missing_action=False)).problems
    assert str(problem) == (
        "EKI105 error  Shop/web\n"
        "    Ingress shop/web: there is no annotation alb.ingress.kubernetes.io/actions.missing.\n"
        "    Write it."
    )
    assert problem.event == "missing actions.missing configuration"


def test_a_service_that_does_not_exist_answers_503() -> None:
    found = balancer(ingress("/"), complete=True)
    assert found.listeners[0].rules[0].action == Respond("503", "text/plain", "Backend service does not exist")
    assert found.target_groups == ()


def test_a_controller_may_refuse_a_service_that_does_not_exist() -> None:
    (problem,) = plan([ingress("/")], replace(FLAGS, tolerate_missing_service=False), complete=True).problems
    assert str(problem) == (
        "EKI301 error  Shop/web\n"
        "    Ingress shop/web: there is no Service shop/web.\n"
        "    Add it, or correct the name; Services of other namespaces cannot be named."
    )
    assert problem.event == 'services "web" not found'


def test_one_of_several_services_that_does_not_exist_is_refused() -> None:
    groups = [{"serviceName": name, "servicePort": 80, "weight": 1} for name in ("web", "gone")]
    document = {"type": "forward", "forwardConfig": {"targetGroups": groups}}
    made = ingress(rule(path("/", to="x:action")), said={"actions.x": document})
    assert [reason for reason, _, _ in refused(made, service(), complete=True)] == [
        "Ingress shop/web: there is no Service shop/gone."
    ]


FOREIGN = {"type": "forward", "targetGroupName": "blue"}


def test_a_target_group_is_found_by_its_name() -> None:
    made = ingress(rule(path("/", to="x:action")), said={"actions.x": FOREIGN})
    found = balancer(made, facts=Facts(target_groups=(NamedFact("arn:green", "green"), NamedFact("arn:blue", "blue"))))
    assert found.listeners[0].rules[0].action == Forward((Target("arn:blue"),))


def test_a_target_group_that_does_not_exist_is_refused() -> None:
    made = ingress(rule(path("/", to="x:action")), said={"actions.x": FOREIGN})
    assert refused(made, facts=Facts(target_groups=())) == [
        ("Ingress shop/web: there is no target group 'blue'.", "Name one of the account, or write its ARN.", source())
    ]


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


@pytest.mark.parametrize(("document", "words"), [({"type": "authenticate"}, "'authenticate'"), ({}, "''")])
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


def test_a_forward_to_no_target_group_is_built() -> None:
    document = {"type": "forward", "forwardConfig": {"targetGroups": []}}
    assert action(document) == Forward(())


@pytest.mark.parametrize(
    "said", [{"port": {"number": 80}}, {"name": "web"}, {"name": "web", "port": {}}, {"name": "web", "port": 80}], ids=str
)
def test_a_service_without_name_or_port_is_refused(said: dict[str, Any]) -> None:
    backend = {"service": said}
    assert [place for _, _, place in refused(ingress(rule({"path": "/", "pathType": "Prefix", "backend": backend})))] == [source()]


def test_an_action_that_no_path_names_is_not_read() -> None:
    body = ingress("/").body
    body["metadata"]["annotations"][f"{PREFIX}actions.unused"] = "no JSON"
    assert plan([Manifest(body, source())]).problems == ()
