"""The schemas of the controller's own kinds: those that are kept here, and those of the chart."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from tests.chart import WITHOUT_CHART, real_chart


def real_schema(kind: str, scope: str) -> dict[str, Any]:
    """What the chart's CRD says of a kind; skips the test where no chart is at hand."""
    chart = real_chart()
    if chart is None:
        pytest.skip(WITHOUT_CHART)
    crds = yaml.safe_load_all((chart / "crds" / "crds.yaml").read_text("utf-8"))
    (crd,) = (crd for crd in crds if crd["spec"]["names"]["kind"] == kind)
    assert crd["spec"]["scope"] == scope
    (version,) = (version for version in crd["spec"]["versions"] if version["storage"])
    assert (crd["spec"]["group"], version["name"]) == ("elbv2.k8s.aws", "v1beta1")
    schema: dict[str, Any] = version["schema"]["openAPIV3Schema"]
    return schema


def facts(schema: dict[str, Any], root: dict[str, Any], path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """What a schema says of each path, apart from what is below it; `root` has what it refers to."""
    if "$ref" in schema:
        schema = root["$defs"][schema["$ref"].rpartition("/")[2]]
    below = ("properties", "items", "additionalProperties", "description", "not")
    own = {key: value for key, value in schema.items() if key not in below and not key.startswith("x-kubernetes-")}
    yield path, own | {key: sorted(own[key]) for key in ("required", "enum") if key in own}
    for name, inner in schema.get("properties", {}).items():
        yield from facts(inner, root, f"{path}.{name}")
    for key, mark in (("items", "[]"), ("additionalProperties", "{}")):
        if schema.get(key):
            yield from facts(schema[key], root, path + mark)
