"""An app that uses all words, for the tools that judge templates and Kubernetes objects."""

from __future__ import annotations

from datetime import timedelta

from aws_cdk import App, CfnOutput, Duration, Stack

from eks_ingress import (
    Algorithm,
    AllowedTraffic,
    Claim,
    ClaimFormat,
    ClassSettings,
    ClientRouting,
    Cognito,
    ContentType,
    DesyncMitigation,
    Exact,
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
    IngressTls,
    IpAddressType,
    Jwt,
    LabelExpression,
    LabelOperator,
    Listener,
    ListenerAttributes,
    LoadBalancerAttributes,
    LoadBalancerSettings,
    Logs,
    MinimumHealthy,
    MutualTls,
    MutualTlsMode,
    NamespaceSelector,
    NetworkLoadBalancerAttributes,
    NodeSelector,
    Oidc,
    OnUnauthenticated,
    PathPattern,
    Pattern,
    Prefix,
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
    TargetGroupProtocol,
    TargetIpAddressType,
    Targets,
    TargetType,
    TlsPolicy,
    TransportProtocol,
    UrlRewrite,
    WafClassic,
    WebAcl,
    XffHeader,
    service_annotations,
)
from tests.synth.apps import Shop, new_app
from tests.synth.everything_networks import networks

CERTIFICATE = "arn:aws:acm:eu-west-1:111122223333:certificate/12345678-1234-1234-1234-123456789012"
AUTHORITY = "arn:aws:acm-pca:eu-west-1:111122223333:certificate-authority/12345678-1234-1234-1234-123456789012"
TRUST_STORE = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:truststore/clients/0123456789abcdef"
TARGET_GROUP = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/theirs/0123456789abcdef"
WEB_ACL = "arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/shop/12345678-1234-1234-1234-123456789012"
USER_POOL = "arn:aws:cognito-idp:eu-west-1:111122223333:userpool/eu-west-1_Ab1Cd2Ef3"

CHECK = HealthCheck(
    path="/healthz",
    port=8080,
    protocol=Protocol.HTTPS,
    interval=timedelta(seconds=30),
    timeout=Duration.seconds(10),
    healthy_threshold=3,
    unhealthy_threshold=4,
    success_codes="200-299,404",
)
STICKY = TargetGroupAttributes(
    deregistration_delay=timedelta(seconds=30),
    slow_start=timedelta(minutes=1),
    stickiness=Stickiness.application_cookie("session", timedelta(hours=1)),
    algorithm=Algorithm.ROUND_ROBIN,
    cross_zone=True,
    dns_failover_min_healthy=MinimumHealthy(count=2, percentage=50),
    unhealthy_routing_min_healthy=MinimumHealthy(count=1),
)


def everything(app: App | None = None) -> Shop:
    """The app, on an imported cluster; its stacks are `Shop` and, for a team with routes of its own, `Cart`."""
    shop = Shop({"features": list(Feature)}, app=app or new_app())
    _classes(shop)
    _public(shop)
    _signed_in(shop)
    _fronted(shop)
    _plain(shop)
    networks(shop)
    _bound(shop)
    shop.ingress.add_load_balancer("Internal", namespace="back-office").add_route("/", Service("reports", 80))
    return shop


def _classes(shop: Shop) -> None:
    laid_down = shop.ingress.add_class(
        "LaidDown",
        is_default=True,
        settings=ClassSettings(
            namespace_selector=NamespaceSelector({"team": "shop"}, [LabelExpression("stage", LabelOperator.IN, ["test", "live"])]),
            group_name="everyone",
            scheme=Scheme.INTERNET_FACING,
            ip_address_type=IpAddressType.IPV4,
            load_balancer_name="everyone",
            subnet_tags={"tier": ["public", "edge"]},
            inbound_cidrs=["192.0.2.0/24"],
            prefix_lists=["pl-0123456789abcdef0"],
            certificates=[CERTIFICATE],
            tls_policy=TlsPolicy.TLS13_1_3_PQ_2025_09,
            ssl_redirect_port=443,
            listener_attributes={"HTTPS-443": ListenerAttributes(server_header=False)},
            load_balancer_attributes=LoadBalancerAttributes(idle_timeout=Duration.minutes(2)),
            minimum_capacity=100,
            ipam_ipv4_pool="ipam-pool-0123456789abcdef0",
            target_type=TargetType.IP,
            web_acl=WebAcl.by_name("shop"),
            tags={"team": "platform"},
        ),
    )
    shop.ingress.add_class("Older", settings=ClassSettings(subnets=["subnet-0a1b"], legacy_prefix_lists="pl-0a1b"))
    balancer = shop.ingress.add_load_balancer(
        "Everyone",
        namespace="shop",
        listeners=[Listener.http(), Listener.https()],
        ingress_class=laid_down,
        default=FixedResponse(404, "<h1>Nothing here</h1>", ContentType.HTML),
    )
    balancer.add_route("everyone.example.com/", Service("web", 80))


