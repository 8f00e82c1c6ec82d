"""An earlier plan, and what changed since."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from eks_ingress.cli.inputs import Cluster, chosen_names, read_inputs
from eks_ingress.plan.changed_settings import Setting, settings_of
from eks_ingress.plan.changes import Changes, changes
from eks_ingress.plan.comparing import ABSENT
from eks_ingress.plan.stack_parts import (
    BINDING,
    CERTIFICATE,
    LISTENER,
    LOAD_BALANCER,
    RULE,
    SECURITY_GROUP,
    SHIELD,
    TARGET_GROUP,
    WAF_CLASSIC,
    WEB_ACL,
)
from eks_ingress.plan.unstacked import actions_of, rule_of, services_of
from eks_ingress.refusal import Problem, Refused
from eks_ingress.report.changed_words import told
from eks_ingress.report.changes import changes_as_json, changes_as_text
from eks_ingress.report.plan_json import changes_since, document
from eks_ingress.report.rule_words import cells
from eks_ingress.source import Source

Document = Mapping[str, Any]
_KEYS = ("load_balancers", "network_load_balancers", "target_group_bindings")


class Since:
    """What changed in the plan of one cluster."""

    def __init__(self, name: str | None, found: Changes, width: int | None) -> None:
        self.name = name
        """Its name where one of the plans says it."""
        self.changes = found
        self.text = changes_as_text(found, width)
        self.json = changes_as_json(found)


def since(options: argparse.Namespace, clusters: Sequence[Cluster], width: int | None) -> list[Since]:
    """What changed in each cluster since the plan that `--against` names. Raises `Refused` for what is none."""
    return [Since(*found, width) for found in _changes(_earlier(options), clusters)]


def _changes(earlier: Mapping[str | None, Document], clusters: Sequence[Cluster]) -> Iterator[tuple[str | None, Changes]]:
    if len(earlier) == len(clusters) == 1:  # whatever they are called
        (before,), (cluster,) = earlier.values(), clusters
        yield cluster.name, changes_since(before, cluster.plan)
        return
    for cluster in clusters:
        yield cluster.name, changes_since(earlier.get(cluster.name, {}), cluster.plan)
    for name, before in earlier.items():
        if name not in {cluster.name for cluster in clusters}:
            yield name, changes(before, {})


# The earlier plan


def _earlier(options: argparse.Namespace) -> dict[str | None, Document]:
    """The earlier plans by the name of their cluster: out of a file that `plan --format json` or a synth wrote, or made now."""
    text = _text(options)
    read = None if text is None else _parsed(text)
    if isinstance(read, dict) and "clusters" in read:
        if not isinstance(read["clusters"], list) or not all(map(_is_document, read["clusters"])):
            raise _not_a_plan(options.against)
        found: dict[str | None, Document] = {x.get("cluster"): x for x in read["clusters"]}
        if len(found) < 2:  # whatever it is called
            return found
        return {name: found[name] for name in chosen_names(options.against, [*found], options.cluster_name)}
    if isinstance(read, dict) and any(key in read for key in _KEYS):
        if not _is_document(read):
            raise _not_a_plan(options.against)
        return {read.get("cluster"): read}
    if options.against == "-":
        raise _not_a_plan("standard input")
    if text is not None and not text.strip():  # what `--format json` left of a plan that could not be made
        raise _not_a_plan(options.against)
    # what is planned with the same options
    planned = read_inputs(argparse.Namespace(**{**vars(options), "path": [options.against]}))
    if planned.unread:
        raise Refused(planned.unread)
    return {cluster.name: document(cluster.plan, ()) for cluster in planned.clusters}


def _text(options: argparse.Namespace) -> str | None:
    """What a file holds; None for what is no file with text, which is told where it is read."""
    if options.against == "-":
        if "-" in options.path:
            raise Refused([Problem("standard input can be read once only.", "Name a file for one of the two.")])
        return sys.stdin.read()
    try:
        with open(options.against, encoding="utf-8-sig") as file:
            return file.read()
    except (OSError, ValueError):
        return None


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _is_document(value: Any) -> bool:
    """Whether all of it can be read, and told, as a plan."""
    try:
        if not all(isinstance(value.get(key, []), list) for key in _KEYS) or not isinstance(value.get("cluster"), str | None):
            return False
        for stack in [*value.get("load_balancers", ()), *value.get("network_load_balancers", ())]:
            if not isinstance(stack["id"], str):
                return False
            _tell(stack)
        for binding in value.get("target_group_bindings", ()):
            if not isinstance(binding["id"], str):
                return False
            _tell_settings(binding["spec"], {}, "")
    except (AttributeError, KeyError, TypeError, ValueError):
        return False
    return True


def _tell(stack: Document) -> None:
    """Tells all that is set in a stack, to nobody: raises what it raises for what is none."""
    services, resources = services_of(stack), stack["resources"]
    for kind in (LOAD_BALANCER, SECURITY_GROUP, CERTIFICATE, TARGET_GROUP, LISTENER):
        for resource in resources.get(kind, {}).values():
            _tell_settings(resource["spec"], services, "HTTPS")
    for binding in resources.get(BINDING, {}).values():
        _tell_settings(binding["spec"]["template"]["spec"], services, "")
    for port, listener in resources.get(LISTENER, {}).items():
        actions_of(listener["spec"]["defaultActions"], services)
        f"{listener['spec']['protocol']} {listener['spec']['port']} {port}"
    for rule in resources.get(RULE, {}).values():
        cells(rule_of(rule["spec"], services), "HTTPS")
        range(rule["spec"]["priority"])
    for kind, key in ((WEB_ACL, "webACLARN"), (WAF_CLASSIC, "webACLID"), (SHIELD, "enabled")):
        for association in resources.get(kind, {}).values():
            association["spec"][key]


def _tell_settings(spec: Document, services: Mapping[str, str], protocol: str) -> None:
    for name, value in settings_of(spec):
        told(Setting(name, value, ABSENT), services, protocol)
    for subnet in spec.get("subnetMapping", ()):
        subnet.keys()


def _not_a_plan(path: str) -> Refused:
    remedy = "Write one with `eks-ingress plan --format json`, or name manifests or a cloud assembly."
    return Refused([Problem("is no plan.", remedy, Source(file=path))])
