from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from eks_ingress.annotations import catalogue
from eks_ingress.annotations.grammar import (
    Anything,
    Bool,
    Grammar,
    Int,
    Json,
    List,
    ListOf,
    MapOf,
    Maybe,
    Number,
    Object,
    OneOf,
    Shape,
    Str,
    StringMap,
    Text,
    TextOrNumber,
    Unreadable,
    Unwritable,
    YesNo,
)

TOKEN = "${Token[TOKEN.12]}"
GO_SPACES = "\t\n\v\f\r \x85\xa0\u1680\u2000\u2003\u200a\u2028\u2029\u202f\u205f\u3000"
NO_GO_SPACES = "\x1c\x1d\x1e\x1f\u180e\u200b\u2060\ufeff"
TWO_WORDS = OneOf(("internal", "internet-facing"))
DOCUMENT = Json(
    Object(
        {
            "text": Text(),
            "maybe": Maybe(Text()),
            "number": Number(),
            "yesNo": YesNo(),
            "port": TextOrNumber(),
            "texts": ListOf(Text()),
            "map": MapOf(Text()),
            "inner": Object({"text": Text(), "maybe": Maybe(Text()), "numbers": ListOf(Number())}),
            "list": ListOf(Object({"text": Text(), "maybe": Maybe(Number())})),
            "issueSkill": Text(),
        }
    )
)


def unreadable(grammar: Grammar[Any], text: str) -> str:
    with pytest.raises(Unreadable) as raised:
        grammar.decode(text)
    return str(raised.value)


def unwritable(grammar: Grammar[Any], value: Any) -> str:
    with pytest.raises(Unwritable) as raised:
        grammar.encode(value)
    return str(raised.value)


# Against the controller's own parser.

ANSWERS: dict[str, list[list[Any]]] = json.loads((Path(__file__).parent / "parser_answers.json").read_text("utf-8"))
GRAMMARS: dict[str, Grammar[Any]] = {
    "bool": Bool(),
    "int32": Int(),
    "int64": Int(64),
    "stringList": List(),
    "stringMap": StringMap(),
    **{row.name: row.grammar for row in catalogue.ALL if isinstance(row.grammar, Json) and not row.written_by_controller},
}


def whole(shape: Shape, value: Any) -> Any:
    """A value with all that the controller does not tell from none."""
    if isinstance(shape, Object):
        said = {name: part for name, part in shape.fields.items() if name in value or not part.nullable}
        return {name: whole(part, value.get(name, part.zero())) for name, part in said.items()}
    if isinstance(shape, ListOf):
        return [whole(shape.entry, entry) for entry in value]
    return value


def answer(grammar: Grammar[Any], text: str) -> Any:
    try:
        value = grammar.decode(text)
    except Unreadable:
        return "error"
    return whole(grammar.shape, value) if isinstance(grammar, Json) else value


def test_each_grammar_is_compared_with_the_controllers_parser() -> None:
    assert ANSWERS.keys() - {"comment"} == GRAMMARS.keys()
    assert all(len(ANSWERS[name]) > 40 for name in GRAMMARS)


@pytest.mark.parametrize("name", GRAMMARS)
def test_the_controllers_parser_gives_the_same_answers(name: str) -> None:
    ours = [[text, answer(GRAMMARS[name], text)] for text, _ in ANSWERS[name]]
    assert [json.dumps(x, sort_keys=True) for x in ours] == [json.dumps(x, sort_keys=True) for x in ANSWERS[name]]


# Plain values.


@pytest.mark.parametrize("text", ["", " a ", "a,b", "\u00e4", TOKEN])
def test_a_text_is_written_and_read_as_it_is(text: str) -> None:
    assert Str().encode(text) == text
    assert Str().decode(text) == text


@pytest.mark.parametrize(("value", "text"), [(True, "true"), (False, "false")])
def test_true_and_false_are_written_as_words(value: bool, text: str) -> None:
    assert Bool().encode(value) == text
    assert Bool().decode(text) is value


