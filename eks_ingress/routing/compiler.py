"""From routes, in any order, to the Ingresses that make the controller try them in the right one.

The controller tries the Ingresses of a group by their `group.order`; within one, the rules as they are written; within a rule,
exact paths as written, then prefixes from the longest, then the rest as written. An Ingress has one set of settings for all of
its Services, and one namespace: routes that need another set have a home of their own. Each home is one Ingress, unless the order
of the routes forces it to be in several places.

Facts: controller documentation, "IngressGroup", "Ingress specification".
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import timedelta
from enum import Enum
from functools import cached_property
from hashlib import sha256
from itertools import count
from typing import Any

from eks_ingress.refusal import Problem
from eks_ingress.routing.auth import Auth, Oidc
from eks_ingress.routing.backend import Backend, services_of
from eks_ingress.routing.balancer import Balancer
from eks_ingress.routing.conditions import PathPattern
from eks_ingress.routing.ingress import Ingress, IngressPath, IngressRule
from eks_ingress.routing.names import slug
from eks_ingress.routing.regex import Regex
from eks_ingress.routing.route import TYPES, Route, overlap
from eks_ingress.routing.segments import segments
from eks_ingress.routing.settings import LoadBalancerSettings
from eks_ingress.routing.targets import Targets
from eks_ingress.source import Source
from eks_ingress.tokens import has_token, known_part


@dataclass(frozen=True)
class _Home:
    """What the routes of one Ingress have in common."""

    namespace: str
    targets: Targets
    auth: Auth | None
    takes_any_targets: bool
    """Whether its routes lead to no Service, so that they may live wherever the same is asked of clients."""

    @cached_property
    def key(self) -> str:
        """Tells it from other homes."""
        return json.dumps([self.namespace, _plain(self.targets), _plain(self.auth)])


def compile_routes(
    balancer: Balancer,
    routes: Sequence[Route],
    source: Source,
    *,
    default: Backend | None = None,
    stable: Callable[[str], str] = lambda text: text,
) -> list[Ingress]:
    """The Ingresses of a load balancer, in group order, the same for any order of `routes`.

    The last one has the order 0, those before it the numbers below. `default` answers what no route takes. `stable`
    turns text with tokens into text that is the same in every run, since names are made of it.
    """
    routes = sorted(routes, key=lambda route: _in_every_run(route, stable))
    homes = _homes(balancer, routes)
    by_key = {home.key: home for home in homes}
    taken: set[tuple[str, str]] = set()
    ingresses: list[Ingress] = []
    for number, (key, members) in enumerate(_in_segments(balancer, routes, homes, stable)):
        home = by_key[key]
        stem = _name(balancer, home, stable)
        if (home.namespace, stem) in taken:
            # Named after the most general of its routes, which stays when more are added.
            stem = f"{stem}-{slug(known_part(members[-1].match.url), 40)}"
        numbered = (stem if n == 1 else f"{stem}-{n}" for n in count(1))
        name = next(name for name in numbered if (home.namespace, name) not in taken)
        taken.add((home.namespace, name))
        ingresses.append(_ingress(balancer, home, name, -number, list(_rules(members)), source))
    if default is not None:
        _add_default(balancer, ingresses, default, source, stable)
    # The controller takes two members that say the same for a conflict.
    for index, ingress in enumerate(ingresses[1:], start=1):
        if (silent := without_success_codes(ingress.settings)) is not ingress.settings:
            ingresses[index] = replace(ingress, settings=silent)
    return ingresses[::-1]


def _in_every_run(route: Route, stable: Callable[[str], str]) -> tuple[int | str, ...]:
    """The precedence of a route without what is another text in every run."""
    precedence = route.precedence
    if not route.conditions and not has_token(route.match.url):
        return precedence
    return tuple(stable(part) if isinstance(part, str) else part for part in precedence)


def without_success_codes(settings: LoadBalancerSettings) -> LoadBalancerSettings:
    """Settings that leave the success codes of the frontend's health check to another member of the group."""
    frontend = settings.frontend_nlb
    if frontend is None or frontend.health_check is None or frontend.health_check.success_codes is None:
        return settings
    return replace(settings, frontend_nlb=replace(frontend, health_check=replace(frontend.health_check, success_codes=None)))


