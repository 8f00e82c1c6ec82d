"""Story 6: something fails in the midst of it; the user is told what, and what was asked for comes about all the same.

That the controller is down while an Ingress is deleted is told in `test_destroy_hindered.py`, and that a release is left
`pending-upgrade` in `test_upgrade.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, CfnOutput, Stack

from eks_ingress import ApplicationLoadBalancer, KubernetesManifests, LoadBalancerAttributes, Service
from tests.deploy.processes import wait_until
from tests.deploy.stacks.state import StackFailed
from tests.deploy.stories.apps import Platform, ingress_of, synth
from tests.deploy.stories.hastened import hasten
from tests.deploy.stories.seen import balancers
from tests.deploy.stories.world import World

GROUP = "shop.shop"


@dataclass(frozen=True)
class Shop:
    """The app: a platform, the controller, and a shop, each in a stack of its own."""

    paths: Sequence[str] = ("/", "/api")
    protected: bool = False
    preflight: bool = False
    own: Sequence[Mapping[str, Any]] = ()
    """Objects of the shop's own YAML."""

    def deploy(self, world: World, *stacks: str) -> None:
        """Deploys it, with functions that live for half a minute."""
        world.driver.deploy(self._synth(world), *stacks)

    def _synth(self, world: World) -> Path:
        # The CDK stages what it staged before in the same folder no second time.
        folder = world.folder / f"cdk.out.{len(list(world.folder.glob('cdk.out.*')))}"
        assembly = synth(folder, lambda app: self._build(app, world))
        hasten(assembly, helm=600, is_killed=True)
        return assembly

    def _build(self, app: App, world: World) -> None:
        ingress = ingress_of(world.tools)(
            Stack(app, "Controller"),
            "Ingress",
            cluster=Platform(app, "Platform").cluster,
            wait_on_delete=timedelta(minutes=2),
            preflight=self.preflight,
            recover_release=True,
        )
        stack = Stack(app, "Shop")
        attributes = LoadBalancerAttributes(deletion_protection=True) if self.protected else None
        shop = ApplicationLoadBalancer(stack, "Shop", ingress, namespace="shop", attributes=attributes)
        for path in self.paths:
            shop.add_route(f"shop.example.com{path}", Service("storefront", 80))
        CfnOutput(stack, "Address", value=shop.dns_name)
        if self.own:
            KubernetesManifests(stack, "Own", ingress, self.own)


@pytest.fixture(scope="module")
def controller(world: World) -> None:
    """The controller, ready, after a first deployment that was killed while Helm waited for it."""
    world.controllers.down()
    with pytest.raises(StackFailed) as failed:
        Shop().deploy(world, "Controller")
    assert "timed out" in failed.value.reasons["IngressChart"]
    world.controllers.up()
    Shop().deploy(world, "Controller")


@pytest.fixture
def shop(world: World, controller: None) -> Iterator[None]:
    """The shop, whose load balancer is there before and after."""
    Shop().deploy(world)
    yield
    up(world)
    Shop().deploy(world)


@pytest.fixture
def no_shop(world: World, controller: None) -> None:
    """No shop."""
    if "Shop" in world.driver.stacks:
        world.driver.destroy("Shop")
    assert balancers(world.cloud) == {}


def served(world: World) -> list[str]:
    """The conditions of the rules of the shop's load balancer."""
    listener = balancers(world.cloud)[GROUP].listeners[80]
    return [rule.conditions.rpartition(" ")[2] for rule in listener.rules]


def events(world: World) -> str:
    """What the events of the shop say."""
    return " ".join(event["message"] for event in world.kubernetes.objects("events", "shop"))


def is_protected(world: World) -> bool:
    """Whether AWS would refuse to delete the load balancer."""
    found = world.cloud.client("elbv2").describe_load_balancer_attributes(LoadBalancerArn=balancers(world.cloud)[GROUP].arn)
    return {"Key": "deletion_protection.enabled", "Value": "true"} in found["Attributes"]


def up(world: World) -> None:
    """Lets the controller run, until it serves its webhooks."""

    def is_ready() -> bool:
        (deployment,) = world.kubernetes.objects("deployments", "kube-system")
        return bool(deployment["status"].get("readyReplicas") == deployment["spec"]["replicas"])

    world.controllers.up()
    wait_until("the controller is ready", is_ready, seconds=60)


def first_reason(failed: StackFailed) -> str:
    """What CloudFormation says of the resource that failed first."""
    return next(iter(failed.reasons.values()))


@contextmanager
def meanwhile(do: Callable[[], None]) -> Iterator[None]:
    """Does something in the background, and ends with it; what fails there fails here."""
    with ThreadPoolExecutor(1) as background:
        doing = background.submit(do)
        yield
        doing.result()


def test_an_ingress_that_is_made_while_the_controller_is_down(world: World, no_shop: None) -> None:
    world.controllers.down()
    with pytest.raises(StackFailed) as refused:
        Shop().deploy(world)
    assert refused.value.status == "ROLLBACK_COMPLETE"
    reason = first_reason(refused.value)
    assert 'failed calling webhook "vingress.elbv2.k8s.aws"' in reason
    assert world.kubernetes.objects("ingresses") == []
    up(world)
    Shop().deploy(world)
    assert served(world) == ["/api/*", "/*"]


