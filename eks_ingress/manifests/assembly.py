"""The manifests that a synthesized CDK app will apply, read from its cloud assembly (`cdk.out`).

What CloudFormation knows only at deploy time stands as `${LogicalId}` or `${LogicalId.Attribute}`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eks_ingress.manifests.manifest import Manifest
from eks_ingress.refusal import Problem, Refused
from eks_ingress.source import Source

_MANIFEST = "Custom::AWSCDK-EKS-KubernetesResource"
_CHART = "Custom::AWSCDK-EKS-HelmChart"
_STACK = "AWS::CloudFormation::Stack"


@dataclass(frozen=True)
class Cluster:
    """What the templates of an app say of one cluster."""

    name: str
    """Its name, or the logical id that stands for it."""
    manifests: tuple[Manifest, ...]
    class_names: frozenset[str]
    """The IngressClasses of the controllers that are installed on it."""
    default_target_type: str
    """What the controller is told to use where nothing is said: `ip` or `instance`."""


@dataclass(frozen=True)
class Assembly:
    """A cloud assembly: its templates, and the clusters that they write to."""

    templates: Mapping[str, Path]
    """Template by name of its stack."""
    clusters: tuple[Cluster, ...]


def read_assembly(directory: Path) -> Assembly:
    """Reads a cloud assembly. Raises `Refused` if the folder holds none, or one that cannot be read."""
    templates = dict(_stacks(directory))
    documents = {path: _load(path) for path in _with_nested(templates.values())}
    exports = {
        _text(output["Export"]["Name"]): output["Value"]
        for document in documents.values()
        for output in document.get("Outputs", {}).values()
        if "Export" in output
    }
    found: dict[str, list[tuple[Path, str, Mapping[str, Any]]]] = {}
    for path, document in documents.items():
        for logical_id, resource in document.get("Resources", {}).items():
            if resource.get("Type") in (_MANIFEST, _CHART):
                name = resource.get("Properties", {}).get("ClusterName")
                imported = name.get("Fn::ImportValue") if isinstance(name, dict) else None
                found.setdefault(_text(exports.get(_text(imported), name)), []).append((path, logical_id, resource))
    return Assembly(templates, tuple(_cluster(name, resources) for name, resources in found.items()))


def _stacks(directory: Path) -> Iterator[tuple[str, Path]]:
    manifest = directory / "manifest.json"
    if not manifest.is_file():
        raise Refused([Problem(f"{str(directory)!r} is no cloud assembly: it has no manifest.json.", "Run `cdk synth` first.")])
    for artifact in _load(manifest).get("artifacts", {}).values():
        properties = artifact.get("properties", {})
        if artifact.get("type") == "aws:cloudformation:stack":
            yield artifact.get("displayName") or properties["stackName"], directory / properties["templateFile"]
        elif artifact.get("type") == "cdk:cloud-assembly":
            yield from _stacks(directory / properties["directoryName"])


def _with_nested(templates: Any) -> Iterator[Path]:
    for path in templates:
        yield path
        nested = (r["Metadata"]["aws:asset:path"] for r in _resources(path) if r.get("Type") == _STACK and "Metadata" in r)
        yield from _with_nested(path.parent / name for name in nested)


def _resources(path: Path) -> Iterator[Mapping[str, Any]]:
    yield from _load(path).get("Resources", {}).values()


def _load(path: Path) -> Any:
    try:
        return json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise Refused([Problem(f"cannot be read: {error}", "Run `cdk synth` again.", Source(file=str(path)))]) from None


def _cluster(name: str, resources: list[tuple[Path, str, Mapping[str, Any]]]) -> Cluster:
    manifests: list[Manifest] = []
    class_names: set[str] = set()
    target_type = "instance"
    for path, logical_id, resource in resources:
        properties = resource["Properties"]
        if resource["Type"] == _CHART:
            if properties.get("Chart") == "aws-load-balancer-controller":
                values = json.loads(_text(properties.get("Values", "{}")))
                class_names.add(values.get("ingressClass") or "alb")
                target_type = values.get("defaultTargetType") or target_type
            continue
        construct = resource.get("Metadata", {}).get("aws:cdk:path", logical_id)
        source = Source(construct.removesuffix("/Default").removesuffix("/Resource"), str(path))
        manifests += [Manifest(body, source) for body in json.loads(_text(properties["Manifest"]))]
    return Cluster(name, tuple(manifests), frozenset(class_names or {"alb"}), target_type)


def _text(value: Any) -> str:
    """A value of a template as text, with placeholders that are safe inside JSON for what is known only at deploy time."""
    match value:
        case str():
            return value
        case {"Ref": name}:
            return "${" + str(name) + "}"
        case {"Fn::GetAtt": [name, attribute]}:
            return "${" + f"{name}.{attribute}" + "}"
        case {"Fn::Join": [separator, list(parts)]}:
            return str(separator).join(map(_text, parts))
        case _:
            return "${" + json.dumps(value).replace('"', "").replace("\\", "").strip("{}") + "}"
