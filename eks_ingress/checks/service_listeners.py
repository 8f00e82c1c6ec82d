"""The listeners of network load balancers: what is said of them in vain, and what AWS refuses.

Facts: controller documentation, "Service annotations"; Elastic Load Balancing documentation, "Create a listener for your Network
Load Balancer".
"""

from __future__ import annotations

from collections.abc import Iterator

from eks_ingress.annotations import of_services as s
from eks_ingress.annotations.catalogue import Annotation
from eks_ingress.checks.check import ERROR, Check, Finding
from eks_ingress.checks.reading import balanced, read, text_of
from eks_ingress.plan.balanced import BalancedService
from eks_ingress.plan.model import Plan
from eks_ingress.plan.network_model import NetworkListener, NetworkLoadBalancer
from eks_ingress.plan.services import ServicePort
from eks_ingress.plan.unknown import is_unknown

_OVER_UDP = ("UDP", "TCP_UDP")
_QUIC = ("QUIC", "TCP_QUIC")
_CREATE = "Elastic Load Balancing documentation, Create a listener for your Network Load Balancer"


class TlsForNothing(Check):
    """Settings of TLS, and no listener of TLS."""

    id = "EKI354"
    title = "Settings of TLS are for no listener"
    why = (
        "The controller makes listeners of TLS of ports of TCP, where aws-load-balancer-ssl-cert is there; others have no settings."
    )
    remedy = "Name a certificate and, in aws-load-balancer-ssl-ports, a port of TCP; or take the settings out."
    source = "controller documentation, aws-load-balancer-ssl-cert, -ssl-negotiation-policy, -alpn-policy, -backend-protocol"
    example = "service.beta.kubernetes.io/aws-load-balancer-alpn-policy: HTTP2Preferred   # without aws-load-balancer-ssl-cert"

    def find(self, plan: Plan) -> Iterator[Finding]:
        for balancer, service in balanced(plan):
            if any(listener.protocol == "TLS" for listener in balancer.listeners):
                continue
            if is_unknown(_text(service, s.SSL_CERT)) or is_unknown(_text(service, s.SSL_PORTS)):
                continue
            for row in (s.SSL_CERT, s.SSL_NEGOTIATION_POLICY, s.ALPN_POLICY, s.BACKEND_PROTOCOL):
                text = text_of(service, row.key())
                if text and (row is not s.BACKEND_PROTOCOL or text == "ssl") and text != "None":
                    yield self.in_manifest(service.manifest, f"{row.key()} is there, and no listener is of TLS.", key=row.key())


class TlsOverUdp(Check):
    """A port of UDP among those that are to have TLS."""

    id = "EKI355"
    title = "aws-load-balancer-ssl-ports names a port of UDP"
    why = "TLS runs over TCP; the listener of such a port stays one of UDP, and what goes through it is not encrypted."
    remedy = "Name ports of TCP."
    source = "controller source, listeners of Services"
    example = "service.beta.kubernetes.io/aws-load-balancer-ssl-ports: dns   # a port of UDP"

    def find(self, plan: Plan) -> Iterator[Finding]:
        for service in plan.services:
            words = read(service.said, s.SSL_PORTS) or () if read(service.said, s.SSL_CERT) else ()
            for word in words:
                protocols = {port.protocol for port in _named(service, word)}
                if protocols and "TCP" not in protocols:
                    key = s.SSL_PORTS.key()
                    yield self.in_manifest(service.manifest, f"{key} names {word}, which is of {'/'.join(protocols)}.", key=key)


class OtherBackendProtocol(Check):
    """A protocol of targets that the controller does not look for."""

    id = "EKI356"
    title = "aws-load-balancer-backend-protocol is neither tcp nor ssl"
    why = (
        "The controller takes ssl alone for TLS to the targets, and all else for tcp; http and https meant something to older ones."
    )
    remedy = "Write ssl if the targets speak TLS, or else tcp."
    source = "controller documentation, aws-load-balancer-backend-protocol"
    example = "service.beta.kubernetes.io/aws-load-balancer-backend-protocol: https"

    def find(self, plan: Plan) -> Iterator[Finding]:
        for service in plan.services:
            text = text_of(service, s.BACKEND_PROTOCOL.key())
            if text is not None and text != "ssl" and text.lower() != "tcp":
                key = s.BACKEND_PROTOCOL.key()
                yield self.in_manifest(service.manifest, f"{key} is {text!r}, which counts as tcp.", key=key)


