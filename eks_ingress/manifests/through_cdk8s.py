"""Manifests as cdk8s objects, in a chart of their own."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import cdk8s

from eks_ingress.manifests.manifest import Manifest


def through_cdk8s(manifests: Sequence[Manifest]) -> list[dict[str, Any]]:
    """The objects as cdk8s writes them, in the order of `manifests`.

    Their specs go along as text, as an annotation for the way: handing one over value by value takes longer than all else together,
    and cdk8s leaves it as it is.
    """
    if not manifests:
        return []
    # An app of its own: below a CDK stack a chart fails, and an invalid chart beside it would break this one.
    chart = cdk8s.Chart(cdk8s.App(), "Manifests")
    for index, manifest in enumerate(manifests):
        body, annotations = manifest.body, {**manifest.annotations, _SPEC: json.dumps(manifest.body["spec"])}
        metadata = cdk8s.ApiObjectMetadata(**{**body["metadata"], "annotations": annotations})
        cdk8s.ApiObject(chart, f"Object{index}", api_version=body["apiVersion"], kind=body["kind"], metadata=metadata)
    by_name = {_name(body): _with_spec(body) for body in chart.to_json()}
    return [by_name[_name(manifest.body)] for manifest in manifests]


_SPEC = "/spec"
"""No annotation of an Ingress can have that name."""


def _with_spec(body: dict[str, Any]) -> dict[str, Any]:
    annotations = body["metadata"]["annotations"]
    spec = json.loads(annotations.pop(_SPEC))
    if not annotations:
        del body["metadata"]["annotations"]
    return {**body, "spec": spec}


def _name(body: Mapping[str, Any]) -> tuple[str, str | None, str]:
    return body["kind"], body["metadata"].get("namespace"), body["metadata"]["name"]
