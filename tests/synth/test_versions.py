"""Which release is installed, its custom resource definitions, and what is told of both."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from aws_cdk import Stack, aws_eks_v2
from aws_cdk.assertions import Annotations, Match

from eks_ingress import ControllerVersion, EksIngress, Listener, Refused, Service
from tests.synth.apps import new_app, template, v2_created, v2_imported
from tests.synth.graph import Graph


def definition(name: str) -> dict[str, Any]:
    return {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": name}, "spec": {}}


BINDINGS, PARAMS = definition("targetgroupbindings.elbv2.k8s.aws"), definition("ingressclassparams.elbv2.k8s.aws")


def warnings(stack: Stack) -> list[str]:
    return [str(found.entry.data) for found in Annotations.from_stack(stack).find_warning("*", Match.any_value())]


def with_version(version: ControllerVersion, **settings: Any) -> Stack:
    stack = Stack(new_app(), "Shop")
    EksIngress(stack, "Ingress", cluster=v2_imported(stack), version=version, **settings)
    return stack


@pytest.mark.parametrize(
    ("version", "chart"),
    [
        (ControllerVersion.V2_17_1, "1.17.1"),
        (ControllerVersion.V3_0_0, "3.0.0"),
        (ControllerVersion.V3_4_3, "3.4.3"),
        (ControllerVersion.of("3.6.0", chart="3.6.1"), "3.6.1"),
    ],
)
def test_a_version_is_installed_by_its_chart(version: ControllerVersion, chart: str) -> None:
    stack = with_version(version)
    assert template(stack.node.root, "Shop")["Resources"]["IngressChart"]["Properties"]["Version"] == chart  # type: ignore[arg-type]


def test_versions_are_compared_by_number() -> None:
    assert ControllerVersion.of("3.10.0", chart="3.10.0").is_newer_than_known
    assert not ControllerVersion.V3_5_0.is_newer_than_known
    assert ControllerVersion.V3_5_0.has("3.5.0")
    assert not ControllerVersion.V2_17_1.has("3.0.0")
    assert ControllerVersion.V3_5_0.image_tag == "v3.5.0"


def test_what_is_no_version_is_refused() -> None:
    with pytest.raises(Refused, match=r"(?s)version of the controller 'v3\.5\.0' is none.*version of the chart 'latest' is none"):
        ControllerVersion.of("v3.5.0", chart="latest")


def test_a_version_newer_than_known_is_warned_about() -> None:
    told = warnings(with_version(ControllerVersion.of("3.6.0", chart="3.6.0"), crds=[BINDINGS]))
    assert len(told) == 1
    assert told[0].startswith("EKI502 warning\n    Controller 3.6.0 is newer than 3.5.0")


def test_another_version_without_definitions_says_what_they_need() -> None:
    told = warnings(with_version(ControllerVersion.V3_4_3))
    assert len(told) == 1
    assert told[0].startswith("EKI503 warning\n    Helm installs custom resource definitions once")
    assert "older than 3.2.0, its definitions are too old for 3.4.3" in told[0]


def test_the_default_version_says_nothing() -> None:
    assert warnings(with_version(ControllerVersion.V3_5_0)) == []


def test_an_annotation_that_is_younger_than_the_version_names_the_version_it_needs() -> None:
    stack = Stack(new_app(), "Shop")
    old = ControllerVersion.of("2.1.3", chart="1.1.6")
    ingress = EksIngress(stack, "Ingress", cluster=v2_imported(stack), version=old)
    listeners = [Listener.redirect_to_https(), Listener.https(certificates=["arn:aws:acm:eu-west-1:111122223333:certificate/x"])]
    ingress.add_load_balancer("Shop", namespace="shop", listeners=listeners).add_route("/", Service("web", 80))
    with pytest.raises(RuntimeError, match=r"(?s)EKI504 error.*ssl-redirect came with controller 2\.2\.0; 2\.1\.3 would ignore"):
        stack.node.root.synth()  # type: ignore[attr-defined]


def test_each_definition_is_a_resource_before_the_release_that_outlives_it() -> None:
    app = new_app()
    stack = Stack(app, "Shop")
    EksIngress(stack, "Ingress", cluster=v2_imported(stack), crds=[BINDINGS, PARAMS])
    found = template(app, "Shop")["Resources"]
    names = ["IngressCrdTargetgroupbindingsElbv2K8SAws", "IngressCrdIngressclassparamsElbv2K8SAws"]
    for name in names:
        assert (found[name]["DeletionPolicy"], found[name]["UpdateReplacePolicy"]) == ("Retain", "Retain")
        assert found[name]["Properties"]["Overwrite"] is True
    graph = Graph(app)
    (release,) = graph.of_type("Custom::AWSCDK-EKS-HelmChart")
    assert {("Shop", name) for name in names} <= graph.waits_for(release)


def test_definitions_can_be_taken_away_with_the_stack() -> None:
    app = new_app()
    stack = Stack(app, "Shop")
    EksIngress(stack, "Ingress", cluster=v2_imported(stack), crds=[BINDINGS], keep_crds=False)
    found = template(app, "Shop")["Resources"]
    assert found["IngressCrdTargetgroupbindingsElbv2K8SAws"]["DeletionPolicy"] == "Delete"


def test_definitions_are_read_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "crds.yaml"
    file.write_text(
        "---\napiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  name: a.example.com\n"
        "---\napiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  name: b.example.com\n",
        "utf-8",
    )
    app = new_app()
    stack = Stack(app, "Shop")
    EksIngress(stack, "Ingress", cluster=v2_imported(stack), crds=file)
    assert {"IngressCrdAExampleCom", "IngressCrdBExampleCom"} <= set(template(app, "Shop")["Resources"])


@pytest.mark.parametrize(
    ("crds", "words"),
    [
        ("missing.yaml", "crds 'missing.yaml' is no file"),
        ([], "holds no definition"),
        ([{"kind": "Service", "metadata": {"name": "a"}}], "crds 'Service a' is no CustomResourceDefinition"),
    ],
)
def test_what_is_no_definition_is_refused(crds: Any, words: str) -> None:
    with pytest.raises(Refused, match=words):
        with_version(ControllerVersion.V3_5_0, crds=crds)


def test_auto_mode_is_told_what_a_second_controller_means_and_keeps_its_class() -> None:
    stack = Stack(new_app(), "Shop")
    cluster = v2_created(stack, default_capacity_type=aws_eks_v2.DefaultCapacityType.AUTOMODE, default_capacity=None)
    ingress = EksIngress(stack, "Ingress", cluster=cluster)
    assert ingress.ingress_class_name == "lbc"
    told = warnings(stack)
    assert len(told) == 1
    assert told[0].startswith("EKI501 warning\n    The cluster is in EKS Auto Mode, which makes load balancers itself")
    assert "this controller serves Ingresses of the class 'lbc' only" in told[0]
