from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eks_ingress.routing.names import slug


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Public", "public"),
        ("PublicApi", "public-api"),
        ("public_api", "public-api"),
        ("Public API", "public-api"),
        ("v2Api", "v2-api"),
        ("--a--b--", "a-b"),
        ("2nd", "x-2nd"),
        ("", "x"),
        ("é", "x"),
        ("redirect-shop.example.com/a/*", "redirect-shop-example-com-a"),
    ],
)
def test_a_text_becomes_a_label(text: str, name: str) -> None:
    assert slug(text, 63) == name


def test_a_label_that_is_cut_ends_in_a_letter_or_digit() -> None:
    assert slug("abc-def", 4) == "abc"


@settings(deadline=None, derandomize=True)
@given(st.text(max_size=30), st.integers(min_value=1, max_value=20))
def test_any_text_becomes_a_label_that_begins_with_a_letter(text: str, longest: int) -> None:
    name = slug(text, longest)
    assert len(name) <= longest
    assert re.fullmatch(r"[a-z]([-a-z0-9]*[a-z0-9])?", name)
