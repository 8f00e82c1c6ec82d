"""Loads PyYAML without what it prepares for its reader in Python.

Where it is loaded, it compiles an expression of all characters that this reader does not take, for more than ten milliseconds;
the reader of libyaml, in C, needs none. Here such expressions are compiled when they are used first.
"""

from __future__ import annotations

import re
import sys
from typing import Any


class _Later:
    """An expression that is compiled when something is asked of it."""

    def __init__(self, *arguments: Any) -> None:
        self._arguments = arguments

    def __getattr__(self, name: str) -> Any:
        found = getattr(re.compile(*self._arguments), name)
        setattr(self, name, found)
        return found


def load() -> None:
    """Loads it, where it is not there yet; for a process that does nothing else meanwhile."""
    if "yaml" in sys.modules:
        return
    compile_now = re.compile
    re.compile = _Later  # type: ignore[assignment]
    try:
        import yaml  # noqa: F401, PLC0415
    finally:
        re.compile = compile_now
