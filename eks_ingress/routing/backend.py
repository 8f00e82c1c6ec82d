"""What becomes of a request: it goes to a Service, elsewhere, or is answered by the load balancer itself.

Facts: controller documentation, "Traffic Routing", "Actions"; Elastic Load Balancing documentation, "Listener rule action types".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Literal
from typing import Protocol as Shape

from eks_ingress.refusal import Refusals
from eks_ingress.routing.names import require_label, require_port, require_port_number, require_service
from eks_ingress.routing.protocol import Protocol
from eks_ingress.routing.targets import Targets
from eks_ingress.routing.units import Span, put, require_a, require_arn, require_count, require_kinds, require_span, several, span
from eks_ingress.tokens import has_token


@dataclass(frozen=True, slots=True)
class Service(Targets):
    """Sends a request to a Kubernetes Service.

    What is said of its targets holds wherever this Service is used, and for no other: `Service("api", 80, health_check=…)`.
    Raises `Refused` for a name or a port that Kubernetes does not take.
    """

    name: str
    """Name of the Service."""
    port: int | str
    """Port of the Service (not of its pods), 1 to 65535, or the port's name."""
    namespace: str | None = field(default=None, kw_only=True)
    """Its Kubernetes namespace. Default: the load balancer's."""

    def __post_init__(self) -> None:
        refusals = Refusals()
        require_service(refusals, "Service", self.name)
        require_port(refusals, f"port of Service {self.name!r},", self.port)
        if self.namespace is not None:
            require_label(refusals, f"namespace of Service {self.name!r},", self.namespace)
        if not self.says_nothing:
            with refusals.gather():
                Targets.__post_init__(self)
        refusals.settle()


class HasTargetGroupArn(Shape):
    """Whatever knows the ARN of a target group, as `aws_elasticloadbalancingv2.ITargetGroup` does."""

    @property
    def target_group_arn(self) -> Any:
        """ARN of the target group."""
        ...


class RefersToTargetGroup(Shape):
    """Whatever refers to a target group, as `aws_elasticloadbalancingv2.CfnTargetGroup` and other `ITargetGroupRef` do."""

    @property
    def target_group_ref(self) -> Any:
        """What knows the ARN of the target group."""
        ...


@dataclass(frozen=True, slots=True)
class TargetGroup:
    """Sends a request to a target group that someone else made, by its ARN or its name; precisely one.

    Raises `Refused` for an ARN of something else. By name since controller 2.14.
    """

    arn: str | HasTargetGroupArn | RefersToTargetGroup | None = None
    """Its ARN, or the target group of the CDK."""
    name: str | None = None
    """Its name, at most 32 characters, in the cluster's account and region."""

    def __post_init__(self) -> None:
        arn: Any = self.arn
        if not hasattr(arn, "target_group_arn"):  # a resource of the CDK's first level knows it through its reference alone
            arn = getattr(arn, "target_group_ref", arn)
        arn = getattr(arn, "target_group_arn", arn)
        put(self, arn=arn)
        refusals = Refusals()
        require_kinds(refusals, self, {"name": str})
        refusals.settle()
        refusals.require(
            (arn is None) != (self.name is None),
            "TargetGroup",
            arn,
            "needs an ARN or a name, and not both",
            "Write TargetGroup(arn) or TargetGroup(name='blue').",
        )
        if arn is not None:
            require_arn(refusals, "target group", arn, _TARGET_GROUP, _TARGET_GROUP_EXAMPLE)
        if self.name is not None:
            refusals.require(
                has_token(self.name) or 1 <= len(self.name) <= 32,
                "target group",
                self.name,
                "is no name of one",
                "Write 1 to 32 characters.",
            )
        refusals.settle()


_TARGET_GROUP = r"elasticloadbalancing:[a-z0-9-]+:\d{12}:targetgroup/[^/]+/[0-9a-f]+"
_TARGET_GROUP_EXAMPLE = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/blue/0123456789abcdef"


@dataclass(frozen=True, slots=True)
class Forward:
    """Divides requests among Services, or target groups that someone else made.

    The Services of one Forward must agree on what they say of their targets and be in one namespace, since the controller has one
    set of settings for all of them. Raises `Refused` for no or more than five targets, for weights out of range and for Services
    that differ.
    """

    to: Sequence[tuple[Service | TargetGroup, int]]
    """Where to, each with its weight from 0 to 999: `[(Service("blue", 80), 90), (Service("green", 80), 10)]`; at most five."""
    stickiness: Span | None = None
    """How long a client stays with the Service that it got first: 1 s to 7 days, whole seconds. Default: not at all."""

    def __post_init__(self) -> None:
        put(self, to=several(self.to), stickiness=span(self.stickiness))
        refusals = Refusals()
        for entry in self.to:
            refusals.require(
                isinstance(entry, tuple) and len(entry) == 2 and entry[1] is not None,
                "entry of Forward,",
                entry,
                "is not a target with its weight",
                "Write [(Service('blue', 80), 90), (Service('green', 80), 10)].",
            )
            refusals.settle()
        refusals.require(
            1 <= len(self.to) <= 5, "Forward", len(self.to), "is not a number of targets that AWS takes", "Name one to five."
        )
        for target, weight in self.to:
            refusals.require(
                isinstance(target, Service | TargetGroup),
                "target of Forward,",
                target,
                "is neither Service nor TargetGroup",
                "Write [(Service('blue', 80), 90), (Service('green', 80), 10)].",
            )
            require_count(refusals, "weight in Forward", weight, 0, 999)
        require_span(refusals, "stickiness of Forward", self.stickiness, 1, 604800)
        services = [target for target, _ in self.to if isinstance(target, Service)]
        refusals.require(
            all(
                service.over(Targets()) == services[0].over(Targets()) and service.namespace == services[0].namespace
                for service in services
            ),
            "Forward to Services",
            [service.name for service in services],
            "that say different things of their targets, while the controller has one set of settings for all of them",
            "Say the same for each, or put `service_annotations(…)` on the Kubernetes Services themselves.",
        )
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
        require_kinds(refusals, self, {"host": str, "path": str, "protocol": Protocol, "query": str})
        refusals.settle()
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
        require_kinds(refusals, self, {"body": str})
        require_a(refusals, "content_type", self.content_type, ContentType)
        refusals.settle()
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


Backend = Service | Forward | TargetGroup | Redirect | FixedResponse
"""What a route leads to."""


def require_backend(refusals: Refusals, what: str, value: object) -> None:
    """What a route can lead to."""
    refusals.require(
        isinstance(value, Backend),
        what,
        value,
        "is nothing that a route can lead to",
        "Write Service(name, port), Forward([…]), TargetGroup(arn), Redirect(…) or FixedResponse(…).",
    )


def services_of(backend: Backend) -> Iterator[Service]:
    """The Services that a backend sends to."""
    if isinstance(backend, Service):
        yield backend
    elif isinstance(backend, Forward):
        yield from (target for target, _ in backend.to if isinstance(target, Service))
