"""What a request to AWS asks for, read off the wire.

Facts: Signature Version 4 (the credential's scope names the service); the query, JSON and REST XML protocols of AWS.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

_CREDENTIAL = re.compile(r"Credential=([^/]+)/\d+/([^/]*)/([^/]+)/aws4_request")
_NAMES_IN_IAM = {"tagging": "tag"}
"""Services whose name in IAM is not the one that they sign with."""
_REST = {
    "route53": (
        ("GET", r"/[\d-]+/hostedzone/?", "ListHostedZones"),
        ("GET", r"/[\d-]+/hostedzonesbyname/?", "ListHostedZonesByName"),
        ("POST", r"/[\d-]+/hostedzone/(?P<HostedZoneId>[^/]+)/rrset/?", "ChangeResourceRecordSets"),
    )
}
"""The calls of services whose actions are paths, as far as the controller makes any."""


class Unreadable(Exception):
    """A request of which it cannot be told what it asks for."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request: who asks which service for what."""

    access_key: str | None
    """None for what is not signed: `AssumeRoleWithWebIdentity`."""
    region: str
    service: str
    """Its name in IAM: `elasticloadbalancing`."""
    action: str
    parameters: dict[str, Any]

    @property
    def protocol(self) -> str:
        """How its errors are written."""
        if self.service in {"elasticloadbalancing", "iam", "sts", "cloudformation"}:
            return "query"
        return self.service if self.service in {"ec2", "route53"} else "json"


def read(method: str, path: str, headers: dict[str, str], body: bytes) -> Asked:
    """What a request asks for; `headers` have lower-case names. Raises `Unreadable`."""
    target = urlsplit(path)
    signed = _CREDENTIAL.search(headers.get("authorization", ""))
    access_key, region, scope = signed.groups() if signed else (None, "", "")
    service = _NAMES_IN_IAM.get(scope, scope)
    if "x-amz-target" in headers:
        return Asked(access_key, region, service, headers["x-amz-target"].rsplit(".", 1)[-1], json.loads(body or b"{}"))
    form = dict(parse_qsl(body.decode(), keep_blank_values=True)) or dict(parse_qsl(target.query, keep_blank_values=True))
    if action := form.pop("Action", None):
        form.pop("Version", None)
        return Asked(access_key, region, service or "sts", action, nested(form))
    for verb, pattern, action in _REST.get(service, ()):
        if verb == method and (found := re.fullmatch(pattern, target.path)):
            values = {name: unquote(value) for name, value in found.groupdict().items()}
            return Asked(access_key, region, service, action, {**values, "Body": body.decode()})
    raise Unreadable(f"{method} {path} (service {service or 'unknown'})")


def nested(form: dict[str, str]) -> dict[str, Any]:
    """The parameters of the query protocol as they were before `Tags.member.1.Key=…`."""
    tree: dict[str, Any] = {}
    for name, value in form.items():
        *way, last = [step for step in name.split(".") if step != "member"]
        node = tree
        for step in way:
            node = node.setdefault(step, {})
        node[last] = value
    lists: dict[str, Any] = _with_lists(tree)
    return lists


def _with_lists(node: Any) -> Any:
    if not isinstance(node, dict):
        return node
    if node and all(key.isdigit() for key in node):
        return [_with_lists(node[key]) for key in sorted(node, key=int)]
    return {key: _with_lists(value) for key, value in node.items()}
