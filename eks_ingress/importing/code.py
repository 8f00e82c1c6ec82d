"""Python expressions, and how they are laid out: as `ruff format` and `black` would, in lines of 88 characters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

WIDTH = 88
"""How many characters a line has at most, where it can be broken."""

_INDENT = "    "


@dataclass(frozen=True)
class Atom:
    """An expression that cannot be broken: a name, a text, a number."""

    text: str

    @property
    def flat(self) -> str:
        """It in one line."""
        return self.text


@dataclass(frozen=True)
class Call:
    """A call, with its arguments in order; those without a name come first."""

    function: str
    arguments: Sequence[tuple[str | None, Expression]]

    @property
    def flat(self) -> str:
        """It in one line."""
        return f"{self.function}({', '.join(_named(name, value.flat) for name, value in self.arguments)})"


@dataclass(frozen=True)
class Items:
    """A list in brackets or a tuple in parentheses, which has two items at least."""

    items: Sequence[Expression]
    brackets: str = "[]"

    @property
    def flat(self) -> str:
        """It in one line."""
        return self.brackets[0] + ", ".join(item.flat for item in self.items) + self.brackets[1]


@dataclass(frozen=True)
class Entries:
    """A dict."""

    entries: Sequence[tuple[Expression, Expression]]

    @property
    def flat(self) -> str:
        """It in one line."""
        return "{" + ", ".join(f"{key.flat}: {value.flat}" for key, value in self.entries) + "}"


Expression = Atom | Call | Items | Entries
"""A Python expression."""


def lines(before: str, value: Expression, after: str = "", indent: str = "") -> Iterator[str]:
    """The lines of an expression that stands behind `before` and in front of `after`, each with its indent."""
    flat = f"{indent}{before}{value.flat}{after}"
    if isinstance(value, Atom) or len(flat) <= WIDTH or not _parts(value):
        yield flat
        return
    deeper = indent + _INDENT
    opening, closing = _brackets(value)
    yield f"{indent}{before}{opening}"
    parts = _parts(value)
    together = deeper + ", ".join(f"{begin}{part.flat}" for begin, part in parts)
    if isinstance(value, Call) and len(together) <= WIDTH:
        yield together
    else:
        for begin, part in parts:
            yield from lines(begin, part, ",", deeper)
    yield f"{indent}{closing}{after}"


def text(value: str) -> Atom:
    """A text in the quotes that a formatter would choose."""
    quote = "'" if value.count('"') > value.count("'") else '"'
    return Atom(quote + "".join(_escaped(character, quote) for character in value) + quote)


def _escaped(character: str, quote: str) -> str:
    if character in (quote, "\\"):
        return f"\\{character}"
    return character if character.isprintable() else character.encode("unicode_escape").decode()


def _parts(value: Expression) -> list[tuple[str, Expression]]:
    """What stands between the brackets, each with what stands before it."""
    match value:
        case Call():
            return [(_named(name, ""), argument) for name, argument in value.arguments]
        case Items():
            return [("", item) for item in value.items]
        case Entries():
            return [(f"{key.flat}: ", entry) for key, entry in value.entries]
        case _:
            return []


def _brackets(value: Expression) -> tuple[str, str]:
    match value:
        case Call():
            return f"{value.function}(", ")"
        case Items():
            return value.brackets[0], value.brackets[1]
        case _:
            return "{", "}"


def _named(name: str | None, text: str) -> str:
    return text if name is None else f"{name}={text}"
