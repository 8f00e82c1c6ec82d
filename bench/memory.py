"""How much memory a process needed."""

from __future__ import annotations

import re
from pathlib import Path


def peak(process: int) -> int:
    """The most memory that a process had at once, in KiB; what it was started from does not count, as it does in `getrusage`."""
    status = Path(f"/proc/{process}/status").read_text("utf-8")
    return int(re.search(r"^VmHWM:\s+(\d+)", status, re.MULTILINE)[1])  # type: ignore[index]
