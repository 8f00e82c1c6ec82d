"""From where a load balancer can be reached, and with what kind of addresses.

Facts: Elastic Load Balancing documentation, "Application Load Balancers", load balancer scheme, IP address types.
"""

from __future__ import annotations

from enum import Enum


class Scheme(Enum):
    """From where a load balancer can be reached."""

    INTERNAL = "internal"
    """From within the VPC only."""
    INTERNET_FACING = "internet-facing"
    """From the internet."""


class IpAddressType(Enum):
    """The addresses under which clients reach a load balancer."""

    IPV4 = "ipv4"
    """IPv4 only."""
    DUALSTACK = "dualstack"
    """IPv4 and IPv6; each subnet must have an IPv6 range."""
    DUALSTACK_WITHOUT_PUBLIC_IPV4 = "dualstack-without-public-ipv4"
    """Public IPv6 and private IPv4 addresses, for an internet-facing load balancer; each subnet must have an IPv6 range."""
