"""The target groups that the controller makes, one for each port of a Service and each Ingress, and what registers targets there.

Facts: controller documentation, "Target type", "Health Check", "Target group attributes"; the controller's target group builder.
"""

from __future__ import annotations

from typing import NamedTuple

from eks_ingress.annotations import catalogue as c
from eks_ingress.annotations.catalogue import Annotation
from eks_ingress.annotations.grammar import Int, Unreadable
from eks_ingress.plan.balancer import has_ipv6
from eks_ingress.plan.members import Group, Member
from eks_ingress.plan.merging import pairs
from eks_ingress.plan.model import Binding, HealthCheck, Pairs, TargetGroup
from eks_ingress.plan.naming import target_group_name
from eks_ingress.plan.said import Said
from eks_ingress.plan.services import Backend, ServicePort
from eks_ingress.plan.tags import tags_of_backend
from eks_ingress.plan.unknown import is_unknown
from eks_ingress.refusal import Refused, all_of
from eks_ingress.routing.names import PREFIX

TRAFFIC_PORT = "traffic-port"


class _Settings(NamedTuple):
    """What annotations say of target groups, whatever the Service and its port."""

    target_type: str
    protocol: str
    version: str
    health_check: HealthCheck
    attributes: Pairs
    tags: Pairs


class TargetGroups:
    """The target groups of one load balancer, each made once."""

    def __init__(self, group: Group, address_type: str, backend_group: str | None) -> None:
        """`backend_group` is the security group that targets let in, None where nobody opens them."""
        self._group = group
        self._address_type = address_type
        self._opens = backend_group is not None
        self._said: dict[tuple[Member, Backend], Said] = {}
        self._settings: dict[Said, _Settings] = {}
        self._made: dict[str, TargetGroup | Refused] = {}

    @property
    def made(self) -> tuple[TargetGroup, ...]:
        """All of them, in the order in which they were needed first."""
        return tuple(found for found in self._made.values() if isinstance(found, TargetGroup))

    def said(self, member: Member, service: Backend) -> Said:
        """The annotations of a Service over those of an Ingress."""
        if not any(key.startswith(PREFIX) for key in service.annotations):
            return member.said
        if (member, service) not in self._said:
            manifest = service.manifest
            assert manifest is not None
            self._said[member, service] = Said(
                f"Service {service.full_name}",
                service.annotations,
                lambda key: manifest.source_of("metadata", "annotations", key),
                member.said,
            )
        return self._said[member, service]

    def of(self, member: Member, service: Backend, port: int | str) -> TargetGroup:
        """The target group of a Service's port. Raises `Refused`."""
        key = f"{member.name}-{service.name}:{port}"
        if key not in self._made:
            try:
                self._made[key] = self._target_group(key, member, service, port)
            except Refused as refused:
                self._made[key] = refused
        found = self._made[key]
        if isinstance(found, Refused):
            raise found
        return found

    def _target_group(self, id: str, member: Member, service: Backend, port: int | str) -> TargetGroup:
        found = service.port(port)
        if found is None:
            raise member.refuse(
                "EKI302",
                f"Service {service.full_name} has no port {port}.",
                f"Name one of its ports: {', '.join(service.ports) or 'it has none'}.",
                f"unable to find port {port} on service {service.full_name}",
            )
        said = self.said(member, service)
        refused: list[Refused] = []
        check_port: int | str = TRAFFIC_PORT
        try:
            check_port = _health_check_port(member, service, said, self._target_type(member, said))
        except Refused as wrong:
            refused.append(wrong)
        try:
            settings = self._settings_of(member, said)
        except Refused as wrong:
            raise all_of([*refused, wrong]) from None
        if refused:
            raise all_of(refused)
        is_instance = settings.target_type == "instance"
        health_check = settings.health_check
        if check_port != health_check.port:
            health_check = health_check._replace(port=check_port)
        if service.is_ipv6 and not has_ipv6(self._address_type):
            raise member.refuse(
                "EKI305",
                f"Service {service.full_name} has IPv6, and the load balancer has only IPv4.",
                "Write `ip-address-type: dualstack`, or make the Service IPv4 only.",
                "unsupported IPv6 configuration, lb not dual-stack",
                at=c.IP_ADDRESS_TYPE,
            )
        control_port = _control_port(said, service, port)
        if is_instance and control_port is not None:
            raise member.refuse(
                "EKI309",
                f"a control port is written for Service {service.full_name}, whose targets are nodes.",
                "Write `target-type: ip`, or leave the control port out.",
                "target control port is not supported for instance target target group",
            )
        own_port = found.node_port if is_instance else 1 if found.named else found.target_port
        if own_port == 0:
            raise _without_port(member, service, is_instance)
        hashed = (
            own_port,
            settings.target_type,
            settings.protocol,
            settings.version,
            *([] if control_port is None else [control_port]),
        )
        return TargetGroup(
            id=id,
            name=target_group_name(self._group, member, service, port, *hashed),
            target_type=settings.target_type,
            port=own_port,
            protocol=settings.protocol,
            protocol_version=settings.version,
            ip_address_type="ipv6" if service.is_ipv6 else "ipv4",
            health_check=health_check,
            attributes=settings.attributes,
            tags=settings.tags,
            control_port=control_port,
            binding=Binding(
                service.namespace,
                service.name,
                port,
                self._open_ports(found, is_instance, health_check, control_port),
                pairs(said.read(c.TARGET_NODE_LABELS) or {}) if is_instance else (),
                _is_multi_cluster(member, said),
            ),
            source=member.manifest.source,
        )

    def _settings_of(self, member: Member, said: Said) -> _Settings:
        """What the target groups of all ports have that the same annotations are for. Raises `Refused`."""
        if said not in self._settings:
            target_type = self._target_type(member, said)
            protocol = said.read(c.BACKEND_PROTOCOL) or "HTTP"
            version = said.read(c.BACKEND_PROTOCOL_VERSION) or "HTTP1"
            self._settings[said] = _Settings(
                target_type,
                protocol,
                version,
                _health_check(said, protocol, version),
                pairs(said.read(c.TARGET_GROUP_ATTRIBUTES) or {}),
                tags_of_backend(self._group, member, said),
            )
        return self._settings[said]

    def _target_type(self, member: Member, said: Said) -> str:
        of_class: str | None = member.of_class.says("targetType")
        found = of_class or said.read(c.TARGET_TYPE) or self._group.world.flags.default_target_type
        if found == "ip" and not self._group.world.flags.gate("EnableIPTargetType"):
            raise member.refuse(
                "EKI331",
                "its targets are pods, and the controller's feature gate EnableIPTargetType is closed.",
                "Write `target-type: instance`, or open the gate.",
                "unsupported targetType: ip when EnableIPTargetType is false",
                at=c.TARGET_TYPE,
            )
        return found

    def _open_ports(
        self, port: ServicePort, is_instance: bool, health_check: HealthCheck, control_port: int | None
    ) -> tuple[int | str, ...] | None:
        if not self._opens:
            return None
        if not self._group.world.flags.restricts_ports:
            return ()
        traffic = port.node_port if is_instance else port.target_port
        further = [health_check.port] if health_check.port != TRAFFIC_PORT else []
        return (traffic, *further, *([] if control_port is None else [control_port]))


