"""Story 3: stacks are destroyed, and leave nothing behind; or say what is left, and the controller stays until it is gone."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Literal

import pytest
from aws_cdk import App, CfnOutput, Stack

from eks_ingress import ApplicationLoadBalancer, HealthCheck, NetworkListener, NetworkService, Service
from tests.deploy.processes import wait_until
from tests.deploy.stacks.state import StackFailed
from tests.deploy.stories.apps import Platform, ingress_of, synth
from tests.deploy.stories.seen import balancers, left_over
from tests.deploy.stories.world import World

GUARD = "Custom::EksIngressGuard"
OBJECT = "Custom::AWSCDK-EKS-KubernetesResource"
RELEASE = "Custom::AWSCDK-EKS-HelmChart"


@pytest.fixture(scope="module")
def assembly(world: World) -> Path:
    """A shop with a load balancer of each kind, and a team that has one of its own and routes on that of the shop."""
    return synthesized(world, "cdk.out", timedelta(minutes=1))


def synthesized(world: World, folder: str, wait: timedelta | Literal[False]) -> Path:
    def build(app: App) -> None:
        platform = Platform(app, "Platform", teams={"iot": {"broker": 80}, "reports": {"dashboards": 80}})
        stack = Stack(app, "Shop")
        ingress = ingress_of(world.tools)(stack, "Ingress", cluster=platform.cluster, wait_on_delete=wait)
        shop = ingress.add_load_balancer("Shop", namespace="shop")
        shop.add_route("shop.example.com/", Service("storefront", 80))
        shop.add_route("shop.example.com/api", Service("api", 80, health_check=HealthCheck(path="/healthz")))
        pods = NetworkService({"app.kubernetes.io/name": "broker"})
        listeners = [NetworkListener.tcp(1883, target_port=8080)]
        mqtt = ingress.add_network_load_balancer("Mqtt", namespace="iot", service=pods, listeners=listeners)
        team = Stack(app, "Team")
        reports = ApplicationLoadBalancer(team, "Reports", ingress, namespace="reports")
        reports.add_route("/", Service("dashboards", 80))
        part = ingress.load_balancer("Shop", team, namespace="reports")
        part.add_route("shop.example.com/reports", Service("dashboards", 80))
        for place, name, of in ((stack, "Shop", shop), (stack, "Mqtt", mqtt), (team, "Reports", reports)):
            CfnOutput(place, f"{name}Address", value=of.dns_name)

    return synth(world.folder / folder, build)


def kinds(world: World) -> Counter[str]:
    """The resources of the shop's stack that are in the cluster or guard it, by type."""
    found = Counter(resource.type for resource in world.driver.stacks["Shop"].resources.values())
    return Counter({kind: found[kind] for kind in (OBJECT, GUARD, RELEASE) if found[kind]})


def test_a_teams_stack_goes_with_what_is_the_teams_and_leaves_the_rest(world: World, assembly: Path) -> None:
    world.driver.deploy(assembly)
    assert balancers(world.cloud).keys() == {"shop.shop", "iot/mqtt", "reports.reports"}
    world.driver.destroy("Team")
    assert balancers(world.cloud).keys() == {"shop.shop", "iot/mqtt"}
    assert balancers(world.cloud)["shop.shop"].target_groups.keys() == {
        "shop/shop-storefront:80",
        "shop/shop-health-check-ba3da0-api:80",
    }
    assert {body["metadata"]["namespace"] for body in world.kubernetes.objects("ingresses")} == {"shop"}


def test_nothing_is_left_of_the_last_stack_and_the_controller_goes_last(world: World, assembly: Path) -> None:
    world.driver.deploy(assembly, "Shop")
    role = world.driver.stacks["Shop"].resources["IngressGuardRole"].made.physical_id
    first = len(world.driver.events)
    world.driver.destroy("Shop")
    assert left_over(world.cloud, world.kubernetes) == []
    assert world.kubernetes.objects("deployments", "kube-system") == []
    events = [(event.type, event.status) for event in world.driver.events[first:]]
    guarded = events.index((GUARD, "DELETE_IN_PROGRESS"))
    # The Ingresses and the Service; that of the controller goes after it.
    assert [at < guarded for at, event in enumerate(events) if event == (OBJECT, "DELETE_COMPLETE")] == [True] * 3 + [False]
    assert guarded < events.index((GUARD, "DELETE_COMPLETE")) < events.index((RELEASE, "DELETE_IN_PROGRESS"))
    asked = world.cloud.calls_of(role)
    assert {"DescribeLoadBalancers", "DescribeTargetGroups", "DescribeSecurityGroups"} <= {call.action for call in asked}
    assert [call.action for call in asked if call.changes or call.error] == []


