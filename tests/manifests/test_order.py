from __future__ import annotations

from eks_ingress.manifests.manifest import Manifest
from eks_ingress.manifests.order import phases
from eks_ingress.source import Source

GROUPS = {
    "Namespace": "v1",
    "CustomResourceDefinition": "apiextensions.k8s.io/v1",
    "Deployment": "apps/v1",
    "Service": "v1",
    "IngressClassParams": "elbv2.k8s.aws/v1beta1",
    "IngressClass": "networking.k8s.io/v1",
    "Ingress": "networking.k8s.io/v1",
    "TargetGroupBinding": "elbv2.k8s.aws/v1beta1",
}


def order(*kinds: str) -> list[list[str]]:
    made = [Manifest({"apiVersion": GROUPS[kind], "kind": kind, "metadata": {"name": "a"}}, Source()) for kind in kinds]
    return [[manifest.kind for manifest in phase] for phase in phases(made)]


def test_what_others_need_comes_first_and_what_the_controller_takes_away_last() -> None:
    assert order(*reversed(GROUPS)) == [
        ["CustomResourceDefinition", "Namespace"],
        ["IngressClassParams", "Service", "Deployment"],
        ["IngressClass"],
        ["TargetGroupBinding", "Ingress"],
    ]


def test_a_phase_without_objects_is_none() -> None:
    assert order("Ingress", "Namespace") == [["Namespace"], ["Ingress"]]
    assert order() == []


def test_a_kind_of_another_api_is_one_of_many() -> None:
    other = Manifest({"apiVersion": "example.com/v1", "kind": "Ingress", "metadata": {"name": "a"}}, Source())
    service = Manifest({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "a"}}, Source())
    assert phases([other, service]) == [[other, service]]
