"""Names that mean something to HTML, scripts, SVG and Mermaid, in each place of a plan where a text of others stands."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import Any

from eks_ingress.plan.model import Plan, Requirement
from tests.plan.objects import binding, ingress, path, plan, rule, service

EVIL = (
    "</script><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "<!--<script>",
    "' onfocus='alert(1)",
    "]]></style><svg onload=alert(1)>",
    "javascript:alert(1)//",
    'end"]; click a href "https://evil.example.com"; style a fill:#f00;',
    "${Token[TOKEN.1]}`%%{init: {}}%%`#quot;&lt;",
    "line\nbreak\u2028\u202ereversed\x00\ud800",
)
_OF_THE_CONTROLLER = {"HTTP", "HTTPS", "TCP", "TLS", "method", "query", "source"}


def rich() -> Plan:
    """A plan with something of each kind."""
    targets = [{"serviceName": name, "servicePort": 80, "weight": 5} for name in ("new", "old")]
    said = {
        "listen-ports": [{"HTTP": 80}, {"HTTPS": 443}],
        "certificate-arn": "arn:one,arn:two",
        "tags": "Team=red",
        "load-balancer-attributes": "idle_timeout.timeout_seconds=90",
        "enable-frontend-nlb": "true",
        "auth-type": "oidc",
        "auth-idp-oidc": {"issuer": "https://id.example.com", "secretName": "oidc"},
        "actions.split": {"type": "forward", "forwardConfig": {"targetGroups": targets}},
        "actions.away": {
            "type": "redirect",
            "redirectConfig": {"statusCode": "HTTP_301", "host": "b.org", "path": "/x", "query": "y"},
        },
        "actions.no": {
            "type": "fixed-response",
            "fixedResponseConfig": {"statusCode": "503", "contentType": "text/plain", "messageBody": "closed"},
        },
        "conditions.web": [
            {"field": "http-header", "httpHeaderConfig": {"httpHeaderName": "X-Team", "values": ["red"]}},
            {"field": "query-string", "queryStringConfig": {"values": [{"key": "v", "value": "2"}]}},
        ],
        "conditions.api": [{"field": "path-pattern", "pathPatternConfig": {"regexValues": ["^/v[0-9]"]}}],
        "transforms.web": [{"type": "url-rewrite", "urlRewriteConfig": {"rewrites": [{"regex": "^/a", "replace": "/b"}]}}],
    }
    paths = [path("/a"), path(None, "ImplementationSpecific", to="api:80")]
    paths += [path(f"/{name}", to=f"{name}:action") for name in ("split", "away", "no")]
    found = plan(
        [
            ingress(rule(*paths, host="shop.example.com"), said=said, default="rest:http"),
            service("mqtt", {"port": 1883}, type="LoadBalancer", loadBalancerClass="service.k8s.aws/nlb"),
            binding(),
            ingress("/", name="refused", said={"scheme": "public"}),
        ]
    )
    assert len(found.problems) == 1
    assert all((found.load_balancers, found.network_load_balancers, found.bindings))
    return found


def hostile() -> Plan:
    """The same, with an evil text before each that is not the controller's own; equal texts stay equal."""
    found: Plan = _spoiled(rich())
    return found


def _evil(text: str) -> str:
    return EVIL[sum(map(ord, text)) % len(EVIL)] + text


def _spoiled(value: Any) -> Any:
    if isinstance(value, str):
        return value if value in _OF_THE_CONTROLLER else _evil(value)
    if isinstance(value, Requirement):
        kind, _, name = value.what.partition(" ")
        what = f"{kind} {_evil(name)}" if name else kind
        return value._replace(what=what, values=_spoiled(value.values), keys=_spoiled(value.keys))
    if isinstance(value, tuple):
        parts = [*map(_spoiled, value)]
        return value._make(parts) if hasattr(value, "_make") else tuple(parts)
    if isinstance(value, dict):
        return {_spoiled(key): _spoiled(part) for key, part in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{x.name: _spoiled(getattr(value, x.name)) for x in fields(value) if x.repr})
    return value
