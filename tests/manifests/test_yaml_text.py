from __future__ import annotations

import json
import string
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eks_ingress.manifests import yaml_text
from eks_ingress.manifests.yaml_builder import DEEPEST, MOST_VALUES, Document
from eks_ingress.manifests.yaml_scalars import resolve
from eks_ingress.manifests.yaml_text import MOST_PROBLEMS, documents
from eks_ingress.refusal import Problem

SECONDS = 20
"""More than any text here takes, on a machine that does much else."""


@pytest.fixture(autouse=True, params=["libyaml", "python"])
def parser(request: pytest.FixtureRequest) -> Iterator[str]:
    """The parser that PyYAML was built with, and the one that it has everywhere."""
    kept = getattr(yaml, "CSafeLoader", None)
    if request.param == "libyaml" and kept is None:
        pytest.skip("PyYAML was built without libyaml")
    if request.param == "python" and kept is not None:
        del yaml.CSafeLoader
    yield request.param
    if kept is not None:
        yaml.CSafeLoader = kept


@contextmanager
def in_time() -> Iterator[None]:
    begin = time.monotonic()
    yield
    assert time.monotonic() - begin < SECONDS


def values(text: str) -> list[Any]:
    found = list(documents(text))
    assert not [str(read) for read in found if isinstance(read, Problem)]
    return [read.value for read in found if isinstance(read, Document)]


def problems(text: str) -> list[tuple[int | None, str]]:
    found = [read for read in documents(text, "shop.yaml") if isinstance(read, Problem)]
    assert {problem.source.file for problem in found if problem.source is not None} <= {"shop.yaml"}
    assert all(problem.remedy for problem in found)
    return [(problem.source.line if problem.source else None, problem.reason) for problem in found]


# Values


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("~", None),
        ("null", None),
        ("nULL", "nULL"),
        ("y", True),
        ("Y", True),
        ("yes", True),
        ("on", True),
        ("True", True),
        ("n", False),
        ("No", False),
        ("OFF", False),
        ("false", False),
        ("tRUE", "tRUE"),
        ("80", 80),
        ("+80", 80),
        ("-80", -80),
        ("0x1F", 31),
        ("0X1f", 31),
        ("0o17", 15),
        ("017", 15),
        ("08", 8),
        ("0b11", 3),
        ("-0b11", -3),
        ("1_000", 1000),
        ("1__0", 10),
        ("_1", "_1"),
        ("0x_1", 1),
        ("1e3", 1000),
        ("80.0", 80),
        ("1.5", 1.5),
        (".5", 0.5),
        ("1.", 1),
        (".1_5", 0.15),
        ("._5", "._5"),
        ("-.5", -0.5),
        ("1e400", "1e400"),
        ("9223372036854775808", 9223372036854775808),
        ("+9223372036854775808", 9223372036854775808.0),
        ("18446744073709551616", 18446744073709551616.0),
        ("1:30", "1:30"),
        ("12:30:45", "12:30:45"),
        ("2001-12-14", "2001-12-14"),
        ("1.2.3", "1.2.3"),
        ("10.0.0.0/8", "10.0.0.0/8"),
        ("-", "-"),
        (".", "."),
        ("0b2", "0b2"),
        ("0x", "0x"),
        ("<<", "<<"),
        ("1" * 10_000, "1" * 10_000),
        ("٣", "٣"),
    ],
)
def test_a_word_without_quotes_is_what_kubernetes_reads(text: str, value: object) -> None:
    assert resolve(text) == value
    assert type(resolve(text)) is type(value)


def test_quotes_and_tags_say_what_a_word_is() -> None:
    assert values("[80, '80', \"80\", !!str 80, ! 80, !!int '80', !!bool 'yes', !!null '', !!float 1.5]\n") == [
        [80, "80", "80", "80", "80", 80, True, None, 1.5]
    ]


