"""The parts of a plan, named as Elastic Load Balancing names them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from eks_ingress.refusal import Problem
from eks_ingress.source import Source

if TYPE_CHECKING:
    from eks_ingress.plan.matching import Answer


@dataclass(frozen=True, slots=True)
class TargetGroup:
    """Where a rule forwards to: a port of a Service, or a target group that someone else made."""

    service: str
    """`namespace/name:port`, or the ARN or name of the target group."""
    target_type: str | None = None
    """`ip` or `instance`; None for a target group that someone else made."""
    health_check: tuple[tuple[str, str], ...] = ()
    """What is said of the health check, as (annotation, value)."""
    weight: int | None = None


@dataclass(frozen=True, slots=True)
class Forward:
    """Sends the request to one of the target groups, by weight."""

    target_groups: tuple[TargetGroup, ...]

    def __str__(self) -> str:
        weighted = (x.service if x.weight is None else f"{x.service} ({x.weight})" for x in self.target_groups)
        return "Service " + ", ".join(weighted)


@dataclass(frozen=True, slots=True)
class RedirectTo:
    """Sends the client elsewhere; parts that are None stay as they were in the request."""

    status_code: str
    host: str | None = None
    path: str | None = None
    port: str | None = None
    protocol: str | None = None
    query: str | None = None

    def __str__(self) -> str:
        protocol, host = self.protocol or "#{protocol}", self.host or "#{host}"
        port, path = self.port or "#{port}", self.path or "/#{path}"
        query = "#{query}" if self.query is None else self.query
        url = f"{protocol.lower()}://{host}:{port}{path}{'?' + query if query else ''}"
        return f"redirect {self.status_code.removeprefix('HTTP_')} to {url}"


@dataclass(frozen=True, slots=True)
class Respond:
    """Answers without asking anyone."""

    status_code: str
    content_type: str | None = None
    body: str | None = None

    def __str__(self) -> str:
        return f"answer {self.status_code}"


Action = Forward | RedirectTo | Respond
"""What becomes of a request."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """Something that a request must have besides its host and path."""

    what: str
    """`method`, `header NAME`, `query` or `source`."""
    values: tuple[str, ...]
    """Any of these will do. Those of `query` are `key=value`, or `value` for any key."""
    regex: bool = False
    """Whether they are regular expressions."""

    def __str__(self) -> str:
        return f"{self.what} {' or '.join(self.values)}"


@dataclass(frozen=True, slots=True)
class Rule:
    """Requests whose host is one of `hosts` and whose path is one of `paths`; an empty list stands for any."""

    hosts: tuple[str, ...]
    paths: tuple[str, ...]
    action: Action
    source: Source
    priority: int = 0
    """Place in the order of evaluation, from 1."""
    host_regexes: tuple[str, ...] = ()
    """Expressions in place of `hosts`."""
    path_regexes: tuple[str, ...] = ()
    """Expressions in place of `paths`."""
    requirements: tuple[Requirement, ...] = ()
    """What a request must have besides, all of it."""
    transforms: tuple[str, ...] = ()
    """What is changed before a target gets the request, in words."""
    auth: str | None = None
    """What clients must show, on an HTTPS listener: `cognito`, `oidc` or `jwt`."""


@dataclass(frozen=True, slots=True)
class Listener:
    """A port of a load balancer."""

    port: int
    protocol: str
    """`HTTP` or `HTTPS`."""
    certificates: tuple[str, ...]
    """ARNs; the first is the default."""
    default_action: Action
    """What becomes of requests that no rule takes."""
    rules: tuple[Rule, ...]
    dropped: tuple[Rule, ...]
    """Rules that the controller leaves out because it thinks that they can have no effect."""
    default_auth: str | None = None
    """What clients must show before the default action, on an HTTPS listener: `cognito`, `oidc` or `jwt`."""
    default_source: Source | None = None
    """Where the default action was written; None where it is the controller's own."""


@dataclass(frozen=True, slots=True)
class LoadBalancer:
    """An application load balancer, and the Ingresses that it is made from."""

    group: str
    """Name of the group; `namespace/name` for an Ingress without one."""
    scheme: str
    members: tuple[str, ...]
    """The Ingresses of the group in its order, as `namespace/name`."""
    listeners: tuple[Listener, ...]
    source: Source

    def match(
        self, url: str, *, method: str = "GET", headers: Mapping[str, str] | None = None, source_ip: str | None = None
    ) -> Answer:
        """What it does with one request, whatever the DNS says of the host; see `Plan.match`."""
        return Plan((self,)).match(url, method=method, headers=headers, source_ip=source_ip)


@dataclass(frozen=True, slots=True)
class Overruled:
    """An annotation that has no effect, since the class of its Ingress decides the same."""

    annotation: str
    value: str
    class_name: str
    field: str
    """The field of the class's IngressClassParams."""
    source: Source


@dataclass(frozen=True, slots=True)
class Plan:
    """All load balancers of one cluster, by the name of their group."""

    load_balancers: tuple[LoadBalancer, ...]
    problems: tuple[Problem, ...] = ()
    """What the controller would refuse, or could not read; a load balancer with such a problem is left out."""
    not_modelled: tuple[str, ...] = ()
    """Annotations that stand on the manifests and that this plan does not take into account."""
    overruled: tuple[Overruled, ...] = ()
    """Annotations that a class overrules."""

    def match(
        self,
        url: str,
        *,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        source_ip: str | None = None,
        load_balancer: str | None = None,
    ) -> Answer:
        """What becomes of one request: `plan.match("https://shop.example.com/cart").service`.

        `url` is absolute. Without `source_ip` no client address is known, and a condition on it does not hold. `load_balancer` is
        the group of the one that is asked, where several listen on the port. Raises `ValueError` where none does, or several.
        """
        from eks_ingress.plan.matching import match  # noqa: PLC0415 - it works on the parts above

        return match(self, url, method=method, headers=headers, source_ip=source_ip, load_balancer=load_balancer)
