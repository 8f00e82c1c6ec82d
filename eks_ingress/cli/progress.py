"""A line on a terminal that says what takes so long; where no terminal is, nothing."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TextIO

from eks_ingress.cli.terminal import is_terminal, width_of

if TYPE_CHECKING:
    from types import TracebackType

_AFTER, _EVERY = 0.7, 0.2
"""After how many seconds it is shown, and how often then."""


class Progress:
    """Shows what is being done from a thread of its own, and takes the line away at the end."""

    def __init__(self, stream: TextIO | None) -> None:
        self._stream = stream
        self._is_shown = is_terminal(stream)
        self._doing = ""
        self._shown = 0

    def __enter__(self) -> None:
        global _current  # noqa: PLW0603 - the stages of the work are far apart, and there is one line for all of them
        if not self._is_shown:
            return
        from threading import Event, Thread  # noqa: PLC0415 - needed for this alone

        self._done = Event()
        self._thread = Thread(target=self._show, daemon=True)
        self._since = time.monotonic()
        self._thread.start()
        _current = self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        global _current  # noqa: PLW0603
        if not self._is_shown:
            return
        _current = None
        self._done.set()
        self._thread.join()
        self._write("")

    def say(self, doing: str) -> None:
        """Takes over what is being done now."""
        self._doing = doing

    def _show(self) -> None:
        wait = _AFTER
        while not self._done.wait(wait):
            wait = _EVERY
            seconds = int(time.monotonic() - self._since)
            self._write(f"{self._doing} … {seconds} s" if seconds else f"{self._doing} …")

    def _write(self, text: str) -> None:
        assert self._stream is not None
        if not text and not self._shown:
            return
        text = text[: (width_of(self._stream) or 80) - 1]
        try:
            self._stream.write("\r" + text.ljust(self._shown) + ("" if text else "\r"))
            self._stream.flush()
        except (OSError, ValueError):  # who looked is gone
            self._done.set()
        self._shown = len(text)


_current: Progress | None = None


def say(doing: str) -> None:
    """Says what is being done from now on, if somebody looks."""
    if _current is not None:
        _current.say(doing)
