from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from eks_ingress.manifests.manifest import Manifest
from eks_ingress.plan.classes import NO_CLASS, Class, classes
from eks_ingress.plan.model import Forward, LoadBalancer, Overruled
from tests.plan.objects import ALB, FLAGS, PREFIX, ingress, lines, of_class, path, plan, rule, source

LEGACY = {"kubernetes.io/ingress.class": "public"}


def planned(spec: Mapping[str, Any], *manifests: Manifest) -> LoadBalancer:
    """The only load balancer of Ingresses of the class `public`."""
    found = plan([*of_class(spec), *manifests])
    assert found.problems == ()
    (only,) = found.load_balancers
    return only


def public(*rules: Any, said: Mapping[str, Any] | None = None, name: str = "web") -> Manifest:
    return ingress(*(rules or ("/",)), said=said, name=name, class_name="public")


def target_types(found: LoadBalancer) -> list[str | None]:
    """The target type of each rule of the first listener."""
    actions = [x.action for x in found.listeners[0].rules]
    groups = [target.group for x in actions if isinstance(x, Forward) for target in x.targets]
    return [None if group is None else group.target_type for group in groups]


# Which classes there are


@pytest.mark.parametrize(
    ("spec", "path", "said"),
    [
        ({"scheme": "internal"}, "scheme", "internal"),
        ({"group": {"name": "g"}}, "group.name", "g"),
        ({"group": {}}, "group.name", None),
        ({"group": "g"}, "group.name", None),
        ({}, "group.name", None),
        ({"scheme": ""}, "scheme", None),
        ({"scheme": None}, "scheme", None),
        ({"certificateArn": []}, "certificateArn", None),
        ({"certificateArn": ["a"]}, "certificateArn", ["a"]),
        ({"minimumLoadBalancerCapacity": {"capacityUnits": 0}}, "minimumLoadBalancerCapacity.capacityUnits", 0),
        ({"listeners": [{"port": 80}]}, "listeners.listenerAttributes", [{"port": 80}]),
    ],
)
def test_a_class_says_what_stands_in_its_parameters(spec: dict[str, Any], path: str, said: object) -> None:
    assert Class("public", spec).says(path) == said


def test_no_class_says_nothing() -> None:
    assert (NO_CLASS.says("scheme"), NO_CLASS.says("group.name")) == (None, None)


def test_classes_that_are_named_say_nothing() -> None:
    assert classes([], ["alb", "public"]) == {"alb": Class("alb"), "public": Class("public")}


def test_classes_among_the_manifests_are_the_controllers_if_they_name_it() -> None:
    foreign = Manifest({"kind": "IngressClass", "metadata": {"name": "nginx"}, "spec": {"controller": "k8s.io/nginx"}}, source())
    assert classes([*of_class({"scheme": "internal"}), foreign], ["alb"]) == {
        "alb": Class("alb"),
        "public": Class("public", {"scheme": "internal"}),
    }


def test_parameters_are_found_by_the_name_that_the_class_gives() -> None:
    found = classes([*of_class({"scheme": "internal"}, params="edge"), *of_class({"scheme": "x"}, name="other")], [])
    assert found == {"public": Class("public", {"scheme": "internal"}), "other": Class("other", {"scheme": "x"})}


def test_a_class_comes_before_or_after_its_parameters() -> None:
    assert classes(of_class({"scheme": "internal"})[::-1], []) == {"public": Class("public", {"scheme": "internal"})}


@pytest.mark.parametrize("parameters", [None, {}, {"name": "missing"}])
def test_a_class_without_parameters_at_hand_says_nothing(parameters: dict[str, str] | None) -> None:
    spec = {"controller": ALB, **({} if parameters is None else {"parameters": parameters})}
    made = Manifest({"kind": "IngressClass", "metadata": {"name": "public"}, "spec": spec}, source())
    assert classes([made], []) == {"public": Class("public")}


def test_ingresses_of_a_class_among_the_manifests_are_planned() -> None:
    assert planned({}, public()).members == ("shop/web",)


# What they decide


