"""The ports on which a load balancer listens.

Facts: controller documentation, "Listen ports", "SSL redirect", "Certificate ARN".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol as Shape

from eks_ingress.refusal import Refusals
from eks_ingress.routing.names import require_port_number
from eks_ingress.routing.protocol import Protocol


class Certificate(Shape):
    """Whatever knows the ARN of a certificate, as `aws_certificatemanager.ICertificate` does."""

    @property
    def certificate_arn(self) -> str:
        """ARN of the certificate."""
        ...


@dataclass(frozen=True, slots=True)
class Listener:
    """A port on which the load balancer takes requests; made by `http`, `https` and `redirect_to_https`.

    Raises `Refused` for a port out of range, for certificates on an HTTP listener and for a redirect on an HTTPS one.
    """

    port: int
    """1 to 65535."""
    protocol: Protocol
    certificates: tuple[str, ...] = ()
    """ARNs of certificates; the first is shown to clients that name no host."""
    redirects_to: int | None = None
    """Port of the HTTPS listener to which all requests are sent."""

    def __post_init__(self) -> None:
        refusals = Refusals()
        require_port_number(refusals, "listener port", self.port)
        if self.redirects_to is not None:
            require_port_number(refusals, "port to redirect to,", self.redirects_to)
        if self.protocol is Protocol.HTTPS:
            refusals.require(
                self.redirects_to is None,
                "redirect of the HTTPS listener on port",
                self.port,
                "would have no effect: the controller redirects HTTP listeners only",
                "Write `Listener.redirect_to_https()` for the HTTP port, or add a route with a Redirect.",
            )
        else:
            refusals.require(
                not self.certificates,
                "certificates of the HTTP listener on port",
                self.port,
                "would have no effect",
                "Write `Listener.https(certificates=[…])`.",
            )
        refusals.settle()

    @classmethod
    def http(cls, port: int = 80) -> Listener:
        """Takes requests in plain HTTP. Default port: 80."""
        return cls(port, Protocol.HTTP)

    @classmethod
    def https(cls, port: int = 443, *, certificates: Sequence[Certificate | str] = ()) -> Listener:
        """Takes requests over TLS, which ends here. Default port: 443.

        `certificates` are CDK certificates, or ARNs of certificates in ACM (of the load balancer's region) or IAM; the load
        balancer picks by the host that the client names, and falls back on the first.
        Raises `Refused` for a single text in place of a list.
        """
        refusals = Refusals()
        refusals.require(
            not isinstance(certificates, str), "certificates", certificates, "is one and no list", "Write `certificates=[…]`."
        )
        refusals.settle()
        arns = tuple(c if isinstance(c, str) else c.certificate_arn for c in certificates)
        return cls(port, Protocol.HTTPS, arns)

    @classmethod
    def redirect_to_https(cls, port: int = 80, *, to: int = 443) -> Listener:
        """Sends every plain HTTP request to the HTTPS listener on port `to`, with status 301. Default: from 80 to 443."""
        return cls(port, Protocol.HTTP, redirects_to=to)
