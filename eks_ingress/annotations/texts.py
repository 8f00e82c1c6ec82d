"""The annotations of an object, taken one by one as they become typed words; what no word takes is left, with the reason."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from typing import Any, NamedTuple, TypeVar

from eks_ingress.annotations.catalogue import Annotation, find
from eks_ingress.annotations.grammar import Unreadable
from eks_ingress.refusal import Refused
from eks_ingress.routing.names import PREFIX
from eks_ingress.source import Source

T = TypeVar("T")
E = TypeVar("E", bound=Enum)


class Left(NamedTuple):
    """Something that an object says and no typed word stands for."""

    what: str
    """The annotation's key, or the field."""
    reason: str
    """Goes on where the key ends."""
    source: Source
    is_idle: bool = False
    """Whether the controller passes over it too."""


class Texts:
    """The annotations of one object that are the controller's."""

    def __init__(self, annotations: Mapping[str, str], source: Callable[[str], Source]) -> None:
        """`source` tells where an annotation stands."""
        self._texts = {key: text for key, text in annotations.items() if key.startswith(PREFIX)}
        self._source = source
        self._taken: set[str] = set()
        self._left: dict[str, Left] = {}

    @property
    def left(self) -> tuple[Left, ...]:
        """What was left, and what nobody asked for, in the order in which it is written."""
        for key in self._texts.keys() - self._taken:
            row = find(key)
            if row is None:
                self._leave(key, "is not known to the controller", is_idle=True)
            elif not row.written_by_controller:
                self._leave(key, "has no effect here", is_idle=True)
        return tuple(self._left[key] for key in self._texts if key in self._left)

    def names(self, row: Annotation) -> Iterator[str]:
        """What the user's part of a name is, for each annotation of a row with one such part."""
        head, tail = re.split(r"\$\{\w+\}", PREFIX + row.name)
        for key in self._texts:
            if find(key) is row:
                yield key.removeprefix(head).removesuffix(tail)

    def has(self, *rows: Annotation) -> bool:
        """Whether one of some annotations is there."""
        return any(row.key() in self._texts for row in rows)

    def take(self, row: Annotation, **chosen: str) -> Any:
        """The value of an annotation, None where it is absent or, which is noted, cannot be read."""
        key = row.key(**chosen)
        if key not in self._texts:
            return None
        self._taken.add(key)
        try:
            return row.grammar.decode(self._texts[key])
        except Unreadable as unreadable:
            self._leave(key, f"is {self._texts[key]!r}, and {unreadable}")
            return None

    def member(self, row: Annotation, kind: type[E]) -> E | None:
        """The member of an enum that an annotation names."""
        text = self.take(row)
        try:
            return None if text is None else kind(text)
        except ValueError:
            self.leave(row, f"is {text!r}, and must be one of {', '.join(str(known.value) for known in kind)}")
            return None

    def made(self, make: Callable[[], T], *rows: Annotation, **chosen: str) -> T | None:
        """A word made of some annotations; None where it is refused, or one of its parts is none that there is, which is noted."""
        try:
            return make()
        except (ValueError, OverflowError) as error:
            for row in rows:
                self.leave(row, _reason(error), **chosen)
            return None

    def together(self, make: Callable[..., T], said: Mapping[str, tuple[Any, tuple[Annotation, ...]]]) -> T:
        """A word of those fields that are said; each with the annotations that it comes from. What it refuses is left."""
        given = {name: value for name, (value, _) in said.items() if value not in (None, (), {})}
        try:
            return make(**given)
        except Refused:
            good: dict[str, Any] = {}
            for name, value in given.items():
                rows = [row for row in said[name][1] if row.key() in self._texts]
                if self.made(lambda name=name, value=value: make(**good, **{name: value}), *rows) is not None:  # type: ignore[misc]
                    good[name] = value
            return make(**good)

    def leave(self, row: Annotation, reason: str, **chosen: str) -> None:
        """Notes that no word stands for an annotation, if it is there."""
        key = row.key(**chosen)
        if key in self._texts:
            self._taken.add(key)
            self._leave(key, reason)

    def idle(self, row: Annotation, where: str, **chosen: str) -> None:
        """Notes that the controller passes over an annotation, if it is there."""
        key = row.key(**chosen)
        if key in self._texts:
            self._taken.add(key)
            self._leave(key, f"has no effect {where}", is_idle=True)

    def _leave(self, key: str, reason: str, *, is_idle: bool = False) -> None:
        self._left.setdefault(key, Left(key, reason, self._source(key), is_idle))


def _reason(error: Exception) -> str:
    reasons = [problem.reason.rstrip(".") for problem in error.problems] if isinstance(error, Refused) else [str(error)]
    return f"cannot be said in typed words: {'; '.join(reasons)}"
