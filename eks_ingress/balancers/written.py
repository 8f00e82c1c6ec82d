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
        if type(value) is str:
            return self._change(value) if "${" in value else value
        if not isinstance(value, tuple | list | Mapping) and not is_dataclass(value):
            return value
        if id(value) not in self._done:
            self._done[id(value)] = (value, self._made(value))
        return self._done[id(value)][1]

    def _made(self, value: Any) -> Any:
        if isinstance(value, Mapping):
            return {self.of(key): self.of(part) for key, part in value.items()}
        if isinstance(value, tuple | list):
            parts = [self.of(part) for part in value]
            return value._make(parts) if hasattr(value, "_make") else type(value)(parts)
        # What it was planned from stays as it is.
        return replace(value, **{field.name: self.of(getattr(value, field.name)) for field in fields(value) if field.repr})
