"""The linter that judges templates judges the policies as well: their grammar, and whether IAM knows the actions."""

from __future__ import annotations

import json
from itertools import count
from typing import Any

import pytest
from cfnlint.api import lint
from cfnlint.config import ManualArgs

from eks_ingress.controller.documents import document
from eks_ingress.controller.features import Feature
from eks_ingress.controller.permissions import Permissions, policies
from tests.controller.comparing import ROLE, TARGET_GROUP


def findings(documents: list[dict[str, Any]]) -> list[str]:
    numbers = count(1)
    resources = {
        f"Policy{next(numbers)}": {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": policy}}
        for policy in documents
    }
    found = lint(json.dumps({"Resources": resources}), config=ManualArgs(regions=["eu-central-1"]))
    return [f"{match.rule.id} {match.message}" for match in found]


@pytest.mark.parametrize("level", Permissions)
def test_the_linter_finds_nothing_in_the_policies(level: Permissions) -> None:
    documents = policies(
        level,
        partition="aws",
        cluster_name="shop",
        features=set(Feature),
        region="eu-central-1",
        account="123456789012",
        vpc_id="vpc-0123456789abcdef0",
        own_target_groups=[TARGET_GROUP],
        role_arns=[ROLE],
    )
    assert findings([document(statements) for statements in documents]) == []


def test_the_linter_looks_at_policies_at_all() -> None:
    wrong = {"Sid": "A b", "Effect": "Allow", "Action": ["ec2:Nothing"], "Resource": "*"}
    assert {finding[:5] for finding in findings([document([wrong])])} == {"E3510", "W3037"}
