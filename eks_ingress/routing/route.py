"""One route, and which of two comes first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import get_args

from eks_ingress.refusal import Refusals
from eks_ingress.routing.auth import Auth
from eks_ingress.routing.backend import Backend, FixedResponse, Redirect
from eks_ingress.routing.conditions import Condition, HostHeader, HttpMethod, PathPattern, SourceIp
from eks_ingress.routing.globs import globs_meet
from eks_ingress.routing.match import Match, Pattern
from eks_ingress.routing.regex import Regex
from eks_ingress.routing.transforms import HostRewrite, Transform, UrlRewrite
from eks_ingress.routing.units import put, require_count
from eks_ingress.source import Source
from eks_ingress.tokens import has_token, known_part

TYPES = ("Exact", "Prefix", "ImplementationSpecific")
"""The path types in the order in which the controller tries them within a rule."""

MOST_VALUES = 5
"""How many values, and how many wildcards, a rule of a load balancer compares with at most."""

Precedence = tuple[int, int, int, str, int, int, str, int, str]


@dataclass(frozen=True, slots=True)
class Route:
    """Requests that match, and what becomes of them.

    Raises `Refused` for more values than AWS takes in a rule, and for what cannot stand together.

    Facts: Elastic Load Balancing documentation, "Condition types for listener rules", "Quotas", "Transforms for listener rules".
    """

    match: Match
    backend: Backend
    source: Source
    order: int = 0
    conditions: Sequence[Condition] = ()
    transforms: Sequence[Transform] = ()
    auth: Auth | None = None
    hosts: tuple[str, ...] = field(init=False, repr=False, compare=False)
    """Patterns of the hosts that it takes; empty for any."""
    paths: tuple[str, ...] = field(init=False, repr=False, compare=False)
    """Patterns of the paths that it takes."""

    def __post_init__(self) -> None:
        host, globs = self.match.host, self.match.globs
        if not self.conditions and not self.transforms and self.order == 0 and not isinstance(self.match, Pattern):
            put(self, hosts=() if host is None else (host,), paths=globs)
            return
        if self.conditions or self.transforms:
            put(self, conditions=tuple(self.conditions), transforms=tuple(self.transforms))
            self._check_kinds()
        put(self, hosts=_hosts(host, self.conditions), paths=_paths(globs, self.conditions))
        refusals = Refusals(self.source)
        self._check_numbers(refusals, host, globs)
        # Most routes have neither.
        if self.conditions or self.transforms:
            self._check_once(refusals)
            self._check_mixing(refusals)
        refusals.settle()

    def _check_numbers(self, refusals: Refusals, host: str | None, globs: Sequence[str]) -> None:
        what = f"route {self.match.url!r}"
        require_count(refusals, f"order of {what},", self.order, -(2**31), 2**31 - 1)
        host_values = 0 if host is None else 1
        values = host_values + len(globs) + sum(condition.evaluations for condition in self.conditions)
        refusals.require(
            values <= MOST_VALUES,
            f"number of values of {what},",
            values,
            f"is more than the {MOST_VALUES} that AWS compares in a rule (host {host_values}, path {len(globs)}, "
            "a prefix being two)",
            "Write `Exact(…)` if the path has nothing below it, or make two routes of it.",
        )
        patterns = "".join([host or "", *(() if isinstance(self.match, Regex) else globs)])
        wildcards = patterns.count("*") + patterns.count("?") + sum(condition.wildcards for condition in self.conditions)
        refusals.require(
            wildcards <= MOST_VALUES,
            f"number of wildcards of {what},",
            wildcards,
            f"is more than the {MOST_VALUES} that AWS takes in a rule",
            "Write fewer '*' and '?', or make two routes of it.",
        )

    def _check_kinds(self) -> None:
        refusals = Refusals(self.source)
        for what, found, kinds in (("conditions", self.conditions, Condition), ("transforms", self.transforms, Transform)):
            for entry in found:
                refusals.require(
                    isinstance(entry, kinds),
                    f"entry in {what} of route {self.match.url!r},",
                    entry,
                    "is none",
                    f"Write {', '.join(f'{kind.__name__}(…)' for kind in get_args(kinds))}.",
                )
        refusals.settle()

    def _check_once(self, refusals: Refusals) -> None:
        what = f"route {self.match.url!r}"
        for kind in (HttpMethod, SourceIp, HostHeader, PathPattern):
            refusals.require(
                sum(isinstance(condition, kind) for condition in self.conditions) <= 1,
                what,
                kind.__name__,
                "is given more than once, and a rule has one of it",
                f"Write all values in one {kind.__name__}.",
            )
        for rewrite in (UrlRewrite, HostRewrite):
            refusals.require(
                sum(isinstance(transform, rewrite) for transform in self.transforms) <= 1,
                what,
                rewrite.__name__,
                "is given more than once, and a rule has one of it",
                "Write one expression for both.",
            )
        refusals.require(
            not self.transforms or not isinstance(self.backend, Redirect | FixedResponse),
            f"transforms of {what},",
            [type(transform).__name__ for transform in self.transforms],
            "change what a target gets, and there is none",
            "Leave them out, or send the request to a Service.",
        )

    def _check_mixing(self, refusals: Refusals) -> None:
        """The controller puts further hosts and paths into one condition with the route's own, and AWS has one kind in it."""
        what = f"route {self.match.url!r}"
        for condition in self.conditions:
            if isinstance(condition, HostHeader):
                refusals.require(
                    not condition.regex or self.match.host is None,
                    f"hosts of {what},",
                    condition.regex,
                    "are expressions, while the route's own host is none",
                    f"Leave the host out of the route: {self.match.path!r}.",
                )
            if isinstance(condition, PathPattern):
                regex = isinstance(self.match, Regex)
                refusals.require(
                    self.match.globs != ("/*",),
                    f"further paths of {what},",
                    condition.regex or condition.values,
                    "add nothing, since the route takes every path",
                    "Write one of them as the route's own path.",
                )
                refusals.require(
                    bool(condition.regex) == regex,
                    f"further paths of {what},",
                    condition.regex or condition.values,
                    f"are {'expressions' if condition.regex else 'patterns'}, while the route's own path is "
                    f"{'an expression' if regex else 'none'}",
                    "Write both as expressions, the route's as Regex(…), or neither.",
                )

    @property
    def precedence(self) -> Precedence:
        """Sorts routes into the order in which they are tried.

        A lower `order` first; then an exact host before a wildcard one (the longer first) before none; then an exact path
        before a prefix (the longer first) before a pattern (the one with more fixed characters first) before an expression; then
        the one with more conditions. What is still equal is sorted by its text, so that the order in which routes were added never
        matters. A host that is known only at deploy time counts as exact.
        """
        host, path = self.match.host or "", self.match.path
        wildcard = host.startswith("*.")
        return (
            self.order,
            2 if not host else 1 if wildcard else 0,
            -len(known_part(host)) if wildcard else 0,
            host,
            len(TYPES) if isinstance(self.match, Regex) else TYPES.index(self.match.type),
            -len(known_part(path).replace("*", "").replace("?", "")) if self.match.type != "Exact" else 0,
            path,
            -len(self.conditions),
            repr(self.conditions) if self.conditions else "",
        )

    @property
    def requests(self) -> tuple[object, ...]:
        """What tells its requests from those of others; two routes with the same take the same requests."""
        regex = isinstance(self.match, Regex)
        path = self.match.path if regex else self.match.globs
        return self.match.host, path, regex, frozenset(map(repr, self.conditions)) if self.conditions else None


