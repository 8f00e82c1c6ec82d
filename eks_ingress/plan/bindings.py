"""Target groups that someone else made, and what the controller's webhooks have against those who bind them.

Facts: controller documentation, "TargetGroupBinding"; the controller's mutating and validating webhooks (`webhooks/elbv2`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from eks_ingress.manifests.controller_kinds import BINDING_KIND
from eks_ingress.manifests.manifest import Manifest
from eks_ingress.plan.facts import Facts
from eks_ingress.plan.model import BoundTargetGroup
from eks_ingress.plan.target_group_fact import TargetGroupFact
from eks_ingress.plan.unknown import is_unknown
from eks_ingress.plan.world import World
from eks_ingress.refusal import Problem

ARN = re.compile(r"arn:[^:]+:elasticloadbalancing:[^:]+:[^:]+:targetgroup/(?P<name>[^/]+)/[^/]+")
"""The ARN of a target group, with its name."""
_VPC = re.compile("vpc-([0-9a-f]{8}|[0-9a-f]{17}|[0-9a-f]{32})")


def bindings(world: World) -> tuple[tuple[BoundTargetGroup, ...], list[Problem]]:
    """The bindings that the API server takes, and what is wrong with the others."""
    taken: list[BoundTargetGroup] = []
    problems: list[Problem] = []
    first: dict[str, Manifest] = {}
    for made in world.manifests:
        if made.kind != BINDING_KIND:
            continue
        spec: Mapping[str, Any] = made.body.get("spec") or {}
        fact = fact_of(spec, world.facts)
        found = [
            *_unnamed(made, spec, fact, world.facts),
            *_misfits(made, spec, fact),
            *_wrong_targets(made, filled(spec, fact)),
            *_second(made, spec, fact, first),
        ]
        problems += found
        if not found:
            service = spec.get("serviceRef") or {}
            group = spec.get("targetGroupARN") or spec.get("targetGroupName") or ""
            of = f"{made.namespace}/{service.get('name')}:{service.get('port')}"
            kind = filled(spec, fact).get("targetType")
            taken.append(BoundTargetGroup(f"{made.namespace}/{made.name}", group, of, kind, spec, made.source))
    return tuple(taken), problems


def fact_of(spec: Mapping[str, Any], facts: Facts) -> TargetGroupFact | None:
    """What is stated of the target group; by name, of one in the account of the cluster, or in that of the role."""
    arn, name, role = spec.get("targetGroupARN"), spec.get("targetGroupName"), spec.get("iamRoleArnToAssume")
    for fact in facts.target_groups or ():
        assert isinstance(fact, TargetGroupFact)
        if fact.id == arn if arn else fact.name == name and (not role or _account(fact.id) == _account(role)):
            return fact
    return None


def filled(spec: Mapping[str, Any], fact: TargetGroupFact | None) -> Mapping[str, Any]:
    """What a binding says, with what the webhook writes into it from its target group, as far as that is stated."""
    if fact is None:
        return spec
    stated = {
        "targetGroupARN": fact.id,
        "targetType": fact.target_type,
        "targetGroupProtocol": fact.protocol,
        "ipAddressType": fact.ip_address_type,
        "vpcID": fact.vpc,
    }
    return {**{field: value for field, value in stated.items() if value is not None}, **_said(spec)}


def _said(spec: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that are not empty."""
    return {field: value for field, value in spec.items() if value not in (None, "")}


def _account(arn: str) -> str:
    return arn.split(":")[4] if arn.count(":") >= _COLONS else arn


_COLONS = 5
"""How many an ARN has at least."""


def _unnamed(made: Manifest, spec: Mapping[str, Any], fact: TargetGroupFact | None, facts: Facts) -> Iterator[Problem]:
    """A problem with a binding that names no target group, or none that there is; of other accounts nothing is known."""
    arn, name = spec.get("targetGroupARN"), spec.get("targetGroupName")
    if not arn and not name:
        yield _problem(
            made,
            "EKI360",
            "it names no target group",
            "Write targetGroupARN, or targetGroupName.",
            "must provide either TargetGroupARN or TargetGroupName",
        )
    elif fact is None and facts.target_groups is not None and not is_unknown(arn or name) and not spec.get("iamRoleArnToAssume"):
        remedy, field = "Name one of the account.", "targetGroupARN" if arn else "targetGroupName"
        event = _first_question(spec) if arn else "TargetGroupNotFound"
        yield _problem(made, "EKI332", f"there is no target group {arn or name!r}", remedy, event, field)


