"""Shows what the controller will build, or compares it with what it built."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence

from eks_ingress.checks.registry import find
from eks_ingress.cli.command import Command
from eks_ingress.cli.inputs import UNREAD, Cluster, Inputs, add_inputs, read_inputs
from eks_ingress.report.plan_json import document
from eks_ingress.report.remarks import Remark, remarks, unread
from eks_ingress.report.text import text


def _add(parser: argparse.ArgumentParser) -> None:
    add_inputs(parser)
    parser.add_argument(
        "--format", choices=["text", "json"], default="text", help="for people, or in the controller's own format (default: text)"
    )
    parser.add_argument(
        "--compare",
        metavar="LIVE",
        help="tell what differs from what the controller built: a file with its dry-run plan, or with Ingresses that carry one",
    )


def _run(options: argparse.Namespace) -> tuple[int, str, str]:
    inputs = read_inputs(options)
    told = "\n".join(unread(problem).line for problem in inputs.unread)
    if options.compare is not None:
        code, out = _compared(inputs, options)
    else:
        found = [(cluster, remarks(find(cluster.plan), cluster.plan.problems)) for cluster in inputs.clusters]
        out = _as_json(found) if options.format == "json" else _as_text(inputs, found)
        code = int(any(remark.level == "error" for _, made in found for remark in made))
    return UNREAD if inputs.unread else code, out, told


_Found = Sequence[tuple[Cluster, Sequence[Remark]]]


def _as_text(inputs: Inputs, found: _Found) -> str:
    parts = [
        (f"Cluster {cluster.name}\n\n" if cluster.name is not None else "") + text(cluster.plan, made)
        for cluster, made in found
        if made
        or not inputs.unread
        or any((cluster.plan.load_balancers, cluster.plan.network_load_balancers, cluster.plan.bindings))
    ]
    templates = "\n".join(f"Stack {stack}: {template}" for stack, template in inputs.templates.items())
    return "\n\n".join(filter(None, [*parts, templates]))


def _as_json(found: _Found) -> str:
    told = [document(cluster.plan, made, cluster.name) for cluster, made in found]
    return json.dumps(told[0] if len(told) == 1 else {"clusters": told}, indent=2)


def _compared(inputs: Inputs, options: argparse.Namespace) -> tuple[int, str]:
    from eks_ingress.plan.live import read_live  # noqa: PLC0415 - needed for this alone
    from eks_ingress.report.comparing import Comparison  # noqa: PLC0415

    found = Comparison.of(inputs.only, read_live(options.compare))
    return int(not found.is_equal), json.dumps(found.json, indent=2) if options.format == "json" else str(found)


COMMAND = Command(
    "Shows the load balancers that the controller will build: settings, listeners, rules in the order in which they are tried, "
    "targets, and what is wrong. With --compare, tells what differs from what the controller built. Exit code 1 if the controller "
    "or AWS would refuse something or, with --compare, if something differs; 2 if something could not be read.",
    """  cdk synth --quiet && eks-ingress plan
  eks-ingress plan manifests/ --cluster-name shop --aws facts.yaml
  helm template shop ./chart | eks-ingress plan -
  kubectl get ingress -A -o yaml > live.yaml && eks-ingress plan manifests/ --compare live.yaml""",
    _add,
    _run,
)