def test_documents_are_parted_by_lines_with_three_dashes_and_empty_ones_are_left_out() -> None:
    text = "# shop\n---\na: 1\n--- # next\nb: 2\n---\n\n---\n# nothing\n---\nc: |\n  ---\n"
    found = [read for read in documents(text) if isinstance(read, Document)]
    assert [(read.value, read.line) for read in found] == [({"a": 1}, 3), ({"b": 2}, 5), ({"c": "---\n"}, 11)]


def test_each_key_and_each_item_has_its_line() -> None:
    (read,) = documents("# shop\na:\n  - b: 1\n    c: 2\n  -\n    - d\nrest: {e: 3,\n  f: 4}\n")
    assert isinstance(read, Document)
    value = read.value
    assert [read.line_of(value), read.line_of(value, "a"), read.line_of(value, "rest")] == [2, 2, 7]
    assert [read.line_of(value["a"], 0), read.line_of(value["a"][0], "c")] == [3, 4]
    assert [read.line_of(value["a"], 1), read.line_of(value["a"][1]), read.line_of(value["rest"], "f")] == [6, 6, 8]


def test_what_is_referred_to_has_the_lines_where_it_is_written() -> None:
    (read,) = documents("a: &x\n  k: 1\nb: *x\nc:\n  <<: *x\n  l: 2\n")
    assert isinstance(read, Document)
    assert read.value == {"a": {"k": 1}, "b": {"k": 1}, "c": {"k": 1, "l": 2}}
    assert read.value["a"] is read.value["b"]
    assert [read.line_of(read.value["c"], "k"), read.line_of(read.value["c"], "l")] == [2, 6]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{<<: *x, a: 9}", {"a": 9, "b": 2}),
        ("{a: 9, <<: *x}", {"a": 1, "b": 2}),
        ("{<<: [*x, *y]}", {"a": 1, "b": 2, "c": 4}),
        ("{<<: [*y, *x]}", {"a": 1, "b": 3, "c": 4}),
        ("{<<: {d: 5}, <<: *y}", {"b": 3, "c": 4, "d": 5}),
        ("{'<<': 1}", {"<<": 1}),
    ],
)
def test_merge_keys_count_in_the_order_in_which_they_are_written(text: str, value: object) -> None:
    assert values(f"x: &x {{a: 1, b: 2}}\nyy: &y {{b: 3, c: 4}}\nm: {text}")[0]["m"] == value


def test_json_is_read_with_its_lines_its_escapes_and_several_objects() -> None:
    text = '{\n\t"a": "\\ud83d\\ude00 \\\\ud83d \\u003c\\/",\n\t"b": [1, true, null, 1.5]\n}\n{"c": {}}\n\n{"d": "a\\tb"}'
    found = [read for read in documents(text) if isinstance(read, Document)]
    assert [read.value for read in found] == [
        {"a": "😀 \\ud83d </", "b": [1, True, None, 1.5]},
        {"c": {}},
        {"d": "a\tb"},
    ]
    assert [(read.line, read.line_of(read.value)) for read in found] == [(1, 2), (5, 5), (7, 7)]


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\u2028\u2029\ufeff"), max_size=20)
KEYS = st.text(string.ascii_letters + "-_./ ", min_size=1, max_size=12).filter(lambda key: key not in ("<<", "="))
TREES = st.recursive(TEXTS, lambda below: st.lists(below, max_size=4) | st.dictionaries(KEYS, below, max_size=4), max_leaves=20)


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.dictionaries(KEYS, TREES, min_size=1, max_size=4), min_size=1, max_size=3), st.booleans())
def test_what_is_written_is_read_back(trees: list[dict[str, Any]], flow: bool) -> None:
    # Each text in quotes: which words are texts without them differs between YAML's versions.
    text = yaml.safe_dump_all(trees, default_flow_style=flow, default_style='"', allow_unicode=True, explicit_start=True)
    text = "\n---\n".join(part.removeprefix("--- ") for part in text.split("\n--- "))
    assert values(text) == trees == list(yaml.safe_load_all(text))


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(KEYS, st.recursive(TEXTS | st.integers(-(2**31), 2**31) | st.booleans(), st.lists, max_leaves=9)), st.booleans()
)
def test_json_is_read_back(tree: dict[str, Any], is_ascii: bool) -> None:
    assert values(json.dumps(tree, ensure_ascii=is_ascii, indent="\t")) == ([tree] if tree else [{}])


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.sampled_from([*"ab80'\"~[]{},:-?&*!|>%@#\t\n \\", "\n  ", "- ", ": ", "&x ", "*x", "<<: ", "!!str ", "---\n", "\\ud83d"])
    )
)
def test_no_text_raises_anything(parts: list[str]) -> None:
    for read in documents("".join(parts)):
        if isinstance(read, Document):
            json.dumps(read.value, allow_nan=False).encode()
        else:
            assert read.reason
            assert read.remedy


