"""CDK tokens, which this package passes on and never looks into.

A token is a value that CloudFormation knows only at deploy time; in a Python string it stands as `${Token[Name.12]}`.
"""

from __future__ import annotations

import re
import struct

_TOKEN = re.compile(r"\$\{Token\[[^\]]*\]\}")


def has_token(text: str) -> bool:
    """Whether the text holds a CDK token, so that nothing can be said of its value at synth."""
    return "${Token[" in text and _TOKEN.search(text) is not None


def known_part(text: str) -> str:
    """The text without its tokens."""
    return _TOKEN.sub("", text) if "${Token[" in text else text


def with_length(text: str, length: int) -> str:
    """The text with so many letters in place of each token."""
    return _TOKEN.sub("x" * length, text) if "${Token[" in text else text


def tokens_of(text: str) -> set[str]:
    """The tokens that the text holds, each once."""
    return set(_TOKEN.findall(text))


def is_number_token(number: float) -> bool:
    """Whether the number is what the CDK writes in place of one that is known only at deploy time.

    Facts: aws-cdk-lib, core/lib/private/encoding, which marks the first 16 bits of a double.
    """
    return struct.pack(">d", number)[:2] == b"\xfb\xff"
