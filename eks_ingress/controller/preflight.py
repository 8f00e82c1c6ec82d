"""What tries each object on the API server before it is applied; `functions/preflight.py` says how."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aws_cdk import CustomResource
from constructs import Construct, IConstruct

from eks_ingress.controller.cluster import Cluster
from eks_ingress.controller.kubectl_twin import kubectl_twin
from eks_ingress.controller.logical_ids import fix_logical_id

RESOURCE_TYPE = "Custom::EksIngressPreflight"
_FUNCTION = "Preflight"


def preflight(scope: Construct, id: str, cluster: Cluster, body: Mapping[str, Any], logical_id: str) -> IConstruct:
    """The resource that tries an object, which has to come before the one that applies it."""
    place = Construct(scope, id)
    provider = cluster.kubectl_provider(place)
    # For imported clusters, the CDK makes a provider in each stack.
    function: Any = provider.node.try_find_child(_FUNCTION) or kubectl_twin(
        provider, _FUNCTION, module="preflight", description="EksIngress: tries objects on the API server"
    )
    properties = {"Cluster": cluster.name, "Manifest": cluster.text_of(body)}
    if not cluster.is_v2:
        properties["RoleArn"] = provider.role_arn
    made = CustomResource(place, "Resource", service_token=function.attr_arn, resource_type=RESOURCE_TYPE, properties=properties)
    fix_logical_id(made, logical_id)
    return place
