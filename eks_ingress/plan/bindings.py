"""Target groups that someone else made, and what the controller's webhooks have against those who bind them.

Facts: controller documentation, "TargetGroupBinding"; the controller's mutating and validating webhooks (`webhooks/elbv2`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from eks_ingress.manifests.manifest import Manifest
from eks_ingress.manifests.target_group_binding import KIND
from eks_ingress.plan.facts import Facts
from eks_ingress.plan.model import BoundTargetGroup
from eks_ingress.plan.unknown import is_unknown
from eks_ingress.plan.world import World
from eks_ingress.refusal import Problem

_ARN = re.compile(r"arn:[^:]+:elasticloadbalancing:[^:]+:[^:]+:targetgroup/(?P<name>[^/]+)/[^/]+")
_VPC = re.compile("vpc-([0-9a-f]{8}|[0-9a-f]{17}|[0-9a-f]{32})")


def bindings(world: World) -> tuple[tuple[BoundTargetGroup, ...], list[Problem]]:
    """The bindings that the API server takes, and what is wrong with the others."""
    taken: list[BoundTargetGroup] = []
    problems: list[Problem] = []
    first: dict[str, Manifest] = {}
    for made in world.manifests:
        if made.kind != KIND:
            continue
        spec: Mapping[str, Any] = made.body.get("spec") or {}
        name = f"{made.namespace}/{made.name}"
        found = [*_problems(made, spec, world.facts), *_second(made, spec, world.facts, first)]
        problems += found
        if not found:
            service = spec.get("serviceRef") or {}
            group = spec.get("targetGroupARN") or spec.get("targetGroupName") or ""
            of = f"{made.namespace}/{service.get('name')}:{service.get('port')}"
            taken.append(BoundTargetGroup(name, group, of, spec.get("targetType"), spec, made.source))
    return tuple(taken), problems


def _problems(made: Manifest, spec: Mapping[str, Any], facts: Facts) -> Iterator[Problem]:
    """What is wrong with a binding, whatever the others are."""
    arn, name, kind = spec.get("targetGroupARN"), spec.get("targetGroupName"), spec.get("targetType")
    if not arn and not name:
        yield _problem(
            made,
            "EKI360",
            "it names no target group",
            "Write targetGroupARN, or targetGroupName.",
            "must provide either TargetGroupARN or TargetGroupName",
        )
    if _is_missing(spec, facts):
        remedy, event = "Name one of the account, or write its ARN.", "TargetGroupNotFound"
        yield _problem(made, "EKI332", f"there is no target group {name!r}", remedy, event, "targetGroupName")
    if kind == "ip" and spec.get("nodeSelector") is not None:
        yield _problem(
            made,
            "EKI361",
            "it has a nodeSelector, and its targets are pods",
            "Leave nodeSelector out, or write targetType: instance if the target group is of that type.",
            "TargetGroupBinding cannot set NodeSelector when TargetType is ip",
            "nodeSelector",
        )
    vpc = spec.get("vpcID")
    if vpc and not is_unknown(vpc) and _VPC.fullmatch(vpc) is None:
        remedy, event = "Write its id, or leave it out.", f"ValidationError: vpcID {vpc} failed to satisfy constraint:"
        yield _problem(made, "EKI363", f"{vpc!r} is no id of a VPC", remedy, event, "vpcID")
    if kind == "instance" and spec.get("iamRoleArnToAssume"):
        yield _problem(
            made,
            "EKI364",
            "its targets are nodes, and it takes on a role of another account",
            "Make a target group of the type ip, and write targetType: ip.",
            "Unable to use instance target type while using assume role",
            "targetType",
        )
    if kind == "instance" and spec.get("targetGroupProtocol") in ("QUIC", "TCP_QUIC"):
        yield _problem(
            made,
            "EKI364",
            f"its targets are nodes, and the protocol is {spec['targetGroupProtocol']}",
            "Make a target group of the type ip, and write targetType: ip.",
            "QUIC protocol is not supported for Instance target types.",
            "targetType",
        )


def _is_missing(spec: Mapping[str, Any], facts: Facts) -> bool:
    """Whether it names what the account is known not to have; of other accounts nothing is known."""
    name = spec.get("targetGroupName")
    if spec.get("targetGroupARN") or spec.get("iamRoleArnToAssume") or not name or is_unknown(name):
        return False
    return facts.target_groups is not None and Facts.arn(facts.target_groups, name) is None


def _second(made: Manifest, spec: Mapping[str, Any], facts: Facts, first: dict[str, Manifest]) -> Iterator[Problem]:
    """A problem for all but the first binding of a target group, unless each says that it is not alone.

    `first` holds the first of each, and gets this one if it is.
    """
    arn = _arn(spec, facts)
    names = list(_names(spec, arn))
    other = next((first[name] for name in names if name in first), made)
    first |= dict.fromkeys(names, other)
    alone = [x.get("multiClusterTargetGroup") for x in (spec, other.body.get("spec") or {})]
    if other is made or alone == [True, True] or any(map(is_unknown, alone)):
        return
    group = arn or spec.get("targetGroupName")
    yield _problem(
        made,
        "EKI362",
        f"target group {group} is bound by {other.namespace}/{other.name} as well, {other.source}",
        "Write multiClusterTargetGroup: true in both, or bind a target group of its own.",
        f"TargetGroup {group} is already bound to following TargetGroupBindings" if arn else "TargetGroup",
    )


def _arn(spec: Mapping[str, Any], facts: Facts) -> str | None:
    """The ARN of the target group, None where only its name is known."""
    arn, name = spec.get("targetGroupARN"), spec.get("targetGroupName")
    if not arn and name and not spec.get("iamRoleArnToAssume"):
        return Facts.arn(facts.target_groups or (), name)
    return arn or None


def _names(spec: Mapping[str, Any], arn: str | None) -> Iterator[str]:
    """What tells the target group from others: its ARN, and its name within its account, which is the cluster's without a role."""
    if arn is not None:
        yield arn
    found = _ARN.fullmatch(arn or "")
    by_name = None if spec.get("targetGroupARN") else spec.get("targetGroupName")
    if name := by_name if found is None else found["name"]:
        yield f"{name} of {spec.get('iamRoleArnToAssume') or 'the cluster'}"


def _problem(made: Manifest, id: str, what: str, remedy: str, event: str, field: str = "") -> Problem:
    source = made.source_of("spec", field) if field else made.source
    reason = f"{KIND} {made.namespace}/{made.name}: {what}; the controller's webhook refuses it."
    return Problem(reason, remedy, source, id, event)
