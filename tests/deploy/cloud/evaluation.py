"""What IAM answers: whether policies allow what is asked, by which statement, and if not, why not.

Only what the policies here are written with is known; the rest is refused, since a condition that is passed over proves nothing.

Facts: IAM, "Policy evaluation logic", "IAM JSON policy elements: Condition operators" and "Multivalued context keys".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from tests.deploy.cloud.calls import Question

Statement = Mapping[str, Any]
_PARTS = {"Sid", "Effect", "Action", "Resource", "Condition"}


class Unknown(Exception):
    """A part of a policy that the evaluation does not know."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of one question."""

    allowed: bool
    sids: tuple[str, ...]
    """The statements that allow it; those that deny it, if it is denied by any."""
    reasons: tuple[str, ...]
    """Where nothing allows it: what each statement for this action lacked."""


def evaluate(question: Question, statements: Iterable[Statement]) -> Verdict:
    """What one policy, or several as one list of statements, answer. Raises `Unknown`."""
    allowing: list[str] = []
    denying: list[str] = []
    reasons: list[str] = []
    for statement in statements:
        if unknown := statement.keys() - _PARTS:
            raise Unknown(f"a statement with {', '.join(sorted(unknown))}")
        if not any(_like(pattern.lower(), question.action.lower()) for pattern in _listed(statement["Action"])):
            continue
        sid = str(statement.get("Sid", "a statement without Sid"))
        missing = list(_missing(question, statement))
        if not missing:
            (allowing if statement["Effect"] == "Allow" else denying).append(sid)
        elif statement["Effect"] == "Allow":
            reasons.append(f"{sid}: {'; '.join(missing)}")
    if denying:
        return Verdict(False, tuple(denying), ())
    return Verdict(bool(allowing), tuple(allowing), () if allowing else tuple(reasons or ["no statement has the action"]))


def _missing(question: Question, statement: Statement) -> Iterator[str]:
    """Why a statement is not for this question."""
    if not any(_covers(pattern, question.resource) for pattern in _listed(statement["Resource"])):
        yield f"{question.resource} is not among its resources"
    for operator, keys in statement.get("Condition", {}).items():
        for key, wanted in keys.items():
            has = next((value for name, value in question.keys.items() if name.lower() == key.lower()), None)
            if not _holds(operator, _listed(wanted), None if has is None else _listed(has)):
                yield f"{key} is {'not there' if has is None else has}, and {operator} asks for {wanted}"


def _covers(pattern: str, arn: str) -> bool:
    if "${" in pattern:
        raise Unknown(f"a policy variable in {pattern}")
    if pattern == "*" or arn == "*":
        return pattern == "*"
    ours, theirs = pattern.split(":", 5), arn.split(":", 5)
    return len(ours) == len(theirs) and all(map(_like, ours, theirs))


@cache
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile("".join({"*": ".*", "?": "."}.get(letter, re.escape(letter)) for letter in text), re.DOTALL)


def _like(pattern: str, text: str) -> bool:
    return _pattern(pattern).fullmatch(text) is not None


def _equal(wanted: str, has: str) -> bool:
    return wanted == has


_COMPARE: dict[str, tuple[Callable[[str, str], bool], bool]] = {
    "StringEquals": (_equal, True),
    "StringNotEquals": (_equal, False),
    "StringLike": (_like, True),
    "StringNotLike": (_like, False),
    "ArnEquals": (_covers, True),
    "ArnLike": (_covers, True),
}
"""How an operator compares, and whether one of the wanted values must be met, or none of them."""


def _holds(operator: str, wanted: Sequence[str], has: Sequence[str] | None) -> bool:
    if any("${" in text for text in wanted):
        raise Unknown(f"a policy variable in {', '.join(wanted)}")
    if operator == "Null":
        return [str(has is None).lower()] == [text.lower() for text in wanted]
    quantifier, _, name = operator.rpartition(":")
    if name not in _COMPARE or quantifier not in {"", "ForAllValues", "ForAnyValue"}:
        raise Unknown(f"the condition operator {operator}")
    compare, positive = _COMPARE[name]

    def meets(value: str) -> bool:
        return any(compare(one, value) for one in wanted) is positive

    if quantifier == "ForAllValues":
        return all(map(meets, has or []))
    if has is None:
        return not quantifier and not positive
    return any(map(meets, has)) if quantifier or positive else all(map(meets, has))


def _listed(value: str | Sequence[str]) -> Sequence[str]:
    return [value] if isinstance(value, str) else value
