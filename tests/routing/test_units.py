from __future__ import annotations

from collections.abc import Callable
from dataclasses import FrozenInstanceError, dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import Any

import pytest

from eks_ingress.refusal import Refusals
from eks_ingress.routing.units import (
    put,
    require_arn,
    require_cidr,
    require_count,
    require_flag,
    require_list,
    require_no_comma,
    require_span,
    require_texts,
    several,
    span,
    whole_seconds,
)

TOKEN = "${Token[TOKEN.12]}"
TOKENS = "#{Token[TOKEN.13]}"


def said(check: Callable[[Refusals], object]) -> list[tuple[str, str]]:
    """Reason and remedy of each problem that a check notes."""
    found = Refusals()
    check(found)
    return [(problem.reason, problem.remedy) for problem in found.problems]


@dataclass
class Duration:
    """As the CDK has it."""

    seconds: int

    def to_seconds(self) -> int:
        return self.seconds


@dataclass(frozen=True, slots=True)
class Word:
    text: str
    number: int = 0


def test_a_frozen_word_can_be_filled_while_it_is_made() -> None:
    word = Word("a")
    put(word, text="b", number=1)
    assert word == Word("b", 1)
    with pytest.raises(FrozenInstanceError):
        word.text = "c"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("given", "held"),
    [
        (None, None),
        (timedelta(seconds=5), timedelta(seconds=5)),
        (Duration(5), timedelta(seconds=5)),
        (Duration(0), timedelta(0)),
        (5, 5),
    ],
)
def test_a_length_of_time_is_held_as_a_timedelta(given: Any, held: object) -> None:
    assert span(given) == held


@pytest.mark.parametrize(("given", "seconds"), [(timedelta(0), 0), (timedelta(minutes=2), 120), (timedelta(days=7), 604800)])
def test_a_length_of_time_has_whole_seconds(given: timedelta, seconds: int) -> None:
    assert whole_seconds(given) == seconds


@pytest.mark.parametrize(
    ("given", "held"),
    [
        ("ab", ("ab",)),
        ("", ("",)),
        (["a", "b"], ("a", "b")),
        (("a",), ("a",)),
        ([], ()),
        (5, (5,)),
        (None, (None,)),
        ({"a": 1}, ({"a": 1},)),
    ],
)
def test_one_thing_or_several_are_held_as_a_tuple(given: object, held: tuple[object, ...]) -> None:
    assert several(given) == held


@pytest.mark.parametrize("value", [None, timedelta(seconds=1), timedelta(seconds=60)])
def test_a_length_of_time_in_its_range_is_taken(value: timedelta | None) -> None:
    assert said(lambda found: require_span(found, "delay", value, 1, 60)) == []


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (timedelta(0), "'0:00:00'"),
        (timedelta(seconds=-1), "'-1 day, 23:59:59'"),
        (timedelta(seconds=61), "'0:01:01'"),
        (timedelta(seconds=2, microseconds=1), "'0:00:02.000001'"),
        (30, "30"),
        ("30s", "'30s'"),
    ],
)
def test_a_length_of_time_out_of_its_range_is_refused(value: Any, words: str) -> None:
    assert said(lambda found: require_span(found, "delay", value, 1, 60)) == [
        (
            f"delay {words} must be a datetime.timedelta or a Duration of 1 s to 60 s, in whole seconds.",
            "Write timedelta(seconds=1) or longer, up to timedelta(seconds=60).",
        )
    ]


@pytest.mark.parametrize("value", [None, 2, 10])
def test_a_number_in_its_range_is_taken(value: int | None) -> None:
    assert said(lambda found: require_count(found, "count", value, 2, 10)) == []


@pytest.mark.parametrize("value", [1, 11, -2, True, 2.0, "2", TOKEN])
def test_a_number_out_of_its_range_is_refused(value: Any) -> None:
    assert said(lambda found: require_count(found, "count", value, 2, 10)) == [
        (f"count {value!r} is out of range.", "Write a whole number from 2 to 10.")
    ]


@pytest.mark.parametrize("value", [None, True, False])
def test_a_flag_is_taken(value: bool | None) -> None:
    assert said(lambda found: require_flag(found, "flag", value)) == []


@pytest.mark.parametrize("value", [0, 1, "true", "", TOKEN])
def test_what_is_no_flag_is_refused(value: Any) -> None:
    assert said(lambda found: require_flag(found, "flag", value)) == [
        (f"flag {value!r} is neither True nor False.", "Write True or False.")
    ]


@pytest.mark.parametrize("values", [[], ["a"], ("a", TOKEN), [f"x{TOKEN}"]])
def test_a_list_of_texts_is_taken(values: object) -> None:
    found = Refusals()
    assert require_list(found, "names", values) is True
    assert found.problems == []


