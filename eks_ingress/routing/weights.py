"""How a listener of a network load balancer divides its connections among its Service and others.

Facts: controller documentation, "Actions" of Services; Elastic Load Balancing API, ForwardActionConfig.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from eks_ingress.refusal import Refusals
from eks_ingress.routing.backend import Service, TargetGroup
from eks_ingress.routing.units import put, require_count, require_flag, several


@dataclass(frozen=True, slots=True)
class Weights:
    """Divides the connections of a listener: so many parts for the load balancer's own Service, so many for each of the others.

    The others are Services of the same namespace, whose targets are treated as those of the own one, or target groups that someone
    else made, by their ARN. Raises `Refused` for none or more than four of them, for weights out of range, and for settings of
    targets that no Service here can have. Since controller 2.16.
    """

    own: int
    """The weight of the load balancer's own Service: 0 to 999; 0 for no connections."""
    others: Sequence[tuple[Service | TargetGroup, int]]
    """Where else, each with its weight from 0 to 999: `[(Service("mqtt-next", 1883), 10)]`; one to four."""
    sticky: bool | None = None
    """Whether a client stays with the Service that it got first, by its address; not for TLS. Default: no."""

    def __post_init__(self) -> None:
        put(self, others=several(self.others))
        refusals = Refusals()
        refusals.require(self.own is not None, "own weight", self.own, "is missing", "Write a whole number from 0 to 999.")
        require_count(refusals, "own weight", self.own, 0, 999)
        require_flag(refusals, "sticky", self.sticky)
        for entry in self.others:
            refusals.require(
                isinstance(entry, tuple) and len(entry) == 2 and isinstance(entry[0], Service | TargetGroup),
                "entry of Weights,",
                entry,
                "is no target with its weight",
                "Write `(Service(name, port), 10)` or `(TargetGroup(arn), 10)`.",
            )
        refusals.settle()
        for target, weight in self.others:
            refusals.require(weight is not None, "weight", weight, "is missing", "Write a whole number from 0 to 999.")
            require_count(refusals, "weight", weight, 0, 999)
            if isinstance(target, TargetGroup):
                refusals.require(
                    target.name is None,
                    "target group",
                    target.name,
                    "is named, and the controller knows those of a Service's listener by their ARN only",
                    "Write `TargetGroup(arn)`.",
                )
            else:
                refusals.require(
                    target.says_nothing and target.namespace is None,
                    "Service",
                    target.name,
                    "says more than a name and a port, and would be treated as the load balancer's own all the same",
                    "Write `Service(name, port)`.",
                )
        refusals.require(
            1 <= len(self.others) <= 4,
            "Weights",
            [target for target, _ in self.others],
            "are for one to four others: a listener has at most five target groups",
            "Name one to four of them.",
        )
        for target, times in Counter(target for target, _ in self.others).items():
            refusals.require(times == 1, "target", target, f"is there {times} times", "Add its weights up, and write it once.")
        refusals.settle()

    @property
    def services(self) -> tuple[Service, ...]:
        """The Services among the others."""
        return tuple(target for target, _ in self.others if isinstance(target, Service))
