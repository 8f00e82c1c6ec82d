"""Python is laid out as a formatter does it."""

from __future__ import annotations

import ast
import subprocess
import sys

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from eks_ingress.importing.code import Atom, Call, Entries, Expression, Items, lines, text

names = st.sampled_from(["a", "name", "Service", "ingress.add_load_balancer", "Listener.https", "a_rather_long_name_of_a_function"])
# Of what takes two columns, formatters count two; no annotation has it.
texts = st.text(st.characters(min_codepoint=32, max_codepoint=126) | st.just("é"), max_size=70).map(text) | st.sampled_from(
    ["Scheme.INTERNAL", "443", "True"]
).map(Atom)


def parts(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    unnamed = st.lists(st.tuples(st.none(), inner), max_size=2)
    named = st.lists(st.tuples(st.sampled_from(["namespace", "a", "conditions"]), inner), max_size=3, unique_by=lambda x: x[0])
    calls = st.builds(lambda name, one, other: Call(name, [*one, *other]), names, unnamed, named)
    items = st.lists(inner, max_size=4).map(Items)
    pairs = st.tuples(inner, inner).map(lambda pair: Items(pair, "()"))
    entries = st.lists(st.tuples(texts, inner), max_size=3).map(Entries)
    return calls | items | pairs | entries


expressions = st.recursive(texts, parts, max_leaves=12)


@settings(max_examples=15, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(st.lists(st.tuples(st.sampled_from(["", "a = ", "a_variable_of_some_length = "]), expressions), min_size=20, max_size=40))
def test_any_expression_is_laid_out_as_ruff_does_it(statements: list[tuple[str, Expression]]) -> None:
    written = ["def f():"]
    for before, value in statements:
        if not isinstance(value, Atom):
            written += lines(before, value, indent="    ")
    written.append("    return")
    code = "\n".join(written) + "\n"
    done = subprocess.run(
        [sys.executable, "-m", "ruff", "format", "--isolated", "-"], input=code, capture_output=True, text=True, check=True
    )
    assert done.stdout == code


@given(st.text())
def test_a_text_reads_back_as_it_was(value: str) -> None:
    assert ast.literal_eval(text(value).text) == value


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("shop", '"shop"'),
        ('{"a": 1}', "'{\"a\": 1}'"),
        ("it's", '"it\'s"'),
        ("a\\b\n", '"a\\\\b\\n"'),
        ("é", '"é"'),
        ("\x85", '"\\x85"'),
    ],
)
def test_a_text_has_the_quotes_that_need_the_fewest_escapes(value: str, written: str) -> None:
    assert text(value).text == written


def test_arguments_that_fit_into_one_line_stay_together_and_items_never_do() -> None:
    long = text("a" * 40)
    call = "\n".join(lines("", Call("a_function_with_a_long_name", [(None, long), ("of", text("a" * 20))])))
    assert call == f'a_function_with_a_long_name(\n    "{"a" * 40}", of="{"a" * 20}"\n)'
    items = "\n".join(lines("names = ", Items([long, long])))
    assert items == f'names = [\n    "{"a" * 40}",\n    "{"a" * 40}",\n]'
