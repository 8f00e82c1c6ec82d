"""What has an address that clients find by a name: a load balancer of either kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from constructs import Construct, IDependable

from eks_ingress.balancers.applied import Applied
from eks_ingress.refusal import Refusals
from eks_ingress.routing.dns import ExternalDns
from eks_ingress.routing.scheme import IpAddressType
from eks_ingress.routing.units import Span
from eks_ingress.source import caller

if TYPE_CHECKING:
    from aws_cdk import aws_route53

    from eks_ingress.balancers.alias import Alias
    from eks_ingress.balancers.hosted_zones import Kind
    from eks_ingress.controller.cluster import KubernetesObjectValue

_VALUES = ("DnsName", "FrontendDnsName")
"""What is read of the addresses in the status of an object, in their order."""


class Addressed(Applied):
    """A load balancer, and the names that lead to it."""

    def __init__(self, *given: Any, **said: Any) -> None:
        """As the class after it."""
        super().__init__(*given, **said)
        self._values: dict[int, KubernetesObjectValue] = {}
        self._external_dns: ExternalDns | None = None
        self.aliases: list[Alias] = []
        """The names in hosted zones that lead to it."""

    def add_alias(
        self,
        name: str,
        zone: aws_route53.IHostedZone,
        *,
        scope: Construct | None = None,
        ipv6: bool | None = None,
        evaluate_target_health: bool | None = None,
        comment: str | None = None,
        set_identifier: str | None = None,
        weight: int | None = None,
        region: str | None = None,
        geo_location: aws_route53.GeoLocation | None = None,
        health_check: aws_route53.IHealthCheck | None = None,
        hosted_zone_id: str | None = None,
    ) -> tuple[aws_route53.RecordSet, ...]:
        """Makes a name in a hosted zone of Route 53 lead to the load balancer, by alias records: A, and AAAA where it has IPv6.

        The records are made when the load balancer has its address, and are removed before it. With a network load balancer in
        front they lead to that.

        :param name: relative to the zone (`shop`), or in full (`shop.example.com`); `""` for the zone's own, `*` for all below it.
        :param zone: the hosted zone, public or private, which must know its name.
        :param scope: where the records are made, in any stack. Default: below the load balancer.
        :param ipv6: whether it has IPv6 addresses, for one whose class, named by its name, says so. Default: as it, or what
            `add_class` gave, says.
        :param evaluate_target_health: whether Route 53 leaves it out of its answers while no target is healthy. Default: no.
        :param comment: a note beside the records in Route 53. Default: none.
        :param set_identifier: what tells it from other records of this name, with `weight`, `region` or `geo_location`.
        :param weight: its share among those records, 0 to 255.
        :param region: the AWS region for whose clients it is the nearest of those records.
        :param geo_location: from where clients get this one of those records.
        :param health_check: a health check of Route 53 by which it is left out of answers. Default: none.
        :param hosted_zone_id: id of the hosted zone that the load balancer itself is in, for a region of which it is not known
            here; `aws elbv2 describe-load-balancers` tells it.

        Raises `Refused` for what is no name of the zone, for a name that leads elsewhere already, for options that do not go
        together, and for a region of which the hosted zone of load balancers is not known.

        Facts: Route 53 documentation, "Values for alias records"; AWS General Reference, "Elastic Load Balancing endpoints and
        quotas".
        """
        from eks_ingress.balancers.alias import add_alias  # noqa: PLC0415 - few apps make records, and it loads Route 53

        source = caller(self.source.construct)
        place: Construct = self if scope is None else scope
        options = {
            "evaluate_target_health": evaluate_target_health,
            "comment": comment,
            "set_identifier": set_identifier,
            "weight": weight,
            "region": region,
            "geo_location": geo_location,
            "health_check": health_check,
        }
        return add_alias(self, place, name, zone, options, source, ipv6=ipv6, hosted_zone_id=hosted_zone_id)

    def add_external_dns(self, *names: str, ttl: Span | None = None, prefix: str | None = None) -> None:
        """Hands names to ExternalDNS, which runs in the cluster and makes their records, by annotations.

        The hosts of routes need no mention: ExternalDNS reads them of each Ingress by itself. A network load balancer has no other
        names than these.

        :param names: names in full: `shop.example.com`, `*.example.com`. Names of several calls add up.
        :param ttl: how long answers may be kept, of all names that ExternalDNS makes for the load balancer; alias records of
            Route 53, which it makes by default, have none. Default: as ExternalDNS does it.
        :param prefix: what its annotations begin with, as its flag `--annotation-prefix` says. Default: what it reads without
            that flag, before and since its release 0.22.

        Raises `Refused` for what is no name, and for a second `ttl` or `prefix` that is not the first.

        Facts: ExternalDNS documentation, "Annotations", "Ingress source", "Service source".
        """
        said = self._external_dns
        refusals = Refusals(caller(self.source.construct))
        added: ExternalDns | None = None
        with refusals.gather():
            added = ExternalDns(names, ttl, prefix)
        for what in ("ttl", "prefix") if said is not None and added is not None else ():
            value, before = getattr(added, what), getattr(said, what)
            refusals.require(
                value in (None, before),
                what,
                value and str(value),
                f"is not that of the names before, {before and str(before)!r}, and there is one for all of them",
                "Write it once, with the first names.",
            )
        if said is not None and added is not None:
            added = ExternalDns(tuple(dict.fromkeys((*said.names, *added.names))), said.ttl, said.prefix)
        for key in {**added.of_names, **added.of_ttl} if added is not None else ():
            refusals.require(
                key not in self.own_annotations,
                "annotation",
                key,
                "is among `annotations` already",
                "Say it in one place: here, or there.",
            )
        refusals.settle()
        self._external_dns = added
        self.annotate_anew()

    @property
    def dns_name(self) -> str:
        """The address that AWS gives the load balancer, known at deploy time, once the controller has made it."""
        return self._address(0)

    @property
    def clients_address(self) -> str:
        """The address that a name is to lead to."""
        return self.dns_name

    @property
    def kind_of_address(self) -> Kind:
        """Of which kind of load balancer that address is."""
        raise NotImplementedError

    @property
    def ip_address_type(self) -> IpAddressType:
        """Which addresses clients reach it under, as far as it says so itself."""
        raise NotImplementedError

    @property
    def address_families(self) -> tuple[str, ...]:
        """The types of records that lead to it: its public addresses, where it has public and private ones."""
        return _FAMILIES[self.ip_address_type]

    @property
    def own_annotations(self) -> Mapping[str, str]:
        """What it was given as annotations for others than the controller."""
        raise NotImplementedError

    def annotate_anew(self) -> None:
        """Forgets the objects that were made without what ExternalDNS is told."""
        raise NotImplementedError

    def object_with_address(self) -> tuple[str, str, str]:
        """Kind, name and namespace of the object whose status has the address."""
        raise NotImplementedError

    @property
    def minutes_to_address(self) -> int:
        """How long the controller may take until it writes the address into the status."""
        return 5

    def _address(self, place: int) -> str:
        """One of the addresses in the status."""
        if place not in self._values:
            kind, name, namespace = self.object_with_address()
            self._values[place] = self.host.view.object_value(
                self,
                _VALUES[place],
                kind=kind,
                name=name,
                namespace=namespace,
                path=f".status.loadBalancer.ingress[{place}].hostname",
                minutes=self.minutes_to_address,
            )
        return self._values[place].value

    def read_after(self, made: Sequence[IDependable]) -> None:
        """Has the addresses read when the objects are there."""
        for value in self._values.values() if made else ():
            value.node.add_dependency(*made)


_FAMILIES = {
    IpAddressType.IPV4: ("A",),
    IpAddressType.DUALSTACK: ("A", "AAAA"),
    IpAddressType.DUALSTACK_WITHOUT_PUBLIC_IPV4: ("AAAA",),
}
