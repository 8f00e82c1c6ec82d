"""Alias records in a hosted zone of Route 53 that lead to a load balancer.

Facts: Route 53 documentation, "Choosing between alias and non-alias records", "Values for alias records"; Elastic Load Balancing
documentation, IP address types.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import jsii
from aws_cdk import aws_route53
from constructs import Construct

from eks_ingress.balancers.hosted_zones import Kind, hosted_zone_id, hosted_zone_id_at_deploy
from eks_ingress.balancers.hosts import hosts_in
from eks_ingress.controller.logical_ids import fix_logical_id, logical_id
from eks_ingress.refusal import Refusals
from eks_ingress.routing.dns import name_in_zone
from eks_ingress.routing.units import require_count, require_flag
from eks_ingress.source import Source
from eks_ingress.tokens import has_token

if TYPE_CHECKING:
    from eks_ingress.balancers.addressed import Addressed


@dataclass(frozen=True)
class Alias:
    """A name that leads to a load balancer."""

    name: str
    """In full, without a dot at its end."""
    zone: str
    """Path of the zone."""
    set_identifier: str | None
    """What tells it from others of its name; None where there are none."""
    source: Source
    """The line that asked for it."""

    def excludes(self, other: Alias) -> bool:
        """Whether Route 53 refuses one beside the other: of one name, each must have an identifier of its own, or there is one."""
        of_one_name = (self.name, self.zone) == (other.name, other.zone)
        return of_one_name and (None in (self.set_identifier, other.set_identifier) or self.set_identifier == other.set_identifier)


def add_alias(
    balancer: Addressed,
    place: Construct,
    name: str,
    zone: aws_route53.IHostedZone,
    options: Mapping[str, Any],
    source: Source,
    *,
    ipv6: bool | None,
    hosted_zone_id: str | None,
) -> tuple[aws_route53.RecordSet, ...]:
    """Makes the records of a name below `place`; see `Addressed.add_alias`."""
    refusals = Refusals(source)
    require_flag(refusals, "ipv6", ipv6)
    _require_options(refusals, options)
    of_zone = _zone_name(refusals, zone)
    whole = name_in_zone(refusals, name, of_zone) if of_zone else ""
    zone_id = _own_zone_id(refusals, place, balancer.kind_of_address, balancer.host.view.region, hosted_zone_id)
    alias = Alias(whole, zone.node.path if of_zone else "", options["set_identifier"], source)
    for other in (other for host in hosts_in(balancer) for other in host.aliases) if whole else ():
        refusals.require(
            not alias.excludes(other),
            "name of an alias,",
            whole,
            f"leads to {other.source} already",
            "Write another name, or a `set_identifier=` and `weight=` for each of several that share one.",
        )
    families = balancer.address_families
    if ipv6 is not None:
        families = tuple(family for family in families if family != "AAAA") + (("AAAA",) if ipv6 else ())
    refusals.require(bool(families), "ipv6", ipv6, "leaves no record, since its IPv4 addresses are private", "Leave `ipv6` out.")
    refusals.settle()
    balancer.aliases.append(alias)
    return tuple(_records(balancer, place, zone, alias, families, zone_id, options, balancer.host.id))


def _zone_name(refusals: Refusals, zone: aws_route53.IHostedZone) -> str:
    """The name of a zone; one that was imported by its id alone knows none."""
    try:
        return zone.zone_name
    except AttributeError:
        refusals.require(False, "zone", zone, "is no hosted zone of the CDK", "Write `HostedZone.from_lookup(…)`, or make one.")
        return ""
    except RuntimeError:
        refusals.require(
            False,
            "zone",
            zone.node.path,
            "does not know its name, without which records cannot be named",
            "Import it with `HostedZone.from_hosted_zone_attributes(…, hosted_zone_id=…, zone_name=…)`.",
        )
        return ""


def _own_zone_id(refusals: Refusals, place: Construct, kind: Kind, region: str, given: str | None) -> str:
    """The id of the zone that the load balancer itself is in."""
    if given is not None:
        refusals.require(given != "", "hosted_zone_id", given, "is empty", "Write it, or leave it out.")
        return given
    if has_token(region):
        return hosted_zone_id_at_deploy(place, kind, region)
    found = hosted_zone_id(kind, region)
    refusals.require(
        found is not None,
        "region",
        region,
        f"is none of which the hosted zone of {kind.value} load balancers is known",
        "Write `hosted_zone_id=…`: it is the `CanonicalHostedZoneId` that `aws elbv2 describe-load-balancers` tells of one there.",
    )
    return found or ""


_LONGEST_IDENTIFIER = 128
_ROUTINGS = ("weight", "region", "geo_location")


def _require_options(refusals: Refusals, options: Mapping[str, Any]) -> None:
    """What Route 53 takes of a record beside its name."""
    require_flag(refusals, "evaluate_target_health", options["evaluate_target_health"])
    require_count(refusals, "weight", options["weight"], 0, 255)
    said = [name for name in _ROUTINGS if options[name] is not None]
    refusals.require(len(said) <= 1, "options", said, "choose between records in several ways", "Keep one of them.")
    refusals.require(
        (options["set_identifier"] is None) == (not said),
        "set_identifier",
        options["set_identifier"],
        "goes with `weight`, `region` or `geo_location`, and these with it",
        "Write both: `set_identifier='blue', weight=90`.",
    )
    identifier = options["set_identifier"]
    refusals.require(
        identifier is None
        or (isinstance(identifier, str) and (has_token(identifier) or 1 <= len(identifier) <= _LONGEST_IDENTIFIER)),
        "set_identifier",
        identifier,
        f"is no text of 1 to {_LONGEST_IDENTIFIER} characters",
        "Write one such as 'blue'.",
    )


def _records(
    balancer: Addressed,
    scope: Construct,
    zone: aws_route53.IHostedZone,
    alias: Alias,
    families: Sequence[str],
    zone_id: str,
    options: Mapping[str, Any],
    prefix: str,
) -> Iterator[aws_route53.RecordSet]:
    """The records of a name, one for each type; `prefix` begins their logical ids."""
    target = aws_route53.RecordTarget.from_alias(_Target(balancer.clients_address, zone_id, options["evaluate_target_health"]))
    others = {key: value for key, value in options.items() if key != "evaluate_target_health" and value is not None}
    for family in families:
        names = [family, *map(balancer.stable, (alias.name, zone.hosted_zone_id, alias.set_identifier or ""))]
        # With a dot at its end, the CDK takes a name as it is.
        made = _RECORDS[family](
            scope, ".".join(["Alias", *names]), zone=zone, record_name=f"{alias.name}.", target=target, **others
        )
        # One that moves in the tree would be made anew, before the old one of the same name is gone.
        fix_logical_id(made, logical_id(prefix, "Alias", *names))
        yield made


_RECORDS: Mapping[str, Any] = {"A": aws_route53.ARecord, "AAAA": aws_route53.AaaaRecord}


@jsii.implements(aws_route53.IAliasRecordTarget)
class _Target:
    """A load balancer as the target of an alias record."""

    def __init__(self, address: str, zone_id: str, evaluates_health: bool | None) -> None:
        self._bound = aws_route53.AliasRecordTargetConfig(
            dns_name=address, hosted_zone_id=zone_id, evaluate_target_health=evaluates_health
        )

    def bind(
        self,
        record: aws_route53.IRecordSet,  # noqa: ARG002 - the shape of an IAliasRecordTarget
        zone: aws_route53.IHostedZone | None = None,  # noqa: ARG002
    ) -> aws_route53.AliasRecordTargetConfig:
        return self._bound
