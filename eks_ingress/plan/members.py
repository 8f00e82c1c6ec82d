"""Which Ingresses share a load balancer, and in which order their rules are tried.

Facts: controller documentation, "IngressGroup".
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eks_ingress.annotations import catalogue as c
from eks_ingress.annotations.catalogue import Annotation
from eks_ingress.annotations.grammar import Unreadable
from eks_ingress.manifests.manifest import Manifest
from eks_ingress.refusal import Problem, Refused

_GROUP = re.compile(r"([a-z0-9][-a-z0-9.]*)?[a-z0-9]")


@dataclass(frozen=True)
class Member:
    """An Ingress as the controller reads it."""

    manifest: Manifest

    @property
    def name(self) -> str:
        """Namespace and name."""
        return f"{self.manifest.namespace}/{self.manifest.name}"

    @property
    def group(self) -> str:
        """The group that it names, or one of its own. Raises `Refused` for a name that the controller does not take."""
        group: str | None = self.read(c.GROUP_NAME)
        if group is None:
            return self.name
        if len(group) > 63 or _GROUP.fullmatch(group) is None:
            raise self.refuse(
                f"group.name {group!r} is not one that the controller takes.",
                "Write 1 to 63 lower-case letters, digits, '-' and '.', with a letter or digit at both ends.",
            )
        return group

    @property
    def class_name(self) -> str | None:
        """The class that it names; the older annotation goes before the field."""
        legacy = self.manifest.annotations.get("kubernetes.io/ingress.class")
        return self.spec.get("ingressClassName") if legacy is None else legacy

    @property
    def spec(self) -> Mapping[str, Any]:
        """Its spec."""
        return self.manifest.body.get("spec") or {}

    def read(self, annotation: Annotation, **chosen: str) -> Any:
        """The value of an annotation, None where it is absent. Raises `Refused` for what the controller could not read."""
        key = annotation.key(**chosen)
        text = self.manifest.annotations.get(key)
        if text is None:
            return None
        if not isinstance(text, str):
            raise self.refuse(f"annotation {key} is {text!r}, which is no text.", "Put it in quotes.")
        try:
            return annotation.grammar.decode(text)
        except Unreadable as unreadable:
            raise self.refuse(f"annotation {key} is {text!r}, and {unreadable}.", "Correct the value.") from None

    def refuse(self, reason: str, remedy: str) -> Refused:
        """The exception for something that stands in this Ingress."""
        return Refused([Problem(f"Ingress {self.name}: {reason}", remedy, self.manifest.source)])

    def not_modelled(self) -> list[str]:
        """The controller's annotations on this Ingress that the plan does not take into account."""
        return [key for key in self.manifest.annotations if key.startswith(c.PREFIX) and not any(row.is_at(key) for row in c.ALL)]


def groups(manifests: Sequence[Manifest], class_names: Collection[str]) -> tuple[dict[str, list[Member]], list[Problem]]:
    """The Ingresses that the controller takes care of, by group, and the problems of those that get into none."""
    found: dict[str, list[Member]] = {}
    problems: list[Problem] = []
    for manifest in manifests:
        member = Member(manifest)
        if manifest.kind == "Ingress" and member.class_name in class_names:
            try:
                found.setdefault(member.group, []).append(member)
            except Refused as refused:
                problems += refused.problems
    return dict(sorted(found.items())), problems


def in_order(members: Sequence[Member]) -> list[Member]:
    """The members of a group by their `group.order`, then by name. Raises `Refused` for an order out of range."""
    return sorted(members, key=_order)


def _order(member: Member) -> tuple[int, str]:
    order: int = member.read(c.GROUP_ORDER) or 0
    if not -1000 <= order <= 1000:
        raise member.refuse(f"group.order {order} is out of range.", "Write a number from -1000 to 1000.")
    return order, member.name
