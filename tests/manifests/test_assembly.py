from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from eks_ingress.annotations.grammar import List
from eks_ingress.manifests.assembly import Assembly, Cluster, read_assembly
from eks_ingress.refusal import Refused
from eks_ingress.source import Source
from tests.manifests.assemblies import (
    applied,
    ingress,
    installed,
    stack_artifact,
    template,
    write_assembly,
    write_manifest,
    write_template,
)

CONFIG_MAP = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "settings"}}
CLUSTER = {"Ref": "Cluster123"}


def names(cluster: Cluster) -> list[str]:
    return [manifest.name for manifest in cluster.manifests]


def clusters(assembly: Assembly) -> dict[str, list[str]]:
    return {cluster.name: names(cluster) for cluster in assembly.clusters}


def read_name(folder: Path, value: Any) -> str:
    """The name of an object whose manifest has `value` in place of it."""
    before, after = '[{"kind":"Ingress","metadata":{"name":"', '"}}]'
    write_assembly(folder, Shop=template(Objects=applied({"Fn::Join": ["", [before, value, after]]})))
    (cluster,) = read_assembly(folder).clusters
    (name,) = names(cluster)
    return name


def reasons(folder: Path) -> list[str]:
    with pytest.raises(Refused) as refused:
        read_assembly(folder)
    return [problem.reason for problem in refused.value.problems]


