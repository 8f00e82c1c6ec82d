"""Whatever the controller reads can be said in typed words, and whatever is said in them is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import timedelta
from typing import Any

import pytest

from eks_ingress.annotations.catalogue import ALL, Annotation, find
from eks_ingress.manifests.ingress import manifest
from eks_ingress.manifests.manifest import Manifest
from eks_ingress.refusal import Refused
from eks_ingress.routing.attributes import (
    ListenerAttributes,
    LoadBalancerAttributes,
    NetworkLoadBalancerAttributes,
    TargetGroupAttributes,
)
from eks_ingress.routing.auth import Claim, Cognito, Jwt, Oidc, OnUnauthenticated
from eks_ingress.routing.backend import FixedResponse, Forward, Redirect, Service
from eks_ingress.routing.conditions import HttpHeader, QueryString
from eks_ingress.routing.frontend import FrontendNlb
from eks_ingress.routing.health import HealthCheck
from eks_ingress.routing.ingress import Ingress, IngressPath, IngressRule
from eks_ingress.routing.listener import Listener
from eks_ingress.routing.names import PREFIX
from eks_ingress.routing.network import SecurityGroups
from eks_ingress.routing.protocol import Protocol
from eks_ingress.routing.scheme import IpAddressType, Scheme
from eks_ingress.routing.settings import LoadBalancerSettings
from eks_ingress.routing.targets import ProtocolVersion, Targets, TargetType
from eks_ingress.routing.tls import MutualTls, TlsPolicy
from eks_ingress.routing.transforms import HostRewrite, UrlRewrite
from eks_ingress.routing.web_acl import WafClassic, WebAcl
from tests.annotations.samples import (
    AUTHORITY,
    CERTIFICATES,
    CHANGES,
    TOKEN,
    TRUST_STORES,
    USER_POOLS,
    WEB_ACLS,
    Change,
    assert_token_stands,
    each_text,
    replaced,
    words_of,
)

# All that the controller reads. Where one thing excludes another, a further Ingress says the other.

SHOP = Ingress(
    name="shop",
    namespace="web",
    class_name="alb",
    group_name="web.shop",
    group_order=-3,
    settings=LoadBalancerSettings(
        scheme=Scheme.INTERNET_FACING,
        ip_address_type=IpAddressType.DUALSTACK_WITHOUT_PUBLIC_IPV4,
        load_balancer_name="shop-public",
        subnets=["subnet-1", "public-b"],
        security_groups=SecurityGroups.given(["sg-1", "shop"], manage_backend_rules=True),
        customer_owned_ipv4_pool="ipv4pool-coip-1",
        ipam_ipv4_pool="ipam-pool-1",
        attributes=LoadBalancerAttributes(idle_timeout=timedelta(minutes=2), http2=False),
        tags={"team": "shop", "cost-center": "a=b"},
        web_acl=WebAcl.by_arn(WEB_ACLS[0]),
        waf_classic=WafClassic.by_id("0123-4567"),
        shield=True,
        minimum_capacity=500,
        frontend_nlb=FrontendNlb(
            scheme=Scheme.INTERNET_FACING,
            subnets=["subnet-1", "subnet-2"],
            security_groups=["sg-2", "nlb"],
            ports={8443: 443, 443: 443},
            eip_allocations=["eipalloc-1", "eipalloc-2"],
            health_check=HealthCheck(
                path="/up",
                port=443,
                protocol=Protocol.HTTPS,
                interval=timedelta(seconds=20),
                timeout=timedelta(seconds=10),
                healthy_threshold=3,
                unhealthy_threshold=4,
                success_codes="200-399",
            ),
            tags={"team": "net"},
            attributes=NetworkLoadBalancerAttributes(cross_zone=True),
        ),
    ),
    listeners=[
        Listener.redirect_to_https(),
        Listener.https(
            certificates=CERTIFICATES[:2],
            tls_policy=TlsPolicy.FS_2018_06,
            mutual_tls=MutualTls.verify(TRUST_STORES[0], advertise_trust_store_ca_names=True),
            attributes=ListenerAttributes(server_header=False, access_control_allow_methods="GET, POST"),
        ),
    ],
    targets=Targets(
        target_type=TargetType.IP,
        protocol=Protocol.HTTPS,
        protocol_version=ProtocolVersion.HTTP2,
        health_check=HealthCheck(
            path="/healthz",
            port="admin",
            protocol=Protocol.HTTP,
            interval=timedelta(minutes=1),
            timeout=timedelta(seconds=6),
            healthy_threshold=5,
            unhealthy_threshold=6,
            success_codes="200,204",
        ),
        attributes=TargetGroupAttributes(deregistration_delay=timedelta(seconds=30)),
        multi_cluster=True,
        control_port=3000,
    ),
    auth=Cognito(
        USER_POOLS[0],
        "client",
        "shop",
        scope="openid email",
        session_cookie="Shop",
        session_timeout=timedelta(hours=8),
        on_unauthenticated=OnUnauthenticated.DENY,
        extra_params={"prompt": "login"},
    ),
    rules=[
        IngressRule(
            "shop.example.com",
            [
                IngressPath("/^/v[0-9]+/", "ImplementationSpecific", Service("api", "http")),
                IngressPath("/old", "Exact", Redirect(path="/new")),
                IngressPath(
                    "/beta",
                    "Prefix",
                    Forward([(Service("blue", 80), 9), (Service("green", 80), 1)], stickiness=timedelta(hours=1)),
                    [HttpHeader("X-Tenant", ["blue", "green-*"]), QueryString({"beta": "1"})],
                    [UrlRewrite("^/beta/(.*)$", "/$1"), HostRewrite("^shop", "beta")],
                ),
            ],
        )
    ],
    default_backend=FixedResponse(404, "gone"),
    regex_paths=True,
)
CART = Ingress(
    name="cart",
    namespace="web",
    class_name="alb",
    settings=LoadBalancerSettings(
        security_groups=SecurityGroups.managed(inbound_cidrs=["10.0.0.0/8", "2001:db8::/32"], prefix_lists=["pl-1", "pl-2"]),
        web_acl=WebAcl.by_name("cart"),
        waf_classic=WafClassic("none", old_name=True),
    ),
    listeners=[Listener.https(create_certificate=True, private_ca=AUTHORITY)],
    targets=Targets(target_type=TargetType.INSTANCE, node_labels={"disk": "ssd"}),
    auth=Oidc("https://a.example", "https://a.example/auth", "https://a.example/token", "https://a.example/user", "client"),
    rules=[IngressRule("cart.example.com", [IngressPath("/", "Prefix", Service("cart", 80))])],
)
MACHINES = Ingress(
    name="machines",
    namespace="web",
    class_name="alb",
    auth=Jwt("https://a.example/keys", "https://a.example", [Claim("aud", ["shop", "cart"])]),
    rules=[IngressRule(None, [IngressPath("/", "Prefix", Service("api", 80))])],
)

# What the controller reads in them.

SHOP_READ: dict[str, Any] = {
    "group.name": "web.shop",
    "group.order": -3,
    "load-balancer-name": "shop-public",
    "tags": {"team": "shop", "cost-center": "a=b"},
    "ip-address-type": "dualstack-without-public-ipv4",
    "scheme": "internet-facing",
    "subnets": ["subnet-1", "public-b"],
    "security-groups": ["sg-1", "shop"],
    "manage-backend-security-group-rules": True,
    "customer-owned-ipv4-pool": "ipv4pool-coip-1",
    "load-balancer-attributes": {"idle_timeout.timeout_seconds": "120", "routing.http2.enabled": "false"},
    "wafv2-acl-arn": WEB_ACLS[0],
    "waf-acl-id": "0123-4567",
    "shield-advanced-protection": True,
    "minimum-load-balancer-capacity": {"CapacityUnits": "500"},
    "ipam-ipv4-pool-id": "ipam-pool-1",
    "listen-ports": [{"HTTP": 80}, {"HTTPS": 443}],
    "ssl-redirect": 443,
    "certificate-arn": CERTIFICATES[:2],
    "ssl-policy": "ELBSecurityPolicy-FS-2018-06",
    "mutual-authentication": [{"port": 443, "mode": "verify", "trustStore": TRUST_STORES[0], "advertiseTrustStoreCaNames": "on"}],
    "listener-attributes.HTTPS-443": {
        "routing.http.response.server.enabled": "false",
        "routing.http.response.access_control_allow_methods.header_value": "GET, POST",
    },
    "actions.redirect-shop-example-com-old": {
        "type": "redirect",
        "redirectConfig": {"path": "/new", "statusCode": "HTTP_301"},
    },
    "actions.forward-shop-example-com-beta": {
        "type": "forward",
        "forwardConfig": {
            "targetGroups": [
                {"serviceName": "blue", "servicePort": 80, "weight": 9},
                {"serviceName": "green", "servicePort": 80, "weight": 1},
            ],
            "targetGroupStickinessConfig": {"enabled": True, "durationSeconds": 3600},
        },
    },
    "actions.response-default": {
        "type": "fixed-response",
        "fixedResponseConfig": {"contentType": "text/plain", "statusCode": "404", "messageBody": "gone"},
    },
    "conditions.forward-shop-example-com-beta": [
        {"field": "http-header", "httpHeaderConfig": {"httpHeaderName": "X-Tenant", "values": ["blue", "green-*"]}},
        {"field": "query-string", "queryStringConfig": {"values": [{"key": "beta", "value": "1"}]}},
    ],
    "transforms.forward-shop-example-com-beta": [
        {"type": "url-rewrite", "urlRewriteConfig": {"rewrites": [{"regex": "^/beta/(.*)$", "replace": "/$1"}]}},
        {"type": "host-header-rewrite", "hostHeaderRewriteConfig": {"rewrites": [{"regex": "^shop", "replace": "beta"}]}},
    ],
    "use-regex-path-match": True,
    "target-type": "ip",
    "backend-protocol": "HTTPS",
    "backend-protocol-version": "HTTP2",
    "target-group-attributes": {"deregistration_delay.timeout_seconds": "30"},
    "healthcheck-port": "admin",
    "healthcheck-protocol": "HTTP",
    "healthcheck-path": "/healthz",
    "healthcheck-interval-seconds": 60,
    "healthcheck-timeout-seconds": 6,
    "healthy-threshold-count": 5,
    "unhealthy-threshold-count": 6,
    "success-codes": "200,204",
    "multi-cluster-target-group": True,
    "target-control-port.api.http": 3000,
    "target-control-port.blue.80": 3000,
    "target-control-port.green.80": 3000,
    "auth-type": "cognito",
    "auth-idp-cognito": {
        "userPoolARN": USER_POOLS[0],
        "userPoolClientID": "client",
        "userPoolDomain": "shop",
        "authenticationRequestExtraParams": {"prompt": "login"},
    },
    "auth-on-unauthenticated-request": "deny",
    "auth-scope": "openid email",
    "auth-session-cookie": "Shop",
    "auth-session-timeout": 28800,
    "enable-frontend-nlb": True,
    "frontend-nlb-scheme": "internet-facing",
    "frontend-nlb-subnets": ["subnet-1", "subnet-2"],
    "frontend-nlb-security-groups": ["sg-2", "nlb"],
    "frontend-nlb-listener-port-mapping": {"443": "443", "8443": "443"},
    "frontend-nlb-eip-allocations": ["eipalloc-1", "eipalloc-2"],
    "frontend-nlb-healthcheck-port": "443",
    "frontend-nlb-healthcheck-protocol": "HTTPS",
    "frontend-nlb-healthcheck-path": "/up",
    "frontend-nlb-healthcheck-interval-seconds": 20,
    "frontend-nlb-healthcheck-timeout-seconds": 10,
    "frontend-nlb-healthcheck-healthy-threshold-count": 3,
    "frontend-nlb-healthcheck-unhealthy-threshold-count": 4,
    "frontend-nlb-healthcheck-success-codes": "200-399",
    "frontend-nlb-tags": {"team": "net"},
    "frontend-nlb-attributes": {"load_balancing.cross_zone.enabled": "true"},
}
CART_READ: dict[str, Any] = {
    "inbound-cidrs": ["10.0.0.0/8", "2001:db8::/32"],
    "security-group-prefix-lists": ["pl-1", "pl-2"],
    "wafv2-acl-name": "cart",
    "web-acl-id": "none",
    "listen-ports": [{"HTTPS": 443}],
    "create-acm-cert": True,
    "acm-pca-arn": AUTHORITY,
    "target-type": "instance",
    "target-node-labels": {"disk": "ssd"},
    "auth-type": "oidc",
    "auth-idp-oidc": {
        "issuer": "https://a.example",
        "authorizationEndpoint": "https://a.example/auth",
        "tokenEndpoint": "https://a.example/token",
        "userInfoEndpoint": "https://a.example/user",
        "secretName": "client",
    },
}
MACHINES_READ: dict[str, Any] = {
    "jwt-validation": {
        "jwksEndpoint": "https://a.example/keys",
        "issuer": "https://a.example",
        "additionalClaims": [{"format": "single-string", "name": "aud", "values": ["shop", "cart"]}],
    },
}

each_ingress = pytest.mark.parametrize(
    ("made", "read"), [(SHOP, SHOP_READ), (CART, CART_READ), (MACHINES, MACHINES_READ)], ids=["shop", "cart", "machines"]
)
each_row = pytest.mark.parametrize("row", ALL, ids=lambda row: row.name)
each_change = pytest.mark.parametrize("change", CHANGES, ids=str)


def said(objects: Sequence[Manifest]) -> dict[tuple[str, str], str]:
    """The controller's annotations of some objects, by the name of the object and of the annotation."""
    return {
        (made.name, key.removeprefix(PREFIX)): text
        for made in objects
        for key, text in made.annotations.items()
        if key.startswith(PREFIX)
    }


