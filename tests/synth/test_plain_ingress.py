"""Ingresses that are written one by one, and pass through the same plan and checks as load balancers."""

from __future__ import annotations

import re
from typing import Any

import pytest
from aws_cdk import Stack
from aws_cdk.assertions import Annotations, Match
from constructs import Construct

from eks_ingress import (
    Cognito,
    EksIngress,
    FixedResponse,
    Forward,
    HealthCheck,
    HttpMethod,
    Ingress,
    IngressPath,
    IngressRule,
    IngressTls,
    KubernetesIngress,
    Listener,
    LoadBalancerSettings,
    Redirect,
    Refused,
    Scheme,
    Service,
    Targets,
    TargetType,
    UrlRewrite,
)
from eks_ingress.routing.names import PREFIX
from tests.synth.apps import Shop, kubernetes_objects, new_app, v2_imported
from tests.synth.graph import Graph

HERE = r"\(tests/synth/test_plain_ingress\.py:\d+\)"
CERTIFICATE = "arn:aws:acm:eu-west-1:111122223333:certificate/12345678-1234-1234-1234-123456789012"


def rules(path: str = "/", service: Service = Service("web", 80), host: str | None = None) -> list[IngressRule]:
    return [IngressRule(host, [IngressPath(path, "Prefix", service)])]


def spec(**said: Any) -> Ingress:
    return Ingress(**{"namespace": "shop", "rules": rules(), **said})


def of_group(shop: Shop, **said: Any) -> None:
    """A load balancer, and an Ingress that joins its group."""
    shop.ingress.add_load_balancer("Shop", namespace="shop").add_route("/", Service("web", 80))
    shop.ingress.add_ingress("Plain", spec(**{"group_name": "shop.shop", **said}))


def test_an_annotation_of_somebody_else_may_have_any_name() -> None:
    shop = Shop()
    shop.ingress.add_ingress("PublicApi", spec(annotations={"spec": "mine", "example.com/spec": "theirs"}))
    written = shop.ingress_object()
    assert written["metadata"]["annotations"] == {"spec": "mine", "example.com/spec": "theirs"}
    assert written["spec"]["rules"]


def test_what_is_said_is_written_and_nothing_else() -> None:
    shop = Shop()
    made = shop.ingress.add_ingress("PublicApi", spec())
    assert shop.ingress_object() == {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {"name": "public-api", "namespace": "shop"},
        "spec": {
            "ingressClassName": "alb",
            "rules": [
                {
                    "http": {
                        "paths": [
                            {
                                "path": "/",
                                "pathType": "Prefix",
                                "backend": {"service": {"name": "web", "port": {"number": 80}}},
                            }
                        ]
                    }
                }
            ],
        },
    }
    assert made.ingress_name == "public-api"