class NoSuchServicePort(Check):
    """A port in an annotation that the Service does not have."""

    id = "EKI370"
    title = "An annotation is for a port that there is not"
    why = "The controller looks for the ports that there are, and passes over all others."
    remedy = "Write the number of a port of the Service, not of its pods; aws-load-balancer-quic-enabled-ports takes names as well."
    source = (
        "controller documentation, aws-load-balancer-target-group-attributes, -proxy-protocol-per-target-group, -quic-enabled-ports"
    )
    example = "service.beta.kubernetes.io/aws-load-balancer-target-group-attributes.8080: …   # where port 80 has targetPort 8080"

    def find(self, plan: Plan) -> Iterator[Finding]:
        for balancer, service in balanced(plan):
            if any(is_unknown(port.number) for port in service.backend.all_ports()):
                continue
            numbers = {str(group.service_port) for group in balancer.target_groups}
            if any(map(is_unknown, numbers)):
                continue
            there = ", ".join(sorted(numbers, key=lambda number: (len(number), number)))
            key = s.PROXY_PROTOCOL_PER_TARGET_GROUP.key()
            for number in read(service.said, s.PROXY_PROTOCOL_PER_TARGET_GROUP) or ():
                if number not in numbers and not is_unknown(number):
                    yield self.in_manifest(service.manifest, f"{key} names {number}; there are {there}.", key=key)
            key = s.QUIC_ENABLED_PORTS.key()
            for word in read(service.said, s.QUIC_ENABLED_PORTS) or ():
                if not is_unknown(word) and not any(_named(service, word)):
                    yield self.in_manifest(service.manifest, f"{key} names {word}; there are {there}.", key=key)
            beginning = s.TARGET_GROUP_ATTRIBUTES.key() + "."
            for key in service.said.keys:
                number = key.removeprefix(beginning)
                if key.startswith(beginning) and number not in numbers and not is_unknown(number):
                    yield self.in_manifest(service.manifest, f"{key} is for {number}; there are {there}.", key=key)


class Sctp(Check):
    """A port of SCTP, which Kubernetes has and AWS has not."""

    id = "EKI375"
    severity = ERROR
    title = "A port is of SCTP, which load balancers of AWS do not speak"
    why = "The controller passes the protocol on as it is, and AWS refuses the listener."
    remedy = "Take the port out, or put it into a Service without load balancer."
    source = "Elastic Load Balancing documentation, Listeners for your Network Load Balancers"
    example = "ports: [{port: 38412, protocol: SCTP}]"

    def find(self, plan: Plan) -> Iterator[Finding]:
        for service in plan.services:
            for number, port in service.ports:
                if port.protocol == "SCTP":
                    yield self.in_manifest(service.manifest, f"port {number} is of SCTP.", part=("spec", "ports"))


class UdpOverIpv6(Check):
    """UDP on a load balancer with IPv6 that cannot pass it on."""

    id = "EKI377"
    severity = ERROR
    title = "UDP on a dualstack load balancer needs source NAT of IPv6, and targets with IPv6"
    why = "AWS refuses a listener of UDP where the load balancer has no blocks of IPv6 to send from, or targets have IPv4 alone."
    remedy = "Write aws-load-balancer-enable-prefix-for-ipv6-source-nat: 'on', and ipFamilies: [IPv6]; or leave dualstack out."
    source = "controller documentation, aws-load-balancer-enable-prefix-for-ipv6-source-nat; " + _CREATE
    example = "service.beta.kubernetes.io/aws-load-balancer-ip-address-type: dualstack   # with a port of UDP"

    def find(self, plan: Plan) -> Iterator[Finding]:
        for balancer, service in balanced(plan):
            if balancer.ip_address_type != "dualstack":
                continue
            key = s.IP_ADDRESS_TYPE.key()
            for listener in balancer.listeners:
                if listener.protocol not in _OVER_UDP:
                    continue
                what = f"port {listener.port} is of {listener.protocol}"
                if not balancer.has_source_nat_prefixes and not is_unknown(_text(service, s.ENABLE_PREFIX_FOR_IPV6_SOURCE_NAT)):
                    yield self.in_manifest(
                        service.manifest, f"{what}, and {s.ENABLE_PREFIX_FOR_IPV6_SOURCE_NAT.name} is not on.", key=key
                    )
                # Without ipFamilies, the cluster decides.
                elif service.backend.spec.get("ipFamilies") and not service.backend.is_ipv6:
                    yield self.in_manifest(service.manifest, f"{what}, and its pods have IPv4 alone (ipFamilies).", key=key)


