"""What makes the cluster ready for the next revision of the controller's release; `functions/steward.py` says how.

It is one Lambda function, the twin of that by which the CDK applies to the cluster: with its role, its layers and its network, so
that nothing else has to be let in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aws_cdk import CustomResource, Stack
from constructs import Construct, IConstruct

from eks_ingress.controller.cluster import Cluster
from eks_ingress.controller.kubectl_twin import kubectl_twin, require_own_kubectl
from eks_ingress.controller.logical_ids import alphanumeric, fix_logical_id
from eks_ingress.refusal import Refusals

if TYPE_CHECKING:
    from aws_cdk.aws_s3_assets import Asset

RESOURCE_TYPE = "Custom::EksIngressSteward"


@dataclass(frozen=True, slots=True)
class Steward:
    """What is to be done before each revision. What was broken off is undone in any case."""

    wanted_by: str
    """The argument of `EksIngress` that asked for it."""
    applies_definitions: bool
    """Whether the custom resource definitions of the chart are applied."""
    keeps_definitions: bool
    """Whether they stay on destroy."""

    def check(self, cluster: Cluster, refusals: Refusals) -> None:
        """Notes a cluster whose kubectl provider is not made by the app."""
        require_own_kubectl(cluster, self.wanted_by, refusals, instead="; definitions can be given as a file: `crds='crds.yaml'`")

    def make(
        self, scope: Construct, cluster: Cluster, chart: Mapping[str, str | None], asset: Asset | None, values: Mapping[str, Any]
    ) -> IConstruct:
        """The resource that has it done, below `scope`.

        :param chart: release, namespace and origin of the chart, named as in the CDK's own resource for it.
        :param asset: the chart, where it is one.
        :param values: of the chart. It runs again when they change, as the release does.
        """
        place = Construct(scope, "Steward")
        provider = cluster.kubectl_provider(place)
        function = kubectl_twin(provider, "Steward", module="steward", description="EksIngress: readies the controller's release")
        properties = {
            **chart,
            "Cluster": cluster.name,
            "RoleArn": None if cluster.is_v2 else provider.role_arn,
            "ChartAssetURL": None if asset is None else asset.s3_object_url,
            "Definitions": ("keep" if self.keeps_definitions else "remove") if self.applies_definitions else None,
            "Values": Stack.of(scope).to_json_string(dict(values)),
        }
        made = CustomResource(
            place,
            "Resource",
            service_token=function.attr_arn,
            resource_type=RESOURCE_TYPE,
            properties={name: value for name, value in properties.items() if value is not None},
        )
        fix_logical_id(made, f"{alphanumeric(scope.node.id)}Steward")
        if asset is not None:
            asset.bucket.grant_read(provider.role if cluster.is_v2 else provider.handler_role).apply_before(made)
        return place
