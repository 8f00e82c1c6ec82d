"""A stack created, updated and deleted, with the rollback of what fails.

Facts: AWS CloudFormation User Guide, "Stack update behaviors", "Stack failure options", "Understand update behaviors of stack
resources": what was replaced or taken out of the template is deleted at the end, once all else has succeeded; a failure there
leaves it behind and the update complete. A rollback sends the earlier properties again to what was updated or failed at it.
One thing differs: on a failure, what is being made at that moment is waited for, where CloudFormation may cancel it.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from tests.deploy.stacks.order import Graph, among, reverse, walk
from tests.deploy.stacks.state import Event, Made, Resource, StackState


@dataclass(frozen=True, slots=True)
class Wanted:
    """A resource as a template wants it."""

    logical_id: str
    type: str
    resolve: Callable[[Mapping[str, Resource]], Mapping[str, Any]]
    """Its properties, from the resources that are there by then."""
    needs: frozenset[str] = frozenset()
    keep: bool = False
    keep_replaced: bool = False


class Failed(Exception):
    """A provider's refusal. What it made all the same, if anything, is deleted in the rollback."""

    def __init__(self, reason: str, physical_id: str | None = None) -> None:
        super().__init__(reason)
        self.physical_id = physical_id


class Provider(Protocol):
    """Makes, changes and deletes the resources of a type. Each raises `Failed` when it cannot."""

    takes_back: bool
    """Whether a rollback sends it the earlier properties, as to custom resources. Otherwise what was replaced is in use again."""

    def create(self, stack: StackState, logical_id: str, type: str, properties: Mapping[str, Any]) -> Made:
        """Makes one."""

    def update(self, stack: StackState, old: Resource, properties: Mapping[str, Any]) -> Made:
        """Changes one, or makes another in its place: then the physical id is another."""

    def delete(self, stack: StackState, resource: Resource) -> None:
        """Takes one away."""


