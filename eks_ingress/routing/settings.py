"""What is said of a load balancer itself, whatever its routes.

Facts: controller documentation, "Ingress annotations", "Load balancer"; Elastic Load Balancing documentation, "Application Load
Balancers".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from eks_ingress.refusal import Refusals
from eks_ingress.routing.attributes import LoadBalancerAttributes
from eks_ingress.routing.frontend import FrontendNlb
from eks_ingress.routing.network import SecurityGroups, Subnets, require_load_balancer_name, require_subnets, require_tags, subnets
from eks_ingress.routing.scheme import IpAddressType, Scheme
from eks_ingress.routing.units import put, require_count, require_flag, require_kinds
from eks_ingress.routing.web_acl import WafClassic, WebAcl
from eks_ingress.tokens import has_token


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadBalancerSettings:
    """The settings of an application load balancer. What is left out is not written, so that the controller decides.

    Raises `Refused` for what the controller or AWS would refuse whatever else there is.
    """

    scheme: Scheme | None = None
    """From where it can be reached; changing it replaces the load balancer. Default: internal."""
    ip_address_type: IpAddressType | None = None
    """IPv4, or IPv6 as well. Default: IPv4."""
    load_balancer_name: str | None = None
    """Its name in AWS, at most 32 letters, digits and '-'; has no effect on one that exists. Default: made by the controller."""
    subnets: Subnets = ()
    """Its subnets: ids, values of their tag `Name`, or subnets of the CDK; in two zones or more, one a zone. Default: found by
    their tags."""
    security_groups: SecurityGroups | None = None
    """Who may reach it: a security group that the controller makes, or given ones. Default: one that lets in everyone."""
    customer_owned_ipv4_pool: str | None = None
    """Id of a pool of customer-owned addresses, on AWS Outposts; cannot be changed. Default: none."""
    ipam_ipv4_pool: str | None = None
    """Id of the IPAM pool that its addresses come from. Default: none. Since controller 2.12."""
    attributes: LoadBalancerAttributes | None = None
    """Time-outs, logs, header handling and so on; what is taken out again stays as it was in AWS. Default: as AWS has them."""
    tags: Mapping[str, str] = field(default_factory=dict)
    """AWS tags of all that is made for it. Default: the controller's own."""
    web_acl: WebAcl | None = None
    """Web ACL of AWS WAF. Default: as it is in AWS."""
    waf_classic: WafClassic | None = None
    """Web ACL of AWS WAF Classic. Default: as it is in AWS."""
    shield: bool | None = None
    """Whether AWS Shield Advanced protects it, which the account must have subscribed to. Default: as it is in AWS."""
    minimum_capacity: int | None = None
    """Reserved capacity in load balancer capacity units; 0 takes a reservation back. Default: as it is in AWS. Since controller
    2.11."""
    frontend_nlb: FrontendNlb | None = None
    """A network load balancer in front of it. Default: none. Since controller 2.13."""

    def __post_init__(self) -> None:
        refusals = Refusals()
        require_kinds(refusals, self, _KINDS)
        require_subnets(refusals, "subnets", self.subnets)
        if not refusals.problems:
            put(self, subnets=subnets(self.subnets))
        if isinstance(self.load_balancer_name, str):
            require_load_balancer_name(refusals, "load_balancer_name", self.load_balancer_name)
        require_tags(refusals, "tags", self.tags)
        for what, pool, example in (
            ("customer_owned_ipv4_pool", self.customer_owned_ipv4_pool, "ipv4pool-coip-0123456789abcdef0"),
            ("ipam_ipv4_pool", self.ipam_ipv4_pool, "ipam-pool-0123456789abcdef0"),
        ):
            refusals.require(
                not isinstance(pool, str) or has_token(pool) or pool.startswith(example[:9]),
                what,
                pool,
                "is not the id of such a pool",
                f"Write an id such as {example!r}.",
            )
        require_flag(refusals, "shield", self.shield)
        require_count(refusals, "minimum_capacity", self.minimum_capacity, 0, 2**31 - 1)
        refusals.require(
            self.ip_address_type is not IpAddressType.DUALSTACK_WITHOUT_PUBLIC_IPV4 or self.scheme is not Scheme.INTERNAL,
            "ip_address_type",
            IpAddressType.DUALSTACK_WITHOUT_PUBLIC_IPV4.value,
            "is one of internet-facing load balancers, and this one is internal",
            "Write `IpAddressType.DUALSTACK`, or `scheme=Scheme.INTERNET_FACING`.",
        )
        refusals.settle()
        put(self, tags=dict(self.tags))


_KINDS: Mapping[str, type] = {
    "scheme": Scheme,
    "ip_address_type": IpAddressType,
    "security_groups": SecurityGroups,
    "attributes": LoadBalancerAttributes,
    "web_acl": WebAcl,
    "waf_classic": WafClassic,
    "frontend_nlb": FrontendNlb,
    "load_balancer_name": str,
    "customer_owned_ipv4_pool": str,
    "ipam_ipv4_pool": str,
}
