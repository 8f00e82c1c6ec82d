from __future__ import annotations

import re

import pytest

from eks_ingress.checks.mistakes import MISTAKES
from eks_ingress.checks.registry import BY_ID, CHECKS
from eks_ingress.report.checks import FAMILIES, explain, page
from tests.checks.checks_page import PAGE


def test_the_page_is_that_of_the_checks() -> None:
    assert PAGE.read_text("utf-8") == page(), "docs/checks.md is stale: run python -m tests.checks.checks_page"


def test_each_check_has_a_row_and_a_section() -> None:
    rows = re.findall(r"^\| \[(EKI\d+)\]\(#(eki\d+)\) \| (?:error|warning|error or warning) \| [^|]+ \|$", page(), re.MULTILINE)
    assert sorted(rows) == [(check.id, check.id.lower()) for check in CHECKS]
    assert sorted(re.findall(r"^### (EKI\d+)$", page(), re.MULTILINE)) == [check.id for check in CHECKS]


def test_each_check_is_of_a_family() -> None:
    assert {check.id[:4] for check in CHECKS} == FAMILIES.keys()


def test_all_66_mistakes_are_found_or_said_to_be_unknown() -> None:
    assert [mistake.number for mistake in MISTAKES] == list(range(1, 67))
    for mistake in MISTAKES:
        found = [check.id for check in CHECKS if mistake.number in check.mistakes]
        assert bool(found) is not bool(mistake.unknown), mistake
        assert not (mistake.given and mistake.unknown), mistake


def test_no_check_finds_a_mistake_that_there_is_not() -> None:
    assert {number for check in CHECKS for number in check.mistakes} <= {mistake.number for mistake in MISTAKES}


def test_the_mistakes_stand_with_their_checks() -> None:
    assert "| 7 | a condition for a name to which no path leads | [EKI112](#eki112) |" in page()
    assert (
        "| 52 | targets that are nodes, with pods on Fargate | cannot be known: where pods run is decided when they start |"
        in page()
    )
    assert "| 43 | subnets in one availability zone | [EKI310](#eki310), [EKI311](#eki311), where the facts about AWS" in page()


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: str(check.id))
def test_a_check_is_explained_in_lines_that_a_terminal_has(check: object) -> None:
    text = explain(getattr(check, "id", ""))
    prose = [line for line in text.splitlines() if not line.startswith("    ")]
    assert max(map(len, prose)) <= 100


def test_an_explanation_says_all_that_is_known() -> None:
    assert explain("EKI111") == (
        "EKI111 warning\n"
        "\n"
        "A condition has an unknown field.\n"
        "\n"
        "The controller passes over such a condition without a word, so that the rule takes more requests\n"
        "than it should.\n"
        "\n"
        "Write one of host-header, path-pattern, http-header, http-request-method, query-string, source-ip.\n"
        "\n"
        "For example:\n"
        "\n"
        '    conditions.api: \'[{"field": "http-headers", "httpHeaderConfig": {"httpHeaderName": "X-Team", "values": ["red"]}}]\'\n'
        "\n"
        "Meant so? Say it on the object:\n"
        "\n"
        "    annotations:\n"
        '      eks-ingress/acknowledge.EKI111: "the reason"\n'
        "\n"
        "Facts: controller source, rule conditions."
    )


def test_what_cannot_be_acknowledged_is_not_said_to_be() -> None:
    assert "acknowledge" not in explain("EKI201")
    assert explain("EKI301").startswith("EKI301 error or warning\n")


def test_an_id_that_there_is_not_cannot_be_explained() -> None:
    assert "EKI999" not in BY_ID
    with pytest.raises(KeyError):
        explain("EKI999")


def test_what_means_something_in_markdown_stands_for_itself() -> None:
    assert r"only \* and ? have a meaning" in page()
    assert "| 9 | an Exact or Prefix path with `*` or `?` | [EKI108](#eki108) |" in page()
