from __future__ import annotations

from typing import Any

import pytest

from eks_ingress.manifests.manifest import Manifest
from eks_ingress.plan.flags import ControllerFlags
from eks_ingress.plan.model import Plan
from eks_ingress.refusal import Problem
from eks_ingress.report.remarks import Remark
from eks_ingress.report.text import text
from eks_ingress.source import Source
from tests.plan.objects import binding, ingress, path, plan, rule, service

TO_ITSELF = {"type": "redirect", "redirectConfig": {"statusCode": "HTTP_301"}}


def test_a_plan_without_load_balancers_says_so() -> None:
    assert text(Plan(())) == "No load balancer."


def test_target_groups_of_others_are_told_with_what_they_get() -> None:
    theirs = {
        "targetGroupARN": None,
        "targetGroupName": "green",
        "serviceRef": {"name": "api", "port": "http"},
        "targetType": "instance",
        "nodeSelector": {"matchLabels": {"pool": "web"}},
        "multiClusterTargetGroup": True,
    }
    role = "arn:aws:iam::444455556666:role/targets"
    refused = binding("refused", vpcID="shop", targetGroupARN="a")
    made = plan([binding(iamRoleArnToAssume=role), binding("theirs", **theirs), refused])
    arn = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/blue/0123456789abcdef"
    assert text(made).splitlines()[:4] == [
        "Target groups that others made",
        f"    shop/web:80    {arn}; as {role}",
        "    shop/api:http  green; instance targets; on nodes with pool=web; shared with others",
        "",
    ]


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
  name  k8s-public-1946ec9e92

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
  name  k8s-shop-alone-30335ce33d

  HTTP 80  Service shop/web:80 (ip targets)

EKI201 error  Shop/broken
    Ingress shop/broken: annotation alb.ingress.kubernetes.io/scheme is 'public', and must be one of internal, internet-facing.
    Correct the value."""
    )


OIDC = {"auth-type": "oidc", "auth-idp-oidc": {"issuer": "https://a.org", "secretName": "client"}}
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
        ({"auth-type": "cognito", "auth-idp-cognito": {"userPoolARN": "arn:pool"}}, "cognito"),
        (OIDC, "oidc"),
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
    report = text(plan([ingress("/", default="rest:80", said={**SECURE, **OIDC})]))
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


def test_remarks_stand_in_place_of_problems() -> None:
    remark = Remark("EKI101", "warning", "It is late.", "Go earlier.", Source(file="a.yaml", line=3))
    assert text(Plan((), (Problem("It is wrong.", "Write it right."),)), [remark]) == (
        "EKI101 warning  a.yaml:3\n    It is late.\n    Go earlier."
    )


# What is said of a load balancer.


def settings(*manifests: Manifest, flags: ControllerFlags = ControllerFlags()) -> list[str]:
    """The lines above the first listener, but for what it is made of."""
    return text(plan(manifests, flags)).split("\n\n")[0].splitlines()[2:]


def test_nothing_is_told_that_is_as_it_would_be_without_a_word() -> None:
    assert text(plan([ingress("/")], ControllerFlags())) == (
        """\
