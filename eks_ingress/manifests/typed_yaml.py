"""YAML files that are read by their keys: each key is known, each value of one kind, and each mistake told with its line.

They are read by the same rules as Kubernetes objects.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any

from eks_ingress.manifests.fields import listed
from eks_ingress.manifests.files import LARGEST
from eks_ingress.manifests.yaml_builder import Document, short
from eks_ingress.manifests.yaml_text import documents
from eks_ingress.nearest import nearest
from eks_ingress.refusal import Problem, Refused
from eks_ingress.source import Source

_KINDS: dict[type, str] = {
    str: "a text",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    dict: "a mapping",
    list: "a list",
}


class Page:
    """A file that is being read, and what is wrong in it."""

    def __init__(self, path: str | Path) -> None:
        """Raises `Refused` for a file that cannot be read, or that is no YAML."""
        self.file = str(path)
        self.problems: list[Problem] = []
        read = list(documents(self._text(), self.file))
        self.problems += [found for found in read if isinstance(found, Problem)]
        self.settle()
        self._documents = [found for found in read if isinstance(found, Document)]

    @property
    def documents(self) -> list[Node]:
        """Its documents, but for empty ones."""
        return [Node(self, made, made.value, made.line, "the file") for made in self._documents if made.value is not None]

    def only(self, holding: str) -> Node:
        """Its only document, which holds `holding`. Raises `Refused` where there is none, or several."""
        found = self.documents
        if len(found) != 1:
            reason = "is empty." if not found else "has several documents."
            self.note(found[1].line if found else None, reason, f"Write {holding}, in one document.")
        self.settle()
        return found[0]

    def note(self, line: int | None, reason: str, remedy: str) -> None:
        """Notes that something is wrong on a line."""
        self.problems.append(Problem(reason, remedy, Source(file=self.file, line=line)))

    def settle(self) -> None:
        """Raises `Refused` with all that was noted, if anything was."""
        if self.problems:
            raise Refused(self.problems)

    def _text(self) -> str:
        try:
            with open(self.file, "rb") as file:
                data = file.read(LARGEST + 1)
            if len(data) > LARGEST:
                raise ValueError(f"it has more than {LARGEST // 2**20} MiB")
            return data.decode("utf-8-sig")
        except (OSError, ValueError) as error:
            reason = (
                "it is no text in UTF-8" if isinstance(error, UnicodeDecodeError) else getattr(error, "strerror", None) or error
            )
            remedy = "Check the name." if isinstance(error, FileNotFoundError) else "Check what it is, and who may read it."
            raise Refused([Problem(f"cannot be read: {reason}.", remedy, Source(file=self.file))]) from None


class Node:
    """A value in such a file, what it is called, and its line.

    What is wrong with it is noted, and something that would be right is read.
    """

    __slots__ = ("_document", "_page", "line", "value", "what")

    def __init__(self, page: Page, document: Document, value: Any, line: int, what: str) -> None:
        self._page = page
        self._document = document
        self.value = value
        self.line = line
        self.what = what

    @property
    def source(self) -> Source:
        """Where it stands."""
        return Source(file=self._page.file, line=self.line)

    def wrong(self, reason: str, remedy: str) -> None:
        """Notes that it is wrong: `reason` follows its name."""
        self._page.note(self.line, f"{self.what} {reason}", remedy)

    def _is(self, *kinds: type) -> bool:
        """Whether it is of one of the kinds; notes it if not."""
        if isinstance(self.value, kinds) and (bool in kinds or not isinstance(self.value, bool)):
            return True
        found = "empty" if self.value is None else _KINDS.get(type(self.value), "something else")
        self.wrong(f"is {found}, and must be {_KINDS[kinds[0]]}.", "Correct it.")
        return False

    # One value

    def text(self, one_of: Collection[str] = ()) -> str:
        """A text that is not empty, one of `one_of` if they are given."""
        right = next(iter(one_of), "")
        if not self._is(str):
            return right
        if not self.value:
            self.wrong("is empty.", "Write it, or leave the key out.")
        elif one_of and self.value not in one_of:
            self.wrong(f"is {short(self.value)}.", meant(self.value, one_of))
        else:
            return str(self.value)
        return right

    def flag(self) -> bool:
        """True or false."""
        return self._is(bool) and bool(self.value)

    def number(self, least: int, most: int) -> int:
        """A whole number from `least` to `most`."""
        if not self._is(int):
            return least
        if not least <= self.value <= most:
            self.wrong(f"is {self.value}.", f"Write a number from {least} to {most}.")
            return least
        return int(self.value)

    # Several

    def items(self) -> list[Node]:
        """The items of a list."""
        if not self._is(list):
            return []
        return [
            Node(self._page, self._document, item, self._document.line_of(self.value, at), f"item {at + 1} of {self.what}")
            for at, item in enumerate(self.value)
        ]

    def texts(self) -> tuple[str, ...]:
        """The texts of a list."""
        return tuple(text for item in self.items() if (text := item.text()))

    def entries(self) -> dict[str, Node]:
        """The values of a mapping whose keys are the user's."""
        if not self._is(dict):
            return {}
        of = "" if self.what == "the file" else f" of {self.what}"
        return {
            key: Node(self._page, self._document, value, self._document.line_of(self.value, key), f"{short(key)}{of}")
            for key, value in self.value.items()
        }

    def pairs(self) -> dict[str, str]:
        """The texts of a mapping whose keys are the user's; numbers and booleans count as they would be written."""
        found: dict[str, str] = {}
        for key, node in self.entries().items():
            if isinstance(node.value, bool):
                found[key] = "true" if node.value else "false"
            elif node.value is None:
                found[key] = ""
            elif node._is(str, int, float):
                found[key] = str(node.value)
        return found

    def fields(self, known: Collection[str], required: Iterable[str] = ()) -> dict[str, Node]:
        """The values of a mapping that has no keys but those that are known."""
        found = self.entries()
        for key, node in found.items():
            if key not in known:
                node.wrong("is not known.", meant(key, known))
        if isinstance(self.value, dict):
            for key in required:
                if key not in found:
                    self.wrong(f"has no {key!r}.", "Write it.")
        return {key: node for key, node in found.items() if key in known}


def meant(word: str, known: Collection[str]) -> str:
    """What somebody who wrote `word` probably meant, and else what there is."""
    near = nearest(word, tuple(known))
    return f"Did you mean {near!r}?" if near else f"Write {listed(tuple(sorted(known)))}."
