"""What only AWS knows: subnets, security groups, certificates and so on, as somebody states them.

Facts: controller documentation, "Subnet Discovery", "Certificate Discovery", "Security Groups"; the controller's resolvers
(`pkg/networking`, `pkg/certs`, `pkg/shared_utils`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import NamedTuple, TypeVar

from eks_ingress.plan.flags import ControllerFlags
from eks_ingress.plan.not_found import NotFound
from eks_ingress.plan.subnets import MOST, SubnetFact, Subnets, require_one_of
from eks_ingress.plan.target_group_fact import TargetGroupFact
from eks_ingress.refusal import Refusals
from eks_ingress.routing.units import put, require_a, require_cidr, require_count, require_list, require_texts, several

T = TypeVar("T")

_OF_CONTROLLER = {"elbv2.k8s.aws/cluster", "ingress.k8s.aws/stack"}
"""Tags of certificates that the controller made."""
STATUSES = ("ISSUED", "PENDING_VALIDATION", "INACTIVE", "EXPIRED", "VALIDATION_TIMED_OUT", "REVOKED", "FAILED")


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
        require_one_of(refusals, f"status of certificate {self.arn!r},", self.status, STATUSES)
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
    has_all_subnets: bool = True
    """Whether these are all of them. Default: yes."""
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

    @property
    def in_vpc(self) -> Subnets:
        """The subnets, to ask which of them a load balancer gets."""
        return Subnets(self.subnets, self.has_all_subnets)

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


def _is_for(domain: str, host: str) -> bool:
    if not domain.startswith("*."):
        return domain == host
    return len(domain.split(".")) == len(host.split(".")) and domain.split(".")[1:] == host.split(".")[1:]
