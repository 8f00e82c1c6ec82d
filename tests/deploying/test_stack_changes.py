"""Stacks created, updated, deleted, and rolled back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.deploy.stacks.change import Change, Failed, Wanted
from tests.deploy.stacks.state import Event, Made, Resource, StackState


@dataclass
class World:
    """A provider of all types, which notes what it is asked, and fails where it is told to."""

    takes_back: bool = True
    fails: set[str] = field(default_factory=set)
    """As "Create A"."""
    replaces: bool = False
    calls: list[str] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    made: int = 0
    stack: StackState = field(default_factory=lambda: StackState("Shop", "arn:shop", "REVIEW_IN_PROGRESS"))

    def create(self, stack: StackState, logical_id: str, type: str, properties: Mapping[str, Any]) -> Made:
        self._call("Create", logical_id, properties)
        return self._new(logical_id)

    def update(self, stack: StackState, old: Resource, properties: Mapping[str, Any]) -> Made:
        self._call("Update", old.logical_id, {**old.properties, "to": properties["size"]})
        return self._new(old.logical_id) if self.replaces else old.made

    def delete(self, stack: StackState, resource: Resource) -> None:
        self._call("Delete", resource.made.physical_id, {})

    def change(self) -> Change:
        return Change(self.stack, lambda kind: self, self.events.append)

    def deploy(self, **resources: Wanted) -> bool:
        """Creates the stack, or updates one that is there."""
        self.calls.clear()
        return self.change().update(resources) if self.stack.resources else self.change().create(resources)

    def statuses(self) -> list[str]:
        return [event.status for event in self.events if event.logical_id == "Shop"]

    def _new(self, name: str) -> Made:
        self.made += 1
        return Made(f"{name}-{self.made}", {"Arn": f"arn:{name}-{self.made}"})

    def _call(self, request: str, name: str, properties: Mapping[str, Any]) -> None:
        told = "->".join(str(properties[key]) for key in ("size", "to") if key in properties)
        self.calls.append(f"{request} {name} {told}".strip())
        if f"{request} {name}" in self.fails:
            raise Failed("no", f"half-of-{name}" if request == "Create" else None)


def resource(name: str, size: Any = 1, *needs: str, keep: bool = False, keep_replaced: bool = False) -> Wanted:
    return Wanted(name, "Custom::T", lambda resources: {"size": size}, frozenset(needs), keep, keep_replaced)


def referring(name: str, other: str) -> Wanted:
    """One whose property is an attribute of another."""
    return Wanted(name, "Custom::T", lambda resources: {"size": resources[other].made.attributes["Arn"]}, frozenset({other}))


def test_a_stack_is_created_in_order_and_deleted_in_reverse() -> None:
    world = World()
    assert world.deploy(C=resource("C", 1, "B"), A=resource("A"), B=resource("B", 1, "A"))
    assert world.calls == ["Create A 1", "Create B 1", "Create C 1"]
    world.calls.clear()
    assert world.change().delete()
    assert world.calls == ["Delete C-3", "Delete B-2", "Delete A-1"]
    assert world.statuses() == ["CREATE_IN_PROGRESS", "CREATE_COMPLETE", "DELETE_IN_PROGRESS", "DELETE_COMPLETE"]


def test_what_fails_at_creation_is_deleted_too_with_all_before_it() -> None:
    world = World(fails={"Create B"})
    assert not world.deploy(A=resource("A"), B=resource("B", 1, "A"), C=resource("C", 1, "B"))
    assert world.calls == ["Create A 1", "Create B 1", "Delete half-of-B", "Delete A-1"]
    assert world.statuses() == ["CREATE_IN_PROGRESS", "ROLLBACK_IN_PROGRESS", "ROLLBACK_COMPLETE"]
    assert not world.stack.resources


def test_only_what_changed_is_updated() -> None:
    world = World()
    world.deploy(A=resource("A"), B=resource("B", 1, "A"))
    assert world.deploy(A=resource("A"), B=resource("B", 2, "A"))
    assert world.calls == ["Update B 1->2"]


def test_a_replacement_changes_what_refers_to_it_and_is_cleaned_up_at_the_end() -> None:
    world = World(replaces=True)
    world.deploy(A=resource("A"), B=referring("B", "A"))
    assert world.deploy(A=resource("A", 2), B=referring("B", "A"))
    assert world.calls == ["Update A 1->2", "Update B arn:A-1->arn:A-3", "Delete B-2", "Delete A-1"]
    assert world.stack.resources["A"].made.physical_id == "A-3"


def test_what_is_taken_out_goes_last_and_in_reverse() -> None:
    world = World()
    world.deploy(A=resource("A"), B=resource("B", 1, "A"), C=resource("C", 1, "B"))
    assert world.deploy(C=resource("C", 2), D=resource("D"))
    assert world.calls[-2:] == ["Delete B-2", "Delete A-1"]
    assert sorted(world.calls[:-2]) == ["Create D 1", "Update C 1->2"]
    assert world.statuses()[-3:] == ["UPDATE_IN_PROGRESS", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "UPDATE_COMPLETE"]


def test_a_failed_update_sends_the_earlier_properties_to_what_was_updated_and_to_what_failed() -> None:
    world = World()
    world.deploy(A=resource("A"), B=resource("B", 1, "A"), C=resource("C", 1, "B"))
    world.fails = {"Create D"}
    assert not world.deploy(A=resource("A", 2), B=resource("B", 1, "A"), C=resource("C", 1, "B"), D=resource("D", 1, "A"))
    assert world.calls == ["Update A 1->2", "Create D 1", "Update A 2->1", "Delete half-of-D"]
    assert {name: dict(one.properties) for name, one in world.stack.resources.items()} == {name: {"size": 1} for name in "ABC"}
    assert world.statuses()[-3:] == [
        "UPDATE_ROLLBACK_IN_PROGRESS",
        "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
        "UPDATE_ROLLBACK_COMPLETE",
    ]


def test_what_failed_to_update_is_told_what_it_was_asked() -> None:
    world = World()
    world.deploy(A=resource("A"))
    world.fails = {"Update A"}
    assert not world.deploy(A=resource("A", 2))
    assert world.calls == ["Update A 1->2", "Update A 2->1"]
    assert world.stack.status == "UPDATE_ROLLBACK_FAILED"


def test_a_native_resource_that_was_replaced_is_in_use_again_after_a_rollback() -> None:
    world = World(takes_back=False, replaces=True)
    world.deploy(A=resource("A"))
    world.fails = {"Create B"}
    assert not world.deploy(A=resource("A", 2), B=resource("B", 1, "A"))
    assert world.calls == ["Update A 1->2", "Create B 1", "Delete half-of-B", "Delete A-2"]
    assert world.stack.resources["A"].made.physical_id == "A-1"


def test_a_cleanup_that_fails_leaves_the_update_complete() -> None:
    world = World()
    world.deploy(A=resource("A"), B=resource("B"))
    world.fails = {"Delete A-1", "Delete A-2"}
    assert world.deploy(B=resource("B"))
    assert world.stack.status == "UPDATE_COMPLETE"
    assert list(world.stack.resources) == ["B"]
    assert "DELETE_FAILED" in {event.status for event in world.events}


def test_what_cannot_be_deleted_keeps_what_it_needs() -> None:
    world = World()
    world.deploy(A=resource("A"), B=resource("B", 1, "A"), C=resource("C", 1, "B"))
    world.fails, world.calls = {"Delete B-2"}, []
    assert not world.change().delete()
    assert world.calls == ["Delete C-3", "Delete B-2"]
    assert world.stack.status == "DELETE_FAILED"
    world.fails, world.calls = set(), []
    assert world.change().delete()
    assert world.calls == ["Delete B-2", "Delete A-1"]


def test_what_is_to_stay_stays() -> None:
    world = World(replaces=True)
    world.deploy(A=resource("A", keep=True), B=resource("B", 1, "A", keep_replaced=True), C=resource("C"))
    assert world.deploy(B=resource("B", 2, keep_replaced=True))
    assert [call.rstrip("0123456789") for call in world.calls] == ["Update B 1->", "Delete C-"]
    assert [event.logical_id for event in world.events if event.status == "DELETE_SKIPPED"] == ["B", "A"]


def test_another_type_under_the_same_name_is_refused() -> None:
    world = World()
    world.deploy(A=resource("A"))
    other = Wanted("A", "Custom::Other", lambda resources: {"size": 2})
    assert not world.deploy(A=other)
    assert world.calls == []
    assert "Update of resource type is not permitted" in next(
        event.reason for event in world.events if event.status == "UPDATE_FAILED"
    )


def test_outputs_that_cannot_be_worked_out_roll_the_stack_back() -> None:
    world = World()

    def refuse(state: StackState) -> None:
        raise Failed("Export Vpc cannot be updated as it is in use by Shop")

    change = world.change()
    change.finish = refuse
    assert not change.create({"A": resource("A")})
    assert world.calls == ["Create A 1", "Delete A-1"]
