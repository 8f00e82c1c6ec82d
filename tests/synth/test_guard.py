"""What stands between load balancers and the controller, so that a stack is gone only when they are."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import BootstraplessSynthesizer, CfnParameter, Duration, Stack, Tags, aws_lambda

import eks_ingress
from eks_ingress import (
    ApplicationLoadBalancer,
    BalancerHost,
    EksIngress,
    NetworkListener,
    NetworkService,
    Refused,
    Scheme,
    Service,
    TargetGroup,
)
from tests.synth.apps import KINDS, Shop, new_app, template, types, v2_created, v2_imported
from tests.synth.graph import Graph

GUARD = "Custom::EksIngressGuard"


def add_shop(ingress: BalancerHost) -> ApplicationLoadBalancer:
    balancer = ingress.add_load_balancer("Shop", namespace="shop")
    balancer.add_route("/", Service("web", 80))
    return balancer


def guards(resources: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [resource for resource in resources.values() if resource["Type"] == GUARD]


def waits_for(resources: Mapping[str, Any]) -> dict[str, Any]:
    """What the one guard of a template is told to wait for."""
    (found,) = guards(resources)
    return {name: value for name, value in found["Properties"].items() if name in {"Groups", "Shared", "Ingresses", "Services"}}


def test_load_balancers_go_before_their_guard_and_the_guard_before_the_controller() -> None:
    app = new_app()
    stack = Stack(app, "Shop")
    ingress = EksIngress(stack, "Ingress", cluster=v2_created(stack))
    add_shop(ingress)
    mqtt = NetworkListener.tcp(1883)
    ingress.add_network_load_balancer("Mqtt", namespace="iot", service=NetworkService({"app": "mqtt"}), listeners=[mqtt])
    ingress.add_manifests("Raw", [written("a")])
    graph = Graph(app)
    (guard,), (release,) = graph.of_type(GUARD), graph.of_type("Custom::AWSCDK-EKS-HelmChart")
    objects = graph.of_type("Custom::AWSCDK-EKS-KubernetesResource")
    assert len(objects) == 3
    assert objects <= graph.gone_before(guard)
    assert guard in graph.gone_before(release)


def test_the_function_is_there_as_long_as_the_guard_and_waits_for_no_controller() -> None:
    shop = Shop()
    add_shop(shop.ingress)
    graph = Graph(shop.app)
    function, role = ("Shop", "IngressGuardFunction"), ("Shop", "IngressGuardRole")
    assert graph.waits_for(("Shop", "IngressGuard")) >= {function, role}
    assert graph.waits_for(function) == {role}


def test_the_function_is_the_file_of_the_package() -> None:
    shop = Shop()
    add_shop(shop.ingress)
    function = shop.resources()["IngressGuardFunction"]["Properties"]
    file = Path(eks_ingress.__file__).parent / "functions" / "guard.py"
    assert function["Code"] == {"ZipFile": file.read_text("utf-8")}
    assert (function["Handler"], function["Timeout"]) == ("index.handler", 900)


def test_it_may_look_and_nothing_else() -> None:
    shop = Shop()
    add_shop(shop.ingress)
    role = shop.resources()["IngressGuardRole"]["Properties"]
    assert role.keys() == {"AssumeRolePolicyDocument", "Policies"}
    (policy,) = role["Policies"]
    look, own = policy["PolicyDocument"]["Statement"]
    assert look["Resource"] == "*"
    assert {action.partition(":Describe")[0] for action in look["Action"]} == {"ec2", "elasticloadbalancing"}
    assert own == {"Effect": "Allow", "Action": "cloudformation:DescribeStacks", "Resource": {"Ref": "AWS::StackId"}}
    assert "logs:" not in json.dumps(role)


def test_it_runs_on_the_newest_python_that_the_cdk_knows() -> None:
    shop = Shop()
    add_shop(shop.ingress)
    known = [x.name for x in aws_lambda.Runtime.ALL if x.family is aws_lambda.RuntimeFamily.PYTHON]
    newest = max(known, key=lambda name: int(name.partition(".")[2]))
    assert shop.resources()["IngressGuardFunction"]["Properties"]["Runtime"] == newest


@pytest.mark.parametrize("kind", KINDS)
def test_it_stands_on_every_kind_of_cluster(kind: str) -> None:
    app = new_app()
    stack = Stack(app, "Shop")
    ingress = EksIngress(stack, "Ingress", cluster=KINDS[kind](stack))
    add_shop(ingress)
    (guard,) = guards(template(app, "Shop")["Resources"])
    assert guard["Properties"]["Cluster"] == stack.resolve(ingress.view.name)


def test_it_needs_no_assets() -> None:
    app = new_app()
    stack = Stack(app, "Shop", synthesizer=BootstraplessSynthesizer())
    add_shop(EksIngress(stack, "Ingress", cluster=v2_imported(stack)))
    assert len(guards(template(app, "Shop")["Resources"])) == 1


def test_it_gets_the_tags_of_its_stack() -> None:
    shop = Shop()
    add_shop(shop.ingress)
    Tags.of(shop.stack).add("team", "shop")
    for name in ("IngressGuardFunction", "IngressGuardRole"):
        assert shop.resources()[name]["Properties"]["Tags"] == [{"Key": "team", "Value": "shop"}]


def test_without_a_load_balancer_there_is_none() -> None:
    shop = Shop()
    shop.ingress.add_class("Public")
    ours = TargetGroup(name="ours")
    shop.ingress.add_target_group_binding("Bound", namespace="shop", service=Service("web", 80), target_group=ours)
    plain = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"}, "spec": {"ports": [{"port": 80}]}}
    other = written("a")
    shop.ingress.add_manifests("Raw", [plain, {**other, "spec": {**other["spec"], "ingressClassName": "nginx"}}])
    resources = shop.resources()
    assert guards(resources) == []
    assert "AWS::Lambda::Function" not in types(resources)


def test_it_can_be_switched_off() -> None:
    shop = Shop({"wait_on_delete": False})
    add_shop(shop.ingress)
    resources = shop.resources()
    assert guards(resources) == []
    assert not [name for name in resources if "Guard" in name]


@pytest.mark.parametrize(("time", "seconds"), [(timedelta(minutes=1), 60), (Duration.minutes(14), 840)])
def test_its_time_can_be_chosen(time: Any, seconds: int) -> None:
    shop = Shop({"wait_on_delete": time})
    add_shop(shop.ingress)
    assert guards(shop.resources())[0]["Properties"]["Seconds"] == seconds


def test_its_time_is_ten_minutes_by_default() -> None:
    shop = Shop()
    add_shop(shop.ingress)
    assert guards(shop.resources())[0]["Properties"]["Seconds"] == 600


@pytest.mark.parametrize("time", [timedelta(seconds=59), Duration.minutes(15), True, None, 600])
def test_a_time_that_no_function_can_wait_is_refused(time: Any) -> None:
    with pytest.raises(Refused, match="wait_on_delete"):
        Shop({"wait_on_delete": time})
    stack = Stack(new_app(), "Shop")
    with pytest.raises(Refused, match="wait_on_delete"):
        EksIngress.from_existing(stack, "Ingress", cluster=v2_imported(stack), wait_on_delete=time)


def test_it_waits_for_the_groups_and_services_of_its_stack() -> None:
    shop = Shop()
    add_shop(shop.ingress)
    listeners = [NetworkListener.tcp(1883)]
    shop.ingress.add_network_load_balancer("Mqtt", namespace="iot", service=NetworkService({"app": "mqtt"}), listeners=listeners)
    shop.ingress.add_manifests("Raw", [written("alone")])
    assert waits_for(shop.resources()) == {"Groups": ["raw/alone", "shop.shop"], "Services": ["iot/mqtt"]}


def test_it_does_not_wait_for_a_service_that_stays() -> None:
    shop = Shop()
    there, listeners = NetworkService.existing("dns"), [NetworkListener.udp(53)]
    shop.ingress.add_network_load_balancer("Dns", namespace="net", service=there, listeners=listeners, scheme=Scheme.INTERNAL)
    assert guards(shop.resources()) == []


def test_a_group_that_an_ingress_names_is_waited_for_as_one_that_others_may_share() -> None:
    shop = Shop()
    shop.ingress.add_manifests("Raw", [written("a", "common"), written("b", "common")])
    assert waits_for(shop.resources()) == {"Shared": ["common"], "Ingresses": ["raw/a", "raw/b"]}


def test_a_group_of_a_class_is_one_that_others_may_share() -> None:
    shop = Shop()
    body = {"apiVersion": "elbv2.k8s.aws/v1beta1", "kind": "IngressClassParams", "metadata": {"name": "public"}}
    params = {**body, "spec": {"group": {"name": "common"}}}
    reference = {"apiGroup": "elbv2.k8s.aws", "kind": "IngressClassParams", "name": "public"}
    of_class = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "IngressClass",
        "metadata": {"name": "public"},
        "spec": {"controller": "ingress.k8s.aws/alb", "parameters": reference},
    }
    member = written("a")
    shop.ingress.add_manifests("Raw", [params, of_class, {**member, "spec": {**member["spec"], "ingressClassName": "public"}}])
    assert waits_for(shop.resources()) == {"Shared": ["common"], "Ingresses": ["raw/a"]}


def test_an_ingress_that_joins_the_group_of_a_load_balancer_in_its_stack_is_waited_for_with_it() -> None:
    shop = Shop()
    add_shop(shop.ingress)
    shop.ingress.add_manifests("Raw", [written("a", "shop.shop")])
    assert waits_for(shop.resources())["Groups"] == ["shop.shop"]


def test_names_that_only_cloudformation_knows_are_handed_on() -> None:
    shop = Shop()
    name = CfnParameter(shop.stack, "Name").value_as_string
    alone = written("alone")
    alone["metadata"]["namespace"] = name
    shop.ingress.add_manifests("Raw", [written("a", name), alone])
    group = {"Fn::Join": ["", [{"Ref": "Name"}, "/alone"]]}
    assert waits_for(shop.resources()) == {"Groups": [group], "Shared": [{"Ref": "Name"}], "Ingresses": ["raw/a"]}


def test_the_guard_of_a_teams_stack_waits_for_what_the_team_made() -> None:
    shop = Shop()
    add_shop(shop.ingress)
    team = Stack(shop.app, "Team")
    ApplicationLoadBalancer(team, "Reports", shop.ingress, namespace="reports").add_route("/", Service("web", 80))
    graph = Graph(shop.app)
    assert waits_for(template(shop.app, "Team")["Resources"]) == {"Groups": ["reports.reports"]}
    assert waits_for(shop.resources()) == {"Groups": ["shop.shop"]}
    ((_, guard),) = (node for node in graph.of_type(GUARD) if node[0] == "Team")
    objects = {node for node in graph.of_type("Custom::AWSCDK-EKS-KubernetesResource") if node[0] == "Team"}
    assert objects <= graph.gone_before(("Team", guard))


def test_a_load_balancer_to_which_a_team_adds_routes_is_waited_for_where_it_was_added() -> None:
    shop = Shop()
    shop.ingress.add_load_balancer("Shop", namespace="shop")
    team = Stack(shop.app, "Team")
    shop.ingress.load_balancer("Shop", team, namespace="cart").add_route("/cart", Service("cart", 80))
    assert guards(template(shop.app, "Team")["Resources"]) == []
    assert waits_for(shop.resources()) == {"Groups": ["shop.shop"]}


def test_a_group_over_two_stacks_leaves_each_with_its_own_ingresses() -> None:
    shop = Shop()
    stacks = [Stack(shop.app, name) for name in ("One", "Two")]
    for stack, name in zip(stacks, "ab", strict=True):
        eks_ingress.KubernetesManifests(stack, "Raw", shop.ingress, [written(name, "common")])
    found = [waits_for(template(shop.app, stack.node.id)["Resources"]) for stack in stacks]
    assert found == [{"Shared": ["common"], "Ingresses": [f"raw/{name}"]} for name in "ab"]


def test_two_controllers_with_one_id_have_a_guard_each_in_a_stack_of_both() -> None:
    app = new_app()
    team = Stack(app, "Team")
    for name in ("East", "West"):
        stack = Stack(app, name)
        cluster = v2_imported(stack, cluster_name=name.lower())
        ingress = EksIngress(stack, "Ingress", cluster=cluster)
        ApplicationLoadBalancer(team, name, ingress, namespace="shop").add_route("/", Service("web", 80))
    found = guards(template(app, "Team")["Resources"])
    assert [(x["Properties"]["Cluster"], x["Properties"]["Groups"]) for x in found] == [
        ("east", ["shop.east"]),
        ("west", ["shop.west"]),
    ]


def test_of_a_controller_that_somebody_else_installed_it_waits_too() -> None:
    app = new_app()
    stack = Stack(app, "Shop")
    add_shop(EksIngress.from_existing(stack, "Ingress", cluster=v2_imported(stack)))
    graph = Graph(app)
    (guard,) = graph.of_type(GUARD)
    assert graph.gone_before(guard) == graph.of_type("Custom::AWSCDK-EKS-KubernetesResource")


def test_objects_wait_for_the_controller_in_a_stack_without_a_guard_too() -> None:
    shop = Shop()
    shop.ingress.add_class("Public")
    found = shop.resources()
    (of_class,) = (found[name] for name in found if name.startswith("IngressIngressClassPublic"))
    assert of_class["DependsOn"] == ["IngressChart"]


def test_adding_a_load_balancer_changes_what_it_waits_for_and_nothing_else() -> None:
    first, second = Shop(), Shop()
    for shop in (first, second):
        add_shop(shop.ingress)
    second.ingress.add_load_balancer("More", namespace="shop").add_route("/", Service("web", 80))
    before, after = first.resources(), second.resources()
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"IngressGuard"}
    assert after["IngressGuard"]["Properties"]["Groups"] == ["shop.more", "shop.shop"]


def test_moving_it_within_its_stack_replaces_nothing() -> None:
    shop = Shop()
    add_shop(shop.ingress)
    names = {name for name in shop.resources() if "Guard" in name}
    assert names == {"IngressGuard", "IngressGuardFunction", "IngressGuardRole"}


def written(name: str, group: str | None = None) -> dict[str, Any]:
    path = {"path": f"/{name}", "pathType": "Prefix", "backend": {"service": {"name": "web", "port": {"number": 80}}}}
    annotations = {} if group is None else {"alb.ingress.kubernetes.io/group.name": group}
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {"name": name, "namespace": "raw", "annotations": annotations},
        "spec": {"ingressClassName": "alb", "rules": [{"http": {"paths": [path]}}]},
    }
