from __future__ import annotations

import json
import re
from typing import Any

import pytest

from eks_ingress.cli import main
from eks_ingress.controller.features import PUBLISHED_FEATURES, Feature
from eks_ingress.controller.permissions import Permissions
from tests.commands import run
from tests.controller.comparing import ROLE, TARGET_GROUP, allowed, granted, in_place, published

PLACE = ["--region", "eu-central-1", "--account", "123456789012", "--vpc-id", "vpc-0123456789abcdef0"]


def printed(arguments: str, capsys: pytest.CaptureFixture[str]) -> Any:
    assert main(["policy", *arguments.split()]) == 0
    return json.loads(capsys.readouterr().out)


def test_what_is_published_is_printed_as_one_document() -> None:
    code, out, err = run("policy", "--partition", "aws-cn", "--permissions", "upstream")
    assert code == 0
    policy = json.loads(out)
    assert policy["Version"] == "2012-10-17"
    assert allowed(policy["Statement"]) == allowed(published("iam_policy_cn.json"))
    assert err == ""


def test_a_cluster_has_its_own_policy_unless_told_otherwise(capsys: pytest.CaptureFixture[str]) -> None:
    policy = printed("--cluster-name shop", capsys)
    assert policy["Statement"] == granted(Permissions.CLUSTER)


def test_a_policy_in_parts_is_a_list_and_says_so() -> None:
    code, out, err = run("policy", "--cluster-name", "shop", "--permissions", "strict", *PLACE)
    assert code == 0
    documents = json.loads(out)
    assert [document["Version"] for document in documents] == ["2012-10-17"] * 2
    assert [statement for document in documents for statement in document["Statement"]] == in_place()
    assert err == "This is a list of 2 policies, since one would be longer than IAM takes: attach each.\n"


def test_features_are_chosen_one_by_one(capsys: pytest.CaptureFixture[str]) -> None:
    policy = printed("--cluster-name shop --feature wafv2 --feature cognito", capsys)
    assert policy["Statement"] == granted(Permissions.CLUSTER, features={Feature.WAFV2, Feature.COGNITO})


def test_features_can_be_added_to_those_that_are_published(capsys: pytest.CaptureFixture[str]) -> None:
    documents = printed("--permissions upstream --feature published --feature certificate-creation", capsys)
    expected = granted(Permissions.UPSTREAM, features=PUBLISHED_FEATURES | {Feature.CERTIFICATE_CREATION})
    assert [statement for document in documents for statement in document["Statement"]] == expected


def test_target_groups_and_roles_of_others_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = f"--cluster-name shop --permissions strict --target-group {TARGET_GROUP} --role {ROLE} {' '.join(PLACE)}"
    documents = printed(arguments, capsys)
    expected = in_place(own_target_groups=[TARGET_GROUP], role_arns=[ROLE])
    assert [statement for document in documents for statement in document["Statement"]] == expected


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("", "permissions 'cluster' are those of one cluster, and none is named.\n    Give its --cluster-name.\n"),
        (
            "--permissions strict",
            "permissions 'strict' are those of one cluster, and none is named.\n    Give its --cluster-name.\n",
        ),
        (
            "--cluster-name shop --account 123456789012 --vpc-id vpc-1",
            "permissions 'cluster' are not limited by --account, --vpc-id.\n    Add --permissions strict, or leave it out.\n",
        ),
        (
            f"--permissions upstream --region eu-west-1 --target-group {TARGET_GROUP}",
            "permissions 'upstream' are not limited by --region, --target-group.\n    Add --permissions strict, or leave it out.\n",
        ),
        (
            "--cluster-name shop --partition aws-moon",
            "partition 'aws-moon' is none of AWS.\n"
            "    Write one of aws, aws-cn, aws-us-gov, aws-eusc, aws-iso, aws-iso-b, aws-iso-e, aws-iso-f.\n",
        ),
    ],
)
def test_what_cannot_be_is_refused_in_words(arguments: str, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["policy", *arguments.split()]) == 2
    assert capsys.readouterr() == ("", words)


@pytest.mark.parametrize("arguments", ["--feature dns", "--permissions all", "--cluster-name"])
def test_what_is_no_choice_is_refused_with_the_choices(arguments: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["policy", *arguments.split()])
    assert stopped.value.code == 2
    assert "eks-ingress policy: error:" in capsys.readouterr().err


def test_help_has_examples_that_work(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["policy", "--help"])
    _, examples, _ = re.split("examples:\n|\nexit codes:\n", capsys.readouterr().out)
    for example in examples.replace("\\\n", "").strip().splitlines():
        assert main(example.split(" > ")[0].split()[1:]) == 0
        assert "acm:ListCertificates" in capsys.readouterr().out
