"""How to cut routes into as few runs as possible, each of one home, so that what must be tried later comes later.

It works from the last run to the first. A home that can take at once everything that may be there is taken: it needs one more run
in any case, and taking it first keeps nothing else from being taken. Only where homes wait for each other there is a choice, and
all of them are tried, up to a bound.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set

_MOST_STATES = 2000
"""How many states are looked at before only the best are followed: a bound for routes that nobody writes."""
_BEST = 50
"""How many are followed from then on: those in which the most routes have their place."""


def segments(
    homes: Sequence[str], allowed: Sequence[Set[str]], keys: Sequence[str], later: Mapping[int, Set[int]]
) -> Iterator[tuple[str, list[int]]]:
    """The runs from the last to the first: the key of a home, and its routes by index in ascending order.

    `homes` is the home of each route and `allowed` all where it may live; `keys` are the homes, in the order in which they are
    preferred as the last; `later` are, for each route, those that must be in the same run or in a later one.
    """
    problem = _Problem(homes, allowed, keys, later)
    done: frozenset[int] = frozenset()
    for key in problem.shortest():
        taken = problem.takeable(key, done)
        done |= taken
        yield key, sorted(taken)


class _Problem:
    def __init__(
        self, homes: Sequence[str], allowed: Sequence[Set[str]], keys: Sequence[str], later: Mapping[int, Set[int]]
    ) -> None:
        self._keys = keys
        self._later = later
        self._members = {key: [i for i in reversed(range(len(homes))) if key in allowed[i]] for key in keys}
        self._bound = {key: {i for i in range(len(homes)) if allowed[i] == {key}} for key in keys}
        """The routes that can live nowhere else."""
        self._reach = {key: set(members) for key, members in self._members.items()}
        """All that can live there."""
        self._all = len(homes)

    def takeable(self, key: str, done: frozenset[int]) -> frozenset[int]:
        """What a run of a home can hold once `done` stands behind it."""
        taken: set[int] = set()
        for index in self._members[key]:
            if index not in done and all(other in done or other in taken for other in self._later.get(index, ())):
                taken.add(index)
        return frozenset(taken)

    def shortest(self) -> list[str]:
        """The homes of the runs, from the last, as few as there can be."""
        layer: dict[frozenset[int], list[str]] = {frozenset(): []}
        seen = 0
        while True:
            following: dict[frozenset[int], list[str]] = {}
            for done, way in layer.items():
                if len(done) == self._all:
                    return way
                for key, taken in self._choices(done):
                    following.setdefault(done | taken, [*way, key])
            seen += len(following)
            if seen > _MOST_STATES:
                following = dict(sorted(following.items(), key=lambda state: -len(state[0]))[:_BEST])
            layer = following

    def _choices(self, done: frozenset[int]) -> list[tuple[str, frozenset[int]]]:
        """The homes that the next run may be of: one that is done with it, or else each that has something to take."""
        found = [(key, taken) for key in self._keys if (taken := self.takeable(key, done))]
        for key, taken in found:
            if not self._bound[key] <= done and self._reach[key] <= done | taken:
                return [(key, taken)]
        return found
