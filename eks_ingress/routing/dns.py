"""Names under which clients find a load balancer: in a hosted zone of Route 53, or told to ExternalDNS.

Facts: Route 53 documentation, "DNS domain name format"; ExternalDNS documentation, "Annotations", "Ingress source".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from eks_ingress.refusal import Refusals
from eks_ingress.routing.names import EXTERNAL_DNS_PREFIXES
from eks_ingress.routing.units import Span, Words, put, require_list, require_span, several, span, whole_seconds
from eks_ingress.tokens import has_token, known_part, with_length

_LABEL = r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?"
_NAME = re.compile(rf"(\*|{_LABEL})(\.{_LABEL})*")
_LONGEST = 253
_LONGEST_TTL = 2**31 - 1


def name_in_zone(refusals: Refusals, name: str, zone: str) -> str:
    """The whole name, without a dot at its end, of one that is written relative to a zone or in full; `""` is the zone's own.

    One that only CloudFormation knows is relative, unless it ends with a dot. Notes what is no name, or none of the zone.
    """
    problems = len(refusals.problems)
    refusals.require(isinstance(name, str), "name of an alias,", name, "is no text", "Write it in quotes: 'shop'.")
    if len(refusals.problems) > problems:
        return ""
    own, written = _plain(zone), _plain(name)
    in_full = name.endswith(".")
    relative = not (written == own or written.endswith(f".{own}"))
    refusals.require(
        not (in_full and relative) or has_token(name + zone),
        "name of an alias,",
        name,
        f"is none of the zone {own!r}",
        f"Write a name such as 'shop', or 'shop.{own}', or name the zone that it is in.",
    )
    refusals.require(
        name != "@", "name of an alias,", name, "is not how Route 53 writes a zone's own name", 'Write `""` for the zone itself.'
    )
    whole = f"{written}.{own}" if relative and written and not in_full else written or own
    if name not in ("", "@"):
        _require_name(refusals, "name of an alias,", name, whole)
    return whole


def _plain(name: str) -> str:
    """A name as Route 53 compares it: without a dot at its end, in lower case where no token would be damaged."""
    stem = name.removesuffix(".")
    return stem if has_token(stem) else stem.lower()


def _require_name(refusals: Refusals, what: str, written: str, whole: str) -> None:
    refusals.require(
        _NAME.fullmatch(with_length(whole, 1)) is not None,
        what,
        written,
        "is no DNS name: labels of at most 63 letters, digits, '-' and '_', joined by '.', where the first may be '*'",
        "Write a name such as 'shop', or '*' for all names below the zone.",
    )
    refusals.require(
        has_token(whole) or len(whole) <= _LONGEST,
        what,
        written,
        f"makes a name of {len(whole)} characters",
        f"A DNS name has at most {_LONGEST}.",
    )


@dataclass(frozen=True, slots=True)
class ExternalDns:
    """Names that ExternalDNS is to make for a load balancer. Raises `Refused` for what is no name, and for a time out of range.

    Facts: ExternalDNS documentation, "Annotations".
    """

    names: Words = ()
    """The names in full, `*.` in front for all below one."""
    ttl: Span | None = None
    """How long answers may be kept: 1 s to 2,147,483,647 s. Default: as ExternalDNS does it (300 s)."""
    prefix: str | None = None
    """What its annotations begin with, as its flag `--annotation-prefix` says. Default: what ExternalDNS reads without that flag,
    before and since its release 0.22."""

    def __post_init__(self) -> None:
        put(self, names=several(self.names), ttl=span(self.ttl))
        refusals = Refusals()
        refusals.require(bool(self.names), "names", [], "are none", "Write one at least: 'shop.example.com'.")
        if require_list(refusals, "names", self.names):
            for name in self.names:
                refusals.require(
                    "," not in known_part(name), "name for ExternalDNS,", name, "has a comma, which would split it", "Write two."
                )
                if "," not in known_part(name):
                    _require_name(refusals, "name for ExternalDNS,", name, _plain(name))
        require_span(refusals, "ttl", self.ttl, 1, _LONGEST_TTL)
        refusals.require(
            self.prefix is None or (isinstance(self.prefix, str) and re.fullmatch(r"[a-z0-9.-]+/", self.prefix) is not None),
            "prefix",
            self.prefix,
            "is not what annotations begin with",
            "Write it with the '/' at its end: 'external-dns.example.com/'.",
        )
        refusals.settle()

    @property
    def of_names(self) -> Mapping[str, str]:
        """The annotations of the one object that has the names."""
        return self._written("hostname", ",".join(self.names))

    @property
    def of_ttl(self) -> Mapping[str, str]:
        """The annotations of each object of which ExternalDNS makes names."""
        return {} if self.ttl is None else self._written("ttl", str(whole_seconds(self.ttl)))

    def _written(self, name: str, text: str) -> dict[str, str]:
        prefixes = EXTERNAL_DNS_PREFIXES if self.prefix is None else (self.prefix,)
        return {prefix + name: text for prefix in prefixes}
