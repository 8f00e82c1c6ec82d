"""The target groups of a network load balancer, one for each port of a Service, and what registers targets there.

Facts: controller documentation, "Service annotations"; the controller's target group builder for Services (`pkg/service`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from eks_ingress.annotations import of_services as s
from eks_ingress.annotations.catalogue import Annotation
from eks_ingress.annotations.grammar import Bool, Int, Unreadable
from eks_ingress.plan.balanced import BalancedService
from eks_ingress.plan.balancer import has_ipv6
from eks_ingress.plan.merging import pairs
from eks_ingress.plan.naming import service_name, uid_of
from eks_ingress.plan.network_model import NetworkHealthCheck, NetworkTargetGroup
from eks_ingress.plan.network_openings import Openings
from eks_ingress.plan.network_settings import Surroundings
from eks_ingress.plan.services import Backend, ServicePort
from eks_ingress.plan.target_groups import TRAFFIC_PORT
from eks_ingress.plan.unknown import is_unknown, unknown
from eks_ingress.refusal import Refused

_PROXY_PROTOCOL = "proxy_protocol_v2.enabled"
_PRESERVES_CLIENTS = "preserve_client_ip.enabled"
_CHECKS = ("TCP", "HTTP", "HTTPS")


class _Defaults(NamedTuple):
    """How targets are checked where nothing is said."""

    protocol: str
    port: int | str
    path: str
    interval: int
    timeout: int
    healthy: int
    unhealthy: int


_OF_ALL = _Defaults("TCP", TRAFFIC_PORT, "/", 10, 10, 3, 3)


class NetworkTargets:
    """The target groups of one load balancer, each made once; all of them are as the Service says that has the load balancer."""

    def __init__(self, service: BalancedService, around: Surroundings) -> None:
        self._service = service
        self._around = around
        self._openings = Openings(service, around)
        self._made: dict[str, NetworkTargetGroup | Refused] = {}

    @property
    def made(self) -> tuple[NetworkTargetGroup, ...]:
        """All of them, in the order in which they were needed first."""
        return tuple(found for found in self._made.values() if isinstance(found, NetworkTargetGroup))

    def of(self, backend: Backend, port: ServicePort, protocol: str, *, is_guest: bool = False) -> NetworkTargetGroup:
        """The target group of a Service's port; of two protocols of one port, that which is asked for first.

        A guest is sent to besides the Service that has the load balancer, and may be sent to by others as well. Raises `Refused`.
        """
        key = f"{backend.full_name}:{port.number}"
        if key not in self._made:
            try:
                self._made[key] = self._target_group(key, backend, port, protocol, is_guest)
            except Refused as refused:
                self._made[key] = refused
        found = self._made[key]
        if isinstance(found, Refused):
            raise found
        return found

    def _target_group(self, id: str, backend: Backend, port: ServicePort, protocol: str, is_guest: bool) -> NetworkTargetGroup:
        service, around = self._service, self._around
        target_type = self._target_type(backend, port)
        is_instance = target_type == "instance"
        health_check = self._health_check(backend, is_instance)
        attributes = self._attributes(port)
        preserves = Bool.spellings.get(attributes.get(_PRESERVES_CLIENTS, ""), is_instance)
        own_port = port.node_port if is_instance else 1 if port.named else port.target_port
        if backend.is_ipv6 and not has_ipv6(around.ip_address_type):
            raise service.refuse(
                "EKI305",
                f"Service {backend.full_name} has IPv6, and the load balancer has only IPv4.",
                f"Write {s.IP_ADDRESS_TYPE.name}: dualstack, or make the Service IPv4 only.",
                "unsupported IPv6 configuration, lb not dual-stack",
                at=s.IP_ADDRESS_TYPE,
            )
        if own_port == 0:
            raise self._without_port(backend, is_instance)
        address_type = "ipv6" if backend.is_ipv6 else "ipv4"
        hashed = (
            *([uid_of(service.backend)] if is_guest else []),
            uid_of(backend),
            own_port,
            port.number,
            target_type,
            protocol,
            health_check.protocol,
            health_check.interval,
        )
        traffic = port.node_port if is_instance else port.target_port
        labels: Mapping[str, str] = (service.read(s.TARGET_NODE_LABELS) or {}) if is_instance else {}
        return NetworkTargetGroup(
            id=id,
            name=service_name(service.world, backend, *hashed),
            target_type=target_type,
            port=own_port,
            protocol=protocol,
            ip_address_type=address_type,
            health_check=health_check,
            attributes=pairs(attributes),
            tags=around.tags,
            namespace=backend.namespace,
            service=backend.name,
            service_port=port.number,
            openings=self._openings.of(backend, traffic, health_check.port, protocol, address_type, preserves),
            node_labels=pairs(labels),
            multi_cluster=bool(service.read(s.MULTI_CLUSTER_TARGET_GROUP)),
        )

    def _target_type(self, backend: Backend, port: ServicePort) -> str:
        service, flags = self._service, self._service.world.flags
        said = service.text(s.TARGET_TYPE)
        wanted = flags.default_target_type if said is None else said
        if wanted == "ip" and not flags.gate("EnableIPTargetType"):
            raise service.refuse(
                "EKI331",
                "its targets are pods, and the controller's feature gate EnableIPTargetType is closed.",
                f"Write {s.TARGET_TYPE.name}: instance, or open the gate.",
                "unsupported targetType: ip when EnableIPTargetType is false",
                at=s.TARGET_TYPE,
            )
        if wanted == "ip" or service.text(s.TYPE) == "nlb-ip":
            return "ip"
        remedy = f"Write {s.TARGET_TYPE.name}: ip, or let the Service have ports on the nodes."
        if backend.kind == "ClusterIP":
            event = f'unsupported service type "ClusterIP" for load balancer target type "{wanted}"'
            reason = f"its targets are nodes, and Service {backend.full_name} is of the type ClusterIP."
            raise service.refuse("EKI341", reason, remedy, event, at=s.TARGET_TYPE)
        if port.node_port == 0 and backend.spec.get("allocateLoadBalancerNodePorts") is False:
            event = "unable to support instance target type with an unallocated NodePort"
            reason = f"its targets are nodes, and allocateLoadBalancerNodePorts of Service {backend.full_name} is false."
            raise service.refuse("EKI341", reason, remedy, event, at=s.TARGET_TYPE)
        return "instance"

    def _without_port(self, backend: Backend, is_instance: bool) -> Refused:
        if is_instance:
            return self._service.refuse(
                "EKI303",
                f"its targets are nodes, and Service {backend.full_name} of type {backend.kind} has no port on them.",
                f"Write {s.TARGET_TYPE.name}: ip, or make the Service one of type LoadBalancer or NodePort.",
                "TargetGroup port is empty. When using Instance targets, your service be must of type 'NodePort' or 'LoadBalancer'",
                at=s.TARGET_TYPE,
            )
        return self._service.refuse(
            "EKI303",
            f"the target port of Service {backend.full_name} is 0.",
            "Write the port that the pods listen on.",
            "TargetGroup port is empty. Are you using the correct service type?",
        )

    # Health checks

    def _health_check(self, backend: Backend, is_instance: bool) -> NetworkHealthCheck:
        service = self._service
        defaults = _OF_ALL
        # Of a Service whose nodes pass traffic on to their own pods alone, nodes tell on a port whether they have any.
        if is_instance and backend.spec.get("externalTrafficPolicy") == "Local" and backend.kind == "LoadBalancer":
            defaults = _Defaults("HTTP", self._told_port(), "/healthz", 10, 6, 2, 2)
        said = service.text(s.HEALTHCHECK_PROTOCOL)
        protocol = defaults.protocol if said is None else said if is_unknown(said) else said.upper()
        if protocol not in _CHECKS and not is_unknown(protocol):
            raise service.refuse(
                "EKI350",
                f"the protocol of its health check is {said!r}.",
                f"Write one of {', '.join(_CHECKS)}.",
                f"unsupported health check protocol {said}",
                at=s.HEALTHCHECK_PROTOCOL,
            )
        advanced = service.world.flags.gate("NLBHealthCheckAdvancedConfig")
        path, codes = service.text(s.HEALTHCHECK_PATH), service.text(s.HEALTHCHECK_SUCCESS_CODES)
        return NetworkHealthCheck(
            port=self._health_check_port(backend, is_instance, defaults.port),
            protocol=protocol,
            path=None if protocol == "TCP" else defaults.path if path is None else path,
            success_codes=None if protocol == "TCP" or not advanced else "200-399" if codes is None else codes,
            interval=self._number(s.HEALTHCHECK_INTERVAL, defaults.interval),
            timeout=self._number(s.HEALTHCHECK_TIMEOUT, defaults.timeout) if advanced else defaults.timeout,
            healthy_threshold=self._number(s.HEALTHCHECK_HEALTHY_THRESHOLD, defaults.healthy),
            unhealthy_threshold=self._number(s.HEALTHCHECK_UNHEALTHY_THRESHOLD, defaults.unhealthy),
        )

    def _told_port(self) -> int | str:
        """The port on which nodes tell whether they have pods of the Service that has the load balancer."""
        own = self._service.backend
        found: int | None = own.spec.get("healthCheckNodePort")
        if found is None and own.spec.get("externalTrafficPolicy") == "Local" and own.kind == "LoadBalancer":
            return unknown(f"health check node port of {own.full_name}")
        return found or 0

    def _number(self, row: Annotation, default: int) -> int:
        found: int | None = self._service.read(row)
        return default if found is None else found

    def _health_check_port(self, backend: Backend, is_instance: bool, default: int | str) -> int | str:
        text = self._service.text(s.HEALTHCHECK_PORT)
        if text is None or text == TRAFFIC_PORT or is_unknown(text):
            return default if text is None else text
        number = _whole(text, 32)
        if number is not None:
            return number
        port = backend.port(text)
        if port is None:
            raise self._service.refuse(
                "EKI306",
                f"the health check is on port {text!r}, and Service {backend.full_name} has no port of that name.",
                f"Write a number, `traffic-port`, or one of its ports: {', '.join(backend.ports) or 'it has none'}.",
                f"failed to resolve healthCheckPort: unable to find port {text} on service {backend.full_name}",
                at=s.HEALTHCHECK_PORT,
            )
        if is_instance:
            return port.node_port
        if port.named:
            raise self._service.refuse(
                "EKI306",
                f"the health check is on port {text!r} of Service {backend.full_name}, whose target port has a name as well: "
                f"{port.target_port!r}.",
                "Write the number of the pods' port.",
                "cannot use named healthCheckPort for IP TargetType when service's targetPort is a named port",
                at=s.HEALTHCHECK_PORT,
            )
        return port.target_port

    # Attributes

    def _attributes(self, port: ServicePort) -> dict[str, str]:
        """The attributes of a port: those of all, over them those of the port, and over both the proxy protocol."""
        service = self._service
        found = {_PROXY_PROTOCOL: "false", **self._said_attributes(s.TARGET_GROUP_ATTRIBUTES)}
        of_port = self._said_attributes(s.TARGET_GROUP_ATTRIBUTES_OF_PORT, port=str(port.number))
        found |= {key: value for key, value in of_port.items() if value}
        numbers: Sequence[str] | None = service.read(s.PROXY_PROTOCOL_PER_TARGET_GROUP)
        for number in numbers or ():
            if _whole(number, 64) is None and not is_unknown(number):
                raise service.refuse(
                    "EKI346",
                    f"{s.PROXY_PROTOCOL_PER_TARGET_GROUP.name} holds {number!r}, which is no number.",
                    "Write the numbers of ports of the Service.",
                    f"invalid port number in proxy-protocol-per-target-group: {number}",
                    at=s.PROXY_PROTOCOL_PER_TARGET_GROUP,
                )
        if numbers is not None:
            found[_PROXY_PROTOCOL] = "true" if str(port.number) in numbers else "false"
        everywhere = service.text(s.PROXY_PROTOCOL)
        if everywhere is not None:
            if everywhere != "*" and not is_unknown(everywhere):
                raise service.refuse(
                    "EKI346",
                    f"{s.PROXY_PROTOCOL.name} is {everywhere!r}.",
                    f"Write '*', or {s.PROXY_PROTOCOL_PER_TARGET_GROUP.name} with the numbers of ports.",
                    f"invalid value {everywhere} for Load Balancer proxy protocol v2 annotation",
                    at=s.PROXY_PROTOCOL,
                )
            found[_PROXY_PROTOCOL] = "true"
        if not found[_PROXY_PROTOCOL]:
            del found[_PROXY_PROTOCOL]
        return found

    def _said_attributes(self, row: Annotation, **chosen: str) -> Mapping[str, str]:
        if any(map(is_unknown, chosen.values())):
            return {}
        said: Mapping[str, str] = self._service.read(row, **chosen) or {}
        preserves = said.get(_PRESERVES_CLIENTS)
        if preserves is not None and preserves not in Bool.spellings and not is_unknown(preserves):
            raise self._service.refuse(
                "EKI353",
                f"{_PRESERVES_CLIENTS} is {preserves!r}.",
                "Write true or false.",
                f"failed to parse attribute {_PRESERVES_CLIENTS}={preserves}",
                at=row,
                **chosen,
            )
        return said


def _whole(text: str, bits: int) -> int | None:
    """A whole number of so many bits, None for what the controller does not read as one."""
    try:
        return Int(bits).decode(text)
    except Unreadable:
        return None
