"""What the backend of a path becomes.

Facts: controller documentation, "Actions"; the controller's enhanced backend builder.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from eks_ingress.annotations import catalogue as c
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
    if service is None:
        raise member.refuse("a backend is no Service, which the controller refuses.", "Write `backend.service`.")
    port = service.get("port") or {}
    if port.get("name") == "use-annotation":
        return _from_annotation(member, service["name"], default_target_type)
    return Forward((_target_group(member, service["name"], port.get("number", port.get("name")), default_target_type),))


def _from_annotation(member: Member, name: str, default_target_type: str) -> Action:
    document = member.read(c.ACTIONS, action=name)
    if document is None:
        return Respond("503", "text/plain", "Backend action does not exist")
    kind = document.get("type")
    if kind == "redirect":
        config = document.get("redirectConfig") or {}
        parts = {part: config.get(part) for part in ("host", "path", "port", "protocol", "query")}
        return RedirectTo(config.get("statusCode", ""), **parts)
    if kind == "fixed-response":
        config = document.get("fixedResponseConfig") or {}
        return Respond(config.get("statusCode", ""), config.get("contentType"), config.get("messageBody"))
    if kind == "forward":
        tuples = (document.get("forwardConfig") or {}).get("targetGroups") or [document]
        return Forward(tuple(_of_tuple(member, entry, default_target_type) for entry in tuples))
    key = c.ACTIONS.key(action=name)
    raise member.refuse(
        f"annotation {key} has the type {kind!r}, which the controller does not know.", "Write forward, redirect or fixed-response."
    )


def _of_tuple(member: Member, entry: Mapping[str, Any], default_target_type: str) -> TargetGroup:
    weight = entry.get("weight")
    foreign = entry.get("targetGroupARN") or entry.get("targetGroupName")
    if foreign is not None:
        return TargetGroup(foreign, weight=weight)
    return _target_group(member, entry.get("serviceName", ""), entry.get("servicePort"), default_target_type, weight)


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
