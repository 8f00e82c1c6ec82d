from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from eks_ingress.plan.comparing import Difference, differences
from eks_ingress.plan.flags import ControllerFlags
from eks_ingress.plan.live import Live, read_live
from eks_ingress.plan.model import Plan
from eks_ingress.refusal import Refused
from eks_ingress.report.comparing import Comparison
from tests.plan.objects import ingress, plan

ELB = "AWS::ElasticLoadBalancingV2"
EXISTS = {"$ref": "#/resources///status/certificateARN"}
KEY = "alb.ingress.kubernetes.io/dry-run-plan"


def found(planned: Any, live: Any) -> list[tuple[str, Any, Any]]:
    """What is known to differ."""
    return [(x.pointer, x.planned, x.live) for x in differences(planned, live) if not x.unknown]


def unknown(planned: Any, live: Any) -> list[tuple[str, Any, Any]]:
    """What only the cluster knows, where nothing else differs."""
    assert found(planned, live) == []
    return [(x.pointer, x.planned, x.live) for x in differences(planned, live)]


# Value by value.


@pytest.mark.parametrize("value", ["a", 1, 1.5, True, None, [], {}, [1, {"a": "b"}]])
def test_what_is_the_same_does_not_differ(value: Any) -> None:
    assert [*differences({"a": value}, {"a": copy.deepcopy(value)})] == []


@pytest.mark.parametrize(
    ("planned", "live", "expected"),
    [
        ({"a": 1}, {"a": 2}, [("/a", 1, 2)]),
        ({"a": 1}, {"a": True}, [("/a", 1, True)]),
        ({"a": 1}, {"a": "1"}, [("/a", 1, "1")]),
        ({"a": "x"}, {"a": ["x"]}, [("/a", "x", ["x"])]),
        ({"a": {}}, {"a": []}, [("/a", {}, [])]),
        ({"a": {"b/c": {"d~e": 1}}}, {"a": {"b/c": {"d~e": 2}}}, [("/a/b~1c/d~0e", 1, 2)]),
        ({"a": [1, 2]}, {"a": [2, 1]}, [("/a/0", 1, 2), ("/a/1", 2, 1)]),
    ],
)
def test_what_differs_has_a_pointer(planned: Any, live: Any, expected: list[Any]) -> None:
    assert found(planned, live) == expected


def test_what_is_on_one_side_only_differs() -> None:
    assert [repr(x) for x in found({"a": 1, "b": [1]}, {"c": 2, "b": [1, 2]})] == [
        "('/a', 1, nothing)",
        "('/b/1', nothing, 2)",
        "('/c', nothing, 2)",
    ]


@pytest.mark.parametrize(
    ("planned", "live"),
    [
        ("${VPC of the cluster}", "vpc-1"),
        ("${port}", 8080),
        ("${anything}", {"a": [1]}),
        ("k8s-shop-web-${hash}", "k8s-shop-web-0123456789"),
        ("${a}-${b}-end", "x-y-z-end"),
        ("${a}", "${a} "),
    ],
)
def test_a_placeholder_agrees_with_what_it_may_become(planned: str, live: Any) -> None:
    assert unknown({"a": planned}, {"a": live}) == [("/a", planned, live)]


@pytest.mark.parametrize(
    ("planned", "live"),
    [
        ("k8s-shop-web-${hash}", "k8s-shop-api-0123456789"),
        ("k8s-shop-web-${hash}", "k8s-shop-web-"),
        ("${hash}-nlb", "0123456789"),
        ("a${x}a", "a"),
        ("a${x}b${y}c", "a-c-b-c"[:3]),
        ("port ${x}", 80),
    ],
)
def test_a_placeholder_does_not_agree_with_what_it_cannot_become(planned: str, live: Any) -> None:
    assert found({"a": planned}, {"a": live}) == [("/a", planned, live)]


def test_a_placeholder_stands_for_something_that_is_there() -> None:
    (difference,) = found({"a": "${VPC of the cluster}"}, {})
    assert difference[:2] == ("/a", "${VPC of the cluster}")


def test_a_text_that_looks_like_a_placeholder_is_itself() -> None:
    assert [*differences({"a": "^/${name}$"}, {"a": "^/${name}$"})] == []


def test_a_key_with_a_placeholder_agrees_with_what_it_may_become() -> None:
    planned = {"k8s-shop-web-${hash}": {"Port": 80}, "k8s-shop-api-${hash}": {"Port": 80}}
    live = {"k8s-shop-api-01": {"Port": 81}, "k8s-shop-web-02": {"Port": 80}, "k8s-shop-old-03": {}}
    assert [repr(x) for x in found(planned, live)] == [
        "('/k8s-shop-api-${hash}/Port', 80, 81)",
        "('/k8s-shop-old-03', nothing, {})",
    ]


