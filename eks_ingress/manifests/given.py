"""Kubernetes objects that are given as data of Python, or that cdk8s makes, and what neither YAML nor the API would take of them.

CDK tokens within texts are texts like any other. All else that is known only at deploy time is refused, since it would become
something else on the way: cdk8s writes `<unresolved-token>` for it, or what it is made of.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import isfinite
from typing import Any

from eks_ingress.manifests.manifest import Manifest, Pointer
from eks_ingress.manifests.objects import Object, leave_out_nulls, objects
from eks_ingress.manifests.shape import path_of, title_of
from eks_ingress.manifests.yaml_builder import DEEPEST, MOST_VALUES
from eks_ingress.refusal import Problem
from eks_ingress.source import Source
from eks_ingress.tokens import is_number_token

_AS_TEXT = "Write a text with the token in it: `Token.as_string(…)`, or an attribute such as `bucket.bucket_arn`."
_UNRESOLVED = frozenset({"<unresolved-token>", "<unresolved-lazy>"})
"""What cdk8s makes of values that are known only later."""


def given(value: object, source: Source) -> Iterator[Manifest | Problem]:
    """The objects in a mapping, a List of Kubernetes taken apart; or what is wrong with it."""
    copier = _Copier(source)
    copied = copier.copy(value, ())
    if copier.problems:
        yield from copier.problems
        return
    if isinstance(copied, dict | list):
        leave_out_nulls(copied)
    for found in objects(copied, source, lambda *_: source):
        yield Manifest(found.body, found.source) if isinstance(found, Object) else found


class _Copier:
    """Copies a value into mappings, lists, texts, numbers, booleans and None; notes what is none of these."""

    def __init__(self, source: Source) -> None:
        self.problems: list[Problem] = []
        self._source = source
        self._title = ""
        self._values = 0

    def copy(self, value: object, at: Pointer) -> Any:
        if not at and isinstance(value, Mapping):
            self._title = title_of(value)
        self._values += 1
        if self._values > MOST_VALUES:
            self._note((), f"has more than {MOST_VALUES:,} values", "Part it into several objects.")
        elif len(at) > DEEPEST:
            self._note(at[:3], f"has more than {DEEPEST} mappings and lists in each other", "Write fewer, or look for a circle.")
        elif isinstance(value, str):
            return self._text(value, at)
        elif value is None or isinstance(value, bool | int):
            return value
        elif isinstance(value, float):
            return self._number(value, at)
        elif isinstance(value, Mapping):
            return self._mapping(value, at)
        elif isinstance(value, list | tuple):
            return [self.copy(item, (*at, place)) for place, item in enumerate(value)]
        elif callable(getattr(value, "resolve", None)):
            self._note(at, "is a value of the CDK that is known only at deploy time, and no text", _AS_TEXT)
        else:
            self._note(
                at,
                f"is of the type {type(value).__name__}, which is no JSON",
                "Write texts, numbers, booleans, lists and mappings.",
            )
        return None

    def _text(self, value: str, at: Pointer) -> str:
        if value in _UNRESOLVED:
            self._note(
                at, f"is {value!r}: cdk8s was given a value of the CDK that is known only at deploy time, and no text", _AS_TEXT
            )
        elif "#{Token[" in value:
            self._note(at, "is a list that is known only at deploy time", "Write its items, each a text: `Fn.select(0, …)`.")
        return str.__str__(value)

    def _number(self, value: float, at: Pointer) -> float:
        if is_number_token(value):
            self._note(at, "is a number that is known only at deploy time", "Write the number itself.")
        elif not isfinite(value):
            self._note(at, f"is {value}, which is no JSON", "Write a number.")
        return value

    def _mapping(self, value: Mapping[Any, object], at: Pointer) -> dict[str, Any]:
        (key, below), *others = value.items() if value else [("", None)]
        if not others and isinstance(key, str) and (key == "Ref" or key.startswith("Fn::")):
            self._note(at, f"is {key!r}, the way in which a template writes what is known only at deploy time", _AS_TEXT)
        elif not others and key == "producer" and below == {}:
            self._note(at, "is a Lazy of cdk8s, which cdk8s does not resolve here", "Write the value itself.")
        copied = {}
        for key, part in value.items():
            if not isinstance(key, str):
                self._note(at, f"has the key {key!r}, which is no text", "Put it in quotes.")
            else:
                copied[str.__str__(key)] = self.copy(part, (*at, key))
        return copied

    def _note(self, at: Pointer, reason: str, remedy: str) -> None:
        what = f"{self._title} {path_of(at)}".strip()
        problem = Problem(f"{what} {reason}.", remedy, self._source)
        if problem not in self.problems:
            self.problems.append(problem)
