"""Attributes of Elastic Load Balancing as typed words: the keys and texts of an annotation, or of a class."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import timedelta
from enum import Enum
from typing import Any, TypeVar, get_args, get_type_hints

from eks_ingress.refusal import Problem, Refused
from eks_ingress.routing.attributes import Attributes, Logs, MinimumHealthy, Stickiness, StickyCookie

A = TypeVar("A", bound=Attributes)

_FLAGS = {"true": True, "on": True, "false": False, "off": False}


def read_attributes(kind: type[A], entries: Mapping[str, str]) -> A:
    """The attributes that have these entries. Raises `Refused` for what a field does not take."""
    hints = get_type_hints(kind)
    other = dict(entries)
    given: dict[str, Any] = {}
    for member in fields(kind):
        key = member.metadata.get("key")
        if key is None:
            continue
        parts = get_args(hints[member.name])
        make = next((make for word, make in _OF_PARTS.items() if word in parts), None)
        if make is None and key in other:
            given[member.name] = _value(key, parts, other.pop(key))
        elif make is not None:
            ends = {name.removeprefix(f"{key}."): other.pop(name) for name in [*other] if name.startswith(f"{key}.")}
            if ends:
                given[member.name] = make(key, ends)
    return kind(**given, other=other)


def _value(key: str, kinds: tuple[Any, ...], text: str) -> Any:
    """A value of one of the kinds that a field has."""
    enum = next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, Enum)), None)
    try:
        if timedelta in kinds:
            return text if text == "" else timedelta(seconds=int(text))
        if str in kinds:
            return text
        if bool in kinds:
            return _FLAGS[text]
        return int(text) if enum is None else enum(text)
    except (KeyError, ValueError, OverflowError):
        raise _refused(f"{key}={text} is no value that it has.") from None


def _logs(key: str, ends: Mapping[str, str]) -> Logs:
    if ends == {"enabled": "false"}:
        return Logs.off()
    if ends.get("enabled") != "true" or not ends.keys() <= {"enabled", "bucket", "prefix"} or "bucket" not in ends:
        raise _refused(f"{key} has {_listed(ends)}, which is neither a bucket with `enabled=true` nor `enabled=false` alone.")
    return Logs(ends["bucket"], ends.get("prefix"))


def _stickiness(key: str, ends: Mapping[str, str]) -> Stickiness:
    if ends == {"enabled": "false"}:
        return Stickiness.off()
    # Elastic Load Balancing takes the load balancer's cookie where nobody says which.
    kind = ends.get("type", StickyCookie.LOAD_BALANCER.value)
    name, seconds = f"{kind}.cookie_name", f"{kind}.duration_seconds"
    known = {"enabled", "type", seconds, *([name] if kind == StickyCookie.APPLICATION.value else [])}
    if ends.get("enabled") != "true" or not ends.keys() <= known:
        raise _refused(f"{key} has {_listed(ends)}, which do not go together.")
    duration = _value(f"{key}.{seconds}", (timedelta,), ends[seconds]) if seconds in ends else None
    return Stickiness(cookie=_value(f"{key}.type", (StickyCookie,), kind), cookie_name=ends.get(name), duration=duration)


def _minimum(key: str, ends: Mapping[str, str]) -> MinimumHealthy:
    if not ends.keys() <= {"count", "percentage"}:
        raise _refused(f"{key} has {_listed(ends)}, and there are count and percentage.")
    said: dict[str, Any] = {name: text if text == "off" else _value(f"{key}.{name}", (int,), text) for name, text in ends.items()}
    return MinimumHealthy(**said)


_OF_PARTS: Mapping[type, Callable[[str, Mapping[str, str]], Any]] = {
    Logs: _logs,
    Stickiness: _stickiness,
    MinimumHealthy: _minimum,
}
"""The words that several entries make, whose keys begin alike."""


def _listed(ends: Mapping[str, str]) -> str:
    return ", ".join(f"{name}={text}" for name, text in ends.items())


def _refused(reason: str) -> Refused:
    return Refused([Problem(reason, "Write one that Elastic Load Balancing takes.")])
