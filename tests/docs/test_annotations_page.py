"""What docs/annotations.md shows is what happens."""

from __future__ import annotations

from typing import Any

import yaml

from tests.docs.pages import block
from tests.synth.apps import Shop

PAGE = "docs/annotations.md"


def test_the_annotations_that_it_shows_are_those_of_the_example() -> None:
    shop = Shop()
    exec(block(PAGE, "python", "ingress.add_load_balancer("), {"ingress": shop.ingress})
    shown = yaml.safe_load(block(PAGE, "yaml", "alb.ingress.kubernetes.io/"))
    assert shop.ingress_object()["metadata"]["annotations"] == shown


def test_the_annotations_of_a_service_are_made_as_it_shows() -> None:
    names: dict[str, Any] = {}
    exec(block(PAGE, "python", "service_annotations("), names)
    assert names["metadata"] == {
        "name": "web",
        "annotations": {"alb.ingress.kubernetes.io/healthcheck-path": "/healthz", "alb.ingress.kubernetes.io/tags": "team=web"},
    }
