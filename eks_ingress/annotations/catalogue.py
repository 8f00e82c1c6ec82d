"""One row for each annotation that the controller reads on an Ingress, or on a Service behind one.

Facts: controller documentation, "Ingress annotations"; its source at v3.5.0, packages annotations and ingress.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field
from enum import Enum, Flag, auto
from typing import Any

from eks_ingress.annotations.grammar import (
    Anything,
    Bool,
    Grammar,
    Int,
    Json,
    List,
    ListOf,
    MapOf,
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
from eks_ingress.routing.names import PREFIX


class Place(Flag):
    """On which objects the controller reads an annotation."""

    INGRESS = auto()
    """On the Ingress."""
    SERVICE = auto()
    """On the Service that an Ingress forwards to, where it goes before what the Ingress says."""
    BALANCED_SERVICE = auto()
    """On a Service that has a network load balancer of its own."""
    POD = auto()
    """On a pod behind such a Service."""


class Merge(Enum):
    """What becomes of an annotation where several Ingresses of a group, or an Ingress and its Service, have it."""

    GROUP = "group"
    """It names the group: Ingresses with the same value share a load balancer."""
    EXCLUSIVE = "exclusive"
    """It is for the whole group: Ingresses that have it must say the same, or the controller refuses the group."""
    EXCLUSIVE_PER_PORT = "exclusive per port"
    """It is for the listeners of its Ingress: Ingresses that have it and listen on the same port must say the same."""
    MERGED = "merged"
    """The controller puts together what the Ingresses of a group say; one key, or port, must not have two values."""
    PER_INGRESS = "per Ingress"
    """It is for its own Ingress alone."""
    PER_BACKEND = "per backend"
    """It is for the target groups, or the rules, of a backend: what the Service says goes before what the Ingress says."""
    PER_SERVICE = "per Service"
    """It is for its own Service alone, whose load balancer no other shares."""
    NONE = "none"
    """The controller does not read it."""


@dataclass(frozen=True, slots=True, eq=False)
class Annotation:
    """What is known of one annotation; there is one row of it, equal to itself alone."""

    name: str
    """Its name without the prefix; what a user chooses stands as `${…}`."""
    grammar: Grammar[Any]
    """How its value is written."""
    _: KW_ONLY
    on: Place
    """On which objects the controller reads it."""
    merge: Merge
    """What becomes of it where several objects have it."""
    since: str
    """The release of the controller that read it first."""
    word: str
    """What a user of this package writes instead: a field of a public class, as `Listener.certificates`."""
    overridden_by: str | None = None
    """The field of an IngressClassParams' spec that goes before it."""
    feature: str | None = None
    """The member of `Feature` without whose permissions the controller cannot do what it says."""
    note: str = ""
    """What else is to know of it."""
    written_by_controller: bool = False
    """Whether the controller writes it, and nobody else should."""
    prefix: str = PREFIX
    """What its whole key begins with."""
    replaced_by: str = ""
    """What says the same today, an annotation or a field of the object; empty where there is nothing newer."""
    parts: frozenset[str] = field(init=False, repr=False)
    """The parts of its name that a user chooses."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "parts", frozenset(re.findall(r"\$\{(\w+)\}", self.name)))

    def is_at(self, key: str) -> bool:
        """Whether a whole key is this annotation's, whatever the user's parts of the name."""
        pattern = "(.+)".join(re.escape(part) for part in re.split(r"\$\{\w+\}", self.prefix + self.name))
        return re.fullmatch(pattern, key) is not None

    def key(self, **chosen: str) -> str:
        """The whole key, with the user's parts of the name filled in."""
        if chosen.keys() != self.parts:
            raise TypeError(f"the key of {self.name} needs {sorted(self.parts)}, not {list(chosen)}")
        key = self.prefix + self.name
        for part, text in chosen.items():
            key = key.replace("${" + part + "}", text)
        return key


