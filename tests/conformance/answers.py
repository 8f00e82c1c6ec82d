"""Comparing two stacks in the controller's own format."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

ABSENT = object()


def canonical(stack: dict[str, Any]) -> dict[str, Any]:
    """The same stack with those lists sorted whose order means nothing, since the controller fills them out of Go's maps.

    Those are attributes (by key; a listener's are marshalled with a capital letter) and the permissions of a security group (by
    port, kind and value). Everything else keeps its order.
    """
    return {
        **stack,
        "resources": {
            kind: {name: _canonical_resource(resource) for name, resource in of_kind.items()}
            for kind, of_kind in stack.get("resources", {}).items()
        },
    }


def _canonical_resource(resource: Any) -> Any:
    if not isinstance(resource, dict) or not isinstance(resource.get("spec"), dict):
        return resource
    spec = dict(resource["spec"])
    for field, order in _ORDERS.items():
        if isinstance(spec.get(field), list):
            spec[field] = sorted(spec[field], key=order)
    return {**resource, "spec": spec}


def _attribute(attribute: dict[str, Any]) -> str:
    return str(attribute.get("key", attribute.get("Key")))


def _permission(permission: dict[str, Any]) -> tuple[int, int, str, int, str]:
    kinds = ("ipRanges", "ipv6Ranges", "prefixLists", "userIDGroupPairs")
    kind = next((kind for kind in kinds if kind in permission), "")
    return (
        permission.get("fromPort", -1),
        permission.get("toPort", -1),
        permission.get("ipProtocol", ""),
        kinds.index(kind) if kind else len(kinds),
        json.dumps(permission.get(kind), sort_keys=True),
    )


_ORDERS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "loadBalancerAttributes": _attribute,
    "listenerAttributes": _attribute,
    "targetGroupAttributes": _attribute,
    "ingress": _permission,
}


def differences(ours: Any, theirs: Any) -> list[str]:
    """What differs, each as JSON pointer with both values: `/spec/port: ours 80, theirs 443`."""
    return list(_differences(ours, theirs, ""))


def _differences(ours: Any, theirs: Any, pointer: str) -> Iterator[str]:
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key in [*ours, *(key for key in theirs if key not in ours)]:
            escaped = str(key).replace("~", "~0").replace("/", "~1")
            yield from _differences(ours.get(key, ABSENT), theirs.get(key, ABSENT), f"{pointer}/{escaped}")
    elif isinstance(ours, list) and isinstance(theirs, list):
        for at in range(max(len(ours), len(theirs))):
            mine = ours[at] if at < len(ours) else ABSENT
            other = theirs[at] if at < len(theirs) else ABSENT
            yield from _differences(mine, other, f"{pointer}/{at}")
    elif ours != theirs or isinstance(ours, bool) != isinstance(theirs, bool):
        yield f"{pointer or 'all of it'}: ours {_text(ours)}, theirs {_text(theirs)}"


def _text(value: Any) -> str:
    return "absent" if value is ABSENT else json.dumps(value, sort_keys=True)