def test_the_group_of_a_class_goes_before_that_of_an_ingress() -> None:
    spec = {"group": {"name": "everyone"}}
    manifests = [public(name="a", said={"group.name": "mine"}), public(name="b"), public(name="c", said={"group.name": "Wrong!"})]
    found = planned(spec, *manifests)
    assert (found.group, found.members) == ("everyone", ("shop/a", "shop/b", "shop/c"))


def test_a_group_of_a_class_that_the_controller_does_not_take_is_refused() -> None:
    found = plan([*of_class({"group": {"name": "Everyone"}}), public()])
    assert [problem.reason for problem in found.problems] == [
        "Ingress shop/web: group.name 'Everyone' is not one that the controller takes."
    ]


@pytest.mark.parametrize("said", [{}, {"scheme": "internal"}])
def test_the_scheme_of_a_class_goes_before_that_of_an_ingress(said: dict[str, str]) -> None:
    assert planned({"scheme": "internet-facing"}, public(said=said)).scheme == "internet-facing"


def test_the_scheme_of_a_class_settles_what_its_members_disagree_about() -> None:
    members = [public(name=scheme, said={"group.name": "g", "scheme": scheme}) for scheme in ("internal", "internet-facing")]
    assert planned({"scheme": "internal"}, *members).scheme == "internal"


def test_classes_of_one_group_that_differ_in_scheme_are_refused() -> None:
    manifests = [*of_class({"scheme": "internal"}, "a"), *of_class({"scheme": "internet-facing"}, "b")]
    members = [ingress("/", name=name, class_name=name, said={"group.name": "g"}) for name in "ab"]
    assert [problem.reason for problem in plan([*manifests, *members]).problems] == [
        "Ingress shop/b: scheme is 'internet-facing' here and 'internal' in Ingress shop/a (Shop/a), which share a group: "
        "the controller refuses all of it."
    ]


def test_the_certificates_of_a_class_go_before_those_of_an_ingress() -> None:
    (found,) = planned({"certificateArn": ["arn:b", "arn:a"]}, public(said={"certificate-arn": "arn:c"})).listeners
    assert (found.protocol, found.port, found.certificates) == ("HTTPS", 443, ("arn:b", "arn:a"))


def test_an_ingress_listens_on_https_where_its_class_brings_certificates() -> None:
    assert [(x.protocol, x.port) for x in planned({"certificateArn": ["arn:a"]}, public()).listeners] == [("HTTPS", 443)]
    assert [(x.protocol, x.port) for x in planned({}, public()).listeners] == [("HTTP", 80)]


@pytest.mark.parametrize("said", [{}, {"ssl-redirect": "8443"}])
def test_the_port_to_redirect_to_of_a_class_goes_before_that_of_an_ingress(said: dict[str, str]) -> None:
    ports = {"listen-ports": [{"HTTP": 80}, {"HTTPS": 443}, {"HTTPS": 8443}]}
    found = planned({"sslRedirectPort": "443"}, public(said={**ports, **said}))
    assert [(x.port, str(x.default_action).split("?")[0]) for x in found.listeners] == [
        (80, "redirect 301 to https://#{host}:443/#{path}"),
        (443, "answer 404"),
        (8443, "answer 404"),
    ]


def test_a_class_that_redirects_to_what_is_no_listener_is_refused() -> None:
    assert [problem.reason for problem in plan([*of_class({"sslRedirectPort": "443"}), public()]).problems] == [
        "Ingress shop/web: ssl-redirect names port 443, which is no HTTPS listener."
    ]


@pytest.mark.parametrize("said", [{}, {"target-type": "ip"}])
def test_the_target_type_of_a_class_goes_before_that_of_an_ingress(said: dict[str, str]) -> None:
    document = {"type": "forward", "forwardConfig": {"targetGroups": [{"serviceName": "b", "servicePort": 80}]}}
    made = public(rule("/a", path("/b", to="b:action")), said={**said, "actions.b": document})
    assert target_types(planned({"targetType": "instance"}, made)) == ["instance", "instance"]


def test_a_class_decides_for_its_own_ingresses_alone() -> None:
    found = plan([*of_class({"scheme": "internet-facing"}), public(name="a"), ingress("/", name="b")])
    assert [(x.group, x.scheme) for x in found.load_balancers] == [("shop/a", "internet-facing"), ("shop/b", "internal")]