@pytest.mark.parametrize("text", ["1", "t", "T", "TRUE", "true", "True"])
def test_true_is_read_in_the_spellings_of_go(text: str) -> None:
    assert Bool().decode(text) is True


@pytest.mark.parametrize("text", ["0", "f", "F", "FALSE", "false", "False"])
def test_false_is_read_in_the_spellings_of_go(text: str) -> None:
    assert Bool().decode(text) is False


@pytest.mark.parametrize("text", ["", "yes", "no", "on", "tRUE", " true", "true\n", "01", TOKEN])
def test_what_go_reads_as_neither_is_unreadable(text: str) -> None:
    assert unreadable(Bool(), text) == "must be true or false"


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
    assert Int(64).decode(text) == value


@pytest.mark.parametrize(
    "text",
    ["", " 7", "7 ", "7\n", "+", "-", "--7", "+-7", "7.0", "1e3", "0x10", "1_000", "seven", "\u0667", "true", "9" * 5000, TOKEN],
)
def test_what_go_reads_as_no_number_is_unreadable(text: str) -> None:
    assert unreadable(Int(), text) == "must be a whole number of 32 bits"
    assert unreadable(Int(64), text) == "must be a whole number of 64 bits"


@pytest.mark.parametrize(("bits", "most"), [(32, 2147483647), (64, 9223372036854775807)])
def test_a_number_has_so_many_bits(bits: int, most: int) -> None:
    grammar = Int(bits)
    for number in (most, -most - 1):
        assert grammar.decode(grammar.encode(number)) == number
    for number in (most + 1, -most - 2):
        assert unreadable(grammar, str(number)) == f"must be a whole number of {bits} bits"
        assert unwritable(grammar, number) == f"{number} is no whole number of {bits} bits"


@pytest.mark.parametrize("value", [True, 1.0, "seven", None])
def test_what_is_no_number_is_unwritable(value: Any) -> None:
    assert unwritable(Int(), value) == f"{value!r} is no whole number of 32 bits"


@pytest.mark.parametrize("word", ["internal", "internet-facing", TOKEN])
def test_a_word_is_written_and_read_as_it_is(word: str) -> None:
    assert TWO_WORDS.encode(word) == word
    assert TWO_WORDS.decode(word) == word


@pytest.mark.parametrize("text", ["", "Internal", "INTERNAL", " internal", "internal ", "public"])
def test_a_word_in_another_spelling_is_neither_read_nor_written(text: str) -> None:
    assert unreadable(TWO_WORDS, text) == "must be one of internal, internet-facing"
    assert unwritable(TWO_WORDS, text) == f"{text!r} is none of internal, internet-facing"


# Lists.


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
        ("a\\,b", ["a\\", "b"]),
        (f"{TOKEN},a{TOKEN}", [TOKEN, f"a{TOKEN}"]),
    ],
)
def test_a_list_is_split_at_its_commas(text: str, words: list[str]) -> None:
    assert List().decode(text) == words


def test_a_list_is_written_with_commas() -> None:
    assert List().encode(("a", "b c", TOKEN)) == f"a,b c,{TOKEN}"
    assert List().encode([]) == ""


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["a", ""], "an empty word in a list would not be read"),
        (["a,b"], "'a,b' has a comma, which would split it"),
        ([f"{TOKEN},b"], f"'{TOKEN},b' has a comma, which would split it"),
        (["a "], "'a ' has spaces at an end, which would not be read"),
        (["\ta"], "'\\ta' has spaces at an end, which would not be read"),
    ],
)
def test_a_word_that_would_not_be_read_is_unwritable(words: list[str], message: str) -> None:
    assert unwritable(List(), words) == message


