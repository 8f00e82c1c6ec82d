"""The controllers of an app: one for a cluster, and each with a name of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from aws_cdk import Stack
from constructs import Construct, IConstruct

from eks_ingress.controller.cluster import Cluster
from eks_ingress.controller.logical_ids import alphanumeric
from eks_ingress.refusal import Refusals
from eks_ingress.routing.names import require_subdomain

if TYPE_CHECKING:
    from eks_ingress.balancers.host import BalancerHost

_in_app: WeakKeyDictionary[IConstruct, list[BalancerHost]] = WeakKeyDictionary()


def hosts_in(scope: Construct) -> list[BalancerHost]:
    """All hosts that were made in the app of a construct, to which new ones are added."""
    return _in_app.setdefault(scope.node.root, [])


def check_host(scope: Construct, id: str, cluster: Cluster, ingress_class_name: str, refusals: Refusals) -> None:
    """Notes what keeps a cluster from having load balancers, or from having them twice."""
    refusals.require(
        cluster.has_kubectl,
        "cluster",
        cluster.node_path,
        "has no kubectl provider, so that nothing can be applied to it",
        _KUBECTL_REMEDY[cluster.is_v2, cluster.created],
    )
    require_subdomain(refusals, "ingress_class_name", ingress_class_name)
    for other in hosts_in(scope):
        refusals.require(
            other.view.identity != cluster.identity,
            "cluster",
            cluster.node_path,
            f"has its controller from {other.source}, and two controllers would fight over every Ingress",
            "Use that EksIngress here too: it takes load balancers from any stack of the app.",
        )
        refusals.require(
            Stack.of(other) is not Stack.of(scope) or alphanumeric(other.node.id) != alphanumeric(id),
            "id",
            id,
            f"is that of another EksIngress in the same stack, {other.source}; the names of resources are made of it",
            "Give one of them another id.",
        )


_KUBECTL_REMEDY = {
    (True, True): "Give the cluster `kubectl_provider_options=KubectlProviderOptions(kubectl_layer=…)`.",
    (True, False): "Give `kubectl_provider=` to `from_cluster_attributes`: one made for this cluster, or "
    "`KubectlProvider.from_kubectl_provider_attributes(…)`.",
    (False, True): "Give the cluster `kubectl_layer=`.",
    (False, False): "Give `kubectl_role_arn=` and `kubectl_layer=` to `from_cluster_attributes`, or `kubectl_provider=`.",
}
