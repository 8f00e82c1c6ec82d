"""Which Ingresses share a load balancer, and in which order their rules are tried.

Facts: controller documentation, "IngressGroup".
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eks_ingress.annotations import catalogue as c
from eks_ingress.annotations.catalogue import Annotation
from eks_ingress.annotations.grammar import Unreadable
from eks_ingress.manifests.manifest import Manifest
from eks_ingress.refusal import Problem, Refused

_MODELLED = frozenset(
    annotation.key() for annotation in vars(c).values() if isinstance(annotation, Annotation) and annotation is not c.ACTIONS
)


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
        """The group that it names, or one of its own."""
        group: str | None = self.read(c.GROUP_NAME)
        return group or self.name

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
        try:
            return annotation.grammar.decode(text)
        except Unreadable as unreadable:
            raise self.refuse(f"annotation {key} is {text!r}, and {unreadable}.", "Correct the value.") from None

    def refuse(self, reason: str, remedy: str) -> Refused:
        """The exception for something that stands in this Ingress."""
        return Refused([Problem(f"Ingress {self.name}: {reason}", remedy, self.manifest.source)])

    def not_modelled(self) -> list[str]:
        """The controller's annotations on this Ingress that the plan does not take into account."""
        actions = c.ACTIONS.key(action="")
        return [
            key
            for key in self.manifest.annotations
            if key.startswith(c.PREFIX) and key not in _MODELLED and not key.startswith(actions)
        ]


def groups(manifests: Sequence[Manifest], class_names: Collection[str]) -> dict[str, list[Member]]:
    """The Ingresses that the controller takes care of, by group, each group in its order: by `group.order`, then by name."""
    found: dict[str, list[Member]] = {}
    for manifest in manifests:
        member = Member(manifest)
        if manifest.kind == "Ingress" and member.spec.get("ingressClassName") in class_names:
            found.setdefault(member.group, []).append(member)
    return {group: sorted(members, key=_order) for group, members in sorted(found.items())}


def _order(member: Member) -> tuple[int, str]:
    order: int = member.read(c.GROUP_ORDER) or 0
    if not -1000 <= order <= 1000:
        raise member.refuse(f"group.order {order} is out of range.", "Write a number from -1000 to 1000.")
    return order, member.name
