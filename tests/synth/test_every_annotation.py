"""Every annotation of the controller, from the word that a user writes to the text that stands in the template."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from aws_cdk import Duration

from eks_ingress import (
    Algorithm,
    Claim,
    ClaimFormat,
    ClientRouting,
    Cognito,
    ContentType,
    ControllerVersion,
    DesyncMitigation,
    Feature,
    FixedResponse,
    Forward,
    FrontendNlb,
    HealthCheck,
    HostHeader,
    HostRewrite,
    HttpHeader,
    HttpMethod,
    Ingress,
    IngressPath,
    IngressRule,
    IpAddressType,
    Jwt,
    Listener,
    ListenerAttributes,
    LoadBalancerAttributes,
    LoadBalancerSettings,
    Logs,
    MinimumHealthy,
    MutualTls,
    NetworkLoadBalancerAttributes,
    Oidc,
    OnUnauthenticated,
    PathPattern,
    Protocol,
    ProtocolVersion,
    QueryString,
    Redirect,
    Regex,
    Scheme,
    SecurityGroups,
    Service,
    SourceIp,
    Stickiness,
    TargetGroup,
    TargetGroupAttributes,
    Targets,
    TargetType,
    TlsPolicy,
    UrlRewrite,
    WafClassic,
    WebAcl,
    XffHeader,
    service_annotations,
)
from eks_ingress.annotations.catalogue import ALL, Place, find
from eks_ingress.routing.names import PREFIX
from tests.synth.apps import Shop
from tests.synth.everything import AUTHORITY, CERTIFICATE, TARGET_GROUP, TRUST_STORE, USER_POOL, WEB_ACL

HTTPS = Listener.https()
CLIENT = "1example23456789"
OIDC: dict[str, Any] = {
    "issuer": "https://login.example.com",
    "authorization_endpoint": "https://login.example.com/authorize",
    "token_endpoint": "https://login.example.com/token",
    "user_info_endpoint": "https://login.example.com/userinfo",
    "secret": "oidc",
}
JWKS = "https://login.example.com/jwks"


@dataclass(frozen=True)
class Case:
    """What a user says, and the text of an annotation that comes of it; None where the annotation must be absent."""

    annotation: str
    text: str | None
    settings: dict[str, Any] = field(default_factory=dict)
    listeners: Sequence[Listener] = (Listener.http(),)
    targets: dict[str, Any] = field(default_factory=dict)
    auth: Any = None
    backend: Any = Service("web", 80)
    conditions: Sequence[Any] = ()
    transforms: Sequence[Any] = ()
    match: Any = "shop.example.com/"


def settings(annotation: str, text: str | None, **said: Any) -> Case:
    """Of the load balancer."""
    return Case(annotation, text, settings=said)


def frontend(annotation: str, text: str | None, **said: Any) -> Case:
    """Of the network load balancer in front of it."""
    return Case(annotation, text, settings={"frontend_nlb": FrontendNlb(**said)})


def listeners(annotation: str, text: str | None, *said: Listener) -> Case:
    """Of the listeners."""
    return Case(annotation, text, listeners=said)


def targets(annotation: str, text: str | None, **said: Any) -> Case:
    """Of the targets of a Service; on an HTTPS listener, which all of them go with."""
    return Case(annotation, text, listeners=[HTTPS], targets=said)


def auth(annotation: str, text: str | None, said: Any) -> Case:
    """Of what clients must show."""
    return Case(annotation, text, listeners=[HTTPS], auth=said)


def cognito(annotation: str, text: str | None, **said: Any) -> Case:
    return auth(annotation, text, Cognito(USER_POOL, CLIENT, "shop", **said))


def health(annotation: str, text: str | None, **said: Any) -> Case:
    return targets(annotation, text, health_check=HealthCheck(**said))


def attributes(text: str, **said: Any) -> Case:
    return targets("target-group-attributes", text, attributes=TargetGroupAttributes(**said))


def action(text: str, backend: Any, kind: str = "forward") -> Case:
    return Case(f"actions.{kind}-shop-example-com", text, backend=backend)


def condition(text: str, *said: Any, match: Any = "shop.example.com/", name: str = "forward-shop-example-com") -> Case:
    return Case(f"conditions.{name}", text, conditions=said, match=match)


def transform(text: str, *said: Any) -> Case:
    return Case("transforms.forward-shop-example-com", text, transforms=said)


CASES = [
    # IngressGroup
    settings("group.name", "shop.NAME"),
    settings("group.order", "0"),
    # Load balancer
    settings("load-balancer-name", "public-api", load_balancer_name="public-api"),
    settings("tags", "team=shop,cost centre=a/b:c=d", tags={"team": "shop", "cost centre": "a/b:c=d"}),
    settings("ip-address-type", "dualstack", ip_address_type=IpAddressType.DUALSTACK),
    settings("ip-address-type", "ipv4", ip_address_type=IpAddressType.IPV4),
    settings(
        "ip-address-type",
        "dualstack-without-public-ipv4",
        ip_address_type=IpAddressType.DUALSTACK_WITHOUT_PUBLIC_IPV4,
        scheme=Scheme.INTERNET_FACING,
    ),
    settings("scheme", "internet-facing", scheme=Scheme.INTERNET_FACING),
    settings("scheme", "internal", scheme=Scheme.INTERNAL),
    settings("subnets", "subnet-0a1b", subnets="subnet-0a1b"),
    settings("subnets", "subnet-0a1b,Public 2", subnets=["subnet-0a1b", "Public 2"]),
    settings("security-groups", "sg-0a1b,By name", security_groups=SecurityGroups.given(["sg-0a1b", "By name"])),
    settings("manage-backend-security-group-rules", None, security_groups=SecurityGroups.given("sg-0a1b")),
    settings(
        "manage-backend-security-group-rules",
        "true",
        security_groups=SecurityGroups.given("sg-0a1b", manage_backend_rules=True),
    ),
    settings("security-groups", None, security_groups=SecurityGroups.managed()),
    settings("inbound-cidrs", "10.0.0.0/8", security_groups=SecurityGroups.managed(inbound_cidrs="10.0.0.0/8")),
    settings(
        "inbound-cidrs",
        "10.0.0.0/8,192.0.2.0/24",
        security_groups=SecurityGroups.managed(inbound_cidrs=["10.0.0.0/8", "192.0.2.0/24"]),
    ),
    settings(
        "security-group-prefix-lists",
        "pl-0a1b,pl-0a1c",
        security_groups=SecurityGroups.managed(prefix_lists=["pl-0a1b", "pl-0a1c"]),
    ),
    settings("customer-owned-ipv4-pool", "ipv4pool-coip-0a1b", customer_owned_ipv4_pool="ipv4pool-coip-0a1b"),
    settings(
        "load-balancer-attributes",
        "idle_timeout.timeout_seconds=120,deletion_protection.enabled=true,routing.http.desync_mitigation_mode=strictest,"
        "routing.http.xff_header_processing.mode=remove,access_logs.s3.enabled=true,access_logs.s3.bucket=logs,"
        "access_logs.s3.prefix=shop,connection_logs.s3.enabled=false,new.attribute=1\\,2",
        attributes=LoadBalancerAttributes(
            idle_timeout=Duration.minutes(2),
            deletion_protection=True,
            desync_mitigation=DesyncMitigation.STRICTEST,
            xff_header=XffHeader.REMOVE,
            access_logs=Logs("logs", "shop"),
            connection_logs=Logs.off(),
            other={"new.attribute": "1,2"},
        ),
    ),
    settings("wafv2-acl-arn", WEB_ACL, web_acl=WebAcl.by_arn(WEB_ACL)),
    settings("wafv2-acl-arn", "none", web_acl=WebAcl.none()),
    settings("wafv2-acl-name", "shop", web_acl=WebAcl.by_name("shop")),
    settings("waf-acl-id", "12345678-1234", waf_classic=WafClassic.by_id("12345678-1234")),
    settings("waf-acl-id", "none", waf_classic=WafClassic.none()),
    settings("web-acl-id", "12345678-1234", waf_classic=WafClassic.by_id("12345678-1234", old_name=True)),
    settings("shield-advanced-protection", "true", shield=True),
    settings("shield-advanced-protection", "false", shield=False),
    settings("minimum-load-balancer-capacity", "CapacityUnits=1500", minimum_capacity=1500),
    settings("minimum-load-balancer-capacity", "CapacityUnits=0", minimum_capacity=0),
    settings("ipam-ipv4-pool-id", "ipam-pool-0a1b", ipam_ipv4_pool="ipam-pool-0a1b"),
    # Listeners
    listeners("listen-ports", '[{"HTTP":80}]', Listener.http()),
    listeners("listen-ports", '[{"HTTP":8080},{"HTTPS":443},{"HTTPS":8443}]', Listener.http(8080), HTTPS, Listener.https(8443)),
    listeners("ssl-redirect", "443", Listener.redirect_to_https(), HTTPS),
    listeners("ssl-redirect", "8443", Listener.redirect_to_https(8080, to=8443), Listener.https(8443)),
    listeners("ssl-redirect", None, Listener.http(), HTTPS),
    listeners("certificate-arn", CERTIFICATE, Listener.https(certificates=[CERTIFICATE])),
    listeners("certificate-arn", f"{CERTIFICATE},{CERTIFICATE}3", Listener.https(certificates=[CERTIFICATE, f"{CERTIFICATE}3"])),
    listeners("certificate-arn", None, HTTPS),
    listeners("ssl-policy", "ELBSecurityPolicy-TLS13-1-3-PQ-2025-09", Listener.https(tls_policy=TlsPolicy.TLS13_1_3_PQ_2025_09)),
    listeners(
        "ssl-policy", "ELBSecurityPolicy-TLS13-1-3-2031-01", Listener.https(tls_policy="ELBSecurityPolicy-TLS13-1-3-2031-01")
    ),
    listeners(
        "mutual-authentication",
        f'[{{"port":443,"mode":"verify","trustStore":"{TRUST_STORE}","ignoreClientCertificateExpiry":true,'
        '"advertiseTrustStoreCaNames":"on"},{"port":8443,"mode":"passthrough"},{"port":9443,"mode":"off"}]',
        Listener.https(
            mutual_tls=MutualTls.verify(TRUST_STORE, ignore_client_certificate_expiry=True, advertise_trust_store_ca_names=True)
        ),
        Listener.https(8443, mutual_tls=MutualTls.passthrough()),
        Listener.https(9443, mutual_tls=MutualTls.off()),
        Listener.https(10443),
    ),
    listeners(
        "listener-attributes.HTTPS-8443",
        "routing.http.response.server.enabled=false,routing.http.response.access_control_allow_methods.header_value=GET\\, POST",
        HTTPS,
        Listener.https(8443, attributes=ListenerAttributes(server_header=False, access_control_allow_methods="GET, POST")),
    ),
    listeners(
        "listener-attributes.HTTP-80",
        "routing.http.response.x_frame_options.header_value=DENY",
        Listener.http(attributes=ListenerAttributes(x_frame_options="DENY")),
    ),
    listeners("create-acm-cert", "true", Listener.https(create_certificate=True)),
    listeners("acm-pca-arn", AUTHORITY, Listener.https(create_certificate=True, private_ca=AUTHORITY)),
    # Routing
    action(f'{{"type":"forward","targetGroupARN":"{TARGET_GROUP}"}}', TargetGroup(TARGET_GROUP)),
    action('{"type":"forward","targetGroupName":"theirs"}', TargetGroup(name="theirs")),
    action(
        '{"type":"forward","forwardConfig":{"targetGroups":[{"serviceName":"blue","servicePort":80,"weight":90},'
        '{"serviceName":"green","servicePort":"http","weight":10},{"targetGroupName":"theirs","weight":0}],'
        '"targetGroupStickinessConfig":{"enabled":true,"durationSeconds":3600}}}',
        Forward([(Service("blue", 80), 90), (Service("green", "http"), 10), (TargetGroup(name="theirs"), 0)], Duration.hours(1)),
    ),
    action(
        '{"type":"redirect","redirectConfig":{"host":"new.example.com","path":"/from/#{path}","port":"8443","protocol":"HTTPS",'
        '"query":"","statusCode":"HTTP_302"}}',
        Redirect("new.example.com", "/from/#{path}", 8443, Protocol.HTTPS, "", 302),
        "redirect",
    ),
    action(
        '{"type":"fixed-response","fixedResponseConfig":{"contentType":"text/html","statusCode":"404",'
        '"messageBody":"<h1>\\"\\u00fc\\"\\n</h1>"}}',
        FixedResponse(404, '<h1>"ü"\n</h1>', ContentType.HTML),
        "response",
    ),
    condition(
        '[{"field":"http-header","httpHeaderConfig":{"httpHeaderName":"X-Tenant","values":["blue","green-*"]}},'
        '{"field":"http-request-method","httpRequestMethodConfig":{"values":["GET"]}}]',
        HttpHeader("X-Tenant", ["blue", "green-*"]),
        HttpMethod("GET"),
    ),
    condition(
        '[{"field":"http-header","httpHeaderConfig":{"httpHeaderName":"User-Agent","regexValues":["^curl/[0-9]+"]}}]',
        HttpHeader("User-Agent", regex="^curl/[0-9]+"),
    ),
    condition(
        '[{"field":"query-string","queryStringConfig":{"values":[{"key":"version","value":"1"},{"value":"beta"}]}},'
        '{"field":"source-ip","sourceIPConfig":{"values":["10.0.0.0/8"]}}]',
        QueryString([("version", "1"), "beta"]),
        SourceIp("10.0.0.0/8"),
    ),
    condition(
        '[{"field":"host-header","hostHeaderConfig":{"values":["*.example.org"]}},'
        '{"field":"path-pattern","pathPatternConfig":{"values":["/img/*"]}}]',
        HostHeader("*.example.org"),
        PathPattern("/img/*"),
        match="shop.example.com/a",
        name="forward-shop-example-com-a",
    ),
    transform(
        '[{"type":"url-rewrite","urlRewriteConfig":{"rewrites":[{"regex":"^/api/(.*)$","replace":"/$1"}]}},'
        '{"type":"host-header-rewrite","hostHeaderRewriteConfig":{"rewrites":[{"regex":"^shop[.]","replace":"api."}]}}]',
        UrlRewrite("^/api/(.*)$", "/$1"),
        HostRewrite("^shop[.]", "api."),
    ),
    # Target groups
    targets("target-type", "ip"),
    targets("target-type", "instance", target_type=TargetType.INSTANCE),
    targets("backend-protocol", "HTTPS", protocol=Protocol.HTTPS),
    targets("backend-protocol-version", "HTTP2", protocol_version=ProtocolVersion.HTTP2),
    targets("backend-protocol-version", "GRPC", protocol_version=ProtocolVersion.GRPC),
    attributes(
        "deregistration_delay.timeout_seconds=30,slow_start.duration_seconds=60,stickiness.enabled=true,stickiness.type=app_cookie,"
        "stickiness.app_cookie.cookie_name=session,stickiness.app_cookie.duration_seconds=3600,"
        "target_group_health.dns_failover.minimum_healthy_targets.count=2,"
        "target_group_health.dns_failover.minimum_healthy_targets.percentage=off",
        deregistration_delay=timedelta(seconds=30),
        slow_start=Duration.minutes(1),
        stickiness=Stickiness.application_cookie("session", Duration.hours(1)),
        dns_failover_min_healthy=MinimumHealthy(count=2, percentage="off"),
    ),
    attributes(
        "load_balancing.algorithm.type=weighted_random,load_balancing.algorithm.anomaly_mitigation=on,"
        "load_balancing.cross_zone.enabled=false",
        algorithm=Algorithm.WEIGHTED_RANDOM,
        anomaly_mitigation=True,
        cross_zone=False,
    ),
    health("healthcheck-port", "8081", port=8081),
    health("healthcheck-port", "admin", port="admin"),
    health("healthcheck-protocol", "HTTPS", protocol=Protocol.HTTPS),
    health("healthcheck-path", "/up?deep=1", path="/up?deep=1"),
    health("healthcheck-interval-seconds", "30", interval=timedelta(seconds=30)),
    health("healthcheck-interval-seconds", "300", interval=Duration.minutes(5)),
    health("healthcheck-timeout-seconds", "10", timeout=timedelta(seconds=10)),
    health("healthy-threshold-count", "10", healthy_threshold=10),
    health("unhealthy-threshold-count", "3", unhealthy_threshold=3),
    health("success-codes", "200-299,404", success_codes="200-299,404"),
    targets("success-codes", "0-12", protocol_version=ProtocolVersion.GRPC, health_check=HealthCheck(success_codes="0-12")),
    targets("target-node-labels", "zone=a,gpu=", node_labels={"zone": "a", "gpu": ""}, target_type=TargetType.INSTANCE),
    targets("multi-cluster-target-group", "true", multi_cluster=True),
    targets("multi-cluster-target-group", "false", multi_cluster=False),
    targets("target-control-port.web.80", "8081", control_port=8081),
    # Authentication
    cognito("auth-type", "cognito"),
    auth("auth-type", "oidc", Oidc(**OIDC)),
    cognito("auth-idp-cognito", f'{{"userPoolARN":"{USER_POOL}","userPoolClientID":"{CLIENT}","userPoolDomain":"shop"}}'),
    cognito(
        "auth-idp-cognito",
        f'{{"userPoolARN":"{USER_POOL}","userPoolClientID":"{CLIENT}","userPoolDomain":"shop",'
        '"authenticationRequestExtraParams":{"prompt":"login"}}',
        extra_params={"prompt": "login"},
    ),
    auth(
        "auth-idp-oidc",
        '{"issuer":"https://login.example.com","authorizationEndpoint":"https://login.example.com/authorize",'
        '"tokenEndpoint":"https://login.example.com/token","userInfoEndpoint":"https://login.example.com/userinfo",'
        '"secretName":"oidc","authenticationRequestExtraParams":{"a":"b"}}',
        Oidc(**OIDC, extra_params={"a": "b"}),
    ),
    cognito("auth-on-unauthenticated-request", "allow", on_unauthenticated=OnUnauthenticated.ALLOW),
    auth("auth-on-unauthenticated-request", "deny", Oidc(**OIDC, on_unauthenticated=OnUnauthenticated.DENY)),
    cognito("auth-scope", "openid email", scope="openid email"),
    cognito("auth-session-cookie", "shop", session_cookie="shop"),
    cognito("auth-session-timeout", "28800", session_timeout=timedelta(hours=8)),
    cognito("auth-session-timeout", "604800", session_timeout=Duration.days(7)),
    auth("jwt-validation", f'{{"jwksEndpoint":"{JWKS}","issuer":"shop"}}', Jwt(JWKS, "shop")),
    auth(
        "jwt-validation",
        f'{{"jwksEndpoint":"{JWKS}","issuer":"shop","additionalClaims":[{{"format":"single-string","name":"aud","values":["shop"]}},'
        '{"format":"space-separated-values","name":"scope","values":["read","write"]}]}',
        Jwt(JWKS, "shop", [Claim("aud", "shop"), Claim("scope", ["read", "write"], ClaimFormat.SPACE_SEPARATED_VALUES)]),
    ),
    # Frontend NLB
    frontend("enable-frontend-nlb", "true"),
    frontend("frontend-nlb-scheme", "internet-facing", scheme=Scheme.INTERNET_FACING),
    frontend("frontend-nlb-subnets", "subnet-0a1b,subnet-0a1c", subnets=["subnet-0a1b", "subnet-0a1c"]),
    frontend("frontend-nlb-security-groups", "sg-0a1b,sg-0a1c", security_groups=["sg-0a1b", "sg-0a1c"]),
    frontend("frontend-nlb-listener-port-mapping", "8080=80,9090=80", ports={9090: 80, 8080: 80}),
    frontend(
        "frontend-nlb-eip-allocations",
        "eipalloc-0a1b,eipalloc-0a1c",
        eip_allocations=["eipalloc-0a1b", "eipalloc-0a1c"],
        scheme=Scheme.INTERNET_FACING,
    ),
    frontend("frontend-nlb-healthcheck-port", "80", health_check=HealthCheck(port=80)),
    frontend("frontend-nlb-healthcheck-port", "traffic-port", health_check=HealthCheck(port="traffic-port")),
    frontend("frontend-nlb-healthcheck-protocol", "HTTP", health_check=HealthCheck(protocol=Protocol.HTTP)),
    frontend("frontend-nlb-healthcheck-path", "/up", health_check=HealthCheck(path="/up")),
    frontend("frontend-nlb-healthcheck-interval-seconds", "30", health_check=HealthCheck(interval=Duration.seconds(30))),
    frontend("frontend-nlb-healthcheck-timeout-seconds", "10", health_check=HealthCheck(timeout=Duration.seconds(10))),
    frontend("frontend-nlb-healthcheck-healthy-threshold-count", "4", health_check=HealthCheck(healthy_threshold=4)),
    frontend("frontend-nlb-healthcheck-unhealthy-threshold-count", "5", health_check=HealthCheck(unhealthy_threshold=5)),
    frontend("frontend-nlb-healthcheck-success-codes", "200-399", health_check=HealthCheck(success_codes="200-399")),
    frontend("frontend-nlb-tags", "team=shop", tags={"team": "shop"}),
    frontend(
        "frontend-nlb-attributes",
        "load_balancing.cross_zone.enabled=true,dns_record.client_routing_policy=availability_zone_affinity,"
        "secondary_ips.auto_assigned.per_subnet=2",
        attributes=NetworkLoadBalancerAttributes(
            cross_zone=True, client_routing_policy=ClientRouting.AVAILABILITY_ZONE_AFFINITY, secondary_addresses=2
        ),
    ),
]

# What only some of the ways say.

BY_ROUTE = [
    condition(
        '[{"field":"path-pattern","pathPatternConfig":{"regexValues":["^/v[0-9]+/users$","^/users$"]}}]',
        PathPattern(regex="^/users$"),
        match=Regex("shop.example.com/v[0-9]+/users"),
        name="forward-shop-example-com",
    ),
    listeners("ssl-policy", "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09", HTTPS),
    Case("target-type", "ip", listeners=[HTTPS]),
]
BY_LOAD_BALANCER = [targets("target-type", "instance", node_labels={"zone": "a"})]
BY_INGRESS: list[tuple[str, str | None, dict[str, Any]]] = [
    ("group.name", None, {}),
    ("group.name", "everyone", {"group_name": "everyone"}),
    ("group.order", None, {}),
    ("group.order", "-7", {"group_order": -7}),
    ("use-regex-path-match", "true", {"regex_paths": True}),
    ("use-regex-path-match", "false", {"regex_paths": False}),
    ("scheme", None, {}),
    ("target-type", None, {}),
    ("listen-ports", None, {}),
    ("ssl-policy", None, {"listeners": [HTTPS]}),
]
OF_A_LOAD_BALANCER = ("group.name", "group.order")
"""What an Ingress on its own says otherwise."""


def by_load_balancer(shop: Shop, name: str, case: Case) -> None:
    """All is said of the load balancer."""
    balancer = shop.ingress.add_load_balancer(
        name, namespace="shop", listeners=case.listeners, targets=Targets(**case.targets), auth=case.auth, **case.settings
    )
    balancer.add_route(case.match, case.backend, conditions=case.conditions, transforms=case.transforms)


def by_route(shop: Shop, name: str, case: Case) -> None:
    """What can be said of the route or its Service is said there."""
    balancer = shop.ingress.add_load_balancer(name, namespace="shop", listeners=case.listeners, **case.settings)
    backend = Service("web", 80, **case.targets) if case.targets else case.backend
    balancer.add_route(case.match, backend, conditions=case.conditions, transforms=case.transforms, auth=case.auth)


def by_ingress(shop: Shop, name: str, case: Case) -> None:
    """An Ingress is written."""
    host, _, path = case.match.partition("/")
    made = IngressPath(f"/{path}", "Prefix", case.backend, case.conditions, case.transforms)
    spec = Ingress(
        namespace="shop",
        settings=LoadBalancerSettings(**case.settings),
        listeners=case.listeners,
        targets=Targets(**{"target_type": TargetType.IP, **case.targets}),
        auth=case.auth,
        rules=[IngressRule(host, [made])],
    )
    shop.ingress.add_ingress(name, spec)


def rows() -> Iterator[tuple[str, str, str | None, Any]]:
    """Each way to come to an annotation: how, which, its text, and what makes it."""
    for case in CASES:
        ways = [by_load_balancer, by_route] + ([] if case.annotation in OF_A_LOAD_BALANCER else [by_ingress])
        for way in ways:
            yield way.__name__, case.annotation, case.text, (way, case)
    for case in BY_ROUTE:
        yield "by_route", case.annotation, case.text, (by_route, case)
    for case in BY_LOAD_BALANCER:
        yield "by_load_balancer", case.annotation, case.text, (by_load_balancer, case)
    for annotation, text, said in BY_INGRESS:
        yield "ingress alone", annotation, text, said


ROWS = list(rows())


def fill(shop: Shop) -> None:
    """Adds all of them to one app."""
    for number, (_, _, _, made) in enumerate(ROWS):
        name = f"row-{number}"
        if isinstance(made, dict):
            rule = IngressRule("shop.example.com", [IngressPath("/a", "ImplementationSpecific", Service("web", 80))])
            shop.ingress.add_ingress(name, Ingress(namespace="shop", rules=[rule], **made))
        else:
            way, case = made
            way(shop, name, case)


@pytest.fixture(scope="module")
def written() -> dict[str, dict[str, str]]:
    """The annotations in the template by name of the Ingress."""
    shop = Shop({"features": list(Feature)})
    fill(shop)
    found: dict[str, dict[str, str]] = {}
    for body in (body for body in shop.objects() if body["kind"] not in ("Role", "RoleBinding")):
        row = "-".join(body["metadata"]["name"].split("-")[:2])
        assert row not in found
        found[row] = body["metadata"].get("annotations", {})
    return found


@pytest.mark.parametrize("annotation", sorted({annotation for _, annotation, _, _ in ROWS}))
def test_an_annotation_is_written_as_the_controller_reads_it(written: dict[str, dict[str, str]], annotation: str) -> None:
    expected, found = {}, {}
    for number, (way, name, text, _) in enumerate(ROWS):
        if name == annotation:
            row = f"row-{number}"
            expected[row, way] = None if text is None else text.replace("NAME", row)
            found[row, way] = written[row].get(PREFIX + annotation)
    assert found == expected


def test_the_table_has_every_annotation_that_the_controller_reads() -> None:
    covered = {find(PREFIX + annotation) for _, annotation, text, _ in ROWS if text is not None}
    assert len(ALL) == 72
    assert {row for row in ALL if not row.written_by_controller} == covered


def test_nothing_is_written_that_the_controller_would_not_know(written: dict[str, dict[str, str]]) -> None:
    for found in written.values():
        for key, text in found.items():
            row = find(key)
            assert row is not None
            row.grammar.decode(text)


def test_a_service_object_says_the_same_in_the_same_words() -> None:
    seen = set()
    for case in CASES:
        row = find(PREFIX + case.annotation)
        assert row is not None
        tags = case.settings.get("tags")
        if Place.SERVICE in row.on and (case.targets or case.auth or tags):
            found = service_annotations(Service("web", 80, **case.targets), auth=case.auth, tags=tags)
            assert found[PREFIX + case.annotation] == case.text
            seen.add(row)
    assert {row for row in ALL if Place.SERVICE in row.on} == seen


def test_a_release_that_does_not_know_an_annotation_yet_is_told_of_each() -> None:
    shop = Shop({"version": ControllerVersion.of("2.0.1", chart="1.0.1")})
    fill(shop)
    reasons = [problem.reason for problem in shop.ingress.problems() if problem.id == "EKI504"]
    known = {row.since for row in ALL if re.fullmatch(r"2\.0\.[01]", row.since)}
    assert known == {"2.0.0"}
    expected = {row for row in ALL if row.since not in known and not row.written_by_controller}
    assert len(expected) == 35
    found = set()
    for reason in reasons:
        match = re.fullmatch(r"(\S+) came with controller (\S+); 2\.0\.1 would ignore it\.", reason)
        assert match is not None
        row = find(match[1])
        assert row is not None
        assert row.since == match[2]
        found.add(row)
    assert found == expected
