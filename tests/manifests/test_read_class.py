"""IngressClassParams become the typed words that they were made from."""

from __future__ import annotations

from typing import Any

import pytest

from eks_ingress.manifests.ingress_class import params_spec
from eks_ingress.manifests.read_class import read_class_settings
from eks_ingress.routing.ingress_class import ClassSettings
from tests.manifests.test_ingress_class import EVERYTHING, FIELDS


@pytest.mark.parametrize("words", [EVERYTHING, *(words for words, _ in FIELDS)])
def test_whatever_a_class_says_reads_back(words: dict[str, Any]) -> None:
    settings = ClassSettings(**words)
    assert read_class_settings(params_spec(settings)) == settings


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ({"scheme": "public"}, "is not a valid Scheme"),
        ({"tags": [{"key": "a", "value": "1"}, {"key": "a", "value": "2"}]}, "tags cannot be said in typed words as it stands"),
        ({"new": "field"}, "new cannot be said"),
        ({"sslRedirectPort": "soon"}, "invalid literal"),
        ({"loadBalancerAttributes": [{"key": "deletion_protection.enabled", "value": "True"}]}, "is no value that it has"),
    ],
)
def test_what_words_cannot_say_is_refused(spec: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        read_class_settings(spec)
