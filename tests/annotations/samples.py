"""Every field of every word that an Ingress can be made of: two values of it, and the objects that are made of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import timedelta
from typing import Any, get_args, get_type_hints

import pytest
from _pytest.mark import ParameterSet

from eks_ingress.annotations.catalogue import Annotation
from eks_ingress.manifests.ingress import manifest
from eks_ingress.manifests.manifest import Manifest
from eks_ingress.routing.attributes import (
    Algorithm,
    ClientRouting,
    DesyncMitigation,
    ListenerAttributes,
    LoadBalancerAttributes,
    Logs,
    MinimumHealthy,
    NetworkLoadBalancerAttributes,
    Stickiness,
    TargetGroupAttributes,
    XffHeader,
)
from eks_ingress.routing.auth import Auth, Claim, ClaimFormat, Cognito, Jwt, Oidc, OnUnauthenticated
from eks_ingress.routing.backend import Backend, ContentType, FixedResponse, Forward, Redirect, Service, TargetGroup
from eks_ingress.routing.balancer import Balancer
from eks_ingress.routing.compiler import compile_routes
from eks_ingress.routing.conditions import Condition, HostHeader, HttpHeader, HttpMethod, PathPattern, QueryString, SourceIp
from eks_ingress.routing.frontend import FrontendNlb
from eks_ingress.routing.health import HealthCheck
from eks_ingress.routing.ingress import Ingress, IngressPath, IngressRule, IngressTls
from eks_ingress.routing.listener import Listener
from eks_ingress.routing.match import Prefix
from eks_ingress.routing.network import SecurityGroups
from eks_ingress.routing.protocol import Protocol
from eks_ingress.routing.route import Route
from eks_ingress.routing.scheme import IpAddressType, Scheme
from eks_ingress.routing.settings import LoadBalancerSettings
from eks_ingress.routing.targets import ProtocolVersion, Targets, TargetType
from eks_ingress.routing.tls import MutualTls, MutualTlsMode
from eks_ingress.routing.transforms import HostRewrite, Transform, UrlRewrite
from eks_ingress.routing.web_acl import WafClassic, WebAcl
from eks_ingress.source import Source

HERE = Source("Shop/Ingress", "shop.py", 1)
THERE = Source("Shop/Ingress", "shop.py", 2)
ACCOUNT = "eu-west-1:111122223333"
CERTIFICATES = [f"arn:aws:acm:{ACCOUNT}:certificate/{letter}" for letter in "abc"]
AUTHORITY = f"arn:aws:acm-pca:{ACCOUNT}:certificate-authority/a"
TRUST_STORES = [f"arn:aws:elasticloadbalancing:{ACCOUNT}:truststore/clients/{number}" for number in (1, 2)]
TARGET_GROUPS = [f"arn:aws:elasticloadbalancing:{ACCOUNT}:targetgroup/blue/{number}" for number in (1, 2)]
WEB_ACLS = [f"arn:aws:wafv2:{ACCOUNT}:regional/webacl/{name}/1" for name in ("shop", "cart")]
USER_POOLS = [f"arn:aws:cognito-idp:{ACCOUNT}:userpool/eu-west-1_{letter}" for letter in "ab"]
TOKEN = "${Token[TOKEN.12]}"
COGNITO = Cognito(USER_POOLS[0], "client", "shop")
OIDC = Oidc("https://a.example", "https://a.example/auth", "https://a.example/token", "https://a.example/user", "client")
JWT = Jwt("https://a.example/keys", "https://a.example")

BALANCER = Balancer(
    name="shop",
    namespace="web",
    group_name="web.shop",
    class_name="alb",
    settings=LoadBalancerSettings(),
    listeners=(Listener.https(),),
    targets=Targets(),
)

Objects = Sequence[Manifest]


def ingress(**said: Any) -> Ingress:
    """An Ingress with one path of a Service, of which more is said."""
    rules = [IngressRule("shop.example.com", [IngressPath("/", "Prefix", Service("api", 80))])]
    base: dict[str, Any] = {"name": "shop", "namespace": "web", "class_name": "alb", "rules": rules}
    return Ingress(**{**base, **said})


def itself(word: Ingress) -> Objects:
    return [manifest(word)]


def settings(word: LoadBalancerSettings) -> Objects:
    return itself(ingress(settings=word))


def listener(word: Listener) -> Objects:
    return itself(ingress(listeners=[word]))


def targets(word: Targets) -> Objects:
    return itself(ingress(targets=word))


def auth(word: Auth) -> Objects:
    return itself(ingress(auth=word))


def rule(word: IngressRule) -> Objects:
    return itself(ingress(rules=[word]))


def path(word: IngressPath) -> Objects:
    return rule(IngressRule(None, [word]))


def backend(word: Backend) -> Objects:
    return path(IngressPath("/", "Prefix", word))


def condition(word: Condition) -> Objects:
    return path(IngressPath("/", "Prefix", Service("api", 80), [word]))


def transform(word: Transform) -> Objects:
    return path(IngressPath("/", "Prefix", Service("api", 80), transforms=[word]))


def route(word: Backend) -> Objects:
    """What is said of a Service decides of which Ingress its routes become a part."""
    return [manifest(made) for made in compile_routes(BALANCER, [Route(Prefix("shop.example.com/"), word, HERE)], HERE)]


def frontend(word: FrontendNlb) -> Objects:
    return settings(LoadBalancerSettings(frontend_nlb=word))


def health_check(word: HealthCheck) -> Objects:
    return targets(Targets(health_check=word))


def target_group(word: TargetGroupAttributes) -> Objects:
    return targets(Targets(attributes=word))


def load_balancer(word: LoadBalancerAttributes) -> Objects:
    return settings(LoadBalancerSettings(attributes=word))


@dataclass(frozen=True)
class Change:
    """A field of a word with one value, and with another."""

    before: Any
    field: str
    value: Any
    put: Callable[[Any], Objects]
    """Makes objects of the word."""

    def __str__(self) -> str:
        return f"{self.word.__name__}.{self.field}"

    @property
    def word(self) -> type:
        return type(self.before)

    def made(self) -> tuple[Objects, Objects]:
        """The objects without the change and with it."""
        return self.put(self.before), self.put(self.to(self.value))

    def to(self, value: Any) -> Any:
        """The word with the field changed to something."""
        return replace(self.before, **{self.field: value})


def changes(put: Callable[[Any], Objects], before: Any, **values: Any) -> list[Change]:
    return [Change(before, name, value, put) for name, value in values.items()]


EVERY_CHECK = HealthCheck(
    path="/healthz",
    port=8080,
    protocol=Protocol.HTTPS,
    interval=timedelta(minutes=1),
    timeout=timedelta(seconds=6),
    healthy_threshold=3,
    unhealthy_threshold=4,
    success_codes="200-299",
)

EVERY_NETWORK_ATTRIBUTE: dict[str, Any] = {
    "other": {"new.one": "on"},
    "access_logs": Logs.off(),
    "deletion_protection": False,
    "cross_zone": False,
    "client_routing_policy": ClientRouting.AVAILABILITY_ZONE_AFFINITY,
    "zonal_shift": False,
    "deny_internet_gateway_traffic": False,
    "secondary_addresses": 1,
}

CHANGES: list[Change] = [
    *changes(
        itself,
        ingress(),
        namespace="cart",
        name="cart",
        class_name="other",
        group_name="everyone",
        group_order=7,
        settings=LoadBalancerSettings(scheme=Scheme.INTERNAL),
        listeners=[Listener.http(8080)],
        targets=Targets(target_type=TargetType.IP),
        auth=COGNITO,
        rules=[IngressRule(None, [IngressPath("/", "Prefix", Service("api", 80))])],
        default_backend=Service("web", 80),
        tls=[IngressTls("shop.example.com")],
        regex_paths=True,
        labels={"team": "shop"},
        annotations={"external-dns.alpha.kubernetes.io/hostname": "shop.example.com"},
        source=THERE,
    ),
    *changes(
        rule,
        IngressRule(None, [IngressPath("/", "Prefix", Service("api", 80))]),
        host="shop.example.com",
        paths=[IngressPath("/api", "Exact", Service("api", 80))],
    ),
    *changes(
        path,
        IngressPath("/", "Prefix", Service("api", 80)),
        path="/api",
        type="Exact",
        backend=Redirect(host="shop.example.com"),
        conditions=[HttpMethod("GET")],
        transforms=[UrlRewrite("^/api", "/")],
        source=THERE,
    ),
    *changes(lambda word: itself(ingress(tls=[word])), IngressTls("shop.example.com"), hosts="cart.example.com", secret="cart"),
    # The load balancer.
    *changes(
        settings,
        LoadBalancerSettings(),
        scheme=Scheme.INTERNET_FACING,
        ip_address_type=IpAddressType.DUALSTACK,
        load_balancer_name="shop",
        subnets=["subnet-1"],
        security_groups=SecurityGroups.given("sg-1"),
        customer_owned_ipv4_pool="ipv4pool-coip-1",
        ipam_ipv4_pool="ipam-pool-1",
        attributes=LoadBalancerAttributes(http2=False),
        tags={"team": "shop"},
        web_acl=WebAcl.by_name("shop"),
        waf_classic=WafClassic.by_id("shop"),
        shield=False,
        minimum_capacity=0,
        frontend_nlb=FrontendNlb(),
    ),
    *changes(
        lambda word: settings(LoadBalancerSettings(security_groups=word)),
        SecurityGroups(),
        groups="sg-1",
        inbound_cidrs="10.0.0.0/8",
        prefix_lists="pl-1",
    ),
    *changes(lambda word: settings(LoadBalancerSettings(security_groups=word)), SecurityGroups("sg-1"), manage_backend_rules=False),
    *changes(lambda word: settings(LoadBalancerSettings(web_acl=word)), WebAcl.by_arn(WEB_ACLS[0]), arn=WEB_ACLS[1]),
    *changes(lambda word: settings(LoadBalancerSettings(web_acl=word)), WebAcl.by_name("shop"), name="cart"),
    *changes(lambda word: settings(LoadBalancerSettings(waf_classic=word)), WafClassic("shop"), web_acl_id="cart", old_name=True),
    *changes(
        load_balancer,
        LoadBalancerAttributes(),
        other={"new.one": "on"},
        idle_timeout=timedelta(seconds=30),
        client_keep_alive=timedelta(minutes=5),
        deletion_protection=False,
        http2=False,
        desync_mitigation=DesyncMitigation.STRICTEST,
        drop_invalid_header_fields=False,
        preserve_host_header=False,
        tls_version_and_cipher_headers=False,
        client_port_in_xff=False,
        xff_header=XffHeader.PRESERVE,
        waf_fail_open=False,
        zonal_shift=False,
        deny_internet_gateway_traffic=False,
        access_logs=Logs.off(),
        connection_logs=Logs.off(),
        health_check_logs=Logs.off(),
    ),
    *changes(lambda word: load_balancer(LoadBalancerAttributes(access_logs=word)), Logs("shop-logs"), bucket="logs", prefix="alb"),
    # The network load balancer before it.
    *changes(
        frontend,
        FrontendNlb(),
        scheme=Scheme.INTERNAL,
        subnets=["subnet-1"],
        security_groups=["sg-1"],
        ports={443: 443},
        health_check=EVERY_CHECK,
        tags={"team": "shop"},
        attributes=NetworkLoadBalancerAttributes(cross_zone=True),
    ),
    *changes(frontend, FrontendNlb(scheme=Scheme.INTERNET_FACING), eip_allocations=["eipalloc-1"]),
    *changes(lambda word: frontend(FrontendNlb(attributes=word)), NetworkLoadBalancerAttributes(), **EVERY_NETWORK_ATTRIBUTE),
    # Listeners.
    *changes(listener, Listener.http(), port=8080, protocol=Protocol.HTTPS, redirects_to=443),
    *changes(
        listener,
        Listener.https(),
        certificates=CERTIFICATES[:1],
        tls_policy="ELBSecurityPolicy-FS-2018-06",
        mutual_tls=MutualTls.passthrough(),
        attributes=ListenerAttributes(server_header=False),
        creates_certificate=True,
    ),
    *changes(listener, Listener.https(create_certificate=True), private_ca=AUTHORITY),
    *changes(lambda word: listener(Listener.https(mutual_tls=word)), MutualTls.off(), mode=MutualTlsMode.PASSTHROUGH),
    *changes(
        lambda word: listener(Listener.https(mutual_tls=word)),
        MutualTls.verify(TRUST_STORES[0]),
        trust_store=TRUST_STORES[1],
        ignore_client_certificate_expiry=False,
        advertise_trust_store_ca_names=False,
    ),
    *changes(
        lambda word: listener(Listener.https(attributes=word)),
        ListenerAttributes(),
        other={"new.one": "on"},
        server_header=False,
        strict_transport_security="max-age=1; includeSubDomains",
        access_control_allow_origin="https://shop.example.com",
        access_control_allow_methods="GET, POST",
        access_control_allow_headers="X-Trace, X-Span",
        access_control_allow_credentials="true",
        access_control_expose_headers="X-Trace",
        access_control_max_age=timedelta(minutes=1),
        content_security_policy="default-src 'self', 'unsafe-inline'",
        x_content_type_options="nosniff",
        x_frame_options="DENY",
        mtls_serial_number_header="X-Serial",
        mtls_issuer_header="X-Issuer",
        mtls_subject_header="X-Subject",
        mtls_validity_header="X-Validity",
        mtls_leaf_header="X-Leaf",
        mtls_certificate_header="X-Certificate",
        tls_version_header="X-Version",
        tls_cipher_suite_header="X-Cipher",
    ),
    # Targets.
    *changes(
        targets,
        Targets(),
        target_type=TargetType.IP,
        protocol=Protocol.HTTPS,
        protocol_version=ProtocolVersion.HTTP2,
        health_check=HealthCheck(path="/healthz"),
        attributes=TargetGroupAttributes(cross_zone=False),
        node_labels={"disk": "ssd"},
        multi_cluster=False,
        control_port=3000,
    ),
    *changes(health_check, HealthCheck(), **{field.name: getattr(EVERY_CHECK, field.name) for field in fields(HealthCheck)}),
    *changes(
        target_group,
        TargetGroupAttributes(),
        other={"new.one": "on"},
        deregistration_delay=timedelta(0),
        slow_start=timedelta(seconds=30),
        stickiness=Stickiness.off(),
        algorithm=Algorithm.LEAST_OUTSTANDING_REQUESTS,
        anomaly_mitigation=False,
        cross_zone=False,
        dns_failover_min_healthy=MinimumHealthy(count=2),
        unhealthy_routing_min_healthy=MinimumHealthy(count=2),
    ),
    *changes(
        lambda word: target_group(TargetGroupAttributes(stickiness=word)),
        Stickiness.load_balancer_cookie(),
        cookie=None,
        duration=timedelta(hours=1),
    ),
    *changes(
        lambda word: target_group(TargetGroupAttributes(stickiness=word)), Stickiness.application_cookie("SHOP"), cookie_name="CART"
    ),
    *changes(
        lambda word: target_group(TargetGroupAttributes(dns_failover_min_healthy=word)),
        MinimumHealthy(count=2),
        count=3,
        percentage=50,
    ),
    *changes(
        route,
        Service("api", 80),
        name="web",
        port="http",
        namespace="cart",
        target_type=TargetType.INSTANCE,
        protocol=Protocol.HTTPS,
        protocol_version=ProtocolVersion.HTTP2,
        health_check=HealthCheck(path="/healthz"),
        attributes=TargetGroupAttributes(cross_zone=False),
        multi_cluster=False,
        control_port=3000,
    ),
    *changes(route, Service("api", 80, target_type=TargetType.INSTANCE), node_labels={"disk": "ssd"}),
    # Other backends.
    *changes(
        backend,
        Forward([(Service("blue", 80), 1), (Service("green", 80), 1)]),
        to=[(Service("blue", 80), 1), (Service("green", 80), 2)],
        stickiness=timedelta(hours=1),
    ),
    *changes(backend, TargetGroup(TARGET_GROUPS[0]), arn=TARGET_GROUPS[1]),
    *changes(backend, TargetGroup(name="blue"), name="green"),
    *changes(
        backend,
        Redirect(host="shop.example.com"),
        host="cart.example.com",
        path="/new",
        port=8443,
        protocol=Protocol.HTTPS,
        query="",
        status_code=302,
    ),
    *changes(backend, FixedResponse(404), status_code=410, body="gone", content_type=ContentType.HTML),
    # Conditions and transforms.
    *changes(condition, HttpHeader("X-Tenant", "blue"), name="X-Region", values="green"),
    *changes(condition, HttpHeader("X-Tenant", regex="^blue"), regex="^green"),
    *changes(condition, HttpMethod("GET"), methods="HEAD"),
    *changes(condition, QueryString("beta"), values={"version": "1"}),
    *changes(condition, SourceIp("10.0.0.0/8"), cidrs="2001:db8::/32"),
    *changes(condition, HostHeader("shop.example.com"), values="cart.example.com"),
    *changes(condition, HostHeader(regex="^shop"), regex="^cart"),
    *changes(condition, PathPattern("/img/*"), values="/css/*"),
    *changes(condition, PathPattern(regex="^/img"), regex="^/css"),
    *changes(transform, UrlRewrite("^/api", "/"), regex="^/v1", replace="/v1"),
    *changes(transform, HostRewrite("^shop", "a"), regex="^cart", replace="b"),
    # What clients must show.
    *changes(
        auth,
        COGNITO,
        user_pool=USER_POOLS[1],
        client="other",
        domain="cart",
        scope="openid email",
        session_cookie="Shop",
        session_timeout=timedelta(hours=1),
        on_unauthenticated=OnUnauthenticated.DENY,
        extra_params={"prompt": "login"},
    ),
    *changes(
        auth,
        OIDC,
        issuer="https://b.example",
        authorization_endpoint="https://b.example",
        token_endpoint="https://b.example",
        user_info_endpoint="https://b.example",
        secret="other",
        scope="openid email",
        session_cookie="Shop",
        session_timeout=timedelta(hours=1),
        on_unauthenticated=OnUnauthenticated.ALLOW,
        extra_params={"prompt": "login"},
    ),
    *changes(auth, JWT, jwks_endpoint="https://b.example", issuer="b", claims=[Claim("aud", "shop")]),
    *changes(
        lambda word: auth(replace(JWT, claims=[word])),
        Claim("aud", "shop"),
        name="scope",
        values=["shop", "cart"],
        format=ClaimFormat.STRING_ARRAY,
    ),
]


def words_of(word: type) -> Iterator[type]:
    """A word, and all words that its fields can hold, at any depth."""
    found = [word]
    for known in found:
        for hint in get_type_hints(known).values():
            held = [part for part in dict.fromkeys(_parts(hint)) if isinstance(part, type) and is_dataclass(part)]
            found += [part for part in held if part not in found]
    yield from found


def _parts(hint: Any) -> Iterator[Any]:
    yield hint
    for part in get_args(hint):
        yield from _parts(part)


def texts(value: Any) -> list[str]:
    """The texts in the value of a field."""
    if isinstance(value, Mapping):
        return [text for inner in value.values() for text in texts(inner)]
    if isinstance(value, tuple) and not isinstance(value, Source):
        return [text for inner in value for text in texts(inner)]
    return [value] if type(value) is str else []


def replaced(value: Any, old: str, new: str) -> Any:
    """The value of a field with another text in place of one."""
    if isinstance(value, Mapping):
        return {key: replaced(inner, old, new) for key, inner in value.items()}
    if isinstance(value, tuple):
        return tuple(replaced(inner, old, new) for inner in value)
    return new if value == old and type(value) is str else value


def each_text(changes: Sequence[Change]) -> list[ParameterSet]:
    """Each text of each value, as parameters of a test: the change, its value and the text."""
    return [
        pytest.param(change, value, text, id=f"{change}-{text}")
        for change in changes
        for value in (getattr(change.to(change.value), change.field),)
        for text in texts(value)
    ]


def assert_token_stands(made: Manifest, find: Callable[[str], Annotation | None]) -> None:
    """A token is in the object, and whoever reads an annotation with it has it there."""
    assert TOKEN in str(made.body)
    for key, written in made.annotations.items():
        if TOKEN in written and (row := find(key)):
            assert TOKEN in str(row.grammar.decode(written))
