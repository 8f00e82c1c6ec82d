"""Whatever can be said of a network load balancer in typed words, the controller builds, as it was said."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

from hypothesis import given
from hypothesis import strategies as st

from eks_ingress.manifests.service import manifest
from eks_ingress.plan.build import plan
from eks_ingress.plan.flags import ControllerFlags
from eks_ingress.plan.model import Plan
from eks_ingress.refusal import Refused
from eks_ingress.routing.backend import Service, TargetGroup
from eks_ingress.routing.network import SecurityGroups
from eks_ingress.routing.network_attributes import NetworkListenerAttributes, NetworkTargetGroupAttributes
from eks_ingress.routing.network_balancer import NetworkBalancer
from eks_ingress.routing.network_health import HealthProtocol, NetworkHealthCheck
from eks_ingress.routing.network_listener import NetworkListener
from eks_ingress.routing.network_protocol import AlpnPolicy, NetworkProtocol
from eks_ingress.routing.network_service import IpFamily, NetworkService, TrafficPolicy
from eks_ingress.routing.network_settings import NetworkSettings, NoSecurityGroups
from eks_ingress.routing.network_targets import NetworkTargets
from eks_ingress.routing.scheme import IpAddressType, Scheme
from eks_ingress.routing.targets import TargetType
from eks_ingress.routing.weights import Weights
from eks_ingress.source import Source

T = TypeVar("T")

CERTIFICATE = "arn:aws:acm:eu-west-1:111122223333:certificate/abc"
TARGET_GROUP = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/theirs/0123456789abcdef"
FLAGS = ControllerFlags(cluster_name="prod", default_target_type="ip")
HERE = Source("Iot/Mqtt", "iot.py", 7)


def made(kind: Callable[..., T], **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[T]:
    """Words of a kind with some of these fields; of what is refused, a field is left out until it is taken."""

    @st.composite
    def draw_one(draw: st.DrawFn) -> T:
        said = draw(st.fixed_dictionaries({}, optional=fields))
        while (word := _or_none(kind, said)) is None:
            said.pop(draw(st.sampled_from(sorted(said))))
        return word

    return draw_one()


def _or_none(kind: Callable[..., T], said: dict[str, Any]) -> T | None:
    try:
        return kind(**said)
    except Refused:
        return None


flags = st.booleans()
ports = st.sampled_from([53, 80, 443, 1883])
seconds = st.integers(0, 600).map(lambda n: timedelta(seconds=n))
target_attributes = made(
    NetworkTargetGroupAttributes,
    deregistration_delay=seconds,
    preserve_client_ip=flags,
    sticky=flags,
    cross_zone=flags,
    connection_termination=flags,
)
others = st.one_of(
    st.builds(Service, st.sampled_from(["next", "other"]), st.one_of(ports, st.just("mqtt"))), st.just(TargetGroup(TARGET_GROUP))
)
weights = made(
    lambda own=1, others=((Service("next", 80), 1),), sticky=None: Weights(own, others, sticky),
    own=st.integers(0, 999),
    others=st.lists(st.tuples(others, st.integers(0, 999)), min_size=1, max_size=4),
    sticky=flags,
)
listeners = made(
    lambda port=80, protocol=NetworkProtocol.TCP, **said: NetworkListener(
        port, protocol, certificates=[CERTIFICATE] if protocol is NetworkProtocol.TLS else [], **said
    ),
    port=ports,
    protocol=st.sampled_from(NetworkProtocol),
    target_port=st.one_of(ports, st.just("http")),
    name=st.sampled_from(["web", "mqtt"]),
    alpn_policy=st.sampled_from(AlpnPolicy),
    encrypted_to_targets=flags,
    proxy_protocol=flags,
    attributes=st.just(NetworkListenerAttributes(tcp_idle_timeout=timedelta(minutes=10))),
    target_attributes=target_attributes,
    weights=weights,
)
groups = st.one_of(
    made(SecurityGroups, inbound_cidrs=st.just(["10.0.0.0/8"]), prefix_lists=st.just(["pl-1"])),
    made(SecurityGroups, groups=st.just(["sg-1"]), manage_backend_rules=flags),
    made(NoSecurityGroups, inbound_cidrs=st.just(["10.0.0.0/8"]), manage_backend_rules=flags),
)
settings = made(
    NetworkSettings,
    scheme=st.sampled_from(Scheme),
    ip_address_type=st.sampled_from([IpAddressType.IPV4, IpAddressType.DUALSTACK]),
    subnets=st.just(["subnet-1", "subnet-2"]),
    eip_allocations=st.just(["eipalloc-1", "eipalloc-2"]),
    private_ipv4_addresses=st.just(["10.0.0.1", "10.0.1.1"]),
    ipv6_addresses=st.just(["2001:db8::1", "2001:db8:0:1::1"]),
    security_groups=groups,
    icmp_for_path_mtu_discovery=flags,
    inbound_rules_on_private_link=flags,
    ipv6_source_nat=flags,
    source_nat_ipv6_prefixes=st.just(["auto_assigned", "auto_assigned"]),
    tags=st.just({"team": "iot"}),
    minimum_capacity=st.integers(0, 3000),
)
checks = made(
    NetworkHealthCheck,
    path=st.just("/healthz"),
    port=st.sampled_from([8080, "traffic-port", "web", "tcp-80", "udp-53"]),
    protocol=st.sampled_from(HealthProtocol),
    interval=seconds,
    timeout=seconds,
)
targets = made(
    NetworkTargets,
    target_type=st.sampled_from(TargetType),
    health_check=checks,
    attributes=target_attributes,
    proxy_protocol=flags,
    multi_cluster=flags,
    node_labels=st.just({"disk": "ssd"}),
)
services = made(
    lambda **said: NetworkService({"app": "mqtt"}, **said),
    external_traffic_policy=st.sampled_from(TrafficPolicy),
    ip_families=st.lists(st.sampled_from(IpFamily), unique=True),
    allocate_node_ports=flags,
)
balancers = made(
    lambda **said: NetworkBalancer(
        "mqtt",
        "iot",
        **{"service": NetworkService({"app": "mqtt"}), "listeners": (NetworkListener.tcp(1883),), **said},
    ),
    service=services,
    listeners=st.lists(listeners, min_size=1, max_size=3).map(tuple),
    settings=settings,
    targets=targets,
)


def planned(balancer: NetworkBalancer) -> Plan:
    return plan([manifest(balancer, HERE)], FLAGS)


@given(balancers)
def test_what_is_taken_is_built_as_it_was_said(balancer: NetworkBalancer) -> None:
    found = planned(balancer)
    assert [problem.reason for problem in found.problems] == []
    (built,) = found.network_load_balancers
    assert built.service == "iot/mqtt"
    assert built.scheme == (balancer.settings.scheme or Scheme.INTERNAL).value
    assert [(x.port, x.protocol) for x in built.listeners] == sorted((x.port, x.protocol.value) for x in balancer.listeners)
    for said, listener in zip(sorted(balancer.listeners, key=lambda x: x.port), built.listeners, strict=True):
        assert len(listener.targets) == 1 + len(said.weights.others if said.weights else ())
        assert (listener.certificates != ()) == (said.protocol is NetworkProtocol.TLS)
        for target in listener.targets:
            if target.group is not None and not str(target.group.service_port).startswith("$"):
                _check_target_group(balancer, said, dict(target.group.attributes))


def _check_target_group(balancer: NetworkBalancer, said: NetworkListener, attributes: dict[str, str]) -> None:
    proxied = balancer.targets.proxy_protocol or said.proxy_protocol
    assert attributes.pop("proxy_protocol_v2.enabled") == ("true" if proxied else "false")
    base = balancer.targets.attributes or NetworkTargetGroupAttributes()
    own = said.target_attributes or NetworkTargetGroupAttributes()
    assert attributes == base.entries() | own.entries()
