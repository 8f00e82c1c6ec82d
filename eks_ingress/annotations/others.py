"""Annotations for others than the controller, told from its own, which have typed words."""

from __future__ import annotations

from collections.abc import Iterable

from eks_ingress.annotations import catalogue, of_services
from eks_ingress.refusal import Refusals
from eks_ingress.routing.names import LEGACY_CLASS, PREFIX, SERVICE_PREFIX

_ALL = "Write its typed name: `eks-ingress annotations` lists them."


def is_the_controllers(key: str) -> bool:
    """Whether an annotation is one that the controller reads, or begins like one."""
    return key.startswith((PREFIX, SERVICE_PREFIX)) or key == LEGACY_CLASS


def require_others(refusals: Refusals, keys: Iterable[str]) -> None:
    """Annotations that are not the controller's; for one that is, the remedy names the typed word."""
    for key in keys:
        row = catalogue.find(key) or of_services.find(key)
        word = "Ingress.class_name" if key == LEGACY_CLASS else None if row is None else row.word
        refusals.require(
            not is_the_controllers(key),
            "annotation",
            key,
            "is the controller's, and has a typed name",
            _ALL if word is None else f"Write `{word}`: `eks-ingress annotations` lists them all.",
        )
