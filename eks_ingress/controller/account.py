"""The Kubernetes service account under which the controller runs.

Facts: the chart `aws-load-balancer-controller`, its values; Helm documentation, "Chart Development Tips and Tricks" (resource
policies).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from constructs import Construct

if TYPE_CHECKING:
    from eks_ingress.controller.cluster import Cluster, KubernetesManifest


@dataclass(frozen=True)
class Account:
    """A Kubernetes service account."""

    name: str
    """Its name."""
    namespace: str
    """Its namespace."""

    def values(self, annotations: Mapping[str, str], *, is_there: bool) -> dict[str, Any]:
        """The chart's values for it: the chart makes it, unless it is there already."""
        if is_there:
            return {"create": False, "name": self.name}
        return {"create": True, "name": self.name, **({"annotations": annotations} if annotations else {})}

    def take_over(self, scope: Construct, cluster: Cluster, annotations: Mapping[str, str]) -> KubernetesManifest:
        """Changes the account that is there, or makes it: Helm refuses to take over what it did not make."""
        metadata = {
            "name": self.name,
            "namespace": self.namespace,
            "labels": {"app.kubernetes.io/name": self.name},
            # Had the release made the account itself before, it would delete it now that its chart has it no more.
            "annotations": {"helm.sh/resource-policy": "keep", **annotations},
        }
        body = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata}
        return cluster.manifest(scope, "ServiceAccount", [body], overwrite=True)
