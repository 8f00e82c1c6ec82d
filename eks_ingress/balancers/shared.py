"""A part of a load balancer: routes that another team adds to it, in a stack of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from aws_cdk import Stack
from constructs import Construct

from eks_ingress.balancers.routes import RouteHolder
from eks_ingress.refusal import Problem, Refusals
from eks_ingress.routing.bands import BANDS, WIDTH, last_order
from eks_ingress.routing.compiler import compile_routes, without_success_codes
from eks_ingress.routing.ingress import Ingress
from eks_ingress.routing.metadata import require_annotations, require_labels
from eks_ingress.routing.names import require_label, slug
from eks_ingress.routing.units import require_count

if TYPE_CHECKING:
    from eks_ingress.balancers.application import ApplicationLoadBalancer
    from eks_ingress.balancers.host import BalancerHost


class SharedLoadBalancer(RouteHolder):
    """A load balancer that someone else has made, for routes of one's own: what `EksIngress.load_balancer` gives another stack.

    Its Ingresses are in its own stack and join the load balancer's group; what is said of the load balancer is said there once.
    Its routes are tried before those of the load balancer itself, and all of them before or after those of another part, by their
    bands: within a part the most specific takes a request, between parts the earlier band.

    Facts: controller documentation, "IngressGroup".
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        ingress: BalancerHost,
        *,
        load_balancer: ApplicationLoadBalancer,
        namespace: str | None = None,
        name: str | None = None,
        band: int | None = None,
        labels: Mapping[str, str] | None = None,
        annotations: Mapping[str, str] | None = None,
    ) -> None:
        """Joins a load balancer.

        :param ingress: the controller.
        :param load_balancer: the load balancer.
        :param namespace: the Kubernetes namespace of its Ingresses, and of the Services that name no other. Default: the load
            balancer's.
        :param name: what sets its Ingresses apart: they are named after the load balancer and this. Default: the stack's id, as
            `cart-team` for `CartTeam`.
        :param band: its place among the parts, 1 to 50; a lower one is tried first. Default: by name, among those that are free.
        :param labels: labels of its Ingresses, laid over those of the load balancer. Default: those.
        :param annotations: annotations of its Ingresses for others than the controller, laid over those of the load balancer.
            Default: those.
        """
        super().__init__(scope, id, ingress, [load_balancer])
        self._owner = load_balancer
        self.class_name = load_balancer.class_name
        self._namespace = namespace
        self.name = slug(Stack.of(self).node.id, 63) if name is None else name
        """What sets its Ingresses apart."""
        self.wanted_band = band
        """The band that it was given, None where it takes a free one."""
        self._labels, self._annotations = labels or {}, annotations or {}
        refusals = Refusals(self.source)
        require_labels(refusals, self._labels)
        require_annotations(refusals, self._annotations)
        require_label(refusals, "name", self.name)
        whole = f"{load_balancer.balancer.name}-{self.name}" if load_balancer.balancer is not None else self.name
        refusals.require(
            len(whole) <= 63 or bool(refusals.problems),
            "name",
            self.name,
            f"makes {whole!r} of it, which has {len(whole)} characters",
            "Write a shorter `name=`: its Ingress may have 63.",
        )
        if namespace is not None:
            require_label(refusals, "namespace", namespace)
        require_count(refusals, "band", band, 1, BANDS)
        for other in load_balancer.parts:
            refusals.require(
                other.name != self.name,
                "name",
                self.name,
                f"is that of another part of the load balancer, {other.source}",
                "Give one of them another `name=`.",
            )
            refusals.require(
                band is None or other.wanted_band != band,
                "band",
                band,
                f"is that of another part of the load balancer, {other.source}",
                "Give one of them another `band=`.",
            )
        self._problems += refusals.problems
        load_balancer.join(self)

    @property
    def group_name(self) -> str:
        """Name of the group that the Ingresses of the load balancer form."""
        return self._owner.group_name

    @property
    def whole(self) -> ApplicationLoadBalancer:
        """The load balancer that it is a part of."""
        return self._owner

    def own_problems(self) -> list[Problem]:
        """All that is wrong with it; the load balancer reports it."""
        return self._problems

    def too_long(self) -> Iterator[Problem]:
        """A problem if its routes need more Ingresses one after the other than its band has orders."""
        if len(self.compiled()) > WIDTH:
            yield Problem(
                f"the routes need {len(self.compiled())} Ingress objects one after the other, and a part has {WIDTH}.",
                "Let routes with the same settings follow one another, or make a load balancer of your own.",
                self.source,
            )

    def compile(self) -> list[Ingress]:
        """The Ingresses of its routes."""
        balancer = self._owner.balancer
        assert balancer is not None
        settings = balancer.settings if self._owner.speaking is self else without_success_codes(balancer.settings)
        part = replace(
            balancer,
            name=f"{balancer.name}-{self.name}",
            namespace=self._namespace or balancer.namespace,
            settings=settings,
            labels={**balancer.labels, **self._labels},
            annotations={**balancer.annotations, **self._annotations},
        )
        made = compile_routes(part, self._routes, self.source, stable=self.stable)
        # Those of more than a band holds are refused, and may have orders that there are not.
        shift = last_order(self._owner.band_of(self)) if len(made) <= WIDTH else 0
        return [replace(ingress, group_order=(ingress.group_order or 0) + shift) for ingress in made]
