"""A call to AWS as it is kept, and what IAM would be asked for it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

Keys = dict[str, str | list[str]]
"""Condition keys and their values, as `aws:ResourceTag/elbv2.k8s.aws/cluster`."""


@dataclass(frozen=True, slots=True)
class Question:
    """What IAM is asked: may this be done with that, when these keys have those values? A call asks one or more."""

    action: str
    resource: str
    """An ARN, or `*` for an action without resources."""
    keys: Keys


@dataclass(frozen=True, slots=True)
class Call:
    """One call, with what came of it."""

    number: int
    """Calls are counted from 1."""
    principal: str
    """Whose credentials signed it, by the name that they were made for; empty for a call that nobody signed."""
    agent: str
    """What made it, as it says of itself: `elbv2.k8s.aws/v3.5.0`."""
    service: str
    """Its name in IAM: `elasticloadbalancing`."""
    action: str
    """`CreateRule`."""
    parameters: dict[str, Any]
    questions: tuple[Question, ...]
    status: int
    """Of HTTP."""
    error: str | None
    """The code of the error that was answered."""

    @property
    def name(self) -> str:
        """Service and action: `elasticloadbalancing:CreateRule`."""
        return f"{self.service}:{self.action}"

    @property
    def resources(self) -> list[str]:
        """The ARNs that it reaches."""
        return list(dict.fromkeys(question.resource for question in self.questions if question.resource != "*"))

    @property
    def by_controller(self) -> bool:
        """Whether the AWS Load Balancer Controller made it, of whichever release."""
        return self.agent.startswith("elbv2.k8s.aws/")

    @property
    def changes(self) -> bool:
        """Whether it is to change something."""
        return not self.action.startswith(("Describe", "List", "Get", "Assume"))

    def line(self) -> str:
        """As a line of JSON."""
        return json.dumps(asdict(self), sort_keys=True)


def from_line(line: str) -> Call:
    """A call from its line of JSON."""
    told = json.loads(line)
    return Call(**{**told, "questions": tuple(Question(**question) for question in told["questions"])})
