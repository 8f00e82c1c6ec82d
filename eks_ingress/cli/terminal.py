"""Whether a stream is a terminal, how wide it is, and whether it has colours.

Facts: no-color.org; bixense.com/clicolors; Python documentation, "Controlling color", for which of them goes before which.
"""

from __future__ import annotations

import os
import sys
from typing import TextIO

WHEN = ("auto", "always", "never")
"""What `--color` may be."""
_KNOWS_COLOURS = ("WT_SESSION", "ANSICON", "TERM")
"""One of these is set where a terminal on Windows understands escapes."""


def is_terminal(stream: TextIO | None) -> bool:
    """Whether somebody looks at it, and it can do more than write line by line."""
    return stream is not None and os.environ.get("TERM") != "dumb" and _is_tty(stream)


def _is_tty(stream: TextIO) -> bool:
    try:
        return stream.isatty()
    except ValueError:  # it is closed
        return False


def has_colours(stream: TextIO | None, when: str) -> bool:
    """Whether what is written to a stream is to have colours; `when` is one of `WHEN`."""
    if when != "auto":
        return when == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if any(os.environ.get(name, "0") not in ("", "0") for name in ("FORCE_COLOR", "CLICOLOR_FORCE")):
        return True
    return is_terminal(stream) and (sys.platform != "win32" or any(name in os.environ for name in _KNOWS_COLOURS))


def width_of(stream: TextIO | None) -> int | None:
    """How many columns a terminal has; None for what is no terminal, where nothing is to be broken."""
    if stream is None or not _is_tty(stream):
        return None
    try:
        return int(os.environ["COLUMNS"])
    except (KeyError, ValueError):
        pass
    try:
        return os.get_terminal_size(stream.fileno()).columns or None
    except (OSError, ValueError):
        return None
