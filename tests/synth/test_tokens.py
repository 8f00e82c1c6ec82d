"""Values that only CloudFormation knows: objects of the CDK wherever a user has them, and texts with tokens."""

from __future__ import annotations

import re
from typing import Any

import pytest
from aws_cdk import (
    CfnParameter,
    Duration,
    Fn,
    Stack,
    Token,
    aws_acmpca,
    aws_certificatemanager,
    aws_cognito,
    aws_ec2,
    aws_elasticloadbalancingv2,
    aws_route53,
    aws_s3,
    aws_wafv2,
)

from eks_ingress import (
    ClassSettings,
    Cognito,
    Exact,
    Feature,
    FixedResponse,
    Forward,
    FrontendNlb,
    HealthCheck,
    HostRewrite,
    HttpHeader,
    Ingress,
    IngressPath,
    IngressRule,
    Listener,
    ListenerAttributes,
    LoadBalancerAttributes,
    LoadBalancerSettings,
    Logs,
    MutualTls,
    Oidc,
    Pattern,
    QueryString,
    Redirect,
    Refused,
    Regex,
    Scheme,
    SecurityGroups,
    Service,
    SourceIp,
    Stickiness,
    TargetGroup,
    TargetGroupAttributes,
    Targets,
    UrlRewrite,
    WebAcl,
)
from eks_ingress.annotations.catalogue import find
from eks_ingress.routing.names import PREFIX
from tests.synth.apps import Shop, kubernetes_objects


class World:
    """What else a stack has, with ids that tell it."""

    def __init__(self, stack: Stack) -> None:
        self.vpc = aws_ec2.Vpc(stack, "Net", max_azs=2)
        self.group = aws_ec2.SecurityGroup(stack, "Group", vpc=self.vpc)
        self.prefixes = aws_ec2.PrefixList(stack, "Prefixes", max_entries=1)
        self.addresses = [aws_ec2.CfnEIP(stack, name) for name in ("One", "Two")]
        self.certificate = aws_certificatemanager.Certificate(stack, "Certificate", domain_name="shop.example.com")
        self.authority = aws_acmpca.CertificateAuthority.from_certificate_authority_arn(
            stack,
            "Authority",
            aws_acmpca.CfnCertificateAuthority(
                stack,
                "Ca",
                type="ROOT",
                key_algorithm="RSA_2048",
                signing_algorithm="SHA256WITHRSA",
                subject=aws_acmpca.CfnCertificateAuthority.SubjectProperty(common_name="example.com"),
            ).attr_arn,
        )
        self.bucket = aws_s3.Bucket(stack, "Bucket")
        self.trust_store = aws_elasticloadbalancingv2.TrustStore(stack, "Trust", bucket=self.bucket, key="clients.pem")
        self.target_group = aws_elasticloadbalancingv2.ApplicationTargetGroup(stack, "Theirs", vpc=self.vpc, port=80)
        self.acl = aws_wafv2.CfnWebACL(
            stack,
            "Acl",
            scope="REGIONAL",
            default_action=aws_wafv2.CfnWebACL.DefaultActionProperty(allow={}),
            visibility_config=aws_wafv2.CfnWebACL.VisibilityConfigProperty(
                cloud_watch_metrics_enabled=False, metric_name="shop", sampled_requests_enabled=False
            ),
        )
        self.pool = aws_cognito.UserPool(stack, "Pool")
        self.client = self.pool.add_client("Client", generate_secret=True)
        self.domain = self.pool.add_domain("Domain", cognito_domain=aws_cognito.CognitoDomainOptions(domain_prefix="shop"))
        self.zone = aws_route53.PublicHostedZone(stack, "Zone", zone_name=CfnParameter(stack, "ZoneName").value_as_string)
        self.subnet_list = CfnParameter(stack, "Subnets", type="List<AWS::EC2::Subnet::Id>").value_as_list
        self.text = CfnParameter(stack, "Text").value_as_string


HTTPS = Listener.https()
FEATURES = [Feature.CERTIFICATE_CREATION, Feature.COGNITO, Feature.WAFV2]


