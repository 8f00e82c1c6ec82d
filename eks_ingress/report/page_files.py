"""The style and the scripts of the page, which lie beside it as files."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def read_page_file(name: str) -> str:
    """The text of one of them."""
    return (files("eks_ingress.report") / "page" / name).read_text("utf-8")
