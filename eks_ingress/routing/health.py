"""How a load balancer finds out which targets may have traffic."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from eks_ingress.refusal import Refusals
from eks_ingress.routing.names import require_port
from eks_ingress.routing.protocol import Protocol
from eks_ingress.routing.units import Span, put, require_count, require_kinds, require_span, span
from eks_ingress.tokens import has_token

if TYPE_CHECKING:
    from eks_ingress.routing.network_health import NetworkHealthCheck


@dataclass(frozen=True, slots=True)
class HealthCheck:
    """How the load balancer decides that a target may have traffic.

    What is left at None is the controller's choice, named with each field. Raises `Refused` for a value that Elastic Load
    Balancing would refuse.

    Facts: controller documentation, "Health Check" annotations; Elastic Load Balancing API, CreateTargetGroup.
    """

    path: str | None = None
    """Path of the request, at most 1,024 characters, beginning with '/'. Default: `/`."""
    port: int | str | None = None
    """Port of the target: a number, or the name of a port of the Service. Default: the port that has the traffic."""
    protocol: Protocol | None = None
    """HTTP or HTTPS. Default: HTTP."""
    interval: Span | None = None
    """Time between two checks of a target: 5 s to 300 s in whole seconds, longer than `timeout`. Default: 15 s."""
    timeout: Span | None = None
    """Time without an answer that counts as a failure: 2 s to 120 s in whole seconds. Default: 5 s."""
    healthy_threshold: int | None = None
    """Successes in a row that make a target healthy: 2 to 10. Default: 2."""
    unhealthy_threshold: int | None = None
    """Failures in a row that make a target unhealthy: 2 to 10. Default: 2."""
    success_codes: str | None = None
    """Status codes that count as success, single or as ranges: `200,204` or `200-399`, from 200 to 499; of gRPC, from 0 to 99.
    Default: `200`, of gRPC `12`."""

    def __post_init__(self) -> None:
        put(self, interval=span(self.interval), timeout=span(self.timeout))
        refusals = Refusals()
        require_kinds(refusals, self, {"path": str, "protocol": Protocol, "success_codes": str})
        refusals.settle()
        require_probe(refusals, self)
        interval = self.interval or timedelta(seconds=15)
        timeout = self.timeout or timedelta(seconds=5)
        refusals.require(
            not isinstance(interval, timedelta) or not isinstance(timeout, timedelta) or interval > timeout,
            "health check interval",
            str(interval),
            f"must be longer than its timeout, {timeout}",
            "Lengthen `interval` or shorten `timeout`.",
        )
        require_count(refusals, "health check healthy_threshold", self.healthy_threshold, 2, 10)
        require_count(refusals, "health check unhealthy_threshold", self.unhealthy_threshold, 2, 10)
        refusals.require(
            self.success_codes is None or has_token(self.success_codes) or _are_all_codes(self.success_codes),
            "health check success_codes",
            self.success_codes,
            "is not a list of status codes",
            "Write codes from 200 to 499 (of gRPC, from 0 to 99), single or as ranges: '200,204' or '200-399'.",
        )
        refusals.settle()

    @property
    def counts_grpc(self) -> bool | None:
        """Whether its success codes are those of gRPC; None where it says nothing of them that can be known."""
        if self.success_codes is None or has_token(self.success_codes):
            return None
        return len(re.split("[-,]", self.success_codes)[0]) < 3


def require_probe(refusals: Refusals, check: HealthCheck | NetworkHealthCheck) -> None:
    """A path, a port and times that any load balancer can check a target by."""
    if check.path is not None:
        refusals.require(
            has_token(check.path) or (check.path.startswith("/") and len(check.path) <= 1024),
            "health check path",
            check.path,
            "must begin with '/' and have at most 1,024 characters",
            "Write the path that answers when the target is well: '/healthz'.",
        )
    if check.port is not None:
        require_port(refusals, "health check port", check.port)
    require_span(refusals, "health check interval", check.interval, 5, 300)
    require_span(refusals, "health check timeout", check.timeout, 2, 120)


def _are_codes(text: str) -> bool:
    """Whether text is one code or a range of them, all of HTTP or all of gRPC."""
    codes = text.split("-", 1)
    http = all(re.fullmatch("[2-4][0-9]{2}", code) for code in codes)
    grpc = all(re.fullmatch("0|[1-9][0-9]?", code) for code in codes)
    return (http or grpc) and int(codes[0]) <= int(codes[-1])


def _are_all_codes(text: str) -> bool:
    entries = text.split(",")
    return all(map(_are_codes, entries)) and len({len(entry.split("-")[0]) < 3 for entry in entries}) == 1
