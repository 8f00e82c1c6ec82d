"""What docs/annotations.md shows is what happens."""

from __future__ import annotations

import re
from typing import Any

import yaml

from tests.synth.apps import ROOT, Shop

PAGE = (ROOT / "docs" / "annotations.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def test_the_annotations_that_it_shows_are_those_of_the_example() -> None:
    shop = Shop()
    exec(blocks("python")[0], {"ingress": shop.ingress})
    (shown,) = map(yaml.safe_load, blocks("yaml"))
    assert shop.ingress_object()["metadata"]["annotations"] == shown


def test_the_annotations_of_a_service_are_made_as_it_shows() -> None:
    names: dict[str, Any] = {}
    exec(blocks("python")[1], names)
    assert names["metadata"] == {
        "name": "web",
        "annotations": {"alb.ingress.kubernetes.io/healthcheck-path": "/healthz", "alb.ingress.kubernetes.io/tags": "team=web"},
    }
