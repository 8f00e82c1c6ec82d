"""Lists the controller's annotations."""

from __future__ import annotations

import argparse
import json
import shutil
import sys

from eks_ingress.cli.command import Command
from eks_ingress.report.annotations import entries, tables


def _add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--format", choices=["text", "json"], default="text", help="a table, or all that is known (default: text)")


def _run(options: argparse.Namespace) -> tuple[int, str, str]:
    if options.format == "json":
        return 0, json.dumps(entries(), indent=2), ""
    return 0, tables(shutil.get_terminal_size().columns if sys.stdout is not None and sys.stdout.isatty() else None), ""


COMMAND = Command(
    "Lists the annotations that the controller reads: for each the typed name that stands for it, what values it has, on which "
    "objects it may stand, what becomes of it in a group of Ingresses, the release of the controller that read it first, and the "
    "field of IngressClassParams that goes before it. On a terminal, long cells are broken to its width.",
    """  eks-ingress annotations | grep healthcheck
  eks-ingress annotations --format json""",
    _add,
    _run,
)
