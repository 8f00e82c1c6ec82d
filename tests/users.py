"""Who runs the tests: often the superuser, to whom nothing is closed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

_NOBODY = 65534


@contextmanager
def ordinary_user() -> Iterator[None]:
    """No longer the superuser, for as long as it lasts. What it needs must be loaded before: the libraries may be closed too."""
    before = os.geteuid()
    if before == 0:
        os.seteuid(_NOBODY)
    try:
        yield
    finally:
        os.seteuid(before)
