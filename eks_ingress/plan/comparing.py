"""What differs between a load balancer as it is planned and as the controller built it, both in the controller's format.

A placeholder in the plan (`${…}`) stands for something that only the cluster or AWS knows: it agrees with whatever is there.

Facts: controller source, the stack's JSON: attributes and the permissions of a security group come in the order of Go's maps, and
from 3.3.0 on the ARN of a certificate that exists is written as a reference to nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eks_ingress.plan.unknown import is_unknown

_PLACEHOLDER = re.compile(r"\$\{[^}]*\}")
_REFERENCE_TO_NOTHING = {"$ref": "#/resources///status/certificateARN"}


def _named(key: str) -> Callable[[Any], str]:
    """Tells the items of a list apart by a field of theirs."""
    return lambda item: str(item[key]) if isinstance(item, Mapping) and key in item else _as_whole(item)


def _as_whole(item: Any) -> str:
    return json.dumps(item, sort_keys=True)


_UNORDERED: Mapping[str | None, Callable[[Any], str]] = {
    "loadBalancerAttributes": _named("key"),
    "targetGroupAttributes": _named("key"),
    "listenerAttributes": _named("Key"),
    "ingress": _as_whole,
}
"""Lists whose order means nothing, and what tells their items apart."""


class Absent:
    """Stands for a value that is not there."""

    def __repr__(self) -> str:
        return "nothing"


ABSENT = Absent()


@dataclass(frozen=True, slots=True)
class Difference:
    """A place where the two are not the same."""

    pointer: str
    """JSON pointer; an item of a list counts by its place in the plan, or else in what is live."""
    planned: Any
    live: Any
    """`ABSENT` for what one of them does not have."""
    unknown: bool = False
    """Whether the plan has a placeholder there, so that they may well be the same."""


def differences(planned: Mapping[str, Any], live: Mapping[str, Any]) -> Iterator[Difference]:
    """All of them, in the order of the plan; what only the cluster knows is among them."""
    return _differences(planned, live, "", None)


def _differences(planned: Any, live: Any, pointer: str, field: str | None) -> Iterator[Difference]:
    """Those of one value; `field` is the key that it stands under."""
    if _same(planned, live):
        return
    if isinstance(planned, Mapping) and isinstance(live, Mapping):
        yield from _of_mappings(planned, live, pointer)
    elif isinstance(planned, list) and isinstance(live, list):
        yield from _of_lists(planned, live, pointer, field)
    elif is_unknown(planned):
        yield Difference(pointer, planned, live, unknown=_fits(planned, live))
    elif field != "certificateARN" or live != _REFERENCE_TO_NOTHING:
        yield Difference(pointer, planned, live)


def _same(planned: Any, live: Any) -> bool:
    """Whether two values that are neither mappings nor lists are the same in JSON, where true is not 1."""
    return type(planned) is type(live) and not isinstance(planned, Mapping | list) and bool(planned == live)


def _of_mappings(planned: Mapping[str, Any], live: Mapping[str, Any], pointer: str) -> Iterator[Difference]:
    left = {key: value for key, value in live.items() if key not in planned}
    for key, value in planned.items():
        theirs = key
        if key not in live and is_unknown(key):
            theirs = next((other for other in left if _fits(key, other)), key)
            left.pop(theirs, None)
        yield from _differences(value, live.get(theirs, ABSENT), f"{pointer}/{_escaped(key)}", key)
    for key, value in left.items():
        yield Difference(f"{pointer}/{_escaped(key)}", ABSENT, value)


def _escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")


def _of_lists(planned: Sequence[Any], live: Sequence[Any], pointer: str, field: str | None) -> Iterator[Difference]:
    if field in _UNORDERED:
        yield from _of_unordered(planned, live, pointer, _UNORDERED[field])
    elif len(planned) != len(live) and any(map(_is_placeholder, planned)):
        yield from _of_unknown_length(planned, live, pointer)
    else:
        for at in range(max(len(planned), len(live))):
            mine = planned[at] if at < len(planned) else ABSENT
            theirs = live[at] if at < len(live) else ABSENT
            yield from _differences(mine, theirs, f"{pointer}/{at}", None)


def _of_unordered(planned: Sequence[Any], live: Sequence[Any], pointer: str, key: Callable[[Any], str]) -> Iterator[Difference]:
    left = {key(item): at for at, item in enumerate(live)}
    alone: list[int] = []
    for at, item in enumerate(planned):
        if (other := left.pop(key(item), None)) is None:
            alone.append(at)
        else:
            yield from _differences(item, live[other], f"{pointer}/{at}", None)
    for at in alone:
        found = next((name for name in left if _fits(key(planned[at]), name)), None) if is_unknown(key(planned[at])) else None
        theirs = ABSENT if found is None else live[left.pop(found)]
        yield from _differences(planned[at], theirs, f"{pointer}/{at}", None)
    for at in left.values():
        yield Difference(f"{pointer}/{at}", ABSENT, live[at])


def _of_unknown_length(planned: Sequence[Any], live: Sequence[Any], pointer: str) -> Iterator[Difference]:
    """Those of lists where placeholders stand for as many items as there are beside the known ones."""
    left = dict(enumerate(live))
    unknown: list[int] = []
    for at, item in enumerate(planned):
        if _is_placeholder(item):
            unknown.append(at)
            continue
        found = next((other for other, value in left.items() if agree(item, value)), None)
        theirs = ABSENT if found is None else left.pop(found)
        yield from _differences(item, theirs, f"{pointer}/{at}", None)
    for at in unknown:
        yield Difference(f"{pointer}/{at}", planned[at], [*left.values()], unknown=bool(left))


def agree(planned: Any, live: Any) -> bool:
    """Whether two values are the same, as far as the first is known."""
    return all(found.unknown for found in _differences(planned, live, "", None))


def _is_placeholder(value: Any) -> bool:
    """Whether nothing of a value is known."""
    if isinstance(value, Mapping):
        return bool(value) and all(map(_is_placeholder, value.values()))
    return isinstance(value, str) and _PLACEHOLDER.fullmatch(value) is not None


def _fits(planned: str, live: Any) -> bool:
    """Whether a text with placeholders may become what is live; each stands for one character or more."""
    if _is_placeholder(planned):
        return live is not ABSENT
    if not isinstance(live, str):
        return False
    first, *middle, last = _PLACEHOLDER.split(planned)
    if not (live.startswith(first) and live.endswith(last) and len(live) > len(first) + len(last)):
        return False
    at, end = len(first), len(live) - len(last)
    for part in middle:
        at = live.find(part, at + 1, end)
        if at < 0:
            return False
        at += len(part)
    return at < end
