"""That the steps from CDK's AlbController do what their page says of CloudFormation."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import aws_cdk
import pytest
from aws_cdk import App, CfnResource, Stack, aws_eks

from eks_ingress import ControllerVersion, EksIngress
from tests.docs.pages import block
from tests.synth.apps import FLAGS, kubernetes_objects, plain, template, v1_created

pytestmark = pytest.mark.newest  # the page names a release of the controller that the lowest aws-cdk-lib does not know

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
    assert objects(after, before) == set()
    (release,) = (resource["Properties"] for resource in after.values() if resource["Type"] == HELM)
    account = json.loads(plain(release["Values"]))["serviceAccount"]
    assert (account["create"], account["name"]) == (True, "load-balancers")


def test_what_is_made_before_stays_as_it_is(templates: tuple[dict[str, Any], dict[str, Any]]) -> None:
    before, after = templates
    changed = {resource["Type"] for name, resource in before.items() if name in after and resource != after[name]}
    assert changed == {HELM}
    kept = {resource["Type"] for name, resource in before.items() if name in after}
    assert {"AWS::EKS::Cluster", "AWS::IAM::OIDCProvider", "AWS::EKS::Nodegroup"} <= kept


def test_a_cluster_of_the_older_module_hands_its_release_over_too() -> None:
    before = App(context=FLAGS)
    options = aws_eks.AlbControllerOptions(version=aws_eks.AlbControllerVersion.V3_2_2)
    v1_created(Stack(before, "Shop"), alb_controller=options)
    ((name, old),) = releases(before).items()

    after = App(context=FLAGS)
    stack = Stack(after, "Shop")
    ingress = EksIngress(stack, "Ingress", cluster=v1_created(stack), version=ControllerVersion.V3_2_2)
    release = ingress.chart.node.find_child("Resource").node.default_child
    assert isinstance(release, CfnResource)
    release.override_logical_id(name)
    ((new_name, new),) = releases(after).items()
    assert new_name == name
    for key in ("ServiceToken", "ClusterName", "RoleArn", "Release", "Namespace", "Chart", "Repository", "Version"):
        assert new[key] == old[key], key


def releases(app: App) -> dict[str, Any]:
    """The properties of the Helm releases of the stack, by logical id."""
    resources = template(app, "Shop")["Resources"]
    return {name: resource["Properties"] for name, resource in resources.items() if resource["Type"] == HELM}
