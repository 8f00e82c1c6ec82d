"""Which Ingresses share a load balancer, and in which order their rules are tried.

Facts: controller documentation, "IngressGroup".
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from eks_ingress.annotations import catalogue as c
from eks_ingress.annotations.catalogue import Annotation
from eks_ingress.annotations.grammar import Unreadable
from eks_ingress.manifests.manifest import Manifest
from eks_ingress.plan.classes import NO_CLASS, Class, classes
from eks_ingress.plan.model import Action
from eks_ingress.refusal import Problem, Refused
from eks_ingress.routing.names import PREFIX

_HEALTH_CHECK = (
    c.HEALTHCHECK_PATH,
    c.HEALTHCHECK_PORT,
    c.HEALTHCHECK_PROTOCOL,
    c.HEALTHCHECK_INTERVAL_SECONDS,
    c.HEALTHCHECK_TIMEOUT_SECONDS,
    c.HEALTHY_THRESHOLD_COUNT,
    c.UNHEALTHY_THRESHOLD_COUNT,
    c.SUCCESS_CODES,
)
_MODELLED = {
    c.GROUP_NAME,
    c.GROUP_ORDER,
    c.SCHEME,
    c.LISTEN_PORTS,
    c.SSL_REDIRECT,
    c.CERTIFICATE_ARN,
    c.ACTIONS,
    c.CONDITIONS,
    c.TRANSFORMS,
    c.USE_REGEX_PATH_MATCH,
    c.AUTH_TYPE,
    c.AUTH_IDP_COGNITO,
    c.AUTH_IDP_OIDC,
    c.JWT_VALIDATION,
    c.TARGET_TYPE,
    c.DRY_RUN_PLAN,
    *_HEALTH_CHECK,
}
"""What the plan takes into account, and what the controller writes itself."""
_GROUP = re.compile(r"([a-z0-9][-a-z0-9.]*)?[a-z0-9]")


@dataclass(frozen=True)
class Member:
    """An Ingress as the controller reads it."""

    manifest: Manifest
    of_class: Class = NO_CLASS
    """What its IngressClass decides."""
    actions: dict[tuple[str, int | str | None], Action] = field(default_factory=dict, repr=False, compare=False)
    """What its backends become, by name and port, as far as that was asked."""
    _read: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def name(self) -> str:
        """Namespace and name."""
        return f"{self.manifest.namespace}/{self.manifest.name}"

    @property
    def group(self) -> str:
        """The group that it names, or one of its own. Raises `Refused` for a name that the controller does not take."""
        group: str | None = self.of_class.says("group.name") or self.read(c.GROUP_NAME)
        if group is None:
            return self.name
        if len(group) > 63 or _GROUP.fullmatch(group) is None:
            raise self.refuse(
                f"group.name {group!r} is not one that the controller takes.",
                "Write 1 to 63 lower-case letters, digits, '-' and '.', with a letter or digit at both ends.",
            )
        return group

    @property
    def spec(self) -> Mapping[str, Any]:
        """Its spec."""
        return self.manifest.body.get("spec") or {}

    def read(self, annotation: Annotation, **chosen: str) -> Any:
        """The value of an annotation, None where it is absent. Raises `Refused` for what the controller could not read."""
        key = annotation.key(**chosen)
        if key not in self._read:
            self._read[key] = self._decoded(annotation, key)
        return self._read[key]

    def _decoded(self, annotation: Annotation, key: str) -> Any:
        text = self.manifest.annotations.get(key)
        if text is None:
            return None
        if not isinstance(text, str):
            raise self.refuse(f"annotation {key} is {text!r}, which is no text.", "Put it in quotes.")
        try:
            return annotation.grammar.decode(text)
        except Unreadable as unreadable:
            raise self.refuse(f"annotation {key} is {text!r}, and {unreadable}.", "Correct the value.") from None

    @cached_property
    def health_check(self) -> tuple[tuple[str, str], ...]:
        """What it says of the health check, as (annotation, value)."""
        checks = ((annotation.name, self.read(annotation)) for annotation in _HEALTH_CHECK)
        return tuple((name, str(value)) for name, value in checks if value is not None)

    @cached_property
    def rows(self) -> frozenset[Annotation | None]:
        """Which of the controller's annotations it has."""
        return frozenset(map(c.find, self.manifest.annotations))

    def refuse(self, reason: str, remedy: str) -> Refused:
        """The exception for something that stands in this Ingress."""
        return Refused([Problem(f"Ingress {self.name}: {reason}", remedy, self.manifest.source)])

    def not_modelled(self) -> list[str]:
        """The controller's annotations on this Ingress that the plan does not take into account."""
        return [key for key in self.manifest.annotations if key.startswith(PREFIX) and c.find(key) not in _MODELLED]


def groups(manifests: Sequence[Manifest], class_names: Collection[str]) -> tuple[dict[str, list[Member]], list[Problem]]:
    """The Ingresses that the controller takes care of, by group, and the problems of those that get into none."""
    found: dict[str, list[Member]] = {}
    problems: list[Problem] = []
    known = classes(manifests, class_names)
    for manifest in manifests:
        # The older annotation goes before the field, and with it the controller does not read what the class says.
        legacy = manifest.annotations.get("kubernetes.io/ingress.class")
        name = (manifest.body.get("spec") or {}).get("ingressClassName") if legacy is None else legacy
        if manifest.kind == "Ingress" and name in known:
            member = Member(manifest, known[name] if legacy is None else NO_CLASS)
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
