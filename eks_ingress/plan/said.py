"""The annotations of an Ingress, of a Service over those of an Ingress, or of a Service alone, as the controller reads them.

Facts: the controller's annotation parser (`pkg/annotations`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from eks_ingress.annotations import catalogue as c
from eks_ingress.annotations import of_services as s
from eks_ingress.annotations.catalogue import Annotation
from eks_ingress.annotations.grammar import Bool, Int, Json, StringMap, Unreadable
from eks_ingress.plan.unknown import is_unknown
from eks_ingress.refusal import Problem, Refused
from eks_ingress.routing.names import PREFIX, SERVICE_PREFIX
from eks_ingress.source import Source

_PARSED = {Bool: "bool", Json: "json", StringMap: "stringMap"}


class Said:
    """What annotations say; a key that two objects have counts as the first of them has it."""

    def __init__(
        self,
        what: str,
        annotations: Mapping[str, str],
        source: Callable[[str], Source],
        under: Said | None = None,
        *,
        prefix: str = PREFIX,
    ) -> None:
        """`what` names the object in messages, `source` where each annotation stands; `under` are those of the other object.

        Only annotations with the prefix count.
        """
        self.what = what
        self.under = under
        self._source = source
        self._texts = {key: text for key, text in annotations.items() if key.startswith(prefix)}
        self._read: dict[str, Any] = {}
        # Of most annotations whose name a user completes, an object has none: then no name needs to be looked for.
        families = _FAMILIES[prefix].items()
        self._families = {row for row, beginning in families if any(key.startswith(beginning) for key in self._texts)}

    @property
    def keys(self) -> Mapping[str, str]:
        """The annotations of the object itself that are the controller's by their prefix."""
        return self._texts

    def text(self, annotation: Annotation, **chosen: str) -> str | None:
        """The text of an annotation, None where it is absent. Raises `Refused` for what is no text."""
        key = self._key(annotation, chosen)
        text = self._texts.get(key)
        if text is None:
            return None if self.under is None else self.under.text(annotation, **chosen)
        if not isinstance(text, str):
            raise self.refuse("EKI110", f"annotation {key} is {text!r}, which is no text.", "Put it in quotes.", key=key)
        return text

    def read(self, annotation: Annotation, **chosen: str) -> Any:
        """The value of an annotation, None where it is absent. Raises `Refused` for what the controller could not read."""
        key = self._key(annotation, chosen)
        if key not in self._texts:
            return None if self.under is None else self.under.read(annotation, **chosen)
        if key not in self._read:
            self._read[key] = self._decoded(annotation, key, self.text(annotation, **chosen))
        return self._read[key]

    def has(self, annotation: Annotation) -> bool:
        """Whether the object itself has an annotation whose name a user completes, whatever the name."""
        return annotation in self._families

    def _key(self, annotation: Annotation, chosen: Mapping[str, str]) -> str:
        """The whole key of an annotation, empty for one that the object does not have in any case."""
        if not annotation.parts:
            return _KEYS[annotation]
        return annotation.key(**chosen) if annotation in self._families else ""

    def _decoded(self, annotation: Annotation, key: str, text: str | None) -> Any:
        if text is None:
            return None
        try:
            return annotation.grammar.decode(text)
        except Unreadable as unreadable:
            if is_unknown(text):  # it may become readable
                return None
            raise self.refuse(
                "EKI201",
                f"annotation {key} is {text!r}, and {unreadable}.",
                "Correct the value.",
                _event(annotation, key, text),
                key=key,
            ) from None

    def refuse(self, id: str, reason: str, remedy: str, event: str = "", *, key: str = "") -> Refused:
        """The exception for something that the object says, in the annotation `key` if that is known."""
        return Refused([Problem(f"{self.what}: {reason}", remedy, self.source_of(key), id, event)])

    def source_of(self, key: str) -> Source:
        """Where an annotation stands, in this object or in the one under it."""
        return self._source(key) if key in self._texts or self.under is None else self.under.source_of(key)


_KEYS = {row: row.key() for row in (*c.ALL, *s.ALL) if not row.parts}
_FAMILIES = {
    prefix: {row: (prefix + row.name).partition("${")[0] for row in rows if row.parts}
    for prefix, rows in ((PREFIX, c.ALL), (SERVICE_PREFIX, s.ALL))
}
"""The annotations whose name a user completes, and how their keys begin."""

_EVENTS = {
    c.SCHEME: "unknown scheme: {}",
    c.FRONTEND_NLB_SCHEME: "unknown scheme: {}",
    c.IP_ADDRESS_TYPE: "unknown IPAddressType: {}",
    c.TARGET_TYPE: "unknown targetType: {}",
    c.BACKEND_PROTOCOL: "backend protocol must be within [HTTP, HTTPS]: {}",
    c.BACKEND_PROTOCOL_VERSION: "backend protocol version must be within [HTTP1, HTTP2, GRPC]: {}",
    c.HEALTHCHECK_PROTOCOL: "healthCheckProtocol must be within [HTTP, HTTPS]",
    c.FRONTEND_NLB_HEALTHCHECK_PROTOCOL: "healthCheckProtocol must be within [HTTP, HTTPS]",
    c.AUTH_TYPE: "unknown authType: {}",
    s.SCHEME: "unknown scheme: {}",
    s.IP_ADDRESS_TYPE: "unknown IPAddressType: {}",
    s.INBOUND_RULES_ON_PRIVATE_LINK: "Invalid value for securityGroupsInboundRulesOnPrivateLink status: {}",
    s.ENABLE_PREFIX_FOR_IPV6_SOURCE_NAT: "Invalid enable-prefix-for-ipv6-source-nat value: {}",
    s.ALPN_POLICY: "invalid ALPN policy {}",
    s.PROXY_PROTOCOL: "invalid value {} for Load Balancer proxy protocol v2 annotation",
    c.LISTEN_PORTS: "failed to parse listen-ports configuration: `{}`",
    c.MUTUAL_AUTHENTICATION: "failed to parse mutualAuthentication configuration from ingress annotation: `{}`",
}
"""What the controller says of values that it reads in a way of its own."""


def _event(annotation: Annotation, key: str, text: str) -> str:
    if annotation in _EVENTS:
        return _EVENTS[annotation].format(text)
    grammar = annotation.grammar
    kind = f"int{grammar.bits}" if isinstance(grammar, Int) else _PARSED[type(grammar)]
    return f"failed to parse {kind} annotation, {key}: {text}"
