"""Which attributes Elastic Load Balancing has, and which values they take.

Made from the typed words for them, so that what is checked of both is the same. Loaded when an attribute is written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import timedelta
from enum import Enum
from typing import Any

from eks_ingress.nearest import nearest
from eks_ingress.plan.unknown import is_unknown
from eks_ingress.refusal import Refusals, Refused
from eks_ingress.routing.attributes import (
    Algorithm,
    Attributes,
    ClientRouting,
    DesyncMitigation,
    ListenerAttributes,
    LoadBalancerAttributes,
    Logs,
    MinimumHealthy,
    NetworkLoadBalancerAttributes,
    Stickiness,
    StickyCookie,
    TargetGroupAttributes,
    XffHeader,
)
from eks_ingress.routing.network_attributes import NetworkListenerAttributes, NetworkTargetGroupAttributes

_Rule = Callable[[str], str | None]
"""What AWS takes for an attribute, in words; None for a text that it takes."""

_ENUMS: tuple[type[Enum], ...] = (Algorithm, ClientRouting, DesyncMitigation, XffHeader)


def _rule_of(check: Callable[[Refusals, str, Any], None], written: Callable[[Any], str]) -> _Rule:
    """The rule for the text of a typed field, from what is checked of its values and how they are written."""

    def refused(value: object) -> Refusals:
        refusals = Refusals()
        check(refusals, "", value)
        return refusals

    words = [written(value) for value in (True, False, *(member for kind in _ENUMS for member in kind)) if _passes(refused(value))]

    def rule(text: str) -> str | None:
        if words:
            return None if text.lower() in words else _either(words)
        if re.fullmatch("[0-9]{1,9}", text) and (_passes(refused(timedelta(seconds=int(text)))) or _passes(refused(int(text)))):
            return None
        as_text = refused(text)
        if _passes(as_text):
            return None
        numbers = [int(number) for problem in refused(-1).problems for number in re.findall("[0-9]+", problem.remedy)]
        if len(numbers) < 2:
            return as_text.problems[0].remedy
        zero = " or 0" if numbers[0] > 0 and _passes(refused(timedelta(0))) else ""
        return f"Write a number from {numbers[0]} to {max(numbers)}{zero}."

    return rule


def _passes(refusals: Refusals) -> bool:
    return not refusals.problems


def _either(words: Sequence[str]) -> str:
    return f"Write {' or '.join(words)}." if len(words) < 3 else f"Write one of {', '.join(words)}."


def _made_by(make: Callable[[str], object], remedy: str) -> _Rule:
    """The rule for a text of which a word is made, which refuses what AWS would refuse."""

    def rule(text: str) -> str | None:
        try:
            make(text)
        except Refused:
            return remedy
        return None

    return rule


def _one_of(*words: str) -> _Rule:
    return lambda text: None if text.lower() in words else _either(words)


def _in(least: int, most: int) -> _Rule:
    def rule(text: str) -> str | None:
        is_in = re.fullmatch("[0-9]{1,9}", text) is not None and least <= int(text) <= most
        return None if is_in else f"Write a number from {least} to {most}."

    return rule


def _healthy(part: str) -> _Rule:
    def make(text: str) -> object:
        return MinimumHealthy(**{part: int(text) if text.isascii() and text.isdecimal() else text})  # type: ignore[arg-type]

    return _made_by(make, "Write a number from 1 on, or off." if part == "count" else "Write a number from 1 to 100, or off.")


_YES_NO = _one_of("true", "false")
_DURATION = _in(1, 604800)
_PARTS: Mapping[type, Mapping[str, _Rule]] = {
    Logs: {
        "enabled": _YES_NO,
        "bucket": _made_by(Logs, "Write the name of the bucket, without 's3://' or anything behind it."),
        "prefix": _made_by(lambda text: Logs("bucket", text), "Write it without '/' at an end, and without AWSLogs."),
    },
    Stickiness: {
        "enabled": _YES_NO,
        "type": _one_of(*(member.value for member in StickyCookie)),
        "lb_cookie.duration_seconds": _DURATION,
        "app_cookie.duration_seconds": _DURATION,
        "app_cookie.cookie_name": _made_by(Stickiness.application_cookie, "Write the name of a cookie of the application."),
    },
    MinimumHealthy: {"count": _healthy("count"), "percentage": _healthy("percentage")},
}
"""Of a field that holds a word with entries of its own, what stands behind its key."""


def _rules_of(kind: type[Attributes]) -> Mapping[str, _Rule]:
    """The rules for the attributes of a kind of thing, by AWS's keys."""
    found: dict[str, _Rule] = {}
    for member in fields(kind):
        if not member.metadata:
            continue
        key = member.metadata["key"]
        parts = next((parts for word, parts in _PARTS.items() if word.__name__ in str(member.type)), None)
        if parts is None:
            found[key] = _rule_of(member.metadata["check"], member.metadata["written"])
        else:
            found |= {f"{key}.{part}": rule for part, rule in parts.items()}
    return found


_CROSS_ZONE = "load_balancing.cross_zone.enabled"


@dataclass(frozen=True)
class Kind:
    """A kind of thing that has attributes."""

    what: str
    rules: Mapping[str, _Rule]

    def faults(self, attributes: Mapping[str, str]) -> Iterator[tuple[str, str | None, bool]]:
        """What is wrong with each attribute, what to write instead, and whether AWS refuses it."""
        for key, text in attributes.items():
            if is_unknown(key):
                continue
            rule = self.rules.get(key)
            if rule is None:
                near = nearest(key, self.rules)
                yield f"{key!r} is no attribute of {self.what} that is known.", near and f"Did you mean {near!r}?", False
            elif not is_unknown(text):
                remedy = rule(text)
                if remedy is not None:
                    yield f"{key} is {text!r}.", remedy, True


BALANCER = Kind(
    "an application load balancer",
    # It always divides requests among all zones.
    {**_rules_of(LoadBalancerAttributes), _CROSS_ZONE: _one_of("true")},
)
NETWORK = Kind("a network load balancer", _rules_of(NetworkLoadBalancerAttributes))
TARGETS = Kind(
    "the target group of an application load balancer",
    {**_rules_of(TargetGroupAttributes), _CROSS_ZONE: _one_of("true", "false", "use_load_balancer_configuration")},
)
LISTENER = Kind("a listener of an application load balancer", _rules_of(ListenerAttributes))
NETWORK_TARGETS = Kind(
    "the target group of a network load balancer",
    {
        **_rules_of(NetworkTargetGroupAttributes),
        _CROSS_ZONE: _one_of("true", "false", "use_load_balancer_configuration"),
        "proxy_protocol_v2.enabled": _YES_NO,
        "stickiness.type": _one_of("source_ip"),
    },
)
NETWORK_LISTENER = Kind("a listener of a network load balancer", _rules_of(NetworkListenerAttributes))
