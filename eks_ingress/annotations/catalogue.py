"""One row for each annotation that the controller reads.

Facts: controller documentation, "Ingress annotations".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from eks_ingress.annotations.grammar import Grammar, Int, Json, List, OneOf, Str

PREFIX = "alb.ingress.kubernetes.io/"
"""Stands before the name of each annotation."""


@dataclass(frozen=True, slots=True)
class Annotation:
    """What is known of one annotation."""

    name: str
    """Its name without the prefix; what a user chooses stands as `${…}`."""
    grammar: Grammar[Any]

    def key(self, **chosen: str) -> str:
        """The whole key, with the user's part of the name filled in."""
        name = self.name
        for part, text in chosen.items():
            name = name.replace("${" + part + "}", text)
        return PREFIX + name


GROUP_NAME = Annotation("group.name", Str())
GROUP_ORDER = Annotation("group.order", Int())
SCHEME = Annotation("scheme", OneOf(("internal", "internet-facing")))

LISTEN_PORTS = Annotation("listen-ports", Json(many=True))
SSL_REDIRECT = Annotation("ssl-redirect", Int())
CERTIFICATE_ARN = Annotation("certificate-arn", List())

ACTIONS = Annotation("actions.${action}", Json())

TARGET_TYPE = Annotation("target-type", OneOf(("instance", "ip")))
HEALTHCHECK_PORT = Annotation("healthcheck-port", Str())
HEALTHCHECK_PROTOCOL = Annotation("healthcheck-protocol", OneOf(("HTTP", "HTTPS")))
HEALTHCHECK_PATH = Annotation("healthcheck-path", Str())
HEALTHCHECK_INTERVAL = Annotation("healthcheck-interval-seconds", Int())
HEALTHCHECK_TIMEOUT = Annotation("healthcheck-timeout-seconds", Int())
HEALTHY_THRESHOLD = Annotation("healthy-threshold-count", Int())
UNHEALTHY_THRESHOLD = Annotation("unhealthy-threshold-count", Int())
SUCCESS_CODES = Annotation("success-codes", Str())
