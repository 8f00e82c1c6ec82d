"""The cases that are put to the controller and to the plan.

Each file holds one subject: a document with a list of cases, after an optional one with `defaults` for them all. A case is

    - name: a-lower-order-goes-first    # what it shows
      why: …                            # where the name does not say enough
      refused: conflicting scheme       # a part of what the controller answers, where it refuses
      objects: […]                      # in the short form, see `short`
      controller: {…}                   # flags of the controller, where they are not its own defaults
      facts: {…}                        # what is in the AWS account

What the file's defaults and `common.yaml` have is added: objects where the case has none of that kind and name and does not list it
in `without` (`Secret shop/idp`), flags and facts where it has none of that key.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from .short import Object, full, identity

HERE = Path(__file__).parent
COMMON = HERE / "common.yaml"


@dataclass(frozen=True, slots=True)
class Case:
    """Objects, flags and facts, from which the controller builds load balancers, or refuses to."""

    name: str
    objects: list[Object]
    controller: dict[str, Any]
    facts: dict[str, Any]
    file: str
    why: str = ""
    refused: str = ""
    """A part of the controller's refusal; empty where it builds."""


@cache
def load() -> list[Case]:
    """All cases, in the order of their files and within them."""
    return [case for file in sorted(HERE.glob("*.yaml")) if file != COMMON for case in _cases(file)]


def _cases(file: Path) -> Iterable[Case]:
    [common] = _documents(COMMON)
    *defaults, cases = _documents(file)
    for written in cases:
        layers = [written, *defaults, common]
        yield Case(
            name=written["name"],
            objects=_objects(layers, set(written.get("without", []))),
            controller=_merged(layers, "controller"),
            facts=_merged(layers, "facts"),
            file=file.name,
            why=written.get("why", ""),
            refused=written.get("refused", ""),
        )


def _documents(file: Path) -> list[Any]:
    documents = yaml.load_all(file.read_text("utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return [document["defaults"] if isinstance(document, dict) else document for document in documents]


def _objects(layers: list[Any], without: set[str]) -> list[Object]:
    """What a case has itself comes first; of two with one name the earlier layer's stands."""
    made: dict[tuple[str, str, str], Object] = {}
    for layer in layers:
        for each in map(full, layer.get("objects", [])):
            kind, namespace, name = identity(each)
            if layer is layers[0] or f"{kind} {namespace}/{name}".replace(" /", " ") not in without:
                made.setdefault((kind, namespace, name), each)
    return list(made.values())


def _merged(layers: list[Any], key: str) -> dict[str, Any]:
    return {name: value for layer in reversed(layers) for name, value in layer.get(key, {}).items()}
