"""What IngressClasses decide for all of their Ingresses.

Facts: controller documentation, "IngressClass", "IngressClassParams".
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from eks_ingress.manifests.manifest import Manifest

_CONTROLLER = "ingress.k8s.aws/alb"


@dataclass(frozen=True)
class Class:
    """An IngressClass of the controller, with the spec of its IngressClassParams."""

    name: str
    spec: Mapping[str, Any] = field(default_factory=dict)

    def says(self, path: str) -> Any:
        """A field of the spec (`scheme`, `group.name`), None where it says nothing; of a field in a list, the whole list."""
        value: Any = self.spec
        for name in path.split("."):
            if isinstance(value, list):
                break
            value = value.get(name) if isinstance(value, Mapping) else None
        return None if value in ("", [], {}) else value


NO_CLASS = Class("")
"""A class that decides nothing."""


def classes(manifests: Sequence[Manifest], class_names: Collection[str]) -> dict[str, Class]:
    """The controller's classes by name: those in `class_names`, and all that name it among the manifests."""
    specs = {made.name: made.body.get("spec") or {} for made in manifests if made.kind == "IngressClassParams"}
    found = {name: Class(name) for name in class_names}
    for manifest in manifests:
        spec = manifest.body.get("spec") or {}
        if manifest.kind == "IngressClass" and spec.get("controller") == _CONTROLLER:
            named = (spec.get("parameters") or {}).get("name")
            found[manifest.name] = Class(manifest.name, specs.get(str(named), {}))
    return found
