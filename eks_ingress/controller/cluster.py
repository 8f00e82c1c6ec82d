"""One view over the EKS clusters of the CDK: of `aws_eks` and `aws_eks_v2`, created or imported.

The two modules are twins without a common type, and a cluster that was imported is known to Python only by the interface that it
has; asking such an object for an attribute that it lacks may create resources. What differs is asked for here and nowhere else.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Any

from aws_cdk import Duration, Stack, Stage, Token
from constructs import Construct, IConstruct, IDependable

from eks_ingress.controller.text import as_text

if TYPE_CHECKING:
    from aws_cdk import aws_eks, aws_eks_v2, aws_iam
    from aws_cdk.aws_s3_assets import Asset

    # The classes as well as the interfaces: in the CDK's type hints a Cluster lacks an attribute of ICluster.
    AnyCluster = aws_eks.Cluster | aws_eks.ICluster | aws_eks_v2.Cluster | aws_eks_v2.ICluster
    KubernetesManifest = aws_eks.KubernetesManifest | aws_eks_v2.KubernetesManifest
    HelmChart = aws_eks.HelmChart | aws_eks_v2.HelmChart
    KubernetesPatch = aws_eks.KubernetesPatch | aws_eks_v2.KubernetesPatch
    KubernetesObjectValue = aws_eks.KubernetesObjectValue | aws_eks_v2.KubernetesObjectValue

_V1 = "aws-cdk-lib.aws_eks."
_V2 = "aws-cdk-lib.aws_eks_v2."


def jsii_types(value: object) -> set[str]:
    """The names of the CDK types that a Python object stands for, interfaces of imported objects among them."""
    faces = [value, *getattr(value, "_delegates", ())]
    found = {getattr(base, "__jsii_type__", None) for face in faces for base in type(face).__mro__}
    return {name for name in found if isinstance(name, str)}


class Cluster:
    """A cluster as this package uses it. Raises `TypeError` for anything else than an EKS cluster of the CDK."""

    def __init__(self, cluster: AnyCluster) -> None:
        types = jsii_types(cluster)
        for prefix, module in ((_V2, "aws_cdk.aws_eks_v2"), (_V1, "aws_cdk.aws_eks")):
            if types & {f"{prefix}Cluster", f"{prefix}ICluster"}:
                self._module: Any = import_module(module)
                self.created = f"{prefix}Cluster" in types
                """Whether the app itself creates the cluster, rather than imports it."""
                self.is_v2 = prefix == _V2
                break
        else:
            raise TypeError(
                f"cluster {cluster!r} is no EKS cluster. Pass an aws_eks_v2.Cluster, an aws_eks.Cluster, or what their "
                "`from_cluster_attributes` gives."
            )
        self._cluster: Any = cluster

    @cached_property
    def node_path(self) -> str:
        """The path of its construct."""
        return str(self._cluster.node.path)

    @property
    def construct(self) -> Construct:
        """Its construct."""
        construct: Construct = self._cluster
        return construct

    @cached_property
    def name(self) -> str:
        """Its name, often a token."""
        return str(self._cluster.cluster_name)

    @cached_property
    def region(self) -> str:
        """The region of its stack, often a token."""
        return Stack.of(self._cluster).region

    @property
    def identity(self) -> tuple[str, ...]:
        """What two views of one cluster have in common: name and place of an imported one, the path of a created one."""
        if self.created or Token.is_unresolved(self.name):
            return (self.node_path,)
        stack = Stack.of(self._cluster)
        stage = Stage.of(self._cluster)
        return (stage.node.path if stage else "", stack.account, stack.region, self.name)

    @cached_property
    def vpc(self) -> Any:
        """Its VPC, None where an imported cluster does not know it."""
        return self._or_none("vpc")

    @cached_property
    def vpc_id(self) -> str | None:
        """The id of its VPC, None where an imported cluster does not know it."""
        vpc = self.vpc
        return None if vpc is None else str(vpc.vpc_id)

    @property
    def has_kubectl(self) -> bool:
        """Whether manifests can be applied to it when it is deployed."""
        if self.is_v2:
            return self._cluster.kubectl_provider is not None
        if self.created or self._cluster.kubectl_provider is not None:
            return True
        return self._cluster.kubectl_role is not None and self._cluster.kubectl_layer is not None

    @property
    def makes_kubectl(self) -> bool:
        """Whether the app makes what applies manifests to it, so that its role and its layers are known; see `has_kubectl`."""
        given = None if self.created and not self.is_v2 else self._cluster.kubectl_provider
        return given is None or given.node.try_find_child(HANDLER) is not None

    def kubectl_provider(self, scope: Construct) -> Any:
        """What applies manifests to it; `scope` waits until that can be done, and may be where it is made."""
        provider = self._module.KubectlProvider
        found = provider.get_kubectl_provider if self.is_v2 else provider.get_or_create
        return found(scope, self._cluster)

    @property
    def imported_oidc_provider(self) -> aws_iam.IOpenIdConnectProvider | None:
        """The provider that an imported cluster was given, None if it was given none."""
        provider: aws_iam.IOpenIdConnectProvider | None = self._or_none("open_id_connect_provider")
        return provider

    def own_oidc_provider(self) -> aws_iam.IOpenIdConnectProvider:
        """The provider of a created cluster; the first call creates it in the cluster's stack."""
        provider: aws_iam.IOpenIdConnectProvider = self._cluster.open_id_connect_provider
        return provider

    @property
    def has_alb_controller(self) -> bool:
        """Whether the CDK's own `AlbController` was asked for with the cluster."""
        return self.created and self._cluster.alb_controller is not None

    def manifest(
        self, scope: Construct, id: str, objects: Sequence[Mapping[str, Any]], *, overwrite: bool = False
    ) -> KubernetesManifest:
        """Applies objects to the cluster. What is taken out of `objects` later stays: give each object a manifest of its own.

        An object that is there already is an error, unless `overwrite` says that it is changed to this one.
        """
        resource: KubernetesManifest = self._module.KubernetesManifest(
            scope, id, cluster=self._cluster, manifest=list(objects), prune=False, overwrite=overwrite or None
        )
        return resource

    def object(
        self, scope: Construct, id: str, body: Mapping[str, Any], logical_id: str, *, overwrite: bool = False
    ) -> KubernetesManifest:
        """Applies one object to the cluster, by a resource with a logical id of its own; `overwrite` as in `manifest`."""
        text = as_text([body], self._resolve)
        resource = self.manifest(scope, id, [body] if text is None else [{"kind": body["kind"]}], overwrite=overwrite)
        # The last of it is the CloudFormation resource; asking for each default child on the way would take longer.
        cfn: Any = resource.node.find_all()[-1]
        cfn.override_logical_id(logical_id)
        if text is not None:
            cfn.add_property_override("Manifest", text)
        return resource

    def text_of(self, body: Mapping[str, Any]) -> str:
        """An object as the text that a resource which applies it has."""
        return as_text([body], self._resolve) or Stack.of(self._cluster).to_json_string([body])

    def _resolve(self, text: str) -> Any:
        return Stack.of(self._cluster).resolve(text)

    def helm_chart(
        self,
        scope: Construct,
        id: str,
        *,
        release: str,
        chart: str,
        repository: str | None,
        version: str,
        namespace: str,
        values: Mapping[str, Any],
        asset: Asset | None = None,
    ) -> HelmChart:
        """Installs a release of a chart, waits until it runs, and rolls it back if it does not.

        An asset is the chart whole, so that neither name, repository nor version are handed over with it. A repository of `oci://…`
        is the address of the chart itself.

        The time-out is 7 minutes, and holds for the installation and for the undoing of it, one after the other: the Lambda
        function that runs Helm is stopped after 15, and would leave a release behind that Helm refuses to go on from.
        """
        named = {"chart": chart, "repository": repository, "version": version}
        origin = named if asset is None else {"chart_asset": asset}
        resource: HelmChart = self._module.HelmChart(
            scope,
            id,
            cluster=self._cluster,
            **origin,
            release=release,
            namespace=namespace,
            create_namespace=False,
            wait=True,
            atomic=True,
            timeout=Duration.minutes(7),
            values=values,
        )
        return resource

    def object_value(
        self, scope: Construct, id: str, *, kind: str, name: str, namespace: str, path: str, minutes: int
    ) -> KubernetesObjectValue:
        """Reads a field of an object at deploy time, once it is there; that it is not there within some minutes is an error."""
        resource: KubernetesObjectValue = self._module.KubernetesObjectValue(
            scope,
            id,
            cluster=self._cluster,
            object_type=kind,
            object_name=name,
            object_namespace=namespace,
            json_path=path,
            timeout=Duration.minutes(minutes),
        )
        return resource

    def label_namespace(
        self, scope: Construct, id: str, namespace: str, labels: Mapping[str, str], logical_id: str
    ) -> KubernetesPatch:
        """Puts labels on a namespace that is there, and takes them off on destroy."""
        return self._patch(scope, id, f"namespace/{namespace}", None, "labels", labels, logical_id)

    def annotate(
        self,
        scope: Construct,
        id: str,
        kind: str,
        namespace: str,
        name: str,
        annotations: Mapping[str, str | None],
        logical_id: str,
    ) -> KubernetesPatch:
        """Puts annotations on an object that is there, and takes those off that are None; takes off all of them on destroy."""
        return self._patch(scope, id, f"{kind}/{name}", namespace, "annotations", annotations, logical_id)

    def _patch(
        self,
        scope: Construct,
        id: str,
        resource: str,
        namespace: str | None,
        field: str,
        values: Mapping[str, str | None],
        logical_id: str,
    ) -> KubernetesPatch:
        made: KubernetesPatch = self._module.KubernetesPatch(
            scope,
            id,
            cluster=self._cluster,
            resource_name=resource,
            resource_namespace=namespace,
            apply_patch={},
            restore_patch={},
        )
        cfn: Any = made.node.find_all()[-1]
        cfn.override_logical_id(logical_id)
        # The text itself, since null, which takes a key away, is lost on the way to the CDK.
        restored = dict.fromkeys(key for key, value in values.items() if value is not None)
        for name, wanted in (("ApplyPatchJson", values), ("RestorePatchJson", restored)):
            pairs = ",".join(f"{json.dumps(key)}:{self._quoted(value)}" for key, value in wanted.items())
            cfn.add_property_override(name, f'{{"metadata":{{"{field}":{{{pairs}}}}}}}')
        return made

    def _quoted(self, value: str | None) -> str:
        """A text as JSON; one with tokens by the CDK, which quotes what they become."""
        if value is not None and Token.is_unresolved(value):
            return Stack.of(self._cluster).to_json_string(value)
        return json.dumps(value)

    def pod_identity_association(self, scope: Construct, id: str, role_arn: str, account: str, namespace: str) -> IDependable:
        """Hands a role to the pods of a service account."""
        association: IDependable = _resources().CfnPodIdentityAssociation(
            scope, id, cluster_name=self.name, role_arn=role_arn, service_account=account, namespace=namespace
        )
        return association

    def pod_identity_agent(self, scope: Construct, id: str) -> IDependable:
        """The add-on that Pod Identity needs on each node: the cluster's own, or one below `scope` for an imported cluster."""
        if self.created:
            own: IDependable = self._cluster.eks_pod_identity_agent
            return own
        addon: IDependable = _resources().CfnAddon(scope, id, cluster_name=self.name, addon_name="eks-pod-identity-agent")
        return addon

    def capacity(self) -> Iterator[IConstruct]:
        """The node groups, Fargate profiles and Auto Scaling groups that the app makes for this cluster, as far as can be seen."""
        own = self.node_path + "/"
        for node, types in self._capacity_in_app:
            if types & _NAMING_THEIR_CLUSTER:
                if node.cluster_name == self.name:
                    yield node
            elif node.node.path.startswith(own):
                yield node

    def is_known_to_have_no_capacity(self) -> bool:
        """Whether the app creates the cluster and nothing that could run a pod on it.

        Auto Mode counts as capacity. An Auto Scaling group or a Fargate profile outside of any cluster may belong to this one, so
        that nothing is known then.
        """
        if not self.created or self.has_auto_mode or any(True for _ in self.capacity()):
            return False
        return all(
            types & _NAMING_THEIR_CLUSTER or any(jsii_types(scope) & _CLUSTERS for scope in node.node.scopes)
            for node, types in self._capacity_in_app
        )

    @cached_property
    def _capacity_in_app(self) -> list[tuple[Any, set[str]]]:
        """Looked for once, since it takes a Python object for each construct: so not before the tree is complete."""
        return list(_capacity_below(self._cluster.node.root))

    def runs_on_fargate_only(self) -> bool:
        """Whether all capacity that the app makes for the cluster is known, and is Fargate."""
        if not self.created or self.has_auto_mode:
            return False
        found = self._capacity_in_app
        return bool(found) and all(types & _FARGATE for _, types in found)

    @cached_property
    def has_auto_mode(self) -> bool:
        """Whether the app creates the cluster in EKS Auto Mode, which has load balancing and Pod Identity built in."""
        if not (self.is_v2 and self.created):
            return False
        config = self._cluster.node.default_child.compute_config
        return bool(getattr(config, "enabled", False))

    def _or_none(self, attribute: str) -> Any:
        """An attribute that an imported cluster refuses to give when it was not told it."""
        try:
            return getattr(self._cluster, attribute)
        except RuntimeError:
            return None


