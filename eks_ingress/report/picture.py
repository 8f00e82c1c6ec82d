"""The ways of traffic as SVG: columns from clients to services, with what leads from one to the next."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from typing import NamedTuple

from eks_ingress.report.page_files import read_page_file
from eks_ingress.report.traffic import Edge, Flow, Node
from eks_ingress.report.visible import visible

_WIDTHS = (108, 150, 112, 384, 316)
"""Of clients, listeners in front, listeners, rules, and where they lead."""
_BETWEEN = 44
_HEIGHT, _GAP = 30, 8
_HEAD, _FOOT = 28, 18
_LETTER = 7.25
"""How wide a letter of the fixed-width font is."""


def standalone(clusters: Iterable[tuple[str | None, Iterable[Flow]]]) -> str:
    """A picture that stands alone: all clusters, each with its name where that is known."""
    named = [
        flow if name is None else flow._replace(title=f"{flow.title} of cluster {name}")
        for name, flows in clusters
        for flow in flows
    ]
    # With a ground of its own: what it is shown on may be dark where the reader's system is light.
    ground = '<rect class="ground" x="-12" y="-12" width="100%" height="100%"/>'
    drawn = picture(named, margin=12, before=f"<style>{read_page_file('picture.css')}</style>{ground}")
    return drawn.encode("ascii", "xmlcharrefreplace").decode("ascii")


def picture(flows: Iterable[Flow], *, margin: int = 2, before: str = "") -> str:
    """Flows below each other, as an element of SVG; `before` is what stands in it before them."""
    parts: list[str] = []
    below, wide = 0.0, 0.0
    for flow in flows:
        laid = _Laid(flow, below)
        parts += laid.parts()
        below, wide = laid.below + _FOOT, max(wide, laid.wide)
    wide, below = wide + 2 * margin, max(below - _FOOT, 0) + 2 * margin
    text = "The ways of traffic: from clients to listeners, by rules to where they lead."
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="traffic" role="img" aria-label="{text}" '
        f'viewBox="{-margin} {-margin} {wide:g} {below:g}" width="{wide:g}" height="{below:g}">{before}{"".join(parts)}</svg>'
    )


class _Place(NamedTuple):
    left: float
    top: float
    width: float

    @property
    def middle(self) -> float:
        return self.top + _HEIGHT / 2


class _Laid:
    """A flow with a place for each node: rules below each other, all else beside what it belongs to."""

    def __init__(self, flow: Flow, above: float) -> None:
        self._flow = flow
        self._above = above
        used = [number for number, column in enumerate(flow.columns) if column]
        widths = [*_WIDTHS]
        if 1 in used:  # so that all flows are as wide
            widths[3] -= widths[1] + _BETWEEN
        lefts: dict[int, float] = {}
        left = 0.0
        for number in used:
            lefts[number] = left
            left += widths[number] + _BETWEEN
        self.wide = max(left - _BETWEEN, 0)
        self._places: dict[str, _Place] = {}
        # The fullest column first, which stands as it is; then outwards from it, each node where its neighbours are.
        first = max(used, key=lambda number: (len(flow.columns[number]), number == 3), default=0)
        self._put(flow.columns[first], lefts.get(first, 0), widths[first])
        for number in sorted(used, key=lambda number: abs(number - first)):
            if number != first:
                self._put(flow.columns[number], lefts[number], widths[number])
        self.below = max((place.top + _HEIGHT for place in self._places.values()), default=above + _HEAD)

    def _put(self, column: tuple[Node, ...], left: float, width: float) -> None:
        """Gives each node of a column a place, near those that it is joined with."""
        beside = self._beside()
        wished = {node.id: beside.get(node.id, 0.0) for node in column}
        top = self._above + _HEAD
        ordered = sorted(column, key=lambda node: wished[node.id])
        # Without overlap, and not lower than they must: where several wish for the same place, they stand around it.
        tops: list[float] = []
        for node in ordered:
            tops.append(max(top if not tops else tops[-1] + _HEIGHT + _GAP, wished[node.id] - _HEIGHT / 2))
        for node, found in zip(ordered, tops, strict=True):
            self._places[node.id] = _Place(left, found, width)

    def _beside(self) -> Mapping[str, float]:
        """For each node that is joined with some that have a place, the middle of those."""
        middles: dict[str, list[float]] = {}
        for edge in self._flow.edges:
            for one, other in ((edge.start, edge.end), (edge.end, edge.start)):
                if other in self._places:
                    middles.setdefault(one, []).append(self._places[other].middle)
        return {node: (min(found) + max(found)) / 2 for node, found in middles.items()}

    def parts(self) -> Iterator[str]:
        """Its elements."""
        yield f'<text class="name" x="0" y="{self._above + 14:g}">{_text(self._flow.title)}</text>'
        passed: dict[str, set[str]] = {}
        for edge in self._flow.edges:
            yield self._edge(edge)
            for node in (edge.start, edge.end):
                passed.setdefault(node, set()).update(edge.places)
        for column in self._flow.columns:
            yield from (self._node(node, passed.get(node.id, set())) for node in column)

    def _edge(self, edge: Edge) -> str:
        start, end = self._places[edge.start], self._places[edge.end]
        left, right = start.left + start.width, end.left
        bend = min((right - left) / 2, 60)
        line = (
            f"M{left:g} {start.middle:g}C{left + bend:g} {start.middle:g} {right - bend:g} {end.middle:g} {right:g} {end.middle:g}"
        )
        label = ""
        if edge.label:
            label = f'<text class="weight" x="{right - 6:g}" y="{end.middle - 4:g}" text-anchor="end">{_text(edge.label)}</text>'
        return f'<path d="{line}"{_places(edge.places)}/>{label}'

    def _node(self, node: Node, places: Iterable[str]) -> str:
        place = self._places[node.id]
        mono = node.kind in ("rule", "service", "redirect", "answer", "group")
        room = int((place.width - 20) / _LETTER) - (len(node.more) + 2 if node.more and mono else 0)
        shown = _cut(visible(node.text), room)
        title = f"<title>{_text(f'{node.text} {node.more}'.strip())}</title>"
        kind = ' class="mono"' if mono else ""
        stacked = bool(node.more) and not mono
        middle = place.middle + (-2 if stacked else 4.5)
        more = ""
        if stacked:
            more = f'<text class="more" x="{place.left + 10:g}" y="{place.middle + 10:g}">{_text(node.more)}</text>'
        elif node.more:
            right = place.left + place.width - 10
            more = f'<text class="more" x="{right:g}" y="{middle:g}" text-anchor="end">{_text(node.more)}</text>'
        return (
            f'<g class="node {node.kind}"{_places(places)}>{title}'
            f'<rect x="{place.left:g}" y="{place.top:g}" width="{place.width:g}" height="{_HEIGHT}" rx="6"/>'
            f'<text{kind} x="{place.left + 10:g}" y="{middle:g}">{_text(shown)}</text>{more}</g>'
        )


def _places(places: Iterable[str]) -> str:
    """By which rules a request passes here, for the script of the page."""
    found = " ".join(sorted(places))
    return f' data-places="{found}"' if found else ""


def _cut(text: str, room: int) -> str:
    """A text that fits; letters of East Asia take the room of two."""
    used = 0
    for index, letter in enumerate(text):
        used += 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        if used > room:
            return text[: max(index - 1, 0)] + "\N{HORIZONTAL ELLIPSIS}"
    return text


def _text(text: str) -> str:
    return escape(visible(text))
