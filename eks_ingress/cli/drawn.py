"""A plan as something to look at: a page for the browser, or a picture."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from eks_ingress.plan.model import Plan
from eks_ingress.report.remarks import Remark

if TYPE_CHECKING:
    from eks_ingress.plan.changes import Changes

PICTURES = ("mermaid", "svg")
DRAWN = ("html", *PICTURES)
"""The formats."""


def drawn(clusters: Sequence[tuple[str | None, Plan, Sequence[Remark]]], what: str) -> str:
    """The plans of clusters in one of the formats, each with the name of its cluster and what is to be said of it."""
    if what == "html":
        return html(clusters, [None] * len(clusters))
    from eks_ingress.report.traffic import flows  # noqa: PLC0415 - each format needs its own

    named = [(name if len(clusters) > 1 else None, flows(plan)) for name, plan, _ in clusters]
    if what == "mermaid":
        from eks_ingress.report.mermaid import mermaid  # noqa: PLC0415

        return mermaid(named)
    from eks_ingress.report.picture import standalone  # noqa: PLC0415

    return standalone(named)


def html(clusters: Sequence[tuple[str | None, Plan, Sequence[Remark]]], changes: Sequence[Changes | None]) -> str:
    """A page of the plans of clusters, each with what changed since an earlier one; None where it is compared with none."""
    from eks_ingress.report.html import page, section  # noqa: PLC0415

    parts = [
        section(plan, said, cluster=name, number=number, changes=changed)
        for number, ((name, plan, said), changed) in enumerate(zip(clusters, changes, strict=True))
    ]
    return page(parts).removesuffix("\n")
