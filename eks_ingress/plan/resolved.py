"""What a load balancer names by id or by name, as AWS is stated to have it: subnets and security groups.

Facts: controller documentation, "Subnet Discovery", "Security groups"; the controller's resolvers (`pkg/networking`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from eks_ingress.annotations.catalogue import Annotation
from eks_ingress.plan.facts import Facts
from eks_ingress.plan.model import Subnet
from eks_ingress.plan.not_found import NotFound
from eks_ingress.plan.subnets import SubnetFact, Subnets
from eks_ingress.plan.unknown import is_unknown, unknown
from eks_ingress.refusal import Refused

DISCOVERED = unknown("subnets of the VPC")
"""Stands for the subnets that the controller finds, of which not even the number is known."""


def in_words(subnet: str) -> str:
    """A subnet as a placeholder for something else names it."""
    return "the subnets of the VPC" if subnet == DISCOVERED else subnet


def blocks_of(subnet: SubnetFact | None, ipv6: bool) -> Sequence[str] | None:
    """The blocks of addresses of a subnet, None where they are not stated."""
    if subnet is None:
        return None
    if ipv6:
        return subnet.ipv6_cidrs or (None if subnet.ipv6 else ())
    return None if subnet.cidr is None else (subnet.cidr,)


class Speaker(Protocol):
    """An object whose annotations say something."""

    def refuse(self, id: str, reason: str, remedy: str, event: str = "", *, at: Annotation | None = None, **chosen: str) -> Refused:
        """The exception for something that it says, in the annotation `at` if there."""
        ...


def resolved_subnets(
    speaker: Speaker,
    at: Annotation,
    facts: Facts,
    resolve: Callable[[Subnets], list[str]],
    wanted: Sequence[str] | None,
    before: str = "",
) -> tuple[Subnet, ...]:
    """The subnets as AWS is stated to have them, or, where nothing is stated, those that are wanted. Raises `Refused`.

    `at` is the annotation that names them, `before` what stands before the controller's words.
    """
    known = facts.in_vpc
    if known.tells_discovery if wanted is None else known.tells(wanted):
        try:
            return tuple(map(Subnet, resolve(known)))
        except NotFound as missing:
            raise speaker.refuse(
                "EKI310",
                f"its load balancer gets no subnets: {missing}.",
                "Name subnets that are there, in two availability zones or more; without names, tag those of the VPC with "
                "`kubernetes.io/role/elb` (internet-facing) or `kubernetes.io/role/internal-elb`: `ingress.tag_subnets()` does it.",
                f"{before}{missing.event}",
                at=at,
            ) from None
    if wanted is None:
        return (Subnet(DISCOVERED),)
    if not wanted:
        raise speaker.refuse(
            "EKI310",
            f"`{at.name}` names none.",
            "Name two, or leave the annotation out.",
            "unable to resolve at least one subnet",
            at=at,
        )
    return tuple(Subnet(x if x.startswith("subnet-") or is_unknown(x) else unknown(f"subnet {x}")) for x in wanted)


def resolved_groups(speaker: Speaker, at: Annotation, facts: Facts, wanted: Sequence[str]) -> tuple[str, ...]:
    """The ids of security groups. Raises `Refused`."""
    if facts.security_groups is not None and not any(map(is_unknown, wanted)):
        try:
            return tuple(facts.groups(wanted))
        except NotFound as missing:
            raise speaker.refuse("EKI312", f"{missing}.", "Name security groups of the VPC.", missing.event, at=at) from None
    return tuple(x if x.startswith("sg-") or is_unknown(x) else unknown(f"security group {x}") for x in wanted)
