"""The Helm release in the template: from where it comes, and with which values."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import Environment, Stack
from aws_cdk.assertions import Annotations, Match

from eks_ingress import (
    ChartSource,
    ControllerOptions,
    ControllerVersion,
    EksIngress,
    Image,
    Refused,
    Resources,
    Service,
)
from eks_ingress.manifests.assembly import read_assembly
from eks_ingress.plan.flags import ControllerFlags
from tests.controller.charts import folder, packed
from tests.synth.apps import new_app, plain, template, v1_created, v2_imported

OCI = "oci://111122223333.dkr.ecr.eu-west-1.amazonaws.com/charts/aws-load-balancer-controller"


def release(region: str | None = "eu-west-1", **given: Any) -> dict[str, Any]:
    """The properties of the Helm release; `Values` as a mapping."""
    app = new_app()
    stack = Stack(app, "Shop", env=Environment(region=region))
    EksIngress(stack, "Ingress", cluster=v2_imported(stack), **given)
    properties: dict[str, Any] = template(app, "Shop")["Resources"]["IngressChart"]["Properties"]
    return properties | {"Values": json.loads(plain(properties["Values"]))}


def test_options_reach_the_template() -> None:
    options = ControllerOptions(replicas=3, resources=Resources(memory_limit="1Gi"), default_tags={"Team": "shop"})
    values = release(options=options)["Values"]
    assert values.items() >= options.values().items()
    assert values["clusterName"] == "prod"


def test_values_lie_over_options_and_over_what_is_set_here() -> None:
    values = release(
        options=ControllerOptions(log_level="debug"),
        values={"logLevel": "info", "keepTLSSecret": False, "resources": {"limits": {"memory": "1Gi"}}, "hostNetwork": True},
    )["Values"]
    assert (values["logLevel"], values["keepTLSSecret"], values["hostNetwork"]) == ("info", False, True)
    assert values["resources"] == {"requests": {"cpu": "100m", "memory": "128Mi"}, "limits": {"memory": "1Gi"}}


def test_what_cdk_knows_later_may_stand_in_values() -> None:
    app = new_app()
    stack = Stack(app, "Shop")
    EksIngress(
        stack, "Ingress", cluster=v2_imported(stack), values={"defaultTags": {"Account": stack.account}, "env": {"R": stack.region}}
    )
    values = json.loads(plain(template(app, "Shop")["Resources"]["IngressChart"]["Properties"]["Values"]))
    assert (values["defaultTags"], values["env"]) == ({"Account": "<AWS::AccountId>"}, {"R": "<AWS::Region>"})


IMAGES = {
    "eu-west-1": "public.ecr.aws/eks/aws-load-balancer-controller",
    "cn-north-1": "918309763551.dkr.ecr.cn-north-1.amazonaws.com.cn/amazon/aws-load-balancer-controller",
    "us-gov-west-1": "013241004608.dkr.ecr.us-gov-west-1.amazonaws.com/amazon/aws-load-balancer-controller",
    None: "public.ecr.aws/eks/aws-load-balancer-controller",
}


@pytest.mark.parametrize("region", IMAGES)
def test_the_image_is_one_that_the_region_can_reach(region: str | None) -> None:
    assert release(region)["Values"]["image"] == {"repository": IMAGES[region], "tag": "v3.5.0", "pullPolicy": "IfNotPresent"}


def test_an_image_of_ones_own_has_the_tag_of_the_version() -> None:
    values = release(image=Image.of("registry.example.com/lbc", pull_secrets=["key"]), version=ControllerVersion.V3_4_0)["Values"]
    assert values["image"] == {"repository": "registry.example.com/lbc", "tag": "v3.4.0", "pullPolicy": "IfNotPresent"}
    assert values["imagePullSecrets"] == [{"name": "key"}]


def test_a_repository_is_handed_to_helm() -> None:
    found = release(chart=ChartSource.repository("https://charts.example.com/eks"))
    assert (found["Chart"], found["Repository"], found["Version"]) == (
        "aws-load-balancer-controller",
        "https://charts.example.com/eks",
        "3.5.0",
    )


def test_a_registry_is_handed_to_helm_with_the_whole_address() -> None:
    found = release(chart=ChartSource.oci(OCI))
    assert (found["Repository"], found["Version"], found["Release"]) == (OCI, "3.5.0", "aws-load-balancer-controller")


@pytest.mark.parametrize("make", [folder, packed])
def test_a_local_chart_travels_as_an_unpacked_asset(make: Callable[..., Path], tmp_path: Path) -> None:
    app = new_app()
    stack = Stack(app, "Shop", env=Environment(region="eu-west-1", account="111122223333"))
    EksIngress(stack, "Ingress", cluster=v2_imported(stack), chart=ChartSource.asset(make(tmp_path)))
    found = template(app, "Shop")["Resources"]["IngressChart"]["Properties"]
    assert not {"Chart", "Repository", "Version"} & set(found)
    assert (found["Release"], found["Wait"], found["Atomic"], found["Timeout"]) == (
        "aws-load-balancer-controller",
        True,
        True,
        "420s",
    )
    hash_ = re.search(r"([0-9a-f]{64})\.zip", json.dumps(found["ChartAssetURL"]))
    assert hash_ is not None
    staged = Path(app.outdir) / f"asset.{hash_[1]}"
    assert sorted(str(file.relative_to(staged)) for file in staged.rglob("*") if file.is_file()) == [
        "Chart.yaml",
        "templates/empty.yaml",
    ]


def test_a_packed_chart_has_the_same_asset_as_its_folder(tmp_path: Path) -> None:
    archive = packed(tmp_path)
    urls = [release(chart=ChartSource.asset(path))["ChartAssetURL"] for path in (archive, tmp_path / "chart")]
    assert urls[0] == urls[1]


def test_a_created_cluster_may_read_the_asset(tmp_path: Path) -> None:
    app = new_app()
    stack = Stack(app, "Shop")
    EksIngress(stack, "Ingress", cluster=v1_created(stack), chart=ChartSource.asset(folder(tmp_path)))
    assert "ChartAssetURL" in template(app, "Shop")["Resources"]["IngressChart"]["Properties"]


def test_the_plan_of_an_app_knows_the_controller_whose_chart_is_an_asset(tmp_path: Path) -> None:
    app = new_app()
    stack = Stack(app, "Shop")
    EksIngress(stack, "Ingress", cluster=v2_imported(stack), ingress_class_name="public", chart=ChartSource.asset(folder(tmp_path)))
    (cluster,) = read_assembly(Path(app.synth().directory)).clusters
    flags = ControllerFlags.of_charts(cluster.charts, cluster.name)
    assert (flags.class_names, flags.default_target_type) == (frozenset({"public"}), "ip")


def test_everything_is_refused_at_once_before_anything_is_made(tmp_path: Path) -> None:
    stack = Stack(new_app(), "Shop", env=Environment(region="eu-west-1"))
    cluster = v2_imported(stack)
    before = len(stack.node.find_all())
    with pytest.raises(Refused) as refused:
        EksIngress(
            stack,
            "Ingress",
            cluster=cluster,
            ingress_class_name="Public Class",
            values={"podDisruptionBugdet": {}, "clusterName": "x", "enableBackendSecurityGroup": "false"},
            image=Image.of("918309763551.dkr.ecr.cn-north-1.amazonaws.com.cn/lbc"),
            chart=ChartSource.asset(folder(tmp_path, version="3.4.0")),
        )
    assert len(refused.value.problems) == 6
    assert all(problem.source is not None and problem.source.construct == "Shop/Ingress" for problem in refused.value.problems)
    assert len(stack.node.find_all()) == before


def told(**given: Any) -> list[str]:
    """What a stack without region is told."""
    stack = Stack(new_app(), "Shop")
    EksIngress(stack, "Ingress", cluster=v2_imported(stack), **given)
    found = Annotations.from_stack(stack)
    anything = Match.string_like_regexp(".*")
    return [str(message.entry.data) for find in (found.find_warning, found.find_info) for message in find("*", anything)]


def test_by_default_nothing_is_told() -> None:
    assert told() == []


def test_what_another_chart_may_not_know_is_warned_about() -> None:
    warnings = told(
        version=ControllerVersion.of("3.6.0", chart="3.6.0"),
        values={"newKey": 1},
        options=ControllerOptions(feature_gates={"EnableTCPUDPListener": True}),
    )
    assert [text for text in warnings if "'newKey' is unknown to eks-ingress, which knows chart 3.5.0" in text]
    assert [text for text in warnings if "feature gates EnableTCPUDPListener are those of controller 3.5.0" in text]


@pytest.mark.parametrize("by", ["options", "values"])
def test_a_gate_that_is_younger_than_the_version_names_the_version_it_needs(by: str) -> None:
    gates = {"IngressPlanAnnotation": True}
    said: dict[str, Any] = (
        {"options": ControllerOptions(feature_gates=gates)}
        if by == "options"
        else {"values": {"controllerConfig": {"featureGates": gates}}}
    )
    with pytest.raises(Refused, match=r"IngressPlanAnnotation' came with controller 3\.4\.0, and 3\.3\.0 would crash"):
        told(version=ControllerVersion.V3_3_0, **said)
    told(version=ControllerVersion.V3_4_0, **said)


def test_a_load_balancer_outside_the_watched_namespace_is_refused() -> None:
    app = new_app()
    stack = Stack(app, "Shop")
    ingress = EksIngress(stack, "Ingress", cluster=v2_imported(stack), options=ControllerOptions(watch_namespace="shop"))
    ingress.add_load_balancer("Fine", namespace="shop").add_route("/", Service("web", 80))
    ingress.add_load_balancer("Unseen", namespace="other").add_route("/", Service("web", 80))
    (problem,) = ingress.problems()
    assert problem.reason == "an Ingress of it is in namespace 'other', but the controller watches 'shop' only."
    assert problem.source is not None
    assert problem.source.construct == "Shop/Ingress/Unseen"
