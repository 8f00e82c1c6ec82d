from __future__ import annotations

from eks_ingress.checks.classes import OverruledByClass
from eks_ingress.checks.registry import find
from eks_ingress.plan.model import Overruled, Plan
from eks_ingress.source import Source
from tests.plan.objects import PREFIX, ingress, of_class, plan, source


def test_an_annotation_that_the_class_overrules_is_found() -> None:
    made = [*of_class({"scheme": "internal"}), ingress("/", class_name="public", said={"scheme": "internet-facing"})]
    (finding,) = find(plan(made))
    assert finding.source == Source("Shop/web")
    assert str(finding) == (
        "EKI233 warning  Shop/web\n"
        "    alb.ingress.kubernetes.io/scheme 'internet-facing' has no effect: `scheme` of class 'public' decides.\n"
        "    What the IngressClassParams of a class say goes before the annotations of its Ingresses.\n"
        "    Leave it out here, or take it out of the class."
    )


def test_an_annotation_about_which_the_class_says_nothing_is_not_found() -> None:
    made = [*of_class({"sslPolicy": "a"}), ingress("/", class_name="public", said={"scheme": "internet-facing"})]
    assert list(find(plan(made))) == []


def test_each_annotation_of_each_ingress_is_found_in_its_order() -> None:
    said = {"target-type": "ip", "group.name": "g", "tags": "team=cart,stage=beta", "scheme": "internal"}
    spec = {"scheme": "internal", "targetType": "ip", "tags": [{"key": "stage", "value": "prod"}]}
    made = [*of_class(spec), *[ingress("/", name=name, class_name="public", said=said) for name in "ab"]]
    findings = list(OverruledByClass().find(plan(made)))
    assert [(finding.source, finding.message.split(" ")[0].removeprefix(PREFIX)) for finding in findings] == [
        (source(name), annotation) for name in "ab" for annotation in ("target-type", "tags", "scheme")
    ]


def test_what_is_overruled_twice_in_one_place_is_told_once() -> None:
    overruled = Overruled(f"{PREFIX}scheme", "internal", "public", "scheme", source())
    assert len(list(OverruledByClass().find(Plan((), overruled=(overruled, overruled))))) == 1
