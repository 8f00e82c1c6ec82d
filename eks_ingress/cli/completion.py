"""Prints what lets a shell complete commands, options and their values: a script in which all of them stand."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from eks_ingress.cli import COMMANDS, PROGRAM, command_of, parser_of
from eks_ingress.cli.command import Command

FILES = frozenset({"PATH", "TESTS", "FACTS", "VALUES", "OLD", "LIVE", "FILE"})
"""What the help calls values that are files."""


class Word(NamedTuple):
    """Something that can be typed, and what it is."""

    text: str
    what: str = ""


class Value(NamedTuple):
    """What stands behind an option, or by itself."""

    name: str
    words: Sequence[Word] = ()
    """What it can be, as far as that is known."""
    is_file: bool = False


class Option(NamedTuple):
    """An option of a command."""

    name: str
    what: str
    value: Value | None
    """None where nothing stands behind it."""
    is_repeatable: bool


class Completed(NamedTuple):
    """A command, and what can be typed behind it."""

    name: str
    what: str
    options: Sequence[Option]
    values: Sequence[Value]
    """What stands by itself, in order; the last one may come again where it is a file."""


def completed() -> list[Completed]:
    """All commands, as their parsers have them."""
    return [_completed(name, what) for name, what in COMMANDS.items()] + [_help()]


def _help() -> Completed:
    return Completed("help", "show the help of a command", (), (Value("COMMAND", [Word(*x) for x in COMMANDS.items()]),))


def _completed(name: str, what: str) -> Completed:
    actions = parser_of(name, COMMAND if name == "completion" else command_of(name))._actions
    options = [
        Option(word, _short(action.help), None if action.nargs == 0 else _value(action), isinstance(action, argparse._AppendAction))
        for action in actions
        for word in action.option_strings
        if word.startswith("--")
    ]
    known = _KNOWN.get(name)
    values = [_value(action) for action in actions if not action.option_strings]
    return Completed(name, what, options, [value if known is None else value._replace(words=known()) for value in values])


def _value(action: argparse.Action) -> Value:
    name = str(action.metavar or action.dest)
    return Value(name, [Word(str(choice)) for choice in action.choices or ()], name in FILES)


def _short(text: str | None) -> str:
    """The beginning of a help text: shells show a line."""
    return (text or "").partition(" (default")[0].partition(";")[0].replace("%%", "%")


def _checks() -> Sequence[Word]:
    from eks_ingress.checks.registry import CHECKS  # noqa: PLC0415 - it takes a while

    return [Word(check.id, check.title) for check in sorted(CHECKS, key=lambda check: check.id)]


def _annotations() -> Sequence[Word]:
    from eks_ingress.report.annotations import SECTIONS  # noqa: PLC0415

    # Of a name with a part of the user's choice, what stands before that.
    return [Word(row.name.partition("${")[0], title) for title, rows in SECTIONS.items() for row in rows]


_KNOWN: Mapping[str, Callable[[], Sequence[Word]]] = {"explain": _checks, "annotations": _annotations}
"""Where what stands by itself behind a command is one of many."""


def _add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("shell", choices=["bash", "zsh", "fish"], help="the shell that is to read it")


def _run(options: argparse.Namespace) -> tuple[int, str, str]:
    from eks_ingress.cli.shells import SCRIPTS  # noqa: PLC0415 - it needs the words above

    return 0, SCRIPTS[options.shell](completed()), ""


COMMAND = Command(
    f"Prints what lets a shell complete the commands of {PROGRAM}, their options and the values of those, ids of checks and names "
    "of annotations. It needs nothing but the shell, and is to be printed again after an upgrade.",
    """  eval "$(eks-ingress completion bash)"                                          # in ~/.bashrc
  eks-ingress completion zsh > "${fpath[1]}/_eks-ingress"                        # then start zsh anew
  eks-ingress completion fish > ~/.config/fish/completions/eks-ingress.fish""",
    _add,
    _run,
    for_people=False,
)
