"""The Services for which the controller makes network load balancers.

Facts: controller documentation, "Network Load Balancer"; the controller's utilities for Services (`pkg/service`).
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any

from eks_ingress.annotations import of_services as s
from eks_ingress.annotations.catalogue import Annotation
from eks_ingress.annotations.grammar import Bool
from eks_ingress.manifests.manifest import Manifest
from eks_ingress.plan.flags import SERVICE_CONTROLLER
from eks_ingress.plan.said import Said
from eks_ingress.plan.services import Backend, ServicePort
from eks_ingress.plan.unknown import is_unknown
from eks_ingress.plan.world import World
from eks_ingress.refusal import Problem, Refused, gathered
from eks_ingress.routing.names import SERVICE_PREFIX

FINALIZER = "service.k8s.aws/resources"
"""By which the controller remembers that it made something for a Service."""
_PROTECTION = "deletion_protection.enabled"


class BalancedService:
    """A Service as the controller reads it."""

    def __init__(self, manifest: Manifest, world: World) -> None:
        self.manifest = manifest
        self.world = world
        self.backend = Backend(manifest.namespace, manifest.name, manifest)
        """The same as what a load balancer sends to."""
        self.name = self.backend.full_name
        """Namespace and name."""
        self.said = Said(
            f"Service {self.name}",
            manifest.annotations,
            lambda key: manifest.source_of("metadata", "annotations", key),
            prefix=SERVICE_PREFIX,
        )
        self.problems: list[Problem] = []
        """What is wrong with it, as far as that was found."""

    def text(self, annotation: Annotation) -> str | None:
        """The text of an annotation, None where it is absent. Raises `Refused` for what is no text."""
        return self.said.text(annotation)

    def read(self, annotation: Annotation, **chosen: str) -> Any:
        """The value of an annotation, None where it is absent. Raises `Refused` for what the controller could not read."""
        return self.said.read(annotation, **chosen)

    def refuse(self, id: str, reason: str, remedy: str, event: str = "", *, at: Annotation | None = None, **chosen: str) -> Refused:
        """The exception for something that stands in this Service, in the annotation `at` if there."""
        return self.said.refuse(id, reason, remedy, event, key="" if at is None else at.key(**chosen))

    def gather(self) -> AbstractContextManager[None]:
        """Takes over what is refused inside the block, so that what stands after it is looked at as well."""
        return gathered(self.problems)

    @property
    def ports(self) -> list[tuple[int, ServicePort]]:
        """Its ports with their numbers, but for those whose number is not known."""
        return [(port.number, port) for port in self.backend.all_ports() if isinstance(port.number, int)]

    @property
    def is_managed(self) -> bool:
        """Whether the controller makes a load balancer for it, or would if nothing was wrong."""
        flags, spec = self.world.flags, self.backend.spec
        if (self.manifest.body.get("metadata") or {}).get("deletionTimestamp"):
            return False
        if flags.gate("ServiceTypeLoadBalancerOnly") and self.backend.kind != "LoadBalancer":
            return False
        if flags.takes_new_services and self.backend.kind == "LoadBalancer" and not spec.get("loadBalancerClass"):
            return True
        if spec.get("loadBalancerClass") is not None:
            return bool(spec["loadBalancerClass"] == flags.load_balancer_class)
        kind = self.text(s.TYPE)
        return kind == "nlb-ip" or (kind == "external" and self.text(s.TARGET_TYPE) in ("ip", "instance"))

    def require_unprotected(self) -> None:
        """Raises `Refused` for one that is no longer the controller's, and whose load balancer is protected from deletion."""
        protected = (self.read(s.ATTRIBUTES) or {}).get(_PROTECTION)
        if protected is not None and Bool.spellings.get(protected, True) and not is_unknown(protected):
            event = "deletion_protection is enabled, cannot delete the service:"
            raise self.refuse(
                "EKI333",
                f"its load balancer is to be deleted, and {_PROTECTION} is {protected!r}.",
                "Take the attribute out, or write false, before the Service is deleted or changed.",
                event if protected in Bool.spellings else "strconv.ParseBool",
                at=s.ATTRIBUTES,
            )


def balanced_services(manifests: Sequence[Manifest], world: World) -> tuple[list[BalancedService], list[Problem]]:
    """The Services that the controller takes care of, by name, and the problems of those that it cannot let go."""
    found: list[BalancedService] = []
    problems: list[Problem] = []
    if not world.flags.gate(SERVICE_CONTROLLER):
        return found, problems
    for manifest in manifests:
        if manifest.kind != "Service" or world.flags.watch_namespace not in ("", manifest.namespace):
            continue
        if not _may_be_managed(manifest, world.flags.takes_new_services):
            continue
        service = BalancedService(manifest, world)
        with gathered(problems):
            if service.is_managed:
                found.append(service)
            elif FINALIZER in ((manifest.body.get("metadata") or {}).get("finalizers") or ()):
                service.require_unprotected()
    return sorted(found, key=lambda service: service.name), problems


def _may_be_managed(manifest: Manifest, takes_new: bool) -> bool:
    """Whether a class, an annotation or a finalizer may make a Service the controller's; most of a cluster have none of them."""
    spec = manifest.body.get("spec") or {}
    return (
        "loadBalancerClass" in spec
        or (takes_new and spec.get("type") == "LoadBalancer")
        or s.TYPE.key() in manifest.annotations
        or FINALIZER in ((manifest.body.get("metadata") or {}).get("finalizers") or ())
    )
