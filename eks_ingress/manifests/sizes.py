"""How much room an object takes on its way into the cluster.

What a CDK token stands for is not known: each counts as `UNKNOWN` characters, more than most ARNs have.
"""

from __future__ import annotations

from typing import NamedTuple

from eks_ingress.manifests.manifest import Manifest
from eks_ingress.source import Source
from eks_ingress.tokens import with_length

UNKNOWN = 100
"""How many characters are taken for what is known only at deploy time."""

_LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"


def text_of(manifest: Manifest) -> str:
    """An object as JSON, with something of a likely length in place of each token."""
    return with_length(manifest.json, UNKNOWN)


def bytes_in_event(text: str) -> int:
    """The bytes of JSON as a text within JSON: each quotation mark and each backslash gets a backslash."""
    size = len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))
    return size + text.count('"') + text.count("\\") + len('"[]"')


def bytes_of_annotations(manifest: Manifest, text: str) -> int:
    """The bytes of its annotations after `kubectl apply`, which keeps the object, as `text`, in one of its own."""
    own = sum(len(str(part).encode("utf-8", "surrogatepass")) for pair in manifest.annotations.items() for part in pair)
    return own + len(_LAST_APPLIED) + len(text.encode("utf-8", "surrogatepass")) + 1


class Filling(NamedTuple):
    """How full a template of CloudFormation is."""

    stack: str
    """What the CDK calls its stack."""
    resources: int
    size: int
    """In bytes."""
    least: int
    """How many of them are certain: all of them where it was measured, rather than reckoned from what goes into it."""
    source: Source
