from __future__ import annotations

import json

import pytest

from eks_ingress.checks.check import ERROR, WARNING
from tests.checks.objects import Case, findings, messages
from tests.plan.objects import ingress, path, rule

ANY = "ImplementationSpecific"
REGEX = {"use-regex-path-match": "true"}
TOKEN = "${Token[Host.12]}"


def condition(**config: object) -> dict[str, object]:
    """The annotation `conditions.web` with one condition, of the field that its configuration is of."""
    fields = {
        "hostHeaderConfig": "host-header",
        "pathPatternConfig": "path-pattern",
        "httpHeaderConfig": "http-header",
        "httpRequestMethodConfig": "http-request-method",
        "queryStringConfig": "query-string",
        "sourceIPConfig": "source-ip",
    }
    return {"conditions.web": [{"field": fields[key], key: value} for key, value in config.items()]}


def header(name: str, *values: str) -> dict[str, object]:
    return condition(httpHeaderConfig={"httpHeaderName": name, "values": [*values]})


CASES = {
    "EKI111": Case(
        ingress(
            "/", said={"conditions.web": [{"field": "http-headers", "httpHeaderConfig": {"httpHeaderName": "X", "values": ["a"]}}]}
        ),
        ingress("/", said=header("X", "a")),
        "a condition of alb.ingress.kubernetes.io/conditions.web has the field 'http-headers', which the controller does not know.",
    ),
    "EKI114": Case(
        ingress(rule(path("/api/(.*)", ANY))),
        ingress(rule(path("/api/(.*)", ANY)), said=REGEX),
        "'/api/(.*)' is compared as a pattern, in which AWS refuses ( ).",
        ERROR,
    ),
    "EKI117": Case(
        ingress(rule("/", host="localhost")),
        ingress(rule("/", host="local.host")),
        "host 'localhost' has no '.'.",
    ),
    "EKI121": Case(
        ingress(rule(path("/", ANY)), said=REGEX),
        ingress(rule(path("/^/", ANY)), said=REGEX),
        "the path '/' becomes an empty expression.",
    ),
    "EKI122": Case(
        ingress(rule(path("/b", "Exact")), said=condition(pathPatternConfig={"values": ["api/*"]})),
        ingress(rule(path("/b", "Exact")), said=condition(pathPatternConfig={"values": ["*api/*", "?api", TOKEN]})),
        "alb.ingress.kubernetes.io/conditions.web has the pattern 'api/*'.",
    ),
}


@pytest.mark.parametrize("id", CASES)
def test_it_is_found_and_what_is_near_is_not(id: str) -> None:
    CASES[id].hold(id)


def test_an_unknown_field_is_told_with_the_one_that_was_meant() -> None:
    (finding,) = [x for x in findings(ingress("/", said={"conditions.web": [{"field": "source_ip"}]})) if x.id == "EKI111"]
    assert finding.remedy == "Did you mean 'source-ip'?"


def test_a_condition_that_is_not_read_widens_nothing() -> None:
    assert messages("EKI111", ingress("/", said={"conditions.other": [{"field": "x"}]})) == []


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("/v[0-9]+/users", ERROR),
        ("/(a|b)", ERROR),
        ("/^/api", ERROR),
        (r"/\d", ERROR),
        ("/api/.*", WARNING),
        ("/a.+", WARNING),
        ("/api$", WARNING),
    ],
)
def test_a_regular_expression_as_other_controllers_take_it_is_found(text: str, severity: object) -> None:
    found = [x for x in findings(ingress(rule(path(text, ANY)))) if x.id == "EKI114"]
    assert [x.severity for x in found] == [severity]
    assert messages("EKI117", ingress(rule(path(text, ANY)))) == []


@pytest.mark.parametrize("text", ["/*", "/img/*.*", "/index.*", "/a?c", "/a.b", "/~user/*", "/a$b", "/a+b", f"/{TOKEN}(.*)"])
def test_a_pattern_is_no_regular_expression(text: str) -> None:
    assert messages("EKI114", ingress(rule(path(text, ANY)))) == []


def test_a_regular_expression_among_the_values_of_a_condition_is_found() -> None:
    said = condition(pathPatternConfig={"values": ["^/a"]})
    assert messages("EKI114", ingress(rule(path("/b", "Exact")), said=said)) == [
        "'^/a' is compared as a pattern, in which AWS refuses ^."
    ]


def test_what_is_wrong_with_a_host_does_not_hide_what_is_wrong_with_a_path() -> None:
    assert len(messages("EKI117", ingress(rule("/" + "a" * 126, host="shop")))) == 2


def test_what_is_below_a_prefix_is_told_with_the_prefix() -> None:
    assert len(messages("EKI114", ingress("/a(b)"))) == len(messages("EKI117", ingress("/a%b"))) == 1


LONG = "a" * 124


