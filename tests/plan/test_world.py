from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from eks_ingress.manifests.manifest import Manifest
from eks_ingress.plan.classes import selects
from eks_ingress.plan.model import Plan
from tests.plan.objects import ALB, FLAGS, ingress, of_class, plan, service, source

SELECTOR = {"namespaceSelector": {"matchLabels": {"team": "shop"}}}


def namespace(labels: Mapping[str, str] | None = None, name: str = "shop") -> Manifest:
    return Manifest({"kind": "Namespace", "metadata": {"name": name, "labels": labels or {}}}, source(name))


def class_of(controller: str = ALB, name: str = "public", *, default: bool = False, **spec: Any) -> Manifest:
    annotations = {"ingressclass.kubernetes.io/is-default-class": "true"} if default else {}
    metadata = {"name": name, "annotations": annotations}
    return Manifest({"kind": "IngressClass", "metadata": metadata, "spec": {"controller": controller, **spec}}, source(name))


def planned(found: Plan) -> list[str]:
    assert found.problems == ()
    return [member for balancer in found.load_balancers for member in balancer.members]


def refusals(found: Plan) -> list[tuple[str | None, str, str]]:
    return [(problem.id, problem.reason.removeprefix("Ingress shop/web: "), problem.event) for problem in found.problems]


PUBLIC = ingress("/", class_name="public")
NONE = ingress("/", class_name=None)


# What is not among the manifests


def test_a_class_that_is_elsewhere_may_be_anyones() -> None:
    assert planned(plan([PUBLIC])) == []


def test_a_class_that_does_not_exist_is_refused() -> None:
    assert refusals(plan([PUBLIC], complete=True)) == [
        (
            "EKI236",
            "there is no IngressClass 'public'.",
            'invalid ingress class: ingressclasses.networking.k8s.io "public" not found',
        )
    ]


def test_a_class_of_another_controller_is_no_matter() -> None:
    assert planned(plan([PUBLIC, class_of("k8s.io/nginx")], complete=True)) == []


PARAMETERS = {"apiGroup": "elbv2.k8s.aws", "kind": "IngressClassParams", "name": "public"}


def test_parameters_that_are_elsewhere_decide_nothing() -> None:
    assert planned(plan([PUBLIC, class_of(parameters=PARAMETERS)])) == ["shop/web"]


def test_parameters_that_do_not_exist_are_refused() -> None:
    assert refusals(plan([PUBLIC, class_of(parameters=PARAMETERS)], complete=True)) == [
        (
            "EKI237",
            "its class 'public' refers to IngressClassParams 'public', which do not exist.",
            '"public" not found',
        )
    ]


@pytest.mark.parametrize(
    "wrong", [{"apiGroup": None}, {"apiGroup": "elbv2.k8s.aws/v1beta1"}, {"kind": "IngressParams"}, {"kind": "ingressclassparams"}]
)
@pytest.mark.parametrize("complete", [True, False])
def test_parameters_of_another_kind_are_refused(wrong: dict[str, str | None], complete: bool) -> None:
    reference = {key: value for key, value in {**PARAMETERS, **wrong}.items() if value is not None}
    assert refusals(plan([PUBLIC, class_of(parameters=reference)], complete=complete)) == [
        (
            "EKI237",
            "its class 'public' refers to parameters that are no IngressClassParams.",
            "invalid ingress class: IngressClass public references unknown parameters",
        )
    ]


def test_a_service_that_is_elsewhere_is_forwarded_to() -> None:
    (found,) = plan([ingress("/")]).load_balancers
    assert str(found.listeners[0].rules[0].action) == "Service shop/web:80"


@pytest.mark.parametrize(("namespace_of", "expected"), [("shop", "Service shop/web:80"), ("other", "answer 503")])
def test_a_service_must_be_in_the_namespace_of_its_ingress(namespace_of: str, expected: str) -> None:
    made = service()
    body = {**made.body, "metadata": {**made.body["metadata"], "namespace": namespace_of}}
    (found,) = plan([ingress("/"), Manifest(body, made.source)], complete=True).load_balancers
    assert str(found.listeners[0].rules[0].action) == expected


# Default classes


@pytest.mark.parametrize(
    ("default", "ingress_class", "expected"),
    [
        ([class_of(default=True)], "alb", ["shop/web"]),
        ([class_of("k8s.io/nginx", default=True)], "alb", []),
        ([class_of("k8s.io/nginx", default=True)], "", []),
        ([class_of()], "alb", []),
        ([class_of()], "", ["shop/web"]),
        ([], "", ["shop/web"]),
    ],
)
def test_an_ingress_without_class_is_of_the_default_one(default: list[Manifest], ingress_class: str, expected: list[str]) -> None:
    assert planned(plan([NONE, *default], replace(FLAGS, ingress_class=ingress_class))) == expected


@pytest.mark.parametrize(("default", "expected"), [([], ["shop/web"]), ([class_of("k8s.io/nginx", "nginx", default=True)], [])])
def test_the_default_class_may_be_known_from_elsewhere(default: list[Manifest], expected: list[str]) -> None:
    assert planned(plan([NONE, *default], replace(FLAGS, class_default="alb"))) == expected


def test_the_default_class_decides_as_one_that_is_named() -> None:
    params, made = of_class({"scheme": "internet-facing"})
    default = class_of(default=True, parameters=made.body["spec"]["parameters"])
    (found,) = plan([NONE, params, default]).load_balancers
    assert found.scheme == "internet-facing"


