"""Story 3: stacks are destroyed, and leave nothing behind."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.deploy.stories.seen import balancers, left_over
from tests.deploy.stories.shop_and_team import GUARD, OBJECT, RELEASE, kinds, synthesized
from tests.deploy.stories.world import World


@pytest.fixture(scope="module")
def assembly(world: World) -> Path:
    """The app of this story."""
    return synthesized(world, "cdk.out")


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
    # The Ingresses and the Service.
    assert [at < guarded for at, event in enumerate(events) if event == (OBJECT, "DELETE_COMPLETE")] == [True] * 3
    assert guarded < events.index((GUARD, "DELETE_COMPLETE")) < events.index((RELEASE, "DELETE_IN_PROGRESS"))
    asked = world.cloud.calls_of(role)
    assert {"DescribeLoadBalancers", "DescribeTargetGroups", "DescribeSecurityGroups"} <= {call.action for call in asked}
    assert [call.action for call in asked if call.changes or call.error] == []


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
