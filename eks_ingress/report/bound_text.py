"""Target groups that others made, and what they get, as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from eks_ingress.plan.model import BoundTargetGroup
from eks_ingress.report.table import table
from eks_ingress.report.text_parts import shown_pairs


def bound_target_groups(bound: Sequence[BoundTargetGroup], width: int | None) -> Iterator[str]:
    """Their lines."""
    yield "Target groups that others made"
    yield from table([(x.service, "; ".join(filter(None, told(x)))) for x in bound], width)


def told(bound: BoundTargetGroup) -> Iterator[str]:
    """What is to be told of one, its target group first; some of it may be no text."""
    spec = bound.spec
    role, labels = spec.get("iamRoleArnToAssume"), (spec.get("nodeSelector") or {}).get("matchLabels") or {}
    yield bound.target_group
    yield f"{bound.target_type} targets" if bound.target_type else ""
    yield f"on nodes with {shown_pairs(tuple(labels.items()))}" if labels else ""
    yield "shared with others" if spec.get("multiClusterTargetGroup") else ""
    yield f"as {role}" if role else ""
