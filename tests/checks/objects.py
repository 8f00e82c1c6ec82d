"""Objects in which a check finds something, objects near them in which it does not, and what is said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from eks_ingress.checks.check import Finding, Severity
from eks_ingress.checks.registry import BY_ID, find
from eks_ingress.manifests.manifest import Manifest
from eks_ingress.plan import build
from eks_ingress.plan.facts import Facts
from eks_ingress.plan.flags import ControllerFlags
from eks_ingress.source import Source
from tests.plan.objects import PREFIX, ingress

Objects = Manifest | Sequence[Manifest]
FLAGS = ControllerFlags(cluster_name="prod", default_target_type="ip")
GROUP = {"group.name": "g"}
BOTH = {"listen-ports": [{"HTTP": 80}, {"HTTPS": 443}], "certificate-arn": "arn:a"}
SECURE = {"listen-ports": [{"HTTPS": 443}], "certificate-arn": "arn:a"}


@dataclass(frozen=True)
class Case:
    """What one check finds."""

    found: Objects
    """Objects with one mistake."""
    near: Objects
    """The same without it."""
    message: str
    """What is said of it, all of it."""
    severity: Severity | None = None
    """Where it is not that of the check."""
    flags: ControllerFlags = FLAGS
    facts: Facts = Facts()
    complete: bool = False

    def hold(self, id: str) -> None:
        """Fails if the check does not find that, or something in what is near it."""
        found = self._findings(id, self.found)
        assert [(x.message, x.severity) for x in found] == [(self.message, self.severity or BY_ID[id].severity)]
        assert found[0].object
        assert found[0].remedy.endswith((".", "?"))
        assert [x.message for x in self._findings(id, self.near)] == []

    def _findings(self, id: str, objects: Objects) -> list[Finding]:
        manifests = [objects] if isinstance(objects, Manifest) else list(objects)
        planned = build.plan(manifests, self.flags, self.facts, complete=self.complete)
        return [finding for finding in find(planned) if finding.id == id]


def findings(*objects: Manifest, flags: ControllerFlags = FLAGS, facts: Facts = Facts(), complete: bool = False) -> list[Finding]:
    """All that is found."""
    return find(build.plan(objects, flags, facts, complete=complete))


def messages(id: str, *objects: Manifest, **options: Any) -> list[str]:
    """What one check says."""
    return [finding.message for finding in findings(*objects, **options) if finding.id == id]


def group(one: Mapping[str, Any], other: Mapping[str, Any], *rules: Any) -> list[Manifest]:
    """Two Ingresses of one group, with these annotations."""
    return [
        ingress(*(rules or ("/a",)), name="a", said={**GROUP, **one}),
        ingress(*(rules or ("/b",)), name="b", said={**GROUP, **other}),
    ]


def with_spec(manifest: Manifest, **fields: Any) -> Manifest:
    """An object with further fields in its spec."""
    return replace(manifest, body={**manifest.body, "spec": {**manifest.body["spec"], **fields}})


def service(
    name: str = "web",
    ports: Sequence[Mapping[str, Any]] = ({"port": 80, "targetPort": 8080},),
    said: Mapping[str, str] | None = None,
    **spec: Any,
) -> Manifest:
    """A Service of pods; `said` are annotations, without prefix."""
    annotations = {key if "/" in key else PREFIX + key: text for key, text in (said or {}).items()}
    metadata = {"name": name, "namespace": "shop", "annotations": annotations}
    return made("Service", name, {"selector": {"app": name}, "ports": list(ports), **spec}, metadata)


NLB = "service.beta.kubernetes.io/aws-load-balancer-"


def nlb(said: Mapping[str, str], **spec: Any) -> Manifest:
    """A Service with a network load balancer that leads to pods; `said` are annotations, without what all of them begin with."""
    annotations = {"type": "external", "nlb-target-type": "ip", **said}
    return service(
        said={key if "/" in key else NLB + key: text for key, text in annotations.items()},
        **{"type": "LoadBalancer", "ports": [{"name": "web", "port": 80, "targetPort": 8080}], **spec},
    )


def of_class(spec: Mapping[str, Any], name: str = "alb") -> list[Manifest]:
    """An IngressClass of the controller, and its parameters."""
    parameters = {"apiGroup": "elbv2.k8s.aws", "kind": "IngressClassParams", "name": name}
    return [
        made("IngressClassParams", name, spec),
        made("IngressClass", name, {"controller": "ingress.k8s.aws/alb", "parameters": parameters}),
    ]


def made(kind: str, name: str, spec: Mapping[str, Any] | None = None, metadata: Mapping[str, Any] | None = None) -> Manifest:
    """Any other object."""
    return Manifest({"kind": kind, "metadata": metadata or {"name": name}, "spec": spec or {}}, Source(f"Shop/{kind}/{name}"))
