"""The certificates of HTTPS listeners: those that are named, those that the controller finds, and those that it asks for.

Facts: controller documentation, "TLS", "Certificate Discovery", "Certificate Management"; the controller's certificate builder.
"""

from __future__ import annotations

from collections.abc import Sequence

from eks_ingress.annotations import catalogue as c
from eks_ingress.annotations.grammar import Bool
from eks_ingress.plan.members import Group, Member
from eks_ingress.plan.model import RequestedCertificate
from eks_ingress.plan.not_found import NotFound
from eks_ingress.plan.tags import tags_of_ingress
from eks_ingress.plan.unknown import is_unknown, unknown


class Certificates:
    """The certificates of one group."""

    def __init__(self, group: Group) -> None:
        self._group = group
        self.requested: dict[Member, RequestedCertificate] = {}
        """Those that the controller asks for."""

    def explicit(self, member: Member) -> tuple[str, ...]:
        """The certificates that the class or the Ingress names, or else the one that is asked for. Raises `Refused`."""
        own: Sequence[str] = member.read(c.CERTIFICATE_ARN) or ()
        if self._group.world.flags.gate("EnableCertificateManagement") and not own and asks_for_certificate(member):
            self.requested[member] = self._request(member)
        named = tuple(member.of_class.says("certificateArn") or own)
        return named if named or member not in self.requested else (self.requested[member].arn,)

    def found(self, member: Member) -> tuple[str, ...]:
        """The certificates that the controller finds by the hosts of an Ingress. Raises `Refused` where one has none."""
        hosts = hosts_of(member)
        world = self._group.world
        if world.facts.certificates is None or any(map(is_unknown, hosts)):
            return tuple(unknown(f"certificate for {host}") for host in hosts)
        try:
            return tuple(world.facts.certificates_for(hosts, world.flags))
        except NotFound as missing:
            raise member.refuse(
                "EKI215",
                f"{missing}.",
                "Have AWS Certificate Manager issue one in the region of the load balancer, or write `certificate-arn`.",
                str(missing),
            ) from None

    def _request(self, member: Member) -> RequestedCertificate:
        hosts = hosts_of(member)
        if not hosts:
            raise member.refuse(
                "EKI221",
                "a certificate is to be asked for, and no rule has a host.",
                "Write hosts in the rules or under `tls`, or leave `create-acm-cert` out.",
                f"ingress {member.name} has create-acm-cert enabled but no hostnames defined",
                at=c.CREATE_ACM_CERT,
            )
        authority = member.said.text(c.ACM_PCA_ARN) or self._group.world.flags.default_private_ca
        kind = "private" if authority else "amazon_issued"
        from hashlib import sha256  # noqa: PLC0415 - it takes long to load, and is seldom needed

        digest = sha256(member.name.encode()).hexdigest()[:8]
        name = f"{kind}/{hosts[0].replace('*', 'wildcard')}-{digest}"
        tags = dict(tags_of_ingress(self._group, member))
        return RequestedCertificate(
            name, authority, tuple(hosts), tuple(sorted({**tags, **self._group.world.flags.default_tags}.items()))
        )


def asks_for_certificate(member: Member) -> bool:
    """Whether an Ingress wants a certificate made; the controller takes what it cannot read for no."""
    return Bool.spellings.get(member.said.text(c.CREATE_ACM_CERT) or "", False)


def hosts_of(member: Member) -> list[str]:
    """The hosts of an Ingress, of its rules and under `tls`."""
    hosts = {rule.get("host") for rule in member.spec.get("rules") or ()}
    hosts |= {host for tls in member.spec.get("tls") or () for host in tls.get("hosts") or ()}
    return sorted(host for host in hosts if host)
