"""Where a thing in a manifest came from, so that every message can name it."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

_NOT_THE_USERS = {"eks_ingress", "jsii"}


@dataclass(frozen=True, slots=True)
class Source:
    """The place that a user would open to change something."""

    construct: str | None = None
    """Path of the construct, as CDK writes it: `Shop/Ingress/Public`. None for what no construct made."""
    file: str | None = None
    """File, relative to the working directory where it lies below it."""
    line: int | None = None
    """Line in `file`, from 1."""

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        if self.construct is None:
            return place or "(unknown place)"
        return self.construct if self.file is None else f"{self.construct}  ({place})"


def caller(construct: str | None = None) -> Source:
    """The user's own line: the nearest frame of the stack that belongs neither to this package nor to jsii's calls of it."""
    frame = sys._getframe(1)
    while _package(frame) in _NOT_THE_USERS and frame.f_back is not None:
        frame = frame.f_back
    file = Path(frame.f_code.co_filename)
    if file.is_relative_to(Path.cwd()):
        file = file.relative_to(Path.cwd())
    return Source(construct, str(file), frame.f_lineno)


def _package(frame: FrameType) -> str:
    return str(frame.f_globals.get("__name__", "")).partition(".")[0]
