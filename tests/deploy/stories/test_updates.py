"""Story 2: apps are deployed again with something changed; that is changed in AWS, and nothing else is touched."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import pytest
from aws_cdk import App, Stack

from eks_ingress import ApplicationLoadBalancer, HealthCheck, Listener, Scheme, Service
from tests.deploy.cloud.calls import Call
from tests.deploy.processes import wait_until
from tests.deploy.stories.apps import Platform, ingress_of, synth
from tests.deploy.stories.plans import disagreements, said
from tests.deploy.stories.seen import Balancer, balancers
from tests.deploy.stories.world import World

GROUP = "shop.shop"
STOREFRONT = Service("storefront", 80)
API = Service("api", 80, health_check=HealthCheck(path="/healthz"))


@dataclass(frozen=True)
class Shop:
    """The app: a platform with the controller, a shop, and a team that may have routes on the shop's load balancer."""

    routes: tuple[tuple[str, Service], ...] = (("/", STOREFRONT), ("/api", API))
    certificate: int = 0
    scheme: Scheme = Scheme.INTERNET_FACING
    cart: bool = False

    def build(self, app: App, *, world: World) -> None:
        platform = Platform(app, "Platform", teams={"cart": {"cart": 80}})
        controller = Stack(app, "Controller")
        ingress = ingress_of(world.tools)(controller, "Ingress", cluster=platform.cluster)
        shop = ApplicationLoadBalancer(
            Stack(app, "Shop"),
            "Shop",
            ingress=ingress,
            namespace="shop",
            scheme=self.scheme,
            listeners=[Listener.https(certificates=[platform.certificates[self.certificate]])],
        )
        for path, service in self.routes:
            shop.add_route(f"shop.example.com{path}", service)
        if self.cart:
            ingress.load_balancer("Shop", Stack(app, "Cart"), namespace="cart").add_route(
                "shop.example.com/cart", Service("cart", 80)
            )


@dataclass
class Deployed:
    """The app in a world, with what the last deployment did."""

    world: World
    assembly: Path
    before: Balancer
    now: Balancer
    calls: Counter[str]
    """What the controller changed in AWS, and how often."""
    requests: list[str]
    """What CloudFormation asked custom resources for: `Update Shop/…`."""


