from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from eks_ingress.routing.attributes import ListenerAttributes, LoadBalancerAttributes
from eks_ingress.routing.ingress_class import ClassSettings, IngressClass, NamespaceSelector
from eks_ingress.routing.labels import LabelExpression, LabelOperator
from eks_ingress.routing.scheme import IpAddressType, Scheme
from eks_ingress.routing.targets import TargetType
from eks_ingress.routing.tls import TlsPolicy
from eks_ingress.routing.web_acl import WebAcl
from eks_ingress.source import Source
from tests.routing.cdk import CERTIFICATE, TOKEN, Cdk
from tests.routing.refusals import reasons, refusals

EXAMPLE = "arn:aws:acm:eu-west-1:111122223333:certificate/12345678-1234-1234-1234-123456789012"
LABEL = "letters, digits, '-', '_' and '.', with a letter or digit at both ends."


def test_settings_that_say_nothing_are_settings() -> None:
    assert ClassSettings() == ClassSettings(subnets=None, tags={}, certificates=[], inbound_cidrs=[])


@pytest.mark.parametrize(
    ("given", "held"),
    [
        ({"subnets": "subnet-1"}, ("subnet-1",)),
        ({"subnets": ["subnet-0123456789abcdef0", Cdk("subnet-2")]}, ("subnet-0123456789abcdef0", "subnet-2")),
        ({"subnets": [Cdk(TOKEN), "subnet-2"]}, (TOKEN, "subnet-2")),
        ({"subnet_tags": {"tier": "public", "Name": ["a", ""]}}, {"tier": ("public",), "Name": ("a", "")}),
        ({"subnet_tags": {TOKEN: [TOKEN]}}, {TOKEN: (TOKEN,)}),
        ({"inbound_cidrs": "10.0.0.0/8"}, ("10.0.0.0/8",)),
        ({"inbound_cidrs": ["10.0.0.0/8", "2001:db8::/32", TOKEN]}, ("10.0.0.0/8", "2001:db8::/32", TOKEN)),
        ({"prefix_lists": "pl-1"}, ("pl-1",)),
        ({"prefix_lists": [Cdk("pl-1"), TOKEN]}, ("pl-1", TOKEN)),
        ({"legacy_prefix_lists": [Cdk("pl-1"), TOKEN]}, ("pl-1", TOKEN)),
        ({"certificates": [CERTIFICATE, Cdk(TOKEN)]}, (CERTIFICATE, TOKEN)),
        ({"tls_policy": TlsPolicy.RECOMMENDED}, TlsPolicy.RECOMMENDED),
        ({"tls_policy": "ELBSecurityPolicy-TLS13-1-2-2021-06"}, "ELBSecurityPolicy-TLS13-1-2-2021-06"),
        ({"tls_policy": TOKEN}, TOKEN),
        ({"listener_attributes": {"HTTP-1": ListenerAttributes()}}, {"HTTP-1": ListenerAttributes()}),
        ({"listener_attributes": {"HTTPS-65535": ListenerAttributes()}}, {"HTTPS-65535": ListenerAttributes()}),
        ({"ssl_redirect_port": 1}, 1),
        ({"ssl_redirect_port": 65535}, 65535),
        ({"minimum_capacity": 0}, 0),
        ({"minimum_capacity": 2147483647}, 2147483647),
        ({"group_name": "g" * 63}, "g" * 63),
        ({"load_balancer_name": "n" * 32}, "n" * 32),
        ({"load_balancer_name": TOKEN}, TOKEN),
        ({"ipam_ipv4_pool": TOKEN}, TOKEN),
        ({"ipam_ipv4_pool": "ipam-pool-0123456789abcdef0"}, "ipam-pool-0123456789abcdef0"),
        ({"tags": {TOKEN: TOKEN}}, {TOKEN: TOKEN}),
    ],
)
def test_each_form_of_a_setting_is_held_in_its_one_form(given: dict[str, Any], held: object) -> None:
    assert getattr(ClassSettings(**given), next(iter(given))) == held