def row_of(name: str) -> Annotation:
    row = find(PREFIX + name)
    assert row is not None, f"{name} is none of the controller's annotations"
    return row


@each_ingress
def test_the_controller_reads_what_was_said(made: Ingress, read: dict[str, Any]) -> None:
    written = said([manifest(made)]).items()
    assert {name: row_of(name).grammar.decode(text) for (_, name), text in written} == read


def test_each_annotation_can_be_said() -> None:
    reached = {row_of(name) for read in (SHOP_READ, CART_READ, MACHINES_READ) for name in read}
    assert {row.name for row in ALL if row not in reached} == {"dry-run-plan"}


def test_the_one_that_cannot_be_said_is_written_by_the_controller() -> None:
    assert [row.name for row in ALL if row.written_by_controller] == ["dry-run-plan"]


# Every field of every word.


def test_every_field_of_every_word_is_looked_at() -> None:
    fields_of = {word: {field.name for field in fields(word) if field.init} for word in words_of(Ingress)}
    looked_at = {word: {change.field for change in CHANGES if change.word is word} for word in fields_of}
    assert looked_at == fields_of
    assert {change.word for change in CHANGES} == set(fields_of)


@each_change
def test_no_field_is_taken_and_passed_over(change: Change) -> None:
    assert getattr(change.before, change.field) != getattr(change.to(change.value), change.field)
    without, with_it = change.made()
    assert without != with_it


