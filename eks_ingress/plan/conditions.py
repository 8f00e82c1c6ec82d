"""What a rule compares besides the host and the path of its Ingress, and what it changes.

Facts: controller documentation, "Conditions", "Transforms"; the controller's rule builder (`pkg/ingress`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from eks_ingress.annotations import catalogue as c
from eks_ingress.plan.members import Member
from eks_ingress.plan.model import Requirement, Transform

CONFIGS = {
    "host-header": "hostHeaderConfig",
    "path-pattern": "pathPatternConfig",
    "http-header": "httpHeaderConfig",
    "http-request-method": "httpRequestMethodConfig",
    "query-string": "queryStringConfig",
    "source-ip": "sourceIPConfig",
}
"""Where a condition of each field says what it compares with."""

_REWRITES = {"host-header-rewrite": "hostHeaderRewriteConfig", "url-rewrite": "urlRewriteConfig"}


class Comparison(NamedTuple):
    """What the conditions of a backend compare."""

    hosts: tuple[str, ...] = ()
    host_regexes: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    path_regexes: tuple[str, ...] = ()
    requirements: tuple[Requirement, ...] = ()


NOTHING = Comparison()
"""No conditions."""


def comparison(member: Member, name: str) -> Comparison:
    """What the annotation `conditions.NAME` says; an unknown field is dropped, as the controller does. Raises `Refused`."""
    conditions = member.read(c.CONDITIONS, name=name)
    if not conditions:
        return NOTHING
    found: dict[str, list[str]] = {}
    requirements: list[Requirement] = []
    for condition in conditions:
        kind = condition.get("field")
        if kind not in CONFIGS:
            continue
        config = condition.get(CONFIGS[kind])
        if config is None:
            raise _refuse(member, name, f"has no {CONFIGS[kind]}", f"missing {CONFIGS[kind]}")
        values, regexes = config.get("values") or [], config.get("regexValues") or []
        if bool(values) == bool(regexes):
            words, said = ("both values and", "precisely one of") if values else ("neither values nor", "")
            takes_both = kind in ("host-header", "path-pattern", "http-header")
            event = f"invalid {CONFIGS[kind]}: {said}" if takes_both else f"invalid {CONFIGS[kind]}:"
            raise _refuse(member, name, f"has {words} regexValues in {CONFIGS[kind]}", event)
        if kind in ("host-header", "path-pattern"):
            found.setdefault(f"{kind}{' regex' if regexes else ''}", []).extend(regexes or values)
        elif kind == "query-string":
            if not all(pair.get("value") for pair in values):
                raise _refuse(
                    member, name, "has an empty value in queryStringConfig", "invalid queryStringConfig: value cannot be empty"
                )
            keys = tuple(pair.get("key") for pair in values)
            requirements.append(Requirement("query", tuple(str(pair["value"]) for pair in values), keys=keys))
        else:
            what = f"header {config.get('httpHeaderName', '')}" if kind == "http-header" else _WORDS[kind]
            requirements.append(Requirement(what, tuple(regexes or values), bool(regexes)))
    return Comparison(
        tuple(found.get("host-header", ())),
        tuple(found.get("host-header regex", ())),
        tuple(found.get("path-pattern", ())),
        tuple(found.get("path-pattern regex", ())),
        tuple(requirements),
    )


_WORDS = {"http-request-method": "method", "source-ip": "source"}


def transforms(member: Member, name: str) -> tuple[Transform, ...]:
    """What the annotation `transforms.NAME` changes. Raises `Refused`."""
    documents: Sequence[Mapping[str, Any]] = member.read(c.TRANSFORMS, name=name) or ()
    found = []
    for document in documents:
        kind = document.get("type") or ""
        if kind not in _REWRITES:
            event = f"unknown transform type: {kind}"
            raise _refuse(member, name, f"has the type {kind!r}: write {' or '.join(_REWRITES)}", event, c.TRANSFORMS)
        config = document.get(_REWRITES[kind])
        if config is None or not config.get("rewrites"):
            event = f"missing {_REWRITES[kind]}" if config is None else f"{_REWRITES[kind]}.rewrites cannot be empty"
            raise _refuse(member, name, f"has no rewrites in {_REWRITES[kind]}", event, c.TRANSFORMS)
        found.append(Transform(kind, tuple((x.get("regex") or "", x.get("replace") or "") for x in config["rewrites"])))
    return tuple(found)


def _refuse(member: Member, name: str, what: str, event: str, row: c.Annotation = c.CONDITIONS) -> Exception:
    return member.refuse(
        "EKI106" if row is c.CONDITIONS else "EKI107",
        f"annotation {row.key(name=name)} {what}.",
        f"Correct it; the controller's documentation has examples under {'Conditions' if row is c.CONDITIONS else 'Transforms'!r}.",
        event,
        at=row,
        name=name,
    )