_INGRESS = Place.INGRESS
_BOTH = Place.INGRESS | Place.SERVICE
_SCHEME = OneOf(("internal", "internet-facing"))
_PROTOCOL = OneOf(("HTTP", "HTTPS"))

# What the documents hold; `Maybe` where the controller tells absent from empty.

_TEXT, _MAYBE_TEXT, _MAYBE_NUMBER, _MAYBE_FLAG = Text(), Maybe(Text()), Maybe(Number()), Maybe(YesNo())
_TEXTS = ListOf(_TEXT)
_PATTERNS = {"values": _TEXTS, "regexValues": _TEXTS}
_REWRITES = Object({"rewrites": ListOf(Object({"regex": _TEXT, "replace": _TEXT}))})

_LISTEN_PORTS = ListOf(MapOf(Number()))
_MUTUAL_AUTHENTICATION = ListOf(
    Object(
        {
            "port": Number(),
            "mode": _TEXT,
            "trustStore": _MAYBE_TEXT,
            "ignoreClientCertificateExpiry": _MAYBE_FLAG,
            "advertiseTrustStoreCaNames": _MAYBE_TEXT,
        }
    )
)
_TARGET_GROUP = {"targetGroupARN": _MAYBE_TEXT, "targetGroupName": _MAYBE_TEXT}
_ACTION = Object(
    {
        "type": _TEXT,
        **_TARGET_GROUP,
        "forwardConfig": Object(
            {
                "targetGroups": ListOf(
                    Object({**_TARGET_GROUP, "serviceName": _MAYBE_TEXT, "servicePort": TextOrNumber(), "weight": _MAYBE_NUMBER})
                ),
                "targetGroupStickinessConfig": Object({"enabled": _MAYBE_FLAG, "durationSeconds": _MAYBE_NUMBER}),
            }
        ),
        "redirectConfig": Object(
            {"statusCode": _TEXT, **dict.fromkeys(("protocol", "host", "port", "path", "query"), _MAYBE_TEXT)}
        ),
        "fixedResponseConfig": Object({"statusCode": _TEXT, "contentType": _MAYBE_TEXT, "messageBody": _MAYBE_TEXT}),
    }
)
_CONDITIONS = ListOf(
    Object(
        {
            "field": _TEXT,
            "hostHeaderConfig": Object(_PATTERNS),
            "pathPatternConfig": Object(_PATTERNS),
            "httpHeaderConfig": Object({"httpHeaderName": _TEXT, **_PATTERNS}),
            "httpRequestMethodConfig": Object({"values": _TEXTS}),
            "queryStringConfig": Object({"values": ListOf(Object({"key": _MAYBE_TEXT, "value": _TEXT}))}),
            "sourceIPConfig": Object({"values": _TEXTS}),
        }
    )
)
_TRANSFORMS = ListOf(Object({"type": _TEXT, "urlRewriteConfig": _REWRITES, "hostHeaderRewriteConfig": _REWRITES}))
_COGNITO = Object(
    {
        "userPoolARN": _TEXT,
        "userPoolClientID": _TEXT,
        "userPoolDomain": _TEXT,
        "authenticationRequestExtraParams": MapOf(_TEXT),
    }
)
_OIDC = Object(
    {
        **dict.fromkeys(("issuer", "authorizationEndpoint", "tokenEndpoint", "userInfoEndpoint", "secretName"), _TEXT),
        "authenticationRequestExtraParams": MapOf(_TEXT),
    }
)
_JWT = Object(
    {
        "jwksEndpoint": _TEXT,
        "issuer": _TEXT,
        "additionalClaims": ListOf(Object({"format": _TEXT, "name": _TEXT, "values": _TEXTS})),
    }
)

# Group

GROUP_NAME = Annotation(
    "group.name", Str(), on=_INGRESS, merge=Merge.GROUP, since="2.0.0", word="Ingress.group_name", overridden_by="group.name"
)
GROUP_ORDER = Annotation("group.order", Int(), on=_INGRESS, merge=Merge.PER_INGRESS, since="2.0.0", word="Ingress.group_order")