def test_the_older_annotation_leaves_the_parameters_of_the_class_out() -> None:
    spec = {
        "group": {"name": "everyone"},
        "scheme": "internet-facing",
        "certificateArn": ["arn:a"],
        "sslRedirectPort": "443",
        "targetType": "instance",
    }
    said = {**LEGACY, "scheme": "internal"}
    members = [ingress("/", class_name=None, said=said), ingress("/", name="b", class_name="public", said=said)]
    found = plan([*of_class(spec), *members], replace(FLAGS, ingress_class="public"))
    assert (found.problems, found.overruled) == ((), ())
    assert [(x.group, x.scheme) for x in found.load_balancers] == [("shop/b", "internal"), ("shop/web", "internal")]
    assert [(x.protocol, x.certificates, lines(x.rules)) for x in found.load_balancers[0].listeners] == [
        ("HTTP", (), ["any /* -> Service shop/web:80"])
    ]
    assert target_types(found.load_balancers[0]) == ["ip"]


# What is overruled


def overruled(spec: Mapping[str, Any], said: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Annotation, value and field of what a class overrules."""
    found = plan([*of_class(spec), public(said=said)]).overruled
    assert all((x.class_name, x.source) == ("public", source()) for x in found)
    return [(x.annotation.removeprefix(PREFIX), x.value, x.field) for x in found]


@pytest.mark.parametrize(
    ("name", "value", "spec", "field"),
    [
        ("group.name", "mine", {"group": {"name": "everyone"}}, "group.name"),
        ("load-balancer-name", "a", {"loadBalancerName": "b"}, "loadBalancerName"),
        ("ip-address-type", "ipv4", {"ipAddressType": "dualstack"}, "ipAddressType"),
        ("scheme", "internal", {"scheme": "internal"}, "scheme"),
        ("subnets", "a,b", {"subnets": {"ids": ["subnet-1"]}}, "subnets"),
        ("wafv2-acl-arn", "arn:a", {"wafv2AclArn": "arn:b"}, "wafv2AclArn"),
        ("wafv2-acl-arn", "arn:a", {"wafv2AclName": "b"}, "wafv2AclName"),
        ("wafv2-acl-name", "a", {"wafv2AclName": "b"}, "wafv2AclName"),
        (
            "minimum-load-balancer-capacity",
            "CapacityUnits=100",
            {"minimumLoadBalancerCapacity": {"capacityUnits": 200}},
            "minimumLoadBalancerCapacity.capacityUnits",
        ),
        (
            "minimum-load-balancer-capacity",
            "CapacityUnits=100",
            {"minimumLoadBalancerCapacity": {"capacityUnits": 0}},
            "minimumLoadBalancerCapacity.capacityUnits",
        ),
        (
            "ipam-ipv4-pool-id",
            "ipam-pool-1",
            {"ipamConfiguration": {"ipv4IPAMPoolId": "ipam-pool-2"}},
            "ipamConfiguration.ipv4IPAMPoolId",
        ),
        ("ssl-redirect", "443", {"sslRedirectPort": "443"}, "sslRedirectPort"),
        ("inbound-cidrs", "10.0.0.0/8", {"inboundCIDRs": ["0.0.0.0/0"]}, "inboundCIDRs"),
        ("security-group-prefix-lists", "pl-1", {"prefixListsIDs": ["pl-2"]}, "prefixListsIDs"),
        ("security-group-prefix-lists", "pl-1", {"PrefixListsIDs": ["pl-2"]}, "PrefixListsIDs"),
        ("certificate-arn", "arn:a", {"certificateArn": ["arn:b"]}, "certificateArn"),
        ("ssl-policy", "a", {"sslPolicy": "b"}, "sslPolicy"),
        ("target-type", "ip", {"targetType": "instance"}, "targetType"),
    ],
)
def test_what_a_class_says_as_a_whole_overrules_an_annotation(name: str, value: str, spec: dict[str, Any], field: str) -> None:
    assert overruled(spec, {name: value}) == [(name, value, field)]
    assert overruled({}, {name: value}) == []


TEAM = [{"key": "team", "value": "shop"}]
IDLE = [{"key": "idle_timeout.timeout_seconds", "value": "30"}]


def listening(protocol: str, port: int, *entries: Mapping[str, str]) -> dict[str, Any]:
    return {"listeners": [{"protocol": protocol, "port": port, "listenerAttributes": [*entries]}]}


SERVER = {"key": "routing.http.response.server.enabled", "value": "false"}


@pytest.mark.parametrize(
    ("name", "value", "spec", "field"),
    [
        ("tags", "team=cart", {"tags": TEAM}, "tags"),
        ("tags", "stage=beta,team=cart", {"tags": TEAM}, "tags"),
        ("tags", "team=shop", {"tags": TEAM}, "tags"),
        ("load-balancer-attributes", "idle_timeout.timeout_seconds=60", {"loadBalancerAttributes": IDLE}, "loadBalancerAttributes"),
        (
            "listener-attributes.HTTP-80",
            "routing.http.response.server.enabled=true",
            listening("HTTP", 80, SERVER),
            "listeners.listenerAttributes",
        ),
    ],
)
def test_what_a_class_says_by_key_overrules_an_annotation_with_that_key(
    name: str, value: str, spec: dict[str, Any], field: str
) -> None:
    assert overruled(spec, {name: value}) == [(name, value, field)]


@pytest.mark.parametrize(
    ("name", "value", "spec"),
    [
        ("tags", "stage=beta", {"tags": TEAM}),
        ("tags", "team=cart", {"tags": []}),
        ("tags", "", {"tags": TEAM}),
        ("load-balancer-attributes", "routing.http2.enabled=false", {"loadBalancerAttributes": IDLE}),
        ("listener-attributes.HTTP-81", "routing.http.response.server.enabled=true", listening("HTTP", 80, SERVER)),
        ("listener-attributes.HTTPS-80", "routing.http.response.server.enabled=true", listening("HTTP", 80, SERVER)),
        ("listener-attributes.HTTP-80", "routing.http.response.x_frame_options.header_value=DENY", listening("HTTP", 80, SERVER)),
        ("listener-attributes.HTTP-80", "routing.http.response.server.enabled=true", listening("HTTP", 80)),
        (
            "listener-attributes.HTTP-80",
            "routing.http.response.server.enabled=true",
            {"listeners": [{"protocol": "HTTP", "port": 80}]},
        ),
        ("wafv2-acl-name", "a", {"wafv2AclArn": "arn:b"}),
        ("group.order", "1", {"group": {"name": "everyone"}}),
        ("waf-acl-id", "a", {"wafv2AclArn": "arn:b"}),
        ("healthcheck-path", "/up", {"targetType": "ip"}),
    ],
)
def test_what_a_class_does_not_say_stays(name: str, value: str, spec: dict[str, Any]) -> None:
    assert overruled(spec, {name: value}) == []


@pytest.mark.parametrize("value", ["team", "=", "team=shop,=x"])
def test_tags_that_cannot_be_read_overrule_nothing(value: str) -> None:
    found = plan([*of_class({"tags": TEAM}), public(said={"tags": value})])
    assert (found.overruled, [problem.id for problem in found.problems]) == ((), ["EKI201"])


def test_an_annotation_that_is_no_text_overrules_nothing() -> None:
    body = public().body
    body["metadata"]["annotations"][f"{PREFIX}tags"] = True
    assert plan([*of_class({"tags": TEAM}), Manifest(body, source())]).overruled == ()


def test_annotations_of_others_are_not_overruled() -> None:
    assert overruled({"scheme": "internal"}, {"example.com/scheme": "public", f"{PREFIX}schema": "public"}) == []


def test_what_is_overruled_is_told_for_each_ingress_even_of_a_refused_group() -> None:
    said = {"scheme": "internal", "group.order": "5000"}
    found = plan([*of_class({"scheme": "internet-facing"}), public(name="a", said=said), public(name="b", said=said)])
    assert len(found.problems) == 2
    assert found.overruled == tuple(
        Overruled(f"{PREFIX}scheme", "internal", "public", "scheme", source(name)) for name in ("a", "b")
    )


def test_a_class_that_is_only_named_overrules_nothing() -> None:
    assert plan([ingress("/", said={"scheme": "internal"})]).overruled == ()
