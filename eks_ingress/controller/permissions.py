"""What the controller may do in AWS, at three levels.

Facts: the IAM policies that the controller's project publishes for v3.5.0, one for each partition; Service Authorization Reference.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from enum import Enum
from typing import Any

from eks_ingress.controller import core
from eks_ingress.controller.documents import Statement, split
from eks_ingress.controller.features import PUBLISHED_FEATURES, Feature, published_grants, strict_grants, with_implied
from eks_ingress.controller.grants import Condition, Grant, merged, pinned
from eks_ingress.refusal import Refusals
from eks_ingress.tokens import has_token


class Permissions(Enum):
    """How much the controller may do; its value is its name on the command line."""

    UPSTREAM = "upstream"
    """What the controller's project publishes: it may change what has the tag of any cluster, and some things without a tag."""
    CLUSTER = "cluster"
    """The same, but what must have a cluster's tag must have that of this cluster: clusters of one account keep apart."""
    STRICT = "strict"
    """Only what the chosen features need, and all of it limited by tag, VPC, region and account wherever AWS lets it be limited.

    Security groups of nodes and pods must have the tag `kubernetes.io/cluster/<name>` (`owned` or `shared`); those that EKS makes
    have it. The feature gate ListenerRulesTagging must stay on.
    """


_NOT_IN_ISO = frozenset(
    f"elasticloadbalancing:{action}"
    for action in (
        "DescribeTrustStores",
        "DescribeListenerAttributes",
        "DescribeCapacityReservation",
        "ModifyListenerAttributes",
        "ModifyCapacityReservation",
    )
)
_LACKING = {
    "aws": frozenset[str](),
    "aws-cn": frozenset[str](),
    "aws-us-gov": frozenset[str](),
    "aws-eusc": frozenset[str](),
    "aws-iso": _NOT_IN_ISO,
    "aws-iso-b": _NOT_IN_ISO,
    "aws-iso-e": _NOT_IN_ISO,
    "aws-iso-f": _NOT_IN_ISO,
}
"""The partitions, and the actions that the policies published for them leave out."""

_TOGETHER = {"ChangeOwnSecurityGroups": "ChangeOwn", "MakeListenersAndRules": "ChangeListenersAndRules"}
"""Statements that differ only in their actions. With the longest name, the published ones would need a second document."""

LONGEST = {
    "partition": len("aws-us-gov"),
    "cluster": 100,
    "region": len("ap-southeast-10"),
    "account": 12,
    "vpc": len("vpc-0123456789abcdef0"),
    "target group": len("arn:aws-us-gov:elasticloadbalancing:ap-southeast-10:123456789012:targetgroup//0123456789abcdef") + 32,
    "role": len("arn:aws-us-gov:iam::123456789012:role") + 512 + 64,
}
"""How many characters a value has at most that only CloudFormation knows. EKS: cluster names; ELB: names of target groups; IAM:
paths and names of roles."""


def features_of(level: Permissions, partition: str, features: Collection[Feature] | None = None) -> frozenset[Feature]:
    """The features that a policy is for: what was chosen, with what that comes with; else what the level has.

    Without a choice, what a partition has no actions for is left out. Switches and gates of the chart come from here too.
    """
    if features is not None:
        return with_implied(features)
    if level is Permissions.STRICT:
        return frozenset()
    lacking = _LACKING.get(partition, frozenset())
    return frozenset(
        feature
        for feature in PUBLISHED_FEATURES
        if any(action not in lacking for grant in published_grants([feature]) for action in grant.actions)
    )


def policies(
    level: Permissions,
    *,
    partition: str,
    cluster_name: str,
    features: Collection[Feature] | None = None,
    region: str = "*",
    account: str = "*",
    vpc_id: str | None = None,
    own_target_groups: Sequence[str] = (),
    role_arns: Sequence[str] = (),
) -> list[list[Statement]]:
    """The IAM statements of the controller's role, in as few documents as IAM takes them in.

    Every argument can be a CDK token, which counts as the longest value that it can have.

    :param partition: that of the AWS accounts: `aws`, `aws-cn`, `aws-us-gov`, …
    :param cluster_name: the cluster's name in EKS, which the controller writes in its tags; the level UPSTREAM names no cluster.
    :param features: what the controller does beside routing. Default: what the published policy allows; for STRICT, none.
    :param region: that of the cluster, for STRICT. Default: any.
    :param account: that of the cluster, for STRICT. Default: any.
    :param vpc_id: that of the cluster, for STRICT. Default: any; a cluster whose name is a token must have it.
    :param own_target_groups: ARNs of target groups that the controller did not make and that TargetGroupBindings name, for
        STRICT; the other levels allow all.
    :param role_arns: roles of other accounts to take on for TargetGroupBindings, exactly these. Default: with the feature
        CROSS_ACCOUNT_TARGET_GROUPS any, else none.

    Raises `Refused` for what none of these can be.
    """
    _refuse(level, partition, cluster_name, region, account, vpc_id, own_target_groups, role_arns)
    chosen = features_of(level, partition, features)
    if role_arns:
        chosen |= {Feature.CROSS_ACCOUNT_TARGET_GROUPS}
    lists = {
        "{target_groups}": own_target_groups,
        "{roles}": role_arns or [f"arn:{partition}:iam::*:role/*"],
    }
    values = {"partition": partition, "cluster": cluster_name, "region": "*", "account": "*", "vpc": "*"}
    if level is Permissions.STRICT:
        grants = merged([*core.STRICT, *strict_grants(chosen)])
        values |= {"region": region, "account": account, "vpc": vpc_id or "*"}
    else:
        grants = merged([*core.PUBLISHED, *published_grants(chosen)])
    if level is Permissions.CLUSTER:
        grants = merged([replace(grant, sid=_TOGETHER.get(grant.sid, grant.sid)) for grant in grants])
    lacking = _LACKING.get(partition, frozenset())
    statements = [
        _statement(grant.sid, actions, resources, _condition(level, grant, values))
        for grant in grants
        if (actions := [action for action in grant.actions if action not in lacking])
        and (resources := [arn for text in grant.resources for arn in (lists[text] if text in lists else [text.format(**values)])])
    ]
    return split(statements, _unknown(values, own_target_groups, role_arns))


