"""What moto lacks of what the controller calls, added to it, answered as AWS does.

Facts: ELBv2 API reference.
"""

from __future__ import annotations


def apply() -> None:
    """Add it all, before the server answers anything."""