# Load balancer

LOAD_BALANCER_NAME = Annotation(
    "load-balancer-name",
    Str(),
    on=_INGRESS,
    merge=Merge.EXCLUSIVE,
    since="2.2.0",
    word="LoadBalancerSettings.load_balancer_name",
    overridden_by="loadBalancerName",
    note="Has no effect on a load balancer that exists.",
)
TAGS = Annotation(
    "tags", StringMap(), on=_BOTH, merge=Merge.MERGED, since="2.0.0", word="LoadBalancerSettings.tags", overridden_by="tags"
)
IP_ADDRESS_TYPE = Annotation(
    "ip-address-type",
    OneOf(("ipv4", "dualstack", "dualstack-without-public-ipv4")),
    on=_INGRESS,
    merge=Merge.EXCLUSIVE,
    since="2.0.0",
    word="LoadBalancerSettings.ip_address_type",
    overridden_by="ipAddressType",
    note="dualstack-without-public-ipv4 came with 2.8.0.",
)
SCHEME = Annotation(
    "scheme", _SCHEME, on=_INGRESS, merge=Merge.EXCLUSIVE, since="2.0.0", word="LoadBalancerSettings.scheme", overridden_by="scheme"
)
SUBNETS = Annotation(
    "subnets",
    List(),
    on=_INGRESS,
    merge=Merge.EXCLUSIVE,
    since="2.0.0",
    word="LoadBalancerSettings.subnets",
    overridden_by="subnets",
    note="Ingresses may name the same subnets in different orders.",
)
SECURITY_GROUPS = Annotation(
    "security-groups",
    List(),
    on=_INGRESS,
    merge=Merge.EXCLUSIVE,
    since="2.0.0",
    word="SecurityGroups.groups",
    note="Ingresses must name the same groups in the same order.",
)
MANAGE_BACKEND_SECURITY_GROUP_RULES = Annotation(
    "manage-backend-security-group-rules",
    Bool(),
    on=_INGRESS,
    merge=Merge.EXCLUSIVE,
    since="2.3.0",
    word="SecurityGroups.manage_backend_rules",
    note="Counts only beside security-groups.",
)
CUSTOMER_OWNED_IPV4_POOL = Annotation(
    "customer-owned-ipv4-pool",
    Str(),
    on=_INGRESS,
    merge=Merge.EXCLUSIVE,
    since="2.1.0",
    word="LoadBalancerSettings.customer_owned_ipv4_pool",
    feature="CUSTOMER_OWNED_IP",
    note="Cannot be changed on a load balancer that exists.",
)
LOAD_BALANCER_ATTRIBUTES = Annotation(
    "load-balancer-attributes",
    StringMap(),
    on=_INGRESS,
    merge=Merge.MERGED,
    since="2.0.0",
    word="LoadBalancerSettings.attributes",
    overridden_by="loadBalancerAttributes",
    note="Of several IngressClassParams, those of the first Ingress count, key by key.",
)
WAFV2_ACL_ARN = Annotation(
    "wafv2-acl-arn",
    Str(),
    on=_INGRESS,
    merge=Merge.EXCLUSIVE,
    since="2.0.0",
    word="WebAcl.arn",
    overridden_by="wafv2AclArn",
    feature="WAFV2",
    note="An empty text or the word none takes the web ACL away. Does not count where an Ingress of the group has wafv2-acl-name.",
)
WAFV2_ACL_NAME = Annotation(
    "wafv2-acl-name",
    Str(),
    on=_INGRESS,
    merge=Merge.EXCLUSIVE,
    since="2.14.0",
    word="WebAcl.name",
    overridden_by="wafv2AclName",
    feature="WAFV2_BY_NAME",
    note="The word none takes the web ACL away.",
)
WAF_ACL_ID = Annotation(
    "waf-acl-id",
    Str(),
    on=_INGRESS,
    merge=Merge.EXCLUSIVE,
    since="2.0.0",
    word="WafClassic.web_acl_id",
    feature="WAF_CLASSIC",
    note="The word none takes the web ACL away.",
)
WEB_ACL_ID = Annotation(
    "web-acl-id",
    Str(),
    on=_INGRESS,
    merge=Merge.EXCLUSIVE,
    since="2.0.0",
    word="WafClassic.old_name",
    feature="WAF_CLASSIC",
    note="Deprecated: write waf-acl-id, which goes before it.",
)
SHIELD_ADVANCED_PROTECTION = Annotation(
    "shield-advanced-protection",
    Bool(),
    on=_INGRESS,
    merge=Merge.EXCLUSIVE,
    since="2.0.0",
    word="LoadBalancerSettings.shield",
    feature="SHIELD",
    note="Has no effect in an account without a subscription to Shield Advanced.",
)
MINIMUM_LOAD_BALANCER_CAPACITY = Annotation(
    "minimum-load-balancer-capacity",
    StringMap(),
    on=_INGRESS,
    merge=Merge.MERGED,
    since="2.11.0",
    word="LoadBalancerSettings.minimum_capacity",
    overridden_by="minimumLoadBalancerCapacity.capacityUnits",
    feature="CAPACITY_RESERVATION",
    note="Its only key is CapacityUnits; 0 ends the reservation, taking the annotation away does not.",
)
IPAM_IPV4_POOL_ID = Annotation(
    "ipam-ipv4-pool-id",
    Str(),
    on=_INGRESS,
    merge=Merge.EXCLUSIVE,
    since="2.12.0",
    word="LoadBalancerSettings.ipam_ipv4_pool",
    overridden_by="ipamConfiguration.ipv4IPAMPoolId",
    feature="IPAM",
    note="An empty text is the same as no annotation.",
)

