"""Texts of others, made fit for a line of a terminal."""

from __future__ import annotations


def visible(text: str) -> str:
    """A text without what would begin a new line, steer a terminal or not be seen: such characters stand as escapes."""
    if text.isprintable():
        return text
    return "".join(character if character.isprintable() else character.encode("unicode_escape").decode() for character in text)