@pytest.mark.parametrize("space", GO_SPACES)
def test_what_go_takes_for_a_space_does_not_count(space: str) -> None:
    assert List().decode(f"{space}a{space},{space}") == ["a"]
    assert StringMap().decode(f"{space}a{space}={space}b{space}") == {"a": "b"}
    assert unwritable(List(), [f"a{space}"]) == f"{f'a{space}'!r} has spaces at an end, which would not be read"


@pytest.mark.parametrize("space", NO_GO_SPACES)
def test_what_only_others_take_for_a_space_counts(space: str) -> None:
    assert List().decode(List().encode([f"{space}a", space])) == [f"{space}a", space]
    assert StringMap().decode(StringMap().encode({space: f"a{space}"})) == {space: f"a{space}"}


# Maps.


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("", {}),
        ("a=b", {"a": "b"}),
        ("a=", {"a": ""}),
        ("a=b,c=d", {"a": "b", "c": "d"}),
        (" a = b , c = d ", {"a": "b", "c": "d"}),
        ("a=b,a=c", {"a": "c"}),
        ("a=b=c", {"a": "b=c"}),
        ("a=b,", {"a": "b,"}),
        ("a=b, ", {"a": "b,"}),
        ("a=b\\,c", {"a": "b,c"}),
        ("a=b\\,c=d", {"a": "b,c=d"}),
        ("a=b\\\\,c=d", {"a": "b\\", "c": "d"}),
        ("a=b\\", {"a": "b\\"}),
        ("a=\\b", {"a": "b"}),
        ("a\\=b", {"a": "b"}),
        ("a\\=b=c", {"a": "b=c"}),
        ("a\\,b=c", {"a,b": "c"}),
        (f"{TOKEN}={TOKEN},a={TOKEN}", {TOKEN: TOKEN, "a": TOKEN}),
    ],
)
def test_a_map_is_split_at_the_commas_before_another_pair(text: str, values: dict[str, str]) -> None:
    assert StringMap().decode(text) == values


@pytest.mark.parametrize(
    "text", [" ", ",", "a", "=", "=b", " =b", "a=b,c", "a=b,,", "a=b,,c=d", ",a=b", "a,b=c", "a=b,=c", "a=b,c\\", "\\,", "\\"]
)
def test_what_is_no_pair_is_unreadable(text: str) -> None:
    assert unreadable(StringMap(), text) == "must be key=value pairs with commas between them"


def test_an_escaped_equals_sign_begins_a_pair_for_the_comma_before_it() -> None:
    assert StringMap().decode("a=b,c\\=d") == {"a": "b", "c": "d"}


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({}, ""),
        ({"a": "b", "c": ""}, "a=b,c="),
        ({"a": "b,c"}, "a=b\\,c"),
        ({"a,b": "c\\d"}, "a\\,b=c\\\\d"),
        ({"a": "b=c,d=e"}, "a=b=c\\,d=e"),
        ({"a": f"{TOKEN},{TOKEN}"}, f"a={TOKEN}\\,{TOKEN}"),
    ],
)
def test_a_map_is_written_so_that_it_reads_back(values: dict[str, str], text: str) -> None:
    assert StringMap().encode(values) == text
    assert StringMap().decode(text) == values


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"": "b"}, "the value 'b' has an empty key"),
        ({"a=b": "c"}, "the key 'a=b' has '=', where its value would begin"),
        ({" a": "b"}, "' a' has spaces at an end, which would not be read"),
        ({"a": "b\n"}, "'b\\n' has spaces at an end, which would not be read"),
    ],
)
def test_a_pair_that_would_not_be_read_is_unwritable(values: dict[str, str], message: str) -> None:
    assert unwritable(StringMap(), values) == message


# JSON.


@pytest.mark.parametrize(
    "text", ["", "{", '{"a": 1,}', "{'a': 1}", "{}{}", '{"a"}', "\ufeff{}", '{"a":"\n"}', "NaN", '{"a": NaN}', '{"a": -Infinity}']
)
def test_what_is_no_json_is_unreadable(text: str) -> None:
    assert unreadable(DOCUMENT, text).startswith("must be JSON (")


