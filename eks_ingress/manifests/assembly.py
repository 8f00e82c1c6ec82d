"""The manifests that a synthesized CDK app will apply, read from its cloud assembly (`cdk.out`).

What CloudFormation knows only at deploy time stands as `${LogicalId}` or `${LogicalId.Attribute}`.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from eks_ingress.manifests.in_template import ACKNOWLEDGED, PATCHED, placeholder
from eks_ingress.manifests.manifest import Manifest
from eks_ingress.manifests.sizes import Filling
from eks_ingress.refusal import Problem, Refused
from eks_ingress.source import Source

_MANIFEST = "Custom::AWSCDK-EKS-KubernetesResource"
_PATCH = "Custom::AWSCDK-EKS-KubernetesPatch"
_CHART = "Custom::AWSCDK-EKS-HelmChart"
_STACK = "AWS::CloudFormation::Stack"


@dataclass(frozen=True)
class Cluster:
    """What the templates of an app say of one cluster."""

    name: str
    """Its name, or the logical id that stands for it, `${Cluster123}`; where several have the same, with the stack as well,
    `${Production/Shop/Cluster123}`."""
    manifests: tuple[Manifest, ...]
    charts: tuple[Mapping[str, Any], ...]
    """The values of each Helm chart that installs the controller."""


@dataclass(frozen=True)
class Assembly:
    """A cloud assembly: its templates, and the clusters that they write to."""

    templates: Mapping[str, Path]
    """Template by name of its stack."""
    clusters: tuple[Cluster, ...]
    filled: tuple[Filling, ...] = ()
    """How full those templates are that apply objects, nested ones among them."""


def read_assembly(directory: Path) -> Assembly:
    """Reads a cloud assembly. Raises `Refused` if the folder holds none, or one that cannot be read."""
    stacks = list(_stacks(directory))
    app = _App([found for stack in stacks for found in _with_nested(_Template(stack.template, _load(stack.template), stack.name))])
    resources: dict[tuple[Path | None, str], list[_Resource]] = {}
    for resource in app.resources():
        resources.setdefault(app.cluster_of(resource), []).append(resource)
    names = _told_apart(resources, {stack.template: stack.id for stack in stacks})
    clusters = (_cluster(app, name, members) for name, members in zip(names, resources.values(), strict=True))
    return Assembly({stack.id: stack.template for stack in stacks}, tuple(clusters), tuple(app.filled()))


def _told_apart(clusters: Collection[tuple[Path | None, str]], stacks: Mapping[Path, str]) -> Iterator[str]:
    """The names of clusters, with the stack that makes it for one whose logical id others have too, as in the stages of an app."""
    names = Counter(name for _, name in clusters)
    for template, name in clusters:
        if template is None or names[name] == 1:
            yield name
        else:
            yield placeholder({"Ref": f"{stacks.get(template, template.name)}/{name[2:-1]}"})


@dataclass(frozen=True)
class _Stack:
    id: str
    """What the CDK calls it."""
    name: str
    """What CloudFormation calls it."""
    template: Path


@dataclass(frozen=True)
class _Template:
    """A template, and for that of a nested stack what its parent passes to it."""

    path: Path
    document: Mapping[str, Any]
    stack: str | None
    parent: _Template | None = None
    passed: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class _Resource:
    """A resource that writes to a cluster."""

    template: _Template
    logical_id: str
    body: Mapping[str, Any]

    @property
    def properties(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.body.get("Properties", {})
        return found


class _App:
    """All templates of an app, and what they know of each other."""

    def __init__(self, templates: list[_Template]) -> None:
        self._templates = templates
        self._exports: dict[str, tuple[_Template, Any]] = {}
        self._outputs: dict[tuple[str | None, str], tuple[_Template, Any]] = {}
        for template in templates:
            for name, output in template.document.get("Outputs", {}).items():
                self._outputs[template.stack, name] = (template, output["Value"])
                if "Export" in output:
                    self._exports[self.text(template, output["Export"]["Name"])] = (template, output["Value"])

    def resources(self) -> Iterator[_Resource]:
        for template in self._templates:
            for logical_id, body in template.document.get("Resources", {}).items():
                if body.get("Type") in (_MANIFEST, _CHART) or (body.get("Type") == _PATCH and PATCHED in body.get("Metadata", {})):
                    yield _Resource(template, logical_id, body)

    def filled(self) -> Iterator[Filling]:
        """How full the templates are that apply objects."""
        for template in self._templates:
            resources = template.document.get("Resources", {})
            if any(body.get("Type") == _MANIFEST for body in resources.values()):
                name = template.stack or template.path.name.partition(".")[0]
                size = template.path.stat().st_size
                yield Filling(name, len(resources), size, size, Source(file=str(template.path)))

    def cluster_of(self, resource: _Resource) -> tuple[Path | None, str]:
        """The template that makes the cluster, None if it is known by its name, and what stands for it there."""
        template, value = self._origin(resource.template, resource.properties.get("ClusterName"))
        return None if isinstance(value, str) else template.path, self.text(template, value)

    def text(self, template: _Template, value: Any) -> str:
        """A value as text; what is known only at deploy time becomes a placeholder of one word, safe inside JSON."""
        template, value = self._origin(template, value)
        match value:
            case {"Fn::Join": [separator, list(parts)]}:
                return str(separator).join(self.text(template, part) for part in parts)
            case _:
                return placeholder(value)

    def json(self, resource: _Resource, value: Any) -> Any:
        """A value that is JSON as text; a placeholder outside of a string, where a number would stand, becomes a string."""
        text = ""
        quoted = False
        for part in value["Fn::Join"][1] if isinstance(value, dict) and "Fn::Join" in value else [value]:
            if isinstance(part, str):
                text += part
                quoted ^= len(_QUOTE.findall(part)) % 2 == 1
            else:
                known = self.text(resource.template, part)
                text += known if quoted else json.dumps(known)
        return json.loads(text)

    def _origin(self, template: _Template, value: Any) -> tuple[_Template, Any]:
        """Follows a value to where it is written: through parameters of nested stacks and outputs of other stacks."""
        match value:
            case {"Ref": name} if template.parent is not None and name in template.passed:
                return self._origin(template.parent, template.passed[name])
            case {"Fn::ImportValue": name} if (found := self._exports.get(self.text(template, name))) is not None:
                return self._origin(*found)
            case {"Fn::GetStackOutput": {"StackName": stack, "OutputName": name}} if (stack, name) in self._outputs:
                return self._origin(*self._outputs[stack, name])
            case _:
                return template, value


_QUOTE = re.compile(r'(?<!\\)(?:\\\\)*"')


def _stacks(directory: Path) -> Iterator[_Stack]:
    """The stacks of an assembly and of those nested in it."""
    manifest = directory / "manifest.json"
    if not manifest.is_file():
        raise Refused([Problem(f"{str(directory)!r} is no cloud assembly: it has no manifest.json.", "Run `cdk synth` first.")])
    for key, artifact in _load(manifest).get("artifacts", {}).items():
        properties = artifact.get("properties", {})
        if artifact.get("type") == "aws:cloudformation:stack":
            name = properties.get("stackName") or key
            yield _Stack(artifact.get("displayName") or name, name, directory / properties["templateFile"])
        elif artifact.get("type") == "cdk:cloud-assembly":
            yield from _stacks(directory / properties["directoryName"])


def _with_nested(template: _Template) -> Iterator[_Template]:
    yield template
    for resource in template.document.get("Resources", {}).values():
        name = resource.get("Metadata", {}).get("aws:asset:path")
        if resource.get("Type") == _STACK and name is not None:
            path = template.path.parent / name
            passed = resource.get("Properties", {}).get("Parameters", {})
            yield from _with_nested(_Template(path, _load(path), None, template, passed))


def _load(path: Path) -> Any:
    try:
        return json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise Refused([Problem(f"cannot be read: {error}", "Run `cdk synth` again.", Source(file=str(path)))]) from None


def _cluster(app: _App, name: str, resources: list[_Resource]) -> Cluster:
    manifests: list[Manifest] = []
    charts: list[Mapping[str, Any]] = []
    for resource in resources:
        properties = resource.properties
        if resource.body["Type"] == _CHART:
            # A chart that is an asset has no name here, but its release has it.
            if "aws-load-balancer-controller" in (properties.get("Chart"), properties.get("Release")):
                charts.append(app.json(resource, properties.get("Values", "{}")))
            continue
        construct = resource.body.get("Metadata", {}).get("aws:cdk:path", resource.logical_id)
        source = Source(construct.removesuffix("/Default").removesuffix("/Resource"), str(resource.template.path))
        metadata = resource.body.get("Metadata", {})
        objects = properties["Manifest"] if resource.body["Type"] == _MANIFEST else metadata[PATCHED]
        acknowledged = metadata.get(ACKNOWLEDGED, {})
        manifests += [Manifest(body, source, acknowledged=acknowledged) for body in app.json(resource, objects)]
    return Cluster(name, tuple(manifests), tuple(charts))