# Mistakes


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a: 1\nb: 2\na: 3\n", [(3, "has the key 'a' twice, here and on line 1, and only one can count.")]),
        ("on: 1\n", [(1, "has a key that YAML reads as true, where Kubernetes takes a text.")]),
        ("a:\n  n: 1\n", [(2, "has a key that YAML reads as false, where Kubernetes takes a text.")]),
        ("1.20: a\n", [(1, "has a key that YAML reads as 1.2, where Kubernetes takes a text.")]),
        ("010: a\n", [(1, "has a key that YAML reads as 8, where Kubernetes takes a text.")]),
        ("~: a\n", [(1, "has a value without a key.")]),
        ("? [a]\n: b\n", [(1, "has a mapping or a list as a key, where Kubernetes takes a text.")]),
        ("a:\n\tb: 1\n", [(2, "has a tab where YAML takes spaces only.")]),
        ("a:\n  \tb: 1\n", [(2, "has a tab where YAML takes spaces only.")]),
        ("a: *b\n", [(1, "refers to '*b', and no '&b' comes before.")]),
        ("a: &b 1\n---\na: *b\n", [(3, "refers to '*b', and no '&b' comes before.")]),
        ("a: &b [*b]\n", [(1, "has '&b' contain itself.")]),
        ("a: &b\n  <<: *b\n", [(2, "has '&b' contain itself.")]),
        ("host: *.example.com\n", [(1, "has a text that begins with '*', which YAML takes as a reference.")]),
        ("a: @b\n", [(1, "has a text that begins with '@', which YAML does not take.")]),
        ("a: b: c\n", [(1, "has a ': ' inside of a text, or a line that is indented too far.")]),
        ("b: 1\na: 'x\nc: 1\n", [(2, "has quotes that are not closed.")]),
        (
            "a: !Ref b\nc: !!python/object:os.system [d]\n",
            [
                (1, "has the tag '!Ref', for which Kubernetes has no meaning."),
                (2, "has the tag '!!python/object:os.system', for which Kubernetes has no meaning."),
            ],
        ),
        ("a: !!int b\n", [(1, "has 'b' tagged as !!int, which it is not.")]),
        ("a: !!int yes\n", [(1, "has 'yes' tagged as !!int, which it is not.")]),
        ("<<: 3\n", [(1, "merges ('<<') what is no mapping.")]),
        ("a: .inf\n", [(1, "has the number .inf, for which JSON has no word.")]),
        ("a: 1\n--- b: 2\n---\nc: 3\n", [(2, "has text behind '---', where Kubernetes takes nothing but a comment.")]),
        (
            "a: 1\n...\nb: 2\n",
            [(3, "has something behind the end of a document, or a directive ('%'), which Kubernetes does not read.")],
        ),
        ("a: 1\n---\nb: \x07\n", [(3, "has the character U+0007, which YAML does not take.")]),
        ("# shop\nname: {{ .Values.name }}\n", [(2, "looks like a Helm template, which is no YAML before it is rendered.")]),
        (
            "a: 1\n{{- if .Values.x }}\nb: 2\n{{- end }}\n",
            [(2, "looks like a Helm template, which is no YAML before it is rendered.")],
        ),
    ],
)
def test_a_mistake_is_told_with_its_line(text: str, found: list[tuple[int, str]]) -> None:
    assert problems(text) == found


