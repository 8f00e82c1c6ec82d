"""What the help of each command says, and the page about the command line."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

import pytest

from eks_ingress.cli import COMMANDS, command_of, parser_of

PAGE = (Path(__file__).parents[2] / "docs" / "command-line.md").read_text("utf-8")
each_command = pytest.mark.parametrize("name", sorted(COMMANDS))


def actions(name: str) -> list[argparse.Action]:
    """All that a command takes."""
    return [action for action in parser_of(name, command_of(name))._actions if "--help" not in action.option_strings]


@each_command
def test_the_page_says_what_each_exit_code_means(name: str) -> None:
    wrong = command_of(name).wrong
    assert (f"| 1 | `{name}` |" in PAGE) is bool(wrong)
    assert not wrong or f"| 1 | `{name}` | {wrong} |\n" in PAGE


@each_command
def test_the_page_has_every_option(name: str) -> None:
    # `eks-ingress policy --help` has more, and docs/permissions.md what they do.
    options = [word for action in actions(name) for word in action.option_strings if name != "policy"]
    assert [option for option in options if not re.search(rf"{option}\b", PAGE)] == []


@each_command
def test_every_option_says_what_it_is_and_what_it_is_by_default(name: str) -> None:
    for action in actions(name):
        assert action.help, action.dest
        if isinstance(action.default, str) and action.default not in ("", "*"):
            assert f"(default: {action.default}" in action.help, action.dest
