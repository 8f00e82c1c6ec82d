from __future__ import annotations

from typing import Any

import pytest

from eks_ingress.manifests.manifest import Manifest
from eks_ingress.source import Source

HERE = Source("Shop/Manifest")


@pytest.mark.parametrize(
    ("body", "kind", "namespace", "name", "annotations"),
    [
        ({}, "", "default", "", {}),
        ({"kind": "Ingress", "metadata": {"name": "web"}}, "Ingress", "default", "web", {}),
        ({"kind": "Ingress", "metadata": {"name": "web", "namespace": "shop"}}, "Ingress", "shop", "web", {}),
        ({"metadata": {"annotations": {"a": "b"}}}, "", "default", "", {"a": "b"}),
        ({"metadata": {"namespace": None, "annotations": None}}, "", "default", "", {}),
    ],
)
def test_an_object_is_known_by_its_metadata(
    body: dict[str, Any], kind: str, namespace: str, name: str, annotations: dict[str, str]
) -> None:
    manifest = Manifest(body, HERE)
    assert (manifest.kind, manifest.namespace, manifest.name, manifest.annotations) == (kind, namespace, name, annotations)


def test_a_part_has_a_source_of_its_own_or_that_of_the_whole() -> None:
    there = Source("Shop/Manifest", "shop.py", 3)
    manifest = Manifest({}, HERE, {("spec", "rules", 0): there})
    assert manifest.source_of("spec", "rules", 0) == there
    assert manifest.source_of("spec", "rules", 1) == HERE
