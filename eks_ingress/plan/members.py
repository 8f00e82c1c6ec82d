"""Which Ingresses share a load balancer, and in which order their rules are tried.

Facts: controller documentation, "IngressGroup", "IngressClass"; the controller's group loader (`pkg/ingress`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from eks_ingress.annotations import catalogue as c
from eks_ingress.annotations.catalogue import Annotation
from eks_ingress.annotations.grammar import Bool
from eks_ingress.manifests.manifest import Manifest
from eks_ingress.plan.classes import NO_CLASS, Class, selects
from eks_ingress.plan.said import Said
from eks_ingress.plan.unknown import is_unknown
from eks_ingress.plan.world import World
from eks_ingress.refusal import Problem, Refused, gathered
from eks_ingress.routing.names import LEGACY_CLASS

_GROUP = re.compile(r"([a-z0-9][-a-z0-9.]*)?[a-z0-9]")


class Member:
    """An Ingress as the controller reads it."""

    def __init__(self, manifest: Manifest, of_class: Class = NO_CLASS) -> None:
        self.manifest = manifest
        self.of_class = of_class
        """What its IngressClass decides."""
        self.namespace = manifest.namespace
        self.name = f"{manifest.namespace}/{manifest.name}"
        """Namespace and name."""
        self.said = Said(
            f"Ingress {self.name}", manifest.annotations, lambda key: manifest.source_of("metadata", "annotations", key)
        )
        self.spec: Mapping[str, Any] = manifest.body.get("spec") or {}

    def read(self, annotation: Annotation, **chosen: str) -> Any:
        """The value of an annotation, None where it is absent. Raises `Refused` for what the controller could not read."""
        return self.said.read(annotation, **chosen)

    def refuse(self, id: str, reason: str, remedy: str, event: str = "", *, at: Annotation | None = None, **chosen: str) -> Refused:
        """The exception for something that stands in this Ingress, in the annotation `at` if there."""
        return self.said.refuse(id, reason, remedy, event, key="" if at is None else at.key(**chosen))

    @cached_property
    def group_name(self) -> str | None:
        """The group that it names, None for one of its own. Raises `Refused` for a name that the controller does not take."""
        group: str | None = self.of_class.says("group.name")
        if group is None:
            group = self.said.text(c.GROUP_NAME)
        if group is None or is_unknown(group):
            return group
        if len(group) > 63 or _GROUP.fullmatch(group) is None:
            raise self.refuse(
                "EKI235",
                f"group.name {group!r} is not one that the controller takes.",
                "Write 1 to 63 lower-case letters, digits, '-' and '.', with a letter or digit at both ends.",
                "invalid ingress group: groupName must",
                at=c.GROUP_NAME,
            )
        return group

    @cached_property
    def order(self) -> tuple[int, str]:
        """Its place in the group. Raises `Refused` for an order out of range."""
        order: int = self.read(c.GROUP_ORDER) or 0
        if not -1000 <= order <= 1000:
            raise self.refuse(
                "EKI234",
                f"group.order {order} is out of range.",
                "Write a number from -1000 to 1000.",
                "explicit Ingress group order must be within [-1000:1000]",
                at=c.GROUP_ORDER,
            )
        return order, self.name


@dataclass
class Group:
    """The Ingresses that share a load balancer."""

    name: str
    """Name of the group; `namespace/name` for an Ingress without one."""
    explicit: bool
    members: Sequence[Member]
    """In their order."""
    world: World
    problems: list[Problem] = field(default_factory=list)
    """What is wrong with it, as far as that was found."""

    def gather(self) -> AbstractContextManager[None]:
        """Takes over what is refused inside the block, so that what stands after it is looked at as well."""
        return gathered(self.problems)


class StopsAll(Refused):
    """Raised for an Ingress that keeps the controller from loading any group."""


def groups(manifests: Sequence[Manifest], world: World) -> tuple[list[Group], list[Problem]]:
    """The Ingresses that the controller takes care of, by group, and the problems of those that get into none."""
    found: dict[tuple[str, bool], list[Member]] = {}
    problems: list[Problem] = []
    stops_all: list[Problem] = []
    left: dict[str, list[Problem]] = {}
    for manifest in manifests:
        if manifest.kind != "Ingress" or world.flags.watch_namespace not in ("", manifest.namespace):
            continue
        if (manifest.body.get("metadata") or {}).get("deletionTimestamp"):
            # It belongs to no group any more, but may keep one from going on.
            try:
                _require_unprotected(Member(manifest))
            except Refused as refused:
                problems += refused.problems
                for of in _remembered(manifest):
                    left.setdefault(of, []).extend(refused.problems)
            continue
        try:
            member = _classified(manifest, world)
            if member is not None:
                name = member.group_name
                found.setdefault((member.name if name is None else name, name is not None), []).append(member)
        except StopsAll as refused:
            problems += refused.problems
            stops_all += refused.problems
        except Refused as refused:
            problems += refused.problems
            for of in _remembered(manifest) if refused.problems[0].id in _CLASS_IS_INVALID else ():
                left.setdefault(of, []).extend(refused.problems)
    made = []
    for (name, explicit), members in sorted(found.items()):
        group = Group(name, explicit, members, world, [*stops_all, *left.get(name, ())])
        for member in members:
            with group.gather():
                member.order  # noqa: B018 - told at once for all members
        if not group.problems:
            group.members = sorted(members, key=lambda member: member.order)
        made.append(group)
    return made, problems


_CLASS_IS_INVALID = {"EKI236", "EKI237", "EKI251"}


def _remembered(manifest: Manifest) -> Iterator[str]:
    """The groups that an Ingress belonged to, by its finalizers; the controller does not take it out while its class is invalid."""
    for finalizer in (manifest.body.get("metadata") or {}).get("finalizers") or ():
        if str(finalizer).startswith("group.ingress.k8s.aws/"):
            yield str(finalizer).partition("/")[2]
        elif finalizer == "ingress.k8s.aws/resources":
            yield f"{manifest.namespace}/{manifest.name}"


def _require_unprotected(member: Member) -> None:
    """Raises `Refused` for an Ingress that is being deleted, and whose load balancer is protected from that."""
    protected = (member.read(c.LOAD_BALANCER_ATTRIBUTES) or {}).get("deletion_protection.enabled")
    if protected is not None and Bool.spellings.get(protected, True):
        raise member.refuse(
            "EKI333",
            f"it is being deleted, and deletion_protection.enabled of its load balancer is {protected!r}.",
            "Take the attribute out, or write false, before the Ingress is deleted.",
            "deletion_protection is enabled, cannot delete the ingress:" if protected in Bool.spellings else "strconv.ParseBool",
            at=c.LOAD_BALANCER_ATTRIBUTES,
        )


def _classified(manifest: Manifest, world: World) -> Member | None:
    """An Ingress with its class; None for one that is not the controller's. Raises `Refused`."""
    flags = world.flags
    # The older annotation goes before the field, and with it the controller does not read what the class says.
    legacy = manifest.annotations.get(LEGACY_CLASS)
    if legacy is not None:
        return Member(manifest) if legacy == flags.ingress_class or (not flags.ingress_class and legacy == "alb") else None
    name = (manifest.body.get("spec") or {}).get("ingressClassName")
    if name is None:
        if len(world.default_classes) > 1:
            names = ", ".join(sorted(x.name for x in world.default_classes))
            raise StopsAll(
                Member(manifest)
                .refuse(
                    "EKI239",
                    f"it names no IngressClass, and several are the default: {names}. The controller loads no group any more.",
                    "Write `ingressClassName`, and let one class be the default.",
                    "multiple default IngressClasses found",
                )
                .problems
            )
        name = world.default_classes[0].name if world.default_classes else flags.class_default
        if name is None:
            return None if flags.ingress_class else Member(manifest)
    if name not in world.classes:
        if world.complete and name not in world.foreign_classes:
            raise Member(manifest).refuse(
                "EKI236",
                f"there is no IngressClass {name!r}.",
                f"Write one of {', '.join(sorted(world.classes))}.",
                f'invalid ingress class: ingressclasses.networking.k8s.io "{name}" not found',
            )
        return None
    member = Member(manifest, world.classes[name])
    _require_usable(member, world)
    return member


