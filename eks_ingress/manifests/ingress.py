"""An Ingress as the Kubernetes object.

Facts: Kubernetes API, networking.k8s.io/v1 Ingress; controller documentation, "Actions", "Conditions", "Transforms".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from eks_ingress.annotations.catalogue import ACTIONS, CONDITIONS, TRANSFORMS
from eks_ingress.annotations.words import action, annotations_of, conditions, transforms, written
from eks_ingress.manifests.manifest import Manifest, Pointer
from eks_ingress.routing.backend import Backend, FixedResponse, Redirect, Service, services_of
from eks_ingress.routing.ingress import Ingress, IngressPath
from eks_ingress.routing.names import slug
from eks_ingress.source import Source
from eks_ingress.tokens import known_part

_LONGEST_NAME = 52  # the name of an annotation has at most 63 characters, "conditions." or "transforms." among them


def manifest(ingress: Ingress) -> Manifest:
    """The object that is applied for `ingress`, and the source of each of its paths."""
    named = _Named(ingress)
    parts: dict[Pointer, Source] = {}
    rules: list[dict[str, Any]] = []
    for rule in ingress.rules:
        paths: list[dict[str, Any]] = []
        for path in rule.paths:
            if path.source is not None:
                parts["spec", "rules", len(rules), "http", "paths", len(paths)] = path.source
            backend = named.backend(path.backend, f"{rule.host or ''}{path.path}", path)
            text = {"path": path.path} if path.path else {}
            paths.append({**text, "pathType": path.type, "backend": {"service": backend}})
        host = {} if rule.host is None else {"host": rule.host}
        rules.append({**host, "http": {"paths": paths}})
    spec: dict[str, Any] = {"ingressClassName": ingress.class_name}
    if ingress.default_backend is not None:
        spec["defaultBackend"] = {"service": named.backend(ingress.default_backend, "default")}
    if ingress.tls:
        spec["tls"] = [{"hosts": list(tls.hosts), **({"secretName": tls.secret} if tls.secret else {})} for tls in ingress.tls]
    if rules:
        spec["rules"] = rules
    metadata = {
        "name": ingress.name,
        "namespace": ingress.namespace,
        **({"labels": dict(ingress.labels)} if ingress.labels else {}),
        "annotations": {**annotations_of(ingress), **named.annotations},
    }
    body = {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": metadata, "spec": spec}
    return Manifest(body, ingress.source, parts)


class _Named:
    """The actions, conditions and transforms of an Ingress, which its backends refer to by name.

    Conditions and transforms hold for every path whose backend has their name, so that each gets a name of its own, and none that
    a Service has.
    """

    def __init__(self, ingress: Ingress) -> None:
        backends = [path.backend for rule in ingress.rules for path in rule.paths]
        backends += [] if ingress.default_backend is None else [ingress.default_backend]
        self._taken = {service.name for backend in backends for service in services_of(backend)}
        self.annotations: dict[str, str] = {}

    def backend(self, backend: Backend, url: str, path: IngressPath | None = None) -> Mapping[str, Any]:
        """The backend of a path, or the default one."""
        plain = path is None or not (path.conditions or path.transforms)
        if isinstance(backend, Service) and plain:
            return {"name": backend.name, "port": {"name" if isinstance(backend.port, str) else "number": backend.port}}
        name = self._name(backend, url)
        self.annotations.update(written(ACTIONS, action(backend), name=name))
        if path is not None:
            self.annotations.update(written(CONDITIONS, conditions(path.conditions) or None, name=name))
            self.annotations.update(written(TRANSFORMS, transforms(path.transforms) or None, name=name))
        return {"name": name, "port": {"name": "use-annotation"}}

    def _name(self, backend: Backend, url: str) -> str:
        kind = "redirect" if isinstance(backend, Redirect) else "response" if isinstance(backend, FixedResponse) else "forward"
        stem = slug(f"{kind}-{known_part(url)}", _LONGEST_NAME - 4)
        names = (stem if n == 1 else f"{stem}-{n}" for n in range(1, len(self._taken) + 2))
        name = next(name for name in names if name not in self._taken)
        self._taken.add(name)
        return name
