"""Where the plan of a case and the answer of the judge disagree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from eks_ingress.plan.model import Listener, LoadBalancer, Plan
from eks_ingress.plan.network_model import NetworkListener, NetworkLoadBalancer
from tests.conformance.answers import canonical, differences
from tests.conformance.planned import planned

_KNOWN_CERTIFICATE = {"$ref": "#/resources///status/certificateARN"}
"""What the controller writes, from 3.3.0 on, for a certificate that exists; the judge tells the ARNs beside the stack."""


class Tally(Counter[str]):
    """How many groups, Services and so on there were of each sort."""


def disagreements(case: Mapping[str, Any], answer: Mapping[str, Any], tally: Tally | None = None) -> list[str]:
    """What the plan says otherwise than the judge, in a sentence each."""
    plan = planned(case)
    return list(_disagreements(plan, answer, Tally() if tally is None else tally))


def _disagreements(plan: Plan, answer: Mapping[str, Any], tally: Tally) -> Iterator[str]:
    if "error" in answer or answer.get("decode"):
        yield f"the judge could not be asked: {answer.get('error') or answer['decode']}"
        return
    events = [problem.event for problem in plan.problems if problem.event]
    for name, params in (answer.get("classParams") or {}).items():
        if refused := params.get("admission"):
            yield from _unforeseen(f"IngressClassParams {name}", [refused], events)
            return  # without them the cluster is another one
    yield from _of_ingresses(plan, answer, events, tally)
    yield from _of_services(plan, answer.get("services") or {}, events, tally)
    yield from _of_bindings(plan, answer.get("bindings") or {}, events, tally)


def _of_ingresses(plan: Plan, answer: Mapping[str, Any], events: list[str], tally: Tally) -> Iterator[str]:
    balancers = {balancer.group: balancer for balancer in plan.load_balancers}
    groups: Mapping[str, Any] = answer.get("groups") or {}
    refused_groups: set[str | None] = set()
    for name, ingress in (answer.get("ingresses") or {}).items():
        refused = ingress.get("admission")
        # Of an Ingress that gets into no group, no more than that is told.
        if refused and not refused.startswith("panic") and not ingress.get("error"):
            refused_groups.add(ingress.get("group"))
            yield from _unforeseen(f"Ingress {name}", [refused], events)
        if error := ingress.get("error"):
            tally["Ingresses that get into no group"] += 1
            yield from _unforeseen(f"Ingress {name}", [error], events)
    for group, answered in groups.items():
        if group in refused_groups and not answered.get("error"):
            tally["groups that are refused"] += 1
            if group in balancers:
                yield f"group {group}: the judge does not let a member in, and the plan builds it"
            continue
        balancer = balancers.get(group)
        yield from _compared(f"group {group}", "groups", plan, balancer, answered, events, tally)
        if balancer and "members" in answered and list(balancer.members) != answered["members"]:
            yield f"group {group}: members {balancer.members} are {answered['members']}"
    for group in balancers.keys() - groups.keys():
        yield f"group {group}: the judge does not know it"


def _of_services(plan: Plan, services: Mapping[str, Any], events: list[str], tally: Tally) -> Iterator[str]:
    balancers = {balancer.service: balancer for balancer in plan.network_load_balancers}
    for name, answered in services.items():
        yield from _compared(f"Service {name}", "Services", plan, balancers.get(name), answered, events, tally)
    for name in balancers.keys() - services.keys():
        yield f"Service {name}: the judge leaves it alone"


def _of_bindings(plan: Plan, bindings: Mapping[str, Any], events: list[str], tally: Tally) -> Iterator[str]:
    refusals = {problem.source.file: problem.reason for problem in plan.problems if problem.event and problem.source}
    bound = {binding.name: binding for binding in plan.bindings}
    for name, answered in bindings.items():
        what = f"TargetGroupBinding {name.rpartition('/')[2]}"
        if refused := answered.get("admission"):
            tally["bindings that are refused"] += 1
            yield from _unforeseen(what, [refused], events)
            if name in bound:
                yield f"{what}: the judge says {refused!r}, and the plan lets it in"
        else:
            tally["bindings that are let in"] += 1
            if what in refusals:
                yield f"{what}: the judge lets it in, and the plan says {refusals[what]}"
            elif (ours := bound[name].target_type) != (theirs := answered["spec"].get("targetType")):
                yield f"{what}: its targets are {theirs}, and not {ours}"


def _compared(
    what: str,
    kind: str,
    plan: Plan,
    balancer: LoadBalancer | NetworkLoadBalancer | None,
    answered: Mapping[str, Any],
    events: list[str],
    tally: Tally,
) -> Iterator[str]:
    """What a balancer of the plan, or that it has none, says otherwise than what the judge builds, or does not."""
    if error := answered.get("error"):
        tally[f"{kind} that are refused"] += 1
        if balancer:
            yield f"{what}: the judge says {error!r}, and the plan builds it"
        yield from _unforeseen(what, answered.get("errors") or [error], events)
        return
    tally[f"{kind} that are built"] += 1
    if not balancer:
        yield f"{what}: the judge builds it, and the plan says {[problem.reason for problem in plan.problems]}"
        return
    stacks = [answered["stack"], *answered.get("otherStacks", ())]
    ours = _without_arns(canonical(balancer.stack))
    found = [differences(ours, _without_arns(canonical(theirs))) for theirs in stacks]
    yield from (f"{what}: {difference}" for difference in min(found, key=len))
    certificates = answered.get("certificates") or {}
    for listener in balancer.listeners:
        told = [arn for arn in certificates.get(str(listener.port)) or () if arn and not arn.startswith("#")]
        if _arns(listener) != told:
            yield f"{what}: certificates of port {listener.port} are {told}, not {_arns(listener)}"


def _unforeseen(what: str, errors: list[str], events: list[str]) -> Iterator[str]:
    """The errors that no problem of the plan has the words of."""
    for error in errors:
        if not any(event in error for event in events):
            yield f"{what}: nothing that the plan refuses is {error!r}, but {events}"


def _arns(listener: Listener | NetworkListener) -> list[str]:
    """The certificates of a listener that exist."""
    return [arn for arn in listener.certificates if not arn.startswith("${")]


def _without_arns(stack: dict[str, Any]) -> dict[str, Any]:
    """A stack in which certificates that exist have no ARNs, since the controller does not write them."""
    for listener in stack["resources"].get("AWS::ElasticLoadBalancingV2::Listener", {}).values():
        for certificate in listener["spec"].get("certificates", ()):
            if isinstance(certificate["certificateARN"], str):
                certificate["certificateARN"] = _KNOWN_CERTIFICATE
    return stack


def without_certificates(answer: Mapping[str, Any]) -> dict[str, Any]:
    """An answer without the ARNs of certificates that exist, which some releases write into the stack and others beside it."""
    kinds = {kind: answer.get(kind) or {} for kind in ("groups", "services")}
    return {
        **answer,
        **{kind: {name: _built_without_arns(built) for name, built in of_kind.items()} for kind, of_kind in kinds.items()},
    }


def _built_without_arns(built: dict[str, Any]) -> dict[str, Any]:
    return {**built, "stack": _without_arns(canonical(built["stack"])), "certificates": None} if "stack" in built else built
