"""ApplicationLoadBalancer: a load balancer for HTTP, made of the routes that are added to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import jsii
from aws_cdk import Annotations, IStableStringProducer, Lazy
from constructs import Construct

from eks_ingress.balancers.handover import when_complete
from eks_ingress.checks.registry import find
from eks_ingress.controller import chart
from eks_ingress.controller.logical_ids import fix_logical_id, logical_id
from eks_ingress.manifests.ingress import manifest
from eks_ingress.manifests.manifest import Manifest
from eks_ingress.manifests.through_cdk8s import through_cdk8s
from eks_ingress.plan.build import plan
from eks_ingress.plan.model import LoadBalancer, Plan
from eks_ingress.refusal import Problem, Refusals, Refused
from eks_ingress.routing.backend import Backend, FixedResponse, Redirect, Service, TargetType
from eks_ingress.routing.balancer import Balancer, Scheme
from eks_ingress.routing.compiler import compile_routes, repeated
from eks_ingress.routing.health import HealthCheck
from eks_ingress.routing.listener import Listener
from eks_ingress.routing.match import Match, Prefix
from eks_ingress.routing.names import slug
from eks_ingress.routing.route import Route
from eks_ingress.source import caller

if TYPE_CHECKING:
    from eks_ingress.balancers.host import BalancerHost


class ApplicationLoadBalancer(Construct):
    """An application load balancer. `EksIngress.add_load_balancer` makes one; make it yourself to have it in another stack.

    Routes are added in any order: the most specific takes a request (see `add_route`). They become Ingress objects of one group
    when the app is synthesized. The order of things is: the controller, the Ingresses, whatever uses `dns_name`; on destroy the
    other way round.

    The namespace and the Services must be there before traffic can flow. If this app makes them, say so:
    `balancer.node.add_dependency(manifest)`.

    Facts: controller documentation, "IngressGroup".
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        ingress: BalancerHost,
        namespace: str,
        scheme: Scheme = Scheme.INTERNAL,
        listeners: Sequence[Listener] = (Listener.http(),),
        target_type: TargetType = TargetType.IP,
        health_check: HealthCheck = HealthCheck(),
        name: str | None = None,
        group_name: str | None = None,
    ) -> None:
        """Adds a load balancer. What is wrong with it is reported when the app is synthesized, with everything else.

        :param ingress: the controller that makes it.
        :param namespace: the Kubernetes namespace of its Ingresses, and of the Services that they send to.
        :param scheme: from where it can be reached. Changing it replaces the load balancer. Default: from within the VPC.
        :param listeners: its ports. Default: HTTP on port 80.
        :param target_type: whether it sends to pods or to ports of nodes, where a Service says nothing. Default: pods.
        :param health_check: how targets are checked, where a Service says nothing. Default: as the controller does it.
        :param name: name of its Ingress, from which further ones derive theirs. Default: the id, as `public-api` for `PublicApi`.
        :param group_name: name of the group that its Ingresses form, at most 63 characters; unique in the cluster, since an
            Ingress of any namespace that names it joins it. Changing it replaces the load balancer. Default: NAMESPACE.NAME.
        """
        super().__init__(scope, id)
        self.source = caller(self.node.path)
        """The line that made it."""
        self._ingress = ingress
        self._namespace = namespace
        name = slug(id, 63) if name is None else name
        self._group_name = f"{namespace}.{name}" if group_name is None else group_name
        self._problems: list[Problem] = []
        self._balancer: Balancer | None = None
        refusals = Refusals(self.source)
        with refusals.gather():
            self._balancer = Balancer(
                name=name,
                namespace=namespace,
                group_name=self._group_name,
                class_name=ingress.ingress_class_name,
                scheme=scheme,
                listeners=tuple(listeners),
                target_type=target_type,
                health_check=health_check,
            )
        self._problems += refusals.problems
        self._routes: list[Route] = []
        self._compiled: list[Manifest] | None = None
        self._dns_name: str | None = None
        when_complete(self, self._hand_over)
        self._ingresses = Construct(self, "Ingresses")
        self._ingresses.node.add_dependency(*ingress.before_load_balancers)
        ingress.register(self)

    @property
    def group_name(self) -> str:
        """Name of the group that its Ingresses form."""
        return self._group_name

    @property
    def dns_name(self) -> str:
        """The address that AWS gives the load balancer, known at deploy time, once the controller has made it."""
        if self._dns_name is None:
            value = self._ingress.view.object_value(
                self,
                "DnsName",
                kind="ingress",
                name=Lazy.string(_FirstIngress(self)),
                namespace=self._namespace,
                path=".status.loadBalancer.ingress[0].hostname",
            )
            value.node.add_dependency(self._ingresses)
            self._dns_name = value.value
        return self._dns_name

    @property
    def plan(self) -> LoadBalancer:
        """The load balancer that the controller will build from the routes added up to now.

        Raises `Refused` with what is wrong with it.
        """
        if problems := self.problems():
            raise Refused(problems)
        planned = self._plan()
        if planned.problems:
            raise Refused(planned.problems)
        return planned.load_balancers[0]

    def add_route(self, match: str | Match, backend: Backend, *, order: int = 0) -> None:
        """Says what becomes of the requests for a host and a path.

        Which of several routes takes a request depends on how specific they are, not on the order in which they are added: an
        exact host goes before a wildcard one, and that before none; then an exact path before a prefix (the longer first)
        before a pattern.

        :param match: host and path as `shop.example.com/cart`, which takes all below it as well; `/cart` for any host;
            `Exact(…)` or `Pattern(…)` for another kind of path.
        :param backend: `Service(…)`, `Redirect(…)` or `FixedResponse(…)`.
        :param order: a route with a lower number is tried before all with a higher one, however specific. Default: 0.
        """
        source = caller(self.source.construct)
        refusals = Refusals(source)
        refusals.require(
            isinstance(backend, (Service, Redirect, FixedResponse)),
            f"backend of route {match!r},",
            backend,
            "is nothing that a route can lead to",
            "Write Service(name, port), Redirect(…) or FixedResponse(…).",
        )
        with refusals.gather():
            wanted = match if isinstance(match, Match) else Prefix(match)
            self._routes.append(Route(wanted, backend, source, order))
        self._problems += refusals.problems
        self._compiled = None

    def problems(self) -> list[Problem]:
        """All that is wrong with it and its routes."""
        found = [*self._problems, *repeated(self._routes)]
        if not found and not self._routes:
            remedy = 'Write `add_route("/", Service(name, port))`.'
            found.append(Problem("the load balancer has no routes, so that none would be made.", remedy, self.source))
        return found

    def manifests(self) -> list[Manifest]:
        """The Ingresses as they will be applied, in group order; none while something is wrong."""
        if self._compiled is None:
            self._compiled = []
            if self._balancer is not None and not self.problems():
                self._compiled = [manifest(x) for x in compile_routes(self._balancer, self._routes, self.source)]
        return self._compiled

    def _plan(self) -> Plan:
        return plan(self.manifests(), {self._ingress.ingress_class_name}, chart.DEFAULT_TARGET_TYPE)

    def _hand_over(self) -> None:
        manifests = self.manifests()
        for made, body in zip(manifests, through_cdk8s(manifests), strict=True):
            resource = self._ingress.view.manifest(self._ingresses, made.name, [body])
            fix_logical_id(resource, logical_id(self._ingress.node.id, made.namespace, made.name))
        for finding in find(self._plan()):
            Annotations.of(self).add_warning_v2(f"eks-ingress:{finding.check.id}", str(finding))


@jsii.implements(IStableStringProducer)
class _FirstIngress:
    """The name of a load balancer's first Ingress, known when the tree is complete."""

    def __init__(self, balancer: ApplicationLoadBalancer) -> None:
        self._balancer = balancer

    def produce(self) -> str:
        return next((made.name for made in self._balancer.manifests()), "")
