"""EksIngress: everything that an EKS cluster needs so that traffic can come in."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal

from aws_cdk import Annotations, Stack, aws_iam
from constructs import Construct, IDependable

from eks_ingress.balancers.applied import Applied
from eks_ingress.balancers.host import BalancerHost
from eks_ingress.balancers.hosts import check_host
from eks_ingress.controller import notices
from eks_ingress.controller.account import Account
from eks_ingress.controller.binding_rights import MOST, BindingRights, grant
from eks_ingress.controller.chart import Release, install
from eks_ingress.controller.chart_source import ChartSource
from eks_ingress.controller.cluster import Cluster
from eks_ingress.controller.crds import NAMES as CRD_NAMES
from eks_ingress.controller.crds import OF_CHART, Crds
from eks_ingress.controller.crds import apply as apply_crds
from eks_ingress.controller.crds import read as read_crds
from eks_ingress.controller.documents import Statement
from eks_ingress.controller.features import Feature
from eks_ingress.controller.guard import LONGEST, SHORTEST
from eks_ingress.controller.identity import Identity, PodIdentity
from eks_ingress.controller.images import Image
from eks_ingress.controller.kubectl_twin import require_own_kubectl
from eks_ingress.controller.logical_ids import alphanumeric, fix_logical_id, logical_id
from eks_ingress.controller.options import ControllerOptions
from eks_ingress.controller.permissions import Permissions, features_of, policies
from eks_ingress.controller.policies import make_policies
from eks_ingress.controller.steward import Steward
from eks_ingress.controller.versions import ControllerVersion
from eks_ingress.manifests.controller_kinds import BINDING_KIND
from eks_ingress.manifests.manifest import Manifest
from eks_ingress.refusal import Problem, Refusals
from eks_ingress.routing.names import require_label, require_subdomain
from eks_ingress.routing.units import Span, require_flag, require_span, span
from eks_ingress.source import caller
from eks_ingress.tokens import has_token

if TYPE_CHECKING:
    from eks_ingress.controller.cluster import AnyCluster, HelmChart
    from eks_ingress.plan.facts import Facts
    from eks_ingress.plan.flags import ControllerFlags

_WAIT = timedelta(minutes=10)
"""How long load balancers are waited for on destroy: the controller tries for two minutes to delete a security group that is still
in use, and begins anew after pauses that grow; so it has time for some of them."""
_WATCHED = {"Ingress": "an Ingress", BINDING_KIND: "a TargetGroupBinding", "Service": "a Service with a network load balancer"}
"""The objects in a namespace that the controller looks at, in words."""


class EksIngress(BalancerHost):
    """The AWS Load Balancer Controller on an EKS cluster, and the load balancers that it makes.

    Attaches to the cluster what the controller needs: an identity (by default a role that the cluster's OIDC provider vouches
    for), a managed policy, its service account, and its Helm release. The load balancers come after all of that, and after the
    cluster's capacity; on destroy they go first, so that the controller is there to take them away.

    A cluster has one controller: make one EksIngress for it, and hand it to whoever needs a load balancer, in any stack. For a
    cluster whose controller somebody else installed, use `EksIngress.from_existing`.

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
        permissions: Permissions = Permissions.CLUSTER,
        features: Collection[Feature] | None = None,
        target_groups: Sequence[str] = (),
        target_group_roles: Sequence[str] = (),
        version: ControllerVersion = ControllerVersion.V3_5_0,
        crds: Crds | None = None,
        keep_crds: bool = True,
        recover_release: bool = False,
        vpc_id: str | None = None,
        ingress_class_name: str | None = None,
        namespace: str = "kube-system",
        service_account_name: str = "aws-load-balancer-controller",
        take_over_service_account: bool = False,
        capacity: Sequence[IDependable] | None = None,
        wait_on_delete: Span | Literal[False] = _WAIT,
        preflight: bool = False,
        options: ControllerOptions = ControllerOptions(),
        values: Mapping[str, Any] | None = None,
        image: Image = Image.by_region(),
        chart: ChartSource = ChartSource.repository(),
        facts: Facts | None = None,
    ) -> None:
        """Installs the controller.

        :param cluster: an `aws_eks_v2.Cluster` or an `aws_eks.Cluster`, created or imported, that has a kubectl provider.
        :param identity: how the controller gets its credentials. Default: `Identity.irsa()`, a role trusted by the cluster's OIDC
            provider.
        :param permissions: how much the controller may do. Default: what its project publishes, limited to this cluster.
        :param features: what it does beside routing; each brings its permissions and its switches together, and what is not
            named is switched off. Default: what the published policy allows; for `Permissions.STRICT`, none.
        :param target_groups: ARNs of target groups that others made and that TargetGroupBindings of others name, for
            `Permissions.STRICT`; the other levels allow all. Default: none, but for those that `TargetGroupBinding` binds.
        :param target_group_roles: ARNs of roles of other accounts that the controller takes on for their target groups; exactly
            these. Default: none, or any with `Feature.CROSS_ACCOUNT_TARGET_GROUPS`; and those of each `TargetGroupBinding`.
        :param version: the release of the controller. Default: 3.5.0, on which this package was tested.
        :param crds: the custom resource definitions of that release, which are applied before it is installed or upgraded:
            `"chart"` for those of the chart itself, taken from it at deploy time by a Lambda function; or a file, or objects.
            Default: Helm installs them with the first release, and never upgrades them.
        :param keep_crds: whether they stay in the cluster on destroy; with a definition, Kubernetes deletes all objects of its
            kind. Default: they stay.
        :param recover_release: whether what a deployment that was broken off left of the Helm release (`pending-upgrade` and the
            like, which Helm refuses to go on from) is undone before the next revision, by a Lambda function; with `crds="chart"` it
            is. Default: it is not; what fails by itself Helm undoes.
        :param vpc_id: the VPC of an imported cluster that does not know it. Default: the cluster's.
        :param ingress_class_name: the IngressClass that the chart makes and all Ingresses here name. Default: `alb`; in Auto
            Mode, where that name is commonly taken by the load balancing built in, `lbc`.
        :param namespace: where the controller runs, which must be there. Default: `kube-system`.
        :param service_account_name: name of its service account. Default: `aws-load-balancer-controller`.
        :param take_over_service_account: whether an account of that name that exists is changed, by a resource of its own, as with
            `eksctl create iamserviceaccount --override-existing-serviceaccounts`. Default: the Helm release makes the account, and
            one that exists is an error at deploy.
        :param capacity: what must be there before the controller, and stay as long as it does, since its pods run on it. Default:
            the node groups, Fargate profiles and Auto Scaling groups that the app makes for this cluster.
        :param wait_on_delete: how long a stack that is destroyed waits at most until its load balancers are gone, with their target
            groups and security groups, before the controller goes: 1 minute to 14; False for not at all. Past that time the
            destroy fails with what is left. Default: 10 minutes.
        :param preflight: whether each Ingress, Service and other object is tried on the API server before it is applied, by a
            Lambda function and a resource for each, so that what is refused, by a policy of the cluster say, is told by its
            reason. Default: it is not; of a long Ingress that is changed, CloudFormation says "Response object is too long." then.
        :param options: how the controller runs: replicas, resources, where its pods may be, logs, feature gates and the like.
        :param values: values of the Helm chart for which there is no option, laid over those that are set here. What the chart
            does not know it would ignore, so that it is refused.
        :param image: where the controller's container image comes from. Default: the public registry, or that of the region in
            China, GovCloud and the isolated partitions.
        :param chart: where the Helm chart comes from. Default: the project's public repository.
        :param facts: what is stated of AWS: subnets, certificates, quotas and so on. What is stated is checked when the app is
            synthesized. Default: nothing, and the quotas of a new account.
        """
        view = Cluster(cluster)
        identity = identity or Identity.irsa()
        class_name = ingress_class_name or ("lbc" if view.has_auto_mode else "alb")
        refusals = Refusals(caller(f"{scope.node.path}/{id}"))
        check_host(scope, id, view, class_name, refusals)
        _check_controller(view, vpc_id, refusals)
        identity.check(view, refusals)
        require_label(refusals, "namespace", namespace)
        require_subdomain(refusals, "service_account_name", service_account_name)
        flags = {"take_over_service_account": take_over_service_account, "keep_crds": keep_crds, "recover_release": recover_release}
        for name, flag in flags.items():
            require_flag(refusals, name, flag)
        wait = _time_to_wait(refusals, wait_on_delete)
        _check_preflight(view, preflight, refusals)
        follows_chart = isinstance(crds, str) and crds == OF_CHART
        definitions = [] if crds is None or follows_chart else read_crds(crds, refusals)
        place = Stack.of(scope)
        documents: Sequence[Sequence[Statement]] = ()
        with refusals.gather():
            documents = policies(
                permissions,
                partition=place.partition,
                cluster_name=view.name,
                features=features,
                region=place.region,
                account=place.account,
                vpc_id=vpc_id or view.vpc_id,
                own_target_groups=target_groups,
                role_arns=target_group_roles,
            )
        chosen = features_of(permissions, place.partition, features)
        for feature in features or ():
            refusals.require(
                version.has(feature.since),
                "feature",
                feature.name,
                f"came with controller {feature.since}, and {version.controller} is to be installed",
                f"Choose `version=` {feature.since} or later.",
            )
        asked = "crds='chart'" if follows_chart else "recover_release" if recover_release else None
        steward = None if asked is None else Steward(asked, applies_definitions=follows_chart, keeps_definitions=keep_crds)
        release = Release(options, values or {}, image, chart, version, chosen, steward)
        release.check(view, refusals)
        refusals.require(
            permissions is not Permissions.STRICT or release.chosen_gates().get("ListenerRulesTagging") is not False,
            "feature gate",
            "ListenerRulesTagging",
            "is closed, while Permissions.STRICT knows the controller's rules by their tags",
            "Leave it open, or use Permissions.CLUSTER.",
        )
        refusals.require(
            identity.attaches_policy or (permissions is Permissions.CLUSTER and not target_groups and not target_group_roles),
            "permissions",
            permissions.value,
            "or its target groups would have no effect, since the role has its permissions already",
            "Leave them out, or write `Identity.existing_role(role, attach_policy=True)`.",
        )
        refusals.settle()

        account = Account(service_account_name, namespace)
        super().__init__(
            scope,
            id,
            cluster=cluster,
            view=view,
            ingress_class_name=class_name,
            facts=facts,
            account=account,
            wait_on_delete=wait,
            preflight=preflight,
        )
        self._version = version
        self._watch_namespace = options.watch_namespace
        self._features = chosen
        self._capacity = capacity
        self._rights = BindingRights(
            permissions, place.partition, place.region, place.account, chosen, target_groups, target_group_roles
        )
        self._identity = identity
        self._credentials = identity.make(self, view, account)
        self._role = self._credentials.role
        self._policies = make_policies(self, self._credentials, documents) if identity.attaches_policy else ()
        self._service_account = account
        annotations = self._credentials.annotations()
        taken_over = [account.take_over(self, view, annotations)] if take_over_service_account else []
        self._chart, self._chart_values = install(
            self,
            view,
            release,
            vpc_id=vpc_id or view.vpc_id or "",
            namespace=namespace,
            service_account=account.values(annotations, is_there=take_over_service_account),
            ingress_class_name=class_name,
        )
        self._fix_logical_ids()
        before: list[IDependable] = [*self._credentials.before_controller, *self._policies, *taken_over]
        before += apply_crds(self, view, definitions, prefix=alphanumeric(id), keep=keep_crds)
        self._chart.node.add_dependency(*before)
        self._warn(version_was_chosen=version != ControllerVersion.V3_5_0, brings_definitions=bool(definitions) or follows_chart)

    @classmethod
    def from_existing(
        cls,
        scope: Construct,
        id: str,
        *,
        cluster: AnyCluster,
        ingress_class_name: str = "alb",
        namespace: str = "kube-system",
        service_account_name: str | None = None,
        role: aws_iam.IRole | None = None,
        wait_on_delete: Span | Literal[False] = _WAIT,
        preflight: bool = False,
        facts: Facts | None = None,
    ) -> BalancerHost:
        """A cluster whose controller somebody else installed: nothing is installed, everything else works.

        That controller must be there before the load balancers are deployed, and be taken away after them.

        :param cluster: the cluster, which must have a kubectl provider.
        :param ingress_class_name: the IngressClass of its controller. Default: `alb`.
        :param namespace: where its controller runs. Default: `kube-system`.
        :param service_account_name: name of its controller's service account, which is then allowed to read the Secrets that
            `Oidc` names, each of them. Default: not known; a warning tells of such Secrets (EKI510).
        :param role: its controller's role, which gets what is granted to this construct. Default: not known; a grant is refused.
        :param wait_on_delete: see `EksIngress`.
        :param preflight: see `EksIngress`.
        :param facts: see `EksIngress`.
        """
        view = Cluster(cluster)
        refusals = Refusals(caller(f"{scope.node.path}/{id}"))
        check_host(scope, id, view, ingress_class_name, refusals)
        require_label(refusals, "namespace", namespace)
        if service_account_name is not None:
            require_subdomain(refusals, "service_account_name", service_account_name)
        refusals.require(
            role is None or hasattr(role, "grant_principal"),
            "role",
            role,
            "is no role of the CDK",
            "Write `Role.from_role_arn(…)`.",
        )
        wait = _time_to_wait(refusals, wait_on_delete)
        _check_preflight(view, preflight, refusals)
        refusals.settle()
        return BalancerHost(
            scope,
            id,
            cluster=cluster,
            view=view,
            ingress_class_name=ingress_class_name,
            facts=facts,
            account=None if service_account_name is None else Account(service_account_name, namespace),
            role=role,
            wait_on_delete=wait,
            preflight=preflight,
        )

    @property
    def oidc_provider(self) -> aws_iam.IOpenIdConnectProvider | None:
        """The IAM OIDC provider that the role trusts; None with another identity than IRSA."""
        return self._credentials.oidc_provider

    @property
    def policy(self) -> aws_iam.ManagedPolicy | None:
        """What the controller may do in AWS; None for a role that has its permissions already."""
        return next(iter(self._policies), None)

    @property
    def policies(self) -> tuple[aws_iam.ManagedPolicy, ...]:
        """All policies of the controller: more than one where its statements are too long for IAM to take them in one."""
        return self._policies

    @property
    def role(self) -> aws_iam.IRole:
        """The role that the controller's pods take on. Permissions can be added to it."""
        return self._credentials.role

    @property
    def service_account(self) -> Account:
        """The Kubernetes service account of the controller: its `name` and its `namespace`. It comes with the Helm release."""
        return self._service_account

    @property
    def chart(self) -> HelmChart:
        """The Helm release. What needs the controller depends on it: `thing.node.add_dependency(ingress.chart)`."""
        return self._chart

    @property
    def before_load_balancers(self) -> Sequence[IDependable]:
        """The controller, with all that it needs."""
        return (self._chart,)

    def installed(self) -> list[Manifest]:
        """What comes with the controller or is there before it: class, parameters, account, namespace, definitions."""
        account, name = self._service_account, self.ingress_class_name
        return [
            *super().installed(),
            self._installed("elbv2.k8s.aws/v1beta1", "IngressClassParams", name),
            self._installed("v1", "Namespace", account.namespace),
            self._installed("v1", "ServiceAccount", account.name, namespace=account.namespace),
            *(self._installed("apiextensions.k8s.io/v1", "CustomResourceDefinition", definition) for definition in CRD_NAMES),
        ]

    def problems(self) -> list[Problem]:
        """All that would not work in the cluster: of the controller, and of all load balancers."""
        found = super().problems()
        if self._capacity is None and self.view.is_known_to_have_no_capacity():
            found.append(
                Problem(
                    f"cluster {self.view.node_path} has nothing that could run a pod, so that the controller would never start.",
                    "Add a node group or a Fargate profile, use Auto Mode, or pass as `capacity=` what the pods will run on.",
                    self.source,
                )
            )
        if isinstance(self._identity, PodIdentity) and self._capacity is None and self.view.runs_on_fargate_only():
            found.append(
                Problem(
                    f"cluster {self.view.node_path} runs on Fargate only, where Pod Identity does not work.",
                    "Use `Identity.irsa()`, or add a node group.",
                    self.source,
                )
            )
        role = self.role
        document = role.assume_role_policy if self._credentials.trust_is_fixed and isinstance(role, aws_iam.Role) else None
        if document is not None and document.statement_count != 1:
            found.append(
                Problem(
                    "the trust policy of the controller's role was added to, which has no effect.",
                    "Make a role of your own for others; this one is the controller's alone.",
                    self.source,
                )
            )
        from eks_ingress.checks.features import not_chosen  # noqa: PLC0415 - as the judge
        from eks_ingress.checks.version import too_young  # noqa: PLC0415

        manifests = self.manifests()
        found += [*self._too_many_rights(manifests), *self._unwatched(), *self._unbalanced()]
        found += too_young(manifests, self._version.controller, self._version.has)
        if self._identity.attaches_policy:  # what a role of others may do, nobody knows here
            found += not_chosen(manifests, {feature.name for feature in self._features}.__contains__)
        return found

    @property
    def flags(self) -> ControllerFlags:
        """What the controller is told on its command line, as far as it decides what is built."""
        from eks_ingress.plan.flags import ControllerFlags  # noqa: PLC0415 - as the judge

        flags = ControllerFlags.of_chart(self._chart_values, self.view.name)
        return replace(flags, class_names=flags.class_names | self.class_names)

    def rights_for(self, scope: Applied, manifest: Manifest, after: Sequence[IDependable]) -> Sequence[IDependable]:
        """A policy for a binding that needs rights which the controller's own policies do not give; else as every host."""
        statements = self._missing_rights(manifest)
        if not statements:
            return () if self._reads_all_secrets else super().rights_for(scope, manifest, after)
        names = [scope.stable(manifest.namespace), scope.stable(manifest.name)]
        unmoved = logical_id(self.id, "Rights", *names)
        return (grant(scope, ".".join(["Rights", *names]), self.role, statements, unmoved),)

    @property
    def _reads_all_secrets(self) -> bool:
        """Whether values of the chart let the controller read every Secret of the cluster."""
        allowed = self._chart_values.get("clusterSecretsPermissions")
        return isinstance(allowed, Mapping) and allowed.get("allowAllSecrets") is True

    def _missing_rights(self, manifest: Manifest) -> list[Statement]:
        """What the role must be allowed for an object besides; nothing can be added to a role that has its permissions already."""
        if manifest.kind != BINDING_KIND or not self._identity.attaches_policy:
            return []
        from eks_ingress.manifests.shape import is_read  # noqa: PLC0415 - few apps have bindings

        if not is_read(manifest):
            return []
        spec = manifest.body.get("spec") or {}
        return self._rights.statements(
            arn=spec.get("targetGroupARN"), name=spec.get("targetGroupName"), role=spec.get("iamRoleArnToAssume")
        )

    def _too_many_rights(self, manifests: Sequence[Manifest]) -> Iterator[Problem]:
        """A problem if the role cannot have as many policies as bindings need."""
        documents = [statements for made in manifests if (statements := self._missing_rights(made))]
        if self._rights.characters(documents) > MOST:
            yield Problem(
                f"{len(documents)} TargetGroupBindings need policies of more than {MOST:,} characters, which is all that IAM takes "
                "on one role.",
                "Give the ARNs of some target groups, or roles, to EksIngress as `target_groups=`, or `target_group_roles=`.",
                self.source,
            )

    def _unwatched(self) -> list[Problem]:
        """A problem for each load balancer, part of one, or binding that the controller does not see."""
        watched = self._watch_namespace
        if watched is None or has_token(watched):
            return []
        flags = self.flags
        return [
            Problem(
                f"{_WATCHED[kind]} of it is in namespace {namespace!r}, but the controller watches {watched!r} only.",
                "Put both into one namespace, or leave `watch_namespace` out of the controller's options.",
                member.source,
            )
            for member in self.members
            for kind, namespace in sorted(
                {(made.kind, made.namespace) for made in member.manifests() if made.kind in _WATCHED and _is_its_own(made, flags)}
            )
            if namespace != watched
        ]

    def _unbalanced(self) -> list[Problem]:
        """A problem for each network load balancer, where the controller is told to make none."""
        from eks_ingress.plan.flags import SERVICE_CONTROLLER  # noqa: PLC0415 - as the judge

        flags = self.flags
        if flags.gate(SERVICE_CONTROLLER):
            return []
        return [
            Problem(
                f"{_WATCHED[made.kind]} is {made.full_name!r}, but the feature gate {SERVICE_CONTROLLER!r} is closed, and the "
                "controller looks at no Service.",
                "Leave the gate out of the controller's options.",
                made.source,
            )
            for made in self.manifests()
            if made.kind == "Service" and _is_its_own(made, flags)
        ]

    def complete(self) -> None:
        """Has the controller wait for what was added to its role and for what its pods run on, besides what every host does."""
        super().complete()
        wanted: list[IDependable] = [child for child in self.role.node.children if isinstance(child, aws_iam.Policy)]
        wanted += self.view.capacity() if self._capacity is None else self._capacity
        if wanted:
            self._chart.node.add_dependency(*wanted)

    def _fix_logical_ids(self) -> None:
        node, prefix = self.node, alphanumeric(self.id)
        for policy in self._policies:
            fix_logical_id(policy, f"{prefix}{policy.node.id}")
        for name in ("Role", "Chart", "OidcProvider", "PodIdentity", "PodIdentityAgent", "ServiceAccount"):
            if child := node.try_find_child(name):
                fix_logical_id(child, f"{prefix}{name}")

    def _warn(self, *, version_was_chosen: bool, brings_definitions: bool) -> None:
        """Tells what is worth knowing, as warnings of the CDK that can be acknowledged."""
        told = [notices.auto_mode(self.ingress_class_name)] if self.view.has_auto_mode else []
        if self._version.is_newer_than_known:
            told.append(notices.newer_version(self._version))
        notice = notices.definitions(self._version) if version_was_chosen and not brings_definitions else None
        told += [notice] if notice else []
        for notice in told:
            Annotations.of(self).add_warning_v2(f"eks-ingress:{notice.id}", str(notice))


