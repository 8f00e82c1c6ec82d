"""What the backend of a path becomes.

Facts: controller documentation, "Actions"; the controller's enhanced backend builder.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from eks_ingress.annotations import catalogue as c
from eks_ingress.annotations.grammar import Int, Unreadable
from eks_ingress.plan.facts import Facts
from eks_ingress.plan.members import Group, Member
from eks_ingress.plan.model import Action, Forward, RedirectTo, Respond, Stickiness, Target
from eks_ingress.plan.services import Backend
from eks_ingress.plan.target_groups import TargetGroups
from eks_ingress.plan.unknown import is_unknown, unknown
from eks_ingress.refusal import Refused

NO_ACTION = "Backend action does not exist"
NO_SERVICE = "Backend service does not exist"


class Resolved(NamedTuple):
    """What a backend becomes."""

    action: Action | Refused
    """What is done, or why it cannot be."""
    only_service: Backend | None
    """The one Service that it forwards to; None where there are several, or none."""


class Wrong(Exception):
    """Raised for a part of an action that the controller refuses: what is wrong, and the controller's words."""

    def __init__(self, what: str, event: str) -> None:
        self.what = what
        self.event = event
        super().__init__(what)


class Backends:
    """The backends of one load balancer, each looked at once."""

    def __init__(self, group: Group, target_groups: TargetGroups) -> None:
        self._group = group
        self._target_groups = target_groups
        self._found: dict[tuple[Member, str, int | str], Resolved | Refused] = {}

    def resolve(self, member: Member, backend: Mapping[str, Any]) -> Resolved:
        """What a backend becomes: a Service, or the `actions` annotation that it names. Raises `Refused`."""
        service = backend.get("service")
        if not isinstance(service, Mapping):
            event = 'missing required "service" field'
            raise member.refuse(
                "EKI103", "a backend is no Service, which the controller refuses.", "Write `backend.service`.", event
            )
        name, port = service.get("name"), service.get("port")
        if not isinstance(name, str) or not isinstance(port, Mapping) or not (port.get("name") or port.get("number")):
            raise member.refuse(
                "EKI110", f"the backend {dict(service)!r} lacks a name or a port.", "Write both, the port as number or name."
            )
        # Most paths of an Ingress lead to a Service that another one leads to as well.
        to = (member, name, port.get("name") or port["number"])
        if to not in self._found:
            try:
                self._found[to] = self._resolved(*to)
            except Refused as refused:
                self._found[to] = refused
        found = self._found[to]
        if isinstance(found, Refused):
            raise found
        return found

    def _resolved(self, member: Member, name: str, port: int | str) -> Resolved:
        if port == "use-annotation":
            return self._from_annotation(member, name)
        return self._to_service(member, name, port)

    def _to_service(self, member: Member, name: str, port: int | str) -> Resolved:
        service = self._service(member, name, alone=True)
        if service is None:
            return Resolved(Respond("503", "text/plain", NO_SERVICE), None)
        try:
            target_group = self._target_groups.of(member, service, port)
        except Refused as refused:
            return Resolved(refused, service)
        return Resolved(Forward((Target(f"{service.full_name}:{port}", group=target_group),)), service)

    def _service(self, member: Member, name: str, *, alone: bool) -> Backend | None:
        """A Service of the Ingress's namespace; None where it does not exist and the rule answers 503. Raises `Refused`."""
        service = self._group.world.service(member.namespace, name)
        if service is None and not (alone and self._group.world.flags.tolerate_missing_service):
            raise member.refuse(
                "EKI301",
                f"there is no Service {member.namespace}/{name}.",
                "Add it, or correct the name; Services of other namespaces cannot be named.",
                f'services "{name}" not found',
            )
        return service

    def _from_annotation(self, member: Member, name: str) -> Resolved:
        document = member.read(c.ACTIONS, name=name)
        if document is None:
            if member.said.text(c.ACTIONS, name=name) is not None:  # what it becomes is not known yet
                return Resolved(Respond(unknown(f"action {name}")), None)
            if self._group.world.flags.tolerate_missing_action:
                return Resolved(Respond("503", "text/plain", NO_ACTION), None)
            key = c.ACTIONS.key(name=name)
            raise member.refuse("EKI105", f"there is no annotation {key}.", "Write it.", f"missing actions.{name} configuration")
        try:
            return self._action(member, document)
        except Wrong as wrong:
            raise member.refuse(
                "EKI104",
                f"annotation {c.ACTIONS.key(name=name)} {wrong.what}.",
                "Correct it; the controller's documentation has examples under 'Actions'.",
                wrong.event,
                at=c.ACTIONS,
                name=name,
            ) from None

    def _action(self, member: Member, document: Mapping[str, Any]) -> Resolved:
        match kind := document.get("type") or "":
            case "redirect":
                config = _required(document, "redirectConfig", "missing RedirectConfig")
                status = _required(config, "statusCode", "invalid RedirectConfig: statusCode is required")
                parts = {part: config.get(part) for part in ("host", "path", "port", "protocol", "query")}
                return Resolved(RedirectTo(status, **parts), None)
            case "fixed-response":
                config = _required(document, "fixedResponseConfig", "missing FixedResponseConfig")
                status = _required(config, "statusCode", "invalid FixedResponseConfig: statusCode is required")
                return Resolved(Respond(status, config.get("contentType"), config.get("messageBody")), None)
            case "forward":
                return self._forward(member, document)
            case _:
                raise Wrong(
                    f"has the type {kind!r}, which the controller does not know: forward, redirect or fixed-response",
                    f"unknown action type: {kind}",
                )

    def _forward(self, member: Member, document: Mapping[str, Any]) -> Resolved:
        foreign, config = _foreign(document), document.get("forwardConfig")
        if foreign is not None and config is not None:
            event = "either ForwardConfig or TargetGroupARN/TargetGroupName can be specified"
            raise Wrong("has both a target group and forwardConfig", event)
        if foreign is not None:
            return Resolved(Forward((self._target(member, document),)), None)
        if config is None:
            raise Wrong("has no forwardConfig", "missing ForwardConfig or TargetGroupARN/TargetGroupName")
        entries = config.get("targetGroups") or []
        for entry in entries:
            _require_whole(entry)
        if len(entries) > 1 and any(entry.get("weight") is None for entry in entries):
            event = "invalid ForwardConfig: weight must be set when route to multiple target groups"
            raise Wrong("has several target groups, and not each has a weight", event)
        names = dict.fromkeys(entry["serviceName"] for entry in entries if entry.get("serviceName") is not None)
        alone = len(entries) == 1
        services = {name: self._service(member, name, alone=alone) for name in names}
        if None in services.values():
            return Resolved(Respond("503", "text/plain", NO_SERVICE), None)
        only_service = next(iter(services.values()), None) if alone else None
        try:
            targets = tuple(self._target(member, entry, services.get(str(entry.get("serviceName")))) for entry in entries)
        except Refused as refused:
            return Resolved(refused, only_service)
        sticky = config.get("targetGroupStickinessConfig")
        stickiness = None if sticky is None else Stickiness(sticky.get("enabled"), sticky.get("durationSeconds"))
        return Resolved(Forward(targets, stickiness), only_service)

    def _target(self, member: Member, entry: Mapping[str, Any], service: Backend | None = None) -> Target:
        weight = entry.get("weight")
        if service is not None:
            port = _port(entry["servicePort"])
            return Target(f"{service.full_name}:{port}", weight, self._target_groups.of(member, service, port))
        arn, name = entry.get("targetGroupARN"), entry.get("targetGroupName")
        facts = self._group.world.facts
        if arn is not None or facts.target_groups is None or is_unknown(name):
            return Target(str(name if arn is None else arn), weight)
        found = Facts.arn(facts.target_groups, str(name))
        if found is None:
            raise member.refuse(
                "EKI332",
                f"there is no target group {name!r}.",
                "Name one of the account, or write its ARN.",
                f"searching TargetGroup with name {name}:",
            )
        return Target(found, weight)


