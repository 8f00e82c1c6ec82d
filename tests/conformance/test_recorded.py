from __future__ import annotations

from typing import Any

import pytest

from tests.conformance.cases import Case, load
from tests.conformance.recorded import answers, asked, pairs
from tests.conformance.verdict import disagreements


def test_every_case_has_an_answer_and_every_answer_a_case() -> None:
    assert sorted(answers()) == sorted(case.name for case in load())


@pytest.mark.parametrize(("case", "answer"), [pytest.param(case, answer, id=case.name) for case, answer in pairs()])
def test_the_plan_is_what_the_controller_builds(case: Case, answer: dict[str, Any]) -> None:
    assert disagreements(asked(case), answer) == []


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in load() if case.refused])
def test_a_case_that_is_to_be_refused_is_refused_with_these_words(case: Case) -> None:
    answer = answers()[case.name]
    refused = [found for kind in ("ingresses", "classParams", "bindings") for found in (answer.get(kind) or {}).values()]
    texts = [text for found in refused for text in (found.get("admission"), found.get("error")) if text]
    built = [found for kind in ("groups", "services") for found in (answer.get(kind) or {}).values()]
    texts += [text for found in built for text in found.get("errors") or ()]
    assert any(case.refused in text for text in texts), texts
