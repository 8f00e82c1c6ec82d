"""The annotations about targets, as typed words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from eks_ingress.annotations import catalogue as c
from eks_ingress.annotations.catalogue import Annotation
from eks_ingress.annotations.read_attributes import read_attributes
from eks_ingress.annotations.texts import Texts
from eks_ingress.routing.attributes import TargetGroupAttributes
from eks_ingress.routing.backend import Service
from eks_ingress.routing.health import HealthCheck
from eks_ingress.routing.protocol import Protocol
from eks_ingress.routing.targets import ProtocolVersion, Targets, TargetType

_CHECK: Mapping[str, Annotation] = {
    "path": c.HEALTHCHECK_PATH,
    "port": c.HEALTHCHECK_PORT,
    "protocol": c.HEALTHCHECK_PROTOCOL,
    "interval": c.HEALTHCHECK_INTERVAL_SECONDS,
    "timeout": c.HEALTHCHECK_TIMEOUT_SECONDS,
    "healthy_threshold": c.HEALTHY_THRESHOLD_COUNT,
    "unhealthy_threshold": c.UNHEALTHY_THRESHOLD_COUNT,
    "success_codes": c.SUCCESS_CODES,
}
FRONTEND_CHECK: Mapping[str, Annotation] = {
    "path": c.FRONTEND_NLB_HEALTHCHECK_PATH,
    "port": c.FRONTEND_NLB_HEALTHCHECK_PORT,
    "protocol": c.FRONTEND_NLB_HEALTHCHECK_PROTOCOL,
    "interval": c.FRONTEND_NLB_HEALTHCHECK_INTERVAL_SECONDS,
    "timeout": c.FRONTEND_NLB_HEALTHCHECK_TIMEOUT_SECONDS,
    "healthy_threshold": c.FRONTEND_NLB_HEALTHCHECK_HEALTHY_THRESHOLD_COUNT,
    "unhealthy_threshold": c.FRONTEND_NLB_HEALTHCHECK_UNHEALTHY_THRESHOLD_COUNT,
    "success_codes": c.FRONTEND_NLB_HEALTHCHECK_SUCCESS_CODES,
}
"""The annotation of each field of the health check of a frontend network load balancer."""


def read_health_check(texts: Texts, rows: Mapping[str, Annotation] = _CHECK) -> HealthCheck | None:
    """What annotations say of a health check, by the field; None for nothing."""
    if not texts.has(*rows.values()):
        return None
    said: dict[str, tuple[Any, tuple[Annotation, ...]]] = {}
    for name, row in rows.items():
        value = texts.member(row, Protocol) if name == "protocol" else texts.take(row)
        if name in ("interval", "timeout") and value is not None:
            value = texts.made(lambda seconds=value: timedelta(seconds=seconds), row)  # type: ignore[misc]
        if name == "port" and isinstance(value, str) and value.isascii() and value.isdecimal():
            value = int(value)
        said[name] = (value, (row,))
    check = texts.together(HealthCheck, said)
    return None if check == HealthCheck() else check


def read_targets(texts: Texts, services: Iterable[Service]) -> Targets:
    """What annotations say of the targets of some Services. What no word takes is left in `texts`."""
    attributes = texts.take(c.TARGET_GROUP_ATTRIBUTES)
    kind = texts.member(c.TARGET_TYPE, TargetType)
    labels = texts.take(c.TARGET_NODE_LABELS)
    if kind is TargetType.IP and labels:
        texts.idle(c.TARGET_NODE_LABELS, "on pods")
        labels = None
    said: dict[str, tuple[Any, tuple[Annotation, ...]]] = {
        "target_type": (kind, (c.TARGET_TYPE,)),
        "protocol": (texts.member(c.BACKEND_PROTOCOL, Protocol), (c.BACKEND_PROTOCOL,)),
        "protocol_version": (texts.member(c.BACKEND_PROTOCOL_VERSION, ProtocolVersion), (c.BACKEND_PROTOCOL_VERSION,)),
        "health_check": (read_health_check(texts), tuple(_CHECK.values())),
        "attributes": (
            texts.made(lambda: read_attributes(TargetGroupAttributes, attributes), c.TARGET_GROUP_ATTRIBUTES)
            if attributes
            else None,
            (c.TARGET_GROUP_ATTRIBUTES,),
        ),
        "node_labels": (labels, (c.TARGET_NODE_LABELS,)),
        "multi_cluster": (texts.take(c.MULTI_CLUSTER_TARGET_GROUP), (c.MULTI_CLUSTER_TARGET_GROUP,)),
        "control_port": (_control_port(texts, services), ()),
    }
    return texts.together(Targets, said)


def _control_port(texts: Texts, services: Iterable[Service]) -> int | None:
    """The control port that all Services have, since an Ingress has one set of settings for all of them."""
    ports = {(x.name, str(x.port)): texts.take(c.TARGET_CONTROL_PORT, service=x.name, port=str(x.port)) for x in services}
    found = set(ports.values())
    if len(found) <= 1:
        return next(iter(found), None)
    for service, port in ports:
        texts.leave(c.TARGET_CONTROL_PORT, "is not said of all Services of the Ingress alike", service=service, port=port)
    return None
