"""Routes and load balancers in few words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from eks_ingress.manifests.ingress import manifest
from eks_ingress.manifests.manifest import Manifest
from eks_ingress.routing.backend import Backend, Service
from eks_ingress.routing.balancer import Balancer
from eks_ingress.routing.compiler import compile_routes
from eks_ingress.routing.ingress import Ingress
from eks_ingress.routing.listener import Listener
from eks_ingress.routing.match import Match, Prefix
from eks_ingress.routing.route import Route
from eks_ingress.routing.settings import LoadBalancerSettings
from eks_ingress.routing.targets import Targets
from eks_ingress.source import Source

HERE = Source("Shop/Ingress/Shop")
BALANCER = Balancer(
    name="shop",
    namespace="web",
    group_name="web.shop",
    class_name="alb",
    settings=LoadBalancerSettings(),
    listeners=(Listener.http(),),
    targets=Targets(),
)


def balancer(**given: Any) -> Balancer:
    """The load balancer `BALANCER` with something else."""
    return replace(BALANCER, **given)


def route(match: str | Match, backend: Backend | None = None, *, order: int = 0, line: int = 1, **given: Any) -> Route:
    """A route written in `shop.py`; text is a prefix, and the default backend a Service."""
    wanted = Prefix(match) if isinstance(match, str) else match
    return Route(wanted, backend or Service("web", 80), Source("Shop/Ingress/Shop", "shop.py", line), order, **given)


def compiled(routes: Sequence[Route], **given: Any) -> list[Ingress]:
    """The Ingresses of the load balancer `BALANCER` in typed words."""
    return compile_routes(BALANCER, routes, HERE, **given)


def manifests(routes: Sequence[Route]) -> list[Manifest]:
    """The Ingresses of the load balancer `BALANCER`."""
    return [manifest(ingress) for ingress in compiled(routes)]
