"""Whatever the controller reads of a network load balancer can be said in typed words, and whatever is said in them is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import timedelta
from typing import Any

import pytest

from eks_ingress.annotations.catalogue import Annotation
from eks_ingress.annotations.of_services import ALL, QUIC_ENABLED_CONTAINERS, find
from eks_ingress.annotations.service_words import quic_annotations
from eks_ingress.manifests.manifest import Manifest
from eks_ingress.manifests.service import manifest
from eks_ingress.refusal import Refused
from eks_ingress.routing.attributes import NetworkLoadBalancerAttributes
from eks_ingress.routing.backend import Service, TargetGroup
from eks_ingress.routing.names import SERVICE_PREFIX
from eks_ingress.routing.network import SecurityGroups
from eks_ingress.routing.network_attributes import NetworkListenerAttributes, NetworkTargetGroupAttributes
from eks_ingress.routing.network_balancer import NetworkBalancer
from eks_ingress.routing.network_health import HealthProtocol, NetworkHealthCheck
from eks_ingress.routing.network_listener import NetworkListener
from eks_ingress.routing.network_protocol import AlpnPolicy
from eks_ingress.routing.network_service import NetworkService
from eks_ingress.routing.network_settings import NetworkSettings, NoSecurityGroups
from eks_ingress.routing.network_targets import NetworkTargets
from eks_ingress.routing.scheme import IpAddressType, Scheme
from eks_ingress.routing.targets import TargetType
from eks_ingress.routing.tls import TlsPolicy
from eks_ingress.routing.weights import Weights
from tests.annotations.network_samples import CHANGES
from tests.annotations.samples import (
    CERTIFICATES,
    HERE,
    TARGET_GROUPS,
    TOKEN,
    Change,
    assert_token_stands,
    each_text,
    replaced,
    words_of,
)

# All that the controller reads. Where one thing excludes another, a further load balancer says the other.

MQTT = NetworkBalancer(
    "mqtt",
    "iot",
    NetworkService.existing("mqtt"),
    (
        NetworkListener.tls(
            8883,
            certificates=CERTIFICATES[:2],
            tls_policy=TlsPolicy.FS_2018_06,
            alpn_policy=AlpnPolicy.HTTP2_OPTIONAL,
            encrypted_to_targets=True,
            target_attributes=NetworkTargetGroupAttributes(preserve_client_ip=True),
            weights=Weights(90, [(Service("mqtt-next", 8884), 9), (TargetGroup(TARGET_GROUPS[0]), 1)]),
        ),
        NetworkListener.tcp(
            1883,
            proxy_protocol=True,
            attributes=NetworkListenerAttributes(tcp_idle_timeout=timedelta(minutes=10)),
            weights=Weights(1, [(Service("mqtt-next", 1884), 3)], sticky=True),
        ),
    ),
    NetworkSettings(
        scheme=Scheme.INTERNET_FACING,
        ip_address_type=IpAddressType.DUALSTACK,
        load_balancer_name="mqtt",
        subnets=["subnet-1", "public-b"],
        eip_allocations=["eipalloc-1", "eipalloc-2"],
        ipv6_addresses=["2001:db8::1", "2001:db8:0:1::1"],
        ipv6_source_nat=True,
        source_nat_ipv6_prefixes=["2001:db8:0:0:1::/80", "auto_assigned"],
        security_groups=SecurityGroups.managed(inbound_cidrs=["10.0.0.0/8", "2001:db8::/32"], prefix_lists=["pl-1", "pl-2"]),
        icmp_for_path_mtu_discovery=True,
        inbound_rules_on_private_link=False,
        attributes=NetworkLoadBalancerAttributes(cross_zone=True),
        tags={"team": "iot"},
        minimum_capacity=3000,
    ),
    NetworkTargets(
        health_check=NetworkHealthCheck(
            path="/healthz",
            port=8080,
            protocol=HealthProtocol.HTTP,
            interval=timedelta(seconds=20),
            timeout=timedelta(seconds=6),
            healthy_threshold=2,
            unhealthy_threshold=4,
            success_codes="200-299",
        ),
        attributes=NetworkTargetGroupAttributes(deregistration_delay=timedelta(seconds=30)),
        multi_cluster=True,
    ),
)
DNS = NetworkBalancer(
    "dns",
    "net",
    NetworkService({"app": "dns"}),
    (NetworkListener.tcp_udp(53),),
    NetworkSettings(
        subnets=["subnet-1"],
        private_ipv4_addresses=["10.0.0.53"],
        security_groups=SecurityGroups.given(["sg-1", "dns"], manage_backend_rules=True),
    ),
    NetworkTargets(target_type=TargetType.INSTANCE, node_labels={"disk": "ssd"}, proxy_protocol=True),
)
WEB = NetworkBalancer(
    "web",
    "shop",
    NetworkService({"app": "web"}),
    (NetworkListener.tcp_quic(443),),
    NetworkSettings(security_groups=NoSecurityGroups(inbound_cidrs="10.0.0.0/8")),
)

# What the controller reads in them, without `aws-load-balancer-` before each.

MQTT_READ: dict[str, Any] = {
    "scheme": "internet-facing",
    "ip-address-type": "dualstack",
    "name": "mqtt",
    "subnets": ["subnet-1", "public-b"],
    "eip-allocations": ["eipalloc-1", "eipalloc-2"],
    "ipv6-addresses": ["2001:db8::1", "2001:db8:0:1::1"],
    "enable-prefix-for-ipv6-source-nat": "on",
    "source-nat-ipv6-prefixes": ["2001:db8:0:0:1::/80", "auto_assigned"],
    "attributes": {"load_balancing.cross_zone.enabled": "true"},
    "additional-resource-tags": {"team": "iot"},
    "minimum-load-balancer-capacity": {"CapacityUnits": "3000"},
    "load-balancer-source-ranges": ["10.0.0.0/8", "2001:db8::/32"],
    "security-group-prefix-lists": ["pl-1", "pl-2"],
    "enable-icmp-for-path-mtu-discovery": "on",
    "inbound-sg-rules-on-private-link-traffic": "off",
    "ssl-cert": CERTIFICATES[:2],
    "ssl-ports": ["8883"],
    "ssl-negotiation-policy": "ELBSecurityPolicy-FS-2018-06",
    "alpn-policy": "HTTP2Optional",
    "backend-protocol": "ssl",
    "listener-attributes.TCP-1883": {"tcp.idle_timeout.seconds": "600"},
    "actions.TLS-8883": {
        "type": "forward",
        "forwardConfig": {
            "baseServiceWeight": 90,
            "targetGroups": [
                {"serviceName": "mqtt-next", "servicePort": 8884, "weight": 9},
                {"targetGroupARN": TARGET_GROUPS[0], "weight": 1},
            ],
        },
    },
    "actions.TCP-1883": {
        "type": "forward",
        "forwardConfig": {
            "baseServiceWeight": 1,
            "targetGroups": [{"serviceName": "mqtt-next", "servicePort": 1884, "weight": 3}],
            "targetGroupStickinessConfig": {"enabled": True},
        },
    },
    "nlb-target-type": "ip",
    "proxy-protocol-per-target-group": ["1883", "1884"],
    "target-group-attributes": {"deregistration_delay.timeout_seconds": "30"},
    "target-group-attributes.8883": {"preserve_client_ip.enabled": "true"},
    "target-group-attributes.8884": {"preserve_client_ip.enabled": "true"},
    "multi-cluster-target-group": True,
    "healthcheck-protocol": "HTTP",
    "healthcheck-port": "8080",
    "healthcheck-path": "/healthz",
    "healthcheck-interval": 20,
    "healthcheck-timeout": 6,
    "healthcheck-healthy-threshold": 2,
    "healthcheck-unhealthy-threshold": 4,
    "healthcheck-success-codes": "200-299",
}
DNS_READ: dict[str, Any] = {
    "scheme": "internal",
    "subnets": ["subnet-1"],
    "private-ipv4-addresses": ["10.0.0.53"],
    "security-groups": ["sg-1", "dns"],
    "manage-backend-security-group-rules": True,
    "enable-tcp-udp-listener": True,
    "nlb-target-type": "instance",
    "target-node-labels": {"disk": "ssd"},
    "proxy-protocol": "*",
}
WEB_READ: dict[str, Any] = {
    "scheme": "internal",
    "disable-nlb-sg": True,
    "enable-tcp-udp-listener": True,
    "quic-enabled-ports": ["443"],
    "nlb-target-type": "ip",
}

each_balancer = pytest.mark.parametrize(
    ("made", "read"), [(MQTT, MQTT_READ), (DNS, DNS_READ), (WEB, WEB_READ)], ids=["mqtt", "dns", "web"]
)
each_change = pytest.mark.parametrize("change", CHANGES, ids=str)


def said(objects: Sequence[Manifest]) -> dict[str, str]:
    """The controller's annotations of a Service, by their names."""
    return {
        key.removeprefix(SERVICE_PREFIX): text
        for made in objects
        for key, text in made.annotations.items()
        if key.startswith(SERVICE_PREFIX)
    }


