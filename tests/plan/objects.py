"""Ingresses as somebody wrote them, and what is planned from them, in few words."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from eks_ingress.manifests.manifest import Manifest
from eks_ingress.plan import build
from eks_ingress.plan.facts import Facts
from eks_ingress.plan.flags import ControllerFlags
from eks_ingress.plan.model import Listener, LoadBalancer, Plan, Rule
from eks_ingress.source import Source

ALB = "ingress.k8s.aws/alb"
PREFIX = "alb.ingress.kubernetes.io/"
FLAGS = ControllerFlags(cluster_name="prod", default_target_type="ip")
"""Those of a controller whose targets are pods, as this package installs it."""


def plan(manifests: Sequence[Manifest], flags: ControllerFlags = FLAGS, facts: Facts = Facts(), *, complete: bool = False) -> Plan:
    """What is planned, of a controller with `FLAGS` unless it has others."""
    return build.plan(manifests, flags, facts, complete=complete)


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


def service(name: str = "web", *ports: Mapping[str, Any], said: Mapping[str, str] | None = None, **spec: Any) -> Manifest:
    """A Service of the namespace `shop`, on port 80 unless `ports` say otherwise. `said` are annotations, without prefix."""
    annotations = {PREFIX + key: text for key, text in (said or {}).items()}
    metadata = {"name": name, "namespace": "shop", "uid": f"uid-of-{name}", "annotations": annotations}
    return Manifest({"kind": "Service", "metadata": metadata, "spec": {"ports": ports or [{"port": 80}], **spec}}, source(name))


def binding(name: str = "web", **spec: Any) -> Manifest:
    """A TargetGroupBinding of the namespace `shop`, from the target group `blue` to port 80 of the Service `web`."""
    arn = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/blue/0123456789abcdef"
    whole = {"targetGroupARN": arn, "serviceRef": {"name": "web", "port": 80}, **spec}
    said = {field: value for field, value in whole.items() if value is not None}
    body = {"kind": "TargetGroupBinding", "metadata": {"name": name, "namespace": "shop"}, "spec": said}
    return Manifest(body, source(name))


def of_class(spec: Mapping[str, Any], name: str = "public", params: str | None = None) -> list[Manifest]:
    """An IngressClass and its parameters."""
    named = params or name
    reference = {"apiGroup": "elbv2.k8s.aws", "kind": "IngressClassParams", "name": named}
    bodies = [
        {"kind": "IngressClassParams", "metadata": {"name": named}, "spec": spec},
        {"kind": "IngressClass", "metadata": {"name": name}, "spec": {"controller": ALB, "parameters": reference}},
    ]
    return [Manifest(body, source(name)) for body in bodies]


def together(*said: Mapping[str, Any]) -> list[Manifest]:
    """Members a, b, … of the group `g`, each with a path of its own."""
    names = "abcdef"[: len(said)]
    return [ingress(f"/{name}", name=name, said={"group.name": "g", **x}) for name, x in zip(names, said, strict=True)]


def balancer(*manifests: Manifest, flags: ControllerFlags = FLAGS, facts: Facts = Facts(), complete: bool = False) -> LoadBalancer:
    """The only load balancer that is planned, with nothing refused."""
    planned = plan(manifests, flags, facts, complete=complete)
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


def refused(
    *manifests: Manifest, flags: ControllerFlags = FLAGS, facts: Facts = Facts(), complete: bool = False
) -> list[tuple[str, str, Source | None]]:
    """Reason, remedy and source of each problem."""
    found = plan(manifests, flags, facts, complete=complete).problems
    return [(problem.reason, problem.remedy, problem.source) for problem in found]