def test_throttling_delays_it_and_no_more(world: World, no_shop: None) -> None:
    before = len(world.cloud.calls)
    world.cloud.throttle("elasticloadbalancing:CreateRule", times=3)
    Shop().deploy(world)
    wait_until("all rules are there", lambda: served(world) == ["/api/*", "/*"], seconds=60)
    made = [call for call in world.cloud.calls[before:] if call.action == "CreateRule"]
    assert len([call for call in made if call.error]) == 3
    assert len([call for call in made if not call.error]) == 2


def test_what_elastic_load_balancing_refuses_is_an_event_of_the_ingress(world: World, no_shop: None) -> None:
    reason = "The maximum number of load balancers has been reached"
    fault = world.cloud.refuse("elasticloadbalancing:CreateLoadBalancer", "TooManyLoadBalancers", reason, times=None)
    with meanwhile(lambda: Shop().deploy(world)):
        wait_until("the event", lambda: reason in events(world), seconds=120)
        assert balancers(world.cloud) == {}
        # The controller tries again, while CloudFormation waits for the address.
        fault.stop()
    assert world.driver.stacks["Shop"].status == "CREATE_COMPLETE"
    assert served(world) == ["/api/*", "/*"]


def test_the_api_server_is_restarted_in_the_midst_of_a_deployment(world: World, no_shop: None) -> None:
    requests = len(world.driver.requests)
    with meanwhile(lambda: Shop().deploy(world)):
        wait_until("the first object", lambda: len(world.driver.requests) > requests, seconds=120)
        world.kubernetes.restart_api_server()
    assert world.driver.stacks["Shop"].status == "CREATE_COMPLETE"
    assert served(world) == ["/api/*", "/*"]


def test_an_object_that_the_api_server_refuses_is_told_with_its_reason(world: World, shop: None) -> None:
    body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "own", "namespace": "shop"}, "data": {"a key": "1"}}
    with pytest.raises(StackFailed) as refused:
        Shop(own=[body]).deploy(world)
    assert refused.value.status == "UPDATE_ROLLBACK_COMPLETE"
    reason = first_reason(refused.value)
    assert 'The ConfigMap "own" is invalid: data[a key]' in reason
    assert served(world) == ["/api/*", "/*"]


def test_an_update_that_is_refused_of_a_long_ingress_is_told_in_the_log_of_its_function(world: World, shop: None) -> None:
    """kubectl prints the whole change along with the reason, and CloudFormation takes no more than 4,096 bytes."""
    paths = [f"/{'x' * 60}-{number}" for number in range(40)]
    Shop(paths).deploy(world)
    world.controllers.down()
    with pytest.raises(StackFailed) as refused:
        Shop([*paths, "/last"]).deploy(world)
    assert first_reason(refused.value) == "Response object is too long."
    (log,) = (world.folder / "stacks" / "logs").glob("*KubectlProviderHandler*.log")
    assert 'failed calling webhook "vingress.elbv2.k8s.aws"' in log.read_text("utf-8")


def test_with_a_preflight_it_is_told_by_its_reason(world: World, shop: None) -> None:
    paths = [f"/{'x' * 60}-{number}" for number in range(40)]
    Shop(paths, preflight=True).deploy(world)
    before = world.kubernetes.objects("ingresses")
    world.controllers.down()
    with pytest.raises(StackFailed) as refused:
        Shop([*paths, "/last"], preflight=True).deploy(world)
    assert (
        first_reason(refused.value)
        .partition("The API server refuses it: ")[2]
        .startswith(
            'Error from server (InternalError): error when patching "STDIN": Internal error occurred: '
            'failed calling webhook "vingress.elbv2.k8s.aws"'
        )
    )
    assert refused.value.status == "UPDATE_ROLLBACK_COMPLETE"
    assert world.kubernetes.objects("ingresses") == before


def test_a_protected_load_balancer_stays_with_its_ingress_until_that_no_longer_asks_for_it(world: World, shop: None) -> None:
    Shop(protected=True).deploy(world)
    wait_until("the protection", lambda: is_protected(world), seconds=60)
    arn = balancers(world.cloud)[GROUP].arn
    with pytest.raises(StackFailed) as refused:
        world.driver.destroy("Shop")
    assert refused.value.status == "DELETE_FAILED"
    reason = first_reason(refused.value)
    assert "Task timed out" in reason
    # No event says so.
    logs = [log.read_text("utf-8") for log in world.kubernetes.logs.glob("controller-*.log")]
    assert any("deletion_protection is enabled, cannot delete the ingress: shop" in log for log in logs)
    assert balancers(world.cloud)[GROUP].arn == arn
    (body,) = world.kubernetes.objects("ingresses")
    attributes = "alb.ingress.kubernetes.io/load-balancer-attributes-"
    world.kubernetes.kubectl("annotate", "ingress", body["metadata"]["name"], "-n", "shop", attributes)
    world.driver.destroy("Shop")
    assert balancers(world.cloud) == {}
