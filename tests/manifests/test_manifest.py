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


@pytest.mark.parametrize(
    ("version", "kind", "written", "identity", "full_name"),
    [
        ("networking.k8s.io/v1", "Ingress", "shop", ("shop", "web"), "shop/web"),
        ("networking.k8s.io/v1", "Ingress", None, ("default", "web"), "default/web"),
        ("v1", "Service", "shop", ("shop", "Service", "web"), "shop/web"),
        ("elbv2.k8s.aws/v1beta1", "TargetGroupBinding", "shop", ("shop", "TargetGroupBinding", "web"), "shop/web"),
        ("networking.k8s.io/v1", "IngressClass", None, ("IngressClass", "web"), "web"),
        ("rbac.authorization.k8s.io/v1", "ClusterRole", "shop", ("ClusterRole", "web"), "web"),
        ("serving.knative.dev/v1", "Service", "shop", ("shop", "Service.serving.knative.dev", "web"), "shop/web"),
        ("cert-manager.io/v1", "ClusterIssuer", None, ("ClusterIssuer.cert-manager.io", "web"), "web"),
    ],
)
def test_an_object_has_the_name_by_which_people_tell_it_apart(
    version: str, kind: str, written: str | None, identity: tuple[str, ...], full_name: str
) -> None:
    metadata = {"name": "web"} if written is None else {"name": "web", "namespace": written}
    manifest = Manifest({"apiVersion": version, "kind": kind, "metadata": metadata}, HERE)
    assert (manifest.identity, manifest.full_name) == (identity, full_name)
