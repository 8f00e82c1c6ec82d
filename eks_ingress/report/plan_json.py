"""A plan as JSON: the load balancers in the controller's own format, the target groups of others, and what is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from eks_ingress.plan.model import Plan
from eks_ingress.report.remarks import Remark

if TYPE_CHECKING:
    from eks_ingress.plan.changes import Changes


def document(plan: Plan, remarks: Iterable[Remark], cluster: str | None = None) -> dict[str, Any]:
    """The plan of a cluster, which is named if its name is known."""
    return {
        **({} if cluster is None else {"cluster": cluster}),
        "load_balancers": [balancer.stack for balancer in plan.load_balancers],
        "network_load_balancers": [balancer.stack for balancer in plan.network_load_balancers],
        "target_group_bindings": [{"id": binding.name, "spec": binding.spec} for binding in plan.bindings],
        "findings": [remark.json for remark in remarks],
    }


def changes_since(earlier: Mapping[str, Any], plan: Plan) -> Changes:
    """What changed from an earlier plan of a cluster, as `document` has it, to this one."""
    from eks_ingress.plan.changes import changes  # noqa: PLC0415 - most plans are compared with none

    gate = "NLBHealthCheckAdvancedConfig"
    return changes(
        earlier,
        document(plan, ()),
        refused={group.name for group in plan.groups} | {service.name for service in plan.services},
        in_place_health_checks=plan.world is None or plan.world.flags.gate(gate),
    )
