"""A rule in a few words, as a row of a table."""

from __future__ import annotations

from eks_ingress.plan.model import Action, Auth, Forward, Respond, Rule

HEAD = ("rule", "host", "path", "when", "then")


def cells(rule: Rule, protocol: str) -> tuple[str, str, str, str]:
    """Host, path, what else a request must have, and what becomes of it."""
    hosts, paths = rule.hosts or rule.host_regexes, rule.paths or rule.path_regexes
    changes = f", with {', '.join(map(str, rule.transforms))}" if rule.transforms else ""
    requirements = ", ".join(map(str, rule.requirements))
    return ", ".join(hosts) or "any", ", ".join(paths) or "any", requirements, f"{then(rule.auth, rule.action, protocol)}{changes}"


def then(auth: Auth | None, action: Action, protocol: str) -> str:
    """What becomes of a request; clients sign in on an HTTPS listener only."""
    first = f"sign-in by {auth}, then " if auth and protocol == "HTTPS" else ""
    return first + _action(action)


def _action(action: Action) -> str:
    if isinstance(action, Respond) and action.body:
        return f"{action}: {action.body if len(action.body) <= 60 else action.body[:59] + '…'}"
    if not isinstance(action, Forward):
        return str(action)
    types = dict.fromkeys(target.group.target_type for target in action.targets if target.group)
    sticky = action.stickiness
    seconds = "" if sticky is None or sticky.duration is None else f" for {sticky.duration} s"
    stays = f", sticky{seconds}" if sticky is not None and sticky.enabled else ""
    return f"{action}{' (' + ', '.join(types) + ' targets)' if types else ''}{stays}"
