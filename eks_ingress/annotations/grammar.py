"""How the controller reads the value of an annotation; each grammar encodes a value so that it reads back the same.

Facts: the controller's annotation parser (`pkg/annotations`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Unreadable(ValueError):
    """Raised for a value that the controller could not read; says what it expects."""


@dataclass(frozen=True, slots=True)
class Grammar(Generic[T]):
    """One way to write a value as text."""

    def encode(self, value: T) -> str:
        """The text from which the controller reads `value`."""
        raise NotImplementedError

    def decode(self, text: str) -> T:
        """What the controller reads from `text`. Raises `Unreadable`."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Str(Grammar[str]):
    """The text itself."""

    def encode(self, value: str) -> str:
        return value

    def decode(self, text: str) -> str:
        return text


@dataclass(frozen=True, slots=True)
class Int(Grammar[int]):
    """A whole number of 32 bits, as Go's ParseInt reads it: digits with an optional sign, no spaces."""

    def encode(self, value: int) -> str:
        return str(value)

    def decode(self, text: str) -> int:
        found = re.fullmatch(r"([+-]?)0*([0-9]{1,10})", text, re.ASCII)
        number = None if found is None else int(found[1] + found[2])
        if number is None or not -(2**31) <= number < 2**31:
            raise Unreadable("must be a whole number of 32 bits")
        return number


@dataclass(frozen=True, slots=True)
class OneOf(Grammar[str]):
    """One of a few words, in exactly this spelling."""

    words: tuple[str, ...]

    def encode(self, value: str) -> str:
        return value

    def decode(self, text: str) -> str:
        if text not in self.words:
            raise Unreadable(f"must be one of {', '.join(self.words)}")
        return text


@dataclass(frozen=True, slots=True)
class List(Grammar[Sequence[str]]):
    """Words with commas between them; spaces around a word and empty words do not count."""

    def encode(self, value: Sequence[str]) -> str:
        return ",".join(value)

    def decode(self, text: str) -> Sequence[str]:
        return [word.strip() for word in text.split(",") if word.strip()]


@dataclass(frozen=True, slots=True)
class Json(Grammar[Any]):
    """A JSON document: a list of objects, or an object."""

    many: bool = False

    def encode(self, value: Any) -> str:
        return json.dumps(value, separators=(",", ":"))

    def decode(self, text: str) -> Any:
        try:
            value = json.loads(text, parse_constant=_no_constant)
        except ValueError as error:
            raise Unreadable(f"must be JSON ({error})") from None
        if not self.many and not isinstance(value, dict):
            raise Unreadable("must be a JSON object")
        if self.many and not (isinstance(value, list) and all(isinstance(entry, dict) for entry in value)):
            raise Unreadable("must be a JSON list of objects")
        return value


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is none of JSON's numbers")


def field(document: Mapping[str, Any], name: str, kind: type | tuple[type, ...]) -> Any:
    """A field of a JSON object as Go's decoder finds it: whatever the case of its key, None where it is absent or null.

    Raises `Unreadable` for a value of another type than `kind`.
    """
    value = document.get(name)
    if name not in document:
        value = next((value for key, value in reversed(list(document.items())) if key.lower() == name.lower()), None)
    if value is not None and (not isinstance(value, kind) or isinstance(value, bool)):
        raise Unreadable(f"has {value!r} as {name}, which is of the wrong type")
    return value


def required(document: Mapping[str, Any], name: str, kind: type | tuple[type, ...]) -> Any:
    """As `field`; raises `Unreadable` as well where it is absent or empty."""
    value = field(document, name, kind)
    if value is None or value == "":
        raise Unreadable(f"has no {name}")
    return value
