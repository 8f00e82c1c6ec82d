"""TargetGroupBindings that the API server takes, and that do not do what they say.

Facts: controller documentation, "TargetGroupBinding"; controller source, resource manager of bindings, endpoint resolver and
networking manager; Kubernetes API, LabelSelector.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from eks_ingress.checks.check import ERROR, WARNING, Check, Finding, name_of
from eks_ingress.checks.reading import did_you_mean, manifests, services_by_namespace
from eks_ingress.manifests.controller_kinds import BINDING_KIND
from eks_ingress.manifests.manifest import Manifest, Pointer
from eks_ingress.plan.bindings import ARN, fact_of, filled
from eks_ingress.plan.blocks import is_block
from eks_ingress.plan.model import Plan
from eks_ingress.plan.services import Backend
from eks_ingress.plan.unknown import is_unknown
from eks_ingress.refusal import Refusals

_ROLE = re.compile(r"arn:[^:]+:iam::\d{12}:role/.+")


def _bindings(plan: Plan) -> Iterator[tuple[Manifest, Mapping[str, Any]]]:
    """The bindings, each with its spec as the webhook fills it in."""
    for made in manifests(plan, BINDING_KIND):
        spec: Mapping[str, Any] = made.body.get("spec") or {}
        yield made, spec if plan.world is None else filled(spec, fact_of(spec, plan.world.facts))


def _service(plan: Plan, made: Manifest, spec: Mapping[str, Any]) -> Backend | None:
    """The Service of a binding, None where it is not known."""
    name = (spec.get("serviceRef") or {}).get("name")
    if plan.world is None or not isinstance(name, str) or is_unknown(name):
        return None
    return plan.world.service(made.namespace, name)


class _OfBinding(Check):
    """A check of one field of a binding."""

    def in_field(self, made: Manifest, *field: str | int, says: str, remedy: str | None = None, **more: Any) -> Finding:
        """What is wrong with a field of the spec."""
        pointer: Pointer = ("spec", *field)
        return self.at(made.source_of(*pointer), says, remedy, of=name_of(made), **more)


class NotThere(_OfBinding):
    """A Service, or a port of it, that is not there."""

    id = "EKI365"
    severity = ERROR
    is_mixed = True
    title = "A TargetGroupBinding names a Service, or a port, that does not exist"
    why = (
        "The controller reports BackendNotFound, and takes all targets out of the target group until the Service has the port. It "
        "looks in the namespace of the binding, by the number of the port in the Service or by its name."
    )
    remedy = "Name one that is there."
    source = "controller source, endpoint resolver"
    example = "serviceRef: {name: web, port: 8080}   # where 8080 is the targetPort"

    def find(self, plan: Plan) -> Iterator[Finding]:
        known = services_by_namespace(plan)
        for made, spec in _bindings(plan):
            service, reference = _service(plan, made, spec), spec.get("serviceRef") or {}
            name, port = str(reference.get("name")), reference.get("port")
            others = known.get(made.namespace, set())
            if is_unknown(name) or plan.world is None:
                continue
            if service is None or (service.manifest is None and others):
                whole = plan.world.complete
                says = "does not exist" if whole else "is not among the manifests, which have others of its namespace"
                message = f"Service {made.namespace}/{name} {says}."
                meant = did_you_mean(name, others)
                yield self.in_field(made, "serviceRef", says=message, remedy=meant, severity=ERROR if whole else WARNING)
            elif service.manifest is not None and not is_unknown(port) and service.port(port or 0) is None:
                digits = isinstance(port, str) and port.isdecimal() and service.port(int(port)) is not None
                ports = ", ".join(service.ports) or "it has none"
                remedy = "Write it without quotes: it is a number." if digits else f"Name one of its ports: {ports}."
                message = f"Service {service.full_name} has no port {port!r}."
                yield self.in_field(made, "serviceRef", says=message, remedy=remedy)


class NoPortOnNodesOfBinding(_OfBinding):
    """Nodes as targets, and a Service without port on them."""

    id = "EKI366"
    severity = ERROR
    title = "A TargetGroupBinding registers nodes, and the Service has no port on them"
    why = "Of the target type instance are the nodes, on a port that only Services of the types NodePort and LoadBalancer have."
    remedy = "Make the Service one of the type NodePort, or bind a target group of the type ip."
    source = "controller source, endpoint resolver"
    example = "targetType: instance   # with a Service of the type ClusterIP"

    def find(self, plan: Plan) -> Iterator[Finding]:
        for made, spec in _bindings(plan):
            service = _service(plan, made, spec) if spec.get("targetType") == "instance" else None
            if service is not None and service.kind in ("ClusterIP", "ExternalName"):
                message = f"Service {service.full_name} is of the type {service.kind}."
                yield self.in_field(made, "targetType", says=message)


class WrongNodeSelector(_OfBinding):
    """A choice of nodes that the controller cannot read."""

    id = "EKI367"
    severity = ERROR
    title = "nodeSelector of a TargetGroupBinding is none"
    why = "Kubernetes takes it as it is; the controller cannot read it, and registers nothing."
    remedy = "Write it as Kubernetes has it."
    source = "Kubernetes API, LabelSelector"
    example = "nodeSelector: {matchExpressions: [{key: pool, operator: Is, values: [web]}]}"

    def find(self, plan: Plan) -> Iterator[Finding]:
        for made, spec in _bindings(plan):
            for message, remedy in _not_a_selector(spec["nodeSelector"]) if spec.get("nodeSelector") else ():
                yield self.in_field(made, "nodeSelector", says=message, remedy=remedy)


def _not_a_selector(selector: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What keeps a selector from being one, and what to do."""
    from eks_ingress.routing.labels import LabelExpression, LabelOperator, LabelSelector  # noqa: PLC0415 - few choose nodes

    known = {operator.value: operator for operator in LabelOperator}
    refusals = Refusals()
    with refusals.gather():
        labels = (selector.get("matchLabels") or {}).items()
        LabelSelector({key: value for key, value in labels if not is_unknown(key) and not is_unknown(value)})
    for expression in selector.get("matchExpressions") or ():
        key, operator, values = (expression.get(name) for name in ("key", "operator", "values"))
        if any(map(is_unknown, (key, operator, *(values or ())))):
            continue
        remedy = "Write In, NotIn, Exists or DoesNotExist."
        refusals.require(operator in known, "operator", operator, "is none of Kubernetes'", remedy)
        if operator in known:
            with refusals.gather():
                LabelExpression(key, known[operator], tuple(values or ()))
    yield from ((problem.reason, problem.remedy) for problem in refusals.problems)


