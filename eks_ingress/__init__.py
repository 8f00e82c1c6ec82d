"""The AWS Load Balancer Controller on an EKS cluster, and the load balancers that it makes: if it synthesizes, it routes.

Everything that a user imports, and nothing else. A name is loaded when it is first used, so that the command line never loads the
CDK.
"""

from __future__ import annotations

import gc
import os
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from eks_ingress.annotations.service_words import quic_annotations as quic_annotations
    from eks_ingress.annotations.words import service_annotations as service_annotations
    from eks_ingress.balancers.application import ApplicationLoadBalancer as ApplicationLoadBalancer
    from eks_ingress.balancers.host import BalancerHost as BalancerHost
    from eks_ingress.balancers.ingress_class import KubernetesIngressClass as KubernetesIngressClass
    from eks_ingress.balancers.manifests import KubernetesManifests as KubernetesManifests
    from eks_ingress.balancers.network import NetworkLoadBalancer as NetworkLoadBalancer
    from eks_ingress.balancers.plain import KubernetesIngress as KubernetesIngress
    from eks_ingress.balancers.shared import SharedLoadBalancer as SharedLoadBalancer
    from eks_ingress.balancers.target_group_binding import TargetGroupBinding as TargetGroupBinding
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
    from eks_ingress.plan.facts import CertificateFact as CertificateFact
    from eks_ingress.plan.facts import Facts as Facts
    from eks_ingress.plan.facts import NamedFact as NamedFact
    from eks_ingress.plan.facts import Quotas as Quotas
    from eks_ingress.plan.requests import load_requests as load_requests
    from eks_ingress.plan.requests import run_requests as run_requests
    from eks_ingress.plan.subnets import SubnetFact as SubnetFact
    from eks_ingress.plan.target_group_fact import TargetGroupFact as TargetGroupFact
    from eks_ingress.refusal import Refused as Refused
    from eks_ingress.routing.attributes import Algorithm as Algorithm
    from eks_ingress.routing.attributes import ClientRouting as ClientRouting
    from eks_ingress.routing.attributes import DesyncMitigation as DesyncMitigation
    from eks_ingress.routing.attributes import ListenerAttributes as ListenerAttributes
    from eks_ingress.routing.attributes import LoadBalancerAttributes as LoadBalancerAttributes
    from eks_ingress.routing.attributes import Logs as Logs
    from eks_ingress.routing.attributes import MinimumHealthy as MinimumHealthy
    from eks_ingress.routing.attributes import NetworkLoadBalancerAttributes as NetworkLoadBalancerAttributes
    from eks_ingress.routing.attributes import Stickiness as Stickiness
    from eks_ingress.routing.attributes import TargetGroupAttributes as TargetGroupAttributes
    from eks_ingress.routing.attributes import XffHeader as XffHeader
    from eks_ingress.routing.auth import Claim as Claim
    from eks_ingress.routing.auth import ClaimFormat as ClaimFormat
    from eks_ingress.routing.auth import Cognito as Cognito
    from eks_ingress.routing.auth import Jwt as Jwt
    from eks_ingress.routing.auth import Oidc as Oidc
    from eks_ingress.routing.auth import OnUnauthenticated as OnUnauthenticated
    from eks_ingress.routing.backend import ContentType as ContentType
    from eks_ingress.routing.backend import FixedResponse as FixedResponse
    from eks_ingress.routing.backend import Forward as Forward
    from eks_ingress.routing.backend import Redirect as Redirect
    from eks_ingress.routing.backend import Service as Service
    from eks_ingress.routing.backend import TargetGroup as TargetGroup
    from eks_ingress.routing.conditions import HostHeader as HostHeader
    from eks_ingress.routing.conditions import HttpHeader as HttpHeader
    from eks_ingress.routing.conditions import HttpMethod as HttpMethod
    from eks_ingress.routing.conditions import PathPattern as PathPattern
    from eks_ingress.routing.conditions import QueryString as QueryString
    from eks_ingress.routing.conditions import SourceIp as SourceIp
    from eks_ingress.routing.frontend import FrontendNlb as FrontendNlb
    from eks_ingress.routing.health import HealthCheck as HealthCheck
    from eks_ingress.routing.ingress import Ingress as Ingress
    from eks_ingress.routing.ingress import IngressPath as IngressPath
    from eks_ingress.routing.ingress import IngressRule as IngressRule
    from eks_ingress.routing.ingress import IngressTls as IngressTls
    from eks_ingress.routing.ingress_class import ClassSettings as ClassSettings
    from eks_ingress.routing.ingress_class import NamespaceSelector as NamespaceSelector
    from eks_ingress.routing.labels import LabelExpression as LabelExpression
    from eks_ingress.routing.labels import LabelOperator as LabelOperator
    from eks_ingress.routing.labels import NodeSelector as NodeSelector
    from eks_ingress.routing.listener import Listener as Listener
    from eks_ingress.routing.match import Exact as Exact
    from eks_ingress.routing.match import Pattern as Pattern
    from eks_ingress.routing.match import Prefix as Prefix
    from eks_ingress.routing.network import SecurityGroups as SecurityGroups
    from eks_ingress.routing.network_attributes import NetworkListenerAttributes as NetworkListenerAttributes
    from eks_ingress.routing.network_attributes import NetworkTargetGroupAttributes as NetworkTargetGroupAttributes
    from eks_ingress.routing.network_health import HealthProtocol as HealthProtocol
    from eks_ingress.routing.network_health import NetworkHealthCheck as NetworkHealthCheck
    from eks_ingress.routing.network_listener import NetworkListener as NetworkListener
    from eks_ingress.routing.network_protocol import AlpnPolicy as AlpnPolicy
    from eks_ingress.routing.network_protocol import NetworkProtocol as NetworkProtocol
    from eks_ingress.routing.network_service import ExistingService as ExistingService
    from eks_ingress.routing.network_service import IpFamily as IpFamily
    from eks_ingress.routing.network_service import IpFamilyPolicy as IpFamilyPolicy
    from eks_ingress.routing.network_service import NetworkService as NetworkService
    from eks_ingress.routing.network_service import TrafficPolicy as TrafficPolicy
    from eks_ingress.routing.network_settings import NoSecurityGroups as NoSecurityGroups
    from eks_ingress.routing.network_targets import NetworkTargets as NetworkTargets
    from eks_ingress.routing.protocol import Protocol as Protocol
    from eks_ingress.routing.regex import Regex as Regex
    from eks_ingress.routing.scheme import IpAddressType as IpAddressType
    from eks_ingress.routing.scheme import Scheme as Scheme
    from eks_ingress.routing.settings import LoadBalancerSettings as LoadBalancerSettings
    from eks_ingress.routing.target_group_binding import AllowedTraffic as AllowedTraffic
    from eks_ingress.routing.target_group_binding import TargetGroupProtocol as TargetGroupProtocol
    from eks_ingress.routing.target_group_binding import TargetIpAddressType as TargetIpAddressType
    from eks_ingress.routing.target_group_binding import TransportProtocol as TransportProtocol
    from eks_ingress.routing.targets import ProtocolVersion as ProtocolVersion
    from eks_ingress.routing.targets import Targets as Targets
    from eks_ingress.routing.targets import TargetType as TargetType
    from eks_ingress.routing.tls import MutualTls as MutualTls
    from eks_ingress.routing.tls import MutualTlsMode as MutualTlsMode
    from eks_ingress.routing.tls import TlsPolicy as TlsPolicy
    from eks_ingress.routing.transforms import HostRewrite as HostRewrite
    from eks_ingress.routing.transforms import UrlRewrite as UrlRewrite
    from eks_ingress.routing.web_acl import WafClassic as WafClassic
    from eks_ingress.routing.web_acl import WebAcl as WebAcl
    from eks_ingress.routing.weights import Weights as Weights


