"""How the controller reads the value of an annotation; each grammar encodes a value so that it reads back the same.

A text may hold CDK tokens: they are written as they stand, with nothing inside them escaped, and what they become is not checked.

Facts: the controller's annotation parser (`pkg/annotations`) and its types (`pkg/ingress`), Go's `strconv` and `encoding/json`.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

from eks_ingress.tokens import has_token

T = TypeVar("T")

_SPACES = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
)
"""What Go trims; Python's `str.strip` takes four more."""

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


class Unreadable(ValueError):
    """Raised for a text that the controller could not read; says what it expects."""


class Unwritable(ValueError):
    """Raised for a value that no text stands for: the controller would read something else."""


class Grammar(Generic[T]):
    """One way to write a value as text."""

    kind: ClassVar[str]
    """What to call such values in a table, in a word or two."""

    def encode(self, value: T) -> str:
        """The text from which the controller reads `value`. Raises `Unwritable`."""
        raise NotImplementedError

    def decode(self, text: str) -> T:
        """What the controller reads from `text`. Raises `Unreadable`."""
        raise NotImplementedError


class Str(Grammar[str]):
    """The text itself."""

    kind = "text"

    def encode(self, value: str) -> str:
        return value

    def decode(self, text: str) -> str:
        return text


class Bool(Grammar[bool]):
    """True or false, in the spellings of Go's ParseBool."""

    kind = "true or false"
    spellings: ClassVar[Mapping[str, bool]] = {
        **dict.fromkeys(("true", "True", "TRUE", "t", "T", "1"), True),
        **dict.fromkeys(("false", "False", "FALSE", "f", "F", "0"), False),
    }

    def encode(self, value: bool) -> str:
        return "true" if value else "false"

    def decode(self, text: str) -> bool:
        if text not in self.spellings:
            raise Unreadable("must be true or false")
        return self.spellings[text]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Int(Grammar[int]):
    """A whole number, as Go's ParseInt reads it: decimal digits with an optional sign, no spaces."""

    kind = "number"
    bits: int = 32

    def encode(self, value: int) -> str:
        if _whole(str(value), self.bits) is None:
            raise Unwritable(f"{value!r} is no whole number of {self.bits} bits")
        return str(value)

    def decode(self, text: str) -> int:
        number = _whole(text, self.bits)
        if number is None:
            raise Unreadable(f"must be a whole number of {self.bits} bits")
        return number


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class OneOf(Grammar[str]):
    """One of a few words, in exactly this spelling; a text with a token may become one."""

    kind = "one of"
    words: tuple[str, ...]

    def encode(self, value: str) -> str:
        if value not in self.words and not has_token(value):
            raise Unwritable(f"{value!r} is none of {', '.join(self.words)}")
        return value

    def decode(self, text: str) -> str:
        if text not in self.words and not has_token(text):
            raise Unreadable(f"must be one of {', '.join(self.words)}")
        return text


class List(Grammar[Sequence[str]]):
    """Words with commas between them; spaces around a word and empty words do not count. Nothing can be escaped."""

    kind = "list"

    def encode(self, value: Sequence[str]) -> str:
        for word in value:
            _require_trimmed(word)
            if word == "":
                raise Unwritable("an empty word in a list would not be read")
            if "," in word:
                raise Unwritable(f"{word!r} has a comma, which would split it")
        return ",".join(value)

    def decode(self, text: str) -> Sequence[str]:
        return [word.strip(_SPACES) for word in text.split(",") if word.strip(_SPACES)]


class StringMap(Grammar[Mapping[str, str]]):
    r"""`key=value` pairs with commas between them; spaces around a key and a value do not count, the last of equal keys wins.

    A backslash takes the next character as it is, so that a value may hold a comma; a key cannot hold `=` in any way.
    """

    kind = "key=value"

    def encode(self, value: Mapping[str, str]) -> str:
        for key, text in value.items():
            _require_trimmed(key)
            _require_trimmed(text)
            if key == "":
                raise Unwritable(f"the value {text!r} has an empty key")
            if "=" in key:
                raise Unwritable(f"the key {key!r} has '=', where its value would begin")
        return ",".join(f"{_escaped(key)}={_escaped(text)}" for key, text in value.items())

    def decode(self, text: str) -> Mapping[str, str]:
        values: dict[str, str] = {}
        for pair in _pairs(text):
            key, equals, value = pair.partition("=")
            if not equals or not key.strip(_SPACES):
                raise Unreadable(_PAIRS)
            values[key.strip(_SPACES)] = value.strip(_SPACES)
        return values


