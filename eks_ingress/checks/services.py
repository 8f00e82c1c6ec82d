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
from eks_ingress.manifests.manifest import Manifest
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
                    yield self.in_manifest(service.manifest, f"port {number} is that of {names}.", part=("spec", "ports"))


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
        for manifest in _others(plan):
            said = manifest.annotations.get(s.TARGET_TYPE.key())
            is_meant = manifest.annotations.get(s.TYPE.key()) == "external"
            if not is_meant or said in ("ip", "instance") or is_unknown(said):
                continue
            if (manifest.body.get("spec") or {}).get("loadBalancerClass") is None:
                what = "is not there" if said is None else f"is {said!r}"
                yield self.in_manifest(manifest, f"{s.TARGET_TYPE.key()} {what}.", key=s.TYPE.key())


class GetsNoBalancer(Check):
    """What a network load balancer should be like, on a Service that gets none."""

    id = "EKI376"
    title = "Annotations for a network load balancer are on a Service that gets none"
    why = "Load balancers are made for Services of the type LoadBalancer, and for those whose aws-load-balancer-type says so."
    remedy = "Write type: LoadBalancer and loadBalancerClass: service.k8s.aws/nlb, or take the annotations out."
    source = "controller documentation, Network Load Balancer, Configuration"
    example = "service.beta.kubernetes.io/aws-load-balancer-scheme: internal   # with type: ClusterIP"

    def find(self, plan: Plan) -> Iterator[Finding]:
        for manifest in _others(plan):
            spec = manifest.body.get("spec") or {}
            kind = spec.get("type") or "ClusterIP"
            if (
                kind == "LoadBalancer"
                or is_unknown(kind)
                or s.TYPE.key() in manifest.annotations
                or not _is_watched(plan, manifest)
            ):
                continue
            keys = [
                key for key in manifest.annotations if (row := s.find(key)) is not None and row is not s.QUIC_ENABLED_CONTAINERS
            ]
            if keys:
                yield self.in_manifest(manifest, f"{', '.join(keys)}: the Service is of the type {kind}.", key=keys[0])


class OfAnother(Check):
    """A Service that is to be that of another controller, with settings that only this one reads."""

    id = "EKI384"
    title = "With the type nlb, Kubernetes itself makes the load balancer"
    why = (
        "Its controller reads other annotations: targets are nodes, and the load balancer faces the internet; unless the webhook "
        "of this controller gives the Service a class when it is made."
    )
    remedy = "Write loadBalancerClass: service.k8s.aws/nlb, and take aws-load-balancer-type out; on a new Service only."
    source = "controller documentation, Network Load Balancer, Configuration"
    example = "service.beta.kubernetes.io/aws-load-balancer-type: nlb   # beside aws-load-balancer-nlb-target-type: ip"

    def find(self, plan: Plan) -> Iterator[Finding]:
        for manifest in _others(plan):
            said = manifest.annotations
            if said.get(s.TYPE.key()) != "nlb" or (manifest.body.get("spec") or {}).get("loadBalancerClass") is not None:
                continue
            for row, text in ((s.TARGET_TYPE, "ip"), (s.SCHEME, "internal")):
                if said.get(row.key()) == text and (row is s.TARGET_TYPE or s.INTERNAL.key() not in said):
                    yield self.in_manifest(manifest, f"{row.key()} is {text}, and {s.TYPE.name} is nlb.", key=row.key())


def _others(plan: Plan) -> Iterator[Manifest]:
    """The Services that the controller takes no care of."""
    own = {(service.manifest.namespace, service.manifest.name) for service in plan.services}
    return (manifest for manifest in manifests(plan, "Service") if (manifest.namespace, manifest.name) not in own)


def _is_watched(plan: Plan, manifest: Manifest) -> bool:
    """Whether the controller looks at Services of its namespace."""
    return plan.world is not None and plan.world.flags.watch_namespace in ("", manifest.namespace)
