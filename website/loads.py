"""What a page of the site would fetch from the network when it is opened: there must be nothing."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

_FROM_CSS = re.compile(r"""(?:url\(|@import)\s*["']?((?:https?:)?//[^"')\s]+)""")
_FETCHED_LINKS = {"stylesheet", "icon", "preload", "modulepreload", "prefetch", "preconnect", "dns-prefetch", "manifest"}


def loads(site: Path) -> list[str]:
    """Each address in the network that a page or a stylesheet loads, with the file."""
    found = []
    for page in sorted(site.rglob("*.html")):
        reader = _Reader()
        reader.feed(page.read_text("utf-8"))
        found += [f"{page.relative_to(site)} loads {address}" for address in reader.found]
    for sheet in sorted(site.rglob("*.css")):
        found += [f"{sheet.relative_to(site)} loads {address}" for address in _FROM_CSS.findall(sheet.read_text("utf-8"))]
    return found


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        addresses = [said.get("src"), said.get("data"), said.get("poster"), *(said.get("srcset") or "").split()]
        if tag == "link" and set((said.get("rel") or "").split()) & _FETCHED_LINKS:
            addresses.append(said.get("href"))
        self.found += [address for address in addresses if address and re.match(r"(?:https?:)?//", address)]
        self.found += _FROM_CSS.findall(said.get("style") or "")