# Listeners

LISTEN_PORTS = Annotation(
    "listen-ports",
    Json(_LISTEN_PORTS),
    on=_INGRESS,
    merge=Merge.MERGED,
    since="2.0.0",
    word="Ingress.listeners",
    note="A port must have the same protocol in all Ingresses of the group.",
)
SSL_REDIRECT = Annotation(
    "ssl-redirect",
    Int(),
    on=_INGRESS,
    merge=Merge.EXCLUSIVE,
    since="2.2.0",
    word="Listener.redirects_to",
    overridden_by="sslRedirectPort",
    note="All HTTP listeners of the group redirect, and have no rules.",
)
INBOUND_CIDRS = Annotation(
    "inbound-cidrs",
    List(),
    on=_INGRESS,
    merge=Merge.EXCLUSIVE_PER_PORT,
    since="2.0.0",
    word="SecurityGroups.inbound_cidrs",
    overridden_by="inboundCIDRs",
    note="Does not count beside security-groups.",
)
SECURITY_GROUP_PREFIX_LISTS = Annotation(
    "security-group-prefix-lists",
    List(),
    on=_INGRESS,
    merge=Merge.EXCLUSIVE_PER_PORT,
    since="2.8.0",
    word="SecurityGroups.prefix_lists",
    overridden_by="prefixListsIDs",
    note="Does not count beside security-groups. The field of IngressClassParams may be written PrefixListsIDs as well.",
)
CERTIFICATE_ARN = Annotation(
    "certificate-arn",
    List(),
    on=_INGRESS,
    merge=Merge.MERGED,
    since="2.0.0",
    word="Listener.certificates",
    overridden_by="certificateArn",
    note="The first certificate of the first Ingress that listens on a port is the default of that port.",
)
SSL_POLICY = Annotation(
    "ssl-policy",
    Str(),
    on=_INGRESS,
    merge=Merge.EXCLUSIVE_PER_PORT,
    since="2.0.0",
    word="Listener.tls_policy",
    overridden_by="sslPolicy",
)
MUTUAL_AUTHENTICATION = Annotation(
    "mutual-authentication",
    Json(_MUTUAL_AUTHENTICATION),
    on=_INGRESS,
    merge=Merge.EXCLUSIVE_PER_PORT,
    since="2.7.0",
    word="Listener.mutual_tls",
    note="advertiseTrustStoreCaNames came with 2.12.0.",
)
LISTENER_ATTRIBUTES = Annotation(
    "listener-attributes.${listener}",
    StringMap(),
    on=_INGRESS,
    merge=Merge.MERGED,
    since="2.9.0",
    word="Listener.attributes",
    overridden_by="listeners.listenerAttributes",
    note="The listener is written as HTTPS-443. Of several IngressClassParams, those of the first Ingress count, key by key.",
)

