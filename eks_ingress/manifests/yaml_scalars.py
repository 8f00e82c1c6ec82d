"""What an unquoted word of YAML stands for in Kubernetes: a text, a number, a boolean or nothing.

Facts: sigs.k8s.io/yaml, which reads YAML 1.1 by the rules of go-yaml v2, and hands it to the API as JSON.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from math import isfinite

Scalar = str | int | float | bool | None

_WORDS: Mapping[str, Scalar] = {
    **dict.fromkeys(["y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"], True),
    **dict.fromkeys(["n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"], False),
    **dict.fromkeys(["", "~", "null", "Null", "NULL"]),
    **dict.fromkeys([".nan", ".NaN", ".NAN"], float("nan")),
    **dict.fromkeys([".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"], float("inf")),
    **dict.fromkeys(["-.inf", "-.Inf", "-.INF"], float("-inf")),
}
_MAY_BE_NUMBER = frozenset("+-.0123456789")
_INTEGER = re.compile(r"([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[oO]?([0-7]+)|0[bB]([01]+)|(0|[1-9][0-9]*))")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_BETWEEN_DIGITS = re.compile(r"(?<=[0-9])_(?=[0-9])")
_BASES = (16, 8, 2, 10)
_LONGEST_INTEGER = 80
"""More characters than any integer of 64 bits has, but for leading zeros."""


@lru_cache(maxsize=1024)
def resolve(text: str) -> Scalar:
    """The value of a plain scalar.

    Times stay text, as do numbers in base 60. A number without a fraction is an integer however it is written (`8e1`), since
    JSON does not tell them apart.
    """
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _MAY_BE_NUMBER:
        return text
    # A '_' may stand anywhere in a number, but where a point comes first only between two digits.
    plain = _BETWEEN_DIGITS.sub("", text) if text[0] == "." else text.replace("_", "")
    integer = _integer(plain)
    if integer is not None:
        return integer
    if _FLOAT.fullmatch(plain) is None or not isfinite(number := float(plain)):
        return text
    return int(number) if number.is_integer() and abs(number) < 2**63 else number


def _integer(text: str) -> int | None:
    """An integer of 64 bits, None for anything else."""
    found = _INTEGER.fullmatch(text) if len(text) <= _LONGEST_INTEGER else None
    if found is None:
        return None
    sign, *digits = found.groups()
    value = next(int(part, base) for part, base in zip(digits, _BASES, strict=True) if part is not None)
    value = -value if sign == "-" else value
    # Go reads a sign into 63 bits, and a number without one into 64.
    return value if -(2**63) <= value < (2**63 if sign else 2**64) else None
