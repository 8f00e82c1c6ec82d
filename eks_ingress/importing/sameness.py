"""Whether two load balancers answer every request alike, and are alike in AWS.

What is the same, though it is written otherwise:

- a part of a redirect that keeps what the request had, and one that is not said (`#{host}`);
- the path `/*` alone, and no path;
- a first rule that redirects every request, and a listener that does the same by default, without rules;
- the certificate of clients that name no host, which may be among the others once more or not;
- stickiness among target groups that is switched off, and none;
- sticky targets without a type, and those with `lb_cookie`, which Elastic Load Balancing takes then;
- rules in another order, if no request could match both of two that change places, or both lead to the same.

Facts: Elastic Load Balancing API, RedirectActionConfig, TargetGroupStickinessConfig, TargetGroupAttribute; Elastic Load Balancing
documentation, "Listener rules".
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from enum import Enum
from typing import Any

from eks_ingress.annotations.read_backends import AS_IT_WAS
from eks_ingress.plan.model import (
    Action,
    Auth,
    Forward,
    FrontendNlb,
    Listener,
    LoadBalancer,
    RedirectTo,
    Rule,
    TargetGroup,
)
from eks_ingress.routing.globs import globs_meet

_LONGEST = 120


class Keep(Enum):
    """What is to stay as it is in AWS and in the cluster."""

    OBJECTS = "objects"
    """All of it, the Ingress objects too, and so the target groups, whose names have theirs in them."""
    LOAD_BALANCERS = "load-balancers"
    """Load balancers; target groups may get new names."""
    NOTHING = "nothing"
    """Load balancers may get new names too, so that new ones take the place of those that are there."""


def difference(wanted: LoadBalancer, made: LoadBalancer, keep: Keep) -> str | None:
    """The first thing that differs, in words; None for the same load balancer."""
    return next(_differences(wanted, made, keep), None)


def renamed(wanted: LoadBalancer, made: LoadBalancer) -> int:
    """How many target groups of a load balancer get new names."""
    return len({x.id for x in made.target_groups} - {x.id for x in wanted.target_groups})


def _differences(wanted: LoadBalancer, made: LoadBalancer, keep: Keep) -> Iterator[str]:
    wanted, made = (x._replace(listeners=tuple(map(_without_idle_rules, x.listeners))) for x in (wanted, made))
    before, after = _parts(wanted, keep), _parts(made, keep)
    for what in {**before, **after}:
        if before.get(what) != after.get(what):
            yield f"{what}: {_shown(before.get(what))} would become {_shown(after.get(what))}"
    yield from _of_target_groups(wanted, made, keep)
    others = {listener.port: listener for listener in made.listeners}
    for listener in wanted.listeners:
        yield from _of_rules(listener, others[listener.port], keep)


def _without_idle_rules(listener: Listener) -> Listener:
    """A listener whose first rule redirects every request, as one that does so by default."""
    first = listener.rules[0] if listener.rules else None
    if first is None or not isinstance(first.action, RedirectTo) or first.paths not in ((), ("/*",)):
        return listener
    if first.requirements or first.hosts or first.host_regexes or first.path_regexes:
        return listener
    return listener._replace(rules=(), default_action=first.action, default_auth=first.auth)


def _parts(balancer: LoadBalancer, keep: Keep) -> dict[str, Any]:
    """All but its rules and target groups, by what it is called."""
    group = balancer.managed_security_group
    named = keep is not Keep.NOTHING
    found: dict[str, Any] = {
        "group": balancer.group if named else None,
        "name": balancer.name if named else None,
        "ports": tuple((listener.protocol, listener.port) for listener in balancer.listeners),
        "scheme": balancer.scheme,
        "IP address type": balancer.ip_address_type,
        "subnets": balancer.subnets,
        "security groups": balancer.security_groups,
        "attributes": balancer.attributes,
        "tags": balancer.tags,
        "customer-owned pool": balancer.customer_owned_ipv4_pool,
        "IPAM pool": balancer.ipam_ipv4_pool,
        "capacity": balancer.minimum_capacity,
        "web ACL": balancer.web_acl,
        "WAF Classic": balancer.waf_classic,
        "Shield": balancer.shield,
        "certificates that are asked for": sorted(balancer.certificates),
        "frontend network load balancer": _frontend(balancer.frontend_nlb, keep),
        "managed security group": group if named or group is None else group._replace(name=""),
    }
    for listener in balancer.listeners:
        port = f"listener {listener.port}"
        # The first is shown to clients that name no host; of the others the load balancer takes the one that fits.
        found[f"{port}, certificates"] = listener.certificates[:1], frozenset(listener.certificates)
        found[f"{port}, TLS policy"] = listener.tls_policy
        found[f"{port}, mutual TLS"] = listener.mutual_tls
        found[f"{port}, attributes"] = listener.attributes
        found[f"{port}, tags"] = listener.tags
        found[f"{port}, default"] = _action(listener.default_action, keep), _auth(listener.default_auth, listener)
    return found


def _frontend(nlb: FrontendNlb | None, keep: Keep) -> FrontendNlb | None:
    if nlb is None:
        return None
    named = Keep.NOTHING if keep is Keep.NOTHING else Keep.OBJECTS
    listeners = [listener._replace(target_group=_target_group(listener.target_group, named)) for listener in nlb.listeners]
    return nlb._replace(name="" if keep is Keep.NOTHING else nlb.name, listeners=tuple(listeners))


# Target groups


def _of_target_groups(wanted: LoadBalancer, made: LoadBalancer, keep: Keep) -> Iterator[str]:
    before, after = _by_service(wanted, keep), _by_service(made, keep)
    for service in {**before, **after}:
        one, other = before.get(service, []), after.get(service, [])
        if one == other:
            continue
        if len(one) == len(other) == 1:
            fields = [name for name in TargetGroup._fields if getattr(one[0], name) != getattr(other[0], name)]
            values = (f"{getattr(one[0], x)!r} would become {getattr(other[0], x)!r}" for x in fields)
            yield f"targets of {service}: " + ", ".join(f"{x} {said}" for x, said in zip(fields, values, strict=True))
        elif not one or not other:
            yield f"targets of {service} {'are not there' if one else 'are new'}"
        else:
            yield f"targets of {service}: {len(one)} kinds of settings would become {len(other)}"


def _by_service(balancer: LoadBalancer, keep: Keep) -> dict[str, list[TargetGroup]]:
    found: dict[str, set[TargetGroup]] = {}
    for group in balancer.target_groups:
        binding = group.binding
        service = group.name if binding is None else f"{binding.namespace}/{binding.service}:{binding.port}"
        found.setdefault(service, set()).add(_target_group(group, keep))
    return {service: sorted(groups, key=repr) for service, groups in found.items()}


def _target_group(group: TargetGroup, keep: Keep) -> TargetGroup:
    """A target group as it is compared; it bears the name of its Ingress."""
    attributes = dict(group.attributes)
    if attributes.get("stickiness.enabled") == "true":
        attributes.setdefault("stickiness.type", "lb_cookie")
    alike = group._replace(source=None, attributes=tuple(sorted(attributes.items())))
    return alike if keep is Keep.OBJECTS else alike._replace(id="", name="")


# Rules


def _of_rules(wanted: Listener, made: Listener, keep: Keep) -> Iterator[str]:
    before, after = [_rule(x, wanted, keep) for x in wanted.rules], [_rule(x, made, keep) for x in made.rules]
    left, came = Counter(before) - Counter(after), Counter(after) - Counter(before)
    for rules, keys, lost, what in ((wanted.rules, before, left, "is not there"), (made.rules, after, came, "is new")):
        for rule, key in zip(rules, keys, strict=True):
            if key in lost:
                yield f"listener {wanted.port}, rule {_title(rule)} {what}"
                return
    places: dict[str, list[int]] = {}
    for place, key in enumerate(after):
        places.setdefault(key, []).append(place)
    moved = [places[key].pop(0) for key in before]
    outcomes = [_outcome(rule, wanted, keep) for rule in wanted.rules]
    for first, rule in enumerate(wanted.rules):
        for second in range(first + 1, len(moved)):
            if moved[second] < moved[first] and outcomes[first] != outcomes[second] and overlap(rule, wanted.rules[second]):
                yield f"listener {wanted.port}: {_title(wanted.rules[second])} would be tried before {_title(rule)}"
                return


def overlap(one: Rule, other: Rule) -> bool:
    """Whether some request could match both; True where it cannot be told."""
    if one.hosts and other.hosts and not any(globs_meet(a.lower(), b.lower()) for a in one.hosts for b in other.hosts):
        return False
    if one.paths and other.paths and not any(globs_meet(a, b) for a in one.paths for b in other.paths):
        return False
    methods = [{value for x in rule.requirements if x.what == "method" for value in x.values} for rule in (one, other)]
    return not (methods[0] and methods[1] and methods[0].isdisjoint(methods[1]))


def _rule(rule: Rule, listener: Listener, keep: Keep) -> str:
    """All of a rule but its place."""
    paths = () if rule.paths == ("/*",) else tuple(sorted(rule.paths))
    conditions = [sorted(rule.hosts), paths, rule.host_regexes, rule.path_regexes, sorted(map(repr, rule.requirements))]
    return repr([*conditions, rule.tags, _outcome(rule, listener, keep)])


def _outcome(rule: Rule, listener: Listener, keep: Keep) -> str:
    """What becomes of the requests of a rule."""
    return repr([_action(rule.action, keep), rule.transforms, _auth(rule.auth, listener)])


def _auth(auth: Auth | None, listener: Listener) -> Any:
    """What is asked of clients: nothing without HTTPS."""
    return None if auth is None or listener.protocol != "HTTPS" else (auth.kind, json.dumps(auth.action, sort_keys=True))


def _action(action: Action, keep: Keep) -> Any:
    if isinstance(action, RedirectTo):
        said = {part: text for part, text in action._asdict().items() if text != AS_IT_WAS.get(part)}
        return RedirectTo(**said)
    if not isinstance(action, Forward):
        return action
    targets = [(x.service, x.weight, None if x.group is None else _target_group(x.group, keep)) for x in action.targets]
    return targets, action.stickiness if action.stickiness is not None and action.stickiness.enabled else None


def _title(rule: Rule) -> str:
    """A rule as a message names it."""
    hosts = " or ".join((*rule.hosts, *rule.host_regexes)) or "any host"
    return f"{hosts} {' or '.join((*rule.paths, *rule.path_regexes)) or '/*'} ({rule.action})"


def _shown(value: Any) -> str:
    """A value as a message names it, which need not be all of it."""
    match value:
        case None | () | "":
            return "nothing"
        case str():
            return value
        case _:
            return repr(value) if len(repr(value)) <= _LONGEST else f"{repr(value)[:_LONGEST]}…"
