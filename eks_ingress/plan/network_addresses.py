"""The fixed addresses of a network load balancer, one in each of its subnets.

Facts: controller documentation, "Service annotations", "EIP Allocations"; the controller's builder of subnet
mappings (`pkg/service`, `pkg/networking`).
"""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from eks_ingress.annotations import of_services as s
from eks_ingress.annotations.catalogue import Annotation
from eks_ingress.plan.balanced import BalancedService
from eks_ingress.plan.balancer import has_ipv6
from eks_ingress.plan.model import Subnet
from eks_ingress.plan.resolved import DISCOVERED, blocks_of, in_words
from eks_ingress.plan.subnets import SubnetFact
from eks_ingress.plan.unknown import is_unknown, unknown
from eks_ingress.refusal import Refused

_AUTO = "auto_assigned"
_SOURCE_NAT_BITS = "80"
_Address = IPv4Address | IPv6Address


def has_source_nat_prefixes(service: BalancedService, address_type: str, subnets: Sequence[Subnet]) -> bool:
    """Whether the addresses of IPv6 clients are translated. Raises `Refused`."""
    row = s.ENABLE_PREFIX_FOR_IPV6_SOURCE_NAT
    if service.read(row) != "on":
        return False
    if not has_ipv6(address_type):
        raise service.refuse(
            "EKI351",
            f"{row.name} is on, and the load balancer has only IPv4.",
            f"Write {s.IP_ADDRESS_TYPE.name}: dualstack, or leave it out.",
            "enable-prefix-for-ipv6-source-nat annotation is only applicable to Network Load Balancers using Dualstack",
            at=row,
        )
    without = [subnet.id for subnet in subnets if (fact := _fact(service, subnet)) is not None and not fact.ipv6]
    if without:
        raise service.refuse(
            "EKI351",
            f"{row.name} is on, and {', '.join(without)} have no IPv6 block.",
            "Name subnets with IPv6.",
            "To enable prefix for source NAT, all associated subnets must have an IPv6 CIDR.",
            at=row,
        )
    return True