class RefusedQuic(Check):
    """QUIC where AWS does not take it."""

    id = "EKI381"
    severity = ERROR
    title = "A listener of QUIC does not go with the load balancer"
    why = (
        "AWS takes one listener of QUIC at a load balancer that has neither security groups, nor IPv6, nor listeners of UDP; and "
        "targets of it with a server id, which the controller has of pods alone."
    )
    remedy = (
        "Write aws-load-balancer-disable-nlb-sg: 'true', aws-load-balancer-nlb-target-type: ip, no dualstack, and give UDP and "
        "other ports of QUIC Services of their own."
    )
    source = f"{_CREATE}; Elastic Load Balancing API, TargetDescription"
    example = "service.beta.kubernetes.io/aws-load-balancer-quic-enabled-ports: '443'   # without aws-load-balancer-disable-nlb-sg"

    def find(self, plan: Plan) -> Iterator[Finding]:
        key = s.QUIC_ENABLED_PORTS.key()
        for balancer, service in balanced(plan):
            quic = [listener for listener in balancer.listeners if listener.protocol in _QUIC]
            for fault in _faults_of_quic(balancer, service, quic) if quic else ():
                yield self.in_manifest(service.manifest, f"port {quic[0].port} is of {quic[0].protocol}, and {fault}.", key=key)


def _faults_of_quic(balancer: NetworkLoadBalancer, service: BalancedService, quic: list[NetworkListener]) -> Iterator[str]:
    if balancer.security_groups and not is_unknown(_text(service, s.DISABLE_SECURITY_GROUP)):
        yield "its load balancer has security groups"
    if balancer.ip_address_type == "dualstack":
        yield "its load balancer is dualstack"
    if any(group.target_type == "instance" and group.protocol in _QUIC for group in balancer.target_groups):
        yield "its targets are nodes"
    if len(quic) > 1:
        yield f"so is {', '.join(str(listener.port) for listener in quic[1:])}"
    others = [f"{listener.protocol} {listener.port}" for listener in balancer.listeners if listener.protocol in _OVER_UDP]
    if others:
        yield f"there is {', '.join(others)} as well"


class RefusedWeights(Check):
    """Several targets of a listener that do not go together."""

    id = "EKI382"
    severity = ERROR
    title = "The targets of a listener are such as AWS refuses"
    why = "The controller passes them on as they are, and AWS refuses the listener."
    remedy = "Give each target a weight, and all of them one protocol and one version of IP; without stickiness for TLS."
    source = "controller documentation, actions of Services"
    example = """actions.TLS-443: '{…, "targetGroupStickinessConfig": {"enabled": true}}'"""

    def find(self, plan: Plan) -> Iterator[Finding]:
        for balancer, service in balanced(plan):
            for listener in balancer.listeners:
                called = f"{listener.protocol}-{listener.port}"
                for fault in _faults_of_targets(listener):
                    key = s.ACTIONS.key(listener=called)
                    yield self.in_manifest(service.manifest, f"{key} {fault}.", key=key)


def _faults_of_targets(listener: NetworkListener) -> Iterator[str]:
    sticky = listener.stickiness is not None and listener.stickiness.enabled
    if listener.protocol == "TLS" and sticky:
        yield "has stickiness, which listeners of TLS cannot have"
    if len(listener.targets) < 2:
        return
    if listener.protocol in _QUIC:
        yield f"divides {listener.protocol} among several targets"
    if listener.targets[0].weight is None:
        yield "has no baseServiceWeight, the weight of the Service itself"
    groups = [target.group for target in listener.targets if target.group is not None]
    for what, found in (("protocols", {x.protocol for x in groups}), ("versions of IP", {x.ip_address_type for x in groups})):
        if len(found) > 1:
            yield f"mixes targets of two {what}: {', '.join(sorted(found))}"
    if not sticky and any(("stickiness.enabled", "true") in group.attributes for group in groups):
        yield "has no stickiness, and a target group of it has"


def _named(service: BalancedService, word: str) -> list[ServicePort]:
    """The ports of a Service that a word names; one that may be of any name is taken to be named."""
    ports = service.backend.all_ports()
    return [port for port in ports if word in (port.name, str(port.number)) or is_unknown(port.name) or is_unknown(port.number)]


def _text(service: BalancedService, row: Annotation) -> object:
    return service.said.keys.get(row.key())