def test_what_nests_too_deeply_is_unreadable() -> None:
    assert unreadable(DOCUMENT, '{"other":' + "[" * 200_000 + "]" * 200_000 + "}").startswith("must be JSON (")


@pytest.mark.parametrize("text", ["[]", "1", '"a"', "true", "[{}]"])
def test_what_is_no_object_is_unreadable(text: str) -> None:
    assert unreadable(DOCUMENT, text) == "must be a JSON object"


@pytest.mark.parametrize("text", ["{}", "1", '"a"'])
def test_what_is_no_list_is_unreadable(text: str) -> None:
    assert unreadable(Json(ListOf(Text())), text) == "must be a JSON list"


def test_null_stands_for_nothing_said() -> None:
    assert DOCUMENT.decode("null") == {}
    assert Json(ListOf(Text())).decode("null") == []
    assert DOCUMENT.decode('{"text":null,"maybe":null,"port":null,"texts":null,"map":null,"inner":null}') == {}
    assert DOCUMENT.decode('{"texts":[null],"map":{"a":null},"list":[null]}') == {"texts": [""], "map": {"a": ""}, "list": [{}]}


def test_unknown_keys_are_passed_over() -> None:
    assert DOCUMENT.decode('{"other":[{}],"inner":{"other":1e999,"text":"a"}}') == {"inner": {"text": "a"}}


@pytest.mark.parametrize("key", ["issueSkill", "ISSUESKILL", "issueskill", "i\u017f\u017fueSkill", "issueS\u212aill"])
def test_a_key_is_found_whatever_its_case(key: str) -> None:
    assert DOCUMENT.decode(json.dumps({key: "a"})) == {"issueSkill": "a"}


@pytest.mark.parametrize("key", ["i\u00dfueSkill", "issueSkill ", "\u0131ssueSkill", "issueSki\ufb02"])
def test_a_key_that_only_looks_alike_is_another(key: str) -> None:
    assert DOCUMENT.decode(json.dumps({key: "a"})) == {}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"text":443}', "must have a text at text, not 443"),
        ('{"text":{}}', "must have a text at text, not an object"),
        ('{"TEXT":["a"]}', "must have a text at text, not a list"),
        ('{"maybe":true}', "must have a text at maybe, not true"),
        ('{"number":"1"}', 'must have a whole number of 32 bits at number, not "1"'),
        ('{"number":1.0}', "must have a whole number of 32 bits at number, not 1.0"),
        ('{"number":1e2}', "must have a whole number of 32 bits at number, not 1e2"),
        ('{"number":2147483648}', "must have a whole number of 32 bits at number, not 2147483648"),
        ('{"number":true}', "must have a whole number of 32 bits at number, not true"),
        ('{"yesNo":"true"}', 'must have true or false at yesNo, not "true"'),
        ('{"yesNo":1}', "must have true or false at yesNo, not 1"),
        ('{"port":1.5}', "must have a text or a whole number of 32 bits at port, not 1.5"),
        ('{"port":false}', "must have a text or a whole number of 32 bits at port, not false"),
        ('{"texts":"a"}', 'must have a JSON list at texts, not "a"'),
        ('{"texts":["a",1]}', "must have a text at texts[1], not 1"),
        ('{"map":{"a":1}}', "must have a text at map.a, not 1"),
        ('{"inner":"a"}', 'must have a JSON object at inner, not "a"'),
        ('{"inner":{"numbers":[1,[]]}}', "must have a whole number of 32 bits at inner.numbers[1], not a list"),
        ('{"list":[{},{"maybe":"1"}]}', 'must have a whole number of 32 bits at list[1].maybe, not "1"'),
        ('{"text":1,"text":"a"}', "must have a text at text, not 1"),
    ],
)
def test_a_value_of_another_type_is_unreadable(text: str, message: str) -> None:
    assert unreadable(DOCUMENT, text) == message


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"text":"a","TEXT":"b"}', {"text": "b"}),
        ('{"TEXT":"b","text":"a"}', {"text": "a"}),
        ('{"text":"a","text":null}', {"text": "a"}),
        ('{"maybe":"a","maybe":null}', {}),
        ('{"inner":{"text":"a"},"inner":{"maybe":"b"}}', {"inner": {"text": "a", "maybe": "b"}}),
        ('{"inner":{"text":"a"},"inner":null}', {}),
        ('{"inner":{"text":"a"},"inner":null,"inner":{}}', {"inner": {}}),
        ('{"inner":{"numbers":[1,2]},"inner":{"numbers":[3]}}', {"inner": {"numbers": [3]}}),
        ('{"list":[{"text":"a"}],"list":[{"maybe":1},{}]}', {"list": [{"text": "a", "maybe": 1}, {}]}),
        ('{"list":[{"text":"a"}],"list":[null]}', {"list": [{"text": "a"}]}),
        ('{"map":{"a":"b"},"map":{"c":"d"}}', {"map": {"a": "b", "c": "d"}}),
    ],
)
def test_a_key_that_stands_twice_adds_to_what_it_said(text: str, value: dict[str, Any]) -> None:
    assert DOCUMENT.decode(text) == value