def said(world: World) -> list[tuple[str, dict[str, Any], str, str]]:
    """What is said of a load balancer, and which annotation has which text, `<…>` standing for a token."""
    one, two = "<NetPublicSubnet1SubnetC116D7A6>", "<NetPublicSubnet2Subnet587AA81A>"
    subnets = f"{one},{two}"
    arn = "arn:aws:acm:eu-west-1:111122223333:certificate/a"
    auth = Cognito(world.pool, world.client, world.domain, session_timeout=Duration.hours(8))
    return [
        (
            "certificate",
            {"listeners": [Listener.https(certificates=[world.certificate])]},
            "certificate-arn",
            "<Certificate4E7ABB08>",
        ),
        (
            "certificate and ARN",
            {"listeners": [Listener.https(certificates=[arn, world.certificate])]},
            "certificate-arn",
            f"{arn},<Certificate4E7ABB08>",
        ),
        (
            "private CA",
            {"listeners": [Listener.https(create_certificate=True, private_ca=world.authority)]},
            "acm-pca-arn",
            "<Ca.Arn>",
        ),
        (
            "trust store",
            {"listeners": [Listener.https(mutual_tls=MutualTls.verify(world.trust_store))]},
            "mutual-authentication",
            '[{"port":443,"mode":"verify","trustStore":"<Trust4DE8AA96.TrustStoreArn>"}]',
        ),
        (
            "header",
            {"listeners": [Listener.http(attributes=ListenerAttributes(content_security_policy=f"default-src {world.text}"))]},
            "listener-attributes.HTTP-80",
            "routing.http.response.content_security_policy.header_value=default-src <Text>",
        ),
        ("subnets", {"subnets": world.vpc.public_subnets}, "subnets", subnets),
        (
            "subnet and id",
            {"subnets": [world.vpc.public_subnets[0], "subnet-0a1b"]},
            "subnets",
            f"{one},subnet-0a1b",
        ),
        ("ids of subnets", {"subnets": [s.subnet_id for s in world.vpc.public_subnets]}, "subnets", subnets),
        (
            "list of subnets",
            {"subnets": [Fn.join(",", world.subnet_list)]},
            "subnets",
            "<{'Fn::Join': [',', {'Ref': 'Subnets'}]}>",
        ),
        ("security group", {"security_groups": SecurityGroups.given(world.group)}, "security-groups", "<GroupC77FDACD.GroupId>"),
        (
            "prefix list",
            {"security_groups": SecurityGroups.managed(prefix_lists=[world.prefixes])},
            "security-group-prefix-lists",
            "<Prefixes1B4620B0.PrefixListId>",
        ),
        (
            "address range",
            {"security_groups": SecurityGroups.managed(inbound_cidrs=[world.vpc.vpc_cidr_block])},
            "inbound-cidrs",
            "<NetDBED6B57.CidrBlock>",
        ),
        ("web ACL", {"web_acl": WebAcl.by_arn(world.acl)}, "wafv2-acl-arn", "<Acl.Arn>"),
        ("ARN of a web ACL", {"web_acl": WebAcl.by_arn(world.acl.attr_arn)}, "wafv2-acl-arn", "<Acl.Arn>"),
        (
            "bucket for logs",
            {"attributes": LoadBalancerAttributes(access_logs=Logs(world.bucket, world.text), idle_timeout=Duration.minutes(2))},
            "load-balancer-attributes",
            "idle_timeout.timeout_seconds=120,access_logs.s3.enabled=true,access_logs.s3.bucket=<Bucket83908E77>,access_logs.s3.prefix=<Text>",
        ),
        ("tag", {"tags": {"team": world.text}}, "tags", "team=<Text>"),
        ("name", {"load_balancer_name": f"shop-{world.text}"}, "load-balancer-name", "shop-<Text>"),
        (
            "user pool, client and domain",
            {"listeners": [HTTPS], "auth": auth},
            "auth-idp-cognito",
            '{"userPoolARN":"<PoolD3F588B8.Arn>","userPoolClientID":"<PoolClient8A3E5EB7>","userPoolDomain":"<PoolDomainCFC71F56>"}',
        ),
        ("duration of a session", {"listeners": [HTTPS], "auth": auth}, "auth-session-timeout", "28800"),
        (
            "provider",
            {
                "listeners": [HTTPS],
                "auth": Oidc(
                    issuer=f"https://{world.text}",
                    authorization_endpoint=f"https://{world.text}/authorize",
                    token_endpoint=world.text,
                    user_info_endpoint="https://login.example.com/userinfo",
                    secret=world.text,
                ),
            },
            "auth-idp-oidc",
            '{"issuer":"https://<Text>","authorizationEndpoint":"https://<Text>/authorize","tokenEndpoint":"<Text>",'
            '"userInfoEndpoint":"https://login.example.com/userinfo","secretName":"<Text>"}',
        ),
        (
            "elastic addresses",
            {
                "frontend_nlb": FrontendNlb(
                    scheme=Scheme.INTERNET_FACING, subnets=world.vpc.public_subnets, eip_allocations=world.addresses
                )
            },
            "frontend-nlb-eip-allocations",
            "<One.AllocationId>,<Two.AllocationId>",
        ),
        (
            "subnets of the frontend",
            {"frontend_nlb": FrontendNlb(subnets=world.vpc.public_subnets)},
            "frontend-nlb-subnets",
            subnets,
        ),
        (
            "security group of the frontend",
            {"frontend_nlb": FrontendNlb(security_groups=[world.group])},
            "frontend-nlb-security-groups",
            "<GroupC77FDACD.GroupId>",
        ),
        (
            "durations of a health check",
            {"targets": Targets(health_check=HealthCheck(interval=Duration.minutes(1), timeout=Duration.seconds(7)))},
            "healthcheck-interval-seconds",
            "60",
        ),
        (
            "path of a health check",
            {"targets": Targets(health_check=HealthCheck(path=f"/{world.text}"))},
            "healthcheck-path",
            "/<Text>",
        ),
        (
            "durations of targets",
            {
                "targets": Targets(
                    attributes=TargetGroupAttributes(
                        deregistration_delay=Duration.seconds(10), stickiness=Stickiness.load_balancer_cookie(Duration.days(1))
                    )
                )
            },
            "target-group-attributes",
            "deregistration_delay.timeout_seconds=10,stickiness.enabled=true,stickiness.type=lb_cookie,"
            "stickiness.lb_cookie.duration_seconds=86400",
        ),
    ]


