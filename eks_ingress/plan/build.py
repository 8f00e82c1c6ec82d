"""From manifests to the plan."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from eks_ingress.annotations import catalogue as c
from eks_ingress.manifests.manifest import Manifest
from eks_ingress.plan.listeners import listeners
from eks_ingress.plan.members import Member, groups, in_order
from eks_ingress.plan.model import LoadBalancer, Overruled, Plan
from eks_ingress.plan.overruled import overruled
from eks_ingress.refusal import Refused


def plan(manifests: Sequence[Manifest], class_names: Collection[str] = ("alb",), default_target_type: str = "ip") -> Plan:
    """The load balancers that the controller makes of the Ingresses among `manifests`.

    `class_names` are the IngressClasses that belong to the controller; `default_target_type` is what its flag of that name says.
    What the controller would refuse stands in the plan's `problems`.
    """
    balancers = []
    skipped: dict[str, None] = {}
    without_effect: list[Overruled] = []
    found, problems = groups(manifests, class_names)
    for group, members in found.items():
        skipped |= dict.fromkeys(key for member in members for key in member.not_modelled())
        without_effect += [found for member in members for found in overruled(member)]
        try:
            balancers.append(_load_balancer(group, in_order(members), default_target_type))
        except Refused as refused:
            problems += refused.problems
    return Plan(tuple(balancers), tuple(problems), tuple(skipped), tuple(without_effect))


def _load_balancer(group: str, members: Sequence[Member], default_target_type: str) -> LoadBalancer:
    return LoadBalancer(
        group=group,
        scheme=_scheme(members),
        members=tuple(member.name for member in members),
        listeners=tuple(listeners(members, default_target_type)),
        source=members[0].manifest.source,
    )


def _scheme(members: Sequence[Member]) -> str:
    """The scheme that the members agree on; internal where none says anything."""
    said = ((member.of_class.says("scheme") or member.read(c.SCHEME), member) for member in members)
    schemes = {scheme: member for scheme, member in said if scheme is not None}
    if len(schemes) > 1:
        raise members[0].refuse(
            f"the members of its group have different schemes: {', '.join(sorted(schemes))}.", "Write the same in all of them."
        )
    return next(iter(schemes), "internal")
