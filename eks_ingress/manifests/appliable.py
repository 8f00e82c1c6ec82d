"""What `kubectl` could not apply, update or delete again, whatever the kind of the object."""

from __future__ import annotations

from eks_ingress.manifests.manifest import Manifest
from eks_ingress.manifests.shape import title_of
from eks_ingress.refusal import Problem

_ALWAYS_THERE = frozenset({"default", "kube-node-lease", "kube-public", "kube-system"})


def unappliable(manifest: Manifest) -> Problem | None:
    """Why `kubectl` cannot create an object, or would not find it again; None where it can."""
    metadata = manifest.body.get("metadata") or {}
    title = title_of(manifest.body)
    if manifest.group == "kustomize.config.k8s.io":
        reason = f"{title} is what objects are made from, and none of a cluster."
        return Problem(reason, "Build it first (`kustomize build`), and give what comes out.", manifest.source)
    if not metadata.get("name"):
        reason = f"{title} has no name, without which it can neither be changed nor deleted."
        return Problem(reason, "Write `name:` below `metadata:`.", manifest.source)
    if manifest.kind == "Namespace" and manifest.name in _ALWAYS_THERE:
        return Problem(f"{title} is there in each cluster, and can be neither made nor deleted.", "Remove it.", manifest.source)
    if "resourceVersion" in metadata:
        reason = f"{title} metadata.resourceVersion is that of an object in a cluster, with which none can be created."
        place = manifest.source_of("metadata", "resourceVersion")
        return Problem(reason, "Remove it, with `uid`, `creationTimestamp`, `managedFields` and `status`.", place)
    return None
