"""What changed between two plans: what is added, removed, replaced, moved and otherwise set, load balancer by load balancer.

Both are as `eks-ingress plan --format json` writes them, so that an earlier one can be kept as a file.

Facts: controller source, how it finds what it made (`pkg/deploy`): load balancers, target groups, security groups and certificates
by the name that they have within their group or Service, listeners by port, rules by what they match and do.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any, Literal

from eks_ingress.plan.changed_rules import pairs
from eks_ingress.plan.changed_settings import Effect, Kind, Setting, changed
from eks_ingress.plan.stack_parts import (
    BINDING,
    CERTIFICATE,
    LISTENER,
    LOAD_BALANCER,
    RULE,
    SECURITY_GROUP,
    SHIELD,
    TARGET_GROUP,
    WAF_CLASSIC,
    WEB_ACL,
)

BalancerType = Literal["application", "network"]


class How(Enum):
    """What became of something."""

    ADDED = "added"
    REMOVED = "removed"
    REPLACED = "replaced"
    """The controller deletes it and makes another: a load balancer gets a new DNS name, a target group its targets anew."""
    MOVED = "moved"
    """A rule that has another place among the others; it may be set otherwise too."""
    CHANGED = "changed"
    PERHAPS = "perhaps changed"
    """Only what a placeholder stands for may differ."""
    HELD = "held"
    """A load balancer that is not planned, since the controller refuses it: what is there stays as it is."""


@dataclass(frozen=True, slots=True)
class Change:
    """Something of a load balancer that is not as it was."""

    kind: Kind
    id: str
    """Its name within the load balancer, in the later plan if it is there: a rule is `PORT:PRIORITY`."""
    how: How
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    """What is set, in the controller's format; None where it is not there."""
    settings: tuple[Setting, ...] = ()
    """Those that are not the same, where it is in both plans."""
    other: str = ""
    """Of a target group, the load balancer that it came from (added) or goes to (removed)."""


@dataclass(frozen=True, slots=True)
class BalancerChanges:
    """A load balancer that is not as it was."""

    type: BalancerType
    name: str
    """Its group, or its Service."""
    how: How
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    """Its stack in the controller's format; None where it is not there."""
    changes: tuple[Change, ...] = ()
    """Its settings (a load balancer) first, then what it has, where it is in both plans."""
    others: tuple[str, ...] = ()
    """The load balancers that its target groups came from (added) or go to (removed)."""


@dataclass(frozen=True, slots=True)
class Changes:
    """All that changed between two plans of a cluster."""

    load_balancers: tuple[BalancerChanges, ...] = ()
    """By name, application load balancers first."""
    bindings: tuple[Change, ...] = ()
    """Target group bindings that somebody wrote."""

    def __iter__(self) -> Iterator[tuple[Kind, How]]:
        """What each change is about, and what became of it; what only a placeholder hides is left out."""
        for balancer in self.load_balancers:
            if balancer.how in (How.ADDED, How.REMOVED, How.REPLACED, How.HELD):
                yield Kind.LOAD_BALANCER, balancer.how
            for change in balancer.changes:
                if change.how is not How.PERHAPS and (change.kind, change.how, change.id) != _REPLACED_ITSELF:
                    yield change.kind, change.how
        yield from ((change.kind, change.how) for change in self.bindings if change.how is not How.PERHAPS)

    @property
    def is_empty(self) -> bool:
        """Whether nothing changed, but perhaps what only the cluster knows."""
        return not any(True for _ in self)

    @property
    def replaces(self) -> bool:
        """Whether something goes that serves traffic: a load balancer or a target group, with or without another for it."""
        return any(kind in _SERVING and how in (How.REMOVED, How.REPLACED) for kind, how in self)


_SERVING = (Kind.LOAD_BALANCER, Kind.TARGET_GROUP)
_ITSELF = "LoadBalancer"
"""The controller's name for the load balancer within its stack; a network load balancer in front has another."""
_REPLACED_ITSELF = (Kind.LOAD_BALANCER, How.REPLACED, _ITSELF)


