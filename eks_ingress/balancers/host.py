"""What load balancers are added to: a cluster with a controller, whoever installed it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import jsii
from aws_cdk import Stack
from constructs import Construct, IConstruct, IDependable, IValidation

from eks_ingress.balancers.application import ApplicationLoadBalancer
from eks_ingress.controller import chart
from eks_ingress.controller.cluster import Cluster
from eks_ingress.controller.logical_ids import alphanumeric
from eks_ingress.manifests.manifest import Manifest
from eks_ingress.plan.build import plan
from eks_ingress.plan.model import Plan
from eks_ingress.refusal import Problem, Refusals
from eks_ingress.routing.backend import TargetType
from eks_ingress.routing.balancer import Scheme
from eks_ingress.routing.health import HealthCheck
from eks_ingress.routing.listener import Listener
from eks_ingress.routing.names import require_subdomain
from eks_ingress.source import caller

if TYPE_CHECKING:
    from eks_ingress.controller.cluster import AnyCluster

_in_app: WeakKeyDictionary[IConstruct, list[BalancerHost]] = WeakKeyDictionary()


class BalancerHost(Construct):
    """A cluster whose controller makes load balancers: an `EksIngress`, or what `EksIngress.from_existing` gives."""

    def __init__(self, scope: Construct, id: str, *, cluster: AnyCluster, view: Cluster, ingress_class_name: str) -> None:
        """Made by `EksIngress` and `EksIngress.from_existing`.

        :param cluster: the cluster as the user passed it in.
        :param view: the same as this package sees it.
        :param ingress_class_name: the IngressClass of the controller.
        """
        super().__init__(scope, id)
        self.source = caller(self.node.path)
        """The line that made it."""
        self.cluster = cluster
        """The cluster, as it was passed in."""
        self.view = view
        """The cluster as this package sees it, whichever module of the CDK it is from."""
        self._ingress_class_name = ingress_class_name
        self._balancers: list[ApplicationLoadBalancer] = []
        _in_app.setdefault(self.node.root, []).append(self)
        self.node.add_validation(_Validation(self))

    @property
    def ingress_class_name(self) -> str:
        """The IngressClass of the controller."""
        return self._ingress_class_name

    @property
    def before_load_balancers(self) -> Sequence[IDependable]:
        """What must be there before an Ingress, and stay until it is gone."""
        return ()

    @property
    def load_balancers(self) -> tuple[ApplicationLoadBalancer, ...]:
        """All load balancers that were added, from whichever stack."""
        return tuple(self._balancers)

    def add_load_balancer(
        self,
        id: str,
        *,
        namespace: str,
        scheme: Scheme = Scheme.INTERNAL,
        listeners: Sequence[Listener] = (Listener.http(),),
        target_type: TargetType = TargetType.IP,
        health_check: HealthCheck = HealthCheck(),
        name: str | None = None,
        group_name: str | None = None,
    ) -> ApplicationLoadBalancer:
        """Adds an application load balancer in the stack of the controller; in another, make an `ApplicationLoadBalancer`.

        The arguments are those of `ApplicationLoadBalancer`.
        """
        return ApplicationLoadBalancer(
            self,
            id,
            ingress=self,
            namespace=namespace,
            scheme=scheme,
            listeners=listeners,
            target_type=target_type,
            health_check=health_check,
            name=name,
            group_name=group_name,
        )

    def register(self, balancer: ApplicationLoadBalancer) -> None:
        """Takes a new load balancer into the plan and the checks; `ApplicationLoadBalancer` calls it."""
        self._balancers.append(balancer)

    def plan(self) -> Plan:
        """What the controller will build from all that was added up to now."""
        return plan(self.manifests(), {self._ingress_class_name}, chart.DEFAULT_TARGET_TYPE)

    def manifests(self) -> list[Manifest]:
        """The Ingresses of all load balancers, as they will be applied."""
        return [manifest for balancer in self._balancers for manifest in balancer.manifests()]

    def problems(self) -> list[Problem]:
        """All that would not work in the cluster, of all load balancers."""
        found = [problem for balancer in self._balancers for problem in balancer.problems()]
        found += self._shared_names()
        return found if found else list(self.plan().problems)

    def _shared_names(self) -> list[Problem]:
        """A problem for each load balancer whose group, or one of whose Ingresses, belongs to another one."""
        found: list[Problem] = []
        owners: dict[tuple[str, str], ApplicationLoadBalancer] = {}
        for balancer in self._balancers:
            names = [("group", balancer.group_name)]
            names += [("Ingress", f"{manifest.namespace}/{manifest.name}") for manifest in balancer.manifests()]
            for kind, name in names:
                owner = owners.setdefault((kind, name), balancer)
                if owner is not balancer:
                    found.append(
                        Problem(
                            f"{kind} {name!r} belongs to the load balancer in {owner.source} as well.",
                            "Give one of them another id, or another `name=`" + (" or `group_name=`." if kind == "group" else "."),
                            balancer.source,
                        )
                    )
                    break
        return found


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
    for other in _in_app.get(scope.node.root, ()):
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


@jsii.implements(IValidation)
class _Validation:
    """Tells CDK, when the whole tree is there, what is wrong with it."""

    def __init__(self, host: BalancerHost) -> None:
        self._host = host

    def validate(self) -> list[str]:
        return [str(problem) for problem in self._host.problems()]
