"""The style and the scripts of the page, which lie beside it as files."""

from __future__ import annotations

from functools import cache
from pathlib import Path


@cache
def read_page_file(name: str) -> str:
    """The text of one of them."""
    return (Path(__file__).with_name("page") / name).read_text("utf-8")
