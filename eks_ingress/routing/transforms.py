"""What is changed in a request before a target gets it.

Facts: controller documentation, "Transforms"; Elastic Load Balancing documentation, "Transforms for listener rules"; Elastic Load
Balancing API, RewriteConfig.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from eks_ingress.refusal import Refusals
from eks_ingress.routing.conditions import require_regex
from eks_ingress.tokens import has_token

_LONGEST = 1024
_VISIBLE = re.compile("[!-~]*")
_GROUP = re.compile(r"(?<![\\$])\$([1-9])")


@dataclass(frozen=True, slots=True)
class UrlRewrite:
    """Changes path and query string of a request: `UrlRewrite("^/api/(.*)$", "/$1")` takes `/api` away.

    A request that the expression does not match stays as it is. Routing is over when it is changed. Since controller 2.14.1. Raises
    `Refused` for what Elastic Load Balancing would refuse, and for what would leave no path.

    Facts: controller documentation, "Transforms"; Elastic Load Balancing API, UrlRewriteConfig, RewriteConfig.
    """

    regex: str
    """Regular expression for what is replaced, at most 1,024 characters."""
    replace: str
    """What stands there instead, at most 1,024 characters, `$1` to `$9` for what the groups of `regex` matched."""

    def __post_init__(self) -> None:
        refusals = Refusals()
        _require_rewrite(refusals, "UrlRewrite", self.regex, self.replace)
        if not refusals.problems and not has_token(self.regex) and not has_token(self.replace):
            is_start = self.regex.startswith("^") and "|" not in self.regex
            refusals.require(
                not is_start or self.replace[:1] in ("", "/", "$"),
                "UrlRewrite replace",
                self.replace,
                "stands at the start of the URL, where a path begins with '/'",
                "Begin it with '/'; the host is changed by HostRewrite.",
            )
        refusals.settle()


@dataclass(frozen=True, slots=True)
class HostRewrite:
    """Changes the header Host of a request: `HostRewrite("^(.+)[.]example[.]com$", "$1.internal.example.com")`.

    A request that the expression does not match stays as it is. Routing is over when it is changed. Since controller 2.14.1. Raises
    `Refused` for what Elastic Load Balancing would refuse, and for what is no host.

    Facts: controller documentation, "Transforms"; Elastic Load Balancing API, HostHeaderRewriteConfig, RewriteConfig.
    """

    regex: str
    """Regular expression for what is replaced, at most 1,024 characters."""
    replace: str
    """What stands there instead, at most 1,024 characters, `$1` to `$9` for what the groups of `regex` matched."""

    def __post_init__(self) -> None:
        refusals = Refusals()
        _require_rewrite(refusals, "HostRewrite", self.regex, self.replace)
        refusals.require(
            not isinstance(self.replace, str) or has_token(self.replace) or "/" not in self.replace,
            "HostRewrite replace",
            self.replace,
            "holds a '/', which no host has",
            "Write the host alone, without scheme and path; the path is changed by UrlRewrite.",
        )
        refusals.settle()


Transform = UrlRewrite | HostRewrite
"""What is changed in a request before a target gets it."""


def _require_rewrite(refusals: Refusals, what: str, regex: str, replace: str) -> None:
    groups = require_regex(refusals, f"{what} regex", regex, _LONGEST)
    what = f"{what} replace"
    refusals.require(isinstance(replace, str), what, replace, "is not text", "Write what stands there instead, in quotes.")
    if not isinstance(replace, str) or has_token(replace):
        return
    refusals.require(
        len(replace) <= _LONGEST,
        what,
        replace,
        f"has {len(replace)} characters",
        f"A load balancer takes at most {_LONGEST:,}.",
    )
    refusals.require(
        _VISIBLE.fullmatch(replace) is not None,
        what,
        replace,
        "has a space, or a character other than visible ASCII, which a request has neither in its URL nor in its host",
        "Write it as a client sends it: in a URL a space is '%20'.",
    )
    if groups is None:
        return
    for number in dict.fromkeys(map(int, _GROUP.findall(replace))):
        refusals.require(
            number <= groups,
            what,
            replace,
            f"has ${number}, while the expression has {groups or 'no'} group{'' if groups == 1 else 's'}",
            "Put '(' and ')' around what is to be kept.",
        )
