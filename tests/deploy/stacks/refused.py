"""What the driver does not do, since it would have to guess what CloudFormation does."""

from __future__ import annotations


class Unsupported(Exception):
    """A template asks for what the driver does not know. It refuses rather than skip it."""
