"""Names under which clients find a load balancer, held against what it serves.

Facts: ExternalDNS documentation, "Ingress source"; Route 53 documentation, "Choosing between alias and non-alias records".
"""

from __future__ import annotations

from collections.abc import Iterator

from eks_ingress.checks.check import Check, Finding
from eks_ingress.checks.reading import planned
from eks_ingress.plan.members import Member
from eks_ingress.plan.model import LoadBalancer, Plan
from eks_ingress.plan.unknown import is_unknown
from eks_ingress.routing.globs import globs_meet
from eks_ingress.routing.names import EXTERNAL_DNS_PREFIXES
from eks_ingress.source import Source

_HOSTNAMES = [prefix + "hostname" for prefix in EXTERNAL_DNS_PREFIXES]
_TARGETS = [prefix + "target" for prefix in EXTERNAL_DNS_PREFIXES]


def _names(member: Member) -> Iterator[tuple[str, str]]:
    """The annotations by which an Ingress hands names to ExternalDNS, each with its first spelling, and the names."""
    seen: set[str] = set()
    for key in _HOSTNAMES:
        for text in str(member.manifest.annotations.get(key) or "").split(","):
            name = text.strip().rstrip(".").lower()
            if name and name not in seen:
                seen.add(name)
                yield key, name


class NameWithoutRoute(Check):
    """A name that leads to a load balancer, under which it serves nothing."""

    id = "EKI390"
    title = "No route serves a name that leads to a load balancer"
    why = "Its clients would be answered with 404 by the load balancer's own default."
    remedy = "Add a route for this host, or take the name away."
    source = "Elastic Load Balancing documentation, Listener rules; ExternalDNS documentation, Annotations"
    example = "external-dns.alpha.kubernetes.io/hostname: ship.example.com   # with the host shop.example.com alone"

    def find(self, plan: Plan) -> Iterator[Finding]:
        for balancer, group in planned(plan):
            for member in group.members:
                for key, name in _names(member):
                    if not _serves(balancer, name):
                        message = f"ExternalDNS is to make {name!r} lead to its load balancer, which has no rule for it."
                        yield self.in_ingress(member, message, key=key)

    def of(self, balancer: LoadBalancer, name: str, source: Source) -> Iterator[Finding]:
        """The same of an alias record."""
        if not _serves(balancer, name):
            yield self.at(source, f"the alias {name!r} leads to the load balancer, which has no rule for it.")


UNSERVED = NameWithoutRoute()


def _serves(balancer: LoadBalancer, name: str) -> bool:
    """Whether some request for the name is answered by more than the default of a load balancer, as far as that is known."""
    if is_unknown(name):
        return True
    for listener in balancer.listeners:
        if listener.default_source is not None:
            return True
        for rule in listener.rules:
            if not rule.hosts or rule.host_regexes:
                return True
            if any(is_unknown(host) or globs_meet(host.lower(), name) for host in rule.hosts):
                return True
    return False


class TwoAddresses(Check):
    """Names for ExternalDNS of a load balancer with another one in front."""

    id = "EKI391"
    title = "ExternalDNS finds two load balancers"
    why = (
        "With a frontend network load balancer, the status of an Ingress names both load balancers, and in Route 53 ExternalDNS "
        "makes an alias record for the first of them in the order of the alphabet, whichever that is."
    )
    remedy = (
        "Have the records made by CloudFormation (`add_alias`), which lead to the one in front; or write the address of that one "
        "into external-dns.alpha.kubernetes.io/target once it is known."
    )
    source = "controller source, status of Ingresses; ExternalDNS documentation, AWS Load Balancer Controller"
    example = "enable-frontend-nlb: 'true'   # with external-dns.alpha.kubernetes.io/hostname"

    def find(self, plan: Plan) -> Iterator[Finding]:
        for balancer, group in planned(plan):
            if balancer.frontend_nlb is None:
                continue
            for member in group.members:
                names = list(_names(member))
                if names and not any(key in member.manifest.annotations for key in _TARGETS):
                    shown = ", ".join(repr(name) for _, name in names)
                    yield self.in_ingress(member, f"it is not certain where {shown} will lead.", key=names[0][0])
