"""The listeners of a network load balancer, one for each port number of its Service.

Facts: controller documentation, "Service annotations", "Weighted target groups"; the controller's listener builder for Services
(`pkg/service`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from eks_ingress.annotations import of_services as s
from eks_ingress.annotations.grammar import Bool
from eks_ingress.plan.balanced import BalancedService
from eks_ingress.plan.merging import pairs
from eks_ingress.plan.model import Pairs, Stickiness
from eks_ingress.plan.network_model import NetworkListener, NetworkTarget
from eks_ingress.plan.network_targets import NetworkTargets
from eks_ingress.plan.services import Backend, ServicePort
from eks_ingress.plan.unknown import is_unknown
from eks_ingress.refusal import Refused, all_of

_MERGED = ("TCP", "UDP")
_HEAVIEST = 999
_QUIC = {"UDP": "QUIC", "TCP_UDP": "TCP_QUIC"}


class _Said(NamedTuple):
    """What annotations say of all listeners."""

    certificates: Sequence[str]
    tls_ports: Sequence[str]
    quic_ports: Sequence[str]
    encrypts: bool
    """Whether targets of TLS listeners are reached by TLS too."""


def network_listeners(service: BalancedService, targets: NetworkTargets, tags: Pairs) -> tuple[NetworkListener, ...]:
    """All of them, by port; what is wrong becomes a problem of the Service."""
    by_number: dict[int, list[ServicePort]] = {}
    for number, port in service.ports:
        by_number.setdefault(number, []).append(port)
    merges = _merges(service)
    if merges:
        for number, ports in by_number.items():
            with service.gather():
                _require_mergeable(service, number, ports)
    said: _Said | None = None
    with service.gather():
        said = _read(service)
    found: dict[int, NetworkListener] = {}
    for number, ports in by_number.items() if said is not None else ():
        both = merges and len(ports) > 1
        for port in ports[:1] if both else ports:
            with service.gather():
                assert said is not None
                made = _listener(service, targets, port, number, said, "TCP_UDP" if both else port.protocol, tags)
                # Of two listeners with one number the controller keeps the first, and says nothing.
                found.setdefault(number, made)
    return tuple(listener for _, listener in sorted(found.items()))


def _merges(service: BalancedService) -> bool:
    """Whether a port of TCP and one of UDP with the same number become one listener; what cannot be read does not count."""
    said = service.text(s.ENABLE_TCP_UDP_LISTENER)
    return Bool.spellings.get(said or "", service.world.flags.gate("EnableTCPUDPListener"))


def _require_mergeable(service: BalancedService, number: int, ports: Sequence[ServicePort]) -> None:
    if len(ports) == 1:
        return
    protocols = [port.protocol for port in ports]
    if len(ports) > 2:
        event = f"can only merge two ports, not {len(ports)}"
    elif unknown := [protocol for protocol in protocols if protocol not in _MERGED]:
        event = f"unsupported protocol for merging: {unknown[0]}"
    elif protocols[0] == protocols[1]:
        event = f"protocols can't match for merging: {protocols[0]}"
    else:
        return
    raise service.refuse(
        "EKI348",
        f"{len(ports)} of its ports have the number {number}: {', '.join(protocols)}.",
        "Let one be of TCP and one of UDP, or give them different numbers.",
        event,
    )


def _read(service: BalancedService) -> _Said:
    tls_ports: Sequence[str] = service.read(s.SSL_PORTS) or ()
    wrong = [word for word in tls_ports if not is_unknown(word) and not any(_names(word, x) for x in service.backend.all_ports())]
    if wrong and not any(isinstance(port.number, str) for port in service.backend.all_ports()):
        raise service.refuse(
            "EKI342",
            f"{s.SSL_PORTS.name} names {', '.join(wrong)}, and the Service has {', '.join(service.backend.ports) or 'no port'}.",
            "Name ports of the Service; without the annotation, all of TCP have TLS.",
            f"Unused port in ssl-ports annotation [{' '.join(wrong)}]",
            at=s.SSL_PORTS,
        )
    return _Said(
        service.read(s.SSL_CERT) or (),
        tls_ports,
        service.read(s.QUIC_ENABLED_PORTS) or (),
        service.text(s.BACKEND_PROTOCOL) == "ssl",
    )


def _names(word: str, port: ServicePort) -> bool:
    return word in (port.name, str(port.number))


def _listener(
    service: BalancedService,
    targets: NetworkTargets,
    port: ServicePort,
    number: int,
    said: _Said,
    protocol: str,
    tags: Pairs,
) -> NetworkListener:
    to_targets = protocol
    if protocol not in _QUIC and said.certificates and (not said.tls_ports or any(_names(x, port) for x in said.tls_ports)):
        protocol, to_targets = "TLS", "TLS" if said.encrypts else protocol
    if any(_names(word, port) for word in said.quic_ports):
        if protocol not in _QUIC:
            raise service.refuse(
                "EKI349",
                f"port {number} is to be of QUIC, and is of {protocol}.",
                f"Write a port of UDP, or leave it out of {s.QUIC_ENABLED_PORTS.name}.",
                f"Unsupported QUIC upgrade for protocol {protocol}",
                at=s.QUIC_ENABLED_PORTS,
            )
        protocol = to_targets = _QUIC[protocol]
    called = f"{protocol}-{number}"
    action: Mapping[str, Any] | None = service.read(s.ACTIONS, listener=called)
    stickiness: Stickiness | None = None
    if action is None:
        to: tuple[NetworkTarget, ...] = (_target(targets, service.backend, port, to_targets),)
    else:
        config = _config(service, action, called)
        to = tuple(_weighted(service, targets, port, config, protocol, to_targets))
        sticky = config.get("targetGroupStickinessConfig")
        stickiness = None if sticky is None else Stickiness(sticky.get("enabled"), None)
    is_tls = protocol == "TLS"
    alpn: str | None = None
    if is_tls:
        service.read(s.ALPN_POLICY)
        alpn = service.text(s.ALPN_POLICY)
    policy = service.text(s.SSL_NEGOTIATION_POLICY)
    return NetworkListener(
        port=number,
        protocol=protocol,
        targets=to,
        stickiness=stickiness,
        certificates=tuple(said.certificates) if is_tls else (),
        tls_policy=(service.world.flags.default_tls_policy if policy is None else policy) if is_tls else None,
        alpn_policy=alpn,
        attributes=pairs(service.read(s.LISTENER_ATTRIBUTES, listener=called) or {}),
        tags=tags,
    )


def _target(targets: NetworkTargets, backend: Backend, port: ServicePort, protocol: str) -> NetworkTarget:
    return NetworkTarget(f"{backend.full_name}:{port.number}", group=targets.of(backend, port, protocol))


# Weights


def _config(service: BalancedService, action: Mapping[str, Any], called: str) -> Mapping[str, Any]:
    """The part of an action that says where to forward to. Raises `Refused` for what the controller does not take."""

    def wrong(what: str, event: str) -> Refused:
        key = s.ACTIONS.key(listener=called)
        remedy = "Correct it; the controller's documentation has examples under 'Weighted target groups'."
        return service.refuse("EKI104", f"annotation {key} {what}.", remedy, event, at=s.ACTIONS, listener=called)

    kind = action.get("type", "")
    if kind != "forward":
        raise wrong(f"is of the type {kind!r}, where only forward can be", f"unknown action type: {kind}")
    config: Mapping[str, Any] | None = action.get("forwardConfig")
    if config is None:
        event = "panic: runtime error: invalid memory address or nil pointer dereference"
        raise wrong("has no forwardConfig, without which the controller stumbles", event)
    groups: Sequence[Mapping[str, Any]] = config.get("targetGroups") or ()
    before = "invalid ForwardConfig: "
    for group in groups:
        if ("targetGroupARN" in group) == ("serviceName" in group):
            event = "invalid TargetGroupTuple: precisely one of targetGroupARN and serviceName can be specified"
            raise wrong("has a target that is not one of a Service and a target group", before + event)
        if "serviceName" in group and "servicePort" not in group:
            raise wrong("has a Service without its port", f"{before}invalid TargetGroupTuple: missing servicePort")
        if not 0 <= group.get("weight", 0) <= _HEAVIEST:
            event = f"invalid TargetGroupTuple: target group weight must be between 0 and {_HEAVIEST}"
            raise wrong(f"has the weight {group['weight']}", before + event)
    if len(groups) > 1 and any("weight" not in group for group in groups):
        raise wrong("lacks a weight", f"{before}weight must be set when routing to multiple target groups")
    return config


def _weighted(
    service: BalancedService,
    targets: NetworkTargets,
    port: ServicePort,
    config: Mapping[str, Any],
    protocol: str,
    to_targets: str,
) -> list[NetworkTarget]:
    groups: Sequence[Mapping[str, Any]] = config.get("targetGroups") or ()
    known = _guests(service, [x["serviceName"] for x in groups if "serviceName" in x])
    found = [_target(targets, service.backend, port, to_targets)._replace(weight=config.get("baseServiceWeight"))]
    for group in groups:
        weight: int | None = group.get("weight")
        if "targetGroupARN" in group:
            found.append(NetworkTarget(group["targetGroupARN"], weight))
            continue
        guest, wanted = known[group["serviceName"]], group["servicePort"]
        its_port = guest.port(wanted)
        if its_port is None:
            raise service.refuse(
                "EKI302",
                f"Service {guest.full_name} has no port {wanted}.",
                f"Name one of its ports: {', '.join(guest.ports) or 'it has none'}.",
                f"unable to find port {wanted} on service {guest.full_name}",
            )
        its_protocol = "TCP" if protocol == "TLS" and group.get("decrypt") else protocol
        made = targets.of(guest, its_port, its_protocol, is_guest=True)
        found.append(NetworkTarget(f"{guest.full_name}:{its_port.number}", weight, made))
    return found


def _guests(service: BalancedService, names: Iterable[str]) -> dict[str, Backend]:
    """The Services that are sent to besides. Raises `Refused` for those that do not exist."""
    namespace = service.backend.namespace
    found = {name: service.world.service(namespace, name) for name in names}
    missing = [name for name, backend in found.items() if backend is None]
    if missing:
        raise all_of(
            service.refuse(
                "EKI301",
                f"there is no Service {namespace}/{name}.",
                "Add it, or correct the name; Services of other namespaces cannot be named.",
                f'services "{name}" not found',
            )
            for name in missing
        )
    return {name: backend for name, backend in found.items() if backend is not None}
