"""One route, and which of two comes first."""

from __future__ import annotations

from dataclasses import dataclass

from eks_ingress.routing.backend import Backend
from eks_ingress.routing.match import Match
from eks_ingress.source import Source
from eks_ingress.tokens import has_token, known_part

TYPES = ("Exact", "Prefix", "ImplementationSpecific")
"""The path types in the order in which the controller tries them within a rule."""

Precedence = tuple[int, int, int, str, int, int, str]


@dataclass(frozen=True, slots=True)
class Route:
    """Requests that match, and what becomes of them."""

    match: Match
    backend: Backend
    source: Source
    order: int = 0

    @property
    def precedence(self) -> Precedence:
        """Sorts routes into the order in which they are tried.

        A lower `order` first; then an exact host before a wildcard one (the longer first) before none; then an exact path
        before a prefix (the longer first) before a pattern (the one with more fixed characters first). What is still equal is
        sorted by its text, so that the order in which routes were added never matters. A host that is known only at deploy time
        counts as exact.
        """
        host, path = self.match.host or "", self.match.path
        wildcard = host.startswith("*.")
        fixed = len(known_part(path).replace("*", "").replace("?", ""))
        return (
            self.order,
            2 if not host else 1 if wildcard else 0,
            -len(known_part(host)) if wildcard else 0,
            host,
            TYPES.index(self.match.type),
            -fixed if self.match.type != "Exact" else 0,
            path,
        )


def overlap(one: Match, other: Match) -> bool:
    """Whether some request could match both, so that it matters which of them is tried first."""
    return _hosts_meet(one.host, other.host) and any(globs_meet(a, b) for a in one.globs for b in other.globs)


def _hosts_meet(one: str | None, other: str | None) -> bool:
    return one is None or other is None or one == other or globs_meet(one, other)


def globs_meet(one: str, other: str) -> bool:
    """Whether some text matches both patterns; a token in either may become anything."""
    if has_token(one) or has_token(other):
        return True
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
