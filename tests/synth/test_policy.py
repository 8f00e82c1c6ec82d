"""What the controller may do."""

from __future__ import annotations

import json
import tarfile
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import Environment

from eks_ingress import ControllerOptions, ControllerVersion, Feature, Permissions, Refused
from tests.synth.apps import Shop, plain

Statement = tuple[frozenset[str], frozenset[str], str]


def bundled_with_cdk() -> dict[str, Any]:
    """The policy for controller 3.2.2, the newest that aws-cdk-lib carries for its own AlbController; 3.5.0 has the same."""
    (tarball,) = (file for file in files("aws_cdk").joinpath("_jsii").iterdir() if file.name.endswith(".tgz"))
    with tarfile.open(str(tarball)) as archive:
        member = archive.extractfile("package/aws-eks-v2/lib/addons/alb-iam_policy-v3.2.2.json")
        assert member is not None
        policy: dict[str, Any] = json.load(member)
        return policy


def listed(value: str | list[str]) -> frozenset[str]:
    return frozenset([value] if isinstance(value, str) else value)


def comparable(document: dict[str, Any]) -> list[Statement]:
    text = json.dumps(document["Statement"]).replace("arn:aws:", "arn:<AWS::Partition>:")
    assert all(statement["Effect"] == "Allow" for statement in document["Statement"])
    return [
        (listed(statement["Action"]), listed(statement["Resource"]), json.dumps(statement.get("Condition"), sort_keys=True))
        for statement in json.loads(text)
    ]


def synthesized() -> dict[str, Any]:
    document = Shop({"permissions": Permissions.UPSTREAM}).resources()["IngressPolicy"]["Properties"]["PolicyDocument"]
    partition = '{"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, '
    text = json.dumps(document)
    assert text.count(partition) == 13
    for statement in document["Statement"]:
        resources = statement["Resource"] if isinstance(statement["Resource"], list) else [statement["Resource"]]
        flat = [
            resource if isinstance(resource, str) else "arn:<AWS::Partition>" + resource["Fn::Join"][1][2] for resource in resources
        ]
        statement["Resource"] = flat
    result: dict[str, Any] = document
    return result


@pytest.mark.newest
def test_the_policy_is_statement_by_statement_the_one_that_cdk_bundles() -> None:
    ours, theirs = comparable(synthesized()), comparable(bundled_with_cdk())
    assert len(ours) == len(theirs) == 16
    for mine, other in zip(ours, theirs, strict=True):
        assert mine == other


def test_it_has_eighty_actions() -> None:
    assert len({action for actions, _, _ in comparable(synthesized()) for action in actions}) == 80


def test_each_statement_says_what_it_is_for() -> None:
    sids = [statement["Sid"] for statement in synthesized()["Statement"]]
    assert len(set(sids)) == 16


@pytest.mark.parametrize("partition", ["aws", "aws-us-gov", "aws-iso-b"])
def test_it_stays_below_the_size_that_iam_takes(partition: str) -> None:
    text = json.dumps(synthesized()).replace("<AWS::Partition>", partition)
    assert len("".join(text.split())) <= 6144


PARTITIONS = {
    "iam_policy.json": "eu-west-1",
    "iam_policy_cn.json": "cn-north-1",
    "iam_policy_us-gov.json": "us-gov-west-1",
    "iam_policy_eusc.json": "eusc-de-east-1",
    "iam_policy_iso.json": "us-iso-east-1",
    "iam_policy_isob.json": "us-isob-east-1",
    "iam_policy_isoe.json": "eu-isoe-west-1",
    "iam_policy_isof.json": "us-isof-south-1",
}


@pytest.mark.parametrize("file", PARTITIONS)
def test_in_each_partition_the_policy_is_the_one_that_is_published(file: str) -> None:
    region = PARTITIONS[file]
    shop = Shop({"permissions": Permissions.UPSTREAM}, env=Environment(account="111122223333", region=region))
    ours = shop.resources()["IngressPolicy"]["Properties"]["PolicyDocument"]
    theirs = json.loads((Path(__file__).parents[1] / "controller" / "published" / file).read_text("utf-8"))
    assert grants(ours) == grants(theirs)


def grants(document: dict[str, Any]) -> set[tuple[str, str, str]]:
    """What a policy allows, as action, resource and condition."""
    return {
        (action, resource, json.dumps(statement.get("Condition"), sort_keys=True))
        for statement in document["Statement"]
        for action in listed(statement["Action"])
        for resource in listed(statement["Resource"])
    }


def test_by_default_the_controller_cannot_touch_what_another_cluster_made() -> None:
    text = json.dumps(Shop().resources()["IngressPolicy"]["Properties"]["PolicyDocument"])
    assert '"StringEquals": {"aws:ResourceTag/elbv2.k8s.aws/cluster": "prod"}' in text
    assert '"Null": {"aws:ResourceTag/elbv2.k8s.aws/cluster"' not in text


