"""What a load balancer can have besides routes, each with the rights that its feature brings under STRICT, and no others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from aws_cdk import App, Stack
from constructs import Construct

from eks_ingress import (
    Cognito,
    EksIngress,
    Feature,
    HealthCheck,
    Listener,
    ListenerAttributes,
    LoadBalancerAttributes,
    Permissions,
    Scheme,
    Service,
    Targets,
    WebAcl,
)
from tests.deploy.stories.apps import Platform, ingress_of, synth, version_of
from tests.deploy.stories.seen import balancers, left_over
from tests.deploy.stories.world import World

POOL = "arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_Pool12345"
FEATURES = [
    Feature.WAFV2_BY_NAME,
    Feature.SHIELD,
    Feature.COGNITO,
    Feature.CERTIFICATE_DISCOVERY,
    Feature.TAGGING_API,
]


@dataclass(frozen=True)
class Settings:
    """What is changed in place."""

    listeners: list[Listener]
    tags: dict[str, str]
    health: str
    attributes: LoadBalancerAttributes | None = None
    takes_over_account: bool = False


FIRST = Settings([Listener.https(), Listener.http(8080)], {"team": "shop", "cost": "1"}, "/")
SECOND = Settings(
    [Listener.https(attributes=ListenerAttributes(server_header=False))],
    {"team": "front"},
    "/healthz",
    LoadBalancerAttributes(idle_timeout=timedelta(minutes=2)),
)


class Shop(Stack):
    """A load balancer with a web ACL, Shield, sign-in, and a certificate that the controller finds."""

    def __init__(
        self, scope: Construct, id: str, *, platform: Platform, ingress: Callable[..., EksIngress], settings: Settings
    ) -> None:
        super().__init__(scope, id)
        entrance = ingress(
            self,
            "Ingress",
            cluster=platform.cluster,
            permissions=Permissions.STRICT,
            features=FEATURES,
            take_over_service_account=settings.takes_over_account,
        )
        shop = entrance.add_load_balancer(
            "Shop",
            namespace="shop",
            scheme=Scheme.INTERNET_FACING,
            listeners=settings.listeners,
            attributes=settings.attributes,
            tags=settings.tags,
            targets=Targets(health_check=HealthCheck(path=settings.health)),
            web_acl=WebAcl.by_name("shop"),
            shield=True,
        )
        shop.add_route("shop.example.com/", Service("storefront", 80))
        shop.add_route("shop.example.com/staff", Service("api", 80), auth=Cognito(POOL, "client123", "shop"))


@pytest.fixture(scope="module")
def deployed(world: World) -> World:
    """All of it, deployed into an account with a web ACL, a certificate for another host, and a subscription to Shield."""
    world.cloud.client("acm").request_certificate(DomainName="www.example.org")
    world.cloud.client("shield").create_subscription()
    world.cloud.client("wafv2").create_web_acl(
        Name="shop",
        Scope="REGIONAL",
        DefaultAction={"Allow": {}},
        VisibilityConfig={"SampledRequestsEnabled": False, "CloudWatchMetricsEnabled": False, "MetricName": "shop"},
    )

    deploy(world, FIRST)
    return world


def deploy(world: World, settings: Settings) -> None:
    """Deploys the shop with these settings, and waits until the controller is done with it."""

    def build(app: App) -> None:
        Shop(app, "Shop", platform=Platform(app, "Platform"), ingress=ingress_of(world.tools), settings=settings)

    world.driver.deploy(synth(world.folder / "cdk.out", build))
    world.settle()


def test_the_web_acl_that_has_the_name_protects_it(deployed: World) -> None:
    arn = balancers(deployed.cloud)["shop.shop"].arn
    told = deployed.cloud.client("wafv2").get_web_acl_for_resource(ResourceArn=arn)
    assert told["WebACL"]["Name"] == "shop"


def test_shield_protects_it(deployed: World) -> None:
    arn = balancers(deployed.cloud)["shop.shop"].arn
    assert deployed.cloud.client("shield").describe_protection(ResourceArn=arn)["Protection"]["ResourceArn"] == arn


def test_its_certificates_are_all_those_for_the_host(deployed: World) -> None:
    acm = deployed.cloud.client("acm")
    found = balancers(deployed.cloud)["shop.shop"].listeners[443].certificates
    named = {acm.describe_certificate(CertificateArn=arn)["Certificate"]["DomainName"] for arn in found}
    assert (len(found), named) == (2, {"*.example.com"})


def test_staff_sign_in_and_nobody_else(deployed: World) -> None:
    rules = balancers(deployed.cloud)["shop.shop"].listeners[443].rules
    assert [rule.actions.partition(",")[0] for rule in rules] == [
        "authenticate-cognito",
        "forward to shop/shop-storefront:80",
    ]


def test_what_is_asked_of_other_services_is_what_the_features_are_for(deployed: World) -> None:
    named = {
        call.name for call in deployed.cloud.calls if call.by_controller and call.service not in {"ec2", "elasticloadbalancing"}
    }
    assert {name.partition(":")[0] for name in named} == {"acm", "shield", "tag", "wafv2"}
    asked = {question.action for call in deployed.cloud.calls if call.by_controller for question in call.questions}
    assert "cognito-idp:DescribeUserPoolClient" in asked
    assert "elasticloadbalancing:SetWebAcl" in asked


def test_settings_are_changed_in_place(deployed: World) -> None:
    before = balancers(deployed.cloud)["shop.shop"]
    assert set(before.listeners) == {443, 8080}
    deploy(deployed, SECOND)
    after = balancers(deployed.cloud)["shop.shop"]
    assert (after.arn, set(after.listeners)) == (before.arn, {443})
    elb = deployed.cloud.client("elbv2")
    told = elb.describe_load_balancer_attributes(LoadBalancerArn=after.arn)["Attributes"]
    assert {"Key": "idle_timeout.timeout_seconds", "Value": "120"} in told
    (listener,) = elb.describe_listeners(LoadBalancerArn=after.arn)["Listeners"]
    told = elb.describe_listener_attributes(ListenerArn=listener["ListenerArn"])["Attributes"]
    assert {"Key": "routing.http.response.server.enabled", "Value": "false"} in told
    assert {group.arn: group.health_check for group in after.target_groups.values()} == {
        group.arn: "/healthz" for group in before.target_groups.values()
    }
    rules = [rule["RuleArn"] for rule in elb.describe_rules(ListenerArn=listener["ListenerArn"])["Rules"] if not rule["IsDefault"]]
    groups = [group.arn for group in after.target_groups.values()]
    tagged = [after.arn, listener["ListenerArn"], *groups]
    # An older controller changes the tags of a rule only together with something else of it.
    if version_of(deployed.tools.controller.release).has("3.4.0"):
        tagged += rules
    for told in elb.describe_tags(ResourceArns=tagged)["TagDescriptions"]:
        tags = {tag["Key"]: tag["Value"] for tag in told["Tags"]}
        assert (tags["team"], "cost" in tags) == ("front", False), told["ResourceArn"]


def test_the_service_account_that_the_release_made_stays_when_it_is_taken_over(deployed: World) -> None:
    deploy(deployed, replace(SECOND, tags={"team": "back"}, takes_over_account=True))
    accounts = (body["metadata"] for body in deployed.kubernetes.objects("serviceaccounts", "kube-system"))
    (account,) = (one for one in accounts if one["name"] == "aws-load-balancer-controller")
    assert account["annotations"]["helm.sh/resource-policy"] == "keep"
    assert "/Shop-IngressRole" in account["annotations"]["eks.amazonaws.com/role-arn"]
    # The controller goes on under it.
    (told,) = deployed.cloud.client("elbv2").describe_tags(ResourceArns=[balancers(deployed.cloud)["shop.shop"].arn])[
        "TagDescriptions"
    ]
    assert {"Key": "team", "Value": "back"} in told["Tags"]


def test_when_the_stack_is_destroyed_nothing_is_left(deployed: World) -> None:
    deployed.driver.destroy("Shop")
    assert left_over(deployed.cloud, deployed.kubernetes) == []
    assert deployed.cloud.denied == []
