"""The typed words as annotations."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from eks_ingress.annotations import catalogue as c
from eks_ingress.annotations.catalogue import Annotation
from eks_ingress.routing.backend import FixedResponse, Redirect
from eks_ingress.routing.health import HealthCheck
from eks_ingress.routing.ingress import Ingress


def annotations_of(ingress: Ingress) -> dict[str, str]:
    """The annotations of an Ingress, without those of its actions."""
    return {annotation.key(): annotation.grammar.encode(value) for annotation, value in _values(ingress) if value is not None}


def action(backend: Redirect | FixedResponse) -> dict[str, Any]:
    """The document that stands in an `actions` annotation."""
    if isinstance(backend, Redirect):
        parts = {
            "host": backend.host,
            "path": backend.path,
            "port": None if backend.port is None else str(backend.port),
            "protocol": backend.protocol and backend.protocol.value,
            "query": backend.query,
        }
        config = {key: text for key, text in parts.items() if text is not None}
        return {"type": "redirect", "redirectConfig": {**config, "statusCode": f"HTTP_{backend.status_code}"}}
    response = {"contentType": backend.content_type.value, "statusCode": str(backend.status_code)}
    if backend.body is not None:
        response["messageBody"] = backend.body
    return {"type": "fixed-response", "fixedResponseConfig": response}


def _values(ingress: Ingress) -> Iterator[tuple[Annotation, Any]]:
    yield c.GROUP_NAME, ingress.group_name
    yield c.GROUP_ORDER, ingress.group_order
    yield c.SCHEME, ingress.scheme.value
    yield c.LISTEN_PORTS, [{listener.protocol.value: listener.port} for listener in ingress.listeners]
    yield c.SSL_REDIRECT, next((x.redirects_to for x in ingress.listeners if x.redirects_to is not None), None)
    yield c.CERTIFICATE_ARN, list(dict.fromkeys(arn for x in ingress.listeners for arn in x.certificates)) or None
    yield c.TARGET_TYPE, ingress.target_type.value
    yield from _health_check(ingress.health_check)


def _health_check(check: HealthCheck) -> Iterator[tuple[Annotation, Any]]:
    yield c.HEALTHCHECK_PATH, check.path
    yield c.HEALTHCHECK_PORT, None if check.port is None else str(check.port)
    yield c.HEALTHCHECK_PROTOCOL, check.protocol and check.protocol.value
    yield c.HEALTHCHECK_INTERVAL, _seconds(check.interval)
    yield c.HEALTHCHECK_TIMEOUT, _seconds(check.timeout)
    yield c.HEALTHY_THRESHOLD, check.healthy_threshold
    yield c.UNHEALTHY_THRESHOLD, check.unhealthy_threshold
    yield c.SUCCESS_CODES, check.success_codes


def _seconds(duration: timedelta | None) -> int | None:
    return None if duration is None else int(duration.total_seconds())