def _hosts(own: str | None, conditions: Sequence[Condition]) -> tuple[str, ...]:
    further = [condition for condition in conditions if isinstance(condition, HostHeader)]
    if any(condition.regex for condition in further):
        return ("*",)
    return (*(() if own is None else (own,)), *(value for condition in further for value in condition.values))


def _paths(own: Sequence[str], conditions: Sequence[Condition]) -> tuple[str, ...]:
    further = [condition for condition in conditions if isinstance(condition, PathPattern)]
    if any(condition.regex for condition in further):
        return ("*",)
    return (*own, *(value for condition in further for value in condition.values))


def overlap(one: Route, other: Route) -> bool:
    """Whether some request could match both, so that it matters which of them is tried first; True where it cannot be told."""
    hosts = not one.hosts or not other.hosts or any(globs_meet(a, b) for a in one.hosts for b in other.hosts)
    return hosts and not _methods_differ(one, other) and any(globs_meet(a, b) for a in one.paths for b in other.paths)


def _methods_differ(one: Route, other: Route) -> bool:
    """Whether each takes methods of its own."""
    methods = [{m for c in route.conditions if isinstance(c, HttpMethod) for m in c.methods} for route in (one, other)]
    return (
        bool(methods[0] and methods[1]) and not any(map(has_token, methods[0] | methods[1])) and methods[0].isdisjoint(methods[1])
    )
