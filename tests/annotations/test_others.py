"""Annotations for others than the controller."""

from __future__ import annotations

import pytest

from eks_ingress.annotations import catalogue, of_services
from eks_ingress.annotations.others import is_the_controllers, require_others
from eks_ingress.refusal import Refusals

ALL = "`eks-ingress annotations` lists them all."


def remedies(*keys: str) -> list[str]:
    refusals = Refusals()
    require_others(refusals, keys)
    assert all(problem.reason.endswith("is the controller's, and has a typed name.") for problem in refusals.problems)
    return [problem.remedy for problem in refusals.problems]


@pytest.mark.parametrize(
    ("key", "word"),
    [
        ("alb.ingress.kubernetes.io/scheme", "LoadBalancerSettings.scheme"),
        ("alb.ingress.kubernetes.io/actions.blue", "IngressPath.backend"),
        ("kubernetes.io/ingress.class", "Ingress.class_name"),
        ("service.beta.kubernetes.io/aws-load-balancer-scheme", "NetworkSettings.scheme"),
    ],
)
def test_the_typed_word_for_an_annotation_of_the_controller_is_named(key: str, word: str) -> None:
    assert remedies(key) == [f"Write `{word}`: {ALL}"]


def test_an_annotation_that_begins_like_one_of_the_controller_is_refused_too() -> None:
    assert remedies("alb.ingress.kubernetes.io/shceme") == ["Write its typed name: `eks-ingress annotations` lists them."]


def test_no_annotation_of_the_catalogue_is_one_for_others() -> None:
    keys = [row.prefix + row.name for row in (*catalogue.ALL, *of_services.ALL)]
    assert all(map(is_the_controllers, keys))


@pytest.mark.parametrize(
    "key", ["external-dns.alpha.kubernetes.io/hostname", "argocd.argoproj.io/sync-wave", "note", "${Token[A.1]}"]
)
def test_all_other_annotations_are_for_others(key: str) -> None:
    assert remedies(key) == []
