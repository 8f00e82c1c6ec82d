"""What a plan is made from, as the command line names it: manifests or a synthesized app, and what is stated beside them."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from eks_ingress.cli.progress import say
from eks_ingress.manifests.manifest import Manifest
from eks_ingress.plan.build import plan
from eks_ingress.plan.facts import Facts
from eks_ingress.plan.flags import ControllerFlags
from eks_ingress.plan.model import Plan
from eks_ingress.plan.unknown import is_unknown
from eks_ingress.refusal import Problem, Refused
from eks_ingress.source import Source

if TYPE_CHECKING:
    from pathlib import Path

    from eks_ingress.manifests.sizes import Filling

UNREAD = 2
"""Exit code where something could not be read."""

_ASSEMBLY = "cdk.out"


class Cluster:
    """A cluster, and what is planned for it."""

    def __init__(self, name: str | None, planned: Plan) -> None:
        self.name = name
        """Its name where a synthesized app says it."""
        self.plan = planned


class Inputs:
    """All that was read."""

    def __init__(
        self, clusters: Sequence[Cluster], unread: Sequence[Problem], templates: Mapping[str, Path], filled: Sequence[Filling]
    ) -> None:
        self.clusters = clusters
        """Those of synthesized apps, and one for all other manifests."""
        self.unread = unread
        """What could not be read."""
        self.templates = templates
        """The templates of synthesized apps by the name of their stack."""
        self.filled = filled
        """How full those of them are that apply objects."""

    @property
    def only(self) -> Plan:
        """The plan, where there is one. Raises `Refused` where there are several."""
        if len(self.clusters) == 1:
            return self.clusters[0].plan
        if not self.clusters:
            raise Refused(self.unread or [Problem("there is nothing to plan.", "Name files with manifests.")])
        names = ", ".join(repr(cluster.name or "that of the other manifests") for cluster in self.clusters)
        raise Refused([Problem(f"there are several clusters: {names}.", "Choose one with --cluster-name.")])


def add_inputs(parser: argparse.ArgumentParser) -> None:
    """Adds the options that all commands about a plan take."""
    parser.add_argument(
        "path",
        nargs="*",
        metavar="PATH",
        help="files and folders with manifests, - for standard input, or the cloud assembly of a synthesized CDK app "
        "(default: cdk.out)",
    )
    add_planning(parser)


def add_planning(parser: argparse.ArgumentParser) -> None:
    """Adds the options that say what a plan depends on besides the manifests."""
    parser.add_argument(
        "--cluster-name",
        metavar="NAME",
        help="the cluster's name in EKS, on which names in AWS depend; of an app with several clusters, the one to look at",
    )
    parser.add_argument("--aws", metavar="FACTS", help="a file that says what there is in AWS: VPC, subnets, certificates, quotas")
    parser.add_argument(
        "--controller", metavar="VALUES", help="the values of the controller's Helm chart (default: the chart's own)"
    )
    parser.add_argument("--class-default", metavar="NAME", help="the IngressClass of Ingresses that name none")
    parser.add_argument(
        "--complete", action="store_true", help="the manifests are all that the cluster has: what is not among them does not exist"
    )


def read_inputs(options: argparse.Namespace) -> Inputs:
    """Reads what the options name, and plans it. Raises `Refused` for facts or values that cannot be read."""
    paths: Sequence[str] = options.path or [_ASSEMBLY]
    facts = _facts(options.aws)
    values = None if options.controller is None else _values(options.controller)
    assemblies = [path for path in paths if path != "-" and (not options.path or _is_assembly(path))]
    others = [path for path in paths if path not in assemblies]
    clusters: list[Cluster] = []
    unread: list[Problem] = []
    templates: dict[str, Path] = {}
    filled: list[Filling] = []
    for path in dict.fromkeys(assemblies):
        with _gathering(unread):
            clusters += _of_assembly(path, options, facts, values, templates, filled)
    if others:
        from eks_ingress.cli import yaml_at_once  # noqa: PLC0415 - a synthesized app has no YAML

        yaml_at_once.load()
        from eks_ingress.manifests.files import read_manifests  # noqa: PLC0415

        say(f"reading {others[0] if len(others) == 1 else f'{len(others):,} files and folders'}")
        found = read_manifests(others, sys.stdin)
        unread += found.problems
        clusters.append(Cluster(None, _planned(found.manifests, _flags(options, values), facts, options.complete)))
    return Inputs(clusters, unread, templates, filled)


@contextmanager
def _gathering(problems: list[Problem]) -> Iterator[None]:
    """Takes over what is refused inside the block."""
    try:
        yield
    except Refused as refused:
        problems += refused.problems


def _planned(manifests: Iterable[Manifest], flags: ControllerFlags, facts: Facts, complete: bool) -> Plan:
    """The plan of those manifests that Kubernetes would take; what is wrong with the others is among its problems."""
    from eks_ingress.manifests.shape import for_plan, sorted_out  # noqa: PLC0415

    say("planning")
    good, flaws = sorted_out(manifests)
    say(f"planning {len(good):,} objects")
    made = plan(for_plan(good), flags, facts, complete=complete)
    return replace(made, problems=(*flaws, *made.problems)) if flaws else made


def _flags(options: argparse.Namespace, values: Mapping[str, Any] | None) -> ControllerFlags:
    name = options.cluster_name or (values or {}).get("clusterName")
    flags = ControllerFlags(name) if values is None else ControllerFlags.of_chart(values, name)
    return _with_default(flags, options.class_default)


def _with_default(flags: ControllerFlags, of_class: str | None) -> ControllerFlags:
    """The flags where Ingresses without a class are of one of the controller's own."""
    return flags if of_class is None else replace(flags, class_default=of_class, class_names=flags.class_names | {of_class})


