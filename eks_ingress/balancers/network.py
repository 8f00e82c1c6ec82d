"""A network load balancer, and the Service that the controller makes it of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from aws_cdk import Stack
from constructs import Construct, IDependable

from eks_ingress.balancers.addressed import Addressed
from eks_ingress.balancers.hosted_zones import Kind
from eks_ingress.balancers.log_buckets import LogBuckets
from eks_ingress.balancers.scope_tags import ScopedTags
from eks_ingress.balancers.subnets import ChosenSubnets, chosen
from eks_ingress.controller.logical_ids import logical_id, resource_of
from eks_ingress.manifests.in_template import PATCHED
from eks_ingress.manifests.manifest import Manifest
from eks_ingress.manifests.service import manifest, patch
from eks_ingress.plan.network_model import NetworkLoadBalancer as PlannedBalancer
from eks_ingress.refusal import Problem, Refusals, Refused
from eks_ingress.routing.addresses import Addresses
from eks_ingress.routing.attributes import NetworkLoadBalancerAttributes
from eks_ingress.routing.names import slug
from eks_ingress.routing.network import SecurityGroups
from eks_ingress.routing.network_balancer import NetworkBalancer
from eks_ingress.routing.network_listener import NetworkListener
from eks_ingress.routing.network_service import ExistingService, NetworkService
from eks_ingress.routing.network_settings import NetworkSettings, NoSecurityGroups
from eks_ingress.routing.network_targets import NetworkTargets
from eks_ingress.routing.scheme import IpAddressType, Scheme
from eks_ingress.routing.targets import TargetType
from eks_ingress.routing.units import Words, require_flag, several

if TYPE_CHECKING:
    from eks_ingress.balancers.host import BalancerHost

_QUIC_SERVER_IDS = {"elbv2.k8s.aws/quic-server-id-inject": "enabled"}
"""The label of namespaces in which the controller gives server ids to pods (controller documentation, "QUIC use case")."""


class NetworkLoadBalancer(Addressed):
    """A network load balancer. `EksIngress.add_network_load_balancer` makes one; make it yourself to have it in another stack.

    It is made of a Service of type LoadBalancer: one that is applied here, or one that is there, which gets annotations. The order
    of things is: the controller, the Service, whatever uses `dns_name`; on destroy the other way round.

    The namespace must be there before it. If this app makes it, say so: `balancer.node.add_dependency(namespace)`.

    Facts: controller documentation, "Network Load Balancer", "Service annotations".
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        ingress: BalancerHost,
        *,
        namespace: str,
        service: NetworkService | ExistingService,
        listeners: Sequence[NetworkListener],
        scheme: Scheme | None = None,
        targets: NetworkTargets = NetworkTargets(),
        ip_address_type: IpAddressType | None = None,
        subnets: ChosenSubnets = (),
        eip_allocations: Addresses = (),
        private_ipv4_addresses: Words = (),
        ipv6_addresses: Words = (),
        security_groups: SecurityGroups | NoSecurityGroups | None = None,
        icmp_for_path_mtu_discovery: bool | None = None,
        inbound_rules_on_private_link: bool | None = None,
        ipv6_source_nat: bool | None = None,
        source_nat_ipv6_prefixes: Words = (),
        attributes: NetworkLoadBalancerAttributes | None = None,
        tags: Mapping[str, str] | None = None,
        minimum_capacity: int | None = None,
        load_balancer_name: str | None = None,
        pod_readiness_gate: bool = False,
        quic_server_ids: bool = False,
        take_over: bool = False,
    ) -> None:
        """Adds a network load balancer. What is wrong with it is reported when the app is synthesized, with everything else.

        :param ingress: the controller that makes it.
        :param namespace: the Kubernetes namespace of its Service and pods.
        :param service: which pods have the traffic: `NetworkService({"app": "mqtt"})`, or `NetworkService.existing("mqtt")` for a
            Service that somebody else made. Of such a Service all is said here: what is not said is taken off it.
        :param listeners: its ports: `NetworkListener.tcp(1883)`, `udp`, `tls`, `tcp_udp`, `quic`, `tcp_quic`.
        :param scheme: from where it can be reached. Changing it replaces the load balancer. Default: from within the VPC; for a
            Service that is there, it must be said.
        :param targets: how targets are reached and checked. Default: pods that take a connection.
        :param ip_address_type: IPv4, or IPv6 as well. Default: IPv4.
        :param subnets: ids, values of their tag `Name`, subnets of the CDK, or a `SubnetSelection` of the cluster's VPC; one a
            zone. Default: those of the VPC with the tag `kubernetes.io/role/elb` (internet-facing) or
            `kubernetes.io/role/internal-elb`.
        :param eip_allocations: fixed public addresses, one for each subnet: allocation ids or objects of the CDK. Default: none.
        :param private_ipv4_addresses: fixed private addresses, one for each subnet, for an internal one. Default: none.
        :param ipv6_addresses: fixed IPv6 addresses, one for each subnet. Default: none.
        :param security_groups: who may reach it: `SecurityGroups.managed(inbound_cidrs=[…])`, `SecurityGroups.given(group)` or
            `NoSecurityGroups()`. Default: a group that the controller makes and that lets in everyone on its ports; for QUIC none.
        :param icmp_for_path_mtu_discovery: whether the controller's group lets in ICMP for path MTU discovery. Default: no.
        :param inbound_rules_on_private_link: whether security groups hold for traffic through AWS PrivateLink. Default: as it is in
            AWS (yes).
        :param ipv6_source_nat: whether it has IPv6 prefixes to send from, which UDP over IPv6 needs. Default: no.
        :param source_nat_ipv6_prefixes: those prefixes, one for each subnet, or `auto_assigned`. Default: AWS chooses.
        :param attributes: cross-zone load balancing, logs, deletion protection and so on. Default: as AWS has them.
        :param tags: AWS tags of all that is made for it, over those of `Tags.of(…)`. Default: those, and the controller's own.
        :param minimum_capacity: reserved capacity in load balancer capacity units, 0 for none. Default: as it is in AWS.
        :param load_balancer_name: its name in AWS, at most 32 characters; no effect on one that exists. Default: the controller's.
        :param pod_readiness_gate: whether pods count as ready only when they are healthy targets: labels the namespace for the
            controller, for pods that are made from then on; for pods as targets only. Default: no.
        :param quic_server_ids: whether pods that ask for it (`quic_annotations`) get a QUIC server id: labels the namespace.
            Default: no.
        :param take_over: whether a Service of its name that is in the cluster already is changed to its own, and is this stack's
            from then on; what `NetworkService.existing` names stays somebody else's. Default: it is an error at deploy.
        """
        super().__init__(scope, id, ingress, take_over=take_over)
        self._balancer: NetworkBalancer | None = None
        self.goes_on_destroy = not isinstance(service, ExistingService)
        self._manifests: list[Manifest] = []
        self._own_annotations: Mapping[str, str] = {}
        self._ip_address_type = ip_address_type or IpAddressType.IPV4
        self._tags = ScopedTags(tags or {}, self.source)
        self._namespace = namespace
        self._service_name = getattr(service, "name", None) or slug(id, 63)
        if pod_readiness_gate:
            ingress.gate_pods_of(self)
        if quic_server_ids:
            ingress.label_namespaces_of(self, "QuicServerIds", _QUIC_SERVER_IDS)
        refusals = Refusals(self.source)
        require_flag(refusals, "pod_readiness_gate", pod_readiness_gate)
        require_flag(refusals, "quic_server_ids", quic_server_ids)
        refusals.require(
            not (take_over and isinstance(service, ExistingService)),
            "take_over",
            take_over,
            "would have no effect, since of a Service that is there only annotations are changed",
            "Leave it out, or write `NetworkService(selector, name=…)`.",
        )
        with refusals.gather():
            settings = NetworkSettings(
                scheme=scheme,
                ip_address_type=ip_address_type,
                load_balancer_name=load_balancer_name,
                subnets=chosen(ingress.view, subnets),
                eip_allocations=eip_allocations,
                private_ipv4_addresses=private_ipv4_addresses,
                ipv6_addresses=ipv6_addresses,
                security_groups=security_groups,
                icmp_for_path_mtu_discovery=icmp_for_path_mtu_discovery,
                inbound_rules_on_private_link=inbound_rules_on_private_link,
                ipv6_source_nat=ipv6_source_nat,
                source_nat_ipv6_prefixes=source_nat_ipv6_prefixes,
                attributes=attributes,
                tags=tags or {},
                minimum_capacity=minimum_capacity,
            )
            taken = ingress.flags.load_balancer_class
            balancer = NetworkBalancer(self._service_name, namespace, service, several(listeners), settings, targets, taken)
            refusals.require(
                not pod_readiness_gate or balancer.targets.written_type is TargetType.IP,
                "pod_readiness_gate",
                pod_readiness_gate,
                "is for pods as targets, and the targets are nodes",
                "Leave it out, or `target_type` and `node_labels`.",
            )
            self._manifests = [manifest(balancer, self.source)]
            self._balancer, self._own_annotations = balancer, balancer.service.annotations
            self.found += LogBuckets(self, self.source).of_network(attributes)
        self._problems = refusals.problems

    @property
    def service_name(self) -> str:
        """Name of its Service."""
        return self._service_name

    @property
    def kind_of_address(self) -> Kind:
        """Of which kind of load balancer its address is."""
        return Kind.NETWORK

    @property
    def ip_address_type(self) -> IpAddressType:
        """Which addresses clients reach it under."""
        return self._ip_address_type

    def object_with_address(self) -> tuple[str, str, str]:
        """Its Service."""
        return "service", self._service_name, self._namespace

    @property
    def own_annotations(self) -> Mapping[str, str]:
        """What its Service was given as annotations for others than the controller."""
        return self._own_annotations

    def annotate_anew(self) -> None:
        """Makes its Service anew, with what ExternalDNS is told."""
        told = self._external_dns
        if self._balancer is not None and told is not None:
            annotations = {**self._own_annotations, **told.of_ttl, **told.of_names}
            self._balancer = replace(self._balancer, service=replace(self._balancer.service, annotations=annotations))
            self._manifests = [manifest(self._balancer, self.source)]

    @property
    def plan(self) -> PlannedBalancer:
        """The load balancer that the controller will build of its Service. Raises `Refused` with what is wrong with it."""
        self.host.look_up_tags()
        if found := self.problems():
            raise Refused(found)
        # Of all that was added, since its listeners may lead to Services of others.
        planned = self.host.plan()
        name = self._manifests[0].full_name
        own = next((found for found in planned.network_load_balancers if found.service == name), None)
        if own is None:
            # Either the controller refuses it, or it looks at no such Service.
            problems = (*planned.problems, *self.host.problems())
            raise Refused(dict.fromkeys(problem for problem in problems if problem.source == self.source))
        return own

    def problems(self) -> list[Problem]:
        """All that is wrong with it."""
        return [*self._problems, *self._tags.problems]

    @property
    def takes_tags(self) -> bool:
        """They are."""
        return True

    def take_tags(self, tags: Mapping[str, str]) -> None:
        """Takes on the tags of `Tags.of(…)`, in place of those that it took on before."""
        if self._balancer is not None and self._tags.take(tags):
            self._balancer = replace(self._balancer, settings=replace(self._balancer.settings, tags=self._tags.all))
            self._manifests = [manifest(self._balancer, self.source)]

    def manifests(self) -> list[Manifest]:
        """Its Service: as it will be applied, or, where somebody else made it, as it will be."""
        return self._manifests

    def hand_over(self) -> list[IDependable]:
        """Makes the resource that applies its Service, or annotates it, before its address is read."""
        if self._balancer is None:
            return []
        made = self._annotate(self._balancer) if self._balancer.exists else super().hand_over()
        self.read_after(made)
        return made

    def _annotate(self, balancer: NetworkBalancer) -> list[IDependable]:
        (described,) = self._manifests
        namespace, name = described.namespace, described.name
        unmoved = logical_id(self.host.id, "Annotations", namespace, name)
        annotations = patch(balancer, described)
        made = self.host.view.annotate(self, "Annotations", "service", namespace, name, annotations, unmoved)
        # For those who plan from the template, which has the annotations alone.
        resource_of(made).add_metadata(PATCHED, Stack.of(self).to_json_string([described.body]))
        self._acknowledge_in_template(made)
        return [made]
