"""The ways through a plan that several checks go."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from weakref import WeakKeyDictionary

from eks_ingress.annotations import catalogue as c
from eks_ingress.annotations.catalogue import Annotation
from eks_ingress.manifests.manifest import Manifest, Pointer
from eks_ingress.nearest import nearest
from eks_ingress.plan.balanced import BalancedService
from eks_ingress.plan.members import Group, Member
from eks_ingress.plan.model import Listener, LoadBalancer, Plan, Rule
from eks_ingress.plan.network_model import NetworkLoadBalancer
from eks_ingress.plan.said import Said
from eks_ingress.plan.unknown import is_unknown
from eks_ingress.refusal import Refused
from eks_ingress.routing.names import PREFIX
from eks_ingress.source import Source


def members(plan: Plan) -> Iterator[Member]:
    """The Ingresses that the controller takes care of, those of refused groups too."""
    for group in plan.groups:
        yield from group.members


def planned(plan: Plan) -> Iterator[tuple[LoadBalancer, Group]]:
    """The load balancers, each with what it was planned from."""
    groups = {group.name: group for group in plan.groups}
    for balancer in plan.load_balancers:
        if balancer.group in groups:
            yield balancer, groups[balancer.group]


def balanced(plan: Plan) -> Iterator[tuple[NetworkLoadBalancer, BalancedService]]:
    """The network load balancers of Services, each with the Service that it was planned from."""
    services = {service.name: service for service in plan.services}
    for balancer in plan.network_load_balancers:
        if balancer.service in services:
            yield balancer, services[balancer.service]


def rules(plan: Plan) -> Iterator[tuple[Listener, Rule]]:
    """The rules of all listeners."""
    for balancer in plan.load_balancers:
        for listener in balancer.listeners:
            for rule in listener.rules:
                yield listener, rule


def answers(plan: Plan) -> Iterator[tuple[Listener, Rule]]:
    """The same, and what an Ingress says of requests that no rule takes, as a rule that compares nothing."""
    defaults = {member.name for member in members(plan) if member.spec.get("defaultBackend")}
    for balancer in plan.load_balancers:
        for listener in balancer.listeners:
            for rule in listener.rules:
                yield listener, rule
            if listener.default_source is not None:
                owner = next((name for name in listener.members if name in defaults), "")
                default, auth = listener.default_action, listener.default_auth
                yield listener, Rule((), (), default, listener.default_source, auth=auth, ingress=owner)


def ports_of(balancer: LoadBalancer) -> dict[str, dict[int, str]]:
    """The ports of each Ingress of a load balancer, with their protocols."""
    found: dict[str, dict[int, str]] = {}
    for listener in balancer.listeners:
        for name in listener.members:
            found.setdefault(name, {})[listener.port] = listener.protocol
    return found


def unsure_of_ports(plan: Plan) -> set[str]:
    """The Ingresses of whose groups it is not known on which ports they listen, and whether HTTP redirects."""
    found: set[str] = set()
    for group in plan.groups:
        if any(is_unknown(member.said.keys.get(key)) for member in group.members for key in _PORTS):
            found |= {member.name for member in group.members}
    return found


_PORTS = (c.LISTEN_PORTS.key(), c.SSL_REDIRECT.key())


def manifests(plan: Plan, *kinds: str) -> Iterator[Manifest]:
    """The objects of these kinds, of whatever class."""
    for manifest in () if plan.world is None else plan.world.manifests:
        if manifest.kind in kinds:
            yield manifest


def services_by_namespace(plan: Plan) -> dict[str, set[str]]:
    """The names of Services, in each namespace whose Services seem to be at hand.

    One of the type LoadBalancer is often written apart from all others, as the typed words write it, and tells nothing of them.
    """
    found: dict[str, set[str]] = {}
    telling: set[str] = set()
    for made in manifests(plan, "Service"):
        found.setdefault(made.namespace, set()).add(made.name)
        if (made.body.get("spec") or {}).get("type") != "LoadBalancer":
            telling.add(made.namespace)
    is_complete = plan.world is not None and plan.world.complete
    return {namespace: names for namespace, names in found.items() if is_complete or namespace in telling}


def text_of(member: Member | BalancedService, key: str) -> str | None:
    """What an Ingress or a Service itself says in an annotation, None where that is not known."""
    text = member.said.keys.get(key)
    return text if isinstance(text, str) and not is_unknown(text) else None


def read(said: Member | Said, row: Annotation, **chosen: str) -> Any:
    """The value of an annotation, None where it is absent or cannot be read."""
    try:
        return said.read(row, **chosen)
    except Refused:
        return None


class Backends:
    """What an Ingress leads to, and the annotations that say more of it."""

    def __init__(self, member: Member) -> None:
        self._said = member.said
        self.services: dict[str, Pointer] = {}
        """The names of Services, with where the first of each stands."""
        self.actions: dict[str, Pointer] = {}
        """The names of backends that stand for an `actions` annotation, with where the first of each stands."""
        service: Any
        for number, rule in enumerate(member.spec.get("rules") or ()):
            for place, path in enumerate((rule.get("http") or {}).get("paths") or ()):
                service = (path.get("backend") or {}).get("service")
                names = self._names_for(service)
                if names is not None and service["name"] not in names:
                    names[service["name"]] = ("spec", "rules", number, "http", "paths", place)
        self.of_paths = self.services.keys() | self.actions.keys()
        """The names to which paths lead, whether of Services or of actions."""
        service = (member.spec.get("defaultBackend") or {}).get("service")
        names = self._names_for(service)
        if names is not None:
            names.setdefault(service["name"], ("spec", "defaultBackend"))
        self._keys = [key for key in self._said.keys if key.startswith(_BEGINNINGS)]
        self._documents: dict[Annotation, Sequence[tuple[str, str, Any]]] = {}

    def _names_for(self, service: Any) -> dict[str, Pointer] | None:
        """Among which names that of a backend belongs; None for what the plan refuses."""
        if not isinstance(service, dict) or not isinstance(service.get("name"), str):
            return None
        port = service.get("port")
        return self.actions if isinstance(port, dict) and port.get("name") == _USE_ANNOTATION else self.services

    def documents(self, row: Annotation) -> Sequence[tuple[str, str, Any]]:
        """The annotations `conditions.NAME`, `transforms.NAME` or `actions.NAME` that count: name, key and value.

        Conditions and transforms count where a path leads to the name, actions where the default backend does, too.
        """
        if not self._keys:
            return ()
        if row not in self._documents:
            beginning = PREFIX + row.name.partition("$")[0]
            used = self.actions if row is c.ACTIONS else self.of_paths
            names = ((key.removeprefix(beginning), key) for key in self._keys if key.startswith(beginning))
            read_all = ((name, key, read(self._said, row, name=name)) for name, key in names if name in used)
            self._documents[row] = [found for found in read_all if found[2]]
        return self._documents[row]


_USE_ANNOTATION = "use-annotation"
_BEGINNINGS = tuple(PREFIX + row.name.partition("$")[0] for row in (c.ACTIONS, c.CONDITIONS, c.TRANSFORMS))

_backends: WeakKeyDictionary[Member, Backends] = WeakKeyDictionary()
"""What was looked at, as long as its plan is there: no value may refer to its key."""


def backends_of(member: Member) -> Backends:
    """The backends of an Ingress, looked at once."""
    found = _backends.get(member)
    if found is None:
        found = _backends[member] = Backends(member)
    return found


class Places:
    """Where a setting of targets was written: on a Service, or on the Ingress that leads to it."""

    def __init__(self, plan: Plan) -> None:
        self._members = {member.name: member for member in members(plan)}
        self._services = {(made.namespace, made.name): made for made in manifests(plan, "Service")}

    def member(self, name: str) -> Member:
        """An Ingress by namespace and name."""
        return self._members[name]

    def service(self, namespace: str, name: str) -> Manifest | None:
        """A Service among the manifests."""
        return self._services.get((namespace, name))

    def text(self, ingress: str, service: Manifest | None, row: Annotation) -> object:
        """The text of an annotation as it counts."""
        key = row.key()
        if service is not None and key in service.annotations:
            return service.annotations[key]
        return self._members[ingress].manifest.annotations.get(key)

    def of(self, ingress: str, service: Manifest | None, *rows: Annotation) -> tuple[Source, str]:
        """Where the first of some annotations stands that is said anywhere, and on which object; else the Ingress itself."""
        for row in rows:
            key = row.key()
            if service is not None and key in service.annotations:
                return service.source_of("metadata", "annotations", key), f"Service {service.namespace}/{service.name}"
            if key in self._members[ingress].said.keys:
                return self._members[ingress].said.source_of(key), f"Ingress {ingress}"
        return self._members[ingress].manifest.source, f"Ingress {ingress}"


def did_you_mean(word: str, words: Iterable[str]) -> str | None:
    """A remedy that names the word that was probably meant; None where none is near."""
    meant = nearest(word, words)
    return None if meant is None else f"Did you mean {meant!r}?"
