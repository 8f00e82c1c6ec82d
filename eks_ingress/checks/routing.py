"""Rules that never take a request."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache

from eks_ingress.checks.check import Check, Finding
from eks_ingress.plan.model import Plan, Rule


class NeverReached(Check):
    """A rule all of whose requests an earlier rule takes."""

    id = "EKI101"
    title = "A rule is never reached"
    why = "A load balancer tries its rules in order and takes the first that matches."
    remedy = "Give the route a lower `order=` than the other's, or take it out."
    source = "Elastic Load Balancing documentation, Listener rules"

    def find(self, plan: Plan) -> Iterator[Finding]:
        seen: set[object] = set()
        for balancer in plan.load_balancers:
            for listener in balancer.listeners:
                for rule, earlier in _with_takers(listener.rules):
                    place = (balancer.group, rule.hosts, rule.paths, rule.source)
                    if place not in seen:
                        seen.add(place)
                        message = (
                            f"{_words(rule)} is never reached: rule {earlier.priority}, {_words(earlier)} from {earlier.source}, "
                            "takes all of its requests."
                        )
                        yield Finding(self, rule.source, message)


class DroppedByController(Check):
    """A rule that the controller leaves out of every listener."""

    id = "EKI102"
    title = "The controller leaves a rule out"
    why = "The controller drops redirects that lead to themselves, and what stands behind a redirect that takes the same requests."
    remedy = "Change where the redirect leads to, or take the route out."
    source = "controller source, rule optimiser"

    def find(self, plan: Plan) -> Iterator[Finding]:
        for balancer in plan.load_balancers:
            kept = {replace(rule, priority=0) for listener in balancer.listeners for rule in listener.rules}
            dropped = dict.fromkeys(rule for listener in balancer.listeners for rule in listener.dropped)
            for rule in dropped:
                if rule not in kept:
                    yield Finding(self, rule.source, f"{_words(rule)} has no effect: {rule.action} is left out.")


def _words(rule: Rule) -> str:
    return f"{', '.join(rule.hosts) or 'any host'} {', '.join(rule.paths)}".strip()


def _with_takers(rules: Sequence[Rule]) -> Iterator[tuple[Rule, Rule]]:
    """The rules that an earlier one takes all requests of, each with the first such."""
    earlier: dict[tuple[str, ...], list[Rule]] = {}
    for rule in rules:
        takers = [
            next((other for other in others if _cover(other.paths, rule.paths or ("/*",))), None)
            for hosts, others in earlier.items()
            if not hosts or (rule.hosts and _cover(hosts, rule.hosts))
        ]
        first = min((taker for taker in takers if taker is not None), key=lambda taker: taker.priority, default=None)
        if first is not None:
            yield rule, first
        earlier.setdefault(rule.hosts, []).append(rule)


def _cover(globs: Sequence[str], others: Sequence[str]) -> bool:
    """Whether all that matches one of `others` matches one of `globs`, where an empty list of globs matches everything."""
    return not globs or all(any(_compiled(glob).fullmatch(other) for glob in globs) for other in others)


@cache
def _compiled(glob: str) -> re.Pattern[str]:
    """Matches the globs that match no more than this one: a `*` in them is taken by a `*` only, a `?` by either wildcard."""
    parts = (".*" if part == "*" else "[^*]" if part == "?" else re.escape(part) for part in re.split(r"([*?])", glob))
    return re.compile("".join(parts), re.DOTALL)
