"""Sign-in that does not happen."""

from __future__ import annotations

from collections.abc import Iterator

from eks_ingress.checks.check import Check, Finding
from eks_ingress.checks.routing import words
from eks_ingress.plan.model import Plan, RedirectTo


class UnauthenticatedHttp(Check):
    """A rule that asks clients to sign in, and answers without on a plain HTTP listener."""

    id = "EKI212"
    title = "Sign-in is skipped on an HTTP listener"
    why = "The controller adds authentication to HTTPS listeners only; the same paths answer on HTTP without it."
    remedy = "Redirect HTTP to HTTPS (`Listener.redirect_to_https()`), or listen on HTTPS only."
    source = "controller documentation, Authentication"

    def find(self, plan: Plan) -> Iterator[Finding]:
        for balancer in plan.load_balancers:
            for listener in balancer.listeners:
                if listener.protocol == "HTTP":
                    for rule in listener.rules:
                        # A redirect tells nothing: it is how older Ingresses send clients to HTTPS.
                        if rule.auth is not None and not isinstance(rule.action, RedirectTo):
                            yield Finding(self, rule.source, f"{words(rule)} answers on port {listener.port} without sign-in.")
                    if listener.default_auth is not None and listener.default_source is not None:
                        message = f"the default of port {listener.port} answers without sign-in."
                        yield Finding(self, listener.default_source, message)