def repeated(routes: Sequence[Route]) -> Iterator[Problem]:
    """A problem for each route that takes the same requests as an earlier one."""
    first: dict[object, Route] = {}
    for route in routes:
        other = first.setdefault(route.requests, route)
        if other is not route:
            yield Problem(
                f"route {route.match.url!r} takes the same requests as {other.match.url!r} in {other.source}.",
                "Keep one of them; only the first would ever be used.",
                route.source,
            )


def _homes(balancer: Balancer, routes: Sequence[Route]) -> list[_Home]:
    """The home of each route; most have the same, which is made once."""
    made: dict[object, _Home] = {}
    found = []
    for route in routes:
        service = next(services_of(route.backend), None)
        said = None if service is None else (service.namespace, None if service.says_nothing else id(service))
        key = (said, id(route.auth))
        if key not in made:
            made[key] = _home(balancer, route.backend, route.auth)
        found.append(made[key])
    return found


def _home(balancer: Balancer, backend: Backend, auth: Auth | None) -> _Home:
    service = next(services_of(backend), None)
    targets = balancer.written_targets
    if service is None:
        return _Home(balancer.namespace, targets, auth or balancer.auth, takes_any_targets=True)
    return _Home(service.namespace or balancer.namespace, service.over(targets), auth or balancer.auth, takes_any_targets=False)


def _in_segments(
    balancer: Balancer, routes: Sequence[Route], homes: Sequence[_Home], stable: Callable[[str], str]
) -> Iterator[tuple[str, list[Route]]]:
    """The routes of each Ingress with the key of its home, from the last Ingress to the first."""
    own = _Home(balancer.namespace, balancer.written_targets, balancer.auth, takes_any_targets=True)
    keys = sorted({home.key for home in homes}, key=lambda key: (key != own.key, stable(key)))
    if len(keys) == 1:
        yield keys[0], [*routes]
        return
    by_key = {home.key: home for home in homes}
    allowed = [
        {key for key in keys if key == home.key or (home.takes_any_targets and _may_move(home, by_key[key]))} for home in homes
    ]
    for key, members in segments([home.key for home in homes], allowed, keys, _later(routes)):
        yield key, [routes[index] for index in members]


def _may_move(home: _Home, other: _Home) -> bool:
    """Whether routes to no Service may live in another home: clients are asked the same there, with the same Secret."""
    return home.auth == other.auth and (home.namespace == other.namespace or not isinstance(home.auth, Oidc))


def _later(routes: Sequence[Route]) -> dict[int, set[int]]:
    """For each route, those that must be tried after it: less specific ones that some of its requests match as well."""
    by_host: dict[str, list[int]] = {}
    any_host: set[int] = set()
    for index, route in enumerate(routes):
        if not route.hosts or any("*" in host or "?" in host or has_token(host) for host in route.hosts):
            any_host.add(index)
        else:
            for host in route.hosts:
                by_host.setdefault(host, []).append(index)
    found: dict[int, set[int]] = {}
    for index, route in enumerate(routes):
        near = [*by_host.values()] if index in any_host else [by_host[host] for host in route.hosts]
        others = {other for members in [*near, any_host] for other in members if other > index}
        found[index] = {other for other in others if overlap(route, routes[other])}
    return found


def _name(balancer: Balancer, home: _Home, stable: Callable[[str], str]) -> str:
    """The name of a home's Ingress: the load balancer's, with what sets the home apart where something does."""
    own, other = _plain(balancer.written_targets) or {}, _plain(home.targets) or {}
    apart = {name: other.get(name) for name in {**own, **other} if own.get(name) != other.get(name)}
    if _plain(home.auth) != _plain(balancer.auth):
        apart["auth"] = [type(home.auth).__name__, _plain(home.auth)]
    if not apart:
        return balancer.name
    words = "-".join(sorted(name.replace("_", "-") for name in apart))
    return f"{balancer.name}-{slug(words, 40)}-{sha256(stable(json.dumps(apart, sort_keys=True)).encode()).hexdigest()[:6]}"


