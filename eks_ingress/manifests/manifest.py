"""A Kubernetes object, and beside it where each part of it came from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from eks_ingress.manifests.scope import is_built_in, is_in_namespace
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
    acknowledged: Mapping[str, str] = field(default_factory=dict)
    """Why what checks find in it is meant so, by the id of the check, as far as that is said beside the object."""

    @cached_property
    def json(self) -> str:
        """It as JSON without spaces."""
        return json.dumps(self.body, separators=(",", ":"), ensure_ascii=False, default=str)

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
    def group(self) -> str:
        """The group of its API, without the version; empty for Kubernetes' own core."""
        return str(self.body.get("apiVersion", "")).rpartition("/")[0]

    @property
    def is_in_namespace(self) -> bool:
        """Whether it is in a namespace, written or not."""
        return is_in_namespace(self.group, self.kind, "namespace" in self._metadata)

    @property
    def full_name(self) -> str:
        """Namespace and name, or the name alone of what is in no namespace."""
        return f"{self.namespace}/{self.name}" if self.is_in_namespace else self.name

    @property
    def identity(self) -> tuple[str, ...]:
        """What no two objects of a cluster have in common, in the words in which people tell them apart.

        Ingresses, of which there are most, by namespace and name alone. The version of the API is none of it.
        """
        names = [self.namespace] if self.is_in_namespace else []
        if (self.group, self.kind) != ("networking.k8s.io", "Ingress"):
            names.append(self.kind if is_built_in(self.group) else f"{self.kind}.{self.group}")
        return (*names, self.name)

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
