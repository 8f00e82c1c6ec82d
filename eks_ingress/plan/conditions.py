"""What a rule compares besides the host and the path of its Ingress, and what it changes.

Facts: controller documentation, "Conditions", "Transforms"; the controller's rule builder (`pkg/ingress`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eks_ingress.annotations import catalogue as c
from eks_ingress.plan.members import Member
from eks_ingress.plan.model import Requirement

_CONFIGS = {
    "host-header": "hostHeaderConfig",
    "path-pattern": "pathPatternConfig",
    "http-header": "httpHeaderConfig",
    "http-request-method": "httpRequestMethodConfig",
    "query-string": "queryStringConfig",
    "source-ip": "sourceIPConfig",
}


@dataclass(frozen=True)
class Comparison:
    """What the conditions of a backend compare."""

    hosts: tuple[str, ...] = ()
    host_regexes: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    path_regexes: tuple[str, ...] = ()
    requirements: tuple[Requirement, ...] = ()


_NOTHING = Comparison()


def comparison(member: Member, name: str) -> Comparison:
    """What the annotation `conditions.NAME` says; an unknown field is dropped, as the controller does. Raises `Refused`."""
    conditions = member.read(c.CONDITIONS, name=name) if c.CONDITIONS in member.rows else ()
    if not conditions:
        return _NOTHING
    found: dict[str, list[str]] = {}
    requirements: list[Requirement] = []
    for condition in conditions:
        kind = condition.get("field")
        if kind not in _CONFIGS:
            continue
        config = condition.get(_CONFIGS[kind])
        if config is None:
            raise _refuse(member, name, f"has no {_CONFIGS[kind]}")
        values, regexes = config.get("values") or [], config.get("regexValues") or []
        if bool(values) == bool(regexes):
            words = "both values and" if values else "neither values nor"
            raise _refuse(member, name, f"has {words} regexValues in {_CONFIGS[kind]}")
        if kind in ("host-header", "path-pattern"):
            found.setdefault(f"{kind}{' regex' if regexes else ''}", []).extend(regexes or values)
        elif kind == "query-string":
            if not all(pair.get("value") for pair in values):
                raise _refuse(member, name, "has an empty value in queryStringConfig")
            pairs = tuple(query_text(pair.get("key"), str(pair["value"])) for pair in values)
            requirements.append(Requirement("query", pairs))
        else:
            what = f"header {config.get('httpHeaderName')}" if kind == "http-header" else _WORDS[kind]
            requirements.append(Requirement(what, tuple(regexes or values), bool(regexes)))
    return Comparison(
        tuple(found.get("host-header", ())),
        tuple(found.get("host-header regex", ())),
        tuple(found.get("path-pattern", ())),
        tuple(found.get("path-pattern regex", ())),
        tuple(requirements),
    )


_WORDS = {"http-request-method": "method", "source-ip": "source"}


def query_text(key: str | None, value: str) -> str:
    """A value of a query string and its key as a requirement has them; without a key, a value with '=' has one in front."""
    return f"{key or ''}={value}" if key or "=" in value else value


def query_pair(text: str) -> tuple[str | None, str]:
    """The key, None for any, and the value that a requirement has as `text`; what `query_text` wrote."""
    key, equals, value = text.partition("=")
    return (key or None, value) if equals else (None, text)


def transforms(member: Member, name: str) -> tuple[str, ...]:
    """What the annotation `transforms.NAME` changes, in words."""
    if c.TRANSFORMS not in member.rows:
        return ()
    documents: Sequence[Mapping[str, Any]] = member.read(c.TRANSFORMS, name=name) or ()
    found = []
    for document in documents:
        kind = document.get("type")
        config = document.get("urlRewriteConfig" if kind == "url-rewrite" else "hostHeaderRewriteConfig")
        if kind not in ("url-rewrite", "host-header-rewrite") or not config or not config.get("rewrites"):
            raise _refuse(member, name, f"has the transform {kind!r}, which is unknown or has no rewrites")
        what = "path" if kind == "url-rewrite" else "host"
        found += [f"{what} {rewrite.get('regex')} becomes {rewrite.get('replace') or 'nothing'}" for rewrite in config["rewrites"]]
    return tuple(found)


def _refuse(member: Member, name: str, what: str) -> Exception:
    return member.refuse(
        f"the conditions or transforms of {name!r}: it {what}.", "Correct it as the controller's documentation says."
    )
