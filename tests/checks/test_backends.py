from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from eks_ingress.checks.check import WARNING
from tests.checks.objects import BOTH, FLAGS, SECURE, Case, findings, messages, service
from tests.plan.objects import ingress, path, rule

TOKEN = "${Token[Name.12]}"


def action(kind: str, **config: Any) -> dict[str, Any]:
    """The annotation `actions.web` of a kind."""
    part = {"redirect": "redirectConfig", "fixed-response": "fixedResponseConfig", "forward": "forwardConfig"}[kind]
    return {"actions.web": {"type": kind, part: config}}


def to_action(said: dict[str, Any], **further: Any) -> Any:
    """An Ingress with a path to the action `web`."""
    return ingress(rule(path("/", to="web:action")), said={**further, **said})


def split(*weights: int, **sticky: Any) -> dict[str, Any]:
    """The annotation `actions.web`, which divides requests."""
    groups = [{"targetGroupARN": f"arn:{n}", "weight": weight} for n, weight in enumerate(weights)]
    return action("forward", targetGroups=groups, **({"targetGroupStickinessConfig": sticky} if sticky else {}))


def rewrite(*rewrites: tuple[str, str], kind: str = "url-rewrite") -> dict[str, Any]:
    part = "urlRewriteConfig" if kind == "url-rewrite" else "hostHeaderRewriteConfig"
    return {"type": kind, part: {"rewrites": [{"regex": regex, "replace": to} for regex, to in rewrites]}}


CASES = {
    "EKI301": Case(
        [service(), ingress(rule(path("/", to="wbe:80")))],
        [service(), ingress("/")],
        "Service shop/wbe is not among the manifests, which have others of its namespace.",
        WARNING,
    ),
    "EKI105": Case(
        ingress(rule(path("/", to="old:action"))),
        ingress(rule(path("/", to="old:action")), said={"actions.old": action("fixed-response", statusCode="410")["actions.web"]}),
        "there is no annotation alb.ingress.kubernetes.io/actions.old: what leads to it answers 503.",
        WARNING,
    ),
    "EKI112": Case(
        ingress("/", said={"conditions.wbe": "[]"}),
        ingress("/", said={"conditions.web": "[]"}),
        "alb.ingress.kubernetes.io/conditions.wbe has no effect: no path leads to the name 'wbe'.",
    ),
    "EKI116": Case(
        to_action(action("redirect", host="a.example.com", statusCode="HTTP_303")),
        to_action(action("redirect", host="a.example.com", statusCode="HTTP_302")),
        "alb.ingress.kubernetes.io/actions.web has the statusCode 'HTTP_303', which is neither HTTP_301 nor HTTP_302.",
    ),
    "EKI118": Case(
        to_action(action("forward", targetGroups=[])),
        to_action(split(1)),
        "alb.ingress.kubernetes.io/actions.web names no target group.",
    ),
    "EKI119": Case(
        to_action(split(1000, 1)),
        to_action(split(999, 0)),
        "alb.ingress.kubernetes.io/actions.web has the weight 1000.",
    ),
    "EKI120": Case(
        ingress("/", said={"transforms.web": [rewrite(("^/a", "/"), ("^/b", "/"))]}),
        ingress("/", said={"transforms.web": [rewrite(("^/a", "/")), rewrite(("^a", "b"), kind="host-header-rewrite")]}),
        "alb.ingress.kubernetes.io/transforms.web has 2 expressions in url-rewrite.",
    ),
}


@pytest.mark.parametrize("id", CASES)
def test_it_is_found_and_what_is_near_is_not(id: str) -> None:
    CASES[id].hold(id)


def test_a_missing_service_is_told_with_the_one_that_was_meant() -> None:
    (finding,) = findings(service("storefront"), ingress(rule(path("/", to="storefrnt:80"))))
    assert finding.remedy == "Did you mean 'storefront'?"


