"""Which load balancers are the same, though they are written otherwise, and which are not."""

from __future__ import annotations

import json
from typing import Any

import pytest

from eks_ingress.importing.sameness import Keep, difference, renamed
from eks_ingress.manifests.manifest import Manifest
from eks_ingress.plan.build import plan
from eks_ingress.plan.flags import ControllerFlags
from eks_ingress.plan.model import LoadBalancer
from eks_ingress.routing.names import PREFIX
from eks_ingress.source import Source

Rule = tuple[str | None, str, str, str]
"""Host, path, its type and the Service or action."""


def balancer(*rules: Rule, name: str = "web", **annotations: str) -> LoadBalancer:
    """The load balancer of one Ingress of the group `public`; `_` in the name of an annotation is a `-`."""
    said = {"group.name": "public", **{key.replace("_", "-"): text for key, text in annotations.items() if "actions" not in key}}
    said |= {key.replace("actions_", "actions."): text for key, text in annotations.items() if "actions" in key}
    made = [
        {
            **({} if host is None else {"host": host}),
            "http": {
                "paths": [
                    {
                        **({"path": path} if path else {}),
                        "pathType": kind,
                        "backend": {
                            "service": {
                                "name": to,
                                "port": {"name": "use-annotation"} if f"actions_{to}" in annotations else {"number": 80},
                            }
                        },
                    }
                ]
            },
        }
        for host, path, kind, to in rules or [WEB]
    ]
    body: dict[str, Any] = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {"name": name, "namespace": "shop", "annotations": {PREFIX + key: text for key, text in said.items()}},
        "spec": {"ingressClassName": "alb", "rules": made},
    }
    planned = plan([Manifest(body, Source(file="web.yaml"))], ControllerFlags("prod"))
    assert not planned.problems
    return planned.load_balancers[0]


WEB: Rule = ("web.example.com", "/", "Prefix", "web")
API: Rule = ("api.example.com", "/", "Prefix", "api")
WHOLE = {"host": "#{host}", "path": "/#{path}", "port": "443", "protocol": "HTTPS", "query": "#{query}", "statusCode": "HTTP_301"}
SHORT = {"port": "443", "protocol": "HTTPS", "statusCode": "HTTP_301"}


def redirect(config: dict[str, str]) -> str:
    return json.dumps({"type": "redirect", "redirectConfig": config})


def split(**sticky: Any) -> str:
    groups = [{"serviceName": "a", "servicePort": 80, "weight": 1}, {"serviceName": "b", "servicePort": 80, "weight": 1}]
    return json.dumps({"type": "forward", "forwardConfig": {"targetGroups": groups, **sticky}})


def same(one: LoadBalancer, other: LoadBalancer, keep: Keep = Keep.LOAD_BALANCERS) -> bool:
    return difference(one, other, keep) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (balancer(WEB, API), balancer(API, WEB)),
        (
            balancer((None, "/a", "Prefix", "a"), (None, "/b", "Prefix", "b")),
            balancer((None, "/b", "Prefix", "b"), (None, "/a", "Prefix", "a")),
        ),
        (
            balancer((None, "/a/*", "ImplementationSpecific", "web"), (None, "/", "Prefix", "web")),
            balancer((None, "/", "Prefix", "web"), (None, "/a/*", "ImplementationSpecific", "web")),
        ),
        (balancer((None, "/*", "ImplementationSpecific", "web")), balancer((None, "/", "Prefix", "web"))),
        (balancer(("web.example.com", "", "ImplementationSpecific", "web")), balancer(WEB)),
        (
            balancer(("a.b", "/a", "Exact", "tls"), actions_tls=redirect(WHOLE)),
            balancer(("a.b", "/a", "Exact", "tls"), actions_tls=redirect(SHORT)),
        ),
        (
            balancer((None, "/", "Prefix", "split"), actions_split=split(targetGroupStickinessConfig={"enabled": False})),
            balancer((None, "/", "Prefix", "split"), actions_split=split()),
        ),
        (
            balancer(target_group_attributes="stickiness.enabled=true"),
            balancer(target_group_attributes="stickiness.enabled=true,stickiness.type=lb_cookie"),
        ),
        (balancer(name="one"), balancer(name="other")),
    ],
    ids=[
        "hosts that differ",
        "paths that differ",
        "the same Service",
        "any path",
        "no path",
        "a redirect",
        "no stickiness",
        "sticky",
        "another Ingress",
    ],
)
def test_these_are_the_same(one: LoadBalancer, other: LoadBalancer) -> None:
    assert difference(one, other, Keep.LOAD_BALANCERS) is None
    assert difference(other, one, Keep.LOAD_BALANCERS) is None