@pytest.mark.parametrize(
    ("given", "reason", "remedy"),
    [
        (
            {"scheme": "internal"},
            "scheme 'internal' is no Scheme.",
            "Write `Scheme.INTERNAL` or `Scheme.INTERNET_FACING`.",
        ),
        (
            {"ip_address_type": "ipv4"},
            "ip_address_type 'ipv4' is no IpAddressType.",
            "Write `IpAddressType.IPV4` or `IpAddressType.DUALSTACK` or `IpAddressType.DUALSTACK_WITHOUT_PUBLIC_IPV4`.",
        ),
        (
            {"ip_address_type": IpAddressType.DUALSTACK_WITHOUT_PUBLIC_IPV4, "scheme": Scheme.INTERNAL},
            "ip_address_type 'dualstack-without-public-ipv4' is one of internet-facing load balancers, and this one is internal.",
            "Write `IpAddressType.DUALSTACK`, or `scheme=Scheme.INTERNET_FACING`.",
        ),
        ({"target_type": "ip"}, "target_type 'ip' is no TargetType.", "Write `TargetType.IP` or `TargetType.INSTANCE`."),
        ({"web_acl": "arn"}, "web_acl 'arn' is no WebAcl.", "Write `WebAcl(…)`."),
        (
            {"namespace_selector": {"team": "shop"}},
            "namespace_selector {'team': 'shop'} is no NamespaceSelector.",
            "Write `NamespaceSelector(…)`.",
        ),
        (
            {"load_balancer_attributes": {"a": "b"}},
            "load_balancer_attributes {'a': 'b'} is no LoadBalancerAttributes.",
            "Write `LoadBalancerAttributes(…)`.",
        ),
        (
            {"group_name": "g" * 64},
            f"group_name {'g' * 64!r} has 64 characters.",
            "The controller takes at most 63; choose a shorter `group_name=`.",
        ),
        (
            {"group_name": "Shop"},
            "group_name 'Shop' is not a DNS subdomain: 1 to 253 lower-case letters, digits, '-' and '.'.",
            "Write a name such as 'shop'.",
        ),
        (
            {"load_balancer_name": "n" * 33},
            f"load_balancer_name {'n' * 33!r} is not the name of a load balancer: 1 to 32 letters, digits and '-', with a letter "
            "or digit at both ends.",
            "Write a name such as 'shop-public'.",
        ),
        (
            {"subnets": []},
            "subnets [] are none.",
            "Name one a zone, or leave `subnets` out, so that each Ingress may.",
        ),
        (
            {"subnets": ["public-a"]},
            "subnets entry 'public-a' is not the id of one.",
            "Write an id such as 'subnet-0123456789abcdef0'.",
        ),
        (
            {"subnets": "subnet-g"},
            "subnets entry 'subnet-g' is not the id of one.",
            "Write an id such as 'subnet-0123456789abcdef0'.",
        ),
        (
            {"subnets": ["subnet-1", Cdk("subnet-1")]},
            "subnets entry 'subnet-1' is there 2 times, which the controller refuses.",
            "Write it once.",
        ),
        (
            {"subnets": ["subnet-1"], "subnet_tags": {"tier": "public"}},
            "subnet_tags {'tier': 'public'} are given together with subnets, and the controller refuses both.",
            "Write `subnets` or `subnet_tags`.",
        ),
        (
            {"subnet_tags": {}},
            "subnet_tags {} are no tags.",
            "Write {'kubernetes.io/role/elb': '1'}, or leave `subnet_tags` out, so that each Ingress may name subnets.",
        ),
        (
            {"subnet_tags": ["tier"]},
            "subnet_tags ['tier'] are no tags.",
            "Write {'kubernetes.io/role/elb': '1'}, or leave `subnet_tags` out, so that each Ingress may name subnets.",
        ),
        ({"subnet_tags": {"": "public"}}, "key in subnet_tags, '' is none of a tag.", "Write its key."),
        (
            {"subnet_tags": {"tier": []}},
            "values of 'tier' in subnet_tags, [] are none, so that no subnet would be found.",
            "Write a value, or '*' for any.",
        ),
        ({"subnet_tags": {"tier": [1]}}, "values of 'tier' in subnet_tags, [1] are not all texts.", "Write each in quotes."),
        (
            {"subnet_tags": {"tier": ["a", "b", "a"]}},
            "value of 'tier' in subnet_tags, 'a' is there 2 times, which the controller refuses.",
            "Write it once.",
        ),
        (
            {"inbound_cidrs": ["10.0.0.1/8"]},
            "inbound_cidrs entry '10.0.0.1/8' has bits behind its prefix.",
            "Write '10.0.0.0/8'.",
        ),
        ({"inbound_cidrs": "10.0.0.1"}, "inbound_cidrs entry '10.0.0.1' has no prefix length.", "Write '10.0.0.1/32'."),
        ({"prefix_lists": "pl"}, "prefix_lists entry 'pl' is not the id of one.", "Write an id such as 'pl-0123456789abcdef0'."),
        (
            {"legacy_prefix_lists": "x"},
            "legacy_prefix_lists entry 'x' is not the id of one.",
            "Write an id such as 'pl-0123456789abcdef0'.",
        ),
        (
            {"prefix_lists": "pl-1", "legacy_prefix_lists": "pl-2"},
            "legacy_prefix_lists ['pl-2'] are given together with prefix_lists, and Kubernetes refuses both.",
            "Write `prefix_lists`, or for a controller before 2.14 `legacy_prefix_lists`.",
        ),
        ({"certificates": CERTIFICATE}, f"certificates {CERTIFICATE!r} is one and no list.", "Write `certificates=[…]`."),
        ({"certificates": [""]}, "certificates ('',) has an empty entry.", "Take it out."),
        ({"certificates": ["abc"]}, "certificate 'abc' is not the ARN of one.", f"Write an ARN such as {EXAMPLE!r}."),
        (
            {"tls_policy": "TLS"},
            "tls_policy 'TLS' is none of the security policies of AWS.",
            f"Write `TlsPolicy.RECOMMENDED`, or a name such as {TlsPolicy.RECOMMENDED.value!r}.",
        ),
        ({"ssl_redirect_port": 0}, "ssl_redirect_port 0 is out of range.", "Write a port from 1 to 65535."),
        ({"ssl_redirect_port": 65536}, "ssl_redirect_port 65536 is out of range.", "Write a port from 1 to 65535."),
        ({"ssl_redirect_port": "443"}, "ssl_redirect_port '443' is out of range.", "Write a port from 1 to 65535."),
        (
            {"listener_attributes": ["HTTPS-443"]},
            "listener_attributes ['HTTPS-443'] are not attributes by listener.",
            "Write {'HTTPS-443': ListenerAttributes(…)}.",
        ),
        *(
            (
                {"listener_attributes": {key: ListenerAttributes()}},
                f"key in listener_attributes, {key!r} names no listener.",
                "Write its protocol and port: 'HTTP-80' or 'HTTPS-443'.",
            )
            for key in ("HTTPS:443", "TLS-443", "https-443", "HTTPS-443 ", "HTTPS", "443", TOKEN, f"HTTPS-{TOKEN}", ("HTTPS", 443))
        ),
        (
            {"listener_attributes": {"HTTP-0": ListenerAttributes()}},
            "listener port 0 is out of range.",
            "Write a port from 1 to 65535.",
        ),
        (
            {"listener_attributes": {"HTTPS-65536": ListenerAttributes()}},
            "listener port 65536 is out of range.",
            "Write a port from 1 to 65535.",
        ),
        (
            {"listener_attributes": {"HTTPS-443": None}},
            "attributes of 'HTTPS-443', None is no ListenerAttributes.",
            "Write `ListenerAttributes(…)`.",
        ),
        ({"minimum_capacity": -1}, "minimum_capacity -1 is out of range.", "Write a whole number from 0 to 2147483647."),
        (
            {"minimum_capacity": 2147483648},
            "minimum_capacity 2147483648 is out of range.",
            "Write a whole number from 0 to 2147483647.",
        ),
        (
            {"ipam_ipv4_pool": "pool"},
            "ipam_ipv4_pool 'pool' is not the id of such a pool.",
            "Write an id such as 'ipam-pool-0123456789abcdef0'.",
        ),
        (
            {"tags": {"elbv2.k8s.aws/cluster": "shop"}},
            "key in tags 'elbv2.k8s.aws/cluster' is a tag of AWS' or of the controller's own.",
            "Write another key.",
        ),
    ],
)
def test_a_refused_setting_says_why_and_what_to_write(given: dict[str, Any], reason: str, remedy: str) -> None:
    assert refusals(lambda: ClassSettings(**given)) == [(reason, remedy)]


