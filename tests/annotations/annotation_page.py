"""The tables of docs/annotations.md, from the catalogue: `python -m tests.annotations.annotation_page` writes them anew."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from eks_ingress.annotations.catalogue import Annotation
from eks_ingress.report.annotations import HEAD, SECTIONS, allowed, cells

PAGE = Path(__file__).parents[2] / "docs" / "annotations.md"


def table(rows: tuple[Annotation, ...]) -> str:
    """A table of annotations, without the columns in which nothing stands, and what else is to know of them."""
    lines = [["annotation", "what you write", *HEAD[2:]], *map(_cells, rows)]
    columns = [column for column in zip(*lines, strict=True) if any(column[1:])]
    head, *body = (f"| {' | '.join(line)} |" for line in zip(*columns, strict=True))
    notes = list(_notes(rows))
    return "\n".join([head, "|---" * len(columns) + "|", *body, *([""] if notes else []), *notes])


def _cells(row: Annotation) -> list[str]:
    name, word, values, on, merge, since, field = cells(row)
    words = ", ".join(f"`{word}`" for word in allowed(row) or ())
    return [
        f"`{name}`",
        f"`{word}`",
        words or values.replace("key=value", "`key=value`"),
        on,
        merge,
        since,
        f"`{field}`" if field else "",
    ]


def _notes(rows: tuple[Annotation, ...]) -> Iterator[str]:
    """What else is to know, once for all annotations of which it is true."""
    found: dict[str, list[str]] = {}
    for row in rows:
        feature = f"Needs `Feature.{row.feature}`." if row.feature else ""
        replaced = f"Replaced by {row.replaced_by}, which is what is written." if row.replaced_by else ""
        if note := " ".join(filter(None, (row.note, replaced, feature))):
            found.setdefault(note, []).append(f"`{row.name}`")
    for note, names in found.items():
        yield f"- {', '.join(names)}: {note}"


def written(page: str) -> str:
    """The page with the tables as they are now."""
    for title, rows in SECTIONS.items():
        marks = f"<!-- table: {title} -->", f"<!-- end: {title} -->"
        before, rest = page.split(marks[0])
        _, after = rest.split(marks[1])
        page = f"{before}{marks[0]}\n{table(rows)}\n{marks[1]}{after}"
    return page


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text("utf-8")), "utf-8")
