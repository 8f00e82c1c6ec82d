"""Turns Ingresses into the Python that makes the same load balancers."""

from __future__ import annotations

import argparse
import os
import tempfile

from eks_ingress.checks.registry import find
from eks_ingress.cli.command import Command
from eks_ingress.cli.inputs import add_planning, read_inputs
from eks_ingress.cli.progress import say
from eks_ingress.importing.items import AddIngress, AddLoadBalancer
from eks_ingress.importing.module import module
from eks_ingress.importing.sameness import Keep
from eks_ingress.importing.whole import Import, import_plan
from eks_ingress.refusal import Problem, Refused
from eks_ingress.report.remarks import remarks, unread


def _add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", nargs="+", metavar="PATH", help="files and folders with manifests, - for standard input")
    add_planning(parser)
    parser.add_argument("--output", metavar="FILE", help="the file to write (default: standard output)")
    parser.add_argument(
        "--keep",
        choices=[keep.value for keep in Keep],
        default=Keep.LOAD_BALANCERS.value,
        help="what stays as it is: each Ingress object, so that nothing gets a new name; load balancers, while target groups may "
        "get new names; or nothing, so that routes are written where that makes a new load balancer too (default: load-balancers)",
    )


def _run(options: argparse.Namespace) -> tuple[int, str, str]:
    inputs = read_inputs(options)
    if inputs.unread:
        raise Refused(inputs.unread)
    if inputs.templates:
        raise Refused([Problem("a synthesized app is Python already.", "Name files or folders with manifests.")])
    plan = inputs.only
    say("writing Python, and proving that the plan stays the same")
    made = import_plan(plan, Keep(options.keep))
    errors = [x for x in remarks(find(plan), plan.problems) if x.level == "error"]
    told = [x.line for x in errors]
    told += [_line("lost", problem) for problem in made.lost]
    told += [_line("note", problem) for problem in made.notes]
    told.append(_summary(made))
    out = module(made, options.path).removesuffix("\n")
    if options.output is not None:
        _write(options.output, out)
        out = ""
    return int(bool(errors or made.lost or not (made.groups or made.classes))), out, "\n".join(told)


def _line(what: str, problem: Problem) -> str:
    return unread(problem).line.replace(": error: ", f": {what}: ", 1)


def _summary(made: Import) -> str:
    """What became of all of it."""
    balancers = len(made.groups)
    as_routes = sum(isinstance(group.items[0], AddLoadBalancer) for group in made.groups)
    typed = sum(all(isinstance(item, AddIngress) for item in group.items) for group in made.groups)
    same = sum(group.made is not None for group in made.groups)
    parts = [(as_routes, "with routes"), (typed, "one to one"), (balancers - as_routes - typed, "as they stand")]
    how = ", ".join(f"{count} {what}" for count, what in parts if count)
    planned = "the plan is the same" if same == balancers else f"{balancers - same} would not be the same"
    refused = f"; {len(made.refused)} refused by the controller" if made.refused else ""
    count = f"{balancers} load balancer{'' if balancers == 1 else 's'}"
    return f"{count}: {how}; {planned}{refused}." if balancers else f"No load balancer{refused}."


def _write(path: str, text: str) -> None:
    """Writes a file as a whole, or not at all. Raises `Refused`."""
    folder = os.path.dirname(path) or "."
    try:
        handle, temporary = tempfile.mkstemp(dir=folder, prefix=".eks-ingress-", text=True)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text + "\n")
            umask = os.umask(0)
            os.umask(umask)
            os.chmod(temporary, 0o666 & ~umask)
            os.replace(temporary, path)
        except BaseException:
            os.unlink(temporary)
            raise
    except OSError as error:
        raise Refused([Problem(f"{path!r} cannot be written: {error.strerror}.", "Name another --output.")]) from None


COMMAND = Command(
    "Turns Ingresses into the Python that makes the same load balancers: add_load_balancer and add_route where that fits, or else "
    "add_ingress, and add_manifests for what typed words cannot say. It compares the two plans, and says what is lost.",
    """  eks-ingress import manifests/ --cluster-name shop --output load_balancers.py
  helm template shop ./chart | eks-ingress import - > shop.py
  kubectl get ingress,ingressclass,ingressclassparams -A -o yaml | eks-ingress import - --keep objects""",
    _add,
    _run,
    wrong="something is lost or refused, or there is no load balancer",
    for_people=False,
)
