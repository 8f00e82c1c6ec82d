"""What there is of a stack: the resources with what they were made of, and the events that led there."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Made:
    """A resource as its provider answered it."""

    physical_id: str
    attributes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource that exists."""

    logical_id: str
    type: str
    properties: Mapping[str, Any]
    """As they were sent to its provider."""
    made: Made
    needs: frozenset[str]
    keep: bool = False
    """It stays when it is taken out of the stack (`DeletionPolicy: Retain`)."""
    keep_replaced: bool = False
    """It stays when another takes its place (`UpdateReplacePolicy: Retain`)."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a resource, or, by the stack's own name, to the stack."""

    stack: str
    logical_id: str
    type: str
    status: str
    reason: str = ""
    physical_id: str = ""
    at: float = field(default_factory=time.time)

    def __str__(self) -> str:
        reason = f"  {self.reason}" if self.reason else ""
        at = time.strftime("%H:%M:%S", time.gmtime(self.at))
        return f"{at} {self.stack:12} {self.status:28} {self.logical_id} ({self.type}){reason}"


@dataclass
class StackState:
    """A stack that was deployed once, with what is there of it now."""

    name: str
    id: str
    status: str
    template: Mapping[str, Any] = field(default_factory=dict)
    """The one that was deployed last with success."""
    resources: dict[str, Resource] = field(default_factory=dict)
    outputs: dict[str, str] = field(default_factory=dict)
    exports: dict[str, str] = field(default_factory=dict)
    imports: frozenset[str] = frozenset()
    """Names of the exports of other stacks that it uses."""


class StackFailed(Exception):
    """A stack did not become what was wanted."""

    def __init__(self, stack: str, status: str, events: list[Event]) -> None:
        self.stack, self.status = stack, status
        self.events = events
        """Those of this deployment that failed, as they happened."""
        super().__init__(f"{stack}: {status}\n" + "\n".join(f"  {event.logical_id}: {event.reason}" for event in events))

    @property
    def reasons(self) -> dict[str, str]:
        """Why, by logical id, in the order in which they failed; the first reason of each."""
        first: dict[str, str] = {}
        for event in self.events:
            first.setdefault(event.logical_id, event.reason)
        return first
