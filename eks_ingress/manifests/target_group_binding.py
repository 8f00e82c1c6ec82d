"""A TargetGroupBinding as the Kubernetes object.

Facts: controller documentation, "TargetGroupBinding"; its CustomResourceDefinition.
"""

from __future__ import annotations

from typing import Any

from eks_ingress.manifests.controller_kinds import BINDING_KIND
from eks_ingress.manifests.manifest import Manifest
from eks_ingress.manifests.selectors import selector
from eks_ingress.routing.target_group_binding import AllowedTraffic, Binding
from eks_ingress.routing.units import several


def manifest(binding: Binding) -> Manifest:
    """The object, with a field for everything that is said, and no other."""
    group = binding.target_group
    fields = {
        "targetGroupARN": group.arn,
        "targetGroupName": group.name,
        "targetType": binding.target_type and binding.target_type.value,
        "targetGroupProtocol": binding.protocol and binding.protocol.value,
        "ipAddressType": binding.ip_address_type and binding.ip_address_type.value,
        "vpcID": binding.vpc,
        "serviceRef": {"name": binding.service.name, "port": binding.service.port},
        "networking": {"ingress": [_rule(x) for x in several(binding.networking)]} if binding.networking else None,
        "nodeSelector": None if binding.node_selector is None else selector(binding.node_selector),
        "multiClusterTargetGroup": binding.multi_cluster or None,
        "iamRoleArnToAssume": binding.role,
        "assumeRoleExternalId": binding.external_id,
    }
    body = {
        "apiVersion": "elbv2.k8s.aws/v1beta1",
        "kind": BINDING_KIND,
        "metadata": {"name": binding.name, "namespace": binding.namespace},
        "spec": {name: value for name, value in fields.items() if value is not None},
    }
    return Manifest(body, binding.source)


def _rule(allowed: AllowedTraffic) -> dict[str, Any]:
    """A rule with one port at least, since the controller forgets one that names none: `protocol` alone stands for all ports."""
    protocol = {"protocol": allowed.protocol.value}
    groups = [{"securityGroup": {"groupID": group}} for group in several(allowed.security_groups)]
    blocks = [{"ipBlock": {"cidr": cidr}} for cidr in several(allowed.cidrs)]
    ports = [{"port": port, **protocol} for port in several(allowed.ports)]
    return {"from": groups + blocks, "ports": ports or [protocol]}
