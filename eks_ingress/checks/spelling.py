"""Names that the controller does not know, and so passes over."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from eks_ingress.annotations import catalogue as c
from eks_ingress.annotations import of_services as s
from eks_ingress.annotations.catalogue import Annotation
from eks_ingress.annotations.grammar import Json, ListOf, MapOf, Maybe, Object, Shape
from eks_ingress.checks.check import Check, Finding
from eks_ingress.checks.reading import did_you_mean, manifests, members
from eks_ingress.manifests.manifest import Manifest
from eks_ingress.nearest import nearest
from eks_ingress.plan.model import Plan
from eks_ingress.plan.unknown import is_unknown
from eks_ingress.routing.names import PREFIX, SERVICE_PREFIX


class UnknownAnnotation(Check):
    """An annotation that is nearly one of the controller's, or has its prefix and is none."""

    id = "EKI241"
    title = "The controller does not know an annotation"
    why = "What the controller does not know it passes over without a word, as Kubernetes does."
    remedy = "Correct it, or take it out; `eks-ingress annotations` lists what there is."
    source = "controller documentation, Ingress annotations"
    example = "alb.ingress.kubernetes.io/certificate-arns: arn:aws:acm:…"

    def find(self, plan: Plan) -> Iterator[Finding]:
        told: dict[str, tuple[str, str | None] | None] = {}
        for manifest in _looked_at(plan):
            is_service = manifest.kind == "Service"
            for key in manifest.annotations:
                # On a Service, what has another prefix belongs to others.
                if is_service and not key.startswith(PREFIX):
                    continue
                if key not in told:
                    told[key] = None if is_unknown(key) else _unknown(key)
                found = told[key]
                if found is not None:
                    yield self.in_manifest(manifest, *found, key=key)
        for service in plan.services:
            for key in service.said.keys:
                found = None if is_unknown(key) else _unknown_of_service(key)
                if found is not None:
                    yield self.in_manifest(service.manifest, *found, key=key)


def _looked_at(plan: Plan) -> Iterator[Manifest]:
    """The Ingresses of the controller, and all Services."""
    yield from (member.manifest for member in members(plan))
    yield from manifests(plan, "Service")


_NAMES = [row.name for row in c.ALL if not row.parts]
_HEADS = [row.name.partition(".$")[0] for row in c.ALL if row.parts]
"""What stands before the part of a name that the user chooses."""
_NAMES_OF_SERVICES = [row.name for row in s.ALL if not row.parts]
_HEADS_OF_SERVICES = [row.name.partition(".$")[0] for row in s.ALL if row.parts]
_AWS = "aws-load-balancer-"


def _unknown(key: str) -> tuple[str, str | None] | None:
    """What is to be said of a key, and what was probably meant; None for one that is well, or belongs to others."""
    prefix, slash, name = key.rpartition("/")
    prefix += slash
    if prefix == PREFIX:
        return None if c.find(key) is not None else (f"{key} is not known.", _meant(name, _NAMES, _HEADS, PREFIX))
    if prefix == SERVICE_PREFIX:
        own = PREFIX + name.removeprefix(_AWS)
        return f"{key} is for Services; it is not read on an Ingress.", f"Did you mean {own}?" if c.find(own) else None
    if not slash:
        # A word such as `tags` may be somebody else's.
        is_known = "-" in name and c.find(PREFIX + name) is not None
        return (f"{key} has no prefix, without which it is not read.", f"Write {PREFIX + name}.") if is_known else None
    if _resembles(prefix) and c.find(PREFIX + name) is not None:
        return f"{key} has not the prefix {PREFIX}, without which it is not read.", f"Write {PREFIX + name}."
    return None


def _unknown_of_service(key: str) -> tuple[str, str | None] | None:
    """The same for a key of a Service with a network load balancer; those of other clouds have the prefix as well."""
    name = key.removeprefix(SERVICE_PREFIX)
    if s.find(key) is not None:
        return None
    if name in _OF_OTHERS:
        return f"{key} is for the load balancers that Kubernetes itself makes; this controller does not read it.", _OF_OTHERS[name]
    first = name.partition("-")[0]
    if nearest(first, ["aws"]) or (first == "load" and nearest(name, _NAMES_OF_SERVICES, 0.9)):
        return f"{key} is not known.", _meant(name, _NAMES_OF_SERVICES, _HEADS_OF_SERVICES, SERVICE_PREFIX)
    return None


