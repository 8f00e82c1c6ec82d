"""What a request must have beside a host and a path.

Facts: controller documentation, "Conditions"; Elastic Load Balancing documentation, "Condition types for listener rules", "Quotas
for your Application Load Balancers"; Elastic Load Balancing API, RuleCondition.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from eks_ingress.refusal import Refusals
from eks_ingress.routing.match import LONGEST, PATH
from eks_ingress.routing.units import Words, put, require_cidr, require_list, several
from eks_ingress.tokens import has_token, known_part

Query = str | Mapping[str, Words] | Sequence[str | tuple[str | None, str]]
"""Values by key (`{"version": ["1", "2"]}`), values of any key (`"beta"`), or pairs of both, with None for any key."""

_MOST_VALUES = 5
_HEADER = re.compile(r"[!#$%&'+.^_`|~0-9A-Za-z-]{1,40}")
_METHOD = re.compile("[A-Z_-]{1,40}")
_HOST = re.compile(r"([a-z0-9*?-]+\.)+[a-z]+")
_VISIBLE = re.compile("[ -~]*")


class _Patterns:
    """A condition on text with wildcards, or with regular expressions in place of it."""

    __slots__ = ()
    values: Words
    regex: Words

    @property
    def evaluations(self) -> int:
        """How many values it compares with."""
        return len(self.values) + len(self.regex)

    @property
    def wildcards(self) -> int:
        """How many `*` and `?` its values are known to have."""
        return _wildcards(self.values)


@dataclass(frozen=True, slots=True)
class HttpHeader(_Patterns):
    """A header of the request has one of some values: `HttpHeader("X-Tenant", ["blue", "green-*"])`.

    For several headers, or for several values that must all be there, give one HttpHeader each. Raises `Refused` for what Elastic
    Load Balancing would refuse.

    Facts: controller documentation, "Conditions"; Elastic Load Balancing API, HttpHeaderConditionConfig.
    """

    name: str
    """Name of the header, in any case, without wildcards, at most 40 characters. For the header Host there is `HostHeader`."""
    values: Words = ()
    """One to five values, in any case, at most 128 visible ASCII characters each: `*` stands for any text, `?` for one character.
    Default: `regex` says which."""
    regex: Words = field(default=(), kw_only=True)
    """One to five regular expressions in place of `values`, at most 128 characters each. Since controller 2.14.1. Default: `values`
    says which."""

    def __post_init__(self) -> None:
        put(self, values=several(self.values), regex=several(self.regex))
        refusals = Refusals()
        is_host = isinstance(self.name, str) and self.name.lower() == "host"
        refusals.require(
            not is_host,
            "HttpHeader name",
            self.name,
            "is refused by AWS, which has a condition of its own for it",
            "Write `HostHeader(…)`.",
        )
        refusals.require(
            isinstance(self.name, str) and (has_token(self.name) or _HEADER.fullmatch(self.name) is not None),
            "HttpHeader name",
            self.name,
            "is not the name of a header: 1 to 40 letters, digits and ! # $ % & ' + - . ^ _ ` | ~, without wildcards",
            "Write a name such as 'X-Tenant'.",
        )
        _require_either(refusals, f"HttpHeader {self.name!r},", self.values, self.regex, _require_visible)
        refusals.settle()


@dataclass(frozen=True, slots=True)
class HttpMethod:
    """The method of the request is one of some: `HttpMethod(["GET", "HEAD"])`.

    AWS advises to send GET and HEAD the same way, since the answer to HEAD may be cached. Raises `Refused` for what Elastic Load
    Balancing would refuse.

    Facts: controller documentation, "Conditions"; Elastic Load Balancing API, HttpRequestMethodConditionConfig.
    """

    methods: Words
    """One to five methods, of the characters A to Z, '-' and '_', at most 40 each."""

    def __post_init__(self) -> None:
        put(self, methods=several(self.methods))
        refusals = Refusals()
        if _require_some(refusals, "HttpMethod", self.methods):
            for method in self.methods:
                better = method.upper()
                refusals.require(
                    has_token(method) or _METHOD.fullmatch(method) is not None,
                    "HttpMethod",
                    method,
                    "is not a method that a load balancer takes: 1 to 40 of the characters A to Z, '-' and '_'",
                    f"Write {better!r}." if _METHOD.fullmatch(better) else "Write each method by itself: ['GET', 'HEAD'].",
                )
        refusals.settle()

    @property
    def evaluations(self) -> int:
        """How many values it compares with."""
        return len(self.methods)

    @property
    def wildcards(self) -> int:
        """How many `*` and `?` its values have: a method has none."""
        return 0


@dataclass(frozen=True, slots=True)
class QueryString:
    """The query string of the request has one of some values: `QueryString({"version": ["1", "2"]})`, `QueryString("beta")`.

    For several values that must all be there, give one QueryString each. Raises `Refused` for what the controller or Elastic Load
    Balancing would refuse.

    Facts: controller documentation, "Conditions"; Elastic Load Balancing API, QueryStringConditionConfig, QueryStringKeyValuePair.
    """

    values: Query
    """One to five values, by key (`{"version": "1"}`) or of any key (`"1"`; `"version=1"` is a value too), in any case, at most 128
    visible ASCII characters each: `*` stands for any text, `?` for one character, `\\*` and `\\?` for themselves. Held as pairs of
    key, or None for any, and value."""

    def __post_init__(self) -> None:
        put(self, values=_pairs(self.values))
        refusals = Refusals()
        texts = [text for pair in self.pairs for text in pair if text is not None]
        if require_list(refusals, "QueryString", [text for text in texts if text != ""]):
            self._check_pairs(refusals)
        refusals.settle()

    def _check_pairs(self, refusals: Refusals) -> None:
        _require_few(refusals, "QueryString", self.pairs)
        for key, value in self.pairs:
            refusals.require(
                value != "",
                "QueryString value",
                value,
                "is empty, and the controller refuses it",
                "Write '*' for any value.",
            )
            refusals.require(key != "", "QueryString key", key, "is empty", "Write None, or the value alone, for any key.")
            if key is not None:
                _require_visible(refusals, "QueryString key", key)
            _require_visible(refusals, "QueryString value", value)

    @property
    def pairs(self) -> tuple[tuple[str | None, str], ...]:
        """Its values, each with its key, or None for any."""
        assert isinstance(self.values, tuple)
        return self.values

    @property
    def evaluations(self) -> int:
        """How many values it compares with."""
        return len(self.pairs)

    @property
    def wildcards(self) -> int:
        """How many `*` and `?` its keys and values are known to have, without those that stand for themselves."""
        return _wildcards([re.sub(r"\\[*?]", "", text) for pair in self.pairs for text in pair if text is not None])


@dataclass(frozen=True, slots=True)
class SourceIp:
    """The request comes from one of some address ranges: `SourceIp(["10.0.0.0/8", "2001:db8::/32"])`.

    The address is that of the connection: behind a proxy, the proxy's; for the client's there is
    `HttpHeader("X-Forwarded-For", …)`. Raises `Refused` for what is no range.

    Facts: controller documentation, "Conditions"; Elastic Load Balancing API, SourceIpConditionConfig.
    """

    cidrs: Words
    """One to five address ranges, IPv4 or IPv6."""

    def __post_init__(self) -> None:
        put(self, cidrs=several(self.cidrs))
        refusals = Refusals()
        if _require_some(refusals, "SourceIp", self.cidrs):
            for cidr in self.cidrs:
                require_cidr(refusals, "SourceIp", cidr)
        refusals.settle()

    @property
    def evaluations(self) -> int:
        """How many values it compares with."""
        return len(self.cidrs)

    @property
    def wildcards(self) -> int:
        """How many `*` and `?` its values have: a range has none."""
        return 0


@dataclass(frozen=True, slots=True)
class HostHeader(_Patterns):
    """Further hosts that a route takes beside its own: `HostHeader(["shop.example.org", "*.shop.example.net"])`.

    Raises `Refused` for what Elastic Load Balancing would refuse.

    Facts: controller documentation, "Conditions"; Elastic Load Balancing API, HostHeaderConditionConfig.
    """

    values: Words = ()
    """One to five hosts, at most 128 characters each: `*` stands for any text, `?` for one character; there is a '.', and only
    letters behind the last. Case does not matter; held in lower case. Default: `regex` says which."""
    regex: Words = field(default=(), kw_only=True)
    """One to five regular expressions in place of `values`, at most 128 characters each, for routes without a host of their own.
    Since controller 2.14.1. Default: `values` says which."""

    def __post_init__(self) -> None:
        hosts = tuple(host.lower() if isinstance(host, str) and not has_token(host) else host for host in several(self.values))
        put(self, values=hosts, regex=several(self.regex))
        refusals = Refusals()
        _require_either(refusals, "HostHeader", hosts, self.regex, _require_host)
        refusals.settle()


@dataclass(frozen=True, slots=True)
class PathPattern(_Patterns):
    """Further paths that a route takes beside its own: `PathPattern(["/img/*", "/css/*.css"])`.

    Raises `Refused` for what Elastic Load Balancing would refuse.

    Facts: controller documentation, "Conditions"; Elastic Load Balancing API, PathPatternConditionConfig.
    """

    values: Words = ()
    """One to five patterns, with case and without query string, beginning with '/', at most 128 characters each: `*` stands for any
    text, '/' too, `?` for one character. Default: `regex` says which."""
    regex: Words = field(default=(), kw_only=True)
    """One to five regular expressions in place of `values`, at most 128 characters each, for routes whose own path is a `Regex`;
    written as the load balancer compares them: with '^' and '$' where they bind to the ends. Since controller 2.14.1. Default:
    `values` says which."""

    def __post_init__(self) -> None:
        put(self, values=several(self.values), regex=several(self.regex))
        refusals = Refusals()
        _require_either(refusals, "PathPattern", self.values, self.regex, _require_path)
        refusals.settle()


Condition = HttpHeader | HttpMethod | QueryString | SourceIp | HostHeader | PathPattern
"""What a request must have beside a host and a path."""


def _pairs(values: object) -> tuple[tuple[Any, Any], ...]:
    """Keys and values, in the order in which they were written."""
    if isinstance(values, Mapping):
        return tuple((key, value) for key, found in values.items() for value in several(found))
    return tuple(entry if isinstance(entry, tuple) and len(entry) == 2 else (None, entry) for entry in several(values))


def _wildcards(values: Sequence[str]) -> int:
    return sum(known_part(value).count("*") + known_part(value).count("?") for value in values)


def _require_few(refusals: Refusals, what: str, values: Sequence[object]) -> None:
    refusals.require(
        1 <= len(values) <= _MOST_VALUES,
        what,
        list(values),
        f"has {len(values)} values, and AWS takes 1 to {_MOST_VALUES} in a rule",
        "Write one to five, and a second route for more.",
    )


def _require_some(refusals: Refusals, what: str, values: Words) -> bool:
    """One to five texts."""
    _require_few(refusals, what, values)
    return require_list(refusals, what, list(values))


def _require_either(
    refusals: Refusals, what: str, values: Words, regex: Words, require: Callable[[Refusals, str, str], None]
) -> None:
    """Values, each as `require` has it, or regular expressions."""
    refusals.require(
        bool(values) != bool(regex),
        what,
        [*values, *regex],
        "needs values or regular expressions, and not both",
        "Write one of `values` and `regex`.",
    )
    if values and _require_some(refusals, what, values):
        for value in values:
            require(refusals, what, value)
    if regex and _require_some(refusals, f"regex of {what}", regex):
        for expression in regex:
            require_regex(refusals, f"regex of {what}", expression)


def _require_visible(refusals: Refusals, what: str, value: str) -> None:
    if has_token(value):
        return
    refusals.require(
        _VISIBLE.fullmatch(value) is not None,
        what,
        value,
        "has a character other than visible ASCII, with which a load balancer never compares",
        "Write '*' in its place.",
    )
    _require_short(refusals, what, value, LONGEST)


def _require_short(refusals: Refusals, what: str, value: str, longest: int) -> None:
    refusals.require(
        len(value) <= longest, what, value, f"has {len(value)} characters", f"A load balancer takes at most {longest:,}."
    )


def _require_host(refusals: Refusals, what: str, host: str) -> None:
    if has_token(host):
        return
    refusals.require(
        _HOST.fullmatch(host) is not None,
        what,
        host,
        "is not a host that a load balancer takes: labels of letters, digits, '-', '*' and '?', joined by '.', the last of "
        "letters only",
        "Write a full name such as 'shop.example.com' or '*.example.com', without scheme, port and path.",
    )
    _require_short(refusals, what, host, LONGEST)


def _require_path(refusals: Refusals, what: str, path: str) -> None:
    if has_token(path):
        return
    refusals.require(path.startswith("/"), what, path, "has no leading '/'", f"Write {'/' + path!r}.")
    refusals.require(
        PATH.fullmatch(path) is not None,
        what,
        path,
        "holds a character that a load balancer refuses in a path",
        "Use letters, digits and _ - . $ / ~ \" ' @ : + & * ? only; query strings are not part of a path.",
    )
    _require_short(refusals, what, path, LONGEST)


_UNSUPPORTED = {
    "character class of Unicode": r"\\[pP]",
    "reference to a group": r"\\(?:[kg]|[1-9](?![0-7]{2}))|\(\?P=|\(\?\(",
    "lookahead": r"\(\?[=!]",
    "lookbehind": r"\(\?<[=!]",
    "atomic group": r"\(\?>",
    "subroutine or recursion": r"\(\?(?:R|&|P>|[+-]?[0-9])",
    "possessive quantifier": r"(?:[*+?]|\{(?:[0-9]+|[0-9]*,[0-9]*)\})\+",
}
"""What AWS names as not supported in regular expressions, and how it is written outside of a set (`[…]`)."""

_SET = r"\[\^?\]?(?:\[:\^?[a-z]+:\]|\\.|[^\]\\])*\]"
_PART = re.compile("|".join([*(f"({written})" for written in _UNSUPPORTED.values()), rf"\\.|{_SET}|."]), re.DOTALL)
_CLASS_OF_POSIX = re.compile(r"\[:\^?[a-z]+:\]")


def require_regex(refusals: Refusals, what: str, regex: str, longest: int = LONGEST) -> int | None:
    """A regular expression that a load balancer takes; how many groups it has, None if that cannot be told.

    AWS does not say which engine it has, but what it lacks. What Python cannot read either is refused with Python's reason.
    """
    refusals.require(isinstance(regex, str), what, regex, "is not text", "Write a regular expression such as '^/v[0-9]+/'.")
    if not isinstance(regex, str) or has_token(regex):
        return None
    refusals.require(regex != "", what, regex, "is empty", "Write a regular expression such as '^/v[0-9]+/'.")
    refusals.require(
        _VISIBLE.fullmatch(regex) is not None,
        what,
        regex,
        "has a character other than visible ASCII, with which a load balancer never compares",
        "Write '.' in its place.",
    )
    _require_short(refusals, what, regex, longest)
    unsupported = _unsupported(regex)
    refusals.require(
        not unsupported,
        what,
        regex,
        f"has what a load balancer does not support: {', '.join(unsupported)}",
        "Write it without; groups, sets, '|' and quantifiers are supported.",
    )
    if unsupported:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what Python's `re` may read otherwise one day is no concern of the user
            return re.compile(_CLASS_OF_POSIX.sub("a-z", regex)).groups
    except (re.error, ValueError, OverflowError, RecursionError) as error:
        refusals.require(False, what, regex, f"cannot be read as a regular expression: {error}", "Write one such as '^/v[0-9]+/'.")
        return None


def _unsupported(regex: str) -> list[str]:
    """Names of what is not supported, each once."""
    names = list(_UNSUPPORTED)
    found = [names[part.lastindex - 1] for part in _PART.finditer(regex) if part.lastindex]
    if any(escape in (r"\p", r"\P") for escape in re.findall(r"\\.", regex, re.DOTALL)):
        found.append(names[0])  # in a set, too
    return sorted(set(found), key=names.index)
