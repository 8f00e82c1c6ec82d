"""Whether the objects that a plan reads have the shape that the Kubernetes API takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from eks_ingress.manifests.fields import ENOUGH, Flaw, is_like, map_of, shown, text
from eks_ingress.manifests.kinds import KINDS, OBJECTS
from eks_ingress.manifests.manifest import Manifest, Pointer
from eks_ingress.refusal import Problem
from eks_ingress.source import Source

SHAPE = "EKI110"
"""Id of the problems that are found here."""
_TEXTS = map_of(text(json=True))


def is_read(manifest: Manifest) -> bool:
    """Whether a plan reads the object: its kind is one of Kubernetes' or the controller's own, not another's of the same name."""
    known = KINDS.get(manifest.kind)
    return known is not None and str(manifest.body.get("apiVersion")) == known


def for_plan(manifests: Iterable[Manifest]) -> list[Manifest]:
    """The objects but for those of another API whose kind has the name of one that a plan reads."""
    return [manifest for manifest in manifests if is_read(manifest) or manifest.kind not in KINDS]


def misshapen(manifest: Manifest) -> Iterator[Problem]:
    """What Kubernetes would not take of the objects that a plan reads: Ingresses, classes, bindings, Services and what they need.

    Where nothing is found and `is_read` says so, each field that a plan reads is of its type; a text with `${…}` may stand in
    place of a number, and null in place of what may be absent. Of objects of other kinds, annotations and labels are looked at.
    """
    flaws: list[Flaw] = []
    version = _version_flaw(manifest)
    if version is not None:
        flaws.append(version)
    elif is_read(manifest):
        OBJECTS[manifest.kind](manifest.body, (), flaws)
    else:
        metadata = manifest.body.get("metadata") or {}
        for name in ("annotations", "labels"):
            if isinstance(metadata, dict) and metadata.get(name) is not None:
                _TEXTS(metadata[name], ("metadata", name), flaws)
    for flaw in flaws[:ENOUGH]:
        what = f"{title_of(manifest.body)} {path_of(flaw.at)}".rstrip()
        yield Problem(f"{what} {flaw.reason}.", flaw.remedy, _source(manifest, flaw.at), SHAPE)


def sorted_out(manifests: Iterable[Manifest]) -> tuple[list[Manifest], list[Problem]]:
    """The objects that Kubernetes would take, and what is wrong with the others."""
    good: list[Manifest] = []
    flaws: list[Problem] = []
    for manifest in manifests:
        if found := list(misshapen(manifest)):
            flaws += found
        else:
            good.append(manifest)
    return good, flaws


def title_of(body: Mapping[str, Any]) -> str:
    """An object as messages name it, as far as it says who it is."""
    kind, metadata = body.get("kind", ""), body.get("metadata")
    name, namespace = (metadata.get("name"), metadata.get("namespace")) if isinstance(metadata, dict) else (None, None)
    if not isinstance(name, str):
        return f"{kind}:"
    return f"{kind} {namespace}/{name}:" if isinstance(namespace, str) and namespace else f"{kind} {name}:"


def path_of(at: Pointer) -> str:
    """A part of an object as messages name it: `spec.rules[0].host`."""
    match at:
        case ("metadata", "annotations", key):
            return f"annotation {key}"
        case ("metadata", "labels", key):
            return f"label {key}"
        case _:
            return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in at).removeprefix(".")


def _source(manifest: Manifest, at: Pointer) -> Source:
    """The nearest place that is known."""
    known = (at[:length] for length in range(len(at), 0, -1) if at[:length] in manifest.parts)
    return manifest.source_of(*next(known, ()))


def _version_flaw(manifest: Manifest) -> Flaw | None:
    """What is wrong with kind and API version; nothing where they are those of another API."""
    version, kind = manifest.body.get("apiVersion"), manifest.kind
    if not isinstance(version, str):
        return Flaw(("apiVersion",), f"is {shown(version)}, where Kubernetes takes a text", "Write the version of its API.")
    if kind not in KINDS:
        meant = next((known for known in KINDS if known.lower() == kind.lower()), None)
        if meant is None or version != KINDS[meant]:
            return None
        return Flaw(("kind",), f"is {shown(kind)}, which there is not in {version}", f"Write {meant!r}.")
    known = KINDS[kind]
    if version == known:
        return None
    if version in ("extensions/v1beta1", "networking.k8s.io/v1beta1"):
        remedy = f"Write {known!r}, and in each path its `pathType`, and `backend.service` with `name` and `port`."
        return Flaw(("apiVersion",), f"is {version!r}, which Kubernetes took up to 1.21", remedy)
    group = version.rpartition("/")[0]
    if group == known.rpartition("/")[0] or "." not in group or is_like(version, known):
        return Flaw(("apiVersion",), f"is {shown(version)}, in which there is no {kind}", f"Write {known!r}.")
    return None
