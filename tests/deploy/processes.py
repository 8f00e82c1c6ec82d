"""Programs in the background: on free ports of loopback, with a log each, and gone when who started them is."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

_SETPRIV = shutil.which("setpriv")
"""Of util-linux: asks Linux to end a program when the thread that started it ends."""


class Process:
    """A program that runs until it is stopped, or until the thread that started it ends, however it ends."""

    def __init__(self, name: str, command: Sequence[str | Path], logs: Path, environment: Mapping[str, str] | None = None) -> None:
        """Starts it.

        :param name: of the log in the folder `logs`, which is continued if it is there.
        :param environment: all of it; by default that of the tests.
        """
        self.name = name
        self.log = logs / f"{name}.log"
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                ending_with_us(command),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=environment,
                # A group of its own, so that Ctrl-C reaches the tests alone, which then stop all in order.
                start_new_session=True,
            )

    @property
    def returncode(self) -> int | None:
        """How it ended, if it did."""
        return self._process.poll()

    def ask_to_stop(self) -> None:
        """Asks it to end, and does not wait."""
        if self.returncode is None:
            self._process.terminate()

    def kill(self) -> None:
        """Ends it, without giving it a say."""
        if self.returncode is None:
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def tail(self, lines: int = 15) -> str:
        """The last lines of its log."""
        return "\n".join(self.log.read_text("utf-8", "replace").splitlines()[-lines:])


def ending_with_us(command: Sequence[str | Path]) -> list[str]:
    """The command, so that it ends when the thread that starts it ends, however it ends."""
    return [*([_SETPRIV, "--pdeathsig", "KILL", "--"] if _SETPRIV else []), *map(str, command)]


def free_port() -> int:
    """A port of 127.0.0.1 that nothing listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def wait_until(what: str, holds: Callable[[], object], *, seconds: float, process: Process | None = None) -> None:
    """Waits until `holds` gives what is true; past its time, or when `process` ends, raises with the last of its log."""
    end = time.monotonic() + seconds
    while not holds():
        ended = process is not None and process.returncode is not None
        if ended or time.monotonic() > end:
            told = f"\n{process.log}:\n{process.tail()}" if process else ""
            raise TimeoutError(f"{what}: not within {seconds:g} s{', its process ended' if ended else ''}{told}")
        # Much of what is waited for is asked with a program of its own.
        time.sleep(0.25)
