"""Prints the IAM policy of the controller."""

from __future__ import annotations

import argparse
import json

from eks_ingress.cli.command import Command
from eks_ingress.controller.documents import document
from eks_ingress.controller.features import PUBLISHED_FEATURES, Feature
from eks_ingress.controller.permissions import Permissions, policies
from eks_ingress.refusal import Problem, Refused

_PUBLISHED = "published"


def _add(policy: argparse.ArgumentParser) -> None:
    policy.add_argument("--partition", default="aws", help="that of the account: aws, aws-cn, aws-us-gov, … (default: aws)")
    policy.add_argument("--cluster-name", metavar="NAME", help="the cluster's name in EKS; needed but for upstream")
    policy.add_argument(
        "--permissions",
        choices=[level.value for level in Permissions],
        default=Permissions.CLUSTER.value,
        help="how much the controller may do: what its project publishes, the same for this cluster only, or as little as AWS lets "
        "it be (default: cluster)",
    )
    policy.add_argument(
        "--feature",
        action="append",
        choices=[_PUBLISHED, *(feature.value for feature in Feature)],
        metavar="FEATURE",
        help="what the controller does beside routing, and nothing else; can be given several times, and 'published' stands for "
        "all that the published policy is for (default: published; for strict, none): "
        + ", ".join(feature.value for feature in Feature),
    )
    policy.add_argument("--region", default="*", help="region of the cluster, for strict (default: any)")
    policy.add_argument("--account", default="*", help="account of the cluster, for strict (default: any)")
    policy.add_argument("--vpc-id", metavar="VPC", help="VPC of the cluster, for strict (default: any)")
    policy.add_argument(
        "--target-group",
        action="append",
        default=[],
        metavar="ARN",
        help="a target group that the controller did not make, to register targets in, for strict; can be given several times",
    )
    policy.add_argument(
        "--role",
        action="append",
        default=[],
        metavar="ARN",
        help="a role of another account, to register targets there; can be given several times",
    )


def _run(options: argparse.Namespace) -> tuple[int, str, str]:
    level = Permissions(options.permissions)
    if options.cluster_name is None and level is not Permissions.UPSTREAM:
        raise Refused(
            [Problem(f"permissions {level.value!r} are those of one cluster, and none is named.", "Give its --cluster-name.")]
        )
    said = {
        "--region": options.region != "*",
        "--account": options.account != "*",
        "--vpc-id": options.vpc_id is not None,
        "--target-group": bool(options.target_group),
    }
    idle = [option for option, is_said in said.items() if is_said]
    if idle and level is not Permissions.STRICT:
        reason = f"permissions {level.value!r} are not limited by {', '.join(idle)}."
        raise Refused([Problem(reason, "Add --permissions strict, or leave it out.")])
    features = None if options.feature is None else {Feature(name) for name in options.feature if name != _PUBLISHED}
    if features is not None and _PUBLISHED in options.feature:
        features |= PUBLISHED_FEATURES
    documents = policies(
        level,
        partition=options.partition,
        cluster_name=options.cluster_name or "",
        features=features,
        region=options.region,
        account=options.account,
        vpc_id=options.vpc_id,
        own_target_groups=options.target_group,
        role_arns=options.role,
    )
    printed = [document(statements) for statements in documents]
    told = f"This is a list of {len(printed)} policies, since one would be longer than IAM takes: attach each."
    several = len(printed) > 1
    return 0, json.dumps(printed if several else printed[0], indent=2), told if several else ""


COMMAND = Command(
    "Prints the IAM policy that the controller's role needs, as JSON: one document, or a list of them where one would be longer "
    "than IAM takes.",
    """  eks-ingress policy --cluster-name shop > policy.json
  eks-ingress policy --cluster-name shop --permissions strict --region eu-central-1 --account 123456789012 \\
    --vpc-id vpc-0123456789abcdef0 --feature certificate-discovery > policy.json""",
    _add,
    _run,
    for_people=False,
)
