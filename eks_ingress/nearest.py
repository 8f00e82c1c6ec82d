"""What somebody who mistyped a word probably meant."""

from __future__ import annotations

from collections.abc import Iterable

_LONGEST = 253
"""More characters than any known word has: comparing takes long where a word is long."""


def nearest(word: str, known: Iterable[str], ratio: float = 0.75) -> str | None:
    """The known word that one is most like, whatever its case; None if it is like none by this ratio at least."""
    from difflib import get_close_matches  # noqa: PLC0415 - only those who made a mistake wait for it

    by_lower = {name.lower(): name for name in known}
    found = get_close_matches(word[:_LONGEST].lower(), by_lower, n=1, cutoff=ratio)
    return by_lower[found[0]] if found else None
