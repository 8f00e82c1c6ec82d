"""The rules that the controller leaves out of a listener, because it thinks that they can have no effect.

Facts: the controller's rule optimiser (`pkg/ingress/rule_optimizer.go`).
"""

from __future__ import annotations

from collections.abc import Sequence

from eks_ingress.plan.model import RedirectTo, Rule


def optimise(port: int, protocol: str, rules: Sequence[Rule]) -> tuple[list[Rule], list[Rule]]:
    """The rules that stay and those that are dropped: redirects to themselves, then what an earlier redirect covers."""
    kept: list[Rule] = []
    dropped: list[Rule] = []
    redirects: list[Rule] = []
    for rule in rules:
        redirect = isinstance(rule.action, RedirectTo)
        if any(_covers(earlier, rule) for earlier in redirects) or (redirect and _redirects_to_itself(port, protocol, rule)):
            dropped.append(rule)
            continue
        kept.append(rule)
        if redirect:
            redirects.append(rule)
    return kept, dropped


def _redirects_to_itself(port: int, protocol: str, rule: Rule) -> bool:
    action = rule.action
    return (
        isinstance(action, RedirectTo)
        and not rule.path_regexes
        and (action.host in (None, "#{host}") or action.host in rule.hosts)
        and (action.path in (None, "/#{path}") or action.path in rule.paths)
        and action.port in (None, "#{port}", str(port))
        and action.protocol in (None, "#{protocol}", protocol)
        and action.query in (None, "#{query}")
    )


def _covers(earlier: Rule, later: Rule) -> bool:
    """The controller compares patterns as text, and takes a host that is an expression for any host."""
    if earlier.requirements:
        return False
    one, other = earlier.paths + earlier.path_regexes, later.paths + later.path_regexes
    hosts = not earlier.hosts or (later.hosts and set(earlier.hosts) >= set(later.hosts))
    paths = not one or "/*" in one or (other and set(one) >= set(other))
    return bool(hosts and paths)