def test_an_ingress_is_one_to_one_with_its_manifest() -> None:
    shop = Shop()
    shop.ingress.add_ingress(
        "Plain",
        Ingress(
            namespace="shop",
            name="legacy.api",
            class_name="theirs",
            group_name="everyone",
            group_order=7,
            settings=LoadBalancerSettings(scheme=Scheme.INTERNET_FACING),
            listeners=[Listener.redirect_to_https(), Listener.https(certificates=[CERTIFICATE])],
            targets=Targets(target_type=TargetType.INSTANCE, health_check=HealthCheck(path="/up")),
            auth=Cognito("arn:aws:cognito-idp:eu-west-1:111122223333:userpool/eu-west-1_Ab1Cd2Ef3", "1example23456789", "shop"),
            rules=[
                IngressRule(
                    "shop.example.com",
                    [
                        IngressPath("/late", "Exact", Service("late", "http")),
                        IngressPath(
                            "/a*", "ImplementationSpecific", Service("web", 80), [HttpMethod("GET")], [UrlRewrite("^/a", "/")]
                        ),
                        IngressPath("/both", "Prefix", Forward([(Service("blue", 80), 1), (Service("green", 80), 2)])),
                        IngressPath("/old", "Prefix", Redirect(path="/new")),
                    ],
                ),
                IngressRule("*.example.com", [IngressPath("", "ImplementationSpecific", Service("web", 80))]),
            ],
            default_backend=FixedResponse(404),
            tls=[IngressTls("shop.example.org"), IngressTls(["a.example.org", "b.example.org"], "for-others")],
            labels={"team": "shop"},
            annotations={"external-dns.alpha.kubernetes.io/ttl": "60"},
        ),
    )

    def named(name: str) -> dict[str, Any]:
        return {"service": {"name": name, "port": {"name": "use-annotation"}}}

    assert shop.ingress_object() == {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {
            "name": "legacy.api",
            "namespace": "shop",
            "labels": {"team": "shop"},
            "annotations": {
                "external-dns.alpha.kubernetes.io/ttl": "60",
                f"{PREFIX}group.name": "everyone",
                f"{PREFIX}group.order": "7",
                f"{PREFIX}scheme": "internet-facing",
                f"{PREFIX}listen-ports": '[{"HTTP":80},{"HTTPS":443}]',
                f"{PREFIX}ssl-redirect": "443",
                f"{PREFIX}certificate-arn": CERTIFICATE,
                f"{PREFIX}target-type": "instance",
                f"{PREFIX}healthcheck-path": "/up",
                f"{PREFIX}auth-type": "cognito",
                f"{PREFIX}auth-idp-cognito": (
                    '{"userPoolARN":"arn:aws:cognito-idp:eu-west-1:111122223333:userpool/eu-west-1_Ab1Cd2Ef3",'
                    '"userPoolClientID":"1example23456789","userPoolDomain":"shop"}'
                ),
                f"{PREFIX}actions.forward-shop-example-com-a": (
                    '{"type":"forward","forwardConfig":{"targetGroups":[{"serviceName":"web","servicePort":80}]}}'
                ),
                f"{PREFIX}conditions.forward-shop-example-com-a": (
                    '[{"field":"http-request-method","httpRequestMethodConfig":{"values":["GET"]}}]'
                ),
                f"{PREFIX}transforms.forward-shop-example-com-a": (
                    '[{"type":"url-rewrite","urlRewriteConfig":{"rewrites":[{"regex":"^/a","replace":"/"}]}}]'
                ),
                f"{PREFIX}actions.forward-shop-example-com-both": (
                    '{"type":"forward","forwardConfig":{"targetGroups":[{"serviceName":"blue","servicePort":80,"weight":1},'
                    '{"serviceName":"green","servicePort":80,"weight":2}]}}'
                ),
                f"{PREFIX}actions.redirect-shop-example-com-old": (
                    '{"type":"redirect","redirectConfig":{"path":"/new","statusCode":"HTTP_301"}}'
                ),
                f"{PREFIX}actions.response-default": (
                    '{"type":"fixed-response","fixedResponseConfig":{"contentType":"text/plain","statusCode":"404"}}'
                ),
            },
        },
        "spec": {
            "ingressClassName": "theirs",
            "defaultBackend": named("response-default"),
            "tls": [
                {"hosts": ["shop.example.org"]},
                {"hosts": ["a.example.org", "b.example.org"], "secretName": "for-others"},
            ],
            "rules": [
                {
                    "host": "shop.example.com",
                    "http": {
                        "paths": [
                            {
                                "path": "/late",
                                "pathType": "Exact",
                                "backend": {"service": {"name": "late", "port": {"name": "http"}}},
                            },
                            {
                                "path": "/a*",
                                "pathType": "ImplementationSpecific",
                                "backend": named("forward-shop-example-com-a"),
                            },
                            {"path": "/both", "pathType": "Prefix", "backend": named("forward-shop-example-com-both")},
                            {"path": "/old", "pathType": "Prefix", "backend": named("redirect-shop-example-com-old")},
                        ]
                    },
                },
                {
                    "host": "*.example.com",
                    "http": {
                        "paths": [
                            {
                                "pathType": "ImplementationSpecific",
                                "backend": {"service": {"name": "web", "port": {"number": 80}}},
                            }
                        ]
                    },
                },
            ],
        },
    }


def test_it_is_planned_like_everything_else() -> None:
    shop = Shop()
    shop.ingress.add_ingress("Plain", spec(rules=rules(host="shop.example.com")))
    (planned,) = shop.ingress.plan().load_balancers
    assert (planned.group, planned.members, planned.scheme) == ("shop/plain", ("shop/plain",), "internal")
    (rule,) = planned.listeners[0].rules
    assert (rule.hosts, rule.paths, str(rule.action)) == (("shop.example.com",), ("/*",), "Service shop/web:80")
    assert planned.source.construct == "Shop/Ingress/Plain"