@pytest.mark.parametrize(
    ("one", "other", "what"),
    [
        (
            balancer(("*.b.c", "/", "Prefix", "a"), ("a.b.c", "/", "Prefix", "b")),
            balancer(("a.b.c", "/", "Prefix", "b"), ("*.b.c", "/", "Prefix", "a")),
            "a.b.c /* (Service shop/b:80) would be tried before *.b.c",
        ),
        (
            balancer((None, "/a/*", "ImplementationSpecific", "a"), (None, "/a/b", "ImplementationSpecific", "b")),
            balancer((None, "/a/b", "Exact", "b"), (None, "/a/*", "ImplementationSpecific", "a")),
            "/a/b (Service shop/b:80) would be tried before",
        ),
        (balancer(WEB, API), balancer(WEB), "targets of shop/api:80 are not there"),
        (balancer(WEB), balancer(WEB, API), "targets of shop/api:80 are new"),
        (
            balancer(WEB, ("a.b", "/", "Prefix", "web")),
            balancer(WEB),
            "listener 80, rule a.b /* (Service shop/web:80) is not there",
        ),
        (balancer(WEB), balancer(WEB, ("a.b", "/", "Prefix", "web")), "listener 80, rule a.b /* (Service shop/web:80) is new"),
        (balancer(healthcheck_path="/a"), balancer(healthcheck_path="/b"), "targets of shop/web:80: health_check"),
        (balancer(scheme="internal"), balancer(scheme="internet-facing"), "scheme: internal would become internet-facing"),
        (balancer(subnets="subnet-1,subnet-2"), balancer(subnets="subnet-2,subnet-3"), "subnets"),
        (balancer(tags="a=b"), balancer(), "tags"),
        (balancer(load_balancer_attributes="a=b"), balancer(), "attributes"),
        (balancer(listen_ports='[{"HTTP": 80}]'), balancer(listen_ports='[{"HTTP": 81}]'), "ports"),
    ],
    ids=[
        "hosts in order",
        "paths in order",
        "a Service less",
        "a Service more",
        "a rule less",
        "a rule more",
        "a health check",
        "scheme",
        "subnets",
        "tags",
        "attributes",
        "ports",
    ],
)
def test_these_are_not_the_same(one: LoadBalancer, other: LoadBalancer, what: str) -> None:
    found = "; ".join(filter(None, [difference(one, other, keep) for keep in (Keep.LOAD_BALANCERS, Keep.NOTHING)]))
    assert what in found


def test_a_first_rule_that_redirects_every_request_is_what_a_listener_does_by_default() -> None:
    both = {"listen_ports": '[{"HTTP": 80}, {"HTTPS": 443}]', "certificate_arn": "arn:aws:acm:eu-west-1:111122223333:certificate/a"}
    everyone: Rule = (None, "/*", "ImplementationSpecific", "tls")
    by_rule = balancer(everyone, WEB, actions_tls=redirect(SHORT), **both)
    assert same(by_rule, balancer(WEB, ssl_redirect="443", **both))
    of_one_host: Rule = ("web.example.com", "/*", "ImplementationSpecific", "tls")
    assert not same(balancer(of_one_host, WEB, actions_tls=redirect(SHORT), **both), balancer(WEB, ssl_redirect="443", **both))
    assert not same(balancer(WEB, everyone, actions_tls=redirect(SHORT), **both), balancer(WEB, ssl_redirect="443", **both))


def test_an_ingress_of_another_name_has_other_target_groups() -> None:
    one, other = balancer(name="one"), balancer(name="other")
    told = str(difference(one, other, Keep.OBJECTS))
    assert told.startswith("targets of shop/web:80: id 'shop/one-web:80' would become 'shop/other-web:80'")
    assert renamed(one, other) == 1


def test_another_group_is_the_same_only_where_nothing_is_to_be_kept() -> None:
    one, other = balancer(), balancer(**{"group.name": "private"})
    assert str(difference(one, other, Keep.LOAD_BALANCERS)).startswith("group: public would become private")
    assert same(one, other, Keep.NOTHING)
