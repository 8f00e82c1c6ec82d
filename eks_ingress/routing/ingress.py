"""An Ingress in typed words, one to one with the Kubernetes object that is made of it.

Facts: Kubernetes API, networking.k8s.io/v1 Ingress; controller documentation, "Ingress annotations", "IngressGroup".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from eks_ingress.refusal import Problem, Refusals
from eks_ingress.routing.auth import Auth, require_auth
from eks_ingress.routing.backend import Backend, require_backend, services_of
from eks_ingress.routing.conditions import Condition
from eks_ingress.routing.listener import Listener, require_listeners
from eks_ingress.routing.match import Exact, Match, PathType, Pattern, Prefix
from eks_ingress.routing.metadata import require_annotations, require_labels
from eks_ingress.routing.names import require_label, require_subdomain
from eks_ingress.routing.settings import LoadBalancerSettings
from eks_ingress.routing.targets import Targets
from eks_ingress.routing.transforms import Transform
from eks_ingress.routing.units import Words, put, require_a, require_count, require_kinds, several
from eks_ingress.source import Source
from eks_ingress.tokens import has_token

_LITERAL = ("Exact", "Prefix")


@dataclass(frozen=True, slots=True)
class IngressPath:
    """A path of a rule, and what it leads to."""

    path: str
    """The path, beginning with '/'; empty for any, with the type ImplementationSpecific."""
    type: PathType
    """`Exact`, `Prefix`, or `ImplementationSpecific`: a pattern with `*` and `?`, or a regular expression with `regex_paths`."""
    backend: Backend
    """Where requests go, or how they are answered."""
    conditions: Sequence[Condition] = ()
    """What a request must have besides. Default: nothing."""
    transforms: Sequence[Transform] = ()
    """What is changed in the request before a target gets it. Default: nothing."""
    source: Source | None = None
    """Where it was written. Default: where the Ingress was."""

    def __post_init__(self) -> None:
        if self.conditions or self.transforms:
            put(self, conditions=tuple(self.conditions), transforms=tuple(self.transforms))
        refusals = Refusals()
        require_kinds(refusals, self, {"path": str})
        require_backend(refusals, "backend of path", self.backend)
        refusals.settle()
        if self.path.startswith("/") and self.type in _LITERAL and "*" not in self.path and "?" not in self.path:
            return
        refusals.require(
            self.path.startswith("/") or has_token(self.path) or (self.path == "" and self.type == "ImplementationSpecific"),
            "path",
            self.path,
            "has no leading '/', and Kubernetes refuses it",
            f"Write {'/' + self.path!r}.",
        )
        refusals.require(
            self.type in ("Exact", "Prefix", "ImplementationSpecific"),
            "type of path",
            self.type,
            "does not exist",
            "Write 'Exact', 'Prefix' or 'ImplementationSpecific'.",
        )
        refusals.require(
            self.type == "ImplementationSpecific" or not ("*" in self.path or "?" in self.path),
            f"{self.type} path",
            self.path,
            "has a wildcard, which the controller refuses",
            "Write the type 'ImplementationSpecific' for a pattern.",
        )
        refusals.settle()


@dataclass(frozen=True, slots=True)
class IngressRule:
    """The paths of one host."""

    host: str | None
    """The host, `*.` in front for those below it; None for any."""
    paths: Sequence[IngressPath]
    """Its paths."""

    def __post_init__(self) -> None:
        put(self, paths=tuple(self.paths))
        if not self.paths:
            refusals = Refusals()
            refusals.require(
                False,
                "paths of host",
                self.host,
                "are none, and Kubernetes refuses the rule",
                "Write `[IngressPath('/', 'Prefix', Service(name, port))]`.",
            )
            refusals.settle()


@dataclass(frozen=True, slots=True)
class IngressTls:
    """Hosts for which certificates are looked up; Kubernetes knows a Secret with them, which the controller does not read."""

    hosts: Words
    """Hosts."""
    secret: str | None = None
    """Name of a Secret, for others who read the Ingress. Default: none."""

    def __post_init__(self) -> None:
        put(self, hosts=several(self.hosts))


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingress:
    """A Kubernetes Ingress for the controller, for `EksIngress.add_ingress`: what is said is written, and nothing else.

    What is left at None is not written, so that the controller decides. Raises `Refused` for what Kubernetes or the controller
    would refuse whatever else there is.

    Facts: controller documentation, "Ingress annotations".
    """

    namespace: str
    """Its namespace, in which its Services are."""
    name: str | None = None
    """Its name. Default: the id, as `public-api` for `PublicApi`."""
    class_name: str | None = None
    """Its IngressClass. Default: that of the controller."""
    group_name: str | None = None
    """The group of Ingresses that share a load balancer: 1 to 63 lower-case letters, digits, '-' and '.'. Default: one of its
    own."""
    group_order: int | None = None
    """Its place in the group, -1000 to 1000: rules of a lower one are tried first. Default: 0."""
    settings: LoadBalancerSettings = LoadBalancerSettings()
    """What is said of the load balancer; all members of a group must agree. Default: nothing."""
    listeners: Sequence[Listener] | None = None
    """Its ports. Default: HTTP on 80, or HTTPS on 443 if its class brings a certificate."""
    targets: Targets = Targets()
    """How targets are treated where their Service object has no annotations of its own. Default: as the controller does."""
    auth: Auth | None = None
    """What clients must show, on HTTPS listeners. Default: nothing."""
    rules: Sequence[IngressRule] = ()
    """Its rules, in the order in which they are tried."""
    default_backend: Backend | None = None
    """What becomes of requests that no rule takes; one in a group. Default: they are answered with 404."""
    tls: Sequence[IngressTls] = ()
    """Hosts for which certificates are looked up, besides those of the rules. Default: none."""
    regex_paths: bool | None = None
    """Whether paths of the type ImplementationSpecific are regular expressions: `/^/v[0-9]+/.*$`, where the first '/' does not
    count. Since controller 2.14.1. Default: they are patterns."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """Labels of the object. Default: none."""
    annotations: Mapping[str, str] = field(default_factory=dict)
    """Annotations for others than the controller, such as external-dns. Default: none."""
    source: Source = Source()
    """Where it was written; set by what adds it."""

    def __post_init__(self) -> None:
        listeners = None if self.listeners is None else tuple(self.listeners)
        put(self, listeners=listeners, rules=tuple(self.rules), tls=tuple(self.tls))
        refusals = Refusals()
        require_kinds(refusals, self, {"settings": LoadBalancerSettings, "targets": Targets})
        require_auth(refusals, "auth", self.auth)
        if self.default_backend is not None:
            require_backend(refusals, "default_backend", self.default_backend)
        for listener in listeners or ():
            require_a(refusals, "listener", listener, Listener)
        refusals.settle()
        require_label(refusals, "namespace", self.namespace)
        for what, name in (("name", self.name), ("class_name", self.class_name)):
            if name is not None:
                require_subdomain(refusals, what, name)
        if self.group_name is not None:
            require_group_name(refusals, self.group_name)
        require_count(refusals, "group_order", self.group_order, -1000, 1000)
        if listeners is not None:
            require_listeners(refusals, listeners)
        refusals.require(
            bool(self.rules) or self.default_backend is not None,
            "rules",
            [],
            "are none and there is no default backend, so that Kubernetes refuses it",
            "Write `rules=[IngressRule(host, [IngressPath('/', 'Prefix', Service(name, port))])]`, or `default_backend=…`.",
        )
        require_labels(refusals, self.labels)
        require_annotations(refusals, self.annotations)
        frontend, ports = self.settings.frontend_nlb, {x.port for x in self.listeners or ()} or {80, 443}
        for port in sorted(set(frontend.ports.values()) - ports) if frontend is not None else ():
            refusals.require(
                False,
                "port of the frontend's listener,",
                port,
                "is none of this Ingress, so that the controller would leave it out",
                f"Send it to one of {sorted(ports)}.",
            )
        backends = [path.backend for rule in self.rules for path in rule.paths]
        backends += [] if self.default_backend is None else [self.default_backend]
        for service in (service for backend in backends for service in services_of(backend)):
            refusals.require(
                service.namespace in (None, self.namespace),
                f"namespace of Service {service.name!r},",
                service.namespace,
                f"is not that of the Ingress, {self.namespace!r}, and an Ingress knows no other",
                "Add the route to a load balancer with `add_route`, which makes an Ingress there.",
            )
            refusals.require(
                service.says_nothing or service.over(self.targets) == self.targets,
                "Service",
                service.name,
                "says something of its targets that this Ingress does not say, and there is one set of settings for all of it",
                "Say it in the `targets` of the Ingress, or put `service_annotations(…)` on the Kubernetes Service.",
            )
        refusals.settle()
        put(self, labels=dict(self.labels), annotations=dict(self.annotations))

    @property
    def hosts(self) -> tuple[str, ...]:
        """The hosts that it names, in its rules and besides."""
        named = [rule.host for rule in self.rules if rule.host is not None]
        return tuple(dict.fromkeys([*named, *(host for tls in self.tls for host in tls.hosts)]))


def unservable(ingress: Ingress) -> Iterator[Problem]:
    """A problem for each host and path that Kubernetes or a load balancer refuses; what comes from routes was checked with them."""
    for rule in ingress.rules:
        for path in rule.paths:
            if ingress.regex_paths and path.type == "ImplementationSpecific":
                url = f"{rule.host or ''}/"
            else:
                url = f"{rule.host or ''}{path.path or '/'}"
            refusals = Refusals(path.source or ingress.source)
            with refusals.gather():
                _MATCHES[path.type](url)
            yield from refusals.problems


_MATCHES: Mapping[str, type[Match]] = {"Exact": Exact, "Prefix": Prefix, "ImplementationSpecific": Pattern}


def require_group_name(refusals: Refusals, name: str) -> None:
    """A name that the controller takes for a group of Ingresses."""
    require_subdomain(refusals, "group_name", name)
    refusals.require(
        len(name) <= 63,
        "group_name",
        name,
        f"has {len(name)} characters",
        "The controller takes at most 63; choose a shorter `group_name=`.",
    )
