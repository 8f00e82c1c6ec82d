"""What a check is, and what it finds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum
from typing import ClassVar, NamedTuple

from eks_ingress.manifests.manifest import Manifest, Pointer
from eks_ingress.plan.members import Member
from eks_ingress.plan.model import Plan, Rule
from eks_ingress.refusal import Problem
from eks_ingress.source import Source


class Severity(Enum):
    """How bad it is."""

    ERROR = "error"
    """The controller or AWS would refuse it, or never finish with it."""
    WARNING = "warning"
    """Something would silently be something else than what was written."""


ERROR, WARNING = Severity.ERROR, Severity.WARNING


class Check:
    """A rule that a plan may break."""

    id: ClassVar[str]
    severity: ClassVar[Severity] = WARNING
    """How bad it is as a rule; a finding may know better."""
    is_mixed: ClassVar[bool] = False
    """Whether some findings are errors and others warnings."""
    title: ClassVar[str]
    """What is wrong, in a sentence without full stop."""
    why: ClassVar[str]
    """What happens, and by whose doing."""
    remedy: ClassVar[str]
    """What to write instead, where a finding does not know better."""
    source: ClassVar[str]
    """The topic of documentation that the rule comes from."""
    example: ClassVar[str] = ""
    """Lines of a manifest in which it is found; empty where a line says less than the title."""
    mistakes: ClassVar[tuple[int, ...]] = ()
    """Which of the known mistakes it catches, by their number in the list of `docs/checks.md`."""
    can_be_acknowledged: ClassVar[bool] = True
    """Whether a user may say of a finding that it is meant so."""

    def find(self, plan: Plan) -> Iterator[Finding]:
        """The places where the plan breaks the rule."""
        raise NotImplementedError

    def at(
        self, source: Source, message: str, remedy: str | None = None, *, of: str = "", severity: Severity | None = None
    ) -> Finding:
        """A place where the rule is broken, and what is wrong there; `of` names the Kubernetes object."""
        return Finding(self, source, message, remedy or self.remedy, severity or self.severity, object=of)

    def in_rule(self, rule: Rule, message: str, remedy: str | None = None, *, severity: Severity | None = None) -> Finding:
        """The same for a rule of a listener."""
        return self.at(rule.source, message, remedy, of=f"Ingress {rule.ingress}", severity=severity)

    def in_ingress(
        self, member: Member, message: str, remedy: str | None = None, *, key: str = "", severity: Severity | None = None
    ) -> Finding:
        """The same for an Ingress, at its annotation `key` if it is about one."""
        return self.at(member.said.source_of(key), message, remedy, of=f"Ingress {member.name}", severity=severity)

    def in_manifest(
        self,
        manifest: Manifest,
        message: str,
        remedy: str | None = None,
        *,
        key: str = "",
        part: Pointer = (),
        severity: Severity | None = None,
    ) -> Finding:
        """The same for any object, at its annotation `key` or at another part if it is about one."""
        source = manifest.source_of(*(("metadata", "annotations", key) if key else part))
        return self.at(source, message, remedy, of=name_of(manifest), severity=severity)


class Refusal(Check):
    """A rule of the controller that planning itself keeps: without it, there is no load balancer to show."""

    severity = ERROR
    can_be_acknowledged = False

    def find(self, plan: Plan) -> Iterator[Finding]:
        for problem in plan.problems:
            if problem.id == self.id:
                yield self.of(problem)

    def of(self, problem: Problem) -> Finding:
        """The same as a finding."""
        named = _NAMED.match(problem.reason)
        return Finding(
            self,
            problem.source or Source(),
            problem.reason,
            problem.remedy,
            ERROR,
            problem.event,
            object=named[0] if named else "",
            refused=True,
        )


_NAMED = re.compile(r"(?:Ingress|Service|IngressClassParams|TargetGroupBinding) [^\s:]+(?=: )")
"""The object with which the reason of a problem begins."""


class Finding(NamedTuple):
    """A place where a plan breaks a rule."""

    check: Check
    source: Source
    message: str
    remedy: str
    severity: Severity
    event: str = ""
    """What the controller would say, or the beginning of it, to search for."""
    object: str = ""
    """The Kubernetes object that it is about, as kind and name: `Ingress shop/web`; empty where it is about none."""
    refused: bool = False
    """Whether nothing is planned for it, since the controller would refuse it."""
    acknowledged: str | None = None
    """Why somebody says that it is meant so; None where nobody does."""

    @property
    def id(self) -> str:
        """Id of the check."""
        return self.check.id

    @property
    def is_error(self) -> bool:
        """Whether the controller or AWS would refuse it, and nobody says that it is meant so."""
        return self.severity is ERROR and self.acknowledged is None

    def __str__(self) -> str:
        return f"{self.id} {self.severity.value}  {self.source}\n    {self.message}\n    {self.check.why}\n    {self.remedy}"

    @property
    def problem(self) -> Problem:
        """The same as a problem that stops a synth."""
        return Problem(f"{self.message} {self.check.why}", self.remedy, self.source, self.id, self.event)


def name_of(manifest: Manifest) -> str:
    """An object as a finding names it."""
    return f"{manifest.kind} {manifest.full_name}"
