"""Patterns with `*` for any text and `?` for one character."""

from __future__ import annotations

import re
from functools import cache

from eks_ingress.tokens import has_token


def globs_meet(one: str, other: str) -> bool:
    """Whether some text matches both patterns; a token in either may become anything."""
    if one == other or has_token(one) or has_token(other):
        return True
    if not any(wildcard in text for text in (one, other) for wildcard in "*?"):
        return False
    head, other_head = _head(one), _head(other)
    if not (head.startswith(other_head) or other_head.startswith(head)):
        return False
    reached = {(0, 0)}
    seen = set(reached)
    while reached:
        step: set[tuple[int, int]] = set()
        for i, j in reached:
            if i == len(one) and j == len(other):
                return True
            a, b = one[i : i + 1], other[j : j + 1]
            if a == "*":
                step.add((i + 1, j))
            if b == "*":
                step.add((i, j + 1))
            if a == "*" and b not in ("", "*"):
                step.add((i, j + 1))
            elif b == "*" and a not in ("", "*"):
                step.add((i + 1, j))
            elif a and b and (a == b or "?" in (a, b)) and "*" not in (a, b):
                step.add((i + 1, j + 1))
        reached = step - seen
        seen |= step
    return False


@cache
def _head(glob: str) -> str:
    """What stands before the first wildcard."""
    return re.split("[*?]", glob, maxsplit=1)[0]
