"""Services of the type LoadBalancer, for which the controller makes network load balancers.

The plan has nothing of them; what is found here is what their own manifest tells.

Facts: controller documentation, "Network Load Balancer", "Service annotations"; the controller's builder for Services
(`pkg/service`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from eks_ingress.annotations.grammar import Bool, List
from eks_ingress.checks.check import ERROR, WARNING, Check, Finding
from eks_ingress.checks.reading import manifests
from eks_ingress.manifests.manifest import Manifest
from eks_ingress.plan.model import Plan
from eks_ingress.plan.unknown import is_unknown

_PREFIX = "service.beta.kubernetes.io/aws-load-balancer-"
_TYPE, _TARGET_TYPE = f"{_PREFIX}type", f"{_PREFIX}nlb-target-type"
_CLASS = "service.k8s.aws/nlb"
_STOPS = "The controller makes nothing for the Service until it is put right."


class _Service:
    """A Service as the controller reads it."""

    def __init__(self, manifest: Manifest) -> None:
        self.manifest = manifest
        self.spec: Mapping[str, Any] = manifest.body.get("spec") or {}
        self.ports: Sequence[Mapping[str, Any]] = self.spec.get("ports") or ()

    def text(self, name: str) -> str | None:
        """The text of an annotation, None where it is not known."""
        text = self.manifest.annotations.get(_PREFIX + name)
        return text if isinstance(text, str) and not is_unknown(text) else None

    def words(self, name: str) -> Sequence[str] | None:
        """The words of an annotation that is a list."""
        text = self.text(name)
        return None if text is None else List().decode(text)

    @property
    def is_managed(self) -> bool:
        """Whether the controller makes a load balancer for it."""
        of_class = self.spec.get("loadBalancerClass")
        if of_class is not None:
            return bool(of_class == _CLASS)
        kind = self.text("type")
        return kind == "nlb-ip" or (kind == "external" and self.text("nlb-target-type") in ("ip", "instance"))

    def target_type(self, default: str) -> str:
        """What its targets are: pods, or nodes."""
        return "ip" if self.text("type") == "nlb-ip" or (self.text("nlb-target-type") or default) == "ip" else "instance"

    def scheme(self, default: str) -> str:
        """Whether its load balancer can be reached from the internet."""
        said, internal = self.text("scheme"), Bool.spellings.get(self.text("internal") or "")
        if said is not None or internal is None:
            return said or default
        return "internal" if internal else "internet-facing"


def _managed(plan: Plan) -> Iterator[_Service]:
    for manifest in manifests(plan, "Service"):
        spec: Mapping[str, Any] = manifest.body.get("spec") or {}
        if "loadBalancerClass" in spec or _TYPE in manifest.annotations:
            service = _Service(manifest)
            if service.is_managed:
                yield service


class NoNodePorts(Check):
    """A network load balancer that is to send to nodes, and a Service without ports there."""

    id = "EKI341"
    severity = ERROR
    title = "A network load balancer is to send to nodes, and the Service has no port on them"
    why = f"Targets of the type instance are nodes. {_STOPS}"
    remedy = "Write aws-load-balancer-nlb-target-type: ip, or let the Service have node ports."
    source = "controller documentation, Network Load Balancer, Instance mode"
    example = "allocateLoadBalancerNodePorts: false   # with aws-load-balancer-nlb-target-type: instance"
    mistakes = (49,)

    def find(self, plan: Plan) -> Iterator[Finding]:
        for service in _managed(plan):
            default = "instance" if plan.world is None else plan.world.flags.default_target_type
            if service.target_type(default) != "instance":
                continue
            if (service.spec.get("type") or "ClusterIP") == "ClusterIP":
                yield self.in_manifest(service.manifest, "it is of the type ClusterIP.", key=_TARGET_TYPE)
            elif service.spec.get("allocateLoadBalancerNodePorts") is False and any(not x.get("nodePort") for x in service.ports):
                yield self.in_manifest(service.manifest, "its allocateLoadBalancerNodePorts is false.", key=_TARGET_TYPE)


class WrongTlsPorts(Check):
    """TLS on ports that a Service does not have, or without certificate."""

    id = "EKI342"
    severity = ERROR
    is_mixed = True
    title = "aws-load-balancer-ssl-ports names no port of the Service"
    why = f"Each word must be the name or the number of a port, and '*' is none. {_STOPS}"
    remedy = "Name ports of the Service; without the annotation, all have TLS."
    source = "controller documentation, aws-load-balancer-ssl-ports"
    example = "service.beta.kubernetes.io/aws-load-balancer-ssl-ports: '*'"
    mistakes = (59,)

    def find(self, plan: Plan) -> Iterator[Finding]:
        key = f"{_PREFIX}ssl-ports"
        for service in _managed(plan):
            known = {str(port.get(part)) for port in service.ports for part in ("name", "port")}
            words = service.words("ssl-ports") or ()
            if wrong := [word for word in words if word not in known]:
                yield self.in_manifest(service.manifest, f"{key} names {', '.join(wrong)}.", key=key)
            elif words and f"{_PREFIX}ssl-cert" not in service.manifest.annotations:
                message = f"{key} has no effect without aws-load-balancer-ssl-cert."
                yield self.in_manifest(service.manifest, message, "Name a certificate.", key=key, severity=WARNING)


class WrongFixedAddresses(Check):
    """Fixed addresses that do not go with the scheme or the subnets."""

    id = "EKI343"
    severity = ERROR
    title = "The addresses of a network load balancer do not fit"
    why = f"Elastic IP addresses are for the internet, private ones for internal load balancers; there is one a subnet. {_STOPS}"
    remedy = "Name one for each subnet, and write the scheme, or the address type, that goes with them."
    source = "controller documentation, aws-load-balancer-eip-allocations, -private-ipv4-addresses, -ipv6-addresses"
    example = "service.beta.kubernetes.io/aws-load-balancer-eip-allocations: eipalloc-0123456789abcdef0   # with scheme internal"
    mistakes = (60,)

    def find(self, plan: Plan) -> Iterator[Finding]:
        default = "internal" if plan.world is None else plan.world.flags.default_scheme
        for service in _managed(plan):
            subnets = service.words("subnets")
            scheme, ip_address_type = service.scheme(default), service.text("ip-address-type") or "ipv4"
            for name, goes, what in (
                ("eip-allocations", scheme == "internet-facing", f"the scheme is {scheme}"),
                ("private-ipv4-addresses", scheme == "internal", f"the scheme is {scheme}"),
                ("ipv6-addresses", ip_address_type == "dualstack", f"the address type is {ip_address_type}"),
            ):
                key, words = _PREFIX + name, service.words(name)
                if words is None:
                    continue
                if not goes:
                    yield self.in_manifest(service.manifest, f"{key} is written, and {what}.", key=key)
                elif subnets is not None and len(words) != len(subnets):
                    message = f"{key} names {len(words)}, and there are {len(subnets)} subnets."
                    yield self.in_manifest(service.manifest, message, key=key)


class LostPort(Check):
    """A port that a Service has for TCP and for UDP."""

    id = "EKI344"
    title = "A network load balancer has one listener for two ports of a Service"
    why = "Without listeners for TCP and UDP at once, the controller makes one of the first port of a number, and drops the other."
    remedy = "Write aws-load-balancer-enable-tcp-udp-listener: 'true', or give them different numbers."
    source = "controller documentation, aws-load-balancer-enable-tcp-udp-listener"
    example = "ports: [{name: tcp, port: 53}, {name: udp, port: 53, protocol: UDP}]"
    mistakes = (61,)

    def find(self, plan: Plan) -> Iterator[Finding]:
        opened = plan.world is not None and plan.world.flags.gate("EnableTCPUDPListener")
        for service in _managed(plan):
            key = f"{_PREFIX}enable-tcp-udp-listener"
            said = service.manifest.annotations.get(key)
            if is_unknown(said) or Bool.spellings.get(said or "", opened):
                continue
            numbers = [port.get("port") for port in service.ports]
            for number in dict.fromkeys(numbers):
                if numbers.count(number) > 1:
                    same = [port for port in service.ports if port.get("port") == number]
                    names = ", ".join(f"{port.get('name')} ({port.get('protocol') or 'TCP'})" for port in same)
                    yield self.in_manifest(service.manifest, f"port {number} is that of {names}.")


class NeverReconciled(Check):
    """A Service that is to be the controller's, and does not say what its targets are."""

    id = "EKI345"
    title = "A Service of the type external does not say what its targets are"
    why = (
        "Neither this controller nor that of Kubernetes makes a load balancer for it, unless the controller's webhook gives it "
        "a class when it is made."
    )
    remedy = f"Write aws-load-balancer-nlb-target-type: ip (or instance), or loadBalancerClass: {_CLASS}."
    source = "controller documentation, Network Load Balancer, Configuration"
    example = "service.beta.kubernetes.io/aws-load-balancer-type: external   # alone"
    mistakes = (62,)

    def find(self, plan: Plan) -> Iterator[Finding]:
        for manifest in manifests(plan, "Service"):
            if _TYPE not in manifest.annotations:
                continue
            service = _Service(manifest)
            if service.text("type") == "external" and service.spec.get("loadBalancerClass") is None and not service.is_managed:
                if is_unknown(manifest.annotations.get(_TARGET_TYPE)):
                    continue
                said = service.text("nlb-target-type")
                what = "is not there" if said is None else f"is {said!r}"
                yield self.in_manifest(manifest, f"{_TARGET_TYPE} {what}.", key=_TYPE)


class WrongProxyProtocol(Check):
    """Another value than the only one that there is."""

    id = "EKI346"
    severity = ERROR
    title = "aws-load-balancer-proxy-protocol is something else than *"
    why = _STOPS
    remedy = "Write '*', or aws-load-balancer-proxy-protocol-per-target-group with the numbers of ports."
    source = "controller documentation, aws-load-balancer-proxy-protocol"
    example = "service.beta.kubernetes.io/aws-load-balancer-proxy-protocol: 'true'"
    mistakes = (64,)

    def find(self, plan: Plan) -> Iterator[Finding]:
        key = f"{_PREFIX}proxy-protocol"
        for service in _managed(plan):
            text = service.text("proxy-protocol")
            if text is not None and text != "*":
                yield self.in_manifest(service.manifest, f"{key} is {text!r}.", key=key)
