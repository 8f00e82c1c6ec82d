"""The order in which CloudFormation makes the resources of an app: references in a template, dependencies between stacks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from aws_cdk import App, cx_api

Node = tuple[str, str]
"""Stack and logical id."""


class Graph:
    """What each resource of an app waits for, when it is made; on delete the waiting goes the other way."""

    def __init__(self, app: App) -> None:
        self.edges: dict[Node, set[Node]] = {}
        self.types: dict[Node, str] = {}
        assembly: cx_api.CloudAssembly = app.synth()
        for stack in assembly.stacks:
            resources: dict[str, Any] = stack.template["Resources"]
            before = {d.id for d in stack.dependencies if d.id in {s.id for s in assembly.stacks}}
            earlier = {(s.id, name) for s in assembly.stacks if s.id in before for name in s.template["Resources"]}
            for name, resource in resources.items():
                node = (stack.id, name)
                self.types[node] = resource["Type"]
                self.edges[node] = {(stack.id, other) for other in _references(resource) if other in resources} | earlier

    def of_type(self, *kinds: str) -> set[Node]:
        return {node for node, kind in self.types.items() if kind in kinds}

    def waits_for(self, node: Node) -> set[Node]:
        """All that is there before `node` is made, through the whole chain."""
        found: set[Node] = set()
        pending = [node]
        while pending:
            for other in self.edges[pending.pop()] - found:
                found.add(other)
                pending.append(other)
        return found

    def gone_before(self, node: Node) -> set[Node]:
        """All that is gone before `node` is deleted: CloudFormation deletes what waits for it first."""
        return {other for other in self.edges if node in self.waits_for(other)}


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "Ref":
                yield inner
            elif key == "Fn::GetAtt":
                yield inner[0] if isinstance(inner, list) else inner.split(".")[0]
            elif key == "DependsOn":
                yield from [inner] if isinstance(inner, str) else inner
            elif key == "Fn::Sub":
                text, variables = inner if isinstance(inner, list) else (inner, {})
                yield from (name.split(".")[0] for name in re.findall(r"\$\{([^!}]+)\}", text) if name not in variables)
                yield from _references(variables)
            elif key != "Metadata":
                yield from _references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _references(inner)
