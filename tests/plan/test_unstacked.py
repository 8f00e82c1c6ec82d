"""A rule out of the controller's format is the rule that the plan has."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from eks_ingress.plan.model import Action, Auth, Forward, Listener, LoadBalancer, Rule, Target
from eks_ingress.plan.stack_parts import LISTENER, RULE
from eks_ingress.plan.unstacked import actions_of, rule_of, services_of
from eks_ingress.source import Source
from tests.conformance.cases import load
from tests.conformance.planned import planned


def balancers() -> Iterator[LoadBalancer]:
    for case in load():
        yield from planned({"objects": case.objects, "controller": case.controller, "facts": case.facts}).load_balancers


def by_name(action: Action, services: Mapping[str, str]) -> Action:
    """An action whose targets are only named: where two Ingresses write one id, by the one that is made."""
    if not isinstance(action, Forward):
        return action
    named = [x.service if x.group is None else services[x.group.id] for x in action.targets]
    return action._replace(targets=tuple(Target(name, x.weight) for name, x in zip(named, action.targets, strict=True)))


def shown(auth: Auth | None, listener: Listener) -> Auth | None:
    """What clients must show first; on an HTTP listener the controller leaves it out."""
    return auth if listener.protocol == "HTTPS" else None


def plain(rule: Rule, listener: Listener, services: Mapping[str, str]) -> Rule:
    """A rule as far as the controller's format has it."""
    return rule._replace(action=by_name(rule.action, services), auth=shown(rule.auth, listener), source=Source(), ingress="")


def in_any_order(rule: Rule) -> str:
    """A rule as text, whatever the order of what it requires."""
    return json.dumps([repr(rule._replace(requirements=())), sorted(map(repr, rule.requirements))])


def test_every_rule_of_every_case_comes_back_as_it_was() -> None:
    seen = 0
    for balancer in balancers():
        stack = json.loads(json.dumps(balancer.stack))
        services = services_of(stack)
        for listener in balancer.listeners:
            default = stack["resources"][LISTENER][str(listener.port)]["spec"]["defaultActions"]
            expected = shown(listener.default_auth, listener), by_name(listener.default_action, services)
            assert actions_of(default, services) == expected
            for rule in listener.rules:
                spec = stack["resources"][RULE][f"{listener.port}:{rule.priority}"]["spec"]
                assert in_any_order(rule_of(spec, services)) == in_any_order(plain(rule, listener, services))
                seen += 1
    assert seen > 500