def row_of(name: str) -> Annotation:
    row = find(SERVICE_PREFIX + name)
    assert row is not None, f"{name} is none of the controller's annotations"
    return row


@each_balancer
def test_the_controller_reads_what_was_said(made: NetworkBalancer, read: dict[str, Any]) -> None:
    written = said([manifest(made, HERE)])
    found = {name.removeprefix("aws-load-balancer-"): row_of(name).grammar.decode(text) for name, text in written.items()}
    assert found == read


def test_each_annotation_can_be_said_or_has_something_newer_that_says_the_same() -> None:
    reached = {row_of(name) for made in (MQTT, DNS, WEB) for name in said([manifest(made, HERE)])} | {QUIC_ENABLED_CONTAINERS}
    assert {row.name.removeprefix("aws-load-balancer-") for row in ALL if row not in reached} == {
        "type",
        "internal",
        "access-log-enabled",
        "access-log-s3-bucket-name",
        "access-log-s3-bucket-prefix",
        "cross-zone-load-balancing-enabled",
    }
    assert {row for row in ALL if row not in reached} == {row for row in ALL if row.replaced_by}


@pytest.mark.parametrize("row", [row for row in ALL if row.replaced_by], ids=lambda row: row.name)
def test_what_is_newer_is_what_the_typed_name_writes(row: Annotation) -> None:
    (change,) = [change for change in CHANGES if str(change) == row.word]
    without, with_it = change.made()
    newer = find(SERVICE_PREFIX + row.replaced_by)
    if newer is None:
        field = row.replaced_by.removeprefix("spec.")
        assert field in without[0].body["spec"], "a Service that is made always has it"
    else:
        assert newer in {row_of(name) for name, _ in said(without).items() ^ said(with_it).items()}


