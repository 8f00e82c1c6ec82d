"""The Helm release of the controller.

Facts: the chart `aws-load-balancer-controller`, its values; controller documentation, "Installation".
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from constructs import Construct

from eks_ingress.controller.cluster import Cluster
from eks_ingress.controller.features import Feature, chart_values, gates
from eks_ingress.controller.versions import ControllerVersion

if TYPE_CHECKING:
    from eks_ingress.controller.cluster import HelmChart

DEFAULT_TARGET_TYPE = "ip"
"""What the controller registers where an Ingress says nothing: the pods themselves, as it works on every kind of node."""


def install(
    scope: Construct,
    cluster: Cluster,
    *,
    version: ControllerVersion,
    vpc_id: str,
    namespace: str,
    service_account: str,
    ingress_class_name: str,
    features: Collection[Feature],
) -> HelmChart:
    """Installs the controller, with the service account that is there already."""
    values: dict[str, Any] = {
        "clusterName": cluster.name,
        # Without these two the controller asks the metadata service of its node, which pods cannot reach on Fargate or where
        # the hop limit is 1.
        "region": cluster.region,
        "vpcId": vpc_id,
        "serviceAccount": {"create": False, "name": service_account},
        "ingressClass": ingress_class_name,
        "defaultTargetType": DEFAULT_TARGET_TYPE,
        # A new certificate with every upgrade would make the API server refuse each Ingress until all pods have it.
        "keepTLSSecret": True,
        # It would take over every new Service of type LoadBalancer, and no Service could be made while the controller is down.
        "enableServiceMutatorWebhook": False,
        **chart_values(features),
        # Closed gates stay unsaid: one that a release does not know makes its controller crash.
        "controllerConfig": {"featureGates": {gate: True for gate, is_open in gates(features).items() if is_open}},
    }
    return cluster.helm_chart(
        scope,
        "Chart",
        chart="aws-load-balancer-controller",
        repository="https://aws.github.io/eks-charts",
        version=version.chart,
        namespace=namespace,
        values=values,
    )
