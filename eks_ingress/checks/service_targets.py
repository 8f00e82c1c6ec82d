"""The targets of network load balancers: what is said of them in vain, and what AWS refuses.

Facts: controller documentation, "Service annotations"; Elastic Load Balancing documentation, "Edit target group attributes for your
Network Load Balancer".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from eks_ingress.annotations import of_services as s
from eks_ingress.checks.check import ERROR, Check, Finding
from eks_ingress.checks.reading import balanced, read, text_of
from eks_ingress.plan.balanced import BalancedService
from eks_ingress.plan.model import Plan
from eks_ingress.plan.network_model import NetworkLoadBalancer, NetworkTargetGroup
from eks_ingress.plan.unknown import is_unknown

_PROXY_PROTOCOL = "proxy_protocol_v2.enabled"
_SEES_CLIENTS = ("UDP", "TCP_UDP", "QUIC", "TCP_QUIC")


class OtherTargetType(Check):
    """A type of targets that the controller does not take at its word."""

    id = "EKI357"
    title = "aws-load-balancer-nlb-target-type counts as something else"
    why = "With a loadBalancerClass, the controller takes all that is not ip for instance; with the type nlb-ip, targets are pods."
    remedy = "Write ip or instance, and the type external."
    source = "controller documentation, aws-load-balancer-nlb-target-type"
    example = "service.beta.kubernetes.io/aws-load-balancer-nlb-target-type: pod   # with loadBalancerClass: service.k8s.aws/nlb"

    def find(self, plan: Plan) -> Iterator[Finding]:
        key = s.TARGET_TYPE.key()
        for service in plan.services:
            text, kind = text_of(service, key), service.said.keys.get(s.TYPE.key())
            if text is None or is_unknown(kind):
                continue
            counts = "ip" if text == "ip" or kind == "nlb-ip" else "instance"
            if text != counts:
                yield self.in_manifest(service.manifest, f"{key} is {text!r}, and counts as {counts}.", key=key)


class HealthCheckOverTcp(Check):
    """What is expected of an answer, where none is asked for."""

    id = "EKI371"
    title = "Something is said of health checks that are not made so"
    why = "A network load balancer checks by TCP, which has neither paths nor codes, unless it is told otherwise."
    remedy = "Write aws-load-balancer-healthcheck-protocol: HTTP (or HTTPS), or take it out."
    source = "controller documentation, aws-load-balancer-healthcheck-protocol, -healthcheck-path, -healthcheck-success-codes"
    example = "service.beta.kubernetes.io/aws-load-balancer-healthcheck-path: /healthz   # alone"

    def find(self, plan: Plan) -> Iterator[Finding]:
        gate = "NLBHealthCheckAdvancedConfig"
        advanced = plan.world is None or plan.world.flags.gate(gate)
        for balancer, service in balanced(plan):
            checks = [group.health_check for group in balancer.target_groups]
            if checks and all(check.protocol == "TCP" for check in checks):
                rows, because, remedy = (s.HEALTHCHECK_PATH, s.HEALTHCHECK_SUCCESS_CODES), "targets are checked by TCP", None
            elif not advanced:
                rows, remedy = (s.HEALTHCHECK_SUCCESS_CODES, s.HEALTHCHECK_TIMEOUT), f"Open the gate {gate}, or take it out."
                because = f"the controller's feature gate {gate} is closed"
            else:
                continue
            for row in rows:
                if text_of(service, row.key()):
                    yield self.in_manifest(service.manifest, f"{row.key()} has no effect: {because}.", remedy, key=row.key())


class ProxyProtocolTwice(Check):
    """The proxy protocol, said in two ways that differ."""

    id = "EKI374"
    title = "Proxy protocol is said in two ways that differ"
    why = (
        "aws-load-balancer-proxy-protocol goes before -proxy-protocol-per-target-group, and that before attributes: ports that "
        "it does not name have none."
    )
    remedy = "Say it in one way."
    source = "controller documentation, aws-load-balancer-proxy-protocol, -proxy-protocol-per-target-group"
    example = "service.beta.kubernetes.io/aws-load-balancer-proxy-protocol-per-target-group: '80'   # beside -proxy-protocol: '*'"

    def find(self, plan: Plan) -> Iterator[Finding]:
        for balancer, service in balanced(plan):
            numbers = read(service.said, s.PROXY_PROTOCOL_PER_TARGET_GROUP)
            everywhere = service.said.keys.get(s.PROXY_PROTOCOL.key())
            if numbers is not None and everywhere == "*":
                key = s.PROXY_PROTOCOL_PER_TARGET_GROUP.key()
                yield self.in_manifest(service.manifest, f"{key} has no effect beside {s.PROXY_PROTOCOL.name}.", key=key)
            if any(map(is_unknown, (everywhere, *(numbers or ())))):
                continue
            for group in balancer.target_groups:
                key, said = _said_of(service, group, _PROXY_PROTOCOL)
                is_so = dict(group.attributes).get(_PROXY_PROTOCOL)
                if said and is_so and said.lower() != is_so.lower() and not is_unknown(said):
                    message = f"{key} says {_PROXY_PROTOCOL}={said}, and it is {is_so} on port {group.service_port}."
                    yield self.in_manifest(service.manifest, message, key=key)


class RefusedForProtocol(Check):
    """An attribute that AWS does not take for the protocol."""

    id = "EKI383"
    severity = ERROR
    title = "An attribute does not go with the protocol"
    why = "AWS refuses it, and with it all attributes that are given together with it."
    remedy = "Take it out, or write it for a port of another protocol alone."
    source = (
        "Elastic Load Balancing documentation, Edit target group attributes for your Network Load Balancer, Update the TCP idle "
        "timeout for your Network Load Balancer listener"
    )
    example = "service.beta.kubernetes.io/aws-load-balancer-target-group-attributes: preserve_client_ip.enabled=false   # with UDP"

    def find(self, plan: Plan) -> Iterator[Finding]:
        for balancer, service in balanced(plan):
            behind_tls = _behind_tls(balancer)
            for group in balancer.target_groups:
                for attribute, refused, is_for in (
                    ("preserve_client_ip.enabled", "false", group.protocol if group.protocol in _SEES_CLIENTS else ""),
                    ("stickiness.enabled", "true", "TLS" if group.id in behind_tls else ""),
                ):
                    if is_for and dict(group.attributes).get(attribute, "").lower() == refused:
                        key, _ = _said_of(service, group, attribute)
                        message = f"{attribute} is {refused}, and port {group.service_port} is of {is_for}."
                        yield self.in_manifest(service.manifest, message, key=key)
            for listener in balancer.listeners:
                if listener.protocol in ("TLS", "UDP", "QUIC") and "tcp.idle_timeout.seconds" in dict(listener.attributes):
                    key = s.LISTENER_ATTRIBUTES.key(listener=f"{listener.protocol}-{listener.port}")
                    message = f"{key} has tcp.idle_timeout.seconds, which is for listeners that pass TCP on."
                    yield self.in_manifest(service.manifest, message, key=key)


def _behind_tls(balancer: NetworkLoadBalancer) -> set[str]:
    """The target groups that a listener of TLS leads to."""
    return {
        target.group.id
        for listener in balancer.listeners
        for target in listener.targets
        if listener.protocol == "TLS" and target.group is not None
    }


def _said_of(service: BalancedService, group: NetworkTargetGroup, attribute: str) -> tuple[str, str | None]:
    """Which annotation says an attribute of a target group, and what."""
    port = str(group.service_port)
    of_port: Mapping[str, str] = {} if is_unknown(port) else read(service.said, s.TARGET_GROUP_ATTRIBUTES_OF_PORT, port=port) or {}
    if of_port.get(attribute):
        return s.TARGET_GROUP_ATTRIBUTES_OF_PORT.key(port=port), of_port[attribute]
    return s.TARGET_GROUP_ATTRIBUTES.key(), (read(service.said, s.TARGET_GROUP_ATTRIBUTES) or {}).get(attribute)
