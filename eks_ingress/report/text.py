"""A plan as text for a terminal: each load balancer, its listeners, and their rules in the order of evaluation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from eks_ingress.plan.model import Action, Forward, Listener, LoadBalancer, Plan, Rule

_HEAD = ("rule", "host", "path", "then")


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
    default = _action(listener.default_action)
    yield title if listener.rules else f"{title}  {default}"
    for arn in listener.certificates:
        yield f"    certificate {arn}"
    if listener.rules:
        rows = [(str(rule.priority), *_row(rule)) for rule in listener.rules]
        yield from _table([_HEAD, *rows, ("else", "any", "any", default)])
    for rule in listener.dropped:
        host, path, action = _row(rule)
        yield f"    left out by the controller: {host} {path}  {action}"


def _row(rule: Rule) -> tuple[str, str, str]:
    return ", ".join(rule.hosts) or "any", ", ".join(rule.paths) or "any", _action(rule.action)


def _action(action: Action) -> str:
    if not isinstance(action, Forward):
        return str(action)
    types = dict.fromkeys(group.target_type for group in action.target_groups if group.target_type)
    return f"{action}{' (' + ', '.join(types) + ' targets)' if types else ''}"


def _table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "    " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
