"""Objects of one cluster that are written in two places."""

from __future__ import annotations

from collections.abc import Iterator

from eks_ingress.checks.check import ERROR, Check, Finding
from eks_ingress.manifests.manifest import Manifest
from eks_ingress.plan.model import Plan


class WrittenTwice(Check):
    """Two objects of one kind, namespace and name."""

    id = "EKI421"
    severity = ERROR
    title = "An object is written twice"
    why = "There is one of a kind, namespace and name: what is applied last counts, and what is deleted first takes it away."
    remedy = "Remove one of them, or give it another name or namespace."
    source = "Kubernetes documentation, Object Names and IDs"
    can_be_acknowledged = False

    def find(self, plan: Plan) -> Iterator[Finding]:
        owners: dict[tuple[str, ...], Manifest] = {}
        for manifest in () if plan.world is None else plan.world.manifests:
            first = owners.setdefault(manifest.identity, manifest)
            if first is not manifest:
                yield self.of(manifest, first)

    def of(self, again: Manifest, first: Manifest) -> Finding:
        """The finding for an object that is there already."""
        return self.in_manifest(again, f"{again.kind} {again.full_name!r} belongs to {first.source} as well.")


TWICE = WrittenTwice()
