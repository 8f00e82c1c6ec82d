"""EksIngress: everything that an EKS cluster needs so that traffic can come in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import jsii
from aws_cdk import Aws, Stack, Validations, aws_iam
from constructs import Construct, IConstruct, IDependable, IValidation

from eks_ingress.balancers.application import ApplicationLoadBalancer
from eks_ingress.balancers.handover import when_complete
from eks_ingress.controller.account import ServiceAccount
from eks_ingress.controller.chart import DEFAULT_TARGET_TYPE, Release, install
from eks_ingress.controller.chart_source import ChartSource
from eks_ingress.controller.cluster import Cluster
from eks_ingress.controller.identity import Identity, role
from eks_ingress.controller.images import Image
from eks_ingress.controller.logical_ids import alphanumeric, fix_logical_id
from eks_ingress.controller.options import ControllerOptions
from eks_ingress.controller.permissions import statements
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
from eks_ingress.tokens import has_token

if TYPE_CHECKING:
    from eks_ingress.controller.cluster import AnyCluster, HelmChart

_NAMESPACE = "kube-system"
_ACCOUNT = "aws-load-balancer-controller"

_in_app: WeakKeyDictionary[IConstruct, list[EksIngress]] = WeakKeyDictionary()


class EksIngress(Construct):
    """The AWS Load Balancer Controller on an EKS cluster, and the load balancers that it makes.

    Attaches to the cluster: the IAM OIDC provider, a managed policy and a role for the controller, its service account, and its
    Helm release. The load balancers come after all of that, and after the cluster's capacity; on destroy they go first, so that
    the controller is there to take them away.

    A cluster has one controller: make one EksIngress for it, and hand it to whoever needs a load balancer, in any stack.

    Raises `Refused` (a ValueError), before anything is created, with all that would not work in the cluster; what is wrong with
    load balancers and routes is reported together when the app is synthesized. Raises `TypeError` if `cluster` is none.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        cluster: AnyCluster,
        identity: Identity | None = None,
        vpc_id: str | None = None,
        ingress_class_name: str = "alb",
        capacity: Sequence[IDependable] | None = None,
        options: ControllerOptions = ControllerOptions(),
        values: Mapping[str, Any] | None = None,
        image: Image = Image.by_region(),
        chart: ChartSource = ChartSource.repository(),
    ) -> None:
        """Installs the controller.

        :param cluster: an `aws_eks_v2.Cluster` or an `aws_eks.Cluster`, created or imported, that has a kubectl provider.
        :param identity: how the controller gets its credentials. Default: `Identity.irsa()`, a role trusted by the cluster's OIDC
            provider.
        :param vpc_id: the VPC of an imported cluster that does not know it. Default: the cluster's.
        :param ingress_class_name: the IngressClass that the chart makes and all Ingresses here name. Default: `alb`.
        :param capacity: what must be there before the controller, and stay as long as it does, since its pods run on it. Default:
            the node groups, Fargate profiles and Auto Scaling groups that the app makes for this cluster.
        :param options: how the controller runs: replicas, resources, where its pods may be, logs, feature gates and the like.
        :param values: values of the Helm chart for which there is no option, laid over those that are set here; as the chart
            ignores what it does not know, a key that it does not know is refused.
        :param image: where the controller's container image comes from. Default: the public registry, or that of the region in
            China, GovCloud and the isolated partitions.
        :param chart: where the Helm chart comes from. Default: the project's public repository.
        """
        view = Cluster(cluster)
        identity = identity or Identity.irsa()
        release = Release(options, values or {}, image, chart)
        self._refuse(scope, id, view, identity, vpc_id, ingress_class_name, release)
        super().__init__(scope, id)
        self.source = caller(self.node.path)
        self.cluster = cluster
        """The cluster, as it was passed in."""
        self.view = view
        """The cluster as this package sees it, whichever module of the CDK it is from."""
        self._ingress_class_name = ingress_class_name
        self._watch_namespace = options.watch_namespace
        self._balancers: list[ApplicationLoadBalancer] = []
        _in_app.setdefault(self.node.root, []).append(self)

        self._oidc_provider = identity.provider(self, view)
        self._policy = aws_iam.ManagedPolicy(
            self,
            "Policy",
            description="AWS Load Balancer Controller",
            document=aws_iam.PolicyDocument(
                minimize=False,
                statements=[aws_iam.PolicyStatement.from_json(statement) for statement in statements(Aws.PARTITION)],
            ),
        )
        self._acknowledge_wildcards()
        self._role = role(self, self._oidc_provider, _NAMESPACE, _ACCOUNT)
        self._role.add_managed_policy(self._policy)
        self._service_account = ServiceAccount(
            self, "ServiceAccount", cluster=view, name=_ACCOUNT, namespace=_NAMESPACE, role=self._role
        )
        self._chart = install(
            self,
            view,
            release,
            vpc_id=vpc_id or view.vpc_id or "",
            namespace=_NAMESPACE,
            service_account=_ACCOUNT,
            ingress_class_name=ingress_class_name,
        )
        # With all below them, such as a policy that the user adds to the role later.
        self._chart.node.add_dependency(self._service_account, self._role, self._policy)
        self._fix_logical_ids()
        self._capacity = capacity
        when_complete(self, self._wait_for_capacity)
        self.node.add_validation(_Validation(self))

    @property
    def oidc_provider(self) -> aws_iam.IOpenIdConnectProvider:
        """The IAM OIDC provider that the role trusts."""
        return self._oidc_provider

    @property
    def policy(self) -> aws_iam.ManagedPolicy:
        """What the controller may do in AWS."""
        return self._policy

    @property
    def role(self) -> aws_iam.Role:
        """The role that the controller's pods take on. Its trust policy is fixed; permissions can be added."""
        return self._role

    @property
    def service_account(self) -> ServiceAccount:
        """The Kubernetes service account of the controller."""
        return self._service_account

    @property
    def chart(self) -> HelmChart:
        """The Helm release. What needs the controller depends on it: `thing.node.add_dependency(ingress.chart)`."""
        return self._chart

    @property
    def ingress_class_name(self) -> str:
        """The IngressClass of the controller."""
        return self._ingress_class_name

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
        manifests: list[Manifest] = [manifest for balancer in self._balancers for manifest in balancer.manifests()]
        return plan(manifests, {self._ingress_class_name}, DEFAULT_TARGET_TYPE)

    def problems(self) -> list[Problem]:
        """All that would not work in the cluster, of all load balancers."""
        found = [problem for balancer in self._balancers for problem in balancer.problems()]
        found += self._shared_names()
        found += self._unwatched()
        if self._capacity is None and self.view.is_known_to_have_no_capacity():
            found.append(
                Problem(
                    f"cluster {self.view.node_path} has nothing that could run a pod, so that the controller would never start.",
                    "Add a node group or a Fargate profile, use Auto Mode, or pass as `capacity=` what the pods will run on.",
                    self.source,
                )
            )
        if self._role.assume_role_policy and self._role.assume_role_policy.statement_count != 1:
            found.append(
                Problem(
                    "the trust policy of the controller's role was added to, which has no effect.",
                    "Make a role of your own for others; this one is the controller's alone.",
                    self.source,
                )
            )
        return found if found else list(self.plan().problems)

    @staticmethod
    def _refuse(
        scope: Construct,
        id: str,
        cluster: Cluster,
        identity: Identity,
        vpc_id: str | None,
        ingress_class_name: str,
        release: Release,
    ) -> None:
        """Raises `Refused` with everything that cannot work."""
        refusals = Refusals(caller(f"{scope.node.path}/{id}"))
        refusals.require(
            cluster.has_kubectl,
            "cluster",
            cluster.node_path,
            "has no kubectl provider, so that nothing can be applied to it",
            _KUBECTL_REMEDY[cluster.is_v2, cluster.created],
        )
        refusals.require(
            bool(vpc_id or cluster.vpc_id),
            "imported cluster",
            cluster.name,
            "has no VPC id, without which the controller finds no subnets",
            "Give `vpc=` to `from_cluster_attributes`, or `vpc_id=` to EksIngress.",
        )
        identity.check(cluster, refusals)
        require_subdomain(refusals, "ingress_class_name", ingress_class_name)
        release.check(cluster.region, refusals)
        refusals.require(
            not cluster.has_alb_controller,
            "cluster",
            cluster.node_path,
            "has CDK's AlbController already, and two controllers would fight over every Ingress",
            "Take `alb_controller=` out of the cluster.",
        )
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
        refusals.settle()

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

    def _unwatched(self) -> list[Problem]:
        """A problem for each load balancer that the controller does not see."""
        watched = self._watch_namespace
        if watched is None or has_token(watched):
            return []
        return [
            Problem(
                f"the load balancer is in namespace {namespace!r}, but the controller watches {watched!r} only.",
                "Put both into one namespace, or leave `watch_namespace` out of the controller's options.",
                balancer.source,
            )
            for balancer in self._balancers
            for namespace in sorted({manifest.namespace for manifest in balancer.manifests()} - {watched})
        ]

    def _wait_for_capacity(self) -> None:
        wanted = list(self.view.capacity()) if self._capacity is None else self._capacity
        if wanted:
            self._chart.node.add_dependency(*wanted)

    def _fix_logical_ids(self) -> None:
        prefix = alphanumeric(self.node.id)
        fix_logical_id(self._policy, f"{prefix}Policy")
        fix_logical_id(self._role, f"{prefix}Role")
        fix_logical_id(self._service_account.manifest, f"{prefix}ServiceAccount")
        fix_logical_id(self._chart, f"{prefix}Chart")
        if provider := self.node.try_find_child("OidcProvider"):
            fix_logical_id(provider, f"{prefix}OidcProvider")

    def _acknowledge_wildcards(self) -> None:
        """Tells cdk-nag why the policy has wildcards: its resources come to be only later, when Ingresses do.

        `Validations.acknowledge` writes the same metadata; before aws-cdk-lib 2.269 it refuses ids with an ARN in them.
        """
        arns = {arn for statement in statements("<AWS::Partition>") for arn in _as_list(statement["Resource"])}
        for arn in sorted(arns):
            self._policy.node.add_metadata(
                Validations.ACKNOWLEDGED_RULES_METADATA_KEY, {f"AwsSolutions::AwsSolutions-IAM5[Resource::{arn}]": _WILDCARDS}
            )


_WILDCARDS = (
    "The controller makes load balancers, target groups and security groups whose ids are not known before; the policy is the one "
    "that its project publishes, and limits most changes to what the controller has tagged as its own."
)
_KUBECTL_REMEDY = {
    (True, True): "Give the cluster `kubectl_provider_options=KubectlProviderOptions(kubectl_layer=…)`.",
    (True, False): "Give `kubectl_provider=` to `from_cluster_attributes`: one made for this cluster, or "
    "`KubectlProvider.from_kubectl_provider_attributes(…)`.",
    (False, True): "Give the cluster `kubectl_layer=`.",
    (False, False): "Give `kubectl_role_arn=` and `kubectl_layer=` to `from_cluster_attributes`, or `kubectl_provider=`.",
}


def _as_list(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


@jsii.implements(IValidation)
class _Validation:
    """Tells CDK, when the whole tree is there, what is wrong with it."""

    def __init__(self, ingress: EksIngress) -> None:
        self._ingress = ingress

    def validate(self) -> list[str]:
        return [str(problem) for problem in self._ingress.problems()]
