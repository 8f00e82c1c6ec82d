from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eks_ingress.annotations.grammar import Int, Json, List, OneOf, Str, Unreadable

JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
OBJECTS: st.SearchStrategy[dict[str, Any]] = st.dictionaries(st.text(), JSON, max_size=3)
WORDS = st.text(alphabet="abc:/.-*${}[]'\" ", min_size=1).map(str.strip).filter(bool)
quick = settings(deadline=None, derandomize=True, max_examples=50)


@quick
@given(st.text())
def test_a_text_reads_back_as_it_was_written(value: str) -> None:
    assert Str().decode(Str().encode(value)) == value


@quick
@given(st.integers(min_value=-(2**31), max_value=2**31 - 1))
def test_a_number_reads_back_as_it_was_written(value: int) -> None:
    assert Int().decode(Int().encode(value)) == value


@quick
@given(st.lists(WORDS))
def test_a_list_reads_back_as_it_was_written(value: list[str]) -> None:
    assert List().decode(List().encode(value)) == value


@quick
@given(OBJECTS)
def test_an_object_reads_back_as_it_was_written(value: dict[str, Any]) -> None:
    assert Json().decode(Json().encode(value)) == value


@quick
@given(st.lists(OBJECTS, max_size=3))
def test_a_list_of_objects_reads_back_as_it_was_written(value: list[dict[str, Any]]) -> None:
    assert Json(many=True).decode(Json(many=True).encode(value)) == value


@pytest.mark.parametrize("word", ["internal", "internet-facing"])
def test_a_word_reads_back_as_it_was_written(word: str) -> None:
    grammar = OneOf(("internal", "internet-facing"))
    assert grammar.decode(grammar.encode(word)) == word


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0),
        ("-0", 0),
        ("+7", 7),
        ("-7", -7),
        ("007", 7),
        ("-007", -7),
        ("2147483647", 2147483647),
        ("-2147483648", -2147483648),
        ("0000000000002147483647", 2147483647),
    ],
)
def test_a_number_is_read_as_go_reads_it(text: str, value: int) -> None:
    assert Int().decode(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        " 7",
        "7 ",
        "7\n",
        "+",
        "-",
        "--7",
        "+-7",
        "7.0",
        "1e3",
        "0x10",
        "1_000",
        "seven",
        "\u0667",
        "2147483648",
        "-2147483649",
        "99999999999999999999",
        "true",
    ],
)
def test_what_go_reads_as_no_number_is_unreadable(text: str) -> None:
    with pytest.raises(Unreadable, match=r"^must be a whole number"):
        Int().decode(text)


@pytest.mark.parametrize("text", ["9" * 5000, "-" + "9" * 5000], ids=["large", "small"])
def test_a_number_of_any_length_is_unreadable(text: str) -> None:
    with pytest.raises(Unreadable):
        Int().decode(text)


@pytest.mark.parametrize("text", ["", "Internal", "INTERNAL", " internal", "internal ", "public"])
def test_a_word_in_another_spelling_is_unreadable(text: str) -> None:
    with pytest.raises(Unreadable, match=r"^must be one of internal, internet-facing$"):
        OneOf(("internal", "internet-facing")).decode(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        (" ", []),
        (",", []),
        (" , ,", []),
        ("a", ["a"]),
        ("a,b", ["a", "b"]),
        (" a , b ", ["a", "b"]),
        ("a,,b,", ["a", "b"]),
        ("a b,c", ["a b", "c"]),
        ("a\n,\tb", ["a", "b"]),
    ],
)
def test_a_list_is_split_at_its_commas(text: str, words: list[str]) -> None:
    assert List().decode(text) == words


@pytest.mark.parametrize("text", ["", "{", '{"a": 1,}', "{'a': 1}", "{}{}", '{"a"}', "\ufeff{}", '{"a":"\n"}'])
@pytest.mark.parametrize("many", [False, True])
def test_what_is_no_json_is_unreadable(text: str, many: bool) -> None:
    with pytest.raises(Unreadable, match=r"^must be JSON \(.+\)$"):
        Json(many).decode(text)


@pytest.mark.parametrize("text", ["NaN", '{"a": NaN}', '{"a": Infinity}', '{"a": -Infinity}'])
def test_what_only_python_takes_for_json_is_unreadable(text: str) -> None:
    with pytest.raises(Unreadable):
        Json().decode(text)


@pytest.mark.parametrize("text", ["[]", "null", "1", '"a"', "true", "[{}]"])
def test_what_is_no_object_is_unreadable(text: str) -> None:
    with pytest.raises(Unreadable, match=r"^must be a JSON object$"):
        Json().decode(text)


@pytest.mark.parametrize("text", ["{}", "null", "1", '"a"', "[1]", '[{}, "a"]', "[[]]"])
def test_what_is_no_list_of_objects_is_unreadable(text: str) -> None:
    with pytest.raises(Unreadable, match=r"^must be a JSON list of objects$"):
        Json(many=True).decode(text)


def test_json_is_written_without_spaces() -> None:
    assert Json(many=True).encode([{"HTTP": 80}, {"HTTPS": 443}]) == '[{"HTTP":80},{"HTTPS":443}]'


def test_json_keeps_its_order() -> None:
    assert Json().encode({"type": "redirect", "a": 1}) == '{"type":"redirect","a":1}'


def test_a_token_stands_in_json_as_it_is() -> None:
    token = "${Token[TOKEN.12]}"
    assert json.dumps(token) in Json().encode({"host": token})
