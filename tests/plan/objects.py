"""Ingresses as somebody wrote them, and what is planned from them, in few words."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from eks_ingress.manifests.manifest import Manifest
from eks_ingress.plan.build import plan
from eks_ingress.plan.model import Listener, LoadBalancer, Rule
from eks_ingress.source import Source

PREFIX = "alb.ingress.kubernetes.io/"


def backend(to: str) -> dict[str, Any]:
    """The backend `name:port`; a port `action` stands for the `actions` annotation of that name."""
    name, _, port = to.partition(":")
    said = {"number": int(port)} if port.isdigit() else {"name": "use-annotation" if port == "action" else port}
    return {"service": {"name": name, "port": said}}


def path(text: str | None, kind: str | None = "Prefix", to: str = "web:80") -> dict[str, Any]:
    """A path of a rule; None leaves text or type out."""
    said = {"path": text, "pathType": kind, "backend": backend(to)}
    return {key: value for key, value in said.items() if value is not None}


def rule(*paths: Mapping[str, Any] | str, host: str | None = None) -> dict[str, Any]:
    """A rule; a path given as text is a prefix."""
    written = [path(x) if isinstance(x, str) else x for x in paths]
    return {**({} if host is None else {"host": host}), "http": {"paths": written}}


def ingress(
    *rules: Mapping[str, Any] | str,
    name: str = "web",
    namespace: str = "shop",
    said: Mapping[str, Any] | None = None,
    default: str | None = None,
    class_name: str | None = "alb",
) -> Manifest:
    """An Ingress; a rule given as text is the prefix of any host. `said` are annotations, without prefix, JSON where no text."""
    texts = {key: text if isinstance(text, str) else json.dumps(text) for key, text in (said or {}).items()}
    spec: dict[str, Any] = {"rules": [rule(x) if isinstance(x, str) else x for x in rules]}
    if class_name is not None:
        spec["ingressClassName"] = class_name
    if default is not None:
        spec["defaultBackend"] = backend(default)
    annotations = {key if "/" in key else PREFIX + key: text for key, text in texts.items()}
    body = {"kind": "Ingress", "metadata": {"name": name, "namespace": namespace, "annotations": annotations}, "spec": spec}
    return Manifest(body, source(name))


def source(name: str = "web") -> Source:
    """Where the Ingress `name` came from."""
    return Source(f"Shop/{name}")


def balancer(*manifests: Manifest) -> LoadBalancer:
    """The only load balancer that is planned, with nothing refused."""
    planned = plan(manifests)
    assert planned.problems == ()
    (only,) = planned.load_balancers
    return only


def listener(*manifests: Manifest, port: int = 80) -> Listener:
    """A listener of the only load balancer."""
    (only,) = (x for x in balancer(*manifests).listeners if x.port == port)
    return only


def lines(rules: Sequence[Rule]) -> list[str]:
    """Rules as `hosts paths -> action`."""
    return [f"{','.join(x.hosts) or 'any'} {','.join(x.paths) or 'any'} -> {x.action}" for x in rules]


def refused(*manifests: Manifest) -> list[tuple[str, str, Source | None]]:
    """Reason, remedy and source of each problem."""
    return [(problem.reason, problem.remedy, problem.source) for problem in plan(manifests).problems]
