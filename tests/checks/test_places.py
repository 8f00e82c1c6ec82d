from __future__ import annotations

import pytest

from tests.checks.objects import Case, made, messages, service
from tests.plan.objects import PREFIX, ingress

CASES = {
    "EKI202": Case(
        ingress("/", said={"create-acm-cert": "yes"}),
        ingress("/", said={"create-acm-cert": "True"}),
        "alb.ingress.kubernetes.io/create-acm-cert is 'yes'.",
    ),
    "EKI242": Case(
        service(said={"scheme": "internal"}),
        service(said={"target-type": "ip"}),
        "alb.ingress.kubernetes.io/scheme has no effect on a Service.",
    ),
    "EKI412": Case(
        ingress("/", said={f"example.com/{'a' * 64}": "x"}),
        ingress("/", said={f"{'a' * 64}.example.com/{'a' * 63}": "x"}),
        f"the name '{'a' * 64}' of an annotation has 64 characters.",
    ),
}


@pytest.mark.parametrize("id", CASES)
def test_it_is_found_and_what_is_near_is_not(id: str) -> None:
    CASES[id].hold(id)


@pytest.mark.parametrize("kind", ["Deployment", "IngressClass", "Namespace", "Gateway"])
def test_an_annotation_on_another_kind_has_no_effect(kind: str) -> None:
    metadata = {"name": "web", "annotations": {f"{PREFIX}scheme": "internal", "example.com/a": "b"}}
    assert messages("EKI242", made(kind, "web", {}, metadata)) == [f"{PREFIX}scheme has no effect on an object of the kind {kind}."]


def test_a_token_is_no_wrong_yes_or_no() -> None:
    assert messages("EKI202", ingress("/", said={"create-acm-cert": "${Token[A.1]}"})) == []


@pytest.mark.parametrize(("text", "found"), [("a" * 262_000, []), ("a" * 262_144, 1), ("é" * 131_000, []), ("é" * 131_072, 1)])
def test_annotations_have_256_kib_together(text: str, found: object) -> None:
    assert messages("EKI412", ingress("/", said={"example.com/a": text})) == (["its annotations have 256 KiB."] if found else [])
