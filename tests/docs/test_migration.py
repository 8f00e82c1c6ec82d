"""That the steps from CDK's AlbController do what their page says of CloudFormation."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import aws_cdk
import pytest

from tests.docs.pages import block
from tests.synth.apps import FLAGS, kubernetes_objects

PAGE = "docs/how-to/from-alb-controller.md"
HELM = "Custom::AWSCDK-EKS-HelmChart"


@pytest.fixture(scope="module")
def templates(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], dict[str, Any]]:
    """The resources before and after."""
    before = resources("alb_controller=", tmp_path_factory.mktemp("before"))
    return before, resources("EksIngress(", tmp_path_factory.mktemp("after"))


def resources(having: str, out: Path) -> dict[str, Any]:
    real = aws_cdk.App
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(aws_cdk, "App", lambda: real(context=FLAGS, outdir=str(out)))
        exec(block(PAGE, "python", having), {"__name__": "__main__"})
    found: dict[str, Any] = json.loads((out / "Shop.template.json").read_text("utf-8"))["Resources"]
    return found


def test_the_release_is_updated_in_place(templates: tuple[dict[str, Any], dict[str, Any]]) -> None:
    before, after = templates
    (name,) = (name for name, resource in before.items() if resource["Type"] == HELM)
    assert [key for key, resource in after.items() if resource["Type"] == HELM] == [name]
    old, new = before[name]["Properties"], after[name]["Properties"]
    assert {key for key in old.keys() | new.keys() if old.get(key) != new.get(key)} == {
        "Atomic",
        "CreateNamespace",
        "Timeout",
        "Values",
    }


def test_nothing_that_goes_is_what_comes(templates: tuple[dict[str, Any], dict[str, Any]]) -> None:
    before, after = templates

    def objects(ours: dict[str, Any], theirs: dict[str, Any]) -> set[tuple[str, str]]:
        """Kind and name of the Kubernetes objects whose resource is in one of the templates alone."""
        only = {name: resource for name, resource in ours.items() if name not in theirs}
        return {(body["kind"], body["metadata"]["name"]) for body in kubernetes_objects(only)}

    assert objects(before, after) == {("ServiceAccount", "aws-load-balancer-controller")}
    assert objects(after, before) == {("ServiceAccount", "load-balancers")}


def test_what_is_made_before_stays_as_it_is(templates: tuple[dict[str, Any], dict[str, Any]]) -> None:
    before, after = templates
    changed = {resource["Type"] for name, resource in before.items() if name in after and resource != after[name]}
    assert changed == {HELM}
    kept = {resource["Type"] for name, resource in before.items() if name in after}
    assert {"AWS::EKS::Cluster", "AWS::IAM::OIDCProvider", "AWS::EKS::Nodegroup"} <= kept
