"""Figures as a table of Markdown, which is readable in a terminal as well."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Table:
    """What was measured, in a sentence or two, and the figures."""

    title: str
    said: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]

    def __str__(self) -> str:
        lines = [self.head, ["---", *("--:" for _ in self.head[1:])], *self.rows]
        return "\n".join([f"## {self.title}", "", self.said, "", *(f"| {' | '.join(line)} |" for line in lines)])


def ratio(value: float, base: float) -> str:
    return f"{value / base:.2f}"


def milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:,.0f} ms"


def mebibytes(kibibytes: float) -> str:
    return f"{kibibytes / 1024:,.0f} MiB"
