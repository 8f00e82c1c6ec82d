"""What a check is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from eks_ingress.plan.model import Plan
from eks_ingress.source import Source


class Check:
    """A rule that a plan may break, in silence as far as the controller is concerned."""

    id: ClassVar[str]
    title: ClassVar[str]
    why: ClassVar[str]
    """What happens, and by whose doing."""
    remedy: ClassVar[str]
    source: ClassVar[str]
    """The topic of documentation that the rule comes from."""

    def find(self, plan: Plan) -> Iterator[Finding]:
        """The places where the plan breaks the rule."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Finding:
    """A place where a plan breaks a rule."""

    check: Check
    source: Source
    message: str

    def __str__(self) -> str:
        return f"{self.check.id} warning  {self.source}\n    {self.message}\n    {self.check.why}\n    {self.check.remedy}"