def _plain(value: Any) -> Any:
    """A word as plain data, without what is left at its default, so that a field that comes to be later changes nothing."""
    match value:
        case Enum():
            return value.value
        case timedelta():
            return value.total_seconds()
        case Mapping():
            return {name: _plain(entry) for name, entry in sorted(value.items())}
        case list() | tuple():
            return [_plain(entry) for entry in value]
        case _ if is_dataclass(value):
            set_fields = ((field.name, getattr(value, field.name)) for field in fields(value) if field.compare)
            plain = {name: _plain(entry) for name, entry in set_fields}
            return {name: entry for name, entry in plain.items() if entry not in (None, [], {})}
        case _:
            return value


def _ingress(
    balancer: Balancer,
    home: _Home,
    name: str,
    order: int,
    rules: Sequence[IngressRule],
    source: Source,
    default: Backend | None = None,
) -> Ingress:
    hosts = any(rule.host is not None for rule in rules)
    listeners = balancer.written_listeners
    if not hosts:
        # The controller refuses to request a certificate for no host; other members request theirs.
        listeners = tuple(replace(listener, creates_certificate=False, private_ca=None) for listener in listeners)
    return Ingress(
        name=name,
        namespace=home.namespace,
        class_name=balancer.class_name,
        group_name=None if "group.name" in balancer.overridden else balancer.group_name,
        group_order=order,
        settings=balancer.written_settings,
        listeners=listeners,
        targets=home.targets,
        auth=home.auth,
        rules=rules,
        default_backend=default,
        labels=balancer.labels,
        annotations=balancer.annotations,
        source=source,
    )


def _add_default(
    balancer: Balancer,
    ingresses: list[Ingress],
    default: Backend,
    source: Source,
    stable: Callable[[str], str],
) -> None:
    """Puts the default backend into the last Ingress where it may live, or into one of its own."""
    home = _home(balancer, default, None)
    for index, ingress in enumerate(ingresses):
        there = _Home(ingress.namespace, ingress.targets, ingress.auth, takes_any_targets=False)
        if there.key == home.key or (home.takes_any_targets and _may_move(home, there)):
            ingresses[index] = replace(ingress, default_backend=default)
            return
    name = _name(balancer, home, stable)
    ingresses.append(_ingress(balancer, home, name, -len(ingresses), (), source, default))


def _rules(routes: Sequence[Route]) -> Iterator[IngressRule]:
    """Rules that the controller tries in the order of `routes`, as few as that takes."""
    rule: list[Route] = []
    for route in routes:
        if rule and (rule[-1].match.host != route.match.host or not _keeps_order(rule[-1], route)):
            yield _rule(rule)
            rule = []
        rule.append(route)
    if rule:
        yield _rule(rule)


def _keeps_order(before: Route, after: Route) -> bool:
    """Whether the controller, sorting the paths of one rule, is sure to leave these two as they are."""
    one, other = before.match, after.match
    if one.type != other.type:
        return TYPES.index(one.type) < TYPES.index(other.type)
    if one.type != "Prefix":
        return True
    return not has_token(one.path + other.path) and len(one.path) >= len(other.path)


def _rule(routes: Sequence[Route]) -> IngressRule:
    return IngressRule(routes[0].match.host, tuple(map(_path, routes)))


def _path(route: Route) -> IngressPath:
    """The path of a route; an expression stands in a condition, so that it can live beside patterns."""
    path, conditions = route.match.path, tuple(route.conditions)
    if isinstance(route.match, Regex):
        further = [condition for condition in conditions if isinstance(condition, PathPattern)]
        expressions = (route.match.regex, *(regex for condition in further for regex in condition.regex))
        others = [condition for condition in conditions if not isinstance(condition, PathPattern)]
        path, conditions = "", (*others, PathPattern(regex=expressions))
    return IngressPath(path, route.match.type, route.backend, conditions, route.transforms, route.source)
