from __future__ import annotations

from tests.controller.permission_tables import PAGE, written


def test_the_tables_of_the_page_are_those_of_the_code() -> None:
    page = PAGE.read_text("utf-8")
    assert page == written(page), "docs/permissions.md is stale: run python -m tests.controller.permission_tables"
