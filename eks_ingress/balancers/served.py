"""Names in hosted zones that lead to load balancers which do not serve them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from eks_ingress.checks.check import Finding
from eks_ingress.checks.dns import UNSERVED
from eks_ingress.plan.model import Plan

if TYPE_CHECKING:
    from eks_ingress.balancers.application import ApplicationLoadBalancer


def unserved(balancers: Sequence[ApplicationLoadBalancer], plan: Plan) -> Iterator[Finding]:
    """What is to be said of names that lead to load balancers which do not serve them."""
    aliases = {balancer.group_name: balancer.aliases for balancer in balancers}
    for made in plan.load_balancers:
        for alias in aliases.get(made.group, ()):
            yield from UNSERVED.of(made, alias.name, alias.source)
