"""Which settings of a resource differ between two plans, and what the controller does about each.

Facts: controller source, what it does to resources that exist (`pkg/deploy`): which it makes anew, which settings it sets again,
and which it sets only when it makes something; the webhook of TargetGroupBindings; Network Load Balancer guide, "Security groups".
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from eks_ingress.plan.comparing import ABSENT, agree


class Kind(Enum):
    """What a change is about."""

    LOAD_BALANCER = "load balancer"
    LISTENER = "listener"
    RULE = "rule"
    TARGET_GROUP = "target group"
    CERTIFICATE = "certificate"
    """One that the controller asks AWS Certificate Manager for."""
    SECURITY_GROUP = "security group"
    """The one that the controller makes."""
    BINDING = "target group binding"
    """One that somebody wrote, for a target group that the controller did not make."""


class Effect(Enum):
    """What becomes of a setting that is another than it was, on something that exists."""

    IN_PLACE = "in place"
    """It is set."""
    REPLACES = "replaces"
    """The controller makes something new, and deletes what was there."""
    IGNORED = "ignored"
    """Nothing: what was there stays as it is, until it is made anew."""
    REFUSED = "refused"
    """AWS or the controller's webhook does not allow it, and the controller does not get further."""
    UNKNOWN = "unknown"
    """One of the plans has a placeholder there, so that it may well be the same."""


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting that is another than it was."""

    name: str
    """Its name in the controller's format: `scheme`, `healthCheckConfig/path`, `tags/team`."""
    before: Any
    after: Any
    """JSON; `ABSENT` where there is none."""
    effect: Effect = Effect.IN_PLACE
    why: str = ""
    """What the controller or AWS does instead, where it is not set in place."""


_REPLACING = {
    (Kind.LOAD_BALANCER, "type"): "a load balancer keeps its type",
    (Kind.LOAD_BALANCER, "scheme"): "a load balancer keeps its scheme",
    (Kind.TARGET_GROUP, "targetType"): "a target group keeps its target type",
    (Kind.TARGET_GROUP, "protocol"): "a target group keeps its protocol",
    (Kind.TARGET_GROUP, "protocolVersion"): "a target group keeps its protocol version",
    (Kind.TARGET_GROUP, "targetControlPort"): "a target group keeps its control port",
    (Kind.CERTIFICATE, "subjectAlternativeNames"): "a certificate keeps its names",
}
_HEALTH_CHECK_KEPT = frozenset(
    f"healthCheckConfig/{name}" for name in ("protocol", "matcher/httpCode", "intervalSeconds", "timeoutSeconds")
)
"""What a target group of a network load balancer keeps where the feature gate `NLBHealthCheckAdvancedConfig` is off."""
_NETWORK_PROTOCOLS = frozenset({"TCP", "UDP", "TLS", "QUIC", "TCP_QUIC", "TCP_UDP"})
_KEPT = {
    (Kind.LOAD_BALANCER, "name"): "a load balancer keeps its name",
    (Kind.LOAD_BALANCER, "customerOwnedIPv4Pool"): "a load balancer keeps its pool",
    (Kind.TARGET_GROUP, "port"): "a target group keeps its port; each target is registered with its own",
    (Kind.SECURITY_GROUP, "groupName"): "a security group keeps its name",
    (Kind.SECURITY_GROUP, "description"): "a security group keeps its description",
    (Kind.CERTIFICATE, "type"): "a certificate keeps its type",
    (Kind.CERTIFICATE, "certificateAuthorityARN"): "a certificate keeps its authority",
    (Kind.CERTIFICATE, "domainName"): "a certificate keeps its names",
}
_IMMUTABLE = {
    (Kind.TARGET_GROUP, "ipAddressType"): "the webhook refuses another ipAddressType for a binding that exists",
    **{
        (Kind.BINDING, name): f"the webhook refuses another {name} for a binding that exists"
        for name in ("targetGroupARN", "targetType", "ipAddressType", "vpcID")
    },
}
_LEFT = (
    "loadBalancerAttributes/",
    "targetGroupAttributes/",
    "listenerAttributes/",
    "minimumLoadBalancerCapacity/",
    "webACL",
    "wafClassic",
    "shield",
)
"""What the controller leaves as it is where nobody says it any longer."""

_BY_KEY = {
    "loadBalancerAttributes": ("key", "value"),
    "targetGroupAttributes": ("key", "value"),
    "listenerAttributes": ("Key", "Value"),
}
_UNORDERED = frozenset({"securityGroups", "subnetMapping", "ingress"})
_NOT_SETTINGS = frozenset({"loadBalancerARN", "listenerARN", "resourceARN", "priority"})
"""What a resource belongs to, and its place."""


