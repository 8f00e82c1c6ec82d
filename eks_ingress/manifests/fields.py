"""What the fields of a Kubernetes object may hold, in words to write tables with.

A text that holds `${…}` is never looked into: a CDK token or a placeholder may stand for any text, and for a number too. A field
that is null is as good as absent.
"""

from __future__ import annotations

import json as as_json
from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple

from eks_ingress.manifests.manifest import Pointer
from eks_ingress.nearest import nearest
from eks_ingress.refusal import Refusals

ENOUGH = 50
"""After how many flaws the rest of an object is not looked at."""
_MOST_UNKNOWN = 20
"""How many unknown fields of a mapping are compared with the known ones."""
_LONGEST_NAME = 320
"""More characters than any name has, the prefix of a label's key included."""
_CHARACTERS_SHOWN = 60


class Flaw(NamedTuple):
    """Something in an object that Kubernetes does not take."""

    at: Pointer
    reason: str
    """Goes on where the name of the field ends."""
    remedy: str


Verdict = tuple[str, str] | None
"""The reason, which goes on where the value ends, and the remedy for something that is wrong."""
Judge = Callable[[str], Verdict]
Shape = Callable[[Any, Pointer, list[Flaw]], None]
"""What a field may hold: adds what is wrong with a value that is there."""


def anything(value: Any, at: Pointer, flaws: list[Flaw]) -> None:
    """A field that nobody reads."""


def text(judge: Judge | None = None, *, json: bool = False, hidden: bool = False) -> Shape:
    """A text, which `judge` may look at; `json` if it may well be JSON, `hidden` if messages keep it to themselves."""

    def check(value: Any, at: Pointer, flaws: list[Flaw]) -> None:
        if not isinstance(value, str):
            remedy = "Put it in quotes." if json or not isinstance(value, dict | list) else "Write a text."
            what = "is something else" if hidden else f"is {shown(value)}"
            flaws.append(Flaw(at, f"{what}, where Kubernetes takes a text", remedy))
        elif judge is not None and "${" not in value and (verdict := judge(value)) is not None:
            reason, remedy = verdict
            flaws.append(Flaw(at, reason if hidden else f"{shown(value)} {reason}", remedy))

    return check


def one_of(*words: str) -> Shape:
    """One of some words."""

    def check(value: Any, at: Pointer, flaws: list[Flaw]) -> None:
        if not isinstance(value, str):
            flaws.append(Flaw(at, f"is {shown(value)}, where Kubernetes takes a text", f"Write {listed(words)}."))
        elif value not in words and "${" not in value:
            near = nearest(value, words)
            remedy = f"Did you mean {near!r}?" if near else f"Write {listed(words)}."
            flaws.append(Flaw(at, f"is {shown(value)}, which Kubernetes does not take", remedy))

    return check


def number(least: int = -(2**31), most: int = 2**31 - 1, *, or_zero: bool = False) -> Shape:
    """A whole number; `or_zero` if 0 stands for none."""

    def check(value: Any, at: Pointer, flaws: list[Flaw]) -> None:
        if isinstance(value, int) and not isinstance(value, bool):
            if not least <= value <= most and not (or_zero and value == 0):
                flaws.append(Flaw(at, f"is {shown(value)}, which is out of range", f"Write a number from {least} to {most}."))
        elif not isinstance(value, str) or "${" not in value:
            digits = isinstance(value, str) and value.isdecimal()
            remedy = "Write it without quotes." if digits else "Write a whole number."
            flaws.append(Flaw(at, f"is {shown(value)}, where Kubernetes takes a number", remedy))

    return check


def flag(value: Any, at: Pointer, flaws: list[Flaw]) -> None:
    """True or false."""
    if not isinstance(value, bool) and not (isinstance(value, str) and "${" in value):
        spelt = str(value).lower() in ("true", "false")
        remedy = f"Write {str(value).lower()}, without quotes." if spelt else "Write true or false."
        flaws.append(Flaw(at, f"is {shown(value)}, where Kubernetes takes true or false", remedy))


def number_or_text(a_number: Shape, a_text: Shape) -> Shape:
    """A number, or a name that stands for one."""
    return lambda value, at, flaws: (a_text if isinstance(value, str) else a_number)(value, at, flaws)