class Deployments:
    """Deploys one version of the app after another."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._synthesized: dict[Shop, Path] = {}
        self.assembly = self.synth(Shop())
        world.driver.deploy(self.assembly)
        world.settle()

    def synth(self, shop: Shop) -> Path:
        """The assembly of a version."""
        if shop not in self._synthesized:
            folder = self.world.folder / f"cdk.out-{len(self._synthesized)}"
            self._synthesized[shop] = synth(folder, partial(shop.build, world=self.world))
        return self._synthesized[shop]

    def deploy(self, shop: Shop) -> Deployed:
        """Deploys a version, and waits until the controller is done with it."""
        return self.change(self.world.driver.deploy, self.synth(shop))

    def change(self, do: Callable[[Path], None], assembly: Path) -> Deployed:
        """Does something, and says what came of it."""
        world = self.world
        before, calls, requests = balancers(world.cloud)[GROUP], len(world.cloud.calls), len(world.driver.requests)
        do(assembly)
        world.settle()
        self.assembly = assembly
        return Deployed(
            world,
            assembly,
            before,
            balancers(world.cloud)[GROUP],
            Counter(what(call) for call in world.calls_of_the_controller(since=calls) if call.changes),
            sorted(f"{one.type} {one.logical_id}" for one in world.driver.requests[requests:]),
        )


def what(call: Call) -> str:
    """What a call does; of tags, to what kind of thing."""
    kinds = {arn.split(":")[5].partition("/")[0] for arn in call.resources}
    return f"{call.action} {' '.join(sorted(kinds))}" if call.action.endswith("Tags") else call.action


@pytest.fixture(scope="module")
def deployments(world: World) -> Deployments:
    return Deployments(world)


@pytest.fixture
def deploy(deployments: Deployments) -> Iterator[Callable[[Shop], Deployed]]:
    """Deploys a version of the app, and afterwards the first one again."""
    yield deployments.deploy
    deployments.deploy(Shop())


def rules(balancer: Balancer) -> list[tuple[str, str]]:
    return [(rule.conditions, rule.actions) for rule in balancer.listeners[443].rules]


BASE = [
    ("host-header shop.example.com and path-pattern /api or /api/*", "forward to shop/shop-health-check-ba3da0-api:80"),
    ("host-header shop.example.com and path-pattern /*", "forward to shop/shop-storefront:80"),
]
"""The rules of the first version."""


def test_deploying_the_same_again_does_nothing(deploy: Callable[[Shop], Deployed]) -> None:
    after = deploy(Shop())
    assert rules(after.now) == BASE
    assert (after.calls, after.requests) == (Counter(), [])
    assert after.now == after.before


def test_a_route_that_comes_and_goes_is_one_rule_more_and_one_less(deploy: Callable[[Shop], Deployed]) -> None:
    came = deploy(Shop((*Shop().routes, ("/docs", STOREFRONT))))
    docs = ("host-header shop.example.com and path-pattern /docs or /docs/*", "forward to shop/shop-storefront:80")
    assert rules(came.now) == [BASE[0], docs, BASE[1]]
    assert untouched_but_for_rules(came)
    assert (came.calls["CreateRule"], came.calls["DeleteRule"], came.calls["ModifyRule"]) == (1, 0, 0)
    went = deploy(Shop())
    assert rules(went.now) == BASE
    assert untouched_but_for_rules(went)
    assert (went.calls["CreateRule"], went.calls["DeleteRule"], went.calls["ModifyRule"]) == (0, 1, 0)


def untouched_but_for_rules(after: Deployed) -> bool:
    """Whether all else is as it was, and the plan is what was built."""
    # A rule is tagged with its place.
    ours = {"CreateRule", "ModifyRule", "DeleteRule", "SetRulePriorities", "AddTags listener-rule"}
    assert set(after.calls) <= ours, after.calls
    assert len(after.requests) == 1
    assert disagreements(after.assembly, after.world) == []
    without = [replace(one, listeners={443: replace(one.listeners[443], rules=())}) for one in (after.before, after.now)]
    return without[0] == without[1]


def test_a_route_that_moves_takes_its_target_group_along(deploy: Callable[[Shop], Deployed]) -> None:
    after = deploy(Shop((("/", STOREFRONT), ("/v2", API))))
    moved = ("host-header shop.example.com and path-pattern /v2 or /v2/*", BASE[0][1])
    assert rules(after.now) == [moved, BASE[1]]
    assert untouched_but_for_rules(after)


def test_a_certificate_is_exchanged_on_the_listener_that_is_there(deploy: Callable[[Shop], Deployed]) -> None:
    after = deploy(Shop(certificate=1))
    assert after.now.listeners[443].certificates != after.before.listeners[443].certificates
    # The default one is among the others, too.
    assert after.calls == Counter(["ModifyListener", "AddListenerCertificates", "RemoveListenerCertificates"])
    assert rules(after.now) == BASE
    assert disagreements(after.assembly, after.world) == []


def test_a_team_comes_to_the_load_balancer_and_goes_again(deployments: Deployments, deploy: Callable[[Shop], Deployed]) -> None:
    came = deploy(Shop(cart=True))
    cart = ("host-header shop.example.com and path-pattern /cart or /cart/*", "forward to cart/shop-cart-cart:80")
    assert rules(came.now) == [cart, *BASE]
    assert came.now.arn == came.before.arn
    assert set(came.now.target_groups) - set(came.before.target_groups) == {"cart/shop-cart-cart:80"}
    assert came.calls["CreateTargetGroup"] == came.calls["RegisterTargets"] == came.calls["CreateRule"] == 1
    assert came.calls["DeregisterTargets"] == came.calls["ModifyListener"] == came.calls["DeleteRule"] == 0
    assert [request.partition(" ")[0] for request in came.requests] == ["Create"]
    assert disagreements(came.assembly, came.world) == []

    went = deployments.change(lambda assembly: came.world.driver.destroy("Cart"), deployments.synth(Shop()))
    assert rules(went.now) == BASE
    assert went.now == came.before
    assert went.calls["DeleteTargetGroup"] == went.calls["DeleteRule"] == 1
    assert went.calls["CreateRule"] == went.calls["DeleteLoadBalancer"] == 0
    assert [request.partition(" ")[0] for request in went.requests] == ["Delete"]
    assert disagreements(went.assembly, went.world) == []


def test_a_load_balancer_that_is_replaced_is_told_before(deployments: Deployments, deploy: Callable[[Shop], Deployed]) -> None:
    earlier = deployments.assembly
    internal = deployments.synth(Shop(scheme=Scheme.INTERNAL))
    ended, told = said("plan", internal, "--against", earlier, "--fail-on", "replacements")
    assert ended == 1
    assert "! Load balancer shop.shop is replaced: the controller deletes this one and makes another, with another DNS name" in told
    after = deploy(Shop(scheme=Scheme.INTERNAL))
    assert (after.before.scheme, after.now.scheme) == ("internet-facing", "internal")
    assert after.now.arn != after.before.arn
    assert after.calls["CreateLoadBalancer"] == after.calls["DeleteLoadBalancer"] == 1
    assert rules(after.now) == BASE
    # Once its load balancer is there, all is as the plan says, and nothing of the other one is left.
    wait_until(
        "one load balancer",
        lambda: len(after.world.cloud.client("elbv2").describe_load_balancers()["LoadBalancers"]) == 1,
        seconds=30,
    )
    assert disagreements(after.assembly, after.world) == []


def test_a_change_without_a_replacement_is_told_as_such(deployments: Deployments) -> None:
    changed = deployments.synth(Shop(certificate=1))
    ended, told = said("plan", changed, "--against", deployments.assembly, "--fail-on", "replacements")
    assert ended == 0
    assert "replaced" not in told
