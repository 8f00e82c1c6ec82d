"""All checks."""

from __future__ import annotations

from collections.abc import Iterator

from eks_ingress.checks.check import Check, Finding
from eks_ingress.checks.classes import OverruledByClass
from eks_ingress.checks.routing import DroppedByController, NeverReached
from eks_ingress.checks.sign_in import UnauthenticatedHttp
from eks_ingress.plan.model import Plan

CHECKS: tuple[Check, ...] = (NeverReached(), DroppedByController(), UnauthenticatedHttp(), OverruledByClass())


def find(plan: Plan) -> Iterator[Finding]:
    """Every place where a plan breaks a rule."""
    for check in CHECKS:
        yield from check.find(plan)
