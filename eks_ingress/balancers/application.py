"""ApplicationLoadBalancer: a load balancer for HTTP, made of the routes that are added to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import jsii
from aws_cdk import IStableStringProducer, Lazy
from constructs import Construct, IDependable

from eks_ingress.balancers.addressed import Addressed
from eks_ingress.balancers.routes import RouteHolder
from eks_ingress.balancers.scope_tags import ScopedTags
from eks_ingress.balancers.subnets import ChosenSubnets, chosen
from eks_ingress.manifests.manifest import Manifest
from eks_ingress.plan.model import LoadBalancer
from eks_ingress.refusal import Problem, Refusals, Refused
from eks_ingress.routing.attributes import LoadBalancerAttributes
from eks_ingress.routing.auth import Auth
from eks_ingress.routing.backend import Backend, require_backend
from eks_ingress.routing.balancer import Balancer
from eks_ingress.routing.bands import BANDS
from eks_ingress.routing.compiler import compile_routes, repeated
from eks_ingress.routing.frontend import FrontendNlb
from eks_ingress.routing.ingress import Ingress
from eks_ingress.routing.listener import Listener
from eks_ingress.routing.names import slug
from eks_ingress.routing.needs import unmet
from eks_ingress.routing.network import SecurityGroups
from eks_ingress.routing.scheme import IpAddressType, Scheme
from eks_ingress.routing.settings import LoadBalancerSettings
from eks_ingress.routing.targets import Targets
from eks_ingress.routing.web_acl import WafClassic, WebAcl
from eks_ingress.source import caller

if TYPE_CHECKING:
    from eks_ingress.balancers.host import BalancerHost
    from eks_ingress.balancers.hosted_zones import Kind
    from eks_ingress.balancers.ingress_class import KubernetesIngressClass
    from eks_ingress.balancers.shared import SharedLoadBalancer


class ApplicationLoadBalancer(Addressed, RouteHolder):
    """An application load balancer. `EksIngress.add_load_balancer` makes one; make it yourself to have it in another stack.

    Routes are added in any order: the most specific takes a request (see `add_route`). They become Ingress objects of one group
    when the app is synthesized. The order of things is: the controller, the Ingresses, whatever uses `dns_name`; on destroy the
    other way round.

    The namespace and the Services must be there before traffic can flow. If this app makes them, say so:
    `balancer.node.add_dependency(manifest)`.

    Facts: controller documentation, "IngressGroup", "Ingress annotations".
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        ingress: BalancerHost,
        *,
        namespace: str,
        scheme: Scheme | None = None,
        listeners: Sequence[Listener] = (Listener.http(),),
        targets: Targets = Targets(),
        auth: Auth | None = None,
        default: Backend | None = None,
        ip_address_type: IpAddressType | None = None,
        subnets: ChosenSubnets = (),
        security_groups: SecurityGroups | None = None,
        attributes: LoadBalancerAttributes | None = None,
        tags: Mapping[str, str] | None = None,
        web_acl: WebAcl | None = None,
        waf_classic: WafClassic | None = None,
        shield: bool | None = None,
        minimum_capacity: int | None = None,
        customer_owned_ipv4_pool: str | None = None,
        ipam_ipv4_pool: str | None = None,
        frontend_nlb: FrontendNlb | None = None,
        load_balancer_name: str | None = None,
        ingress_class: KubernetesIngressClass | str | None = None,
        pod_readiness_gate: bool = False,
        labels: Mapping[str, str] | None = None,
        annotations: Mapping[str, str] | None = None,
        name: str | None = None,
        group_name: str | None = None,
        take_over: bool = False,
    ) -> None:
        """Adds a load balancer. What is wrong with it is reported when the app is synthesized, with everything else.

        :param ingress: the controller that makes it.
        :param namespace: the Kubernetes namespace of its Ingresses, and of the Services that name no other.
        :param scheme: from where it can be reached. Changing it replaces the load balancer. Default: from within the VPC.
        :param listeners: its ports. Default: HTTP on port 80.
        :param targets: how targets are reached and checked, where a Service says nothing. Default: pods, as the controller does it.
        :param auth: what clients must show on HTTPS listeners, where a route says nothing. Default: nothing.
        :param default: what becomes of requests that no route takes. Default: they are answered with 404.
        :param ip_address_type: IPv4, or IPv6 as well. Default: IPv4.
        :param subnets: ids, values of their tag `Name`, subnets of the CDK, or a `SubnetSelection` of the cluster's VPC; in two
            zones or more. Default: those of the VPC with the tag `kubernetes.io/role/elb` (internet-facing) or
            `kubernetes.io/role/internal-elb`.
        :param security_groups: who may reach it: `SecurityGroups.managed(inbound_cidrs=[…])` or `SecurityGroups.given(group)`.
            Default: a group that the controller makes and that lets in everyone on its ports.
        :param attributes: time-outs, logs, header handling and so on. Default: as Elastic Load Balancing has them.
        :param tags: AWS tags of all that is made for it, over those of `Tags.of(…)`. Default: those, and the controller's own.
        :param web_acl: web ACL of AWS WAF. Default: as it is in AWS.
        :param waf_classic: web ACL of AWS WAF Classic. Default: as it is in AWS.
        :param shield: whether AWS Shield Advanced protects it. Default: as it is in AWS.
        :param minimum_capacity: reserved capacity in load balancer capacity units, 0 for none. Default: as it is in AWS.
        :param customer_owned_ipv4_pool: id of a pool of customer-owned addresses, on AWS Outposts. Default: none.
        :param ipam_ipv4_pool: id of the IPAM pool that its addresses come from. Default: none.
        :param frontend_nlb: a network load balancer in front of it, for fixed addresses or AWS PrivateLink. Default: none.
        :param load_balancer_name: its name in AWS, at most 32 characters; no effect on one that exists. Default: the controller's.
        :param ingress_class: what `add_class` gave, or the name of a class that is there. Default: that of the controller.
        :param pod_readiness_gate: whether pods count as ready only when they are healthy targets: labels the namespaces of the
            Services for the controller, for pods that are made from then on. Default: no.
        :param labels: labels of each of its Ingresses. Default: none.
        :param annotations: annotations of each of its Ingresses for others than the controller, as for Argo CD; those of the
            controller have typed words. Default: none.
        :param name: name of its Ingress, from which further ones derive theirs. Default: the id, as `public-api` for `PublicApi`.
        :param group_name: name of the group that its Ingresses form, at most 63 characters; unique in the cluster, since an
            Ingress of any namespace that names it joins it. Changing it replaces the load balancer. Default: the class's, or
            NAMESPACE.NAME.
        :param take_over: whether Ingresses of its names that are in the cluster already are changed to its own, and are this
            stack's from then on. Default: they are an error at deploy.
        """
        own_class = None if isinstance(ingress_class, str) else ingress_class
        super().__init__(scope, id, ingress, [own_class] if own_class else [], take_over=take_over)
        name = slug(id, 63) if name is None else name
        of_class = own_class.settings.group_name if own_class else None
        self._group_name = group_name or of_class or f"{namespace}.{name}"
        of_addresses = own_class.settings.ip_address_type if own_class else None
        self._ip_address_type = of_addresses or ip_address_type or IpAddressType.IPV4
        named = ingress_class if isinstance(ingress_class, str) else ingress.ingress_class_name
        self.class_name = own_class.class_name if own_class else named
        self._default: Backend | None = None
        self._balancer: Balancer | None = None
        self._tags = ScopedTags(tags or {}, self.source)
        self._parts: list[SharedLoadBalancer] = []
        self._found: list[Problem] | None = None
        if pod_readiness_gate:
            ingress.gate_pods_of(self)
        refusals = Refusals(self.source)
        refusals.require(
            of_class is None or group_name in (None, of_class),
            "group_name",
            group_name,
            f"would have no effect, since the class puts all of its Ingresses into the group {of_class!r}",
            "Leave it out, or take `group_name` out of the class.",
        )
        if default is not None:
            require_backend(refusals, "default", default)
        if not refusals.problems:
            self._default = default
        with refusals.gather():
            settings = LoadBalancerSettings(
                scheme=scheme,
                ip_address_type=ip_address_type,
                load_balancer_name=load_balancer_name,
                subnets=chosen(ingress.view, subnets),
                security_groups=security_groups,
                customer_owned_ipv4_pool=customer_owned_ipv4_pool,
                ipam_ipv4_pool=ipam_ipv4_pool,
                attributes=attributes,
                tags=tags or {},
                web_acl=web_acl,
                waf_classic=waf_classic,
                shield=shield,
                minimum_capacity=minimum_capacity,
                frontend_nlb=frontend_nlb,
            )
            self._balancer = Balancer(
                name=name,
                namespace=namespace,
                group_name=self._group_name,
                class_name=self.class_name,
                settings=settings,
                listeners=tuple(listeners),
                targets=targets,
                auth=auth,
                overridden=own_class.overridden if own_class else frozenset(),
                labels=labels or {},
                annotations=annotations or {},
            )
            if attributes is not None or frontend_nlb is not None:
                from eks_ingress.balancers.log_buckets import log_findings  # noqa: PLC0415 - few keep logs

                self.found += log_findings(self, self.source, settings)
        self._problems += refusals.problems

    @property
    def group_name(self) -> str:
        """Name of the group that its Ingresses form."""
        return self._group_name

    @property
    def frontend_dns_name(self) -> str:
        """The address of the network load balancer in front of it, known at deploy time. Raises `Refused` where there is none."""
        refusals = Refusals(caller(self.source.construct))
        refusals.require(
            self._has_frontend,
            "frontend_nlb",
            None,
            "is not said, so that there is no network load balancer in front",
            "Write `frontend_nlb=FrontendNlb(…)`, or read `dns_name`.",
        )
        refusals.settle()
        return self._address(1)

    @property
    def clients_address(self) -> str:
        """The address that a name is to lead to: that of the network load balancer in front, where there is one."""
        return self.frontend_dns_name if self._has_frontend else self.dns_name

    @property
    def kind_of_address(self) -> Kind:
        """Of which kind of load balancer that address is."""
        from eks_ingress.balancers.hosted_zones import Kind  # noqa: PLC0415 - few apps make records

        return Kind.NETWORK if self._has_frontend else Kind.APPLICATION

    @property
    def ip_address_type(self) -> IpAddressType:
        """Which addresses clients reach it under: what its class decides, or else what it says itself."""
        return self._ip_address_type

    @property
    def minutes_to_address(self) -> int:
        """With a frontend, the controller writes no address before that has the load balancer, once it is active, as a target."""
        return 10 if self._has_frontend else 5

    @property
    def _has_frontend(self) -> bool:
        return self._balancer is not None and self._balancer.settings.frontend_nlb is not None

    def object_with_address(self) -> tuple[str, str, str]:
        """Its last Ingress, known when all routes are there."""
        self.recompile()
        return "ingress", Lazy.string(_LastIngress(self, "name")), Lazy.string(_LastIngress(self, "namespace"))

    @property
    def own_annotations(self) -> Mapping[str, str]:
        """What it was given as annotations for others than the controller."""
        return {} if self._balancer is None else self._balancer.annotations

    def annotate_anew(self) -> None:
        """Has its Ingresses made anew."""
        self.recompile()

    def named(self, holder: RouteHolder, made: list[Ingress]) -> list[Ingress]:
        """Ingresses of its own or of a part with what ExternalDNS is told: names on one of all, a TTL on each that says none."""
        told = self._external_dns
        if told is None or not made:
            return made
        made = [
            ingress
            if ingress.annotations.keys() & told.of_ttl.keys()
            else replace(ingress, annotations={**ingress.annotations, **told.of_ttl})
            for ingress in made
        ]
        if self.speaking is holder:
            made[-1] = replace(made[-1], annotations={**made[-1].annotations, **told.of_names})
        return made

    @property
    def plan(self) -> LoadBalancer:
        """The load balancer that the controller will build from the routes added up to now, whoever added them.

        Raises `Refused` with what is wrong with it.
        """
        self.host.look_up_tags()
        if problems := self.problems():
            raise Refused(problems)
        alone = [member for member in self.host.members if not isinstance(member, RouteHolder)]
        planned = self.host.judge.plan_of([self, *self._parts, *alone])
        own = next((found for found in planned.load_balancers if found.group == self._group_name), None)
        if own is None:
            raise Refused(planned.problems)
        return own

    @property
    def balancer(self) -> Balancer | None:
        """Its settings, None where something is wrong with them."""
        return self._balancer

    @property
    def parts(self) -> tuple[SharedLoadBalancer, ...]:
        """What others add routes to, in the order in which their routes are tried."""
        return tuple(sorted(self._parts, key=self.band_of))

    def band_of(self, part: SharedLoadBalancer) -> int:
        """The order band of a part: the one that it asked for, or by its name one of those that are free."""
        if part.wanted_band is not None:
            return part.wanted_band
        taken = {other.wanted_band for other in self._parts}
        free = (band for band in range(1, BANDS + len(self._parts) + 1) if band not in taken)
        names = sorted(other.name for other in self._parts if other.wanted_band is None)
        return dict(zip(names, free, strict=False))[part.name]

    @property
    def speaking(self) -> RouteHolder:
        """Who says what only one Ingress of the group may say: itself if it has one, or else the first part that has."""
        if self._routes or self._default is not None:
            return self
        return next((part for part in self.parts if part.routes), self)

    def join(self, part: SharedLoadBalancer) -> None:
        """Takes in a part; `SharedLoadBalancer` calls it."""
        self._parts.append(part)
        self.recompile()

    def hand_over(self) -> list[IDependable]:
        """Makes the resources that apply its Ingresses, before its address is read."""
        made = super().hand_over()
        self.read_after(made)
        return made

    def namespaces(self) -> set[str]:
        """The namespaces of its Ingresses, and of those of its parts."""
        return {made.namespace for holder in (self, *self._parts) for made in holder.manifests()}

    def auths(self) -> list[Auth | None]:
        """What its routes ask of clients, and what is asked where they say nothing."""
        return [*super().auths(), None if self._balancer is None else self._balancer.auth]

    @property
    def takes_tags(self) -> bool:
        """They are."""
        return True

    def take_tags(self, tags: Mapping[str, str]) -> None:
        """Takes on the tags of `Tags.of(…)`, in place of those that it took on before."""
        if self._balancer is not None and self._tags.take(tags):
            settings = replace(self._balancer.settings, tags=self._tags.all)
            self._balancer = replace(self._balancer, settings=settings)
            self.forget()

    def forget(self) -> None:
        """Forgets what was made of the routes up to now, its own and those of its parts: who says what depends on all of them."""
        self._found = None
        for holder in (self, *self._parts):
            holder._compiled = None

    def problems(self) -> list[Problem]:
        """All that is wrong with it and with all of its routes."""
        if self._found is None:
            self._found = self._find_problems()
        return self._found

    def _find_problems(self) -> list[Problem]:
        parts = self.parts
        found = [*self._problems, *self._tags.problems, *(problem for part in parts for problem in part.own_problems())]
        routes = [route for holder in (*parts, self) for route in holder.routes]
        found += repeated(routes)
        if not found and not routes and self._default is None:
            remedy = 'Write `add_route("/", Service(name, port))`.'
            found.append(Problem("the load balancer has no routes, so that none would be made.", remedy, self.source))
        if not found and self._values and not self._routes and self._default is None:
            remedy = "Give it a `default=`, or a route of its own."
            found.append(Problem("dns_name is read from its own Ingress, and all routes are of others.", remedy, self.source))
        if self._balancer is not None and not found:
            found += unmet(self._balancer, routes, self._default, self.source)
        if len(parts) > BANDS:
            found.append(
                Problem(f"there are {len(parts)} parts, and order bands for {BANDS}.", "Make a second load balancer.", self.source)
            )
        if not found:
            found += [problem for part in parts for problem in part.too_long()]
        if not found:
            found += [problem for holder in (*parts, self) for problem in holder.unwritable()]
        return found

    @property
    def whole(self) -> ApplicationLoadBalancer:
        """Itself."""
        return self

    def compile(self) -> list[Ingress]:
        """The Ingresses of its own routes."""
        assert self._balancer is not None
        if not self._routes and self._default is None:
            return []
        return compile_routes(self._balancer, self._routes, self.source, default=self._default, stable=self.stable)


@jsii.implements(IStableStringProducer)
class _LastIngress:
    """Name or namespace of a load balancer's last Ingress, the one whose name is least likely to change."""

    def __init__(self, balancer: ApplicationLoadBalancer, part: str) -> None:
        self._balancer = balancer
        self._part = part

    def produce(self) -> str:
        last: Manifest | None = next(reversed(self._balancer.manifests()), None)
        return "" if last is None else str(getattr(last, self._part))