# Routing

ACTIONS = Annotation(
    "actions.${name}",
    Json(_ACTION),
    on=_INGRESS,
    merge=Merge.PER_INGRESS,
    since="2.0.0",
    word="IngressPath.backend",
    note="targetGroupName came with 2.14.0.",
)
CONDITIONS = Annotation(
    "conditions.${name}",
    Json(_CONDITIONS),
    on=_INGRESS,
    merge=Merge.PER_INGRESS,
    since="2.0.0",
    word="IngressPath.conditions",
    note="For each path whose backend has this name. regexValues came with 2.14.1.",
)
TRANSFORMS = Annotation(
    "transforms.${name}",
    Json(_TRANSFORMS),
    on=_INGRESS,
    merge=Merge.PER_INGRESS,
    since="2.14.1",
    word="IngressPath.transforms",
    note="For each path whose backend has this name.",
)
USE_REGEX_PATH_MATCH = Annotation(
    "use-regex-path-match",
    Bool(),
    on=_INGRESS,
    merge=Merge.PER_INGRESS,
    since="2.14.1",
    word="Ingress.regex_paths",
    note="For paths of the type ImplementationSpecific, whose '/' at the beginning is taken off.",
)

# Targets

TARGET_TYPE = Annotation(
    "target-type",
    OneOf(("instance", "ip")),
    on=_BOTH,
    merge=Merge.PER_BACKEND,
    since="2.0.0",
    word="Targets.target_type",
    overridden_by="targetType",
)
BACKEND_PROTOCOL = Annotation(
    "backend-protocol", _PROTOCOL, on=_BOTH, merge=Merge.PER_BACKEND, since="2.0.0", word="Targets.protocol"
)
BACKEND_PROTOCOL_VERSION = Annotation(
    "backend-protocol-version",
    OneOf(("HTTP1", "HTTP2", "GRPC")),
    on=_BOTH,
    merge=Merge.PER_BACKEND,
    since="2.1.0",
    word="Targets.protocol_version",
)
TARGET_GROUP_ATTRIBUTES = Annotation(
    "target-group-attributes",
    StringMap(),
    on=_BOTH,
    merge=Merge.PER_BACKEND,
    since="2.0.0",
    word="Targets.attributes",
    note="What the Service says stands for the whole of it, not key by key.",
)
HEALTHCHECK_PORT = Annotation("healthcheck-port", Str(), on=_BOTH, merge=Merge.PER_BACKEND, since="2.0.0", word="HealthCheck.port")
HEALTHCHECK_PROTOCOL = Annotation(
    "healthcheck-protocol", _PROTOCOL, on=_BOTH, merge=Merge.PER_BACKEND, since="2.0.0", word="HealthCheck.protocol"
)
HEALTHCHECK_PATH = Annotation("healthcheck-path", Str(), on=_BOTH, merge=Merge.PER_BACKEND, since="2.0.0", word="HealthCheck.path")
HEALTHCHECK_INTERVAL_SECONDS = Annotation(
    "healthcheck-interval-seconds", Int(), on=_BOTH, merge=Merge.PER_BACKEND, since="2.0.0", word="HealthCheck.interval"
)
HEALTHCHECK_TIMEOUT_SECONDS = Annotation(
    "healthcheck-timeout-seconds", Int(), on=_BOTH, merge=Merge.PER_BACKEND, since="2.0.0", word="HealthCheck.timeout"
)
HEALTHY_THRESHOLD_COUNT = Annotation(
    "healthy-threshold-count", Int(), on=_BOTH, merge=Merge.PER_BACKEND, since="2.0.0", word="HealthCheck.healthy_threshold"
)
UNHEALTHY_THRESHOLD_COUNT = Annotation(
    "unhealthy-threshold-count", Int(), on=_BOTH, merge=Merge.PER_BACKEND, since="2.0.0", word="HealthCheck.unhealthy_threshold"
)
SUCCESS_CODES = Annotation(
    "success-codes", Str(), on=_BOTH, merge=Merge.PER_BACKEND, since="2.0.0", word="HealthCheck.success_codes"
)
TARGET_NODE_LABELS = Annotation(
    "target-node-labels",
    StringMap(),
    on=_BOTH,
    merge=Merge.PER_BACKEND,
    since="2.2.0",
    word="Targets.node_labels",
    note="Has no effect on targets of the type ip.",
)
MULTI_CLUSTER_TARGET_GROUP = Annotation(
    "multi-cluster-target-group",
    Bool(),
    on=_BOTH,
    merge=Merge.PER_BACKEND,
    since="2.10.0",
    word="Targets.multi_cluster",
    note="True where the Ingress or the Service says so: neither can take it back.",
)
TARGET_CONTROL_PORT = Annotation(
    "target-control-port.${service}.${port}",
    Int(),
    on=_BOTH,
    merge=Merge.PER_BACKEND,
    since="2.16.0",
    word="Targets.control_port",
    note="The port is written as in the backend, as number or name. Refused for targets of the type instance.",
)

