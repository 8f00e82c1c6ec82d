"""What the controller says that it built, as it writes it to the annotation `dry-run-plan` of the first Ingress of a group."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eks_ingress.annotations.catalogue import DRY_RUN_PLAN
from eks_ingress.manifests.typed_yaml import Node, Page
from eks_ingress.manifests.yaml_builder import Document
from eks_ingress.manifests.yaml_text import documents

_KEY = DRY_RUN_PLAN.key()


@dataclass(frozen=True)
class Live:
    """Load balancers as the controller built them."""

    stacks: Mapping[str, Mapping[str, Any]]
    """By the name of their group."""
    is_all: bool
    """Whether a list of Ingresses was read, so that other load balancers are not there."""


def read_live(path: str | Path) -> Live:
    """Reads a saved `dry-run-plan`, or Ingresses that carry one, alone or in a List. Raises `Refused`."""
    page = Page(path)
    roots = page.documents
    found: dict[str, Mapping[str, Any]] = {}
    for root in roots:
        for node, stack in _stacks(page, root):
            if stack["id"] in found:
                node.wrong(f"is the second for the group {stack['id']!r}.", "Take one of them out.")
            found[stack["id"]] = stack
    if not found:
        remedy = "The controller writes it where its feature gate `IngressPlanAnnotation` is on."
        page.note(None, f"has no dry-run plan: neither one itself, nor an Ingress with the annotation {_KEY}.", remedy)
    page.settle()
    return Live(found, len(roots) > 1 or any(_items(root) is not None for root in roots))


def _items(root: Node) -> Node | None:
    items = root.entries().get("items") if isinstance(root.value, Mapping) else None
    return items if items is not None and isinstance(items.value, list) else None


def _stacks(page: Page, root: Node) -> Iterator[tuple[Node, Mapping[str, Any]]]:
    items = _items(root)
    for node in [root] if items is None else items.items():
        entries = node.entries() if isinstance(node.value, Mapping) else {}
        metadata = entries.get("metadata")
        annotations = metadata.entries().get("annotations") if metadata and isinstance(metadata.value, Mapping) else None
        if annotations is not None and isinstance(annotations.value, Mapping):
            text = annotations.entries().get(_KEY)
            if text is not None:
                yield from _of_text(page, text)
        elif isinstance(node.value, str):  # quoted once more, as jq does
            yield from _of_text(page, node)
        elif _is_stack(node.value):
            yield node, node.value


def _of_text(page: Page, node: Node) -> Iterator[tuple[Node, Mapping[str, Any]]]:
    for read in documents(node.value, page.file) if isinstance(node.value, str) else ():
        if isinstance(read, Document) and _is_stack(read.value):
            yield node, read.value
            return
    node.wrong("is no dry-run plan: JSON with `id` and `resources`.", "Save it again.")


def _is_stack(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("id"), str) and isinstance(value.get("resources"), dict)
