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
                    place = (balancer.group, words(rule), rule.source)
                    if place not in seen:
                        seen.add(place)
                        message = (
                            f"{words(rule)} is never reached: rule {earlier.priority}, {words(earlier)} from {earlier.source}, "
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
            dropped = dict.fromkeys(replace(rule, priority=0) for listener in balancer.listeners for rule in listener.dropped)
            kept = {replace(rule, priority=0) for listener in balancer.listeners for rule in listener.rules} if dropped else set()
            for rule in dropped:
                if rule not in kept:
                    yield Finding(self, rule.source, f"{words(rule)} has no effect: {rule.action} is left out.")


def words(rule: Rule) -> str:
    """The requests of a rule, for a message."""
    hosts, paths = rule.hosts or rule.host_regexes, rule.paths or rule.path_regexes
    return " ".join([", ".join(hosts) or "any host", ", ".join(paths), *map(str, rule.requirements)]).strip()


def _with_takers(rules: Sequence[Rule]) -> Iterator[tuple[Rule, Rule]]:
    """The rules that an earlier one takes all requests of, each with the first such."""
    earlier: dict[tuple[str, ...], list[Rule]] = {}
    wide: list[tuple[str, ...]] = []
    """The hosts of earlier rules that may take more than the same hosts."""
    for rule in rules:
        near = [hosts for hosts in wide if hosts != rule.hosts and (not hosts or (rule.hosts and _cover(hosts, rule.hosts)))]
        takers = [other for hosts in (rule.hosts, *near) for other in earlier.get(hosts, ()) if _takes_all(other, rule)]
        if takers:
            yield rule, min(takers, key=lambda taker: taker.priority)
        if rule.hosts not in earlier and (len(rule.hosts) != 1 or "*" in rule.hosts[0] or "?" in rule.hosts[0]):
            wide.append(rule.hosts)
        earlier.setdefault(rule.hosts, []).append(rule)


def _takes_all(earlier: Rule, later: Rule) -> bool:
    """Whether the path of every request of a rule, and all that it must have besides, are right for an earlier rule too."""
    if earlier.requirements and not set(earlier.requirements) <= set(later.requirements):
        return False
    if earlier.host_regexes and earlier.host_regexes != later.host_regexes:
        return False
    if earlier.path_regexes:
        return earlier.path_regexes == later.path_regexes
    return _cover(earlier.paths, later.paths or ("/*",))


def _cover(globs: Sequence[str], others: Sequence[str]) -> bool:
    """Whether all that matches one of `others` matches one of `globs`, where an empty list of globs matches everything."""
    for other in others if globs else ():
        for glob in globs:
            if glob == other or (("*" in glob or "?" in glob) and _compiled(glob).fullmatch(other)):
                break
        else:
            return False
    return True


@cache
def _compiled(glob: str) -> re.Pattern[str]:
    """Matches the globs that match no more than this one: a `*` in them is taken by a `*` only, a `?` by either wildcard."""
    parts = (".*" if part == "*" else "[^*]" if part == "?" else re.escape(part) for part in re.split(r"([*?])", glob))
    return re.compile("".join(parts), re.DOTALL)
