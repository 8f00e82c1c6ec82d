"""IngressClasses with what they lay down for all of their Ingresses."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from aws_cdk import App, Duration, Stack
from constructs import Construct
from jsonschema import Draft202012Validator

from eks_ingress import (
    ApplicationLoadBalancer,
    ClassSettings,
    EksIngress,
    Feature,
    Ingress,
    IngressPath,
    IngressRule,
    IpAddressType,
    KubernetesIngressClass,
    Listener,
    ListenerAttributes,
    LoadBalancerAttributes,
    LoadBalancerSettings,
    NamespaceSelector,
    Scheme,
    SecurityGroups,
    Service,
    Targets,
    TargetType,
    TlsPolicy,
    WebAcl,
)
from eks_ingress.manifests.ingress_class import overridden
from eks_ingress.routing.names import PREFIX
from tests.synth.apps import ROOT, Shop, kubernetes_objects, new_app, v2_imported
from tests.synth.graph import Graph

HERE = r"\(tests/synth/test_classes\.py:\d+\)"
SCHEMA = json.loads((ROOT / "tests" / "manifests" / "ingress_class_params.schema.json").read_text("utf-8"))
CERTIFICATE = "arn:aws:acm:eu-west-1:111122223333:certificate/12345678-1234-1234-1234-123456789012"


def balancer(shop: Shop, **settings: Any) -> ApplicationLoadBalancer:
    made = shop.ingress.add_load_balancer("Shop", **{"namespace": "shop", **settings})
    made.add_route("shop.example.com/", Service("web", 80))
    return made


def said(body: Mapping[str, Any]) -> dict[str, str]:
    return {key.removeprefix(PREFIX): text for key, text in body["metadata"]["annotations"].items()}


def of_kind(shop: Shop, kind: str) -> dict[str, Any]:
    (body,) = (body for body in shop.objects() if body["kind"] == kind)
    return body


def warnings(app: App) -> Iterator[str]:
    for stack in app.synth().stacks:
        yield from (str(message.entry.data) for message in stack.messages)


def test_a_class_is_two_objects_that_are_in_no_namespace() -> None:
    shop = Shop()
    made = shop.ingress.add_class("PublicApi", settings=ClassSettings(scheme=Scheme.INTERNET_FACING))
    assert shop.objects() == [
        {
            "apiVersion": "elbv2.k8s.aws/v1beta1",
            "kind": "IngressClassParams",
            "metadata": {"name": "public-api"},
            "spec": {"scheme": "internet-facing"},
        },
        {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "IngressClass",
            "metadata": {"name": "public-api"},
            "spec": {
                "controller": "ingress.k8s.aws/alb",
                "parameters": {"apiGroup": "elbv2.k8s.aws", "kind": "IngressClassParams", "name": "public-api"},
            },
        },
    ]
    assert made.class_name == "public-api"


def test_a_class_that_lays_down_nothing_is_one_object() -> None:
    shop = Shop()
    shop.ingress.add_class("Plain", name="plain.example")
    assert shop.objects() == [
        {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "IngressClass",
            "metadata": {"name": "plain.example"},
            "spec": {"controller": "ingress.k8s.aws/alb"},
        }
    ]


def test_a_class_may_refer_to_parameters_that_are_there() -> None:
    shop = Shop()
    shop.ingress.add_class("Plain", params_name="theirs")
    assert shop.ingress_object()["spec"]["parameters"]["name"] == "theirs"


def test_the_default_class_says_so() -> None:
    shop = Shop()
    shop.ingress.add_class("Plain", is_default=True)
    assert shop.ingress_object()["metadata"]["annotations"] == {"ingressclass.kubernetes.io/is-default-class": "true"}


EVERYTHING = ClassSettings(
    namespace_selector=NamespaceSelector({"team": "shop"}),
    group_name="everyone",
    scheme=Scheme.INTERNET_FACING,
    ip_address_type=IpAddressType.DUALSTACK,
    load_balancer_name="everyone",
    subnets=["subnet-0a1b", "subnet-0a1c"],
    inbound_cidrs=["10.0.0.0/8"],
    prefix_lists=["pl-0a1b"],
    certificates=[CERTIFICATE],
    tls_policy=TlsPolicy.TLS13_1_3_PQ_2025_09,
    ssl_redirect_port=443,
    listener_attributes={"HTTPS-443": ListenerAttributes(server_header=False)},
    load_balancer_attributes=LoadBalancerAttributes(idle_timeout=Duration.minutes(2)),
    minimum_capacity=100,
    ipam_ipv4_pool="ipam-pool-0a1b",
    target_type=TargetType.INSTANCE,
    web_acl=WebAcl.by_name("shop"),
    tags={"team": "platform"},
)
FEATURES = [Feature.WAFV2_BY_NAME, Feature.WAFV2, Feature.CAPACITY_RESERVATION, Feature.IPAM]


def test_all_that_a_class_can_lay_down_passes_the_schema_of_its_parameters() -> None:
    shop = Shop({"features": FEATURES})
    shop.ingress.add_class("Everyone", settings=EVERYTHING)
    body = of_kind(shop, "IngressClassParams")
    Draft202012Validator(SCHEMA).validate(body)
    # The rest are other ways to say the same: prefix lists as older releases read them, and a web ACL by ARN.
    assert SCHEMA["properties"]["spec"]["properties"].keys() - body["spec"].keys() == {"PrefixListsIDs", "wafv2AclArn"}


def test_what_a_class_lays_down_is_not_written_on_its_ingresses() -> None:
    shop = Shop({"features": FEATURES})
    everyone = shop.ingress.add_class("Everyone", settings=EVERYTHING)
    made = balancer(shop, ingress_class=everyone, listeners=[Listener.http(), Listener.https()])
    body = of_kind(shop, "Ingress")
    assert said(body) == {"group.order": "0", "listen-ports": '[{"HTTP":80},{"HTTPS":443}]'}
    assert body["spec"]["ingressClassName"] == "everyone"
    assert list(warnings(shop.app)) == []
    assert everyone.overridden == overridden(of_kind(shop, "IngressClassParams")["spec"])
    assert (made.group_name, made.plan.scheme) == ("everyone", "internet-facing")
    http, https = made.plan.listeners
    assert str(http.default_action) == "redirect 301 to https://#{host}:443/#{path}?#{query}"
    assert https.certificates == (CERTIFICATE,)
    assert str(https.rules[0].action) == "Service shop/web:80"


def test_what_a_class_says_nothing_of_is_written_as_ever() -> None:
    shop = Shop()
    plain = shop.ingress.add_class("Plain", settings=ClassSettings(tags={"team": "platform"}))
    balancer(shop, ingress_class=plain, listeners=[Listener.https(certificates=[CERTIFICATE])], tags={"owner": "shop"})
    assert said(of_kind(shop, "Ingress")) == {
        "group.name": "shop.shop",
        "group.order": "0",
        "scheme": "internal",
        "listen-ports": '[{"HTTPS":443}]',
        "certificate-arn": CERTIFICATE,
        "ssl-policy": "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09",
        "tags": "owner=shop",
        "target-type": "ip",
    }
    assert list(warnings(shop.app)) == []


OVERRULED: dict[str, tuple[ClassSettings, dict[str, Any], str]] = {
    "scheme": (
        ClassSettings(scheme=Scheme.INTERNET_FACING),
        {"scheme": Scheme.INTERNAL},
        "scheme 'internal' has no effect: `scheme` of class 'laid-down' decides.",
    ),
    "certificate": (
        ClassSettings(certificates=[CERTIFICATE]),
        {"listeners": [Listener.https(certificates=[f"{CERTIFICATE}2"])]},
        f"certificate-arn '{CERTIFICATE}2' has no effect: `certificateArn` of class 'laid-down' decides.",
    ),
    "target type": (
        ClassSettings(target_type=TargetType.IP),
        {"targets": Targets(target_type=TargetType.INSTANCE)},
        "target-type 'instance' has no effect: `targetType` of class 'laid-down' decides.",
    ),
    "prefix lists of older releases": (
        ClassSettings(legacy_prefix_lists=["pl-0a1b"]),
        {"security_groups": SecurityGroups.managed(prefix_lists=["pl-0a1c"])},
        "security-group-prefix-lists 'pl-0a1c' has no effect: `PrefixListsIDs` of class 'laid-down' decides.",
    ),
    "tag": (
        ClassSettings(tags={"team": "platform"}),
        {"tags": {"team": "shop", "owner": "shop"}},
        "tags 'team=shop,owner=shop' has no effect: `tags` of class 'laid-down' decides.",
    ),
    "attribute": (
        ClassSettings(load_balancer_attributes=LoadBalancerAttributes(http2=False)),
        {"attributes": LoadBalancerAttributes(http2=True)},
        "load-balancer-attributes 'routing.http2.enabled=true' has no effect: "
        "`loadBalancerAttributes` of class 'laid-down' decides.",
    ),
    "attribute of a listener": (
        ClassSettings(listener_attributes={"HTTP-80": ListenerAttributes(server_header=False)}),
        {"listeners": [Listener.http(attributes=ListenerAttributes(server_header=True))]},
        "listener-attributes.HTTP-80 'routing.http.response.server.enabled=true' has no effect: "
        "`listeners.listenerAttributes` of class 'laid-down' decides.",
    ),
    "web ACL by ARN": (
        ClassSettings(web_acl=WebAcl.by_arn("arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/shop/1")),
        {"web_acl": WebAcl.none()},
        "wafv2-acl-arn 'none' has no effect: `wafv2AclArn` of class 'laid-down' decides.",
    ),
    "web ACL by ARN where the class has one by name": (
        ClassSettings(web_acl=WebAcl.by_name("shop")),
        {"web_acl": WebAcl.none()},
        "wafv2-acl-arn 'none' has no effect: `wafv2AclName` of class 'laid-down' decides.",
    ),
    "redirect": (
        ClassSettings(ssl_redirect_port=443),
        {"listeners": [Listener.redirect_to_https(to=8443), Listener.https(8443), Listener.https()]},
        "ssl-redirect '8443' has no effect: `sslRedirectPort` of class 'laid-down' decides.",
    ),
}


@pytest.mark.parametrize("case", OVERRULED)
def test_what_a_load_balancer_says_and_its_class_overrules_is_a_warning(case: str) -> None:
    laid_down, settings, words = OVERRULED[case]
    shop = Shop({"features": [*Feature]})
    balancer(shop, ingress_class=shop.ingress.add_class("LaidDown", settings=laid_down), **settings)
    (text,) = warnings(shop.app)
    assert re.fullmatch(
        rf"EKI233 warning  Shop/Ingress/Shop  {HERE}\n"
        rf"    alb\.ingress\.kubernetes\.io/{re.escape(words)}\n"
        r"    What the IngressClassParams of a class say goes before the annotations of its Ingresses\.\n"
        r"    Leave it out here, or take it out of the class\. \[ack: eks-ingress:EKI233\]",
        text,
    )


def test_what_an_ingress_on_its_own_says_and_its_class_overrules_is_a_warning_too() -> None:
    shop = Shop()
    shop.ingress.add_class("LaidDown", settings=ClassSettings(scheme=Scheme.INTERNAL, group_name="everyone"))
    rule = IngressRule(None, [IngressPath("/", "Prefix", Service("web", 80))])
    settings = LoadBalancerSettings(scheme=Scheme.INTERNET_FACING)
    spec = Ingress(namespace="shop", class_name="laid-down", group_name="mine", settings=settings, rules=[rule])
    shop.ingress.add_ingress("Plain", spec)
    found = "\n".join(warnings(shop.app))
    assert "group.name 'mine' has no effect: `group.name` of class 'laid-down' decides." in found
    assert "scheme 'internet-facing' has no effect: `scheme` of class 'laid-down' decides." in found
    (planned,) = shop.ingress.plan().load_balancers
    assert (planned.group, planned.scheme) == ("everyone", "internal")


def test_the_group_of_a_class_is_that_of_its_load_balancer() -> None:
    shop = Shop()
    everyone = shop.ingress.add_class("Everyone", settings=ClassSettings(group_name="everyone"))
    assert balancer(shop, ingress_class=everyone).group_name == "everyone"
    other = shop.ingress.add_load_balancer("Other", namespace="shop", ingress_class=everyone, group_name="everyone")
    other.add_route("/", Service("web", 80))
    refusal = shop.refusal()
    assert re.search(
        rf"error  Shop/Ingress/Other  {HERE}\n +group 'everyone' belongs to Shop/Ingress/Shop  {HERE} as well\.", refusal
    )


def test_a_group_name_that_the_class_would_overrule_is_refused() -> None:
    shop = Shop()
    everyone = shop.ingress.add_class("Everyone", settings=ClassSettings(group_name="everyone"))
    balancer(shop, ingress_class=everyone, group_name="mine")
    assert re.search(
        rf"error  Shop/Ingress/Shop  {HERE}\n"
        r" +group_name 'mine' would have no effect, since the class puts all of its Ingresses into the group 'everyone'\.\n"
        r" +Leave it out, or take `group_name` out of the class\.",
        shop.refusal(),
    )


def test_a_class_comes_after_the_controller_and_before_its_load_balancers() -> None:
    shop = Shop()
    public = shop.ingress.add_class("Public", settings=ClassSettings(scheme=Scheme.INTERNET_FACING))
    balancer(shop, ingress_class=public)
    graph = Graph(shop.app)
    classes = {node for node in graph.types if node[1].startswith("IngressIngressClass")}
    assert {name for _, name in classes} == {"IngressIngressClassParamsPublicEE51BFBE", "IngressIngressClassPublic98392654"}
    (release,) = graph.of_type("Custom::AWSCDK-EKS-HelmChart")
    own = ("Shop", "IngressShopShop0B6553F4")
    for node in classes:
        assert release in graph.waits_for(node)
    assert classes <= graph.waits_for(own)
    assert own in graph.gone_before(release)


def test_a_class_may_be_in_another_stack() -> None:
    shop = Shop()
    platform = Stack(shop.app, "Platform")
    public = KubernetesIngressClass(platform, "Public", shop.ingress, settings=ClassSettings(scheme=Scheme.INTERNET_FACING))
    team = Stack(shop.app, "Team")
    made = ApplicationLoadBalancer(team, "Shop", shop.ingress, namespace="shop", ingress_class=public)
    made.add_route("/", Service("web", 80))
    graph = Graph(shop.app)
    assert {node for node in graph.types if node[0] == "Platform"} <= graph.waits_for(("Team", "IngressShopShop0B6553F4"))
    found = [body["kind"] for body in kubernetes_objects(shop.app.synth().get_stack_by_name("Platform").template["Resources"])]
    assert found == ["IngressClassParams", "IngressClass"]
    assert made.plan.scheme == "internet-facing"


def test_a_class_that_is_there_already_is_named() -> None:
    shop = Shop()
    made = balancer(shop, ingress_class="theirs")
    assert shop.ingress_object()["spec"]["ingressClassName"] == "theirs"
    assert shop.ingress.plan().load_balancers == (made.plan,)


def test_the_class_of_the_controller_cannot_be_added_again() -> None:
    shop = Shop()
    shop.ingress.add_class("Alb", settings=ClassSettings(scheme=Scheme.INTERNAL))
    assert re.search(
        rf"error  Shop/Ingress/Alb  {HERE}\n"
        r" +name 'alb' is that of the class that comes with the controller\.\n"
        r" +Choose another `name=`\.",
        shop.refusal(),
    )


@pytest.mark.parametrize(
    ("settings", "kind", "name"),
    [({"name": "public"}, "IngressClass", "public"), ({"params_name": "shared"}, "IngressClassParams", "shared")],
)
def test_two_classes_cannot_be_one_object(settings: dict[str, Any], kind: str, name: str) -> None:
    shop = Shop()
    for construct in ("One", "Two"):
        laid_down = ClassSettings(scheme=Scheme.INTERNAL) if "params_name" in settings else None
        shop.ingress.add_class(construct, settings=laid_down, **settings)
    assert re.search(
        rf"error  Shop/Ingress/Two  {HERE}\n"
        rf" +{kind} '{name}' belongs to Shop/Ingress/One  {HERE} as well\.\n"
        r" +Give one of them another id, or another `name=`\.",
        shop.refusal(),
    )


def test_what_is_no_name_of_a_class_is_refused_with_everything_else() -> None:
    shop = Shop()
    shop.ingress.add_class("Public", name="Public API")
    shop.ingress.add_load_balancer("Empty", namespace="shop")
    refusal = shop.refusal()
    assert "name of IngressClass 'Public API' is not a DNS subdomain" in refusal
    assert "the load balancer has no routes" in refusal


def test_a_controller_that_is_there_takes_classes_as_well() -> None:
    app = new_app()
    stack = Stack(app, "Shop")
    host = EksIngress.from_existing(stack, "Ingress", cluster=v2_imported(stack), ingress_class_name="theirs")
    host.add_class("Public", settings=ClassSettings(scheme=Scheme.INTERNET_FACING))
    assert [body["kind"] for body in kubernetes_objects(app.synth().get_stack_by_name("Shop").template["Resources"])] == [
        "IngressClassParams",
        "IngressClass",
    ]


def test_moving_a_class_in_the_tree_renames_nothing() -> None:
    def names(*, wrapped: bool) -> set[str]:
        shop = Shop()
        scope = Construct(shop.stack, "Wrapper") if wrapped else shop.ingress
        KubernetesIngressClass(scope, "Public", shop.ingress, settings=ClassSettings(scheme=Scheme.INTERNAL))
        return set(shop.resources())

    assert names(wrapped=True) == names(wrapped=False)
