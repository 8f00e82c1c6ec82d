"""A program on a terminal, as somebody sits before it."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import struct
import sys
import termios
import time
from collections.abc import Iterator, Mapping, Sequence

from tests.commands import PROGRAM

_PATIENCE = 20.0


class Terminal:
    """What a program shows on a terminal of its own, and what is typed there."""

    def __init__(self, program: Sequence[str], *, columns: int = 80, env: Mapping[str, str] | None = None) -> None:
        self.shown = ""
        """All that was shown up to now."""
        self._pid, self._end = pty.fork()
        if self._pid == 0:
            os.execvpe(program[0], [*program], {"PATH": os.environ["PATH"], "TERM": "xterm-256color", **(env or {})})
        fcntl.ioctl(self._end, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))

    def type(self, keys: str) -> None:
        """Presses keys."""
        os.write(self._end, keys.encode())

    def wait_for(self, text: str, after: int = 0) -> str:
        """What is shown from a place on, once a text is among it."""
        until = time.monotonic() + _PATIENCE
        while text not in self.shown[after:]:
            assert time.monotonic() < until, self.shown
            assert self._read(1.0), self.shown
        return self.shown[after:]

    def end(self) -> int:
        """Waits until the program ends; its exit code."""
        until = time.monotonic() + _PATIENCE
        while self._read(1.0):
            assert time.monotonic() < until, self.shown
        os.close(self._end)
        return os.waitstatus_to_exitcode(os.waitpid(self._pid, 0)[1])

    def _read(self, seconds: float) -> bool:
        """Takes what there is within some seconds; whether there may be more."""
        if select.select([self._end], [], [], seconds)[0]:
            try:
                found = os.read(self._end, 65536)
            except OSError:  # Linux, where the program has ended
                return False
            self.shown += found.decode("utf-8", "replace").replace("\r\n", "\n").replace("\a", "")
            return bool(found)
        return True

    def stop(self) -> None:
        """Takes the terminal away."""
        with contextlib.suppress(OSError):
            os.close(self._end)
            os.waitpid(self._pid, 0)


def on_terminal(*words: str, columns: int = 80, env: Mapping[str, str] | None = None) -> tuple[int, str]:
    """Exit code of a command, and what somebody sees."""
    terminal = Terminal([sys.executable, "-c", PROGRAM, *words], columns=columns, env=env)
    return terminal.end(), terminal.shown


@contextlib.contextmanager
def shell(program: Sequence[str], env: Mapping[str, str] | None = None) -> Iterator[Terminal]:
    """A shell that somebody types to."""
    terminal = Terminal(program, columns=150, env=env)
    try:
        yield terminal
    finally:
        terminal.stop()