@each_change
def test_what_is_written_for_a_field_is_what_the_controller_reads(change: Change) -> None:
    for objects in change.made():
        for (_, name), text in said(objects).items():
            grammar = row_of(name).grammar
            assert grammar.encode(grammar.decode(text)) == text


@each_row
def test_an_annotation_is_what_its_typed_name_writes(row: Annotation) -> None:
    changed = set()
    for change in CHANGES:
        if str(change) == row.word:
            without, with_it = map(said, change.made())
            changed |= {row_of(name) for (_, name), _ in without.items() ^ with_it.items()}
    assert row in changed or row.written_by_controller


# Tokens.

KNOWN_AT_SYNTH = {
    "Ingress.namespace",
    "Ingress.name",
    "Ingress.class_name",
    "Ingress.group_name",
    "IngressPath.type",
    "Service.namespace",
}
"""What cannot be a token, since names of resources and the order of rules depend on it."""


@pytest.mark.parametrize(("change", "value", "text"), each_text(CHANGES))
@pytest.mark.parametrize("around", ["{token}", "{text}{token}"])
def test_a_token_stands_unharmed_in_what_is_applied(change: Change, value: Any, text: str, around: str) -> None:
    with_token = replaced(value, text, around.format(token=TOKEN, text=text))
    if str(change) in KNOWN_AT_SYNTH:
        with pytest.raises(Refused):
            change.to(with_token)
        return
    (made,) = change.put(change.to(with_token))
    assert_token_stands(made, find)