def _require_usable(member: Member, world: World) -> None:
    """Raises `Refused` for a class whose parameters the controller does not take, or not for this Ingress."""
    of_class = member.of_class
    if of_class.unknown_kind:
        raise member.refuse(
            "EKI237",
            f"its class {of_class.name!r} refers to parameters that are no IngressClassParams.",
            "Write `apiGroup: elbv2.k8s.aws` and `kind: IngressClassParams` in the class, or leave its `parameters` out.",
            f"invalid ingress class: IngressClass {of_class.name} references unknown parameters",
        )
    if of_class.missing is not None and world.complete:
        raise member.refuse(
            "EKI237",
            f"its class {of_class.name!r} refers to IngressClassParams {of_class.missing!r}, which do not exist.",
            "Correct the name, or add the parameters.",
            f'"{of_class.missing}" not found',
        )
    if of_class.refused:
        raise Refused(of_class.refused)
    selector = of_class.spec.get("namespaceSelector")
    if selector is None:
        return
    namespace = world.namespaces.get(member.namespace)
    if namespace is None:
        if world.complete:
            raise member.refuse(
                "EKI237",
                f"its class {of_class.name!r} is for certain namespaces, and namespace {member.namespace!r} does not exist.",
                "Add the namespace.",
                f'invalid ingress class: namespaces "{member.namespace}" not found',
            )
        return
    # The API server gives each namespace a label with its name.
    labels = {"kubernetes.io/metadata.name": namespace.name, **((namespace.body.get("metadata") or {}).get("labels") or {})}
    if not selects(selector, labels):
        raise member.refuse(
            "EKI237",
            f"its class {of_class.name!r} is for certain namespaces, and {member.namespace!r} is none of them.",
            "Give the namespace the labels that `namespaceSelector` of the class asks for, or name another class.",
            "invalid ingress class:",
        )
