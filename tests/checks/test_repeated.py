from __future__ import annotations

import pytest

from eks_ingress.manifests.manifest import Manifest
from eks_ingress.source import Source
from tests.checks.objects import Case, messages
from tests.plan.objects import ingress


def object_of(api_version: str, kind: str, namespace: str | None = "shop", name: str = "web", line: int = 1) -> Manifest:
    metadata = {"name": name} if namespace is None else {"name": name, "namespace": namespace}
    return Manifest({"apiVersion": api_version, "kind": kind, "metadata": metadata}, Source(file="shop.yaml", line=line))


CASES = {
    "EKI421": Case(
        [object_of("v1", "Service"), object_of("v1", "Service", line=9)],
        [object_of("v1", "Service"), object_of("v1", "ConfigMap", line=9), object_of("v1", "Service", "cart", line=19)],
        "Service 'shop/web' belongs to shop.yaml:1 as well.",
    ),
}


def test_it_is_found_and_what_is_near_is_not() -> None:
    CASES["EKI421"].hold("EKI421")


def test_ingresses_of_one_namespace_and_name_are_one() -> None:
    (message,) = messages("EKI421", ingress("/a", name="web"), ingress("/b", name="web"))
    assert message.startswith("Ingress 'shop/web' belongs to ")


def test_of_three_each_later_one_is_told() -> None:
    made = [object_of("v1", "ConfigMap", line=line) for line in (1, 5, 9)]
    assert messages("EKI421", *made) == ["ConfigMap 'shop/web' belongs to shop.yaml:1 as well."] * 2


@pytest.mark.parametrize(
    ("one", "other"),
    [
        # Where no namespace is written, Kubernetes takes `default`; and what is in no namespace has none, whatever is written.
        (object_of("v1", "Service", None), object_of("v1", "Service", "default", line=9)),
        (object_of("rbac.authorization.k8s.io/v1", "ClusterRole", None), object_of("rbac.authorization.k8s.io/v1", "ClusterRole")),
        (object_of("policy/v1", "PodDisruptionBudget"), object_of("policy/v1beta1", "PodDisruptionBudget")),
    ],
)
def test_what_is_written_in_two_ways_is_one_object(one: Manifest, other: Manifest) -> None:
    assert len(messages("EKI421", one, other)) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (object_of("v1", "Service"), object_of("serving.knative.dev/v1", "Service")),
        (object_of("traefik.io/v1", "Middleware"), object_of("traefik.containo.us/v1", "Middleware")),
        (object_of("example.com/v1", "Gateway", None), object_of("example.com/v1", "Gateway", "default")),
        (object_of("v1", "ConfigMap", name="a.b"), object_of("v1", "ConfigMap", name="a-b")),
    ],
)
def test_what_is_alike_is_not_the_same(one: Manifest, other: Manifest) -> None:
    assert messages("EKI421", one, other) == []
