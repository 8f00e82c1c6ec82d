"""What a command is made of."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import NamedTuple


class Command(NamedTuple):
    """One of the commands."""

    what: str
    """What it does, in sentences."""
    examples: str
    """Lines that somebody might type."""
    add_to: Callable[[argparse.ArgumentParser], None]
    """Adds its options to a parser."""
    run: Callable[[argparse.Namespace], tuple[int, str, str]]
    """Does it: exit code, standard output and standard error. Raises `Refused` for what it cannot go on without."""
