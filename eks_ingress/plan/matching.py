"""What a load balancer does with one request.

Facts: Elastic Load Balancing documentation, "Listener rules for your Application Load Balancer", "Condition types for listener
rules", "Action types for listener rules"; Elastic Load Balancing API, QueryStringConditionConfig, RedirectActionConfig.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Literal

from eks_ingress.plan.model import Action, Auth, Forward, Listener, LoadBalancer, Plan, RedirectTo, Requirement, Respond, Rule
from eks_ingress.tokens import known_part

_DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Answer:
    """What becomes of a request."""

    load_balancer: str
    """Group of the load balancer that takes it."""
    listener: int
    """Port of the listener that takes it."""
    priority: int | None
    """Priority of the rule that decides; None for the default action."""
    kind: Literal["forward", "redirect", "fixed-response", "authenticate"]
    """What is done; `authenticate` where the client must show first who it is, and `then` says what follows."""
    rule: Rule | None = None
    """The rule that decides; None for the default action."""
    service: str | None = None
    """Where it is forwarded to, as `namespace/name:port`, or the ARN or name of a target group that someone else made. The first
    where there are several. None for what is not forwarded."""
    services: tuple[tuple[str, int | None], ...] = ()
    """All that it may be forwarded to, each with its weight; None for the weight where none is written."""
    location: str | None = None
    """Where it is redirected to: a URL, without a port that is its protocol's default."""
    status: int | None = None
    """Status code of a redirect or of a fixed response; None for all else, and for a code that is no number."""
    then: Answer | None = None
    """What becomes of the request once the client has shown who it is."""


@dataclass(frozen=True, slots=True)
class _Request:
    scheme: str
    host: str
    port: int
    path: str
    query: str
    method: str
    headers: Mapping[str, str]
    source_ip: IPv4Address | IPv6Address | None


class NotHeard(ValueError):
    """Raised for a request that no load balancer listens for."""


def match(
    plan: Plan,
    url: str,
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    source_ip: str | None = None,
    load_balancer: str | None = None,
) -> Answer:
    """What the load balancers of a plan do with one request.

    `url` is absolute, as a client sends it: its path and query are compared as they stand, nothing is decoded. Without `source_ip`
    no client address is known, and a condition on it does not hold; neither does one whose value is a CDK token, unless the request
    has the very same token (source addresses aside). `load_balancer` is the group of the load balancer that the client asks, needed
    where several listen on the port. What a target gets may be changed further by the transforms of the rule.

    Raises `ValueError` for a URL or an address that cannot be read, for a request that none or several of the load balancers would
    take, and for a regular expression that Python cannot compare with.
    """
    request = _request(url, method, headers or {}, source_ip)
    balancer, listener = _taken_by(plan, request, load_balancer)
    for rule in sorted(listener.rules, key=lambda rule: rule.priority):
        if _takes(rule, request):
            answer = _answer(rule.action, request, Answer(balancer.group, listener.port, rule.priority, "forward", rule))
            return _signed_in(answer, listener, rule.auth)
    answer = _answer(listener.default_action, request, Answer(balancer.group, listener.port, None, "forward"))
    return _signed_in(answer, listener, listener.default_auth)


# A client asks a load balancer

_URL = re.compile(r"([A-Za-z]+)://(?:[^/?#@]*@)?([^/?#]*?)(?::([0-9]*))?(?=[/?#]|\Z)([^?#]*)(?:\?([^#]*))?")
"""Scheme, host, port, path and query. The rest is the fragment, which clients keep to themselves."""


def _request(url: str, method: str, headers: Mapping[str, str], source_ip: str | None) -> _Request:
    found = _URL.match(url)
    host = "" if found is None else found[2]
    known = known_part(host)
    is_ipv6 = known.startswith("[") and known.endswith("]")
    readable = host and (":" not in known or is_ipv6) and not any(x.isspace() for x in known)
    if found is None or found[1].lower() not in _DEFAULT_PORTS or not readable:
        raise ValueError(
            f"URL {url!r} is not scheme, host and path of a request. Write one such as 'https://shop.example.com/cart'."
        )
    scheme = found[1].lower()
    said = found[3] or ""
    if len(said.lstrip("0")) > len("65535") or int(said or 1) not in range(1, 65536):
        raise ValueError(f"URL {url[:80]!r} has no port from 1 to 65535. Write one, or none.")
    port = int(said) if said else _DEFAULT_PORTS[scheme]
    try:
        address = None if source_ip is None else ip_address(source_ip)
    except ValueError:
        raise ValueError(f"source address {source_ip!r} is no IPv4 or IPv6 address. Write one such as 192.0.2.7.") from None
    return _Request(scheme, host, port, found[4] or "/", found[5] or "", method, headers, address)


def _taken_by(plan: Plan, request: _Request, group: str | None) -> tuple[LoadBalancer, Listener]:
    """The load balancer that listens for the request, and its listener. Raises `ValueError` unless there is exactly one."""
    asked = [balancer for balancer in plan.load_balancers if group in (None, balancer.group)]
    protocol = request.scheme.upper()
    found = [
        (x, listener) for x in asked for listener in x.listeners if (listener.port, listener.protocol) == (request.port, protocol)
    ]
    if len(found) == 1:
        return found[0]
    if found:
        groups = ", ".join(repr(balancer.group) for balancer, _ in found)
        raise ValueError(
            f"{protocol} on port {request.port} is taken by several load balancers. Write `load_balancer=` one of {groups}."
        )
    refused = "; what the controller would refuse is not in it, see its `problems`" if plan.problems else ""
    if not asked:
        groups = ", ".join(repr(balancer.group) for balancer in plan.load_balancers) or "none"
        which = "a load balancer" if group is None else f"the load balancer {group!r}"
        raise (NotHeard if group is None else ValueError)(f"The plan does not have {which}. It has: {groups}{refused}.")
    ports = "; ".join(f"{x.group!r} on {', '.join(f'{y.protocol} {y.port}' for y in x.listeners)}" for x in asked)
    raise NotHeard(f"No load balancer listens for {protocol} on port {request.port}. There are: {ports}{refused}.")


