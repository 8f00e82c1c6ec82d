"""What many words check in the same way: durations, counts, lists, ARNs and address ranges."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import timedelta
from enum import Enum
from ipaddress import ip_interface, ip_network
from typing import Any
from typing import Protocol as Shape

from eks_ingress.refusal import Refusals
from eks_ingress.tokens import has_token, known_part


class HasSeconds(Shape):
    """Whatever knows its length in seconds, as the CDK's `Duration` does."""

    def to_seconds(self) -> Any:
        """The length in seconds."""
        ...


Span = timedelta | HasSeconds
"""A length of time: a `datetime.timedelta` or a CDK `Duration`; a word that was made from either holds a timedelta."""

Words = str | Sequence[str]
"""One text or several; a word that was made from either holds a tuple."""


def put(word: object, **values: object) -> None:
    """Sets fields of a frozen word while it is being made: what was given in one of several forms, in its one form."""
    for name, value in values.items():
        object.__setattr__(word, name, value)


def made_from() -> Any:
    """A field that holds what a word was made from, where that was an object of the CDK: no part of what the word says."""
    return field(default=None, init=False, compare=False, repr=False)


def span(value: Span | None) -> timedelta | None:
    """A length of time as a timedelta; what is none is left for `require_span` to refuse."""
    return timedelta(seconds=value.to_seconds()) if value is not None and hasattr(value, "to_seconds") else value


def whole_seconds(value: Span) -> int:
    """A length of time in seconds, as a word holds it."""
    assert isinstance(value, timedelta)
    return int(value.total_seconds())


def several(values: object) -> tuple[Any, ...]:
    """One thing or several as a tuple."""
    if isinstance(values, tuple):
        return values
    return tuple(values) if isinstance(values, Sequence) and not isinstance(values, str | bytes) else (values,)


def require_span(refusals: Refusals, what: str, value: Span | None, least: int, most: int) -> None:
    """A length of time of `least` to `most` seconds, whole ones; None is fine."""
    refusals.require(
        value is None or (isinstance(value, timedelta) and value.microseconds == 0 and least <= value.total_seconds() <= most),
        what,
        str(value) if isinstance(value, timedelta) else value,
        f"must be a datetime.timedelta or a Duration of {least} s to {most} s, in whole seconds",
        f"Write timedelta(seconds={least}) or longer, up to timedelta(seconds={most}).",
    )


def require_count(refusals: Refusals, what: str, value: int | None, least: int, most: int) -> None:
    """A whole number from `least` to `most`; None is fine."""
    refusals.require(
        value is None or (isinstance(value, int) and not isinstance(value, bool) and least <= value <= most),
        what,
        value,
        "is out of range",
        f"Write a whole number from {least} to {most}.",
    )


def require_a(refusals: Refusals, what: str, value: object, kind: type) -> None:
    """A value of a certain kind, such as text or a member of an enum."""
    if kind is str:
        refusals.require(isinstance(value, str), what, value, "is no text", "Write it in quotes.")
        return
    choices = [f"`{member}`" for member in kind] if issubclass(kind, Enum) else [f"`{kind.__name__}(…)`"]
    refusals.require(isinstance(value, kind), what, value, f"is no {kind.__name__}", f"Write {' or '.join(choices)}.")


def require_kinds(refusals: Refusals, word: object, kinds: Mapping[str, type]) -> None:
    """Fields of a word that are of a certain kind; None is fine."""
    for name, kind in kinds.items():
        value = getattr(word, name)
        if value is not None:
            require_a(refusals, name, value, kind)


def require_flag(refusals: Refusals, what: str, value: bool | None) -> None:
    """True or False; None is fine."""
    refusals.require(value is None or isinstance(value, bool), what, value, "is neither True nor False", "Write True or False.")


def require_list(refusals: Refusals, what: str, values: object) -> bool:
    """A list of texts, each of which may hold a token; a list that is a token as a whole cannot be told apart from one text."""
    problems = len(refusals.problems)
    refusals.require(not isinstance(values, str), what, values, "is one text and no list", f"Write {[values]!r}.")
    if len(refusals.problems) == problems:
        entries: list[object] = list(values) if isinstance(values, Sequence) else [values]
        refusals.require(
            all(isinstance(entry, str) for entry in entries),
            what,
            values,
            "holds something that is no text",
            "Write a list of texts.",
        )
        refusals.require(
            not any(isinstance(entry, str) and "#{Token[" in entry for entry in entries),
            what,
            values,
            "is a list that only CloudFormation knows",
            "Join it to one text: `[Fn.join(',', values)]`.",
        )
        refusals.require(
            all(not isinstance(entry, str) or entry.strip() != "" for entry in entries),
            what,
            values,
            "has an empty entry",
            "Take it out.",
        )
    return len(refusals.problems) == problems


def require_no_comma(refusals: Refusals, what: str, values: Sequence[str]) -> None:
    """Texts that are written with commas between them, so that none may hold one beside its tokens."""
    for value in values:
        refusals.require("," not in known_part(value), what, value, "has a comma, which would split it", "Write two entries.")


def require_texts(refusals: Refusals, what: str, values: Mapping[str, str]) -> bool:
    """Names and values that are texts."""
    problems = len(refusals.problems)
    refusals.require(
        isinstance(values, Mapping) and all(isinstance(k, str) and isinstance(v, str) for k, v in values.items()),
        what,
        values,
        "are not texts by name",
        "Write {'name': 'value'}, both in quotes.",
    )
    return len(refusals.problems) == problems


def require_arn(refusals: Refusals, what: str, arn: str, pattern: str, example: str) -> None:
    """An ARN of a certain resource: `pattern` is what stands behind `arn:PARTITION:`, as a regular expression."""
    refusals.require(
        isinstance(arn, str) and (has_token(arn) or re.fullmatch(f"arn:aws[a-z-]*:{pattern}", arn) is not None),
        what,
        arn,
        "is not the ARN of one",
        f"Write an ARN such as {example!r}.",
    )


def require_cidr(refusals: Refusals, what: str, cidr: str) -> None:
    """An address range, IPv4 or IPv6, without bits behind its prefix."""
    if not isinstance(cidr, str) or has_token(cidr):
        refusals.require(isinstance(cidr, str), what, cidr, "is not text", "Write a range such as '10.0.0.0/8'.")
        return
    try:
        network = ip_network(cidr, strict=False)
    except ValueError:
        refusals.require(False, what, cidr, "is not an address range", "Write one such as '10.0.0.0/8' or '2001:db8::/32'.")
        return
    refusals.require(re.search("/[0-9]+$", cidr) is not None, what, cidr, "has no prefix length", f"Write {str(network)!r}.")
    address = ip_interface(cidr).ip
    refusals.require(address == network.network_address, what, cidr, "has bits behind its prefix", f"Write {str(network)!r}.")