def test_a_folder_without_manifest_is_no_assembly(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        read_assembly(tmp_path)
    assert str(refused.value) == (f"{str(tmp_path)!r} is no cloud assembly: it has no manifest.json.\n    Run `cdk synth` first.")


def test_a_folder_that_does_not_exist_is_no_assembly(tmp_path: Path) -> None:
    assert reasons(tmp_path / "cdk.out") == [f"{str(tmp_path / 'cdk.out')!r} is no cloud assembly: it has no manifest.json."]


def test_a_broken_manifest_is_named(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text("{", "utf-8")
    with pytest.raises(Refused) as refused:
        read_assembly(tmp_path)
    (problem,) = refused.value.problems
    assert problem.reason.startswith("cannot be read: Expecting property name")
    assert (problem.remedy, problem.source) == ("Run `cdk synth` again.", Source(file=str(tmp_path / "manifest.json")))


@pytest.mark.parametrize("content", ["", "{", "\x00"])
def test_a_broken_template_is_named(tmp_path: Path, content: str) -> None:
    write_assembly(tmp_path, Shop=template())
    (tmp_path / "Shop.template.json").write_text(content, "utf-8")
    with pytest.raises(Refused) as refused:
        read_assembly(tmp_path)
    (problem,) = refused.value.problems
    assert problem.source == Source(file=str(tmp_path / "Shop.template.json"))


def test_a_missing_template_is_named(tmp_path: Path) -> None:
    write_assembly(tmp_path, Shop=template())
    (tmp_path / "Shop.template.json").unlink()
    assert [reason.partition(":")[0] for reason in reasons(tmp_path)] == ["cannot be read"]


def test_an_app_without_clusters_has_templates_only(tmp_path: Path) -> None:
    write_assembly(tmp_path, Shop=template(Bucket={"Type": "AWS::S3::Bucket"}), Empty={})
    assert read_assembly(tmp_path) == Assembly(
        {"Shop": tmp_path / "Shop.template.json", "Empty": tmp_path / "Empty.template.json"}, ()
    )


def test_how_full_a_template_is_that_applies_objects_is_measured(tmp_path: Path) -> None:
    nested = {
        "Type": "AWS::CloudFormation::Stack",
        "Properties": {},
        "Metadata": {"aws:asset:path": "ShopNested.nested.template.json"},
    }
    write_template(tmp_path / "ShopNested.nested.template.json", template(Objects=applied([CONFIG_MAP])))
    write_assembly(
        tmp_path,
        Shop=template(Objects=applied([CONFIG_MAP]), Bucket={"Type": "AWS::S3::Bucket"}, Nested=nested),
        Other=template(Bucket={"Type": "AWS::S3::Bucket"}),
    )
    found = read_assembly(tmp_path).filled
    assert [(x.stack, x.resources) for x in found] == [("Shop", 3), ("ShopNested", 1)]
    for filling in found:
        assert filling.size == filling.least == Path(str(filling.source.file)).stat().st_size


def test_a_stack_that_has_only_an_artifact_id_is_named_by_it(tmp_path: Path) -> None:
    write_template(tmp_path / "Shop.template.json", template())
    artifact = {"type": "aws:cloudformation:stack", "properties": {"templateFile": "Shop.template.json"}}
    write_manifest(tmp_path, {"Shop": artifact})
    assert list(read_assembly(tmp_path).templates) == ["Shop"]


def test_the_objects_of_a_resource_are_read_with_their_construct(tmp_path: Path) -> None:
    write_assembly(tmp_path, Shop=template(Objects=applied([CONFIG_MAP, ingress()])))
    (cluster,) = read_assembly(tmp_path).clusters
    assert [manifest.body for manifest in cluster.manifests] == [CONFIG_MAP, ingress()]
    assert {manifest.source for manifest in cluster.manifests} == {Source("Shop/Manifest", str(tmp_path / "Shop.template.json"))}


def test_an_object_that_is_patched_is_read_as_it_will_be(tmp_path: Path) -> None:
    text = {"Fn::Join": ["", ['[{"kind":"Service","metadata":{"name":"mqtt","annotations":{"a":"', {"Ref": "Address"}, '"}}}]']]}
    metadata = {"aws:cdk:path": "Shop/Ingress/Mqtt/Annotations/Resource/Default", "eks-ingress:patched": text}
    patch = {"Type": "Custom::AWSCDK-EKS-KubernetesPatch", "Properties": {"ClusterName": "prod"}}
    write_assembly(tmp_path, Shop=template(Patch={**patch, "Metadata": metadata}, Other=patch))
    (cluster,) = read_assembly(tmp_path).clusters
    (made,) = cluster.manifests
    assert (cluster.name, made.kind, made.name, made.annotations) == ("prod", "Service", "mqtt", {"a": "${Address}"})
    assert made.source.construct == "Shop/Ingress/Mqtt/Annotations"


@pytest.mark.parametrize(
    ("path", "construct"),
    [
        ("Shop/Manifest/Resource/Default", "Shop/Manifest"),
        ("Shop/Manifest/Resource", "Shop/Manifest"),
        ("Shop/Manifest", "Shop/Manifest"),
        ("Shop/Resource/Resource/Default", "Shop/Resource"),
        (None, "Objects"),
    ],
)
def test_a_construct_is_named_as_the_user_knows_it(tmp_path: Path, path: str | None, construct: str) -> None:
    write_assembly(tmp_path, Shop=template(Objects=applied([CONFIG_MAP], path=path)))
    (cluster,) = read_assembly(tmp_path).clusters
    assert cluster.manifests[0].source.construct == construct


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"Ref": "Certificate"}, "${Certificate}"),
        ({"Fn::GetAtt": ["Certificate", "Arn"]}, "${Certificate.Arn}"),
        ({"Fn::Join": ["-", ["a", {"Ref": "B"}, "c"]]}, "a-${B}-c"),
        ({"Fn::ImportValue": "Base:Arn"}, "${Fn::ImportValue: Base:Arn}"),
    ],
)
def test_what_is_known_at_deploy_time_stands_as_a_placeholder(tmp_path: Path, value: Any, text: str) -> None:
    assert read_name(tmp_path, value) == text


@pytest.mark.parametrize(
    "value",
    [
        {"Fn::Sub": "a${B}"},
        {"Fn::Sub": 'a"b\\c'},
        {"Fn::Select": [0, {"Ref": "List"}]},
        {"Fn::Join": [",", {"Ref": "List"}]},
        {"Fn::FindInMap": ["Certificates", {"Ref": "AWS::Region"}, "Arn"]},
    ],
    ids=str,
)
def test_a_placeholder_is_one_word_of_a_list(tmp_path: Path, value: Any) -> None:
    (word,) = List().decode(read_name(tmp_path, value))
    assert word.startswith("${")
    assert word.endswith("}")


