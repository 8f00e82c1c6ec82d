"""Load balancers and routes, down to what stands in the template."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest
from aws_cdk import App, Aspects, CfnOutput, Stack, Tags, aws_certificatemanager, aws_route53
from aws_cdk.assertions import Annotations, Match, Template
from constructs import Construct

from eks_ingress import (
    ApplicationLoadBalancer,
    EksIngress,
    Exact,
    FixedResponse,
    HealthCheck,
    HttpMethod,
    Listener,
    Pattern,
    Redirect,
    Refused,
    Scheme,
    Service,
    Targets,
    TargetType,
)
from tests.synth.apps import FLAGS, Shop, new_app, template, v2_imported

ALB = "alb.ingress.kubernetes.io/"


def balancer(shop: Shop, **settings: Any) -> ApplicationLoadBalancer:
    return shop.ingress.add_load_balancer("Shop", **{"namespace": "shop", **settings})


def alb_annotations(body: dict[str, Any]) -> dict[str, str]:
    return {key.removeprefix(ALB): value for key, value in body["metadata"]["annotations"].items()}


def test_a_route_becomes_an_ingress_of_a_group() -> None:
    shop = Shop()
    balancer(shop).add_route("shop.example.com/cart", Service("cart", 8080))
    assert shop.ingress_object() == {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {
            "name": "shop",
            "namespace": "shop",
            "annotations": {
                f"{ALB}group.name": "shop.shop",
                f"{ALB}group.order": "0",
                f"{ALB}listen-ports": '[{"HTTP":80}]',
                f"{ALB}scheme": "internal",
                f"{ALB}target-type": "ip",
            },
        },
        "spec": {
            "ingressClassName": "alb",
            "rules": [
                {
                    "host": "shop.example.com",
                    "http": {
                        "paths": [
                            {
                                "path": "/cart",
                                "pathType": "Prefix",
                                "backend": {"service": {"name": "cart", "port": {"number": 8080}}},
                            }
                        ]
                    },
                }
            ],
        },
    }


def test_a_route_that_is_added_last_is_not_lost() -> None:
    shop = Shop()
    public = balancer(shop)
    public.add_route("/", Service("web", 80))
    CfnOutput(shop.stack, "Address", value=public.dns_name)
    assert [rule.paths for rule in public.plan.listeners[0].rules] == [("/*",)]
    public.add_route("/last", Service("last", 80))
    (rule,) = shop.ingress_object()["spec"]["rules"]
    assert [path["path"] for path in rule["http"]["paths"]] == ["/last", "/"]


def test_hosts_and_paths_of_all_kinds_stand_in_order_of_precedence() -> None:
    shop = Shop()
    public = balancer(shop)
    for match in ("/", "*.example.com/", "a.example.com/", "a.example.com/x/y", "a.example.com/x"):
        public.add_route(match, Service("web", 80))
    public.add_route(Exact("a.example.com/x"), Service("web", 80))
    public.add_route(Pattern("a.example.com/*.png"), Service("web", 80), order=-1)
    rules = shop.ingress_object()["spec"]["rules"]
    assert [(rule.get("host"), [(path["pathType"], path["path"]) for path in rule["http"]["paths"]]) for rule in rules] == [
        ("a.example.com", [("ImplementationSpecific", "/*.png")]),
        ("a.example.com", [("Exact", "/x"), ("Prefix", "/x/y"), ("Prefix", "/x"), ("Prefix", "/")]),
        ("*.example.com", [("Prefix", "/")]),
        (None, [("Prefix", "/")]),
    ]


def test_https_with_a_redirect_from_http() -> None:
    shop = Shop()
    certificate = aws_certificatemanager.Certificate(shop.stack, "Certificate", domain_name="shop.example.com")
    public = balancer(shop, listeners=[Listener.redirect_to_https(), Listener.https(certificates=[certificate])])
    public.add_route("/", Service("web", 80))
    found = alb_annotations(shop.ingress_object())
    assert found["listen-ports"] == '[{"HTTP":80},{"HTTPS":443}]'
    assert found["ssl-redirect"] == "443"
    assert found["certificate-arn"] == "<Certificate4E7ABB08>"
    assert found["ssl-policy"] == "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"
    http, https = public.plan.listeners
    assert str(http.default_action) == "redirect 301 to https://#{host}:443/#{path}?#{query}"
    assert (len(http.rules), len(https.rules)) == (0, 1)


def test_redirects_and_fixed_responses_are_actions_of_the_load_balancer() -> None:
    shop = Shop()
    public = balancer(shop)
    public.add_route("old.example.com/", Redirect(host="new.example.com", status_code=302))
    public.add_route("/teapot", FixedResponse(418, 'I "am"\na teapot'))
    body = shop.ingress_object()
    found = alb_annotations(body)
    assert json.loads(found["actions.redirect-old-example-com"]) == {
        "type": "redirect",
        "redirectConfig": {"host": "new.example.com", "statusCode": "HTTP_302"},
    }
    assert json.loads(found["actions.response-teapot"]) == {
        "type": "fixed-response",
        "fixedResponseConfig": {"contentType": "text/plain", "statusCode": "418", "messageBody": 'I "am"\na teapot'},
    }
    backends = [path["backend"]["service"] for rule in body["spec"]["rules"] for path in rule["http"]["paths"]]
    assert backends == [
        {"name": "redirect-old-example-com", "port": {"name": "use-annotation"}},
        {"name": "response-teapot", "port": {"name": "use-annotation"}},
    ]


def test_settings_of_the_load_balancer_hold_for_all_services() -> None:
    shop = Shop()
    public = balancer(
        shop,
        scheme=Scheme.INTERNET_FACING,
        targets=Targets(target_type=TargetType.INSTANCE, health_check=HealthCheck(path="/up", healthy_threshold=3)),
        name="front",
        group_name="everyone",
    )
    public.add_route("/", Service("web", "http"))
    body = shop.ingress_object()
    assert body["metadata"]["name"] == "front"
    assert alb_annotations(body) == {
        "group.name": "everyone",
        "group.order": "0",
        "healthcheck-path": "/up",
        "healthy-threshold-count": "3",
        "listen-ports": '[{"HTTP":80}]',
        "scheme": "internet-facing",
        "target-type": "instance",
    }
    assert public.group_name == "everyone"


def test_a_service_with_a_health_check_of_its_own_does_not_lend_it_to_others() -> None:
    shop = Shop()
    public = balancer(shop)
    public.add_route("/", Service("web", 80))
    public.add_route("/api", Service("api", 80, health_check=HealthCheck(path="/healthz")))
    first, second = shop.objects()
    assert (first["metadata"]["name"], alb_annotations(first)["healthcheck-path"]) == ("shop-health-check-ba3da0", "/healthz")
    assert second["metadata"]["name"] == "shop"
    assert "healthcheck-path" not in alb_annotations(second)
    assert (alb_annotations(first)["group.order"], alb_annotations(second)["group.order"]) == ("-1", "0")


ROUTES: list[tuple[Any, Any, dict[str, Any]]] = [
    ("/", Service("web", 80), {}),
    ("/api", Service("api", 80, health_check=HealthCheck(path="/up")), {}),
    ("a.example.com/", Service("web", 80, namespace="other"), {}),
    (Exact("/login"), Service("login", 80, target_type=TargetType.INSTANCE), {"conditions": [HttpMethod("POST")]}),
    ("/login", Redirect(path="/"), {}),
]


def test_the_order_in_which_routes_are_added_changes_nothing() -> None:
    found = set()
    for routes in itertools.islice(itertools.permutations(ROUTES), 0, None, 7):
        shop = Shop()
        public = balancer(shop)
        for match, backend, more in routes:
            public.add_route(match, backend, **more)
        found.add(json.dumps([made.body for made in shop.ingress.manifests()]))
    assert len(found) == 1


def test_the_order_in_which_load_balancers_and_routes_are_added_changes_nothing_in_the_template() -> None:
    found = []
    for step in (1, -1):
        shop = Shop()
        for name in ("Shop", "Other")[::step]:
            public = shop.ingress.add_load_balancer(name, namespace="shop")
            for match, backend, more in ROUTES[::step]:
                public.add_route(match, backend, **more)
        found.append(shop.resources())
    assert found[0] == found[1]


def test_only_the_class_name_is_written_never_the_legacy_annotation() -> None:
    shop = Shop()
    balancer(shop).add_route("/", Service("web", 80))
    body = shop.ingress_object()
    assert body["spec"]["ingressClassName"] == "alb"
    assert "kubernetes.io/ingress.class" not in body["metadata"]["annotations"]


def test_hosts_that_are_known_only_at_deploy_time_pass_unharmed() -> None:
    shop = Shop()
    zone = aws_route53.HostedZone.from_hosted_zone_attributes(
        shop.stack, "Zone", hosted_zone_id="Z1", zone_name=shop.stack.format_arn(service="x", resource="y")
    )
    public = balancer(shop)
    public.add_route(f"shop.{zone.zone_name}/cart", Service("cart", 80))
    public.add_route(f"{zone.zone_name}/", Redirect(host=f"shop.{zone.zone_name}"))
    text = json.dumps(shop.resources()["IngressShopShop0B6553F4"]["Properties"]["Manifest"])
    assert "Token" not in text
    assert text.count('{"Ref": "AWS::Partition"}') == 3


def test_the_address_is_that_of_the_last_ingress_which_keeps_its_name() -> None:
    shop = Shop()
    public = balancer(shop)
    CfnOutput(shop.stack, "Address", value=public.dns_name)
    CfnOutput(shop.stack, "Again", value=public.dns_name)
    public.add_route("/", Service("web", 80))
    public.add_route("/api", Service("api", 80, target_type=TargetType.INSTANCE))
    (value,) = (r for r in shop.resources().values() if r["Type"] == "Custom::AWSCDK-EKS-KubernetesObjectValue")
    assert {key: value["Properties"][key] for key in ("ObjectType", "ObjectName", "ObjectNamespace", "JsonPath")} == {
        "ObjectType": "ingress",
        "ObjectName": "shop",
        "ObjectNamespace": "shop",
        "JsonPath": ".status.loadBalancer.ingress[0].hostname",
    }


def test_moving_constructs_in_the_tree_renames_nothing() -> None:
    def resources(*, wrapped: bool) -> dict[str, Any]:
        app = new_app()
        stack = Stack(app, "Shop")
        scope = Construct(stack, "Wrapper") if wrapped else stack
        cluster = v2_imported(stack)
        ingress = EksIngress(scope, "Ingress", cluster=cluster)
        for name in ("Shop", "Other"):
            # One below the controller, one beside it.
            place = ingress if name == "Shop" else scope
            public = ApplicationLoadBalancer(place, name, ingress, namespace="shop", pod_readiness_gate=True)
            for match, backend, more in ROUTES:
                public.add_route(match, backend, **more)
        found = template(app, "Shop")["Resources"]
        return {name: resource["Properties"] for name, resource in found.items() if name.startswith("Ingress")}

    assert resources(wrapped=True) == resources(wrapped=False)
    assert len(resources(wrapped=True)) > 10


def test_adding_a_route_renames_no_ingress() -> None:
    def names(*more: str) -> set[str]:
        shop = Shop()
        public = balancer(shop)
        for path in ("/", *more):
            public.add_route(path, Service(f"s{path[1:]}", 80, health_check=HealthCheck(path=path)))
        return {name for name, resource in shop.resources().items() if resource["Type"].endswith("KubernetesResource")}

    assert names() < names("/a") < names("/a", "/b")


@pytest.mark.parametrize("stabilized", [False, True])
def test_aspects_of_the_user_see_the_ingresses(stabilized: bool) -> None:
    import jsii  # noqa: PLC0415
    from aws_cdk import CfnResource, IAspect  # noqa: PLC0415
    from constructs import IConstruct  # noqa: PLC0415

    seen: list[str] = []

    @jsii.implements(IAspect)
    class Spy:
        def visit(self, node: IConstruct) -> None:
            if isinstance(node, CfnResource):
                seen.append(node.cfn_resource_type)

    shop = Shop(app=App(context={**FLAGS, "@aws-cdk/core:aspectStabilization": stabilized}))
    balancer(shop).add_route("/", Service("web", 80))
    Aspects.of(shop.app).add(Spy())
    Tags.of(shop.app).add("team", "shop")
    shop.app.synth()
    assert seen.count("Custom::AWSCDK-EKS-KubernetesResource") == 1


def test_a_user_can_test_the_plan() -> None:
    shop = Shop()
    public = balancer(shop)
    public.add_route("/", Service("web", 80))
    assert shop.ingress.plan().load_balancers == (public.plan,)
    assert public.plan.members == ("shop/shop",)
    assert [str(rule.action) for rule in public.plan.listeners[0].rules] == ["Service shop/web:80"]
    Template.from_stack(shop.stack).resource_count_is("Custom::AWSCDK-EKS-HelmChart", 1)


def test_the_plan_of_a_load_balancer_that_would_be_refused_says_why() -> None:
    shop = Shop()
    public = balancer(shop)
    public.add_route("shop.example.com", Service("web", 80))
    with pytest.raises(Refused, match="a path begins with '/'"):
        _ = public.plan


def test_what_is_of_another_kind_is_told_with_everything_else() -> None:
    given: Any = {"ingress_class": "Bad Class", "default": "nothing"}
    balancer = Shop().ingress.add_load_balancer("Shop", namespace="shop", **given)
    assert [problem.reason.partition(" is n")[0] for problem in balancer.problems()] == [
        "default 'nothing'",
        "class_name 'Bad Class'",
    ]


def test_a_route_that_is_never_reached_is_a_warning_that_names_its_line() -> None:
    shop = Shop()
    public = balancer(shop)
    public.add_route("/", Service("web", 80))
    public.add_route(Pattern("/*.png"), Service("images", 80))
    found = Annotations.from_stack(shop.stack).find_warning("*", Match.any_value())
    assert len(found) == 1
    text = str(found[0].entry.data)
    assert text.startswith("EKI101 warning  Shop/Ingress/Shop  (tests/synth/test_load_balancer.py:")
    assert "any host /*.png is never reached: rule 1, any host /* from" in text