# Authentication

_ALONE = "On a Service, counts only where a backend is this Service and no other."

AUTH_TYPE = Annotation(
    "auth-type",
    OneOf(("none", "oidc", "cognito")),
    on=_BOTH,
    merge=Merge.PER_BACKEND,
    since="2.0.0",
    word="Ingress.auth",
    note=_ALONE,
)
AUTH_IDP_COGNITO = Annotation(
    "auth-idp-cognito",
    Json(_COGNITO),
    on=_BOTH,
    merge=Merge.PER_BACKEND,
    since="2.0.0",
    word="Cognito.user_pool",
    feature="COGNITO",
    note=_ALONE,
)
AUTH_IDP_OIDC = Annotation(
    "auth-idp-oidc", Json(_OIDC), on=_BOTH, merge=Merge.PER_BACKEND, since="2.0.0", word="Oidc.issuer", note=_ALONE
)
AUTH_ON_UNAUTHENTICATED_REQUEST = Annotation(
    "auth-on-unauthenticated-request",
    Str(),
    on=_BOTH,
    merge=Merge.PER_BACKEND,
    since="2.0.0",
    word="Cognito.on_unauthenticated",
    note=f"{_ALONE} The controller passes on what it finds: authenticate, allow or deny.",
)
AUTH_SCOPE = Annotation("auth-scope", Str(), on=_BOTH, merge=Merge.PER_BACKEND, since="2.0.0", word="Cognito.scope", note=_ALONE)
AUTH_SESSION_COOKIE = Annotation(
    "auth-session-cookie", Str(), on=_BOTH, merge=Merge.PER_BACKEND, since="2.0.0", word="Cognito.session_cookie", note=_ALONE
)
AUTH_SESSION_TIMEOUT = Annotation(
    "auth-session-timeout", Int(64), on=_BOTH, merge=Merge.PER_BACKEND, since="2.0.0", word="Cognito.session_timeout", note=_ALONE
)
JWT_VALIDATION = Annotation(
    "jwt-validation", Json(_JWT), on=_INGRESS, merge=Merge.PER_INGRESS, since="2.15.0", word="Jwt.jwks_endpoint"
)

