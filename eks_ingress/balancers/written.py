"""What is left in the cloud assembly beside the templates: the plan of each cluster, and a page about all of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aws_cdk import Stack, Stage

from eks_ingress.balancers.hosts import hosts_in
from eks_ingress.controller.logical_ids import alphanumeric
from eks_ingress.manifests.in_template import placeholder
from eks_ingress.plan.model import Plan
from eks_ingress.report.plan_json import document
from eks_ingress.report.remarks import Remark, remarks
from eks_ingress.tokens import tokens_of

if TYPE_CHECKING:
    from eks_ingress.balancers.host import BalancerHost

PAGE = "ingress-report.html"
"""Name of the page, in the folder that the whole app is written to."""


def write(host: BalancerHost) -> None:
    """Writes what is planned for a cluster: `STACK.INGRESS.plan.json` beside its template, and the page as soon as it can be whole.

    That is once all clusters of its stage are found to be well. With each stage, the page has those of the stages before it, too.
    """
    if host.members:
        from eks_ingress.report.html import section  # noqa: PLC0415 - where something is wrong, nothing is written

        plan, found, name = _readable(host)
        stack, folder = Stack.of(host), Stage.of(host).outdir  # type: ignore[union-attr]
        told = json.dumps(document(plan, found))
        Path(folder, f"{stack.artifact_id}.{alphanumeric(host.id)}.plan.json").write_text(told + "\n", "utf-8")
        host.section = section(plan, found, cluster=name, number=hosts_in(host).index(host))
    _write_page(host)


def _write_page(host: BalancerHost) -> None:
    hosts = hosts_in(host)
    beside = [other for other in hosts if other is not host and Stage.of(other) is Stage.of(host)]
    sections = [other.section for other in hosts if other.section is not None]
    if sections and all(other.is_well for other in beside):
        from eks_ingress.report.html import page  # noqa: PLC0415

        Path(host.node.root.outdir, PAGE).write_text(page(sections), "ascii")  # type: ignore[attr-defined]


def _readable(host: BalancerHost) -> tuple[Plan, list[Remark], str]:
    """The plan, what is to be said of it, and the cluster's name, with tokens as what they stand for."""
    whole = (host.plan(), remarks(host.judge.findings(), ()), host.view.name)
    tokens = sorted(tokens_of(repr(whole)))  # quicker than to go through it
    if not tokens:
        return whole
    known = dict(zip(tokens, map(placeholder, Stack.of(host).resolve(tokens)), strict=True))

    def replaced(text: str) -> str:
        for token in tokens_of(text):
            text = text.replace(token, known[token])
        return text

    found: tuple[Plan, list[Remark], str] = _Texts(replaced).of(whole)
    return found


class _Texts:
    """Goes through all texts of a value. What is the same before is the same afterwards."""

    def __init__(self, change: Callable[[str], str]) -> None:
        self._change = change
        self._done: dict[int, tuple[Any, Any]] = {}

    def of(self, value: Any) -> Any:
        """The value with each text changed."""
        kind = type(value)
        if kind is str:
            return self._change(value) if "${" in value else value
        go_through = _WAYS.get(kind)
        if go_through is None:
            go_through = _WAYS[kind] = _way(kind)
        if go_through is _leave:
            return value
        if id(value) not in self._done:
            self._done[id(value)] = (value, go_through(value, self.of))
        return self._done[id(value)][1]


_WAYS: dict[type, Callable[[Any, Callable[[Any], Any]], Any]] = {}
"""How to go through the values of each type, found out once: a plan has thousands, of few types."""


def _way(kind: type) -> Callable[[Any, Callable[[Any], Any]], Any]:
    if issubclass(kind, Mapping):
        return lambda value, of: {of(key): of(part) for key, part in value.items()}
    if issubclass(kind, tuple | list):
        make: Callable[[Any], Any] = getattr(kind, "_make", kind)
        return lambda value, of: make([of(part) for part in value])
    if is_dataclass(kind):
        names = [field.name for field in fields(kind) if field.repr]  # what it was planned from stays as it is

        def changed(value: Any, of: Callable[[Any], Any]) -> Any:
            parts = [(name, part, of(part)) for name, part in ((name, getattr(value, name)) for name in names)]
            new = {name: after for name, before, after in parts if after is not before}
            return replace(value, **new) if new else value

        return changed
    return _leave


def _leave(value: Any, of: Callable[[Any], Any]) -> Any:  # noqa: ARG001 - as the others
    return value