def test_a_placeholder_in_a_list_stands_for_all_that_are_not_known() -> None:
    assert unknown(["sg-1", "${others}"], ["sg-2", "sg-1", "sg-3"]) == [("/1", "${others}", ["sg-2", "sg-3"])]
    assert unknown([{"id": "${subnets}"}], [{"id": "subnet-1"}, {"id": "subnet-2"}]) == [
        ("/0", {"id": "${subnets}"}, [{"id": "subnet-1"}, {"id": "subnet-2"}])
    ]
    assert [x[:2] for x in found(["sg-1", "${others}"], ["sg-2", "sg-3", "sg-4"])] == [("/0", "sg-1")]
    assert [x[:2] for x in found(["sg-1", "${others}"], ["sg-1"])] == [("/1", "${others}")]


def test_the_order_of_attributes_means_nothing() -> None:
    attributes = [{"key": "a", "value": "1"}, {"key": "b", "value": "2"}, {"key": "c", "value": "${name}"}]
    for name in ("loadBalancerAttributes", "targetGroupAttributes"):
        assert unknown({name: attributes}, {name: [*attributes[1::-1], {"key": "c", "value": "x"}]}) == [
            (f"/{name}/2/value", "${name}", "x")
        ]
        assert found({name: attributes[:2]}, {name: [{"key": "b", "value": "3"}, attributes[0]]}) == [
            (f"/{name}/1/value", "2", "3")
        ]
    listener = [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}]
    assert [*differences({"listenerAttributes": listener}, {"listenerAttributes": listener[::-1]})] == []
    assert [repr(x) for x in found({"listenerAttributes": listener[:1]}, {"listenerAttributes": listener[1:]})] == [
        "('/listenerAttributes/0', {'Key': 'a', 'Value': '1'}, nothing)",
        "('/listenerAttributes/0', nothing, {'Key': 'b', 'Value': '2'})",
    ]


def test_the_order_of_permissions_means_nothing() -> None:
    def permission(block: str) -> dict[str, Any]:
        return {"ipProtocol": "tcp", "fromPort": 80, "toPort": 80, "ipRanges": [{"cidrIP": block}]}

    planned = {"ingress": [permission("10.0.0.0/8"), permission("${block}"), permission("192.0.2.0/24")]}
    live = {"ingress": [permission("192.0.2.0/24"), permission("172.16.0.0/12"), permission("10.0.0.0/8")]}
    assert unknown(planned, live) == [("/ingress/1/ipRanges/0/cidrIP", "${block}", "172.16.0.0/12")]
    assert len(found({"ingress": planned["ingress"][:1]}, {"ingress": live["ingress"][:1]})) == 2


def test_a_certificate_that_exists_is_a_reference_to_nothing() -> None:
    planned = [{"certificateARN": "arn:a"}, {"certificateARN": "${certificate for a.example.com}"}]
    assert unknown({"certificates": planned}, {"certificates": [{"certificateARN": EXISTS}] * 2}) == [
        ("/certificates/1/certificateARN", "${certificate for a.example.com}", EXISTS)
    ]
    assert found({"vpcID": "vpc-1"}, {"vpcID": EXISTS}) == [("/vpcID", "vpc-1", EXISTS)]
    requested = {"certificateARN": {"$ref": "#/resources/AWS::ACM::Certificate/a/status/certificateARN"}}
    assert [x[0] for x in found(requested, {"certificateARN": EXISTS})] == ["/certificateARN/$ref"]


@pytest.mark.parametrize("live", [None, 5, "text", [], [[]], {"loadBalancerAttributes": [5, None, {"key": {}}, []]}])
def test_anything_may_be_live(live: Any) -> None:
    planned = {"loadBalancerAttributes": [{"key": "a", "value": "1"}], "ingress": [1]}
    assert found(planned, {"loadBalancerAttributes": live} if not isinstance(live, dict) else live)
    assert found({"a": planned}, {"a": live})


# A whole plan.


def shop() -> Plan:
    said = {
        "group.name": "shop",
        "listen-ports": [{"HTTPS": 443}],
        "certificate-arn": "arn:a",
        "load-balancer-attributes": "idle_timeout.timeout_seconds=60",
    }
    return plan([ingress("/", said=said), ingress("/", name="alone")], ControllerFlags())


def live_of(planned: Plan, group: str = "shop") -> dict[str, Any]:
    """What the controller would write of one of its load balancers."""
    (stack,) = (balancer.stack for balancer in planned.load_balancers if balancer.group == group)
    text = json.dumps(stack).replace("${hash}", "0123456789").replace("${subnets of the VPC}", "subnet-1")
    made: dict[str, Any] = json.loads(text.replace('"${port}"', "8080").replace("${", "").replace("}-", "-"))
    return made


def test_a_plan_agrees_with_what_was_built_of_it() -> None:
    live = live_of(shop())
    live["resources"][f"{ELB}::Listener"]["443"]["spec"]["certificates"] = [{"certificateARN": EXISTS}]
    compared = Comparison.of(shop(), Live({"shop": live}, is_all=False))
    assert compared.is_equal
    assert str(compared).splitlines()[:2] == ["Load balancer shop: as planned.", "  known only in the cluster:"]
    assert '    "k8s-shop-${hash}", 2 times' in str(compared).splitlines()