def _public(shop: Shop) -> None:
    public = shop.ingress.add_load_balancer(
        "PublicApi",
        namespace="shop",
        scheme=Scheme.INTERNET_FACING,
        ip_address_type=IpAddressType.DUALSTACK,
        load_balancer_name="public-api",
        listeners=[
            Listener.redirect_to_https(),
            Listener.https(
                certificates=[CERTIFICATE],
                tls_policy=TlsPolicy.TLS13_1_2_RES_FIPS_PQ_2025_09,
                attributes=ListenerAttributes(
                    server_header=False,
                    strict_transport_security="max-age=31536000; includeSubDomains",
                    access_control_allow_methods="GET, POST",
                ),
            ),
            Listener.https(
                8443,
                certificates=[CERTIFICATE],
                tls_policy=TlsPolicy.TLS13_1_2_RES_FIPS_PQ_2025_09,
                mutual_tls=MutualTls.verify(
                    TRUST_STORE, ignore_client_certificate_expiry=True, advertise_trust_store_ca_names=True
                ),
            ),
        ],
        targets=Targets(health_check=CHECK),
        subnets=["subnet-0a1b", "public-2"],
        security_groups=SecurityGroups.given(["sg-0a1b"], manage_backend_rules=True),
        attributes=LoadBalancerAttributes(
            idle_timeout=timedelta(minutes=2),
            deletion_protection=True,
            desync_mitigation=DesyncMitigation.STRICTEST,
            xff_header=XffHeader.PRESERVE,
            access_logs=Logs("shop-logs", "public/api"),
            connection_logs=Logs.off(),
        ),
        tags={"team": "shop"},
        web_acl=WebAcl.by_arn(WEB_ACL),
        shield=True,
        minimum_capacity=100,
        pod_readiness_gate=True,
        labels={"team": "shop"},
        annotations={"argocd.argoproj.io/sync-wave": "5"},
    )
    public.add_external_dns("shop.example.com", "*.example.com", ttl=Duration.minutes(5))
    public.add_route("/", Service("storefront", "http"))
    public.add_route("*.example.com/", Service("storefront", 80))
    public.add_route(Exact("shop.example.com/login"), Service("login", 8080, target_type=TargetType.INSTANCE))
    public.add_route("shop.example.com/api", Service("api", 8080, health_check=HealthCheck(path="/up")))
    public.add_route(Pattern("shop.example.com/img/*.png"), Service("images", 80))
    public.add_route(Regex("shop.example.com/v[0-9]+/users"), Service("users", 80), transforms=[UrlRewrite("^/v[0-9]+/", "/")])
    public.add_route("old.example.com/", Redirect(host="shop.example.com", path="/from/#{path}", query="", status_code=302))
    public.add_route("/secure", Redirect(protocol=Protocol.HTTPS, port=8443))
    public.add_route("/teapot", FixedResponse(418, '{"short": "and <stout> ü"}', ContentType.JSON))
    public.add_route(Prefix("shop.example.com/theirs"), TargetGroup(TARGET_GROUP))
    blue = Service("blue", 80, namespace="canary", multi_cluster=True, attributes=STICKY)
    green = Service("green", 80, namespace="canary", multi_cluster=True, attributes=STICKY)
    public.add_route("shop.example.com/canary", Forward([(blue, 90), (green, 10)], stickiness=Duration.hours(1)))
    public.add_route("shop.example.com/mixed", Forward([(TargetGroup(name="theirs"), 1), (Service("ours", 80), 3)]))
    public.add_route(
        Exact("shop.example.com/beta"),
        Service("beta", 80, protocol=Protocol.HTTPS, protocol_version=ProtocolVersion.HTTP2),
        conditions=[HttpHeader("X-Tenant", ["blue", "green-*"]), HttpMethod("GET")],
        transforms=[HostRewrite("^shop[.](.+)$", "beta.$1")],
    )
    public.add_route(
        Exact("/search"),
        Service("search", 80, protocol_version=ProtocolVersion.GRPC, health_check=HealthCheck(success_codes="0-12")),
        conditions=[QueryString({"version": ["1", "2"]}), SourceIp(["10.0.0.0/8", "2001:db8::/32"])],
    )
    public.add_route(
        Exact("/also"), Service("images", 80), conditions=[HostHeader(["a.example.org", "b.example.org"]), PathPattern("/too/*")]
    )
    public.add_route("shop.example.com/agents", Service("agents", 80, control_port=8081))
    public.add_route(
        "shop.example.com/gpu", Service("gpu", 80, target_type=TargetType.INSTANCE, node_labels={"accelerator": "gpu"})
    )
    CfnOutput(shop.stack, "Address", value=public.dns_name)
    public.acknowledge("EKI333", "it is to be protected")
    part = shop.ingress.load_balancer("PublicApi", Stack(shop.app, "Cart"), namespace="cart")
    part.add_route("shop.example.com/cart", Service("cart", 80))


