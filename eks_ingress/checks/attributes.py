"""Attributes of load balancers, target groups and listeners, which the controller passes on as they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from eks_ingress.annotations import catalogue as c
from eks_ingress.annotations import of_services as s
from eks_ingress.annotations.catalogue import Annotation
from eks_ingress.annotations.grammar import Unreadable
from eks_ingress.checks.check import ERROR, Check, Finding
from eks_ingress.checks.reading import balanced, manifests, members, planned
from eks_ingress.manifests.manifest import Manifest
from eks_ingress.plan.model import Plan
from eks_ingress.routing.names import PREFIX

if TYPE_CHECKING:
    from eks_ingress.checks.attribute_rules import Kind

_ROWS = (c.LOAD_BALANCER_ATTRIBUTES, c.FRONTEND_NLB_ATTRIBUTES, c.TARGET_GROUP_ATTRIBUTES)
_BY_KEY = {row.key(): row for row in _ROWS}
_LISTENERS = PREFIX + c.LISTENER_ATTRIBUTES.name.partition("$")[0]
_OF_SERVICES = (s.ATTRIBUTES, s.TARGET_GROUP_ATTRIBUTES, s.TARGET_GROUP_ATTRIBUTES_OF_PORT, s.LISTENER_ATTRIBUTES)


def _kind_of(row: Annotation) -> Kind:
    """What an annotation holds attributes of."""
    from eks_ingress.checks import attribute_rules as rules  # noqa: PLC0415 - most write none

    kinds = {
        c.LOAD_BALANCER_ATTRIBUTES: rules.BALANCER,
        c.FRONTEND_NLB_ATTRIBUTES: rules.NETWORK,
        c.TARGET_GROUP_ATTRIBUTES: rules.TARGETS,
        c.LISTENER_ATTRIBUTES: rules.LISTENER,
        s.ATTRIBUTES: rules.NETWORK,
        s.TARGET_GROUP_ATTRIBUTES: rules.NETWORK_TARGETS,
        s.TARGET_GROUP_ATTRIBUTES_OF_PORT: rules.NETWORK_TARGETS,
        s.LISTENER_ATTRIBUTES: rules.NETWORK_LISTENER,
    }
    return kinds[row]


def _said(plan: Plan) -> Iterator[tuple[Manifest, str, Annotation, str]]:
    """Each annotation that holds attributes, with its object, its key and its text."""
    for manifest in (*(member.manifest for member in members(plan)), *manifests(plan, "Service")):
        for key, text in manifest.annotations.items():
            row = c.LISTENER_ATTRIBUTES if key.startswith(_LISTENERS) else _BY_KEY.get(key)
            if row is not None and isinstance(text, str):
                yield manifest, key, row, text
    for service in plan.services:
        for key, text in service.said.keys.items():
            row = s.find(key)
            if row in _OF_SERVICES and isinstance(text, str):
                yield service.manifest, key, row, text


class WrongAttribute(Check):
    """An attribute that Elastic Load Balancing does not have, or a value that it does not take."""

    id = "EKI323"
    is_mixed = True
    title = "An attribute is one that AWS does not have, or has a value that AWS refuses"
    why = "The controller passes attributes on as they are, and AWS takes none of those that are given together with a wrong one."
    remedy = "Correct it."
    source = "Elastic Load Balancing API, LoadBalancerAttribute, TargetGroupAttribute, ListenerAttribute"
    example = "load-balancer-attributes: idle_timeout.timeout_seconds=4001"

    def find(self, plan: Plan) -> Iterator[Finding]:
        told: dict[tuple[Annotation, str], list[tuple[str, str | None, bool]]] = {}
        for manifest, key, row, text in _said(plan):
            if (row, text) not in told:
                told[row, text] = list(_kind_of(row).faults(_decoded(row, text)))
            for message, remedy, refused in told[row, text]:
                yield self.in_manifest(manifest, f"{key}: {message}", remedy, key=key, severity=ERROR if refused else None)
        for manifest in manifests(plan, "IngressClassParams"):
            for where, row, attributes in _of_class(manifest):
                for message, remedy, refused in _kind_of(row).faults(attributes) if attributes else ():
                    yield self.in_manifest(manifest, f"{where}: {message}", remedy, severity=ERROR if refused else None)
        yield from self._logs_without_bucket(plan)

    def _logs_without_bucket(self, plan: Plan) -> Iterator[Finding]:
        key = c.LOAD_BALANCER_ATTRIBUTES.key()
        for balancer, group in planned(plan):
            for attribute, text in balancer.attributes:
                if attribute.endswith("_logs.s3.enabled") and text == "true":
                    bucket = attribute.replace("enabled", "bucket")
                    if bucket not in dict(balancer.attributes):
                        owner = next((x for x in group.members if attribute in x.said.keys.get(key, "")), group.members[0])
                        yield self.in_ingress(
                            owner, f"{attribute} is true, and {bucket} is not there.", "Name the bucket.", key=key, severity=ERROR
                        )
        for network, service in balanced(plan):
            attributes, bucket = dict(network.attributes), "access_logs.s3.bucket"
            if attributes.get("access_logs.s3.enabled") == "true" and bucket not in attributes:
                key = next((row.key() for row in (s.ACCESS_LOG_ENABLED, s.ATTRIBUTES) if row.key() in service.said.keys), "")
                message = f"access_logs.s3.enabled is true, and {bucket} is not there."
                yield self.in_manifest(service.manifest, message, "Name the bucket.", key=key, severity=ERROR)


def _decoded(row: Annotation, text: str) -> Mapping[str, str]:
    try:
        attributes: Mapping[str, str] = row.grammar.decode(text)
    except Unreadable:
        return {}
    unsent = attributes if row is s.TARGET_GROUP_ATTRIBUTES_OF_PORT else _UNSENT.get(row, ())
    return {key: text for key, text in attributes.items() if text or key not in unsent}


_UNSENT = {s.TARGET_GROUP_ATTRIBUTES: ("proxy_protocol_v2.enabled",)}
"""Attributes that the controller does not hand on where they are empty; of one port, it hands on none of them."""


def _of_class(manifest: Manifest) -> Iterator[tuple[str, Annotation, Mapping[str, str]]]:
    """The attributes of IngressClassParams, and in which field they stand."""
    spec: Mapping[str, Any] = manifest.body.get("spec") or {}
    yield "loadBalancerAttributes", c.LOAD_BALANCER_ATTRIBUTES, _by_key(spec.get("loadBalancerAttributes"))
    for listener in filter(_is_mapping, spec.get("listeners") or ()):
        yield "listenerAttributes", c.LISTENER_ATTRIBUTES, _by_key(listener.get("listenerAttributes"))


def _by_key(entries: Any) -> dict[str, str]:
    return {str(entry.get("key")): str(entry.get("value")) for entry in filter(_is_mapping, entries or ())}


def _is_mapping(value: object) -> bool:
    return isinstance(value, Mapping)
