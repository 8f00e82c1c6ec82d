"""What the backend of a path becomes.

Facts: controller documentation, "Actions"; the controller's enhanced backend builder.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from eks_ingress.annotations import catalogue as c
from eks_ingress.annotations.grammar import Unreadable
from eks_ingress.plan.members import Member
from eks_ingress.plan.model import Action, Forward, RedirectTo, Respond, TargetGroup


def action(member: Member, backend: Mapping[str, Any], default_target_type: str) -> Action:
    """The action of a backend: a Service, or the `actions` annotation that it names. Raises `Refused`."""
    service = backend.get("service")
    if not isinstance(service, Mapping):
        raise member.refuse("a backend is no Service, which the controller refuses.", "Write `backend.service`.")
    name, port = service.get("name"), service.get("port")
    if not isinstance(name, str) or not isinstance(port, Mapping) or not (port.get("name") or port.get("number")):
        raise member.refuse(f"the backend {dict(service)!r} lacks a name or a port.", "Write both, the port as number or name.")
    # Most paths of an Ingress lead to a Service that another one leads to as well.
    to = (name, port.get("number") or port.get("name"))
    if to not in member.actions:
        member.actions[to] = _from_backend(member, name, to[1], default_target_type)
    return member.actions[to]


def _from_backend(member: Member, name: str, port: int | str | None, default_target_type: str) -> Action:
    if port == "use-annotation":
        return _from_annotation(member, name, default_target_type)
    return Forward((_target_group(member, name, port, default_target_type),))


def _from_annotation(member: Member, name: str, default_target_type: str) -> Action:
    document = member.read(c.ACTIONS, name=name)
    if document is None:
        return Respond("503", "text/plain", "Backend action does not exist")
    try:
        return _action(member, document, default_target_type)
    except Unreadable as unreadable:
        reason = f"annotation {c.ACTIONS.key(name=name)} {unreadable}."
        raise member.refuse(reason, "Correct it; the controller's documentation has examples under 'Actions'.") from None


def _action(member: Member, document: Mapping[str, Any], default_target_type: str) -> Action:
    match kind := document.get("type"):
        case "redirect":
            config = _required(document, "redirectConfig")
            parts = {part: config.get(part) for part in ("host", "path", "port", "protocol", "query")}
            return RedirectTo(_required(config, "statusCode"), **parts)
        case "fixed-response":
            config = _required(document, "fixedResponseConfig")
            status = _required(config, "statusCode")
            return Respond(status, config.get("contentType"), config.get("messageBody"))
        case "forward":
            return _forward(member, document, default_target_type)
        case _:
            raise Unreadable(f"has the type {kind!r}, which the controller does not know: forward, redirect or fixed-response")


def _forward(member: Member, document: Mapping[str, Any], default_target_type: str) -> Forward:
    foreign, config = _foreign(document), document.get("forwardConfig")
    if foreign is not None and config is not None:
        raise Unreadable("has both a target group and forwardConfig")
    if foreign is not None:
        return Forward((TargetGroup(foreign),))
    entries = _required(_required(document, "forwardConfig"), "targetGroups")
    if not entries:
        raise Unreadable("forwards to no target group, which AWS refuses")
    groups = tuple(_of_entry(member, entry, default_target_type) for entry in entries)
    if len(groups) > 1 and any(group.weight is None for group in groups):
        raise Unreadable("has several target groups, and not each has a weight")
    return Forward(groups)


def _of_entry(member: Member, entry: Mapping[str, Any], default_target_type: str) -> TargetGroup:
    foreign, name, weight = _foreign(entry), entry.get("serviceName"), entry.get("weight")
    if (foreign is None) == (name is None):
        raise Unreadable("has a target group with neither or both of serviceName and an ARN or name")
    if foreign is not None:
        return TargetGroup(foreign, weight=weight)
    return _target_group(member, str(name), _required(entry, "servicePort"), default_target_type, weight)


def _foreign(document: Mapping[str, Any]) -> str | None:
    """The target group that a document names itself."""
    arn: str | None = document.get("targetGroupARN")
    name: str | None = document.get("targetGroupName")
    return name if arn is None else arn


def _required(document: Mapping[str, Any], name: str) -> Any:
    """A part that must be there; an empty text counts as none. Raises `Unreadable`."""
    value = document.get(name)
    if value in (None, ""):
        raise Unreadable(f"has no {name}")
    return value


def _target_group(
    member: Member, name: str, port: int | str | None, default_target_type: str, weight: int | None = None
) -> TargetGroup:
    return TargetGroup(
        f"{member.manifest.namespace}/{name}:{port}",
        member.of_class.says("targetType") or member.read(c.TARGET_TYPE) or default_target_type,
        member.health_check,
        weight,
    )
