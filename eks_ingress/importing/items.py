"""What an import is made of: the calls that add something to the controller, and the objects that each of them makes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from eks_ingress.manifests.ingress import manifest
from eks_ingress.manifests.ingress_class import manifests as class_manifests
from eks_ingress.manifests.ingress_class import overridden, params_spec
from eks_ingress.manifests.manifest import Manifest
from eks_ingress.refusal import Refused
from eks_ingress.routing.backend import Backend
from eks_ingress.routing.balancer import Balancer
from eks_ingress.routing.compiler import compile_routes, repeated
from eks_ingress.routing.ingress import Ingress, unservable
from eks_ingress.routing.ingress_class import ClassSettings, IngressClass
from eks_ingress.routing.needs import unmet
from eks_ingress.routing.route import Route
from eks_ingress.source import Source

OWN_CLASS = "alb"
"""The IngressClass that comes with the controller."""


@dataclass(frozen=True)
class AddClass:
    """`add_class`."""

    id: str
    made: IngressClass

    def manifests(self) -> list[Manifest]:
        """The class, and its parameters."""
        return class_manifests(self.made)

    @property
    def overridden(self) -> frozenset[str]:
        """What its Ingresses cannot say, as fields of IngressClassParams."""
        return overridden(params_spec(self.made.settings or ClassSettings()))


@dataclass(frozen=True)
class AddLoadBalancer:
    """`add_load_balancer`, and `add_route` for each route."""

    id: str
    balancer: Balancer
    routes: Sequence[Route]
    default: Backend | None
    of_class: AddClass | None

    def manifests(self) -> list[Manifest]:
        """The Ingresses that its routes become. Raises `Refused` for what the load balancer would refuse."""
        source = Source(f"Ingress/{self.id}")
        problems = [*repeated(self.routes), *unmet(self.balancer, self.routes, self.default, source)]
        if problems:
            raise Refused(problems)
        return [manifest(made) for made in compile_routes(self.balancer, self.routes, source, default=self.default)]


@dataclass(frozen=True)
class AddIngress:
    """`add_ingress`."""

    id: str
    spec: Ingress
    of_class: AddClass | None

    def manifests(self) -> list[Manifest]:
        """The Ingress. Raises `Refused` for what Kubernetes or a load balancer would refuse."""
        if problems := [*unservable(self.spec)]:
            raise Refused(problems)
        return [manifest(replace(self.spec, class_name=self.spec.class_name or OWN_CLASS))]


@dataclass(frozen=True)
class AddManifests:
    """`add_manifests`, for an object as it stands."""

    id: str
    object: Manifest

    def manifests(self) -> list[Manifest]:
        """The object."""
        return [self.object]


Item = AddClass | AddLoadBalancer | AddIngress | AddManifests
"""One call."""