_PAIRS = "must be key=value pairs with commas between them"


def _pairs(text: str) -> Iterator[str]:
    """The pairs, without their backslashes. A comma ends one only where '=' stands behind it, escaped or not."""
    last_equals, end = text.rfind("="), len(text.rstrip(_SPACES))
    pair, place = "", 0
    while place < len(text):
        char = text[place]
        if char == "\\" and place + 1 < len(text):
            place += 1
            pair += text[place]
        elif char == "," and place < last_equals:
            yield pair
            pair = ""
        elif char == "," and place + 1 < end:
            raise Unreadable(_PAIRS)
        else:
            pair += char
        place += 1
    if pair:
        yield pair


def _escaped(text: str) -> str:
    """The text with backslashes before what would end it; a token has none of these characters."""
    return text.replace("\\", "\\\\").replace(",", "\\,")


def _require_trimmed(text: str) -> None:
    if text != text.strip(_SPACES):
        raise Unwritable(f"{text!r} has spaces at an end, which would not be read")


def _whole(text: str, bits: int) -> int | None:
    """The number that Go's ParseInt makes of decimal digits, None for what it refuses."""
    found = re.fullmatch(r"([+-]?)0*([0-9]{1,19})", text, re.ASCII)
    number = None if found is None else int(found[1] + found[2])
    return None if number is None or not -(2 ** (bits - 1)) <= number < 2 ** (bits - 1) else number


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Json(Grammar[Any]):
    """A JSON document of a certain shape, as Go's `encoding/json` reads it into the controller's types.

    Keys that the shape has not are passed over; the others are found whatever their case, and come out as the shape spells them.
    null is the same as nothing, a value of another type is unreadable, and a key that stands twice adds to what it said before.
    Where Go allows 10,000 levels of nesting, Python's parser gives up earlier.
    """

    kind = "JSON"
    shape: Shape

    def encode(self, value: Any) -> str:
        text = json.dumps(value, separators=(",", ":"))
        try:
            read = self.decode(text)
        except Unreadable as unreadable:
            raise Unwritable(f"{text} {unreadable}") from None
        if read != json.loads(text):
            raise Unwritable(f"{text} would be read as {json.dumps(read)}")
        return text

    def decode(self, text: str) -> Any:
        try:
            raw = json.loads(text, object_pairs_hook=_Pairs, parse_int=_Digits, parse_float=_Digits, parse_constant=_no_constant)
            return self.shape.zero() if raw is None else self.shape.read(raw, "")
        except Unreadable:
            raise
        except (ValueError, RecursionError) as error:
            raise Unreadable(f"must be JSON ({error})") from None