def _is_its_own(made: Manifest, flags: ControllerFlags) -> bool:
    """Whether an object is for this controller; Services are, of which it is to make network load balancers."""
    spec = made.body.get("spec") or {}
    return made.kind != "Service" or (
        spec.get("type") == "LoadBalancer" and spec.get("loadBalancerClass") == flags.load_balancer_class
    )


def _time_to_wait(refusals: Refusals, wanted: Span | Literal[False]) -> timedelta | None:
    """How long load balancers are waited for on destroy; None for not at all."""
    if wanted is False:
        return None
    wait = span(wanted)
    refusals.require(wait is not None, "wait_on_delete", wanted, "says no time", "Write False for none, or leave it out.")
    require_span(refusals, "wait_on_delete", wait, *(int(limit.total_seconds()) for limit in (SHORTEST, LONGEST)))
    return wait


def _check_preflight(cluster: Cluster, wanted: bool, refusals: Refusals) -> None:
    """Notes what keeps objects from being tried before they are applied."""
    require_flag(refusals, "preflight", wanted)
    if wanted:
        require_own_kubectl(cluster, "preflight", refusals)


def _check_controller(cluster: Cluster, vpc_id: str | None, refusals: Refusals) -> None:
    """Notes what keeps a controller from being installed on a cluster."""
    refusals.require(
        bool(vpc_id or cluster.vpc_id),
        "imported cluster",
        cluster.name,
        "has no VPC id, without which the controller finds no subnets",
        "Give `vpc=` to `from_cluster_attributes`, or `vpc_id=` to EksIngress.",
    )
    refusals.require(
        not cluster.has_alb_controller,
        "cluster",
        cluster.node_path,
        "has CDK's AlbController already, and two controllers would fight over every Ingress",
        "Take `alb_controller=` out of the cluster.",
    )
