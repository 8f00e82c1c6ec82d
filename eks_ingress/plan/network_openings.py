"""Which ports of targets are opened to a network load balancer, or to its clients where targets see their addresses.

Facts: controller documentation, "Security groups"; the controller's builder of target group bindings for Services (`pkg/service`).
"""

from __future__ import annotations

from eks_ingress.annotations import of_services as s
from eks_ingress.plan.balanced import BalancedService
from eks_ingress.plan.network_model import Opening
from eks_ingress.plan.network_settings import Surroundings, source_ranges
from eks_ingress.plan.resolved import blocks_of, in_words
from eks_ingress.plan.services import Backend
from eks_ingress.plan.target_groups import TRAFFIC_PORT
from eks_ingress.plan.unknown import is_unknown, unknown

_UDP = ("UDP", "QUIC")
_BOTH = ("TCP_UDP", "TCP_QUIC")
_EVERYWHERE = {"ipv4": "0.0.0.0/0", "ipv6": "::/0"}


class Openings:
    """What a load balancer needs to be let in by its targets."""

    def __init__(self, service: BalancedService, around: Surroundings) -> None:
        self._service = service
        self._around = around

    def of(
        self,
        backend: Backend,
        traffic: int | str,
        check_port: int | str,
        protocol: str,
        address_type: str,
        preserves: bool,
    ) -> tuple[Opening, ...] | None:
        """What is opened of the targets of a Service, None where the controller opens nothing.

        `traffic` is the port that gets it, `preserves` whether targets see the addresses of clients. Raises `Refused`.
        """
        if self._around.guards.groups:
            return self._to_group(traffic, check_port, protocol)
        manages: bool | None = self._service.read(s.MANAGE_BACKEND_SECURITY_GROUP_RULES)
        if manages is False:
            return None
        return self._to_addresses(backend, traffic, check_port, protocol, address_type, preserves)

    def _to_group(self, traffic: int | str, check_port: int | str, protocol: str) -> tuple[Opening, ...] | None:
        """What is opened to the security group of the load balancer."""
        group = self._around.guards.backend
        if group is None:
            return None
        has_udp = protocol in _UDP or protocol in _BOTH
        if not self._service.world.flags.restricts_ports:
            return (Opening((group,), (("TCP", None), *((("UDP", None),) if has_udp else ())), of_group=True),)
        ports: list[tuple[str, int | str | None]] = []
        if protocol in ("TCP", "TLS"):
            ports.append(("TCP", traffic))
        elif has_udp:
            ports.append(("UDP", traffic))
            if protocol in _BOTH or check_port in (TRAFFIC_PORT, _number_of(traffic)):
                ports.append(("TCP", traffic))
        if check_port not in (TRAFFIC_PORT, _number_of(traffic)):
            ports.append(("TCP", check_port))
        return (Opening((group,), tuple(ports), of_group=True),)

    def _to_addresses(
        self, backend: Backend, traffic: int | str, check_port: int | str, protocol: str, address_type: str, preserves: bool
    ) -> tuple[Opening, ...]:
        """What is opened of a load balancer without security groups: to its subnets, or to clients whose address targets see."""
        in_subnets = self._subnet_blocks(address_type)
        sources, by_default = in_subnets, False
        sees_clients = preserves or protocol in _UDP or protocol in _BOTH
        if sees_clients:
            said = tuple(source_ranges(self._service, backend))
            sources, by_default = said or self._everyone(address_type), not said
        protocols = ("TCP", "UDP") if protocol in _BOTH else ("UDP",) if protocol in _UDP else ("TCP",)
        found = [Opening(sources, tuple((x, traffic) for x in protocols))]
        at_traffic = check_port == TRAFFIC_PORT or _number_of(check_port) == _number_of(traffic)
        everyone = by_default or any(source in _EVERYWHERE.values() for source in sources)
        reaches_already = protocol != "UDP" and at_traffic and (not preserves or everyone)
        if in_subnets and not reaches_already:
            found.append(Opening(in_subnets, (("TCP", traffic if check_port == TRAFFIC_PORT else check_port),)))
        return tuple(found)

    def _everyone(self, address_type: str) -> tuple[str, ...]:
        """Who can reach the load balancer: everyone, or everyone in its VPC."""
        if self._around.scheme != "internal":
            return (_EVERYWHERE[address_type],)
        facts = self._service.world.facts
        known = facts.vpc_cidrs if address_type == "ipv4" else facts.vpc_ipv6_cidrs
        return (unknown("blocks of the VPC"),) if known is None else tuple(known)

    def _subnet_blocks(self, address_type: str) -> tuple[str, ...]:
        facts = {fact.id: fact for fact in self._service.world.facts.subnets or ()}
        found: list[str] = []
        for subnet in self._around.subnets:
            blocks = blocks_of(facts.get(subnet.id), address_type == "ipv6")
            found += [unknown(f"blocks of {in_words(subnet.id)}")] if blocks is None else blocks
        return tuple(found)


def _number_of(port: int | str) -> int | str:
    """A port as the controller compares it: a name counts as 0."""
    return port if isinstance(port, int) or is_unknown(port) else 0
