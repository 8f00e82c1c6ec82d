"""What a release of the controller does not know yet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from eks_ingress.annotations import catalogue
from eks_ingress.manifests.manifest import Manifest
from eks_ingress.refusal import Problem


def too_young(manifests: Sequence[Manifest], controller: str) -> Iterator[Problem]:
    """A problem (EKI504) for each annotation that came with a later release than `controller`, which would ignore it."""
    for manifest in manifests:
        for key in manifest.annotations:
            row = next((row for row in catalogue.ALL if row.is_at(key)), None)
            if row is not None and _numbers(row.since) > _numbers(controller):
                reason = f"{key} came with controller {row.since}; {controller} would ignore it."
                yield Problem(reason, f"Choose `version=` {row.since} or later.", manifest.source, "EKI504")


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))
