"""What is said once of a load balancer, and holds for all of its routes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import Enum

from eks_ingress.refusal import Refusals
from eks_ingress.routing.backend import TargetType
from eks_ingress.routing.health import HealthCheck
from eks_ingress.routing.listener import Listener
from eks_ingress.routing.names import require_label, require_subdomain
from eks_ingress.routing.protocol import Protocol


class Scheme(Enum):
    """From where a load balancer can be reached."""

    INTERNAL = "internal"
    """From within the VPC only."""
    INTERNET_FACING = "internet-facing"
    """From the internet."""


@dataclass(frozen=True, slots=True)
class Balancer:
    """The settings of one application load balancer. Raises `Refused`, with all that is wrong with them.

    Facts: controller documentation, "IngressGroup", "Listen ports", "SSL redirect".
    """

    name: str
    namespace: str
    group_name: str
    class_name: str
    scheme: Scheme
    listeners: tuple[Listener, ...]
    target_type: TargetType
    health_check: HealthCheck

    def __post_init__(self) -> None:
        refusals = Refusals()
        require_label(refusals, "namespace", self.namespace)
        require_label(refusals, "name", self.name)
        # The default, which is made of both, would only be wrong for the same reason.
        if not refusals.problems or self.group_name != f"{self.namespace}.{self.name}":
            require_subdomain(refusals, "group_name", self.group_name)
            refusals.require(
                len(self.group_name) <= 63,
                "group_name",
                self.group_name,
                f"has {len(self.group_name)} characters",
                "The controller takes at most 63; choose a shorter `group_name=`.",
            )
        self._check_listeners(refusals)
        refusals.settle()

    def _check_listeners(self, refusals: Refusals) -> None:
        refusals.require(
            len(self.listeners) > 0,
            "listeners",
            list(self.listeners),
            "is empty: nothing would answer",
            "Write `listeners=[Listener.http()]`, or leave `listeners` out.",
        )
        for port, times in Counter(listener.port for listener in self.listeners).items():
            refusals.require(
                times == 1,
                "listener port",
                port,
                f"is given {times} times",
                "A load balancer has one listener a port; keep one of them.",
            )
        for listener in self.listeners:
            refusals.require(
                listener.protocol is Protocol.HTTP or len(listener.certificates) > 0,
                "HTTPS listener on port",
                listener.port,
                "has no certificate, without which AWS makes no such listener",
                "Write `Listener.https(certificates=[certificate])`.",
            )
        certificates = {x.certificates for x in self.listeners if x.certificates}
        refusals.require(
            len(certificates) <= 1,
            "HTTPS listeners on ports",
            [listener.port for listener in self.listeners if listener.certificates],
            "have different certificates, while the controller gives each listener all of them",
            "Give all HTTPS listeners the same `certificates`, or make a load balancer for each.",
        )
        self._check_redirects(refusals)

    def _check_redirects(self, refusals: Refusals) -> None:
        targets = {listener.redirects_to for listener in self.listeners if listener.redirects_to is not None}
        secure = {listener.port for listener in self.listeners if listener.protocol is Protocol.HTTPS}
        for port in sorted(targets - secure):
            refusals.require(
                False,
                "port to redirect to,",
                port,
                "is no HTTPS listener of this load balancer",
                f"Add `Listener.https({port}, certificates=[…])`"
                + (f", or redirect to one of {sorted(secure)}." if secure else "."),
            )
        refusals.require(
            len(targets) <= 1,
            "ports to redirect to,",
            sorted(targets),
            "differ, while the controller knows one for a load balancer",
            "Redirect all HTTP listeners to the same port.",
        )
        plain = [x.port for x in self.listeners if x.protocol is Protocol.HTTP and x.redirects_to is None]
        refusals.require(
            not targets or not plain,
            "HTTP listeners on ports",
            plain,
            "would be redirected as well: the controller redirects all HTTP listeners of a load balancer or none",
            "Make them `Listener.redirect_to_https(port)`, or give them a load balancer of their own.",
        )
