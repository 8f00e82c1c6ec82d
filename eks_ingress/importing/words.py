"""Typed words as the Python that somebody would write for them: only what differs from the default."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import timedelta
from enum import Enum
from typing import Any

from eks_ingress.importing.code import Atom, Call, Entries, Expression, Items, text
from eks_ingress.routing.attributes import Logs, Stickiness, StickyCookie
from eks_ingress.routing.auth import Claim
from eks_ingress.routing.backend import FixedResponse, Forward, TargetGroup
from eks_ingress.routing.conditions import HostHeader, HttpHeader, QueryString
from eks_ingress.routing.ingress import IngressTls
from eks_ingress.routing.labels import LabelExpression
from eks_ingress.routing.listener import Listener
from eks_ingress.routing.match import Match, Prefix
from eks_ingress.routing.network import SecurityGroups
from eks_ingress.routing.protocol import Protocol
from eks_ingress.routing.tls import MutualTls, MutualTlsMode
from eks_ingress.routing.web_acl import WafClassic, WebAcl

_POSITIONAL: Mapping[type, int] = {
    Claim: 3,
    FixedResponse: 2,
    HostHeader: 1,
    HttpHeader: 2,
    IngressTls: 1,
    LabelExpression: 3,
    Logs: 2,
    TargetGroup: 1,
}
"""How many arguments have no name, where that is more than those that must be there."""


class Imports:
    """The names that the code needs."""

    def __init__(self) -> None:
        self.words: set[str] = set()
        """From this package."""
        self.timedelta = False
        """Whether it has a length of time."""

    def word(self, name: str) -> str:
        """A name of this package, which is noted."""
        self.words.add(name)
        return name


def expression(value: Any, imports: Imports) -> Expression:
    """The expression for a value: a word, or what words hold."""
    match value:
        case Enum():
            return Atom(f"{imports.word(type(value).__name__)}.{value.name}")
        case str():
            return text(value)
        case timedelta():
            imports.timedelta = True
            return _span(value)
        case Match():
            return _match(value, imports)
        case Forward():
            to = [Items([expression(target, imports), Atom(str(weight))], "()") for target, weight in value.to]
            return Call(imports.word("Forward"), [(None, Items(to)), *differing(value, imports, ["to"])])
        case QueryString():
            return Call(imports.word("QueryString"), [(None, _pairs(value, imports))])
        case Mapping():
            return Entries([(expression(key, imports), expression(entry, imports)) for key, entry in value.items()])
        case list() | tuple():
            return Items([expression(entry, imports) for entry in value])
        case _ if is_dataclass(value) and not isinstance(value, type):
            return _word(value, imports)
        case _:
            return Atom(repr(value))


def _match(match: Match, imports: Imports) -> Expression:
    """What a route matches; a prefix is a text."""
    if type(match) is Prefix:
        return text(match.url)
    return Call(imports.word(type(match).__name__), [(None, text(match.url))])


def _pairs(query: QueryString, imports: Imports) -> Expression:
    """Values of any key, values by key, or both as pairs."""
    keys = [key for key, _ in query.pairs]
    if all(key is None for key in keys):
        return Items([text(value) for _, value in query.pairs])
    if None not in keys and len(set(keys)) == len(keys):
        return Entries([(text(str(key)), text(value)) for key, value in query.pairs])
    return Items([Items([expression(key, imports), text(value)], "()") for key, value in query.pairs])


def differing(value: Any, imports: Imports, without: Sequence[str] = ()) -> Iterator[tuple[str, Expression]]:
    """The fields of a word that differ from their default, by name."""
    for field in _given(value):
        if field.name not in without:
            yield field.name, expression(getattr(value, field.name), imports)


def _word(value: Any, imports: Imports) -> Expression:
    """A word by the factory that is made for it, or else by its constructor."""
    kind = type(value)
    made = _FACTORIES[kind](value, imports) if kind in _FACTORIES else None
    if made is not None:
        factory, arguments = made
        return Call(f"{imports.word(kind.__name__)}.{factory}", arguments)
    required = sum(_is_required(field) for field in fields(value))
    positional = max(_POSITIONAL.get(kind, 0), required)
    arguments = []
    # Arguments without a name come first, as long as none is left out.
    given, names = _given(value), [field.name for field in fields(value) if field.init and not field.kw_only]
    for field in sorted(given, key=lambda field: names.index(field.name) if field.name in names else len(names)):
        place = len(arguments)
        by_place = place < positional and place < len(names) and names[place] == field.name
        arguments.append((None if by_place else field.name, expression(getattr(value, field.name), imports)))
    return Call(imports.word(kind.__name__), arguments)


def _given(value: Any) -> list[Field[Any]]:
    """What is said; where it came from is no part of it."""
    said = [field for field in fields(value) if field.init and field.name != "source"]
    return [field for field in said if _is_required(field) or getattr(value, field.name) != _default(field)]


def _is_required(field: Field[Any]) -> bool:
    return field.init and field.default is MISSING and field.default_factory is MISSING


def _default(field: Field[Any]) -> Any:
    return field.default_factory() if field.default_factory is not MISSING else field.default


_Made = tuple[str, list[tuple[str | None, Expression]]] | None
"""A factory of a word with its arguments; None where the constructor says it better."""


def _listener(listener: Listener, imports: Imports) -> _Made:
    port = listener.port
    if listener.protocol is Protocol.HTTPS:
        said = dict(differing(listener, imports, ["port", "protocol", "creates_certificate"]))
        creates = [("create_certificate", Atom("True"))] if listener.creates_certificate else []
        before: list[tuple[str | None, Expression]] = [] if port == 443 else [(None, Atom(str(port)))]
        return "https", [*before, *creates, *said.items()]
    before = [] if port == 80 else [(None, Atom(str(port)))]
    if listener.redirects_to is None:
        return "http", [*before, *differing(listener, imports, ["port", "protocol"])]
    if listener.attributes is None:
        return "redirect_to_https", [*before, *([] if listener.redirects_to == 443 else [("to", Atom(str(listener.redirects_to)))])]
    return None


def _security_groups(groups: SecurityGroups, imports: Imports) -> _Made:
    if not groups.groups:
        return "managed", [*differing(groups, imports)]
    return "given", [(None, expression(groups.groups, imports)), *differing(groups, imports, ["groups"])]


def _web_acl(acl: WebAcl, _: Imports) -> _Made:
    if acl.arn == "none":
        return "none", []
    return ("by_name" if acl.arn is None else "by_arn"), [(None, text(str(acl.name if acl.arn is None else acl.arn)))]


def _waf_classic(acl: WafClassic, imports: Imports) -> _Made:
    if acl == WafClassic.none():
        return "none", []
    return "by_id", [(None, text(acl.web_acl_id)), *differing(acl, imports, ["web_acl_id"])]


def _mutual_tls(mutual: MutualTls, imports: Imports) -> _Made:
    if mutual.mode is not MutualTlsMode.VERIFY:
        return mutual.mode.value, []
    return "verify", [(None, text(str(mutual.trust_store))), *differing(mutual, imports, ["mode", "trust_store"])]


def _logs(logs: Logs, _: Imports) -> _Made:
    return ("off", []) if logs.bucket is None else None


def _stickiness(stickiness: Stickiness, imports: Imports) -> _Made:
    if stickiness.cookie is None:
        return "off", []
    span = [] if stickiness.duration is None else [(None, expression(stickiness.duration, imports))]
    if stickiness.cookie is StickyCookie.LOAD_BALANCER:
        return "load_balancer_cookie", [*span]
    return "application_cookie", [(None, text(str(stickiness.cookie_name))), *span]


_FACTORIES: Mapping[type, Callable[[Any, Imports], _Made]] = {
    Listener: _listener,
    SecurityGroups: _security_groups,
    WebAcl: _web_acl,
    WafClassic: _waf_classic,
    MutualTls: _mutual_tls,
    Logs: _logs,
    Stickiness: _stickiness,
}


def _span(value: timedelta) -> Call:
    """A length of time in the largest unit that it is a whole number of."""
    seconds = int(value.total_seconds())
    for unit, length in (("days", 86400), ("hours", 3600), ("minutes", 60)):
        if seconds and seconds % length == 0:
            return Call("timedelta", [(unit, Atom(str(seconds // length)))])
    return Call("timedelta", [("seconds", Atom(str(seconds)))])