@pytest.mark.parametrize(
    ("host", "message"),
    [
        ("shop", "host 'shop' has no '.'."),
        ("shop.svc1", "host 'shop.svc1' has something else than letters behind its last '.'."),
        ("*.example.*", "host '*.example.*' has something else than letters behind its last '.'."),
        ("a_b.example.com", "host 'a_b.example.com' has other characters than letters, digits, '-', '.', '*' and '?'."),
        (f"{LONG}.com", None),
        (f"{LONG}x.com", f"host '{LONG}x.com' has 129 characters, and AWS takes 128."),
        ("shop.example.com", None),
        ("*.example.com", None),
        (TOKEN, None),
    ],
)
def test_a_host_is_what_a_load_balancer_takes(host: str, message: str | None) -> None:
    assert messages("EKI117", ingress(rule("/", host=host))) == ([] if message is None else [message])


@pytest.mark.parametrize(
    ("text", "kind", "message"),
    [
        ("/a b", "Exact", "path '/a b' has characters that AWS refuses:  ."),
        ("/{id}", "Exact", "path '/{id}' has characters that AWS refuses: { }."),
        ("/" + "a" * 127, "Exact", None),
        ("/" + "a" * 127, "Prefix", f"path '/{'a' * 127}/*' has 130 characters, and AWS takes 128."),
        (TOKEN, "Exact", None),
    ],
)
def test_a_path_is_what_a_load_balancer_takes(text: str, kind: str, message: str | None) -> None:
    assert messages("EKI117", ingress(rule(path(text, kind)))) == ([] if message is None else [message])


@pytest.mark.parametrize(
    ("said", "message"),
    [
        (header("X-Team", "red"), None),
        (header("Host", "a"), "the header Host cannot be compared as a header: write the field host-header."),
        (header("X Team", "a"), "header name 'X Team' is not of 1 to 40 letters, digits and ! # $ % & ' + - . ^ _ ` | ~."),
        (header("X", "a" * 129), f"header '{'a' * 129}' has 129 characters, and AWS takes 128."),
        (header(TOKEN, TOKEN), None),
        (condition(httpRequestMethodConfig={"values": ["GET", "M-SEARCH"]}), None),
        (
            condition(httpRequestMethodConfig={"values": ["get"]}),
            "method 'get' is not of 1 to 40 of the characters A to Z, '-' and '_'.",
        ),
        (condition(sourceIPConfig={"values": ["10.0.0.0/8", "2001:db8::/32", TOKEN]}), None),
        (condition(sourceIPConfig={"values": ["10.0.0.1"]}), "source '10.0.0.1' is no block of addresses such as 10.0.0.0/8."),
        (condition(sourceIPConfig={"values": ["any/8"]}), "source 'any/8' is no block of addresses such as 10.0.0.0/8."),
        (condition(queryStringConfig={"values": [{"key": "a", "value": "b"}]}), None),
        (
            condition(queryStringConfig={"values": [{"key": "a" * 129, "value": "b"}]}),
            f"query '{'a' * 129}' has 129 characters, and AWS takes 128.",
        ),
        (condition(httpHeaderConfig={"httpHeaderName": "X", "regexValues": ["^a+$", TOKEN]}), None),
        (
            condition(httpHeaderConfig={"httpHeaderName": "X", "regexValues": ["a(?=b)"]}),
            "expression 'a(?=b)' has what a load balancer does not support: lookahead.",
        ),
        (condition(hostHeaderConfig={"regexValues": [""]}), "expression '' is empty."),
    ],
)
def test_a_condition_is_what_a_load_balancer_takes(said: dict[str, object], message: str | None) -> None:
    assert messages("EKI117", ingress("/", said=said)) == ([] if message is None else [message])


def test_a_rule_has_one_condition_on_the_method() -> None:
    twice = [{"field": "http-request-method", "httpRequestMethodConfig": {"values": [method]}} for method in ("GET", "HEAD")]
    assert messages("EKI117", ingress("/", said={"conditions.web": json.dumps(twice)})) == [
        "a rule has one condition on the method, and 2 are written."
    ]
    headers = [{"field": "http-header", "httpHeaderConfig": {"httpHeaderName": name, "values": ["a"]}} for name in "XY"]
    assert messages("EKI117", ingress("/", said={"conditions.web": headers})) == []


def test_what_is_wrong_on_two_listeners_is_told_once() -> None:
    said = {"listen-ports": [{"HTTP": 80}, {"HTTP": 81}]}
    assert len(messages("EKI117", ingress(rule("/", host="shop"), said=said))) == 1


def test_an_expression_of_a_path_is_what_a_load_balancer_takes() -> None:
    assert messages("EKI117", ingress(rule(path(r"/(a)\1", ANY)), said=REGEX)) == [
        r"expression '(a)\\1' has what a load balancer does not support: reference to a group."
    ]
