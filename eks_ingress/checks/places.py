"""Annotations as such: where they stand, how long they are, and what is read of them at all."""

from __future__ import annotations

from collections.abc import Iterator

from eks_ingress.annotations import catalogue as c
from eks_ingress.annotations.catalogue import Place
from eks_ingress.annotations.grammar import Bool
from eks_ingress.checks.check import ERROR, Check, Finding
from eks_ingress.checks.reading import members, text_of
from eks_ingress.plan.model import Plan
from eks_ingress.plan.unknown import is_unknown
from eks_ingress.routing.names import PREFIX


class TakenForFalse(Check):
    """A yes or no that the controller cannot read and does not refuse."""

    id = "EKI202"
    title = "The controller takes what it cannot read for false"
    why = "Where the controller reads this annotation, it drops the error, so that no certificate is asked for."
    remedy = "Write 'true' or 'false'."
    source = "controller source, certificate management"
    example = "create-acm-cert: 'yes'"
    mistakes = (36,)

    def find(self, plan: Plan) -> Iterator[Finding]:
        key = c.CREATE_ACM_CERT.key()
        for member in members(plan):
            text = text_of(member, key)
            if text is not None and text not in Bool.spellings:
                yield self.in_ingress(member, f"{key} is {text!r}.", key=key)


class NotReadHere(Check):
    """An annotation of the controller on an object where the controller does not look for it."""

    id = "EKI242"
    title = "The controller does not read an annotation where it stands"
    why = "Each annotation counts on an Ingress; some count on the Services behind it, too, and none on anything else."
    remedy = "Write it on the Ingress."
    source = "controller documentation, Ingress annotations, column Location"
    example = "alb.ingress.kubernetes.io/scheme: internal   # on a Service"

    def find(self, plan: Plan) -> Iterator[Finding]:
        for manifest in () if plan.world is None else plan.world.manifests:
            kind = manifest.kind
            for key in () if kind == "Ingress" else manifest.annotations:
                if not key.startswith(PREFIX):
                    continue
                row = c.find(key)
                if kind != "Service":
                    yield self.in_manifest(manifest, f"{key} has no effect on an object of the kind {kind}.", key=key)
                elif row is not None and Place.SERVICE not in row.on:
                    yield self.in_manifest(manifest, f"{key} has no effect on a Service.", key=key)


_LONGEST_NAME = 63
_MOST_BYTES = 256 * 1024


class TooLong(Check):
    """Annotations that Kubernetes does not take."""

    id = "EKI412"
    severity = ERROR
    title = "Annotations are too long"
    why = (
        f"Kubernetes takes {_LONGEST_NAME} characters behind the '/' of a key, and {_MOST_BYTES // 1024} KiB for all annotations "
        "of an object."
    )
    remedy = "Write a shorter name for the backend, or divide the Ingress in two of one group."
    source = "Kubernetes documentation, Annotations"

    def find(self, plan: Plan) -> Iterator[Finding]:
        for manifest in () if plan.world is None else plan.world.manifests:
            total = 0
            for key, text in manifest.annotations.items():
                total += len(key) + len(str(text))
                if len(key) > _LONGEST_NAME and len(key.rpartition("/")[2]) > _LONGEST_NAME and not is_unknown(key):
                    name = key.rpartition("/")[2]
                    yield self.in_manifest(manifest, f"the name {name!r} of an annotation has {len(name)} characters.", key=key)
            # Letters may be of up to four bytes.
            if total > _MOST_BYTES // 4:
                size = sum(len(key.encode()) + len(str(text).encode()) for key, text in manifest.annotations.items())
                if size > _MOST_BYTES:
                    yield self.in_manifest(manifest, f"its annotations have {size // 1024} KiB.")
