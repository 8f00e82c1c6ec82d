"""Which names Kubernetes and the controller take.

Facts: Kubernetes documentation, "Object Names and IDs"; IANA_SVC_NAME for the names of ports (RFC 6335).
"""

from __future__ import annotations

import re

from eks_ingress.refusal import Refusals
from eks_ingress.tokens import has_token

PREFIX = "alb.ingress.kubernetes.io/"
"""Stands before the name of each annotation that the controller reads for an Ingress."""

SERVICE_PREFIX = "service.beta.kubernetes.io/"
"""Stands before the name of each annotation that it reads for a Service with a network load balancer of its own."""

EXTERNAL_DNS_PREFIXES = ("external-dns.alpha.kubernetes.io/", "external-dns.kubernetes.io/")
"""What the annotations of ExternalDNS begin with: up to its release 0.21, and since."""

LEGACY_CLASS = "kubernetes.io/ingress.class"
"""The older annotation that names the class of an Ingress; `ingressClassName` says the same."""

CLASS_CONTROLLER = "ingress.k8s.aws/alb"
"""The controller that an IngressClass names to be one of this controller's."""

IS_DEFAULT_CLASS = "ingressclass.kubernetes.io/is-default-class"
"""The annotation of the IngressClass that holds for Ingresses which name none."""

_LABEL = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
_SERVICE = re.compile(r"[a-z]([-a-z0-9]*[a-z0-9])?")
_SUBDOMAIN = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_LABEL_NAME = r"[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?"
_LABEL_PREFIX = r"(?=[^/]{1,253}/)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/"
_LABEL_KEY = re.compile(f"({_LABEL_PREFIX})?{_LABEL_NAME}")
_LABEL_VALUE = re.compile(f"({_LABEL_NAME})?")
_PORT = re.compile(r"(?=.*[a-z])[a-z0-9]+(-[a-z0-9]+)*")


def require_label(refusals: Refusals, what: str, name: str) -> None:
    """A DNS label (RFC 1123), as the name of a namespace; known at synth, since the names of resources are made of it."""
    refusals.require(
        isinstance(name, str) and len(name) <= 63 and _LABEL.fullmatch(name) is not None,
        what,
        name,
        "is not a DNS label: 1 to 63 lower-case letters, digits and '-', with a letter or digit at both ends",
        f"Write a name such as {slug(str(name), 63)!r}.",
    )


def require_service(refusals: Refusals, what: str, name: str) -> None:
    """A DNS label (RFC 1035), as the name of a Service: it begins with a letter."""
    refusals.require(
        isinstance(name, str) and (has_token(name) or (len(name) <= 63 and _SERVICE.fullmatch(name) is not None)),
        what,
        name,
        "is not the name of a Service: 1 to 63 lower-case letters, digits and '-', a letter first",
        "Write the Service's name as it stands in its metadata, without its namespace.",
    )


def require_subdomain(refusals: Refusals, what: str, name: str) -> None:
    """A DNS subdomain (RFC 1123), as the name of an Ingress or an IngressClass."""
    refusals.require(
        isinstance(name, str) and len(name) <= 253 and _SUBDOMAIN.fullmatch(name) is not None,
        what,
        name,
        "is not a DNS subdomain: 1 to 253 lower-case letters, digits, '-' and '.'",
        f"Write a name such as {slug(str(name), 253)!r}.",
    )


def require_port(refusals: Refusals, what: str, port: int | str) -> None:
    """A port of a Service: a number from 1 to 65535, or its name in the Service."""
    if isinstance(port, str):
        refusals.require(
            has_token(port) or (len(port) <= 15 and _PORT.fullmatch(port) is not None),
            what,
            port,
            "is not the name of a port: 1 to 15 lower-case letters, digits and '-', at least one letter",
            "Write the port's number, or its name as it stands in the Service.",
        )
    else:
        require_port_number(refusals, what, port)


def require_port_number(refusals: Refusals, what: str, port: int) -> None:
    """A TCP port: 1 to 65535."""
    refusals.require(
        isinstance(port, int) and not isinstance(port, bool) and 1 <= port <= 65535,
        what,
        port,
        "is out of range",
        "Write a port from 1 to 65535.",
    )


def require_label_key(refusals: Refusals, what: str, key: str) -> None:
    """The key of a label, as of a namespace or a node."""
    refusals.require(
        isinstance(key, str) and (has_token(key) or _LABEL_KEY.fullmatch(key) is not None),
        what,
        key,
        "is not the key of a label: 1 to 63 letters, digits, '-', '_' and '.', with a letter or digit at both ends",
        "Write a key such as 'team' or 'example.com/team'.",
    )


def require_label_value(refusals: Refusals, what: str, value: str, remedy: str = "Write 'shop' or the like, or ''.") -> None:
    """The value of a label; `remedy` says what to write where it is that of another object."""
    refusals.require(
        isinstance(value, str) and (has_token(value) or _LABEL_VALUE.fullmatch(value) is not None),
        what,
        value,
        "is not the value of a label: up to 63 letters, digits, '-', '_' and '.', with a letter or digit at both ends",
        remedy,
    )


def slug(text: str, longest: int) -> str:
    """The text as a DNS label that begins with a letter: `PublicApi` becomes `public-api`."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", text).lower()
    name = re.sub(r"[^a-z0-9]+", "-", words).strip("-")
    if not name or not name[0].isalpha():
        name = f"x-{name}".rstrip("-")
    return name[:longest].rstrip("-")
