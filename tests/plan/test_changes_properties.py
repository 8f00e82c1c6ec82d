"""What holds for the changes between any two plans."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from eks_ingress.plan.changed_rules import pairs
from eks_ingress.plan.changed_settings import Setting
from eks_ingress.plan.changes import Change, Changes, How, changes
from eks_ingress.report.plan_json import document
from tests.conformance.cases import load
from tests.conformance.planned import planned
from tests.plan.objects import ingress, path, plan, rule

BACK = {How.ADDED: How.REMOVED, How.REMOVED: How.ADDED}


def mirrored(found: Changes) -> list[Any]:
    """What the changes must be the other way, without their order."""
    told = [
        (x.type, x.name, BACK.get(x.how, x.how), x.after, x.before, x.others, as_set([turned(one) for one in x.changes]))
        for x in found.load_balancers
    ]
    return [as_set(told), as_set([turned(x) for x in found.bindings])]


def plain(found: Changes) -> list[Any]:
    """The changes, without their order."""
    told = [
        (x.type, x.name, x.how, x.before, x.after, x.others, as_set([straight(one) for one in x.changes]))
        for x in found.load_balancers
    ]
    return [as_set(told), as_set([straight(x) for x in found.bindings])]


def as_set(told: list[Any]) -> list[str]:
    return sorted(map(repr, told))


def turned(change: Change) -> Any:
    return straight(
        Change(
            change.kind,
            change.id,
            BACK.get(change.how, change.how),
            change.after,
            change.before,
            tuple(Setting(x.name, x.after, x.before, x.effect) for x in change.settings),
            change.other,
        )
    )


def straight(change: Change) -> Any:
    # Of a rule in both, the id is that in the later one; what becomes of a setting need not be the same on the way back.
    there = change.id if None in (change.before, change.after) or change.kind.value != "rule" else ""
    values = as_set([(x.name, x.before, x.after) for x in change.settings])
    return change.kind, there, change.how, change.before, change.after, values, change.other


@cache
def documents() -> list[dict[str, Any]]:
    """The plans of all cases that the controller was asked."""
    made = (planned({"objects": x.objects, "controller": x.controller, "facts": x.facts}) for x in load())
    return [json.loads(json.dumps(document(x, ()))) for x in made]


def test_a_plan_against_itself_is_no_change() -> None:
    assert len(documents()) > 400
    for found in documents():
        assert changes(found, json.loads(json.dumps(found))) == Changes()


def test_there_and_back_are_mirror_images_in_every_case() -> None:
    for before, after in zip(documents(), documents()[1:], strict=False):
        assert plain(changes(after, before)) == mirrored(changes(before, after))


PATHS = st.lists(st.tuples(st.sampled_from("abcdefg"), st.sampled_from(["web:80", "api:80", "new:8080"])), min_size=1, max_size=8)
SAID = st.fixed_dictionaries(
    {},
    optional={
        "group.name": st.sampled_from(["public", "other"]),
        "scheme": st.sampled_from(["internal", "internet-facing"]),
        "target-type": st.sampled_from(["ip", "instance"]),
        "tags": st.sampled_from(["team=a", "team=b,stage=prod"]),
        "backend-protocol-version": st.sampled_from(["HTTP1", "GRPC"]),
        "healthcheck-path": st.sampled_from(["/a", "/b"]),
        "subnets": st.just("subnet-a,subnet-b"),
        "load-balancer-attributes": st.sampled_from(["idle_timeout.timeout_seconds=30", "idle_timeout.timeout_seconds=40"]),
    },
)


@st.composite
def plans(draw: st.DrawFn) -> dict[str, Any]:
    """The plan of up to two Ingresses, as it is kept in a file."""
    made = []
    for name in draw(st.sets(st.sampled_from(["web", "api"]))):
        paths = [path(f"/{at}", "Exact", to) for at, to in draw(PATHS)]
        made.append(ingress(rule(*paths, host="shop.example.com"), name=name, said=draw(SAID)))
    found: dict[str, Any] = json.loads(json.dumps(document(plan(made), ())))
    return found


@settings(max_examples=100, deadline=None)
@given(plans(), plans())
def test_there_and_back_are_mirror_images(before: dict[str, Any], after: dict[str, Any]) -> None:
    assert plain(changes(after, before)) == mirrored(changes(before, after))


RULES = st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from("xyz")), max_size=9)


def specs(rules: list[tuple[str, str]]) -> list[dict[str, Any]]:
    return [{"conditions": [condition], "actions": [action]} for condition, action in rules]


@given(RULES, RULES)
def test_what_did_not_move_is_in_the_same_order_and_nothing_more_could_stay(
    before: list[tuple[str, str]], after: list[tuple[str, str]]
) -> None:
    found = pairs(specs(before), specs(after))
    assert sorted(x.before for x in found if x.before is not None) == [*range(len(before))]
    assert sorted(x.after for x in found if x.after is not None) == [*range(len(after))]
    both = [x for x in found if x.before is not None and x.after is not None]
    stayed = sorted((x.before, x.after) for x in both if not x.moved)
    assert stayed == sorted(stayed, key=lambda pair: pair[1])  # type: ignore[arg-type, return-value]
    assert len(stayed) == longest(sorted((x.before, x.after) for x in both))


def longest(points: list[Any]) -> int:
    """How many places are at most in the same order in both."""
    best: list[int] = []
    for at, (_, place) in enumerate(points):
        best.append(1 + max((best[other] for other in range(at) if points[other][1] < place), default=0))
    return max(best, default=0)


@given(RULES, RULES)
def test_rules_move_back_as_they_moved(before: list[tuple[str, str]], after: list[tuple[str, str]]) -> None:
    there = {(x.before, x.after, x.moved) for x in pairs(specs(before), specs(after))}
    back = {(x.after, x.before, x.moved) for x in pairs(specs(after), specs(before))}
    assert there == back
