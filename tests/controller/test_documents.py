from __future__ import annotations

import re
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from eks_ingress.controller.documents import LIMIT, document, size, split

names = st.text("abcdef", min_size=1, max_size=12)
resources = st.just("*") | st.lists(st.text("arn:*", min_size=1, max_size=400), min_size=1, max_size=40, unique=True)


@st.composite
def statements(draw: st.DrawFn) -> list[dict[str, Any]]:
    drawn = draw(st.lists(st.tuples(st.lists(names, min_size=1, max_size=60, unique=True), resources), max_size=12))
    return [
        {"Sid": f"S{number}x", "Effect": "Allow", "Action": actions, "Resource": where}
        for number, (actions, where) in enumerate(drawn)
    ]


def whole(parts: list[dict[str, Any]]) -> list[tuple[str, list[str], list[str]]]:
    """The statements that the parts were, in the order of their names."""
    found: dict[str, tuple[list[str], list[str]]] = {}
    for part in parts:
        sid = re.sub(r"x\d+$", "x", part["Sid"])
        where = [part["Resource"]] if isinstance(part["Resource"], str) else part["Resource"]
        found.setdefault(sid, (part["Action"], []))[1].extend(where)
    return sorted((sid, actions, sorted(where)) for sid, (actions, where) in found.items())


@given(statements())
def test_splitting_loses_no_statement(before: list[dict[str, Any]]) -> None:
    documents = split(before, {})
    assert whole([statement for statements in documents for statement in statements]) == whole(before)
    assert all(size(statements, {}) < LIMIT for statements in documents)
    assert documents == split(before, {})


def test_what_fits_into_one_document_stays_as_it_is() -> None:
    before = [{"Sid": sid, "Effect": "Allow", "Action": ["ec2:*"], "Resource": "*"} for sid in ("B", "A", "C")]
    assert split(before, {}) == [before]


def test_a_document_has_the_size_that_iam_counts() -> None:
    statement = {"Sid": "A", "Effect": "Allow", "Action": ["ec2:*"], "Resource": "*"}
    assert document([statement]) == {"Version": "2012-10-17", "Statement": [statement]}
    assert size([statement], {}) == len(
        '{"Version":"2012-10-17","Statement":[{"Sid":"A","Effect":"Allow","Action":["ec2:*"],"Resource":"*"}]}'
    )


def test_an_unknown_value_within_another_counts_once() -> None:
    inner = "${Token[A.1]}"
    outer = f"arn:{inner}:role"
    statement = {"Resource": [outer, inner]}
    expected = size([{"Resource": ["x" * 90, "x" * 10]}], {})
    assert size([statement], {inner: 10, outer: 90}) == expected
