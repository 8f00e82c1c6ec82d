"""What `kubectl` could not apply, update or delete again, whatever the kind of the object."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from eks_ingress.manifests.manifest import Manifest
from eks_ingress.manifests.shape import is_read, title_of
from eks_ingress.refusal import Problem

_ALWAYS_THERE = frozenset({"default", "kube-node-lease", "kube-public", "kube-system"})


def unappliable(manifests: Iterable[Manifest]) -> Iterator[Problem]:
    """A problem for each object that `kubectl` cannot create, or that it would not find again."""
    for manifest in manifests:
        metadata = manifest.body.get("metadata") or {}
        title = title_of(manifest.body)
        if manifest.group == "kustomize.config.k8s.io":
            reason = f"{title} is what objects are made from, and none of a cluster."
            yield Problem(reason, "Build it first (`kustomize build`), and give what comes out.", manifest.source)
        elif not metadata.get("name") and not is_read(manifest):  # what a plan reads is told where its shape is looked at
            reason = f"{title} has no name, without which it can neither be changed nor deleted."
            yield Problem(reason, "Write `name:` below `metadata:`.", manifest.source)
        elif manifest.kind == "Namespace" and manifest.name in _ALWAYS_THERE:
            yield Problem(f"{title} is there in each cluster, and can be neither made nor deleted.", "Remove it.", manifest.source)
        elif "resourceVersion" in metadata:
            reason = f"{title} metadata.resourceVersion is that of an object in a cluster, with which none can be created."
            place = manifest.source_of("metadata", "resourceVersion")
            yield Problem(reason, "Remove it, with `uid`, `creationTimestamp`, `managedFields` and `status`.", place)
