"""The pages of the documentation, and the code blocks on them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    str(path.relative_to(ROOT))
    for pattern in ("README.md", "CONTRIBUTING.md", "docs/**/*.md", "examples/**/README.md")
    for path in ROOT.glob(pattern)
)

_FENCE = re.compile(r"^(?P<indent> *)(?P<fence>```+|~~~+) *(?P<language>[\w+-]*)[^\n`]*$")
_FILE = re.compile(r"`([^`\s]+)`:?")


@dataclass(frozen=True)
class Block:
    """A fenced block of a page."""

    page: str
    line: int
    """The line of its first line of text."""
    language: str
    text: str
    file: str | None
    """The file that it is, if a line with nothing but its name in backticks stands above it."""

    @property
    def place(self) -> str:
        """`docs/page.md:12`, as an editor finds it."""
        return f"{self.page}:{self.line}"


def blocks(page: str, language: str | None = None) -> list[Block]:
    """The fenced blocks of a page in order, all or those of one language."""
    return [block for block in _read(page) if language in {None, block.language}]


def block(page: str, language: str, having: str) -> str:
    """The text of the one block of a page that has these words in it."""
    (found,) = (block.text for block in blocks(page, language) if having in block.text)
    return found


def _read(page: str) -> Iterator[Block]:
    opened: re.Match[str] | None = None
    above, first, inside = "", 0, ""
    for number, line in enumerate((ROOT / page).read_text("utf-8").splitlines(), start=1):
        if opened is None:
            opened = _FENCE.match(line)
            first, inside = number + 1, ""
            above = above if opened or not line.strip() else line.strip()
        elif line.strip() == opened["fence"]:
            named = _FILE.fullmatch(above)
            yield Block(page, first, opened["language"], inside, named[1] if named else None)
            opened, above = None, ""
        else:
            inside += line.removeprefix(opened["indent"]) + "\n"
    assert opened is None, f"{page}:{first - 1}: the block has no end"
