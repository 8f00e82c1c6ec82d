"""An Ingress as the Kubernetes object.

Facts: Kubernetes API, networking.k8s.io/v1 Ingress; controller documentation, "Actions".
"""

from __future__ import annotations

from typing import Any

from eks_ingress.annotations.catalogue import ACTIONS
from eks_ingress.annotations.words import action, annotations_of
from eks_ingress.manifests.manifest import Manifest, Pointer
from eks_ingress.routing.backend import Backend, FixedResponse, Redirect, Service
from eks_ingress.routing.ingress import Ingress
from eks_ingress.routing.names import slug
from eks_ingress.source import Source
from eks_ingress.tokens import known_part

_LONGEST_ACTION = 55  # the name of an annotation has at most 63 characters, "actions." among them


def manifest(ingress: Ingress) -> Manifest:
    """The object that is applied for `ingress`, and the source of each of its paths."""
    actions: dict[str, str] = {}
    parts: dict[Pointer, Source] = {}
    rules: list[dict[str, Any]] = []
    for rule in ingress.rules:
        paths: list[dict[str, Any]] = []
        for path in rule.paths:
            parts["spec", "rules", len(rules), "http", "paths", len(paths)] = path.source
            backend = _backend(path.backend, f"{rule.host or ''}{path.path}", actions)
            paths.append({"path": path.path, "pathType": path.type, "backend": {"service": backend}})
        host = {} if rule.host is None else {"host": rule.host}
        rules.append({**host, "http": {"paths": paths}})
    body = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {
            "name": ingress.name,
            "namespace": ingress.namespace,
            "annotations": {**annotations_of(ingress), **actions},
        },
        "spec": {"ingressClassName": ingress.class_name, "rules": rules},
    }
    return Manifest(body, ingress.source, parts)


def _backend(backend: Backend, url: str, actions: dict[str, str]) -> dict[str, Any]:
    """The backend of a path; what is no Service is written into `actions` and referred to by name."""
    if isinstance(backend, Service):
        return {"name": backend.name, "port": {"name" if isinstance(backend.port, str) else "number": backend.port}}
    name = _action_name(backend, url, actions)
    actions[ACTIONS.key(action=name)] = ACTIONS.grammar.encode(action(backend))
    return {"name": name, "port": {"name": "use-annotation"}}


def _action_name(backend: Redirect | FixedResponse, url: str, taken: dict[str, str]) -> str:
    stem = slug(f"{'redirect' if isinstance(backend, Redirect) else 'response'}-{known_part(url)}", _LONGEST_ACTION - 4)
    names = (stem if n == 1 else f"{stem}-{n}" for n in range(1, len(taken) + 2))
    return next(name for name in names if ACTIONS.key(action=name) not in taken)
