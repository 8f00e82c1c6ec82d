"""How everything that a user can get wrong is refused: in one form, and all at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from eks_ingress.source import Source


class Problem(NamedTuple):
    """One thing that is wrong: what it is and why, what to write instead, and where."""

    reason: str
    remedy: str
    source: Source | None = None
    id: str | None = None
    """Id of the check that found it (`EKI201`); None for a value that is wrong on its own."""
    event: str = ""
    """The words of the controller's own event or log, or the beginning of them, to search for; empty where it says nothing."""

    def __str__(self) -> str:
        what = f"{self.reason}\n    {self.remedy}"
        if self.source is None:
            return what
        return f"{self.id + ' ' if self.id else ''}error  {self.source}\n    {what}"


class Refused(ValueError):
    """Raised for what cannot work in the cluster; `problems` holds everything that was found, not just the first."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def all_of(refused: Iterable[Refused]) -> Refused:
    """One exception for the problems of several."""
    return Refused(problem for one in refused for problem in one.problems)


@contextmanager
def gathered(problems: list[Problem]) -> Iterator[None]:
    """Takes over what is refused inside the block, so that what stands after it is looked at as well."""
    try:
        yield
    except Refused as refused:
        problems += refused.problems


class Refusals:
    """Collects what is wrong with one value, to refuse it once."""

    def __init__(self, source: Source | None = None) -> None:
        self.problems: list[Problem] = []
        self._source = source

    def require(self, ok: bool, what: str, value: object, must: str, remedy: str) -> None:
        """Notes a problem unless `ok`: `what` names the value, `must` says the rule, `remedy` what to write instead."""
        if not ok:
            self.problems.append(Problem(f"{what} {value!r} {must}.", remedy, self._source))

    @contextmanager
    def gather(self) -> Iterator[None]:
        """Takes over the problems of a value that is refused inside the block."""
        try:
            yield
        except Refused as refused:
            self.problems += [problem._replace(source=self._source) for problem in refused.problems]

    def settle(self) -> None:
        """Raises `Refused` with all that was noted, if anything was."""
        if self.problems:
            raise Refused(self.problems)
