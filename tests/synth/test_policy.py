"""What the controller may do."""

from __future__ import annotations

import json
import tarfile
from importlib.resources import files
from typing import Any

import pytest

from tests.synth.apps import Shop

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
    document = Shop().resources()["IngressPolicy"]["Properties"]["PolicyDocument"]
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
