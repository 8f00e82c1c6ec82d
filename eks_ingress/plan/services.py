"""The Kubernetes Services behind Ingresses, those among the manifests and those that are elsewhere.

Facts: Kubernetes API, v1 Service; the controller looks a port up by number or name (`pkg/k8s`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from eks_ingress.manifests.manifest import Manifest
from eks_ingress.plan.unknown import is_unknown, unknown

_NO_BODY: Mapping[str, Any] = {}


class ServicePort(NamedTuple):
    """A port of a Service."""

    target_port: int | str
    """Number or name of the pods' port; a placeholder where the Service is elsewhere."""
    node_port: int | str
    """0 where the Service has none; a placeholder where it is known only in the cluster."""
    named: bool = False
    """Whether `target_port` is a name."""
    number: int | str = 0
    """The port of the Service itself; a placeholder where only its name is known."""
    name: str = ""
    protocol: str = "TCP"


@dataclass(frozen=True, eq=False)
class Backend:
    """A Service that an Ingress leads to."""

    namespace: str
    name: str
    manifest: Manifest | None = None
    """None where it is not among the manifests, so that nothing is known of it."""
    _ports: dict[int | str, ServicePort | None] = field(default_factory=dict, repr=False, compare=False)

    @property
    def full_name(self) -> str:
        """Namespace and name."""
        return f"{self.namespace}/{self.name}"

    @property
    def annotations(self) -> Mapping[str, str]:
        """Its annotations."""
        return {} if self.manifest is None else self.manifest.annotations

    @cached_property
    def uid(self) -> str | None:
        """Its uid, None where it is known only in the cluster."""
        if self.manifest is None:
            return None
        uid = (self.manifest.body.get("metadata") or {}).get("uid")
        return None if uid is None else str(uid)

    @property
    def is_ipv6(self) -> bool:
        """Whether one of its IP families is IPv6."""
        return "IPv6" in (self.spec.get("ipFamilies") or ())

    @property
    def kind(self) -> str | None:
        """`ClusterIP`, `NodePort`, `LoadBalancer` or `ExternalName`; None where it is not known."""
        return None if self.manifest is None else str(self.spec.get("type") or "ClusterIP")

    @property
    def ports(self) -> list[str]:
        """Its ports, as a message names them."""
        return [f"{port.get('port')}" + (f" ({port['name']})" if port.get("name") else "") for port in self.spec.get("ports") or ()]

    def port(self, wanted: int | str) -> ServicePort | None:
        """The port of this number or name, None where the Service does not have it."""
        if wanted not in self._ports:
            self._ports[wanted] = self._found(wanted)
        return self._ports[wanted]

    def _found(self, wanted: int | str) -> ServicePort | None:
        for port in self.spec.get("ports") or ():
            if (port.get("port") if isinstance(wanted, int) else port.get("name") or "") == wanted:
                return self._port(port)
        if self.manifest is not None and not any(
            is_unknown(port.get("port")) or is_unknown(port.get("name")) for port in self.spec.get("ports") or ()
        ):
            return None
        what = f"{self.full_name}:{wanted}"
        number = wanted if isinstance(wanted, int) else unknown(f"port {what}")
        return ServicePort(unknown(f"target port of {what}"), unknown(f"node port of {what}"), number=number)

    def _port(self, port: Mapping[str, Any]) -> ServicePort:
        """A port as its Service has it."""
        target = port.get("targetPort")
        target = port.get("port", 0) if target in (None, 0, "") else target
        node = port.get("nodePort")
        if node is None:
            allocated = self.kind in ("NodePort", "LoadBalancer") and self.spec.get("allocateLoadBalancerNodePorts") is not False
            node = unknown(f"node port of {self.full_name}:{port.get('port')}") if allocated else 0
        return ServicePort(
            target,
            node,
            isinstance(target, str) and not is_unknown(target),
            port.get("port", 0),
            port.get("name") or "",
            port.get("protocol") or "TCP",
        )

    def all_ports(self) -> list[ServicePort]:
        """All of them, in their order."""
        return [self._port(port) for port in self.spec.get("ports") or ()]

    @property
    def spec(self) -> Mapping[str, Any]:
        """Its spec, empty where nothing is known of it."""
        return _NO_BODY if self.manifest is None else self.manifest.body.get("spec") or _NO_BODY