def _first_question(spec: Mapping[str, Any]) -> str:
    """The controller's words for what its webhooks ask AWS first of a target group: what the binding leaves open, or else IPv6."""
    asked = {
        "targetType": "couldn't determine TargetType",
        "ipAddressType": "unable to get target group IP address type",
        "vpcID": "unable to get target group VpcID",
        "targetGroupProtocol": "couldn't determine TargetGroup protocol",
    }
    return next((words for field, words in asked.items() if not spec.get(field)), asked["ipAddressType"])


def _misfits(made: Manifest, spec: Mapping[str, Any], fact: TargetGroupFact | None) -> Iterator[Problem]:
    """What a binding says of its target group and is not so."""
    vpc: str = spec.get("vpcID") or ""
    no_vpc = bool(vpc) and not is_unknown(vpc) and _VPC.fullmatch(vpc) is None
    if no_vpc:
        remedy, event = "Write its id, or leave it out.", f"ValidationError: vpcID {vpc} failed to satisfy constraint:"
        yield _problem(made, "EKI363", f"{vpc!r} is no id of a VPC", remedy, event, "vpcID")
    if fact is None:
        return
    if fact.target_type in ("lambda", "alb") and not spec.get("targetType"):
        what = f"its target group has targets of the type {fact.target_type}"
        event = f"unsupported TargetType: {fact.target_type}"
        yield _problem(made, "EKI363", what, "Bind a target group of the type ip, or instance.", event)
    for field, stated, event in (
        ("ipAddressType", fact.ip_address_type, f"invalid IP address type {fact.ip_address_type} for TargetGroup {fact.id}"),
        ("vpcID", None if no_vpc else fact.vpc, f"invalid VpcID {vpc} doesnt match VpcID from TargetGroup {fact.id}"),
        ("targetGroupProtocol", fact.protocol, f"TargetGroup {fact.id} protocol differs"),
    ):
        said = spec.get(field)
        if said and stated is not None and not is_unknown(said) and said != stated:
            what = f"{field} is {said!r}, and that of the target group {stated!r}"
            yield _problem(made, "EKI363", what, "Leave it out, or write that.", event, field)


def _wrong_targets(made: Manifest, spec: Mapping[str, Any]) -> Iterator[Problem]:
    """What does not go with the targets that a binding has, or that its target group gives it."""
    kind = spec.get("targetType")
    if kind == "ip" and spec.get("nodeSelector") is not None:
        yield _problem(
            made,
            "EKI361",
            "it has a nodeSelector, and its targets are pods",
            "Leave nodeSelector out, or write targetType: instance if the target group is of that type.",
            "TargetGroupBinding cannot set NodeSelector when TargetType is ip",
            "nodeSelector",
        )
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


def _second(made: Manifest, spec: Mapping[str, Any], fact: TargetGroupFact | None, first: dict[str, Manifest]) -> Iterator[Problem]:
    """A problem for all but the first binding of a target group, unless each says that it is not alone.

    `first` holds the first of each, and gets this one if it is.
    """
    arn = spec.get("targetGroupARN") or (None if fact is None else fact.id)
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


def _names(spec: Mapping[str, Any], arn: str | None) -> Iterator[str]:
    """What tells the target group from others: its ARN, and its name within its account, which is the cluster's without a role."""
    if arn is not None:
        yield arn
    found = ARN.fullmatch(arn or "")
    by_name = None if spec.get("targetGroupARN") else spec.get("targetGroupName")
    if name := by_name if found is None else found["name"]:
        yield f"{name} of {spec.get('iamRoleArnToAssume') or 'the cluster'}"


def _problem(made: Manifest, id: str, what: str, remedy: str, event: str, field: str = "") -> Problem:
    source = made.source_of("spec", field) if field else made.source
    reason = f"{BINDING_KIND} {made.namespace}/{made.name}: {what}; the controller's webhook refuses it."
    return Problem(reason, remedy, source, id, event)
