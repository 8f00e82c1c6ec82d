"""The command line: what it takes, and what it prints.

Nothing here loads the CDK, and a command loads what it needs itself, so that it starts at once and on a machine without Node.
"""

from __future__ import annotations

import argparse
import atexit
import gc
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from io import TextIOWrapper
from typing import TYPE_CHECKING, TextIO

from eks_ingress.cli.progress import Progress
from eks_ingress.cli.terminal import WHEN, has_colours, width_of
from eks_ingress.refusal import Refused
from eks_ingress.report.visible import visible

if TYPE_CHECKING:
    from eks_ingress.cli.command import Command

COMMANDS = {
    "plan": "show the load balancers that the controller will build, or what changed, or compare them with what it built",
    "check": "tell what the controller or AWS would refuse, and what it would do in silence",
    "match": "say what becomes of one request",
    "test": "send requests through the plan, and compare what becomes of them with what must",
    "explain": "say what a check is about",
    "policy": "print the IAM policy of the controller",
    "annotations": "list the controller's annotations and what to write instead",
    "import": "turn Ingresses into the Python that makes the same load balancers",
    "completion": "print what lets a shell complete commands, options and their values",
}
"""What can be typed, and what it does."""
_MODULES = {"import": "import_"}
"""The module of a command where Python has the name for itself."""
PROGRAM = "eks-ingress"
_WRONG_WORDS, _UNREAD, _INTERRUPTED = 2, 2, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command; 0 when it went well, 1 when something is wrong with what it looked at, 2 when something could not be read."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal need not know all characters
    if words[:1] == ["help"] and len(words) > 1:
        words = [words[1], "--help"]
    if not words or words[0] not in COMMANDS:
        from eks_ingress.cli.front_page import answer  # noqa: PLC0415 - who names a command does not see it

        code, out, told = answer(words)
        return _written(code, _for(sys.stdout, out, WHEN[0]), _for(sys.stderr, told, WHEN[0]))
    if arguments is None:
        # What a command makes lives until it ends: looked through for garbage, even at the end, it would take longer.
        gc.disable()
        atexit.register(gc.freeze)
    return _run(words[0], words[1:])


def command_of(name: str) -> Command:
    """A command, which is loaded now."""
    found: Command = import_module(f"{__name__}.{_MODULES.get(name, name)}").COMMAND
    return found


def _run(name: str, words: list[str]) -> int:
    command = command_of(name)
    options = _parsed(parser_of(name, command), words)
    with Progress(sys.stderr):
        try:
            code, out, told = _done(command, options)
        except KeyboardInterrupt:
            return _INTERRUPTED
    told = "\n".join(map(visible, told.split("\n")))
    if not command.for_people or getattr(options, "format", "text") != "text":
        return _written(code, out, _for(sys.stderr, told, options.color))
    return _written(code, _for(sys.stdout, out, options.color), _for(sys.stderr, told, options.color))


def _for(stream: TextIO, text: str, color: str) -> str:
    """A text as a stream is to have it: lines that fit into a terminal, and colours where they are wanted."""
    if text and (width := width_of(stream)) is not None:
        from eks_ingress.report.folding import folded  # noqa: PLC0415 - needed on a terminal alone

        text = folded(text, width)
    if text and has_colours(stream, color):
        from eks_ingress.report.colours import painted  # noqa: PLC0415

        text = painted(text)
    return text


def _written(code: int, out: str, told: str) -> int:
    """Writes what a command says, and returns its exit code, or that of what went wrong with writing."""
    try:
        # What sums up, or could not be read, stands below what is long.
        for stream, shown in ((sys.stdout, out), (sys.stderr, told)):
            if shown and stream is not None and (fault := _printed(shown, stream)):
                code = _UNREAD
                if stream is sys.stdout:
                    _printed(f"The output cannot be written: {fault}.", sys.stderr)
    except KeyboardInterrupt:
        return _INTERRUPTED
    return code


def _printed(text: str, stream: TextIO) -> str:
    """Writes a text; what went wrong, no text where nothing did or whoever reads has seen enough, as `head` does."""
    try:
        print(text, file=stream, flush=True)
    except OSError as error:
        # What is not written yet goes nowhere, rather than fail once more at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        return "" if isinstance(error, BrokenPipeError) else str(error.strerror)
    return ""


def _done(command: Command, options: argparse.Namespace) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of a command."""
    try:
        return command.run(options)
    except Refused as refused:
        return _UNREAD, "", str(refused)
    except Exception as error:  # a fault of this program, told in a line that can be reported
        return _UNREAD, "", _fault(error)


def _fault(error: Exception) -> str:
    place, trace = "", error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        if "eks_ingress" in code.co_filename:
            place = f" ({code.co_filename.rpartition('eks_ingress')[2].lstrip('/')}:{trace.tb_lineno})"
        trace = trace.tb_next
    said = str(error).encode("utf-8", "backslashreplace").decode()
    return f"This is a fault of {PROGRAM}, please report it: {type(error).__name__}: {said[:300]}{place}"


class _Help(argparse.HelpFormatter):
    """Leaves the lines of examples and exit codes as they are."""

    def __init__(self, prog: str) -> None:
        # asked for a width, argparse loads much to find it, for each option
        super().__init__(prog, width=min((width_of(sys.stdout) or 102) - 2, 120))

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return text if text.startswith("examples:") else super()._fill_text(text, width, indent)


def parser_of(name: str, command: Command) -> argparse.ArgumentParser:
    """What a command takes."""
    codes = {0: "all is well", 1: command.wrong, _UNREAD: "something could not be read, or the command line makes no sense"}
    meanings = "\n".join(f"  {code}  {meaning}" for code, meaning in codes.items() if meaning)
    parser = argparse.ArgumentParser(
        prog=f"{PROGRAM} {name}",
        description=command.what,
        epilog=f"examples:\n{command.examples}\n\nexit codes:\n{meanings}",
        formatter_class=_Help,
        allow_abbrev=False,
    )
    command.add_to(parser)
    parser.add_argument(
        "--color",
        choices=WHEN,
        default=WHEN[0],
        help="whether text has colours: on a terminal (auto), always or never (default: auto)",
    )
    return parser


def _parsed(parser: argparse.ArgumentParser, words: list[str]) -> argparse.Namespace:
    """What the words say; ends the program where they make no sense."""
    options, left = parser.parse_known_intermixed_args(words)
    if left:
        from eks_ingress.nearest import nearest  # noqa: PLC0415 - only those who made a mistake wait for it

        known = [option for option in parser._option_string_actions if option.startswith("--")]
        near = nearest(left[0].partition("=")[0], known, 0.6) if left[0].startswith("-") else None
        parser.error(
            f"there is no {'option' if left[0].startswith('-') else 'place for'} {left[0]!r}."
            + (f" Did you mean {near}?" if near else "")
        )
    return options
