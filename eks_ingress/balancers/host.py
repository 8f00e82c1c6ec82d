"""What load balancers are added to: a cluster with a controller, whoever installed it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, overload

import jsii
from aws_cdk import aws_iam
from constructs import Construct, IDependable

import eks_ingress
from eks_ingress.balancers.addressed import Addressed
from eks_ingress.balancers.application import ApplicationLoadBalancer
from eks_ingress.balancers.applied import Applied
from eks_ingress.balancers.guards import Guards
from eks_ingress.balancers.handover import when_complete
from eks_ingress.balancers.hosts import hosts_in
from eks_ingress.balancers.judged import Validation
from eks_ingress.balancers.keywords import with_keywords_of
from eks_ingress.balancers.scope_tags import ScopeTags
from eks_ingress.balancers.subnets import ChosenSubnets, tag_subnets
from eks_ingress.controller import chart
from eks_ingress.controller.account import Account
from eks_ingress.controller.cluster import Cluster
from eks_ingress.controller.logical_ids import logical_id
from eks_ingress.manifests.manifest import Manifest
from eks_ingress.refusal import Problem, Refusals
from eks_ingress.routing.ingress import Ingress
from eks_ingress.source import caller

if TYPE_CHECKING:
    from eks_ingress.balancers.alias import Alias
    from eks_ingress.balancers.ingress_class import KubernetesIngressClass
    from eks_ingress.balancers.judge import Judge
    from eks_ingress.balancers.manifests import KubernetesManifests, ManifestSource
    from eks_ingress.balancers.network import NetworkLoadBalancer
    from eks_ingress.balancers.plain import KubernetesIngress
    from eks_ingress.balancers.secret_readers import SecretReaders
    from eks_ingress.balancers.shared import SharedLoadBalancer
    from eks_ingress.balancers.target_group_binding import TargetGroupBinding
    from eks_ingress.controller.cluster import AnyCluster
    from eks_ingress.plan.facts import Facts
    from eks_ingress.plan.flags import ControllerFlags
    from eks_ingress.plan.model import Plan
    from eks_ingress.report.html import Section

_READINESS_GATE = {"elbv2.k8s.aws/pod-readiness-gate-inject": "enabled"}
"""The label by which the controller adds its readiness gate to new pods (controller documentation, "Pod readiness gate")."""


@jsii.implements(aws_iam.IGrantable)
class BalancerHost(Construct):
    """A cluster whose controller makes load balancers: an `EksIngress`, or what `EksIngress.from_existing` gives.

    It can be granted permissions, which its controller's role then has: `key.grant_decrypt(ingress)`.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        cluster: AnyCluster,
        view: Cluster,
        ingress_class_name: str,
        facts: Facts | None = None,
        account: Account | None = None,
        role: aws_iam.IRole | None = None,
        wait_on_delete: timedelta | None = None,
        preflight: bool = False,
    ) -> None:
        """Made by `EksIngress` and `EksIngress.from_existing`.

        :param cluster: the cluster as the user passed it in.
        :param view: the same as this package sees it.
        :param ingress_class_name: the IngressClass of the controller.
        :param facts: what is stated of AWS. Default: nothing.
        :param account: the Kubernetes service account of the controller, None if it is not known.
        :param role: the role of the controller, None if it is not known, or not there yet.
        :param wait_on_delete: how long the load balancers are waited for on destroy, None for not at all.
        :param preflight: whether each object is tried on the API server before it is applied.
        """
        super().__init__(scope, id)
        self.source = caller(self.node.path)
        """The line that made it."""
        self.cluster = cluster
        """The cluster, as it was passed in."""
        self.view = view
        """The cluster as this package sees it, whichever module of the CDK it is from."""
        self._ingress_class_name = ingress_class_name
        self.id = id
        """Its id, as `node.id` says it, without a way to Node."""
        self._members: list[Applied] = []
        self._bodies: dict[int, tuple[Manifest, dict[str, Any]]] = {}
        self._labelled: dict[str, tuple[Mapping[str, str], list[Applied]]] = {}
        self._tagged: set[Applied] = set()
        self._role = role
        self._account = account
        self.preflight = preflight
        """Whether each object is tried on the API server before it is applied."""
        self.guards = Guards(self, wait_on_delete)
        """What stands between load balancers and the controller."""
        self.facts = facts
        """What is stated of AWS, for the plan and the checks; None where nothing is."""
        self.is_well = False
        """Whether it was looked at as a whole, and nothing is wrong."""
        self.section: Section | None = None
        """What the page of the app says of it, once that is written."""
        when_complete(self, self.complete)
        hosts_in(self).append(self)
        self.node.add_validation(Validation(self))

    @property
    def ingress_class_name(self) -> str:
        """The IngressClass of the controller."""
        return self._ingress_class_name

    @property
    def grant_principal(self) -> aws_iam.IPrincipal:
        """Who gets what is granted to it: the controller's role. Raises `Refused` if that is not known."""
        refusals = Refusals(self.source)
        refusals.require(
            self._role is not None,
            "controller",
            self.node.path,
            "was installed by somebody else, and what role it has is not known here",
            "Give `role=` to `EksIngress.from_existing`.",
        )
        refusals.settle()
        assert self._role is not None
        return self._role.grant_principal

    @property
    def before_load_balancers(self) -> Sequence[IDependable]:
        """What must be there before an Ingress, and stay until it is gone."""
        return ()

    @property
    def load_balancers(self) -> tuple[ApplicationLoadBalancer, ...]:
        """All load balancers that were added, from whichever stack."""
        return tuple(member for member in self._members if isinstance(member, ApplicationLoadBalancer))

    @property
    def members(self) -> tuple[Applied, ...]:
        """All that was added, from whichever stack."""
        return tuple(self._members)

    @property
    def aliases(self) -> Iterator[Alias]:
        """The names in hosted zones that lead to its load balancers."""
        return (alias for member in self._members if isinstance(member, Addressed) for alias in member.aliases)

    @with_keywords_of(lambda: ApplicationLoadBalancer)
    def add_load_balancer(self, id: str, **settings: Any) -> ApplicationLoadBalancer:
        """Adds an application load balancer in the stack of the controller; in another, make an `ApplicationLoadBalancer`.

        The arguments are those of `ApplicationLoadBalancer`.
        """
        return ApplicationLoadBalancer(self, id, self, **settings)

    @overload
    def load_balancer(self, id: str) -> ApplicationLoadBalancer: ...

    @overload
    def load_balancer(
        self,
        id: str,
        scope: Construct,
        *,
        namespace: str | None = None,
        name: str | None = None,
        band: int | None = None,
        labels: Mapping[str, str] | None = None,
        annotations: Mapping[str, str] | None = None,
    ) -> SharedLoadBalancer: ...

    def load_balancer(
        self,
        id: str,
        scope: Construct | None = None,
        *,
        namespace: str | None = None,
        name: str | None = None,
        band: int | None = None,
        labels: Mapping[str, str] | None = None,
        annotations: Mapping[str, str] | None = None,
    ) -> ApplicationLoadBalancer | SharedLoadBalancer:
        """A load balancer that was added before, to add routes to it; with a scope in another stack, for routes of that stack.

        :param id: id of the load balancer.
        :param scope: where the Ingresses of the routes are to be made. Default: with those of the load balancer.
        :param namespace: see `SharedLoadBalancer`, like all that follows.
        :param name: what sets the Ingresses apart.
        :param band: which of several parts comes first.
        :param labels: labels of the Ingresses.
        :param annotations: annotations of the Ingresses for others than the controller.

        Raises `Refused` for an id that no load balancer has, or several.
        """
        found = [balancer for balancer in self.load_balancers if balancer.id == id]
        refusals = Refusals(caller(self.node.path))
        refusals.require(
            len(found) == 1,
            "load balancer",
            id,
            "is not there" if not found else f"is there {len(found)} times",
            f"Name one of {sorted(balancer.id for balancer in self.load_balancers)}, which must have been added before.",
        )
        refusals.settle()
        if scope is None:
            return found[0]
        return eks_ingress.SharedLoadBalancer(
            scope,
            id,
            self,
            load_balancer=found[0],
            namespace=namespace,
            name=name,
            band=band,
            labels=labels,
            annotations=annotations,
        )

    def add_ingress(self, id: str, spec: Ingress, *, take_over: bool = False) -> KubernetesIngress:
        """Adds one Ingress as it is written, in the stack of the controller; in another, make a `KubernetesIngress`.

        :param id: id of the construct, after which the Ingress is named if `spec` names none.
        :param spec: the Ingress in typed words.
        :param take_over: whether an Ingress of its name that is in the cluster already is changed to it.
        """
        return eks_ingress.KubernetesIngress(self, id, self, spec, take_over=take_over)

    @with_keywords_of(lambda: eks_ingress.KubernetesIngressClass)
    def add_class(self, id: str, **settings: Any) -> KubernetesIngressClass:
        """Adds an IngressClass of the controller, with what it decides for all Ingresses that name it.

        The arguments are those of `KubernetesIngressClass`.
        """
        return eks_ingress.KubernetesIngressClass(self, id, self, **settings)

    @with_keywords_of(lambda: eks_ingress.NetworkLoadBalancer)
    def add_network_load_balancer(self, id: str, **settings: Any) -> NetworkLoadBalancer:
        """Adds a network load balancer in the stack of the controller; in another, make a `NetworkLoadBalancer`.

        The arguments are those of `NetworkLoadBalancer`.
        """
        return eks_ingress.NetworkLoadBalancer(self, id, self, **settings)

    def add_manifests(self, id: str, *sources: ManifestSource, take_over: bool = False) -> KubernetesManifests:
        """Adds objects that are written already, in the stack of the controller; in another, make a `KubernetesManifests`.

        :param id: id of the construct.
        :param sources: see `KubernetesManifests`, like `take_over`: files, folders, charts of cdk8s, dicts.
        :param take_over: whether objects that are in the cluster already are changed to these.
        """
        return eks_ingress.KubernetesManifests(self, id, self, *sources, take_over=take_over)

    @with_keywords_of(lambda: eks_ingress.TargetGroupBinding)
    def add_target_group_binding(self, id: str, **settings: Any) -> TargetGroupBinding:
        """Binds a target group that the app or somebody else made to a Service; in another stack, make a `TargetGroupBinding`.

        The arguments are those of `TargetGroupBinding`.
        """
        return eks_ingress.TargetGroupBinding(self, id, self, **settings)

    def register(self, member: Applied) -> None:
        """Takes a new member into the plan and the checks; `Applied` calls it."""
        self._members.append(member)

    def gate_pods_of(self, member: Applied) -> None:
        """Has the namespaces of a load balancer's Services labelled, so that their pods wait until they are healthy targets."""
        self.label_namespaces_of(member, "ReadinessGate", _READINESS_GATE)

    def label_namespaces_of(self, member: Applied, what: str, labels: Mapping[str, str]) -> None:
        """Has the namespaces of a load balancer's Services labelled; `what` names the resources that do it."""
        self._labelled.setdefault(what, (labels, []))[1].append(member)

    @property
    def class_names(self) -> set[str]:
        """The IngressClasses of the controller."""
        return {self._ingress_class_name, *(x.class_name for x in self._members if x.class_name is not None)}

    def installed(self) -> list[Manifest]:
        """What comes with the controller, so that nobody else can make it; as far as it is needed to tell it apart."""
        return [self._installed("networking.k8s.io/v1", "IngressClass", self._ingress_class_name)]

    def _installed(self, api_version: str, kind: str, name: str, **metadata: str) -> Manifest:
        return Manifest({"apiVersion": api_version, "kind": kind, "metadata": {"name": name, **metadata}}, self.source)

    @property
    def flags(self) -> ControllerFlags:
        """What the controller is told on its command line, as far as that is known."""
        from eks_ingress.plan.flags import ControllerFlags  # noqa: PLC0415 - as the plan

        names = frozenset(self.class_names)
        return ControllerFlags(self.view.name, names, self._ingress_class_name, default_target_type=chart.DEFAULT_TARGET_TYPE)

    @cached_property
    def judge(self) -> Judge:
        """Who computes what the controller will build, and what is wrong with it."""
        from eks_ingress.balancers.judge import Judge  # noqa: PLC0415 - it loads the plan and all checks, which wait for the routes

        return Judge(self)

    @cached_property
    def secret_readers(self) -> SecretReaders:
        """What lets the controller read the Secrets of sign-in."""
        from eks_ingress.balancers.secret_readers import SecretReaders  # noqa: PLC0415 - as the judge

        return SecretReaders(self, self._account)

    def plan(self) -> Plan:
        """What the controller will build from all that was added up to now."""
        return self.judge.plan_of(self._members)

    def manifests(self) -> list[Manifest]:
        """The objects of all that was added, as they will be applied."""
        return [manifest for member in self._members for manifest in member.manifests()]

    def problems(self) -> list[Problem]:
        """All that would not work in the cluster, of all that was added."""
        return self.judge.problems()

    def tag_subnets(self, *, internet_facing: ChosenSubnets | None = None, internal: ChosenSubnets | None = None) -> None:
        """Tags the subnets of the cluster's VPC, so that the controller finds them for load balancers that name none.

        The tags are `kubernetes.io/role/elb` and `kubernetes.io/role/internal-elb`. A cluster that the app creates tags the public
        and the private subnets of its VPC already, but isolated ones not.

        :param internet_facing: the subnets for load balancers that face the internet. Default: the public ones.
        :param internal: the subnets for the others. Default: the private ones with a way out, or where there are none the isolated
            ones.

        Raises `Refused` for subnets that this app does not make, with the command that tags them, and where there are none.
        """
        tag_subnets(self.view, internet_facing, internal, Refusals(caller(self.source.construct)))

    def bodies_of(self, manifests: Sequence[Manifest]) -> Iterator[tuple[Manifest, dict[str, Any]]]:
        """Objects as cdk8s writes them; those of all typed members at once, since each way to Node costs."""
        if any(id(manifest) not in self._bodies for manifest in manifests):
            from eks_ingress.manifests.through_cdk8s import through_cdk8s  # noqa: PLC0415 - Node takes a while to load cdk8s

            typed = [manifest for member in self._members if not member.as_written for manifest in member.manifests()]
            new = [manifest for manifest in (*typed, *manifests) if id(manifest) not in self._bodies]
            new = list({id(manifest): manifest for manifest in new}.values())
            self._bodies |= {id(manifest): (manifest, body) for manifest, body in zip(new, through_cdk8s(new), strict=True)}
        for manifest in manifests:
            yield self._bodies[id(manifest)]

    def rights_for(self, scope: Applied, manifest: Manifest, after: Sequence[IDependable]) -> Sequence[IDependable]:
        """What the controller must be allowed for one object beside what it is for all: to read the Secret that it names.

        It is made below `scope`, `after` what the object comes after, and must be there as long as the object is.
        """
        return self.secret_readers.of(scope, manifest, after)

    def look_up_tags(self, *, is_complete: bool = False) -> None:
        """Tells load balancers which tags `Tags.of(…)` puts on them; for the last time when the tree is complete.

        What others manage, and what a class decides for all of its load balancers, is none of them.
        """
        pending = [member for member in self._members if member.takes_tags and member not in self._tagged]
        if not pending:
            return
        found, others = ScopeTags(), self.flags.external_tags
        of_class = {x.class_name: x.decides.tags for x in self._members if x.decides is not None}
        for member in pending:
            tags = found.of(member, below=self if member.is_below_host else None)
            decided = {*others, *of_class.get(member.class_name or "", ())}
            member.take_tags({key: value for key, value in tags.items() if key not in decided})
        if is_complete:
            self._tagged.update(pending)

    def complete(self) -> None:
        """Tells and makes what can be known only when the tree is complete."""
        self.look_up_tags(is_complete=True)
        for member in self._members:
            if member.is_below_host:
                member.hand_over()
        for what, (labels, members) in self._labelled.items():
            done: set[str] = set()
            for member in members:
                for namespace in sorted(member.namespaces() - done):
                    done.add(namespace)
                    unmoved = logical_id(self.id, what, namespace)
                    self.view.label_namespace(member, f"{what}.{namespace}", namespace, labels, unmoved)
        self.guards.complete()