def test_it_comes_after_the_controller() -> None:
    shop = Shop()
    shop.ingress.add_ingress("Plain", spec())
    graph = Graph(shop.app)
    (release,) = graph.of_type("Custom::AWSCDK-EKS-HelmChart")
    assert release in graph.waits_for(("Shop", "IngressShopPlain924076D6"))


def test_it_may_be_in_another_stack() -> None:
    shop = Shop()
    team = Stack(shop.app, "Team")
    KubernetesIngress(team, "Plain", shop.ingress, spec(namespace="team"))
    graph = Graph(shop.app)
    assert graph.of_type("Custom::AWSCDK-EKS-HelmChart") <= graph.waits_for(("Team", "IngressTeamPlain3A28444D"))
    assert [balancer.members for balancer in shop.ingress.plan().load_balancers] == [("team/plain",)]


def test_a_controller_that_is_there_serves_it_too() -> None:
    app = new_app()
    stack = Stack(app, "Shop")
    host = EksIngress.from_existing(stack, "Ingress", cluster=v2_imported(stack), ingress_class_name="theirs")
    host.add_ingress("Plain", spec())
    (body,) = kubernetes_objects(app.synth().get_stack_by_name("Shop").template["Resources"])
    assert body["spec"]["ingressClassName"] == "theirs"


def test_it_may_join_the_group_of_a_load_balancer() -> None:
    shop = Shop()
    of_group(shop, group_order=-5, rules=rules("/x"))
    (planned,) = shop.ingress.plan().load_balancers
    assert planned.members == ("shop/plain", "shop/shop")
    assert [rule.paths for rule in planned.listeners[0].rules] == [("/x", "/x/*"), ("/*",)]
    assert shop.ingress.load_balancer("Shop").plan == planned
    shop.app.synth()


def test_a_rule_that_the_load_balancer_takes_first_is_a_warning_on_the_ingress() -> None:
    shop = Shop()
    of_group(shop, group_order=5, rules=rules("/x"))
    (found,) = Annotations.from_stack(shop.stack).find_warning("*", Match.any_value())
    assert found.id == "/Shop/Ingress/Plain"
    assert re.match(
        rf"EKI101 warning  Shop/Ingress/Plain  {HERE}\n"
        r"    any host /x, /x/\* is never reached: rule 1, any host /\* from Shop/Ingress/Shop  "
        rf"{HERE}, takes all of its requests\.",
        str(found.entry.data),
    )


GROUPS: dict[str, tuple[dict[str, Any], str]] = {
    "another scheme": (
        {"settings": LoadBalancerSettings(scheme=Scheme.INTERNET_FACING)},
        rf"Ingress shop/shop: scheme is 'internal' here and 'internet-facing' in Ingress shop/plain \(Shop/Ingress/Plain  {HERE}\)",
    ),
    "another protocol": (
        {"listeners": [Listener.https(80)]},
        r"Ingress shop/shop: port 80 is HTTP here and HTTPS in Ingress shop/plain of the same group\.",
    ),
}


@pytest.mark.parametrize("case", GROUPS)
def test_members_of_a_group_that_disagree_are_refused(case: str) -> None:
    said, words = GROUPS[case]
    shop = Shop()
    of_group(shop, rules=rules("/x"), **said)
    assert re.search(rf"error  Shop/Ingress/\w+  {HERE}\n +{words}", shop.refusal())


def test_two_default_backends_in_a_group_are_refused() -> None:
    shop = Shop()
    shop.ingress.add_load_balancer("Shop", namespace="shop", default=Service("a", 80)).add_route("/", Service("web", 80))
    shop.ingress.add_ingress("Plain", Ingress(namespace="shop", group_name="shop.shop", default_backend=Service("b", 80)))
    assert "several Ingresses of the group have a default backend: shop/plain, shop/shop." in shop.refusal()


