"""The page's evaluator, asked in Node, and requests to ask it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import suppress
from ipaddress import ip_network
from pathlib import Path
from typing import Any

from eks_ingress.plan.matching import Answer
from eks_ingress.plan.model import Plan, Rule
from eks_ingress.plan.requests import words
from eks_ingress.report.page_data import answering

SCRIPT = Path(__file__).parents[2] / "eks_ingress" / "report" / "page" / "match.js"

_ASK = """
const fs = require("fs");
const matching = new Function(fs.readFileSync(process.argv[1], "utf-8") + "; return matching;")();
const said = JSON.parse(fs.readFileSync(0, "utf-8")).map(({ plan, requests }) => requests.map((request) => {
  try {
    const answer = matching.match(plan, request);
    return { answer, words: matching.words(answer) };
  } catch (error) {
    if (!(error instanceof matching.Refusal)) return { fault: error.stack };
    return { refused: error.message };
  }
}));
process.stdout.write(JSON.stringify(said));
"""

Asked = tuple[Plan, Sequence[dict[str, Any]]]
"""A plan, and requests as `match` takes them."""


def of_page(asked: Sequence[Asked]) -> list[list[dict[str, Any]]]:
    """What the evaluator says of each request."""
    given = [{"plan": answering(plan, "c0"), "requests": [*map(_in_page, requests)]} for plan, requests in asked]
    done = subprocess.run(
        ["node", "-e", _ASK, str(SCRIPT)], input=json.dumps(given), capture_output=True, text=True, check=False, encoding="utf-8"
    )
    assert done.returncode == 0, done.stderr
    found: list[list[dict[str, Any]]] = json.loads(done.stdout)
    return found


def _in_page(request: dict[str, Any]) -> dict[str, Any]:
    return {
        "url": request["url"],
        "method": request.get("method", "GET"),
        "headers": [*(request.get("headers") or {}).items()],
        "sourceIp": request.get("source_ip"),
        "loadBalancer": request.get("load_balancer"),
    }


def of_match(asked: Sequence[Asked]) -> list[list[dict[str, Any]]]:
    """What `match` says of each request, in the same words."""
    return [[_answered(plan, request) for request in requests] for plan, requests in asked]


def _answered(plan: Plan, request: dict[str, Any]) -> dict[str, Any]:
    try:
        found = plan.match(**request)
    except ValueError as error:
        return {"refused": str(error)}
    return {"answer": _answer(plan, found), "words": words(found)}


def _answer(plan: Plan, answer: Answer) -> dict[str, Any]:
    number = next(number for number, x in enumerate(plan.load_balancers) if x.group == answer.load_balancer)
    priority = "else" if answer.priority is None else answer.priority
    return {
        "load_balancer": answer.load_balancer,
        "listener": answer.listener,
        "priority": answer.priority,
        "place": f"c0-b{number}-{answer.listener}-{priority}",
        "kind": answer.kind,
        "service": answer.service,
        "services": [[*service] for service in answer.services],
        "location": answer.location,
        "status": answer.status,
        **({} if answer.then is None else {"then": _answer(plan, answer.then)}),
    }


def requests_for(plan: Plan) -> Iterator[dict[str, Any]]:
    """Requests that are made for each rule of a plan, each with one that lacks something, and one for each default action."""
    for balancer in plan.load_balancers:
        for listener in balancer.listeners:
            at = {"load_balancer": balancer.group}
            base = f"{listener.protocol.lower()}://{{}}:{listener.port}{{}}"
            yield {"url": base.format("nobody.example.net", "/nowhere?at=all"), **at}
            for rule in listener.rules:
                host = _text((*rule.hosts, "host.example.org")[0])
                path = _text((*rule.paths, "/some/path")[0])
                more = _fulfilled(rule)
                query = more.pop("query", "")
                yield {"url": base.format(host, path + query), **more, **at}
                yield {"url": base.format(host.upper(), path + query), **more, "method": "DELETE", **at}
                yield {"url": base.format(host, path), **at}
                yield {"url": base.format(host, path.upper() + query), **more}


def _text(glob: str) -> str:
    """A text that a pattern fits, and that can be in a URL."""
    return glob.replace("*", "x1").replace("?", "y").replace("#", "z").replace(" ", "_")


def _fulfilled(rule: Rule) -> dict[str, Any]:
    """What a request has besides host and path that a rule takes."""
    found: dict[str, Any] = {}
    for requirement in rule.requirements:
        what, _, name = requirement.what.partition(" ")
        value = requirement.values[-1] if requirement.values else ""
        if what == "method":
            found["method"] = value
        elif what == "header":
            found.setdefault("headers", {})[name.swapcase()] = _text(value)
        elif what == "query":
            key = requirement.keys[-1]
            found["query"] = f"?other&{_text(key or 'any')}={_text(value)}"
        else:
            with suppress(ValueError):  # a token
                found["source_ip"] = str(ip_network(value, strict=False)[-1])
    return found