def routes(world: World) -> list[tuple[str, tuple[Any, ...], dict[str, Any], str, str]]:
    """What is said of a route, and which annotation has which text."""
    other = Service("other", 80)
    theirs = "<Theirs1F49785D>"
    return [
        (
            "target group",
            ("/", TargetGroup(world.target_group)),
            {},
            "actions.forward",
            f'{{"type":"forward","targetGroupARN":"{theirs}"}}',
        ),
        (
            "target group in a Forward",
            ("/", Forward([(TargetGroup(world.target_group), 1), (other, 2)], stickiness=Duration.hours(1))),
            {},
            "actions.forward",
            f'{{"type":"forward","forwardConfig":{{"targetGroups":[{{"targetGroupARN":"{theirs}","weight":1}},'
            '{"serviceName":"other","servicePort":80,"weight":2}],'
            '"targetGroupStickinessConfig":{"enabled":true,"durationSeconds":3600}}}',
        ),
        (
            "name of a target group",
            ("/", TargetGroup(name=world.text)),
            {},
            "actions.forward",
            '{"type":"forward","targetGroupName":"<Text>"}',
        ),
        (
            "redirect",
            ("/", Redirect(host=f"shop.{world.zone.zone_name}", path=f"/{world.text}", query=world.text)),
            {},
            "actions.redirect",
            '{"type":"redirect","redirectConfig":{"host":"shop.<ZoneName>","path":"/<Text>","query":"<Text>",'
            '"statusCode":"HTTP_301"}}',
        ),
        (
            "answer",
            ("/", FixedResponse(200, f'{{"zone": "{world.zone.zone_name}"}}')),
            {},
            "actions.response",
            '{"type":"fixed-response","fixedResponseConfig":{"contentType":"text/plain","statusCode":"200",'
            '"messageBody":"{\\"zone\\": \\"<ZoneName>\\"}"}}',
        ),
        (
            "conditions",
            ("/", other),
            {
                "conditions": [
                    HttpHeader("X-Tenant", world.text),
                    QueryString({world.text: "1"}),
                    SourceIp(world.vpc.vpc_cidr_block),
                ]
            },
            "conditions.forward",
            '[{"field":"http-header","httpHeaderConfig":{"httpHeaderName":"X-Tenant","values":["<Text>"]}},'
            '{"field":"query-string","queryStringConfig":{"values":[{"key":"<Text>","value":"1"}]}},'
            '{"field":"source-ip","sourceIPConfig":{"values":["<NetDBED6B57.CidrBlock>"]}}]',
        ),
        (
            "transforms",
            ("/", other),
            {"transforms": [UrlRewrite("^/", f"/{world.text}/"), HostRewrite("^.*$", world.zone.zone_name)]},
            "transforms.forward",
            '[{"type":"url-rewrite","urlRewriteConfig":{"rewrites":[{"regex":"^/","replace":"/<Text>/"}]}},'
            '{"type":"host-header-rewrite","hostHeaderRewriteConfig":{"rewrites":[{"regex":"^.*$","replace":"<ZoneName>"}]}}]',
        ),
        (
            "expression",
            (Regex(f"/{world.text}[0-9]+"), other),
            {},
            "conditions.forward",
            '[{"field":"path-pattern","pathPatternConfig":{"regexValues":["^(/<Text>[0-9]+)$"]}}]',
        ),
        (
            "path of a health check",
            ("/", Service("web", 80, health_check=HealthCheck(path=world.text, port=world.text))),
            {},
            "healthcheck-path",
            "<Text>",
        ),
        (
            "user pool, client and domain",
            ("/", other),
            {"auth": Cognito(world.pool, world.client, world.domain, scope=world.text)},
            "auth-scope",
            "<Text>",
        ),
    ]