def test_a_number_that_is_written_as_kubernetes_writes_it_may_be_a_key() -> None:
    assert values("80: a\n-1: b\n") == [{"80": "a", "-1": "b"}]


def test_braces_in_quotes_are_no_template() -> None:
    assert values("a: '{{ .Values.x }}'\n") == [{"a": "{{ .Values.x }}"}]


def test_half_a_character_is_refused() -> None:
    assert len(problems('a: "\\ud83d"\n')) == 1
    assert len(problems('{"a": "\\ud83d"}')) == 1


def test_a_character_that_there_is_not_is_refused() -> None:
    assert len(problems('a: "\\U00110000"\n')) == 1


def test_a_mistake_hides_neither_the_other_documents_nor_other_mistakes() -> None:
    text = "a: 1\n---\nb: *x\nb: !y 1\n---\n]\n---\nc: 3\n"
    found = list(documents(text))
    assert [read.value for read in found if isinstance(read, Document)] == [{"a": 1}, {"c": 3}]
    assert [line for line, _ in problems(text)] == [3, 4, 4, 6]


# Hostile texts


def test_references_that_multiply_are_counted_and_not_followed() -> None:
    laughs = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n" + "".join(f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 40))
    with in_time():
        assert problems(laughs) == [(7, f"has more than {MOST_VALUES:,} values, references included.")]


def test_merges_that_multiply_are_counted() -> None:
    text = f"a: &a {{{','.join(f'k{n}: 1' for n in range(1000))}}}\n" + "b:\n" + "- {<<: [*a,*a,*a,*a,*a,*a,*a,*a,*a]}\n" * 1000
    with in_time():
        assert problems(text) == [(113, f"has more than {MOST_VALUES:,} values, references included.")]


@pytest.mark.parametrize("text", ["[" * 100_000, "{a: " * 100_000, "- " * 100_000, "".join(" " * n + "a:\n" for n in range(1000))])
def test_what_is_nested_deeply_is_refused(text: str) -> None:
    with in_time():
        ((_, reason),) = problems(text)
    assert reason == f"is nested more than {DEEPEST} levels deep."


def test_json_that_is_nested_deeply_is_refused() -> None:
    with in_time():
        ((_, reason),) = problems('{"a":' * 100_000 + "1" + "}" * 100_000)
    assert reason == f"is nested more than {DEEPEST} levels deep."


def test_what_is_nested_deeply_through_references_is_refused() -> None:
    text = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 1000))
    assert problems(text) == [(100, f"is nested more than {DEEPEST} levels deep through '*a98'.")]


@pytest.mark.parametrize("text", ["---\n" * 1_000_000, "{}" * 1_000_000])
def test_many_documents_are_refused(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_text, "MOST_DOCUMENTS", 1000)
    with in_time():
        ((_, reason),) = problems(text)
    assert reason == "has more than 1,000 documents; the rest is not read."


def test_many_mistakes_are_not_all_told() -> None:
    for text in ("]\n---\n" * 1000, "".join(f"a: *x{n}\n" for n in range(1000))):
        with in_time():
            found = problems(text)
        assert len(found) == MOST_PROBLEMS + 1
        assert found[-1][1] == f"has more than {MOST_PROBLEMS} mistakes; the rest is not read."


def test_long_texts_and_many_values_take_their_share_of_time(parser: str) -> None:
    size = 5_000_000 if parser == "libyaml" else 200_000
    with in_time():
        assert values("a: " + "x" * size) == [{"a": "x" * size}]
        assert len(values("a: [" + "b," * (size // 20) + "]")[0]["a"]) == size // 20
        assert len(problems("a: '" + "x" * size)) == 1
        assert len(problems("{{ " * (size // 20) + "}}")) == 1
