"""The settings of network load balancers themselves: who may reach them, their addresses and their logs.

Facts: controller documentation, "Service annotations"; the controller's builders of load balancers and security groups for Services
(`pkg/service`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from eks_ingress.annotations import catalogue as c
from eks_ingress.annotations import of_services as s
from eks_ingress.annotations.catalogue import Annotation
from eks_ingress.checks.check import ERROR, Check, Finding
from eks_ingress.checks.reading import balanced, members, read, text_of
from eks_ingress.plan.balanced import BalancedService
from eks_ingress.plan.blocks import is_block
from eks_ingress.plan.model import Plan
from eks_ingress.plan.unknown import is_unknown

_RANGES = s.SOURCE_RANGES.key()


class WithoutSecurityGroup(Check):
    """Who may reach a load balancer that has no security group."""

    id = "EKI358"
    title = "There is no security group that could say who reaches a load balancer"
    why = (
        "Without security groups everyone reaches the load balancer; blocks of addresses count where targets see those of clients, "
        "and the controller manages the rules of targets."
    )
    remedy = "Take aws-load-balancer-disable-nlb-sg out before the Service is made, or leave out who may reach it."
    source = "controller documentation, aws-load-balancer-disable-nlb-sg"
    example = "service.beta.kubernetes.io/aws-load-balancer-security-group-prefix-lists: …   # with -disable-nlb-sg: 'true'"

    def find(self, plan: Plan) -> Iterator[Finding]:
        for balancer, service in balanced(plan):
            if balancer.security_groups or is_unknown(service.said.keys.get(s.DISABLE_SECURITY_GROUP.key())):
                continue
            for row in (s.SECURITY_GROUP_PREFIX_LISTS, s.ENABLE_ICMP, s.INBOUND_RULES_ON_PRIVATE_LINK):
                text = text_of(service, row.key())
                if text and text != "off":
                    yield self.in_manifest(service.manifest, f"{row.key()} has no effect.", key=row.key())
            let_in = {source for group in balancer.target_groups for opening in group.openings or () for source in opening.sources}
            ranges = service.backend.spec.get("loadBalancerSourceRanges")
            said = ranges or read(service.said, s.SOURCE_RANGES) or ()
            if said and not let_in.intersection(said) and not any(map(is_unknown, said)):
                what, key = ("loadBalancerSourceRanges", "") if ranges else (_RANGES, _RANGES)
                yield self.in_manifest(
                    service.manifest, f"{what} has no effect.", key=key, part=("spec", "loadBalancerSourceRanges")
                )


class RangesTwice(Check):
    """Blocks of addresses in the spec, and others in the annotation."""

    id = "EKI359"
    title = "load-balancer-source-ranges is overruled by the spec"
    why = "Where spec.loadBalancerSourceRanges is there, the controller does not read the annotation."
    remedy = "Write all blocks into spec.loadBalancerSourceRanges, and take the annotation out."
    source = "controller documentation, load-balancer-source-ranges"
    example = (
        "service.beta.kubernetes.io/load-balancer-source-ranges: 10.0.0.0/8   # beside loadBalancerSourceRanges: [192.0.2.0/24]"
    )

    def find(self, plan: Plan) -> Iterator[Finding]:
        for service in plan.services:
            counts: Sequence[str] = service.backend.spec.get("loadBalancerSourceRanges") or ()
            for block in read(service.said, s.SOURCE_RANGES) or () if counts else ():
                if block not in counts and not any(map(is_unknown, (block, *counts))):
                    yield self.in_manifest(service.manifest, f"{_RANGES} lets in {block}, for nothing.", key=_RANGES)


class OlderAnnotation(Check):
    """An older annotation and a newer one that differ."""

    id = "EKI372"
    title = "An older annotation and a newer one say different things"
    why = "aws-load-balancer-scheme goes before -internal; those for logs and zones go before aws-load-balancer-attributes."
    remedy = "Take the older annotation out."
    source = "controller documentation, Legacy Cloud Provider, aws-load-balancer-attributes"
    example = "service.beta.kubernetes.io/aws-load-balancer-internal: 'true'   # beside aws-load-balancer-scheme: internet-facing"

    def find(self, plan: Plan) -> Iterator[Finding]:
        for balancer, service in balanced(plan):
            newer: Mapping[str, str] = read(service.said, s.ATTRIBUTES) or {}
            is_so = dict(balancer.attributes)
            said: list[tuple[str, str | None, Annotation, str | None, str | None]] = [
                (s.SCHEME.name, read(service.said, s.SCHEME), s.INTERNAL, _scheme(service), balancer.scheme)
            ]
            for row, key in _OLDER.items():
                old = _as_text(read(service.said, row))
                said.append((f"{key} of {s.ATTRIBUTES.name}", newer.get(key), row, old, is_so.get(key)))
            for what, new, row, old, counts in said:
                if new and old and new.lower() != old.lower() and not is_unknown(new) and not is_unknown(old):
                    message = f"{row.key()} says {old}, and {what} says {new}: it is {counts}."
                    yield self.in_manifest(service.manifest, message, key=row.key())


_OLDER = {
    s.ACCESS_LOG_ENABLED: "access_logs.s3.enabled",
    s.ACCESS_LOG_BUCKET: "access_logs.s3.bucket",
    s.ACCESS_LOG_PREFIX: "access_logs.s3.prefix",
    s.CROSS_ZONE: "load_balancing.cross_zone.enabled",
}


def _scheme(service: BalancedService) -> str | None:
    """What the older annotation says of the scheme."""
    internal: bool | None = read(service.said, s.INTERNAL)
    return None if internal is None else "internal" if internal else "internet-facing"


def _as_text(value: bool | str | None) -> str | None:
    return str(value).lower() if isinstance(value, bool) else value


class LogsForNothing(Check):
    """Where logs are to be written, and nobody says that they are."""

    id = "EKI373"
    title = "A place for logs is named, and there are none"
    why = "The bucket and the prefix count where aws-load-balancer-access-log-enabled is true."
    remedy = "Write access_logs.s3.enabled=true,access_logs.s3.bucket=… in aws-load-balancer-attributes."
    source = "controller documentation, aws-load-balancer-access-log-enabled"
    example = "service.beta.kubernetes.io/aws-load-balancer-access-log-s3-bucket-name: logs   # alone"

    def find(self, plan: Plan) -> Iterator[Finding]:
        for service in plan.services:
            enabled = service.said.keys.get(s.ACCESS_LOG_ENABLED.key())
            # One that says false knows it.
            for row in (s.ACCESS_LOG_BUCKET, s.ACCESS_LOG_PREFIX) if enabled is None else ():
                if text_of(service, row.key()):
                    yield self.in_manifest(service.manifest, f"{row.key()} has no effect.", key=row.key())


class NoBlockOfServices(Check):
    """Something else than a block of addresses, or than a prefix list."""

    id = "EKI378"
    severity = ERROR
    title = "A block of addresses, or a prefix list, is none"
    why = (
        "The controller passes it on as it is, and AWS refuses the rule of the security group; for blocks, Kubernetes does before."
    )
    remedy = (
        "Write blocks such as 10.0.0.0/8, with the number of bits, and prefix lists by their ids, such as pl-0123456789abcdef0."
    )
    source = "EC2 API, IpPermission; Kubernetes documentation, Service, loadBalancerSourceRanges"
    example = "service.beta.kubernetes.io/load-balancer-source-ranges: 10.0.0.1"

    def find(self, plan: Plan) -> Iterator[Finding]:
        for service in plan.services:
            for block in read(service.said, s.SOURCE_RANGES) or ():
                if not is_unknown(block) and not is_block(block):
                    yield self.in_manifest(service.manifest, f"{_RANGES} holds {block!r}.", key=_RANGES)
            for key, wrong in _wrong_ids(service, s.SECURITY_GROUP_PREFIX_LISTS, "pl-"):
                yield self.in_manifest(service.manifest, f"{key} holds {wrong!r}.", key=key)
        for member in members(plan):
            for wrong in _no_ids(read(member, c.SECURITY_GROUP_PREFIX_LISTS) or (), "pl-"):
                key = c.SECURITY_GROUP_PREFIX_LISTS.key()
                yield self.in_ingress(member, f"{key} holds {wrong!r}.", key=key)


class RefusedElasticAddress(Check):
    """Elastic IP addresses that AWS does not have."""

    id = "EKI379"
    severity = ERROR
    title = "An Elastic IP address is none, or is named twice"
    why = "They are named by the ids of their allocations, and each can be in one subnet; AWS refuses to make the load balancer."
    remedy = "Write one id such as eipalloc-0123456789abcdef0 for each subnet."
    source = "Elastic Load Balancing API, SubnetMapping"
    example = "service.beta.kubernetes.io/aws-load-balancer-eip-allocations: 192.0.2.1"

    def find(self, plan: Plan) -> Iterator[Finding]:
        for service in plan.services:
            for key, wrong in _wrong_ids(service, s.EIP_ALLOCATIONS, "eipalloc-"):
                yield self.in_manifest(service.manifest, f"{key} holds {wrong!r}.", key=key)
            said: Sequence[str] = read(service.said, s.EIP_ALLOCATIONS) or ()
            for twice in dict.fromkeys(x for x in said if said.count(x) > 1 and not is_unknown(x)):
                key = s.EIP_ALLOCATIONS.key()
                yield self.in_manifest(service.manifest, f"{key} holds {twice} twice.", key=key)


def _wrong_ids(service: BalancedService, row: Annotation, prefix: str) -> Iterator[tuple[str, str]]:
    """What an annotation names that is no id of AWS with this prefix, each with its key."""
    yield from ((row.key(), wrong) for wrong in _no_ids(read(service.said, row) or (), prefix))


def _no_ids(said: Sequence[str], prefix: str) -> Iterator[str]:
    yield from (word for word in said if not is_unknown(word) and not re.fullmatch(f"{prefix}[0-9A-Za-z]+", word))
