"""The annotations about listeners, as typed words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from eks_ingress.annotations import catalogue as c
from eks_ingress.annotations.read_attributes import read_attributes
from eks_ingress.annotations.texts import Texts
from eks_ingress.routing.attributes import ListenerAttributes
from eks_ingress.routing.listener import Listener
from eks_ingress.routing.protocol import Protocol
from eks_ingress.routing.tls import MutualTls, MutualTlsMode, TlsPolicy

_TLS = (c.CERTIFICATE_ARN, c.CREATE_ACM_CERT, c.ACM_PCA_ARN, c.SSL_POLICY, c.MUTUAL_AUTHENTICATION)


def read_listeners(texts: Texts, *, of_class: bool = False) -> tuple[Listener, ...] | None:
    """The listeners that annotations say; None where they say nothing. What no word takes is left in `texts`.

    `of_class` tells whether the class of the Ingress brings a certificate, so that it listens on HTTPS by default.
    """
    document = texts.take(c.LISTEN_PORTS)
    certificates = tuple(texts.take(c.CERTIFICATE_ARN) or ())
    redirect = texts.take(c.SSL_REDIRECT)
    by_name = {name: texts.take(c.LISTENER_ATTRIBUTES, listener=name) for name in texts.names(c.LISTENER_ATTRIBUTES)}
    if document is None and redirect is None and not by_name and not texts.has(*_TLS):
        return None
    if document is None:
        ports = {443: "HTTPS"} if certificates or of_class else {80: "HTTP"}
    else:
        ports = {port: protocol for entry in document for protocol, port in entry.items()}
    plain, secure = "HTTP" in ports.values(), "HTTPS" in ports.values()
    if not plain:
        texts.leave(c.SSL_REDIRECT, "redirects no HTTP listener of this Ingress")
    if not secure:
        for row in _TLS:
            texts.idle(row, "without an HTTPS listener")
    tls = _tls(texts, certificates) if secure else {}
    mutual = _mutual_tls(texts, ports) if secure else {}
    listeners = []
    for port, protocol in ports.items():
        attributes = _attributes(texts, by_name, f"{protocol}-{port}")
        own: dict[str, Any] = {"redirects_to": redirect} if protocol == "HTTP" else {**tls, "mutual_tls": mutual.get(port)}
        made = texts.made(
            lambda port=port, protocol=protocol, own=own, attributes=attributes: Listener(  # type: ignore[misc]
                port, Protocol(protocol), attributes=attributes, **own
            ),
            c.LISTEN_PORTS,
            *(_TLS if protocol == "HTTPS" else (c.SSL_REDIRECT,)),
        )
        listeners += [] if made is None else [made]
    for name in by_name:
        texts.leave(c.LISTENER_ATTRIBUTES, "names no listener of this Ingress", listener=name)
    return tuple(listeners) or None


def _tls(texts: Texts, certificates: tuple[str, ...]) -> dict[str, Any]:
    """What all HTTPS listeners of an Ingress have in common."""
    creates = bool(texts.take(c.CREATE_ACM_CERT))
    authority = texts.take(c.ACM_PCA_ARN) or None
    if certificates:
        texts.idle(c.CREATE_ACM_CERT, "beside certificate-arn")
        creates = False
    if not creates:
        texts.idle(c.ACM_PCA_ARN, "since no certificate is created")
        authority = None
    policy = texts.take(c.SSL_POLICY)
    known = {member.value: member for member in TlsPolicy}
    return {
        "certificates": certificates,
        "tls_policy": known.get(policy, policy),
        "creates_certificate": creates,
        "private_ca": authority,
    }


def _mutual_tls(texts: Texts, ports: Mapping[int, str]) -> dict[int, MutualTls]:
    found: dict[int, MutualTls] = {}
    for entry in texts.take(c.MUTUAL_AUTHENTICATION) or ():
        port = entry.get("port")
        if ports.get(port) != "HTTPS":
            texts.leave(c.MUTUAL_AUTHENTICATION, f"is for port {port}, which is no HTTPS listener of this Ingress")
            continue
        made = texts.made(lambda entry=entry: _mutual(entry), c.MUTUAL_AUTHENTICATION)  # type: ignore[misc]
        if made is not None:
            found[port] = made
    return found


def _mutual(entry: Mapping[str, Any]) -> MutualTls:
    advertise = entry.get("advertiseTrustStoreCaNames")
    return MutualTls(
        MutualTlsMode(entry.get("mode")),
        entry.get("trustStore") or None,
        entry.get("ignoreClientCertificateExpiry"),
        None if advertise is None else advertise == "on",
    )


def _attributes(texts: Texts, by_name: dict[str, Mapping[str, str] | None], name: str) -> ListenerAttributes | None:
    """The attributes of one listener, which are then done with."""
    entries = by_name.pop(name, None)
    if not entries:
        return None
    return texts.made(lambda: read_attributes(ListenerAttributes, entries), c.LISTENER_ATTRIBUTES, listener=name)
