"""Rules that never take a request."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

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
                for index, rule in enumerate(listener.rules):
                    earlier = next((other for other in listener.rules[:index] if _takes_all_of(other, rule)), None)
                    place = (balancer.group, rule.hosts, rule.paths, rule.source)
                    if earlier is not None and place not in seen:
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


def _takes_all_of(earlier: Rule, later: Rule) -> bool:
    hosts = not earlier.hosts or (bool(later.hosts) and all(any(_covers(a, b) for a in earlier.hosts) for b in later.hosts))
    paths = not earlier.paths or all(any(_covers(a, b) for a in earlier.paths) for b in later.paths or ("/*",))
    return hosts and paths


def _covers(glob: str, other: str) -> bool:
    """Whether all that matches `other` matches `glob`; the wildcards of `other` are taken by those of `glob` alone."""
    reached = {0}
    for character in other:
        # A star may stand for nothing, so that the place behind it is reached together with its own.
        reached = _past_stars(glob, reached)
        reached = {
            place if glob[place] == "*" else place + 1
            for place in reached
            if place < len(glob)
            and (glob[place] == "*" or (character != "*" and glob[place] == "?") or (glob[place] == character and character != "*"))
        }
    return len(glob) in _past_stars(glob, reached)


def _past_stars(glob: str, places: set[int]) -> set[int]:
    found = set(places)
    for place in places:
        stars = len(glob[place:]) - len(glob[place:].lstrip("*"))
        found.update(range(place, place + stars + 1))
    return found
