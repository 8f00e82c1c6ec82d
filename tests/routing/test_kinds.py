"""What is of another kind than a word takes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from eks_ingress.annotations.words import service_annotations
from eks_ingress.routing.backend import FixedResponse, Redirect, Service, TargetGroup
from eks_ingress.routing.health import HealthCheck
from eks_ingress.routing.ingress import Ingress, IngressPath
from eks_ingress.routing.ingress_class import ClassSettings
from eks_ingress.routing.labels import NodeSelector
from eks_ingress.routing.listener import Listener
from eks_ingress.routing.network_listener import NetworkListener
from eks_ingress.routing.network_settings import NetworkSettings
from eks_ingress.routing.scheme import Scheme
from eks_ingress.routing.settings import LoadBalancerSettings
from eks_ingress.routing.target_group_binding import AllowedTraffic, Binding
from tests.routing.refusals import reasons
from tests.routing.routes import balancer

NO_BACKEND = "'web' is nothing that a route can lead to."
NO_LABEL = "name 5 is not a DNS label: 1 to 63 lower-case letters, digits and '-', with a letter or digit at both ends."
NO_AUTH = "'oidc' is nothing that clients could show."


def ingress(**said: Any) -> Ingress:
    return Ingress(**{"namespace": "shop", "default_backend": Service("web", 80), **said})


def binding(**said: Any) -> Binding:
    return Binding(
        **{"name": "web", "namespace": "shop", "service": Service("web", 80), "target_group": TargetGroup(name="blue"), **said}
    )


@pytest.mark.parametrize(
    ("make", "said", "reason"),
    [
        (HealthCheck, {"success_codes": 200}, "success_codes 200 is no text."),
        (HealthCheck, {"path": 5}, "path 5 is no text."),
        (HealthCheck, {"protocol": "HTTPS"}, "protocol 'HTTPS' is no Protocol."),
        (TargetGroup, {"name": 5}, "name 5 is no text."),
        (Redirect, {"host": 5}, "host 5 is no text."),
        (Redirect, {"protocol": "HTTPS"}, "protocol 'HTTPS' is no Protocol."),
        (FixedResponse, {"status_code": 200, "body": 5}, "body 5 is no text."),
        (FixedResponse, {"status_code": 200, "content_type": "text/html"}, "content_type 'text/html' is no ContentType."),
        (LoadBalancerSettings, {"ipam_ipv4_pool": 5}, "ipam_ipv4_pool 5 is no text."),
        (Listener.http, {"attributes": {}}, "attributes {} is no ListenerAttributes."),
        (Listener.https, {"mutual_tls": "verify"}, "mutual_tls 'verify' is no MutualTls."),
        (Listener, {"port": 443, "protocol": "HTTPS"}, "protocol 'HTTPS' is no Protocol."),
        (IngressPath, {"path": "/", "type": "Prefix", "backend": "web"}, f"backend of path {NO_BACKEND}"),
        (ingress, {"default_backend": "web"}, f"default_backend {NO_BACKEND}"),
        (ingress, {"auth": "oidc"}, f"auth {NO_AUTH}"),
        (ingress, {"listeners": ["http"]}, "listener 'http' is no Listener."),
        (NetworkListener.tcp, {"port": 1883, "name": 5}, NO_LABEL),
        (NetworkListener.tcp_udp, {"port": 53, "name": 5}, NO_LABEL),
        (
            NetworkSettings,
            {"eip_allocations": {}, "scheme": Scheme.INTERNET_FACING},
            "eip_allocations ({},) holds something that is no text.",
        ),
        (NetworkListener.tls, {"port": 443, "certificates": 5}, "certificates 5 is one and no list."),
        (Listener.https, {"certificates": 5}, "certificates 5 is one and no list."),
        (ClassSettings, {"certificates": 5}, "certificates 5 is one and no list."),
        (NodeSelector, {"expressions": 5}, "entry of expressions, 5 is no LabelExpression."),
        (AllowedTraffic, {"cidrs": ["10.0.0.0/8"], "ports": b"x"}, "port of AllowedTraffic b'x' is out of range."),
        (binding, {"networking": None}, "networking None is no AllowedTraffic."),
        (service_annotations, {"service": Service("web", 80), "auth": "oidc"}, f"auth of Service {NO_AUTH}"),
        (balancer, {"targets": None}, "targets None is no Targets."),
        (balancer, {"listeners": [None]}, "listener None is no Listener."),
        (balancer, {"auth": "oidc"}, f"auth {NO_AUTH}"),
    ],
)
def test_it_is_refused_in_words_where_it_is_said(make: Callable[..., object], said: dict[str, Any], reason: str) -> None:
    assert reasons(lambda: make(**said)) == [reason]
