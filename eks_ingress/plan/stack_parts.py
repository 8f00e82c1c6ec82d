"""What the stacks of application and of network load balancers have in common.

Facts: the controller's model (`pkg/model`) and how it writes it as JSON (`pkg/deploy`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from eks_ingress.plan.model import MANAGED, HealthCheck, Inbound, Pairs, SecurityGroup, Subnet, Target
from eks_ingress.plan.network_model import NetworkHealthCheck, NetworkTarget

ELB = "AWS::ElasticLoadBalancingV2"
LOAD_BALANCER = f"{ELB}::LoadBalancer"
LISTENER = f"{ELB}::Listener"
RULE = f"{ELB}::ListenerRule"
TARGET_GROUP = f"{ELB}::TargetGroup"
BINDING = "K8S::ElasticLoadBalancingV2::TargetGroupBinding"
SECURITY_GROUP = "AWS::EC2::SecurityGroup"
CERTIFICATE = "AWS::ACM::Certificate"
WEB_ACL = "AWS::WAFv2::WebACLAssociation"
WAF_CLASSIC = "AWS::WAFRegional::WebACLAssociation"
SHIELD = "AWS::Shield::Protection"


def ref(kind: str, id: str, field: str) -> dict[str, str]:
    """What stands for something that is known only when a resource of the stack is there."""
    return {"$ref": f"#/resources/{kind}/{id}/status/{field}"}


def some(**values: Any) -> dict[str, Any]:
    """Those values that are not empty, as the controller writes them."""
    return {name: value for name, value in values.items() if value}


def said(**values: Any) -> dict[str, Any]:
    """Those values that are said at all."""
    return {name: value for name, value in values.items() if value is not None}


def attributes(values: Pairs) -> list[dict[str, str]]:
    """Attributes of a load balancer or a target group."""
    return [{"key": key, "value": value} for key, value in values]


def group_ids(ids: Iterable[str]) -> list[Any]:
    """Security groups by their ids, the one that the controller makes among them."""
    return [ref(SECURITY_GROUP, MANAGED, "groupID") if group == MANAGED else group for group in ids]


def subnet_mappings(subnets: Iterable[Subnet]) -> list[dict[str, str]]:
    """Subnets with the fixed addresses there."""
    return [
        {
            **said(
                allocationID=subnet.allocation,
                privateIPv4Address=subnet.private_ipv4,
                ipv6Address=subnet.ipv6,
                sourceNatIpv6Prefix=subnet.source_nat_prefix,
            ),
            "subnetID": subnet.id,
        }
        for subnet in subnets
    ]


def target_of(target: Target | NetworkTarget) -> dict[str, Any]:
    """One of the places that a listener or a rule forwards to."""
    arn = target.service if target.group is None else ref(TARGET_GROUP, target.group.id, "targetGroupARN")
    return {"targetGroupARN": arn, **said(weight=target.weight)}


def numbers_of(check: HealthCheck | NetworkHealthCheck) -> dict[str, int]:
    """How often a health check is made, and how many count."""
    return {
        "intervalSeconds": check.interval,
        "timeoutSeconds": check.timeout,
        "healthyThresholdCount": check.healthy_threshold,
        "unhealthyThresholdCount": check.unhealthy_threshold,
    }


def managed_group(group: SecurityGroup) -> dict[str, Any]:
    """The security group that the controller makes for a load balancer."""
    return {
        "groupName": group.name,
        "description": "[k8s] Managed SecurityGroup for LoadBalancer",
        **some(tags=dict(group.tags), ingress=list(map(_permission, group.inbound))),
    }


def _permission(inbound: Inbound) -> dict[str, Any]:
    return {
        "ipProtocol": inbound.protocol,
        "fromPort": inbound.port,
        "toPort": inbound.port if inbound.code is None else inbound.code,
        **({"ipRanges": [{"cidrIP": inbound.ipv4}]} if inbound.ipv4 is not None else {}),
        **({"ipv6Ranges": [{"cidrIPv6": inbound.ipv6}]} if inbound.ipv6 is not None else {}),
        **({"prefixLists": [{"listID": inbound.prefix_list}]} if inbound.prefix_list is not None else {}),
    }