def test_settings_tell_all_their_mistakes_at_once() -> None:
    given: dict[str, Any] = {"scheme": "internal", "subnets": [], "certificates": ["abc"], "minimum_capacity": -1}
    assert reasons(lambda: ClassSettings(**given)) == [
        "subnets [] are none.",
        "certificate 'abc' is not the ARN of one.",
        "scheme 'internal' is no Scheme.",
        "minimum_capacity -1 is out of range.",
    ]


def test_settings_do_not_change_with_what_they_were_made_from() -> None:
    tags, attributes, tiers = {"team": "shop"}, {"HTTPS-443": ListenerAttributes()}, {"tier": ["public"]}
    settings = ClassSettings(tags=tags, listener_attributes=attributes, subnet_tags=tiers)
    tags["team"] = "pay"
    attributes.clear()
    tiers["tier"].append("private")
    assert (settings.tags, settings.subnet_tags) == ({"team": "shop"}, {"tier": ("public",)})
    assert settings.listener_attributes == {"HTTPS-443": ListenerAttributes()}


# Namespaces


@pytest.mark.parametrize("operator", [LabelOperator.IN, LabelOperator.NOT_IN])
def test_a_label_is_compared_with_one_value_or_several(operator: LabelOperator) -> None:
    assert LabelExpression("team", operator, "shop").values == ("shop",)
    assert LabelExpression("team", operator, ["shop", "", TOKEN]).values == ("shop", "", TOKEN)


