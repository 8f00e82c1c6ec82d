"""Statements put into as few policies as IAM takes them in.

Facts: IAM, "IAM and AWS STS quotas": a managed policy has at most 6,144 characters, white space not counted.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

Statement = dict[str, Any]

LIMIT = 6144
"""A document stays below it."""


def document(statements: list[Statement]) -> dict[str, Any]:
    """The policy that has these statements."""
    return {"Version": "2012-10-17", "Statement": statements}


def size(statements: list[Statement], longest: Mapping[str, int]) -> int:
    """How many characters the document of these statements can have.

    :param longest: texts whose value is known only later, and how long it can be.
    """
    text = json.dumps(document(statements), separators=(",", ":"))
    for unknown in sorted(longest, key=len, reverse=True):
        text = text.replace(json.dumps(unknown)[1:-1], "x" * longest[unknown])
    return len("".join(text.split()))


def split(statements: list[Statement], longest: Mapping[str, int]) -> list[list[Statement]]:
    """The statements in as few documents as can be; in each, they keep their order.

    A statement that is too long for one document becomes several, each with a part of its resources.
    """

    def fits(document: list[Statement]) -> bool:
        return size(document, longest) < LIMIT

    parts = [part for statement in statements for part in _parts(statement, fits)]
    documents: list[list[int]] = []
    # The longest first, each into the first document that has room: what is short fills the gaps.
    for index in sorted(range(len(parts)), key=lambda index: -size([parts[index]], longest)):
        for indices in documents:
            if fits([parts[other] for other in [*indices, index]]):
                indices.append(index)
                break
        else:
            documents.append([index])
    return [[parts[index] for index in sorted(indices)] for indices in sorted(documents, key=min)]


def _parts(statement: Statement, fits: Callable[[list[Statement]], bool]) -> list[Statement]:
    resources: str | list[str] = statement["Resource"]
    if isinstance(resources, str) or fits([statement]):
        return [statement]
    parts: list[list[str]] = [[]]
    for resource in resources:
        if parts[-1] and not fits(
            [{**statement, "Sid": f"{statement['Sid']}{len(resources)}", "Resource": [*parts[-1], resource]}]
        ):
            parts.append([])
        parts[-1].append(resource)
    return [{**statement, "Sid": f"{statement['Sid']}{number}", "Resource": part} for number, part in enumerate(parts, start=1)]
