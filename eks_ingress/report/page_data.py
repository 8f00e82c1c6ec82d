"""What the script of a page needs to answer requests as `eks_ingress.plan.matching` does."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import ip_network
from typing import Any

from eks_ingress.plan.matching import is_found, status_of
from eks_ingress.plan.model import Action, Auth, Forward, Listener, Plan, RedirectTo, Requirement, Rule
from eks_ingress.report.expression import NotTranslated, javascript


def balancer_id(cluster: str, number: int) -> str:
    """The id of what stands for a load balancer on a page; `cluster` begins the ids of all that stands for a part of it."""
    return f"{cluster}-b{number}"


def network_id(cluster: str, number: int) -> str:
    """The same for a network load balancer."""
    return f"{cluster}-n{number}"


def place_of(balancer: str, listener: Listener, rule: Rule | None) -> str:
    """The id of what stands for a rule on a page, or for the default action; `balancer` is that of its load balancer."""
    return f"{balancer}-{listener.port}-{'else' if rule is None else rule.priority}"


def dropped_id(balancer: str, listener: Listener, number: int) -> str:
    """The same for a rule that the controller leaves out."""
    return f"{balancer}-{listener.port}-out{number}"


def answering(plan: Plan, cluster: str) -> dict[str, Any]:
    """The load balancers of a plan."""
    return {
        "refused": bool(plan.problems),
        "balancers": [
            {"group": balancer.group, "listeners": [_listener(x, balancer_id(cluster, number)) for x in balancer.listeners]}
            for number, balancer in enumerate(plan.load_balancers)
        ],
    }


def _listener(listener: Listener, balancer: str) -> dict[str, Any]:
    rules = sorted(listener.rules, key=lambda rule: rule.priority)
    default = _decision(listener.default_action, listener.default_auth)
    return {
        "port": listener.port,
        "protocol": listener.protocol,
        "otherwise": {"place": place_of(balancer, listener, None), **default},
        "rules": [_rule(rule, place_of(balancer, listener, rule)) for rule in rules],
    }


def _rule(rule: Rule, place: str) -> dict[str, Any]:
    return {
        "place": place,
        "priority": rule.priority,
        "hosts": rule.hosts,
        "hostRegexes": _expressions(rule.host_regexes),
        "paths": rule.paths,
        "pathRegexes": _expressions(rule.path_regexes),
        "requirements": [*map(_requirement, rule.requirements)],
        **_decision(rule.action, rule.auth),
    }


def _decision(action: Action, auth: Auth | None) -> dict[str, Any]:
    return {"action": _action(action), "auth": auth is not None}


def _requirement(requirement: Requirement) -> dict[str, Any]:
    what, _, name = requirement.what.partition(" ")
    match what:
        case "header":
            values, regexes = ((), requirement.values) if requirement.regex else (requirement.values, ())
            return {"what": what, "name": name, "values": values, "regexes": _expressions(regexes)}
        case "query":
            return {"what": what, "pairs": [*requirement.pairs]}
        case "source":
            return {"what": what, "blocks": [block for value in requirement.values for block in _block(value)]}
        case _:
            return {"what": what, "values": requirement.values}


def _block(text: str) -> Iterable[tuple[int, str, int]]:
    """Version, first address and length of a block of addresses; nothing for a token."""
    try:
        network = ip_network(text, strict=False)
    except ValueError:
        return []
    return [(network.version, str(int(network.network_address)), network.prefixlen)]


def _expressions(regexes: Iterable[str]) -> list[dict[str, str]]:
    return [*map(_expression, regexes)]


def _expression(regex: str) -> dict[str, str]:
    """The source of an expression, or why nothing can be compared with it."""
    try:
        is_found(regex, "")
        return {"source": javascript(regex)}
    except NotTranslated:
        return {
            "wrong": f"The regular expression {regex!r} of a rule is more than this page can compare with; `eks-ingress match` can."
        }
    except ValueError as error:
        return {"wrong": str(error)}


def _action(action: Action) -> dict[str, Any]:
    if isinstance(action, Forward):
        return {"kind": "forward", "services": [(target.service, target.weight) for target in action.targets]}
    if isinstance(action, RedirectTo):
        parts = ("protocol", "host", "port", "path", "query")
        return {"kind": "redirect", "status": status_of(action), **{part: getattr(action, part) for part in parts}}
    return {"kind": "fixed-response", "status": status_of(action)}
