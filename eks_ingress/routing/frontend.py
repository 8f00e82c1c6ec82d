"""A network load balancer before the application load balancer, for fixed addresses and for PrivateLink.

Facts: controller documentation, "Frontend NLB"; Elastic Load Balancing documentation, "Use Application Load Balancers as targets of
a Network Load Balancer"; Elastic Load Balancing API, CreateLoadBalancer, CreateTargetGroup.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from eks_ingress.refusal import Refusals
from eks_ingress.routing.addresses import Addresses, count, require_elastic, require_one_each
from eks_ingress.routing.attributes import NetworkLoadBalancerAttributes
from eks_ingress.routing.health import HealthCheck
from eks_ingress.routing.names import require_port_number
from eks_ingress.routing.network import (
    Groups,
    Subnets,
    require_security_groups,
    require_subnets,
    require_tags,
    security_groups,
    subnets,
    texts,
)
from eks_ingress.routing.scheme import Scheme
from eks_ingress.routing.units import put
from eks_ingress.tokens import has_token


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontendNlb:
    """A network load balancer that hands its TCP connections to the application load balancer.

    It can have fixed addresses, and an endpoint service of PrivateLink can stand before it. What is left out is the controller's
    choice, named with each field. Raises `Refused` for what the controller or Elastic Load Balancing would refuse.

    Facts: controller documentation, "Frontend NLB"; Elastic Load Balancing API, CreateLoadBalancer, CreateTargetGroup.
    """

    scheme: Scheme | None = None
    """From where it can be reached. Default: as the controller's flag says (internal), not as the application load balancer."""
    subnets: Subnets = ()
    """Where it stands, one of each zone: ids (`subnet-…`), Name tags or CDK objects. Default: found by their tags."""
    security_groups: Groups = ()
    """Who may reach it, at most 5: ids (`sg-…`), Name tags or CDK objects. Default: the groups of the application load balancer."""
    ports: Mapping[int, int] = field(default_factory=dict)
    """Its ports, and for each the port of the application load balancer's listener to which it leads, 1 to 65535. Default: one for
    each listener, with the same port."""
    eip_allocations: Addresses = ()
    """Fixed addresses, one for each subnet, with `Scheme.INTERNET_FACING`: allocation ids (`eipalloc-…`) or CDK objects. Default:
    addresses that AWS chooses."""
    health_check: HealthCheck | None = None
    """How it finds out whether the application load balancer answers; a port must be a number or `traffic-port`. Default: `GET /`
    of HTTP at the port that has the traffic, answered with 200."""
    tags: Mapping[str, str] = field(default_factory=dict)
    """Its AWS tags, in place of those of the application load balancer and of the controller's default tags. Default: those."""
    attributes: NetworkLoadBalancerAttributes | None = None
    """Cross-zone load balancing, deletion protection and so on. Default: as Elastic Load Balancing has them."""

    def __post_init__(self) -> None:
        subnet_count, address_count = count(self.subnets), count(self.eip_allocations)
        where, who = subnets(self.subnets), security_groups(self.security_groups)
        addresses = texts(self.eip_allocations, "attr_allocation_id")
        put(self, subnets=where, security_groups=who, eip_allocations=addresses)
        refusals = Refusals()
        for name, value, kind in (
            ("scheme", self.scheme, Scheme),
            ("health_check", self.health_check, HealthCheck),
            ("attributes", self.attributes, NetworkLoadBalancerAttributes),
        ):
            refusals.require(
                value is None or isinstance(value, kind),
                f"frontend NLB {name}",
                value,
                f"is no {kind.__name__}",
                f"Write a `{kind.__name__}`, or leave it out.",
            )
        require_subnets(refusals, "frontend NLB subnets", where)
        require_security_groups(refusals, "frontend NLB security_groups", who)
        require_elastic(refusals, "frontend NLB eip_allocations", addresses, self.scheme)
        require_one_each(refusals, "frontend NLB eip_allocations", addresses, address_count, subnet_count)
        self._check_ports(refusals)
        if isinstance(self.health_check, HealthCheck):
            _check_health(refusals, self.health_check)
        require_tags(refusals, "frontend NLB tags", self.tags)
        refusals.settle()
        put(self, ports=dict(self.ports), tags=dict(self.tags))

    def _check_ports(self, refusals: Refusals) -> None:
        refusals.require(
            isinstance(self.ports, Mapping),
            "frontend NLB ports",
            self.ports,
            "do not say where each of them leads",
            "Write {443: 443}: a port of it, and the port of the application load balancer's listener.",
        )
        if isinstance(self.ports, Mapping):
            for port, listener in self.ports.items():
                require_port_number(refusals, "frontend NLB port", port)
                require_port_number(refusals, f"listener port for frontend NLB port {port!r},", listener)


def _check_health(refusals: Refusals, check: HealthCheck) -> None:
    refusals.require(
        not isinstance(check.port, str) or check.port == "traffic-port" or has_token(check.port),
        "frontend NLB health check port",
        check.port,
        "is a name, which the controller looks up for Services only",
        "Write the number of a listener's port, or leave it out for the port that has the traffic.",
    )
    refusals.require(
        check.counts_grpc is not True,
        "frontend NLB health check success_codes",
        check.success_codes,
        "are those of gRPC, while the application load balancer is checked with HTTP",
        "Write codes from 200 to 499.",
    )
