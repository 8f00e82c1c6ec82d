from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from eks_ingress.routing.backend import Service
from eks_ingress.routing.network import SecurityGroups
from eks_ingress.routing.network_attributes import NetworkTargetGroupAttributes
from eks_ingress.routing.network_balancer import NetworkBalancer
from eks_ingress.routing.network_health import NetworkHealthCheck
from eks_ingress.routing.network_listener import NetworkListener
from eks_ingress.routing.network_service import IpFamily, NetworkService
from eks_ingress.routing.network_settings import NetworkSettings, NoSecurityGroups
from eks_ingress.routing.network_targets import NetworkTargets
from eks_ingress.routing.scheme import IpAddressType, Scheme
from eks_ingress.routing.targets import TargetType
from eks_ingress.routing.tls import TlsPolicy
from eks_ingress.routing.weights import Weights
from tests.routing.cdk import CERTIFICATE, TOKEN
from tests.routing.refusals import reasons, refusals

tcp = NetworkListener.tcp
PODS = NetworkService({"app": "mqtt"})
STICKY = NetworkTargetGroupAttributes(sticky=True)
NODES = NetworkTargets(target_type=TargetType.INSTANCE)


def balancer(*listeners: NetworkListener, **said: Any) -> NetworkBalancer:
    base: dict[str, Any] = {"name": "mqtt", "namespace": "iot", "service": PODS, "listeners": listeners or (tcp(1883),)}
    return NetworkBalancer(**{**base, **said})


def weighted(*ports: int | str, **said: Any) -> NetworkListener:
    return tcp(1883, weights=Weights(9, [(Service("next", port), 1) for port in ports]), **said)


def health(port: int | str) -> NetworkTargets:
    return NetworkTargets(health_check=NetworkHealthCheck(port=port))


def test_a_load_balancer_is_internal_and_leads_to_pods_by_default() -> None:
    plain = balancer()
    assert plain.written_settings == NetworkSettings(scheme=Scheme.INTERNAL)
    assert plain.targets.written_type is TargetType.IP
    assert plain.written_tls_policy is None
    assert not plain.exists


def test_where_nodes_are_chosen_among_they_are_the_targets() -> None:
    assert balancer(targets=NetworkTargets(node_labels={"disk": "ssd"})).targets.written_type is TargetType.INSTANCE


def test_tls_has_the_policy_that_is_said_or_that_aws_recommends() -> None:
    plain = NetworkListener.tls(443, certificates=[CERTIFICATE])
    other = NetworkListener.tls(8443, certificates=[CERTIFICATE], tls_policy="ELBSecurityPolicy-FS-2018-06")
    assert balancer(plain).written_tls_policy is TlsPolicy.RECOMMENDED
    assert balancer(plain, other).written_tls_policy == "ELBSecurityPolicy-FS-2018-06"


@pytest.mark.parametrize("listener", [NetworkListener.quic(443), NetworkListener.tcp_quic(443)])
def test_quic_goes_without_security_groups_by_default(listener: NetworkListener) -> None:
    assert balancer(listener).written_settings.security_groups == NoSecurityGroups()
    said = NoSecurityGroups(inbound_cidrs="10.0.0.0/8")
    assert balancer(listener, settings=NetworkSettings(security_groups=said)).written_settings.security_groups == said


def test_what_is_said_by_ports_holds_for_the_ports_of_other_services_too() -> None:
    first, second = weighted(1884, "named"), tcp(8883)
    assert balancer(first, second).by_target_port == {1883: first, 1884: first, 8883: second}


@pytest.mark.parametrize(
    "make",
    [
        lambda: balancer(weighted(1883)),
        lambda: balancer(weighted("mqtt")),
        lambda: balancer(weighted("mqtt"), tcp(80, proxy_protocol=True)),
        lambda: balancer(weighted("mqtt", proxy_protocol=True), targets=NetworkTargets(proxy_protocol=True)),
        lambda: balancer(weighted(1884, proxy_protocol=True, target_attributes=STICKY), tcp(80)),
        lambda: balancer(tcp(80, name="web"), targets=health("web")),
        lambda: balancer(
            tcp(80, target_port="http"),
            targets=NetworkTargets(target_type=TargetType.INSTANCE, health_check=NetworkHealthCheck(port="tcp-80")),
        ),
        lambda: balancer(targets=health("traffic-port")),
        lambda: balancer(targets=health(TOKEN)),
        lambda: balancer(service=NetworkService({"app": "mqtt"}, allocate_node_ports=False)),
        lambda: balancer(
            tcp(1883, node_port=31883), service=NetworkService({"app": "mqtt"}, allocate_node_ports=False), targets=NODES
        ),
        lambda: balancer(service=NetworkService.existing("mqtt"), settings=NetworkSettings(scheme=Scheme.INTERNAL)),
    ],
)
def test_what_goes_together_is_taken(make: Callable[[], object]) -> None:
    assert isinstance(make(), NetworkBalancer)


