"""What routes are added to: a load balancer, or a part of one that another team has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from eks_ingress.balancers.applied import Applied
from eks_ingress.manifests.ingress import manifest
from eks_ingress.manifests.manifest import Manifest
from eks_ingress.refusal import Problem, Refusals
from eks_ingress.routing.auth import Auth, require_auth
from eks_ingress.routing.backend import Backend, require_backend
from eks_ingress.routing.conditions import Condition
from eks_ingress.routing.ingress import Ingress
from eks_ingress.routing.match import Match, Prefix
from eks_ingress.routing.route import Route
from eks_ingress.routing.transforms import Transform
from eks_ingress.routing.units import several
from eks_ingress.source import caller

if TYPE_CHECKING:
    from constructs import Construct, IDependable

    from eks_ingress.balancers.application import ApplicationLoadBalancer
    from eks_ingress.balancers.host import BalancerHost


class RouteHolder(Applied):
    """Routes, in any order, that become Ingresses when the app is synthesized."""

    class_name: str

    def __init__(
        self, scope: Construct, id: str, ingress: BalancerHost, after: Sequence[IDependable] = (), *, take_over: bool = False
    ) -> None:
        """As `Applied`."""
        super().__init__(scope, id, ingress, after, take_over=take_over)
        self._routes: list[Route] = []
        self._problems: list[Problem] = []
        self._compiled: list[Ingress] | None = None
        self._manifests: list[Manifest] = []

    @property
    def routes(self) -> tuple[Route, ...]:
        """The routes that were added up to now."""
        return tuple(self._routes)

    def add_route(
        self,
        match: str | Match,
        backend: Backend,
        *,
        conditions: Condition | Sequence[Condition] = (),
        transforms: Transform | Sequence[Transform] = (),
        auth: Auth | None = None,
        order: int = 0,
    ) -> None:
        """Says what becomes of the requests for a host and a path.

        Which of several routes takes a request depends on how specific they are, not on the order in which they are added: an
        exact host goes before a wildcard one, and that before none; then an exact path before a prefix (the longer first)
        before a pattern before an expression; then the one with more conditions.

        :param match: host and path as `shop.example.com/cart`, which takes all below it as well; `/cart` for any host;
            `Exact(…)`, `Pattern(…)` or `Regex(…)` for another kind of path.
        :param backend: `Service(…)`, `Forward(…)` to several, `TargetGroup(…)` of someone else, `Redirect(…)` or
            `FixedResponse(…)`.
        :param conditions: what a request must have besides, all of it: `HttpHeader`, `HttpMethod`, `QueryString`, `SourceIp`; and
            further hosts and paths that the route takes, `HostHeader` and `PathPattern`. Default: nothing.
        :param transforms: what is changed before a target gets the request: `UrlRewrite`, `HostRewrite`. Default: nothing.
        :param auth: what clients must show on HTTPS listeners: `Cognito(…)`, `Oidc(…)` or `Jwt(…)`. Default: as the load balancer
            says.
        :param order: a route with a lower number is tried before all with a higher one, however specific. Default: 0.
        """
        source = caller(self.source.construct)
        refusals = Refusals(source)
        require_backend(refusals, f"backend of route {match!r},", backend)
        require_auth(refusals, f"auth of route {match!r},", auth)
        with refusals.gather():
            wanted = match if isinstance(match, Match) else Prefix(match)
            if not refusals.problems:
                self._routes.append(Route(wanted, backend, source, order, several(conditions), several(transforms), auth))
        self._problems += refusals.problems
        self.recompile()

    def auths(self) -> list[Auth | None]:
        """What its routes ask of clients."""
        return [route.auth for route in self._routes]

    def recompile(self) -> None:
        """Forgets the Ingresses that were made of the routes up to now."""
        self.whole.forget()

    def compiled(self) -> list[Ingress]:
        """The Ingresses that its routes become, in group order."""
        if self._compiled is None:
            self._compiled = self.whole.named(self, self.compile())
        return self._compiled

    def manifests(self) -> list[Manifest]:
        """The Ingresses as they will be applied; none while something is wrong with the load balancer."""
        return [] if self.whole.problems() else self._manifests

    def unwritable(self) -> list[Problem]:
        """A problem for each text that no annotation of its Ingresses carries; makes the manifests of those that can be written."""
        self._manifests = []
        refusals = Refusals(self.source)
        for made in self.compiled():
            with refusals.gather():
                self._manifests.append(manifest(made))
        return refusals.problems

    @property
    def acknowledgements(self) -> Mapping[str, str]:
        """What was said of it, and of the load balancer that it is a part of."""
        return {**self.whole.acknowledged, **self.acknowledged}

    @property
    def whole(self) -> ApplicationLoadBalancer:
        """The load balancer that has the routes."""
        raise NotImplementedError

    def compile(self) -> list[Ingress]:
        """Makes Ingresses of its routes."""
        raise NotImplementedError
