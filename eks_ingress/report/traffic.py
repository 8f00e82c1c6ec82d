"""The ways of traffic as a graph: from clients to listeners, from those by rules to where they lead. For pictures of any kind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from eks_ingress.plan.model import Action, Auth, Forward, Listener, LoadBalancer, Plan, Rule
from eks_ingress.plan.network_model import NetworkListener, NetworkLoadBalancer
from eks_ingress.report.page_data import balancer_id, place_of

MOST_RULES = 24
"""Up to how many rules of a listener are shown one by one; of more, those that lead to the same are shown together."""


class Node(NamedTuple):
    """Something that a request passes."""

    id: str
    """A letter and digits, not that of another."""
    kind: str
    """`clients`, `listener`, `rule`, `service`, `redirect`, `answer` or `group`."""
    text: str
    more: str = ""
    """What is said below it, in small."""


class Edge(NamedTuple):
    """A step from one to the next."""

    start: str
    end: str
    label: str = ""
    places: tuple[str, ...] = ()
    """Ids of the rules by which a request goes there; empty where all do."""


class Flow(NamedTuple):
    """What passes one load balancer."""

    title: str
    columns: tuple[tuple[Node, ...], ...]
    """From left to right; an edge leads to a later column."""
    edges: tuple[Edge, ...]


def flows(plan: Plan, cluster: str = "c0") -> list[Flow]:
    """One for each load balancer of a plan, and one for the target groups of others; `cluster` begins the ids of rules."""
    numbers = iter(range(10**9))
    found = [_Drawing(numbers).application(x, balancer_id(cluster, n)) for n, x in enumerate(plan.load_balancers)]
    found += [_Drawing(numbers).network(balancer) for balancer in plan.network_load_balancers]
    if plan.bindings:
        found.append(_Drawing(numbers).bindings([(x.target_group, x.service) for x in plan.bindings]))
    return found


class _Drawing:
    """Collects the nodes and edges of one flow."""

    def __init__(self, numbers: Iterator[int]) -> None:
        self._numbers = numbers
        self._edges: list[Edge] = []
        self._targets: dict[tuple[str, str], Node] = {}

    def application(self, balancer: LoadBalancer, place: str) -> Flow:
        front, listeners, rules = [], [], []
        clients = self._node("clients", "clients", balancer.scheme)
        by_port = {}
        for listener in balancer.listeners:
            node = by_port[listener.port] = self._node("listener", f"{listener.protocol} {listener.port}")
            listeners.append(node)
            for rule, action, auth, places in _ways(listener, place):
                step = self._node("rule", rule, "sign-in" if auth is not None and listener.protocol == "HTTPS" else "")
                rules.append(step)
                self._edges.append(Edge(node.id, step.id, "", places))
                self._lead(step, action, places)
        for outer in () if balancer.frontend_nlb is None else balancer.frontend_nlb.listeners:
            node = self._node("listener", f"TCP {outer.port}", "network load balancer")
            front.append(node)
            self._edges.append(Edge(clients.id, node.id))
            if outer.target_port in by_port:
                self._edges.append(Edge(node.id, by_port[outer.target_port].id))
        self._edges += [Edge(clients.id, node.id) for node in listeners]
        columns = [(clients,), tuple(front), tuple(listeners), tuple(rules), tuple(self._targets.values())]
        return Flow(f"Load balancer {balancer.group}", tuple(columns), tuple(self._edges))

    def network(self, balancer: NetworkLoadBalancer) -> Flow:
        clients = self._node("clients", "clients", balancer.scheme)
        listeners = [self._network_listener(clients, listener) for listener in balancer.listeners]
        columns = ((clients,), (), tuple(listeners), (), tuple(self._targets.values()))
        return Flow(f"Network load balancer {balancer.service}", columns, tuple(self._edges))

    def _network_listener(self, clients: Node, listener: NetworkListener) -> Node:
        node = self._node("listener", f"{listener.protocol} {listener.port}")
        self._edges.append(Edge(clients.id, node.id))
        for target in listener.targets:
            self._edges.append(Edge(node.id, self._target("service", target.service).id, _weight(target.weight)))
        return node

    def bindings(self, bound: Iterable[tuple[str, str]]) -> Flow:
        groups = []
        for group, service in bound:
            groups.append(self._node("group", group.split("/")[1] if group.startswith("arn:") and "/" in group else group))
            self._edges.append(Edge(groups[-1].id, self._target("service", service).id))
        columns = ((), (), (), tuple(groups), tuple(self._targets.values()))
        return Flow("Target groups that others made", columns, tuple(self._edges))

    def _lead(self, step: Node, action: Action, places: tuple[str, ...]) -> None:
        if not isinstance(action, Forward):
            text = str(action)
            end = self._target("redirect" if text.startswith("redirect") else "answer", text)
            self._edges.append(Edge(step.id, end.id, "", places))
            return
        for target in action.targets:
            self._edges.append(Edge(step.id, self._target("service", target.service).id, _weight(target.weight), places))

    def _target(self, kind: str, text: str) -> Node:
        if (kind, text) not in self._targets:
            self._targets[kind, text] = self._node(kind, text)
        return self._targets[kind, text]

    def _node(self, kind: str, text: str, more: str = "") -> Node:
        return Node(f"n{next(self._numbers)}", kind, text, more)


def _weight(weight: int | None) -> str:
    return "" if weight is None else str(weight)


def _ways(listener: Listener, balancer: str) -> Iterator[tuple[str, Action, Auth | None, tuple[str, ...]]]:
    """The rules of a listener, one by one or by where they lead, then what becomes of all else."""
    if len(listener.rules) <= MOST_RULES:
        for rule in listener.rules:
            yield f"{rule.priority}  {rule.takes}", rule.action, rule.auth, (place_of(balancer, listener, rule),)
    else:
        yield from _together(listener, balancer)
    else_ = "everything else" if listener.rules else "everything"
    yield else_, listener.default_action, listener.default_auth, (place_of(balancer, listener, None),)


def _together(listener: Listener, balancer: str) -> Iterator[tuple[str, Action, Auth | None, tuple[str, ...]]]:
    by_action: dict[tuple[str, str], list[Rule]] = {}
    for rule in listener.rules:
        by_action.setdefault((str(rule.action), str(rule.auth)), []).append(rule)
    groups = [*by_action.values()]
    for rules in groups[:MOST_RULES]:
        more = f" and {len(rules) - 1} more" if len(rules) > 1 else ""
        yield f"{rules[0].takes}{more}", rules[0].action, rules[0].auth, _places(rules, listener, balancer)
    if rest := [rule for rules in groups[MOST_RULES:] for rule in rules]:
        # Where they lead to would be more than a picture can show.
        yield f"{len(rest)} more rules", Forward(()), None, _places(rest, listener, balancer)


def _places(rules: Iterable[Rule], listener: Listener, balancer: str) -> tuple[str, ...]:
    return tuple(place_of(balancer, listener, rule) for rule in rules)
