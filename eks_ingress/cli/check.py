"""Tells what is wrong."""

from __future__ import annotations

import argparse

from eks_ingress import __version__
from eks_ingress.checks.registry import CHECKS, find
from eks_ingress.checks.sizes import FULL
from eks_ingress.cli.command import Command
from eks_ingress.cli.inputs import UNREAD, add_inputs, read_inputs
from eks_ingress.cli.progress import say
from eks_ingress.report.findings import as_json, github, lines
from eks_ingress.report.remarks import counted, in_order, remarks, unread


def _add(parser: argparse.ArgumentParser) -> None:
    add_inputs(parser)
    parser.add_argument(
        "--format",
        choices=["text", "json", "sarif", "github"],
        default="text",
        help="a line each, all that is known, SARIF 2.1.0, or commands for GitHub Actions (default: text)",
    )
    parser.add_argument(
        "--explain",
        action="store_true",
        help="say why, and what the controller would say; json and sarif have it in any case",
    )


def _run(options: argparse.Namespace) -> tuple[int, str, str]:
    inputs = read_inputs(options)
    say("checking")
    found = [finding for cluster in inputs.clusters for finding in find(cluster.plan)]
    found += [finding for filling in inputs.filled for finding in FULL.of(filling)]
    made = remarks(found, [problem for cluster in inputs.clusters for problem in cluster.plan.problems])
    not_read = in_order(map(unread, inputs.unread))
    acknowledged = sum(finding.acknowledged is not None for finding in found)
    summary = counted(made, acknowledged)
    if not_read:
        summary += f"; {len(not_read)} {'place' if len(not_read) == 1 else 'places'} could not be read"
    match options.format:
        case "json":
            out = as_json(made, not_read, acknowledged)
        case "sarif":
            from eks_ingress.report.sarif import sarif  # noqa: PLC0415 - needed for this alone

            out = sarif(CHECKS, made, not_read, __version__)
        case "github":
            out = github(in_order([*not_read, *made]), explain=options.explain)
        case _:
            out = lines(in_order([*not_read, *made]), explain=options.explain)
    code = UNREAD if not_read else int(any(remark.level == "error" for remark in made))
    return code, out, f"{summary[0].upper()}{summary[1:]}."


COMMAND = Command(
    "Tells what the controller or AWS would refuse (an error), and what would silently be something else than what was written (a "
    "warning): a line each, with file and line. Findings that were acknowledged are counted only.",
    """  eks-ingress check manifests/
  helm template shop ./chart | eks-ingress check - --complete
  eks-ingress check manifests/ --format sarif > eks-ingress.sarif
  eks-ingress check manifests/ --explain""",
    _add,
    _run,
    wrong="there is an error",
)
