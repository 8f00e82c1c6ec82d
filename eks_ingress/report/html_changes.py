"""What changed since an earlier plan, on a page: a list of it, and a mark at each rule and load balancer that is not as it was."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from eks_ingress.plan.changed_settings import Effect, Kind, Setting
from eks_ingress.plan.changes import BalancerChanges, Change, Changes, How
from eks_ingress.plan.model import Plan
from eks_ingress.plan.stack_parts import LISTENER
from eks_ingress.plan.unstacked import rule_of, services_of
from eks_ingress.report.changed_words import name_of, told
from eks_ingress.report.changes import became, summary, title
from eks_ingress.report.html_parts import e, mark
from eks_ingress.report.page_data import balancer_id, network_id
from eks_ingress.report.rule_words import cells


def changed_places(changes: Changes, plan: Plan, cluster: str) -> dict[str, str]:
    """What became of rules and load balancers, in a word, by the id of what stands for them."""
    places = {("application", x.group): balancer_id(cluster, n) for n, x in enumerate(plan.load_balancers)}
    places |= {("network", x.service): network_id(cluster, n) for n, x in enumerate(plan.network_load_balancers)}
    found: dict[str, str] = {}
    for balancer in changes.load_balancers:
        place = places.get((balancer.type, balancer.name))
        if place is None:
            continue
        if balancer.how in (How.ADDED, How.REPLACED):
            found[place] = balancer.how.value
        for change in balancer.changes:
            if change.kind is Kind.RULE and change.after is not None:
                found[f"{place}-{change.id.replace(':', '-')}"] = change.how.value
    return found


def changes_part(changes: Changes) -> str:
    """All that changed, load balancer by load balancer."""
    parts = [*map(_balancer, changes.load_balancers)]
    if bound := "".join(_change(change, {}) for change in changes.bindings if change.how is not How.PERHAPS):
        parts.append(f"<h4>Target groups that others made</h4><ul>{bound}</ul>")
    return f'<section class="changes"><h3>What changed</h3><p>{e(summary(changes))}</p>{"".join(parts)}</section>'


def _balancer(found: BalancerChanges) -> str:
    kind = "Network load balancer" if found.type == "network" else "Load balancer"
    head = f"<h4>{mark(found.how.value)}{kind} {e(found.name)}{e(became(found))}</h4>"
    if found.before is None or found.after is None:
        return head
    services = {**services_of(found.before), **services_of(found.after)}
    return f"{head}<ul>{''.join(_changes(found, services))}</ul>"


def _changes(found: BalancerChanges, services: Mapping[str, str]) -> Iterator[str]:
    for change in found.changes:
        if change.how is How.PERHAPS:
            continue
        if change.kind is Kind.RULE:
            yield _rule(change, found, services)
        else:
            protocol = (change.after or change.before or {}).get("protocol", "")
            yield _change(change, services, protocol)
    hidden = [name_of(x) for change in found.changes for x in change.settings if x.effect is Effect.UNKNOWN]
    if hidden:
        yield f"<li><small>perhaps as before, known only in the cluster: {e(', '.join(dict.fromkeys(hidden)))}</small></li>"


def _change(change: Change, services: Mapping[str, str], protocol: str = "") -> str:
    """Something that a load balancer has, and what is set otherwise."""
    itself = change.kind is Kind.LOAD_BALANCER and change.id == "LoadBalancer"
    name = "Settings" if itself else title(change)
    other = f" {'comes from' if change.how is How.ADDED else 'goes to'} {change.other}" if change.other else ""
    shown = f"{name[0].upper()}{name[1:]}{other}"
    return f"<li>{mark(change.how.value)}{e(shown)}{_settings(change.settings, services, protocol)}</li>"


def _settings(settings: Sequence[Setting], services: Mapping[str, str], protocol: str) -> str:
    rows = "".join(
        f"<li>{e(name_of(setting))}: {e(told(setting, services, protocol))}</li>"
        for setting in settings
        if setting.effect is not Effect.UNKNOWN
    )
    return f"<ul>{rows}</ul>" if rows else ""


def _rule(change: Change, found: BalancerChanges, services: Mapping[str, str]) -> str:
    """A rule as it is, or was, and what was otherwise before."""
    port = change.id.partition(":")[0]
    (number, shown), *earlier = [
        (spec["priority"], _words(spec, _protocol(stack, port), services))
        for spec, stack in ((change.after, found.after), (change.before, found.before))
        if spec is not None
    ]
    was = ""
    for old, other in earlier:
        parts = [*([f"rule {old}"] if old != number else []), *([other] if other != shown else [])]
        was = f"<ul><li>was {e(', '.join(parts))}</li></ul>" if parts else _settings(change.settings, services, "")
    return f"<li>{mark(change.how.value)}Rule {number} of port {e(port)}: {e(shown)}{was}</li>"


def _protocol(stack: Mapping[str, Any] | None, port: str) -> str:
    listeners = {} if stack is None else stack["resources"].get(LISTENER, {})
    protocol: str = listeners.get(port, {"spec": {}})["spec"].get("protocol", "")
    return protocol


def _words(spec: Mapping[str, Any], protocol: str, services: Mapping[str, str]) -> str:
    host, path, when, then = cells(rule_of(spec, services), protocol)
    takes = " ".join(filter(None, ["any host" if host == "any" else host, "any path" if path == "any" else path, when]))
    return f"{takes} to {then}"
