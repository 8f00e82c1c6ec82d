r"""Regular expressions of Python as JavaScript has them, so that a page compares as `eks_ingress.plan.matching` does.

The two read many signs differently: `$` before a last line break, `\w` beyond ASCII, `(?i)`. What JavaScript cannot say, such as a
reference back to a group, is not translated.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from typing import Any

if sys.version_info >= (3, 11):
    from re import _constants as c
    from re import _parser as parser
else:
    import sre_constants as c
    import sre_parse as parser

_WORD = r"\p{L}\p{N}_"
_SPACE = r"\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_SETS = {"DIGIT": r"\p{Nd}", "WORD": _WORD, "SPACE": _SPACE}
_ASCII_SETS = {"DIGIT": "0-9", "WORD": "A-Za-z0-9_", "SPACE": r"\t-\r\x20"}
_EDGE = {False: f"[{_WORD}]", True: "[A-Za-z0-9_]"}
_ANYTHING = r"[^]"
_NOT_IN_EMPTY_TEXT = "" if re.search(r"\B", "") else f"(?:(?<={_ANYTHING})|(?={_ANYTHING}))"
r"""What keeps `\B` from an empty text, where Python has none; since 3.14 it has."""
_LIKE = {"i": "\u0130\u0131", "k": "\u212a", "s": "\u017f"}
"""What Python takes for an ASCII letter where it compares without case, beside its other case."""


class NotTranslated(Exception):
    """Raised for what JavaScript has no words for."""


def javascript(regex: str) -> str:
    """The source of the same expression for JavaScript, with the flag `u`.

    Raises `NotTranslated`, and `re.error` for what is none.
    """
    parsed = parser.parse(regex)
    return _sequence(parsed, parsed.state.flags)


def _sequence(parts: Any, flags: int) -> str:
    return "".join(_part(kind, value, flags) for kind, value in parts)


def _part(kind: Any, value: Any, flags: int) -> str:
    match kind:
        case c.LITERAL:
            return _one_of([(kind, value)], flags)
        case c.NOT_LITERAL:
            return _one_of([(c.NEGATE, None), (c.LITERAL, value)], flags)
        case c.ANY:
            return _ANYTHING if flags & re.DOTALL else r"[^\n]"
        case c.IN:
            return _one_of(value, flags)
        case c.BRANCH:
            return f"(?:{'|'.join(_sequence(branch, flags) for branch in value[1])})"
        case c.SUBPATTERN:
            _, more, less, inner = value
            return f"(?:{_sequence(inner, (flags | more) & ~less)})"
        case c.MAX_REPEAT | c.MIN_REPEAT:
            least, most, inner = value
            ends = "" if most is c.MAXREPEAT else most
            return f"(?:{_sequence(inner, flags)}){{{least},{ends}}}{'?' if kind is c.MIN_REPEAT else ''}"
        case c.ASSERT | c.ASSERT_NOT:
            direction, inner = value
            sign = "=" if kind is c.ASSERT else "!"
            return f"(?{'<' if direction < 0 else ''}{sign}{_sequence(inner, flags)})"
        case c.AT:
            return _place(value, flags)
        case _:
            raise NotTranslated


def _place(place: Any, flags: int) -> str:
    word = _EDGE[bool(flags & re.ASCII)]
    edge = f"(?<={word})(?!{word})|(?<!{word})(?={word})"
    inside = f"(?<={word})(?={word})|(?<!{word})(?!{word})"
    lines = bool(flags & re.MULTILINE)
    return {
        "AT_BEGINNING": r"(?<![^\n])" if lines else f"(?<!{_ANYTHING})",
        "AT_BEGINNING_STRING": f"(?<!{_ANYTHING})",
        "AT_END": r"(?![^\n])" if lines else rf"(?=\n?(?!{_ANYTHING}))",
        "AT_END_STRING": f"(?!{_ANYTHING})",
        "AT_BOUNDARY": f"(?:{edge})",
        "AT_NON_BOUNDARY": f"(?:{inside}){_NOT_IN_EMPTY_TEXT}",
    }[place.name]


def _one_of(items: Iterable[tuple[Any, Any]], flags: int) -> str:
    """One character, or none but these: a class within a class is what JavaScript does not have."""
    negated, ranges, classes = False, "", []
    sets = _ASCII_SETS if flags & re.ASCII else _SETS
    for kind, value in items:
        if kind is c.NEGATE:
            negated = True
        elif kind is c.CATEGORY:
            name = value.name.removeprefix("CATEGORY_")
            if name.startswith("NOT_"):
                classes.append(f"[^{sets[name.removeprefix('NOT_')]}]")
            else:
                ranges += sets[name]
        else:
            first, last = value if kind is c.RANGE else (value, value)
            ranges += _range(first, last)
            if flags & re.IGNORECASE:
                ranges += _other_cases(first, last, ascii_only=bool(flags & re.ASCII))
    classes += [f"[{ranges}]"] if ranges else []
    return f"(?!{'|'.join(classes)}){_ANYTHING}" if negated else f"(?:{'|'.join(classes)})" if len(classes) > 1 else classes[0]


def _range(first: int, last: int) -> str:
    return rf"\u{{{first:x}}}" + ("" if first == last else rf"-\u{{{last:x}}}")


def _other_cases(first: int, last: int, *, ascii_only: bool) -> str:
    """What else Python takes for characters where it compares without case."""
    if last > 0x7F:
        raise NotTranslated  # a table of all letters of the world
    letters = {chr(code) for code in range(first, last + 1) if chr(code).isalpha()}
    found = {letter.swapcase() for letter in letters}
    if not ascii_only:
        found |= {like for letter in letters for like in _LIKE.get(letter.lower(), "")}
    return "".join(_range(ord(x), ord(x)) for x in sorted(found))
