"""A target group that others made, as somebody states it.

Facts: Elastic Load Balancing API, TargetGroup.
"""

from __future__ import annotations

from dataclasses import dataclass

from eks_ingress.refusal import Refusals

TARGET_TYPES = ("ip", "instance", "lambda", "alb")
PROTOCOLS = ("HTTP", "HTTPS", "TCP", "TLS", "UDP", "TCP_UDP", "QUIC", "TCP_QUIC", "GENEVE")
ADDRESS_TYPES = ("ipv4", "ipv6")


@dataclass(frozen=True)
class TargetGroupFact:
    """A target group that others made. What is None is not known. Raises `Refused` for values that AWS does not have."""

    id: str
    """Its ARN."""
    name: str | None = None
    target_type: str | None = None
    """What its targets are: `ip`, `instance`, `lambda` or `alb`."""
    protocol: str | None = None
    """`HTTP`, `TCP_UDP` and so on."""
    ip_address_type: str | None = None
    """`ipv4` or `ipv6`."""
    vpc: str | None = None
    """Id of its VPC."""

    def __post_init__(self) -> None:
        refusals = Refusals()
        for field, known in (("target_type", TARGET_TYPES), ("protocol", PROTOCOLS), ("ip_address_type", ADDRESS_TYPES)):
            value, remedy = getattr(self, field), f"Write one of {', '.join(known)}."
            what = f"{field} of target group {self.id!r},"
            refusals.require(value is None or value in known, what, value, "is none that there is", remedy)
        refusals.settle()
