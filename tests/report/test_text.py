from __future__ import annotations

from typing import Any

import pytest

from eks_ingress.plan.build import plan
from eks_ingress.plan.model import Plan
from eks_ingress.refusal import Problem
from eks_ingress.report.text import text
from eks_ingress.source import Source
from tests.plan.objects import ingress, path, rule

TO_ITSELF = {"type": "redirect", "redirectConfig": {"statusCode": "HTTP_301"}}


def test_a_plan_without_load_balancers_says_so() -> None:
    assert text(Plan(())) == "No load balancer."


def test_the_whole_text_of_a_plan() -> None:
    said = {
        "group.name": "public",
        "scheme": "internet-facing",
        "listen-ports": [{"HTTP": 80}, {"HTTPS": 443}],
        "certificate-arn": "arn:a,arn:b",
        "ssl-redirect": "443",
    }
    shop = ingress(
        rule(
            path("/"),
            path("/api", to="api:http"),
            path("/old", "Exact", "old:action"),
            path("/self", "Exact", "self:action"),
            host="shop.example.com",
        ),
        name="shop",
        said={
            **said,
            "wafv2-acl-arn": "arn:waf",
            "actions.old": {"type": "redirect", "redirectConfig": {"host": "b.example.com", "statusCode": "HTTP_302"}},
            "actions.self": TO_ITSELF,
        },
    )
    canary = ingress(
        rule(path("/*", None, "split:action")),
        name="zz",
        said={
            **said,
            "target-type": "instance",
            "actions.split": {
                "type": "forward",
                "forwardConfig": {
                    "targetGroups": [
                        {"serviceName": "new", "servicePort": 80, "weight": 10},
                        {"targetGroupName": "old", "weight": 90},
                    ]
                },
            },
        },
    )
    alone = ingress(default="web:80", name="alone")
    broken = ingress("/", name="broken", said={"scheme": "public"})
    assert text(plan([shop, canary, alone, broken])) == (
        """\
Load balancer public, internet-facing
  made of Ingress shop/shop, shop/zz

  HTTP 80  redirect 301 to https://#{host}:443/#{path}?#{query}

  HTTPS 443
    certificate arn:a
    certificate arn:b
    rule  host              path          then
    1     shop.example.com  /old          redirect 302 to #{protocol}://b.example.com:#{port}/#{path}?#{query}
    2     shop.example.com  /api, /api/*  Service shop/api:http (ip targets)
    3     shop.example.com  /*            Service shop/web:80 (ip targets)
    4     any               /*            Service shop/new:80 (10), old (90) (instance targets)
    else  any               any           answer 404
    left out by the controller: shop.example.com  /self  redirect 301 to #{protocol}://#{host}:#{port}/#{path}?#{query}

Load balancer shop/alone, internal
  made of Ingress shop/alone

  HTTP 80  Service shop/web:80 (ip targets)

error  Shop/broken
    Ingress shop/broken: annotation alb.ingress.kubernetes.io/scheme is 'public', and must be one of internal, internet-facing.
    Correct the value.

Not taken into account:
  alb.ingress.kubernetes.io/wafv2-acl-arn"""
    )


SECURE = {"listen-ports": [{"HTTP": 80}, {"HTTPS": 443}]}
BY_HEADER = [
    {"field": "http-header", "httpHeaderConfig": {"httpHeaderName": "X-Team", "values": ["red", "blue"]}},
    {"field": "http-request-method", "httpRequestMethodConfig": {"values": ["GET"]}},
]


def rows(report: str) -> list[str]:
    """The lines of the only table."""
    return report[report.index("    rule  ") :].splitlines()


def test_what_a_request_must_have_besides_has_a_column_of_its_own() -> None:
    made = ingress(
        rule(path("/", to="red:80"), path("/api", to="api:80"), host="a.example.com"), said={"conditions.red": BY_HEADER}
    )
    assert rows(text(plan([made]))) == [
        "    rule  host           path          when                                   then",
        "    1     a.example.com  /api, /api/*                                         Service shop/api:80 (ip targets)",
        "    2     a.example.com  /*            header X-Team red or blue, method GET  Service shop/red:80 (ip targets)",
        "    else  any            any                                                  answer 404",
    ]


