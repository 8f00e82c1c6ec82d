"""The Kubernetes objects in a value, wherever that was written, and what is wrong with a value that is none."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from eks_ingress.refusal import Problem
from eks_ingress.source import Source

_MADE_FROM = {
    **dict.fromkeys(["kustomization.yaml", "kustomization.yml"], "Build it first (`kustomize build`), and give what comes out."),
    **dict.fromkeys(["Chart.yaml", "values.yaml"], "Render the chart first (`helm template`), and give what comes out."),
}
"""What to do with files that are no objects, but that objects are made from."""
_TEXTS = frozenset({"annotations", "labels", "matchLabels", "data", "stringData", "selector", "nodeSelector"})
"""Mappings of texts, in which a key without a value has the empty text."""


class Object(NamedTuple):
    """Something that may be a Kubernetes object, and where it stands."""

    body: Mapping[str, Any]
    source: Source


def objects(value: Any, source: Source, place: Callable[..., Source]) -> Iterator[Object | Problem]:
    """The object in a value, or the items of a list, which may be lists as well.

    `source` is where the value stands, and `place` says it of a mapping or a list in it, or of one of its keys or items.
    """
    waiting: list[tuple[Any, Source, Mapping[str, str]]] = [(value, source, {})]
    while waiting:
        value, source, of_list = waiting.pop()
        if value and isinstance(value, dict | list):
            source = place(value)
        body = {**of_list, **value} if isinstance(value, dict) and not {"apiVersion", "kind"} & value.keys() else value
        if (problem := _no_object(body, source)) is not None:
            yield problem
        elif body["kind"].endswith("List") and isinstance(items := body.get("items"), list):
            # The items of an IngressList need not say that they are Ingresses.
            kind = body["kind"].removesuffix("List")
            of_list = {"apiVersion": body["apiVersion"], "kind": kind} if kind else {}
            waiting += [(item, place(items, at), of_list) for at, item in reversed(list(enumerate(items)))]
        else:
            yield Object(body, source)


def _no_object(body: Any, source: Source) -> Problem | None:
    """Why something is no Kubernetes object, None if it is one."""
    if isinstance(body, list):
        remedy = "Part objects by a line with '---', or write them as the items of a List."
        return Problem("is a list, and no Kubernetes object.", remedy, source)
    if not isinstance(body, dict):
        return Problem("is no Kubernetes object.", "Write an object, with apiVersion, kind and metadata, or remove it.", source)
    for field in ("apiVersion", "kind"):
        if not body.get(field):
            remedy = _MADE_FROM.get(
                os.path.basename(source.file or ""), "Write it, or name only files that hold Kubernetes objects."
            )
            return Problem(f"has no {field}, as each Kubernetes object has.", remedy, source)
        if not isinstance(body[field], str):
            return Problem(f"has no text as its {field}.", "Write a text.", source)
    if not isinstance(body.get("metadata", {}), dict):
        return Problem("has metadata that are no mapping.", "Write `metadata:`, and below it `name:`.", source)
    return None


def leave_out_nulls(value: Any) -> None:
    """Leaves out of all mappings the fields without a value; texts in mappings of texts are empty instead."""
    waiting: list[tuple[Any, str]] = [(value, "")]
    seen: set[int] = set()
    while waiting:
        part, name = waiting.pop()
        if id(part) in seen:
            continue
        seen.add(id(part))
        if isinstance(part, list):
            waiting += [(item, "") for item in part if isinstance(item, dict | list)]
            continue
        waiting += [(below, key) for key, below in part.items() if isinstance(below, dict | list)]
        for key in [key for key, below in part.items() if below is None]:
            if name in _TEXTS:
                part[key] = ""
            else:
                del part[key]