def test_half_a_character_is_read_as_the_sign_for_it() -> None:
    assert DOCUMENT.decode('{"text":"\\ud83d\\ude00\\ud800"}') == {"text": "\U0001f600\ufffd"}


@pytest.mark.parametrize(
    ("text", "value"),
    [("{}", {}), ('{"a":[1,-2.5,"b",null,{"c":true}]}', {"a": [1, -2.5, "b", None, {"c": True}]}), ("null", {})],
)
def test_an_object_of_anything_is_read_as_it_is(text: str, value: Any) -> None:
    assert Json(MapOf(Anything())).decode(text) == value


def test_a_number_that_no_computer_holds_is_unreadable() -> None:
    assert unreadable(Json(MapOf(Anything())), '{"a":1e999}') == "must have a number of 64 bits at a, not 1e999"


def test_json_is_written_without_spaces_and_keeps_its_order() -> None:
    assert catalogue.LISTEN_PORTS.grammar.encode([{"HTTP": 80}, {"HTTPS": 443}]) == '[{"HTTP":80},{"HTTPS":443}]'
    assert DOCUMENT.encode({"yesNo": True, "text": "\u00e4"}) == '{"yesNo":true,"text":"\\u00e4"}'


def test_tuples_are_written_as_lists() -> None:
    assert DOCUMENT.encode({"texts": ("a", "b")}) == '{"texts":["a","b"]}'


def test_a_token_stands_in_json_as_it_is() -> None:
    assert DOCUMENT.encode({"map": {TOKEN: f"a{TOKEN}"}}) == f'{{"map":{{"{TOKEN}":"a{TOKEN}"}}}}'


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"txt": "a"}, '{"txt":"a"} would be read as {}'),
        ({"Text": "a"}, '{"Text":"a"} would be read as {"text": "a"}'),
        ({"text": None}, '{"text":null} would be read as {}'),
        ({"text": 1}, '{"text":1} must have a text at text, not 1'),
        ({"number": TOKEN}, f'{{"number":"{TOKEN}"}} must have a whole number of 32 bits at number, not "{TOKEN}"'),
        ([], "[] must be a JSON object"),
        ({"text": "\ud800"}, '{"text":"\\ud800"} would be read as {"text": "\\ufffd"}'),
    ],
)
def test_a_document_that_would_not_be_read_is_unwritable(value: Any, message: str) -> None:
    assert unwritable(DOCUMENT, value) == message


def test_what_cannot_be_read_or_written_is_a_wrong_value() -> None:
    assert issubclass(Unreadable, ValueError)
    assert issubclass(Unwritable, ValueError)
