"""How what several Ingresses of a group say becomes one.

Facts: controller documentation, the column "MergeBehavior" of the annotations; the controller's model builder (`pkg/ingress`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from eks_ingress.annotations.catalogue import Annotation
from eks_ingress.plan.members import Group, Member
from eks_ingress.plan.model import Pairs
from eks_ingress.plan.unknown import is_unknown
from eks_ingress.refusal import Refused

T = TypeVar("T")


def agreed(
    annotation: Annotation,
    said: Iterable[tuple[Member, T | None]],
    event: str,
    same: Callable[[T], object] = lambda value: value,
) -> tuple[Member, T] | None:
    """What all members agree on that say something, and the first that says it. Raises `Refused` where they do not agree.

    What is not known yet may be the same as anything. `same` is what is compared of the values; `event` are the controller's words.
    """
    found = [(member, value) for member, value in said if value is not None]
    if not found:
        return None
    first = found[0]
    for member, value in found[1:]:
        if same(value) == same(first[1]):
            continue
        if not _are_known(first[1]):
            first = member, value
        elif _are_known(value):
            raise conflict(member, annotation, _shown(value), first[0], _shown(first[1]), event)
    return found[0]


def conflict(
    member: Member, annotation: Annotation, value: str, other: Member, theirs: str, event: str, id: str = "EKI231", **chosen: str
) -> Refused:
    """The exception for two members of a group that say different things."""
    key = annotation.key(**chosen) if annotation.parts else annotation.key()
    return member.refuse(
        id,
        f"{key.partition('/')[2]} is {value} here and {theirs} in Ingress {other.name} ({other.said.source_of(key)}), which share "
        "a group: the controller refuses all of it.",
        "Write it once, in one of them." if value == theirs else "Write it once, or the same in all of them.",
        event,
        at=annotation,
        **chosen,
    )


def texts(group: Group, annotation: Annotation) -> list[tuple[Member, Any]]:
    """What each member says as text, or its class instead."""
    of_class = annotation.overridden_by
    return [(x, (x.of_class.says(of_class) if of_class else None) or x.said.text(annotation)) for x in group.members]


def merged_by_key(
    annotation: Annotation,
    members: Sequence[Member],
    decided: Mapping[str, str],
    event: str,
    **chosen: str,
) -> dict[str, str]:
    """The keys of all members; `decided` is what a class says, which goes before them.

    Raises `Refused` for a key with two values.
    """
    found: dict[str, str] = {}
    owners: dict[str, Member] = {}
    for member in members:
        for key, value in (member.read(annotation, **chosen) or {}).items():
            owner = owners.setdefault(key, member)
            if differ(found.setdefault(key, value), value) and key not in decided:
                raise conflict(
                    member, annotation, f"{key}={value}", owner, f"{key}={found[key]}", event.format(key), "EKI232", **chosen
                )
    return {**found, **decided}


def differ(one: object, other: object) -> bool:
    """Whether two values are surely not the same, which cannot be said of what is not known yet."""
    return one != other and _are_known(one, other)


def _are_known(*values: object) -> bool:
    return not any(is_unknown(_shown(value)) for value in values)


def pairs(values: Mapping[str, str]) -> Pairs:
    """Attributes or tags in the order of their keys."""
    return tuple(sorted(values.items()))


def _shown(value: object) -> str:
    """A value as a message has it, close to how it is written in an annotation."""
    match value:
        case str():
            return repr(value)
        case bool():
            return str(value).lower()
        case Mapping():
            return ", ".join(f"{key}={said}" for key, said in value.items()) or "nothing"
        case list() | tuple():
            parts = (_shown(part) if isinstance(part, (list, tuple)) else str(part) for part in value if part != ())
            return ", ".join(parts) or "nothing"
        case _:
            return str(value)
