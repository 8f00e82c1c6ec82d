"""Which rules of a listener are the same in two plans, and which have another place among the others.

A rule that has another number only because one was put in or taken out before it has not moved.

Facts: controller source, how it finds the rule of a listener that it has made already (`pkg/deploy`): by what it matches and does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from eks_ingress.plan.changed_settings import as_text


class Pair(NamedTuple):
    """A rule of one plan and what it is in the other: places in the two lists, None where it is not there."""

    before: int | None
    after: int | None
    moved: bool = False


Spec = Mapping[str, Any]


def pairs(before: Sequence[Spec], after: Sequence[Spec]) -> list[Pair]:
    """Each rule once: those of the later plan in order, then those that are gone.

    Rules are the same that match the same requests and do the same, or else those that match the same requests, or else, where
    there are as many of them in both, those that do the same. Those that moved are the fewest that could have.
    """
    found: dict[int, int] = {}
    left_before, left_after = [*range(len(before))], [*range(len(after))]
    for key, only_as_many in ((_whole, False), (_conditions, False), (_actions, True)):
        found |= _same(before, after, left_before, left_after, key, only_as_many)
        left_before = [at for at in range(len(before)) if at not in set(found.values())]
        left_after = [at for at in range(len(after)) if at not in found]
    moved = _moved([(old, new, _name(before[old], after[new])) for new, old in found.items()])
    there = [Pair(found.get(at), at, at in moved) for at in range(len(after))]
    return there + [Pair(at, None) for at in left_before]


def _whole(rule: Spec) -> Any:
    return [_conditions(rule), _actions(rule)]


def _conditions(rule: Spec) -> Any:
    return sorted(map(as_text, rule.get("conditions", ())))


def _actions(rule: Spec) -> Any:
    return [rule.get("actions"), rule.get("transforms")]


def _same(
    before: Sequence[Spec],
    after: Sequence[Spec],
    left_before: Sequence[int],
    left_after: Sequence[int],
    key: Callable[[Spec], Any],
    only_as_many: bool,
) -> dict[int, int]:
    """Of the rules that are left, those with the same key, in order: the place before by the place after."""
    old = [(as_text(key(before[at])), at) for at in left_before]
    new = [(as_text(key(after[at])), at) for at in left_after]
    numbers, others = Counter(text for text, _ in old), Counter(text for text, _ in new)
    waiting: dict[str, list[int]] = {}
    for text, at in reversed(old):
        if not only_as_many or numbers[text] == others[text]:
            waiting.setdefault(text, []).append(at)
    return {at: waiting[text].pop() for text, at in new if waiting.get(text)}


def _name(before: Spec, after: Spec) -> str:
    """A name for a pair of rules, whichever is the earlier one."""
    return as_text(sorted([as_text(_whole(before)), as_text(_whole(after))]))


def _moved(found: Sequence[tuple[int, int, str]]) -> set[int]:
    """The places after of those that moved, from places before and after and a name: all but the most that keep their order.

    Of several such choices it is that in which the others move least, and then one by the names, so that the way back is the same.
    """
    in_order = sorted(found)
    nth = {new: at for at, new in enumerate(sorted(new for _, new, _ in found))}
    points = [(at, nth[new], new, name) for at, (_, new, name) in enumerate(in_order)]
    while points and points[-1][0] == points[-1][1]:
        points.pop()
    first = next((at for at, (was, becomes, *_) in enumerate(points) if was != becomes), 0)
    points = points[first:]
    by_name = sorted(
        range(len(points)), key=lambda at: (points[at][3], points[at][0] + points[at][1], abs(points[at][0] - points[at][1]))
    )
    rank = {at: place for place, at in enumerate(by_name)}
    best: list[tuple[int, int, int]] = []
    for at, (was, becomes, *_) in enumerate(points):
        before = max((best[other] for other in range(at) if points[other][1] < becomes), default=(0, 0, 0))
        best.append((before[0] + 1, before[1] - abs(was - becomes), before[2] | 1 << rank[at]))
    kept = max(best, default=(0, 0, 0))[2]
    return {points[at][2] for at in range(len(points)) if not kept >> rank[at] & 1}
