"""Fixed addresses of a network load balancer, one for each subnet.

Facts: controller documentation, "EIP allocations", "Private IPv4 addresses", "IPv6 addresses", "Source NAT IPv6 prefixes",
"Frontend NLB"; Elastic Load Balancing API, SubnetMapping.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from ipaddress import IPv6Network, ip_address, ip_network
from typing import Any
from typing import Protocol as Shape

from eks_ingress.refusal import Refusals
from eks_ingress.routing.network import require_ids
from eks_ingress.routing.scheme import Scheme
from eks_ingress.routing.units import require_list, several
from eks_ingress.tokens import has_token


class HasAllocationId(Shape):
    """Whatever knows the allocation id of an elastic IP address, as `aws_ec2.CfnEIP` does."""

    @property
    def attr_allocation_id(self) -> Any:
        """Allocation id of the address."""
        ...


Addresses = str | HasAllocationId | Sequence[str | HasAllocationId]
"""One elastic IP address or several, by allocation id or as CDK objects; a word that was made from them holds a tuple of texts."""


def count(values: object) -> int | None:
    """How many there are; None if a text among them has a token, which may stand for several. An object stands for one."""
    entries = several(values)
    return None if any(isinstance(entry, str) and has_token(entry) for entry in entries) else len(entries)


def require_one_each(refusals: Refusals, what: str, values: Sequence[str], number: int | None, subnets: int | None) -> None:
    """As many of something as there are subnets, if both are said and can be counted."""
    refusals.require(
        not values or not subnets or number is None or number == subnets,
        what,
        list(values),
        f"are {number} for {subnets} subnets",
        "Write one for each subnet.",
    )


def require_elastic(refusals: Refusals, what: str, addresses: Sequence[str], scheme: Scheme | None) -> None:
    """Elastic IP addresses, none twice, for a load balancer that faces the internet; `what` ends with the name of the keyword."""
    require_ids(refusals, what, addresses, "eipalloc-")
    refusals.require(
        len(set(map(str, addresses))) == len(addresses),
        what,
        list(addresses),
        "name an address twice, which can stand in one subnet only",
        "Write one for each subnet.",
    )
    refusals.require(
        not addresses or scheme is Scheme.INTERNET_FACING,
        what,
        list(addresses),
        "are for a load balancer that the internet can reach",
        f"Write `scheme=Scheme.INTERNET_FACING`, or leave `{what.rsplit(maxsplit=1)[-1]}` out.",
    )


def require_addresses(refusals: Refusals, what: str, values: Sequence[str], version: int) -> None:
    """Addresses of one version of IP, none twice."""
    example = {4: "10.0.1.10", 6: "2001:db8::10"}[version]
    if not require_list(refusals, what, values):
        return
    for value in values:
        refusals.require(
            has_token(value) or _version(ip_address, value) == version,
            f"{what} entry",
            value,
            f"is no IPv{version} address",
            f"Write one such as {example!r}.",
        )
    known = [ip_address(value) for value in values if _version(ip_address, value) is not None]
    refusals.require(len(set(known)) == len(known), what, list(values), "name an address twice", "Write one for each subnet.")


AUTO_ASSIGNED = "auto_assigned"
"""What stands for a prefix that AWS chooses."""


def require_prefixes(refusals: Refusals, what: str, values: Sequence[str]) -> None:
    """Prefixes of 80 bits, or the word for one that AWS chooses."""
    if not require_list(refusals, what, values):
        return
    for value in values:
        refusals.require(
            has_token(value) or value == AUTO_ASSIGNED or _is_prefix(value),
            f"{what} entry",
            value,
            "is no block of 80 bits within a subnet",
            f"Write one such as '2001:db8:0:1:1::/80', or {AUTO_ASSIGNED!r}.",
        )


def _is_prefix(text: str) -> bool:
    if _version(ip_network, text) != 6:
        return False
    network = ip_network(text)
    return isinstance(network, IPv6Network) and network.prefixlen == 80


def _version(read: Callable[[str], Any], text: str) -> int | None:
    """The version of IP of what a text says, None if it says nothing of the kind. A zone (`%eth0`) is nothing that AWS takes."""
    try:
        return None if "%" in text else int(read(text).version)
    except ValueError:
        return None
