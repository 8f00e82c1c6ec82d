"""Which part of a plan a remark or a change concerns, so that a page can show it there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from eks_ingress.plan.model import LoadBalancer, Plan
from eks_ingress.plan.network_model import NetworkLoadBalancer
from eks_ingress.report.page_data import balancer_id, dropped_id, network_id, place_of
from eks_ingress.report.remarks import Remark
from eks_ingress.source import Source


class Placed(NamedTuple):
    """What is to be said of a plan, by what it concerns."""

    by_place: Mapping[str, Sequence[Remark]]
    """Those of rules, default actions and load balancers, by the id of what stands for them on the page."""
    others: Sequence[Remark]
    """Those of which it is not known, or that concern what is not built."""
    changed: Mapping[str, str]
    """What became of rules and load balancers since an earlier plan, in a word, by the same ids."""


def placed(plan: Plan, remarks: Iterable[Remark], cluster: str, changed: Mapping[str, str]) -> Placed:
    """Each remark with the rules that are written where it is, or else with the load balancer whose object it is about."""
    rules: dict[Source, list[str]] = {}
    owners: dict[str, list[str]] = {}
    objects = _objects(plan)
    for number, balancer in enumerate(plan.load_balancers):
        place = balancer_id(cluster, number)
        for name in _names(balancer):
            owners.setdefault(name, []).append(place)
        _add_rules(rules, balancer, place, objects)
    for number, network in enumerate(plan.network_load_balancers):
        owners.setdefault(f"Service {network.service}", []).append(network_id(cluster, number))
    by_place: dict[str, list[Remark]] = {}
    others = []
    for remark in remarks:
        places = rules.get(remark.source) or owners.get(remark.object) or _by_construct(plan, remark, cluster)
        for place in places:
            by_place.setdefault(place, []).append(remark)
        if not places:
            others.append(remark)
    return Placed(by_place, others, changed)


def _objects(plan: Plan) -> set[Source]:
    """Where objects as a whole are from: what is said there is not said of a rule."""
    found = {balancer.source for balancer in plan.load_balancers} | {network.source for network in plan.network_load_balancers}
    return found | {manifest.source for manifest in (() if plan.world is None else plan.world.manifests)}


def _names(balancer: LoadBalancer) -> list[str]:
    """The objects that a load balancer is made of, and the Services behind it, as remarks name them."""
    behind = [group.binding for group in balancer.target_groups if group.binding is not None]
    services = [f"Service {binding.namespace}/{binding.service}" for binding in behind]
    return [*(f"Ingress {name}" for name in balancer.members), *dict.fromkeys(services)]


def _add_rules(rules: dict[Source, list[str]], balancer: LoadBalancer, place: str, objects: set[Source]) -> None:
    for listener in balancer.listeners:
        for rule in listener.rules:
            if rule.source not in objects:
                rules.setdefault(rule.source, []).append(place_of(place, listener, rule))
        for number, rule in enumerate(listener.dropped):
            if rule.source not in objects:
                rules.setdefault(rule.source, []).append(dropped_id(place, listener, number))
        if listener.default_source is not None and listener.default_source not in objects:
            rules.setdefault(listener.default_source, []).append(place_of(place, listener, None))


def _by_construct(plan: Plan, remark: Remark, cluster: str) -> list[str]:
    """The load balancers that the construct of a remark makes."""
    construct = remark.source.construct
    if construct is None:
        return []
    found = [balancer_id(cluster, n) for n, x in enumerate(plan.load_balancers) if _is_of(construct, x)]
    return found + [network_id(cluster, n) for n, x in enumerate(plan.network_load_balancers) if _is_of(construct, x)]


def _is_of(construct: str, balancer: LoadBalancer | NetworkLoadBalancer) -> bool:
    return balancer.source.construct == construct
