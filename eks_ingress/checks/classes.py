"""What an Ingress says in vain, since its class decides it."""

from __future__ import annotations

from collections.abc import Iterator

from eks_ingress.checks.check import Check, Finding
from eks_ingress.plan.model import Plan


class OverruledByClass(Check):
    """An annotation that the IngressClassParams of its class overrule."""

    id = "EKI233"
    title = "The class of an Ingress overrules an annotation"
    why = "What the IngressClassParams of a class say goes before the annotations of its Ingresses."
    remedy = "Leave it out here, or take it out of the class."
    source = "controller documentation, IngressClassParams"

    def find(self, plan: Plan) -> Iterator[Finding]:
        for found in dict.fromkeys(plan.overruled):
            message = f"{found.annotation} {found.value!r} has no effect: `{found.field}` of class {found.class_name!r} decides."
            yield Finding(self, found.source, message)
