"""The controller's annotations for people and programs to read: each with the typed name that stands for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from eks_ingress.annotations import of_services
from eks_ingress.annotations.catalogue import SECTIONS as OF_INGRESSES
from eks_ingress.annotations.catalogue import Annotation, Merge, Place
from eks_ingress.annotations.grammar import OneOf
from eks_ingress.report.table import table
from eks_ingress.routing.names import PREFIX, SERVICE_PREFIX

SECTIONS: Mapping[str, tuple[Annotation, ...]] = {**OF_INGRESSES, **of_services.SECTIONS}
"""Every annotation once, by what it is about: those for Ingresses, then those for Services with a load balancer of their own."""

HEAD = ("annotation", "typed name", "values", "on", "in a group", "since", "class field")
"""What `cells` tells of each."""


def cells(row: Annotation) -> tuple[str, ...]:
    """What a table tells of an annotation: no text where nothing is to be told."""
    values = ", ".join(allowed(row) or [row.grammar.kind])
    merge = "" if row.merge in (Merge.NONE, Merge.PER_SERVICE) else row.merge.value
    return row.name, row.word, values, ", ".join(places(row)), merge, row.since, row.overridden_by or ""


def allowed(row: Annotation) -> list[str] | None:
    """The words that it can be, None where it is not one of a few words."""
    return list(row.grammar.words) if isinstance(row.grammar, OneOf) else None


def places(row: Annotation) -> list[str]:
    """The kinds of object on which it may stand."""
    return [kind for place, kind in _KINDS.items() if place in row.on]


_KINDS = {Place.INGRESS: "Ingress", Place.SERVICE: "Service", Place.BALANCED_SERVICE: "Service", Place.POD: "Pod"}


def tables(width: int | None = None, word: str = "") -> str:
    """A table for each section; cells that are too long for the width are broken, from the last column on. Default: none is.

    `word` is a part of the name of those that are wanted, or of what stands for them; by default all are.
    """
    heads = {
        f"For Ingresses, each annotation begins with {PREFIX}": OF_INGRESSES,
        f"For Services with a network load balancer, each annotation begins with {SERVICE_PREFIX}": of_services.SECTIONS,
    }
    paragraphs: list[str] = []
    for head, sections in heads.items():
        wanted = {title: [row for row in rows if has(row, word)] for title, rows in sections.items()}
        told = [_section(title, rows, width) for title, rows in wanted.items() if rows]
        paragraphs += [head, *told] if told else []
    return "\n\n".join(paragraphs)


def has(row: Annotation, word: str) -> bool:
    """Whether a word is in its name, whole or not, or in the typed name that stands for it."""
    return word.lower() in f"{row.prefix}{row.name} {row.word}".lower()


def _section(title: str, rows: Sequence[Annotation], width: int | None) -> str:
    return f"{title}\n\n" + "\n".join(_table([HEAD, *map(cells, rows)], width))


def entries(word: str = "") -> list[dict[str, Any]]:
    """All that is known of each annotation, in words of JSON; `word` as in `tables`."""
    return [
        {
            "name": row.prefix + row.name,
            "section": title,
            "typed_name": row.word,
            "grammar": row.grammar.kind,
            "allowed": allowed(row),
            "places": places(row),
            "merge": row.merge.value,
            "since": row.since,
            "overridden_by": row.overridden_by,
            "feature": row.feature,
            "note": row.note,
            "replaced_by": row.replaced_by or None,
        }
        for title, rows in SECTIONS.items()
        for row in rows
        if has(row, word)
    ]


def _table(rows: Sequence[Sequence[str]], width: int | None) -> Iterator[str]:
    """Lines of columns; those that have nothing but their head are left out."""
    kept = [column for column in zip(*rows, strict=True) if any(column[1:])]
    return table([*zip(*kept, strict=True)], width, "  ")
