"""The protocols that an application load balancer speaks."""

from __future__ import annotations

from enum import Enum


class Protocol(Enum):
    """A protocol of HTTP: of a listener, of a redirect, or between load balancer and target."""

    HTTP = "HTTP"
    HTTPS = "HTTPS"
