"""Story 3, where something is in the way: the destroy says what is left, and the controller stays until it is gone."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.deploy.processes import wait_until
from tests.deploy.stacks.state import StackFailed
from tests.deploy.stories.seen import balancers, left_over
from tests.deploy.stories.shop_and_team import GUARD, OBJECT, RELEASE, kinds, synthesized
from tests.deploy.stories.world import World


@pytest.fixture(scope="module")
def assembly(world: World) -> Path:
    """The app of this story, of which the platform is there."""
    made = synthesized(world, "cdk.out")
    world.driver.deploy(made, "Platform")
    return made


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
    assert kinds(world) == {GUARD: 1, RELEASE: 1}
    assert len(world.kubernetes.objects("deployments", "kube-system")) == 1
    # What docs/destroy.md says is to be done then.
    world.kubernetes.kubectl("delete", "ingress", "--all", "-n", "shop")
    world.kubernetes.kubectl("delete", "service", "mqtt", "-n", "iot")
    world.driver.destroy("Shop")
    assert left_over(world.cloud, world.kubernetes) == []


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
    assert kinds(world) == {OBJECT: 3, GUARD: 1, RELEASE: 1}
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
