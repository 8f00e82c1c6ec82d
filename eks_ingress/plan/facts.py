"""What only AWS knows: subnets, security groups, certificates and so on, as somebody states them.

Facts: controller documentation, "Subnet Discovery", "Certificate Discovery", "Security Groups"; the controller's resolvers
(`pkg/networking`, `pkg/certs`, `pkg/shared_utils`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, NamedTuple, TypeVar

from eks_ingress.plan.flags import ControllerFlags
from eks_ingress.plan.target_group_fact import TargetGroupFact
from eks_ingress.plan.unknown import is_unknown
from eks_ingress.refusal import Refusals
from eks_ingress.routing.units import put, require_a, require_cidr, require_count, require_list, require_texts, several

T = TypeVar("T")

_FEWEST_ADDRESSES = 8
_OF_CONTROLLER = {"elbv2.k8s.aws/cluster", "ingress.k8s.aws/stack"}
"""Tags of certificates that the controller made."""
ZONE_TYPES = ("availability-zone", "local-zone", "wavelength-zone", "outpost")
STATUSES = ("ISSUED", "PENDING_VALIDATION", "INACTIVE", "EXPIRED", "VALIDATION_TIMED_OUT", "REVOKED", "FAILED")
MOST = 1_000_000
"""More than any quota or number of addresses is."""


class NotFound(Exception):
    """Raised for what AWS does not have, or not in the way that a load balancer needs; its text is the controller's.

    `event` is the part of it that is always the same, where the controller lists things in an order of its own.
    """

    def __init__(self, text: str, event: str | None = None) -> None:
        self.event = text if event is None else event
        super().__init__(text)


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
    tags: Mapping[str, str] = field(default_factory=dict)
    """Its tags, by which the controller finds subnets. Default: none."""
    public: bool = False
    """Whether it has a route to an internet gateway."""
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
        _require_one_of(refusals, f"zone_type of subnet {self.id!r},", self.zone_type, ZONE_TYPES)
        require_texts(refusals, f"tags of subnet {self.id!r},", self.tags)
        require_count(refusals, f"free_addresses of subnet {self.id!r},", self.free_addresses, 0, MOST)
        refusals.settle()
        put(self, ipv6_cidrs=tuple(self.ipv6_cidrs), ipv6=self.ipv6 or bool(self.ipv6_cidrs))

    def tag(self, key: str) -> str | None:
        """The value of one of its tags, None where it does not have it."""
        return self.name if key == "Name" and self.name is not None else self.tags.get(key)


class NamedFact(NamedTuple):
    """Something in AWS that has an id or ARN, and a name."""

    id: str
    name: str | None = None


@dataclass(frozen=True)
class CertificateFact:
    """A certificate in AWS Certificate Manager. Raises `Refused` for values that AWS does not have.

    Facts: controller documentation, "Certificate Discovery"; AWS Certificate Manager API, CertificateDetail.
    """

    arn: str
    domains: Sequence[str] = ()
    """The names that it is for, `*.` in front for those below one."""
    status: str = "ISSUED"
    """As the API has it, `PENDING_VALIDATION` or `EXPIRED`; the controller finds issued ones alone."""
    authority: str = ""
    """ARN of the private authority that issued it; empty for a public one."""
    tags: Mapping[str, str] = field(default_factory=dict)
    """Its tags, by which the controller tells those that it made itself. Default: none."""

    def __post_init__(self) -> None:
        refusals = Refusals()
        _require_one_of(refusals, f"status of certificate {self.arn!r},", self.status, STATUSES)
        require_texts(refusals, f"tags of certificate {self.arn!r},", self.tags)
        require_list(refusals, f"domains of certificate {self.arn!r},", self.domains)
        refusals.settle()
        put(self, domains=tuple(self.domains))


@dataclass(frozen=True)
class Quotas:
    """How much of a kind AWS allows; the defaults are those of a new account. Raises `Refused` for less than 1.

    Facts: Elastic Load Balancing documentation, "Quotas for your Application Load Balancers", "Quotas for your Network Load
    Balancers".
    """

    rules: int = 100
    """Rules of a load balancer, the default actions aside."""
    certificates: int = 25
    """Certificates of a load balancer, the default ones aside."""
    listeners: int = 50
    """Listeners of a load balancer."""
    target_groups: int = 100
    """Target groups of a load balancer; AWS does not raise it."""
    target_groups_per_action: int = 5
    """Target groups that one rule forwards to; AWS does not raise it."""
    condition_values: int = 5
    """Values that the conditions of one rule compare with; AWS does not raise it."""
    condition_wildcards: int = 5
    """Wildcards in the conditions of one rule; 6 on older accounts."""
    security_groups: int = 5
    """Security groups of a load balancer."""

    def __post_init__(self) -> None:
        refusals = Refusals()
        for quota in fields(self):
            require_count(refusals, f"quota of {quota.name}", getattr(self, quota.name), 1, MOST)
        refusals.settle()


@dataclass(frozen=True)
class Facts:
    """What is stated of AWS. What is None is not known; what is missing in a list that is stated does not exist.

    Raises `Refused` for what is no list of such facts.
    """

    vpc: str | None = None
    """Id of the cluster's VPC."""
    vpc_cidrs: Sequence[str] | None = None
    """The IPv4 blocks of the VPC."""
    vpc_ipv6_cidrs: Sequence[str] | None = None
    """The IPv6 blocks of the VPC."""
    subnets: Sequence[SubnetFact] | None = None
    """The subnets of the VPC."""
    security_groups: Sequence[NamedFact] | None = None
    """The security groups of the VPC, each with its id and its tag `Name`."""
    certificates: Sequence[CertificateFact] | None = None
    """The certificates of the region."""
    trust_stores: Sequence[NamedFact] | None = None
    """The trust stores for mutual TLS, each with its ARN and name."""
    target_groups: Sequence[TargetGroupFact | NamedFact] | None = None
    """The target groups of others, each with its ARN and name."""
    web_acls: Sequence[NamedFact] | None = None
    """The web ACLs of AWS WAF, each with its ARN and name."""
    backend_security_group: str | None = None
    """Id of the security group that the load balancers of the cluster share."""
    quotas: Quotas = Quotas()
    """What AWS allows. Default: as in a new account."""

    def __post_init__(self) -> None:
        refusals = Refusals()
        if self.target_groups is not None:
            groups = (TargetGroupFact(*x) if isinstance(x, NamedFact) else x for x in several(self.target_groups))
            put(self, target_groups=tuple(groups))
        kinds: dict[str, type] = dict.fromkeys(("security_groups", "trust_stores", "web_acls"), NamedFact)
        kinds["target_groups"] = TargetGroupFact
        for name, kind in {"subnets": SubnetFact, "certificates": CertificateFact, **kinds}.items():
            stated = getattr(self, name)
            if stated is None:
                continue
            for fact in several(stated):
                require_a(refusals, name, fact, kind)
            put(self, **{name: several(stated)})
        for name in ("vpc_cidrs", "vpc_ipv6_cidrs"):
            blocks = getattr(self, name)
            if blocks is not None and require_list(refusals, name, blocks):
                for block in blocks:
                    require_cidr(refusals, name, block)
                put(self, **{name: several(blocks)})
        refusals.settle()

    # Subnets

    def discovered(self, flags: ControllerFlags, scheme: str, kind: str, ipv6: bool) -> list[str]:
        """The subnets that the controller finds for a load balancer of `kind` `application` or `network`. Raises `NotFound`."""
        public = scheme == "internet-facing"
        role = "kubernetes.io/role/elb" if public else "kubernetes.io/role/internal-elb"
        found = [subnet for subnet in self.subnets or () if subnet.tags.get(role) in ("", "1")]
        if not found and flags.gate("SubnetDiscoveryByReachability"):
            found = [subnet for subnet in self.subnets or () if subnet.public == public]
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
        found = [x for x in self.subnets or () if all(_has_tag(x, key, values) for key, values in wanted)]
        return self._one_per_zone(found, flags, "application", ipv6)

    def named(self, flags: ControllerFlags, names: Sequence[str], kind: str, ipv6: bool) -> list[str]:
        """The subnets that are named by id or by their tag `Name`, in this order. Raises `NotFound`."""
        try:
            found = self._by_name_or_id(names)
        except NotFound as missing:
            raise NotFound(f"failed to list subnets by names or IDs: {missing}", missing.event) from None
        return self._specified(found, flags, kind, ipv6)

    def _by_name_or_id(self, names: Sequence[str]) -> list[SubnetFact]:
        ids = [name for name in names if name.startswith("subnet-")]
        by_id = {subnet.id: subnet for subnet in self._by_id(ids)}
        others = dict.fromkeys(name for name in names if name not in by_id)
        by_name: dict[str, list[SubnetFact]] = {name: [] for name in others}
        for subnet in sorted(self.subnets or (), key=lambda subnet: subnet.id):
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
        known = {subnet.id: subnet for subnet in self.subnets or ()}
        if missing := [wanted for wanted in ids if wanted not in known]:
            raise NotFound(f"InvalidSubnetID.NotFound: The subnet ID '{missing[0]}' does not exist", "InvalidSubnetID.NotFound")
        found = [subnet for subnet in self.subnets or () if subnet.id in ids]
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
            and own not in subnet.tags
            and any(key.startswith("kubernetes.io/cluster") for key in subnet.tags)
        ]
        left = [subnet for subnet in subnets if subnet not in of_others]
        full = [subnet for subnet in left if subnet.free_addresses < _FEWEST_ADDRESSES]
        left = [subnet for subnet in left if subnet not in full and (subnet.ipv6 or not ipv6)]
        by_zone = _by(left, [subnet.zone for subnet in left])
        chosen = [min(found, key=lambda subnet: (own not in subnet.tags, subnet.id)) for found in by_zone.values()]
        if not chosen:
            raise NotFound(
                f"unable to resolve at least one subnet. Evaluated {len(subnets)} subnets: {len(of_others)} are tagged for other "
                f"clusters, {'' if ipv6 else 'and '}{len(full)} have insufficient available IP addresses"
            )
        self._right_number(chosen, flags, kind)
        return sorted(subnet.id for subnet in chosen)

    @staticmethod
    def _right_number(subnets: Sequence[SubnetFact], flags: ControllerFlags, kind: str) -> None:
        zones = {subnet.zone_type for subnet in subnets}
        if len(zones) > 1:
            raise NotFound(f"subnets in multiple locales: [{' '.join(sorted(zones))}]")
        fewest = 2 if kind == "application" and zones == {"availability-zone"} and not flags.gate("ALBSingleSubnet") else 1
        if len(subnets) < fewest:
            raise NotFound(f"subnets count less than minimal required count: {len(subnets)} < {fewest}")

    # Everything else

    def groups(self, names: Sequence[str]) -> list[str]:
        """The ids of security groups that are named by id or by their tag `Name`. Raises `NotFound`."""
        ids = [name for name in names if name.startswith("sg-")]
        others = [*dict.fromkeys(name for name in names if not name.startswith("sg-"))]
        by_id = [group.id for group in self.security_groups or () if group.id in ids]
        by_name = [group for group in self.security_groups or () if group.name in others]
        known = {group.id for group in self.security_groups or ()}
        wrong = [f"InvalidGroup.NotFound: The security group '{x}' does not exist" for x in ids if x not in known][:1]
        if not wrong and len(by_id) != len(ids):
            wrong = [f"requested ids [{', '.join(ids)}] but found [{', '.join(by_id)}]"]
        found = [*dict.fromkeys(str(group.name) for group in by_name)]
        if len(found) != len(others):
            wrong.append(f"requested names [{', '.join(others)}] but found [{', '.join(found)}]")
        if wrong:
            raise NotFound(f"couldn't find all security groups: {', '.join(wrong)}", "couldn't find all security groups:")
        return by_id + [group.id for group in by_name]

    def certificates_for(self, hosts: Iterable[str], flags: ControllerFlags) -> list[str]:
        """The ARNs of all certificates for these hosts, but for those that the controller made. Raises `NotFound`."""
        managed = flags.gate("EnableCertificateManagement")
        usable = [
            certificate
            for certificate in self.certificates or ()
            if certificate.status == "ISSUED"
            and (not flags.allowed_authorities or certificate.authority in flags.allowed_authorities)
            and not (managed and certificate.tags.keys() >= _OF_CONTROLLER)
        ]
        arns: set[str] = set()
        for host in hosts:
            found = {certificate.arn for certificate in usable if any(_is_for(domain, host) for domain in certificate.domains)}
            if not found:
                raise NotFound(f"no certificate found for host: {host}")
            arns |= found
        return sorted(arns)

    @staticmethod
    def arn(known: Iterable[NamedFact | TargetGroupFact], name: str) -> str | None:
        """The ARN of what has a name."""
        return next((found.id for found in known if found.name == name), None)


def _require_one_of(refusals: Refusals, what: str, value: str, known: Sequence[str]) -> None:
    refusals.require(value in known, what, value, "is none that there is", f"Write one of {', '.join(known)}.")


def _has_tag(subnet: SubnetFact, key: str, values: Iterable[str]) -> bool:
    """Whether a tag has one of these values, in which `*` is any text and `?` a character (EC2 API, Filter)."""
    value = subnet.tag(key)
    globs = ("".join({"*": ".*", "?": "."}.get(x) or re.escape(x) for x in text) for text in values)
    return value is not None and any(re.fullmatch(glob, value, re.DOTALL) for glob in globs)


def _is_for(domain: str, host: str) -> bool:
    if not domain.startswith("*."):
        return domain == host
    return len(domain.split(".")) == len(host.split(".")) and domain.split(".")[1:] == host.split(".")[1:]


def _by(values: Iterable[T], keys: Iterable[str]) -> dict[str, list[T]]:
    found: dict[str, list[T]] = {}
    for value, key in zip(values, keys, strict=True):
        found.setdefault(key, []).append(value)
    return found
