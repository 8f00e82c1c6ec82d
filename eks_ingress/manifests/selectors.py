"""A choice by labels as Kubernetes has it.

Facts: Kubernetes API, LabelSelector.
"""

from __future__ import annotations

from typing import Any

from eks_ingress.routing.labels import LabelSelector


def selector(chosen: LabelSelector) -> dict[str, Any]:
    """The selector, without what says nothing."""
    expressions = []
    for entry in chosen.expressions:
        values = {"values": list(entry.values)} if entry.values else {}
        expressions.append({"key": entry.key, "operator": entry.operator.value, **values})
    found = {"matchLabels": dict(chosen.match_labels), "matchExpressions": expressions}
    return {name: value for name, value in found.items() if value}
