"""What the controller will build from all that was added to a host, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from constructs import Construct

from eks_ingress.balancers.applied import Applied
from eks_ingress.balancers.other_regions import referred_elsewhere
from eks_ingress.balancers.ownership import claimed_twice
from eks_ingress.balancers.served import unserved
from eks_ingress.balancers.sign_in_clients import sign_in_clients
from eks_ingress.balancers.subnets_of_vpc import facts_of_vpc, has_more_subnets
from eks_ingress.checks.check import Finding
from eks_ingress.checks.refused_targets import NoSubnets
from eks_ingress.checks.region import elsewhere
from eks_ingress.checks.registry import find
from eks_ingress.checks.sign_in_clients import UNFIT_CLIENT
from eks_ingress.manifests.manifest import Manifest
from eks_ingress.plan.build import plan
from eks_ingress.plan.facts import Facts
from eks_ingress.plan.model import Plan
from eks_ingress.refusal import Problem

if TYPE_CHECKING:
    from eks_ingress.balancers.host import BalancerHost


class Judge:
    """Computes the plan of a host, and judges it; both again only when something was added."""

    def __init__(self, host: BalancerHost) -> None:
        """Knows of AWS what is stated."""
        self._host = host
        self._stated = host.facts or Facts()
        self._known = self._stated
        self._planned: tuple[list[Manifest], Plan] = ([], Plan(()))
        self._found: tuple[Plan | None, list[Finding]] = (None, [])

    def plan_of(self, members: Sequence[Applied]) -> Plan:
        """What the controller will build from some of what was added, and all classes."""
        self._host.look_up_tags()
        classes = [member for member in self._host.members if member.decides is not None and member not in members]
        manifests = [manifest for member in (*classes, *members) for manifest in member.manifests()]
        # The whole plan is asked for by the warnings, by the validation and by users' tests.
        if [*map(id, manifests)] != [*map(id, self._planned[0])] or not manifests:
            self._planned = (manifests, plan(manifests, self._host.flags, self._known))
        return self._planned[1]

    def problems(self) -> list[Problem]:
        """All that would not work in the cluster, of all that was added."""
        host = self._host
        host.look_up_tags()
        written = [problem for member in host.members if member.as_written for problem in member.problems()]
        found = [problem for member in host.members if not member.as_written for problem in member.problems()]
        found += claimed_twice(host.members, host.installed())
        if not found:
            found += host.plan().problems
            found += [finding.problem for finding in self.findings() if finding.is_error]
            manifests, region = host.manifests(), host.view.region
            found += [*elsewhere(manifests, region), *referred_elsewhere(manifests, region)]
        return [*written, *found]

    def findings(self) -> list[Finding]:
        """What the checks find, but for what the plan refuses itself, and what somebody acknowledged."""
        host, plan = self._host, self._host.plan()
        if self._found[0] is not plan:
            found = [finding for finding in find(plan) if not finding.refused]
            found += unserved(host.load_balancers, plan)
            found += [finding for member in host.members for finding in (*member.found, *host.secret_readers.missing(member))]
            found += UNFIT_CLIENT.of(plan, sign_in_clients(auth for member in host.members for auth in member.auths()))
            self._found = (plan, found)
        places = {member.source.construct: member for member in host.members}
        left = [finding for finding in self._found[1] if finding.acknowledged is None]
        owners = [places.get(finding.source.construct) for finding in left]
        return [x for x, owner in zip(left, owners, strict=True) if owner is None or not owner.acknowledges(x)]

    def warnings(self) -> Iterator[tuple[Construct, Finding]]:
        """What the checks find that is no error, each with the construct that it is about."""
        places = {member.source.construct: member for member in self._host.members}
        for finding in self.findings():
            if not finding.is_error:
                yield places.get(finding.source.construct, self._host), finding

    def look_at_vpc(self) -> None:
        """Takes into the plan what the app knows of the subnets of the VPC, once its tags are there."""
        if not self._host.members:
            return
        self._know(facts_of_vpc(self._host.view, self._stated))
        lacking = self._known is not self._stated and any(problem.id == NoSubnets.id for problem in self._host.plan().problems)
        if lacking and has_more_subnets(self._host.view):
            self._know(self._stated)

    def _know(self, facts: Facts) -> None:
        if facts != self._known:
            self._known, self._planned = facts, ([], Plan(()))
