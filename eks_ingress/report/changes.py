"""What changed between two plans, for people and for programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from eks_ingress.plan.changed_settings import Effect, Kind, Setting
from eks_ingress.plan.changes import BalancerChanges, Change, Changes, How
from eks_ingress.plan.comparing import ABSENT
from eks_ingress.plan.stack_parts import LISTENER, RULE, TARGET_GROUP
from eks_ingress.plan.unstacked import actions_of, rule_of, services_of
from eks_ingress.report.changed_words import name_of, told
from eks_ingress.report.rule_words import HEAD, cells, then
from eks_ingress.report.table import table
from eks_ingress.report.visible import visible

SIGNS = {How.REPLACED: "!", How.REMOVED: "-", How.ADDED: "+", How.MOVED: ">", How.CHANGED: "~", How.HELD: "=", How.PERHAPS: "?"}
"""What a line begins with, from what matters most to what matters least."""
_FRONT = "FrontendNlb"


def changes_as_text(changes: Changes, width: int | None = None) -> str:
    """A paragraph for each load balancer, one for bindings, and a line that sums up."""
    paragraphs = ["\n".join(_balancer(balancer, width)) for balancer in changes.load_balancers]
    if changes.bindings:
        told_of = [line for change in changes.bindings for line in _change(change, {})]
        paragraphs.append("\n".join(["Target groups that others made", *told_of]))
    return "\n\n".join([*paragraphs, summary(changes)])


def summary(changes: Changes) -> str:
    """How many of each kind became what: `1 load balancer replaced; 2 rules added.`"""
    found = Counter(changes)
    words = {how: "as it is, since the controller refuses what is planned" if how is How.HELD else how.value for how in SIGNS}
    counts = {how: [_counted(found[kind, how], kind) for kind in Kind if found[kind, how]] for how in SIGNS}
    parts = [f"{', '.join(counted)} {words[how]}" for how, counted in counts.items() if counted]
    return "; ".join(parts) + "." if parts else "Nothing changed."


# A load balancer


def _balancer(found: BalancerChanges, width: int | None) -> Iterator[str]:
    kind = "Network load balancer" if found.type == "network" else "Load balancer"
    yield f"{SIGNS[found.how]} {kind} {visible(found.name)}{became(found)}"
    if found.before is None or found.after is None:
        return
    services = {**services_of(found.before), **services_of(found.after)}
    known = [change for change in found.changes if change.how is not How.PERHAPS]
    for change in known:
        if change.kind not in (Kind.LISTENER, Kind.RULE, Kind.TARGET_GROUP):
            yield from _change(change, services)
    for port in dict.fromkeys(x.id.partition(":")[0] for x in known if x.kind in (Kind.LISTENER, Kind.RULE)):
        own = [x for x in known if x.kind is Kind.LISTENER and x.id == port]
        rules = [x for x in known if x.kind is Kind.RULE and x.id.partition(":")[0] == port]
        yield from _listener(found, port, own, rules, services, width)
    for change in known:
        if change.kind is Kind.TARGET_GROUP:
            yield from _change(change, services)
    hidden = [f"{name_of(x)}{_of(change)}" for change in found.changes for x in change.settings if x.effect is Effect.UNKNOWN]
    if hidden:
        yield f"    perhaps as before, known only in the cluster: {visible(', '.join(hidden))}"


def became(found: BalancerChanges) -> str:
    """What became of the load balancer as a whole, and what of its targets and its name in the DNS."""
    if found.how is How.REPLACED:
        return " is replaced: the controller deletes this one and makes another, with another DNS name"
    if found.how is How.HELD:
        return " stays as it is: the controller refuses what is planned"
    if found.how is How.ADDED:
        came = f"; targets come from {', '.join(found.others)}, which has another DNS name" if found.others else ""
        return f" is added: {_holds(found.after)}{visible(came)}"
    if found.how is How.REMOVED:
        go = f"; targets go to {', '.join(found.others)}, which has another DNS name" if found.others else ""
        return f" is removed: {_holds(found.before)}{visible(go)}"
    return ""


def _holds(stack: Mapping[str, Any] | None) -> str:
    resources = stack["resources"] if stack is not None else {}
    kinds = ((LISTENER, Kind.LISTENER), (RULE, Kind.RULE), (TARGET_GROUP, Kind.TARGET_GROUP))
    return ", ".join(_counted(len(resources.get(of, {})), kind) for of, kind in kinds if resources.get(of))


def _counted(count: int, kind: Kind) -> str:
    return f"{count} {kind.value}{'' if count == 1 else 's'}"


def _of(change: Change) -> str:
    """Whose setting it is, where it is not one of the load balancer."""
    return "" if change.kind is Kind.LOAD_BALANCER and change.id != _FRONT else f" of {title(change)}"


def title(change: Change) -> str:
    """What it is about: `target group shop/web-api:80`."""
    if change.kind is Kind.LOAD_BALANCER:
        return "the network load balancer in front"
    return change.kind.value if change.kind is Kind.SECURITY_GROUP else f"{change.kind.value} {change.id}"


def _change(change: Change, services: Mapping[str, str]) -> Iterator[str]:
    """Something that a load balancer has, and what is set otherwise; its own settings stand by themselves."""
    indent = "    "
    if change.kind is not Kind.LOAD_BALANCER or change.id == _FRONT:
        end = ""
        if change.how is How.REPLACED:
            end = " is replaced: the controller makes another and deletes this one"
        elif change.other:
            end = f" comes from {change.other}" if change.how is How.ADDED else f" goes to {change.other}"
        yield f"{indent}{SIGNS[change.how]} {visible(title(change) + end)}"
        indent *= 2
    yield from _settings(change.settings, services, indent)


def _settings(settings: Sequence[Setting], services: Mapping[str, str], indent: str, protocol: str = "") -> Iterator[str]:
    for setting in settings:
        if setting.effect is not Effect.UNKNOWN:
            yield f"{indent}{_sign(setting)} {visible(f'{name_of(setting)}: {told(setting, services, protocol)}')}"


def _sign(setting: Setting) -> str:
    if setting.effect is Effect.REPLACES:
        return SIGNS[How.REPLACED]
    if ABSENT in (setting.before, setting.after):
        return SIGNS[How.ADDED if setting.before is ABSENT else How.REMOVED]
    return SIGNS[How.CHANGED]


# A listener and its rules


def _listener(
    found: BalancerChanges,
    port: str,
    own: Sequence[Change],
    rules: Sequence[Change],
    services: Mapping[str, str],
    width: int | None,
) -> Iterator[str]:
    was, becomes = (
        {} if stack is None else stack["resources"].get(LISTENER, {}).get(port, {"spec": {}})["spec"]
        for stack in (found.before, found.after)
    )
    spec = becomes or was
    sign = SIGNS[own[0].how] if own else " "
    default = f"  {visible(then(*actions_of(spec['defaultActions'], services), spec['protocol']))}"
    is_whole = bool(own) and own[0].how in (How.ADDED, How.REMOVED) and not rules
    yield f"    {sign} {spec['protocol']} {spec['port']}{default if is_whole else ''}"
    for change in own:
        yield from _settings(change.settings, services, "        ", spec["protocol"])
    if rules:
        rows = [row for change in rules for row in _rows(change, was, becomes, services)]
        shown = [HEAD, *rows]
        yield from table(shown if any(row[3] for row in rows) else [(*row[:3], *row[4:]) for row in shown], width, " " * 8)


def _rows(
    change: Change, was: Mapping[str, Any], becomes: Mapping[str, Any], services: Mapping[str, str]
) -> Iterator[Sequence[str]]:
    """The rule as it is, and below it what was otherwise."""
    specs = [(spec, listener) for spec, listener in ((change.after, becomes), (change.before, was)) if spec is not None]
    (number, shown), *before = [
        (spec["priority"], cells(rule_of(spec, services), listener["protocol"])) for spec, listener in specs
    ]
    tags = [x for x in change.settings if x.name.startswith("tags/")]
    yield f"{SIGNS[change.how]} {number}", *shown
    for old, other in before:
        different = [cell if cell != now else "" for cell, now in zip(other, shown, strict=True)]
        if not any(different) and change.how is not How.MOVED:
            different[-1] = "; ".join(f"{name_of(x)}: {told(x, services)}" for x in tags) or "set otherwise"
        yield f"  was {old}" if old != number else "  was", *different


# For programs


def changes_as_json(changes: Changes) -> dict[str, Any]:
    """All that changed; what is not there is left out."""
    return {
        "summary": summary(changes),
        "load_balancers": [
            {
                "type": found.type,
                "name": found.name,
                "change": found.how.value,
                "others": [*found.others],
                "changes": [*map(_as_json, found.changes)],
            }
            for found in changes.load_balancers
        ],
        "target_group_bindings": [*map(_as_json, changes.bindings)],
    }


def _as_json(change: Change) -> dict[str, Any]:
    there = {"before": change.before, "after": change.after}
    return {
        "kind": change.kind.value,
        "id": change.id,
        "change": change.how.value,
        **{name: value for name, value in there.items() if value is not None},
        "settings": [*map(_setting_as_json, change.settings)],
        **({"other": change.other} if change.other else {}),
    }


def _setting_as_json(setting: Setting) -> dict[str, Any]:
    values = {"before": setting.before, "after": setting.after}
    return {
        "name": setting.name,
        **{name: value for name, value in values.items() if value is not ABSENT},
        "effect": setting.effect.value,
        **({"why": setting.why} if setting.why else {}),
    }