Load balancer shop/web, internal
  made of Ingress shop/web

  HTTP 80
    rule  host  path  then
    1     any   /*    Service shop/web:80 (instance targets)
    else  any   any   answer 404"""
    )


def test_all_that_somebody_wrote_is_told() -> None:
    said = {
        "group.name": "public",
        "scheme": "internet-facing",
        "ip-address-type": "dualstack",
        "load-balancer-name": "shop",
        "subnets": "subnet-a1,public-b",
        "listen-ports": [{"HTTP": 80}, {"HTTPS": 443}],
        "certificate-arn": "arn:a",
        "inbound-cidrs": "203.0.113.0/24,2001:db8::/32",
        "security-group-prefix-lists": "pl-1",
        "load-balancer-attributes": "idle_timeout.timeout_seconds=120,routing.http2.enabled=false",
        "minimum-load-balancer-capacity": "CapacityUnits=500",
        "ipam-ipv4-pool-id": "ipam-pool-1",
        "customer-owned-ipv4-pool": "coip-1",
        "wafv2-acl-arn": "arn:waf",
        "waf-acl-id": "none",
        "shield-advanced-protection": "false",
        "tags": "team=shop",
        "ssl-policy": "ELBSecurityPolicy-TLS13-1-3-2021-06",
        "mutual-authentication": [
            {
                "port": 443,
                "mode": "verify",
                "trustStore": "arn:t",
                "ignoreClientCertificateExpiry": True,
                "advertiseTrustStoreCaNames": "on",
            }
        ],
        "listener-attributes.HTTPS-443": "routing.http.response.server.enabled=false",
        "healthcheck-path": "/healthz",
        "healthcheck-port": "9000",
        "healthcheck-protocol": "HTTP",
        "healthcheck-interval-seconds": "30",
        "healthcheck-timeout-seconds": "10",
        "healthy-threshold-count": "3",
        "unhealthy-threshold-count": "4",
        "success-codes": "200-299",
        "backend-protocol": "HTTPS",
        "backend-protocol-version": "HTTP2",
        "target-group-attributes": "deregistration_delay.timeout_seconds=5",
        "enable-frontend-nlb": "true",
        "frontend-nlb-scheme": "internal",
        "frontend-nlb-subnets": "subnet-c1,subnet-d1",
        "frontend-nlb-security-groups": "sg-9",
        "frontend-nlb-attributes": "load_balancing.cross_zone.enabled=true",
        "frontend-nlb-tags": "team=edge",
        "frontend-nlb-healthcheck-path": "/ok",
    }
    pods = service("web", {"port": 80, "targetPort": 8080}, said={"tags": "part=web"})
    assert text(plan([ingress("/", said=said), pods])) == (
        """\
Load balancer public, internet-facing
  made of Ingress shop/web
  name                         shop
  addresses                    dualstack
  address pool                 ipam-pool-1
  customer-owned address pool  coip-1
  subnets                      subnet-a1, ${subnet public-b}
  open to                      203.0.113.0/24, 2001:db8::/32, pl-1
  attributes                   idle_timeout.timeout_seconds=120, routing.http2.enabled=false
  capacity                     500 units at least
  web ACL                      arn:waf
  web ACL of WAF Classic       none; one that is there is taken away
  Shield Advanced              off
  tags                         team=shop

  HTTP 80
    rule  host  path  then
    1     any   /*    Service shop/web:80 (ip targets)
    else  any   any   answer 404

  HTTPS 443
    certificate arn:a
    TLS policy ELBSecurityPolicy-TLS13-1-3-2021-06
    mutual TLS verify, arn:t, expired certificates pass, trusted authorities are told
    attributes routing.http.response.server.enabled=false
    rule  host  path  then
    1     any   /*    Service shop/web:80 (ip targets)
    else  any   any   answer 404

  Targets
    shop/web:80  HTTPS HTTP2; port 8080; health check /healthz by HTTP on port 9000 expects 200-299 every 30 s fails after 10 s healthy after 3 unhealthy after 4; deregistration_delay.timeout_seconds=5; tags part=web

  Network load balancer in front, internal
    name             shop-nlb
    subnets          subnet-c1, subnet-d1
    security groups  sg-9
    attributes       load_balancing.cross_zone.enabled=true
    tags             team=edge
    TCP 80 to 80; health check /ok
    TCP 443 to 443; health check /ok"""  # noqa: E501
    )


@pytest.mark.parametrize(
    ("said", "line"),
    [
        ({"security-groups": "sg-1,web"}, "  security groups  sg-1, ${security group web}"),
        (
            {"security-groups": "sg-1", "manage-backend-security-group-rules": "true"},
            "  security groups  sg-1, ${backend security group}",
        ),
        ({"inbound-cidrs": "203.0.113.0/24"}, "  open to  203.0.113.0/24"),
        ({"wafv2-acl-arn": "none"}, "  web ACL  none; one that is there is taken away"),
        ({"shield-advanced-protection": "true"}, "  Shield Advanced  on"),
    ],
)
def test_a_setting_that_is_said_has_a_line(said: dict[str, Any], line: str) -> None:
    assert settings(ingress("/", said=said)) == [line]


def test_ports_are_named_where_they_are_open_to_others() -> None:
    secure = {"listen-ports": [{"HTTPS": 443}], "certificate-arn": "arn:a", "inbound-cidrs": "203.0.113.0/24"}
    members = [
        ingress("/a", name="a", said={"group.name": "g", **secure}),
        ingress("/b", name="b", said={"group.name": "g", "listen-ports": [{"HTTP": 80}]}),
        ingress("/c", name="c", said={"group.name": "g", "listen-ports": [{"HTTP": 8080}], "inbound-cidrs": "192.0.2.0/24"}),
    ]
    assert settings(*members) == ["  open to  203.0.113.0/24 on 443; 192.0.2.0/24 on 8080"]


def test_a_certificate_that_is_asked_for_is_told() -> None:
    flags = ControllerFlags(gates={"EnableCertificateManagement": True})
    said = {"listen-ports": [{"HTTPS": 443}], "create-acm-cert": "true", "acm-pca-arn": "arn:pca"}
    assert settings(ingress(rule("/", host="a.example.com"), said=said), flags=flags) == [
        "  asks for  a certificate for a.example.com by arn:pca"
    ]


def test_services_that_are_there_twice_name_their_ingress() -> None:
    members = [
        ingress("/a", name="a", said={"group.name": "g", "healthcheck-path": "/a"}),
        ingress("/b", name="b", said={"group.name": "g", "healthcheck-path": "/b"}),
    ]
    assert text(plan(members)).partition("  Targets\n")[2].splitlines() == [
        "    shop/web:80 (shop/a)  health check /a",
        "    shop/web:80 (shop/b)  health check /b",
    ]


def test_the_port_of_nodes_is_told() -> None:
    nodes = service("web", {"port": 80, "nodePort": 30080}, type="NodePort")
    report = text(plan([ingress("/", said={"target-type": "instance", "target-node-labels": "disk=ssd"}), nodes]))
    assert report.partition("  Targets\n")[2] == "    shop/web:80  port 30080; on nodes with disk=ssd"


def test_what_is_answered_and_for_how_long_a_client_stays_is_told() -> None:
    sticky = {
        "type": "forward",
        "forwardConfig": {
            "targetGroups": [{"serviceName": "web", "servicePort": 80}],
            "targetGroupStickinessConfig": {"enabled": True, "durationSeconds": 60},
        },
    }
    gone = {
        "type": "fixed-response",
        "fixedResponseConfig": {"statusCode": "410", "contentType": "text/plain", "messageBody": "g" * 70},
    }
    paths = (path("/a", to="sticky:action"), path("/b", to="gone:action"))
    found = rows(text(plan([ingress(rule(*paths), said={"actions.sticky": sticky, "actions.gone": gone})])))
    assert [line.split("/*  ")[1] for line in found[1:3]] == [
        "Service shop/web:80 (ip targets), sticky for 60 s",
        f"answer 410: {'g' * 59}…",
    ]


def test_texts_of_others_cannot_steer_a_terminal() -> None:
    report = text(plan([ingress(rule("/", host="a\x1b[2J\nLoad balancer b"), said={"tags": "a=\x07"})]))
    assert report.count("\nLoad balancer") == 0
    assert "a\\x1b[2J\\nLoad balancer b" in report
    assert "a=\\x07" in report
