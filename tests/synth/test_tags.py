"""`Tags.of(…)` on a load balancer, and on any scope above it, reaches the AWS tags of what the controller makes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk import App, CfnParameter, Stack, Stage, Tags
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from constructs import Construct
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eks_ingress import (
    ApplicationLoadBalancer,
    ClassSettings,
    EksIngress,
    Ingress,
    KubernetesIngress,
    LoadBalancerSettings,
    NetworkListener,
    NetworkLoadBalancer,
    NetworkService,
    Refused,
    Service,
)
from tests.synth.apps import FLAGS, Shop, kubernetes_objects, new_app, template, v2_imported

ALB_TAGS = "alb.ingress.kubernetes.io/tags"
NLB_TAGS = "service.beta.kubernetes.io/aws-load-balancer-additional-resource-tags"
LOAD_BALANCER = "AWS::ElasticLoadBalancingV2::LoadBalancer"


def alb(scope: Construct, ingress: Any, name: str = "Shop", **more: Any) -> ApplicationLoadBalancer:
    balancer = ApplicationLoadBalancer(scope, name, ingress, namespace="shop", **more)
    balancer.add_route("/", Service("web", 80))
    return balancer


def nlb(shop: Shop, **more: Any) -> NetworkLoadBalancer:
    service, listeners = NetworkService({"app": "mqtt"}), [NetworkListener.tcp(1883)]
    return shop.ingress.add_network_load_balancer("Mqtt", namespace="iot", service=service, listeners=listeners, **more)


def tags(app: App, stack: str = "Shop") -> dict[str, dict[str, str]]:
    """The tags that are written, by name of the object."""
    bodies = [body for body in kubernetes_objects(template(app, stack)["Resources"]) if body["kind"] in ("Ingress", "Service")]
    texts = {body["metadata"]["name"]: body["metadata"].get("annotations", {}) for body in bodies}
    found = {name: said.get(ALB_TAGS, said.get(NLB_TAGS, "")) for name, said in texts.items()}
    return {name: dict(pair.split("=", 1) for pair in text.split(",") if pair) for name, text in found.items()}


@pytest.mark.parametrize("scope", [lambda shop: shop.app, lambda shop: shop.stack, lambda shop: shop.ingress])
def test_tags_of_any_scope_above_reach_every_load_balancer(scope: Callable[[Shop], Construct]) -> None:
    shop = Shop()
    shop.ingress.add_load_balancer("Shop", namespace="shop").add_route("/", Service("web", 80))
    nlb(shop)
    Tags.of(scope(shop)).add("team", "shop")
    assert tags(shop.app) == {"shop": {"team": "shop"}, "mqtt": {"team": "shop"}}


@pytest.mark.parametrize("flags", [FLAGS, {}, {"@aws-cdk/core:aspectPrioritiesMutating": True}])
def test_tags_of_a_load_balancer_reach_it_alone(flags: dict[str, Any]) -> None:
    shop = Shop(app=App(context=flags))
    tagged = alb(shop.stack, shop.ingress)
    alb(shop.stack, shop.ingress, "Other")
    Tags.of(tagged).add("team", "shop")
    assert tags(shop.app) == {"shop": {"team": "shop"}, "other": {}}


def test_what_is_said_of_the_load_balancer_itself_wins() -> None:
    shop = Shop()
    balancer = alb(shop.stack, shop.ingress, tags={"team": "shop"})
    Tags.of(shop.app).add("team", "everyone")
    Tags.of(balancer).add("cost", "42")
    assert tags(shop.app) == {"shop": {"team": "shop", "cost": "42"}}


def test_load_balancers_can_be_left_out() -> None:
    shop = Shop()
    alb(shop.stack, shop.ingress)
    Tags.of(shop.stack).add("all", "but these", exclude_resource_types=[LOAD_BALANCER])
    Tags.of(shop.stack).add("only", "buckets", include_resource_types=["AWS::S3::Bucket"])
    Tags.of(shop.stack).add("only", "these", include_resource_types=[LOAD_BALANCER])
    assert tags(shop.app) == {"shop": {"only": "these"}}


def test_what_is_removed_is_not_there() -> None:
    shop = Shop()
    balancer = alb(shop.stack, shop.ingress)
    Tags.of(shop.app).add("team", "shop")
    Tags.of(shop.app).add("cost", "42")
    Tags.of(balancer).remove("team")
    assert tags(shop.app) == {"shop": {"cost": "42"}}


ACTIONS = st.tuples(
    st.sampled_from(["app", "stack", "balancer"]),
    st.sampled_from(["add", "remove"]),
    st.sampled_from(["a", "b"]),
    st.sampled_from(["1", "2"]),
    st.sampled_from([None, 10, 100, 200, 300]),
    st.sampled_from([None, [LOAD_BALANCER], ["AWS::S3::Bucket"]]),
    st.sampled_from([None, [LOAD_BALANCER], ["AWS::S3::Bucket"]]),
)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(ACTIONS, min_size=1, max_size=6))
def test_they_are_those_of_a_load_balancer_that_the_cdk_makes_beside_it(actions: list[Any]) -> None:
    shop = Shop()
    balancer = alb(shop.stack, shop.ingress)
    elbv2.CfnLoadBalancer(balancer, "Beside")
    scopes = {"app": shop.app, "stack": shop.stack, "balancer": balancer}
    for scope, action, key, value, priority, include, exclude in actions:
        given: dict[str, Any] = {"priority": priority, "include_resource_types": include, "exclude_resource_types": exclude}
        given = {name: said for name, said in given.items() if said is not None}
        if action == "add":
            Tags.of(scopes[scope]).add(key, value, **given)
        else:
            Tags.of(scopes[scope]).remove(key, **given)
    beside = next(x for x in shop.resources().values() if x["Type"] == LOAD_BALANCER)
    theirs = {tag["Key"]: tag["Value"] for tag in beside.get("Properties", {}).get("Tags", [])}
    assert tags(shop.app) == {"shop": theirs}


def test_tags_do_not_reach_beyond_a_stage_as_they_do_not_in_the_cdk() -> None:
    app = new_app()
    stage = Stage(app, "Prod")
    stack = Stack(stage, "Shop")
    alb(stack, EksIngress(stack, "Ingress", cluster=v2_imported(stack)))
    Tags.of(app).add("app", "shop")
    Tags.of(stage).add("stage", "prod")
    resources = app.synth().get_nested_assembly("assembly-Prod").stacks[0].template["Resources"]
    (ingress,) = [body for body in kubernetes_objects(resources) if body["kind"] == "Ingress"]
    assert ingress["metadata"]["annotations"][ALB_TAGS] == "stage=prod"


def test_a_load_balancer_in_another_stack_has_the_tags_of_that_one() -> None:
    shop = Shop()
    team = Stack(shop.app, "ATeam")
    alb(team, shop.ingress)
    Tags.of(shop.stack).add("stack", "platform")
    Tags.of(team).add("stack", "team")
    assert tags(shop.app, "ATeam") == {"shop": {"stack": "team"}}


def test_parts_of_a_load_balancer_have_its_tags_and_none_of_their_own() -> None:
    shop = Shop()
    balancer = alb(shop.stack, shop.ingress)
    team = Stack(shop.app, "Team")
    part = shop.ingress.load_balancer("Shop", team, namespace="cart")
    part.add_route("/cart", Service("cart", 80))
    Tags.of(shop.stack).add("owner", "platform")
    Tags.of(team).add("owner", "cart")
    Tags.of(part).add("part", "cart")
    assert tags(shop.app) == {"shop": {"owner": "platform"}}
    assert tags(shop.app, "Team") == {"shop-team": {"owner": "platform"}}
    assert balancer.plan.tags == (("owner", "platform"),)


def plain(shop: Shop, name: str, **more: Any) -> None:
    spec = Ingress(namespace="shop", default_backend=Service("web", 80), **more)
    KubernetesIngress(shop.stack, name, shop.ingress, spec)


def test_an_ingress_with_a_load_balancer_of_its_own_has_them_and_a_member_of_a_group_has_not() -> None:
    shop = Shop()
    plain(shop, "Alone", settings=LoadBalancerSettings(tags={"cost": "42"}))
    plain(shop, "Member", group_name="shared")
    shop.ingress.add_class("Grouped", settings=ClassSettings(group_name="by-class"))
    plain(shop, "OfClass", class_name="grouped")
    Tags.of(shop.stack).add("team", "shop")
    assert tags(shop.app) == {"alone": {"team": "shop", "cost": "42"}, "member": {}, "of-class": {}}


def test_the_plan_has_them_before_synthesis_and_follows_what_is_added_later() -> None:
    shop = Shop()
    balancer, network = alb(shop.stack, shop.ingress), nlb(shop)
    Tags.of(shop.stack).add("team", "shop")
    assert balancer.plan.tags == network.plan.tags == (("team", "shop"),)
    Tags.of(balancer).add("team", "checkout")
    assert balancer.plan.tags == (("team", "checkout"),)
    assert tags(shop.app) == {"shop": {"team": "checkout"}, "mqtt": {"team": "shop"}}


def test_those_that_others_manage_are_left_to_them() -> None:
    shop = Shop(settings={"values": {"externalManagedTags": ["cost"]}})
    alb(shop.stack, shop.ingress)
    Tags.of(shop.stack).add("cost", "42")
    Tags.of(shop.stack).add("team", "shop")
    assert tags(shop.app) == {"shop": {"team": "shop"}}


def test_those_that_a_class_decides_are_left_to_it() -> None:
    shop = Shop()
    made = shop.ingress.add_class("Laid", settings=ClassSettings(tags={"team": "platform"}))
    balancer = alb(shop.stack, shop.ingress, ingress_class=made)
    Tags.of(shop.stack).add("team", "shop")
    Tags.of(shop.stack).add("cost", "42")
    assert balancer.plan.tags == (("cost", "42"), ("team", "platform"))
    assert list(shop.app.synth().get_stack_by_name("Shop").messages) == []


def test_a_value_may_be_known_only_at_deploy_time() -> None:
    shop = Shop()
    alb(shop.stack, shop.ingress)
    Tags.of(shop.stack).add("team", CfnParameter(shop.stack, "Team").value_as_string)
    assert tags(shop.app) == {"shop": {"team": "<Team>"}}


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        (
            "team",
            "a,b",
            "value of 'team' in tags of `Tags.of(…)`, 'a,b' is no text that AWS and the",
        ),
        (
            "elbv2.k8s.aws/cluster",
            "x",
            "key in tags of `Tags.of(…)` 'elbv2.k8s.aws/cluster' is a tag of AWS' or of",
        ),
    ],
)
def test_what_a_load_balancer_cannot_have_is_refused_with_the_way_to_leave_it_out(key: str, value: str, told: str) -> None:
    shop = Shop()
    balancer, network = alb(shop.stack, shop.ingress), nlb(shop)
    Tags.of(shop.stack).add(key, value)
    for tagged in (balancer, network):
        with pytest.raises(Refused, match="in tags of") as refused:
            _ = tagged.plan
        assert told in str(refused.value)
    refusal = shop.refusal()
    assert refusal.count(told) == 2
    assert "Or leave load balancers out of it: `exclude_resource_types=['AWS::ElasticLoadBalancingV2::LoadBalancer']`." in refusal
