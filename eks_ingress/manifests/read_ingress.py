"""An Ingress object as typed words: the way back from `manifests.ingress`.

Facts: Kubernetes API, networking.k8s.io/v1 Ingress; controller documentation, "Actions", "Conditions", "Transforms".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from eks_ingress.annotations import catalogue as c
from eks_ingress.annotations.read_auth import read_auth
from eks_ingress.annotations.read_backends import read_action, read_conditions, read_transforms
from eks_ingress.annotations.read_listeners import read_listeners
from eks_ingress.annotations.read_settings import read_settings
from eks_ingress.annotations.read_targets import read_targets
from eks_ingress.annotations.texts import Left, Texts
from eks_ingress.manifests.manifest import Manifest
from eks_ingress.refusal import Problem, Refused
from eks_ingress.routing.backend import Backend, Service, services_of
from eks_ingress.routing.conditions import Condition
from eks_ingress.routing.ingress import Ingress, IngressPath, IngressRule, IngressTls
from eks_ingress.routing.names import LEGACY_CLASS, PREFIX
from eks_ingress.routing.transforms import Transform


class Typed(NamedTuple):
    """An Ingress in typed words, and what these do not say."""

    ingress: Ingress
    left: tuple[Left, ...]


def read_ingress(manifest: Manifest, *, certificates_of_class: bool = False) -> Typed:
    """The Ingress in typed words. Raises `Refused` for one that these cannot say at all.

    `certificates_of_class` tells whether its class brings a certificate, so that it listens on HTTPS by default.
    """
    texts = Texts(manifest.annotations, lambda key: manifest.source_of("metadata", "annotations", key))
    backends = _Backends(manifest, texts)
    spec: Mapping[str, Any] = manifest.body.get("spec") or {}
    rules = [
        IngressRule(
            rule.get("host"),
            [
                _path(backends, path, manifest, ("spec", "rules", number, "http", "paths", index))
                for index, path in enumerate((rule.get("http") or {}).get("paths") or ())
            ],
        )
        for number, rule in enumerate(spec.get("rules") or ())
    ]
    default = None if spec.get("defaultBackend") is None else backends.backend(spec["defaultBackend"])
    found = [path.backend for rule in rules for path in rule.paths] + ([] if default is None else [default])
    services = dict.fromkeys(service for backend in found for service in services_of(backend))
    metadata: Mapping[str, Any] = manifest.body.get("metadata") or {}
    order = texts.take(c.GROUP_ORDER)
    ingress = Ingress(
        name=manifest.name,
        namespace=manifest.namespace,
        class_name=spec.get("ingressClassName"),
        group_name=texts.take(c.GROUP_NAME),
        group_order=order,
        settings=read_settings(texts),
        listeners=read_listeners(texts, of_class=certificates_of_class),
        targets=read_targets(texts, services),
        auth=read_auth(texts),
        rules=rules,
        default_backend=default,
        tls=[IngressTls(tuple(tls.get("hosts") or ()), tls.get("secretName")) for tls in spec.get("tls") or ()],
        regex_paths=texts.take(c.USE_REGEX_PATH_MATCH),
        labels=metadata.get("labels") or {},
        annotations={key: text for key, text in manifest.annotations.items() if not key.startswith(PREFIX) and key != LEGACY_CLASS},
        source=manifest.source,
    )
    return Typed(ingress, texts.left)


def _path(backends: _Backends, path: Mapping[str, Any], manifest: Manifest, at: tuple[str | int, ...]) -> IngressPath:
    backend = path.get("backend") or {}
    return IngressPath(
        path.get("path") or "",
        path.get("pathType") or "ImplementationSpecific",
        backends.backend(backend),
        backends.conditions(backend),
        backends.transforms(backend),
        manifest.source_of(*at),
    )


class _Backends:
    """What the backends of an Ingress lead to, with the conditions and transforms that hold for their names."""

    def __init__(self, manifest: Manifest, texts: Texts) -> None:
        self._manifest = manifest
        self._texts = texts
        self._actions: dict[str, Backend] = {}
        self._conditions: dict[str, tuple[Condition, ...]] = {}
        self._transforms: dict[str, tuple[Transform, ...]] = {}

    def backend(self, backend: Mapping[str, Any]) -> Backend:
        """What a backend leads to. Raises `Refused`."""
        service: Mapping[str, Any] = backend.get("service") or {}
        port: Mapping[str, Any] = service.get("port") or {}
        name = self._name(backend)
        if port.get("name") != "use-annotation":
            return Service(name, port.get("name") or port.get("number") or 0)
        if name not in self._actions:
            document = self._texts.take(c.ACTIONS, name=name)
            if document is None:
                raise self._refused(f"the action {name} is not there, or cannot be read")
            made = self._texts.made(lambda: read_action(document), c.ACTIONS, name=name)
            if made is None:
                raise self._refused(self._reason(c.ACTIONS, name))
            self._actions[name] = made
        return self._actions[name]

    def conditions(self, backend: Mapping[str, Any]) -> tuple[Condition, ...]:
        """What a request must have besides, by the name of the backend."""
        name = self._name(backend)
        if name not in self._conditions:
            documents = self._texts.take(c.CONDITIONS, name=name) or ()
            made = self._texts.made(lambda: read_conditions(documents), c.CONDITIONS, name=name)
            if made is None:
                raise self._refused(self._reason(c.CONDITIONS, name))
            self._conditions[name] = made
        return self._conditions[name]

    def transforms(self, backend: Mapping[str, Any]) -> tuple[Transform, ...]:
        """What is changed before a target gets the request, by the name of the backend."""
        name = self._name(backend)
        if name not in self._transforms:
            documents = self._texts.take(c.TRANSFORMS, name=name) or ()
            made = self._texts.made(lambda: read_transforms(documents), c.TRANSFORMS, name=name)
            if made is None:
                raise self._refused(self._reason(c.TRANSFORMS, name))
            self._transforms[name] = made
        return self._transforms[name]

    @staticmethod
    def _name(backend: Mapping[str, Any]) -> str:
        return str((backend.get("service") or {}).get("name") or "")

    def _reason(self, row: c.Annotation, name: str) -> str:
        return next(f"{left.what.partition('/')[2]} {left.reason}" for left in self._texts.left if left.what == row.key(name=name))

    def _refused(self, reason: str) -> Refused:
        return Refused([Problem(f"{reason}.", "Correct it, or apply it as it stands.", self._manifest.source)])
