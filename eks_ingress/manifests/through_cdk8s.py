"""Manifests as cdk8s objects, in a chart of their own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import cdk8s

from eks_ingress.manifests.manifest import Manifest


def through_cdk8s(manifests: Sequence[Manifest]) -> list[dict[str, Any]]:
    """The objects as cdk8s writes them, in the order of `manifests`."""
    # An app of its own: below a CDK stack a chart fails, and an invalid chart beside it would break this one.
    chart = cdk8s.Chart(cdk8s.App(), "Manifests")
    for index, manifest in enumerate(manifests):
        body = manifest.body
        metadata = cdk8s.ApiObjectMetadata(**body["metadata"])
        made = cdk8s.ApiObject(chart, f"Object{index}", api_version=body["apiVersion"], kind=body["kind"], metadata=metadata)
        made.add_json_patch(cdk8s.JsonPatch.add("/spec", body["spec"]))
    by_name = {(o["kind"], o["metadata"]["namespace"], o["metadata"]["name"]): o for o in chart.to_json()} if manifests else {}
    return [by_name[manifest.kind, manifest.namespace, manifest.name] for manifest in manifests]
