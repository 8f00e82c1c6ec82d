"""Requests with what each must get, as a team keeps them beside its code.

```yaml
- url: https://shop.example.com/api/cart
  expect: {service: shop/api:8080}
- url: http://shop.example.com/
  expect: {redirect: "https://shop.example.com/"}
- name: partners alone may push
  url: https://shop.example.com/push
  method: POST
  headers: {X-Partner: acme}
  source_ip: 192.0.2.7
  expect: {service: shop/push:80, authenticate: true}
```
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from eks_ingress.manifests.typed_yaml import Node, Page
from eks_ingress.plan.matching import Answer, NotHeard
from eks_ingress.plan.model import Plan, Rule
from eks_ingress.refusal import Refusals, Refused
from eks_ingress.source import Source

_URL = re.compile(
    r"""(?P<scheme>https?)://
    (?:[^/?#@\s]*@)?                                            # a user
    (?:\[[^]/?#\s]*\] | (?:\$\{[^}]*\} | \$(?!\{) | [^]/?#:\s[$])+)  # an IPv6 address; a host, which may hold tokens
    (?::(?P<port>[0-9]{0,5}))? (?=[/?#] | \Z)""",
    re.IGNORECASE | re.VERBOSE,
)


@dataclass(frozen=True)
class Expectation:
    """What a request must get. What is None does not matter."""

    service: str | None = None
    """The one Service that it is forwarded to, as `namespace/name:port`, or a target group as the Ingress names it."""
    services: Mapping[str, int | None] | None = None
    """All Services that it is forwarded to, each with its weight; None for a weight that does not matter."""
    redirect: str | None = None
    """The URL that it is redirected to."""
    status: int | None = None
    """The status code of a redirect or of a fixed response."""
    authenticate: bool | None = None
    """Whether the client must show first who it is. All else is what follows then."""
    unanswered: bool = False
    """Whether no load balancer listens for it."""

    def __post_init__(self) -> None:
        refusals = Refusals()
        to = [name for name in ("service", "services", "redirect") if getattr(self, name) is not None]
        remedy = "Write a service, services, redirect, status, authenticate or unanswered."
        refusals.require(bool(self.said), "expectation", {}, "says nothing", remedy)
        refusals.require(len(to) < 2, "expectation", to, "says in several ways where the request goes", "Keep one of them.")
        alone = not self.unanswered or set(self.said) == {"unanswered"}
        refusals.require(alone, "expectation", self.said, "says what a request gets that nobody answers", "Leave `unanswered` out.")
        if self.status is not None:
            remedy = "A request that is forwarded has the status that its target answers with."
            refusals.require(not {"service", "services"} & {*to}, "expectation", self.said, "has a status and a service", remedy)
        refusals.settle()

    def __str__(self) -> str:
        """What must become of a request, after "it must"."""
        if self.unanswered:
            return "be taken by no load balancer"
        first = "ask the client to sign in" if self.authenticate else "not ask the client to sign in"
        services = {} if self.services is None else self.services
        parts = [
            *([f"get Service {self.service}"] if self.service is not None else []),
            *([f"get Service {_weighted(services.items())}"] if self.services is not None else []),
            *([f"be redirected to {self.redirect}"] if self.redirect is not None else []),
            *([f"have status {self.status}"] if self.status is not None else []),
        ]
        return " and ".join(parts) or first

    @property
    def said(self) -> dict[str, Any]:
        """What matters."""
        names = ("service", "services", "redirect", "status", "authenticate")
        said = {name: getattr(self, name) for name in names if getattr(self, name) is not None}
        return {**said, **({"unanswered": True} if self.unanswered else {})}


@dataclass(frozen=True)
class Request:
    """A request as a client sends it, and what it must get."""

    url: str
    expect: Expectation
    name: str = ""
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    source_ip: str | None = None
    """Address of the client; without it no condition on it holds."""
    load_balancer: str | None = None
    """The group of the load balancer that is asked, where several listen on the port."""
    source: Source | None = field(default=None, compare=False)
    """Where it is written."""

    def __post_init__(self) -> None:
        refusals = Refusals(self.source)
        remedy = "Write one such as 'https://shop.example.com/cart'."
        refusals.require(_URL.match(self.url) is not None, "url", self.url, "is not that of a request", remedy)
        if self.source_ip is not None:
            refusals.require(_is_address(self.source_ip), "source_ip", self.source_ip, "is no IP address", "Write 192.0.2.7.")
        hosts = [name for name in self.headers if name.lower() == "host"]
        refusals.require(not hosts, "header", "Host", "is that of the URL", "Write the host in the URL.")
        refusals.settle()

    def __str__(self) -> str:
        return self.name or (self.url if self.method == "GET" else f"{self.method} {self.url}")


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


# What becomes of them


@dataclass(frozen=True)
class Place:
    """A rule of a listener, or its default action."""

    load_balancer: str
    protocol: str
    port: int
    rule: Rule | None
    """None for the default action."""
    source: Source | None
    """Where it was written; None for a default action of the controller's own."""

    def __str__(self) -> str:
        what = "default action" if self.rule is None else f"rule {self.rule.priority}: {self.rule.takes}"
        return f"{self.load_balancer}, {self.protocol} {self.port}, {what}" + (f"  ({self.source})" if self.source else "")


@dataclass(frozen=True)
class Outcome:
    """What became of one request."""

    request: Request
    answer: Answer | None
    """None where no load balancer, or more than one, would take it."""
    place: Place | None
    """What took it."""
    failures: tuple[str, ...]
    """How that differs from what it must get, each in a sentence."""

    @property
    def passed(self) -> bool:
        """Whether it got what it must."""
        return not self.failures

    def __str__(self) -> str:
        where = f"{self.request.source}  " if self.request.source else ""
        taken = () if self.place is None or self.passed else (f"    {self.place} took it.",)
        return "\n".join([f"{where}{self.request}", *(f"    {failure}" for failure in self.failures), *taken])


@dataclass(frozen=True)
class Report:
    """What became of all requests, and which rules none of them reached."""

    outcomes: tuple[Outcome, ...]
    rules: int
    """How many rules there are, default actions aside."""
    unreached: tuple[Place, ...]

    @property
    def failed(self) -> tuple[Outcome, ...]:
        """Those that did not get what they must."""
        return tuple(outcome for outcome in self.outcomes if not outcome.passed)

    @property
    def passed(self) -> bool:
        """Whether all got what they must."""
        return not self.failed

    @property
    def reached(self) -> int:
        """How many rules took a request."""
        return self.rules - len(self.unreached)

    @property
    def coverage(self) -> float:
        """The share of the rules that took a request, from 0 to 1; 1 where there are no rules."""
        return self.reached / self.rules if self.rules else 1.0

    def __str__(self) -> str:
        total = len(self.outcomes)
        summary = f"{total - len(self.failed)} of {total} request{'' if total == 1 else 's'} got what they must."
        covered = f" {self.reached} of {self.rules} rules were reached ({100 * self.coverage:.0f} %)" if self.rules else ""
        unreached = [f"    {place}" for place in self.unreached]
        return "\n".join(
            [*map(str, self.failed), f"{summary}{covered}{'; not:' if unreached else '.' if covered else ''}", *unreached]
        )


def run_requests(plan: Plan, requests: Iterable[Request]) -> Report:
    """Sends requests through a plan, and compares what becomes of each with what it must get.

    `assert (report := run_requests(ingress.plan(), load_requests("requests.yaml"))).passed, report`
    """
    outcomes = tuple(try_out(plan, request) for request in requests)
    answers = [outcome.answer for outcome in outcomes if outcome.answer is not None]
    reached = {(answer.load_balancer, answer.listener, answer.priority) for answer in answers}
    rules = [
        Place(balancer.group, listener.protocol, listener.port, rule, rule.source)
        for balancer in plan.load_balancers
        for listener in balancer.listeners
        for rule in listener.rules
    ]
    unreached = (x for x in rules if x.rule is not None and (x.load_balancer, x.port, x.rule.priority) not in reached)
    return Report(outcomes, len(rules), tuple(unreached))


def try_out(plan: Plan, request: Request) -> Outcome:
    """What becomes of one request, and how that differs from what it must get."""
    try:
        answer = plan.match(
            request.url,
            method=request.method,
            headers=request.headers,
            source_ip=request.source_ip,
            load_balancer=request.load_balancer,
        )
    except ValueError as error:
        unanswered = request.expect.unanswered and isinstance(error, NotHeard)
        return Outcome(request, None, None, () if unanswered else (f"It must {request.expect}. {error}",))
    return Outcome(request, answer, place(plan, answer), tuple(_failures(request.expect, answer)))


def place(plan: Plan, answer: Answer) -> Place:
    """What of a plan took a request."""
    (balancer,) = (x for x in plan.load_balancers if x.group == answer.load_balancer)
    (listener,) = (x for x in balancer.listeners if x.port == answer.listener)
    source = listener.default_source if answer.rule is None else answer.rule.source
    return Place(balancer.group, listener.protocol, listener.port, answer.rule, source)


def _failures(expect: Expectation, answer: Answer) -> Iterator[str]:
    if expect.unanswered:
        yield f"It must {expect}, and gets {words(answer)}."
        return
    then = answer.then or answer
    if expect.authenticate is not None and expect.authenticate != (answer.kind == "authenticate"):
        asked = ("must not", "and is") if answer.kind == "authenticate" else ("must", "and is not")
        yield f"The client {asked[0]} be asked to sign in, {asked[1]}."
    services = dict(then.services)
    wanted = expect.services or {}
    right = (
        expect.service in (None, then.service if len(services) == 1 else None),
        expect.services is None or (wanted.keys() == services.keys() and all(wanted[x] in (None, services[x]) for x in services)),
        expect.redirect in (None, then.location),
        expect.status in (None, then.status),
    )
    if not all(right):
        yield f"It must {expect}, and gets {words(then)}."


def words(answer: Answer) -> str:
    """What becomes of a request."""
    if answer.then is not None:
        return f"sign-in, then {words(answer.then)}"
    if answer.kind == "forward":
        return f"Service {_weighted(answer.services)}" if answer.services else "no target"
    status = answer.status or "of unknown status"
    return f"a redirect {status} to {answer.location}" if answer.kind == "redirect" else f"an answer {status}"


def _weighted(services: Iterable[tuple[str, int | None]]) -> str:
    return ", ".join(service if weight is None else f"{service} ({weight})" for service, weight in services)


# From a file


def load_requests(path: str | Path) -> tuple[Request, ...]:
    """The requests in a file. Raises `Refused` with all that is wrong in it."""
    page = Page(path)
    found = [_request(page, node) for document in page.documents for node in document.items()]
    if not found:
        page.note(None, "has no requests.", "Write a list of them, each with `url` and `expect`.")
    page.settle()
    return tuple(request for request in found if request is not None)


def _services(node: Node) -> dict[str, int | None]:
    """Names of Services, or a mapping of them to their weights."""
    if isinstance(node.value, list):
        return dict.fromkeys(node.texts())
    return {name: weight.number(0, 999) for name, weight in node.entries().items()}


_REQUEST: dict[str, Callable[[Node], Any]] = {
    "url": Node.text,
    "name": Node.text,
    "method": Node.text,
    "headers": Node.pairs,
    "source_ip": Node.text,
    "load_balancer": Node.text,
}
_EXPECTATION: dict[str, Callable[[Node], Any]] = {
    "service": Node.text,
    "services": _services,
    "redirect": Node.text,
    "status": lambda node: node.number(100, 599),
    "authenticate": Node.flag,
    "unanswered": Node.flag,
}


def _request(page: Page, node: Node) -> Request | None:
    before = len(page.problems)
    said = node.fields([*_REQUEST, "expect"], ("url", "expect"))
    found = {name: _REQUEST[name](value) for name, value in said.items() if name != "expect"}
    expected = (
        {name: _EXPECTATION[name](value) for name, value in said["expect"].fields(_EXPECTATION).items()} if "expect" in said else {}
    )
    if len(page.problems) > before:
        return None
    try:
        return Request(expect=Expectation(**expected), source=node.source, **found)
    except Refused as refused:
        for problem in refused.problems:
            page.note(node.line, problem.reason, problem.remedy)
        return None
