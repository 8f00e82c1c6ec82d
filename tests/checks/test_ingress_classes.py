from __future__ import annotations

from dataclasses import replace

import pytest

from eks_ingress.checks.check import ERROR, WARNING
from tests.checks.objects import FLAGS, Case, findings, made, messages, of_class
from tests.plan.objects import ingress

LEGACY = "kubernetes.io/ingress.class"
OTHER = made("IngressClass", "nginx", {"controller": "k8s.io/ingress-nginx"})

CASES = {
    "EKI233": Case(
        [*of_class({"scheme": "internal"}), ingress("/", said={"scheme": "internet-facing"})],
        [*of_class({"scheme": "internal"}), ingress("/", said={"target-type": "ip"})],
        "alb.ingress.kubernetes.io/scheme 'internet-facing' has no effect: `scheme` of class 'alb' decides.",
    ),
    "EKI236": Case(
        ingress("/", class_name="abl"),
        ingress("/", class_name="alb"),
        "class 'abl' is not among the manifests, and the Ingress is not looked at.",
        WARNING,
    ),
    "EKI238": Case(
        [*of_class({"scheme": "internal"}), ingress("/", class_name=None, said={LEGACY: "alb"})],
        [*of_class({}), ingress("/", class_name=None, said={LEGACY: "alb"})],
        "kubernetes.io/ingress.class is 'alb', so that the parameters of the class 'alb' do not count.",
    ),
    "EKI245": Case(
        of_class({"sslRedirectPort": "https"}),
        of_class({"sslRedirectPort": "443"}),
        "sslRedirectPort is 'https'.",
    ),
}


@pytest.mark.parametrize("id", CASES)
def test_it_is_found_and_what_is_near_is_not(id: str) -> None:
    CASES[id].hold(id)


def test_an_unknown_class_is_told_with_the_one_that_was_meant() -> None:
    (finding,) = findings(ingress("/", class_name="albs"))
    assert (finding.remedy, finding.refused) == ("Did you mean 'alb'?", False)


def test_an_unknown_class_among_complete_manifests_is_refused() -> None:
    (finding,) = findings(ingress("/", class_name="abl"), complete=True)
    assert (finding.id, finding.refused, finding.is_error) == ("EKI236", True, True)


def test_an_ingress_of_another_controller_is_no_mistake() -> None:
    assert findings(OTHER, ingress("/", class_name="nginx")) == []


def test_annotations_for_this_controller_on_an_ingress_of_another_are_found() -> None:
    assert messages("EKI236", OTHER, ingress("/", class_name="nginx", said={"scheme": "internal"})) == [
        "class 'nginx' is of k8s.io/ingress-nginx, which does not read the annotations of alb.ingress.kubernetes.io/."
    ]


def test_auto_mode_reads_annotations_of_the_same_names() -> None:
    auto = made("IngressClass", "auto", {"controller": "eks.amazonaws.com/alb"})
    assert findings(auto, ingress("/", class_name="auto", said={"scheme": "internal"})) == []


@pytest.mark.parametrize("name", ["${Token[Class.1]}", None])
def test_a_class_that_is_not_known_or_not_named_is_well(name: str | None) -> None:
    assert messages("EKI236", ingress("/", class_name=name)) == []


def test_the_older_annotation_beside_another_class_is_what_kubernetes_refuses() -> None:
    (finding,) = findings(OTHER, ingress("/", said={LEGACY: "nginx"}))
    assert (finding.id, finding.severity) == ("EKI238", ERROR)
    assert finding.message == "kubernetes.io/ingress.class is 'nginx' and ingressClassName 'alb', which Kubernetes refuses."


def test_the_older_annotation_beside_the_same_class_takes_its_parameters_away() -> None:
    assert len(messages("EKI238", *of_class({"scheme": "internal"}), ingress("/", said={LEGACY: "alb"}))) == 1


def test_the_older_annotation_of_another_controller_is_no_mistake() -> None:
    assert findings(ingress("/", class_name=None, said={LEGACY: "nginx"})) == []


def test_a_controller_without_class_of_its_own_takes_alb() -> None:
    flags = replace(FLAGS, ingress_class="")
    assert len(messages("EKI238", *of_class({"scheme": "internal"}), ingress("/", said={LEGACY: "alb"}), flags=flags)) == 1
