"""What becomes of Services that are to have a network load balancer, in silence.

Facts: controller documentation, "Network Load Balancer", "Service annotations"; the controller's builder for Services
(`pkg/service`).
"""

from __future__ import annotations

from collections.abc import Iterator

from eks_ingress.annotations import of_services as s
from eks_ingress.annotations.grammar import Bool
from eks_ingress.checks.check import Check, Finding
from eks_ingress.checks.reading import manifests, read
from eks_ingress.plan.model import Plan
from eks_ingress.plan.unknown import is_unknown


class TlsWithoutCertificate(Check):
    """TLS on some ports, without certificate."""

    id = "EKI347"
    title = "aws-load-balancer-ssl-ports has no effect without a certificate"
    why = "The controller makes listeners of TLS only where aws-load-balancer-ssl-cert is there; else they are of TCP."
    remedy = "Name a certificate, or take the annotation out."
    source = "controller documentation, aws-load-balancer-ssl-ports"

    def find(self, plan: Plan) -> Iterator[Finding]:
        for service in plan.services:
            if read(service.said, s.SSL_PORTS) and not read(service.said, s.SSL_CERT):
                key = s.SSL_PORTS.key()
                yield self.in_manifest(service.manifest, f"{key} is there, and no {s.SSL_CERT.name}.", key=key)


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
        for service in plan.services:
            said = service.said.keys.get(s.ENABLE_TCP_UDP_LISTENER.key())
            if is_unknown(said) or Bool.spellings.get(said or "", opened):
                continue
            numbers = [number for number, _ in service.ports]
            for number in dict.fromkeys(numbers):
                if numbers.count(number) > 1:
                    names = ", ".join(f"{port.name} ({port.protocol})" for of, port in service.ports if of == number)
                    yield self.in_manifest(service.manifest, f"port {number} is that of {names}.")


class NeverReconciled(Check):
    """A Service that is to be the controller's, and does not say what its targets are."""

    id = "EKI345"
    title = "A Service of the type external does not say what its targets are"
    why = (
        "Neither this controller nor that of Kubernetes makes a load balancer for it, unless the controller's webhook gives it "
        "a class when it is made."
    )
    remedy = "Write aws-load-balancer-nlb-target-type: ip (or instance), or loadBalancerClass: service.k8s.aws/nlb."
    source = "controller documentation, Network Load Balancer, Configuration"
    example = "service.beta.kubernetes.io/aws-load-balancer-type: external   # alone"
    mistakes = (62,)

    def find(self, plan: Plan) -> Iterator[Finding]:
        for manifest in manifests(plan, "Service"):
            said = manifest.annotations.get(s.TARGET_TYPE.key())
            is_meant = manifest.annotations.get(s.TYPE.key()) == "external"
            if not is_meant or said in ("ip", "instance") or is_unknown(said):
                continue
            if (manifest.body.get("spec") or {}).get("loadBalancerClass") is None:
                what = "is not there" if said is None else f"is {said!r}"
                yield self.in_manifest(manifest, f"{s.TARGET_TYPE.key()} {what}.", key=s.TYPE.key())
