"""The order in which objects are applied; they are deleted the other way round."""

from __future__ import annotations

from collections.abc import Sequence

from eks_ingress.manifests.manifest import Manifest

_FIRST = {"Namespace": "", "CustomResourceDefinition": "apiextensions.k8s.io"}
"""Kinds that others need to be there at all, and the group of each."""
_CLASSES = {"IngressClass": "networking.k8s.io"}
"""Kinds that Ingresses name; while one is missing, the controller neither makes nor takes away what is of it."""
_LAST = {"Ingress": "networking.k8s.io", "TargetGroupBinding": "elbv2.k8s.aws"}
"""Kinds that the controller makes something of, and takes away before they are gone."""


def phases(manifests: Sequence[Manifest]) -> list[list[Manifest]]:
    """The objects in groups, each to be applied when the one before it is there.

    Namespaces and custom resource definitions come first; then what is none of the controller's, with Services and
    IngressClassParams; then IngressClasses; then Ingresses and TargetGroupBindings. So each Ingress is deleted while its class, its
    namespace and its Services are there, without which its load balancer might stay.
    """
    found: list[list[Manifest]] = [[], [], [], []]
    for manifest in manifests:
        ranks = (rank for rank, kinds in ((0, _FIRST), (2, _CLASSES), (3, _LAST)) if kinds.get(manifest.kind) == manifest.group)
        found[next(ranks, 1)].append(manifest)
    return [phase for phase in found if phase]
