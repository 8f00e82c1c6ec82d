"""Builds the values of a YAML document from a parser's events, at no more than what each event costs.

Nothing here is recursive, and what is referred to many times exists once; depth and number of values are counted as if each
reference were written out.

Facts: sigs.k8s.io/yaml, which takes merge keys (`<<`) in the order in which they are written, and makes texts of keys.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any, NamedTuple

from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from eks_ingress.manifests.yaml_scalars import resolve

DEEPEST = 100
"""How many mappings and lists may stand in each other."""
MOST_VALUES = 2_000_000
"""How many values a text may have, each reference counted as what it stands for."""
MOST_MISTAKES = 100
"""After how many mistakes the rest of a document is not read."""
QUOTES = "Put it in quotes."

_STANDARD = "tag:yaml.org,2002:"
_TYPES: Mapping[str, type | tuple[type, ...]] = {
    _STANDARD + "bool": bool,
    _STANDARD + "int": int,
    _STANDARD + "float": (int, float),
    _STANDARD + "null": type(None),
}
"""What stands behind the tags of plain values, but for `!!str`."""
_HALF = re.compile("[\ud800-\udfff]")
_UNFINISHED = object()
_Lines = dict[str, int] | list[int]


class Document(NamedTuple):
    """One document of a text."""

    value: Any
    """Mappings with keys of text, lists, texts, numbers, booleans and None; what is referred to twice is there once."""
    line: int
    """The line where it begins."""
    lines: Mapping[int, _Lines]
    """The lines of the keys of each mapping and the items of each list, by its `id`."""
    has_nulls: bool = False
    """Whether there may be a None in it."""

    def line_of(self, part: Any, at: str | int | None = None) -> int:
        """The line of a key of a mapping or an item of a list in this document; of the first one where none is named."""
        lines: Any = self.lines[id(part)]
        if at is None:
            return next(iter(lines.values() if isinstance(lines, dict) else lines), self.line)
        return int(lines[at])


class Mistake(Exception):
    """Something in a text that Kubernetes would not read, or not as it is written."""

    def __init__(self, line: int, reason: str, remedy: str) -> None:
        super().__init__(reason)
        self.line, self.reason, self.remedy = line, reason, remedy


@dataclass(slots=True)
class Budget:
    """How many values a text had so far."""

    values: int = 0


class _Open:
    """A mapping or a list whose end has not come yet."""

    __slots__ = ("anchor", "before", "deepest", "is_list", "key", "line", "lines", "merged", "merging", "value")

    def __init__(self, event: Any, line: int, before: int) -> None:
        self.is_list = event.__class__ is SequenceStartEvent
        self.value: Any = [] if self.is_list else {}
        self.lines: Any = [] if self.is_list else {}
        self.line = line
        self.anchor = event.anchor
        self.key: str | None = None
        """The key whose value comes next."""
        self.merging = False
        """Whether that is a merge key."""
        self.merged: frozenset[str] = frozenset()
        """The keys that are there by a merge only."""
        self.before = before
        """How many values there were before it."""
        self.deepest = 0
        """How many levels there are in what it holds."""


class Builder:
    """Builds one document; `mistakes` are those after which it could go on."""

    def __init__(self, first_line: int, budget: Budget) -> None:
        self.mistakes: list[Mistake] = []
        self._first = first_line
        self._budget = budget
        self._anchors: dict[str, tuple[Any, int, int]] = {}
        """What each anchor stands for, how many values and how many levels that are."""
        self._lines: dict[int, _Lines] = {}
        self._stack: list[_Open] = []
        self._has_nulls = False
        self._root: tuple[Any, int] | None = None

    def build(self, parser: Any) -> Document | None:
        """The document, None where there is none. Raises `Mistake`, and the errors of the parser."""
        first, next_event = self._first, parser.get_event
        started = False
        while True:
            event = next_event()
            kind = event.__class__
            if kind is ScalarEvent:
                self._scalar(event, first + event.start_mark.line)
            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                self._start(event, first + event.start_mark.line)
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                self._end()
            elif kind is AliasEvent:
                self._alias(event.anchor, first + event.start_mark.line)
            elif kind is DocumentStartEvent:
                if started:
                    reason = "has another document behind '...', which Kubernetes does not read."
                    raise Mistake(first + event.start_mark.line, reason, "Part documents by a line with '---'.")
                started = True
            elif kind is StreamEndEvent:
                return None if self._root is None else Document(*self._root, self._lines, self._has_nulls)

    def _scalar(self, event: Any, line: int) -> None:
        value = event.value
        if not value.isascii() and _HALF.search(value):
            self.note(line, "has half of a character, as an escape.", "Write the character itself.")
        if event.tag is not None:
            value = self._tagged(event.tag, value, line)
        elif event.implicit[0]:
            value = resolve(value)
            if value.__class__ is float and not isfinite(value):
                self.note(line, f"has the number {event.value}, for which JSON has no word.", QUOTES)
        if value is None:
            self._has_nulls = True
        if event.anchor is not None:
            self._anchors[event.anchor] = (value, 1, 0)
        self._count(1, line)
        self._put(value, line, event)

    def _start(self, event: Any, line: int) -> None:
        tags = (None, "!", _STANDARD + ("seq" if event.__class__ is SequenceStartEvent else "map"))
        if event.tag not in tags:
            self._unknown_tag(event.tag, line)
        if len(self._stack) >= DEEPEST:
            raise Mistake(line, f"is nested more than {DEEPEST} levels deep.", "No Kubernetes object is: check what made it.")
        if self._stack and not self._stack[-1].is_list and self._stack[-1].key is None:
            raise Mistake(line, "has a mapping or a list as a key, where Kubernetes takes a text.", QUOTES)
        if event.anchor is not None:
            self._anchors[event.anchor] = (_UNFINISHED, 0, 0)
        self._stack.append(_Open(event, line, self._budget.values))
        self._count(1, line)

    def _end(self) -> None:
        done = self._stack.pop()
        self._lines[id(done.value)] = done.lines
        if done.anchor is not None:
            self._anchors[done.anchor] = (done.value, self._budget.values - done.before, done.deepest + 1)
        if self._stack:
            above = self._stack[-1]
            above.deepest = max(above.deepest, done.deepest + 1)
        self._put(done.value, done.line)

    def _alias(self, name: str, line: int) -> None:
        value, values, levels = self._anchors.get(name, (None, 1, 0))
        if name not in self._anchors:
            self.note(
                line, f"refers to '*{name}', and no '&{name}' comes before.", f"Define it, or put the text '*{name}' in quotes."
            )
        elif value is _UNFINISHED:
            raise Mistake(line, f"has '&{name}' contain itself.", "Write it out.")
        if len(self._stack) + levels > DEEPEST:
            raise Mistake(line, f"is nested more than {DEEPEST} levels deep through '*{name}'.", "Write it out, and less deep.")
        if self._stack:
            self._stack[-1].deepest = max(self._stack[-1].deepest, levels)
        self._count(values, line)
        self._put(value, line)

    def _count(self, values: int, line: int) -> None:
        self._budget.values += values
        if self._budget.values > MOST_VALUES:
            raise Mistake(line, f"has more than {MOST_VALUES:,} values, references included.", "Part it into several files.")

    def _put(self, value: Any, line: int, event: Any = None) -> None:
        """Puts a value where it belongs; `event` is that of a scalar, which may be a merge key."""
        if not self._stack:
            self._root = (value, line)
            return
        top = self._stack[-1]
        if top.is_list:
            top.value.append(value)
            top.lines.append(line)
        elif top.key is None:
            self._key(top, value, line, event)
        elif top.merging:
            self._merge(top, value, line)
            top.key, top.merging = None, False
        else:
            top.value[top.key] = value
            top.key = None

    def _key(self, top: _Open, value: Any, line: int, event: Any) -> None:
        if value == "<<" and event is not None and event.implicit[0]:
            top.key, top.merging = value, True
            return
        key = value if isinstance(value, str) else self._as_key(value, line, event)
        if key in top.lines and key not in top.merged:
            where = f"here and on line {top.lines[key]}"
            self.note(line, f"has the key {short(key)} twice, {where}, and only one can count.", "Remove one of them.")
        if top.merged:
            top.merged -= {key}
        top.key = key
        top.lines[key] = line

    def _as_key(self, value: Any, line: int, event: Any) -> str:
        """A key that is no text. Kubernetes makes one of it, but for a few numbers not the one that was written."""
        written = json.dumps(value) if value is None or isinstance(value, bool | int | float) else "a mapping or a list"
        if value is None:
            self.note(line, "has a value without a key.", "Write its key, or remove the line.")
        elif isinstance(value, bool) or event is None or event.value != written:
            self.note(line, f"has a key that YAML reads as {written}, where Kubernetes takes a text.", QUOTES)
        return written

    def _merge(self, top: _Open, value: Any, line: int) -> None:
        # Of several the first wins, and each goes over what is written above it.
        parts = reversed(value) if isinstance(value, list) else [value]
        for part in parts:
            if not isinstance(part, dict):
                self.note(line, "merges ('<<') what is no mapping.", "Refer to a mapping, or put '<<' in quotes.")
                continue
            top.merged |= part.keys() - top.lines.keys()
            top.lines.update(self._lines[id(part)])
            top.value.update(part)

    def _tagged(self, tag: str, text: str, line: int) -> Any:
        if tag == _STANDARD + "str" or tag == "!" or (tag == _STANDARD + "merge" and text == "<<"):
            return text
        if tag not in _TYPES:
            self._unknown_tag(tag, line)
            return text
        value = resolve(text)
        if not isinstance(value, _TYPES[tag]) or (isinstance(value, bool) and _TYPES[tag] is not bool):
            self.note(line, f"has {short(text)} tagged as {_name(tag)}, which it is not.", "Remove the tag.")
        return value

    def _unknown_tag(self, tag: str, line: int) -> None:
        reason = f"has the tag {short(_name(tag))}, for which Kubernetes has no meaning."
        self.note(line, reason, "Write the value itself, without a tag.")

    def note(self, line: int, reason: str, remedy: str) -> None:
        """Notes a mistake after which reading can go on; raises it where there are too many already."""
        mistake = Mistake(line, reason, remedy)
        if len(self.mistakes) >= MOST_MISTAKES:
            raise mistake
        self.mistakes.append(mistake)


def short(text: str) -> str:
    """A text as it is shown in a message."""
    return repr(text if len(text) <= 60 else text[:57] + "…")


def _name(tag: str) -> str:
    return "!!" + tag.removeprefix(_STANDARD) if tag.startswith(_STANDARD) else tag