class WrongNetworking(_OfBinding):
    """Rules for the security groups of targets that the controller cannot apply, or that open nothing."""

    id = "EKI368"
    severity = ERROR
    is_mixed = True
    title = "A rule in networking of a TargetGroupBinding opens nothing"
    why = "What it cannot read, the controller tries on and on, and applies no rule of the binding; what it forgets, nobody learns."
    remedy = "Write `from` with securityGroup or ipBlock, and `ports` with `- protocol: TCP` for all ports."
    source = "controller source, networking manager"
    example = "networking: {ingress: [{from: [{securityGroup: {groupID: sg-0a}}], ports: []}]}"

    def find(self, plan: Plan) -> Iterator[Finding]:
        for made, spec in _bindings(plan):
            for at, rule in enumerate((spec.get("networking") or {}).get("ingress") or ()):
                for message, remedy, severity in _faults(rule, spec.get("targetType") == "instance"):
                    yield self.in_field(made, "networking", "ingress", at, says=message, remedy=remedy, severity=severity)


def _faults(rule: Mapping[str, Any], of_nodes: bool) -> Iterator[tuple[str, str, Any]]:
    """What is wrong with a rule, what to do, and how bad it is."""
    peers, ports = rule.get("from") or (), rule.get("ports") or ()
    if not peers:
        yield "`from` is empty, so that the rule lets in nobody.", "Name the security group of the load balancer.", WARNING
    if not ports:
        what = "`ports` is empty, which the controller's documentation has for all ports; the controller forgets the rule."
        yield what, "Write `- protocol: TCP` below `ports:` for all ports.", WARNING
    for peer in peers:
        group, block = peer.get("securityGroup"), peer.get("ipBlock")
        if group is None and block is None:
            yield "an item of `from` has neither securityGroup nor ipBlock.", "Write one of them.", ERROR
        elif group is not None and block is not None:
            yield "an item of `from` has securityGroup and ipBlock, of which the latter has no effect.", "Write two items.", WARNING
        elif block is not None and not is_unknown(block.get("cidr")) and not is_block(block.get("cidr") or ""):
            yield f"{block.get('cidr')!r} is no block of addresses.", "Write one such as 10.0.0.0/8 or 2001:db8::/32.", ERROR
    for port in ports:
        named = port.get("port")
        if of_nodes and isinstance(named, str) and not is_unknown(named):
            yield f"port {named!r} is a name, and nodes have none.", "Write the number of the node port.", ERROR


class WithoutEffect(_OfBinding):
    """What a binding says and AWS does not take, or nobody heeds."""

    id = "EKI369"
    is_mixed = True
    title = "A field of a TargetGroupBinding is none, or has no effect"
    why = "Kubernetes takes any text; the controller asks AWS with it, or does not look at it."
    remedy = "Correct it, or take it out."
    source = "controller documentation, TargetGroupBinding"
    example = "assumeRoleExternalId: shop   # without iamRoleArnToAssume"

    def find(self, plan: Plan) -> Iterator[Finding]:
        for made, spec in _bindings(plan):
            arn, name, role = spec.get("targetGroupARN"), spec.get("targetGroupName"), spec.get("iamRoleArnToAssume")
            found = None if is_unknown(arn) else ARN.fullmatch(arn or "")
            if arn and found is None and not is_unknown(arn):
                message = f"targetGroupARN {arn!r} is not the ARN of a target group."
                yield self.in_field(made, "targetGroupARN", says=message, severity=ERROR)
            if found is not None and name and not is_unknown(name) and found["name"] != name:
                message = f"targetGroupName {name!r} has no effect: the target group is that of targetGroupARN, {found['name']!r}."
                yield self.in_field(made, "targetGroupName", says=message)
            fact = None if plan.world is None else fact_of(spec, plan.world.facts)
            if fact is not None and fact.target_type is not None and spec.get("targetType") not in (fact.target_type, None):
                message = f"targetType is {spec['targetType']!r}, and that of the target group {fact.target_type!r}."
                yield self.in_field(made, "targetType", says=message, severity=ERROR)
            if role and not is_unknown(role) and _ROLE.fullmatch(role) is None:
                message = f"iamRoleArnToAssume {role!r} is not the ARN of a role."
                yield self.in_field(made, "iamRoleArnToAssume", says=message, severity=ERROR)
            if spec.get("assumeRoleExternalId") and not role:
                message = "assumeRoleExternalId has no effect without iamRoleArnToAssume."
                yield self.in_field(made, "assumeRoleExternalId", says=message)