@pytest.mark.parametrize("operator", [LabelOperator.EXISTS, LabelOperator.DOES_NOT_EXIST])
def test_a_label_that_is_asked_for_has_no_values(operator: LabelOperator) -> None:
    assert LabelExpression("team", operator).values == ()
    assert refusals(lambda: LabelExpression("team", operator, ["shop"])) == [
        (
            "values of label 'team', ['shop'] say nothing where it is only asked whether there is such a label.",
            "Write LabelExpression('team', LabelOperator.IN, ['shop']), or without values LabelOperator.EXISTS.",
        )
    ]


@pytest.mark.parametrize("operator", [LabelOperator.IN, LabelOperator.NOT_IN])
def test_a_comparison_with_nothing_is_refused(operator: LabelOperator) -> None:
    assert refusals(lambda: LabelExpression("team", operator)) == [
        (
            "values of label 'team', [] are none to compare it with.",
            "Write LabelExpression('team', LabelOperator.IN, ['shop']), or without values LabelOperator.EXISTS.",
        )
    ]


def test_an_operator_that_does_not_exist_is_refused() -> None:
    operator: Any = "In"
    assert refusals(lambda: LabelExpression("team", operator, "shop")) == [
        (
            "operator of LabelExpression, 'In' is no LabelOperator.",
            "Write `LabelOperator.IN` or `LabelOperator.NOT_IN` or `LabelOperator.EXISTS` or `LabelOperator.DOES_NOT_EXIST`.",
        )
    ]


KEYS = ["a", "A", "0", "team", "a.b_c-D", "k" * 63, "example.com/team", f"{'d' * 253}/k", f"a/{'k' * 63}", TOKEN, f"{TOKEN}/team"]
NO_KEYS = [
    "",
    "-a",
    "a-",
    ".a",
    "a b",
    "k" * 64,
    "/team",
    "example.com/",
    "a/b/c",
    "Example.com/team",
    "a..b/c",
    f"{'d' * 254}/k",
    7,
]
VALUES = ["", "a", "0", "Shop", "a.b_c-D", "v" * 63, TOKEN]
NO_VALUES = ["-", "a-", "_a", "a b", "a/b", "v" * 64, 7]


@pytest.mark.parametrize("key", KEYS)
def test_a_key_of_a_label_is_taken(key: str) -> None:
    assert LabelExpression(key, LabelOperator.EXISTS).key == key
    assert NamespaceSelector({key: "shop"}).match_labels == {key: "shop"}


