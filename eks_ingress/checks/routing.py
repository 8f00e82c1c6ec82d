"""Rules that never take a request."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import count

from eks_ingress.checks.check import Check, Finding
from eks_ingress.plan.model import Listener, Plan, RedirectTo, Rule
from eks_ingress.plan.optimise import optimise


class NeverReached(Check):
    """A rule all of whose requests an earlier rule takes."""

    id = "EKI101"
    title = "A rule is never reached"
    why = "A load balancer tries its rules in order and takes the first that matches."
    remedy = "Give the route a lower `order=` than the other's (in YAML, its Ingress a lower `group.order`), or take it out."
    source = "Elastic Load Balancing documentation, Listener rules"
    mistakes = (13,)

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
                        yield self.in_rule(rule, message)


class DroppedByController(Check):
    """A rule that the controller leaves out of every listener, because of a redirect before it."""

    id = "EKI102"
    title = "The controller leaves a rule out"
    why = "The controller drops what stands behind a redirect that takes the same requests."
    remedy = "Put the rule before the redirect, change what the redirect takes, or take the rule out."
    source = "controller source, rule optimiser"

    def find(self, plan: Plan) -> Iterator[Finding]:
        for listener, rule in _left_out(plan):
            if not _leads_to_itself(listener, rule):
                redirect = _redirect_before(listener, rule)
                as_any = redirect is not None and redirect.host_regexes and not redirect.hosts
                further = f" It counts {words(redirect)} from {redirect.source} as one of any host." if redirect and as_any else ""
                yield self.in_rule(rule, f"{words(rule)} has no effect: {rule.action} is left out.{further}")


class RedirectsToItself(Check):
    """A redirect that leads to where the client is."""

    id = "EKI115"
    title = "A redirect leads to itself"
    why = "The controller drops such a redirect, and the requests go to the next rule that takes them."
    remedy = "Say what it changes: host, path, port, protocol or query."
    source = "controller source, rule optimiser"
    example = """actions.home: '{"type": "redirect", "redirectConfig": {"statusCode": "HTTP_301"}}'"""
    mistakes = (14,)

    def find(self, plan: Plan) -> Iterator[Finding]:
        for listener, rule in _left_out(plan):
            if _leads_to_itself(listener, rule):
                yield self.in_rule(rule, f"{words(rule)} has no effect: {rule.action} changes nothing, and is left out.")


def _left_out(plan: Plan) -> Iterator[tuple[Listener, Rule]]:
    """The rules that are in none of the listeners, each with the first listener that it is left out of."""
    for balancer in plan.load_balancers:
        dropped: dict[Rule, tuple[Listener, Rule]] = {}
        for listener in balancer.listeners:
            for rule in listener.dropped:
                dropped.setdefault(rule._replace(priority=0), (listener, rule))
        kept = {rule._replace(priority=0) for listener in balancer.listeners for rule in listener.rules} if dropped else set()
        yield from (found for rule, found in dropped.items() if rule not in kept)


def _leads_to_itself(listener: Listener, rule: Rule) -> bool:
    return bool(optimise(listener.port, listener.protocol, [rule])[1])


def _redirect_before(listener: Listener, rule: Rule) -> Rule | None:
    """The redirect for which a rule is left out."""
    gone = {other.priority for other in listener.dropped}
    places = (place for place in count(1) if place not in gone)
    for place, earlier in zip(places, listener.rules, strict=False):
        if place > rule.priority:
            break
        if isinstance(earlier.action, RedirectTo) and optimise(listener.port, listener.protocol, [earlier, rule])[1]:
            return earlier
    return None


def words(rule: Rule) -> str:
    """The requests of a rule, for a message."""
    compares = rule.hosts or rule.host_regexes or rule.paths or rule.path_regexes or rule.requirements
    return rule.takes if compares else "what no rule takes"


class _Earlier:
    """The rules of some hosts that were tried before, found by what their paths take."""

    def __init__(self) -> None:
        self._by_stem: dict[str, list[Rule]] = {}
        """Those with the pattern `stem/*`, and those with the pattern `stem`."""
        self._wild: list[tuple[str, Rule]] = []
        """Those with other patterns."""
        self._others: list[Rule] = []
        """Those that compare paths with expressions, or not at all."""

    def add(self, rule: Rule) -> None:
        if not rule.paths:
            self._others.append(rule)
        last = None
        for glob in rule.paths:
            stem = glob.removesuffix("/*")
            # What is below a prefix is found by the same stem as the prefix itself.
            if stem != last and "*" not in stem and "?" not in stem:
                last = stem
                if stem in self._by_stem:
                    self._by_stem[stem].append(rule)
                else:
                    self._by_stem[stem] = [rule]
            elif stem != last:
                self._wild.append((glob, rule))

    def takers(self, rule: Rule) -> list[Rule]:
        """Those that take all that the rule takes, as far as paths and what is needed besides go."""
        path = rule.paths[0] if rule.paths else "/*"
        by_stem = self._by_stem
        near = list(by_stem.get(path, ()))
        slash = path.find("/")
        while slash >= 0:
            stem = path[:slash]
            if stem in by_stem:
                near += by_stem[stem]
            slash = path.find("/", slash + 1)
        if self._wild:
            near += [other for glob, other in self._wild if _takes(glob, path)]
        near += self._others
        return [other for other in near if _takes_all(other, rule)] if near else near


def _with_takers(rules: Sequence[Rule]) -> Iterator[tuple[Rule, Rule]]:
    """The rules that an earlier one takes all requests of, each with the first such."""
    earlier: dict[tuple[str, ...], _Earlier] = {}
    wide: list[tuple[str, ...]] = []
    """The hosts of earlier rules that may take more than the same hosts."""
    for rule in rules:
        hosts = rule.hosts
        found = earlier.get(hosts)
        takers = [] if found is None else found.takers(rule)
        for others in wide:
            if others != hosts and (not others or (hosts and _cover(others, hosts))):
                takers += earlier[others].takers(rule)
        if takers:
            yield rule, min(takers, key=lambda taker: taker.priority)
        if found is None:
            found = earlier[hosts] = _Earlier()
            if len(hosts) != 1 or "*" in hosts[0] or "?" in hosts[0]:
                wide.append(hosts)
        found.add(rule)


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
            if _takes(glob, other):
                break
        else:
            return False
    return True


def _takes(glob: str, other: str) -> bool:
    """Whether a pattern takes all that another takes: a `*` in it is taken by a `*` only, a `?` by either wildcard."""
    if glob == other:
        return True
    star = glob.find("*")
    if "?" not in glob:
        if star < 0:
            return False
        if star == len(glob) - 1:
            return other.startswith(glob[:-1])
    return _compiled(glob).fullmatch(other) is not None


@lru_cache(maxsize=1024)
def _compiled(glob: str) -> re.Pattern[str]:
    parts = (".*" if part == "*" else "[^*]" if part == "?" else re.escape(part) for part in re.split(r"([*?])", glob))
    return re.compile("".join(parts), re.DOTALL)
