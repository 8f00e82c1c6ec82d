"""The ports of a group: what each Ingress says of its own, and what becomes of a port that several have.

Facts: controller documentation, "Listen ports", "TLS", "Access control"; the controller's listener builder (`pkg/ingress`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from eks_ingress.annotations import catalogue as c
from eks_ingress.plan.blocks import is_block
from eks_ingress.plan.certificates import Certificates
from eks_ingress.plan.facts import Facts
from eks_ingress.plan.members import Group, Member
from eks_ingress.plan.merging import agreed
from eks_ingress.plan.model import MutualTls
from eks_ingress.plan.unknown import is_unknown, unknown

_MODES = ("off", "passthrough", "verify")


class PortSettings(NamedTuple):
    """What is said of a port."""

    protocol: str
    ipv4: tuple[str, ...] = ()
    """Blocks of addresses that may reach it."""
    ipv6: tuple[str, ...] = ()
    prefix_lists: tuple[str, ...] = ()
    tls_policy: str | None = None
    certificates: tuple[str, ...] = ()
    mutual_tls: MutualTls | None = None


def ports_of(group: Group, member: Member, certificates: Certificates) -> dict[int, PortSettings]:
    """The ports of an Ingress. What is wrong becomes a problem of the group."""
    policy: str | None = None
    prefix_lists: tuple[str, ...] = ()
    blocks: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    mutual: Mapping[int, MutualTls] = {}
    ports: Mapping[int, str] = {}
    arns: tuple[str, ...] = ()
    with group.gather():
        policy = member.of_class.says("sslPolicy") or member.said.text(c.SSL_POLICY)
        prefix_lists = tuple(
            member.of_class.says("prefixListsIDs")
            or member.of_class.says("PrefixListsIDs")
            or member.read(c.SECURITY_GROUP_PREFIX_LISTS)
            or ()
        )
    with group.gather():
        blocks = _inbound_blocks(member)
    with group.gather():
        mutual = _mutual_tls(group, member)
    with group.gather():
        explicit = certificates.explicit(member)
        ports = listen_ports(member, has_certificates=bool(explicit))
        arns = certificates.found(member) if "HTTPS" in ports.values() and not explicit else explicit
    return {
        port: PortSettings(protocol, *blocks, prefix_lists, policy, arns, mutual.get(port))
        if protocol == "HTTPS"
        else PortSettings(protocol, *blocks, prefix_lists)
        for port, protocol in ports.items()
    }


def listen_ports(member: Member, *, has_certificates: bool) -> dict[int, str]:
    """The ports of an Ingress and their protocols; without the annotation HTTPS on 443 if it has certificates, else HTTP on 80.

    Raises `Refused`.
    """
    document = member.read(c.LISTEN_PORTS)
    if document is None:
        return {443: "HTTPS"} if has_certificates else {80: "HTTP"}
    ports: dict[int, str] = {}
    for entry in document:
        for protocol, port in entry.items():
            known = protocol in ("HTTP", "HTTPS")
            if not known or not 1 <= port <= 65535:
                raise member.refuse(
                    "EKI203",
                    f"listen-ports holds {protocol} on port {port}.",
                    "Write HTTP or HTTPS and a port from 1 to 65535.",
                    f"listen protocol must be within [HTTP, HTTPS]: {protocol}"
                    if 1 <= port <= 65535
                    else f"listen port must be within [1, 65535]: {port}",
                    at=c.LISTEN_PORTS,
                )
            ports[port] = protocol
    if not document:
        raise member.refuse(
            "EKI203",
            "listen-ports is empty.",
            'Write [{"HTTP": 80}], or leave the annotation out.',
            "empty listen-ports configuration:",
            at=c.LISTEN_PORTS,
        )
    return ports


def merged(group: Group, port: int, said: Sequence[tuple[Member, PortSettings]]) -> PortSettings:
    """What the Ingresses that listen on a port say together. Raises `Refused` where they do not agree."""
    first, settings = said[0]
    for member, other in said[1:]:
        if other.protocol != settings.protocol:
            raise member.refuse(
                "EKI204",
                f"port {port} is {other.protocol} here and {settings.protocol} in Ingress {first.name} of the same group.",
                "Give the port one protocol in all of them.",
                f"failed to merge listenPort config for port: {port}: conflicting protocol,",
                at=c.LISTEN_PORTS,
            )
    before = f"failed to merge listenPort config for port: {port}: conflicting"
    blocks = agreed(
        c.INBOUND_CIDRS,
        [(x, (y.ipv4, y.ipv6) if y.ipv4 or y.ipv6 else None) for x, y in said],
        f"{before} inbound-cidrs,",
        lambda blocks: tuple(map(frozenset, blocks)),
    )
    listed = agreed(
        c.SECURITY_GROUP_PREFIX_LISTS,
        [(x, y.prefix_lists or None) for x, y in said],
        f"{before} inbound-prefix-lists,",
        frozenset,
    )
    policy = agreed(c.SSL_POLICY, [(x, y.tls_policy) for x, y in said], f"{before} sslPolicy,")
    mutual = agreed(c.MUTUAL_AUTHENTICATION, [(x, y.mutual_tls) for x, y in said], f"{before} mTLS Attributes,")
    ipv4, ipv6 = blocks[1] if blocks else ((), ())
    if not blocks and not listed:
        ipv4, ipv6 = ("0.0.0.0/0",), ("::/0",)
    default_policy = group.world.flags.default_tls_policy if settings.protocol == "HTTPS" else None
    return PortSettings(
        settings.protocol,
        tuple(sorted(set(ipv4))),
        tuple(sorted(set(ipv6))),
        tuple(sorted(set(listed[1]))) if listed else (),
        policy[1] if policy else default_policy,
        _certificates([x.certificates for _, x in said]),
        mutual[1] if mutual else None,
    )


def _certificates(said: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """All certificates: the first of the first Ingress that has some is the default, and may be among the others once more."""
    owner = next((place for place, arns in enumerate(said) if arns), None)
    if owner is None:
        return ()
    others = dict.fromkeys(
        arn for place, arns in enumerate(said) for number, arn in enumerate(arns) if (place, number) != (owner, 0)
    )
    return (said[owner][0], *others)


def _inbound_blocks(member: Member) -> tuple[tuple[str, ...], tuple[str, ...]]:
    of_class = member.of_class.says("inboundCIDRs")
    blocks: Sequence[str] = of_class or member.read(c.INBOUND_CIDRS) or ()
    for block in blocks:
        if not is_unknown(block) and not is_block(block):
            where = "inbound-cidrs" if of_class is None else f"inboundCIDRs of class {member.of_class.name!r}"
            raise member.refuse(
                "EKI315",
                f"{where} holds {block!r}, which is no block of addresses.",
                "Write one such as 10.0.0.0/8 or 2001:db8::/32.",
                "invalid inbound-cidrs settings on Ingress:"
                if of_class is None
                else f"invalid CIDR in IngressClassParams InboundCIDR {block}",
                at=c.INBOUND_CIDRS,
            )
    return tuple(x for x in blocks if ":" not in x), tuple(x for x in blocks if ":" in x)


def _mutual_tls(group: Group, member: Member) -> dict[int, MutualTls]:
    """What is said of client certificates, by port. Raises `Refused`."""
    entries = member.read(c.MUTUAL_AUTHENTICATION)
    if entries is None:
        return {}

    def refuse(reason: str, remedy: str, event: str) -> Exception:
        return member.refuse("EKI217", f"mutual-authentication {reason}.", remedy, event, at=c.MUTUAL_AUTHENTICATION)

    if not entries:
        event = "empty mutualAuthentication configuration from ingress annotation:"
        raise refuse("is empty", 'Write [{"port": 443, "mode": "passthrough"}], or leave it out', event)
    found: dict[int, MutualTls] = {}
    for entry in entries:
        port, mode, store = entry.get("port") or 0, entry.get("mode") or "", entry.get("trustStore") or ""
        expiry, advertise = entry.get("ignoreClientCertificateExpiry"), entry.get("advertiseTrustStoreCaNames")
        if not 1 <= port <= 65535:
            raise refuse(f"is for port {port}", "Write a port from 1 to 65535.", f"listen port must be within [1, 65535]: {port}")
        if not mode:
            event = f"mutualAuthentication mode cannot be empty for port {port}"
            raise refuse(f"has no mode for port {port}", "Write off, passthrough or verify.", event)
        if mode not in _MODES:
            event = f"mutualAuthentication mode value must be among [off, passthrough, verify] for port {port} : {mode}"
            raise refuse(f"has the mode {mode!r} for port {port}", "Write off, passthrough or verify.", event)
        verifies = mode == "verify"
        if verifies and not store:
            event = f"trustStore is required when mutualAuthentication mode is verify for port {port}"
            raise refuse(f"verifies on port {port} without a trust store", "Write `trustStore`.", event)
        before = f"Mutual Authentication mode {mode} does not support"
        for what, is_said, event in (
            ("trustStore", bool(store), f"{before} trustStore for port {port}"),
            ("ignoreClientCertificateExpiry", expiry is not None, f"{before} ignoring client certificate expiry for port {port}"),
            ("advertiseTrustStoreCaNames", advertise is not None, f"{before} advertiseTrustStoreCaNames for port {port}"),
        ):
            if is_said and not verifies:
                raise refuse(f"has {what} for port {port}, whose mode is {mode}", "Leave it out, or write the mode verify.", event)
        if advertise not in (None, "on", "off"):
            event = 'advertiseTrustStoreCaNames only supports the values "on" and "off"'
            raise refuse(f"has advertiseTrustStoreCaNames {advertise!r} for port {port}", 'Write "on" or "off".', event)
        found[port] = MutualTls(mode, store, False if verifies and expiry is None else expiry, advertise)
    return {port: _with_arn(group, member, mutual) for port, mutual in found.items()}


def _with_arn(group: Group, member: Member, mutual: MutualTls) -> MutualTls:
    """The same with the ARN of a trust store that is named. Raises `Refused` for one that does not exist."""
    store: Any = mutual.trust_store
    if mutual.mode != "verify" or store.startswith("arn:") or is_unknown(store):
        return mutual
    known = group.world.facts.trust_stores
    arn = unknown(f"trust store {store}") if known is None else Facts.arn(known, store)
    if arn is None:
        raise member.refuse(
            "EKI222",
            f"there is no trust store {store!r}.",
            "Name one of the account, or write its ARN.",
            "TrustStoreNotFound",
            at=c.MUTUAL_AUTHENTICATION,
        )
    return MutualTls(mutual.mode, arn, mutual.ignore_expiry, mutual.advertise)
