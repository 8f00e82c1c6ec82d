"""What routes need of their load balancer, and it does not have.

Facts: controller documentation, "Authentication", "Certificate discovery"; Elastic Load Balancing documentation, "Target groups",
protocol version.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from eks_ingress.refusal import Problem, Refused
from eks_ingress.routing.backend import Backend, services_of
from eks_ingress.routing.balancer import Balancer
from eks_ingress.routing.route import Route
from eks_ingress.routing.targets import ProtocolVersion
from eks_ingress.source import Source


def unmet(balancer: Balancer, routes: Sequence[Route], default: Backend | None, source: Source) -> Iterator[Problem]:
    """A problem for each route that its load balancer cannot serve as it is written."""
    secure, serves_plain_http = bool(balancer.secure), balancer.serves_plain_http
    for route in () if secure else routes:
        if (route.auth or balancer.auth) is not None:
            yield Problem(
                f"route {route.match.url!r} asks clients to sign in, and the controller does so on HTTPS listeners only.",
                "Write `listeners=[Listener.redirect_to_https(), Listener.https()]`.",
                route.source,
            )
    if default is not None and balancer.auth is not None and not secure:
        yield Problem(
            "the default asks clients to sign in, and the controller does so on HTTPS listeners only.",
            "Write `listeners=[Listener.redirect_to_https(), Listener.https()]`.",
            source,
        )
    targets = balancer.written_targets
    backends = [(route.backend, route.source) for route in routes] + ([] if default is None else [(default, source)])
    for backend, where in backends:
        for service in services_of(backend):
            if service.says_nothing:
                continue
            try:
                service.over(targets)
            except Refused as refused:
                yield from (problem._replace(source=where) for problem in refused.problems)
            version = service.protocol_version
            if serves_plain_http and version in (ProtocolVersion.HTTP2, ProtocolVersion.GRPC):
                yield Problem(
                    f"Service {service.name!r} speaks {version.value}, which AWS allows behind HTTPS listeners only.",
                    "Write `listeners=[Listener.redirect_to_https(), Listener.https()]`.",
                    where,
                )
    if not any(route.match.host for route in routes):
        if balancer.discovers_certificates:
            yield Problem(
                "the HTTPS listener has no certificate, and no route names a host for which the controller could find one.",
                "Write `Listener.https(certificates=[certificate])`, or routes with hosts.",
                source,
            )
        if any(listener.creates_certificate for listener in balancer.listeners):
            yield Problem(
                "a certificate is to be created, and no route names a host that it could be for.",
                "Write routes with hosts, or `Listener.https(certificates=[certificate])`.",
                source,
            )