TOLD_BY_NUMBER = "is a name, while attributes and Proxy Protocol of one listener are told by the number."


@pytest.mark.parametrize(
    ("make", "reason", "remedy"),
    [
        (
            lambda: balancer(service=NetworkService.existing("mqtt")),
            "scheme None is not said, and a load balancer that exists would be replaced where it is not internal.",
            "Write the `scheme` that it has.",
        ),
        (
            lambda: balancer(name=TOKEN),
            f"name {TOKEN!r} is known to CloudFormation only.",
            "Write it as text: names are made of it.",
        ),
        (
            lambda: balancer(service={"app": "mqtt"}),
            "service {'app': 'mqtt'} is no NetworkService.",
            "Write `NetworkService({'app': 'mqtt'})`, or `NetworkService.existing('mqtt')`.",
        ),
        (
            lambda: balancer(service=NetworkService({"app": "mqtt"}, ip_families=[IpFamily.IPV6])),
            "ip_families ['IPv6'] have IPv6, which the controller refuses for a load balancer without it.",
            "Write `ip_address_type=IpAddressType.DUALSTACK`.",
        ),
        (
            lambda: balancer(service=NetworkService({"app": "mqtt"}, allocate_node_ports=False), targets=NODES),
            "allocate_node_ports False leaves ports [1883] without one of the nodes, which targets of the type instance need.",
            "Write `node_port=…` for each listener, or leave `allocate_node_ports` out.",
        ),
        (
            lambda: balancer(NetworkListener.quic(443), settings=NetworkSettings(ip_address_type=IpAddressType.DUALSTACK)),
            "ip_address_type 'dualstack' has IPv6, and AWS takes QUIC over IPv4 only.",
            "Write `IpAddressType.IPV4`, or leave it out.",
        ),
        (
            lambda: balancer(
                tcp(80), NetworkListener.tls(443, certificates=[CERTIFICATE]), targets=NetworkTargets(attributes=STICKY)
            ),
            "attributes of targets, 'sticky' hold for the TLS listeners as well, where AWS does not take it.",
            "Write `target_attributes=NetworkTargetGroupAttributes(sticky=True)` for the other listeners.",
        ),
        (
            lambda: balancer(targets=health("web")),
            "health check port 'web' is the name of no port of the Service.",
            "Write a number, or one of ['tcp-1883'].",
        ),
        (
            lambda: balancer(tcp(80, target_port="http"), targets=health("tcp-80")),
            "health check port 'tcp-80' leads to a port of the pods that has a name itself, which the controller refuses.",
            "Write the number of the pods' port.",
        ),
        (
            lambda: balancer(tcp(80, weights=Weights(1, [(Service("mqtt", 81), 1)]))),
            "weights of the listener on port 80, Service 'mqtt' is the load balancer's own.",
            "Write its weight as `own`.",
        ),
        (
            lambda: balancer(weighted("mqtt", target_attributes=STICKY)),
            f"port of Service 'next', 'mqtt' {TOLD_BY_NUMBER}",
            "Write its number.",
        ),
        (
            lambda: balancer(weighted("mqtt", proxy_protocol=True)),
            f"port of Service 'next', 'mqtt' {TOLD_BY_NUMBER}",
            "Write its number.",
        ),
        (
            lambda: balancer(weighted(80), tcp(80, proxy_protocol=True)),
            "port of a Service, 80 stands behind the listeners on 1883 and 80, which say different things of it, and the "
            "controller goes by its number.",
            "Write the same `target_attributes` and `proxy_protocol`, or give the other Service another port.",
        ),
        (
            lambda: balancer(NetworkListener.quic(443), settings=NetworkSettings(inbound_rules_on_private_link=True)),
            "inbound_rules_on_private_link True would have no effect, since there are no security groups.",
            "Leave it out, or name security groups.",
        ),
        (
            lambda: balancer(listeners=("tcp",)),
            "listener 'tcp' is no NetworkListener.",
            "Write `NetworkListener(…)`.",
        ),
        (
            lambda: balancer(targets=None),
            "targets None is no NetworkTargets.",
            "Write `NetworkTargets(…)`.",
        ),
    ],
)
def test_what_does_not_go_together_is_refused(make: Callable[[], object], reason: str, remedy: str) -> None:
    assert refusals(make) == [(reason, remedy)]


def test_security_groups_cannot_stand_before_quic() -> None:
    (reason,) = reasons(
        lambda: balancer(NetworkListener.quic(443), settings=NetworkSettings(security_groups=SecurityGroups.managed()))
    )
    assert reason.endswith("cannot be, since AWS takes QUIC on load balancers without security groups only.")


def test_all_that_is_wrong_is_told_at_once() -> None:
    assert len(reasons(lambda: balancer(tcp(80), tcp(80), name="1", namespace="_", targets=health("web")))) == 4
