"""Says what becomes of one request."""

from __future__ import annotations

import argparse
import json

from eks_ingress.cli.command import Command
from eks_ingress.cli.inputs import UNREAD, add_inputs, read_inputs
from eks_ingress.refusal import Problem, Refused
from eks_ingress.report.answers import answer_as_json, answer_as_text
from eks_ingress.report.remarks import unread


def _add(parser: argparse.ArgumentParser) -> None:
    add_inputs(parser)
    parser.add_argument("--url", required=True, help="scheme, host and path of the request, as a client sends it")
    parser.add_argument("--method", metavar="M", default="GET", help="(default: GET)")
    parser.add_argument("--header", metavar="'K: V'", action="append", default=[], help="can be given several times")
    parser.add_argument("--source-ip", metavar="IP", help="the client's address; without it, no condition on it holds")
    parser.add_argument("--load-balancer", metavar="GROUP", help="the one that is asked, where several listen on the port")
    parser.add_argument("--format", choices=["text", "json"], default="text", help="(default: text)")


def _run(options: argparse.Namespace) -> tuple[int, str, str]:
    headers = _headers(options.header)
    inputs = read_inputs(options)
    plan = inputs.only
    told = [unread(problem).line for problem in inputs.unread]
    if plan.problems:
        told.append("What the controller would refuse is left out; `eks-ingress check` tells what that is.")
    try:
        answer = plan.match(
            options.url,
            method=options.method,
            headers=headers,
            source_ip=options.source_ip,
            load_balancer=options.load_balancer,
        )
    except ValueError as error:
        return UNREAD if inputs.unread else 1, "", "\n".join([*told, str(error).replace("`load_balancer=`", "--load-balancer")])
    out = json.dumps(answer_as_json(answer), indent=2) if options.format == "json" else answer_as_text(plan, answer)
    return UNREAD if inputs.unread else 0, out, "\n".join(told)


def _headers(said: list[str]) -> dict[str, str]:
    """Names and values of headers. Raises `Refused`."""
    found: dict[str, str] = {}
    problems: list[Problem] = []
    for header in said:
        name, colon, value = header.partition(":")
        name = name.strip()
        if not colon or not name:
            problems.append(Problem(f"header {header!r} has no name and value.", "Write --header 'X-Team: red'."))
        elif name.lower() == "host":
            problems.append(Problem("the host is that of the URL.", "Write it there, and not as a header."))
        elif name.lower() in map(str.lower, found):
            problems.append(Problem(f"header {name!r} is given twice.", "Give it once."))
        found[name] = value.strip()
    if problems:
        raise Refused(problems)
    return found


COMMAND = Command(
    "Says what becomes of one request: which load balancer, listener and rule take it, and where it goes, as the load balancer "
    "would decide it.",
    """  eks-ingress match manifests/ --url https://shop.example.com/api/cart
  eks-ingress match cdk.out --url https://shop.example.com/ --method POST --header 'X-Canary: always' --source-ip 192.0.2.7""",
    _add,
    _run,
    wrong="no load balancer takes the request, or several would, or it makes no sense",
)
