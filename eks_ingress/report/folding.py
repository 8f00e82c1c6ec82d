"""Lines that are longer than a terminal is wide."""

from __future__ import annotations

import re
from collections.abc import Iterator

_SPACES = re.compile(r" +")
_FIRST_COLUMN = re.compile(r" *\S+(?: \S+)* {2,}")
_LEAST = 20
"""Where fewer columns are left, the terminal may break a line as it will."""


def folded(text: str, width: int) -> str:
    """The text with its longer lines broken between words.

    What follows stands where the second column of a line begins, or else four columns further in than the line does.
    """
    return "\n".join(part for line in text.split("\n") for part in _folded(line, width))


def _folded(line: str, width: int) -> Iterator[str]:
    if len(line) <= width:
        yield line
        return
    column = _FIRST_COLUMN.match(line)
    indent = len(line) - len(line.lstrip(" ")) + 4
    if column is not None and width - column.end() >= _LEAST:
        indent = column.end()
    if width - indent < _LEAST:
        yield line
        return
    while len(line) > width:
        at = max((gap.start() for gap in _SPACES.finditer(line, indent) if gap.start() <= width), default=-1)
        if at < 0:  # a word that is too long by itself
            following = _SPACES.search(line, max(width, indent))
            if following is None:
                break
            at = following.start()
        yield line[:at]
        line = " " * indent + line[at:].lstrip(" ")
    yield line
