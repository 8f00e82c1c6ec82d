from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from eks_ingress.manifests.manifest import Manifest
from tests.plan.objects import FLAGS, balancer, ingress, plan, refused, source

ORDER = "annotation alb.ingress.kubernetes.io/group.order"


def members(*manifests: Manifest, **flags: Any) -> dict[str, tuple[str, ...]]:
    return {x.group: x.members for x in plan(manifests, replace(FLAGS, **flags)).load_balancers}


def test_without_manifests_there_is_no_load_balancer() -> None:
    assert plan([]).load_balancers == ()


def test_only_ingresses_of_the_controller_are_planned() -> None:
    assert members(ingress("/", class_name="nginx"), ingress("/", name="mine")) == {"shop/mine": ("shop/mine",)}


def test_the_controller_may_have_several_classes() -> None:
    manifests = [ingress("/", name=name, class_name=name) for name in ("public", "internal", "alb")]
    assert members(*manifests, class_names=frozenset({"public", "internal"})) == {
        "shop/internal": ("shop/internal",),
        "shop/public": ("shop/public",),
    }


def test_an_ingress_without_class_is_not_planned() -> None:
    assert members(ingress("/", class_name=None)) == {}


def test_an_object_of_another_kind_is_not_planned() -> None:
    service = Manifest({"kind": "Service", "metadata": {"name": "web"}, "spec": {"ingressClassName": "alb"}}, source())
    assert members(service) == {}


def test_the_older_annotation_names_the_class_as_well() -> None:
    assert members(ingress("/", class_name=None, said={"kubernetes.io/ingress.class": "alb"})) == {"shop/web": ("shop/web",)}


@pytest.mark.parametrize(
    ("ingress_class", "value", "planned"),
    [
        ("alb", "alb", True),
        ("public", "public", True),
        ("public", "alb", False),
        ("public", "internal", False),
        ("", "alb", True),
        ("", "", True),
        ("", "public", False),
    ],
)
def test_the_older_annotation_is_compared_with_the_flag_of_that_name(ingress_class: str, value: str, planned: bool) -> None:
    made = ingress("/", class_name=None, said={"kubernetes.io/ingress.class": value})
    names = frozenset({"public", "internal", "alb"})
    assert bool(members(made, class_names=names, ingress_class=ingress_class)) is planned


def test_the_older_annotation_goes_before_the_class_name() -> None:
    assert members(ingress("/", said={"kubernetes.io/ingress.class": "nginx"})) == {}


def test_an_ingress_without_group_has_a_load_balancer_of_its_own() -> None:
    assert members(ingress("/", name="a"), ingress("/", name="a", namespace="other")) == {
        "other/a": ("other/a",),
        "shop/a": ("shop/a",),
    }


def test_ingresses_of_any_namespace_share_a_group() -> None:
    said = {"group.name": "public"}
    assert members(ingress("/", name="a", said=said), ingress("/", name="a", namespace="other", said=said)) == {
        "public": ("other/a", "shop/a")
    }


@pytest.mark.parametrize(
    ("orders", "expected"),
    [
        ({"a": None, "b": None, "c": None}, "abc"),
        ({"c": None, "b": None, "a": None}, "abc"),
        ({"a": "2", "b": "1", "c": "0"}, "cba"),
        ({"a": "1", "b": None, "c": "-1"}, "cba"),
        ({"a": "0", "b": None, "c": "+0"}, "abc"),
        ({"a": "10", "b": "9", "c": "009"}, "bca"),
        ({"a": "1000", "b": "0", "c": "-1000"}, "cba"),
    ],
)
def test_a_group_is_sorted_by_order_and_then_by_name(orders: dict[str, str | None], expected: str) -> None:
    manifests = [
        ingress("/", name=name, said={"group.name": "g", **({} if order is None else {"group.order": order})})
        for name, order in orders.items()
    ]
    assert balancer(*manifests).members == tuple(f"shop/{name}" for name in expected)


def test_members_of_the_same_order_are_sorted_by_namespace_first() -> None:
    said = {"group.name": "g", "group.order": "5"}
    manifests = [ingress("/", name=name, namespace=space, said=said) for space, name in (("b", "a"), ("a", "z"), ("a-b", "a"))]
    assert balancer(*manifests).members == ("a-b/a", "a/z", "b/a")


def test_the_first_member_is_where_the_load_balancer_comes_from() -> None:
    later, first = (
        ingress("/", name=name, said={"group.name": "g", "group.order": order}) for name, order in (("a", "1"), ("b", "0"))
    )
    assert balancer(later, first).source == source("b")


@pytest.mark.parametrize("order", ["-1001", "1001", "2147483647"])
def test_an_order_out_of_range_is_refused(order: str) -> None:
    assert refused(ingress("/", said={"group.order": order})) == [
        (f"Ingress shop/web: group.order {order} is out of range.", "Write a number from -1000 to 1000.", source())
    ]


@pytest.mark.parametrize("order", ["", "first", "1.5", " 1", "2147483648"])
def test_an_unreadable_order_is_refused(order: str) -> None:
    assert refused(ingress("/", said={"group.order": order})) == [
        (f"Ingress shop/web: {ORDER} is {order!r}, and must be a whole number of 32 bits.", "Correct the value.", source())
    ]


def test_a_bad_order_stops_its_own_group_only() -> None:
    planned = plan([ingress("/", name="bad", said={"group.order": "first"}), ingress("/", name="good")])
    assert [x.group for x in planned.load_balancers] == ["shop/good"]
    assert len(planned.problems) == 1


def test_bad_orders_of_two_groups_are_told_at_once() -> None:
    assert len(refused(*[ingress("/", name=name, said={"group.order": "first"}) for name in "ab"])) == 2


@pytest.mark.parametrize("name", ["group", "42", "m00nf1sh", "group-m00nf1sh", "a.b", "aaaa-.cc-c.c", "a" * 63])
def test_a_group_has_a_name_that_the_controller_takes(name: str) -> None:
    assert balancer(ingress("/", said={"group.name": name})).group == name


@pytest.mark.parametrize("name", ["", "GROUP", "-abcdef", "abcdef-", ".a", "a_b", "shop/other", "a" * 64])
def test_a_group_name_that_the_controller_does_not_take_is_refused(name: str) -> None:
    planned = plan([ingress("/", said={"group.name": name}), ingress("/", name="other")])
    assert [problem.source for problem in planned.problems] == [source()]
    assert [x.group for x in planned.load_balancers] == ["shop/other"]


@pytest.mark.parametrize("value", [10, True])
def test_an_annotation_that_is_no_text_is_refused(value: Any) -> None:
    body = {
        "kind": "Ingress",
        "metadata": {"name": "web", "namespace": "shop", "annotations": {"alb.ingress.kubernetes.io/group.order": value}},
        "spec": {"ingressClassName": "alb"},
    }
    (problem,) = plan([Manifest(body, source())]).problems
    assert problem.reason.startswith(f"Ingress shop/web: {ORDER} is {value!r}")
