"""What becomes of requests."""

from __future__ import annotations

from typing import Any

from eks_ingress.plan.matching import Answer
from eks_ingress.plan.model import Plan
from eks_ingress.plan.requests import Outcome, Place, Report, place, words
from eks_ingress.report.visible import visible


def answer_as_text(plan: Plan, answer: Answer) -> str:
    """What becomes of a request, and below it what took it."""
    return "\n".join(map(visible, (words(answer), f"  {place(plan, answer)}")))


def answer_as_json(answer: Answer) -> dict[str, Any]:
    """The same for programs; what does not apply is null. `services` are there where there are several."""
    several = [{"service": service, "weight": weight} for service, weight in answer.services]
    return {
        "load_balancer": answer.load_balancer,
        "listener": answer.listener,
        "priority": answer.priority,
        "kind": answer.kind,
        "service": answer.service,
        "location": answer.location,
        "status": answer.status,
        **({"services": several} if len(several) > 1 else {}),
        **({} if answer.then is None else {"then": answer_as_json(answer.then)}),
    }


def requests_as_json(report: Report) -> dict[str, Any]:
    """What became of all requests."""
    return {
        "requests": [_outcome(outcome) for outcome in report.outcomes],
        "passed": report.passed,
        "rules": report.rules,
        "reached": report.reached,
        "unreached": [_place(unreached) for unreached in report.unreached],
    }


def _outcome(outcome: Outcome) -> dict[str, Any]:
    request = outcome.request
    return {
        "name": str(request),
        "file": request.source.file if request.source else None,
        "line": request.source.line if request.source else None,
        "passed": outcome.passed,
        "failures": [*outcome.failures],
        "expect": request.expect.said,
        "answer": None if outcome.answer is None else answer_as_json(outcome.answer),
        "taken_by": None if outcome.place is None else _place(outcome.place),
    }


def _place(taken_by: Place) -> dict[str, Any]:
    return {
        "load_balancer": taken_by.load_balancer,
        "listener": taken_by.port,
        "priority": None if taken_by.rule is None else taken_by.rule.priority,
        "file": taken_by.source.file if taken_by.source else None,
        "line": taken_by.source.line if taken_by.source else None,
        "construct": taken_by.source.construct if taken_by.source else None,
    }