_HOMES = {
    "Algorithm": "routing.attributes",
    "AlpnPolicy": "routing.network_protocol",
    "AllowedTraffic": "routing.target_group_binding",
    "ApplicationLoadBalancer": "balancers.application",
    "BalancerHost": "balancers.host",
    "CertificateFact": "plan.facts",
    "ChartSource": "controller.chart_source",
    "Claim": "routing.auth",
    "ClaimFormat": "routing.auth",
    "ClassSettings": "routing.ingress_class",
    "ClientRouting": "routing.attributes",
    "Cognito": "routing.auth",
    "ContentType": "routing.backend",
    "ControllerOptions": "controller.options",
    "ControllerVersion": "controller.versions",
    "DesyncMitigation": "routing.attributes",
    "EksIngress": "ingress",
    "Exact": "routing.match",
    "ExistingService": "routing.network_service",
    "Facts": "plan.facts",
    "Feature": "controller.features",
    "FixedResponse": "routing.backend",
    "Forward": "routing.backend",
    "FrontendNlb": "routing.frontend",
    "HealthCheck": "routing.health",
    "HealthProtocol": "routing.network_health",
    "HostHeader": "routing.conditions",
    "HostRewrite": "routing.transforms",
    "HttpHeader": "routing.conditions",
    "HttpMethod": "routing.conditions",
    "Identity": "controller.identity",
    "Image": "controller.images",
    "Ingress": "routing.ingress",
    "IngressPath": "routing.ingress",
    "IngressRule": "routing.ingress",
    "IngressTls": "routing.ingress",
    "IpAddressType": "routing.scheme",
    "IpFamily": "routing.network_service",
    "IpFamilyPolicy": "routing.network_service",
    "Jwt": "routing.auth",
    "KubernetesIngress": "balancers.plain",
    "KubernetesIngressClass": "balancers.ingress_class",
    "KubernetesManifests": "balancers.manifests",
    "LabelExpression": "routing.labels",
    "LabelOperator": "routing.labels",
    "Listener": "routing.listener",
    "ListenerAttributes": "routing.attributes",
    "LoadBalancerAttributes": "routing.attributes",
    "LoadBalancerSettings": "routing.settings",
    "Logs": "routing.attributes",
    "MinimumHealthy": "routing.attributes",
    "MutualTls": "routing.tls",
    "MutualTlsMode": "routing.tls",
    "NamedFact": "plan.facts",
    "NamespaceSelector": "routing.ingress_class",
    "NetworkHealthCheck": "routing.network_health",
    "NetworkListener": "routing.network_listener",
    "NetworkListenerAttributes": "routing.network_attributes",
    "NetworkLoadBalancer": "balancers.network",
    "NetworkLoadBalancerAttributes": "routing.attributes",
    "NetworkProtocol": "routing.network_protocol",
    "NetworkService": "routing.network_service",
    "NetworkTargetGroupAttributes": "routing.network_attributes",
    "NetworkTargets": "routing.network_targets",
    "NoSecurityGroups": "routing.network_settings",
    "NodeSelector": "routing.labels",
    "Oidc": "routing.auth",
    "OnUnauthenticated": "routing.auth",
    "PathPattern": "routing.conditions",
    "Pattern": "routing.match",
    "Permissions": "controller.permissions",
    "Prefix": "routing.match",
    "Protocol": "routing.protocol",
    "ProtocolVersion": "routing.targets",
    "QueryString": "routing.conditions",
    "Quotas": "plan.facts",
    "Redirect": "routing.backend",
    "Refused": "refusal",
    "Regex": "routing.regex",
    "Resources": "controller.options",
    "RoleSettings": "controller.role",
    "Scheme": "routing.scheme",
    "SecurityGroups": "routing.network",
    "Service": "routing.backend",
    "ServiceMonitor": "controller.options",
    "SharedLoadBalancer": "balancers.shared",
    "SourceIp": "routing.conditions",
    "Stickiness": "routing.attributes",
    "SubnetFact": "plan.subnets",
    "TargetGroup": "routing.backend",
    "TargetGroupAttributes": "routing.attributes",
    "TargetGroupFact": "plan.target_group_fact",
    "TargetGroupBinding": "balancers.target_group_binding",
    "TargetGroupProtocol": "routing.target_group_binding",
    "TargetIpAddressType": "routing.target_group_binding",
    "TargetType": "routing.targets",
    "Targets": "routing.targets",
    "TlsPolicy": "routing.tls",
    "Toleration": "controller.options",
    "TrafficPolicy": "routing.network_service",
    "TransportProtocol": "routing.target_group_binding",
    "UrlRewrite": "routing.transforms",
    "WafClassic": "routing.web_acl",
    "WebAcl": "routing.web_acl",
    "Weights": "routing.weights",
    "XffHeader": "routing.attributes",
    "load_requests": "plan.requests",
    "quic_annotations": "annotations.service_words",
    "run_requests": "plan.requests",
    "service_annotations": "annotations.words",
}

__all__ = sorted(_HOMES)  # noqa: PLE0605
__version__ = "0.1.0"


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if "CDK_OUTDIR" in os.environ:
        # The CDK's command line runs the app for one synth. What is loaded by now, the CDK above all, stays until the end, and
        # Python would look through all of it for garbage: while it runs, and several times when it ends.
        gc.freeze()
    value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