def test_services_of_a_namespace_that_has_none_here_are_elsewhere() -> None:
    assert messages("EKI301", service(), ingress("/", namespace="cart")) == []
    assert messages("EKI301", ingress("/")) == []


def test_where_the_manifests_are_complete_a_missing_service_answers_503() -> None:
    assert messages("EKI301", ingress("/"), complete=True) == ["there is no Service shop/web: what leads to it answers 503."]
    forward = action("forward", targetGroups=[{"serviceName": "gone", "servicePort": 80}])
    assert messages("EKI301", to_action(forward), complete=True) == ["there is no Service shop/gone: what leads to it answers 503."]


def test_a_missing_service_that_is_not_tolerated_is_refused_once() -> None:
    flags = replace(FLAGS, tolerate_missing_service=False)
    (finding,) = findings(ingress("/"), complete=True, flags=flags)
    assert (finding.id, finding.is_error, finding.refused) == ("EKI301", True, True)
    assert finding.object == "Ingress shop/web"


def test_a_missing_service_among_several_targets_is_refused_once() -> None:
    groups = [{"serviceName": name, "servicePort": 80, "weight": 1} for name in ("web", "gone")]
    found = findings(service(), to_action(action("forward", targetGroups=groups)), complete=True)
    assert [(x.id, x.refused) for x in found] == [("EKI301", True)]


def test_a_missing_service_of_many_paths_is_told_once() -> None:
    assert len(messages("EKI301", service(), ingress("/a", "/b", rule("/c", host="a.example.com"), default="gone:80"))) == 1


def test_an_action_that_is_not_tolerated_is_refused() -> None:
    flags = replace(FLAGS, tolerate_missing_action=False)
    (finding,) = findings(ingress(rule(path("/", to="old:action"))), flags=flags)
    assert (finding.id, finding.refused) == ("EKI105", True)


def test_a_missing_action_is_told_with_the_one_that_was_meant() -> None:
    said = {"actions.old-shop": {"type": "fixed-response", "fixedResponseConfig": {"statusCode": "410"}}}
    found = [x for x in findings(ingress(rule(path("/", to="oldshop:action")), said=said)) if x.id == "EKI105"]
    assert [x.remedy for x in found] == ["Did you mean 'old-shop'?"]


@pytest.mark.parametrize(
    ("rules", "default", "key", "found"),
    [
        (["/"], None, "actions.web", True),
        (["/"], None, "transforms.web", False),
        ([rule(path("/", to="web:action"))], None, "actions.web", False),
        ([], "web:action", "actions.web", False),
        ([], "web:80", "conditions.web", True),
        ([rule(path("/", to=f"{TOKEN}:80"))], None, "conditions.other", False),
    ],
)
def test_actions_count_for_backends_and_conditions_for_paths(rules: list[Any], default: str | None, key: str, found: bool) -> None:
    said = {key: [] if not key.startswith("actions") else action("fixed-response", statusCode="200")["actions.web"]}
    assert bool(messages("EKI112", ingress(*rules, default=default, said=said))) is found


@pytest.mark.parametrize(
    ("config", "fault"),
    [
        ({"protocol": "https"}, "has the protocol 'https', which is none of HTTP, HTTPS and #{protocol}"),
        ({"port": "0"}, "has the port '0', which is neither #{port} nor a number from 1 to 65535"),
        ({"port": "65536"}, "has the port '65536', which is neither #{port} nor a number from 1 to 65535"),
        ({"path": "new"}, "has the path 'new', which does not begin with '/'"),
        ({"host": ""}, "has an empty host"),
        ({"query": "a" * 129}, "has a query of 129 characters, and AWS takes 128"),
        ({"port": "#{port}", "path": "/#{path}", "protocol": "#{protocol}", "host": "a#{host}", "query": ""}, None),
        ({"port": TOKEN, "path": TOKEN, "protocol": TOKEN, "host": TOKEN, "query": TOKEN, "statusCode": TOKEN}, None),
    ],
)
def test_a_redirect_is_what_aws_takes(config: dict[str, str], fault: str | None) -> None:
    said = action("redirect", **{"statusCode": "HTTP_301", **config})
    key = "alb.ingress.kubernetes.io/actions.web"
    assert messages("EKI116", to_action(said)) == ([] if fault is None else [f"{key} {fault}."])


