from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from itertools import product
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eks_ingress.routing.segments import segments

Later = Mapping[int, Set[int]]


def cut(homes: Sequence[str], later: Later, keys: str = "", anywhere: Sequence[int] = ()) -> list[str]:
    """The runs from the first to the last, as home and members; `anywhere` may live in all homes."""
    preferred = keys or "".join(sorted(set(homes)))
    allowed = [set(preferred) if index in anywhere else {home} for index, home in enumerate(homes)]
    found = [f"{key}{''.join(map(str, members))}" for key, members in segments(homes, allowed, preferred, later)]
    return found[::-1]


def after_all(count: int) -> Later:
    """Each must come before all that follow it."""
    return {index: set(range(index + 1, count)) for index in range(count)}


@pytest.mark.parametrize(
    ("homes", "later", "expected"),
    [
        ("", {}, []),
        ("a", {}, ["a0"]),
        ("aaa", {}, ["a012"]),
        ("ab", {}, ["b1", "a0"]),
        ("ba", {}, ["b0", "a1"]),
        ("ab", {0: {1}}, ["a0", "b1"]),
        ("ba", {0: {1}}, ["b0", "a1"]),
        ("abab", {}, ["b13", "a02"]),
        ("aba", {0: {1}, 1: {2}}, ["a0", "b1", "a2"]),
        ("aba", {0: {1}}, ["a02", "b1"]),
        ("aba", {1: {2}}, ["b1", "a02"]),
        ("abab", after_all(4), ["a0", "b1", "a2", "b3"]),
        ("abcabc", {0: {1}, 1: {2}, 3: {4}, 4: {5}}, ["a03", "b14", "c25"]),
    ],
)
def test_routes_are_cut_into_runs_of_one_home(homes: str, later: Later, expected: list[str]) -> None:
    assert cut(homes, later) == expected


def test_the_preferred_home_is_the_last_where_it_can_be() -> None:
    assert cut("ab", {}, keys="ba") == ["a0", "b1"]
    assert cut("ab", {}, keys="ab") == ["b1", "a0"]
    assert cut("ab", {0: {1}}, keys="ab") == ["a0", "b1"]


@pytest.mark.parametrize(
    ("homes", "anywhere", "later", "expected"),
    [
        ("aab", [1], {}, ["b2", "a01"]),
        ("aab", [1], {0: {1}, 1: {2}}, ["a0", "b12"]),
        ("bab", [1], after_all(3), ["b012"]),
        ("abab", [1, 2], after_all(4), ["a0", "b123"]),
        ("aaa", [0, 1, 2], after_all(3), ["a012"]),
    ],
)
def test_what_may_live_anywhere_forces_no_run_of_its_own(
    homes: str, anywhere: list[int], later: Later, expected: list[str]
) -> None:
    assert cut(homes, later, anywhere=anywhere) == expected


def test_members_of_a_run_come_in_ascending_order() -> None:
    ((_, members),) = segments("aaaa", [{"a"}] * 4, "a", {3: set(), 0: {1, 2, 3}})
    assert members == [0, 1, 2, 3]


HOMES = st.lists(st.sampled_from("abc"), min_size=1, max_size=7)


def followers(count: int, pairs: Sequence[tuple[int, int]]) -> Later:
    """Constraints from pairs of indices, with what follows from them left out, as for routes."""
    found: dict[int, set[int]] = {index: set() for index in range(count)}
    for one, other in pairs:
        if one < other < count:
            found[one].add(other)
    return found


@settings(derandomize=True, max_examples=200)
@given(HOMES, st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6))), st.sets(st.integers(0, 6)))
def test_each_is_in_one_run_where_it_may_live_and_before_what_must_come_later(
    homes: list[str], pairs: list[tuple[int, int]], anywhere: set[int]
) -> None:
    later = followers(len(homes), pairs)
    keys = sorted(set(homes))
    allowed = [set(keys) if index in anywhere else {home} for index, home in enumerate(homes)]
    runs = list(segments(homes, allowed, keys, later))[::-1]
    place = {member: number for number, (_, members) in enumerate(runs) for member in members}
    assert sorted(member for _, members in runs for member in members) == list(range(len(homes)))
    assert all(key in allowed[member] for key, members in runs for member in members)
    assert all(members for _, members in runs)
    assert all(place[index] <= place[other] for index, others in later.items() for other in others)


@settings(derandomize=True, max_examples=150)
@given(
    HOMES.filter(lambda homes: len(homes) < 6),
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5))),
    st.sets(st.integers(0, 5)),
)
def test_there_are_as_few_runs_as_there_can_be(homes: list[str], pairs: list[tuple[int, int]], anywhere: set[int]) -> None:
    later = followers(len(homes), pairs)
    keys = sorted(set(homes))
    allowed = [set(keys) if index in anywhere else {home} for index, home in enumerate(homes)]
    assert len(list(segments(homes, allowed, keys, later))) == fewest(allowed, keys, later)


def fewest(allowed: Sequence[Set[str]], keys: Sequence[str], later: Later) -> int:
    """The least number of runs, by trying each number of them, each home for each of them, and each run for each route."""
    count = len(allowed)
    for runs in range(1, count + 1):
        for chosen in product(keys, repeat=runs):
            for places in product(range(runs), repeat=count):
                if all(chosen[place] in allowed[index] for index, place in enumerate(places)) and all(
                    places[index] <= places[other] for index, others in later.items() for other in others
                ):
                    return runs
    raise AssertionError


def test_what_nobody_writes_is_cut_too() -> None:
    """Twenty homes that wait for each other in every way, which cannot all be tried."""
    random = Random(4)
    homes = [f"{random.randrange(20)}" for _ in range(200)]
    later = {index: {other for other in range(index + 1, 200) if random.random() < 0.02} for index in range(200)}
    runs = list(segments(homes, [{home} for home in homes], sorted(set(homes)), later))[::-1]
    place = {member: number for number, (_, members) in enumerate(runs) for member in members}
    assert sorted(place) == list(range(200))
    assert all(homes[member] == key for key, members in runs for member in members)
    assert all(place[index] <= place[other] for index, others in later.items() for other in others)
    assert len(runs) < 60
