"""The command line: what it takes, and what it prints.

Nothing here loads the CDK, so that a command starts at once and on a machine without Node.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from eks_ingress import __version__
from eks_ingress.manifests.assembly import read_assembly
from eks_ingress.plan.build import plan
from eks_ingress.refusal import Refused
from eks_ingress.report.text import text


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
    options = parser.parse_args(arguments)
    try:
        return _plan(options.path)
    except Refused as refused:
        print(refused, file=sys.stderr)
        return 2


def _plan(path: Path) -> int:
    assembly = read_assembly(path)
    refused = False
    for cluster in assembly.clusters:
        planned = plan(cluster.manifests, cluster.class_names, cluster.default_target_type)
        refused = refused or bool(planned.problems)
        print(f"Cluster {cluster.name}\n\n{text(planned)}\n")
    for stack, template in assembly.templates.items():
        print(f"Stack {stack}: {template}")
    return 1 if refused else 0
