"""What the controller's webhook refuses of Ingresses, so that the API server does not take it.

Facts: the controller's validating webhooks (`webhooks/networking`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from eks_ingress.annotations import catalogue as c
from eks_ingress.plan.conditions import comparison
from eks_ingress.plan.members import Group, Member
from eks_ingress.routing.names import LEGACY_CLASS


def admit(group: Group) -> None:
    """Lets the members of a group in; what is refused becomes a problem of the group."""
    flags = group.world.flags
    for member in group.members:
        for key, taken in ((LEGACY_CLASS, flags.takes_class_annotation), (c.GROUP_NAME.key(), flags.takes_group_annotation)):
            if not taken and key in member.manifest.annotations:
                group.problems += member.refuse(
                    "EKI250",
                    f"it has the annotation {key}, which the controller is told to refuse.",
                    "Leave it out; the class says it (`ingressClassName`, `group.name` of its IngressClassParams).",
                    f"new usage of `{key}` annotation is forbidden",
                ).problems
        for name in dict.fromkeys(_named(member)) if member.said.has(c.CONDITIONS) else ():
            with group.gather():
                comparison(member, name)


def _named(member: Member) -> Iterator[str]:
    """The names that the conditions of a member's paths have."""
    for rule in member.spec.get("rules") or ():
        for path in (rule.get("http") or {}).get("paths") or ():
            service = (path.get("backend") or {}).get("service")
            if isinstance(service, Mapping):
                yield str(service.get("name"))