def read(shop: Shop) -> dict[str, dict[str, str]]:
    """The annotations in the template by name of the load balancer; each can be read as the controller reads it."""
    found: dict[str, dict[str, str]] = {}
    for body in (body for body in shop.objects() if body["kind"] not in ("Role", "RoleBinding")):
        name = "-".join(body["metadata"]["name"].split("-")[:2])
        assert name not in found
        found[name] = body["metadata"]["annotations"]
        for key, text in found[name].items():
            row = find(key)
            assert row is not None
            assert "Token[" not in key + text
            row.grammar.decode(text)
    return found


def test_what_is_said_of_a_load_balancer_takes_objects_of_the_cdk_and_texts_with_tokens() -> None:
    shop = Shop({"features": FEATURES})
    rows = said(World(shop.stack))
    for number, (_, settings, _, _) in enumerate(rows):
        balancer = shop.ingress.add_load_balancer(f"row-{number}", namespace="shop", **settings)
        balancer.add_route("shop.example.com/", Service("web", 80))
    found = read(shop)
    written = {name: found[f"row-{number}"].get(PREFIX + annotation) for number, (name, _, annotation, _) in enumerate(rows)}
    assert written == {name: text for name, _, _, text in rows}


def test_what_is_said_of_a_route_takes_objects_of_the_cdk_and_texts_with_tokens() -> None:
    shop = Shop({"features": FEATURES})
    world = World(shop.stack)
    rows = routes(world)
    for number, (_, route, more, _, _) in enumerate(rows):
        listeners = [Listener.https(certificates=[world.certificate])]
        balancer = shop.ingress.add_load_balancer(f"row-{number}", namespace="shop", listeners=listeners)
        balancer.add_route(*route, **more)
    found = read(shop)
    written = {name: found[f"row-{number}"].get(PREFIX + annotation) for number, (name, _, _, annotation, _) in enumerate(rows)}
    assert written == {name: text for name, _, _, _, text in rows}


