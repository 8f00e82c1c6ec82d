"""The words of a TargetGroupBinding: which target group gets the pods or nodes of which Service.

Facts: controller documentation, "TargetGroupBinding"; its CustomResourceDefinition and webhooks;
AWS STS API, AssumeRole.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any
from typing import Protocol as Shape

from eks_ingress.refusal import Refusals
from eks_ingress.routing.backend import Service, TargetGroup
from eks_ingress.routing.labels import NodeSelector
from eks_ingress.routing.names import require_label, require_port, require_subdomain
from eks_ingress.routing.network import Groups, require_ids, security_groups
from eks_ingress.routing.targets import TargetType
from eks_ingress.routing.units import (
    Words,
    put,
    require_a,
    require_arn,
    require_cidr,
    require_flag,
    require_kinds,
    require_list,
    several,
)
from eks_ingress.source import Source
from eks_ingress.tokens import has_token


class TargetGroupProtocol(Enum):
    """The protocol of a target group."""

    HTTP = "HTTP"
    HTTPS = "HTTPS"
    TCP = "TCP"
    TLS = "TLS"
    UDP = "UDP"
    TCP_UDP = "TCP_UDP"
    QUIC = "QUIC"
    TCP_QUIC = "TCP_QUIC"


class TargetIpAddressType(Enum):
    """The addresses of the targets of a target group."""

    IPV4 = "ipv4"
    IPV6 = "ipv6"


class TransportProtocol(Enum):
    """The protocol of a rule of a security group."""

    TCP = "TCP"
    UDP = "UDP"


class HasVpcId(Shape):
    """Whatever knows the id of a VPC, as `aws_ec2.IVpc` does."""

    @property
    def vpc_id(self) -> Any:
        """Id of the VPC."""
        ...


class HasRoleArn(Shape):
    """Whatever knows the ARN of a role, as `aws_iam.IRole` does."""

    @property
    def role_arn(self) -> Any:
        """ARN of the role."""
        ...


Ports = int | str | Sequence[int | str]
"""One port or several; a word that was made from them holds a tuple."""


@dataclass(frozen=True, slots=True)
class AllowedTraffic:
    """Who may reach the targets, and on which ports: rules that the controller writes into the security group of pods or nodes.

    `AllowedTraffic(alb_group, ports=8080)`; what else is to be let in, such as addresses or UDP, is said by name. Raises `Refused`
    without anyone to let in, and for what is no security group, no range of addresses and no port.

    Facts: CustomResourceDefinition of TargetGroupBinding, spec.networking; controller source, networking manager.
    """

    security_groups: Groups = ()
    """Security groups whose members are let in, those of the load balancer: ids (`sg-…`) or CDK objects. Default: none."""
    cidrs: Words = ()
    """Ranges of addresses that are let in, IPv4 and IPv6, as for a network load balancer without security groups. Default: none."""
    ports: Ports = ()
    """Ports of the targets: those of the pods (`TargetType.IP`), 1 to 65535 or by their names in the pods, or those of the nodes
    (`TargetType.INSTANCE`). Default: all."""
    protocol: TransportProtocol = TransportProtocol.TCP
    """TCP, or UDP. Default: TCP."""

    def __post_init__(self) -> None:
        groups, cidrs, ports = security_groups(self.security_groups), several(self.cidrs), several(self.ports)
        put(self, security_groups=groups, cidrs=cidrs, ports=ports)
        refusals = Refusals()
        refusals.require(
            bool(groups) or bool(cidrs),
            "AllowedTraffic",
            [],
            "lets in nobody",
            "Write `AllowedTraffic(security_group)`, or `AllowedTraffic(cidrs='10.0.0.0/8')`.",
        )
        require_ids(refusals, "security groups of AllowedTraffic", groups, "sg-")
        if require_list(refusals, "cidrs of AllowedTraffic", cidrs):
            for cidr in cidrs:
                require_cidr(refusals, "cidrs of AllowedTraffic, entry", cidr)
        for port in ports:
            require_port(refusals, "port of AllowedTraffic", port)
        require_a(refusals, "protocol of AllowedTraffic", self.protocol, TransportProtocol)
        refusals.settle()


_VPC = re.compile("vpc-([0-9a-f]{8}|[0-9a-f]{17}|[0-9a-f]{32})")
_EXTERNAL_ID = re.compile(r"[\w+=,.@:/-]{2,1224}", re.ASCII)
_KINDS: Mapping[str, type] = {
    "target_type": TargetType,
    "node_selector": NodeSelector,
    "ip_address_type": TargetIpAddressType,
    "protocol": TargetGroupProtocol,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """A target group, and the Service whose pods or nodes are its targets.

    Raises `Refused` for what Kubernetes, the controller's webhooks or AWS would refuse, and for what would have no effect.

    Facts: controller documentation, "TargetGroupBinding"; the controller's webhooks.
    """

    name: str
    """Its name."""
    namespace: str
    """Its namespace, which is that of the Service."""
    service: Service
    """The Service and its port; what it says of its targets, the target group says itself."""
    target_group: TargetGroup
    """The target group, by ARN or by name."""
    target_type: TargetType | None = None
    """What the target group takes: pods or nodes. Default: the controller asks AWS."""
    networking: AllowedTraffic | Sequence[AllowedTraffic] = ()
    """Whom the controller lets in to the targets. Default: nobody; others see to it."""
    node_selector: NodeSelector | None = None
    """Which nodes are registered, with `TargetType.INSTANCE`. Default: all."""
    ip_address_type: TargetIpAddressType | None = None
    """Addresses of the target group's targets. Default: the controller asks AWS."""
    protocol: TargetGroupProtocol | None = None
    """Protocol of the target group. Default: the controller asks AWS."""
    vpc: str | HasVpcId | None = None
    """VPC of the target group: its id, or that of the CDK. Default: the controller asks AWS."""
    role: str | HasRoleArn | None = None
    """Role of another account that the controller takes on for the target group: its ARN, or that of the CDK. Default: its own."""
    external_id: str | None = None
    """What that role asks for: 2 to 1,224 letters, digits and `+=,.@:/-_`. Default: nothing."""
    multi_cluster: bool = False
    """Whether others register targets in the target group as well: another cluster, or another binding. Default: no; the controller
    takes away all targets that are not its own."""
    source: Source = Source()
    """Where it was written. Default: where it is added."""

    def __post_init__(self) -> None:
        networking = several(self.networking)
        vpc: Any = getattr(self.vpc, "vpc_id", self.vpc)
        role: Any = getattr(self.role, "role_arn", self.role)
        put(self, networking=networking, vpc=vpc, role=role)
        refusals = Refusals()
        require_subdomain(refusals, "name of TargetGroupBinding", self.name)
        require_label(refusals, "namespace", self.namespace)
        require_a(refusals, "service", self.service, Service)
        require_a(refusals, "target_group", self.target_group, TargetGroup)
        require_kinds(refusals, self, _KINDS)
        require_flag(refusals, "multi_cluster", self.multi_cluster)
        for entry in networking:
            require_a(refusals, "networking", entry, AllowedTraffic)
        refusals.settle()
        self._check_service(refusals)
        self._check_target_type(refusals, networking)
        self._check_role(refusals, role)
        if vpc is not None:
            refusals.require(
                isinstance(vpc, str) and (has_token(vpc) or _VPC.fullmatch(vpc) is not None),
                "vpc",
                vpc,
                "is no id of a VPC",
                "Write its id, such as 'vpc-0123456789abcdef0'.",
            )
        refusals.settle()

    def _check_service(self, refusals: Refusals) -> None:
        service = self.service
        refusals.require(
            service.namespace in (None, self.namespace),
            f"namespace of Service {service.name!r},",
            service.namespace,
            f"is not that of its binding, {self.namespace!r}, which names a Service of its own namespace",
            f"Write `namespace={service.namespace!r}` for the binding, and leave that of the Service out.",
        )
        refusals.require(
            service.says_nothing,
            "Service",
            service.name,
            "says something of its targets, which has no effect here: the target group itself has protocol, health check and so on",
            "Say it where the target group is made; `target_type=` and `multi_cluster=` are those of the binding.",
        )

    def _check_target_type(self, refusals: Refusals, networking: Sequence[AllowedTraffic]) -> None:
        if self.target_type is TargetType.IP:
            refusals.require(
                self.node_selector is None,
                "node_selector",
                self.node_selector,
                "chooses among nodes, while the targets are pods, and the controller's webhook refuses it",
                "Leave it out.",
            )
        if self.target_type is not TargetType.INSTANCE:
            return
        refusals.require(
            self.role is None,
            "role",
            self.role,
            "is of another account, in which the controller's webhook takes pods as targets only",
            "Give the target group the target type `ip`.",
        )
        refusals.require(
            self.protocol not in (TargetGroupProtocol.QUIC, TargetGroupProtocol.TCP_QUIC),
            "protocol",
            self.protocol,
            "goes with pods as targets only, and the controller's webhook refuses it",
            "Give the target group the target type `ip`.",
        )
        for allowed in networking:
            named = [port for port in several(allowed.ports) if isinstance(port, str) and not has_token(port)]
            refusals.require(
                not named,
                "ports of AllowedTraffic",
                named,
                "are names of ports of pods, while the targets are nodes",
                "Write the numbers of the node ports, or leave `ports` out.",
            )

    def _check_role(self, refusals: Refusals, role: Any) -> None:
        if role is not None:
            require_arn(refusals, "role", role, r"iam::\d{12}:role/.+", "arn:aws:iam::111122223333:role/targets")
        refusals.require(
            self.external_id is None or role is not None,
            "external_id",
            self.external_id,
            "is for a role, and there is none",
            "Name the role, or leave it out.",
        )
        text = self.external_id
        refusals.require(
            text is None or (isinstance(text, str) and (has_token(text) or _EXTERNAL_ID.fullmatch(text) is not None)),
            "external_id",
            text,
            "is none that AWS takes",
            "Write 2 to 1,224 letters, digits and + = , . @ : / - _.",
        )
