"""The command line: what it takes, and what it prints.

Nothing here loads the CDK, so that a command starts at once and on a machine without Node.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from eks_ingress import __version__
from eks_ingress.controller.documents import document
from eks_ingress.controller.features import PUBLISHED_FEATURES, Feature
from eks_ingress.controller.permissions import Permissions, policies
from eks_ingress.manifests.assembly import read_assembly
from eks_ingress.plan.build import plan
from eks_ingress.refusal import Problem, Refused
from eks_ingress.report.annotations import entries, tables
from eks_ingress.report.text import text

_PUBLISHED = "published"


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command; 0 when it went well, 1 when the controller would refuse something, 2 when something could not be read."""
    parser = argparse.ArgumentParser(prog="eks-ingress", description="What traffic into an EKS cluster will meet.")
    parser.add_argument("--version", action="version", version=f"eks-ingress {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    planning = commands.add_parser(
        "plan",
        help="show the load balancers that a synthesized app will have",
        description="Shows the load balancers that the controller will build from a synthesized CDK app: listeners, and rules in "
        "the order in which they are tried.",
        epilog="example: cdk synth --quiet && eks-ingress plan",
    )
    planning.add_argument("path", nargs="?", type=Path, default=Path("cdk.out"), help="the cloud assembly (default: cdk.out)")
    _add_policy(commands)
    listing = commands.add_parser(
        "annotations",
        help="list the controller's annotations and what to write instead",
        description="Lists the annotations that the controller reads: for each the typed name that stands for it, what values it "
        "has, on which objects it may stand, what becomes of it in a group of Ingresses, the release of the controller that read "
        "it first, and the field of IngressClassParams that goes before it. On a terminal, long cells are broken to its width.",
        epilog="example: eks-ingress annotations | grep healthcheck",
    )
    listing.add_argument("--format", choices=["text", "json"], default="text", help="a table, or all that is known (default: text)")
    options = parser.parse_args(arguments)
    try:
        return _COMMANDS[options.command](options)
    except BrokenPipeError:  # whoever reads has seen enough, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Refused as refused:
        print(refused, file=sys.stderr)
        return 2


def _add_policy(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    policy = commands.add_parser(
        "policy",
        help="print the IAM policy of the controller",
        description="Prints the IAM policy that the controller's role needs, as JSON: one document, or a list of them where one "
        "would be longer than IAM takes.",
        epilog="example: eks-ingress policy --cluster-name shop --permissions strict --region eu-central-1 --account 123456789012 "
        "--vpc-id vpc-0123456789abcdef0 --feature certificate-discovery > policy.json",
    )
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


def _policy(options: argparse.Namespace) -> int:
    level = Permissions(options.permissions)
    if options.cluster_name is None and level is not Permissions.UPSTREAM:
        raise Refused(
            [Problem(f"permissions {level.value!r} are those of one cluster, and none is named.", "Give its --cluster-name.")]
        )
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
    print(json.dumps(printed[0] if len(printed) == 1 else printed, indent=2))
    if len(printed) > 1:
        print(f"This is a list of {len(printed)} policies, since one would be longer than IAM takes: attach each.", file=sys.stderr)
    return 0


def _annotations(options: argparse.Namespace) -> int:
    if options.format == "json":
        print(json.dumps(entries(), indent=2))
    else:
        print(tables(shutil.get_terminal_size().columns if sys.stdout.isatty() else None))
    return 0


def _plan(options: argparse.Namespace) -> int:
    assembly = read_assembly(options.path)
    refused = False
    for cluster in assembly.clusters:
        planned = plan(cluster.manifests, cluster.class_names, cluster.default_target_type)
        refused = refused or bool(planned.problems)
        print(f"Cluster {cluster.name}\n\n{text(planned)}\n")
    for stack, template in assembly.templates.items():
        print(f"Stack {stack}: {template}")
    return 1 if refused else 0


_COMMANDS = {"plan": _plan, "policy": _policy, "annotations": _annotations}
