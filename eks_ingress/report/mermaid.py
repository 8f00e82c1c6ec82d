"""The ways of traffic as a flowchart of Mermaid, which code hosts and wikis show as a picture.

Facts: Mermaid documentation, "Flowcharts - Basic Syntax", "Special characters that break syntax", "Entity codes".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from eks_ingress.report.traffic import Flow, Node
from eks_ingress.report.visible import visible

_SHAPES = {
    "clients": ("([", "])"),
    "listener": ("[", "]"),
    "rule": ("[", "]"),
    "service": ("[[", "]]"),
    "redirect": (">", "]"),
    "answer": ("(", ")"),
    "group": ("[(", ")]"),
}


def mermaid(clusters: Iterable[tuple[str | None, Iterable[Flow]]]) -> str:
    """One flowchart for all clusters, each with its name where that is known."""
    return "\n".join(["flowchart LR", *_lines(clusters)])


def _lines(clusters: Iterable[tuple[str | None, Iterable[Flow]]]) -> Iterator[str]:
    for number, (name, flows) in enumerate(clusters):
        of = "" if name is None else f" of cluster {name}"
        for flow_number, flow in enumerate(flows):
            yield f"  subgraph c{number}f{flow_number} [{_text(flow.title + of)}]"
            ids = {node.id: f"c{number}{node.id}" for column in flow.columns for node in column}
            yield from (f"    {ids[node.id]}{_node(node)}" for column in flow.columns for node in column)
            for edge in flow.edges:
                label = f"|{_text(edge.label)}| " if edge.label else ""
                yield f"    {ids[edge.start]} --> {label}{ids[edge.end]}"
            yield "  end"


def _node(node: Node) -> str:
    before, after = _SHAPES[node.kind]
    return f"{before}{_text(f'{node.text}, {node.more}' if node.more else node.text)}{after}"


_PLAIN = re.compile(r"[^A-Za-z0-9 /.,*_-]")


def _text(text: str) -> str:
    """A text in quotes, with what could mean something to Mermaid as the number of its character."""
    return '"' + _PLAIN.sub(lambda found: f"#{ord(found[0])};", visible(text)) + '"'
