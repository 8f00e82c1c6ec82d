"""Values that are not known yet: CDK tokens, and what stands for something that only the cluster or AWS knows."""

from __future__ import annotations


def unknown(what: str) -> str:
    """A placeholder, `${what it is}`."""
    return f"${{{what}}}"


def is_unknown(value: object) -> bool:
    """Whether a value is, or holds, a placeholder or a CDK token, so that nothing can be said of it."""
    return isinstance(value, str) and "${" in value
