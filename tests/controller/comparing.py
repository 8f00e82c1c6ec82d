"""Policies as sets, to compare them however their statements are put together."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from eks_ingress.controller.permissions import Permissions, policies

PARTITIONS = {
    "aws": "iam_policy.json",
    "aws-cn": "iam_policy_cn.json",
    "aws-us-gov": "iam_policy_us-gov.json",
    "aws-eusc": "iam_policy_eusc.json",
    "aws-iso": "iam_policy_iso.json",
    "aws-iso-b": "iam_policy_isob.json",
    "aws-iso-e": "iam_policy_isoe.json",
    "aws-iso-f": "iam_policy_isof.json",
}
TARGET_GROUP = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/old/0123456789abcdef"
ROLE = "arn:aws:iam::210987654321:role/targets"
LONG_NAME = "c" * 100

Allowed = tuple[str, str, str]
"""Action, resource, condition."""


def published(name: str) -> list[dict[str, Any]]:
    statements: list[dict[str, Any]] = json.loads((Path(__file__).parent / "published" / name).read_text("utf-8"))["Statement"]
    return statements


def listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def allowed(statements: Iterable[dict[str, Any]]) -> set[Allowed]:
    """All that the statements allow."""
    found = set()
    for statement in statements:
        assert statement["Effect"] == "Allow"
        condition = {
            operator: {key: listed(value) for key, value in keys.items()}
            for operator, keys in statement.get("Condition", {}).items()
        }
        for action in statement["Action"]:
            for resource in listed(statement["Resource"]):
                found.add((action, resource, json.dumps(condition, sort_keys=True)))
    return found


def granted(level: Permissions, **arguments: Any) -> list[dict[str, Any]]:
    """The statements of all documents, for the cluster `shop` unless another is given."""
    documents = policies(level, **{"partition": "aws", "cluster_name": "shop", **arguments})
    return [statement for statements in documents for statement in statements]


def in_place(level: Permissions = Permissions.STRICT, **arguments: Any) -> list[dict[str, Any]]:
    """The same where all about the cluster is known."""
    place = {"region": "eu-central-1", "account": "123456789012", "vpc_id": "vpc-0123456789abcdef0"}
    return granted(level, **{**place, **arguments})
