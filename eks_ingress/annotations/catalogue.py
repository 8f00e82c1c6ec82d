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
    since: str
    """The release of the controller that read it first."""

    def is_at(self, key: str) -> bool:
        """Whether a whole key is this annotation's, whatever the user's part of the name."""
        before, chosen, _ = self.name.partition("${")
        return key.startswith(PREFIX + before) if chosen else key == PREFIX + self.name

    def key(self, **chosen: str) -> str:
        """The whole key, with the user's part of the name filled in."""
        name = self.name
        for part, text in chosen.items():
            name = name.replace("${" + part + "}", text)
        return PREFIX + name


GROUP_NAME = Annotation("group.name", Str(), since="2.0.0")
GROUP_ORDER = Annotation("group.order", Int(), since="2.0.0")
SCHEME = Annotation("scheme", OneOf(("internal", "internet-facing")), since="2.0.0")

LISTEN_PORTS = Annotation("listen-ports", Json(many=True), since="2.0.0")
SSL_REDIRECT = Annotation("ssl-redirect", Int(), since="2.2.0")
CERTIFICATE_ARN = Annotation("certificate-arn", List(), since="2.0.0")

ACTIONS = Annotation("actions.${action}", Json(), since="2.0.0")

TARGET_TYPE = Annotation("target-type", OneOf(("instance", "ip")), since="2.0.0")
HEALTHCHECK_PORT = Annotation("healthcheck-port", Str(), since="2.0.0")
HEALTHCHECK_PROTOCOL = Annotation("healthcheck-protocol", OneOf(("HTTP", "HTTPS")), since="2.0.0")
HEALTHCHECK_PATH = Annotation("healthcheck-path", Str(), since="2.0.0")
HEALTHCHECK_INTERVAL = Annotation("healthcheck-interval-seconds", Int(), since="2.0.0")
HEALTHCHECK_TIMEOUT = Annotation("healthcheck-timeout-seconds", Int(), since="2.0.0")
HEALTHY_THRESHOLD = Annotation("healthy-threshold-count", Int(), since="2.0.0")
UNHEALTHY_THRESHOLD = Annotation("unhealthy-threshold-count", Int(), since="2.0.0")
SUCCESS_CODES = Annotation("success-codes", Str(), since="2.0.0")

ALL = tuple(row for row in list(globals().values()) if isinstance(row, Annotation))
"""Every row."""