_ATTRIBUTE = f"Write it in {s.TARGET_GROUP_ATTRIBUTES.name}: {{}}."
_OF_OTHERS: Mapping[str, str | None] = {
    "aws-load-balancer-access-log-emit-interval": "Take it out; AWS writes the logs of network load balancers every five minutes.",
    "aws-load-balancer-connection-draining-enabled": _ATTRIBUTE.format("deregistration_delay.timeout_seconds=0 for none"),
    "aws-load-balancer-connection-draining-timeout": _ATTRIBUTE.format("deregistration_delay.timeout_seconds=60"),
    "aws-load-balancer-connection-idle-timeout": (
        f"Write it in {s.LISTENER_ATTRIBUTES.name.partition('$')[0]}TCP-80: tcp.idle_timeout.seconds=60."
    ),
    "aws-load-balancer-extra-security-groups": f"Name all of them in {s.SECURITY_GROUPS.name}.",
}
"""What the provider of Kubernetes reads, for Classic Load Balancers, and this controller does not; each with what to do instead."""


def _meant(name: str, names: Sequence[str], heads: Sequence[str], prefix: str) -> str | None:
    head, dot, rest = name.partition(".")
    # What has a dot is more like a name that goes on behind one.
    found = nearest(head, heads, 0.9) if dot else None
    meant = None if found else nearest(name, names)
    if meant is None:
        found = found or nearest(head, heads)
        meant = found and f"{found}.{rest if dot else 'NAME'}"
    return f"Did you mean {prefix}{meant}?" if meant else None


def _resembles(prefix: str) -> bool:
    """Whether it is the controller's prefix, misspelt; those of other controllers differ before the first dot."""
    first, _, rest = PREFIX.partition(".")
    own, _, others = prefix.lower().partition(".")
    return own == first or (others == rest and nearest(own, [first], 0.6) is not None)


class UnknownKey(Check):
    """A key in the JSON of an annotation that the controller has no use for."""

    id = "EKI113"
    title = "The JSON of an annotation has an unknown key"
    why = "The controller passes over keys that it does not know, as if they were not there."
    remedy = "Correct it, or take it out."
    source = "controller source, actions, conditions, transforms, authentication"
    example = """actions.old: '{"type": "redirect", "redirectConfig": {"hots": "new.example.com", "statusCode": "HTTP_301"}}'"""
    mistakes = (6,)

    def find(self, plan: Plan) -> Iterator[Finding]:
        told: dict[tuple[Annotation, str], list[tuple[str, str | None]]] = {}
        for manifest in _looked_at(plan):
            for key, text in manifest.annotations.items():
                prefix, slash, name = key.partition("/")
                row = _WITH_KEYS.get(prefix + slash + name.partition(".")[0])
                if row is None or not isinstance(text, str):
                    continue
                if (row, text) not in told:
                    told[row, text] = list(_strangers(row, text))
                for message, remedy in told[row, text]:
                    yield self.in_manifest(manifest, f"{key} has {message}", remedy, key=key)


def _strangers(row: Annotation, text: str) -> Iterator[tuple[str, str | None]]:
    """What is to be said of each key that the controller does not know, and what was probably meant."""
    grammar = row.grammar
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return  # the plan refuses it, unless it holds a token
    assert isinstance(grammar, Json)
    for at, key, known in _unknown_keys(grammar.shape, document, ""):
        yield f"the key {key!r}{f' in {at}' if at else ''}, which the controller does not know.", did_you_mean(key, known)


def _unknown_keys(shape: Shape, value: Any, at: str) -> Iterator[tuple[str, str, Mapping[str, Shape]]]:
    if isinstance(shape, Maybe):
        yield from _unknown_keys(shape.shape, value, at)
    elif isinstance(shape, ListOf) and isinstance(value, list):
        for place, entry in enumerate(value):
            yield from _unknown_keys(shape.entry, entry, f"{at}[{place}]")
    elif isinstance(shape, MapOf) and isinstance(value, dict):
        for key, entry in value.items():
            yield from _unknown_keys(shape.entry, entry, f"{at}.{key}" if at else key)
    elif isinstance(shape, Object) and isinstance(value, dict):
        known = {name.lower(): field for name, field in shape.fields.items()}
        for key, entry in value.items():
            folded = key.lower().replace("\u017f", "s")  # as the grammar has it
            if folded in known:
                yield from _unknown_keys(known[folded], entry, f"{at}.{key}" if at else key)
            elif not is_unknown(key):
                yield at, key, shape.fields


def _has_keys(shape: Shape) -> bool:
    if isinstance(shape, Object):
        return True
    return isinstance(shape, ListOf | MapOf) and _has_keys(shape.entry)


_WITH_KEYS = {
    row.prefix + row.name.partition(".$")[0]: row
    for row in (*c.ALL, *s.ALL)
    if isinstance(row.grammar, Json) and _has_keys(row.grammar.shape)
}
"""The annotations whose JSON has keys that the controller looks for, by their keys before the first dot behind the prefix."""
