"""Where a thing in a manifest came from, so that every message can name it."""

from __future__ import annotations

import os
import sys
from functools import cache
from typing import NamedTuple

_NOT_THE_USERS = {"eks_ingress", "jsii"}


class Source(NamedTuple):
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
    while _is_not_the_users(frame.f_globals.get("__name__")) and frame.f_back is not None:
        frame = frame.f_back
    return Source(construct, _shown(frame.f_code.co_filename), frame.f_lineno)


def shown(file: str) -> str:
    """An absolute path as messages show it: relative to the working directory where it lies below it."""
    here = os.path.join(os.getcwd(), "")
    return file[len(here) :] if os.path.normcase(file).startswith(os.path.normcase(here)) else file


_shown = cache(shown)


@cache
def _is_not_the_users(module: str | None) -> bool:
    return str(module).partition(".")[0] in _NOT_THE_USERS
