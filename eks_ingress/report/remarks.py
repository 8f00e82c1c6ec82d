"""What is wrong with a plan, as it is told: what checks found, and what was refused or could not be read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal, NamedTuple

from eks_ingress.checks.check import Check, Finding
from eks_ingress.refusal import Problem
from eks_ingress.report.visible import visible
from eks_ingress.source import Source

Level = Literal["error", "warning"]


class Remark(NamedTuple):
    """Something that is wrong, and where."""

    id: str | None
    """Id of the check; None for what could not be read."""
    level: Level
    message: str
    remedy: str
    source: Source
    object: str = ""
    """The Kubernetes object that it is about: `Ingress shop/web`."""
    event: str = ""
    """What the controller would say, or the beginning of it."""
    check: Check | None = None

    @property
    def place(self) -> str:
        """`file:line`, or the path of the construct where no line is known."""
        source = self.source
        if source.construct is not None and source.line is None:
            return visible(source.construct)
        return visible(str(Source(file=source.file, line=source.line)))

    @property
    def _title(self) -> str:
        return self.level if self.id is None else f"{self.id} {self.level}"

    @property
    def why(self) -> str | None:
        """Why it is wrong; None for what could not be read."""
        return None if self.check is None else self.check.why

    @property
    def line(self) -> str:
        """All of it in one line."""
        return f"{self.place}: {self._title}: {visible(self.message)} {visible(self.remedy)}"

    @property
    def explained(self) -> str:
        """The lines below that one, for those who want to know why."""
        event = f"The controller says: {self.event}" if self.event else None
        return "\n".join(f"    {visible(text)}" for text in (self.why, event) if text)

    def __str__(self) -> str:
        told = (visible(text) for text in (self.message, self.why, self.remedy) if text)
        return "\n    ".join([f"{self._title}  {visible(str(self.source))}", *told])

    @property
    def json(self) -> dict[str, Any]:
        """The same for programs; what is not known is null."""
        return {
            "id": self.id,
            "severity": self.level,
            "file": self.source.file,
            "line": self.source.line,
            "construct": self.source.construct,
            "object": self.object or None,
            "message": self.message,
            "why": self.why,
            "remedy": self.remedy,
            "event": self.event or None,
        }


def remarks(findings: Iterable[Finding], problems: Iterable[Problem]) -> list[Remark]:
    """What checks found and nobody acknowledged, and what was refused, each once, by file and line."""
    found = [finding for finding in findings if finding.acknowledged is None]
    known = {(finding.id, finding.message, finding.source) for finding in found}
    made = [Remark(x.id, x.severity.value, x.message, x.remedy, x.source, x.object, x.event, x.check) for x in found]
    made += [unread(problem) for problem in problems if (problem.id, problem.reason, problem.source or Source()) not in known]
    return in_order(made)


def unread(problem: Problem) -> Remark:
    """A problem as a remark."""
    return Remark(problem.id, "error", problem.reason, problem.remedy, problem.source or Source(), event=problem.event)


def in_order(made: Iterable[Remark]) -> list[Remark]:
    """Remarks by file and line, each once."""

    def key(remark: Remark) -> tuple[Any, ...]:
        source = remark.source
        return source.file or "", source.line or 0, source.construct or "", remark.id or "", remark.message

    return sorted(dict.fromkeys(made), key=key)


def counted(made: Sequence[Remark], acknowledged: int) -> str:
    """How many there are: `2 errors, 1 warning (3 acknowledged)`."""
    errors = sum(remark.level == "error" for remark in made)
    parts = [f"{n} {word}{'' if n == 1 else 's'}" for n, word in ((errors, "error"), (len(made) - errors, "warning")) if n]
    return (", ".join(parts) or "nothing found") + (f" ({acknowledged} acknowledged)" if acknowledged else "")