@dataclass
class Change:
    """One deployment of one stack."""

    state: StackState
    provider: Callable[[str], Provider]
    """The provider of a type."""
    tell: Callable[[Event], None]
    finish: Callable[[StackState], None] = lambda state: None
    """Works out outputs and exports once all resources are there; raises `Failed` where that cannot be."""
    _left: list[Resource] = field(default_factory=list)
    """To be deleted at the end: what was replaced, and what took its place and was rolled back."""
    _tried: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    """The properties that were sent to those that were to be updated."""
    _undeleted: list[str] = field(default_factory=list)
    """Those that could not be deleted."""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def create(self, wanted: Mapping[str, Wanted]) -> bool:
        """Creates all, or, with False, nothing: what was made is deleted again."""
        self._status("CREATE_IN_PROGRESS")
        if not walk(_graph(wanted), lambda name: self._create(wanted[name]), stop_at_failure=True) and self._finished(
            "CREATE_FAILED"
        ):
            self._status("CREATE_COMPLETE")
            return True
        self._status("ROLLBACK_IN_PROGRESS")
        self._status("ROLLBACK_FAILED" if self._delete_all() else "ROLLBACK_COMPLETE")
        return False

    def update(self, wanted: Mapping[str, Wanted]) -> bool:
        """Makes the stack what is wanted, or, with False, what it was."""
        before = dict(self.state.resources)
        self._status("UPDATE_IN_PROGRESS")
        failed = walk(_graph(wanted), lambda name: self._create_or_update(wanted[name]), stop_at_failure=True)
        if failed or not self._finished("UPDATE_FAILED"):
            return self._roll_back(before)
        self._status("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS")
        self._clean_up([resource for name, resource in before.items() if name not in wanted])
        self._status("UPDATE_COMPLETE")
        return True

    def delete(self) -> bool:
        """Deletes all that can be deleted; says whether that is everything."""
        self._status("DELETE_IN_PROGRESS")
        failed = self._delete_all()
        if failed:
            names = ", ".join(sorted(self._undeleted))
            self._status("DELETE_FAILED", f"The following resource(s) failed to delete: [{names}].")
        else:
            self._status("DELETE_COMPLETE")
        return not failed

    def _finished(self, otherwise: str) -> bool:
        try:
            self.finish(self.state)
        except Failed as failure:
            self._event(self.state.name, "AWS::CloudFormation::Stack", otherwise, self.state.id, str(failure))
            return False
        return True

    def _create_or_update(self, wanted: Wanted) -> bool:
        old = self.state.resources.get(wanted.logical_id)
        return self._create(wanted) if old is None else self._update(wanted, old)

    def _create(self, wanted: Wanted) -> bool:
        name, kind = wanted.logical_id, wanted.type
        self._event(name, kind, "CREATE_IN_PROGRESS")
        properties: Mapping[str, Any] = {}
        try:
            properties = wanted.resolve(self.state.resources)
            made = self.provider(kind).create(self.state, name, kind, properties)
        except Failed as failure:
            if failure.physical_id is not None:
                self._keep(wanted, properties, Made(failure.physical_id))
            self._event(name, kind, "CREATE_FAILED", reason=str(failure))
            return False
        self._keep(wanted, properties, made)
        self._event(name, kind, "CREATE_COMPLETE", made.physical_id)
        return True

    def _update(self, wanted: Wanted, old: Resource) -> bool:
        name, kind = wanted.logical_id, wanted.type
        try:
            if kind != old.type:
                raise Failed(f"Update of resource type is not permitted: it was {old.type}, and is {kind}")
            properties = wanted.resolve(self.state.resources)
            if same(properties, old.properties):
                self._keep(wanted, properties, old.made)
                return True
            self._event(name, kind, "UPDATE_IN_PROGRESS", old.made.physical_id)
            self._tried[name] = properties
            made = self.provider(kind).update(self.state, old, properties)
        except Failed as failure:
            self._event(name, kind, "UPDATE_FAILED", old.made.physical_id, str(failure))
            return False
        if made.physical_id != old.made.physical_id:
            self._leave(old)
        self._keep(wanted, properties, made)
        self._event(name, kind, "UPDATE_COMPLETE", made.physical_id)
        return True

    def _roll_back(self, before: Mapping[str, Resource]) -> bool:
        self._status("UPDATE_ROLLBACK_IN_PROGRESS")
        new = [resource for name, resource in self.state.resources.items() if name not in before]
        for name in before.keys() - self._tried:
            self.state.resources[name] = before[name]
        graph = among({name: resource.needs for name, resource in before.items()}, self._tried.keys())
        if walk(graph, lambda name: self._back(before[name]), stop_at_failure=False):
            self._status("UPDATE_ROLLBACK_FAILED")
            return False
        self._status("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS")
        self._clean_up(new)
        self._status("UPDATE_ROLLBACK_COMPLETE")
        return False

    def _back(self, before: Resource) -> bool:
        """Makes a resource what it was before the update."""
        name, kind, now = before.logical_id, before.type, self.state.resources[before.logical_id]
        self._event(name, kind, "UPDATE_IN_PROGRESS", now.made.physical_id)
        made = before.made
        try:
            provider = self.provider(kind)
            if provider.takes_back or (now.made.physical_id == before.made.physical_id and now is not before):
                made = provider.update(self.state, replace(now, properties=self._tried[name]), before.properties)
        except Failed as failure:
            self._event(name, kind, "UPDATE_FAILED", now.made.physical_id, str(failure))
            return False
        if made.physical_id != now.made.physical_id:
            self._leave(now)
            self._left = [one for one in self._left if (one.logical_id, one.made.physical_id) != (name, made.physical_id)]
        self.state.resources[name] = replace(before, made=made)
        self._event(name, kind, "UPDATE_COMPLETE", made.physical_id)
        return True

    def _clean_up(self, gone: Sequence[Resource]) -> None:
        """Deletes what is no longer in the stack, and what others took the place of; whatever fails is left behind."""
        everything = [*gone, *self._left]
        by_key = {f"{number}": resource for number, resource in enumerate(everything)}
        needs = {resource.logical_id: resource.needs for resource in [*self.state.resources.values(), *everything]}
        graph = {
            key: [other for other, later in by_key.items() if one.logical_id in _all_needs(later.needs, needs)]
            for key, one in by_key.items()
        }
        replaced = {id(resource) for resource in self._left}
        walk(
            graph,
            lambda key: self._delete(
                by_key[key], keep=by_key[key].keep_replaced if id(by_key[key]) in replaced else by_key[key].keep
            ),
            stop_at_failure=False,
        )
        for resource in gone:
            self.state.resources.pop(resource.logical_id, None)

    def _delete_all(self) -> bool:
        """Deletes every resource, those that wait for others first; says whether something is left."""
        resources = dict(self.state.resources)
        graph = reverse(among({name: resource.needs for name, resource in resources.items()}, resources.keys()))

        def act(name: str) -> bool:
            if self._delete(resources[name], keep=resources[name].keep):
                with self._lock:
                    del self.state.resources[name]
                return True
            return False

        return bool(walk(graph, act, stop_at_failure=False))

    def _delete(self, resource: Resource, *, keep: bool) -> bool:
        name, kind, physical_id = resource.logical_id, resource.type, resource.made.physical_id
        if keep:
            self._event(name, kind, "DELETE_SKIPPED", physical_id)
            return True
        self._event(name, kind, "DELETE_IN_PROGRESS", physical_id)
        try:
            self.provider(kind).delete(self.state, resource)
        except Failed as failure:
            self._event(name, kind, "DELETE_FAILED", physical_id, str(failure))
            with self._lock:
                self._undeleted.append(name)
            return False
        self._event(name, kind, "DELETE_COMPLETE", physical_id)
        return True

    def _keep(self, wanted: Wanted, properties: Mapping[str, Any], made: Made) -> None:
        resource = Resource(wanted.logical_id, wanted.type, properties, made, wanted.needs, wanted.keep, wanted.keep_replaced)
        with self._lock:
            self.state.resources[wanted.logical_id] = resource

    def _leave(self, resource: Resource) -> None:
        with self._lock:
            self._left.append(resource)

    def _status(self, status: str, reason: str = "") -> None:
        self.state.status = status
        self._event(self.state.name, "AWS::CloudFormation::Stack", status, self.state.id, reason)

    def _event(self, name: str, type: str, status: str, physical_id: str = "", reason: str = "") -> None:
        self.tell(Event(self.state.name, name, type, status, reason, physical_id))


def same(one: Any, other: Any) -> bool:
    """Whether two values of templates are the same; Python holds 1 and True for equal, which templates do not."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def _graph(wanted: Mapping[str, Wanted]) -> Graph:
    return {name: one.needs for name, one in wanted.items()}


def _all_needs(names: Collection[str], needs: Mapping[str, Collection[str]]) -> set[str]:
    """What these names need, through others too, and themselves."""
    found, left = set[str](), set(names)
    while left:
        found |= left
        left = {other for name in left for other in needs.get(name, ())} - found
    return found
