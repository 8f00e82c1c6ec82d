"""Every code block of every page is run, as it stands, or read by what reads its kind."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.commands import NOT_RUN, commands, reason_not_to_run
from tests.docs.outcomes import OUTCOMES
from tests.docs.pages import PAGES, ROOT, blocks
from tests.docs.reader import Reader
from tests.docs.settings import SETTINGS, setting_of


def _of_newest(page: str) -> bool:
    """Whether its app needs more than the lowest aws-cdk-lib: an example says so in requirements.txt, the page by a release."""
    return page.startswith("examples/") or page == "docs/how-to/from-alb-controller.md"


@pytest.mark.parametrize("page", [pytest.param(page, marks=[pytest.mark.newest] * _of_newest(page)) for page in PAGES])
def test_all_that_a_page_shows_works(page: str, tmp_path: Path) -> None:
    names = Reader(tmp_path, setting_of(page)).read(blocks(page))
    if page in OUTCOMES:
        OUTCOMES[page](names)


def test_what_is_known_of_pages_and_commands_is_of_use() -> None:
    shown = [
        command.line
        for page in PAGES
        for language in ("sh", "console")
        for block in blocks(page, language)
        for command in commands(block.text)
    ]
    assert [begin for begin, reason in NOT_RUN.items() if reason not in map(reason_not_to_run, shown)] == []
    assert [page for page in (*SETTINGS, *OUTCOMES) if page not in PAGES] == []


def test_each_target_of_make_is_there() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    shown = {
        target for page in PAGES for block in blocks(page, "sh") for target in re.findall(r"^make (\w+)", block.text, re.MULTILINE)
    }
    assert {"synth", "test"} <= shown
    assert [target for target in shown if f"\n{target}:" not in makefile] == []