@pytest.mark.parametrize(
    ("values", "problems"),
    [
        ("a", [("names 'a' is one text and no list.", "Write ['a'].")]),
        (5, [("names 5 holds something that is no text.", "Write a list of texts.")]),
        (None, [("names None holds something that is no text.", "Write a list of texts.")]),
        (["a", 1], [("names ['a', 1] holds something that is no text.", "Write a list of texts.")]),
        (
            [TOKENS],
            [(f"names [{TOKENS!r}] is a list that only CloudFormation knows.", "Join it to one text: `[Fn.join(',', values)]`.")],
        ),
        ([""], [("names [''] has an empty entry.", "Take it out.")]),
        ([" "], [("names [' '] has an empty entry.", "Take it out.")]),
        (
            ["", 1],
            [
                ("names ['', 1] holds something that is no text.", "Write a list of texts."),
                ("names ['', 1] has an empty entry.", "Take it out."),
            ],
        ),
    ],
)
def test_what_is_no_list_of_texts_is_refused(values: object, problems: list[tuple[str, str]]) -> None:
    assert said(lambda found: require_list(found, "names", values)) == problems
    assert require_list(Refusals(), "names", values) is False


def test_a_list_is_judged_by_its_own_problems() -> None:
    found = Refusals()
    found.require(False, "other", 1, "is wrong", "Write it right.")
    assert require_list(found, "names", ["a"]) is True
    assert require_texts(found, "tags", {"a": "b"}) is True


def test_a_text_with_a_comma_is_refused() -> None:
    assert said(lambda found: require_no_comma(found, "name", ["a", "b,c", TOKEN, f"{TOKEN},d"])) == [
        ("name 'b,c' has a comma, which would split it.", "Write two entries."),
        (f"name '{TOKEN},d' has a comma, which would split it.", "Write two entries."),
    ]


def test_a_comma_in_a_token_splits_nothing() -> None:
    assert said(lambda found: require_no_comma(found, "name", ["${Token[a,b.12]}"])) == []


@pytest.mark.parametrize("values", [{}, {"a": "b"}, {"a": TOKEN, TOKEN: "b"}, MappingProxyType({"a": ""})])
def test_texts_by_name_are_taken(values: Any) -> None:
    found = Refusals()
    assert require_texts(found, "tags", values) is True
    assert found.problems == []


@pytest.mark.parametrize("values", ["a=b", ["a"], {"a": 1}, {1: "a"}, {"a": None}, None])
def test_what_is_no_texts_by_name_is_refused(values: Any) -> None:
    assert said(lambda found: require_texts(found, "tags", values)) == [
        (f"tags {values!r} are not texts by name.", "Write {'name': 'value'}, both in quotes.")
    ]


ARN = "arn:aws:iam::111122223333:role/a"


@pytest.mark.parametrize(
    "arn", [ARN, ARN.replace(":aws:", ":aws-cn:"), ARN.replace(":aws:", ":aws-us-gov:"), TOKEN, f"arn:{TOKEN}"]
)
def test_an_arn_of_any_partition_is_taken(arn: str) -> None:
    assert said(lambda found: require_arn(found, "role", arn, r"iam::\d{12}:role/.+", ARN)) == []


@pytest.mark.parametrize("arn", ["", "a", ARN[3:], ARN.replace(":role/", ":user/"), f" {ARN}", ARN.replace("aws", "gcp"), 5, None])
def test_an_arn_of_something_else_is_refused(arn: Any) -> None:
    assert said(lambda found: require_arn(found, "role", arn, r"iam::\d{12}:role/.+", ARN)) == [
        (f"role {arn!r} is not the ARN of one.", f"Write an ARN such as {ARN!r}.")
    ]


@pytest.mark.parametrize(
    "cidr", ["10.0.0.0/8", "0.0.0.0/0", "10.1.2.3/32", "2001:db8::/32", "::/0", "::1/128", TOKEN, f"{TOKEN}/32"]
)
def test_an_address_range_is_taken(cidr: str) -> None:
    assert said(lambda found: require_cidr(found, "range", cidr)) == []


@pytest.mark.parametrize(
    ("cidr", "problems"),
    [
        (5, [("range 5 is not text.", "Write a range such as '10.0.0.0/8'.")]),
        ("", [("range '' is not an address range.", "Write one such as '10.0.0.0/8' or '2001:db8::/32'.")]),
        ("10.0.0.0/33", [("range '10.0.0.0/33' is not an address range.", "Write one such as '10.0.0.0/8' or '2001:db8::/32'.")]),
        ("10.0.0/8", [("range '10.0.0/8' is not an address range.", "Write one such as '10.0.0.0/8' or '2001:db8::/32'.")]),
        ("10.1.2.3", [("range '10.1.2.3' has no prefix length.", "Write '10.1.2.3/32'.")]),
        ("2001:db8::1", [("range '2001:db8::1' has no prefix length.", "Write '2001:db8::1/128'.")]),
        ("10.0.0.0/255.0.0.0", [("range '10.0.0.0/255.0.0.0' has no prefix length.", "Write '10.0.0.0/8'.")]),
        ("10.1.2.3/8", [("range '10.1.2.3/8' has bits behind its prefix.", "Write '10.0.0.0/8'.")]),
        ("2001:db8::1/32", [("range '2001:db8::1/32' has bits behind its prefix.", "Write '2001:db8::/32'.")]),
    ],
)
def test_what_is_no_address_range_is_refused(cidr: Any, problems: list[tuple[str, str]]) -> None:
    assert said(lambda found: require_cidr(found, "range", cidr)) == problems
