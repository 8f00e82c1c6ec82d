"""Tags that `Tags.of(…)` puts on a load balancer, or on any scope above it.

The CDK tells them to a construct by Aspects, which come after the Ingresses are written. So they are looked up: the same Aspects,
from the outermost scope inwards, with the same rules for priorities and types of resources.

Facts: aws-cdk-lib, `Tags`, `TagManager`, and how Aspects are invoked (not beyond a Stage).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from aws_cdk import Aspects, RemoveTag, Stage, Tag
from constructs import Construct, IConstruct

from eks_ingress.refusal import Problem, Refusals
from eks_ingress.routing.network import require_tags
from eks_ingress.source import Source

LOAD_BALANCER = "AWS::ElasticLoadBalancingV2::LoadBalancer"
"""The type by which tags are told to leave out load balancers, or all else."""

_OF_TAG, _OF_REMOVAL = 100, 200
"""The priorities that the CDK gives them where they say none."""


class _Change(NamedTuple):
    """A tag that is put on, or, without value, taken off."""

    key: str
    value: str | None
    priority: float


class ScopeTags:
    """Looks tags up, each scope once."""

    def __init__(self) -> None:
        self._changes: dict[int, tuple[IConstruct, list[_Change]]] = {}
        self._chains: dict[int, list[IConstruct]] = {}

    def of(self, construct: Construct, *, below: Construct | None = None) -> dict[str, str]:
        """The tags of a load balancer that `construct` makes; `below` is the scope that it stands in, where that is known."""
        scopes = self._chain(construct) if below is None else [*self._chain(below), construct]
        tags: dict[str, str] = {}
        priorities: dict[str, float] = {}
        for key, value, priority in (change for scope in scopes for change in self._of_scope(scope)):
            if priority < priorities.get(key, 0):
                continue
            priorities[key] = priority
            if value is None:
                tags.pop(key, None)
            else:
                tags[key] = value
        return dict(sorted(tags.items()))

    def _chain(self, scope: Construct) -> list[IConstruct]:
        """The scopes whose Aspects reach a construct: those up to the nearest Stage."""
        if id(scope) not in self._chains:
            found: list[IConstruct] = []
            for outer in scope.node.scopes:
                found = [outer] if isinstance(outer, Stage) else [*found, outer]
            self._chains[id(scope)] = found
        return self._chains[id(scope)]

    def _of_scope(self, scope: IConstruct) -> list[_Change]:
        """What the Aspects of one scope do to load balancers."""
        if id(scope) not in self._changes:
            found = [_change(aspect) for aspect in Aspects.of(scope).all if isinstance(aspect, Tag | RemoveTag)]
            self._changes[id(scope)] = (scope, [change for change in found if change is not None])
        return self._changes[id(scope)][1]


def _change(aspect: Tag | RemoveTag) -> _Change | None:
    """What an Aspect does to load balancers, None for nothing."""
    said: Any = aspect._props
    include, exclude = said.include_resource_types or (), said.exclude_resource_types or ()
    if LOAD_BALANCER in exclude or (include and LOAD_BALANCER not in include):
        return None
    usual = _OF_TAG if isinstance(aspect, Tag) else _OF_REMOVAL
    value = aspect.value if isinstance(aspect, Tag) else None
    return _Change(aspect.key, value, usual if said.priority is None else said.priority)


class ScopedTags:
    """The tags of one load balancer: those that are said of it, over those that were looked up."""

    def __init__(self, said: Mapping[str, str], source: Source) -> None:
        """Has only what is `said`, until others are taken on."""
        self._said = said
        self._source = source
        self._taken: Mapping[str, str] = {}
        self.problems: list[Problem] = []
        """What is wrong with those that were looked up."""

    def take(self, found: Mapping[str, str]) -> bool:
        """Takes on what was looked up; tells whether that changes anything."""
        if found == self._taken:
            return False
        refusals = Refusals(self._source)
        require_tags(refusals, "tags of `Tags.of(…)`", {key: value for key, value in found.items() if key not in self._said})
        self.problems = [problem._replace(remedy=f"{problem.remedy} {_LEAVE_OUT}") for problem in refusals.problems]
        self._taken = found
        return True

    @property
    def all(self) -> dict[str, str]:
        """All tags, as far as a load balancer can have them."""
        return {**({} if self.problems else self._taken), **self._said}


_LEAVE_OUT = f"Or leave load balancers out of it: `exclude_resource_types=[{LOAD_BALANCER!r}]`."
