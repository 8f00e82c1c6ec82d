"""What a release of the controller does not know yet."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from eks_ingress.annotations import catalogue, of_services
from eks_ingress.manifests.manifest import Manifest
from eks_ingress.refusal import Problem


def too_young(manifests: Sequence[Manifest], controller: str, has: Callable[[str], bool]) -> Iterator[Problem]:
    """A problem (EKI504) for each annotation that the release `controller` would ignore; `has` says what it knows, by its age."""
    for manifest in manifests:
        for key in manifest.annotations:
            row = catalogue.find(key) or of_services.find(key)
            if row is not None and not has(row.since):
                reason = f"{key} came with controller {row.since}; {controller} would ignore it."
                yield Problem(reason, f"Choose `version=` {row.since} or later.", manifest.source, "EKI504")
