"""What load balancers are added to: a cluster with a controller, whoever installed it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload
from weakref import WeakKeyDictionary

import jsii
from aws_cdk import Annotations, Stack, Stage
from constructs import Construct, IConstruct, IDependable, IValidation

from eks_ingress.balancers.application import ApplicationLoadBalancer
from eks_ingress.balancers.applied import Applied
from eks_ingress.balancers.handover import when_complete
from eks_ingress.balancers.ingress_class import KubernetesIngressClass
from eks_ingress.balancers.keywords import with_keywords_of
from eks_ingress.balancers.network import NetworkLoadBalancer
from eks_ingress.balancers.plain import KubernetesIngress
from eks_ingress.balancers.routes import RouteHolder
from eks_ingress.balancers.shared import SharedLoadBalancer
from eks_ingress.checks.check import Finding
from eks_ingress.checks.region import elsewhere
from eks_ingress.checks.registry import find
from eks_ingress.controller import chart
from eks_ingress.controller.cluster import Cluster
from eks_ingress.controller.logical_ids import alphanumeric, logical_id
from eks_ingress.manifests.assembly import placeholder
from eks_ingress.manifests.manifest import Manifest
from eks_ingress.manifests.through_cdk8s import through_cdk8s
from eks_ingress.plan.build import plan
from eks_ingress.plan.facts import Facts
from eks_ingress.plan.flags import ControllerFlags
from eks_ingress.plan.model import Plan
from eks_ingress.refusal import Problem, Refusals
from eks_ingress.report.plan_json import document
from eks_ingress.report.remarks import remarks
from eks_ingress.routing.ingress import Ingress
from eks_ingress.routing.names import require_subdomain
from eks_ingress.source import caller
from eks_ingress.tokens import tokens_of

if TYPE_CHECKING:
    from eks_ingress.controller.cluster import AnyCluster

_READINESS_GATE = {"elbv2.k8s.aws/pod-readiness-gate-inject": "enabled"}
"""The label by which the controller adds its readiness gate to new pods (controller documentation, "Pod readiness gate")."""

_in_app: WeakKeyDictionary[IConstruct, list[BalancerHost]] = WeakKeyDictionary()


class BalancerHost(Construct):
    """A cluster whose controller makes load balancers: an `EksIngress`, or what `EksIngress.from_existing` gives."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        cluster: AnyCluster,
        view: Cluster,
        ingress_class_name: str,
        facts: Facts = Facts(),
    ) -> None:
        """Made by `EksIngress` and `EksIngress.from_existing`.

        :param cluster: the cluster as the user passed it in.
        :param view: the same as this package sees it.
        :param ingress_class_name: the IngressClass of the controller.
        :param facts: what is stated of AWS.
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
        self._planned: tuple[list[Manifest], Plan] = ([], Plan(()))
        self._found: tuple[Plan | None, list[Finding]] = (None, [])
        self._bodies: dict[int, tuple[Manifest, dict[str, Any]]] = {}
        self._labelled: dict[str, tuple[Mapping[str, str], list[Applied]]] = {}
        self.facts = facts
        """What is stated of AWS, for the plan and the checks."""
        when_complete(self, self.complete)
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
        return tuple(member for member in self._members if isinstance(member, ApplicationLoadBalancer))

    @property
    def members(self) -> tuple[Applied, ...]:
        """All that was added, from whichever stack."""
        return tuple(self._members)

    @with_keywords_of(ApplicationLoadBalancer.__init__)
    def add_load_balancer(self, id: str, **settings: Any) -> ApplicationLoadBalancer:
        """Adds an application load balancer in the stack of the controller; in another, make an `ApplicationLoadBalancer`.

        The arguments are those of `ApplicationLoadBalancer`.
        """
        return ApplicationLoadBalancer(self, id, self, **settings)

    @overload
    def load_balancer(self, id: str) -> ApplicationLoadBalancer: ...

    @overload
    def load_balancer(
        self, id: str, scope: Construct, *, namespace: str | None = None, name: str | None = None, band: int | None = None
    ) -> SharedLoadBalancer: ...

    def load_balancer(
        self,
        id: str,
        scope: Construct | None = None,
        *,
        namespace: str | None = None,
        name: str | None = None,
        band: int | None = None,
    ) -> ApplicationLoadBalancer | SharedLoadBalancer:
        """A load balancer that was added before, to add routes to it; with a scope in another stack, for routes of that stack.

        :param id: id of the load balancer.
        :param scope: where the Ingresses of the routes are to be made. Default: with those of the load balancer.
        :param namespace: see `SharedLoadBalancer`, like `name` and `band`.
        :param name: what sets the Ingresses apart.
        :param band: which of several parts comes first.

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
        return SharedLoadBalancer(scope, id, self, load_balancer=found[0], namespace=namespace, name=name, band=band)

    def add_ingress(self, id: str, spec: Ingress) -> KubernetesIngress:
        """Adds one Ingress as it is written, in the stack of the controller; in another, make a `KubernetesIngress`.

        :param id: id of the construct, after which the Ingress is named if `spec` names none.
        :param spec: the Ingress in typed words.
        """
        return KubernetesIngress(self, id, self, spec)

    @with_keywords_of(KubernetesIngressClass.__init__)
    def add_class(self, id: str, **settings: Any) -> KubernetesIngressClass:
        """Adds an IngressClass of the controller, with what it decides for all Ingresses that name it.

        The arguments are those of `KubernetesIngressClass`.
        """
        return KubernetesIngressClass(self, id, self, **settings)

    @with_keywords_of(NetworkLoadBalancer.__init__)
    def add_network_load_balancer(self, id: str, **settings: Any) -> NetworkLoadBalancer:
        """Adds a network load balancer in the stack of the controller; in another, make a `NetworkLoadBalancer`.

        The arguments are those of `NetworkLoadBalancer`.
        """
        return NetworkLoadBalancer(self, id, self, **settings)

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

    @property
    def flags(self) -> ControllerFlags:
        """What the controller is told on its command line, as far as that is known."""
        names = frozenset(self.class_names)
        return ControllerFlags(self.view.name, names, self._ingress_class_name, default_target_type=chart.DEFAULT_TARGET_TYPE)

    def plan(self) -> Plan:
        """What the controller will build from all that was added up to now."""
        return self.plan_of(self._members)

    def plan_of(self, members: Sequence[Applied]) -> Plan:
        """What the controller will build from some of what was added, and all classes."""
        classes = [member for member in self._members if isinstance(member, KubernetesIngressClass) and member not in members]
        manifests = [manifest for member in (*classes, *members) for manifest in member.manifests()]
        # The whole plan is asked for by the warnings, by the validation and by users' tests.
        if [*map(id, manifests)] != [*map(id, self._planned[0])] or not manifests:
            self._planned = (manifests, plan(manifests, self.flags, self.facts))
        return self._planned[1]

    def manifests(self) -> list[Manifest]:
        """The objects of all that was added, as they will be applied."""
        return [manifest for member in self._members for manifest in member.manifests()]

    def problems(self) -> list[Problem]:
        """All that would not work in the cluster, of all that was added."""
        found = [problem for member in self._members for problem in member.problems()]
        found += self._shared_names()
        if found:
            return found
        found += self.plan().problems
        found += [finding.problem for finding in self._findings() if finding.is_error]
        return [*found, *elsewhere(self.manifests(), self.view.region)]

    def _findings(self) -> list[Finding]:
        """What the checks find, but for what the plan refuses itself, and what somebody acknowledged."""
        plan = self.plan()
        if self._found[0] is not plan:
            self._found = (plan, [finding for finding in find(plan) if not finding.refused])
        places = {member.source.construct: member for member in self._members}
        return [x for x in self._found[1] if x.acknowledged is None and not _is_acknowledged(x, places.get(x.source.construct))]

    def write_plan(self) -> None:
        """Writes the plan beside the template, into the cloud assembly: `STACK.INGRESS.plan.json`."""
        if not self._members:
            return
        stack = Stack.of(self)
        told = json.dumps(document(self.plan(), remarks(self._findings(), ())))
        tokens = sorted(tokens_of(told))
        known = stack.resolve(tokens) if tokens else []
        for token, value in zip(tokens, known, strict=True):
            told = told.replace(token, placeholder(value))
        name = f"{stack.artifact_id}.{alphanumeric(self.id)}.plan.json"
        Path(Stage.of(self).outdir, name).write_text(told + "\n", "utf-8")  # type: ignore[union-attr]

    def bodies_of(self, manifests: Sequence[Manifest]) -> Iterator[tuple[Manifest, dict[str, Any]]]:
        """Objects as cdk8s writes them; those of all members at once, since each way to Node costs."""
        if any(id(manifest) not in self._bodies for manifest in manifests):
            new = [manifest for manifest in (*self.manifests(), *manifests) if id(manifest) not in self._bodies]
            new = list({id(manifest): manifest for manifest in new}.values())
            self._bodies |= {id(manifest): (manifest, body) for manifest, body in zip(new, through_cdk8s(new), strict=True)}
        for manifest in manifests:
            yield self._bodies[id(manifest)]

    def complete(self) -> None:
        """Tells and makes what can be known only when the tree is complete."""
        for member in self._members:
            if member.is_below_host:
                member.hand_over()
        places = {member.source.construct: member for member in self._members}
        for finding in self._findings():
            if finding.is_error:
                continue
            place = places.get(finding.source.construct, self)
            Annotations.of(place).add_warning_v2(f"eks-ingress:{finding.check.id}", str(finding))
        for what, (labels, members) in self._labelled.items():
            done: set[str] = set()
            for member in members:
                for namespace in sorted(member.namespaces() - done):
                    done.add(namespace)
                    unmoved = logical_id(self.id, what, namespace)
                    self.view.label_namespace(member, f"{what}.{namespace}", namespace, labels, unmoved)

    def _shared_names(self) -> list[Problem]:
        """A problem for each member whose group, or one of whose objects, belongs to another one."""
        found: list[Problem] = []
        owners: dict[tuple[str, str], Applied] = {}
        for member in self._members:
            names = [("group", member.group_name)] if isinstance(member, ApplicationLoadBalancer) else []
            names += [(made.kind, made.full_name) for made in member.manifests()]
            for kind, name in names:
                owner = owners.setdefault((kind, name), member)
                if owner is not member:
                    found.append(
                        Problem(
                            f"{kind} {name!r} belongs to {owner.source} as well.",
                            "Give one of them another id, or another `name=`" + (" or `group_name=`." if kind == "group" else "."),
                            member.source,
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
        problems = self._host.problems()
        if not problems:
            self._host.write_plan()
        return [str(problem) for problem in problems]


def _is_acknowledged(finding: Finding, member: Applied | None) -> bool:
    """Whether somebody said so, of the construct or of the load balancer that it is a part of."""
    if member is None or not finding.check.can_be_acknowledged:
        return False
    return finding.id in member.acknowledged or (isinstance(member, RouteHolder) and finding.id in member.whole.acknowledged)
