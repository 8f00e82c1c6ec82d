from __future__ import annotations

from typing import Any

import pytest

from eks_ingress.plan.facts import Facts, Quotas
from tests.checks.objects import BOTH, SECURE, Case, findings, group, messages
from tests.plan.objects import ingress, path, rule

ANY = "ImplementationSpecific"


def paths(many: int, services: int = 1) -> Any:
    """A rule with so many exact paths, to so many Services."""
    return rule(*(path(f"/{n}", "Exact", f"web{n % services}:80") for n in range(many)))


def ports(many: int) -> dict[str, Any]:
    return {"listen-ports": [{"HTTP": 8000 + n} for n in range(many)]}


def certificates(many: int) -> dict[str, Any]:
    return {**SECURE, "certificate-arn": ",".join(f"arn:{n}" for n in range(many))}


def targets(many: int) -> Any:
    forward = {"targetGroups": [{"targetGroupARN": f"arn:{n}", "weight": 1} for n in range(many)]}
    said = {"actions.web": {"type": "forward", "forwardConfig": forward}}
    return ingress(rule(path("/", to="web:action")), said=said)


def body(length: int) -> Any:
    said = {"actions.web": {"type": "fixed-response", "fixedResponseConfig": {"statusCode": "503", "messageBody": "a" * length}}}
    return ingress(rule(path("/", to="web:action")), said=said)


def verifying(many: int) -> Any:
    entries = [{"port": 8000 + n, "mode": "verify", "trustStore": "arn:store"} for n in range(many)]
    said = {"listen-ports": [{"HTTPS": 8000 + n} for n in range(3)], "certificate-arn": "arn:a"}
    return ingress("/", said={**said, "mutual-authentication": entries})


def hosts(*values: str) -> dict[str, Any]:
    return {"conditions.web": [{"field": "host-header", "hostHeaderConfig": {"values": list(values)}}]}


CASES = {
    "EKI401": Case(
        ingress(paths(51), said={"listen-ports": [{"HTTP": 80}, {"HTTP": 81}]}),
        ingress(paths(50), said={"listen-ports": [{"HTTP": 80}, {"HTTP": 81}]}),
        "load balancer shop/web has 102 rules (51 on HTTP 80, 51 on HTTP 81), and AWS takes 100.",
    ),
    "EKI402": Case(
        ingress("/", said=certificates(27)),
        ingress("/", said=certificates(26)),
        "load balancer shop/web has 26 certificates beside the default, and AWS takes 25.",
    ),
    "EKI403": Case(
        ingress("/", said=ports(51)),
        ingress("/", said=ports(50)),
        "load balancer shop/web has 51 listeners, and AWS takes 50.",
    ),
    "EKI404": Case(
        ingress("/a", said=hosts("a.org", "b.org", "c.org", "d.org")),
        ingress("/a", said=hosts("a.org", "b.org", "c.org")),
        "a.org, b.org, c.org, d.org /a, /a/* compares with 6 values, and AWS takes 5.",
    ),
    "EKI405": Case(
        ingress(rule(path("/*a*b*c*", ANY), host="*.example.com"), said=hosts("*.a.org")),
        ingress(rule(path("/*a*b*c*", ANY), host="*.example.com"), said=hosts("a.org")),
        "*.example.com, *.a.org /*a*b*c* has 6 wildcards, and AWS takes 5.",
    ),
    "EKI406": Case(
        targets(6),
        targets(5),
        "alb.ingress.kubernetes.io/actions.web names 6 target groups, and AWS takes 5.",
    ),
    "EKI407": Case(
        ingress(paths(100, 100), default="other:80"),
        ingress(paths(100, 100), default="web0:80"),
        "load balancer shop/web has 101 target groups, and AWS takes 100.",
    ),
    "EKI408": Case(
        ingress("/", said={"security-groups": "sg-a,sg-b,sg-c,sg-d,sg-e", "manage-backend-security-group-rules": "true"}),
        ingress("/", said={"security-groups": "sg-a,sg-b,sg-c,sg-d", "manage-backend-security-group-rules": "true"}),
        "load balancer shop/web has 6 security groups, and AWS takes 5.",
    ),
    "EKI409": Case(body(1025), body(1024), "alb.ingress.kubernetes.io/actions.web has a body of 1025 characters."),
    "EKI411": Case(verifying(3), verifying(2), "load balancer shop/web verifies on the ports 8000, 8001, 8002."),
}


@pytest.mark.parametrize("id", CASES)
def test_it_is_found_and_what_is_near_is_not(id: str) -> None:
    CASES[id].hold(id)


@pytest.mark.parametrize(
    ("id", "quotas"),
    [
        ("EKI401", Quotas(rules=102)),
        ("EKI402", Quotas(certificates=26)),
        ("EKI403", Quotas(listeners=51)),
        ("EKI404", Quotas(condition_values=6)),
        ("EKI405", Quotas(condition_wildcards=6)),
        ("EKI406", Quotas(target_groups_per_action=6)),
        ("EKI407", Quotas(target_groups=101)),
        ("EKI408", Quotas(security_groups=6)),
    ],
)
def test_a_quota_that_was_raised_is_taken_into_account(id: str, quotas: Quotas) -> None:
    found = CASES[id].found
    assert not isinstance(found, list)
    assert messages(id, found, facts=Facts(quotas=quotas)) == []  # type: ignore[arg-type]


def test_the_rules_of_a_group_count_together() -> None:
    members = group({}, {}, paths(51))
    (finding,) = [x for x in findings(*members) if x.id == "EKI401"]
    assert finding.object == "Ingress shop/a"


def test_rules_that_redirect_to_https_are_none() -> None:
    assert messages("EKI401", ingress(paths(100), said={**BOTH, "ssl-redirect": "443"})) == []


def test_certificates_that_are_not_known_do_not_count() -> None:
    made = ingress(*(rule("/", host=f"{n}.example.com") for n in range(60)), said={"listen-ports": [{"HTTPS": 443}]})
    assert messages("EKI402", made) == []


def test_values_of_all_conditions_count() -> None:
    methods = {"field": "http-request-method", "httpRequestMethodConfig": {"values": ["GET", "HEAD", "PUT", "POST"]}}
    assert messages("EKI404", ingress("/a", said={"conditions.web": [methods]})) == [
        "any host /a, /a/* method GET or HEAD or PUT or POST compares with 6 values, and AWS takes 5."
    ]


def query(key: str, value: str) -> dict[str, Any]:
    return {"field": "query-string", "queryStringConfig": {"values": [{"key": key, "value": value}]}}


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        (query("a", "******"), 1),
        (query("***", "***"), 1),
        (query("a", r"\*\*\*\*\*\*"), 0),
        ({"field": "http-header", "httpHeaderConfig": {"httpHeaderName": "X", "values": ["??????"]}}, 1),
        ({"field": "http-header", "httpHeaderConfig": {"httpHeaderName": "X", "regexValues": [".*.*.*.*.*.*"]}}, 0),
        (query("a", "${Token[A*B*C*D*E*F*]}"), 0),
    ],
)
def test_wildcards_are_counted_where_they_are_some(condition: dict[str, Any], found: int) -> None:
    assert len(messages("EKI405", ingress(rule(path("/", "Exact")), said={"conditions.web": [condition]}))) == found


def test_a_target_group_of_many_rules_counts_once() -> None:
    assert messages("EKI407", ingress(paths(99, 2), said={"listen-ports": [{"HTTP": 80}, {"HTTP": 81}]})) == []