def _without_port(member: Member, service: Backend, is_instance: bool) -> Refused:
    if is_instance:
        return member.refuse(
            "EKI303",
            f"its targets are nodes, and Service {service.full_name} of type {service.kind} has no port on them.",
            "Write `target-type: ip`, or make the Service one of type NodePort.",
            "TargetGroup port is empty. When using Instance targets, your service be must of type 'NodePort' or 'LoadBalancer'",
            at=c.TARGET_TYPE,
        )
    return member.refuse(
        "EKI303",
        f"the target port of Service {service.full_name} is 0.",
        "Write the port that the pods listen on.",
        "TargetGroup port is empty. Are you using the correct service type?",
    )


def _health_check(said: Said, protocol: str, version: str) -> HealthCheck:
    grpc = version == "GRPC"
    path, codes = said.text(c.HEALTHCHECK_PATH), said.text(c.SUCCESS_CODES)
    return HealthCheck(
        port=TRAFFIC_PORT,
        protocol=said.read(c.HEALTHCHECK_PROTOCOL) or protocol,
        path=("/AWS.ALB/healthcheck" if grpc else "/") if path is None else path,
        success_codes=("12" if grpc else "200") if codes is None else codes,
        interval=_number(said, c.HEALTHCHECK_INTERVAL_SECONDS, 15),
        timeout=_number(said, c.HEALTHCHECK_TIMEOUT_SECONDS, 5),
        healthy_threshold=_number(said, c.HEALTHY_THRESHOLD_COUNT, 2),
        unhealthy_threshold=_number(said, c.UNHEALTHY_THRESHOLD_COUNT, 2),
    )


def _number(said: Said, annotation: Annotation, default: int) -> int:
    found: int | None = said.read(annotation)
    return default if found is None else found


def _health_check_port(member: Member, service: Backend, said: Said, target_type: str) -> int | str:
    text = said.text(c.HEALTHCHECK_PORT)
    if text is None or text == TRAFFIC_PORT or is_unknown(text):
        return TRAFFIC_PORT if text is None else text
    try:
        return Int().decode(text)
    except Unreadable:
        port = service.port(text)
    if port is None:
        raise member.refuse(
            "EKI306",
            f"the health check is on port {text!r}, and Service {service.full_name} has no port of that name.",
            f"Write a number, `traffic-port`, or one of its ports: {', '.join(service.ports) or 'it has none'}.",
            f"failed to resolve healthCheckPort: unable to find port {text} on service {service.full_name}",
            at=c.HEALTHCHECK_PORT,
        )
    if target_type == "instance":
        return port.node_port
    if port.named:
        raise member.refuse(
            "EKI306",
            f"the health check is on port {text!r} of Service {service.full_name}, whose target port has a name as well: "
            f"{port.target_port!r}.",
            "Write the number of the pods' port.",
            "cannot use named healthCheckPort for IP TargetType when service's targetPort is a named port",
            at=c.HEALTHCHECK_PORT,
        )
    return port.target_port


def _control_port(said: Said, service: Backend, port: int | str) -> int | None:
    if is_unknown(service.name) or is_unknown(port):
        return None
    found: int | None = said.read(c.TARGET_CONTROL_PORT, service=service.name, port=str(port))
    return found


def _is_multi_cluster(member: Member, said: Said) -> bool:
    """Whether the Ingress or the Service says so; where the Ingress does, the controller does not look at the Service."""
    if member.read(c.MULTI_CLUSTER_TARGET_GROUP):
        return True
    return (
        said is not member.said
        and c.MULTI_CLUSTER_TARGET_GROUP.key() in said.keys
        and bool(said.read(c.MULTI_CLUSTER_TARGET_GROUP))
    )
