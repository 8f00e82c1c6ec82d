"""How a load balancer finds out which targets may have traffic."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from eks_ingress.refusal import Refusals
from eks_ingress.routing.names import require_port
from eks_ingress.routing.protocol import Protocol
from eks_ingress.tokens import has_token


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
    interval: timedelta | None = None
    """Time between two checks of a target: 5 s to 300 s in whole seconds, longer than `timeout`. Default: 15 s."""
    timeout: timedelta | None = None
    """Time without an answer that counts as a failure: 2 s to 120 s in whole seconds. Default: 5 s."""
    healthy_threshold: int | None = None
    """Successes in a row that make a target healthy: 2 to 10. Default: 2."""
    unhealthy_threshold: int | None = None
    """Failures in a row that make a target unhealthy: 2 to 10. Default: 2."""
    success_codes: str | None = None
    """Status codes that count as success, 200 to 499, single or as ranges: `200,204` or `200-399`. Default: `200`."""

    def __post_init__(self) -> None:
        refusals = Refusals()
        if self.path is not None:
            refusals.require(
                has_token(self.path) or (self.path.startswith("/") and len(self.path) <= 1024),
                "health check path",
                self.path,
                "must begin with '/' and have at most 1,024 characters",
                "Write the path that answers when the target is well: '/healthz'.",
            )
        if self.port is not None:
            require_port(refusals, "health check port", self.port)
        _require_seconds(refusals, "health check interval", self.interval, 5, 300)
        _require_seconds(refusals, "health check timeout", self.timeout, 2, 120)
        interval = self.interval or timedelta(seconds=15)
        timeout = self.timeout or timedelta(seconds=5)
        refusals.require(
            not isinstance(interval, timedelta) or not isinstance(timeout, timedelta) or interval > timeout,
            "health check interval",
            str(interval),
            f"must be longer than its timeout, {timeout}",
            "Lengthen `interval` or shorten `timeout`.",
        )
        for what, threshold in (("healthy", self.healthy_threshold), ("unhealthy", self.unhealthy_threshold)):
            refusals.require(
                threshold is None or 2 <= threshold <= 10,
                f"health check {what}_threshold",
                threshold,
                "is out of range",
                "Write a number from 2 to 10.",
            )
        refusals.require(
            self.success_codes is None or has_token(self.success_codes) or all(map(_are_codes, self.success_codes.split(","))),
            "health check success_codes",
            self.success_codes,
            "is not a list of status codes",
            "Write codes from 200 to 499, single or as ranges: '200,204' or '200-399'.",
        )
        refusals.settle()


def _require_seconds(refusals: Refusals, what: str, value: timedelta | None, least: int, most: int) -> None:
    refusals.require(
        value is None or (isinstance(value, timedelta) and value.microseconds == 0 and least <= value.total_seconds() <= most),
        what,
        str(value) if isinstance(value, timedelta) else value,
        f"must be a datetime.timedelta of {least} s to {most} s, in whole seconds",
        f"Write timedelta(seconds={least}) or longer.",
    )


def _are_codes(text: str) -> bool:
    codes = text.split("-", 1)
    return all(re.fullmatch("[2-4][0-9]{2}", code) for code in codes) and codes == sorted(codes)
