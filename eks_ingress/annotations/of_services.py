"""One row for each annotation that the controller reads on a Service that has a network load balancer of its own.

Facts: controller documentation, "Service annotations"; its source at v3.5.0, packages annotations and service.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from eks_ingress.annotations.catalogue import Annotation, Merge, Place
from eks_ingress.annotations.grammar import (
    Bool,
    Grammar,
    Int,
    Json,
    List,
    ListOf,
    Maybe,
    Number,
    Object,
    OneOf,
    Str,
    StringMap,
    Text,
    TextOrNumber,
    YesNo,
)
from eks_ingress.routing.names import SERVICE_PREFIX

_MAYBE_TEXT, _MAYBE_NUMBER, _MAYBE_FLAG = Maybe(Text()), Maybe(Number()), Maybe(YesNo())
_ACTION = Object(
    {
        "type": Text(),
        "forwardConfig": Object(
            {
                "baseServiceWeight": _MAYBE_NUMBER,
                "targetGroups": ListOf(
                    Object(
                        {
                            "targetGroupARN": _MAYBE_TEXT,
                            "serviceName": _MAYBE_TEXT,
                            "servicePort": TextOrNumber(),
                            "decrypt": _MAYBE_FLAG,
                            "weight": _MAYBE_NUMBER,
                        }
                    )
                ),
                "targetGroupStickinessConfig": Object({"enabled": _MAYBE_FLAG}),
            }
        ),
    }
)
_ON_OR_OFF = OneOf(("on", "off"))


def _row(
    name: str,
    grammar: Grammar[Any],
    *,
    since: str,
    word: str,
    on: Place = Place.BALANCED_SERVICE,
    feature: str | None = None,
    replaced_by: str = "",
    note: str = "",
) -> Annotation:
    return Annotation(
        name,
        grammar,
        on=on,
        merge=Merge.PER_SERVICE,
        since=since,
        word=word,
        feature=feature,
        replaced_by=replaced_by,
        note=note,
        prefix=SERVICE_PREFIX,
    )


# Load balancer

TYPE = _row(
    "aws-load-balancer-type",
    OneOf(("external", "nlb-ip")),
    since="2.0.0",
    word="NetworkService.selector",
    replaced_by="spec.loadBalancerClass",
    note="Counts only without loadBalancerClass; external needs aws-load-balancer-nlb-target-type beside it.",
)
NAME = _row(
    "aws-load-balancer-name",
    Str(),
    since="2.2.0",
    word="NetworkSettings.load_balancer_name",
    note="Has no effect on a load balancer that exists.",
)
SCHEME = _row("aws-load-balancer-scheme", OneOf(("internal", "internet-facing")), since="2.2.0", word="NetworkSettings.scheme")
INTERNAL = _row(
    "aws-load-balancer-internal",
    Bool(),
    since="2.0.0",
    word="NetworkSettings.scheme",
    replaced_by="aws-load-balancer-scheme",
    note="Deprecated: write aws-load-balancer-scheme, which goes before it.",
)
IP_ADDRESS_TYPE = _row(
    "aws-load-balancer-ip-address-type", OneOf(("ipv4", "dualstack")), since="2.1.0", word="NetworkSettings.ip_address_type"
)
SUBNETS = _row("aws-load-balancer-subnets", List(), since="2.1.0", word="NetworkSettings.subnets")
EIP_ALLOCATIONS = _row(
    "aws-load-balancer-eip-allocations",
    List(),
    since="2.0.0",
    word="NetworkSettings.eip_allocations",
    note="One for each subnet; only for internet-facing load balancers.",
)
PRIVATE_IPV4_ADDRESSES = _row(
    "aws-load-balancer-private-ipv4-addresses",
    List(),
    since="2.2.0",
    word="NetworkSettings.private_ipv4_addresses",
    note="One for each subnet; only for internal load balancers.",
)
IPV6_ADDRESSES = _row(
    "aws-load-balancer-ipv6-addresses",
    List(),
    since="2.4.4",
    word="NetworkSettings.ipv6_addresses",
    note="One for each subnet; only with dualstack.",
)
ENABLE_PREFIX_FOR_IPV6_SOURCE_NAT = _row(
    "aws-load-balancer-enable-prefix-for-ipv6-source-nat",
    _ON_OR_OFF,
    since="2.10.0",
    word="NetworkSettings.ipv6_source_nat",
    note="Only with dualstack. UDP listeners with dualstack need it.",
)
SOURCE_NAT_IPV6_PREFIXES = _row(
    "aws-load-balancer-source-nat-ipv6-prefixes",
    List(),
    since="2.10.0",
    word="NetworkSettings.source_nat_ipv6_prefixes",
    note="One for each subnet: auto_assigned, or a block of 80 bits.",
)
ATTRIBUTES = _row("aws-load-balancer-attributes", StringMap(), since="2.3.0", word="NetworkSettings.attributes")
ACCESS_LOG_ENABLED = _row(
    "aws-load-balancer-access-log-enabled",
    Bool(),
    since="2.0.0",
    word="NetworkLoadBalancerAttributes.access_logs",
    replaced_by="aws-load-balancer-attributes",
    note="Deprecated, but goes before aws-load-balancer-attributes.",
)
ACCESS_LOG_BUCKET = _row(
    "aws-load-balancer-access-log-s3-bucket-name",
    Str(),
    since="2.0.0",
    word="NetworkLoadBalancerAttributes.access_logs",
    replaced_by="aws-load-balancer-attributes",
    note="Counts only where aws-load-balancer-access-log-enabled is true.",
)
ACCESS_LOG_PREFIX = _row(
    "aws-load-balancer-access-log-s3-bucket-prefix",
    Str(),
    since="2.0.0",
    word="NetworkLoadBalancerAttributes.access_logs",
    replaced_by="aws-load-balancer-attributes",
    note="Counts only where aws-load-balancer-access-log-enabled is true.",
)
CROSS_ZONE = _row(
    "aws-load-balancer-cross-zone-load-balancing-enabled",
    Bool(),
    since="2.0.0",
    word="NetworkLoadBalancerAttributes.cross_zone",
    replaced_by="aws-load-balancer-attributes",
    note="Deprecated, but goes before aws-load-balancer-attributes.",
)
ADDITIONAL_RESOURCE_TAGS = _row(
    "aws-load-balancer-additional-resource-tags", StringMap(), since="2.0.0", word="NetworkSettings.tags"
)
MINIMUM_CAPACITY = _row(
    "aws-load-balancer-minimum-load-balancer-capacity",
    StringMap(),
    since="2.11.0",
    word="NetworkSettings.minimum_capacity",
    feature="CAPACITY_RESERVATION",
    note="Its only key is CapacityUnits; 0 ends the reservation, taking the annotation away does not.",
)

# Security groups

SOURCE_RANGES = _row(
    "load-balancer-source-ranges",
    List(),
    since="2.0.0",
    word="SecurityGroups.inbound_cidrs",
    note="spec.loadBalancerSourceRanges goes before it, and is what is written for a Service that is made. Does not count beside "
    "aws-load-balancer-security-groups.",
)
SECURITY_GROUPS = _row("aws-load-balancer-security-groups", List(), since="2.6.0", word="SecurityGroups.groups")
MANAGE_BACKEND_SECURITY_GROUP_RULES = _row(
    "aws-load-balancer-manage-backend-security-group-rules",
    Bool(),
    since="2.4.0",
    word="SecurityGroups.manage_backend_rules",
    note="Counts beside aws-load-balancer-security-groups, and where there is no security group.",
)
SECURITY_GROUP_PREFIX_LISTS = _row(
    "aws-load-balancer-security-group-prefix-lists",
    List(),
    since="2.8.0",
    word="SecurityGroups.prefix_lists",
    note="Does not count beside aws-load-balancer-security-groups.",
)
ENABLE_ICMP = _row(
    "aws-load-balancer-enable-icmp-for-path-mtu-discovery",
    _ON_OR_OFF,
    since="2.12.0",
    word="NetworkSettings.icmp_for_path_mtu_discovery",
    note="Only for the security group that the controller makes. What is not on is off.",
)
INBOUND_RULES_ON_PRIVATE_LINK = _row(
    "aws-load-balancer-inbound-sg-rules-on-private-link-traffic",
    _ON_OR_OFF,
    since="2.8.0",
    word="NetworkSettings.inbound_rules_on_private_link",
)
DISABLE_SECURITY_GROUP = _row(
    "aws-load-balancer-disable-nlb-sg",
    Bool(),
    since="2.14.0",
    word="NetworkSettings.security_groups",
    note="A load balancer that was made without security groups cannot get any.",
)

# Listeners

SSL_CERT = _row("aws-load-balancer-ssl-cert", List(), since="2.0.0", word="NetworkListener.certificates")
SSL_PORTS = _row(
    "aws-load-balancer-ssl-ports",
    List(),
    since="2.0.0",
    word="NetworkListener.port",
    note="Numbers or names of ports; without it, all ports of TCP. Has no effect without aws-load-balancer-ssl-cert.",
)
SSL_NEGOTIATION_POLICY = _row("aws-load-balancer-ssl-negotiation-policy", Str(), since="2.0.0", word="NetworkListener.tls_policy")
ALPN_POLICY = _row(
    "aws-load-balancer-alpn-policy",
    OneOf(("None", "HTTP1Only", "HTTP2Only", "HTTP2Optional", "HTTP2Preferred")),
    since="2.1.0",
    word="NetworkListener.alpn_policy",
    note="For listeners of TLS.",
)
LISTENER_ATTRIBUTES = _row(
    "aws-load-balancer-listener-attributes.${listener}",
    StringMap(),
    since="2.9.0",
    word="NetworkListener.attributes",
    note="The listener is written as TCP-443, with the protocol that it has in the end: TLS, TCP_UDP or QUIC as well.",
)
ENABLE_TCP_UDP_LISTENER = _row(
    "aws-load-balancer-enable-tcp-udp-listener",
    Bool(),
    since="2.13.0",
    word="NetworkListener.protocol",
    note="The controller takes what it cannot read for no annotation.",
)
QUIC_ENABLED_PORTS = _row(
    "aws-load-balancer-quic-enabled-ports",
    List(),
    since="2.15.0",
    word="NetworkListener.protocol",
    note="Numbers or names of ports of UDP, or of TCP and UDP.",
)
QUIC_ENABLED_CONTAINERS = _row(
    "aws-load-balancer-quic-enabled-containers",
    List(),
    since="2.15.0",
    word="quic_annotations.containers",
    on=Place.POD,
    note="The containers that get a server id.",
)
ACTIONS = _row(
    "actions.${listener}",
    Json(_ACTION),
    since="2.16.0",
    word="NetworkListener.weights",
    note="The listener is written as TCP-443.",
)

# Targets

TARGET_TYPE = _row("aws-load-balancer-nlb-target-type", OneOf(("ip", "instance")), since="2.2.0", word="NetworkTargets.target_type")
BACKEND_PROTOCOL = _row(
    "aws-load-balancer-backend-protocol",
    OneOf(("tcp", "ssl")),
    since="2.0.0",
    word="NetworkListener.encrypted_to_targets",
    note="Of listeners of TLS. What is not ssl is tcp.",
)
PROXY_PROTOCOL = _row(
    "aws-load-balancer-proxy-protocol",
    OneOf(("*",)),
    since="2.0.0",
    word="NetworkTargets.proxy_protocol",
    note="Goes before aws-load-balancer-proxy-protocol-per-target-group.",
)
PROXY_PROTOCOL_PER_TARGET_GROUP = _row(
    "aws-load-balancer-proxy-protocol-per-target-group",
    List(),
    since="2.13.0",
    word="NetworkListener.proxy_protocol",
    note="Numbers of ports; the others have none, whatever aws-load-balancer-target-group-attributes says.",
)
TARGET_GROUP_ATTRIBUTES = _row(
    "aws-load-balancer-target-group-attributes", StringMap(), since="2.1.0", word="NetworkTargets.attributes"
)
TARGET_GROUP_ATTRIBUTES_OF_PORT = _row(
    "aws-load-balancer-target-group-attributes.${port}",
    StringMap(),
    since="2.14.0",
    word="NetworkListener.target_attributes",
    note="Goes before those of all ports; an empty value leaves them as they are.",
)
TARGET_NODE_LABELS = _row(
    "aws-load-balancer-target-node-labels",
    StringMap(),
    since="2.2.0",
    word="NetworkTargets.node_labels",
    note="For targets of the type instance.",
)
MULTI_CLUSTER_TARGET_GROUP = _row(
    "aws-load-balancer-multi-cluster-target-group", Bool(), since="2.10.0", word="NetworkTargets.multi_cluster"
)
HEALTHCHECK_PROTOCOL = _row(
    "aws-load-balancer-healthcheck-protocol",
    OneOf(("TCP", "HTTP", "HTTPS")),
    since="2.0.0",
    word="NetworkHealthCheck.protocol",
    note="In upper or lower case.",
)
HEALTHCHECK_PORT = _row("aws-load-balancer-healthcheck-port", Str(), since="2.0.0", word="NetworkHealthCheck.port")
HEALTHCHECK_PATH = _row("aws-load-balancer-healthcheck-path", Str(), since="2.0.0", word="NetworkHealthCheck.path")
HEALTHCHECK_INTERVAL = _row("aws-load-balancer-healthcheck-interval", Int(), since="2.0.0", word="NetworkHealthCheck.interval")
HEALTHCHECK_TIMEOUT = _row("aws-load-balancer-healthcheck-timeout", Int(), since="2.0.0", word="NetworkHealthCheck.timeout")
HEALTHCHECK_HEALTHY_THRESHOLD = _row(
    "aws-load-balancer-healthcheck-healthy-threshold", Int(), since="2.0.0", word="NetworkHealthCheck.healthy_threshold"
)
HEALTHCHECK_UNHEALTHY_THRESHOLD = _row(
    "aws-load-balancer-healthcheck-unhealthy-threshold", Int(), since="2.0.0", word="NetworkHealthCheck.unhealthy_threshold"
)
HEALTHCHECK_SUCCESS_CODES = _row(
    "aws-load-balancer-healthcheck-success-codes", Str(), since="2.4.6", word="NetworkHealthCheck.success_codes"
)

ALL = tuple(row for row in list(globals().values()) if isinstance(row, Annotation))
"""Every row, in the order of this file."""

_FIRST = {
    "Network load balancer": TYPE,
    "Network security groups": SOURCE_RANGES,
    "Network listeners": SSL_CERT,
    "Network targets": TARGET_TYPE,
}
_STARTS = [ALL.index(row) for row in _FIRST.values()]

SECTIONS: Mapping[str, tuple[Annotation, ...]] = {
    title: ALL[start:end] for title, start, end in zip(_FIRST, _STARTS, [*_STARTS[1:], None], strict=True)
}
"""Every row once, by what it is about."""

_BY_KEY = {row.key(): row for row in ALL if not row.parts}
_WITH_PARTS = tuple(row for row in ALL if row.parts)


def find(key: str) -> Annotation | None:
    """The annotation that a whole key is of."""
    return _BY_KEY.get(key) or next((row for row in _WITH_PARTS if row.is_at(key)), None)