def test_what_is_said_of_an_ingress_takes_them_too() -> None:
    shop = Shop({"features": FEATURES})
    world = World(shop.stack)
    shop.ingress.add_ingress(
        "Plain",
        Ingress(
            namespace="shop",
            settings=LoadBalancerSettings(subnets=world.vpc.public_subnets, web_acl=WebAcl.by_arn(world.acl)),
            listeners=[Listener.https(certificates=[world.certificate])],
            rules=[IngressRule(f"shop.{world.zone.zone_name}", [IngressPath("/", "Prefix", TargetGroup(world.target_group))])],
            annotations={"external-dns.alpha.kubernetes.io/hostname": f"www.{world.zone.zone_name}"},
        ),
    )
    body = shop.ingress_object()
    assert body["metadata"]["annotations"] == {
        "external-dns.alpha.kubernetes.io/hostname": "www.<ZoneName>",
        f"{PREFIX}subnets": "<NetPublicSubnet1SubnetC116D7A6>,<NetPublicSubnet2Subnet587AA81A>",
        f"{PREFIX}wafv2-acl-arn": "<Acl.Arn>",
        f"{PREFIX}listen-ports": '[{"HTTPS":443}]',
        f"{PREFIX}certificate-arn": "<Certificate4E7ABB08>",
        f"{PREFIX}actions.forward-shop": '{"type":"forward","targetGroupARN":"<Theirs1F49785D>"}',
    }
    assert [rule["host"] for rule in body["spec"]["rules"]] == ["shop.<ZoneName>"]


def test_what_a_class_lays_down_takes_them_too() -> None:
    shop = Shop({"features": FEATURES})
    world = World(shop.stack)
    shop.ingress.add_class(
        "Public",
        settings=ClassSettings(
            subnets=world.vpc.public_subnets,
            prefix_lists=[world.prefixes],
            inbound_cidrs=world.vpc.vpc_cidr_block,
            certificates=[world.certificate],
            web_acl=WebAcl.by_arn(world.acl),
            load_balancer_attributes=LoadBalancerAttributes(access_logs=Logs(world.bucket), idle_timeout=Duration.minutes(1)),
            listener_attributes={"HTTPS-443": ListenerAttributes(content_security_policy=world.text)},
            tags={"team": world.text},
        ),
    )
    params, _ = shop.objects()
    assert params["spec"] == {
        "subnets": {"ids": ["<NetPublicSubnet1SubnetC116D7A6>", "<NetPublicSubnet2Subnet587AA81A>"]},
        "inboundCIDRs": ["<NetDBED6B57.CidrBlock>"],
        "prefixListsIDs": ["<Prefixes1B4620B0.PrefixListId>"],
        "certificateArn": ["<Certificate4E7ABB08>"],
        "listeners": [
            {
                "protocol": "HTTPS",
                "port": 443,
                "listenerAttributes": [
                    {"key": "routing.http.response.content_security_policy.header_value", "value": "<Text>"},
                ],
            }
        ],
        "loadBalancerAttributes": [
            {"key": "idle_timeout.timeout_seconds", "value": "60"},
            {"key": "access_logs.s3.enabled", "value": "true"},
            {"key": "access_logs.s3.bucket", "value": "<Bucket83908E77>"},
        ],
        "wafv2AclArn": "<Acl.Arn>",
        "tags": [{"key": "team", "value": "<Text>"}],
    }


def test_a_name_and_a_port_of_a_service_may_be_tokens() -> None:
    shop = Shop()
    text = CfnParameter(shop.stack, "Text").value_as_string
    balancer = shop.ingress.add_load_balancer("Shop", namespace="shop")
    balancer.add_route("/", Service(text, text))
    balancer.add_route("/weighted", Forward([(Service(f"{text}-blue", 80), 1)]))
    body = shop.ingress_object()
    (rule,) = body["spec"]["rules"]
    assert [path["backend"]["service"] for path in rule["http"]["paths"]] == [
        {"name": "forward-weighted", "port": {"name": "use-annotation"}},
        {"name": "<Text>", "port": {"name": "<Text>"}},
    ]
    assert body["metadata"]["annotations"][f"{PREFIX}actions.forward-weighted"] == (
        '{"type":"forward","forwardConfig":{"targetGroups":[{"serviceName":"<Text>-blue","servicePort":80,"weight":1}]}}'
    )


