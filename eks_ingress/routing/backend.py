"""What becomes of a request: it goes to a Service, elsewhere, or is answered by the load balancer itself.

Facts: controller documentation, "Traffic Routing", "Actions"; Elastic Load Balancing documentation, "Listener rule action types".
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Literal

from eks_ingress.refusal import Refusals
from eks_ingress.routing.health import HealthCheck
from eks_ingress.routing.names import require_port, require_port_number, require_service
from eks_ingress.routing.protocol import Protocol
from eks_ingress.tokens import has_token


class TargetType(Enum):
    """What the load balancer sends to."""

    IP = "ip"
    """The pods themselves; any type of Service, and the only way on Fargate."""
    INSTANCE = "instance"
    """A port of every node, from where Kubernetes sends on; needs a Service of type NodePort or LoadBalancer."""


@dataclass(frozen=True, slots=True)
class Service:
    """Sends a request to a Kubernetes Service, which must be in the load balancer's namespace.

    Raises `Refused` for a name or a port that Kubernetes does not take.
    """

    name: str
    """Name of the Service."""
    port: int | str
    """Port of the Service (not of its pods), 1 to 65535, or the port's name."""
    health_check: HealthCheck | None = None
    """How its targets are checked. Default: as the load balancer's `health_check` says."""
    target_type: TargetType | None = None
    """Pods or nodes. Default: as the load balancer's `target_type` says."""

    def __post_init__(self) -> None:
        refusals = Refusals()
        require_service(refusals, "Service", self.name)
        require_port(refusals, f"port of Service {self.name!r},", self.port)
        refusals.settle()


@dataclass(frozen=True, slots=True)
class Redirect:
    """Sends the client elsewhere; what is left at None stays as it was in the request.

    The texts may hold `#{host}`, `#{path}`, `#{port}`, `#{protocol}` and `#{query}` for what the request had. Raises `Refused`
    for a redirect that changes nothing, which the controller would drop without a word.
    """

    host: str | None = None
    """Host to go to, at most 128 characters."""
    path: str | None = None
    """Path to go to, beginning with '/', at most 128 characters. The request's path is `/#{path}`."""
    port: int | None = None
    """Port to go to, 1 to 65535."""
    protocol: Protocol | None = None
    """Protocol to go to. AWS refuses to go from HTTPS to HTTP."""
    query: str | None = None
    """Query string to go to, without the leading '?', at most 128 characters; empty for none."""
    status_code: Literal[301, 302] = 301
    """301 for good (clients remember it), 302 for now. Default: 301."""

    def __post_init__(self) -> None:
        refusals = Refusals()
        refusals.require(
            any(
                part not in (None, unchanged)
                for part, unchanged in (
                    (self.host, "#{host}"),
                    (self.path, "/#{path}"),
                    (self.port, None),
                    (self.protocol, None),
                    (self.query, "#{query}"),
                )
            ),
            "Redirect",
            self.status_code,
            "changes nothing, so that the client would be sent to where it is",
            "Say what changes: `Redirect(host='shop.example.com')`.",
        )
        for what, text in (("host", self.host), ("path", self.path), ("query", self.query)):
            refusals.require(
                text is None or has_token(text) or len(text) <= 128,
                f"redirect {what}",
                text,
                "is too long",
                "Write at most 128 characters.",
            )
        refusals.require(self.host != "", "redirect host", self.host, "is empty", "Leave it out to keep the request's host.")
        refusals.require(
            self.path is None or self.path.startswith("/") or has_token(self.path),
            "redirect path",
            self.path,
            "has no leading '/'",
            f"Write {'/' + (self.path or '')!r}.",
        )
        if self.port is not None:
            require_port_number(refusals, "redirect port", self.port)
        refusals.require(
            self.status_code in (301, 302), "redirect status_code", self.status_code, "is none of a redirect", "Write 301 or 302."
        )
        refusals.settle()


class ContentType(Enum):
    """The content types of a fixed response."""

    TEXT = "text/plain"
    CSS = "text/css"
    HTML = "text/html"
    JAVASCRIPT = "application/javascript"
    JSON = "application/json"


@dataclass(frozen=True, slots=True)
class FixedResponse:
    """Has the load balancer answer by itself. Raises `Refused` for what Elastic Load Balancing would refuse."""

    status_code: int
    """200 to 299, 400 to 499 or 500 to 599."""
    body: str | None = None
    """Text of the answer, at most 1,024 characters. Default: none."""
    content_type: ContentType = ContentType.TEXT
    """What the body is. Default: plain text."""

    def __post_init__(self) -> None:
        refusals = Refusals()
        refusals.require(
            isinstance(self.status_code, int) and self.status_code // 100 in (2, 4, 5),
            "fixed response status_code",
            self.status_code,
            "is none that a load balancer answers with",
            "Write 200 to 299, 400 to 499 or 500 to 599; for 3xx use Redirect.",
        )
        refusals.require(
            self.body is None or has_token(self.body) or len(self.body) <= 1024,
            "fixed response body",
            self.body,
            "is too long",
            "Write at most 1,024 characters, or send the request to a Service.",
        )
        refusals.settle()


Backend = Service | Redirect | FixedResponse
"""What a route leads to."""