class _Pairs(tuple[tuple[str, Any], ...]):
    """A JSON object: its keys and values as they stand, equal keys too."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class _Digits:
    """A JSON number as it stands."""

    text: str


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is none of JSON's numbers")


class Shape:
    """What a part of a JSON document must be."""

    kind: ClassVar[str]
    """What to call it in a message."""
    nullable: ClassVar[bool] = True
    """Whether the controller tells absent from empty; else null leaves what an equal key said before."""

    def zero(self) -> Any:
        """What the controller takes for a part that is absent or null, where something must be there."""
        raise NotImplementedError

    def read(self, raw: Any, at: str) -> Any:
        """The value of a part that is not null; `at` is its place. Raises `Unreadable`."""
        raise NotImplementedError

    def refuse(self, raw: Any, at: str) -> Unreadable:
        """The exception for a part that is something else."""
        return Unreadable(f"must have {self.kind} at {at}, not {_called(raw)}" if at else f"must be {self.kind}")


class Text(Shape):
    """A text; absent, null and empty are the same to the controller."""

    kind = "a text"
    nullable = False

    def zero(self) -> str:
        return ""

    def read(self, raw: Any, at: str) -> str:
        if not isinstance(raw, str):
            raise self.refuse(raw, at)
        return _LONE_SURROGATE.sub("\ufffd", raw)


class Number(Shape):
    """A whole number of 32 bits; absent, null and 0 are the same to the controller."""

    kind = "a whole number of 32 bits"
    nullable = False

    def zero(self) -> int:
        return 0

    def read(self, raw: Any, at: str) -> int:
        number = _whole(raw.text, 32) if isinstance(raw, _Digits) else None
        if number is None:
            raise self.refuse(raw, at)
        return number


class YesNo(Shape):
    """True or false; absent, null and false are the same to the controller."""

    kind = "true or false"
    nullable = False

    def zero(self) -> bool:
        return False

    def read(self, raw: Any, at: str) -> bool:
        if not isinstance(raw, bool):
            raise self.refuse(raw, at)
        return raw


class TextOrNumber(Shape):
    """A text or a whole number of 32 bits."""

    kind = "a text or a whole number of 32 bits"

    def zero(self) -> int:
        return 0

    def read(self, raw: Any, at: str) -> str | int:
        number = _whole(raw.text, 32) if isinstance(raw, _Digits) else None
        if number is None and not isinstance(raw, str):
            raise self.refuse(raw, at)
        return Text().read(raw, at) if number is None else number


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Maybe(Shape):
    """A text, number or flag that the controller tells from none, even where it is empty, 0 or false."""

    shape: Shape

    def zero(self) -> Any:
        return self.shape.zero()

    def read(self, raw: Any, at: str) -> Any:
        return self.shape.read(raw, at)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Object(Shape):
    """An object with certain keys, any of which may be absent."""

    kind = "a JSON object"
    fields: Mapping[str, Shape]

    def zero(self) -> dict[str, Any]:
        return {}

    def read(self, raw: Any, at: str) -> dict[str, Any]:
        if not isinstance(raw, _Pairs):
            raise self.refuse(raw, at)
        names = {_folded(name): name for name in self.fields}
        said: dict[str, Any] = {}
        found: dict[str, Any] = {}
        for key, value in raw:
            name = names.get(_folded(key))
            if name is not None and value is not None:
                said[name] = _over(said.get(name), value)
                found[name] = self.fields[name].read(said[name], _within(at, name))
            elif name is not None and self.fields[name].nullable:
                said.pop(name, None)
                found.pop(name, None)
        return found


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ListOf(Shape):
    """A list whose entries have one shape."""

    kind = "a JSON list"
    entry: Shape

    def zero(self) -> list[Any]:
        return []

    def read(self, raw: Any, at: str) -> list[Any]:
        if not isinstance(raw, list):
            raise self.refuse(raw, at)
        return [self.entry.zero() if x is None else self.entry.read(x, f"{at}[{place}]") for place, x in enumerate(raw)]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class MapOf(Shape):
    """An object with keys of the user's choice, whose values have one shape."""

    kind = "a JSON object"
    entry: Shape

    def zero(self) -> dict[str, Any]:
        return {}

    def read(self, raw: Any, at: str) -> dict[str, Any]:
        if not isinstance(raw, _Pairs):
            raise self.refuse(raw, at)
        named = [(Text().read(key, at), value) for key, value in raw]
        return {key: self.entry.zero() if value is None else self.entry.read(value, _within(at, key)) for key, value in named}


class Anything(Shape):
    """Any JSON value."""

    kind = "a number of 64 bits"

    def zero(self) -> None:
        return None

    def read(self, raw: Any, at: str) -> Any:
        if isinstance(raw, _Pairs):
            return MapOf(self).read(raw, at)
        if isinstance(raw, list):
            return ListOf(self).read(raw, at)
        if isinstance(raw, _Digits):
            if math.isinf(float(raw.text)):
                raise self.refuse(raw, at)
            return int(raw.text) if raw.text.lstrip("-").isdecimal() else float(raw.text)
        return Text().read(raw, at) if isinstance(raw, str) else raw


def _folded(name: str) -> str:
    """A key as Go compares it: whatever its case, and with the long s, which Unicode folds to ASCII as it does the Kelvin sign."""
    return name.lower().replace("\u017f", "s")


def _over(before: Any, after: Any) -> Any:
    """What a key says that stands twice: objects are put together, lists entry by entry, all else is replaced."""
    if isinstance(before, _Pairs) and isinstance(after, _Pairs):
        return _Pairs((*before, *after))
    if isinstance(before, list) and isinstance(after, list):
        return [*map(_over, before, after), *after[len(before) :]]
    return before if after is None else after


def _within(at: str, name: str) -> str:
    return f"{at}.{name}" if at else name


def _called(raw: Any) -> str:
    """A part of a document as a message names it."""
    if isinstance(raw, _Pairs):
        return "an object"
    if isinstance(raw, list):
        return "a list"
    return raw.text if isinstance(raw, _Digits) else json.dumps(raw)
