"""What is worth knowing of a controller's installation, and is told as a warning that can be acknowledged.

Facts: Amazon EKS documentation, "Auto Mode", load balancing; Helm documentation, "Custom Resource Definitions".
"""

from __future__ import annotations

from dataclasses import dataclass

from eks_ingress.controller.versions import CRDS_CHANGED_IN, ControllerVersion


@dataclass(frozen=True, slots=True)
class Notice:
    """A warning: what is so, and what to do about it."""

    id: str
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.id} warning\n    {self.what}\n    {self.remedy}"


def auto_mode(class_name: str) -> Notice:
    """A cluster that has load balancing of its own."""
    return Notice(
        "EKI501",
        "The cluster is in EKS Auto Mode, which makes load balancers itself, for IngressClasses of the controller "
        "eks.amazonaws.com/alb and Services of the class eks.amazonaws.com/nlb. The two do not share load balancers, annotations "
        f"or target groups; this controller serves Ingresses of the class {class_name!r} only.",
        "Name each Ingress's class, and make no IngressClass of that name for Auto Mode.",
    )


def newer_version(version: ControllerVersion) -> Notice:
    """A release that this package was not made with."""
    newest = ControllerVersion.V3_5_0.controller
    return Notice(
        "EKI502",
        f"Controller {version.controller} is newer than {newest}, the newest that this package knows: its policy, its feature "
        "gates and what it makes of an Ingress may differ.",
        "Read its release notes, or use a newer eks-ingress.",
    )


def definitions(version: ControllerVersion) -> Notice | None:
    """A version was chosen, and nothing brings its custom resource definitions; None where they never changed."""
    changed = [since for since in CRDS_CHANGED_IN if version.has(since)]
    if not changed:
        return None
    return Notice(
        "EKI503",
        f"Helm installs custom resource definitions once and never upgrades them. If the release on this cluster was installed "
        f"with a controller older than {changed[-1]}, its definitions are too old for {version.controller}.",
        "Write `crds='chart'`, or pass as `crds=` the file helm/aws-load-balancer-controller/crds/crds.yaml of "
        f"v{version.controller}, or apply it once beforehand; its release notes say so too.",
    )