# A synthesized app


def _is_assembly(path: str) -> bool:
    """Whether a folder is what `cdk synth` wrote."""
    try:
        with open(os.path.join(path, "manifest.json"), "rb") as file:
            manifest = json.load(file)
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(manifest, dict) and "artifacts" in manifest


def _of_assembly(
    path: str,
    options: argparse.Namespace,
    facts: Facts,
    values: Mapping[str, Any] | None,
    templates: dict[str, Path],
    filled: list[Filling],
) -> list[Cluster]:
    """The clusters of an app. Raises `Refused`."""
    from pathlib import Path  # noqa: PLC0415 - other manifests need neither

    from eks_ingress.manifests.assembly import read_assembly  # noqa: PLC0415

    chosen: list[tuple[str, Sequence[Manifest], ControllerFlags]] = []
    try:
        say(f"reading {path}")
        app = read_assembly(Path(path))
        names = chosen_names(path, [cluster.name for cluster in app.clusters], options.cluster_name)
        for cluster in (cluster for cluster in app.clusters if cluster.name in names):
            name = options.cluster_name or cluster.name
            flags = ControllerFlags.of_charts(cluster.charts if values is None else (values,), name)
            if not all(map(_is_object, cluster.manifests)):
                raise TypeError
            chosen.append((name, cluster.manifests, flags))
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as error:
        if isinstance(error, Refused):
            raise
        problem = Problem("is not as `cdk synth` writes it.", "Run `cdk synth` again.", Source(file=path))
        raise Refused([problem]) from None
    templates |= app.templates
    filled += app.filled
    return [
        Cluster(name, _planned(manifests, _with_default(flags, options.class_default), facts, options.complete))
        for name, manifests, flags in chosen
    ]


def chosen_names(path: str, names: Sequence[str | None], name: str | None) -> Sequence[str | None]:
    """That of a name among the clusters of a path, or else those that only CloudFormation names; all where no name is given.

    Raises `Refused` where there is neither.
    """
    if name is None or not names:
        return names
    found: list[str | None] = [x for x in names if x == name]
    found = found or [x for x in names if is_unknown(x)]
    if not found:
        known = ", ".join(filter(None, names))
        raise Refused([Problem(f"has no cluster {name!r}.", f"Write one of {known}.", Source(file=path))])
    return found


def _is_object(manifest: Manifest) -> bool:
    """Whether it may be a Kubernetes object."""
    body: object = manifest.body
    return isinstance(body, dict) and isinstance(body.get("kind"), str) and isinstance(body.get("metadata"), dict)


# What is stated


def _facts(path: str | None) -> Facts:
    if path is None:
        return Facts()
    from eks_ingress.plan.facts_file import read_facts  # noqa: PLC0415

    return read_facts(path)


_MAPPINGS = ("controllerConfig", "certManagement", "certDiscovery", "ingressClassConfig", "ingressClassParams")
_TEXTS = (
    "clusterName",
    "ingressClass",
    "defaultTargetType",
    "defaultLoadBalancerScheme",
    "defaultSSLPolicy",
    "watchNamespace",
    "backendSecurityGroup",
)


def _values(path: str) -> Mapping[str, Any]:
    """The values of a chart. Raises `Refused` where those that decide what is built are not of their kind."""
    from eks_ingress.manifests.typed_yaml import Page  # noqa: PLC0415

    page = Page(path)
    said = page.only("the values of the chart").entries()
    found: dict[str, Any] = {}
    for name, node in said.items():
        if node.value in (None, ""):  # as good as not said
            continue
        found[name] = node.value
        if name in _TEXTS:
            node.text()
        elif name == "externalManagedTags":
            node.texts()
        elif name == "defaultTags":
            node.pairs()
        elif name in _MAPPINGS:
            part = node.entries().get({"controllerConfig": "featureGates", "ingressClassParams": "spec"}.get(name, ""))
            if part is not None and part.value is not None:
                part.entries()
    page.settle()
    return found
