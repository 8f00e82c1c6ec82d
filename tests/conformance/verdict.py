"""Where the plan of a case and the answer of the judge disagree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from eks_ingress.plan.model import Listener, LoadBalancer, Plan
from tests.conformance.answers import canonical, differences
from tests.conformance.planned import planned

_KNOWN_CERTIFICATE = {"$ref": "#/resources///status/certificateARN"}
"""What the controller writes, from 3.3.0 on, for a certificate that exists; the judge tells the ARNs beside the stack."""


class Tally(Counter[str]):
    """How many groups there were of each sort."""


def disagreements(case: Mapping[str, Any], answer: Mapping[str, Any], tally: Tally | None = None) -> list[str]:
    """What the plan says otherwise than the judge, in a sentence each."""
    plan = planned(case)
    return list(_disagreements(plan, answer, Tally() if tally is None else tally))


def _disagreements(plan: Plan, answer: Mapping[str, Any], tally: Tally) -> Iterator[str]:
    if "error" in answer or answer.get("decode"):
        yield f"the judge could not be asked: {answer.get('error') or answer['decode']}"
        return
    balancers = {balancer.group: balancer for balancer in plan.load_balancers}
    groups: Mapping[str, Any] = answer.get("groups") or {}
    events = [problem.event for problem in plan.problems if problem.event]
    refused_groups: set[str | None] = set()
    for name, params in (answer.get("classParams") or {}).items():
        if refused := params.get("admission"):
            yield from _unforeseen(f"IngressClassParams {name}", [refused], events)
            return  # without them the cluster is another one
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
        if error := answered.get("error"):
            tally["groups that are refused"] += 1
            if group in balancers:
                yield f"group {group}: the judge says {error!r}, and the plan builds it"
            yield from _unforeseen(f"group {group}", answered.get("errors") or [error], events)
        elif group in refused_groups:
            tally["groups that are refused"] += 1
            if group in balancers:
                yield f"group {group}: the judge does not let a member in, and the plan builds it"
        elif group not in balancers:
            tally["groups that are built"] += 1
            yield f"group {group}: the judge builds it, and the plan says {[problem.reason for problem in plan.problems]}"
        else:
            tally["groups that are built"] += 1
            yield from _different(balancers[group], answered)
    for group in balancers.keys() - groups.keys():
        yield f"group {group}: the judge does not know it"


def _unforeseen(what: str, errors: list[str], events: list[str]) -> Iterator[str]:
    """The errors that no problem of the plan has the words of."""
    for error in errors:
        if not any(event in error for event in events):
            yield f"{what}: nothing that the plan refuses is {error!r}, but {events}"


def _different(balancer: LoadBalancer, answered: Mapping[str, Any]) -> Iterator[str]:
    if list(balancer.members) != answered["members"]:
        yield f"group {balancer.group}: members {balancer.members} are {answered['members']}"
    ours, theirs = canonical(balancer.stack), canonical(answered["stack"])
    yield from (f"group {balancer.group}: {found}" for found in differences(_without_arns(ours), _without_arns(theirs)))
    certificates = answered.get("certificates") or {}
    for listener in balancer.listeners:
        told = [arn for arn in certificates.get(str(listener.port)) or () if arn and not arn.startswith("#")]
        if _arns(listener) != told:
            yield f"group {balancer.group}: certificates of port {listener.port} are {told}, not {_arns(listener)}"


def _arns(listener: Listener) -> list[str]:
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
    groups = {
        name: {**group, "stack": _without_arns(canonical(group["stack"])), "certificates": None} if "stack" in group else group
        for name, group in (answer.get("groups") or {}).items()
    }
    return {**answer, "groups": groups}
