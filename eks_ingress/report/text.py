"""A plan as text for a terminal: each load balancer, its listeners, and their rules in the order of evaluation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from eks_ingress.plan.model import Action, Forward, Listener, LoadBalancer, Plan, Rule

_HEAD = ("rule", "host", "path", "when", "then")


def text(plan: Plan) -> str:
    """The whole plan, a paragraph for each load balancer, then what is wrong or was not taken into account."""
    paragraphs = ["\n".join(_load_balancer(balancer)) for balancer in plan.load_balancers]
    paragraphs += [str(problem) for problem in plan.problems]
    if plan.not_modelled:
        paragraphs.append("Not taken into account:\n" + "\n".join(f"  {key}" for key in plan.not_modelled))
    return "\n\n".join(paragraphs) if paragraphs else "No load balancer."


def _load_balancer(balancer: LoadBalancer) -> Iterator[str]:
    yield f"Load balancer {balancer.group}, {balancer.scheme}"
    yield f"  made of Ingress {', '.join(balancer.members)}"
    for listener in balancer.listeners:
        yield ""
        yield from _listener(listener)


def _listener(listener: Listener) -> Iterator[str]:
    title = f"  {listener.protocol} {listener.port}"
    default = _sign_in(listener.default_auth, listener.protocol) + _action(listener.default_action)
    yield title if listener.rules else f"{title}  {default}"
    for arn in listener.certificates:
        yield f"    certificate {arn}"
    if listener.rules:
        rows = [(str(rule.priority), *_row(rule, listener.protocol)) for rule in listener.rules]
        table = [_HEAD, *rows, ("else", "any", "any", "", default)]
        # Most load balancers compare nothing but hosts and paths.
        yield from _table(table if any(row[3] for row in rows) else [(*row[:3], *row[4:]) for row in table])
    for rule in listener.dropped:
        yield f"    left out by the controller: {'  '.join(cell for cell in _row(rule, listener.protocol) if cell)}"


def _row(rule: Rule, protocol: str) -> tuple[str, str, str, str]:
    hosts, paths = rule.hosts or rule.host_regexes, rule.paths or rule.path_regexes
    auth = _sign_in(rule.auth, protocol)
    changes = f", with {', '.join(rule.transforms)}" if rule.transforms else ""
    requirements = ", ".join(map(str, rule.requirements))
    return ", ".join(hosts) or "any", ", ".join(paths) or "any", requirements, f"{auth}{_action(rule.action)}{changes}"


def _sign_in(auth: str | None, protocol: str) -> str:
    return f"sign-in by {auth}, then " if auth and protocol == "HTTPS" else ""


def _action(action: Action) -> str:
    if not isinstance(action, Forward):
        return str(action)
    types = dict.fromkeys(group.target_type for group in action.target_groups if group.target_type)
    return f"{action}{' (' + ', '.join(types) + ' targets)' if types else ''}"


def _table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "    " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