def test_a_number_known_only_at_deploy_time_is_read_or_refused(tmp_path: Path) -> None:
    parts = ['[{"kind":"Ingress","metadata":{"name":"web"},"spec":{"port":', {"Ref": "Port"}, "}}]"]
    write_assembly(tmp_path, Shop=template(Objects=applied({"Fn::Join": ["", parts]})))
    with suppress(Refused):
        assert clusters(read_assembly(tmp_path)) == {"prod": ["web"]}


def test_the_objects_of_each_cluster_are_kept_apart(tmp_path: Path) -> None:
    write_assembly(
        tmp_path,
        Shop=template(
            A=applied([ingress("a")], cluster="blue"),
            B=applied([ingress("b")], cluster="green"),
            C=applied([ingress("c")], cluster="blue"),
        ),
    )
    assert clusters(read_assembly(tmp_path)) == {"blue": ["a", "c"], "green": ["b"]}


def test_a_cluster_known_by_reference_is_named_by_its_logical_id(tmp_path: Path) -> None:
    write_assembly(tmp_path, Shop=template(A=applied([ingress()], cluster=CLUSTER)))
    assert clusters(read_assembly(tmp_path)) == {"${Cluster123}": ["web"]}


def test_the_clusters_of_two_stacks_are_two_even_with_the_same_logical_id(tmp_path: Path) -> None:
    write_assembly(
        tmp_path,
        Blue=template(A=applied([ingress("blue")], cluster=CLUSTER)),
        Green=template(A=applied([ingress("green")], cluster=CLUSTER)),
    )
    assert clusters(read_assembly(tmp_path)) == {"${Blue/Cluster123}": ["blue"], "${Green/Cluster123}": ["green"]}


def test_a_cluster_of_another_stack_is_the_same_cluster(tmp_path: Path) -> None:
    export = "Base:ExportsOutputRefCluster123"
    base = template(A=applied([ingress("base")], cluster=CLUSTER))
    outputs = {"ExportsOutputRefCluster123": {"Value": CLUSTER, "Export": {"Name": export}}, "Other": {"Value": "x"}}
    write_assembly(
        tmp_path,
        Base={**base, "Outputs": outputs},
        Shop=template(A=applied([ingress("shop")], cluster={"Fn::ImportValue": export})),
    )
    assert clusters(read_assembly(tmp_path)) == {"${Cluster123}": ["base", "shop"]}


def test_a_cluster_read_from_the_output_of_another_stack_is_the_same_cluster(tmp_path: Path) -> None:
    base = template(A=applied([ingress("base")], cluster=CLUSTER))
    reference = {"Fn::GetStackOutput": {"StackName": "Base", "Region": {"Ref": "AWS::Region"}, "OutputName": "Published"}}
    write_assembly(
        tmp_path,
        Base={**base, "Outputs": {"Published": {"Value": CLUSTER}}},
        Shop=template(A=applied([ingress("shop")], cluster=reference)),
    )
    assert clusters(read_assembly(tmp_path)) == {"${Cluster123}": ["base", "shop"]}


def test_an_export_whose_name_is_joined_is_found(tmp_path: Path) -> None:
    name = {"Fn::Join": [":", [{"Ref": "AWS::StackName"}, "Cluster"]]}
    base = template(A=applied([ingress("base")], cluster=CLUSTER))
    write_assembly(
        tmp_path,
        Base={**base, "Outputs": {"Cluster": {"Value": CLUSTER, "Export": {"Name": name}}}},
        Shop=template(A=applied([ingress("shop")], cluster={"Fn::ImportValue": name})),
    )
    assert clusters(read_assembly(tmp_path)) == {"${Cluster123}": ["base", "shop"]}


def test_an_import_from_outside_the_app_names_a_cluster_of_its_own(tmp_path: Path) -> None:
    write_assembly(tmp_path, Shop=template(A=applied([ingress()], cluster={"Fn::ImportValue": "platform-cluster"})))
    assert clusters(read_assembly(tmp_path)) == {"${Fn::ImportValue: platform-cluster}": ["web"]}


def nested(file: str, **parameters: Any) -> dict[str, Any]:
    return {
        "Type": "AWS::CloudFormation::Stack",
        "Properties": {"Parameters": parameters},
        "Metadata": {"aws:cdk:path": "Shop/Nested", "aws:asset:path": file},
    }


