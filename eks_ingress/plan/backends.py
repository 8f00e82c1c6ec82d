"""What the backend of a path becomes.

Facts: controller documentation, "Actions"; the controller's enhanced backend builder.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from eks_ingress.annotations import catalogue as c
from eks_ingress.annotations.grammar import Unreadable, field, required
from eks_ingress.plan.members import Member
from eks_ingress.plan.model import Action, Forward, RedirectTo, Respond, TargetGroup

_HEALTH_CHECK = (
    c.HEALTHCHECK_PATH,
    c.HEALTHCHECK_PORT,
    c.HEALTHCHECK_PROTOCOL,
    c.HEALTHCHECK_INTERVAL,
    c.HEALTHCHECK_TIMEOUT,
    c.HEALTHY_THRESHOLD,
    c.UNHEALTHY_THRESHOLD,
    c.SUCCESS_CODES,
)


def action(member: Member, backend: Mapping[str, Any], default_target_type: str) -> Action:
    """The action of a backend: a Service, or the `actions` annotation that it names. Raises `Refused`."""
    service = backend.get("service")
    if not isinstance(service, Mapping):
        raise member.refuse("a backend is no Service, which the controller refuses.", "Write `backend.service`.")
    name, port = service.get("name"), service.get("port")
    if not isinstance(name, str) or not isinstance(port, Mapping) or not (port.get("name") or port.get("number")):
        raise member.refuse(f"the backend {dict(service)!r} lacks a name or a port.", "Write both, the port as number or name.")
    if port.get("name") == "use-annotation":
        return _from_annotation(member, name, default_target_type)
    return Forward((_target_group(member, name, port.get("number") or port.get("name"), default_target_type),))


def _from_annotation(member: Member, name: str, default_target_type: str) -> Action:
    document = member.read(c.ACTIONS, action=name)
    if document is None:
        return Respond("503", "text/plain", "Backend action does not exist")
    try:
        return _action(member, document, default_target_type)
    except Unreadable as unreadable:
        reason = f"annotation {c.ACTIONS.key(action=name)} {unreadable}."
        raise member.refuse(reason, "Correct it; the controller's documentation has examples under 'Actions'.") from None


def _action(member: Member, document: Mapping[str, Any], default_target_type: str) -> Action:
    match kind := field(document, "type", str):
        case "redirect":
            config = required(document, "redirectConfig", dict)
            parts = {part: field(config, part, str) for part in ("host", "path", "port", "protocol", "query")}
            return RedirectTo(required(config, "statusCode", str), **parts)
        case "fixed-response":
            config = required(document, "fixedResponseConfig", dict)
            status = required(config, "statusCode", str)
            return Respond(status, field(config, "contentType", str), field(config, "messageBody", str))
        case "forward":
            return _forward(member, document, default_target_type)
        case _:
            raise Unreadable(f"has the type {kind!r}, which the controller does not know: forward, redirect or fixed-response")


def _forward(member: Member, document: Mapping[str, Any], default_target_type: str) -> Forward:
    foreign, config = _foreign(document), field(document, "forwardConfig", dict)
    if foreign is not None and config is not None:
        raise Unreadable("has both a target group and forwardConfig")
    if foreign is not None:
        return Forward((TargetGroup(foreign),))
    entries = required(required(document, "forwardConfig", dict), "targetGroups", list)
    if not entries:
        raise Unreadable("forwards to no target group, which AWS refuses")
    groups = tuple(_of_entry(member, entry, default_target_type) for entry in entries)
    if len(groups) > 1 and any(group.weight is None for group in groups):
        raise Unreadable("has several target groups, and not each has a weight")
    return Forward(groups)


def _of_entry(member: Member, entry: object, default_target_type: str) -> TargetGroup:
    if not isinstance(entry, dict):
        raise Unreadable(f"has {entry!r} in place of a target group")
    foreign, name, weight = _foreign(entry), field(entry, "serviceName", str), field(entry, "weight", int)
    if (foreign is None) == (name is None):
        raise Unreadable("has a target group with neither or both of serviceName and an ARN or name")
    if foreign is not None:
        return TargetGroup(foreign, weight=weight)
    return _target_group(member, str(name), required(entry, "servicePort", (int, str)), default_target_type, weight)


def _foreign(document: Mapping[str, Any]) -> str | None:
    """The target group that a document names itself."""
    arn: str | None = field(document, "targetGroupARN", str)
    name: str | None = field(document, "targetGroupName", str)
    return name if arn is None else arn


def _target_group(
    member: Member, name: str, port: int | str | None, default_target_type: str, weight: int | None = None
) -> TargetGroup:
    checks = ((annotation.name, member.read(annotation)) for annotation in _HEALTH_CHECK)
    return TargetGroup(
        f"{member.manifest.namespace}/{name}:{port}",
        member.read(c.TARGET_TYPE) or default_target_type,
        tuple((name, str(value)) for name, value in checks if value is not None),
        weight,
    )