def test_what_differs_is_told_key_by_key() -> None:
    live = live_of(shop())
    spec = live["resources"][f"{ELB}::LoadBalancer"]["LoadBalancer"]["spec"]
    spec |= {"scheme": "internet-facing", "loadBalancerAttributes": [{"key": "idle_timeout.timeout_seconds", "value": "90"}]}
    del live["resources"][f"{ELB}::ListenerRule"]["443:1"]
    compared = Comparison.of(shop(), Live({"shop": live}, is_all=False))
    assert not compared.is_equal
    known = [line for line in str(compared).splitlines() if line.startswith("  /")]
    assert known[:2] == [
        f'  /resources/{ELB}::LoadBalancer/LoadBalancer/spec/scheme: planned "internal", live "internet-facing"',
        f"  /resources/{ELB}::LoadBalancer/LoadBalancer/spec/loadBalancerAttributes/0/value: " + 'planned "60", live "90"',
    ]
    assert known[2].startswith(f'  /resources/{ELB}::ListenerRule/443:1: planned {{"spec": {{')
    assert known[2].endswith(", live nothing")
    assert str(compared).startswith("Load balancer shop: 3 differences.\n")
    (told,) = compared.json["load_balancers"]
    assert told["group"] == "shop"
    assert told["differences"][0] == {
        "pointer": f"/resources/{ELB}::LoadBalancer/LoadBalancer/spec/scheme",
        "planned": "internal",
        "live": "internet-facing",
    }
    assert set(told["differences"][2]) == {"pointer", "planned"}
    assert told["known_only_in_the_cluster"]


def test_load_balancers_of_one_side_are_told() -> None:
    live = {"shop": live_of(shop()), "other": {"id": "other", "resources": {}}}
    of_all = Comparison.of(shop(), Live(live, is_all=True))
    assert (of_all.not_live, of_all.not_planned, of_all.is_equal) == (("shop/alone",), ("other",), False)
    assert str(of_all).endswith(
        "\n\nLoad balancer shop/alone: planned, and not live.\n\nLoad balancer other: live, and not planned."
    )
    of_some = Comparison.of(shop(), Live({"shop": live["shop"]}, is_all=False))
    assert (of_some.not_live, of_some.not_planned, of_some.is_equal) == ((), (), True)
    assert Comparison.of(Plan(()), Live({"shop": live["shop"]}, is_all=False)).json == {
        "load_balancers": [],
        "not_live": [],
        "not_planned": ["shop"],
    }


def test_long_values_are_cut() -> None:
    compared = Comparison((("shop", (Difference("/a", "x" * 1000, "y"),)),), (), ())
    (line,) = str(compared).splitlines()[1:]
    assert len(line) < 400
    assert line.endswith('…, live "y"')


# What is live.


STACK = {"id": "shop", "resources": {"a": {}}}


def carrying(stack: Any = STACK, **more: Any) -> dict[str, Any]:
    """An Ingress that the controller wrote its plan to."""
    text = stack if isinstance(stack, str) else json.dumps(stack)
    return {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": {"name": "a", "annotations": {KEY: text}}, **more}


BARE = {"kind": "Ingress", "metadata": {"name": "b"}}


def read(tmp_path: Path, *documents: Any) -> Live:
    file = tmp_path / "live.yaml"
    file.write_text("\n---\n".join(x if isinstance(x, str) else json.dumps(x, indent=2) for x in documents))
    return read_live(file)


@pytest.mark.parametrize(
    ("documents", "is_all"),
    [
        ([STACK], False),
        ([json.dumps(STACK)], False),
        ([json.dumps(json.dumps(STACK))], False),
        (["id: shop\nresources: {a: {}}\n"], False),
        ([carrying()], False),
        ([{"kind": "List", "items": [BARE, carrying(), {"kind": "Service"}]}], True),
        ([{"kind": "IngressList", "items": [carrying()]}], True),
        ([BARE, carrying()], True),
    ],
)
def test_a_plan_is_found_wherever_it_stands(tmp_path: Path, documents: list[Any], is_all: bool) -> None:
    assert read(tmp_path, *documents) == Live({"shop": STACK}, is_all)


@pytest.mark.parametrize(
    ("documents", "words"),
    [
        ([BARE], f"has no dry-run plan: neither one itself, nor an Ingress with the annotation {KEY}"),
        ([{"id": 5, "resources": {}}], "has no dry-run plan"),
        ([[1, None, {}, [[]]]], "has no dry-run plan"),
        (["a: [\n"], "is no YAML"),
        ([carrying("{")], "is no dry-run plan: JSON with `id` and `resources`"),
        ([carrying("[" * 100_000)], "is no dry-run plan"),
        ([carrying("5")], "is no dry-run plan"),
        ([{"metadata": {"annotations": {KEY: 5}}}], "is no dry-run plan"),
        ([{"metadata": {"annotations": 5}}, {"metadata": 5}, {"items": 5}], "has no dry-run plan"),
        ([carrying(), carrying()], "is the second for the group 'shop'"),
    ],
)
def test_what_is_no_plan_is_refused(tmp_path: Path, documents: list[Any], words: str) -> None:
    with pytest.raises(Refused) as refused:
        read(tmp_path, *documents)
    assert words in str(refused.value)