def test_containers_that_speak_quic_are_told_on_their_pods() -> None:
    assert quic_annotations("envoy") == {"service.beta.kubernetes.io/aws-load-balancer-quic-enabled-containers": "envoy"}
    assert list(quic_annotations(["envoy", "proxy"]).values()) == ["envoy,proxy"]
    for wrong in ([], "Envoy", ["a,b"], [TOKEN]):
        with pytest.raises(Refused):
            quic_annotations(wrong)


# Every field of every word.

OF_ROUTES = {Service: {field.name for field in fields(Service)} - {"name", "port"}, TargetGroup: {"name"}}
"""What Services and target groups say in a route, and is refused here."""


def test_every_field_of_every_word_is_looked_at() -> None:
    words = [word for word in words_of(NetworkBalancer) if word not in _ONLY_OF_SERVICE]
    fields_of = {word: {field.name for field in fields(word) if field.init} - OF_ROUTES.get(word, set()) for word in words}
    looked_at = {word: {change.field for change in CHANGES if change.word is word} for word in fields_of}
    assert looked_at == fields_of
    assert {change.word for change in CHANGES} == set(fields_of)


_ONLY_OF_SERVICE = set(words_of(Service)) - {Service} - set(words_of(NetworkTargets)) - set(words_of(NetworkSettings))
"""Words that only a Service in a route holds."""


@each_change
def test_no_field_is_taken_and_passed_over(change: Change) -> None:
    assert getattr(change.before, change.field) != getattr(change.to(change.value), change.field)
    without, with_it = change.made()
    assert without != with_it


@each_change
def test_what_is_written_for_a_field_is_what_the_controller_reads(change: Change) -> None:
    for objects in change.made():
        for name, text in said(objects).items():
            grammar = row_of(name).grammar
            assert grammar.encode(grammar.decode(text)) == text


@pytest.mark.parametrize("row", [row for row in ALL if not row.replaced_by], ids=lambda row: row.name)
def test_an_annotation_is_what_its_typed_name_writes(row: Annotation) -> None:
    changed = set()
    for change in CHANGES:
        if str(change) == row.word:
            without, with_it = map(said, change.made())
            changed |= {row_of(name) for name, _ in without.items() ^ with_it.items()}
    assert row in changed or row is QUIC_ENABLED_CONTAINERS


# Tokens.

KNOWN_AT_SYNTH = {
    "NetworkBalancer.name",
    "NetworkBalancer.namespace",
    "NetworkListener.name",
}
"""What cannot be a token, since names of resources and of ports depend on it."""


@pytest.mark.parametrize(("change", "value", "text"), each_text(CHANGES))
@pytest.mark.parametrize("around", ["{token}", "{text}{token}"])
def test_a_token_stands_unharmed_in_what_is_applied(change: Change, value: Any, text: str, around: str) -> None:
    with_token = replaced(value, text, around.format(token=TOKEN, text=text))
    if str(change) in KNOWN_AT_SYNTH:
        with pytest.raises(Refused):
            change.to(with_token)
        return
    if str(change) in ("NetworkService.name", "ExistingService.name"):
        with pytest.raises(Refused):  # the load balancer's name, of which names of resources are made
            change.put(change.to(with_token))
        return
    (made,) = change.put(change.to(with_token))
    assert_token_stands(made, find)