def changes(
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    *,
    refused: Collection[str] = (),
    in_place_health_checks: bool = True,
) -> Changes:
    """What changed from one plan of a cluster to another.

    `refused` are the groups and Services that the controller refuses now, so that they are not in the later plan, and what it made
    of them stays. `in_place_health_checks` says whether its feature gate `NLBHealthCheckAdvancedConfig` is on, as it is by default.
    """
    was, becomes = _homes(before), _homes(after)
    found: list[BalancerChanges] = []
    types: dict[str, BalancerType] = {"load_balancers": "application", "network_load_balancers": "network"}
    for key, of_type in types.items():
        old, new = ({stack["id"]: stack for stack in document.get(key, ())} for document in (before, after))
        for name in sorted(old.keys() | new.keys()):
            change = _of_balancer(of_type, name, old.get(name), new.get(name), in_place_health_checks)
            if change.how is How.REMOVED and name in refused:
                change = replace(change, how=How.HELD)
            elif change.how in (How.ADDED, How.REMOVED):
                change = replace(change, others=_others(change, was if change.how is How.ADDED else becomes))
            else:
                change = replace(change, changes=tuple(_with_other(x, name, was, becomes) for x in change.changes))
            if change.how not in (How.CHANGED, How.PERHAPS) or change.changes:
                found.append(change)
    return Changes(tuple(found), tuple(_of_bindings(before, after)))


def _homes(document: Mapping[str, Any]) -> dict[str, str]:
    """The load balancer of each target group."""
    stacks = [*document.get("load_balancers", ()), *document.get("network_load_balancers", ())]
    return {group: stack["id"] for stack in stacks for group in stack["resources"].get(TARGET_GROUP, {})}


def _others(change: BalancerChanges, homes: Mapping[str, str]) -> tuple[str, ...]:
    stack = change.after or change.before
    assert stack is not None
    named = (homes.get(group, "") for group in stack["resources"].get(TARGET_GROUP, {}))
    return tuple(dict.fromkeys(name for name in named if name not in ("", change.name)))


def _with_other(change: Change, name: str, was: Mapping[str, str], becomes: Mapping[str, str]) -> Change:
    if change.kind is not Kind.TARGET_GROUP or change.how not in (How.ADDED, How.REMOVED):
        return change
    other = (was if change.how is How.ADDED else becomes).get(change.id, name)
    return change if other == name else replace(change, other=other)


def _of_balancer(
    of_type: BalancerType,
    name: str,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
    in_place_health_checks: bool,
) -> BalancerChanges:
    if before is None or after is None:
        return BalancerChanges(of_type, name, How.ADDED if before is None else How.REMOVED, before, after)
    found = list(_once(_of_resources(before["resources"], after["resources"], in_place_health_checks)))
    if any((x.kind, x.how, x.id) == _REPLACED_ITSELF for x in found):
        how = How.REPLACED
    else:
        how = How.PERHAPS if all(x.how is How.PERHAPS for x in found) else How.CHANGED
    return BalancerChanges(of_type, name, how, before, after, tuple(found))


def _of_resources(before: Mapping[str, Any], after: Mapping[str, Any], in_place_health_checks: bool) -> Iterator[Change]:
    for kind, resource in (
        (Kind.LOAD_BALANCER, LOAD_BALANCER),
        (Kind.SECURITY_GROUP, SECURITY_GROUP),
        (Kind.CERTIFICATE, CERTIFICATE),
        (Kind.LISTENER, LISTENER),
        (Kind.TARGET_GROUP, TARGET_GROUP),
    ):
        old, new = ({at: _spec(resources, resource, at) for at in resources.get(resource, {})} for resources in (before, after))
        for at in [*new, *(at for at in old if at not in new)]:
            yield from _of_one(kind, at, old.get(at), new.get(at), in_place_health_checks)
            if kind is Kind.LISTENER:
                yield from _of_rules(_rules(before, at), _rules(after, at))


