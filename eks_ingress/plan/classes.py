"""What IngressClasses decide for all of their Ingresses.

Facts: controller documentation, "IngressClass", "IngressClassParams"; the controller's class loader (`pkg/ingress`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from eks_ingress.manifests.manifest import Manifest
from eks_ingress.plan.class_params import problems_of_params
from eks_ingress.refusal import Problem
from eks_ingress.routing.names import CLASS_CONTROLLER, IS_DEFAULT_CLASS


@dataclass(frozen=True)
class Class:
    """An IngressClass of the controller, with the spec of its IngressClassParams."""

    name: str
    spec: Mapping[str, Any] = field(default_factory=dict)
    missing: str | None = field(default=None, compare=False)
    """Name of IngressClassParams that are not among the manifests."""
    unknown_kind: bool = field(default=False, compare=False)
    """Whether it refers to parameters that are no IngressClassParams, which the controller refuses."""
    refused: tuple[Problem, ...] = field(default=(), compare=False)
    """What the controller's webhook has against its parameters, which then are not there."""
    manifest: Manifest | None = field(default=None, compare=False)

    def says(self, path: str) -> Any:
        """A field of the spec (`scheme`, `group.name`), None where it says nothing; of a field in a list, the whole list."""
        if not self.spec:
            return None
        value: Any = self.spec
        for name in path.split("."):
            if isinstance(value, list):
                break
            value = value.get(name) if isinstance(value, Mapping) else None
        return None if value in ("", [], {}) else value


NO_CLASS = Class("")
"""A class that decides nothing."""


def classes(
    manifests: Sequence[Manifest], class_names: Collection[str], specs: Mapping[str, Mapping[str, Any]] = MappingProxyType({})
) -> dict[str, Class]:
    """The controller's classes by name: those in `class_names`, with their `specs`, and all that name it among the manifests."""
    params = {made.name: made for made in manifests if made.kind == "IngressClassParams"}
    found = {name: Class(name, specs.get(name, {})) for name in class_names}
    for manifest in manifests:
        if manifest.kind == "IngressClass" and _spec(manifest).get("controller") == CLASS_CONTROLLER:
            found[manifest.name] = _class(manifest, params)
    return found


def foreign_classes(manifests: Sequence[Manifest]) -> frozenset[str]:
    """The names of the IngressClasses of other controllers."""
    return frozenset(x.name for x in manifests if x.kind == "IngressClass" and _spec(x).get("controller") != CLASS_CONTROLLER)


def default_classes(manifests: Sequence[Manifest]) -> list[Manifest]:
    """The IngressClasses, of whatever controller, that Ingresses without one are of."""
    return [x for x in manifests if x.kind == "IngressClass" and x.annotations.get(IS_DEFAULT_CLASS) == "true"]


def selects(selector: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    """Whether a label selector matches (Kubernetes API, LabelSelector)."""
    wanted = selector.get("matchLabels") or {}
    expressions = selector.get("matchExpressions") or ()
    return all(labels.get(key) == value for key, value in wanted.items()) and all(_holds(x, labels) for x in expressions)


def _holds(expression: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    key, values = str(expression.get("key")), expression.get("values") or ()
    match expression.get("operator"):
        case "In":
            return key in labels and labels[key] in values
        case "NotIn":
            return key not in labels or labels[key] not in values
        case "Exists":
            return key in labels
        case _:
            return key not in labels


def _spec(manifest: Manifest) -> Mapping[str, Any]:
    return manifest.body.get("spec") or {}


def _class(manifest: Manifest, params: Mapping[str, Manifest]) -> Class:
    reference = _spec(manifest).get("parameters")
    if not reference:
        return Class(manifest.name, manifest=manifest)
    if reference.get("apiGroup") != "elbv2.k8s.aws" or reference.get("kind") != "IngressClassParams":
        return Class(manifest.name, manifest=manifest, unknown_kind=True)
    name = str(reference.get("name"))
    if name not in params:
        return Class(manifest.name, manifest=manifest, missing=name)
    refused = tuple(problems_of_params(params[name]))
    return Class(manifest.name, _spec(params[name]), refused=refused, manifest=manifest)
