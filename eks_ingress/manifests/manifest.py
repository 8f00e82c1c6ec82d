"""A Kubernetes object, and beside it where each part of it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from eks_ingress.source import Source

Pointer = tuple[str | int, ...]
"""The way to a part of an object: `("spec", "rules", 0, "http", "paths", 2)`."""


@dataclass(frozen=True)
class Manifest:
    """One object as it will be applied."""

    body: Mapping[str, Any]
    source: Source
    parts: Mapping[Pointer, Source] = field(default_factory=dict)
    """Sources of the parts that have one of their own."""

    @property
    def kind(self) -> str:
        """Its kind."""
        return str(self.body.get("kind", ""))

    @property
    def name(self) -> str:
        """Its name in `metadata`."""
        return str(self._metadata.get("name", ""))

    @property
    def namespace(self) -> str:
        """The namespace; where none is written, Kubernetes takes `default`."""
        return str(self._metadata.get("namespace") or "default")

    @property
    def full_name(self) -> str:
        """Namespace and name, or the name alone of what is in no namespace."""
        return f"{self.namespace}/{self.name}" if "namespace" in self._metadata else self.name

    @property
    def annotations(self) -> Mapping[str, str]:
        """Its annotations."""
        return self._metadata.get("annotations") or {}

    @property
    def _metadata(self) -> Mapping[str, Any]:
        return self.body.get("metadata") or {}

    def source_of(self, *pointer: str | int) -> Source:
        """Where a part came from; the whole object's source where the part has none of its own."""
        return self.parts.get(pointer, self.source)
