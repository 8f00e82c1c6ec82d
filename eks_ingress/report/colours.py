"""Colours for the text of the commands: it stays the same text, with escapes around some of its words.

Nothing else in a text is an escape, see `visible`, so that without colours nothing is to be taken out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_RESET = "\x1b[0m"
_STYLES = {
    "bold": "1",
    "dim": "2",
    "error": "1;31",
    "warning": "1;33",
    "id": "36",
    "number": "36",
    "good": "32",
    "added": "32",
    "removed": "31",
    "changed": "33",
    "replaced": "1;35",
    "moved": "34",
}
"""The parameters of Select Graphic Rendition for each style: the eight colours that each terminal has, as its user chose them."""

_LINES = tuple(
    re.compile(pattern)
    for pattern in (
        # a finding in a line, or as the head of a paragraph
        r".*?: (?P<id>EKI\d{3}) (?:(?P<error>error)|(?P<warning>warning)): ",
        r"(?P<id>EKI\d{3}) (?:(?P<error>error)|(?P<warning>warning))(?:  (?P<bold>.*))?$",
        r"(?:\S.*?: )?(?P<error>error)(?:: |  )",
        r"(?P<id>EKI\d{3})  ",
        r"\S.*?: (?:(?P<warning>lost)|(?P<dim>note)): ",
        # what changed
        r"\s*(?P<replaced>! .*)",
        r"\s*(?P<added>\+ .*)",
        r"\s*(?P<removed>- .*)",
        r"\s*(?P<changed>~ .*)",
        r"\s*(?P<moved>> .*)",
        r"(?P<dim>[=?] .*)",
        r" {10}(?P<dim>was\b.*)",
        # a plan
        r"(?P<bold>(?:Load balancer|Network load balancer|Cluster|Target groups that others made).*)",
        r" {2,6}(?P<bold>(?:HTTPS?|TCP|TLS|UDP|TCP_UDP|QUIC|TCP_QUIC) \d+)\b",
        r" {2}(?P<bold>Targets|Network load balancer in front)",
        r" {4,8}(?P<dim>rule  .*  then)$",
        r" {4}(?P<number>\d+|else)  ",
        # what a command sums up
        r"(?:(?P<error>\d+ errors?))?(?:, )?(?:(?P<warning>\d+ warnings?))?(?:[;.]| \(\d+ acknowledged\)|$)",
        r"(?P<good>Nothing found|Nothing changed)\b",
    )
)


def painted(text: str) -> str:
    """The text with colours."""
    return "\n".join(map(_painted, text.split("\n")))


def _painted(line: str) -> str:
    for pattern in _LINES:
        found = pattern.match(line)
        if found is not None and any(found.groupdict().values()):
            return "".join(_parts(line, found))
    return line


def _parts(line: str, found: re.Match[str]) -> Iterator[str]:
    at = 0
    for style, text in sorted(found.groupdict(default="").items(), key=lambda part: found.start(part[0])):
        if text:
            start, end = found.span(style)
            yield f"{line[at:start]}\x1b[{_STYLES[style]}m{text}{_RESET}"
            at = end
    yield line[at:]
