"""From routes, in any order, to the Ingresses that make the controller try them in the right one.

The controller tries the Ingresses of a group by their `group.order`; within one, the rules as they are written; within a rule,
exact paths as written, then prefixes from the longest, then the rest as written. An Ingress has one set of settings for all of
its Services, so a Service with settings of its own gets an Ingress of its own.

Facts: controller documentation, "IngressGroup", "Ingress specification".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from eks_ingress.refusal import Problem
from eks_ingress.routing.backend import Service, TargetType
from eks_ingress.routing.balancer import Balancer
from eks_ingress.routing.health import HealthCheck
from eks_ingress.routing.ingress import Ingress, Path, Rule
from eks_ingress.routing.route import TYPES, Route, overlap
from eks_ingress.source import Source
from eks_ingress.tokens import has_token


@dataclass(frozen=True, slots=True)
class _Home:
    """What the routes of one Ingress have in common: a Service and its own settings, or nothing but the load balancer's."""

    service: str | None = None
    health_check: HealthCheck | None = None
    target_type: TargetType | None = None


def compile_routes(balancer: Balancer, routes: Sequence[Route], source: Source) -> list[Ingress]:
    """The Ingresses of a load balancer, in group order, the same for any order of `routes`."""
    taken: set[str] = set()
    ingresses = []
    for order, (home, members) in enumerate(_segments(sorted(routes, key=lambda route: route.precedence))):
        stem = f"{balancer.name}-{home.service}" if home.service else balancer.name
        name = next(name for name in (stem, *(f"{stem}-{n}" for n in range(2, len(taken) + 3))) if name not in taken)
        taken.add(name)
        ingresses.append(
            Ingress(
                name=name,
                namespace=balancer.namespace,
                class_name=balancer.class_name,
                group_name=balancer.group_name,
                group_order=order,
                scheme=balancer.scheme,
                listeners=balancer.listeners,
                target_type=home.target_type or balancer.target_type,
                health_check=home.health_check or balancer.health_check,
                rules=tuple(_rules(members)),
                source=source,
            )
        )
    return ingresses


def repeated(routes: Sequence[Route]) -> Iterator[Problem]:
    """A problem for each route that takes the same requests as an earlier one."""
    first: dict[object, Route] = {}
    for route in routes:
        other = first.setdefault((route.match.host, route.match.globs), route)
        if other is not route:
            yield Problem(
                f"route {route.match.url!r} takes the same requests as {other.match.url!r} in {other.source}.",
                "Keep one of them; only the first would ever be used.",
                route.source,
            )


def _home(route: Route) -> _Home:
    backend = route.backend
    if isinstance(backend, Service) and (backend.health_check or backend.target_type):
        return _Home(backend.name, backend.health_check, backend.target_type)
    return _Home()


def _segments(routes: Sequence[Route]) -> Iterator[tuple[_Home, list[Route]]]:
    """Cuts sorted routes into runs of one home each, as few as it finds; routes that cannot meet may change places."""
    pending: dict[_Home, list[int]] = {}
    for index, route in enumerate(routes):
        pending.setdefault(_home(route), []).append(index)
    homes = {index: home for home, members in pending.items() for index in members}
    waits = _foreign_predecessors(routes, homes) if len(pending) > 1 else {}
    done: set[int] = set()
    while pending:
        ready = {home: list(_takeable(members, waits, routes, done)) for home, members in pending.items()}
        home = max(ready, key=lambda home: (len(ready[home]) == len(pending[home]), len(ready[home])))
        done.update(ready[home])
        pending[home] = [index for index in pending[home] if index not in done]
        if not pending[home]:
            del pending[home]
        yield home, [routes[index] for index in ready[home]]


def _foreign_predecessors(routes: Sequence[Route], homes: Mapping[int, _Home]) -> dict[int, list[int]]:
    """For each route, those of other homes that must be tried before it."""
    return {
        later: [
            earlier
            for earlier in range(later)
            if homes[earlier] != homes[later] and overlap(routes[earlier].match, routes[later].match)
        ]
        for later in range(len(routes))
    }


def _takeable(members: Sequence[int], waits: Mapping[int, list[int]], routes: Sequence[Route], done: set[int]) -> Iterator[int]:
    """The routes of a home for which everything that must come before has come, or comes in the same run."""
    left: list[int] = []
    for index in members:
        if done.issuperset(waits.get(index, ())) and not any(overlap(routes[other].match, routes[index].match) for other in left):
            yield index
        else:
            left.append(index)


def _rules(routes: Sequence[Route]) -> Iterator[Rule]:
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


def _rule(routes: Sequence[Route]) -> Rule:
    paths = tuple(Path(route.match.path, route.match.type, route.backend, route.source) for route in routes)
    return Rule(routes[0].match.host, paths)