def test_what_no_annotation_carries_is_refused_with_everything_else() -> None:
    shop = Shop()
    text = CfnParameter(shop.stack, "Text").value_as_string
    first = shop.ingress.add_load_balancer("First", namespace="shop", targets=Targets(control_port=8081))
    first.add_route("/", Service(text, 80))
    shop.ingress.add_load_balancer("Second", namespace="shop", tags={"team": f" {text}"}).add_route("/", Service("web", 80))
    long = shop.ingress.add_load_balancer("Third", namespace="shop")
    long.add_route("/", Service("w" * 41, 80, control_port=8081))
    shop.ingress.add_load_balancer("Fourth", namespace="shop")
    refusal = shop.refusal()
    for name, words in (
        ("First", "Targets.control_port in annotation 'target-control-port.${Text}.80' would have a name that only CloudFormation"),
        ("Second", "LoadBalancerSettings.tags in annotation 'tags' cannot be read: ' ${Text}' has spaces at an end"),
        ("Third", f"Targets.control_port in annotation 'target-control-port.{'w' * 41}.80' has a name of 64 characters"),
        ("Fourth", "the load balancer has no routes"),
    ):
        assert re.search(rf"error  Shop/Ingress/{name}  \(tests/synth/test_tokens\.py:\d+\)\n +{re.escape(words)}", refusal)


def test_hosts_and_paths_with_tokens_stand_in_the_rules() -> None:
    shop = Shop()
    world = World(shop.stack)
    balancer = shop.ingress.add_load_balancer("Shop", namespace="shop")
    balancer.add_route(f"shop.{world.zone.zone_name}/", Service("web", 80))
    balancer.add_route(f"{world.zone.zone_name}/", Service("web", 80))
    balancer.add_route(f"shop.{world.zone.zone_name}/{world.text}/v1", Service("v1", 80))
    balancer.add_route(Exact(f"shop.{world.zone.zone_name}/{world.text}"), Service("exact", 80))
    balancer.add_route(Pattern(f"/{world.text}/*.png"), Service("images", 80))
    rules = shop.ingress_object()["spec"]["rules"]
    found = [(rule.get("host"), path["pathType"], path["path"]) for rule in rules for path in rule["http"]["paths"]]
    assert found == [
        ("shop.<ZoneName>", "Exact", "/<Text>"),
        ("shop.<ZoneName>", "Prefix", "/<Text>/v1"),
        ("shop.<ZoneName>", "Prefix", "/"),
        ("<ZoneName>", "Prefix", "/"),
        (None, "ImplementationSpecific", "/<Text>/*.png"),
    ]


def test_a_zone_that_is_known_is_a_host_like_any_other() -> None:
    shop = Shop()
    zone = aws_route53.PublicHostedZone(shop.stack, "Zone", zone_name="example.com")
    balancer = shop.ingress.add_load_balancer("Shop", namespace="shop")
    balancer.add_route(f"shop.{zone.zone_name}/", Service("web", 80))
    assert [rule["host"] for rule in shop.ingress_object()["spec"]["rules"]] == ["shop.example.com"]


def test_a_token_stands_in_the_template_as_the_function_that_it_is() -> None:
    shop = Shop()
    world = World(shop.stack)
    settings: dict[str, Any] = {
        "web_acl": WebAcl.by_arn(world.acl),
        "subnets": [Fn.join(",", world.subnet_list)],
        "tags": {"team": world.text},
    }
    balancer = shop.ingress.add_load_balancer("Shop", namespace="shop", **settings)
    balancer.add_route(f"{world.zone.zone_name}/", Service("web", 80))
    manifest = shop.resources()["IngressShopShop0B6553F4"]["Properties"]["Manifest"]
    empty, parts = manifest["Fn::Join"]
    assert empty == ""
    assert [part for part in parts if not isinstance(part, str)] == [
        {"Fn::Join": [",", {"Ref": "Subnets"}]},
        {"Ref": "Text"},
        {"Fn::GetAtt": ["Acl", "Arn"]},
        {"Ref": "ZoneName"},
    ]