def test_an_ingress_that_a_load_balancer_makes_as_well_is_refused() -> None:
    shop = Shop()
    of_group(shop, name="shop", rules=rules("/x"))
    assert re.search(
        rf"error  Shop/Ingress/Plain  {HERE}\n"
        rf" +Ingress 'shop/shop' belongs to Shop/Ingress/Shop  {HERE} as well\.\n"
        r" +Give one of them another id, or another `name=`\.",
        shop.refusal(),
    )


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "Service elsewhere": (
        {"rules": rules(service=Service("web", 80, namespace="other"))},
        "namespace of Service 'web', 'other' is not that of the Ingress, 'shop', and an Ingress knows no other.\n"
        "    Add the route to a load balancer with `add_route`, which makes an Ingress there.",
    ),
    "Service with settings": (
        {"rules": rules(service=Service("web", 80, health_check=HealthCheck(path="/up")))},
        "Service 'web' says something of its targets that this Ingress does not say, and there is one set of settings for all of "
        "it.\n"
        "    Say it in the `targets` of the Ingress, or put `service_annotations(…)` on the Kubernetes Service.",
    ),
    "group order": ({"group_order": 1001}, "group_order 1001 is out of range.\n    Write a whole number from -1000 to 1000."),
    "no rules": (
        {"rules": []},
        "rules [] are none and there is no default backend, so that Kubernetes refuses it.\n"
        "    Write `rules=[IngressRule(host, [IngressPath('/', 'Prefix', Service(name, port))])]`, or `default_backend=…`.",
    ),
    "no listeners": (
        {"listeners": []},
        "listeners [] is empty: nothing would answer.\n    Write `listeners=[Listener.http()]`, or leave `listeners` out.",
    ),
}


@pytest.mark.parametrize(
    ("key", "word"), [(f"{PREFIX}scheme", "LoadBalancerSettings.scheme"), ("kubernetes.io/ingress.class", "Ingress.class_name")]
)
def test_an_annotation_of_the_controller_is_refused_with_the_word_that_stands_for_it(key: str, word: str) -> None:
    with pytest.raises(Refused) as refused:
        Shop().ingress.add_ingress("Plain", spec(annotations={key: "alb"}))
    assert [(problem.reason, problem.remedy) for problem in refused.value.problems] == [
        (
            f"annotation {key!r} is the controller's, and has a typed name.",
            f"Write `{word}`: `eks-ingress annotations` lists them all.",
        )
    ]


@pytest.mark.parametrize("case", REFUSED)
def test_what_an_ingress_cannot_say_is_refused_where_it_is_written(case: str) -> None:
    said, words = REFUSED[case]
    with pytest.raises(Refused) as refused:
        spec(**said)
    assert str(refused.value) == words


def test_the_same_settings_on_service_and_ingress_are_fine() -> None:
    check = HealthCheck(path="/up")
    shop = Shop()
    shop.ingress.add_ingress(
        "Plain", spec(rules=rules(service=Service("web", 80, health_check=check)), targets=Targets(health_check=check))
    )
    assert shop.ingress_object()["metadata"]["annotations"] == {f"{PREFIX}healthcheck-path": "/up"}


def test_moving_an_ingress_in_the_tree_renames_nothing() -> None:
    def names(*, wrapped: bool) -> set[str]:
        shop = Shop()
        scope = Construct(shop.stack, "Wrapper") if wrapped else shop.ingress
        KubernetesIngress(scope, "Plain", shop.ingress, spec())
        return set(shop.resources())

    assert names(wrapped=True) == names(wrapped=False)


def test_hosts_and_paths_that_nobody_serves_are_refused_together() -> None:
    shop = Shop()
    paths = [IngressPath("/a b", "Prefix", Service("web", 80)), IngressPath("/a//b", "Exact", Service("web", 80))]
    shop.ingress.add_ingress("Web", Ingress(namespace="shop", rules=[IngressRule("bad_host.example.com", paths)]))
    refusal = shop.refusal()
    assert refusal.count("host of route 'bad_host.example.com") == 2
    assert "holds a character that a load balancer refuses in a path" in refusal
    assert "has an empty or relative part, which Kubernetes refuses" in refusal


def test_expressions_are_no_paths_that_a_load_balancer_would_refuse() -> None:
    shop = Shop()
    rules = [IngressRule("shop.example.com", [IngressPath("/^/v[0-9]+/(a|b)$", "ImplementationSpecific", Service("web", 80))])]
    shop.ingress.add_ingress("Web", Ingress(namespace="shop", rules=rules, regex_paths=True))
    (rule,) = shop.ingress.plan().load_balancers[0].listeners[0].rules
    assert rule.path_regexes == ("^/v[0-9]+/(a|b)$",)
    shop.app.synth()
