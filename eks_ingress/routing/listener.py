"""The ports on which a load balancer listens.

Facts: controller documentation, "Listen ports", "SSL redirect", "Certificate ARN", "SSL policy", "Mutual authentication", "Listener
attributes", "Certificate discovery", "Create ACM certificate".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from typing import Protocol as Shape

from eks_ingress.refusal import Refusals
from eks_ingress.routing.attributes import ListenerAttributes
from eks_ingress.routing.names import require_port_number
from eks_ingress.routing.protocol import Protocol
from eks_ingress.routing.tls import MutualTls, TlsPolicy, require_tls_policy
from eks_ingress.routing.units import put, require_a, require_arn, require_kinds, require_list


class Certificate(Shape):
    """Whatever knows the ARN of a certificate, as `aws_certificatemanager.ICertificate` does."""

    @property
    def certificate_arn(self) -> str:
        """ARN of the certificate."""
        ...


class PrivateCa(Shape):
    """Whatever knows the ARN of a private certificate authority, as `aws_acmpca.ICertificateAuthority` does."""

    @property
    def certificate_authority_arn(self) -> Any:
        """ARN of the authority."""
        ...


@dataclass(frozen=True, slots=True)
class Listener:
    """A port on which the load balancer takes requests; made by `http`, `https` and `redirect_to_https`.

    Raises `Refused` for a port out of range, for what concerns TLS on an HTTP listener, for a redirect on an HTTPS one, and for
    ARNs of something else.
    """

    port: int
    """1 to 65535."""
    protocol: Protocol
    certificates: Sequence[Certificate | str] = ()
    """ARNs of certificates; the first is shown to clients that name no host. Default: found by the hosts of the routes."""
    redirects_to: int | None = None
    """Port of the HTTPS listener to which all requests are sent."""
    tls_policy: TlsPolicy | str | None = None
    """Protocols and ciphers. Default of a load balancer: what AWS recommends, `TlsPolicy.RECOMMENDED`."""
    mutual_tls: MutualTls | None = None
    """Whether clients show a certificate. Default: they do not."""
    attributes: ListenerAttributes | None = None
    """Headers that are added to requests and answers. Default: none."""
    creates_certificate: bool = False
    """Whether the controller requests a certificate for the hosts of the routes from ACM, and validates it in Route 53."""
    private_ca: str | PrivateCa | None = None
    """ARN of the private certificate authority that issues it. Default: Amazon's public one."""

    def __post_init__(self) -> None:
        refusals = Refusals()
        require_a(refusals, "protocol", self.protocol, Protocol)
        require_kinds(refusals, self, {"mutual_tls": MutualTls, "attributes": ListenerAttributes})
        refusals.settle()
        require_port_number(refusals, "listener port", self.port)
        if self.redirects_to is not None:
            require_port_number(refusals, "port to redirect to,", self.redirects_to)
        arns = certificate_arns(refusals, self.port, self.certificates)
        put(self, certificates=arns, private_ca=getattr(self.private_ca, "certificate_authority_arn", self.private_ca))
        if self.protocol is Protocol.HTTPS:
            self._check_https(refusals)
        else:
            self._check_http(refusals)
        refusals.settle()

    def _check_https(self, refusals: Refusals) -> None:
        refusals.require(
            self.redirects_to is None,
            "redirect of the HTTPS listener on port",
            self.port,
            "would have no effect: the controller redirects HTTP listeners only",
            "Write `Listener.redirect_to_https()` for the HTTP port, or add a route with a Redirect.",
        )
        if self.tls_policy is not None:
            require_tls_policy(refusals, "tls_policy", self.tls_policy)
        refusals.require(
            not (self.creates_certificate and self.certificates),
            "certificates of the listener on port",
            self.port,
            "are given, while one is to be created as well",
            "Leave out `certificates` or `create_certificate`.",
        )
        refusals.require(
            self.private_ca is None or self.creates_certificate,
            "private_ca",
            self.private_ca,
            "would have no effect, since no certificate is created",
            "Write `Listener.https(create_certificate=True, private_ca=…)`.",
        )
        if isinstance(self.private_ca, str):
            require_arn(refusals, "private_ca", self.private_ca, _AUTHORITY, _AUTHORITY_EXAMPLE)

    def _check_http(self, refusals: Refusals) -> None:
        for name, is_set in (
            ("certificates", bool(self.certificates)),
            ("tls_policy", self.tls_policy is not None),
            ("mutual_tls", self.mutual_tls is not None),
            ("creates_certificate", self.creates_certificate),
            ("private_ca", self.private_ca is not None),
        ):
            refusals.require(
                not is_set,
                f"{name} of the HTTP listener on port",
                self.port,
                "would have no effect",
                "Write `Listener.https(…)`.",
            )
        entries = self.attributes.entries() if self.attributes is not None else {}
        of_tls = [key for key in entries if key.startswith("routing.http.request.")]
        refusals.require(
            not of_tls,
            f"attributes of the HTTP listener on port {self.port},",
            of_tls,
            "name headers that HTTPS listeners alone add",
            "Write `Listener.https(…)`, or leave them out.",
        )

    @classmethod
    def http(cls, port: int = 80, *, attributes: ListenerAttributes | None = None) -> Listener:
        """Takes requests in plain HTTP. Default port: 80."""
        return cls(port, Protocol.HTTP, attributes=attributes)

    @classmethod
    def https(
        cls,
        port: int = 443,
        *,
        certificates: Sequence[Certificate | str] = (),
        tls_policy: TlsPolicy | str | None = None,
        mutual_tls: MutualTls | None = None,
        attributes: ListenerAttributes | None = None,
        create_certificate: bool = False,
        private_ca: str | PrivateCa | None = None,
    ) -> Listener:
        """Takes requests over TLS, which ends here. Default port: 443.

        `certificates` are CDK certificates, or ARNs of certificates in ACM (of the load balancer's region) or IAM; the load
        balancer picks by the host that the client names, and falls back on the first. Without any, the controller looks in ACM
        for those of the hosts of the routes; with `create_certificate` it requests one for them, from `private_ca` if that is
        given. `tls_policy` says which protocols and ciphers are spoken (default: what AWS recommends), `mutual_tls` whether
        clients show a certificate.
        """
        return cls(
            port,
            Protocol.HTTPS,
            certificates,
            tls_policy=tls_policy,
            mutual_tls=mutual_tls,
            attributes=attributes,
            creates_certificate=create_certificate,
            private_ca=private_ca,
        )

    @classmethod
    def redirect_to_https(cls, port: int = 80, *, to: int = 443) -> Listener:
        """Sends every plain HTTP request to the HTTPS listener on port `to`, with status 301. Default: from 80 to 443."""
        return cls(port, Protocol.HTTP, redirects_to=to)


