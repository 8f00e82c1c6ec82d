"""A listener of an application load balancer on a page: its rules in the order in which they are tried."""

from __future__ import annotations

from collections.abc import Iterator

from eks_ingress.plan.model import Action, Auth, Forward, Listener, LoadBalancer, RedirectTo, Respond, Rule
from eks_ingress.report.html_parts import code, e, either, mark, remarks_list, settings_list
from eks_ingress.report.page_data import dropped_id, place_of
from eks_ingress.report.placing import Placed
from eks_ingress.report.text import listener_settings
from eks_ingress.source import Source


def listener_part(listener: Listener, balancer: LoadBalancer, place: str, remarks: Placed) -> str:
    """A listener; `place` is the id of its load balancer."""
    rows = [_rule(rule, listener, place, remarks) for rule in listener.rules]
    at = place_of(place, listener, None)
    rows.append(
        _row(
            at,
            "else",
            '<span class="any">everything else</span>' if rows else '<span class="any">everything</span>',
            _then(listener.default_action, listener.default_auth, listener),
            listener.default_source,
            remarks,
        )
    )
    rules = f"{len(listener.rules)} rule{'' if len(listener.rules) == 1 else 's'}, tried in this order" if listener.rules else ""
    return (
        f'<section class="listener"><h4>{e(listener.protocol)} {listener.port} <small>{rules}</small></h4>'
        f"{_certificates(listener)}{settings_list(listener_settings(listener, balancer))}"
        f'<ol class="rules">{"".join(rows)}</ol>{_dropped(listener, place, remarks)}</section>'
    )


def _certificates(listener: Listener) -> str:
    """The certificates, the default one first."""
    arns = [*dict.fromkeys(listener.certificates)]
    if not arns:
        return ""
    rows = "".join(
        f"<li>{code(arn)}{' <small>default</small>' if number == 0 and len(arns) > 1 else ''}</li>"
        for number, arn in enumerate(arns)
    )
    return f'<div class="certificates"><h5>Certificate{"s" if len(arns) > 1 else ""}</h5><ul>{rows}</ul></div>'


def _rule(rule: Rule, listener: Listener, place: str, remarks: Placed) -> str:
    at = place_of(place, listener, rule)
    then = _then(rule.action, rule.auth, listener) + _transforms(rule)
    return _row(at, str(rule.priority), _takes(rule), then, rule.source, remarks)


def _row(place: str, number: str, takes: str, then: str, source: Source | None, remarks: Placed) -> str:
    where = "" if source is None or source == Source() else f'<p class="where">{e(source)}</p>'
    changed = mark(remarks.changed.get(place))
    return (
        f'<li id="{place}" tabindex="-1"><span class="number">{number}</span><div class="takes">{changed}{takes}</div>'
        f'<div class="then">{then}</div>{where}{remarks_list(remarks.by_place.get(place, ()))}</li>'
    )


def _takes(rule: Rule) -> str:
    """What a request must be for a rule to take it."""
    host = either(rule.hosts) or _expressions(rule.host_regexes) or '<span class="any">any host</span>'
    path = either(rule.paths) or _expressions(rule.path_regexes) or '<span class="any">any path</span>'
    parts = [f'<p class="host">{host}</p> <p class="path">{path}</p>']
    for requirement in rule.requirements:
        what, _, name = requirement.what.partition(" ")
        named = f"{e(what)} {code(name)}" if name else e(what)
        if what == "query":
            values = either(value if not key else f"{key}={value}" for key, value in requirement.pairs)
        else:
            values = _expressions(requirement.values) if requirement.regex else either(requirement.values)
        parts.append(f'<p class="when"><span class="word">when</span> {named} {"" if requirement.regex else "is "}{values}</p>')
    return "".join(parts)


def _expressions(regexes: tuple[str, ...]) -> str:
    return f'<span class="word">has</span> {either(regexes)}' if regexes else ""


def _then(action: Action, auth: Auth | None, listener: Listener) -> str:
    """What becomes of a request."""
    signs_in = auth is not None and listener.protocol == "HTTPS"
    return f'<p class="auth">sign-in by {e(auth)}, then</p>{_action(action)}' if signs_in else _action(action)


def _action(action: Action) -> str:
    if isinstance(action, RedirectTo):
        status, _, url = str(action).removeprefix("redirect ").partition(" to ")
        return f'<p class="status">redirect {e(status)}</p><p>{code(url)}</p>'
    if isinstance(action, Respond):
        kind = f" {e(action.content_type)}" if action.content_type else ""
        body = f"<blockquote>{e(action.body)}</blockquote>" if action.body else ""
        return f'<p><span class="status">answer {e(action.status_code)}</span>{kind}</p>{body}'
    return "".join(_targets(action))


def _targets(forward: Forward) -> Iterator[str]:
    total = sum(target.weight or 0 for target in forward.targets)
    for target in forward.targets:
        kind = f" <small>{e(target.group.target_type)} targets</small>" if target.group is not None else ""
        share = f", {100 * target.weight / total:.3g}&nbsp;%" if target.weight is not None and total else ""
        weight = "" if target.weight is None else f' <small class="weight">weight {target.weight}{share}</small>'
        yield f'<p class="service">{code(target.service)}{kind}{weight}</p>'
    if not forward.targets:
        yield '<p class="any">no target</p>'
    sticky = forward.stickiness
    if sticky is not None and sticky.enabled:
        seconds = "" if sticky.duration is None else f" for {sticky.duration} s"
        yield f"<p><small>clients stay with their target group{seconds}</small></p>"


def _transforms(rule: Rule) -> str:
    return "".join(f'<p class="transform"><small>with {e(change)}</small></p>' for change in rule.transforms)


def _dropped(listener: Listener, place: str, remarks: Placed) -> str:
    """The rules that the controller leaves out."""
    rows = [
        _row(
            dropped_id(place, listener, number),
            "&ndash;",
            _takes(rule),
            _then(rule.action, rule.auth, listener),
            rule.source,
            remarks,
        )
        for number, rule in enumerate(listener.dropped)
    ]
    if not rows:
        return ""
    head = "Left out by the controller, which thinks that they can have no effect"
    return f'<h5>{head}</h5><ol class="rules dropped">{"".join(rows)}</ol>'
