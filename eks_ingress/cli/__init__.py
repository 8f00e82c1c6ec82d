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
from typing import TYPE_CHECKING

from eks_ingress import __version__
from eks_ingress.refusal import Refused
from eks_ingress.report.visible import visible

if TYPE_CHECKING:
    from eks_ingress.cli.command import Command

_COMMANDS = {
    "plan": "show the load balancers that the controller will build, or compare them with what it built",
    "check": "tell what the controller or AWS would refuse, and what it would do in silence",
    "match": "say what becomes of one request",
    "test": "send requests through the plan, and compare what becomes of them with what must",
    "explain": "say what a check is about",
    "policy": "print the IAM policy of the controller",
    "annotations": "list the controller's annotations and what to write instead",
    "import": "turn Ingresses into the Python that makes the same load balancers",
}
_MODULES = {"import": "import_"}
"""The module of a command where Python has the name for itself."""
_PROGRAM = "eks-ingress"
_UNREAD, _INTERRUPTED = 2, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command; 0 when it went well, 1 when something is wrong with what it looked at, 2 when something could not be read."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if not words or words[0] not in _COMMANDS:
        # Shows what was asked for, or refuses, and ends there; but for a command alone behind a --.
        words = [_front_page().parse_args(words).command]
    if arguments is None:
        # What a command makes lives until it ends: looked through for garbage, even at the end, it would take longer.
        gc.disable()
        atexit.register(gc.freeze)
    return _run(words[0], words[1:])


def _run(name: str, words: list[str]) -> int:
    command: Command = import_module(f"{__name__}.{_MODULES.get(name, name)}").COMMAND
    options = _parser(name, command).parse_intermixed_args(words)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal need not know all characters
    code = _UNREAD
    try:
        code, out, told = _done(command, options)
        for stream, shown in ((sys.stderr, "\n".join(map(visible, told.split("\n")))), (sys.stdout, out)):
            if shown and stream is not None:
                print(shown, file=stream, flush=True)
    except BrokenPipeError:  # whoever reads has seen enough, as `head` does
        _forget_output()
    except OSError as error:  # a full disk
        _forget_output()
        print(f"The output cannot be written: {error.strerror}.", file=sys.stderr)
        return _UNREAD
    except KeyboardInterrupt:
        return _INTERRUPTED
    return code


def _forget_output() -> None:
    """Lets what is not written yet go nowhere, rather than fail once more at the end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


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
    return f"This is a fault of {_PROGRAM}, please report it: {type(error).__name__}: {said[:300]}{place}"


def _front_page() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=_PROGRAM, description="What traffic into an EKS cluster will meet.", epilog=f"{_PROGRAM} COMMAND --help has examples."
    )
    parser.add_argument("--version", action="version", version=f"{_PROGRAM} {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, what in _COMMANDS.items():
        commands.add_parser(name, help=what)
    return parser


class _Help(argparse.HelpFormatter):
    """Leaves the lines of examples as they are."""

    def __init__(self, prog: str) -> None:
        try:
            width = min(os.get_terminal_size().columns - 2, 120)
        except OSError:  # no terminal
            width = 100
        super().__init__(prog, width=width)  # asked for a width, argparse loads much to find it, for each option

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return text if text.startswith("examples:") else super()._fill_text(text, width, indent)


def _parser(name: str, command: Command) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=f"{_PROGRAM} {name}",
        description=command.what,
        epilog=f"examples:\n{command.examples}",
        formatter_class=_Help,
        allow_abbrev=False,
    )
    command.add_to(parser)
    return parser
