"""One load balancer for several teams: each adds routes to it from a stack of its own."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk import App, CfnOutput, Stack
from constructs import Construct

from eks_ingress import (
    ApplicationLoadBalancer,
    ClassSettings,
    EksIngress,
    Feature,
    FixedResponse,
    FrontendNlb,
    HealthCheck,
    Jwt,
    Listener,
    Refused,
    Scheme,
    Service,
    SharedLoadBalancer,
    Targets,
    TargetType,
)
from eks_ingress.routing.names import PREFIX
from tests.synth.apps import Shop, kubernetes_objects, new_app, v2_imported
from tests.synth.graph import Graph

HERE = r"\(tests/synth/test_sharing\.py:\d+\)"


def owner(shop: Shop, **settings: Any) -> ApplicationLoadBalancer:
    return shop.ingress.add_load_balancer("Shop", **{"namespace": "shop", **settings})


def part(shop: Shop, stack: str, **settings: Any) -> SharedLoadBalancer:
    return shop.ingress.load_balancer("Shop", Stack(shop.app, stack), **settings)


def ingresses(app: App) -> dict[str, list[dict[str, Any]]]:
    """The Ingresses of each stack."""
    found = {}
    for stack in app.synth().stacks:
        bodies = kubernetes_objects(stack.template.get("Resources", {}))
        found[stack.id] = [body for body in bodies if body["kind"] == "Ingress"]
    return found


def said(body: dict[str, Any]) -> dict[str, str]:
    return {key.removeprefix(PREFIX): text for key, text in body["metadata"]["annotations"].items()}


def orders(bodies: list[dict[str, Any]]) -> list[int]:
    return [int(said(body)["group.order"]) for body in bodies]


def needing(count: int) -> list[tuple[str, Service]]:
    """Routes that need so many Ingresses one after the other: each is below the one before, and has other settings than that."""
    kinds = (TargetType.IP, TargetType.INSTANCE)
    return [("/a" * n, Service("web", 80, target_type=kinds[n % 2])) for n in range(1, count + 1)]


def test_routes_of_another_stack_are_ingresses_there_that_join_the_group() -> None:
    shop = Shop()
    owner(shop, scheme=Scheme.INTERNET_FACING).add_route("/", Service("web", 80))
    cart = part(shop, "CartTeam", namespace="cart")
    cart.add_route("/cart", Service("cart", 80))
    found = ingresses(shop.app)
    assert [body["metadata"]["name"] for body in found["Shop"]] == ["shop"]
    assert found["CartTeam"] == [
        {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "Ingress",
            "metadata": {
                "name": "shop-cart-team",
                "namespace": "cart",
                "annotations": {
                    f"{PREFIX}group.name": "shop.shop",
                    f"{PREFIX}group.order": "-991",
                    f"{PREFIX}listen-ports": '[{"HTTP":80}]',
                    f"{PREFIX}scheme": "internet-facing",
                    f"{PREFIX}target-type": "ip",
                },
            },
            "spec": {
                "ingressClassName": "alb",
                "rules": [
                    {
                        "http": {
                            "paths": [
                                {
                                    "path": "/cart",
                                    "pathType": "Prefix",
                                    "backend": {"service": {"name": "cart", "port": {"number": 80}}},
                                }
                            ]
                        }
                    }
                ],
            },
        }
    ]
    assert cart.group_name == "shop.shop"


def test_what_is_said_of_the_load_balancer_is_repeated_in_every_part() -> None:
    shop = Shop({"features": list(Feature)})
    balancer = owner(
        shop,
        listeners=[Listener.redirect_to_https(), Listener.https()],
        targets=Targets(health_check=HealthCheck(path="/up")),
        tags={"team": "shop"},
        subnets=["subnet-0a1b"],
        shield=True,
        frontend_nlb=FrontendNlb(health_check=HealthCheck(path="/up")),
    )
    balancer.add_route("shop.example.com/", Service("web", 80))
    part(shop, "Cart").add_route("shop.example.com/cart", Service("cart", 80))
    found = ingresses(shop.app)
    (own,), (other,) = found["Shop"], found["Cart"]
    apart = {key for key in said(own) | said(other) if said(own).get(key) != said(other).get(key)}
    assert apart == {"group.order"}
    assert other["metadata"]["namespace"] == "shop"


def test_the_routes_of_parts_are_tried_before_those_of_the_load_balancer() -> None:
    shop = Shop()
    balancer = owner(shop)
    balancer.add_route("shop.example.com/", Service("web", 80))
    part(shop, "Cart").add_route("/cart", Service("cart", 80))
    part(shop, "Admin").add_route("/admin", Service("admin", 80))
    (listener,) = balancer.plan.listeners
    assert [rule.paths[0] for rule in listener.rules] == ["/admin", "/cart", "/*"]
    assert balancer.plan.members == ("shop/shop-admin", "shop/shop-cart", "shop/shop")
    assert shop.ingress.plan().load_balancers == (balancer.plan,)


def test_bands_are_given_out_by_name_or_asked_for() -> None:
    shop = Shop()
    owner(shop).add_route("/", Service("web", 80))
    for name, band in (("Search", None), ("Cart", None), ("First", 1), ("Last", 50)):
        part(shop, name, band=band).add_route(f"/{name}", Service("web", 80))
    found = ingresses(shop.app)
    assert {name: orders(bodies) for name, bodies in found.items()} == {
        "First": [-991],
        "Cart": [-981],
        "Search": [-971],
        "Last": [-501],
        "Shop": [0],
    }


def test_parts_with_as_many_ingresses_as_they_can_have_do_not_meet() -> None:
    shop = Shop()
    balancer = owner(shop)
    for match, service in needing(30):
        balancer.add_route(f"own.example.com{match}", service)
    for name in ("One", "Two"):
        team = part(shop, name)
        for match, service in needing(10):
            team.add_route(f"{name.lower()}.example.com{match}", service)
    found = ingresses(shop.app)
    assert orders(found["One"]) == list(range(-1000, -990))
    assert orders(found["Two"]) == list(range(-990, -980))
    assert orders(found["Shop"]) == list(range(-29, 1))


def test_a_part_that_needs_more_ingresses_than_it_has_orders_is_refused() -> None:
    shop = Shop()
    owner(shop).add_route("/", Service("web", 80))
    team = part(shop, "Cart")
    for match, service in needing(11):
        team.add_route(match, service)
    refusal = shop.refusal()
    assert re.search(
        rf"error  Cart/Shop  {HERE}\n"
        r" +the routes need 11 Ingress objects one after the other, and a part has 10\.\n"
        r" +Let routes with the same settings follow one another, or make a load balancer of your own\.",
        refusal,
    )


def test_the_stack_of_a_part_comes_after_that_of_the_load_balancer() -> None:
    shop = Shop()
    balancer = owner(shop)
    balancer.add_route("/", Service("web", 80))
    part(shop, "Cart").add_route("/cart", Service("cart", 80))
    CfnOutput(shop.stack, "Address", value=balancer.dns_name)
    graph = Graph(shop.app)
    (own,) = (node for node in graph.types if node[1] == "IngressShopShop0B6553F4")
    (other,) = (node for node in graph.of_type("Custom::AWSCDK-EKS-KubernetesResource") if node[0] == "Cart")
    assert {own} | graph.of_type("Custom::AWSCDK-EKS-HelmChart") <= graph.waits_for(other)
    assert other in graph.gone_before(own)


def test_a_part_may_be_in_the_stack_of_the_load_balancer_too() -> None:
    shop = Shop()
    owner(shop).add_route("/", Service("web", 80))
    team = shop.ingress.load_balancer("Shop", Construct(shop.stack, "Cart"), name="cart")
    team.add_route("/cart", Service("cart", 80))
    graph = Graph(shop.app)
    own, other = ("Shop", "IngressShopShop0B6553F4"), ("Shop", "IngressShopShopCartA2622242")
    assert own in graph.waits_for(other)


def with_routes(*of_cart: str, of_owner: tuple[str, ...] = ("/",)) -> dict[str, Any]:
    """The templates of an owner and two parts."""
    shop = Shop()
    balancer = owner(shop)
    for match in of_owner:
        balancer.add_route(match, Service("web", 80))
    part(shop, "Reports", namespace="reports").add_route("/reports", Service("reports", 80))
    team = part(shop, "Cart", namespace="cart")
    for number, match in enumerate(of_cart):
        team.add_route(match, Service("cart", 80, target_type=[TargetType.IP, TargetType.INSTANCE][number % 2]))
    return {stack.id: stack.template for stack in shop.app.synth().stacks}


def test_a_route_that_is_added_in_one_part_changes_nothing_in_another_template() -> None:
    before = with_routes("/cart")
    after = with_routes("/cart", "/cart/new", "/cart/new/other")
    assert {name for name in before if before[name] != after[name]} == {"Cart"}
    of_owner = with_routes("/cart", of_owner=("/", "/more"))
    assert {name for name in before if before[name] != of_owner[name]} == {"Shop"}


def test_a_part_without_routes_makes_nothing() -> None:
    before, after = with_routes("/cart"), with_routes()
    assert {name for name in before if before[name] != after[name]} == {"Cart"}
    assert list(kubernetes_objects(after["Cart"].get("Resources", {}))) == []


def test_a_route_that_two_teams_have_is_refused_where_both_are_named() -> None:
    shop = Shop()
    owner(shop).add_route("/", Service("web", 80))
    part(shop, "Cart").add_route("/cart", Service("cart", 80))
    part(shop, "Other").add_route("/cart/", Service("other", 80))
    refusal = shop.refusal()
    assert re.search(
        rf"error  Other/Shop  {HERE}\n"
        rf" +route '/cart/' takes the same requests as '/cart' in Cart/Shop  {HERE}\.\n"
        r" +Keep one of them; only the first would ever be used\.",
        refusal,
    )
    assert refusal.count("takes the same requests") == 1


def test_a_route_of_a_part_that_the_load_balancer_has_as_well_is_refused() -> None:
    shop = Shop()
    owner(shop).add_route("/", Service("web", 80))
    part(shop, "Cart").add_route("/", Service("cart", 80))
    assert re.search(rf"route '/' takes the same requests as '/' in Cart/Shop  {HERE}\.", shop.refusal())


def test_a_route_that_another_part_takes_first_is_a_warning_on_the_part() -> None:
    shop = Shop()
    owner(shop).add_route("/", Service("web", 80))
    part(shop, "Cart").add_route("/all", Service("cart", 80))
    part(shop, "Other").add_route("/all/of/it", Service("other", 80))
    messages = [(stack.id, message.entry.data) for stack in shop.app.synth().stacks for message in stack.messages]
    assert len(messages) == 1
    stack, text = messages[0]
    assert stack == "Other"
    assert re.match(rf"EKI101 warning  Other/Shop  {HERE}\n", str(text))


def test_a_load_balancer_that_is_not_there_is_refused_with_those_that_are() -> None:
    shop = Shop()
    shop.ingress.add_load_balancer("Internal", namespace="shop")
    owner(shop)
    with pytest.raises(Refused) as refused:
        shop.ingress.load_balancer("shop", Stack(shop.app, "Cart"))
    assert re.fullmatch(
        rf"error  Shop/Ingress  {HERE}\n"
        r"    load balancer 'shop' is not there\.\n"
        r"    Name one of \['Internal', 'Shop'\], which must have been added before\.",
        str(refused.value),
    )


def test_an_id_that_two_load_balancers_have_is_refused() -> None:
    shop = Shop()
    owner(shop)
    ApplicationLoadBalancer(Stack(shop.app, "Team"), "Shop", shop.ingress, namespace="team")
    with pytest.raises(Refused, match=r"load balancer 'Shop' is there 2 times\."):
        shop.ingress.load_balancer("Shop")


def test_without_a_scope_it_is_the_load_balancer_itself() -> None:
    shop = Shop()
    balancer = owner(shop)
    assert shop.ingress.load_balancer("Shop") is balancer


WRONG: dict[str, tuple[dict[str, Any], str, str]] = {
    "same name": ({"name": "cart"}, rf"name 'cart' is that of another part of the load balancer, Cart/Shop  {HERE}\.", "name"),
    "same band": ({"band": 7}, rf"band 7 is that of another part of the load balancer, Cart/Shop  {HERE}\.", "band"),
}


@pytest.mark.parametrize("case", WRONG)
def test_two_parts_that_cannot_be_told_apart_are_refused(case: str) -> None:
    settings, words, remedy = WRONG[case]
    shop = Shop()
    owner(shop).add_route("/", Service("web", 80))
    part(shop, "Cart", band=7).add_route("/cart", Service("cart", 80))
    part(shop, "Other", **settings).add_route("/other", Service("other", 80))
    assert re.search(rf"error  Other/Shop  {HERE}\n +{words}\n +Give one of them another `{remedy}=`\.", shop.refusal())


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"band": 0}, r"band 0 is out of range\.\n +Write a whole number from 1 to 50\."),
        ({"band": 51}, r"band 51 is out of range\.\n +Write a whole number from 1 to 50\."),
        ({"name": "Cart"}, r"name 'Cart' is not a DNS label: .*\n +Write a name such as 'cart'\."),
        ({"namespace": "a.b"}, r"namespace 'a\.b' is not a DNS label: .*\n +Write a name such as 'a-b'\."),
        (
            {"name": "n" * 59},
            r"name 'n+' makes 'shop-n+' of it, which has 64 characters\.\n +Write a shorter `name=`: its Ingress may have 63\.",
        ),
    ],
)
def test_what_is_no_part_is_refused(settings: dict[str, Any], words: str) -> None:
    shop = Shop()
    owner(shop).add_route("/", Service("web", 80))
    part(shop, "Cart", **settings).add_route("/cart", Service("cart", 80))
    assert re.search(rf"error  Cart/Shop  {HERE}\n +{words}", shop.refusal())


def test_more_parts_than_there_are_bands_are_refused() -> None:
    shop = Shop()
    owner(shop).add_route("/", Service("web", 80))
    for number in range(51):
        scope = Construct(shop.stack, f"Part{number}")
        shop.ingress.load_balancer("Shop", scope, name=f"part-{number}").add_route(f"/{number}", Service("web", 80))
    assert "there are 51 parts, and order bands for 50.\n    Make a second load balancer." in shop.refusal()


def test_a_load_balancer_may_have_all_of_its_routes_from_others() -> None:
    shop = Shop()
    owner(shop)
    part(shop, "Cart").add_route("/cart", Service("cart", 80))
    found = ingresses(shop.app)
    assert found["Shop"] == []
    assert [body["metadata"]["name"] for body in found["Cart"]] == ["shop-cart"]


def test_the_address_of_a_load_balancer_without_an_ingress_of_its_own_is_refused() -> None:
    shop = Shop()
    balancer = owner(shop)
    CfnOutput(shop.stack, "Address", value=balancer.dns_name)
    part(shop, "Cart").add_route("/cart", Service("cart", 80))
    assert (
        "dns_name is read from its own Ingress, and all routes are of others.\n    Give it a `default=`, or a route of its own."
        in shop.refusal()
    )


def test_a_default_makes_an_ingress_of_its_own() -> None:
    shop = Shop()
    balancer = owner(shop, default=FixedResponse(404))
    CfnOutput(shop.stack, "Address", value=balancer.dns_name)
    part(shop, "Cart").add_route("/cart", Service("cart", 80))
    found = ingresses(shop.app)
    assert found["Shop"][0]["spec"] == {
        "ingressClassName": "alb",
        "defaultBackend": {"service": {"name": "response-default", "port": {"name": "use-annotation"}}},
    }
    assert "defaultBackend" not in found["Cart"][0]["spec"]


@pytest.mark.parametrize("own_routes", [True, False])
def test_what_only_one_ingress_of_a_group_may_say_one_says(own_routes: bool) -> None:
    shop = Shop()
    balancer = owner(shop, frontend_nlb=FrontendNlb(health_check=HealthCheck(success_codes="200-399")))
    part(shop, "Admin")
    for name in ("Cart", "Search"):
        part(shop, name).add_route(f"/{name}", Service("web", 80))
    if own_routes:
        balancer.add_route("/", Service("web", 80))
    saying = [
        body["metadata"]["name"]
        for bodies in ingresses(shop.app).values()
        for body in bodies
        if "frontend-nlb-healthcheck-success-codes" in said(body)
    ]
    assert saying == ["shop" if own_routes else "shop-cart"]


def test_what_a_route_of_a_part_needs_of_the_load_balancer_is_told_with_its_line() -> None:
    shop = Shop()
    owner(shop).add_route("/", Service("web", 80))
    machines = Jwt("https://login.example.com/jwks", "https://login.example.com")
    part(shop, "Cart").add_route("/cart", Service("cart", 80), auth=machines)
    assert re.search(
        rf"error  Cart/Shop  {HERE}\n +route '/cart' asks clients to sign in, and the controller does so on HTTPS listeners only\.",
        shop.refusal(),
    )


def test_a_problem_of_the_load_balancer_is_told_once() -> None:
    shop = Shop()
    owner(shop, load_balancer_name="-").add_route("/", Service("web", 80))
    part(shop, "Cart").add_route("/cart", Service("cart", 80))
    assert shop.refusal().count("load_balancer_name '-' is not the name of a load balancer") == 1


def test_parts_are_of_the_class_of_the_load_balancer() -> None:
    shop = Shop()
    everyone = shop.ingress.add_class("Everyone", settings=ClassSettings(group_name="everyone", scheme=Scheme.INTERNET_FACING))
    balancer = owner(shop, ingress_class=everyone)
    balancer.add_route("/", Service("web", 80))
    part(shop, "Cart").add_route("/cart", Service("cart", 80))
    assert balancer.plan.members == ("shop/shop-cart", "shop/shop")
    (body,) = ingresses(shop.app)["Cart"]
    assert body["spec"]["ingressClassName"] == "everyone"
    assert said(body).keys() == {"group.order", "listen-ports", "target-type"}


def test_a_load_balancer_of_a_controller_that_is_there_is_shared_in_the_same_way() -> None:
    app = new_app()
    stack = Stack(app, "Shop")
    host = EksIngress.from_existing(stack, "Ingress", cluster=v2_imported(stack), ingress_class_name="theirs")
    host.add_load_balancer("Shop", namespace="shop").add_route("/", Service("web", 80))
    host.load_balancer("Shop", Stack(app, "Cart"), namespace="cart").add_route("/cart", Service("cart", 80))
    found = ingresses(app)
    assert [(body["metadata"]["name"], body["spec"]["ingressClassName"]) for body in found["Cart"]] == [("shop-cart", "theirs")]
    assert orders(found["Cart"]) + orders(found["Shop"]) == [-991, 0]


def moved(**scopes: Callable[[App], Construct]) -> set[str]:
    shop = Shop()
    owner(shop).add_route("/", Service("web", 80))
    names: set[str] = set()
    for make in scopes.values():
        shop.ingress.load_balancer("Shop", make(shop.app), name="cart").add_route("/cart", Service("cart", 80))
    for stack in shop.app.synth().stacks:
        names |= {f"{name} {json.dumps(resource['Properties'])}" for name, resource in resources(stack.template).items()}
    return names


def resources(template: dict[str, Any]) -> dict[str, Any]:
    return {name: r for name, r in template["Resources"].items() if r["Type"] == "Custom::AWSCDK-EKS-KubernetesResource"}


def test_a_part_that_is_moved_in_the_tree_of_its_stack_is_the_same() -> None:
    assert moved(part=lambda app: Stack(app, "Cart")) == moved(part=lambda app: Construct(Stack(app, "Cart"), "Wrapper"))


def test_a_plan_in_between_does_not_keep_who_says_what_only_one_may_say() -> None:
    shop = Shop()
    balancer = owner(shop, frontend_nlb=FrontendNlb(health_check=HealthCheck(success_codes="200-399")))
    first, second = part(shop, "Cart"), part(shop, "Search")
    second.add_route("/search", Service("web", 80))
    assert balancer.plan.members == ("shop/shop-search",)
    first.add_route("/cart", Service("web", 80))
    saying = [made for holder in (first, second) for made in holder.manifests()]
    assert [f"{PREFIX}frontend-nlb-healthcheck-success-codes" in made.annotations for made in saying] == [True, False]
