"""How a network load balancer finds out which targets may have connections."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum

from eks_ingress.refusal import Refusals
from eks_ingress.routing.health import require_probe
from eks_ingress.routing.units import Span, put, require_count, require_kinds, span
from eks_ingress.tokens import has_token


class HealthProtocol(Enum):
    """How a network load balancer asks a target whether it is well."""

    TCP = "TCP"
    """It opens a connection."""
    HTTP = "HTTP"
    """It sends a request."""
    HTTPS = "HTTPS"
    """It sends a request over TLS, and takes any certificate."""


@dataclass(frozen=True, slots=True)
class NetworkHealthCheck:
    """How a network load balancer decides that a target may have connections.

    What is left at None is the controller's choice, named with each field; where targets are nodes and `external_traffic_policy` of
    the Service is `TrafficPolicy.LOCAL`, it asks kube-proxy: `GET /healthz` at the Service's health check port, each 10 s, answered
    within 6 s, twice. Raises `Refused` for a value that Elastic Load Balancing would refuse or the controller pass over.

    Facts: controller documentation, "Health Check" of Services; Elastic Load Balancing API, CreateTargetGroup, Matcher.
    """

    path: str | None = None
    """Path of the request, at most 1,024 characters, beginning with '/', of HTTP and HTTPS only. Default: `/`."""
    port: int | str | None = None
    """Port of the target: a number, the name of a port of the Service, or `traffic-port`. Default: the one that has the traffic."""
    protocol: HealthProtocol | None = None
    """TCP, HTTP or HTTPS. Default: TCP."""
    interval: Span | None = None
    """Time between two checks of a target: 5 s to 300 s in whole seconds, not shorter than `timeout`; changing it makes new target
    groups. Default: 10 s."""
    timeout: Span | None = None
    """Time without an answer that counts as a failure: 2 s to 120 s in whole seconds. Default: 10 s."""
    healthy_threshold: int | None = None
    """Successes in a row that make a target healthy: 2 to 10. Default: 3."""
    unhealthy_threshold: int | None = None
    """Failures in a row that make a target unhealthy: 2 to 10. Default: 3."""
    success_codes: str | None = None
    """Status codes that count as success, single or as ranges from 200 to 599: `200,204` or `200-399`; of HTTP and HTTPS only.
    Default: `200-399`."""

    def __post_init__(self) -> None:
        put(self, interval=span(self.interval), timeout=span(self.timeout))
        refusals = Refusals()
        require_kinds(refusals, self, {"path": str, "protocol": HealthProtocol, "success_codes": str})
        refusals.settle()
        require_probe(refusals, self)
        interval = self.interval or timedelta(seconds=10)
        timeout = self.timeout or timedelta(seconds=10)
        refusals.require(
            not isinstance(interval, timedelta) or not isinstance(timeout, timedelta) or interval >= timeout,
            "health check interval",
            str(interval),
            f"must not be shorter than its timeout, {timeout}",
            "Lengthen `interval` or shorten `timeout`.",
        )
        require_count(refusals, "health check healthy_threshold", self.healthy_threshold, 2, 10)
        require_count(refusals, "health check unhealthy_threshold", self.unhealthy_threshold, 2, 10)
        refusals.require(
            self.success_codes is None or has_token(self.success_codes) or all(map(_are_codes, self.success_codes.split(","))),
            "health check success_codes",
            self.success_codes,
            "is not a list of status codes",
            "Write codes from 200 to 599, single or as ranges: '200,204' or '200-399'.",
        )
        for name, value in (("path", self.path), ("success_codes", self.success_codes)):
            refusals.require(
                value is None or self.protocol in (HealthProtocol.HTTP, HealthProtocol.HTTPS),
                f"health check {name}",
                value,
                "would have no effect: a network load balancer checks by TCP unless it is told otherwise",
                "Write `protocol=HealthProtocol.HTTP`, or leave it out.",
            )
        refusals.settle()


def _are_codes(text: str) -> bool:
    """Whether text is one code or a range of them."""
    codes = text.split("-", 1)
    return all(re.fullmatch("[2-5][0-9]{2}", code) for code in codes) and int(codes[0]) <= int(codes[-1])
