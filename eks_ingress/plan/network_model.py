"""The parts of a network load balancer that is made of a Service, named as Elastic Load Balancing names them."""

from __future__ import annotations

from typing import Any, NamedTuple

from eks_ingress.plan.model import Pairs, SecurityGroup, Stickiness, Subnet
from eks_ingress.source import Source


class NetworkHealthCheck(NamedTuple):
    """How a network load balancer decides that a target may have traffic."""

    port: int | str
    """A number or `traffic-port`; a placeholder where it is known only in the cluster."""
    protocol: str
    """`TCP`, `HTTP` or `HTTPS`."""
    path: str | None
    """None for TCP, as `success_codes`."""
    success_codes: str | None
    interval: int
    """In seconds, as `timeout`."""
    timeout: int
    healthy_threshold: int
    unhealthy_threshold: int


class Opening(NamedTuple):
    """Ports of the targets that are opened to the load balancer or to its clients."""

    sources: tuple[str, ...]
    """Address blocks; the id of a security group where `of_group` says so."""
    ports: tuple[tuple[str, int | str | None], ...]
    """`TCP` or `UDP`, each with a port, None for all."""
    of_group: bool = False


class NetworkTargetGroup(NamedTuple):
    """A target group that the controller makes for one port of a Service, and what registers targets there."""

    id: str
    """What the controller calls it within its load balancer: `namespace/service:port`."""
    name: str
    """Its name in AWS; a placeholder where the Service's uid or the cluster's name is not known."""
    target_type: str
    """`ip` or `instance`."""
    port: int | str
    protocol: str
    """`TCP`, `TLS`, `UDP`, `TCP_UDP`, `QUIC` or `TCP_QUIC`."""
    ip_address_type: str
    health_check: NetworkHealthCheck
    attributes: Pairs
    tags: Pairs
    namespace: str
    """Of the Service whose pods or nodes are registered."""
    service: str
    service_port: int | str
    openings: tuple[Opening, ...] | None
    """None where the controller opens no ports of the targets."""
    node_labels: Pairs
    """Labels of the nodes that are registered; empty for all."""
    multi_cluster: bool


class NetworkTarget(NamedTuple):
    """One of the places that a listener forwards to."""

    service: str
    """`namespace/name:port`, or the ARN of a target group that someone else made."""
    weight: int | None = None
    group: NetworkTargetGroup | None = None
    """What the controller makes for it; None for a target group that someone else made."""


class NetworkListener(NamedTuple):
    """A port of a network load balancer."""

    port: int
    protocol: str
    """`TCP`, `TLS`, `UDP`, `TCP_UDP`, `QUIC` or `TCP_QUIC`."""
    targets: tuple[NetworkTarget, ...]
    stickiness: Stickiness | None
    certificates: tuple[str, ...]
    """ARNs; the first is the default."""
    tls_policy: str | None
    alpn_policy: str | None
    attributes: Pairs
    tags: Pairs


class NetworkLoadBalancer(NamedTuple):
    """A network load balancer, and the Service that it is made of."""

    service: str
    """The Service, as `namespace/name`."""
    scheme: str
    listeners: tuple[NetworkListener, ...]
    """By port."""
    source: Source
    name: str
    """Its name in AWS; a placeholder where the Service's uid or the cluster's name is not known."""
    ip_address_type: str
    subnets: tuple[Subnet, ...]
    security_groups: tuple[str, ...]
    """Ids; `MANAGED` stands for the one that the controller makes."""
    managed_security_group: SecurityGroup | None
    attributes: Pairs
    tags: Pairs
    minimum_capacity: int | None
    has_source_nat_prefixes: bool
    """Whether the addresses of IPv6 clients are translated into blocks of the subnets, which UDP with dualstack needs."""
    private_link_rules: str | None
    """Whether the inbound rules of its security groups hold for AWS PrivateLink: `on` or `off`; None to leave it as it is."""
    target_groups: tuple[NetworkTargetGroup, ...]
    """Those that the controller makes, in the order in which listeners need them first."""
    vpc: str

    @property
    def stack(self) -> dict[str, Any]:
        """The same in the controller's own format."""
        from eks_ingress.plan.network_stack import network_stack  # noqa: PLC0415 - it works on the parts above

        return network_stack(self)
