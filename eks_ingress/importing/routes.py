"""From the Ingresses of a group, in typed words, to a load balancer with routes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any, TypeVar

from eks_ingress.refusal import Problem, Refused
from eks_ingress.routing.attributes import Attributes
from eks_ingress.routing.auth import Oidc
from eks_ingress.routing.backend import Backend, Forward, Redirect, Service, services_of
from eks_ingress.routing.balancer import Balancer
from eks_ingress.routing.conditions import Condition, PathPattern
from eks_ingress.routing.ingress import Ingress, IngressPath
from eks_ingress.routing.listener import Listener
from eks_ingress.routing.match import Exact, Match, Pattern, Prefix
from eks_ingress.routing.protocol import Protocol
from eks_ingress.routing.regex import Regex
from eks_ingress.routing.route import TYPES, Route, overlap
from eks_ingress.routing.settings import LoadBalancerSettings
from eks_ingress.routing.targets import Targets, TargetType
from eks_ingress.routing.tls import TlsPolicy

A = TypeVar("A", bound=Attributes)


class Routes:
    """A load balancer with routes, in place of the members of a group."""

    def __init__(
        self, members: Sequence[Ingress], *, group_name: str | None, class_name: str, overridden: Collection[str], tls_policy: str
    ) -> None:
        """`members` are in group order; without a `group_name` a new group is made. `tls_policy` is the controller's own.

        Raises `Refused` for what only an Ingress can say.
        """
        for member in members:
            _require_plain(member, members)
        self._targets = _common_targets(members)
        spaces = Counter(member.namespace for member in members for _ in _paths(member))
        self._namespace = spaces.most_common(1)[0][0] if spaces else members[0].namespace
        name = next(member.name for member in reversed(members) if member.namespace == self._namespace)
        assert name is not None
        auths = [member.auth for member in members]
        self._auth = auths[0] if all(auth == auths[0] for auth in auths) else None
        defaults = [(member.default_backend, member) for member in members if member.default_backend is not None]
        self.default = self._backend(*defaults[0]) if defaults else None
        routes = [route for member in members for route in self._routes(member)]
        listeners = _listeners(members, tls_policy, overridden)
        if routes and (redirected := _redirected(listeners, routes[0])) is not None:
            listeners, routes = redirected, routes[1:]
        self.routes = _in_order(routes)
        targets = self._targets
        if targets.target_type is TargetType.IP and "targetType" not in overridden:
            targets = replace(targets, target_type=None)
        self.balancer = Balancer(
            name=name,
            namespace=self._namespace,
            group_name=group_name or f"{self._namespace}.{name}",
            class_name=class_name,
            settings=_settings([member.settings for member in members]),
            listeners=listeners,
            targets=targets,
            auth=self._auth,
            overridden=overridden,
            labels=members[0].labels,
            annotations=members[0].annotations,
        )

    def _routes(self, member: Ingress) -> list[Route]:
        """The routes of a member, in the order in which the controller tries them."""
        auth = None if self._auth is not None else member.auth
        found = []
        for host, path in _paths(member):
            match, conditions = _match(host, path, member)
            backend = self._backend(path.backend, member)
            source = path.source or member.source
            found.append(Route(match, backend, source, 0, conditions, path.transforms, auth))
        return found

    def _backend(self, backend: Backend, member: Ingress) -> Backend:
        """A backend whose Services say what is theirs beyond what all have in common."""
        namespace = None if member.namespace == self._namespace else member.namespace
        own = {name: value for name in _TARGETS if (value := getattr(member.targets, name)) != getattr(self._targets, name)}

        def service(found: Service) -> Service:
            return Service(found.name, found.port, namespace=namespace, **own)

        match backend:
            case Service():
                return service(backend)
            case Forward():
                to = [(service(target) if isinstance(target, Service) else target, weight) for target, weight in backend.to]
                return replace(backend, to=to)
            case _:
                return backend


_TARGETS = tuple(field.name for field in fields(Targets))


def _require_plain(member: Ingress, members: Sequence[Ingress]) -> None:
    """Raises `Refused` for what routes have no words for."""
    hosts, first = {rule.host for rule in member.rules}, members[0]
    named = {
        f"other annotations for others than {first.namespace}/{first.name}": _apart(member.annotations, first.annotations),
        f"other labels than {first.namespace}/{first.name}": _apart(member.labels, first.labels),
        "a Secret under tls": [tls.secret for tls in member.tls if tls.secret],
        "hosts under tls that no rule has": [host for tls in member.tls for host in tls.hosts if host not in hosts],
        "a Secret for sign-in beside members of other namespaces": [member.auth.secret]
        if isinstance(member.auth, Oidc) and len({x.namespace for x in members}) > 1
        else [],
    }
    problems = [
        Problem(f"Ingress {member.namespace}/{member.name} has {what}: {', '.join(found)}.", "", member.source)
        for what, found in named.items()
        if found
    ]
    if problems:
        raise Refused(problems)


def _apart(said: Mapping[str, str], first: Mapping[str, str]) -> list[str]:
    """The keys that an Ingress and the first of its group do not have alike."""
    return sorted(key for key in {**said, **first} if said.get(key) != first.get(key))


def _paths(member: Ingress) -> list[tuple[str | None, IngressPath]]:
    """Hosts and paths of an Ingress in the order in which the controller tries them."""
    found: list[tuple[str | None, IngressPath]] = []
    for rule in member.rules:
        ordered = sorted(rule.paths, key=lambda x: (TYPES.index(x.type), -len(x.path) if x.type == "Prefix" else 0))
        found += [(rule.host, path) for path in ordered]
    return found


def _match(host: str | None, path: IngressPath, member: Ingress) -> tuple[Match, tuple[Condition, ...]]:
    """What a path matches, and the conditions that are left. Raises `Refused` for what no route matches."""
    url, conditions = f"{host or ''}{path.path}", tuple(path.conditions)
    if path.type == "Prefix":
        return Prefix(url), conditions
    if path.type == "Exact":
        return Exact(url), conditions
    if member.regex_paths:
        return Regex(f"{host or ''}{_unbound(path.path[1:])}"), conditions
    if path.path in ("", "/*"):
        expressions = [x for x in conditions if isinstance(x, PathPattern) and x.regex]
        if path.path == "" and expressions:
            first, *further = [regex for x in expressions for regex in x.regex]
            left = [x for x in conditions if x not in expressions]
            return Regex(f"{host or ''}{_unbound(first)}"), (*left, *([PathPattern(regex=further)] if further else []))
        return Prefix(f"{host or ''}/"), conditions
    if "*" in path.path or "?" in path.path:
        return Pattern(url), conditions
    return Exact(url), conditions


def _unbound(regex: str) -> str:
    """An expression for a whole path without what binds it to both ends. Raises `Refused`."""
    inner = regex.removeprefix("^").removesuffix("$")
    if inner.startswith("(") and inner.endswith(")") and "|" in inner:
        inner = inner[1:-1]
    if inner.startswith("/") and Regex(inner).regex == regex:
        return inner
    raise Refused([Problem(f"{regex!r} is no expression for a whole path, as that of a Regex.", "")])


def _in_order(routes: Sequence[Route]) -> list[Route]:
    """Routes with an `order` where a request would be answered by another one otherwise."""
    precedences = [route.precedence for route in routes]
    orders = [0] * len(routes)
    for first in reversed(range(len(routes))):
        for second in range(first + 1, len(routes)):
            behind = precedences[second] < precedences[first]
            # A route that comes before another one by itself needs only not to have a higher order.
            wanted = orders[second] - 1 if behind else orders[second]
            if wanted < orders[first] and _differ(routes[first], routes[second]) and overlap(routes[first], routes[second]):
                orders[first] = wanted
    return [replace(route, order=order) if order else route for route, order in zip(routes, orders, strict=True)]


def _differ(one: Route, other: Route) -> bool:
    """Whether it matters which of two routes takes a request."""
    return (one.backend, one.transforms, one.auth) != (other.backend, other.transforms, other.auth)


# What is said once for all members


def _common_targets(members: Sequence[Ingress]) -> Targets:
    """What all members say of targets that have some; what else one of them says, its Services say."""
    found = [member.targets for member in members if any(True for x in _backends(member) for _ in services_of(x))]
    if not found:
        return Targets()
    alike = {name: getattr(found[0], name) for name in _TARGETS if all(getattr(x, name) == getattr(found[0], name) for x in found)}
    return Targets(**alike)


def _backends(member: Ingress) -> list[Backend]:
    return [path.backend for _, path in _paths(member)] + ([] if member.default_backend is None else [member.default_backend])


def _settings(said: Sequence[LoadBalancerSettings]) -> LoadBalancerSettings:
    """The settings of all members; the controller has seen to it that they agree."""
    merged: dict[str, Any] = {}
    for field in fields(LoadBalancerSettings):
        values = [value for settings in said if (value := getattr(settings, field.name)) not in (None, (), {})]
        if not values:
            continue
        if field.name == "attributes":
            merged[field.name] = _together(values)
        elif field.name == "tags":
            merged[field.name] = {key: text for tags in values for key, text in tags.items()}
        else:
            merged[field.name] = values[0]
    return LoadBalancerSettings(**merged)


def _together(values: Sequence[A]) -> A:
    """The attributes of several."""
    given: dict[str, Any] = {"other": {}}
    for attributes in values:
        for field in fields(attributes):
            value = getattr(attributes, field.name)
            if field.name == "other":
                given["other"].update(value)
            elif value is not None:
                given.setdefault(field.name, value)
    return type(values[0])(**given)


def _listeners(members: Sequence[Ingress], tls_policy: str, overridden: Collection[str]) -> tuple[Listener, ...]:
    """The listeners of all members, with what they say of each together."""
    by_port: dict[int, list[Listener]] = {}
    for member in members:
        for listener in member.listeners or _default(overridden):
            by_port.setdefault(listener.port, []).append(listener)
    policies = {policy.value: policy for policy in TlsPolicy}
    found = []
    for port, said in sorted(by_port.items()):
        given: dict[str, Any] = {}
        for name in ("redirects_to", "tls_policy", "mutual_tls", "private_ca"):
            given[name] = next((value for x in said if (value := getattr(x, name)) is not None), None)
        attributes = [x.attributes for x in said if x.attributes is not None]
        given["attributes"] = _together(attributes) if attributes else None
        given["certificates"] = tuple(dict.fromkeys(arn for x in said for arn in x.certificates))
        given["creates_certificate"] = any(x.creates_certificate for x in said)
        if said[0].protocol is Protocol.HTTPS and given["tls_policy"] is None and "sslPolicy" not in overridden:
            given["tls_policy"] = policies.get(tls_policy, tls_policy)
        found.append(Listener(port, said[0].protocol, **given))
    redirect = next((x.redirects_to for x in found if x.redirects_to is not None), None)
    return tuple(replace(x, redirects_to=redirect) if x.protocol is Protocol.HTTP else x for x in found)


def _redirected(listeners: Sequence[Listener], first: Route) -> tuple[Listener, ...] | None:
    """The listeners that redirect to HTTPS by themselves, if that is what the first route is for.

    Before there was an annotation for it, a rule did so, which the controller leaves out of the HTTPS listener it leads to.
    """
    secure = {listener.port for listener in listeners if listener.protocol is Protocol.HTTPS}
    backend = first.backend
    if not isinstance(backend, Redirect) or backend.port not in secure or first.match != Prefix("/") or first.conditions:
        return None
    if backend != Redirect(port=backend.port, protocol=Protocol.HTTPS):
        return None
    return tuple(replace(x, redirects_to=backend.port) if x.protocol is Protocol.HTTP else x for x in listeners)


def _default(overridden: Collection[str]) -> tuple[Listener, ...]:
    """Where an Ingress listens that names no ports."""
    return (Listener.https(),) if "certificateArn" in overridden else (Listener.http(),)
