"""The order in which the resources of a template are made."""

from __future__ import annotations

import threading
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.deploy.stacks.order import Graph, among, dependencies, in_layers, reverse, walk
from tests.deploy.stacks.refused import Unsupported


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    names = [f"R{number}" for number in range(draw(st.integers(1, 8)))]
    return {name: draw(st.sets(st.sampled_from(names[:number]))) if number else set() for number, name in enumerate(names)}


def test_a_resource_waits_for_what_it_names_and_what_it_refers_to() -> None:
    resources: dict[str, dict[str, Any]] = {
        "Cluster": {"Type": "T"},
        "Barrier": {"Type": "T", "DependsOn": "Cluster"},
        "Manifest": {
            "Type": "T",
            "DependsOn": ["Barrier"],
            "Properties": {"Cluster": {"Ref": "Cluster"}, "Region": {"Ref": "AWS::Region"}},
        },
    }
    assert dependencies(resources) == {"Cluster": set(), "Barrier": {"Cluster"}, "Manifest": {"Barrier", "Cluster"}}


def test_resources_that_wait_for_each_other_are_refused() -> None:
    resources: dict[str, dict[str, Any]] = {
        "A": {"Type": "T", "DependsOn": "B"},
        "B": {"Type": "T", "Properties": {"X": {"Fn::GetAtt": ["A", "Arn"]}}},
    }
    with pytest.raises(Unsupported, match="circular dependency between resources: A, B"):
        dependencies(resources)


@settings(max_examples=30, deadline=None)
@given(graphs())
def test_each_is_done_once_and_after_all_that_it_waits_for(graph: Graph) -> None:
    lock, done = threading.Lock(), list[str]()

    def act(name: str) -> bool:
        with lock:
            assert set(graph[name]) <= set(done)
            done.append(name)
        return True

    assert walk(graph, act, stop_at_failure=True) == set()
    assert sorted(done) == sorted(graph)


@settings(max_examples=30, deadline=None)
@given(graphs(), st.data())
def test_what_waits_for_a_failure_is_left_alone(graph: Graph, data: st.DataObject) -> None:
    bad = data.draw(st.sampled_from(sorted(graph)))
    lock, done = threading.Lock(), set[str]()

    def act(name: str) -> bool:
        with lock:
            done.add(name)
        return name != bad

    assert walk(graph, act, stop_at_failure=False) == {bad}
    waiting = {bad}
    for layer in in_layers(graph):
        waiting |= {name for name in layer if waiting & set(graph[name])}
    assert done == set(graph) - waiting | {bad}


def test_after_a_failure_nothing_new_is_begun() -> None:
    done = list[str]()

    def act(name: str) -> bool:
        done.append(name)
        return name != "A"

    assert walk({"A": [], "B": ["A"], "C": ["B"]}, act, stop_at_failure=True) == {"A"}
    assert done == ["A"]


def test_what_nothing_orders_is_done_side_by_side() -> None:
    both = threading.Barrier(2, timeout=10)
    assert walk({"A": [], "B": []}, lambda name: both.wait() >= 0, stop_at_failure=True) == set()


@given(graphs())
def test_deletion_goes_the_other_way(graph: Graph) -> None:
    order = [sorted(layer) for layer in in_layers(reverse(graph))]
    for layer, later in pairwise(order):
        assert not {name for name in layer if set(graph[name]) & set(layer)}
        assert later


def test_what_is_left_out_hands_on_what_it_waits_for() -> None:
    assert among({"A": ["B"], "B": ["C"], "C": []}, ["A", "C"]) == {"A": {"C"}, "C": set()}
