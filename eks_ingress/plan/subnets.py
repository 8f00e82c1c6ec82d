"""The subnets of a VPC, and which of them the controller takes for a load balancer.

Facts: controller documentation, "Subnet Discovery"; the controller's resolver (`pkg/networking`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from eks_ingress.plan.flags import ControllerFlags
from eks_ingress.plan.not_found import NotFound
from eks_ingress.plan.unknown import is_unknown, unknown
from eks_ingress.refusal import Refusals
from eks_ingress.routing.units import put, require_cidr, require_count, require_list, require_texts

T = TypeVar("T")

ROLES = {True: "kubernetes.io/role/elb", False: "kubernetes.io/role/internal-elb"}
"""The tag of subnets for load balancers that face the internet, and for those that do not; its value is `1` or empty."""

_FEWEST_ADDRESSES = 8
ZONE_TYPES = ("availability-zone", "local-zone", "wavelength-zone", "outpost")
MOST = 1_000_000
"""More than any quota or number of addresses is."""


@dataclass(frozen=True)
class SubnetFact:
    """A subnet of the cluster's VPC. Raises `Refused` for values that AWS does not have.

    Facts: controller documentation, "Subnet Discovery".
    """

    id: str
    zone: str
    """Its availability zone, local zone or wavelength zone."""
    name: str | None = None
    """Its tag `Name`."""
    zone_type: str = "availability-zone"
    """`availability-zone`, `local-zone`, `wavelength-zone`, or `outpost`."""
    tags: Mapping[str, str] | None = field(default_factory=dict)
    """Its tags, by which the controller finds subnets; None where they are not known. Default: none."""
    public: bool | None = None
    """Whether it has a route to an internet gateway. Default: not known, and no where the controller goes by it."""
    ipv6: bool = False
    """Whether it has an IPv6 block."""
    free_addresses: int = 250
    """How many addresses are free; with fewer than 8 the controller passes it over."""
    cidr: str | None = None
    """Its IPv4 block, which tells the fixed addresses of network load balancers apart. Default: not known."""
    ipv6_cidrs: Sequence[str] = ()
    """Its IPv6 blocks, which imply `ipv6`. Default: not known."""

    def __post_init__(self) -> None:
        refusals = Refusals()
        if self.cidr is not None:
            require_cidr(refusals, f"cidr of subnet {self.id!r}", self.cidr)
        if require_list(refusals, f"ipv6_cidrs of subnet {self.id!r},", self.ipv6_cidrs):
            for block in self.ipv6_cidrs:
                require_cidr(refusals, f"ipv6_cidrs of subnet {self.id!r}", block)
        require_one_of(refusals, f"zone_type of subnet {self.id!r},", self.zone_type, ZONE_TYPES)
        if self.tags is not None:
            require_texts(refusals, f"tags of subnet {self.id!r},", self.tags)
        require_count(refusals, f"free_addresses of subnet {self.id!r},", self.free_addresses, 0, MOST)
        refusals.settle()
        put(self, ipv6_cidrs=tuple(self.ipv6_cidrs), ipv6=self.ipv6 or bool(self.ipv6_cidrs))

    def tag(self, key: str) -> str | None:
        """The value of one of its tags, None where it does not have it."""
        return self.name if key == "Name" and self.name is not None else (self.tags or {}).get(key)


class Subnets:
    """The subnets of a VPC, as far as they are known."""

    def __init__(self, known: Sequence[SubnetFact] | None, are_all: bool) -> None:
        """Those that are `known`, None where nothing is; `are_all` tells whether there are no others."""
        self._known = known
        self._are_all = are_all

    @property
    def tells_discovery(self) -> bool:
        """Whether it is known which subnets the controller finds by itself."""
        return self._known is not None and self._are_all and all(subnet.tags is not None for subnet in self._known)

    def tells(self, names: Iterable[str]) -> bool:
        """Whether it is known which subnets are meant by ids and names, or that there are none of them."""
        if self._known is None:
            return False
        known = {subnet.id for subnet in self._known} | {subnet.tag("Name") for subnet in self._known}
        # One that CloudFormation will make has an id that nobody knows yet.
        may_be_missing = self._are_all and not any(is_unknown(subnet.id) for subnet in self._known)
        return all(name in known or (may_be_missing and not is_unknown(name)) for name in names)

    def subnet(self, id: str) -> SubnetFact | None:
        """What is known of a subnet."""
        return next((subnet for subnet in self._known or () if subnet.id == id), None)

    def tagged(self, scheme: str) -> list[SubnetFact]:
        """The subnets that bear the tag for load balancers of a scheme."""
        role = ROLES[scheme == "internet-facing"]
        return [subnet for subnet in self._known or () if subnet.tag(role) in ("", "1")]

    def discovered(self, flags: ControllerFlags, scheme: str, kind: str, ipv6: bool) -> list[str]:
        """The subnets that the controller finds for a load balancer of `kind` `application` or `network`. Raises `NotFound`."""
        found = self.tagged(scheme)
        if not found and flags.gate("SubnetDiscoveryByReachability"):
            found = [subnet for subnet in self._known or () if bool(subnet.public) == (scheme == "internet-facing")]
        return self._one_per_zone(found, flags, kind, ipv6)

    def selected(self, flags: ControllerFlags, selector: Mapping[str, Any], ipv6: bool) -> list[str]:
        """The subnets that the `subnets` of IngressClassParams select. Raises `NotFound`."""
        if ids := selector.get("ids"):
            try:
                found = self._by_id(ids)
            except NotFound as missing:
                raise NotFound(f"failed to list subnets by IDs: {missing}", missing.event) from None
            return self._specified(found, flags, "application", ipv6)
        wanted = (selector.get("tags") or {}).items()
        found = [x for x in self._known or () if all(_has_tag(x, key, values) for key, values in wanted)]
        return self._one_per_zone(found, flags, "application", ipv6)

    def named(self, flags: ControllerFlags, names: Sequence[str], kind: str, ipv6: bool) -> list[str]:
        """The subnets that are named by id or by their tag `Name`, in this order. Raises `NotFound`."""
        try:
            found = self._by_name_or_id(names)
        except NotFound as missing:
            raise NotFound(f"failed to list subnets by names or IDs: {missing}", missing.event) from None
        return self._specified(found, flags, kind, ipv6)

    def _by_name_or_id(self, names: Sequence[str]) -> list[SubnetFact]:
        known = {subnet.id for subnet in self._known or ()}
        ids = [name for name in names if name.startswith("subnet-") or name in known]
        by_id = {subnet.id: subnet for subnet in self._by_id(ids)}
        others = dict.fromkeys(name for name in names if name not in by_id)
        by_name: dict[str, list[SubnetFact]] = {name: [] for name in others}
        for subnet in sorted(self._known or (), key=lambda subnet: subnet.id):
            if subnet.name in by_name:
                by_name[subnet.name].append(subnet)
        if missing := [name for name, found in by_name.items() if not found]:
            before = "couldn't find all subnets, missing names:"
            raise NotFound(f"{before} [{' '.join(missing)}]", before)
        used: dict[str, int] = {}
        chosen: list[SubnetFact] = []
        for name in names:
            if name in by_id:
                chosen.append(by_id[name])
                continue
            place = used[name] = used.get(name, -1) + 1
            if place >= len(by_name[name]):
                raise NotFound(
                    f'subnet with Name tag "{name}" requested {place + 1} times but only {len(by_name[name])} subnet(s) found '
                    "with that name"
                )
            chosen.append(by_name[name][place])
        return chosen

    def _by_id(self, ids: Sequence[str]) -> list[SubnetFact]:
        known = {subnet.id: subnet for subnet in self._known or ()}
        if missing := [wanted for wanted in ids if wanted not in known]:
            raise NotFound(f"InvalidSubnetID.NotFound: The subnet ID '{missing[0]}' does not exist", "InvalidSubnetID.NotFound")
        found = [subnet for subnet in self._known or () if subnet.id in ids]
        if len(found) != len(ids):
            raise NotFound(f"couldn't find all subnets, want: [{' '.join(ids)}], found: [{' '.join(x.id for x in found)}]")
        return found

    def _specified(self, subnets: Sequence[SubnetFact], flags: ControllerFlags, kind: str, ipv6: bool) -> list[str]:
        if not subnets:
            raise NotFound("unable to resolve at least one subnet")
        for zone, found in _by(subnets, [subnet.zone for subnet in subnets]).items():
            if len(found) > 1:
                raise NotFound(f"multiple subnets in same Availability Zone {zone}: [{' '.join(x.id for x in found)}]")
        self._right_number(subnets, flags, kind)
        if ipv6 and (without := [subnet.id for subnet in subnets if not subnet.ipv6]):
            raise NotFound(f"subnets [{' '.join(without)}] do not have an associated IPv6 CIDR block")
        return [subnet.id for subnet in subnets]

    def _one_per_zone(self, subnets: Sequence[SubnetFact], flags: ControllerFlags, kind: str, ipv6: bool) -> list[str]:
        own = f"kubernetes.io/cluster/{flags.cluster_name}"
        of_others = [
            subnet
            for subnet in subnets
            if flags.gate("SubnetsClusterTagCheck")
            and not (flags.cluster_name is None or is_unknown(flags.cluster_name))
            and subnet.tag(own) is None
            and any(key.startswith("kubernetes.io/cluster") for key in subnet.tags or ())
        ]
        left = [subnet for subnet in subnets if subnet not in of_others]
        full = [subnet for subnet in left if subnet.free_addresses < _FEWEST_ADDRESSES]
        left = [subnet for subnet in left if subnet not in full and (subnet.ipv6 or not ipv6)]
        by_zone = _by(left, [subnet.zone for subnet in left])
        chosen = [_first(found, own) for found in by_zone.values()]
        if not chosen:
            raise NotFound(
                f"unable to resolve at least one subnet. Evaluated {len(subnets)} subnets: {len(of_others)} are tagged for other "
                f"clusters, {'' if ipv6 else 'and '}{len(full)} have insufficient available IP addresses"
            )
        self._right_number(chosen, flags, kind)
        ids = [subnet.id for subnet in chosen]
        return ids if any(map(is_unknown, ids)) else sorted(ids)

    @staticmethod
    def _right_number(subnets: Sequence[SubnetFact], flags: ControllerFlags, kind: str) -> None:
        zones = {subnet.zone_type for subnet in subnets}
        if len(zones) > 1:
            raise NotFound(f"subnets in multiple locales: [{' '.join(sorted(zones))}]")
        fewest = 2 if kind == "application" and zones == {"availability-zone"} and not flags.gate("ALBSingleSubnet") else 1
        if len(subnets) < fewest:
            raise NotFound(f"subnets count less than minimal required count: {len(subnets)} < {fewest}")


def require_one_of(refusals: Refusals, what: str, value: str, known: Sequence[str]) -> None:
    """A word that is one of a few."""
    refusals.require(value in known, what, value, "is none that there is", f"Write one of {', '.join(known)}.")


def _first(subnets: Sequence[SubnetFact], own: str) -> SubnetFact:
    """The subnet of a zone that the controller takes: one of its own cluster, and the one whose id comes first."""
    of_cluster = [subnet for subnet in subnets if subnet.tag(own) is not None] or subnets
    if len(of_cluster) > 1 and any(is_unknown(subnet.id) for subnet in of_cluster):
        return replace(of_cluster[0], id=unknown(f"one of {len(of_cluster)} subnets in {of_cluster[0].zone}"))
    return min(of_cluster, key=lambda subnet: subnet.id)


def _has_tag(subnet: SubnetFact, key: str, values: Iterable[str]) -> bool:
    """Whether a tag has one of these values, in which `*` is any text and `?` a character (EC2 API, Filter)."""
    value = subnet.tag(key)
    globs = ("".join({"*": ".*", "?": "."}.get(x) or re.escape(x) for x in text) for text in values)
    return value is not None and any(re.fullmatch(glob, value, re.DOTALL) for glob in globs)


def _by(values: Iterable[T], keys: Iterable[str]) -> dict[str, list[T]]:
    found: dict[str, list[T]] = {}
    for value, key in zip(values, keys, strict=True):
        found.setdefault(key, []).append(value)
    return found
