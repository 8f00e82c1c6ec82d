"""How much a load balancer has of what AWS limits.

Facts: Elastic Load Balancing documentation, "Quotas for your Application Load Balancers", "Quotas for your Network Load Balancers".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from eks_ingress.plan.facts import Quotas
from eks_ingress.plan.model import Action, Forward, Listener, LoadBalancer, Plan, Rule
from eks_ingress.plan.network_model import NetworkLoadBalancer
from eks_ingress.plan.unknown import is_unknown
from eks_ingress.tokens import known_part

MOST_VERIFYING = 2
"""Listeners of a load balancer that verify the certificates of clients; AWS does not raise it."""


class Usage(NamedTuple):
    """What is used of a quota."""

    what: str
    """`rules`, `values in a rule`."""
    used: int
    most: int


def quotas(plan: Plan) -> Quotas:
    """What AWS allows, as it is stated beside the plan."""
    return Quotas() if plan.world is None else plan.world.facts.quotas


def usage(balancer: LoadBalancer | NetworkLoadBalancer, allowed: Quotas) -> Iterator[Usage]:
    """Every quota of a load balancer; of quotas of a rule or an action, the fullest."""
    if isinstance(balancer, LoadBalancer):
        rules = [rule for listener in balancer.listeners for rule in listener.rules]
        yield Usage("rules", len(rules), allowed.rules)
    yield Usage("listeners", len(balancer.listeners), allowed.listeners)
    yield Usage("certificates beside the default", len(further_certificates(balancer)), allowed.certificates)
    if isinstance(balancer, LoadBalancer):
        yield Usage("target groups", len(target_groups(balancer)), allowed.target_groups)
        forwards = [len(x.targets) for listener in balancer.listeners for x in actions(listener) if isinstance(x, Forward)]
    else:
        forwards = [len(listener.targets) for listener in balancer.listeners]
    yield Usage("target groups of an action", max(forwards, default=0), allowed.target_groups_per_action)
    yield Usage("security groups", len(balancer.security_groups), allowed.security_groups)
    if isinstance(balancer, LoadBalancer):
        yield Usage("values in a rule", max(map(values, rules), default=0), allowed.condition_values)
        yield Usage("wildcards in a rule", max(map(wildcards, rules), default=0), allowed.condition_wildcards)
        if found := verifying(balancer):
            yield Usage("listeners that verify certificates of clients", len(found), MOST_VERIFYING)


def actions(listener: Listener) -> Iterator[Action]:
    """All that a listener does: by default, and by its rules."""
    yield listener.default_action
    yield from (rule.action for rule in listener.rules)


def further_certificates(balancer: LoadBalancer | NetworkLoadBalancer) -> set[str]:
    """The certificates of a load balancer that are the default of no listener."""
    further = {arn for x in balancer.listeners for arn in x.certificates[1:] if not is_unknown(arn)}
    return further - {x.certificates[0] for x in balancer.listeners if x.certificates}


def target_groups(balancer: LoadBalancer) -> set[str]:
    """The target groups that listeners lead to, those of others too."""
    return {
        target.service if target.group is None else target.group.id
        for listener in balancer.listeners
        for action in actions(listener)
        if isinstance(action, Forward)
        for target in action.targets
    }


def verifying(balancer: LoadBalancer) -> list[Listener]:
    """The listeners that verify the certificates of clients."""
    return [x for x in balancer.listeners if x.mutual_tls is not None and x.mutual_tls.mode == "verify"]


def values(rule: Rule) -> int:
    """How many values a rule compares with."""
    count = len(rule.hosts) + len(rule.paths)
    if rule.requirements or rule.host_regexes or rule.path_regexes:
        count += len(rule.host_regexes) + len(rule.path_regexes) + sum(len(x.values) for x in rule.requirements)
    return count


def wildcards(rule: Rule) -> int:
    """How many wildcards there are in all that a rule compares with."""
    text = "".join(rule.paths + rule.hosts)
    if rule.requirements:
        text += "".join(_texts(rule))
    if "$" in text:
        text = known_part(text)
    return text.count("*") + text.count("?")


def _texts(rule: Rule) -> Iterator[str]:
    """What is compared beside host and path and may have wildcards."""
    for requirement in rule.requirements:
        if requirement.what == "query":
            for pair in requirement.pairs:
                yield from (text.replace(r"\*", "").replace(r"\?", "") for text in pair if text is not None)
        elif requirement.what.startswith("header") and not requirement.regex:
            yield from requirement.values
