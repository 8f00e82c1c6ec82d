"""What the site has besides the pages of docs/."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

import eks_ingress
from tests.docs.pages import PAGES, ROOT, blocks
from website import api, outside
from website.loads import loads


def test_every_public_name_is_on_one_page_of_the_api_and_in_its_index() -> None:
    pages = dict(api.pages())
    index = pages.pop("api/index.md")
    named = Counter(name for text in pages.values() for name in re.findall(r"^::: eks_ingress\.(\w+)$", text, re.MULTILINE))
    assert named == dict.fromkeys(eks_ingress.__all__, 1)
    for name in eks_ingress.__all__:
        (page,) = (path for path, text in pages.items() if f"::: eks_ingress.{name}\n" in text)
        assert f"[`{name}`]({Path(page).name}#eks_ingress.{name})" in index


def test_each_method_of_a_construct_that_a_page_calls_is_shown_by_the_api() -> None:
    called = {name for page in PAGES for block in blocks(page, "python") for name in re.findall(r"\.(\w+)\(", block.text)}
    constructs = [getattr(eks_ingress, name) for name in api.names()["constructs"]]
    ours = {name for construct in constructs for base in construct.mro() if "eks_ingress" in base.__module__ for name in vars(base)}
    assert "add_route" in called & ours
    assert {name for name in called & ours if not re.fullmatch(api.USED, name)} == set()


def test_every_page_of_docs_is_in_the_navigation() -> None:
    navigation = (ROOT / "mkdocs.yml").read_text("utf-8").partition("\nnav:\n")[2]
    listed = set(re.findall(r"([\w-]+\.md|how-to/)$", navigation, re.MULTILINE))
    pages = {page.removeprefix("docs/") for page in PAGES if page.startswith("docs/")}
    assert {page for page in pages if "/" not in page} <= listed
    assert {page.partition("/")[0] + "/" for page in pages if "/" in page} <= {"how-to/"}


@pytest.mark.parametrize(
    ("path", "place", "written", "led"),
    [
        ("README.md", "index.md", "[a](docs/checks.md#eki101)", "[a](checks.md#eki101)"),
        ("README.md", "index.md", "[a](examples/two_teams)", "[a](examples/two_teams.md)"),
        ("docs/how-to/a.md", "how-to/a.md", "[a](../../examples/two_teams/app.py)", "[a](../examples/two_teams.md)"),
        ("docs/how-to/a.md", "how-to/a.md", "[a](../checks.md)", "[a](../checks.md)"),
        ("docs/a.md", "a.md", "[a](../CHANGELOG.md)", "[a](changelog.md)"),
        ("docs/a.md", "a.md", "[a](#b) [c](https://example.com/)", "[a](#b) [c](https://example.com/)"),
        ("docs/a.md", "a.md", "[a](../nowhere.md)", "[a](../nowhere.md)"),
    ],
)
def test_links_lead_to_where_the_site_has_their_targets(path: str, place: str, written: str, led: str) -> None:
    assert outside.relinked(written, ROOT, path, place) == led


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('<script src="https://cdn.example.com/a.js"></script>', ["https://cdn.example.com/a.js"]),
        ('<link rel="stylesheet preload" href="//fonts.example.com/a.css">', ["//fonts.example.com/a.css"]),
        ('<img src="a.png" srcset="http://example.com/b.png 2x">', ["http://example.com/b.png"]),
        ("<p style=\"background: url('https://example.com/c.png')\">", ["https://example.com/c.png"]),
        ('<a href="https://example.com/">there</a><link rel="canonical" href="https://example.com/"><img src="../a.svg">', []),
    ],
)
def test_what_a_page_would_fetch_is_found(text: str, found: list[str], tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(text, "utf-8")
    (tmp_path / "site.css").write_text('p { color: red } @import "b.css";', "utf-8")
    assert loads(tmp_path) == [f"page.html loads {address}" for address in found]


def test_what_a_stylesheet_would_fetch_is_found(tmp_path: Path) -> None:
    (tmp_path / "site.css").write_text("@font-face { src: url(https://fonts.example.com/a.woff2) }", "utf-8")
    assert loads(tmp_path) == ["site.css loads https://fonts.example.com/a.woff2"]


def test_an_example_has_its_app_below_its_readme() -> None:
    page = outside.pages(ROOT)["examples/two_teams.md"]
    app = (ROOT / "examples" / "two_teams" / "app.py").read_text("utf-8")
    assert page.startswith("# ")
    assert page.endswith(f"\n## app.py\n\n```python\n{app}```\n")
