"""The manifests that a synthesized CDK app will apply, read from its cloud assembly (`cdk.out`).

What CloudFormation knows only at deploy time stands as `${LogicalId}` or `${LogicalId.Attribute}`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
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
    stacks = dict(_stacks(directory))
    templates = [template for path in stacks.values() for template in _with_nested(_Template(path, _load(path)))]
    exports = {
        _text(output["Export"]["Name"]): (template, output["Value"])
        for template in templates
        for output in template.document.get("Outputs", {}).values()
        if "Export" in output
    }
    found: dict[tuple[Path | None, str], list[tuple[Path, str, Mapping[str, Any]]]] = {}
    for template in templates:
        for logical_id, resource in template.resources():
            if resource.get("Type") in (_MANIFEST, _CHART):
                owner = _resolve(template, resource.get("Properties", {}).get("ClusterName"), exports)
                found.setdefault(owner, []).append((template.path, logical_id, resource))
    return Assembly(stacks, tuple(_cluster(name, resources) for (_, name), resources in found.items()))


@dataclass(frozen=True)
class _Template:
    """A template, and for that of a nested stack what its parent passes to it."""

    path: Path
    document: Mapping[str, Any]
    parent: _Template | None = None
    passed: Mapping[str, Any] = field(default_factory=dict)

    def resources(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        yield from self.document.get("Resources", {}).items()


def _stacks(directory: Path) -> Iterator[tuple[str, Path]]:
    """The stacks of an assembly and of those nested in it, each with its template."""
    manifest = directory / "manifest.json"
    if not manifest.is_file():
        raise Refused([Problem(f"{str(directory)!r} is no cloud assembly: it has no manifest.json.", "Run `cdk synth` first.")])
    for name, artifact in _load(manifest).get("artifacts", {}).items():
        properties = artifact.get("properties", {})
        if artifact.get("type") == "aws:cloudformation:stack":
            yield artifact.get("displayName") or properties.get("stackName") or name, directory / properties["templateFile"]
        elif artifact.get("type") == "cdk:cloud-assembly":
            yield from _stacks(directory / properties["directoryName"])


def _with_nested(template: _Template) -> Iterator[_Template]:
    yield template
    for _, resource in template.resources():
        name = resource.get("Metadata", {}).get("aws:asset:path")
        if resource.get("Type") == _STACK and name is not None:
            path = template.path.parent / name
            passed = resource.get("Properties", {}).get("Parameters", {})
            yield from _with_nested(_Template(path, _load(path), template, passed))


def _resolve(template: _Template, value: Any, exports: Mapping[str, tuple[_Template, Any]]) -> tuple[Path | None, str]:
    """What a value means, wherever it is written: the template that it belongs to, None for plain text, and its text there."""
    match value:
        case str():
            return None, value
        case {"Ref": name} if template.parent is not None and name in template.passed:
            return _resolve(template.parent, template.passed[name], exports)
        case {"Fn::ImportValue": name} if _text(name) in exports:
            return _resolve(*exports[_text(name)], exports)
        case _:
            return template.path, _text(value)


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
                values = json.loads(_json(properties.get("Values", "{}")))
                class_names.add(values.get("ingressClass") or "alb")
                target_type = values.get("defaultTargetType") or target_type
            continue
        construct = resource.get("Metadata", {}).get("aws:cdk:path", logical_id)
        source = Source(construct.removesuffix("/Default").removesuffix("/Resource"), str(path))
        manifests += [Manifest(body, source) for body in json.loads(_json(properties["Manifest"]))]
    return Cluster(name, tuple(manifests), frozenset(class_names or {"alb"}), target_type)


def _text(value: Any) -> str:
    """A value of a template as text; what is known only at deploy time becomes a placeholder of one word, safe inside JSON."""
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
            return "${" + re.sub(r'["\\{},]', "", json.dumps(value)) + "}"


def _json(value: Any) -> str:
    """A value of a template as JSON; a placeholder outside of a string, where a number would stand, becomes a string."""
    parts = value["Fn::Join"][1] if isinstance(value, dict) and "Fn::Join" in value else [value]
    text = ""
    quoted = False
    for part in parts:
        if isinstance(part, str):
            text += part
            quoted ^= len(_QUOTE.findall(part)) % 2 == 1
        else:
            text += _text(part) if quoted else json.dumps(_text(part))
    return text


_QUOTE = re.compile(r'(?<!\\)(?:\\\\)*"')
