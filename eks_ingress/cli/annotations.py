"""Lists the controller's annotations."""

from __future__ import annotations

import argparse
import json
import sys

from eks_ingress.cli.command import Command
from eks_ingress.cli.terminal import width_of
from eks_ingress.nearest import nearest
from eks_ingress.refusal import Problem, Refused
from eks_ingress.report.annotations import SECTIONS, entries, has, tables


def _add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", nargs="?", default="", metavar="NAME", help="an annotation, or a part of its name (default: all)")
    parser.add_argument("--format", choices=["text", "json"], default="text", help="a table, or all that is known (default: text)")


def _run(options: argparse.Namespace) -> tuple[int, str, str]:
    known = [row for rows in SECTIONS.values() for row in rows]
    if not any(has(row, options.name) for row in known):
        near = nearest(options.name.rpartition("/")[2], [row.name for row in known])
        remedy = f"Did you mean {near}?" if near else "`eks-ingress annotations` lists all."
        raise Refused([Problem(f"there is no annotation with {options.name!r} in its name.", remedy)])
    if options.format == "json":
        return 0, json.dumps(entries(options.name), indent=2), ""
    return 0, tables(width_of(sys.stdout), options.name), ""


COMMAND = Command(
    "Lists the annotations that the controller reads: for each the typed name that stands for it, what values it has, on which "
    "objects it may stand, what becomes of it in a group of Ingresses, the release of the controller that read it first, and the "
    "field of IngressClassParams that goes before it. On a terminal, long cells are broken to its width.",
    """  eks-ingress annotations healthcheck
  eks-ingress annotations --format json""",
    _add,
    _run,
)