@pytest.mark.parametrize("key", NO_KEYS)
def test_what_is_no_key_of_a_label_is_refused(key: Any) -> None:
    assert refusals(lambda: LabelExpression(key, LabelOperator.EXISTS)) == [
        (
            f"key of LabelExpression, {key!r} is not the key of a label: 1 to 63 {LABEL}",
            "Write a key such as 'team' or 'example.com/team'.",
        )
    ]


@pytest.mark.parametrize("value", VALUES)
def test_a_value_of_a_label_is_taken(value: str) -> None:
    assert LabelExpression("team", LabelOperator.IN, [value]).values == (value,)
    assert NamespaceSelector({"team": value}).match_labels == {"team": value}


@pytest.mark.parametrize("value", NO_VALUES)
def test_what_is_no_value_of_a_label_is_refused(value: Any) -> None:
    assert refusals(lambda: LabelExpression("team", LabelOperator.IN, [value])) == [
        (
            f"value of label 'team', {value!r} is not the value of a label: up to 63 {LABEL}",
            "Write it as it stands in the labels of what is chosen.",
        )
    ]


def test_a_selector_takes_one_expression_or_several() -> None:
    there = LabelExpression("team", LabelOperator.EXISTS)
    one: Any = there
    assert NamespaceSelector(expressions=one).expressions == NamespaceSelector(expressions=[there]).expressions == (there,)


def test_a_selector_tells_all_its_mistakes_at_once() -> None:
    expressions: Any = [None]
    assert refusals(lambda: NamespaceSelector({"-": "a b"}, expressions)) == [
        (
            f"key in match_labels, '-' is not the key of a label: 1 to 63 {LABEL}",
            "Write a key such as 'team' or 'example.com/team'.",
        ),
        (
            f"value of label '-', 'a b' is not the value of a label: up to 63 {LABEL}",
            "Write it as it stands in the labels of what is chosen.",
        ),
        ("entry of expressions, None is no LabelExpression.", "Write `LabelExpression(…)`."),
    ]


def test_labels_that_are_no_texts_are_refused() -> None:
    labels: Any = {"team": 7}
    assert refusals(lambda: NamespaceSelector(labels)) == [
        ("match_labels {'team': 7} are not texts by name.", "Write {'name': 'value'}, both in quotes.")
    ]


# The class


def test_a_class_has_a_name_and_nothing_else_to_say() -> None:
    assert IngressClass("shop") == IngressClass("shop", None, False, None, Source())


def test_a_class_has_all_that_it_is_given() -> None:
    settings = ClassSettings(
        target_type=TargetType.IP,
        web_acl=WebAcl.by_name("shop"),
        load_balancer_attributes=LoadBalancerAttributes(http2=False),
    )
    made = IngressClass("a." * 126 + "a", settings, True, "shop-1", Source("Shop"))
    assert (made.settings, made.is_default, made.params_name, made.source) == (settings, True, "shop-1", Source("Shop"))


@pytest.mark.parametrize(
    ("make", "reason", "remedy"),
    [
        (
            lambda: IngressClass("Public_Api"),
            "name of IngressClass 'Public_Api' is not a DNS subdomain: 1 to 253 lower-case letters, digits, '-' and '.'.",
            "Write a name such as 'public-api'.",
        ),
        (
            lambda: IngressClass("a" * 254),
            f"name of IngressClass {'a' * 254!r} is not a DNS subdomain: 1 to 253 lower-case letters, digits, '-' and '.'.",
            f"Write a name such as {'a' * 253!r}.",
        ),
        (
            lambda: IngressClass("shop", params_name=""),
            "params_name '' is not a DNS subdomain: 1 to 253 lower-case letters, digits, '-' and '.'.",
            "Write a name such as 'x'.",
        ),
        (
            lambda: IngressClass("shop", {"scheme": "internal"}),  # type: ignore[arg-type]
            "settings {'scheme': 'internal'} is no ClassSettings.",
            "Write `ClassSettings(…)`.",
        ),
        (
            lambda: IngressClass("shop", is_default="true"),  # type: ignore[arg-type]
            "is_default 'true' is neither True nor False.",
            "Write True or False.",
        ),
    ],
)
def test_a_refused_class_says_why_and_what_to_write(make: Callable[[], IngressClass], reason: str, remedy: str) -> None:
    assert refusals(make) == [(reason, remedy)]
