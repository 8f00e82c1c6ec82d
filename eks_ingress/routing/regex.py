"""A path as a regular expression.

Facts: controller documentation, "Conditions", path pattern; Elastic Load Balancing documentation, "Path conditions", regex
matching.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from eks_ingress.refusal import Refusals
from eks_ingress.routing.conditions import require_regex
from eks_ingress.routing.match import Match, PathType
from eks_ingress.tokens import has_token


@dataclass(frozen=True, slots=True)
class Regex(Match):
    """Takes the paths that a regular expression matches as a whole: `Regex("shop.example.com/v[0-9]+/users")`.

    The host is written as ever; the path, from its first '/' on, is the expression, with case and without query string, at most
    126 characters, 124 with a '|'. Since controller 2.14.1.
    """

    type: ClassVar[PathType] = "ImplementationSpecific"

    @property
    def regex(self) -> str:
        """The expression as the load balancer compares it: bound to both ends of the path."""
        # The ends would belong to the first and the last alternative alone.
        alternatives = "|" in self.path or has_token(self.path)
        return f"^({self.path})$" if alternatives else f"^{self.path}$"

    @property
    def globs(self) -> tuple[str, ...]:
        """What it may match at most: any path."""
        return ("*",)

    def _check_path(self, refusals: Refusals) -> None:
        if not has_token(self.path):
            require_regex(refusals, f"path of route {self.url!r},", self.regex)