def test_a_table_without_requirements_has_no_such_column() -> None:
    assert rows(text(plan([ingress("/")])))[0] == "    rule  host  path  then"


def test_expressions_stand_where_patterns_do() -> None:
    conditions = [
        {"field": "host-header", "hostHeaderConfig": {"regexValues": ["^a[.]", "^b[.]"]}},
        {"field": "path-pattern", "pathPatternConfig": {"regexValues": ["^/v[0-9]+$"]}},
    ]
    made = ingress(rule(path(None, None)), said={"conditions.web": conditions})
    assert rows(text(plan([made])))[1] == "    1     ^a[.], ^b[.]  ^/v[0-9]+$  Service shop/web:80 (ip targets)"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"auth-type": "cognito"}, "cognito"),
        ({"auth-type": "oidc"}, "oidc"),
        ({"jwt-validation": {"jwksEndpoint": "https://a.org/keys", "issuer": "https://a.org"}}, "jwt"),
    ],
)
def test_sign_in_is_told_on_https_listeners_alone(said: dict[str, Any], words: str) -> None:
    report = text(plan([ingress("/", said={**SECURE, **said})]))
    assert [line for line in report.splitlines() if line.startswith("    1  ")] == [
        "    1     any   /*    Service shop/web:80 (ip targets)",
        f"    1     any   /*    sign-in by {words}, then Service shop/web:80 (ip targets)",
    ]


def test_sign_in_before_the_default_is_told() -> None:
    report = text(plan([ingress("/", default="rest:80", said={**SECURE, "auth-type": "oidc"})]))
    assert [line.split("any       ")[-1] for line in report.splitlines() if line.startswith("    else")] == [
        "    else  any   any   Service shop/rest:80 (ip targets)",
        "    else  any   any   sign-in by oidc, then Service shop/rest:80 (ip targets)",
    ]


def test_what_is_changed_in_a_request_is_told() -> None:
    transforms = [
        {"type": "url-rewrite", "urlRewriteConfig": {"rewrites": [{"regex": "^/api/(.*)$", "replace": "/$1"}]}},
        {"type": "host-header-rewrite", "hostHeaderRewriteConfig": {"rewrites": [{"regex": "^a", "replace": "b"}]}},
    ]
    made = ingress(rule(path("/", "Exact")), said={"transforms.web": transforms})
    assert rows(text(plan([made])))[1] == (
        "    1     any   /     Service shop/web:80 (ip targets), with path ^/api/(.*)$ becomes /$1, host ^a becomes b"
    )


def test_what_is_left_out_tells_its_requirements_too() -> None:
    made = ingress(rule(path("/self", "Exact", "self:action")), said={"actions.self": TO_ITSELF, "conditions.self": BY_HEADER[1:]})
    assert "    left out by the controller: any  /self  method GET  redirect 301 to " in text(plan([made]))


def test_a_rule_for_any_path_says_so() -> None:
    report = text(plan([ingress(rule(path(None, None), host="a.example.com"))]))
    assert "    1     a.example.com  any   Service shop/web:80 (ip targets)\n" in report


def test_no_line_ends_in_a_space() -> None:
    report = text(plan([ingress(rule("/", "/a", host="a.example.com"), default="web:80")]))
    assert [line for line in report.splitlines() if line != line.rstrip()] == []


def test_a_rule_for_any_host_that_is_left_out_says_so() -> None:
    report = text(plan([ingress(rule(path("/self", "Exact", "self:action"), "/"), said={"actions.self": TO_ITSELF})]))
    assert "    left out by the controller: any  /self  redirect 301 to " in report


def test_what_is_left_out_is_told_where_no_rule_stays() -> None:
    report = text(plan([ingress(rule(path("/self", "Exact", "self:action")), said={"actions.self": TO_ITSELF})]))
    assert "left out by the controller: " in report


def test_certificates_are_told_where_there_are_no_rules() -> None:
    report = text(plan([ingress(default="web:80", said={"certificate-arn": "arn:a"})]))
    assert "    certificate arn:a" in report


def test_a_plan_of_problems_alone_is_its_problems() -> None:
    problem = Problem("It is wrong.", "Write it right.", Source("Shop"))
    assert text(Plan((), (problem, problem))) == (
        "error  Shop\n    It is wrong.\n    Write it right.\n\nerror  Shop\n    It is wrong.\n    Write it right."
    )