def test_two_default_classes_keep_the_controller_from_all_groups() -> None:
    defaults = [class_of(name="b", default=True), class_of("k8s.io/nginx", "a", default=True)]
    found = plan([NONE, ingress("/", name="other"), *defaults])
    assert refusals(found) == [
        (
            "EKI239",
            "it names no IngressClass, and several are the default: a, b. The controller loads no group any more.",
            "multiple default IngressClasses found",
        )
    ]
    assert found.load_balancers == ()


def test_two_default_classes_are_no_matter_where_each_ingress_names_one() -> None:
    defaults = [class_of(name="a", default=True), class_of(name="b", default=True)]
    assert planned(plan([ingress("/"), *defaults])) == ["shop/web"]


# Namespace selectors


def selecting(*manifests: Manifest, **given: Any) -> Plan:
    return plan([*of_class(SELECTOR), PUBLIC, *manifests], **given)


def test_a_class_may_be_for_certain_namespaces() -> None:
    assert planned(selecting(namespace({"team": "shop"}))) == ["shop/web"]


def test_an_ingress_of_another_namespace_is_refused() -> None:
    assert refusals(selecting(namespace({"team": "cart"}))) == [
        (
            "EKI237",
            "its class 'public' is for certain namespaces, and 'shop' is none of them.",
            "invalid ingress class:",
        )
    ]


def test_a_namespace_that_is_elsewhere_may_have_the_labels() -> None:
    assert planned(selecting(namespace(name="other"))) == ["shop/web"]


def test_a_namespace_has_a_label_with_its_name() -> None:
    spec = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "shop"}}}
    assert planned(plan([*of_class(spec), PUBLIC, namespace()])) == ["shop/web"]


def test_an_ingress_of_a_class_that_is_not_for_it_leaves_other_groups_as_they_are() -> None:
    for found in (selecting(ingress("/", name="other"), namespace()), selecting(ingress("/", name="other"), complete=True)):
        assert [balancer.members for balancer in found.load_balancers] == [("shop/other",)]


def test_a_namespace_that_does_not_exist_is_refused() -> None:
    assert refusals(selecting(complete=True)) == [
        (
            "EKI237",
            "its class 'public' is for certain namespaces, and namespace 'shop' does not exist.",
            'invalid ingress class: namespaces "shop" not found',
        )
    ]


@pytest.mark.parametrize(
    ("selector", "labels", "expected"),
    [
        ({}, {}, True),
        ({"matchLabels": {"a": "1"}}, {"a": "1", "b": "2"}, True),
        ({"matchLabels": {"a": "1", "b": "2"}}, {"a": "1"}, False),
        ({"matchExpressions": [{"key": "a", "operator": "In", "values": ["1", "2"]}]}, {"a": "2"}, True),
        ({"matchExpressions": [{"key": "a", "operator": "In", "values": ["1"]}]}, {}, False),
        ({"matchExpressions": [{"key": "a", "operator": "NotIn", "values": ["1"]}]}, {"a": "1"}, False),
        ({"matchExpressions": [{"key": "a", "operator": "NotIn", "values": ["1"]}]}, {}, True),
        ({"matchExpressions": [{"key": "a", "operator": "Exists"}]}, {"a": ""}, True),
        ({"matchExpressions": [{"key": "a", "operator": "Exists"}]}, {}, False),
        ({"matchExpressions": [{"key": "a", "operator": "DoesNotExist"}]}, {"a": ""}, False),
        ({"matchExpressions": [{"key": "a", "operator": "DoesNotExist"}]}, {}, True),
        ({"matchLabels": {"a": "1"}, "matchExpressions": [{"key": "b", "operator": "Exists"}]}, {"a": "1"}, False),
    ],
)
def test_a_selector_looks_at_labels(selector: dict[str, Any], labels: dict[str, str], expected: bool) -> None:
    assert selects(selector, labels) is expected


# Ingresses that were there before


def before(*finalizers: str, class_name: str = "alb", deleted: bool = False, **said: str) -> Manifest:
    """An Ingress that the controller has built already."""
    texts = {key.replace("_", "-"): text for key, text in said.items()}
    made = ingress("/", name="old", class_name=class_name, said=texts)
    metadata = {**made.body["metadata"], "finalizers": list(finalizers)}
    return Manifest({**made.body, "metadata": metadata | ({"deletionTimestamp": "now"} if deleted else {})}, made.source)


GROUP = "group.ingress.k8s.aws/g"
SHARED = ingress("/", said={"group.name": "g"})


def test_an_ingress_that_is_being_deleted_belongs_to_no_group() -> None:
    assert planned(plan([before(GROUP, deleted=True), SHARED])) == ["shop/web"]


@pytest.mark.parametrize(("value", "refused"), [("true", True), ("maybe", True), ("false", False)])
def test_protection_from_deletion_keeps_a_group_from_going_on(value: str, refused: bool) -> None:
    old = before(GROUP, deleted=True, load_balancer_attributes=f"deletion_protection.enabled={value}")
    found = plan([old, SHARED, ingress("/", name="other")])
    assert [problem.id for problem in found.problems] == (["EKI333"] if refused else [])
    assert ("g" in [balancer.group for balancer in found.load_balancers]) is not refused
    assert "shop/other" in [balancer.group for balancer in found.load_balancers]


def test_a_group_does_not_go_on_without_a_member_whose_class_became_invalid() -> None:
    found = plan([before(GROUP, class_name="gone"), SHARED], complete=True)
    assert ([problem.id for problem in found.problems], found.load_balancers) == (["EKI236"], ())
    alone = plan([before("ingress.k8s.aws/resources", class_name="gone"), SHARED], complete=True)
    assert [balancer.group for balancer in alone.load_balancers] == ["g"]
