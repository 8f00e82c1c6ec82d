"""Shows what the controller will build, or compares it with what it built."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence

from eks_ingress.checks.registry import find
from eks_ingress.cli.command import Command
from eks_ingress.cli.drawn import DRAWN, PICTURES, drawn, html
from eks_ingress.cli.inputs import UNREAD, Cluster, Inputs, add_inputs, read_inputs
from eks_ingress.cli.progress import say
from eks_ingress.cli.terminal import width_of
from eks_ingress.plan.model import Plan
from eks_ingress.refusal import Problem, Refused
from eks_ingress.report.plan_json import document
from eks_ingress.report.remarks import Remark, remarks, unread
from eks_ingress.report.text import text


def _add(parser: argparse.ArgumentParser) -> None:
    add_inputs(parser)
    parser.add_argument(
        "--format",
        choices=["text", "json", *DRAWN],
        default="text",
        help="for people, or in the controller's own format; a page for the browser in which requests can be tried; a picture of "
        "the traffic, as a flowchart of Mermaid or as SVG (default: text)",
    )
    other = parser.add_mutually_exclusive_group()
    other.add_argument(
        "--against",
        metavar="OLD",
        help="tell only what changed since an earlier plan (a page has the rest, too): a file that --format json wrote, a "
        "*.plan.json of a cloud assembly, or manifests or a cloud assembly, which are planned with the same options",
    )
    other.add_argument(
        "--compare",
        metavar="LIVE",
        help="tell what differs from what the controller built: a file with its dry-run plan, or with Ingresses that carry one",
    )
    parser.add_argument(
        "--fail-on",
        choices=["changes", "replacements"],
        help="with --against, exit code 1 if anything changed, or if a load balancer or target group is replaced or removed "
        "(default: neither)",
    )


def _run(options: argparse.Namespace) -> tuple[int, str, str]:
    if options.fail_on is not None and options.against is None:
        raise Refused(
            [Problem("--fail-on is about what changed, and there is nothing to compare with.", "Name it with --against.")]
        )
    if options.format in DRAWN and options.compare is not None:
        raise Refused([Problem(f"--format {options.format} shows a plan, not what differs from it.", "Use text or json.")])
    if options.format in PICTURES and options.against is not None:
        raise Refused([Problem(f"--format {options.format} shows a plan, not what changed.", "Use text, json or html.")])
    inputs = read_inputs(options)
    told = "\n".join(unread(problem).line for problem in inputs.unread)
    if options.compare is not None:
        code, out = _compared(inputs, options)
    else:
        say("checking")
        found = [(cluster, remarks(find(cluster.plan), cluster.plan.problems)) for cluster in inputs.clusters]
        code = int(any(remark.level == "error" for _, made in found for remark in made))
        if options.against is not None:
            failed, out = _changed(inputs, found, options)
            code = code or int(failed)
        elif options.format in DRAWN:
            out = drawn(_named(found), options.format)
        else:
            out = _as_json(found) if options.format == "json" else _as_text(inputs, found)
    return UNREAD if inputs.unread else code, out, told


_Found = Sequence[tuple[Cluster, Sequence[Remark]]]


def _named(found: _Found) -> list[tuple[str | None, Plan, Sequence[Remark]]]:
    return [(cluster.name, cluster.plan, made) for cluster, made in found]


def _as_text(inputs: Inputs, found: _Found) -> str:
    parts = [
        (f"Cluster {cluster.name}\n\n" if cluster.name is not None else "") + text(cluster.plan, made, width_of(sys.stdout))
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


def _changed(inputs: Inputs, found: _Found, options: argparse.Namespace) -> tuple[bool, str]:
    """Whether that is to be a failure, and what changed. Raises `Refused`."""
    from eks_ingress.cli.against import since  # noqa: PLC0415 - needed for this alone

    if inputs.unread:  # what was not read would be taken for what was taken out
        raise Refused(inputs.unread)
    changed = since(options, inputs.clusters, width_of(sys.stdout))
    findings = [remark for _, made in found for remark in made]
    if options.format == "json":
        told = [{**({} if x.name is None else {"cluster": x.name}), **x.json} for x in changed]
        whole = told[0] if len(told) == 1 else {"clusters": told}
        out = json.dumps({**whole, "findings": [remark.json for remark in findings]}, indent=2)
    elif options.format == "html":
        gone = [(x.name, Plan(()), ()) for x in changed[len(found) :]]  # clusters that are in the earlier plan alone
        out = html([*_named(found), *gone], [x.changes for x in changed])
    else:
        parts = [f"Cluster {x.name}\n\n{x.text}" if len(changed) > 1 and x.name is not None else x.text for x in changed]
        out = "\n\n".join([*parts, *map(str, findings)])
    if options.fail_on == "replacements":
        return any(x.changes.replaces for x in changed), out
    return options.fail_on == "changes" and not all(x.changes.is_empty for x in changed), out


COMMAND = Command(
    "Shows the load balancers that the controller will build: settings, listeners, rules in the order in which they are tried, "
    "targets, and what is wrong. With --against, tells what changed since an earlier plan; with --compare, what differs from "
    "what the controller built.",
    """  cdk synth --quiet && eks-ingress plan
  eks-ingress plan --format html > report.html
  eks-ingress plan manifests/ --cluster-name shop --aws facts.yaml
  helm template shop ./chart | eks-ingress plan -
  eks-ingress plan manifests/ --format json > main.json    # on the main branch; then, on yours:
  eks-ingress plan manifests/ --against main.json --fail-on replacements
  kubectl get ingress -A -o yaml > live.yaml && eks-ingress plan manifests/ --compare live.yaml""",
    _add,
    _run,
    wrong="the controller or AWS would refuse something; with --compare, something differs; with --fail-on, that changed",
)
