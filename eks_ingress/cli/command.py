"""What a command is made of."""

from __future__ import annotations

import argparse
from collections.abc import Callable


class Command:
    """One of the commands."""

    def __init__(
        self,
        what: str,
        examples: str,
        add_to: Callable[[argparse.ArgumentParser], None],
        run: Callable[[argparse.Namespace], tuple[int, str, str]],
        *,
        wrong: str = "",
        for_people: bool = True,
    ) -> None:
        self.what = what
        """What it does, in sentences."""
        self.examples = examples
        """Lines that somebody might type."""
        self.add_to = add_to
        """Adds its options to a parser."""
        self.run = run
        """Does it: exit code, standard output and standard error. Raises `Refused` for what it cannot go on without."""
        self.wrong = wrong
        """What exit code 1 stands for; empty where it never ends so."""
        self.for_people = for_people
        """Whether its text is for people, so that it may have colours and be broken to the width of a terminal."""