def wildcards(documents: list[list[Statement]]) -> list[str]:
    """The resources that stand for more than one, each once, in alphabetical order."""
    resources = [statement["Resource"] for statements in documents for statement in statements]
    arns = {arn for resource in resources for arn in ([resource] if isinstance(resource, str) else resource)}
    return sorted(arn for arn in arns if "*" in arn)


def _condition(level: Permissions, grant: Grant, values: Mapping[str, str]) -> Condition:
    templates = grant.condition if level is Permissions.UPSTREAM else pinned(grant.condition)
    condition: dict[str, dict[str, Any]] = {}
    for operator, keys in templates.items():
        for key, value in keys.items():
            # CloudFormation has no tokens in keys; and that a VPC is any VPC needs not be said.
            if ("{cluster}" in key and has_token(values["cluster"])) or (key == "ec2:Vpc" and values["vpc"] == "*"):
                continue
            filled = value.format(**values) if isinstance(value, str) else [text.format(**values) for text in value]
            condition.setdefault(operator, {})[key.format(**values)] = filled
    return condition


def _statement(sid: str, actions: list[str], resources: list[str], condition: Condition) -> Statement:
    statement = {"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": resources[0] if len(resources) == 1 else resources}
    return {**statement, "Condition": condition} if condition else statement


def _unknown(values: Mapping[str, str], own_target_groups: Sequence[str], role_arns: Sequence[str]) -> dict[str, int]:
    arguments = [
        *((value, LONGEST[name]) for name, value in values.items()),
        *((arn, LONGEST["target group"]) for arn in own_target_groups),
        *((arn, LONGEST["role"]) for arn in role_arns),
    ]
    return {value: length for value, length in arguments if has_token(value)}


def _refuse(
    level: Permissions,
    partition: str,
    cluster_name: str,
    region: str,
    account: str,
    vpc_id: str | None,
    own_target_groups: Sequence[str],
    role_arns: Sequence[str],
) -> None:
    refusals = Refusals()

    def must(what: str, value: str, pattern: str, rule: str, remedy: str) -> None:
        refusals.require(has_token(value) or re.fullmatch(pattern, value) is not None, what, value, rule, remedy)

    must("partition", partition, "|".join(_LACKING), "is none of AWS", f"Write one of {', '.join(_LACKING)}.")
    if level is not Permissions.UPSTREAM:
        must(
            "cluster name",
            cluster_name,
            r"[0-9A-Za-z][0-9A-Za-z_-]{0,99}",
            "is none that EKS takes",
            "Write the name that the cluster has in EKS: at most 100 letters, digits, '-' and '_'.",
        )
    if level is Permissions.STRICT:
        must("region", region, r"\*|[a-z]+(-[a-z]+)+-\d+", "is no region", "Write its code, such as 'eu-central-1', or '*'.")
        must("account", account, r"\*|\d{12}", "is no account", "Write its 12 digits, or '*'.")
        must("VPC", vpc_id or "vpc-0", r"vpc-[0-9a-f]+", "is no id of a VPC", "Write its id, such as 'vpc-0123456789abcdef0'.")
        refusals.require(
            bool(vpc_id) or not has_token(cluster_name),
            "cluster name",
            cluster_name,
            "is not known at synth, so that security groups cannot be limited by a tag with the name in it",
            "Give the VPC, to limit them by that; or give the cluster a name.",
        )
    for arn in own_target_groups:
        must(
            "target group",
            arn,
            r"arn:[^:*]+:elasticloadbalancing:[^:*]+:\d{12}:targetgroup/[^/*]+/[^/*]+",
            "is no ARN of a target group",
            "Write the whole ARN: 'arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/shop/0123456789abcdef'.",
        )
    for arn in role_arns:
        must(
            "role",
            arn,
            r"arn:[^:*]+:iam::\d{12}:role/[^*]+",
            "is no ARN of a role",
            "Write the whole ARN: 'arn:aws:iam::123456789012:role/targets'.",
        )
    refusals.settle()
