"""The controller's custom resource definitions, which Helm installs once and never upgrades.

Facts: Helm documentation, "Custom Resource Definitions"; release notes of the controller.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aws_cdk import RemovalPolicy
from constructs import Construct

from eks_ingress.controller.cluster import Cluster
from eks_ingress.controller.logical_ids import alphanumeric, fix_logical_id, resource_of
from eks_ingress.refusal import Refusals

if TYPE_CHECKING:
    from eks_ingress.controller.cluster import KubernetesManifest

NAMES = (
    "albtargetcontrolconfigs.elbv2.k8s.aws",
    "globalaccelerators.aga.k8s.aws",
    "ingressclassparams.elbv2.k8s.aws",
    "listenerruleconfigurations.gateway.k8s.aws",
    "loadbalancerconfigurations.gateway.k8s.aws",
    "targetgroupbindings.elbv2.k8s.aws",
    "targetgroupconfigurations.gateway.k8s.aws",
)
"""Those that the chart of controller v3.5.0 brings."""

Crds = str | Path | Sequence[Mapping[str, Any]]
"""`"chart"` for those of the chart that is installed; or a file of YAML with the definitions of a release (`crds/crds.yaml` of its
chart), or the definitions themselves."""

OF_CHART = "chart"
"""Says that the definitions are those of the chart."""


def read(crds: Crds, refusals: Refusals) -> list[Mapping[str, Any]]:
    """The definitions; notes what is none, or cannot be read."""
    if isinstance(crds, (str, Path)):
        if not Path(crds).is_file():
            refusals.require(False, "crds", str(crds), "is no file", "Write 'chart', or the path of a file.")
            return []
        try:
            import cdk8s  # noqa: PLC0415 - Node takes a while to load it

            objects = [body for body in cdk8s.Yaml.load(str(crds)) if body]
        except RuntimeError as error:
            refusals.require(False, "crds", str(crds), f"cannot be read ({error})", "Write the path of a file of YAML.")
            return []
    else:
        objects = list(crds)
    for body in objects:
        what = f"{body.get('kind')} {_name(body)}" if isinstance(body, Mapping) else repr(body)
        refusals.require(
            isinstance(body, Mapping) and body.get("kind") == "CustomResourceDefinition" and bool(_name(body)),
            "crds",
            what,
            "is no CustomResourceDefinition",
            "Leave out whatever else the file holds.",
        )
    refusals.require(bool(objects), "crds", crds, "holds no definition", "Write the path of `crds/crds.yaml` of the chart.")
    return objects


def apply(
    scope: Construct, cluster: Cluster, definitions: Sequence[Mapping[str, Any]], *, prefix: str, keep: bool
) -> Iterator[KubernetesManifest]:
    """A resource for each definition; what is taken out later, or destroyed, stays in the cluster if `keep` says so.

    With a definition all objects of its kind are deleted, target group bindings of other load balancers among them.
    """
    for body in definitions:
        manifest = cluster.manifest(scope, _name(body), [body], overwrite=True)
        fix_logical_id(manifest, f"{prefix}Crd{alphanumeric(_name(body).title())}")
        if keep:
            resource_of(manifest).apply_removal_policy(RemovalPolicy.RETAIN)
        yield manifest


def _name(body: Mapping[str, Any]) -> str:
    return str((body.get("metadata") or {}).get("name") or "")
