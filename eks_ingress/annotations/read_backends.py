"""The documents of the annotations `actions`, `conditions` and `transforms`, as typed words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from eks_ingress.annotations.grammar import Int, Unreadable
from eks_ingress.refusal import Problem, Refused
from eks_ingress.routing.backend import Backend, ContentType, FixedResponse, Forward, Redirect, Service, TargetGroup
from eks_ingress.routing.conditions import (
    Condition,
    HostHeader,
    HttpHeader,
    HttpMethod,
    PathPattern,
    QueryString,
    SourceIp,
)
from eks_ingress.routing.protocol import Protocol
from eks_ingress.routing.transforms import HostRewrite, Transform, UrlRewrite

AS_IT_WAS = {"host": "#{host}", "path": "/#{path}", "port": "#{port}", "protocol": "#{protocol}", "query": "#{query}"}
"""What a part of a redirect is where nothing is said of it (Elastic Load Balancing API, RedirectActionConfig)."""


def read_action(document: Mapping[str, Any]) -> Backend:
    """What the document of an `actions` annotation leads to. Raises `ValueError` for what no word stands for."""
    match document.get("type"):
        case "redirect":
            return _redirect(document.get("redirectConfig") or {})
        case "fixed-response":
            config = document.get("fixedResponseConfig") or {}
            kind = config.get("contentType")
            if kind is None:
                raise _refused("has no contentType, and a FixedResponse always says one")
            return FixedResponse(_number(config.get("statusCode")), config.get("messageBody"), ContentType(kind))
        case "forward":
            return _forward(document)
        case kind:
            raise _refused(f"has the type {kind!r}")


def read_conditions(documents: Sequence[Mapping[str, Any]]) -> tuple[Condition, ...]:
    """The conditions of a `conditions` annotation. Raises `ValueError`; those of an unknown field the controller drops."""
    return tuple(_CONDITIONS[document["field"]](document) for document in documents if document.get("field") in _CONDITIONS)


def read_transforms(documents: Sequence[Mapping[str, Any]]) -> tuple[Transform, ...]:
    """The transforms of a `transforms` annotation. Raises `ValueError`."""
    found: list[Transform] = []
    for document in documents:
        is_url = document.get("type") == "url-rewrite"
        config = document.get("urlRewriteConfig" if is_url else "hostHeaderRewriteConfig") or {}
        rewrites = config.get("rewrites") or []
        if len(rewrites) != 1:
            raise _refused(f"has {len(rewrites)} rewrites, and a word is one")
        kind = UrlRewrite if is_url else HostRewrite
        found.append(kind(rewrites[0].get("regex") or "", rewrites[0].get("replace") or ""))
    return tuple(found)


def read_port(port: int | str) -> int | str:
    """A port, which the controller takes for a number even where it is written as text."""
    try:
        return Int().decode(port) if isinstance(port, str) else port
    except Unreadable:
        return port


def _redirect(config: Mapping[str, Any]) -> Redirect:
    said = {part: text for part, text in config.items() if part in AS_IT_WAS and text not in (None, AS_IT_WAS[part])}
    if "port" in said:
        said["port"] = _number(said["port"])
    if "protocol" in said:
        said["protocol"] = Protocol(said["protocol"])
    status = str(config.get("statusCode")).removeprefix("HTTP_")
    return Redirect(**said, status_code=_number(status))  # type: ignore[arg-type]


def _forward(document: Mapping[str, Any]) -> Backend:
    config = document.get("forwardConfig")
    if config is None:
        return TargetGroup(document.get("targetGroupARN"), document.get("targetGroupName"))
    groups = [(_target(entry), entry.get("weight")) for entry in config.get("targetGroups") or ()]
    sticky = config.get("targetGroupStickinessConfig") or {}
    stickiness = None
    if sticky.get("enabled"):
        if sticky.get("durationSeconds") is None:
            raise _refused("is sticky without durationSeconds, and a Forward says how long")
        stickiness = timedelta(seconds=sticky["durationSeconds"])
    if len(groups) == 1 and groups[0][1] is None and stickiness is None:
        return groups[0][0]
    return Forward(groups, stickiness)


def _target(entry: Mapping[str, Any]) -> Service | TargetGroup:
    if entry.get("serviceName") is not None:
        return Service(entry["serviceName"], read_port(entry.get("servicePort") or 0))
    return TargetGroup(entry.get("targetGroupARN"), entry.get("targetGroupName"))


def _patterns(kind: Callable[..., Condition], config: str) -> Callable[[Mapping[str, Any]], Condition]:
    def read(document: Mapping[str, Any]) -> Condition:
        said = document.get(config) or {}
        return kind(said.get("values") or (), regex=said.get("regexValues") or ())

    return read


def _header(document: Mapping[str, Any]) -> Condition:
    said = document.get("httpHeaderConfig") or {}
    return HttpHeader(said.get("httpHeaderName") or "", said.get("values") or (), regex=said.get("regexValues") or ())


def _query(document: Mapping[str, Any]) -> Condition:
    pairs = (document.get("queryStringConfig") or {}).get("values") or ()
    return QueryString([(pair.get("key") or None, pair.get("value") or "") for pair in pairs])


def _values(kind: Callable[[Any], Condition], config: str) -> Callable[[Mapping[str, Any]], Condition]:
    return lambda document: kind((document.get(config) or {}).get("values") or ())


_CONDITIONS: Mapping[str, Callable[[Mapping[str, Any]], Condition]] = {
    "host-header": _patterns(HostHeader, "hostHeaderConfig"),
    "path-pattern": _patterns(PathPattern, "pathPatternConfig"),
    "http-header": _header,
    "http-request-method": _values(HttpMethod, "httpRequestMethodConfig"),
    "query-string": _query,
    "source-ip": _values(SourceIp, "sourceIPConfig"),
}


def _number(text: Any) -> int:
    try:
        return Int().decode(str(text))
    except Unreadable:
        raise _refused(f"has {text!r} where a number stands") from None


def _refused(reason: str) -> Refused:
    return Refused([Problem(reason, "Write it in typed words.")])
