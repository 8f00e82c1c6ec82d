"""IngressClassParams as typed words: the way back from `manifests.ingress_class`.

Facts: controller documentation, "IngressClassParams".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from eks_ingress.annotations.read_attributes import read_attributes
from eks_ingress.manifests.ingress_class import params_spec
from eks_ingress.refusal import Problem, Refused
from eks_ingress.routing.attributes import ListenerAttributes, LoadBalancerAttributes
from eks_ingress.routing.ingress_class import ClassSettings, NamespaceSelector
from eks_ingress.routing.labels import LabelExpression, LabelOperator
from eks_ingress.routing.scheme import IpAddressType, Scheme
from eks_ingress.routing.targets import TargetType
from eks_ingress.routing.tls import TlsPolicy
from eks_ingress.routing.web_acl import WebAcl


def read_class_settings(spec: Mapping[str, Any]) -> ClassSettings:
    """The settings that have this spec. Raises `ValueError` for a spec that they cannot say, or not all of."""
    said = {name: value for name, value in spec.items() if value}
    policies = {member.value: member for member in TlsPolicy}
    policy, capacity = said.get("sslPolicy"), spec.get("minimumLoadBalancerCapacity") or {}
    arn, name = said.get("wafv2AclArn"), said.get("wafv2AclName")
    settings = ClassSettings(
        namespace_selector=_selector(said["namespaceSelector"]) if "namespaceSelector" in said else None,
        group_name=(said.get("group") or {}).get("name"),
        scheme=Scheme(said["scheme"]) if "scheme" in said else None,
        ip_address_type=IpAddressType(said["ipAddressType"]) if "ipAddressType" in said else None,
        load_balancer_name=said.get("loadBalancerName"),
        subnets=(said.get("subnets") or {}).get("ids") or None,
        subnet_tags=(said.get("subnets") or {}).get("tags") or None,
        inbound_cidrs=said.get("inboundCIDRs") or (),
        prefix_lists=said.get("prefixListsIDs") or (),
        legacy_prefix_lists=said.get("PrefixListsIDs") or (),
        certificates=said.get("certificateArn") or (),
        tls_policy=policies.get(policy or "", policy),
        ssl_redirect_port=int(said["sslRedirectPort"]) if "sslRedirectPort" in said else None,
        listener_attributes={
            f"{listener['protocol']}-{listener['port']}": read_attributes(
                ListenerAttributes, _pairs(listener.get("listenerAttributes") or ())
            )
            for listener in said.get("listeners") or ()
        },
        load_balancer_attributes=read_attributes(LoadBalancerAttributes, _pairs(said["loadBalancerAttributes"]))
        if "loadBalancerAttributes" in said
        else None,
        minimum_capacity=capacity.get("capacityUnits"),
        ipam_ipv4_pool=(said.get("ipamConfiguration") or {}).get("ipv4IPAMPoolId"),
        target_type=TargetType(said["targetType"]) if "targetType" in said else None,
        web_acl=WebAcl(arn, name) if arn or name else None,
        tags=_pairs(said.get("tags") or ()),
    )
    written = params_spec(settings)
    lost = sorted(name for name in said.keys() | written.keys() if said.get(name) != written.get(name))
    if lost:
        reason = f"{', '.join(lost)} cannot be said in typed words as it stands."
        raise Refused([Problem(reason, "Apply the IngressClassParams as they stand.")])
    return settings


def _selector(selector: Mapping[str, Any]) -> NamespaceSelector:
    expressions = [
        LabelExpression(entry.get("key") or "", LabelOperator(entry.get("operator")), entry.get("values") or ())
        for entry in selector.get("matchExpressions") or ()
    ]
    return NamespaceSelector(selector.get("matchLabels") or {}, expressions)


def _pairs(entries: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    return {entry["key"]: entry["value"] for entry in entries}
