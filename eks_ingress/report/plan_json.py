"""A plan as JSON: the load balancers in the controller's own format, the target groups of others, and what is wrong."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from eks_ingress.plan.model import Plan
from eks_ingress.report.remarks import Remark


def document(plan: Plan, remarks: Iterable[Remark], cluster: str | None = None) -> dict[str, Any]:
    """The plan of a cluster, which is named if its name is known."""
    return {
        **({} if cluster is None else {"cluster": cluster}),
        "load_balancers": [balancer.stack for balancer in plan.load_balancers],
        "network_load_balancers": [balancer.stack for balancer in plan.network_load_balancers],
        "target_group_bindings": [{"id": binding.name, "spec": binding.spec} for binding in plan.bindings],
        "findings": [remark.json for remark in remarks],
    }
