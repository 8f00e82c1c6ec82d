"""What the checks say of the manifests in the controller's own documentation, which are right but for a known few.

They are read where the controller's source is, and are not kept here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from textwrap import dedent

from eks_ingress.checks.registry import find
from eks_ingress.manifests.files import read_manifests
from eks_ingress.manifests.shape import is_read, misshapen
from eks_ingress.plan.build import plan

WRONG = {("guide/tasks/url_rewrite.md", "EKI108"): "a path of type Prefix with '*', which the controller refuses"}
"""Manifests that the controller, or AWS, would not take as they stand there: file, check, and why."""

_BLOCK = re.compile(r"^[ \t]*```[^\n]*\n(.*?)```", re.DOTALL | re.MULTILINE)
_TO_FILL_IN = re.compile(r'"<[\w -]+>"')
_FEWEST = 15


def objections(docs: Path) -> Iterator[str]:
    """What is found in manifests that are not known to be wrong, and a sentence if there are suspiciously few manifests.

    A document that lacks what the Kubernetes API asks for is a fragment; one in which `<something>` stands for a value is a
    template, that somebody is to fill in.
    """
    looked_at = 0
    for file, text in _texts(docs):
        found = read_manifests(["-"], StringIO(text)).manifests
        whole = [x for x in found if is_read(x) and not any(misshapen(x)) and not _TO_FILL_IN.search(json.dumps(x.body))]
        looked_at += len(whole)
        for finding in find(plan(whole)):
            if (file, finding.id) not in WRONG:
                yield f"{file}: {finding.id} {finding.message}"
    if looked_at < _FEWEST:
        yield f"only {looked_at} manifests were found in {docs}"


def _texts(docs: Path) -> Iterator[tuple[str, str]]:
    for file in sorted([*docs.rglob("*.md"), *docs.rglob("*.yaml")]):
        text, name = file.read_text("utf-8"), str(file.relative_to(docs))
        blocks = [dedent(found[1]) for found in _BLOCK.finditer(text)] if file.suffix == ".md" else [text]
        yield from ((name, block) for block in blocks if "apiVersion:" in block)