# Frontend NLB

ENABLE_FRONTEND_NLB = Annotation(
    "enable-frontend-nlb", Bool(), on=_INGRESS, merge=Merge.EXCLUSIVE, since="2.13.0", word="LoadBalancerSettings.frontend_nlb"
)
FRONTEND_NLB_SCHEME = Annotation(
    "frontend-nlb-scheme", _SCHEME, on=_INGRESS, merge=Merge.EXCLUSIVE, since="2.13.0", word="FrontendNlb.scheme"
)
FRONTEND_NLB_SUBNETS = Annotation(
    "frontend-nlb-subnets",
    List(),
    on=_INGRESS,
    merge=Merge.EXCLUSIVE,
    since="2.13.0",
    word="FrontendNlb.subnets",
    note="Ingresses may name the same subnets in different orders.",
)
FRONTEND_NLB_SECURITY_GROUPS = Annotation(
    "frontend-nlb-security-groups",
    List(),
    on=_INGRESS,
    merge=Merge.EXCLUSIVE,
    since="2.13.0",
    word="FrontendNlb.security_groups",
    note="Ingresses must name the same groups in the same order.",
)
FRONTEND_NLB_LISTENER_PORT_MAPPING = Annotation(
    "frontend-nlb-listener-port-mapping",
    StringMap(),
    on=_INGRESS,
    merge=Merge.MERGED,
    since="2.13.0",
    word="FrontendNlb.ports",
    note="By port of the network load balancer; a port that its Ingress does not listen on is left out.",
)
FRONTEND_NLB_EIP_ALLOCATIONS = Annotation(
    "frontend-nlb-eip-allocations",
    List(),
    on=_INGRESS,
    merge=Merge.EXCLUSIVE,
    since="2.14.0",
    word="FrontendNlb.eip_allocations",
    note="Ingresses may name the same addresses in different orders.",
)
FRONTEND_NLB_HEALTHCHECK_PORT = Annotation(
    "frontend-nlb-healthcheck-port",
    Str(),
    on=_INGRESS,
    merge=Merge.EXCLUSIVE_PER_PORT,
    since="2.13.0",
    word="FrontendNlb.health_check",
)
FRONTEND_NLB_HEALTHCHECK_PROTOCOL = Annotation(
    "frontend-nlb-healthcheck-protocol",
    _PROTOCOL,
    on=_INGRESS,
    merge=Merge.EXCLUSIVE_PER_PORT,
    since="2.13.0",
    word="FrontendNlb.health_check",
)
FRONTEND_NLB_HEALTHCHECK_PATH = Annotation(
    "frontend-nlb-healthcheck-path",
    Str(),
    on=_INGRESS,
    merge=Merge.EXCLUSIVE_PER_PORT,
    since="2.13.0",
    word="FrontendNlb.health_check",
)
FRONTEND_NLB_HEALTHCHECK_INTERVAL_SECONDS = Annotation(
    "frontend-nlb-healthcheck-interval-seconds",
    Int(),
    on=_INGRESS,
    merge=Merge.EXCLUSIVE_PER_PORT,
    since="2.13.0",
    word="FrontendNlb.health_check",
)
FRONTEND_NLB_HEALTHCHECK_TIMEOUT_SECONDS = Annotation(
    "frontend-nlb-healthcheck-timeout-seconds",
    Int(),
    on=_INGRESS,
    merge=Merge.EXCLUSIVE_PER_PORT,
    since="2.13.0",
    word="FrontendNlb.health_check",
)
FRONTEND_NLB_HEALTHCHECK_HEALTHY_THRESHOLD_COUNT = Annotation(
    "frontend-nlb-healthcheck-healthy-threshold-count",
    Int(),
    on=_INGRESS,
    merge=Merge.EXCLUSIVE_PER_PORT,
    since="2.13.0",
    word="FrontendNlb.health_check",
)
FRONTEND_NLB_HEALTHCHECK_UNHEALTHY_THRESHOLD_COUNT = Annotation(
    "frontend-nlb-healthcheck-unhealthy-threshold-count",
    Int(),
    on=_INGRESS,
    merge=Merge.EXCLUSIVE_PER_PORT,
    since="2.13.0",
    word="FrontendNlb.health_check",
)
FRONTEND_NLB_HEALTHCHECK_SUCCESS_CODES = Annotation(
    "frontend-nlb-healthcheck-success-codes",
    Str(),
    on=_INGRESS,
    merge=Merge.EXCLUSIVE_PER_PORT,
    since="2.13.0",
    word="FrontendNlb.health_check",
    note="Two Ingresses that have it for the same port are always refused, even where they say the same.",
)
FRONTEND_NLB_TAGS = Annotation(
    "frontend-nlb-tags",
    StringMap(),
    on=_INGRESS,
    merge=Merge.EXCLUSIVE,
    since="2.14.0",
    word="FrontendNlb.tags",
    note="Stands in place of all tags of the application load balancer, the controller's own default tags among them.",
)
FRONTEND_NLB_ATTRIBUTES = Annotation(
    "frontend-nlb-attributes",
    StringMap(),
    on=_INGRESS,
    merge=Merge.EXCLUSIVE,
    since="3.2.0",
    word="FrontendNlb.attributes",
    note="Once an Ingress has it, each later one of the group must say the same.",
)