def _capacity_below(scope: Any) -> Iterator[tuple[Any, set[str]]]:
    """What may run pods below a construct; what the CDK makes of its own accord, such as a VPC, has none in it."""
    for node in scope.node.children:
        types = jsii_types(node)
        if types & (_NAMING_THEIR_CLUSTER | _OTHER_CAPACITY):
            yield node, types
        own = vars(type(node)).get("__jsii_type__", "")  # none of a class that the app wrote
        if not own.startswith("aws-cdk-lib.") or own in _WITH_CAPACITY:
            yield from _capacity_below(node)


def _resources() -> Any:
    """The module that has all resource types of EKS in each release of the CDK; aws_eks_v2 has them only since lately."""
    return import_module("aws_cdk.aws_eks")


HANDLER = "Handler"
"""The Lambda function within a kubectl provider that the app makes, by the name of its construct."""
_CLUSTERS = {f"{_V1}Cluster", f"{_V2}Cluster"}
_NAMING_THEIR_CLUSTER = {f"{module}{kind}" for module in (_V1, _V2) for kind in ("CfnNodegroup", "CfnFargateProfile")}
_FARGATE = {f"{module}{kind}" for module in (_V1, _V2) for kind in ("FargateProfile", "CfnFargateProfile")}
_WITH_CAPACITY = {f"aws-cdk-lib.{name}" for name in ("NestedStack", "Stack", "Stage")} | {
    "aws-cdk-lib.aws_autoscaling.AutoScalingGroup",
    *(f"{module}{name}" for module in (_V1, _V2) for name in ("Cluster", "FargateCluster", "FargateProfile", "Nodegroup")),
}
"""What the CDK makes that may have capacity in it."""
_OTHER_CAPACITY = {f"{_V1}FargateProfile", "aws-cdk-lib.aws_autoscaling.CfnAutoScalingGroup"}
