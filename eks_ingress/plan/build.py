"""From manifests to the plan."""

from __future__ import annotations

from collections.abc import Sequence

from eks_ingress.manifests.manifest import Manifest
from eks_ingress.plan import balancer
from eks_ingress.plan.admission import admit
from eks_ingress.plan.backends import Backends
from eks_ingress.plan.balanced import balanced_services
from eks_ingress.plan.bindings import bindings
from eks_ingress.plan.certificates import Certificates
from eks_ingress.plan.facts import Facts
from eks_ingress.plan.flags import ControllerFlags
from eks_ingress.plan.frontend import frontend_nlb
from eks_ingress.plan.listeners import Listening, https_redirect
from eks_ingress.plan.members import Group, Member, groups
from eks_ingress.plan.model import LoadBalancer, Overruled, Pairs, Plan, RedirectTo, Subnet
from eks_ingress.plan.network_model import NetworkLoadBalancer
from eks_ingress.plan.overruled import overruled
from eks_ingress.plan.ports import PortSettings, merged, ports_of
from eks_ingress.plan.tags import tags_of_group
from eks_ingress.plan.target_groups import TargetGroups
from eks_ingress.plan.unknown import unknown
from eks_ingress.plan.world import World


def plan(
    manifests: Sequence[Manifest],
    flags: ControllerFlags = ControllerFlags(),
    facts: Facts = Facts(),
    *,
    complete: bool = False,
) -> Plan:
    """The load balancers that the controller makes of Ingresses and Services among `manifests`, and what TargetGroupBindings bind.

    Services that Ingresses lead to, IngressClasses with their parameters, Namespaces and Secrets among them are taken into account;
    what is not among them is taken to be elsewhere, unless `complete` says that they are all that there is. `flags` are those of
    the controller. `facts` say what there is in AWS; what is not stated becomes a placeholder. What the controller would refuse
    stands in `problems`.
    """
    world = World(manifests, flags, facts, complete)
    balancers = []
    without_effect: list[Overruled] = []
    found, problems = groups(manifests, world)
    problems += world.refused_params
    for group in found:
        without_effect += [found for member in group.members for found in overruled(member)]
        admit(group)
        made = _load_balancer(group)
        balancers += [] if group.problems else [made]
        problems += group.problems
    services, refused = balanced_services(manifests, world)
    networks: list[NetworkLoadBalancer] = []
    if services:
        from eks_ingress.plan.network import network_load_balancers  # noqa: PLC0415 - most clusters have none

        networks = network_load_balancers(services)
        refused += [problem for service in services for problem in service.problems]
    bound, refused_bindings = bindings(world)
    problems += [*refused, *refused_bindings]
    return Plan(
        load_balancers=tuple(balancers),
        problems=tuple(dict.fromkeys(problems)),
        overruled=tuple(without_effect),
        world=world,
        groups=tuple(found),
        network_load_balancers=tuple(networks),
        services=tuple(services),
        bindings=bound,
    )


def _load_balancer(group: Group) -> LoadBalancer:
    """The load balancer of a group; what is wrong becomes a problem of the group."""
    certificates = Certificates(group)
    by_member: dict[Member, dict[int, PortSettings]] = {}
    by_port: dict[int, list[Member]] = {}
    for member in group.members:
        by_member[member] = ports_of(group, member, certificates)
        for port in by_member[member]:
            by_port.setdefault(port, []).append(member)
    ports: dict[int, PortSettings] = {}
    for port, members in sorted(by_port.items()):
        ports[port] = by_member[members[0]][port]
        with group.gather():
            ports[port] = merged(group, port, [(member, by_member[member][port]) for member in members])
    redirect: RedirectTo | None = None
    with group.gather():
        redirect = https_redirect(group, ports)
    settings = _Settings(group, ports)
    target_groups = TargetGroups(group, settings.ip_address_type, settings.guards.backend)
    listening = Listening(group, Backends(group, target_groups), target_groups, redirect)
    listeners = tuple(listening.listener(port, ports[port], members) for port, members in sorted(by_port.items()))
    nlb = None
    with group.gather():
        nlb = frontend_nlb(group, by_member, settings.name, settings.ip_address_type, settings.guards.groups)
    return LoadBalancer(
        group=group.name,
        scheme=settings.scheme,
        members=tuple(member.name for member in group.members),
        listeners=listeners,
        source=group.members[0].manifest.source,
        name=settings.name,
        ip_address_type=settings.ip_address_type,
        subnets=settings.subnets,
        security_groups=settings.guards.groups,
        managed_security_group=settings.guards.managed,
        attributes=settings.attributes,
        tags=settings.tags,
        customer_owned_ipv4_pool=settings.customer_owned_pool,
        ipam_ipv4_pool=settings.ipam_pool,
        minimum_capacity=settings.minimum_capacity,
        web_acl=settings.web_acl,
        waf_classic=settings.waf_classic,
        shield=settings.shield,
        certificates=tuple(certificates.requested.values()),
        target_groups=target_groups.made,
        vpc=unknown("VPC of the cluster") if group.world.facts.vpc is None else group.world.facts.vpc,
        frontend_nlb=nlb,
    )


class _Settings:
    """The settings of a load balancer, each read for itself, so that all that is wrong is found at once."""

    def __init__(self, group: Group, ports: dict[int, PortSettings]) -> None:
        self.scheme, self.ip_address_type, self.name = group.world.flags.default_scheme, "ipv4", ""
        self.tags: Pairs = ()
        self.attributes: Pairs = ()
        self.subnets: tuple[Subnet, ...] = ()
        self.guards = balancer.Guards(())
        self.minimum_capacity: int | None = None
        self.ipam_pool: str | None = None
        self.customer_owned_pool: str | None = None
        self.web_acl: str | None = None
        self.waf_classic: str | None = None
        self.shield: bool | None = None
        with group.gather():
            self.scheme = balancer.scheme(group)
        with group.gather():
            self.ip_address_type = balancer.ip_address_type(group)
        with group.gather():
            self.subnets = balancer.subnets(group, self.scheme, self.ip_address_type)
        with group.gather():
            self.tags = tags_of_group(group, group.members)
        with group.gather():
            self.guards = balancer.guards(group, ports, self.ip_address_type, self.tags)
        with group.gather():
            self.customer_owned_pool = balancer.customer_owned_pool(group)
        with group.gather():
            self.attributes = balancer.attributes(group)
        with group.gather():
            self.name = balancer.name(group, self.scheme)
        with group.gather():
            self.minimum_capacity = balancer.minimum_capacity(group)
        with group.gather():
            self.ipam_pool = balancer.ipam_pool(group)
        with group.gather():
            self.web_acl = balancer.web_acl(group)
        with group.gather():
            self.waf_classic = balancer.waf_classic(group)
        with group.gather():
            self.shield = balancer.shield(group)