class Addresses:
    """The fixed addresses of one load balancer: each kind is read for itself, so that all that is wrong is told at once."""

    def __init__(
        self, service: BalancedService, subnets: Sequence[Subnet], scheme: str, address_type: str, source_nat: bool
    ) -> None:
        self._service = service
        self._subnets = subnets
        found = list(subnets)
        if [subnet.id for subnet in subnets] == [DISCOVERED]:
            found *= max(1, *(len(service.read(row) or ()) for row in _PER_SUBNET))
        with service.gather():
            is_public = scheme == "internet-facing"
            event = "EIP allocations can only be set for internet facing load balancers"
            if (said := self._one_each(s.EIP_ALLOCATIONS, "EIP allocations", is_public, scheme, event)) is not None:
                found = [x._replace(allocation=allocation) for x, allocation in zip(found, said, strict=False)]
        with service.gather():
            row, what, event = s.PRIVATE_IPV4_ADDRESSES, "private IPv4 addresses", "can only be set for internal load balancers"
            if (said := self._one_each(row, what, scheme == "internal", scheme, f"{what} {event}")) is not None:
                known = self._parsed(row, said, IPv4Address, what, "IPv4")
                found = [x._replace(private_ipv4=self._there(row, known, x, what)) for x in found]
        with service.gather():
            row, what, event = s.IPV6_ADDRESSES, "IPv6 addresses", "can only be set for dualstack load balancers"
            if (said := self._one_each(row, what, has_ipv6(address_type), address_type, f"{what} {event}")) is not None:
                known = self._parsed(row, said, IPv6Address, what, "IPv6")
                found = [x._replace(ipv6=self._there(row, known, x, what)) for x in found]
        with service.gather():
            if (said := self._prefixes(address_type, source_nat)) is not None:
                found = [x._replace(source_nat_prefix=prefix) for x, prefix in zip(found, said, strict=False)]
        self.subnets = tuple(found)
        """The subnets with the addresses there."""

    def _one_each(self, row: Annotation, what: str, fits: bool, is_for: str, event: str) -> Sequence[str] | None:
        """What an annotation names for each subnet, None where it is absent. Raises `Refused`."""
        said: Sequence[str] | None = self._service.read(row)
        if said is None:
            return None
        if not fits and not is_unknown(is_for):
            remedy = "Leave it out, or change the scheme." if row is not s.IPV6_ADDRESSES else "Leave it out, or write dualstack."
            raise self._service.refuse(
                "EKI343", f"{row.name} is written, and the load balancer is {is_for}.", remedy, event, at=row
            )
        if not self._may_be_right(said):
            raise self._service.refuse(
                "EKI343",
                f"{row.name} names {len(said)}, and there are {len(self._subnets)} subnets.",
                "Name one for each subnet.",
                f"count of {what} ({len(said)}) and subnets ({len(self._subnets)}) must match",
                at=row,
            )
        return said

    def _may_be_right(self, said: Sequence[str]) -> bool:
        """Whether there are as many as subnets, as far as that is known."""
        is_known = [subnet.id for subnet in self._subnets] != [DISCOVERED] and not any(map(is_unknown, said))
        return not is_known or len(said) == len(self._subnets)

    def _parsed(
        self, row: Annotation, said: Sequence[str], kind: type[IPv4Address | IPv6Address], what: str, called: str
    ) -> list[_Address] | None:
        """Addresses, None where not all of them are known. Raises `Refused`."""
        found: list[_Address] = []
        for text in said:
            if is_unknown(text):
                return None
            try:
                address = ip_address(text)
            except ValueError:
                raise self._no_address(row, text, f"{what} must be valid IP address: {text}", called) from None
            if not isinstance(address, kind):
                raise self._no_address(row, text, f"{what} must be valid {called} address: {text}", called)
            found.append(address)
        return found

    def _no_address(self, row: Annotation, text: str, event: str, called: str) -> Refused:
        return self._service.refuse("EKI343", f"{row.name} holds {text!r}.", f"Write addresses of {called}.", event, at=row)

    def _there(self, row: Annotation, known: Sequence[_Address] | None, subnet: Subnet, what: str) -> str:
        """The address that lies in a subnet. Raises `Refused` where none does, or several."""
        blocks = blocks_of(_fact(self._service, subnet), row is s.IPV6_ADDRESSES)
        if known is None or blocks is None:
            return unknown(f"{what} of {in_words(subnet.id)}")
        inside = [x for x in known if _is_in(x, blocks)]
        if len(inside) != 1:
            kind = "IPv6 address" if row is s.IPV6_ADDRESSES else "private IPv4 address"
            raise self._service.refuse(
                "EKI343",
                f"{len(inside)} of the addresses in {row.name} lie in {subnet.id} ({', '.join(blocks) or 'no block'}).",
                "Name one address of each subnet.",
                f"expect one {kind} configured for subnet: {subnet.id}",
                at=row,
            )
        return _shown(inside[0])

    def _prefixes(self, address_type: str, source_nat: bool) -> Sequence[str] | None:
        """What the addresses of IPv6 clients are translated to, None where that is not said. Raises `Refused`."""
        row, called = s.SOURCE_NAT_IPV6_PREFIXES, "source-nat-ipv6-prefixes"
        said: Sequence[str] | None = self._service.read(row)
        if said is None:
            return None
        if not has_ipv6(address_type) and not is_unknown(address_type):
            event = f"{called} annotation can only be set for Network Load Balancers using Dualstack IP address type."
            raise self._wrong_prefix("is for load balancers with IPv6.", f"Write {s.IP_ADDRESS_TYPE.name}: dualstack.", event)
        if not source_nat and not is_unknown(self._service.text(s.ENABLE_PREFIX_FOR_IPV6_SOURCE_NAT)):
            event = f"{called} annotation is only applicable if enable-prefix-for-ipv6-source-nat annotation is set to on."
            raise self._wrong_prefix(
                "counts only with source NAT.", f"Write {s.ENABLE_PREFIX_FOR_IPV6_SOURCE_NAT.name}: on.", event
            )
        if not self._may_be_right(said):
            event = f"Number of values in {called} ({len(said)}) must match the number of subnets ({len(self._subnets)})."
            reason = f"names {len(said)}, and there are {len(self._subnets)} subnets."
            raise self._wrong_prefix(reason, "Name one for each subnet.", event)
        for text, subnet in zip(said, self._subnets, strict=False):
            if text != _AUTO and not is_unknown(text):
                self._require_prefix(text, subnet)
        return said

    def _require_prefix(self, text: str, subnet: Subnet) -> None:
        """Raises `Refused` for what is no block of 80 bits in a subnet; what stands after a second '/' does not count."""
        remedy = f"Write {_AUTO}, or a block such as 2001:db8:1:2:3::/{_SOURCE_NAT_BITS} of the subnet."
        event = f"Invalid value in source-nat-ipv6-prefixes: {text}."
        address, slash, bits = text.partition("/")
        if not slash or bits.partition("/")[0] != _SOURCE_NAT_BITS:
            raise self._wrong_prefix(f"holds {text!r}, which is no block of {_SOURCE_NAT_BITS} bits.", remedy, event)
        try:
            parsed = ip_address(address)
        except ValueError:
            raise self._wrong_prefix(f"holds {text!r}, which is no block.", remedy, event) from None
        blocks = blocks_of(_fact(self._service, subnet), ipv6=True)
        if not isinstance(parsed, IPv6Address) or (blocks is not None and not _is_in(parsed, blocks)):
            raise self._wrong_prefix(f"holds {text!r}, which is not in {subnet.id}.", remedy, event)

    def _wrong_prefix(self, reason: str, remedy: str, event: str) -> Refused:
        row = s.SOURCE_NAT_IPV6_PREFIXES
        return self._service.refuse("EKI351", f"{row.name} {reason}", remedy, event, at=row)


_PER_SUBNET = (s.EIP_ALLOCATIONS, s.PRIVATE_IPV4_ADDRESSES, s.IPV6_ADDRESSES, s.SOURCE_NAT_IPV6_PREFIXES)


def _fact(service: BalancedService, subnet: Subnet) -> SubnetFact | None:
    return next((fact for fact in service.world.facts.subnets or () if fact.id == subnet.id), None)


def _is_in(address: _Address, blocks: Sequence[str]) -> bool:
    """Whether an address lies in one of the blocks; one with a zone lies in none."""
    if isinstance(address, IPv6Address) and address.scope_id is not None:
        return False
    return any(address in ip_network(block, strict=False) for block in blocks)


def _shown(address: _Address) -> str:
    """An address as Go writes it."""
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return str(address) if mapped is None else f"::ffff:{mapped}"
