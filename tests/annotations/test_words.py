"""What stands in the annotations, to the letter."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from eks_ingress.annotations.words import action, annotations_of, conditions, service_annotations, transforms
from eks_ingress.routing.attributes import (
    ListenerAttributes,
    LoadBalancerAttributes,
    Logs,
    NetworkLoadBalancerAttributes,
    Stickiness,
    TargetGroupAttributes,
)
from eks_ingress.routing.auth import Auth, Claim, ClaimFormat, Cognito, Jwt, Oidc, OnUnauthenticated
from eks_ingress.routing.backend import Backend, ContentType, FixedResponse, Forward, Redirect, Service, TargetGroup
from eks_ingress.routing.conditions import Condition, HostHeader, HttpHeader, HttpMethod, PathPattern, QueryString, SourceIp
from eks_ingress.routing.frontend import FrontendNlb
from eks_ingress.routing.health import HealthCheck
from eks_ingress.routing.ingress import Ingress, IngressPath, IngressRule
from eks_ingress.routing.listener import Listener
from eks_ingress.routing.network import SecurityGroups
from eks_ingress.routing.protocol import Protocol
from eks_ingress.routing.scheme import IpAddressType, Scheme
from eks_ingress.routing.settings import LoadBalancerSettings
from eks_ingress.routing.targets import ProtocolVersion, Targets, TargetType
from eks_ingress.routing.tls import MutualTls, TlsPolicy
from eks_ingress.routing.transforms import HostRewrite, Transform, UrlRewrite
from eks_ingress.routing.web_acl import WafClassic, WebAcl
from eks_ingress.source import Source
from tests.annotations.samples import (
    AUTHORITY,
    CERTIFICATES,
    COGNITO,
    JWT,
    OIDC,
    TARGET_GROUPS,
    TRUST_STORES,
    USER_POOLS,
    WEB_ACLS,
)
from tests.routing.refusals import reasons, refusals

TOKEN = "${Token[TOKEN.12]}"
A, B, C = CERTIFICATES


def without_prefix(written: dict[str, str]) -> dict[str, str]:
    assert all(key.startswith("alb.ingress.kubernetes.io/") for key in written)
    return {key.removeprefix("alb.ingress.kubernetes.io/"): text for key, text in written.items()}


def ingress(**words: Any) -> Ingress:
    """An Ingress of which something is said."""
    return Ingress(**{"namespace": "web", "default_backend": FixedResponse(404), **words})


def said(**words: Any) -> dict[str, str]:
    """The annotations of an Ingress, without those of its paths."""
    return without_prefix(annotations_of(ingress(**words)))


def settings(**words: Any) -> dict[str, str]:
    return said(settings=LoadBalancerSettings(**words))


# The Ingress.


def test_where_nothing_is_said_nothing_is_written() -> None:
    assert said() == {}
    assert said(listeners=None, targets=Targets(), settings=LoadBalancerSettings(), auth=None) == {}


def test_each_annotation_has_the_prefix_of_the_controller() -> None:
    made = ingress(group_name="shop", regex_paths=True)
    assert annotations_of(made) == {
        "alb.ingress.kubernetes.io/group.name": "shop",
        "alb.ingress.kubernetes.io/use-regex-path-match": "true",
    }


@pytest.mark.parametrize(
    ("words", "written"),
    [
        ({"group_name": "everyone"}, {"group.name": "everyone"}),
        ({"group_order": 12}, {"group.order": "12"}),
        ({"group_order": 0}, {"group.order": "0"}),
        ({"group_order": -1000}, {"group.order": "-1000"}),
        ({"regex_paths": True}, {"use-regex-path-match": "true"}),
        ({"regex_paths": False}, {"use-regex-path-match": "false"}),
    ],
)
def test_group_and_kind_of_paths(words: dict[str, Any], written: dict[str, str]) -> None:
    assert said(**words) == written


def test_annotations_of_others_stand_beside_those_of_the_controller() -> None:
    made = ingress(group_order=1, annotations={"external-dns.alpha.kubernetes.io/ttl": "60", "note": TOKEN})
    assert annotations_of(made) == {
        "external-dns.alpha.kubernetes.io/ttl": "60",
        "note": TOKEN,
        "alb.ingress.kubernetes.io/group.order": "1",
    }


# The load balancer.


@pytest.mark.parametrize(
    ("words", "written"),
    [
        ({"scheme": Scheme.INTERNET_FACING}, {"scheme": "internet-facing"}),
        ({"scheme": Scheme.INTERNAL}, {"scheme": "internal"}),
        ({"ip_address_type": IpAddressType.IPV4}, {"ip-address-type": "ipv4"}),
        ({"ip_address_type": IpAddressType.DUALSTACK}, {"ip-address-type": "dualstack"}),
        (
            {"ip_address_type": IpAddressType.DUALSTACK_WITHOUT_PUBLIC_IPV4},
            {"ip-address-type": "dualstack-without-public-ipv4"},
        ),
        ({"load_balancer_name": "shop-public"}, {"load-balancer-name": "shop-public"}),
        ({"subnets": "subnet-1"}, {"subnets": "subnet-1"}),
        ({"subnets": ["subnet-1", "Public b", TOKEN]}, {"subnets": f"subnet-1,Public b,{TOKEN}"}),
        ({"subnets": SimpleNamespace(subnet_id="subnet-1")}, {"subnets": "subnet-1"}),
        ({"subnets": []}, {}),
        ({"customer_owned_ipv4_pool": "ipv4pool-coip-1"}, {"customer-owned-ipv4-pool": "ipv4pool-coip-1"}),
        ({"ipam_ipv4_pool": "ipam-pool-1"}, {"ipam-ipv4-pool-id": "ipam-pool-1"}),
        ({"tags": {"team": "shop", "cost center": "a=b"}}, {"tags": "team=shop,cost center=a=b"}),
        ({"tags": {TOKEN: TOKEN}}, {"tags": f"{TOKEN}={TOKEN}"}),
        ({"tags": {"empty": ""}}, {"tags": "empty="}),
        ({"tags": {}}, {}),
        ({"web_acl": WebAcl.by_arn(WEB_ACLS[0])}, {"wafv2-acl-arn": WEB_ACLS[0]}),
        ({"web_acl": WebAcl.by_arn(SimpleNamespace(attr_arn=TOKEN))}, {"wafv2-acl-arn": TOKEN}),
        ({"web_acl": WebAcl.by_name("shop")}, {"wafv2-acl-name": "shop"}),
        ({"web_acl": WebAcl.none()}, {"wafv2-acl-arn": "none"}),
        ({"waf_classic": WafClassic.by_id("0123-4567")}, {"waf-acl-id": "0123-4567"}),
        ({"waf_classic": WafClassic.by_id("0123-4567", old_name=True)}, {"web-acl-id": "0123-4567"}),
        ({"waf_classic": WafClassic.none()}, {"waf-acl-id": "none"}),
        ({"shield": True}, {"shield-advanced-protection": "true"}),
        ({"shield": False}, {"shield-advanced-protection": "false"}),
        ({"minimum_capacity": 3000}, {"minimum-load-balancer-capacity": "CapacityUnits=3000"}),
        ({"minimum_capacity": 0}, {"minimum-load-balancer-capacity": "CapacityUnits=0"}),
    ],
)
def test_settings_of_a_load_balancer(words: dict[str, Any], written: dict[str, str]) -> None:
    assert settings(**words) == written


@pytest.mark.parametrize(
    ("groups", "written"),
    [
        (SecurityGroups.given("sg-1"), {"security-groups": "sg-1"}),
        (SecurityGroups.given(["sg-1", "shop"]), {"security-groups": "sg-1,shop"}),
        (
            SecurityGroups.given(["sg-1"], manage_backend_rules=True),
            {"security-groups": "sg-1", "manage-backend-security-group-rules": "true"},
        ),
        (
            SecurityGroups.given(SimpleNamespace(security_group_id=TOKEN), manage_backend_rules=False),
            {"security-groups": TOKEN, "manage-backend-security-group-rules": "false"},
        ),
        (SecurityGroups.managed(), {}),
        (
            SecurityGroups.managed(inbound_cidrs=["10.0.0.0/8", "2001:db8::/32"], prefix_lists=["pl-1", TOKEN]),
            {"inbound-cidrs": "10.0.0.0/8,2001:db8::/32", "security-group-prefix-lists": f"pl-1,{TOKEN}"},
        ),
    ],
)
def test_who_may_reach_a_load_balancer(groups: SecurityGroups, written: dict[str, str]) -> None:
    assert settings(security_groups=groups) == written


@pytest.mark.parametrize(
    ("attributes", "written"),
    [
        (LoadBalancerAttributes(), {}),
        (
            LoadBalancerAttributes(idle_timeout=timedelta(minutes=2), http2=False, other={"new.one": "a,b"}),
            {
                "load-balancer-attributes": "idle_timeout.timeout_seconds=120,routing.http2.enabled=false,new.one=a\\,b",
            },
        ),
        (
            LoadBalancerAttributes(access_logs=Logs("shop-logs", "alb"), connection_logs=Logs.off()),
            {
                "load-balancer-attributes": "access_logs.s3.enabled=true,access_logs.s3.bucket=shop-logs,access_logs.s3.prefix=alb,"
                "connection_logs.s3.enabled=false",
            },
        ),
        (
            LoadBalancerAttributes(access_logs=Logs(TOKEN), other={TOKEN: TOKEN}),
            {"load-balancer-attributes": f"access_logs.s3.enabled=true,access_logs.s3.bucket={TOKEN},{TOKEN}={TOKEN}"},
        ),
    ],
)
def test_attributes_of_a_load_balancer_are_written_as_far_as_they_say_something(
    attributes: LoadBalancerAttributes, written: dict[str, str]
) -> None:
    assert settings(attributes=attributes) == written


# The network load balancer before it.


def test_a_frontend_of_which_nothing_is_said_is_switched_on() -> None:
    assert settings(frontend_nlb=FrontendNlb()) == {"enable-frontend-nlb": "true"}


@pytest.mark.parametrize(
    ("frontend", "written"),
    [
        (FrontendNlb(scheme=Scheme.INTERNAL), {"scheme": "internal"}),
        (FrontendNlb(subnets=["subnet-1", "public"]), {"subnets": "subnet-1,public"}),
        (FrontendNlb(security_groups=["sg-1", TOKEN]), {"security-groups": f"sg-1,{TOKEN}"}),
        (FrontendNlb(ports={8443: 443, 443: 443, 80: 80}), {"listener-port-mapping": "80=80,443=443,8443=443"}),
        (
            FrontendNlb(scheme=Scheme.INTERNET_FACING, eip_allocations=["eipalloc-1", SimpleNamespace(attr_allocation_id=TOKEN)]),
            {"scheme": "internet-facing", "eip-allocations": f"eipalloc-1,{TOKEN}"},
        ),
        (FrontendNlb(health_check=HealthCheck()), {}),
        (
            FrontendNlb(
                health_check=HealthCheck(
                    path="/up",
                    port=443,
                    protocol=Protocol.HTTPS,
                    interval=timedelta(seconds=20),
                    timeout=timedelta(seconds=10),
                    healthy_threshold=3,
                    unhealthy_threshold=4,
                    success_codes="200-399",
                )
            ),
            {
                "healthcheck-port": "443",
                "healthcheck-protocol": "HTTPS",
                "healthcheck-path": "/up",
                "healthcheck-interval-seconds": "20",
                "healthcheck-timeout-seconds": "10",
                "healthcheck-healthy-threshold-count": "3",
                "healthcheck-unhealthy-threshold-count": "4",
                "healthcheck-success-codes": "200-399",
            },
        ),
        (FrontendNlb(health_check=HealthCheck(port="traffic-port")), {"healthcheck-port": "traffic-port"}),
        (FrontendNlb(tags={"team": "net"}), {"tags": "team=net"}),
        (FrontendNlb(attributes=NetworkLoadBalancerAttributes()), {}),
        (
            FrontendNlb(attributes=NetworkLoadBalancerAttributes(cross_zone=True, secondary_addresses=2)),
            {"attributes": "load_balancing.cross_zone.enabled=true,secondary_ips.auto_assigned.per_subnet=2"},
        ),
    ],
)
def test_a_frontend_is_written_as_far_as_it_says_something(frontend: FrontendNlb, written: dict[str, str]) -> None:
    prefixed = {f"frontend-nlb-{name}": text for name, text in written.items()}
    assert settings(frontend_nlb=frontend) == {"enable-frontend-nlb": "true", **prefixed}


# Listeners.


@pytest.mark.parametrize(
    ("listeners", "written"),
    [
        ([Listener.http()], {"listen-ports": '[{"HTTP":80}]'}),
        ([Listener.http(8080), Listener.http(80)], {"listen-ports": '[{"HTTP":8080},{"HTTP":80}]'}),
        ([Listener.https()], {"listen-ports": '[{"HTTPS":443}]'}),
        (
            [Listener.http(), Listener.https(certificates=[A, B])],
            {"listen-ports": '[{"HTTP":80},{"HTTPS":443}]', "certificate-arn": f"{A},{B}"},
        ),
        (
            [Listener.https(certificates=[A]), Listener.https(8443, certificates=[A])],
            {"listen-ports": '[{"HTTPS":443},{"HTTPS":8443}]', "certificate-arn": A},
        ),
        (
            [Listener.https(), Listener.https(8443, certificates=[C, A])],
            {"listen-ports": '[{"HTTPS":443},{"HTTPS":8443}]', "certificate-arn": f"{C},{A}"},
        ),
        (
            [Listener.redirect_to_https(to=8443), Listener.https(8443, certificates=[TOKEN])],
            {"listen-ports": '[{"HTTP":80},{"HTTPS":8443}]', "ssl-redirect": "8443", "certificate-arn": TOKEN},
        ),
        (
            [Listener.https(create_certificate=True)],
            {"listen-ports": '[{"HTTPS":443}]', "create-acm-cert": "true"},
        ),
        (
            [Listener.https(create_certificate=True, private_ca=AUTHORITY)],
            {"listen-ports": '[{"HTTPS":443}]', "create-acm-cert": "true", "acm-pca-arn": AUTHORITY},
        ),
        (
            [Listener.https(create_certificate=True, private_ca=SimpleNamespace(certificate_authority_arn=TOKEN))],
            {"listen-ports": '[{"HTTPS":443}]', "create-acm-cert": "true", "acm-pca-arn": TOKEN},
        ),
        (
            [Listener.https(tls_policy=TlsPolicy.FS_2018_06)],
            {"listen-ports": '[{"HTTPS":443}]', "ssl-policy": "ELBSecurityPolicy-FS-2018-06"},
        ),
        (
            [Listener.https(), Listener.https(8443, tls_policy=TOKEN)],
            {"listen-ports": '[{"HTTPS":443},{"HTTPS":8443}]', "ssl-policy": TOKEN},
        ),
        (
            [
                Listener.http(attributes=ListenerAttributes(server_header=False)),
                Listener.https(attributes=ListenerAttributes(access_control_allow_methods="GET, POST", x_frame_options=TOKEN)),
                Listener.https(8443, attributes=ListenerAttributes()),
            ],
            {
                "listen-ports": '[{"HTTP":80},{"HTTPS":443},{"HTTPS":8443}]',
                "listener-attributes.HTTP-80": "routing.http.response.server.enabled=false",
                "listener-attributes.HTTPS-443": "routing.http.response.access_control_allow_methods.header_value=GET\\, POST,"
                f"routing.http.response.x_frame_options.header_value={TOKEN}",
            },
        ),
    ],
)
def test_listeners(listeners: list[Listener], written: dict[str, str]) -> None:
    assert said(listeners=listeners) == written


@pytest.mark.parametrize(
    ("what", "one", "other"),
    [
        ("certificates", Listener.https(certificates=[A]), Listener.https(8443, certificates=[B])),
        ("tls_policy", Listener.https(tls_policy=TlsPolicy.FS_2018_06), Listener.https(8443, tls_policy=TlsPolicy.RECOMMENDED)),
        ("create_certificate", Listener.https(create_certificate=True), Listener.https(8443)),
        (
            "create_certificate",
            Listener.https(create_certificate=True),
            Listener.https(8443, create_certificate=True, private_ca=AUTHORITY),
        ),
    ],
)
def test_what_is_written_once_for_all_listeners_is_the_same_for_all(what: str, one: Listener, other: Listener) -> None:
    assert refusals(lambda: said(listeners=[one, other])) == [
        (
            f"HTTPS listeners on ports [443, 8443] differ in `{what}`, while the controller has one for all of them.",
            "Write the same for each, or make a load balancer for each.",
        )
    ]


def test_redirects_lead_to_one_port() -> None:
    assert refusals(lambda: said(listeners=[Listener.redirect_to_https(), Listener.redirect_to_https(8080, to=8443)])) == [
        (
            "ports to redirect to, [443, 8443] differ, while the controller knows one for a load balancer.",
            "Redirect all HTTP listeners to the same port.",
        )
    ]


@pytest.mark.parametrize(
    ("mutual_tls", "entry"),
    [
        (MutualTls.off(), '{"port":443,"mode":"off"}'),
        (MutualTls.passthrough(), '{"port":443,"mode":"passthrough"}'),
        (MutualTls.verify(TRUST_STORES[0]), '{"port":443,"mode":"verify","trustStore":"' + TRUST_STORES[0] + '"}'),
        (MutualTls.verify(TOKEN), '{"port":443,"mode":"verify","trustStore":"' + TOKEN + '"}'),
        (
            MutualTls.verify("clients", ignore_client_certificate_expiry=True, advertise_trust_store_ca_names=True),
            '{"port":443,"mode":"verify","trustStore":"clients","ignoreClientCertificateExpiry":true,'
            '"advertiseTrustStoreCaNames":"on"}',
        ),
        (
            MutualTls.verify("clients", ignore_client_certificate_expiry=False, advertise_trust_store_ca_names=False),
            '{"port":443,"mode":"verify","trustStore":"clients","ignoreClientCertificateExpiry":false,'
            '"advertiseTrustStoreCaNames":"off"}',
        ),
    ],
)
def test_mutual_tls(mutual_tls: MutualTls, entry: str) -> None:
    assert said(listeners=[Listener.https(mutual_tls=mutual_tls)])["mutual-authentication"] == f"[{entry}]"


def test_each_listener_with_mutual_tls_has_an_entry() -> None:
    listeners = [
        Listener.https(mutual_tls=MutualTls.off()),
        Listener.https(8443),
        Listener.https(9443, mutual_tls=MutualTls.passthrough()),
    ]
    written = said(listeners=listeners)["mutual-authentication"]
    assert written == '[{"port":443,"mode":"off"},{"port":9443,"mode":"passthrough"}]'


# Targets.


@pytest.mark.parametrize(
    ("targets", "written"),
    [
        (Targets(target_type=TargetType.IP), {"target-type": "ip"}),
        (Targets(target_type=TargetType.INSTANCE), {"target-type": "instance"}),
        (Targets(protocol=Protocol.HTTPS), {"backend-protocol": "HTTPS"}),
        (Targets(protocol=Protocol.HTTP), {"backend-protocol": "HTTP"}),
        (Targets(protocol_version=ProtocolVersion.HTTP1), {"backend-protocol-version": "HTTP1"}),
        (Targets(protocol_version=ProtocolVersion.HTTP2), {"backend-protocol-version": "HTTP2"}),
        (Targets(protocol_version=ProtocolVersion.GRPC), {"backend-protocol-version": "GRPC"}),
        (Targets(attributes=TargetGroupAttributes()), {}),
        (
            Targets(
                attributes=TargetGroupAttributes(
                    deregistration_delay=timedelta(seconds=30), stickiness=Stickiness.application_cookie("SHOP")
                )
            ),
            {
                "target-group-attributes": "deregistration_delay.timeout_seconds=30,stickiness.enabled=true,"
                "stickiness.type=app_cookie,stickiness.app_cookie.cookie_name=SHOP",
            },
        ),
        (
            Targets(target_type=TargetType.INSTANCE, node_labels={"disk": "ssd", "example.com/gpu": "", "zone": TOKEN}),
            {"target-type": "instance", "target-node-labels": f"disk=ssd,example.com/gpu=,zone={TOKEN}"},
        ),
        (Targets(node_labels={}), {}),
        (Targets(multi_cluster=True), {"multi-cluster-target-group": "true"}),
        (Targets(multi_cluster=False), {"multi-cluster-target-group": "false"}),
        (Targets(control_port=3000), {}),
        (Targets(health_check=HealthCheck()), {}),
        (Targets(health_check=HealthCheck(path="/healthz")), {"healthcheck-path": "/healthz"}),
        (Targets(health_check=HealthCheck(path=TOKEN)), {"healthcheck-path": TOKEN}),
        (Targets(health_check=HealthCheck(port=8080)), {"healthcheck-port": "8080"}),
        (Targets(health_check=HealthCheck(port="http")), {"healthcheck-port": "http"}),
        (Targets(health_check=HealthCheck(protocol=Protocol.HTTPS)), {"healthcheck-protocol": "HTTPS"}),
        (Targets(health_check=HealthCheck(interval=timedelta(minutes=1))), {"healthcheck-interval-seconds": "60"}),
        (Targets(health_check=HealthCheck(timeout=timedelta(seconds=3))), {"healthcheck-timeout-seconds": "3"}),
        (Targets(health_check=HealthCheck(healthy_threshold=3)), {"healthy-threshold-count": "3"}),
        (Targets(health_check=HealthCheck(unhealthy_threshold=4)), {"unhealthy-threshold-count": "4"}),
        (Targets(health_check=HealthCheck(success_codes="200-299,301")), {"success-codes": "200-299,301"}),
    ],
)
def test_targets(targets: Targets, written: dict[str, str]) -> None:
    assert said(targets=targets) == written


def test_a_control_port_is_written_for_each_service_that_the_ingress_sends_to() -> None:
    made = ingress(
        targets=Targets(control_port=3000),
        rules=[
            IngressRule(
                None,
                [
                    IngressPath("/a", "Prefix", Service("api", 80)),
                    IngressPath("/b", "Prefix", Service("api", "grpc", control_port=3000)),
                    IngressPath("/c", "Prefix", Forward([(Service("blue", 80), 1), (TargetGroup(name="old"), 1)])),
                    IngressPath("/d", "Prefix", Redirect(path="/a")),
                    IngressPath("/e", "Exact", Service("api", 80)),
                ],
            )
        ],
        default_backend=Service("web", 8080),
    )
    assert without_prefix(annotations_of(made)) == {
        "target-control-port.api.80": "3000",
        "target-control-port.api.grpc": "3000",
        "target-control-port.blue.80": "3000",
        "target-control-port.web.8080": "3000",
    }


# What clients must show.


@pytest.mark.parametrize(
    ("auth", "written"),
    [
        (
            COGNITO,
            {
                "auth-type": "cognito",
                "auth-idp-cognito": '{"userPoolARN":"' + USER_POOLS[0] + '","userPoolClientID":"client","userPoolDomain":"shop"}',
            },
        ),
        (
            Cognito(
                SimpleNamespace(user_pool_arn=TOKEN),
                SimpleNamespace(user_pool_client_id=TOKEN),
                SimpleNamespace(domain_name=TOKEN),
                scope="openid email",
                session_cookie="Shop",
                session_timeout=timedelta(hours=8),
                on_unauthenticated=OnUnauthenticated.ALLOW,
                extra_params={"prompt": "login", TOKEN: TOKEN},
            ),
            {
                "auth-type": "cognito",
                "auth-idp-cognito": '{"userPoolARN":"'
                + TOKEN
                + '","userPoolClientID":"'
                + TOKEN
                + '","userPoolDomain":"'
                + TOKEN
                + '"'
                ',"authenticationRequestExtraParams":{"prompt":"login","' + TOKEN + '":"' + TOKEN + '"}}',
                "auth-on-unauthenticated-request": "allow",
                "auth-scope": "openid email",
                "auth-session-cookie": "Shop",
                "auth-session-timeout": "28800",
            },
        ),
        (
            OIDC,
            {
                "auth-type": "oidc",
                "auth-idp-oidc": '{"issuer":"https://a.example","authorizationEndpoint":"https://a.example/auth",'
                '"tokenEndpoint":"https://a.example/token","userInfoEndpoint":"https://a.example/user","secretName":"client"}',
            },
        ),
        (
            Oidc(
                TOKEN,
                TOKEN,
                TOKEN,
                TOKEN,
                TOKEN,
                scope=TOKEN,
                session_cookie=TOKEN,
                session_timeout=timedelta(seconds=1),
                on_unauthenticated=OnUnauthenticated.DENY,
                extra_params={"prompt": TOKEN},
            ),
            {
                "auth-type": "oidc",
                "auth-idp-oidc": '{"issuer":"'
                + TOKEN
                + '","authorizationEndpoint":"'
                + TOKEN
                + '","tokenEndpoint":"'
                + TOKEN
                + '",'
                '"userInfoEndpoint":"' + TOKEN + '","secretName":"' + TOKEN + '",'
                '"authenticationRequestExtraParams":{"prompt":"' + TOKEN + '"}}',
                "auth-on-unauthenticated-request": "deny",
                "auth-scope": TOKEN,
                "auth-session-cookie": TOKEN,
                "auth-session-timeout": "1",
            },
        ),
        (
            replace(OIDC, on_unauthenticated=OnUnauthenticated.AUTHENTICATE),
            {
                "auth-type": "oidc",
                "auth-idp-oidc": '{"issuer":"https://a.example","authorizationEndpoint":"https://a.example/auth",'
                '"tokenEndpoint":"https://a.example/token","userInfoEndpoint":"https://a.example/user","secretName":"client"}',
                "auth-on-unauthenticated-request": "authenticate",
            },
        ),
        (JWT, {"jwt-validation": '{"jwksEndpoint":"https://a.example/keys","issuer":"https://a.example"}'}),
        (
            Jwt(
                TOKEN,
                TOKEN,
                [Claim("aud", TOKEN), Claim("scope", ["read", "write"], ClaimFormat.SPACE_SEPARATED_VALUES)],
            ),
            {
                "jwt-validation": '{"jwksEndpoint":"' + TOKEN + '","issuer":"' + TOKEN + '","additionalClaims":['
                '{"format":"single-string","name":"aud","values":["' + TOKEN + '"]},'
                '{"format":"space-separated-values","name":"scope","values":["read","write"]}]}',
            },
        ),
    ],
)
def test_what_clients_must_show(auth: Auth, written: dict[str, str]) -> None:
    assert said(auth=auth) == written


# The Service itself.


def test_a_service_of_which_nothing_is_said_has_no_annotations() -> None:
    assert service_annotations(Service("api", 80)) == {}
    assert service_annotations(Service("api", 80), auth=None, tags={}) == {}


def test_a_service_can_say_all_that_the_controller_reads_there() -> None:
    service = Service(
        "api",
        "http",
        target_type=TargetType.IP,
        protocol=Protocol.HTTPS,
        protocol_version=ProtocolVersion.GRPC,
        health_check=HealthCheck(path="/a.b/check", success_codes="0-99"),
        attributes=TargetGroupAttributes(cross_zone=False),
        multi_cluster=True,
        control_port=3000,
    )
    assert service_annotations(service, auth=COGNITO, tags={"team": "api", TOKEN: TOKEN}) == {
        "alb.ingress.kubernetes.io/target-type": "ip",
        "alb.ingress.kubernetes.io/backend-protocol": "HTTPS",
        "alb.ingress.kubernetes.io/backend-protocol-version": "GRPC",
        "alb.ingress.kubernetes.io/target-group-attributes": "load_balancing.cross_zone.enabled=false",
        "alb.ingress.kubernetes.io/healthcheck-path": "/a.b/check",
        "alb.ingress.kubernetes.io/success-codes": "0-99",
        "alb.ingress.kubernetes.io/multi-cluster-target-group": "true",
        "alb.ingress.kubernetes.io/target-control-port.api.http": "3000",
        "alb.ingress.kubernetes.io/auth-type": "cognito",
        "alb.ingress.kubernetes.io/auth-idp-cognito": '{"userPoolARN":"' + USER_POOLS[0] + '","userPoolClientID":"client",'
        '"userPoolDomain":"shop"}',
        "alb.ingress.kubernetes.io/tags": f"team=api,{TOKEN}={TOKEN}",
    }


def test_a_service_can_name_the_nodes_that_are_its_targets() -> None:
    service = Service("api", 80, target_type=TargetType.INSTANCE, node_labels={"disk": "ssd"})
    assert without_prefix(service_annotations(service, auth=OIDC)) == {
        "target-type": "instance",
        "target-node-labels": "disk=ssd",
        "auth-type": "oidc",
        "auth-idp-oidc": '{"issuer":"https://a.example","authorizationEndpoint":"https://a.example/auth",'
        '"tokenEndpoint":"https://a.example/token","userInfoEndpoint":"https://a.example/user","secretName":"client"}',
    }


def test_a_service_cannot_say_what_the_controller_reads_from_ingresses_only() -> None:
    assert refusals(lambda: service_annotations(Service("api", 80), auth=JWT, tags={"aws:team": "a"})) == [
        ("key in tags 'aws:team' is a tag of AWS' or of the controller's own.", "Write another key."),
        ("auth of Service 'api' is a Jwt, which has no effect there.", "Give it to the route."),
    ]


# Actions.


@pytest.mark.parametrize(
    ("redirect", "config"),
    [
        (Redirect(host="a.example.com"), {"host": "a.example.com", "statusCode": "HTTP_301"}),
        (Redirect(path="/new/#{path}", status_code=302), {"path": "/new/#{path}", "statusCode": "HTTP_302"}),
        (Redirect(port=8443), {"port": "8443", "statusCode": "HTTP_301"}),
        (Redirect(protocol=Protocol.HTTPS), {"protocol": "HTTPS", "statusCode": "HTTP_301"}),
        (Redirect(query=""), {"query": "", "statusCode": "HTTP_301"}),
        (Redirect(host=TOKEN, path=TOKEN, query=TOKEN), {"host": TOKEN, "path": TOKEN, "query": TOKEN, "statusCode": "HTTP_301"}),
    ],
)
def test_a_redirect_is_written_as_far_as_it_changes_something(redirect: Redirect, config: dict[str, str]) -> None:
    assert action(redirect) == {"type": "redirect", "redirectConfig": config}


@pytest.mark.parametrize(
    ("response", "config"),
    [
        (FixedResponse(404), {"contentType": "text/plain", "statusCode": "404"}),
        (
            FixedResponse(503, '{"ok":false}', ContentType.JSON),
            {"contentType": "application/json", "statusCode": "503", "messageBody": '{"ok":false}'},
        ),
        (FixedResponse(200, ""), {"contentType": "text/plain", "statusCode": "200", "messageBody": ""}),
        (
            FixedResponse(200, TOKEN, ContentType.HTML),
            {"contentType": "text/html", "statusCode": "200", "messageBody": TOKEN},
        ),
        (FixedResponse(200, "", ContentType.CSS), {"contentType": "text/css", "statusCode": "200", "messageBody": ""}),
        (
            FixedResponse(200, "", ContentType.JAVASCRIPT),
            {"contentType": "application/javascript", "statusCode": "200", "messageBody": ""},
        ),
    ],
)
def test_a_fixed_response_is_written_with_its_status_as_text(response: FixedResponse, config: dict[str, str]) -> None:
    assert action(response) == {"type": "fixed-response", "fixedResponseConfig": config}


@pytest.mark.parametrize(
    ("backend", "document"),
    [
        (
            Service("api", 80),
            '{"type":"forward","forwardConfig":{"targetGroups":[{"serviceName":"api","servicePort":80}]}}',
        ),
        (
            Service(TOKEN, "http"),
            '{"type":"forward","forwardConfig":{"targetGroups":[{"serviceName":"' + TOKEN + '","servicePort":"http"}]}}',
        ),
        (TargetGroup(TARGET_GROUPS[0]), '{"type":"forward","targetGroupARN":"' + TARGET_GROUPS[0] + '"}'),
        (TargetGroup(SimpleNamespace(target_group_arn=TOKEN)), '{"type":"forward","targetGroupARN":"' + TOKEN + '"}'),
        (TargetGroup(name="blue"), '{"type":"forward","targetGroupName":"blue"}'),
        (
            Forward([(Service("blue", 80), 90), (Service("green", "http"), 10), (TargetGroup(name="old"), 0)]),
            '{"type":"forward","forwardConfig":{"targetGroups":[{"serviceName":"blue","servicePort":80,"weight":90},'
            '{"serviceName":"green","servicePort":"http","weight":10},{"targetGroupName":"old","weight":0}]}}',
        ),
        (
            Forward([(TargetGroup(TARGET_GROUPS[0]), 1)], stickiness=timedelta(hours=1)),
            '{"type":"forward","forwardConfig":{"targetGroups":[{"targetGroupARN":"' + TARGET_GROUPS[0] + '","weight":1}],'
            '"targetGroupStickinessConfig":{"enabled":true,"durationSeconds":3600}}}',
        ),
    ],
)
def test_a_forward_is_written_with_its_targets_and_their_weights(backend: Backend, document: str) -> None:
    assert json.dumps(action(backend), separators=(",", ":")) == document


# Conditions and transforms.


@pytest.mark.parametrize(
    ("condition", "document"),
    [
        (
            HttpHeader("X-Tenant", ["blue", "green-*"]),
            {"field": "http-header", "httpHeaderConfig": {"httpHeaderName": "X-Tenant", "values": ["blue", "green-*"]}},
        ),
        (
            HttpHeader(TOKEN, regex=["^blue", TOKEN]),
            {"field": "http-header", "httpHeaderConfig": {"httpHeaderName": TOKEN, "regexValues": ["^blue", TOKEN]}},
        ),
        (
            HttpMethod(["GET", TOKEN]),
            {"field": "http-request-method", "httpRequestMethodConfig": {"values": ["GET", TOKEN]}},
        ),
        (
            QueryString({"version": ["1", "2"], TOKEN: TOKEN}),
            {
                "field": "query-string",
                "queryStringConfig": {
                    "values": [{"key": "version", "value": "1"}, {"key": "version", "value": "2"}, {"key": TOKEN, "value": TOKEN}]
                },
            },
        ),
        (QueryString("beta"), {"field": "query-string", "queryStringConfig": {"values": [{"value": "beta"}]}}),
        (
            SourceIp(["10.0.0.0/8", "2001:db8::/32"]),
            {"field": "source-ip", "sourceIPConfig": {"values": ["10.0.0.0/8", "2001:db8::/32"]}},
        ),
        (
            HostHeader(["Shop.example.org", TOKEN]),
            {"field": "host-header", "hostHeaderConfig": {"values": ["shop.example.org", TOKEN]}},
        ),
        (HostHeader(regex="^shop[.]"), {"field": "host-header", "hostHeaderConfig": {"regexValues": ["^shop[.]"]}}),
        (PathPattern(["/img/*", TOKEN]), {"field": "path-pattern", "pathPatternConfig": {"values": ["/img/*", TOKEN]}}),
        (PathPattern(regex=["^/v[0-9]+/"]), {"field": "path-pattern", "pathPatternConfig": {"regexValues": ["^/v[0-9]+/"]}}),
    ],
)
def test_a_condition_is_written_with_its_values_or_its_expressions(condition: Condition, document: dict[str, Any]) -> None:
    assert conditions([condition]) == [document]


@pytest.mark.parametrize(
    ("transform", "document"),
    [
        (
            UrlRewrite("^/api/(.*)$", "/$1"),
            {"type": "url-rewrite", "urlRewriteConfig": {"rewrites": [{"regex": "^/api/(.*)$", "replace": "/$1"}]}},
        ),
        (
            HostRewrite(TOKEN, TOKEN),
            {"type": "host-header-rewrite", "hostHeaderRewriteConfig": {"rewrites": [{"regex": TOKEN, "replace": TOKEN}]}},
        ),
    ],
)
def test_a_transform_is_written_with_what_it_replaces(transform: Transform, document: dict[str, Any]) -> None:
    assert transforms([transform]) == [document]


def test_several_conditions_and_transforms_stand_in_the_order_in_which_they_were_given() -> None:
    assert [entry["field"] for entry in conditions([HttpMethod("GET"), QueryString("a"), HttpMethod("HEAD")])] == [
        "http-request-method",
        "query-string",
        "http-request-method",
    ]
    assert [entry["type"] for entry in transforms([HostRewrite("a", "b"), UrlRewrite("a", "b")])] == [
        "host-header-rewrite",
        "url-rewrite",
    ]


# What no text stands for.

HERE = Source("Shop/Ingress/Shop", "shop.py", 3)


def test_a_text_with_a_token_that_would_be_read_otherwise_is_refused_with_its_place() -> None:
    groups = SecurityGroups.managed(prefix_lists=[f"{TOKEN},{TOKEN}"])
    made = ingress(settings=LoadBalancerSettings(security_groups=groups), source=HERE)
    assert refusals(lambda: annotations_of(made)) == [
        (
            "SecurityGroups.prefix_lists in annotation 'security-group-prefix-lists' cannot be read: "
            f"'{TOKEN},{TOKEN}' has a comma, which would split it.",
            "Write it without.",
        )
    ]
    with pytest.raises(ValueError, match=r"^error  Shop/Ingress/Shop  \(shop\.py:3\)\n    SecurityGroups\.prefix_lists in "):
        annotations_of(made)


def test_all_that_cannot_be_written_is_refused_at_once() -> None:
    made = ingress(
        settings=LoadBalancerSettings(tags={f" {TOKEN}": "a"}),
        targets=Targets(attributes=TargetGroupAttributes(other={f"{TOKEN}=": "a"})),
    )
    assert reasons(lambda: annotations_of(made)) == [
        f"LoadBalancerSettings.tags in annotation 'tags' cannot be read: ' {TOKEN}' has spaces at an end, which would not be read.",
        "Targets.attributes in annotation 'target-group-attributes' cannot be read: "
        f"the key '{TOKEN}=' has '=', where its value would begin.",
    ]


def sending_to(service: Service) -> Ingress:
    return ingress(targets=Targets(control_port=3000), default_backend=service)


def test_the_name_of_an_annotation_has_at_most_63_characters() -> None:
    fits = "a" * (63 - len("target-control-port..80"))
    assert without_prefix(annotations_of(sending_to(Service(fits, 80)))) == {f"target-control-port.{fits}.80": "3000"}
    assert refusals(lambda: annotations_of(sending_to(Service(fits + "a", 80)))) == [
        (
            f"Targets.control_port in annotation 'target-control-port.{fits}a.80' "
            "has a name of 64 characters, and Kubernetes takes 63.",
            "Choose a shorter name.",
        )
    ]
    assert len(reasons(lambda: service_annotations(Service(fits + "a", 80, control_port=3000)))) == 1


def test_the_name_of_an_annotation_is_known_at_synth() -> None:
    assert refusals(lambda: annotations_of(sending_to(Service(TOKEN, 80)))) == [
        (
            f"Targets.control_port in annotation 'target-control-port.{TOKEN}.80' "
            "would have a name that only CloudFormation knows.",
            "Write the names in it as text.",
        )
    ]
