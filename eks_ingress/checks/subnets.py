"""Subnets that a load balancer gets, as far as they are known, and that it had better not have.

Facts: controller documentation, "Subnet Discovery"; Elastic Load Balancing documentation, "Subnets for your load balancer".
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_network
from typing import NamedTuple

from eks_ingress.annotations import catalogue as c
from eks_ingress.annotations import of_services as s
from eks_ingress.checks.check import Check, Finding
from eks_ingress.checks.reading import balanced, planned
from eks_ingress.manifests.manifest import Manifest
from eks_ingress.plan.model import Plan
from eks_ingress.plan.subnets import ROLES, SubnetFact
from eks_ingress.plan.unknown import is_unknown


class _Standing(NamedTuple):
    """A load balancer, and where it stands."""

    what: str
    scheme: str
    subnets: list[SubnetFact]
    """Those of its subnets of which something is known."""
    is_found: bool
    """Whether the controller finds them by itself."""
    is_application: bool
    said_by: Manifest
    key: str
    """The annotation that names them, empty where none does."""


def _standing(plan: Plan) -> Iterator[_Standing]:
    """All load balancers, those in front of others too."""
    if plan.world is None or plan.world.facts.subnets is None:
        return
    known = {subnet.id: subnet for subnet in plan.world.facts.subnets}
    for balancer, group in planned(plan):
        front = balancer.frontend_nlb
        for made, row, what in ((balancer, c.SUBNETS, "its load balancer"), (front, c.FRONTEND_NLB_SUBNETS, "its frontend")):
            if made is None:
                continue
            speaker = next((member for member in group.members if member.said.text(row) is not None), None)
            by_class = made is balancer and any(member.of_class.spec.get("subnets") for member in group.members)
            found = [known[subnet.id] for subnet in made.subnets if subnet.id in known]
            said_by, key = (group.members[0], "") if speaker is None else (speaker, row.key())
            is_found = speaker is None and not by_class
            yield _Standing(what, made.scheme, found, is_found, made is balancer, said_by.manifest, key)
    for network, service in balanced(plan):
        key = s.SUBNETS.key() if service.said.text(s.SUBNETS) is not None else ""
        found = [known[subnet.id] for subnet in network.subnets if subnet.id in known]
        yield _Standing("its load balancer", network.scheme, found, not key, False, service.manifest, key)


def _named(subnets: list[SubnetFact]) -> str:
    """Subnets as people know them: by their names, or else their ids."""
    return ", ".join(subnet.name or subnet.id for subnet in subnets)


_LARGEST_PREFIX = 27


class SmallSubnet(Check):
    """A subnet with fewer addresses than an application load balancer may need."""

    id = "EKI392"
    title = "A subnet is small for an application load balancer"
    why = (
        f"Elastic Load Balancing asks for blocks of /{_LARGEST_PREFIX} or larger, with eight free addresses or more: with fewer it "
        "cannot add nodes, and is slow or refuses connections under load."
    )
    remedy = "Take subnets with larger blocks, or make these larger (`cidr_mask=27` or less in the CDK)."
    source = "Elastic Load Balancing documentation, Subnets for your load balancer"

    def find(self, plan: Plan) -> Iterator[Finding]:
        for made in _standing(plan):
            small = [x for x in made.subnets if x.cidr is not None and _bits(x.cidr) > _LARGEST_PREFIX]
            if made.is_application and small:
                message = f"{made.what} stands in {_named(small)}, of /{max(_bits(str(subnet.cidr)) for subnet in small)}."
                yield self.in_manifest(made.said_by, message, key=made.key)


def _bits(cidr: str) -> int:
    return 0 if is_unknown(cidr) else ip_network(cidr).prefixlen


class NoWayIn(Check):
    """A load balancer for the internet in a subnet that the internet does not reach."""

    id = "EKI393"
    title = "A load balancer that faces the internet stands in a private subnet"
    why = "Without a route to an internet gateway nobody reaches its public addresses there, and clients wait in vain."
    remedy = "Name public subnets, or leave it internal."
    source = "Elastic Load Balancing documentation, Troubleshoot your Application Load Balancers"

    def find(self, plan: Plan) -> Iterator[Finding]:
        for made in _standing(plan):
            private = [subnet for subnet in made.subnets if subnet.public is False]
            if made.scheme == "internet-facing" and private:
                message = f"{made.what} stands in {_named(private)}, without a route to an internet gateway."
                yield self.in_manifest(made.said_by, message, key=made.key)


class WithoutRole(Check):
    """Subnets that the controller finds by their routes, since none bears the tag."""

    id = "EKI394"
    title = "No subnet is tagged for load balancers of this scheme"
    why = (
        "The controller goes by routes only as long as none in the VPC bears the tag: once somebody tags one, each new load "
        "balancer gets that one alone, which is too few for an application load balancer."
    )
    remedy = "Tag them: `ingress.tag_subnets()`, or aws ec2 create-tags."
    source = "controller documentation, Subnet Discovery"

    def find(self, plan: Plan) -> Iterator[Finding]:
        for made in _standing(plan):
            assert plan.world is not None
            if made.is_found and made.subnets and not plan.world.facts.in_vpc.tagged(made.scheme):
                role = ROLES[made.scheme == "internet-facing"]
                message = f"{made.what} gets {_named(made.subnets)} by their routes, since no subnet of the VPC has the tag {role}."
                yield self.in_manifest(made.said_by, message)