def test_strict_grants_and_switches_on_what_was_chosen_and_nothing_else() -> None:
    shop = Shop({"permissions": Permissions.STRICT, "features": [Feature.WAFV2]})
    resources = shop.resources()
    text = json.dumps([r["Properties"]["PolicyDocument"] for r in resources.values() if r["Type"] == "AWS::IAM::ManagedPolicy"])
    assert "wafv2:AssociateWebACL" in text
    assert "shield:" not in text
    assert "vpc/vpc-12345" in text
    values = json.loads(plain(resources["IngressChart"]["Properties"]["Values"]))
    assert (values["enableWafv2"], values["enableWaf"], values["enableShield"]) == (True, False, False)


def test_a_feature_opens_its_gate() -> None:
    shop = Shop({"features": [Feature.CERTIFICATE_CREATION]})
    resources = shop.resources()
    values = json.loads(plain(resources["IngressChart"]["Properties"]["Values"]))
    assert values["controllerConfig"]["featureGates"] == {
        "EnableCertificateManagement": True,
        # Not among the features that were chosen, and open unless it is closed.
        "LBCapacityReservation": False,
    }
    assert "acm:RequestCertificate" in json.dumps(resources["IngressPolicy"])


def test_what_does_not_fit_into_one_policy_becomes_two_that_the_controller_waits_for() -> None:
    shop = Shop({"features": list(Feature)})
    resources = shop.resources()
    names = [name for name, resource in resources.items() if resource["Type"] == "AWS::IAM::ManagedPolicy"]
    assert names == ["IngressPolicy", "IngressPolicy2"]
    assert [policy.node.id for policy in shop.ingress.policies] == ["Policy", "Policy2"]
    assert resources["IngressRole"]["Properties"]["ManagedPolicyArns"] == [{"Ref": name} for name in names]
    assert set(names) <= set(resources["IngressChart"]["DependsOn"])


def test_strict_needs_the_vpc_or_the_name_of_the_cluster() -> None:
    with pytest.raises(Refused, match="is no id of a VPC"):
        Shop({"permissions": Permissions.STRICT, "vpc_id": "default"})


GATE = {"ListenerRulesTagging": False}


@pytest.mark.parametrize(
    "closed",
    [{"options": ControllerOptions(feature_gates=GATE)}, {"values": {"controllerConfig": {"featureGates": GATE}}}],
    ids=["options", "values"],
)
def test_strict_needs_the_tags_on_rules(closed: dict[str, Any]) -> None:
    with pytest.raises(Refused, match=r"(?s)ListenerRulesTagging' is closed, while Permissions\.STRICT.*use Permissions\.CLUSTER"):
        Shop({"permissions": Permissions.STRICT, **closed})
    Shop(closed)


@pytest.mark.parametrize(
    ("feature", "version", "since"),
    [
        (Feature.CERTIFICATE_CREATION, ControllerVersion.V3_2_2, "3.3.0"),
        (Feature.WAFV2_BY_NAME, ControllerVersion.of("2.13.4", chart="1.13.4"), "2.14.0"),
        (Feature.GLOBAL_ACCELERATOR, ControllerVersion.of("2.16.0", chart="1.16.0"), "2.17.0"),
    ],
)
def test_a_feature_that_is_younger_than_the_version_names_the_version_it_needs(
    feature: Feature, version: ControllerVersion, since: str
) -> None:
    with pytest.raises(Refused, match=rf"{feature.name}' came with controller {since}"):
        Shop({"features": [feature], "version": version})
    Shop({"features": [feature]})


def test_strict_reaches_the_target_groups_of_others_that_are_named_and_takes_on_their_roles() -> None:
    group = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/theirs/0123456789abcdef"
    role = "arn:aws:iam::444455556666:role/targets"
    shop = Shop({"permissions": Permissions.STRICT, "target_groups": [group], "target_group_roles": [role]})
    statements = [
        statement
        for resource in shop.resources().values()
        if resource["Type"] == "AWS::IAM::ManagedPolicy"
        for statement in resource["Properties"]["PolicyDocument"]["Statement"]
    ]
    register = [s for s in statements if "elasticloadbalancing:RegisterTargets" in listed(s["Action"]) and group in s["Resource"]]
    assert len(register) == 1
    (assume,) = [statement for statement in statements if "sts:AssumeRole" in listed(statement["Action"])]
    assert assume["Resource"] == role


def test_a_target_group_that_is_no_arn_is_refused() -> None:
    with pytest.raises(Refused, match="target group 'theirs' is no ARN of a target group"):
        Shop({"permissions": Permissions.STRICT, "target_groups": ["theirs"]})
