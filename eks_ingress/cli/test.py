"""Sends requests through the plan, and compares what becomes of them with what must."""

from __future__ import annotations

import argparse
import json

from eks_ingress.cli.command import Command
from eks_ingress.cli.inputs import UNREAD, add_inputs, read_inputs
from eks_ingress.plan.requests import load_requests, run_requests
from eks_ingress.report.answers import requests_as_json
from eks_ingress.report.remarks import unread
from eks_ingress.report.visible import visible


def _add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("tests", metavar="TESTS", help="a YAML file with requests, and what each must get")
    add_inputs(parser)
    parser.add_argument(
        "--min-coverage", metavar="N", type=_percentage, default=0.0, help="fail if fewer than N percent of the rules are reached"
    )
    parser.add_argument("--format", choices=["text", "json"], default="text", help="(default: text)")


def _percentage(text: str) -> float:
    number = float(text.removesuffix("%"))
    if not 0 <= number <= 100:
        raise ValueError(text)
    return number


def _run(options: argparse.Namespace) -> tuple[int, str, str]:
    requests = load_requests(options.tests)
    inputs = read_inputs(options)
    report = run_requests(inputs.only, requests)
    told = [unread(problem).line for problem in inputs.unread]
    covered = 100 * report.coverage >= options.min_coverage
    if not covered:
        told.append(f"{100 * report.coverage:.1f} % of the rules are reached, and {options.min_coverage:g} % must be.")
    out = (
        json.dumps(requests_as_json(report), indent=2)
        if options.format == "json"
        else "\n".join(map(visible, str(report).split("\n")))
    )
    code = UNREAD if inputs.unread else int(not (report.passed and covered))
    return code, out, "\n".join(told)


COMMAND = Command(
    "Sends requests through the plan, and compares what becomes of each with what it must get: says which failed and why, what "
    "took the request instead, and which rules no request reaches.",
    """  eks-ingress test requests.yaml manifests/
  eks-ingress test requests.yaml cdk.out --min-coverage 90

requests.yaml:
  - url: https://shop.example.com/api/cart
    expect: {service: shop/api:8080}
  - url: http://shop.example.com/
    expect: {redirect: "https://shop.example.com/"}
  - url: https://shop.example.com/push
    method: POST
    headers: {X-Partner: acme}
    expect: {status: 403}""",
    _add,
    _run,
    wrong="a request did not get what it must, or too few rules are reached",
)
