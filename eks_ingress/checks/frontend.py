"""The network load balancer in front of an application load balancer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from eks_ingress.annotations import catalogue as c
from eks_ingress.checks.check import Check, Finding
from eks_ingress.checks.reading import planned, read
from eks_ingress.plan.members import Member
from eks_ingress.plan.model import Plan
from eks_ingress.plan.unknown import is_unknown

_ENABLE = c.ENABLE_FRONTEND_NLB.key()
_FRONTEND = c.FRONTEND_NLB_SCHEME.key().removesuffix("scheme")


class WithoutFrontend(Check):
    """Settings of a frontend network load balancer that nobody asks for."""

    id = "EKI324"
    title = "Settings are for a frontend network load balancer that there is not"
    why = "They count only where an Ingress of the group has enable-frontend-nlb: 'true'."
    remedy = "Write enable-frontend-nlb: 'true', or take them out."
    source = "controller documentation, Frontend NLB"
    example = "frontend-nlb-scheme: internal   # without enable-frontend-nlb"

    def find(self, plan: Plan) -> Iterator[Finding]:
        for balancer, group in planned(plan):
            # Whoever says that there is none knows it.
            if balancer.frontend_nlb is None and all(_ENABLE not in member.said.keys for member in group.members):
                for member in group.members:
                    for key in member.said.keys:
                        if key.startswith(_FRONTEND):
                            yield self.in_ingress(member, f"{key} has no effect.", key=key)


class MappedToNothing(Check):
    """A port of a frontend network load balancer that leads to a port on which its Ingress does not listen."""

    id = "EKI329"
    title = "A port of the frontend leads to no listener"
    why = "The controller leaves such a port out, and writes it to its log at most."
    remedy = "Name a port of the same Ingress's listen-ports behind the '='."
    source = "controller documentation, frontend-nlb-listener-port-mapping"
    example = "frontend-nlb-listener-port-mapping: 8443=443   # without HTTPS 443 in listen-ports"

    def find(self, plan: Plan) -> Iterator[Finding]:
        key = c.FRONTEND_NLB_LISTENER_PORT_MAPPING.key()
        for balancer, group in planned(plan):
            if balancer.frontend_nlb is None:
                continue
            for member in group.members:
                own = {str(listener.port) for listener in balancer.listeners if member.name in listener.members}
                for port, target in (read(member, c.FRONTEND_NLB_LISTENER_PORT_MAPPING) or {}).items():
                    if target.lstrip("+0") not in own and not is_unknown(target):
                        message = f"{key} leads {port} to {target}, and Ingress {member.name} listens on {', '.join(sorted(own))}."
                        yield self.in_ingress(member, message, key=key)


class CheckedByPlainHttp(Check):
    """Health checks of the frontend that an HTTPS listener answers with an error."""

    id = "EKI334"
    title = "The frontend checks an HTTPS listener by plain HTTP"
    why = (
        "The controller has it check by HTTP unless an annotation says otherwise; an HTTPS listener answers that with 400, so that "
        "the load balancer counts as unhealthy."
    )
    remedy = "Write frontend-nlb-healthcheck-protocol: HTTPS, or a frontend-nlb-healthcheck-port of an HTTP listener."
    source = (
        "controller documentation, frontend-nlb-healthcheck-protocol; Elastic Load Balancing documentation, Use an Application "
        "Load Balancer as a target of a Network Load Balancer"
    )
    example = "listen-ports: '[{\"HTTPS\": 443}]'   # with enable-frontend-nlb: 'true' alone"

    def find(self, plan: Plan) -> Iterator[Finding]:
        for balancer, group in planned(plan):
            if balancer.frontend_nlb is None:
                continue
            secure = {str(listener.port) for listener in balancer.listeners if listener.protocol == "HTTPS"}
            for listener in balancer.frontend_nlb.listeners:
                checked = listener.target_group.health_check
                port = str(listener.target_port if checked.port == "traffic-port" else checked.port)
                if checked.protocol == "HTTP" and port in secure:
                    message = f"TCP {listener.port} of the frontend is checked by HTTP on port {port}, which is HTTPS."
                    yield self.in_ingress(_asking(group.members), message, key=_ENABLE)


def _asking(members: Sequence[Member]) -> Member:
    """The Ingress that asks for the frontend; the first, if a class does."""
    return next((member for member in members if _ENABLE in member.said.keys), members[0])