# Whether a rule takes it


def _takes(rule: Rule, request: _Request) -> bool:
    return (
        (not (rule.hosts or rule.host_regexes) or _is_one_of(rule.hosts, rule.host_regexes, request.host, ignore_case=True))
        and (not (rule.paths or rule.path_regexes) or _is_one_of(rule.paths, rule.path_regexes, request.path))
        and all(_has(request, requirement) for requirement in rule.requirements)
    )


def _is_one_of(globs: tuple[str, ...], regexes: tuple[str, ...], text: str, *, ignore_case: bool = False) -> bool:
    """Whether a text fits a pattern, or an expression is found in it."""
    return any(_fits(glob, text, ignore_case=ignore_case) for glob in globs) or any(is_found(regex, text) for regex in regexes)


def _has(request: _Request, requirement: Requirement) -> bool:
    what, _, name = requirement.what.partition(" ")
    if what == "method":
        return request.method in requirement.values
    if what == "header":
        values, regexes = ((), requirement.values) if requirement.regex else (requirement.values, ())
        sent = [value for header, value in request.headers.items() if header.lower() == name.lower()]
        return any(_is_one_of(values, regexes, value, ignore_case=True) for value in sent)
    if what == "query":
        return any(_has_parameter(request, key or None, value) for key, value in requirement.pairs)
    assert what == "source", what
    return request.source_ip is not None and any(_contains(block, request.source_ip) for block in requirement.values)


def _has_parameter(request: _Request, key: str | None, value: str) -> bool:
    """Whether the query string has a value, of a key or of any; a parameter without '=' has the empty value."""
    for parameter in filter(None, request.query.split("&")):
        name, _, said = parameter.partition("=")
        of_key = key is None or _fits(key, name, ignore_case=True, escapes=True)
        if of_key and _fits(value, said, ignore_case=True, escapes=True):
            return True
    return False


def _contains(block: str, address: IPv4Address | IPv6Address) -> bool:
    try:
        return address in ip_network(block, strict=False)
    except ValueError:  # a token
        return False


def _fits(glob: str, text: str, *, ignore_case: bool = False, escapes: bool = False) -> bool:
    r"""Whether a pattern fits a whole text: `*` is any text, `?` one character; with `escapes`, `\*` and `\?` are themselves.

    Case is that of ASCII letters, since AWS takes no others in a condition.
    """
    parts = re.findall(r"\\[*?]|.", glob, re.DOTALL) if escapes else list(glob)
    regex = "".join({"*": ".*", "?": "."}.get(part) or re.escape(part if len(part) == 1 else part[1]) for part in parts)
    return re.fullmatch(regex, text, re.DOTALL | (re.IGNORECASE | re.ASCII if ignore_case else 0)) is not None


def is_found(regex: str, text: str) -> bool:
    """Whether an expression is found in a text. Raises `ValueError` for one that Python reads otherwise or not at all.

    The script of the report's page (`report/page/match.js`) does the same as this module; a test holds the two together.
    """
    try:
        if re.search(r"\[:\^?[a-z]+:\]", regex):
            raise re.error("Python has no POSIX classes")
        return re.search(regex, text) is not None
    except (re.error, OverflowError) as error:
        raise ValueError(f"The regular expression {regex!r} of a rule cannot be compared with: {error}.") from None


# What becomes of it


def _answer(action: Action, request: _Request, answer: Answer) -> Answer:
    if isinstance(action, Forward):
        services = tuple((target.service, target.weight) for target in action.targets)
        return replace(answer, kind="forward", service=services[0][0] if services else None, services=services)
    if isinstance(action, RedirectTo):
        return replace(answer, kind="redirect", location=_location(action, request), status=status_of(action))
    return replace(answer, kind="fixed-response", status=status_of(action))


def status_of(action: RedirectTo | Respond) -> int | None:
    """The status code with which a client is answered; None for one that is no number."""
    status = action.status_code.removeprefix("HTTP_")
    return int(status) if re.fullmatch("[0-9]{3}", status) else None


def _signed_in(answer: Answer, listener: Listener, auth: Auth | None) -> Answer:
    """The answer behind what a client must show; the controller asks for that on HTTPS listeners only."""
    if auth is None or listener.protocol != "HTTPS":
        return answer
    return Answer(answer.load_balancer, answer.listener, answer.priority, "authenticate", answer.rule, then=answer)


def _location(redirect: RedirectTo, request: _Request) -> str:
    """Where a redirect leads to, with the parts of the request filled in once, whatever they hold."""
    kept = {
        "protocol": request.scheme,
        "host": request.host,
        "port": str(request.port),
        "path": request.path.removeprefix("/"),
        "query": request.query,
    }

    def filled(part: str | None, default: str) -> str:
        text = default if part is None else part
        return re.sub(r"#\{(protocol|host|port|path|query)\}", lambda found: kept[found[1]], text)

    protocol = filled(redirect.protocol, "#{protocol}").lower()
    port = filled(redirect.port, "#{port}")
    at = "" if port == str(_DEFAULT_PORTS.get(protocol)) else f":{port}"
    query = filled(redirect.query, "#{query}")
    behind = f"?{query}" if query else ""
    return f"{protocol}://{filled(redirect.host, '#{host}')}{at}{filled(redirect.path, '/#{path}')}{behind}"
