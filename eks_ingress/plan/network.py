"""The network load balancers that the controller makes of Services.

Facts: controller documentation, "Network Load Balancer"; the controller's model builder for Services (`pkg/service`).
"""

from __future__ import annotations

from collections.abc import Sequence

from eks_ingress.plan import network_settings as settings
from eks_ingress.plan.balanced import BalancedService
from eks_ingress.plan.balancer import Guards
from eks_ingress.plan.model import Pairs, Subnet
from eks_ingress.plan.network_addresses import Addresses, has_source_nat_prefixes
from eks_ingress.plan.network_listeners import network_listeners
from eks_ingress.plan.network_model import NetworkLoadBalancer
from eks_ingress.plan.network_targets import NetworkTargets
from eks_ingress.plan.unknown import unknown


def network_load_balancers(services: Sequence[BalancedService]) -> list[NetworkLoadBalancer]:
    """Those of Services with which nothing is wrong; what is wrong with the others becomes their problem."""
    made = [(service, _load_balancer(service)) for service in services]
    return [balancer for service, balancer in made if not service.problems]


def _load_balancer(service: BalancedService) -> NetworkLoadBalancer:
    """The load balancer of a Service; what is wrong becomes a problem of the Service."""
    scheme, address_type, name = service.world.flags.default_scheme, "ipv4", ""
    subnets: tuple[Subnet, ...] = ()
    attributes: Pairs = ()
    tags: Pairs = ()
    capacity: int | None = None
    rules: str | None = None
    translates = False
    guards = Guards(())
    # Each for itself, so that all that is wrong is told at once.
    with service.gather():
        scheme = settings.scheme(service)
    with service.gather():
        address_type = settings.ip_address_type(service)
    with service.gather():
        subnets = settings.subnets(service, scheme, address_type)
    with service.gather():
        translates = has_source_nat_prefixes(service, address_type, subnets)
    with service.gather():
        attributes = settings.attributes(service)
    with service.gather():
        capacity = settings.minimum_capacity(service)
    with service.gather():
        tags = settings.tags(service)
    with service.gather():
        guards = settings.guards(service, address_type, tags)
    with service.gather():
        subnets = Addresses(service, subnets, scheme, address_type, translates).subnets
    with service.gather():
        name = settings.name(service, scheme)
    with service.gather():
        rules = settings.private_link_rules(service)
    targets = NetworkTargets(service, settings.Surroundings(scheme, address_type, subnets, guards, tags))
    return NetworkLoadBalancer(
        service=service.name,
        scheme=scheme,
        listeners=network_listeners(service, targets, tags),
        source=service.manifest.source,
        name=name,
        ip_address_type=address_type,
        subnets=subnets,
        security_groups=guards.groups,
        managed_security_group=guards.managed,
        attributes=attributes,
        tags=tags,
        minimum_capacity=capacity,
        has_source_nat_prefixes=translates,
        private_link_rules=rules,
        target_groups=targets.made,
        vpc=unknown("VPC of the cluster") if service.world.facts.vpc is None else service.world.facts.vpc,
    )
