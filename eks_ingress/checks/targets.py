"""The target groups of load balancers, and the Services behind them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from eks_ingress.annotations import catalogue as c
from eks_ingress.annotations import of_services as s
from eks_ingress.annotations.catalogue import Annotation
from eks_ingress.checks.check import ERROR, Check, Finding
from eks_ingress.checks.reading import Places, balanced, manifests, members, read
from eks_ingress.manifests.manifest import Manifest
from eks_ingress.plan.model import HealthCheck, Plan, TargetGroup
from eks_ingress.plan.network_model import NetworkHealthCheck
from eks_ingress.plan.unknown import is_unknown
from eks_ingress.refusal import Refused


def _target_groups(plan: Plan) -> Iterator[tuple[str, TargetGroup]]:
    """The target groups of Services, each with the name of its Ingress."""
    for balancer in plan.load_balancers:
        for group in balancer.target_groups:
            if group.binding is not None:
                yield group.id.removesuffix(f"-{group.binding.service}:{group.binding.port}"), group


class NoPods(Check):
    """A Service without pods of its own, whose targets are to be pods."""

    id = "EKI304"
    title = "A Service has no pods that could be targets"
    why = "Targets of the type ip are the pods that a Service selects; what it leads to in other ways is not registered."
    remedy = "Give the Service a selector; for targets elsewhere, make a target group and name it in an action (targetGroupARN)."
    source = "controller source, endpoint resolver"
    example = "type: ExternalName   # of the Service of a backend"
    mistakes = (50,)

    def find(self, plan: Plan) -> Iterator[Finding]:
        without: dict[tuple[str, str], str] = {}
        for made in manifests(plan, "Service"):
            spec = made.body.get("spec") or {}
            if spec.get("type") == "ExternalName":
                without[made.namespace, made.name] = "is of the type ExternalName"
            elif not spec.get("selector"):
                without[made.namespace, made.name] = "has no selector"
        if not without:
            return
        places = Places(plan)
        message = "Service {} {}, and its target group stays empty."
        for ingress, group in _target_groups(plan):
            assert group.binding is not None
            of = (group.binding.namespace, group.binding.service)
            if group.target_type == "ip" and of in without:
                yield self.in_ingress(places.member(ingress), message.format("/".join(of), without[of]))
        for balancer, service in balanced(plan):
            for target in balancer.target_groups:
                of = (target.namespace, target.service)
                if target.target_type == "ip" and of in without:
                    yield self.in_manifest(service.manifest, message.format("/".join(of), without[of]))
        for bound in plan.bindings:
            namespace, _, name = bound.service.rpartition(":")[0].partition("/")
            if bound.target_type == "ip" and (namespace, name) in without:
                words = message.format(f"{namespace}/{name}", without[namespace, name])
                yield self.at(bound.source, words, of=f"TargetGroupBinding {bound.name}")


class ContainerPort(Check):
    """A health check of nodes on a port of pods."""

    id = "EKI307"
    title = "The health check of nodes is on a port of pods"
    why = "Targets of the type instance are nodes, where a port of a pod is not open; its Service has another one there."
    remedy = "Write the name of the port in the Service, its node port, or `traffic-port`; or the target type ip."
    source = "controller documentation, Health Check"
    example = "healthcheck-port: '8080'   # with target-type: instance"
    mistakes = (57,)

    def find(self, plan: Plan) -> Iterator[Finding]:
        places: Places | None = None
        for ingress, group in _target_groups(plan):
            port = group.health_check.port
            if group.target_type != "instance" or not isinstance(port, int):
                continue
            assert group.binding is not None
            places = Places(plan) if places is None else places
            service = places.service(group.binding.namespace, group.binding.service)
            if service is None:
                continue
            if _is_on_pods(service, port):
                place, of = places.of(ingress, service, c.HEALTHCHECK_PORT)
                message = f"the health check is on port {port}, which pods of Service {service.namespace}/{service.name} have."
                yield self.at(place, message, of=of)
        for balancer, made in balanced(plan):
            for target in balancer.target_groups:
                port = target.health_check.port
                if target.target_type == "instance" and isinstance(port, int) and _is_on_pods(made.manifest, port):
                    message = f"the health check is on port {port}, which pods of Service {made.name} have."
                    yield self.in_manifest(made.manifest, message, key=s.HEALTHCHECK_PORT.key())


def _is_on_pods(service: Manifest, port: int) -> bool:
    """Whether a port is one of the pods of a Service, and none of the nodes as far as that is known."""
    spec = service.body.get("spec") or {}
    ports = spec.get("ports") or ()
    on_nodes = {spec.get("healthCheckNodePort"), *(x.get("nodePort") for x in ports)}
    return port in {x.get("targetPort", x.get("port")) for x in ports} and port not in on_nodes


class RefusedHealthCheck(Check):
    """A health check that AWS does not take."""

    id = "EKI308"
    severity = ERROR
    title = "A health check has what AWS refuses"
    why = "The controller passes it on as it is, and AWS refuses to make the target group."
    remedy = "Write what Elastic Load Balancing takes."
    source = "Elastic Load Balancing API, CreateTargetGroup"
    example = "healthcheck-timeout-seconds: '15'   # with an interval of 15 seconds"
    mistakes = (58,)

    def find(self, plan: Plan) -> Iterator[Finding]:
        told: dict[tuple[object, ...], list[_Fault]] = {}
        places: Places | None = None
        for ingress, group in _target_groups(plan):
            check, version = group.health_check, group.protocol_version
            what = (check.path, check.success_codes, check.interval, check.timeout, check.healthy_threshold)
            key = (*what, check.unhealthy_threshold, version)
            if key not in told:
                told[key] = list(_faults(check, version == "GRPC"))
            for rows, message in told[key]:
                assert group.binding is not None
                places = Places(plan) if places is None else places
                service = places.service(group.binding.namespace, group.binding.service)
                # What is not known counts as the default in the plan.
                if not any(is_unknown(places.text(ingress, service, row)) for row in rows):
                    place, of = places.of(ingress, service, *rows)
                    yield self.at(place, f"{message}.", of=of)
        for balancer in plan.load_balancers:
            for listener in () if balancer.frontend_nlb is None else balancer.frontend_nlb.listeners:
                source = listener.target_group.source
                for name, value, least, most in _numbers(listener.target_group.health_check):
                    if source is not None and not least <= value <= most:
                        message = f"{name} of the frontend network load balancer is {value}, and AWS takes {least} to {most}."
                        yield self.at(source, message, of=f"Ingress {balancer.members[0]}")
        for network, made in balanced(plan):
            for network_check in dict.fromkeys(target.health_check for target in network.target_groups):
                for rows, message in _faults_of_network(network_check):
                    said = [row for row in rows if row.key() in made.said.keys]
                    if said and not any(is_unknown(made.said.keys[row.key()]) for row in said):
                        yield self.in_manifest(made.manifest, f"{message}.", key=said[0].key())


_Fault = tuple[tuple[Annotation, ...], str]
"""What is wrong, and the annotations that say it."""

_ROWS = {
    "the interval": c.HEALTHCHECK_INTERVAL_SECONDS,
    "the timeout": c.HEALTHCHECK_TIMEOUT_SECONDS,
    "the healthy threshold": c.HEALTHY_THRESHOLD_COUNT,
    "the unhealthy threshold": c.UNHEALTHY_THRESHOLD_COUNT,
}


_OF_SERVICES = {
    "the interval": s.HEALTHCHECK_INTERVAL,
    "the timeout": s.HEALTHCHECK_TIMEOUT,
    "the healthy threshold": s.HEALTHCHECK_HEALTHY_THRESHOLD,
    "the unhealthy threshold": s.HEALTHCHECK_UNHEALTHY_THRESHOLD,
}


def _numbers(check: HealthCheck | NetworkHealthCheck) -> Iterator[tuple[str, int, int, int]]:
    """The numbers of a health check, and from where to where AWS takes them."""
    values = (check.interval, check.timeout, check.healthy_threshold, check.unhealthy_threshold)
    for name, value, (least, most) in zip(_ROWS, values, ((5, 300), (2, 120), (2, 10), (2, 10)), strict=True):
        yield name, value, least, most


def _faults(check: HealthCheck, is_grpc: bool) -> Iterator[_Fault]:
    for name, value, least, most in _numbers(check):
        if not least <= value <= most:
            yield (_ROWS[name],), f"{name} of the health check is {value}, and AWS takes {least} to {most}"
    if check.interval <= check.timeout:
        rows = (c.HEALTHCHECK_TIMEOUT_SECONDS, c.HEALTHCHECK_INTERVAL_SECONDS)
        yield rows, f"the interval of the health check, {check.interval} seconds, is not longer than its timeout, {check.timeout}"
    if not is_unknown(check.path) and _is_no_path(check.path):
        yield (c.HEALTHCHECK_PATH,), _NO_PATH.format(check.path)
    if not is_unknown(check.success_codes) and _counts_grpc(check.success_codes) is not is_grpc:
        take = "codes of gRPC from 0 to 99" if is_grpc else "status codes from 200 to 499"
        yield (c.SUCCESS_CODES, c.BACKEND_PROTOCOL_VERSION), f"success-codes are {check.success_codes!r}, and AWS takes {take}"


def _faults_of_network(check: NetworkHealthCheck) -> Iterator[_Fault]:
    """The same for what a network load balancer asks of its targets."""
    for name, value, least, most in _numbers(check):
        if not least <= value <= most:
            yield (_OF_SERVICES[name],), f"{name} of the health check is {value}, and AWS takes {least} to {most}"
    if check.interval < check.timeout:
        rows = (s.HEALTHCHECK_TIMEOUT, s.HEALTHCHECK_INTERVAL)
        yield rows, f"the interval of the health check, {check.interval} seconds, is shorter than its timeout, {check.timeout}"
    if check.path is not None and not is_unknown(check.path) and _is_no_path(check.path):
        yield (s.HEALTHCHECK_PATH,), _NO_PATH.format(check.path)
    codes = check.success_codes
    if codes is not None and not is_unknown(codes) and not all(map(_are_codes, codes.split(","))):
        yield (s.HEALTHCHECK_SUCCESS_CODES,), f"success-codes are {codes!r}, and AWS takes status codes from 200 to 599"


_NO_PATH = "the path of the health check, {!r}, does not begin with '/', or is too long"


def _is_no_path(path: str) -> bool:
    return not (path.startswith("/") and len(path) <= 1024)


def _are_codes(text: str) -> bool:
    """Whether a text is a status code that a network load balancer knows, or a range of them."""
    codes = text.split("-", 1)
    return all(re.fullmatch("[2-5][0-9]{2}", code) for code in codes) and int(codes[0]) <= int(codes[-1])


def _counts_grpc(codes: str) -> bool | None:
    """Whether codes are those of gRPC, or of HTTP; None for what is none."""
    if codes in ("200", "12"):
        return codes == "12"
    from eks_ingress.routing import health  # noqa: PLC0415 - most leave the codes as they are

    try:
        return health.HealthCheck(success_codes=codes).counts_grpc
    except Refused:
        return None


class LabelsOfNodes(Check):
    """A choice of nodes for targets that are pods."""

    id = "EKI321"
    title = "Nodes are chosen for targets that are pods"
    why = "Labels choose among nodes; with the target type ip all pods of a Service are targets, wherever they run."
    remedy = "Take it out, or write the target type instance."
    source = "controller documentation, target-node-labels"
    example = "target-node-labels: pool=web   # with target-type: ip"

    def find(self, plan: Plan) -> Iterator[Finding]:
        yield from self._of_network(plan)
        key = c.TARGET_NODE_LABELS.key()
        ingresses = {member.name: member for member in members(plan) if key in member.said.keys}
        services = {(made.namespace, made.name): made for made in manifests(plan, "Service") if key in made.annotations}
        if not ingresses and not services:
            return
        types: dict[str, set[str]] = {}
        of_services: dict[tuple[str, str], set[str]] = {}
        for ingress, group in _target_groups(plan):
            assert group.binding is not None
            types.setdefault(ingress, set()).add(group.target_type)
            of_services.setdefault((group.binding.namespace, group.binding.service), set()).add(group.target_type)
        message = f"{key} has no effect: the targets are pods."
        for name, member in ingresses.items():
            if types.get(name) == {"ip"}:
                yield self.in_ingress(member, message, key=key)
        for of, service in services.items():
            if of_services.get(of) == {"ip"}:
                yield self.in_manifest(service, message, key=key)

    def _of_network(self, plan: Plan) -> Iterator[Finding]:
        key = s.TARGET_NODE_LABELS.key()
        for balancer, service in balanced(plan):
            if read(service.said, s.TARGET_NODE_LABELS) and all(group.target_type == "ip" for group in balancer.target_groups):
                yield self.in_manifest(service.manifest, f"{key} has no effect: the targets are pods.", key=key)