# Certificates

CREATE_ACM_CERT = Annotation(
    "create-acm-cert",
    Bool(),
    on=_INGRESS,
    merge=Merge.PER_INGRESS,
    since="3.3.0",
    word="Listener.creates_certificate",
    feature="CERTIFICATE_CREATION",
    note="The controller takes what it cannot read for false.",
)
ACM_PCA_ARN = Annotation(
    "acm-pca-arn",
    Str(),
    on=_INGRESS,
    merge=Merge.PER_INGRESS,
    since="3.3.0",
    word="Listener.private_ca",
    feature="CERTIFICATE_CREATION",
    note="Counts only beside create-acm-cert. An empty text is the same as no annotation.",
)

# Internal

DRY_RUN_PLAN = Annotation(
    "dry-run-plan",
    Json(MapOf(Anything())),
    on=_INGRESS,
    merge=Merge.NONE,
    since="3.4.0",
    word="ControllerOptions.feature_gates",
    note="What the controller would make of the group, with its feature gate IngressPlanAnnotation.",
    written_by_controller=True,
)

ALL = tuple(row for row in list(globals().values()) if isinstance(row, Annotation))
"""Every row, in the order of this file."""

_FIRST = {
    "Group": GROUP_NAME,
    "Load balancer": LOAD_BALANCER_NAME,
    "Listeners": LISTEN_PORTS,
    "Routing": ACTIONS,
    "Targets": TARGET_TYPE,
    "Authentication": AUTH_TYPE,
    "Frontend NLB": ENABLE_FRONTEND_NLB,
    "Certificates": CREATE_ACM_CERT,
    "Internal": DRY_RUN_PLAN,
}
_STARTS = [ALL.index(row) for row in _FIRST.values()]

SECTIONS: Mapping[str, tuple[Annotation, ...]] = {
    title: ALL[start:end] for title, start, end in zip(_FIRST, _STARTS, [*_STARTS[1:], None], strict=True)
}
"""Every row once, by what it is about."""

_BY_KEY = {row.key(): row for row in ALL if "${" not in row.name}
_WITH_PARTS = sorted((row for row in ALL if "${" in row.name), key=lambda row: row.name.index("${"), reverse=True)


def find(key: str) -> Annotation | None:
    """The annotation that a whole key is of: the one of exactly this name, or the one with the longest beginning in common."""
    return _BY_KEY.get(key) or next((row for row in _WITH_PARTS if row.is_at(key)), None)