def test_a_redirect_from_https_to_http_is_found() -> None:
    said = action("redirect", protocol="HTTP", host="a.example.com", statusCode="HTTP_301")
    assert messages("EKI116", to_action(said)) == []
    for ports in (BOTH, SECURE):
        assert messages("EKI116", to_action(said, **ports)) == ["alb.ingress.kubernetes.io/actions.web leads from HTTPS to HTTP."]


@pytest.mark.parametrize(
    ("config", "fault"),
    [
        ({"statusCode": "300"}, "has the statusCode '300', which is none of 2xx, 4xx and 5xx"),
        ({"statusCode": "5XX"}, "has the statusCode '5XX', which is none of 2xx, 4xx and 5xx"),
        ({"statusCode": "200", "contentType": "text/xml"}, "has the contentType 'text/xml', which is none of "),
        ({"statusCode": "599", "contentType": "text/html"}, None),
        ({"statusCode": TOKEN, "contentType": TOKEN}, None),
    ],
)
def test_a_fixed_response_is_what_aws_takes(config: dict[str, str], fault: str | None) -> None:
    found = messages("EKI116", to_action(action("fixed-response", **config)))
    assert len(found) == (fault is not None)
    assert fault is None or f"alb.ingress.kubernetes.io/actions.web {fault}" in found[0]


def test_what_no_backend_asks_for_is_not_looked_at() -> None:
    said = {**action("fixed-response", statusCode="300")}
    assert [x.id for x in findings(ingress("/", said=said))] == ["EKI112"]


@pytest.mark.parametrize(
    ("sticky", "found"),
    [
        ({"enabled": True, "durationSeconds": 604800}, []),
        ({"enabled": False}, []),
        ({"enabled": True, "durationSeconds": 604801}, ["has a stickiness of 604801 seconds."]),
        ({"enabled": True}, ["has a stickiness without durationSeconds."]),
    ],
)
def test_stickiness_is_what_aws_takes(sticky: dict[str, Any], found: list[str]) -> None:
    key = "alb.ingress.kubernetes.io/actions.web"
    assert messages("EKI119", to_action(split(1, 1, **sticky))) == [f"{key} {x}" for x in found]


@pytest.mark.parametrize(
    ("transforms", "found"),
    [
        ([rewrite(("^/a(.*)", "/$1"))], []),
        ([rewrite((TOKEN, TOKEN))], []),
        ([rewrite(("^/a", "/")), rewrite(("^/b", "/"))], ["has 2 of the type url-rewrite."]),
        ([rewrite(("(?=a)", "/"))], ["is wrong: expression '(?=a)' has what a load balancer does not support: lookahead."]),
        ([rewrite(("", "/"))], ["is wrong: expression '' is empty."]),
        ([rewrite(("a", "a" * 1025))], ["has a replacement of 1025 characters."]),
        ([rewrite(("a" * 1024, "b"))], []),
    ],
)
def test_a_rewrite_is_what_aws_takes(transforms: list[Any], found: list[str]) -> None:
    key = "alb.ingress.kubernetes.io/transforms.web"
    assert messages("EKI120", ingress("/", said={"transforms.web": transforms})) == [f"{key} {x}" for x in found]


def test_a_rewrite_of_what_no_target_gets_has_no_effect() -> None:
    said = {**action("fixed-response", statusCode="200"), "transforms.web": [rewrite(("^/a", "/"))]}
    (finding,) = findings(to_action(said))
    assert (finding.id, finding.severity) == ("EKI120", WARNING)
    assert finding.message == (
        "alb.ingress.kubernetes.io/transforms.web has no effect: what leads to 'web' gets a fixed-response, and no target gets the "
        "request."
    )
