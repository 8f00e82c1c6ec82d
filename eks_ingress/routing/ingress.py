"""An Ingress in typed words, one to one with the Kubernetes object that is made of it."""

from __future__ import annotations

from dataclasses import dataclass

from eks_ingress.routing.backend import Backend, TargetType
from eks_ingress.routing.balancer import Scheme
from eks_ingress.routing.health import HealthCheck
from eks_ingress.routing.listener import Listener
from eks_ingress.routing.match import PathType
from eks_ingress.source import Source


@dataclass(frozen=True, slots=True)
class Path:
    """A path of a rule and what it leads to."""

    path: str
    type: PathType
    backend: Backend
    source: Source


@dataclass(frozen=True, slots=True)
class Rule:
    """The paths of one host; None stands for any host."""

    host: str | None
    paths: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Ingress:
    """Rules with one set of settings, a member of a group that shares a load balancer."""

    name: str
    namespace: str
    class_name: str
    group_name: str
    group_order: int
    """Place among the members of the group, -1000 to 1000: rules of a lower one are tried first."""
    scheme: Scheme
    listeners: tuple[Listener, ...]
    target_type: TargetType
    health_check: HealthCheck
    rules: tuple[Rule, ...]
    source: Source