def test_a_nested_stack_is_read(tmp_path: Path) -> None:
    write_template(tmp_path / "Nested.json", template(Deeper=nested("Deeper.json"), A=applied([ingress("nested")])))
    write_template(tmp_path / "Deeper.json", template(A=applied([ingress("deeper")])))
    write_assembly(tmp_path, Shop=template(Nested=nested("Nested.json"), A=applied([ingress("shop")])))
    assembly = read_assembly(tmp_path)
    assert clusters(assembly) == {"prod": ["shop", "nested", "deeper"]}
    assert list(assembly.templates) == ["Shop"]


def test_a_cluster_handed_to_a_nested_stack_is_the_same_cluster(tmp_path: Path) -> None:
    write_template(tmp_path / "Nested.json", template(A=applied([ingress("nested")], cluster={"Ref": "referencetoCluster"})))
    write_assembly(
        tmp_path,
        Shop=template(Nested=nested("Nested.json", referencetoCluster=CLUSTER), A=applied([ingress("shop")], cluster=CLUSTER)),
    )
    assert clusters(read_assembly(tmp_path)) == {"${Cluster123}": ["shop", "nested"]}


@pytest.mark.parametrize("metadata", [{}, {"Metadata": {"aws:cdk:path": "Shop/Foreign"}}])
def test_a_nested_stack_whose_template_is_elsewhere_is_passed_over(tmp_path: Path, metadata: dict[str, Any]) -> None:
    foreign = {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": "https://example.com/a.json"}, **metadata}
    write_assembly(tmp_path, Shop=template(Foreign=foreign, A=applied([ingress()])))
    assert clusters(read_assembly(tmp_path)) == {"prod": ["web"]}


def test_the_stacks_of_a_stage_are_read(tmp_path: Path) -> None:
    write_template(tmp_path / "Shop.template.json", template(A=applied([ingress("shop")])))
    write_manifest(
        tmp_path,
        {
            "Shop": stack_artifact("Shop.template.json", "Shop"),
            "assembly-Test": {"type": "cdk:cloud-assembly", "properties": {"directoryName": "assembly-Test"}},
        },
    )
    stage = tmp_path / "assembly-Test"
    write_manifest(stage, {"TestShop": stack_artifact("TestShop.template.json", "Test/Shop")})
    write_template(stage / "TestShop.template.json", template(A=applied([ingress("test")], cluster="test")))
    assembly = read_assembly(tmp_path)
    assert assembly.templates == {"Shop": tmp_path / "Shop.template.json", "Test/Shop": stage / "TestShop.template.json"}
    assert clusters(assembly) == {"prod": ["shop"], "test": ["test"]}


@pytest.mark.parametrize(
    ("charts", "expected"),
    [
        ({}, ()),
        ({"Chart": installed()}, ({},)),
        ({"Chart": installed({"ingressClass": "public"})}, ({"ingressClass": "public"},)),
        (
            {"Chart": installed({"ingressClass": "public"}), "Other": installed({"ingressClass": "internal"})},
            ({"ingressClass": "public"}, {"ingressClass": "internal"}),
        ),
        ({"Chart": installed({"ingressClass": "nginx"}, chart="nginx")}, ()),
        ({"Chart": installed({"ingressClass": "public"}, cluster="test")}, ()),
        (
            {"Chart": installed({"Fn::Join": ["", ['{"region":"', {"Ref": "AWS::Region"}, '","ingressClass":"public"}']]})},
            ({"region": "${AWS::Region}", "ingressClass": "public"},),
        ),
    ],
)
def test_a_cluster_has_the_values_of_each_chart_of_the_controller(
    tmp_path: Path, charts: dict[str, Any], expected: tuple[dict[str, str], ...]
) -> None:
    write_assembly(tmp_path, Shop=template(A=applied([ingress()]), **charts))
    cluster = read_assembly(tmp_path).clusters[0]
    assert (cluster.name, cluster.charts) == ("prod", expected)


def test_a_cluster_with_a_chart_alone_has_no_objects(tmp_path: Path) -> None:
    write_assembly(tmp_path, Shop=template(Chart=installed()))
    assert clusters(read_assembly(tmp_path)) == {"prod": []}
