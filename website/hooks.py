"""Joins the generated pages to those of docs/, for MkDocs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from website import api, outside
from website.loads import loads

ROOT = Path(__file__).parents[1]
POLYFILL = ROOT / "node_modules" / "iframe-worker" / "shim" / "index.js"


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Puts the pages of a folder where the navigation names the folder."""
    assert config.nav is not None
    config.nav = [entry for item in config.nav for entry in _expanded(item)]
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Adds the pages that are not in docs/."""
    for path, text in {**api.pages(), **outside.pages(ROOT)}.items():
        files.append(File.generated(config, path, content=text))
    files.append(File.generated(config, "assets/iframe-worker.js", content=POLYFILL.read_bytes()))
    return files


def on_post_build(config: MkDocsConfig) -> None:
    """Refuses a site that would ask the network for something when it is read."""
    if found := loads(Path(config.site_dir)):
        raise PluginError("\n".join(found))


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, **_: Any) -> str:
    """Leads links out of docs/ to where the site has their targets."""
    if page.file.abs_src_path is None or not page.file.abs_src_path.startswith(config.docs_dir):
        return markdown
    return outside.relinked(markdown, ROOT, f"docs/{page.file.src_uri}", page.file.src_uri)


def _expanded(item: Any) -> list[Any]:
    match item:
        case "api/":
            return [{"API": ["api/index.md", *(path for path in api.pages() if path != "api/index.md")]}]
        case {"How-to": "how-to/"}:
            return [{"How-to": ["how-to/README.md", *_listed(ROOT / "docs" / "how-to" / "README.md", "how-to/")]}]
        case {"Examples": "examples/"}:
            return [{"Examples": [path for path in outside.pages(ROOT) if path.startswith("examples/")]}]
        case dict() if isinstance(next(iter(item.values())), list):
            ((title, entries),) = item.items()
            return [{title: [one for entry in entries for one in _expanded(entry)]}]
        case _:
            return [item]


def _listed(page: Path, folder: str) -> list[str]:
    """The pages of its folder that a page links to, in its order."""
    return [f"{folder}{name}" for name in dict.fromkeys(re.findall(r"\]\(([\w-]+\.md)\)", page.read_text("utf-8")))]
