"""Columns of text for a terminal."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from eks_ingress.report.visible import visible

_GAP = "  "
_BREAK = re.compile(r"(?<= )|(?<=[.-])(?=[A-Za-z$])")
"""Where a cell may be broken: between words, within names, not within releases."""


def table(rows: Sequence[Sequence[str]], width: int | None = None, indent: str = "    ") -> Iterator[str]:
    """Lines of columns; cells that are too long for the width are broken, from the last column on. Default: none is."""
    columns = [*zip(*([visible(cell) for cell in row] for row in rows), strict=True)]
    widths = [max(map(len, column)) for column in columns]
    if width is not None:
        least = [max(len(piece.rstrip()) for cell in column for piece in _BREAK.split(cell)) for column in columns]
        for index in reversed(range(len(widths))):
            excess = len(indent) + sum(widths) + len(_GAP) * (len(widths) - 1) - width
            widths[index] = max(least[index], widths[index] - max(0, excess))
    for row in zip(*columns, strict=True):
        broken = [list(_broken(cell, cell_width)) for cell, cell_width in zip(row, widths, strict=True)]
        for line in range(max(map(len, broken))):
            parts = (lines[line] if line < len(lines) else "" for lines in broken)
            yield (indent + _GAP.join(part.ljust(w) for part, w in zip(parts, widths, strict=True))).rstrip()


def _broken(cell: str, width: int) -> Iterator[str]:
    """A cell in lines, each as full as it can be."""
    if len(cell) <= width:
        yield cell
        return
    line = ""
    for piece in _BREAK.split(cell):
        if line and len(line + piece.rstrip()) > width:
            yield line.rstrip()
            line = ""
        line += piece
    yield line.rstrip()
