"""Which requests a route takes: a host and a path, written together as in a URL.

Facts: controller documentation, "Ingress specification"; Kubernetes documentation, "Ingress", path types and hostname
wildcards; Elastic Load Balancing documentation, "Listener rule condition types".
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import ClassVar, Literal

from eks_ingress.refusal import Refusals
from eks_ingress.routing.units import put
from eks_ingress.tokens import has_token

PathType = Literal["Exact", "Prefix", "ImplementationSpecific"]
"""The path types of a Kubernetes Ingress."""

PATH = re.compile(r"[A-Za-z0-9_.$/~\"'@:+&*?-]*")
"""What a load balancer takes in a pattern of a path."""

LONGEST = 128
"""How many characters a load balancer takes in what it compares a host, a path or another part of a request with."""

_HOST = re.compile(r"(\*\.)?([a-z0-9]([-a-z0-9]*[a-z0-9])?\.)+[a-z]+")


@dataclass(frozen=True, slots=True)
class Match:
    """A host and a path that a request must have; use one of `Prefix`, `Exact` and `Pattern`."""

    url: str
    """Host and path, without scheme: `shop.example.com/cart`, `*.example.com/` or, for any host, `/cart`.

    A host is written in lower case; `*.` in front takes any number of further labels (the load balancer's wildcard, wider
    than that of Kubernetes). A host holds at most 128 characters, a path at most 128.
    """

    type: ClassVar[PathType]

    host: str | None = field(init=False, repr=False, compare=False)
    """The host, None when any host will do."""
    path: str = field(init=False, repr=False, compare=False)
    """The path, beginning with '/'."""

    @property
    def globs(self) -> tuple[str, ...]:
        """The path patterns that the load balancer compares with: `*` stands for any text, `?` for one character."""
        return (self.path,)

    def __post_init__(self) -> None:
        if isinstance(self.url, str):
            host, slash, path = self.url.partition("/")
            put(self, host=host or None, path="/" + path)
            if slash and _is_common(host, path):
                return
        refusals = Refusals()
        if not isinstance(self.url, str):
            refusals.require(False, "route", self.url, "is not text", "Write host and path: 'shop.example.com/cart'.")
        elif "://" in self.url and self.url.index("://") < self.url.index("/"):
            rest = self.url.partition("://")[2]
            refusals.require(
                False,
                "route",
                self.url,
                "holds a scheme, which is the listener's business",
                f"Write {rest if '/' in rest else rest + '/'!r}, and choose HTTP or HTTPS with `listeners=`.",
            )
        elif "/" not in self.url:
            refusals.require(
                False,
                "route",
                self.url,
                "has no path: a path begins with '/'",
                f"Write {self.url + '/'!r} if it is a host, {'/' + self.url!r} if it is a path.",
            )
        else:
            self._check_host(refusals)
            self._check_path(refusals)
        refusals.settle()

    def _check_host(self, refusals: Refusals) -> None:
        host = self.host
        if host is None or has_token(host):
            return
        what = f"host of route {self.url!r},"
        if host == "*":
            refusals.require(False, what, host, "stands for any host, which is said by leaving it out", f"Write {self.path!r}.")
            return
        name, colon, _ = host.partition(":")
        better = repr(name.lower() + self.path)
        refusals.require(not colon, what, host, "holds a port, which is the listener's business", f"Write {better}.")
        refusals.require(host == host.lower(), what, host, "has upper-case letters, which Kubernetes refuses", f"Write {better}.")
        refusals.require(
            len(name) <= LONGEST,
            what,
            host,
            f"has {len(name)} characters",
            f"A load balancer takes at most {LONGEST}.",
        )
        refusals.require(
            "*" not in name.removeprefix("*."),
            what,
            host,
            "has a '*' that is not its whole first label",
            "Write '*.' in front of a domain: '*.example.com/'.",
        )
        refusals.require(
            "*" in name.removeprefix("*.") or _HOST.fullmatch(name.lower()) is not None,
            what,
            host,
            "is not a host name that a load balancer takes: labels of letters, digits and '-', joined by '.', "
            "the last of letters only",
            "Write a full name such as 'shop.example.com', or leave the host out.",
        )

    def _check_path(self, refusals: Refusals) -> None:
        path = self.path
        if has_token(path):
            return
        what = f"path of route {self.url!r},"
        refusals.require(
            PATH.fullmatch(path) is not None,
            what,
            path,
            "holds a character that a load balancer refuses in a path",
            "Use letters, digits and _ - . $ / ~ \" ' @ : + & only; query strings are not part of a path.",
        )
        longest = max(len(glob) for glob in self.globs)
        refusals.require(
            longest <= LONGEST,
            what,
            path,
            f"makes a path pattern of {longest} characters",
            f"A load balancer takes at most {LONGEST}; shorten it by {longest - LONGEST}.",
        )

    def _check_literal(self, refusals: Refusals) -> None:
        path = self.path
        what = f"path of route {self.url!r},"
        refusals.require(
            "*" not in path and "?" not in path,
            what,
            path,
            f"has a wildcard, which the controller refuses in {'an exact' if self.type == 'Exact' else 'a prefix'} path",
            f"Write Pattern({self.url!r}) for a pattern, or leave the wildcard out: a prefix takes all below it.",
        )
        refusals.require(
            not any(part in path for part in ("//", "/./", "/../")) and not path.endswith(("/.", "/..")),
            what,
            path,
            "has an empty or relative part, which Kubernetes refuses",
            "Write the path as clients send it: '/a/b'.",
        )


_COMMON_PATH = re.compile(r"([A-Za-z0-9_~-]+(/[A-Za-z0-9_~-]+)*/?)?")


def _is_common(host: str, path: str) -> bool:
    """Whether it is one of the plain routes that most are, which need no closer look."""
    return len(path) < LONGEST - 2 and _COMMON_PATH.fullmatch(path) is not None and (not host or _is_host(host))


@cache
def _is_host(host: str) -> bool:
    return len(host) <= LONGEST and _HOST.fullmatch(host) is not None


@dataclass(frozen=True, slots=True)
class Prefix(Match):
    """Takes a path and all below it: `/cart` takes `/cart` and `/cart/1`, not `/carts`. A route given as text is one."""

    type: ClassVar[PathType] = "Prefix"

    @property
    def globs(self) -> tuple[str, ...]:
        """The path itself, and all below it."""
        stem = self.path.removesuffix("/")
        return (stem, f"{stem}/*") if stem else ("/*",)

    def _check_path(self, refusals: Refusals) -> None:
        Match._check_path(self, refusals)
        self._check_literal(refusals)


@dataclass(frozen=True, slots=True)
class Exact(Match):
    """Takes one path and nothing else: `/cart` does not take `/cart/`."""

    type: ClassVar[PathType] = "Exact"

    def _check_path(self, refusals: Refusals) -> None:
        Match._check_path(self, refusals)
        self._check_literal(refusals)


@dataclass(frozen=True, slots=True)
class Pattern(Match):
    """Takes the paths of a pattern: `*` stands for any text, '/' too, and `?` for one character: `/img/*.png`."""

    type: ClassVar[PathType] = "ImplementationSpecific"
