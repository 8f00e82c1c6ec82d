from __future__ import annotations

from tests.docs.versions_page import PAGE, written


def test_the_tables_of_the_page_are_those_of_the_code() -> None:
    page = PAGE.read_text("utf-8")
    assert page == written(page), "docs/versions.md is stale: run python -m tests.docs.versions_page"
