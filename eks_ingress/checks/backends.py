"""What becomes of a request that a rule takes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from eks_ingress.annotations import catalogue as c
from eks_ingress.annotations import of_services as s
from eks_ingress.checks.check import ERROR, WARNING, Check, Finding, Refusal
from eks_ingress.checks.conditions import faults_of_regex
from eks_ingress.checks.reading import (
    backends_of,
    balanced,
    did_you_mean,
    members,
    planned,
    ports_of,
    services_by_namespace,
)
from eks_ingress.plan.members import Member
from eks_ingress.plan.model import Plan
from eks_ingress.plan.unknown import is_unknown
from eks_ingress.routing.names import PREFIX
from eks_ingress.source import Source


class MissingService(Refusal):
    """A backend that is a Service which does not exist; the controller refuses some of these, and answers for others."""

    id = "EKI301"
    is_mixed = True
    title = "A Service does not exist"
    why = (
        "A rule to one missing Service answers 503 as long as the controller tolerates it, which it does unless it is told not to; "
        "an action that divides requests among several is refused with its whole group."
    )
    remedy = "Add it, or correct the name; Services of other namespaces cannot be named."
    source = "controller documentation, --tolerate-non-existent-backend-service"
    example = "backend: {service: {name: wbe, port: {number: 80}}}   # where the Service is called web"
    mistakes = (1, 2)
    can_be_acknowledged = True

    def find(self, plan: Plan) -> Iterator[Finding]:
        yield from super().find(plan)
        if plan.world is None:
            return
        by_namespace = services_by_namespace(plan)
        tolerates = plan.world.flags.tolerate_missing_service
        for member in members(plan):
            known = by_namespace.get(member.namespace, set())
            # With no Service of the namespace at hand, all are taken to be elsewhere.
            if known or plan.world.complete:
                for name, among, source in _missing(member, known):
                    message = f"Service {member.namespace}/{name} is not among the manifests, which have others of its namespace."
                    if plan.world.complete and tolerates and among == 1:
                        message = f"there is no Service {member.namespace}/{name}: what leads to it answers 503."
                    elif plan.world.complete:
                        continue  # the plan refuses it
                    remedy = did_you_mean(name, known)
                    yield self.at(source, message, remedy, of=f"Ingress {member.name}", severity=WARNING)


def _missing(member: Member, known: set[str]) -> Iterator[tuple[str, int, Source]]:
    """The names of Services that are not known, among how many targets each is, and where it stands."""
    backends = backends_of(member)
    for name in backends.services.keys() - known:
        if not is_unknown(name):
            yield name, 1, member.manifest.source_of(*backends.services[name])
    for _, key, document in backends.documents(c.ACTIONS):
        targets = _targets(document)
        for target in targets:
            name = target.get("serviceName") or ""
            if name and name not in known and not is_unknown(name):
                yield name, len(targets), member.said.source_of(key)


class MissingAction(Refusal):
    """A backend that stands for an annotation which is not there; the controller answers for it, or refuses it."""

    id = "EKI105"
    is_mixed = True
    title = "An action does not exist"
    why = "A rule to a missing action answers 503, or its whole group is refused if the controller is told not to tolerate it."
    remedy = "Write the annotation; behind `actions.` stands the name of the backend."
    source = "controller documentation, Actions, --tolerate-non-existent-backend-action"
    example = "backend: {service: {name: old, port: {name: use-annotation}}}   # without an annotation actions.old"
    mistakes = (4,)
    can_be_acknowledged = True

    def find(self, plan: Plan) -> Iterator[Finding]:
        yield from super().find(plan)
        if plan.world is None or not plan.world.flags.tolerate_missing_action:
            return
        beginning = f"{PREFIX}actions."
        for member in members(plan):
            for name, pointer in backends_of(member).actions.items():
                key = beginning + name
                if key not in member.said.keys and not is_unknown(name):
                    there = (x.removeprefix(beginning) for x in member.said.keys if x.startswith(beginning))
                    message = f"there is no annotation {key}: what leads to it answers 503."
                    source = member.manifest.source_of(*pointer)
                    yield self.at(source, message, did_you_mean(name, there), of=f"Ingress {member.name}", severity=WARNING)


class NeverUsed(Check):
    """An annotation for a backend that the Ingress does not have."""

    id = "EKI112"
    title = "Actions, conditions or transforms are for a backend that there is not"
    why = "They count for the backend whose name stands behind the dot, and for no other."
    remedy = "Name a backend of this Ingress, or take the annotation out."
    source = "controller documentation, Actions, Conditions, Transforms"
    example = "conditions.wbe: '[…]'   # where the backend is called web"
    mistakes = (7,)

    def find(self, plan: Plan) -> Iterator[Finding]:
        for member in members(plan):
            keys = [key for key in member.said.keys if key.startswith(_BEGINNINGS)]
            if not keys:
                continue
            backends = backends_of(member)
            if is_unknown(" ".join((*backends.of_paths, *backends.actions))):
                continue
            for key in keys:
                kind, _, name = key.removeprefix(PREFIX).partition(".")
                used = backends.actions if kind == "actions" else backends.of_paths
                if name not in used and not is_unknown(name):
                    what = "backend has the port `use-annotation` and" if kind == "actions" else "path leads to"
                    message = f"{key} has no effect: no {what} the name {name!r}."
                    yield self.in_ingress(member, message, did_you_mean(name, used), key=key)


_BEGINNINGS = tuple(f"{PREFIX}{kind}." for kind in ("actions", "conditions", "transforms"))


class RefusedAnswer(Check):
    """A redirect or a fixed response that AWS does not take."""

    id = "EKI116"
    severity = ERROR
    title = "A redirect or fixed response has what AWS refuses"
    why = "The controller passes it on as it is, and AWS refuses the rule: this and all later ones are not made."
    remedy = "Write what Elastic Load Balancing takes."
    source = "Elastic Load Balancing API, RedirectActionConfig, FixedResponseActionConfig"
    example = """actions.old: '{"type": "redirect", "redirectConfig": {"host": "new.example.com", "statusCode": "301"}}'"""
    mistakes = (17,)

    def find(self, plan: Plan) -> Iterator[Finding]:
        secure = {name for balancer, _ in planned(plan) for name, ports in ports_of(balancer).items() if "HTTPS" in ports.values()}
        for member in members(plan):
            for _, key, document in backends_of(member).documents(c.ACTIONS):
                if document.get("type") == "redirect":
                    faults = _faults_of_redirect(document.get("redirectConfig") or {}, member.name in secure)
                elif document.get("type") == "fixed-response":
                    faults = _faults_of_response(document.get("fixedResponseConfig") or {})
                else:
                    continue
                for fault in faults:
                    yield self.in_ingress(member, f"{key} {fault}.", key=key)


_CONTENT_TYPES = ("text/plain", "text/css", "text/html", "application/javascript", "application/json")


def _faults_of_redirect(config: Mapping[str, Any], is_secure: bool) -> Iterator[str]:
    status, protocol, port = config.get("statusCode"), config.get("protocol"), config.get("port")
    if status and status not in ("HTTP_301", "HTTP_302") and not is_unknown(status):
        yield f"has the statusCode {status!r}, which is neither HTTP_301 nor HTTP_302"
    if protocol not in (None, "HTTP", "HTTPS", "#{protocol}") and not is_unknown(protocol):
        yield f"has the protocol {protocol!r}, which is none of HTTP, HTTPS and #{{protocol}}"
    if protocol == "HTTP" and is_secure:
        yield "leads from HTTPS to HTTP"
    if port not in (None, "#{port}") and not is_unknown(port) and not (_PORT.fullmatch(port) and int(port) <= 65535):
        yield f"has the port {port!r}, which is neither #{{port}} nor a number from 1 to 65535"
    for part in ("host", "path", "query"):
        text = config.get(part)
        if text is None or is_unknown(text):
            continue
        if len(text) > 128:
            yield f"has a {part} of {len(text)} characters, and AWS takes 128"
        if part == "path" and not text.startswith("/"):
            yield f"has the path {text!r}, which does not begin with '/'"
        if part == "host" and not text:
            yield "has an empty host"


_PORT = re.compile("[1-9][0-9]{0,4}")


def _faults_of_response(config: Mapping[str, Any]) -> Iterator[str]:
    status, kind = config.get("statusCode"), config.get("contentType")
    if status and not is_unknown(status) and re.fullmatch("[245][0-9]{2}", status) is None:
        yield f"has the statusCode {status!r}, which is none of 2xx, 4xx and 5xx"
    if kind and not is_unknown(kind) and kind not in _CONTENT_TYPES:
        yield f"has the contentType {kind!r}, which is none of {', '.join(_CONTENT_TYPES)}"


class NoTarget(Check):
    """A forward to nothing."""

    id = "EKI118"
    severity = ERROR
    title = "An action forwards to no target group"
    why = "The controller passes it on as it is, and AWS refuses the rule: this and all later ones are not made."
    remedy = "Name one to five targets, or write a fixed response."
    source = "Elastic Load Balancing API, ForwardActionConfig"
    example = """actions.web: '{"type": "forward", "forwardConfig": {"targetGroups": []}}'"""

    def find(self, plan: Plan) -> Iterator[Finding]:
        for member in members(plan):
            for _, key, document in backends_of(member).documents(c.ACTIONS):
                is_whole = document.get("type") == "forward" and document.get("forwardConfig") is not None
                if is_whole and not _targets(document) and document.keys().isdisjoint(("targetGroupARN", "targetGroupName")):
                    yield self.in_ingress(member, f"{key} names no target group.", key=key)


class RefusedForward(Check):
    """Weights and times that AWS does not take."""

    id = "EKI119"
    severity = ERROR
    title = "A weight or a stickiness is out of range"
    why = "The controller passes it on as it is, and AWS refuses the rule, or the listener: this and all later ones are not made."
    remedy = "Write weights from 0 to 999, and a time from 1 to 604800 seconds with stickiness."
    source = "Elastic Load Balancing API, TargetGroupTuple, TargetGroupStickinessConfig"
    example = """actions.web: '{"type": "forward", "forwardConfig": {"targetGroups": [{…, "weight": 1000}, {…, "weight": 1}]}}'"""

    def find(self, plan: Plan) -> Iterator[Finding]:
        for member in members(plan):
            for _, key, document in backends_of(member).documents(c.ACTIONS):
                for target in _targets(document):
                    weight = target.get("weight")
                    if weight is not None and not 0 <= weight <= 999:
                        yield self.in_ingress(member, f"{key} has the weight {weight}.", key=key)
                sticky = (document.get("forwardConfig") or {}).get("targetGroupStickinessConfig") or {}
                seconds = sticky.get("durationSeconds")
                if seconds is not None and not 1 <= seconds <= 604800:
                    yield self.in_ingress(member, f"{key} has a stickiness of {seconds} seconds.", key=key)
                elif sticky.get("enabled") and seconds is None:
                    yield self.in_ingress(member, f"{key} has a stickiness without durationSeconds.", key=key)
        for balancer, service in balanced(plan):
            for listener in balancer.listeners:
                # That of the Service itself; the controller looks at those of the others.
                weight = listener.targets[0].weight
                if weight is not None and not 0 <= weight <= 999:
                    key = s.ACTIONS.key(listener=f"{listener.protocol}-{listener.port}")
                    yield self.in_manifest(service.manifest, f"{key} has the baseServiceWeight {weight}.", key=key)


def _targets(document: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """The target groups of an action that forwards by `forwardConfig`."""
    is_forward = document.get("type") == "forward"
    targets: Sequence[Mapping[str, Any]] = (document.get("forwardConfig") or {}).get("targetGroups") or () if is_forward else ()
    return targets


class RefusedTransform(Check):
    """Rewrites that AWS does not take, or that change nothing."""

    id = "EKI120"
    severity = ERROR
    is_mixed = True
    title = "A rewrite has what AWS refuses"
    why = "The controller passes rewrites on as they are; a rule has one of the URL and one of the host, each with one expression."
    remedy = "Write one expression for all; it has at most 1,024 characters, and so has what it is replaced with."
    source = "Elastic Load Balancing API, RuleTransform, RewriteConfig"
    example = """transforms.web: '[{"type": "url-rewrite", "urlRewriteConfig": {"rewrites": [{…}, {…}]}}]'"""

    def find(self, plan: Plan) -> Iterator[Finding]:
        for member in members(plan):
            actions: dict[str, Any] | None = None
            for name, key, transforms in backends_of(member).documents(c.TRANSFORMS):
                for fault in _faults_of_transforms(transforms):
                    yield self.in_ingress(member, f"{key} {fault}", key=key)
                if actions is None:
                    actions = {action: document.get("type") for action, _, document in backends_of(member).documents(c.ACTIONS)}
                if actions.get(name) in ("redirect", "fixed-response"):
                    message = f"{key} has no effect: what leads to {name!r} gets a {actions[name]}, and no target gets the request."
                    yield self.in_ingress(member, message, "Take it out.", key=key, severity=WARNING)


def _faults_of_transforms(transforms: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    kinds = [transform.get("type") for transform in transforms]
    for kind in dict.fromkeys(kinds):
        if kinds.count(kind) > 1:
            yield f"has {kinds.count(kind)} of the type {kind}."
    for transform in transforms:
        config = transform.get("urlRewriteConfig" if transform.get("type") == "url-rewrite" else "hostHeaderRewriteConfig") or {}
        rewrites = config.get("rewrites") or ()
        if len(rewrites) > 1:
            yield f"has {len(rewrites)} expressions in {transform.get('type')}."
        for rewrite in rewrites:
            regex, replacement = rewrite.get("regex") or "", rewrite.get("replace") or ""
            yield from (f"is wrong: {fault}" for fault in faults_of_regex(regex, 1024))
            if len(replacement) > 1024 and not is_unknown(replacement):
                yield f"has a replacement of {len(replacement)} characters."