def settings_of(spec: Mapping[str, Any], within: str = "") -> Iterator[tuple[str, Any]]:
    """Each setting with its name; the parts of mappings, attributes and tags one by one, other lists as a whole."""
    for key, value in spec.items():
        name = within + key
        if key in _BY_KEY and isinstance(value, list):
            of, to = _BY_KEY[key]
            yield from ((f"{name}/{item[of]}", item[to]) for item in value)
        elif isinstance(value, Mapping) and "$ref" not in value:
            yield from settings_of(value, f"{name}/")
        elif name in _UNORDERED and isinstance(value, list):
            yield name, sorted(value, key=as_text)
        elif name not in _NOT_SETTINGS:
            yield name, value


def changed(
    kind: Kind, before: Mapping[str, Any], after: Mapping[str, Any], *, in_place_health_checks: bool = True
) -> tuple[Setting, ...]:
    """The settings that are not the same, in the order of the later plan.

    `in_place_health_checks` says whether the controller's feature gate `NLBHealthCheckAdvancedConfig` is on, as it is by default.
    """
    was, becomes = dict(settings_of(before)), dict(settings_of(after))
    names = [*becomes, *(name for name in was if name not in becomes)]
    pairs = [(name, was.get(name, ABSENT), becomes.get(name, ABSENT)) for name in names]
    found = [_setting(kind, *pair, after, in_place_health_checks) for pair in pairs if as_text(pair[1]) != as_text(pair[2])]
    if any(setting.effect is Effect.REPLACES for setting in found):
        # What is made anew has all that is said of it.
        found = [x if x.effect in (Effect.REPLACES, Effect.UNKNOWN) else Setting(x.name, x.before, x.after) for x in found]
    return tuple(found)


def as_text(value: Any) -> str:
    """A text that is the same for values that are the same."""
    return "" if value is ABSENT else json.dumps(value, sort_keys=True)


def _setting(kind: Kind, name: str, before: Any, after: Any, spec: Mapping[str, Any], in_place_health_checks: bool) -> Setting:
    if agree(after, before) or agree(before, after):
        return Setting(name, before, after, Effect.UNKNOWN)
    effect, why = _effect(kind, name, before, after, spec, in_place_health_checks)
    return Setting(name, before, after, effect, why)


def _effect(
    kind: Kind, name: str, before: Any, after: Any, spec: Mapping[str, Any], in_place_health_checks: bool
) -> tuple[Effect, str]:
    key = kind, name
    if key in _REPLACING:
        return Effect.REPLACES, _REPLACING[key]
    if name in _HEALTH_CHECK_KEPT and spec.get("protocol") in _NETWORK_PROTOCOLS and not in_place_health_checks:
        return Effect.REPLACES, "without the gate NLBHealthCheckAdvancedConfig a target group keeps it"
    if key in _KEPT:
        return Effect.IGNORED, _KEPT[key]
    if key in _IMMUTABLE and _is_immutable(name, before, after):
        return Effect.REFUSED, _IMMUTABLE[key]
    if after is ABSENT and name.startswith(_LEFT):
        return Effect.IGNORED, "the controller leaves it as it is"
    if key == (Kind.LOAD_BALANCER, "subnetMapping") and _has_same_subnets(before, after):
        return Effect.IGNORED, "a load balancer keeps its addresses while it keeps its subnets"
    if key == (Kind.LOAD_BALANCER, "securityGroups") and spec.get("type") == "network" and ABSENT in (before, after):
        return Effect.REFUSED, "a network load balancer has security groups from the beginning, or never"
    return Effect.IN_PLACE, ""


def _is_immutable(name: str, before: Any, after: Any) -> bool:
    """Whether the webhook refuses it: it takes the default for one that is not said."""
    return not (name == "ipAddressType" and before is ABSENT and after == "ipv4")


def _has_same_subnets(before: Any, after: Any) -> bool:
    """Whether only addresses differ; the controller looks at subnets, and at blocks for source NAT."""
    return ABSENT not in (before, after) and _looked_at(before) == _looked_at(after)


def _looked_at(mapping: Sequence[Mapping[str, Any]]) -> set[str]:
    return {as_text([subnet.get("subnetID"), subnet.get("sourceNatIpv6Prefix")]) for subnet in mapping}
