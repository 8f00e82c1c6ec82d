"""Target groups of the app, or of others, that get their targets from the cluster."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, Environment, Stack, aws_ec2, aws_iam
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk.assertions import Annotations, Match

from eks_ingress import (
    AllowedTraffic,
    ControllerOptions,
    EksIngress,
    Feature,
    Identity,
    Ingress,
    IngressPath,
    IngressRule,
    NodeSelector,
    Permissions,
    Service,
    TargetGroup,
    TargetGroupBinding,
    TargetType,
)
from tests.synth.apps import FLAGS, Shop, known_vpc, kubernetes_objects, new_app, plain, v2_imported
from tests.synth.graph import Graph, Node

HERE = r"\(tests/synth/test_target_group_bindings\.py:\d+\)"
ARN = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/blue/0123456789abcdef"
ROLE = "arn:aws:iam::444455556666:role/targets"
STRICT = {"permissions": Permissions.STRICT}
REGISTER = ["elasticloadbalancing:RegisterTargets", "elasticloadbalancing:DeregisterTargets"]


def target_group(stack: Stack, id: str = "Targets", **settings: Any) -> elbv2.ApplicationTargetGroup:
    vpc: Any = stack.node.try_find_child("Vpc") or known_vpc(stack)
    return elbv2.ApplicationTargetGroup(stack, id, **{"vpc": vpc, "port": 80, "target_type": elbv2.TargetType.IP, **settings})


def bind(shop: Shop, id: str = "Storefront", **words: Any) -> TargetGroupBinding:
    plain_words = {"namespace": "shop", "service": Service("storefront", 80), "target_group": ARN}
    return shop.ingress.add_target_group_binding(id, **{**plain_words, **words})


def granted(resources: dict[str, Any]) -> list[dict[str, Any]]:
    """The statements of the policies that bindings brought."""
    return [
        statement
        for name, resource in resources.items()
        if name.startswith("IngressRights")
        for statement in resource["Properties"]["PolicyDocument"]["Statement"]
    ]


def bindings(graph: Graph) -> list[Node]:
    return [node for node in graph.types if "TargetGroupBinding" in node[1]]


def spec(shop: Shop) -> dict[str, Any]:
    found: dict[str, Any] = shop.ingress_object()["spec"]
    return found


# The object


def test_a_binding_is_one_object_after_the_controller_and_after_its_target_group() -> None:
    shop = Shop()
    guard = aws_ec2.SecurityGroup(shop.stack, "Guard", vpc=shop.cluster.vpc)
    group = target_group(shop.stack)
    bind(shop, target_group=group, networking=AllowedTraffic(guard, ports="http"))
    assert shop.ingress_object() == {
        "apiVersion": "elbv2.k8s.aws/v1beta1",
        "kind": "TargetGroupBinding",
        "metadata": {"name": "storefront", "namespace": "shop"},
        "spec": {
            "targetGroupARN": "<Targets7ED976EF>",
            "targetType": "ip",
            "serviceRef": {"name": "storefront", "port": 80},
            "networking": {
                "ingress": [
                    {
                        "from": [{"securityGroup": {"groupID": plain(shop.stack.resolve(guard.security_group_id))}}],
                        "ports": [{"port": "http", "protocol": "TCP"}],
                    }
                ]
            },
        },
    }
    graph = Graph(shop.app)
    (binding,) = bindings(graph)
    before = graph.of_type("Custom::AWSCDK-EKS-HelmChart", "AWS::ElasticLoadBalancingV2::TargetGroup", "AWS::EC2::SecurityGroup")
    assert len(before) == 3
    assert before <= graph.waits_for(binding)
    assert all(binding in graph.gone_before(thing) for thing in before)


def test_a_listener_may_be_waited_for() -> None:
    shop = Shop()
    group = target_group(shop.stack)
    action = elbv2.CfnListener.ActionProperty(type="forward", target_group_arn=group.target_group_arn)
    listener = elbv2.CfnListener(shop.stack, "Http", load_balancer_arn="arn:theirs", default_actions=[action], port=80)
    bind(shop, target_group=group).node.add_dependency(listener)
    graph = Graph(shop.app)
    (node,) = bindings(graph)
    assert graph.of_type("AWS::ElasticLoadBalancingV2::Listener") <= graph.waits_for(node)


def test_a_binding_and_an_ingress_may_have_one_name() -> None:
    shop = Shop()
    bind(shop, name="web")
    path = IngressPath("/", "Prefix", Service("web", 80))
    shop.ingress.add_ingress("Web", Ingress(namespace="shop", rules=[IngressRule(None, [path])]))
    assert sorted(body["kind"] for body in shop.objects()) == ["Ingress", "TargetGroupBinding"]


def test_two_bindings_of_one_name_are_refused() -> None:
    shop = Shop()
    bind(shop, name="web")
    bind(shop, "Other", name="web", target_group=TargetGroup(name="green"))
    assert re.search(r"TargetGroupBinding 'shop/web' belongs to Shop/Ingress/Storefront", shop.refusal())


# What the target group of the app says


@pytest.mark.parametrize(
    ("type", "written"),
    [(elbv2.TargetType.IP, "ip"), (elbv2.TargetType.INSTANCE, "instance"), (None, "instance")],
)
def test_the_target_type_is_that_of_the_target_group(type: elbv2.TargetType | None, written: str) -> None:
    shop = Shop()
    bind(shop, target_group=target_group(shop.stack, target_type=type))
    assert spec(shop)["targetType"] == written


@pytest.mark.parametrize("form", ["object", "ref", "attribute"])
def test_a_target_group_of_the_first_level_is_taken_in_each_form(form: str) -> None:
    shop = Shop()
    group = elbv2.CfnTargetGroup(shop.stack, "Targets", target_type="ip")
    bind(shop, target_group={"object": group, "ref": group.ref, "attribute": group.attr_target_group_arn}[form])
    assert spec(shop)["targetGroupARN"] in ("<Targets>", "<Targets.TargetGroupArn>")
    assert spec(shop)["targetType"] == "ip"


def test_of_a_target_group_of_others_nothing_is_known() -> None:
    shop = Shop()
    theirs = elbv2.ApplicationTargetGroup.from_target_group_attributes(shop.stack, "Theirs", target_group_arn=ARN)
    bind(shop, target_group=theirs)
    assert spec(shop) == {"targetGroupARN": ARN, "serviceRef": {"name": "storefront", "port": 80}}


def test_another_target_type_than_that_of_the_target_group_is_refused() -> None:
    shop = Shop()
    bind(shop, target_group=target_group(shop.stack), target_type=TargetType.INSTANCE)
    assert re.search(rf"Shop/Ingress/Storefront  {HERE}\n +target_type .* is not that of the target group, 'ip'\.", shop.refusal())


def test_what_the_target_group_says_is_held_against_the_other_words() -> None:
    shop = Shop()
    bind(shop, target_group=target_group(shop.stack), node_selector=NodeSelector({"pool": "web"}))
    assert "chooses among nodes, while the targets are pods" in shop.refusal()


def test_a_target_group_of_functions_is_refused() -> None:
    shop = Shop()
    bind(shop, target_group=elbv2.CfnTargetGroup(shop.stack, "Targets", target_type="lambda"))
    assert "has targets of the type lambda, and the controller registers pods and nodes alone" in shop.refusal()


# What is wrong


def test_all_that_is_wrong_is_told_where_it_was_written() -> None:
    shop = Shop()
    bind(shop, target_group="blue", external_id="x")
    refusal = shop.refusal()
    assert re.search(rf"error  Shop/Ingress/Storefront  {HERE}\n +target group 'blue' is not the ARN of one\.", refusal)


def test_a_target_group_that_is_bound_twice_is_refused_with_the_words_of_the_webhook() -> None:
    shop = Shop()
    group = target_group(shop.stack)
    bind(shop, target_group=group)
    bind(shop, "Second", target_group=group)
    assert re.search(rf"EKI362 error  Shop/Ingress/Second  {HERE}\n", shop.refusal())


def test_others_may_share_a_target_group() -> None:
    shop = Shop()
    group = target_group(shop.stack)
    for name in ("One", "Other"):
        bind(shop, name, target_group=group, multi_cluster=True)
    assert len(shop.objects()) == 2


def test_a_target_group_of_another_region_is_refused() -> None:
    shop = Shop(env=Environment(account="111122223333", region="eu-central-1"))
    bind(shop)
    words = f"targetGroupARN names {ARN}, which is in eu-west-1, while the controller is in eu-central-1."
    assert re.search(rf"EKI240 error  Shop/Ingress/Storefront  {HERE}\n +{re.escape(words)}", shop.refusal())


def test_a_binding_in_a_namespace_that_nobody_watches_is_refused() -> None:
    shop = Shop({"options": ControllerOptions(watch_namespace="cart")})
    bind(shop)
    assert "a TargetGroupBinding of it is in namespace 'shop', but the controller watches 'cart' only." in shop.refusal()


def test_a_message_names_what_is_known_later_as_the_template_does() -> None:
    shop = Shop()
    group = target_group(shop.stack)
    for name in ("One", "Other"):
        bind(shop, name, target_group=group)
    assert "target group ${Targets7ED976EF} is bound by" in shop.refusal()


def test_nodes_as_targets_have_no_readiness_gate() -> None:
    shop = Shop()
    bind(shop, target_type=TargetType.INSTANCE, pod_readiness_gate=True)
    assert "pod_readiness_gate True is for pods as targets, and the targets are nodes." in shop.refusal()


# Rights


@pytest.mark.parametrize("level", [Permissions.UPSTREAM, Permissions.CLUSTER])
def test_the_other_levels_allow_all_target_groups(level: Permissions) -> None:
    shop = Shop({"permissions": level})
    bind(shop, target_group=target_group(shop.stack))
    assert granted(shop.resources()) == []


def test_strict_gets_the_right_for_this_target_group_before_the_binding_and_as_long_as_it() -> None:
    shop = Shop(STRICT)
    bind(shop, target_group=target_group(shop.stack))
    resources = shop.resources()
    assert granted(resources) == [
        {"Sid": "RegisterInNamedTargetGroups", "Effect": "Allow", "Action": REGISTER, "Resource": {"Ref": "Targets7ED976EF"}}
    ]
    (policy,) = (resource for name, resource in resources.items() if name.startswith("IngressRights"))
    assert policy["Properties"]["Roles"] == [{"Ref": "IngressRole"}]
    (binding,) = (resource for name, resource in resources.items() if "TargetGroupBinding" in name)
    assert [name for name in binding["DependsOn"] if name.startswith("IngressRights")]


def test_a_binding_that_is_taken_out_leaves_the_rights_of_the_others_as_they_were() -> None:
    def made(*names: str) -> dict[str, Any]:
        shop = Shop(STRICT)
        for name in names:
            bind(shop, name, target_group=TargetGroup(name=name.lower()))
        return shop.resources()

    both, one = made("Blue", "Green"), made("Green")
    assert {name: both[name] for name in one} == one
    assert len(both) == len(one) + 2


def test_a_target_group_that_the_controller_knows_already_needs_no_further_right() -> None:
    shop = Shop({**STRICT, "target_groups": [ARN]})
    bind(shop)
    assert granted(shop.resources()) == []


def test_a_target_group_by_name_is_one_target_group_of_the_account() -> None:
    shop = Shop(STRICT, env=Environment(account="111122223333", region="eu-west-1"))
    bind(shop, target_group=TargetGroup(name="blue"))
    (statement,) = granted(shop.resources())
    assert statement["Resource"] == "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/blue/*"


@pytest.mark.parametrize("level", Permissions)
def test_a_role_is_taken_on_at_every_level_and_no_other(level: Permissions) -> None:
    shop = Shop({"permissions": level})
    bind(shop, role=ROLE, external_id="shop")
    assert granted(shop.resources()) == [
        {"Sid": "RegisterInOtherAccounts", "Effect": "Allow", "Action": "sts:AssumeRole", "Resource": ROLE}
    ]


@pytest.mark.parametrize(
    "settings", [{"target_group_roles": [ROLE]}, {"features": [Feature.CROSS_ACCOUNT_TARGET_GROUPS]}], ids=["role", "feature"]
)
def test_a_role_that_the_controller_may_take_on_already_needs_no_further_right(settings: dict[str, Any]) -> None:
    shop = Shop(settings)
    bind(shop, role=ROLE)
    assert granted(shop.resources()) == []


def test_a_feature_with_other_roles_does_not_have_this_one() -> None:
    shop = Shop({"features": [Feature.CROSS_ACCOUNT_TARGET_GROUPS], "target_group_roles": [f"{ROLE}2"]})
    bind(shop, role=aws_iam.Role.from_role_arn(shop.stack, "Theirs", ROLE))
    assert [statement["Resource"] for statement in granted(shop.resources())] == [ROLE]


def test_a_role_that_exists_gets_the_right_with_its_policy_or_not_at_all() -> None:
    for attach in (True, False):
        app = new_app()
        stack = Stack(app, "Shop")
        role = aws_iam.Role.from_role_arn(stack, "Own", "arn:aws:iam::111122223333:role/own")
        identity = Identity.existing_role(role, attach_policy=attach)
        ingress = EksIngress(stack, "Ingress", cluster=v2_imported(stack), identity=identity)
        ingress.add_target_group_binding("Storefront", namespace="shop", service=Service("web", 80), target_group=ARN, role=ROLE)
        resources = app.synth().get_stack_by_name("Shop").template["Resources"]
        policies = [x["Properties"]["Roles"] for name, x in resources.items() if name.startswith("IngressRights")]
        assert policies == ([["own"]] if attach else [])


def test_of_a_controller_that_somebody_else_installed_only_the_binding_is_made() -> None:
    app = new_app()
    stack = Stack(app, "Shop")
    ingress = EksIngress.from_existing(stack, "Ingress", cluster=v2_imported(stack))
    ingress.add_target_group_binding("Storefront", namespace="shop", service=Service("web", 80), target_group=ARN, role=ROLE)
    resources = app.synth().get_stack_by_name("Shop").template["Resources"]
    assert [resource["Type"] for resource in resources.values()] == ["Custom::AWSCDK-EKS-KubernetesResource"]


def test_more_bindings_than_a_role_can_have_policies_for_are_refused() -> None:
    shop = Shop(STRICT)
    for number in range(50):
        bind(shop, f"B{number}", target_group=TargetGroup(name=f"group-{number}"))
    assert "50 TargetGroupBindings need policies of more than 10,240 characters" in shop.refusal()


def test_as_many_as_fit_are_taken() -> None:
    shop = Shop(STRICT)
    for number in range(30):
        bind(shop, f"B{number}", target_group=TargetGroup(name=f"group-{number}"))
    assert len(granted(shop.resources())) == 30


def test_a_binding_in_yaml_gets_its_right_too() -> None:
    shop = Shop(STRICT)
    body = {
        "apiVersion": "elbv2.k8s.aws/v1beta1",
        "kind": "TargetGroupBinding",
        "metadata": {"name": "theirs", "namespace": "shop"},
        "spec": {"targetGroupARN": ARN, "serviceRef": {"name": "web", "port": 80}},
    }
    built_in = {**body, "apiVersion": "eks.amazonaws.com/v1"}
    shop.ingress.add_manifests("Theirs", body, built_in)
    resources = shop.resources()
    assert [statement["Resource"] for statement in granted(resources)] == [ARN]
    waiting = [x for x in resources.values() if any(name.startswith("IngressRights") for name in x.get("DependsOn", ()))]
    assert [json.loads(x["Properties"]["Manifest"])[0]["apiVersion"] for x in waiting] == ["elbv2.k8s.aws/v1beta1"]


# Stacks


def test_a_target_group_of_the_team_needs_nothing_of_the_controllers_stack_that_depends_on_the_team() -> None:
    app = new_app()
    platform, team = Stack(app, "Platform"), Stack(app, "Team")
    ingress = EksIngress(platform, "Ingress", cluster=v2_imported(platform), permissions=Permissions.STRICT)
    group = target_group(team)
    TargetGroupBinding(team, "Storefront", ingress, namespace="shop", service=Service("web", 80), target_group=group)
    graph = Graph(app)
    assembly = app.synth()
    here, there = (assembly.get_stack_by_name(name) for name in ("Team", "Platform"))
    assert [stack.id for stack in here.dependencies if not stack.id.endswith(".assets")] == ["Platform"]
    assert [stack.id for stack in there.dependencies if not stack.id.endswith(".assets")] == []
    assert [x["Resource"] for x in granted(here.template["Resources"])] == [{"Ref": "Targets7ED976EF"}]
    assert granted(there.template["Resources"]) == []
    (binding,) = bindings(graph)
    assert {name for _, name in graph.waits_for(binding)} >= {"IngressChart", "IngressRole", "Targets7ED976EF"}
    (policy,) = (node for node in graph.types if node[1].startswith("IngressRights"))
    assert binding in graph.gone_before(policy)


def test_a_target_group_of_a_third_stack_may_be_bound_by_the_team() -> None:
    app = new_app()
    platform, network, team = Stack(app, "Platform"), Stack(app, "Network"), Stack(app, "Team")
    ingress = EksIngress(platform, "Ingress", cluster=v2_imported(platform), permissions=Permissions.STRICT)
    group = target_group(network)
    TargetGroupBinding(team, "Storefront", ingress, namespace="shop", service=Service("web", 80), target_group=group)
    resources = app.synth().get_stack_by_name("Team").template["Resources"]
    (body,) = kubernetes_objects(resources)
    (statement,) = granted(resources)
    assert body["spec"]["targetGroupARN"] == plain(statement["Resource"])
    assert body["spec"]["targetType"] == "ip"


# What is told


def test_the_plan_has_the_binding() -> None:
    shop = Shop()
    bind(shop, target_group=TargetGroup(name="blue"))
    (bound,) = shop.ingress.plan().bindings
    assert (bound.name, bound.target_group, bound.service) == ("shop/storefront", "blue", "shop/storefront:80")


def test_the_plan_in_the_assembly_has_it_as_the_template_does(tmp_path: Path) -> None:
    shop = Shop(app=App(context=FLAGS, outdir=str(tmp_path)))
    bind(shop, target_group=target_group(shop.stack))
    shop.app.synth()
    told = json.loads((tmp_path / "Shop.Ingress.plan.json").read_text("utf-8"))
    (bound,) = told["target_group_bindings"]
    assert bound["id"] == "shop/storefront"
    assert bound["spec"]["targetGroupARN"] == "${Targets7ED976EF}"


def test_nothing_is_warned_of_in_a_binding_as_it_should_be() -> None:
    shop = Shop(STRICT)
    bind(shop, target_group=target_group(shop.stack), networking=AllowedTraffic("sg-0a1b"))
    assert Annotations.from_stack(shop.stack).find_warning("*", Match.any_value()) == []
