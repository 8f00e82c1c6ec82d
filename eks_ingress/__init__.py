"""The AWS Load Balancer Controller on an EKS cluster, and the load balancers that it makes: if it synthesizes, it routes.

Everything that a user imports, and nothing else. A name is loaded when it is first used, so that the command line never loads the
CDK.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from eks_ingress.balancers.application import ApplicationLoadBalancer as ApplicationLoadBalancer
    from eks_ingress.balancers.host import BalancerHost as BalancerHost
    from eks_ingress.controller.chart_source import ChartSource as ChartSource
    from eks_ingress.controller.features import Feature as Feature
    from eks_ingress.controller.identity import Identity as Identity
    from eks_ingress.controller.images import Image as Image
    from eks_ingress.controller.options import ControllerOptions as ControllerOptions
    from eks_ingress.controller.options import Resources as Resources
    from eks_ingress.controller.options import ServiceMonitor as ServiceMonitor
    from eks_ingress.controller.options import Toleration as Toleration
    from eks_ingress.controller.permissions import Permissions as Permissions
    from eks_ingress.controller.role import RoleSettings as RoleSettings
    from eks_ingress.controller.versions import ControllerVersion as ControllerVersion
    from eks_ingress.ingress import EksIngress as EksIngress
    from eks_ingress.refusal import Refused as Refused
    from eks_ingress.routing.backend import ContentType as ContentType
    from eks_ingress.routing.backend import FixedResponse as FixedResponse
    from eks_ingress.routing.backend import Redirect as Redirect
    from eks_ingress.routing.backend import Service as Service
    from eks_ingress.routing.backend import TargetType as TargetType
    from eks_ingress.routing.balancer import Scheme as Scheme
    from eks_ingress.routing.health import HealthCheck as HealthCheck
    from eks_ingress.routing.listener import Listener as Listener
    from eks_ingress.routing.match import Exact as Exact
    from eks_ingress.routing.match import Pattern as Pattern
    from eks_ingress.routing.match import Prefix as Prefix
    from eks_ingress.routing.protocol import Protocol as Protocol

_HOMES = {
    "ApplicationLoadBalancer": "balancers.application",
    "BalancerHost": "balancers.host",
    "ChartSource": "controller.chart_source",
    "ContentType": "routing.backend",
    "ControllerOptions": "controller.options",
    "ControllerVersion": "controller.versions",
    "EksIngress": "ingress",
    "Exact": "routing.match",
    "Feature": "controller.features",
    "FixedResponse": "routing.backend",
    "HealthCheck": "routing.health",
    "Identity": "controller.identity",
    "Image": "controller.images",
    "Listener": "routing.listener",
    "Pattern": "routing.match",
    "Permissions": "controller.permissions",
    "Prefix": "routing.match",
    "Protocol": "routing.protocol",
    "Redirect": "routing.backend",
    "Refused": "refusal",
    "Resources": "controller.options",
    "RoleSettings": "controller.role",
    "Scheme": "routing.balancer",
    "Service": "routing.backend",
    "ServiceMonitor": "controller.options",
    "TargetType": "routing.backend",
    "Toleration": "controller.options",
}

__all__ = sorted(_HOMES)  # noqa: PLE0605
__version__ = "0.1.0"


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