def _signed_in(shop: Shop) -> None:
    balancer = shop.ingress.add_load_balancer(
        "SignedIn",
        namespace="staff",
        listeners=[Listener.redirect_to_https(), Listener.https(create_certificate=True, private_ca=AUTHORITY)],
        security_groups=SecurityGroups.managed(inbound_cidrs=["10.0.0.0/8"], prefix_lists="pl-0123456789abcdef0"),
        waf_classic=WafClassic.by_id("12345678-1234-1234-1234-123456789012"),
        customer_owned_ipv4_pool="ipv4pool-coip-0123456789abcdef0",
        auth=Cognito(
            USER_POOL,
            "1example23456789",
            "shop",
            scope="openid email",
            session_cookie="staff",
            session_timeout=Duration.hours(8),
            on_unauthenticated=OnUnauthenticated.AUTHENTICATE,
            extra_params={"prompt": "login"},
        ),
    )
    balancer.add_route("staff.example.com/", Service("intranet", 80))
    oidc = Oidc(
        issuer="https://login.example.com",
        authorization_endpoint="https://login.example.com/authorize",
        token_endpoint="https://login.example.com/token",
        user_info_endpoint="https://login.example.com/userinfo",
        secret="oidc",
        on_unauthenticated=OnUnauthenticated.DENY,
    )
    balancer.add_route("staff.example.com/partners", Service("partners", 80), auth=oidc)
    scope = Claim("scope", ["read", "write"], ClaimFormat.SPACE_SEPARATED_VALUES)
    machines = Jwt("https://login.example.com/jwks", "https://login.example.com", [scope])
    balancer.add_route("staff.example.com/machines", Service("machines", 80), auth=machines)


def _fronted(shop: Shop) -> None:
    balancer = shop.ingress.add_load_balancer(
        "Fronted",
        namespace="shop",
        web_acl=WebAcl.by_name("shop"),
        waf_classic=WafClassic.by_id("12345678-1234-1234-1234-123456789012", old_name=True),
        ipam_ipv4_pool="ipam-pool-0123456789abcdef0",
        frontend_nlb=FrontendNlb(
            scheme=Scheme.INTERNET_FACING,
            subnets=["subnet-0a1b"],
            security_groups=["sg-0a1b"],
            ports={8080: 80},
            eip_allocations=["eipalloc-0a1b"],
            health_check=CHECK,
            tags={"team": "shop"},
            attributes=NetworkLoadBalancerAttributes(
                cross_zone=True, client_routing_policy=ClientRouting.AVAILABILITY_ZONE_AFFINITY
            ),
        ),
    )
    balancer.add_route("/", Service("web", 80))


def _bound(shop: Shop) -> None:
    """Target groups of others."""
    shop.ingress.add_target_group_binding(
        "BoundPods",
        namespace="shop",
        service=Service("storefront", "http"),
        target_group=TARGET_GROUP,
        networking=[
            AllowedTraffic("sg-0a1b", ["10.0.0.0/8", "2001:db8::/32"], ports=[8080, "metrics"]),
            AllowedTraffic("sg-0a1b", ports=53, protocol=TransportProtocol.UDP),
        ],
        target_type=TargetType.IP,
        multi_cluster=True,
        role="arn:aws:iam::444455556666:role/targets",
        external_id="shop",
        ip_address_type=TargetIpAddressType.IPV6,
        protocol=TargetGroupProtocol.TCP_QUIC,
        vpc="vpc-0a1b2c3d",
    )
    shop.ingress.add_target_group_binding(
        "BoundNodes",
        namespace="shop",
        service=Service("nodes", 80),
        target_group=TargetGroup(name="ours"),
        target_type=TargetType.INSTANCE,
        node_selector=NodeSelector({"pool": "web"}, [LabelExpression("spot", LabelOperator.DOES_NOT_EXIST)]),
    )


def _plain(shop: Shop) -> None:
    users = IngressPath("/^/v[0-9]+/users$", "ImplementationSpecific", Service("users", 80), [HttpMethod("GET")])
    shop.ingress.add_ingress(
        "Plain",
        Ingress(
            namespace="shop",
            group_name="plain",
            group_order=7,
            settings=LoadBalancerSettings(scheme=Scheme.INTERNAL),
            listeners=[Listener.https(certificates=[CERTIFICATE], mutual_tls=MutualTls(MutualTlsMode.PASSTHROUGH))],
            targets=Targets(target_type=TargetType.IP),
            rules=[
                IngressRule("plain.example.com", [users]),
                IngressRule("plain.example.com", [IngressPath("/", "Prefix", Service("web", 80))]),
            ],
            default_backend=Service("fallback", 80),
            tls=[IngressTls("other.example.com", "for-others")],
            regex_paths=True,
            labels={"team": "shop"},
            annotations={"external-dns.alpha.kubernetes.io/ttl": "60"},
        ),
    )
    web = Service("web", 80, health_check=CHECK, attributes=STICKY)
    shop.cluster.add_manifest(
        "Web",
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {"name": "web", "namespace": "shop", "annotations": service_annotations(web, tags={"team": "web"})},
            "spec": {"selector": {"app": "web"}, "ports": [{"port": 80}]},
        },
    )