def _spec(resources: Mapping[str, Any], resource: str, at: str) -> dict[str, Any]:
    """What is set of a resource; what stands in resources of its own in the format of the controller is a setting of it, too."""
    spec = dict(resources[resource][at]["spec"])
    if resource == LOAD_BALANCER and at == _ITSELF:
        for name, other, key in (
            ("webACL", WEB_ACL, "webACLARN"),
            ("wafClassic", WAF_CLASSIC, "webACLID"),
            ("shield", SHIELD, "enabled"),
        ):
            if at in resources.get(other, {}):
                spec[name] = resources[other][at]["spec"][key]
    elif resource == TARGET_GROUP:
        spec.pop("name", None)  # it changes with the others, and nobody chooses it
        binding = resources.get(BINDING, {}).get(at, {"spec": {"template": {"spec": {}}}})["spec"]["template"]["spec"]
        spec |= {name: binding[name] for name in ("networking", "nodeSelector", "multiClusterTargetGroup") if name in binding}
    return spec


def _of_one(
    kind: Kind, at: str, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None, in_place_health_checks: bool = True
) -> Iterator[Change]:
    if before is None or after is None:
        yield Change(kind, at, How.ADDED if before is None else How.REMOVED, before, after)
    elif settings := changed(kind, before, after, in_place_health_checks=in_place_health_checks):
        yield Change(kind, at, _how(settings), before, after, settings)


def _how(settings: Iterable[Setting]) -> How:
    effects = {setting.effect for setting in settings}
    if Effect.REPLACES in effects:
        return How.REPLACED
    return How.PERHAPS if effects == {Effect.UNKNOWN} else How.CHANGED


def _rules(resources: Mapping[str, Any], listener: str) -> list[tuple[str, Mapping[str, Any]]]:
    """Names and settings of the rules of a listener, in the order of evaluation."""
    found = [(at, rule["spec"]) for at, rule in resources.get(RULE, {}).items() if at.rpartition(":")[0] == listener]
    return sorted(found, key=lambda rule: int(rule[1]["priority"]))


def _of_rules(before: list[tuple[str, Mapping[str, Any]]], after: list[tuple[str, Mapping[str, Any]]]) -> Iterator[Change]:
    for old, new, moved in pairs([spec for _, spec in before], [spec for _, spec in after]):
        if old is None or new is None:
            at, spec = after[new] if new is not None else before[old or 0]
            yield from _of_one(Kind.RULE, at, spec if new is None else None, None if new is None else spec)
            continue
        (_, was), (at, becomes) = before[old], after[new]
        settings = changed(Kind.RULE, was, becomes)
        if moved or settings:
            yield Change(Kind.RULE, at, How.MOVED if moved else _how(settings), was, becomes, settings)


def _once(found: Iterator[Change]) -> Iterator[Change]:
    """A tag that changes on the load balancer changes on all that it has: that is told once."""
    told: set[tuple[Any, ...]] = set()
    for change in found:
        settings = change.settings
        if change.kind is Kind.LOAD_BALANCER and change.id == _ITSELF:
            told = {_as_key(x) for x in settings if x.name.startswith("tags/")}
        elif told and settings:
            settings = tuple(x for x in settings if _as_key(x) not in told)
            if not settings and change.how is not How.MOVED:
                continue
            change = replace(change, settings=settings, how=change.how if change.how is How.MOVED else _how(settings))  # noqa: PLW2901
        yield change


def _as_key(setting: Setting) -> tuple[str, str, str]:
    return setting.name, repr(setting.before), repr(setting.after)


def _of_bindings(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    old, new = ({x["id"]: x["spec"] for x in document.get("target_group_bindings", ())} for document in (before, after))
    for at in [*new, *(at for at in old if at not in new)]:
        yield from _of_one(Kind.BINDING, at, old.get(at), new.get(at))