def _foreign(document: Mapping[str, Any]) -> str | None:
    """The target group that a document names itself."""
    arn: str | None = document.get("targetGroupARN")
    name: str | None = document.get("targetGroupName")
    return name if arn is None else arn


def _require_whole(entry: Mapping[str, Any]) -> None:
    before = "invalid ForwardConfig: invalid TargetGroupTuple:"
    has_service = entry.get("serviceName") is not None
    if (_foreign(entry) is None) != has_service:
        event = (
            f"{before} either serviceName or targetGroupARN/targetGroupName can be specified"
            if has_service
            else f"{before} missing serviceName or targetGroupARN/targetGroupName"
        )
        raise Wrong("has a target group with neither or both of serviceName and an ARN or name", event)
    if has_service and entry.get("servicePort") is None:
        raise Wrong("has no servicePort", f"{before} missing servicePort")


def _port(said: int | str) -> int | str:
    """A port as the controller reads it, which takes a number for one even where it is written as text."""
    try:
        return Int().decode(said) if isinstance(said, str) else said
    except Unreadable:
        return said


def _required(document: Mapping[str, Any], name: str, event: str) -> Any:
    """A part that must be there; an empty text counts as none. Raises `Wrong`."""
    value = document.get(name)
    if value in (None, ""):
        raise Wrong(f"has no {name}", event)
    return value
