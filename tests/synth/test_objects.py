"""Each object of the CDK that a load balancer takes: reference, permission and order that it brings, across stacks too."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import (
    App,
    Environment,
    Stack,
    aws_certificatemanager,
    aws_cognito,
    aws_ec2,
    aws_s3,
    aws_wafv2,
)
from aws_cdk import aws_elasticloadbalancingv2 as elbv2

from eks_ingress import (
    ApplicationLoadBalancer,
    ClassSettings,
    Cognito,
    Feature,
    FrontendNlb,
    Ingress,
    KubernetesIngress,
    Listener,
    LoadBalancerSettings,
    MutualTls,
    NetworkListener,
    NetworkService,
    Permissions,
    Scheme,
    SecurityGroups,
    Service,
    WebAcl,
)
from tests.synth.apps import FLAGS, Shop, kubernetes_objects
from tests.synth.graph import Graph
from tests.synth.test_lint import lint

CERTIFICATE = "arn:aws:acm:eu-west-1:111122223333:certificate/12345678-1234-1234-1234-123456789012"
SECURE = Listener.https(certificates=[CERTIFICATE])
KUBERNETES = "Custom::AWSCDK-EKS-KubernetesResource"
LOAD_BALANCERS = ("IngressShopWeb", "IngressIotServiceMqtt", "IngressShopPlain")
"""How the logical ids begin of what load balancers are made of."""


def certificate(stack: Stack) -> aws_certificatemanager.Certificate:
    return aws_certificatemanager.Certificate(stack, "Certificate", domain_name="shop.example.com")


def web_acl(stack: Stack, scope: str = "REGIONAL") -> aws_wafv2.CfnWebACL:
    return aws_wafv2.CfnWebACL(
        stack,
        "WebAcl",
        scope=scope,
        default_action=aws_wafv2.CfnWebACL.DefaultActionProperty(allow={}),
        visibility_config=aws_wafv2.CfnWebACL.VisibilityConfigProperty(
            cloud_watch_metrics_enabled=False, metric_name="shop", sampled_requests_enabled=False
        ),
    )


def trust_store(stack: Stack) -> elbv2.CfnTrustStore:
    return elbv2.CfnTrustStore(
        stack, "TrustStore", ca_certificates_bundle_s3_bucket="authorities", ca_certificates_bundle_s3_key="authorities.pem"
    )


def vpc(stack: Stack, *kinds: aws_ec2.SubnetType) -> aws_ec2.Vpc:
    # Without the Lambda function by which the CDK closes the default security group, in which cfn-lint finds something.
    subnets = [aws_ec2.SubnetConfiguration(name=kind.name.title(), subnet_type=kind) for kind in kinds or ISOLATED]
    return aws_ec2.Vpc(stack, "Net", max_azs=2, subnet_configuration=subnets, restrict_default_security_group=False)


ISOLATED = (aws_ec2.SubnetType.PRIVATE_ISOLATED,)


def group(stack: Stack) -> aws_ec2.SecurityGroup:
    return aws_ec2.SecurityGroup(stack, "Group", vpc=vpc(stack))


def prefix_list(stack: Stack) -> aws_ec2.PrefixList:
    return aws_ec2.PrefixList(stack, "Offices", max_entries=5)


def addresses(stack: Stack) -> list[aws_ec2.CfnEIP]:
    return [aws_ec2.CfnEIP(stack, f"Address{number}", domain="vpc") for number in (1, 2)]


def sign_in(stack: Stack) -> Cognito:
    pool = aws_cognito.UserPool(stack, "Pool")
    o_auth = aws_cognito.OAuthSettings(callback_urls=["https://shop.example.com/oauth2/idpresponse"])
    client = pool.add_client("Client", generate_secret=True, o_auth=o_auth)
    domain = pool.add_domain("Domain", cognito_domain=aws_cognito.CognitoDomainOptions(domain_prefix="shop"))
    return Cognito(pool, client, domain)


def balancer(shop: Shop, **settings: Any) -> None:
    made = ApplicationLoadBalancer(shop.stack, "Web", shop.ingress, namespace="shop", **settings)
    made.add_route("shop.example.com/", Service("web", 80))


def network(shop: Shop, *listeners: NetworkListener, **settings: Any) -> None:
    service = NetworkService({"app": "mqtt"})
    shop.ingress.add_network_load_balancer(
        "Mqtt", namespace="iot", service=service, listeners=listeners or [NetworkListener.tcp(1883)], **settings
    )


def of_class(shop: Shop, settings: ClassSettings) -> None:
    balancer(shop, ingress_class=shop.ingress.add_class("Laid", settings=settings))


def plain(shop: Shop, **settings: Any) -> None:
    spec = Ingress(namespace="shop", default_backend=Service("web", 80), settings=LoadBalancerSettings(**settings))
    KubernetesIngress(shop.stack, "Plain", shop.ingress, spec)


@dataclass(frozen=True)
class Case:
    """An object, and the way in which it gets to a load balancer."""

    use: Callable[[Shop, Stack], None]
    """Makes the object in the one stack, and passes it in the other."""
    types: tuple[str, ...]
    """What must be there before the load balancer, as CloudFormation types."""
    feature: Feature | None = None
    """What `Permissions.STRICT` must be given for it."""


PUBLIC: dict[str, Any] = {"scheme": Scheme.INTERNET_FACING}
TWO = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]
CASES = {
    "certificate": Case(
        lambda shop, stack: balancer(shop, listeners=[Listener.https(certificates=[certificate(stack)])]),
        ("AWS::CertificateManager::Certificate",),
    ),
    "certificate of a network listener": Case(
        lambda shop, stack: network(shop, NetworkListener.tls(8883, certificates=[certificate(stack)])),
        ("AWS::CertificateManager::Certificate",),
    ),
    "certificate of a class": Case(
        lambda shop, stack: of_class(shop, ClassSettings(certificates=[certificate(stack)])),
        ("AWS::CertificateManager::Certificate",),
    ),
    "web ACL": Case(
        lambda shop, stack: balancer(shop, web_acl=WebAcl.by_arn(web_acl(stack))), ("AWS::WAFv2::WebACL",), Feature.WAFV2
    ),
    "web ACL of a class": Case(
        lambda shop, stack: of_class(shop, ClassSettings(web_acl=WebAcl.by_arn(web_acl(stack)))),
        ("AWS::WAFv2::WebACL",),
        Feature.WAFV2,
    ),
    "web ACL of an Ingress": Case(
        lambda shop, stack: plain(shop, web_acl=WebAcl.by_arn(web_acl(stack))), ("AWS::WAFv2::WebACL",), Feature.WAFV2
    ),
    "user pool, client and domain": Case(
        lambda shop, stack: balancer(shop, listeners=[SECURE], auth=sign_in(stack)),
        ("AWS::Cognito::UserPool", "AWS::Cognito::UserPoolClient", "AWS::Cognito::UserPoolDomain"),
        Feature.COGNITO,
    ),
    "security group": Case(
        lambda shop, stack: balancer(shop, security_groups=SecurityGroups.given(group(stack))), ("AWS::EC2::SecurityGroup",)
    ),
    "security group of a network load balancer": Case(
        lambda shop, stack: network(shop, security_groups=SecurityGroups.given(group(stack))), ("AWS::EC2::SecurityGroup",)
    ),
    "prefix list": Case(
        lambda shop, stack: balancer(shop, security_groups=SecurityGroups.managed(prefix_lists=prefix_list(stack))),
        ("AWS::EC2::PrefixList",),
    ),
    "subnets": Case(lambda shop, stack: balancer(shop, subnets=vpc(stack).isolated_subnets), ("AWS::EC2::Subnet",)),
    "elastic addresses": Case(
        lambda shop, stack: network(shop, subnets=TWO, eip_allocations=addresses(stack), **PUBLIC), ("AWS::EC2::EIP",)
    ),
    "elastic addresses of a frontend": Case(
        lambda shop, stack: balancer(
            shop, frontend_nlb=FrontendNlb(subnets=TWO, eip_allocations=addresses(stack), scheme=Scheme.INTERNET_FACING)
        ),
        ("AWS::EC2::EIP",),
    ),
    "trust store": Case(
        lambda shop, stack: balancer(
            shop,
            listeners=[
                Listener.https(certificates=[CERTIFICATE], mutual_tls=MutualTls.verify(trust_store(stack).attr_trust_store_arn))
            ],
        ),
        ("AWS::ElasticLoadBalancingV2::TrustStore",),
    ),
    "trust store as an object": Case(
        lambda shop, stack: balancer(
            shop,
            listeners=[Listener.https(certificates=[CERTIFICATE], mutual_tls=MutualTls.verify(made_trust_store(stack)))],
        ),
        ("AWS::ElasticLoadBalancingV2::TrustStore",),
    ),
}


def made_trust_store(stack: Stack) -> elbv2.TrustStore:
    bucket = aws_s3.Bucket.from_bucket_name(stack, "Authorities", "authorities")
    return elbv2.TrustStore(stack, "Clients", bucket=bucket, key="authorities.pem")


def stacks(other_stack: bool, settings: dict[str, Any], app: App | None = None) -> tuple[Shop, Stack]:
    app = app or App(context=FLAGS)
    objects = Stack(app, "Objects") if other_stack else None
    shop = Shop(settings, app=app)
    return shop, objects or shop.stack


@pytest.mark.parametrize("other_stack", [False, True], ids=["one stack", "two stacks"])
@pytest.mark.parametrize("name", CASES)
def test_what_is_made_of_an_object_waits_for_it_and_goes_before_it(name: str, other_stack: bool) -> None:
    case = CASES[name]
    shop, stack = stacks(other_stack, {})
    case.use(shop, stack)
    graph = Graph(shop.app)
    objects = graph.of_type(*case.types)
    assert {graph.types[node] for node in objects} == set(case.types)
    (last,) = [node for node in graph.of_type(KUBERNETES) if node[1].startswith(LOAD_BALANCERS)]
    assert objects <= graph.waits_for(last)
    assert all(last in graph.gone_before(node) for node in objects)


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.feature is not None])
def test_what_an_object_needs_of_a_strict_controller_is_said(name: str) -> None:
    case = CASES[name]
    assert case.feature is not None
    shop, stack = stacks(False, {"permissions": Permissions.STRICT})
    case.use(shop, stack)
    assert f"needs Feature.{case.feature.name}, which is not among those of the controller." in shop.refusal()


@pytest.mark.parametrize("name", CASES)
def test_a_strict_controller_with_the_feature_is_all_that_an_object_needs(name: str) -> None:
    case = CASES[name]
    shop, stack = stacks(False, {"permissions": Permissions.STRICT, "features": [case.feature] if case.feature else []})
    case.use(shop, stack)
    actions = {
        action
        for resource in shop.resources().values()
        if resource["Type"] == "AWS::IAM::ManagedPolicy"
        for statement in resource["Properties"]["PolicyDocument"]["Statement"]
        for action in ([statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"])
    }
    needed = {Feature.WAFV2: "wafv2:AssociateWebACL", Feature.COGNITO: "cognito-idp:DescribeUserPoolClient"}
    assert {feature for feature, action in needed.items() if action in actions} == ({case.feature} if case.feature else set())


def test_a_web_acl_of_cloudfront_is_refused() -> None:
    stack = Stack(App(), "Shop")
    with pytest.raises(ValueError, match="scope of the web ACL, 'CLOUDFRONT' is for CloudFront") as refused:
        WebAcl.by_arn(web_acl(stack, "CLOUDFRONT"))
    assert "Make one with `scope='REGIONAL'` in the load balancer's region." in str(refused.value)


REGIONAL = [name for name in CASES if not name.startswith(("user pool", "web ACL"))]


@pytest.mark.parametrize("name", [*REGIONAL, "web ACL"])
def test_what_stands_in_another_region_is_refused(name: str) -> None:
    app = App(context=FLAGS)
    far = Environment(account="111122223333", region="us-east-1")
    objects = Stack(app, "Far", env=far, cross_region_references=True)
    shop = Shop(app=app, env=Environment(account="111122223333", region="eu-west-1"), cross_region_references=True)
    CASES[name].use(shop, objects)
    refusal = shop.refusal()
    assert "EKI240 error" in refusal
    assert "which is in us-east-1, while the load balancer is in eu-west-1." in refusal
    assert " names Far/" in refusal


def test_a_user_pool_may_stand_in_another_region() -> None:
    app = App(context=FLAGS)
    far = Environment(account="111122223333", region="us-east-1")
    objects = Stack(app, "Far", env=far, cross_region_references=True)
    shop = Shop(app=app, env=Environment(account="111122223333", region="eu-west-1"), cross_region_references=True)
    CASES["user pool, client and domain"].use(shop, objects)
    assert "UserPool" in str(Graph(app).types)


def test_cfn_lint_finds_nothing_in_templates_with_all_of_them(tmp_path: Path) -> None:
    app = App(context=FLAGS, outdir=str(tmp_path))
    shop = Shop({"permissions": Permissions.STRICT, "features": [Feature.WAFV2, Feature.COGNITO]}, app=app)
    net = vpc(shop.stack, aws_ec2.SubnetType.PUBLIC, *ISOLATED)
    stores = MutualTls.verify(made_trust_store(shop.stack))
    balancer(
        shop,
        listeners=[Listener.https(certificates=[certificate(shop.stack)], mutual_tls=stores)],
        auth=sign_in(shop.stack),
        web_acl=WebAcl.by_arn(web_acl(shop.stack)),
        security_groups=SecurityGroups.managed(prefix_lists=prefix_list(shop.stack)),
        subnets=net.isolated_subnets,
    )
    network(shop, subnets=net.public_subnets, eip_allocations=addresses(shop.stack), **PUBLIC)
    bodies = list(kubernetes_objects(shop.resources()))
    assert {body["kind"] for body in bodies} == {"Ingress", "Service"}
    assert lint(tmp_path / "Shop.template.json") == []