def test_what_another_stack_has_is_imported_from_there() -> None:
    shop = Shop()
    base = Stack(shop.app, "Base")
    certificate = aws_certificatemanager.Certificate(base, "Certificate", domain_name="shop.example.com")
    balancer = shop.ingress.add_load_balancer("Shop", namespace="shop", listeners=[Listener.https(certificates=[certificate])])
    balancer.add_route("/", Service("web", 80))
    assembly = shop.app.synth()
    found = assembly.get_stack_by_name("Shop")
    (ingress,) = [body for body in kubernetes_objects(found.template["Resources"]) if body["kind"] == "Ingress"]
    # How one stack reads from another depends on the release of the CDK.
    arn = ingress["metadata"]["annotations"][f"{PREFIX}certificate-arn"]
    assert arn.startswith(("<{'Fn::ImportValue': ", "<{'Fn::GetStackOutput': "))
    assert "OutputRefCertificate4E7ABB08" in arn
    assert "Base" in {dependency.id for dependency in found.dependencies}


def test_the_name_of_an_ingress_does_not_hang_on_how_tokens_are_numbered() -> None:
    def names(*, more_tokens: int) -> set[str]:
        shop = Shop()
        for number in range(more_tokens):
            _ = CfnParameter(shop.stack, f"More{number}").value_as_string
        text = CfnParameter(shop.stack, "Text").value_as_string
        balancer = shop.ingress.add_load_balancer("Shop", namespace="shop")
        for path in ("/a", "/b"):
            balancer.add_route(path, Service("web", 80, health_check=HealthCheck(path=f"{path}/{text}")))
        resources = shop.resources()
        return set(resources) | {body["metadata"]["name"] for body in kubernetes_objects(resources)}

    assert names(more_tokens=0) == names(more_tokens=7)


LISTS: dict[str, Any] = {
    "subnets": lambda values: LoadBalancerSettings(subnets=values),
    "security groups": SecurityGroups.given,
    "inbound_cidrs": lambda values: SecurityGroups.managed(inbound_cidrs=values),
    "prefix_lists": lambda values: SecurityGroups.managed(prefix_lists=values),
    "certificates of the listener on port 443,": lambda values: Listener.https(certificates=values),
    "frontend NLB subnets": lambda values: FrontendNlb(subnets=values),
    "frontend NLB security_groups": lambda values: FrontendNlb(security_groups=values),
    "frontend NLB eip_allocations": lambda values: FrontendNlb(scheme=Scheme.INTERNET_FACING, eip_allocations=values),
    "HttpHeader 'X-Tenant',": lambda values: HttpHeader("X-Tenant", values),
    "SourceIp": SourceIp,
}


@pytest.mark.parametrize("what", LISTS)
def test_a_list_that_is_a_token_as_a_whole_is_refused_with_what_to_write(what: str) -> None:
    values = CfnParameter(Stack(), "Values", type="CommaDelimitedList").value_as_list
    assert Token.is_unresolved(values)
    with pytest.raises(Refused) as refused:
        LISTS[what](values)
    shown = values if what.startswith(("HttpHeader", "SourceIp")) else tuple(values)
    assert str(refused.value) == (
        f"{what} {shown!r} is a list that only CloudFormation knows.\n    Join it to one text: `[Fn.join(',', values)]`."
    )


def test_the_same_list_joined_to_one_text_is_taken() -> None:
    values = CfnParameter(Stack(), "Values", type="CommaDelimitedList").value_as_list
    joined = [Fn.join(",", values)]
    for what, make in LISTS.items():
        if what not in ("HttpHeader 'X-Tenant',", "SourceIp"):
            make(joined)