def certificate_arns(refusals: Refusals, port: int, certificates: Sequence[Certificate | str]) -> tuple[str, ...]:
    """The ARNs of a listener's certificates, of CDK objects too; none where they are no list."""
    if isinstance(certificates, str) or not isinstance(certificates, Iterable):
        refusals.require(False, "certificates", certificates, "is one and no list", "Write `certificates=[…]`.")
        return ()
    arns: tuple[Any, ...] = tuple(getattr(certificate, "certificate_arn", certificate) for certificate in certificates)
    if require_list(refusals, f"certificates of the listener on port {port},", arns):
        for arn in arns:
            require_arn(refusals, "certificate", str(arn), _CERTIFICATE, _CERTIFICATE_EXAMPLE)
    return arns


def require_listeners(refusals: Refusals, listeners: Sequence[Listener]) -> None:
    """Listeners of one Ingress: some, one a port, and alike in what the controller has once for all of them."""
    refusals.require(
        len(listeners) > 0,
        "listeners",
        list(listeners),
        "is empty: nothing would answer",
        "Write `listeners=[Listener.http()]`, or leave `listeners` out.",
    )
    for port, times in Counter(listener.port for listener in listeners).items():
        refusals.require(
            times == 1,
            "listener port",
            port,
            f"is given {times} times",
            "A load balancer has one listener a port; keep one of them.",
        )
    secure = [listener for listener in listeners if listener.protocol is Protocol.HTTPS]
    said: dict[str, list[Hashable]] = {
        "certificates": [x.certificates for x in secure if x.certificates],
        "tls_policy": [x.tls_policy for x in secure if x.tls_policy is not None],
        "create_certificate": [(x.creates_certificate, x.private_ca) for x in secure],
    }
    for what, values in said.items():
        refusals.require(
            len(set(values)) <= 1,
            "HTTPS listeners on ports",
            [listener.port for listener in secure],
            f"differ in `{what}`, while the controller has one for all of them",
            "Write the same for each, or make a load balancer for each.",
        )
    targets = {listener.redirects_to for listener in listeners if listener.redirects_to is not None}
    refusals.require(
        len(targets) <= 1,
        "ports to redirect to,",
        sorted(targets),
        "differ, while the controller knows one for a load balancer",
        "Redirect all HTTP listeners to the same port.",
    )
    plain = [x.port for x in listeners if x.protocol is Protocol.HTTP and x.redirects_to is None]
    refusals.require(
        not targets or not plain,
        "HTTP listeners on ports",
        plain,
        "would be redirected as well: the controller redirects all HTTP listeners of a load balancer or none",
        "Make them `Listener.redirect_to_https(port)`, or give them a load balancer of their own.",
    )


_CERTIFICATE = r"(acm:[a-z0-9-]+:\d{12}:certificate/.+|iam::\d{12}:server-certificate/.+)"
_CERTIFICATE_EXAMPLE = "arn:aws:acm:eu-west-1:111122223333:certificate/12345678-1234-1234-1234-123456789012"
_AUTHORITY = r"acm-pca:[a-z0-9-]+:\d{12}:certificate-authority/.+"
_AUTHORITY_EXAMPLE = "arn:aws:acm-pca:eu-west-1:111122223333:certificate-authority/12345678-1234-1234-1234-123456789012"
