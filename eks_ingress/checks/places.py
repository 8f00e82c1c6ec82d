"""Annotations as such: where they stand, how long they are, and what is read of them at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from eks_ingress.annotations import catalogue as c
from eks_ingress.annotations import of_services as s
from eks_ingress.annotations.catalogue import Place
from eks_ingress.annotations.grammar import Bool
from eks_ingress.checks.check import ERROR, Check, Finding
from eks_ingress.checks.reading import backends_of, members, text_of
from eks_ingress.manifests.manifest import Manifest
from eks_ingress.plan.model import Plan
from eks_ingress.plan.unknown import is_unknown
from eks_ingress.routing.names import PREFIX, SERVICE_PREFIX


class TakenForFalse(Check):
    """A yes or no that the controller cannot read and does not refuse."""

    id = "EKI202"
    title = "The controller takes what it cannot read for false"
    why = "Where the controller reads this annotation, it drops the error, as if nothing had been said."
    remedy = "Write 'true' or 'false'."
    source = "controller source, certificate management, listeners and security groups of Services"
    example = "create-acm-cert: 'yes'"
    mistakes = (36,)

    def find(self, plan: Plan) -> Iterator[Finding]:
        key = c.CREATE_ACM_CERT.key()
        for member in members(plan):
            text = text_of(member, key)
            if text is not None and text not in Bool.spellings:
                yield self.in_ingress(member, f"{key} is {text!r}.", key=key)
        for service in plan.services:
            for row, words, remedy in (
                (s.ENABLE_TCP_UDP_LISTENER, Bool.spellings, None),
                (s.ENABLE_ICMP, ("on", "off"), "Write 'on' or 'off'."),
            ):
                text = text_of(service, row.key())
                if text is not None and text not in words:
                    yield self.in_manifest(service.manifest, f"{row.key()} is {text!r}.", remedy, key=row.key())


class NotReadHere(Check):
    """An annotation of the controller on an object where the controller does not look for it."""

    id = "EKI242"
    title = "The controller does not read an annotation where it stands"
    why = "Each counts on an Ingress, some on the Services behind it, too; others on a Service with a network load balancer alone."
    remedy = "Write it on the Ingress."
    source = "controller documentation, Ingress annotations, column Location; Service annotations"
    example = "alb.ingress.kubernetes.io/scheme: internal   # on a Service"

    def find(self, plan: Plan) -> Iterator[Finding]:
        alone = _with_network_alone(plan)
        for manifest in () if plan.world is None else plan.world.manifests:
            kind = manifest.kind
            for key in manifest.annotations:
                if key.startswith(SERVICE_PREFIX):
                    yield from self._for_services(manifest, key)
                if not key.startswith(PREFIX) or kind == "Ingress":
                    continue
                row = c.find(key)
                if kind != "Service":
                    yield self.in_manifest(manifest, f"{key} has no effect on an object of the kind {kind}.", key=key)
                elif row is not None and Place.SERVICE not in row.on:
                    yield self.in_manifest(manifest, f"{key} has no effect on a Service.", key=key)
                elif row is not None and (manifest.namespace, manifest.name) in alone:
                    message = f"{key} has no effect on a Service that no Ingress leads to."
                    remedy = f"Write what network load balancers know, which begins with {SERVICE_PREFIX}."
                    yield self.in_manifest(manifest, message, remedy, key=key)

    def _for_services(self, manifest: Manifest, key: str) -> Iterator[Finding]:
        row = s.find(key)
        if row is s.QUIC_ENABLED_CONTAINERS and manifest.kind == "Service":
            yield self.in_manifest(manifest, f"{key} has no effect on a Service.", "Write it on its pods.", key=key)
        elif row is not None and row is not s.QUIC_ENABLED_CONTAINERS and manifest.kind in _NEAR_SERVICES:
            message = f"{key} has no effect on an object of the kind {manifest.kind}."
            yield self.in_manifest(manifest, message, "Write it on the Service.", key=key)


_NEAR_SERVICES = ("DaemonSet", "Deployment", "IngressClass", "IngressClassParams", "Namespace", "Pod", "StatefulSet")
"""Kinds of objects whose annotations nobody hands on to a Service; a Gateway's, say, may be."""


def _with_network_alone(plan: Plan) -> set[tuple[str, str]]:
    """The Services that have a network load balancer, and to which no Ingress among the manifests leads."""
    found = {(service.manifest.namespace, service.manifest.name) for service in plan.services}
    for member in members(plan) if found else ():
        backends = backends_of(member)
        targets = {name for _, _, document in backends.documents(c.ACTIONS) for name in _named(document)}
        found -= {(member.manifest.namespace, name) for name in (*backends.services, *targets)}
    return found


def _named(action: Mapping[str, Any]) -> Iterator[str]:
    """The Services that an action forwards to."""
    for target in (action.get("forwardConfig") or {}).get("targetGroups") or ():
        if isinstance(target.get("serviceName"), str):
            yield target["serviceName"]


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
