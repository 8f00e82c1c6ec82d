"""What AWS does not have."""

from __future__ import annotations


class NotFound(Exception):
    """Raised for what AWS does not have, or not in the way that a load balancer needs; its text is the controller's.

    `event` is the part of it that is always the same, where the controller lists things in an order of its own.
    """

    def __init__(self, text: str, event: str | None = None) -> None:
        self.event = text if event is None else event
        super().__init__(text)