def test_a_load_balancer_that_cdk_leaves_behind_stops_the_destroy_before_the_controller(world: World, assembly: Path) -> None:
    world.driver.deploy(assembly, "Shop")
    arns = {balancer.arn for balancer in balancers(world.cloud).values()}
    # The CDK's handler cannot reach the cluster, and takes that for a success.
    world.kubernetes.stop_api_server()
    with pytest.raises(StackFailed) as refused:
        world.driver.destroy("Shop")
    world.kubernetes.start_api_server()
    assert refused.value.status == "DELETE_FAILED"
    assert refused.value.reasons.keys() == {"IngressGuard", "Shop"}
    reason = refused.value.reasons["IngressGuard"]
    assert "Not gone after" in reason
    assert len(arns) == 2
    assert all(arn in reason for arn in arns)
    # The service account of the controller is the one object that CloudFormation still knows of.
    assert kinds(world) == {OBJECT: 1, GUARD: 1, RELEASE: 1}
    assert len(world.kubernetes.objects("deployments", "kube-system")) == 1
    # What docs/destroy.md says is to be done then.
    world.kubernetes.kubectl("delete", "ingress", "--all", "-n", "shop")
    world.kubernetes.kubectl("delete", "service", "mqtt", "-n", "iot")
    world.driver.destroy("Shop")
    assert left_over(world.cloud, world.kubernetes) == []


def test_switching_it_off_waits_for_nothing_and_leaves_the_load_balancers(world: World, assembly: Path) -> None:
    world.driver.deploy(assembly, "Shop")
    there = balancers(world.cloud)
    assert kinds(world)[GUARD] == 1
    world.driver.deploy(synthesized(world, "off", wait=False), "Shop")
    asked = [request for request in world.driver.requests if request.event["ResourceType"] == GUARD]
    assert (asked[-1].type, asked[-1].answer["Status"]) == ("Delete", "SUCCESS")
    assert kinds(world)[GUARD] == 0
    assert balancers(world.cloud) == there
    assert len(there) == 2


def test_with_the_controller_down_nothing_goes_until_it_is_up_and_what_it_forgot_is_told(world: World, assembly: Path) -> None:
    world.driver.deploy(assembly, "Shop")
    stop_kubectl_after(20, assembly)
    world.driver.deploy(assembly, "Platform")
    world.controllers.down()
    with pytest.raises(StackFailed) as refused:
        world.driver.destroy("Shop")
    assert refused.value.status == "DELETE_FAILED"
    # kubectl waits for the finalizers of the controller, until Lambda stops the CDK's function.
    assert len(refused.value.reasons.keys() - {"Shop"}) == 3
    assert kinds(world) == {OBJECT: 4, GUARD: 1, RELEASE: 1}
    assert len(balancers(world.cloud)) == 2
    world.controllers.up()
    wait_until("the objects are gone", lambda: not still_there(world), seconds=120)
    # A controller that was not there when they were deleted no longer knows of the security group that load balancers share.
    with pytest.raises(StackFailed) as refused:
        world.driver.destroy("Shop")
    (group,) = shared_security_groups(world)
    assert refused.value.reasons.keys() == {"IngressGuard", "Shop"}
    assert re.search(rf"Not gone after \d+ s: {group}\. Read", refused.value.reasons["IngressGuard"])
    # What docs/destroy.md says is to be done then.
    world.cloud.client("ec2").delete_security_group(GroupId=group)
    world.driver.destroy("Shop")
    assert left_over(world.cloud, world.kubernetes) == []


def shared_security_groups(world: World) -> list[str]:
    tagged = [{"Name": "tag:elbv2.k8s.aws/resource", "Values": ["backend-sg"]}]
    found = world.cloud.client("ec2").describe_security_groups(Filters=tagged)["SecurityGroups"]
    return [group["GroupId"] for group in found]


def still_there(world: World) -> list[str]:
    """The objects of the shop that are still in the cluster."""
    found = [*world.kubernetes.objects("ingresses"), *world.kubernetes.objects("services", "iot")]
    return [body["metadata"]["name"] for body in found if body["metadata"]["name"] != "broker"]


def stop_kubectl_after(seconds: int, assembly: Path) -> None:
    """Has Lambda stop the functions that run kubectl so soon, rather than after 15 minutes."""
    file = assembly / "Platform.template.json"
    template = json.loads(file.read_text("utf-8"))
    handlers = [
        resource["Properties"]
        for resource in template["Resources"].values()
        if resource["Type"] == "AWS::Lambda::Function" and "Layers" in resource["Properties"]
    ]
    assert len(handlers) == 1
    handlers[0]["Timeout"] = seconds
    file.write_text(json.dumps(template), "utf-8")
