"""Links between files lead somewhere, on GitHub as in the site."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.pages import PAGES, ROOT

_LINK = re.compile(r"\]\(([^)\s]+)\)")
_FENCED = re.compile(r"^ *```.*?^ *```$", re.MULTILINE | re.DOTALL)


def prose(path: Path) -> str:
    return _FENCED.sub("", path.read_text("utf-8"))


def anchors(path: Path) -> set[str]:
    """The anchors that GitHub makes of headings: small letters, no punctuation, hyphens for spaces."""
    headings = [re.sub(r"\[([^]]*)]\([^)]*\)", r"\1", found) for found in re.findall(r"^#+ +(.+?) *$", prose(path), re.MULTILINE)]
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", [*PAGES, "CHANGELOG.md"])
def test_each_relative_link_of_a_page_has_its_target(page: str) -> None:
    for link in _LINK.findall(prose(ROOT / page)):
        if "://" in link:
            continue
        path, _, anchor = link.partition("#")
        target = (ROOT / page).parent / path if path else ROOT / page
        assert target.exists(), link
        if anchor:
            assert anchor in anchors(target), link


def test_the_readme_leads_to_every_page() -> None:
    """At least by way of another."""
    reached, open_ = set(), ["README.md"]
    while open_:
        page = open_.pop()
        reached.add(page)
        for link in _LINK.findall(prose(ROOT / page)):
            target = ((ROOT / page).parent / link.partition("#")[0]).resolve()
            target = target / "README.md" if target.is_dir() else target
            known = str(target.relative_to(ROOT)) if target.is_relative_to(ROOT) else ""
            if known in PAGES and known not in reached:
                open_.append(known)
    assert set(PAGES) - reached == set()
