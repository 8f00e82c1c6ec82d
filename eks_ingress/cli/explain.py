"""Says what a check is about."""

from __future__ import annotations

import argparse
from collections.abc import Iterable

from eks_ingress.checks.registry import CHECKS
from eks_ingress.cli.command import Command
from eks_ingress.nearest import nearest
from eks_ingress.refusal import Problem, Refused


def _add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", nargs="?", metavar="ID", help="such as EKI101 (default: all, with their titles)")


def _run(options: argparse.Namespace) -> tuple[int, str, str]:
    titles = {check.id: check.title for check in sorted(CHECKS, key=lambda check: check.id)}
    if options.id is None:
        return 0, "\n".join(f"{check}  {title}" for check, title in titles.items()), ""
    wanted = "EKI" + options.id.upper().removeprefix("EKI")
    if wanted not in titles:
        raise Refused([Problem(f"there is no check {options.id!r}.", _remedy(wanted, titles))])
    from eks_ingress.report.checks import explain  # noqa: PLC0415

    return 0, explain(wanted), ""


def _remedy(wanted: str, known: Iterable[str]) -> str:
    near = nearest(wanted, known)
    return f"Did you mean {near}?" if near else "`eks-ingress explain` lists all."


COMMAND = Command(
    "Says what a check is about: what is wrong, what happens then, and what to write instead. Without ID, lists all checks.",
    """  eks-ingress explain EKI101
  eks-ingress explain | grep -i certificate""",
    _add,
    _run,
)