def list_of(item: Shape, *, least: int = 0) -> Shape:
    """A list of things that are all the same."""

    def check(value: Any, at: Pointer, flaws: list[Flaw]) -> None:
        if not isinstance(value, list):
            flaws.append(Flaw(at, f"is {shown(value)}, where Kubernetes takes a list", "Write '- ' before each item."))
            return
        if len(value) < least:
            flaws.append(Flaw(at, "is empty", "Write at least one item."))
        for place, part in enumerate(value):
            if len(flaws) >= ENOUGH:
                return
            if part is None:
                flaws.append(Flaw((*at, place), "is empty", "Write its value, or remove the '-'."))
            else:
                item(part, (*at, place), flaws)

    return check


def map_of(item: Shape, judge_key: Judge | None = None) -> Shape:
    """A mapping whose keys are up to the user."""

    def check(value: Any, at: Pointer, flaws: list[Flaw]) -> None:
        if not isinstance(value, dict):
            remedy = "Write 'key: value' below it, indented."
            flaws.append(Flaw(at, f"is {shown(value)}, where Kubernetes takes a mapping", remedy))
            return
        for key, part in value.items():
            if len(flaws) >= ENOUGH:
                return
            if judge_key is not None and "${" not in key and (verdict := judge_key(key)) is not None:
                flaws.append(Flaw((*at, key), *verdict))
            if part is None:
                flaws.append(Flaw((*at, key), "has no value", "Write its value, or '' for an empty one."))
            else:
                item(part, (*at, key), flaws)

    return check


Rule = Callable[[Mapping[str, Any], Pointer, list[Flaw]], None]
"""What must hold between the fields of a mapping, each of which is as it should be."""


def fields(
    known: Mapping[str, Shape],
    required: Mapping[str, str] = MappingProxyType({}),
    *,
    elsewhere: Mapping[str, str] = MappingProxyType({}),
    rule: Rule | None = None,
    instead: str = "Write its fields below it, indented.",
) -> Shape:
    """A mapping with fields of its own; unknown ones are told where they seem to be misspelt.

    `required` are those that must be there, and for each what to do where it is not; `elsewhere` are fields of older versions and
    the like, and for each what to write instead. `instead` says what to do where no mapping stands.
    """

    def check(value: Any, at: Pointer, flaws: list[Flaw]) -> None:
        if not isinstance(value, dict):
            flaws.append(Flaw(at, f"is {shown(value)}, where Kubernetes takes a mapping", instead))
            return
        before = len(flaws)
        unknown = []
        for name, part in value.items():
            shape = known.get(name)
            if shape is None:
                unknown.append(name)
            elif part is not None:
                shape(part, (*at, name), flaws)
        for name in unknown[:_MOST_UNKNOWN]:
            near = None if name in elsewhere else nearest(name, known.keys() - value.keys())
            if near is not None or name in elsewhere:
                remedy = elsewhere.get(name, f"Did you mean {near!r}?")
                flaws.append(Flaw((*at, name), "is no field that Kubernetes knows", remedy))
        for name, remedy in required.items():
            if value.get(name) is None:
                flaws.append(Flaw(at, f"has no {name}", remedy))
        if rule is not None and len(flaws) == before:
            rule(value, at, flaws)

    return check


def or_empty(judge: Judge) -> Judge:
    """Takes the empty text as well, which is as good as none."""
    return lambda value: judge(value) if value else None


def named(require: Callable[[Refusals, str, str], None]) -> Judge:
    """Judges a text as a rule for names does; the reason begins with 'is not'."""

    @lru_cache(maxsize=1024)
    def judged(value: str) -> Verdict:
        refusals = Refusals()
        require(refusals, "", value)
        if not refusals.problems:
            return None
        return refusals.problems[0].reason.removeprefix(f" {value!r} ").removesuffix("."), refusals.problems[0].remedy

    def judge(value: str) -> Verdict:
        if len(value) > _LONGEST_NAME:
            return f"is not as short as names are: it has {len(value):,} characters", "Write a shorter one."
        return judged(value)

    return judge


def is_like(word: str, other: str) -> bool:
    """Whether two words are all but the same, whatever their case."""
    from difflib import SequenceMatcher  # noqa: PLC0415

    return SequenceMatcher(None, word[:_LONGEST_NAME].lower(), other.lower()).ratio() > 0.85


def shown(value: Any) -> str:
    """A value as messages show it."""
    if isinstance(value, dict | list):
        return "a mapping" if isinstance(value, dict) else "a list"
    if not isinstance(value, str):
        return as_json.dumps(value, default=str)[:_CHARACTERS_SHOWN]
    return repr(value if len(value) <= _CHARACTERS_SHOWN else value[: _CHARACTERS_SHOWN - 1] + "…")


def listed(words: tuple[str, ...]) -> str:
    """Words in a sentence: `a, b or c`."""
    return " or ".join([", ".join(words[:-1]), words[-1]])
