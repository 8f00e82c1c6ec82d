"""An IngressClass and its parameters as the Kubernetes objects.

Facts: Kubernetes API, networking.k8s.io/v1 IngressClass; controller documentation, "IngressClass", "IngressClassParams".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from eks_ingress.manifests.manifest import Manifest
from eks_ingress.manifests.selectors import selector
from eks_ingress.routing.ingress_class import ClassSettings, IngressClass
from eks_ingress.routing.names import CLASS_CONTROLLER, IS_DEFAULT_CLASS
from eks_ingress.routing.network import subnets, texts
from eks_ingress.routing.tls import TlsPolicy

_GROUP = "elbv2.k8s.aws"
_KIND = "IngressClassParams"


def manifests(ingress_class: IngressClass) -> list[Manifest]:
    """The objects that are applied for a class, in the order in which they must be there: its parameters, if any, and itself."""
    spec = {} if ingress_class.settings is None else params_spec(ingress_class.settings)
    name = ingress_class.params_name or ingress_class.name
    params = {"apiVersion": f"{_GROUP}/v1beta1", "kind": _KIND, "metadata": {"name": name}, "spec": spec}
    # Without settings, a name of parameters is that of some which are there.
    refers = bool(spec) or (ingress_class.settings is None and ingress_class.params_name is not None)
    default = {"annotations": {IS_DEFAULT_CLASS: "true"}} if ingress_class.is_default else {}
    reference = {"parameters": {"apiGroup": _GROUP, "kind": _KIND, "name": name}} if refers else {}
    itself = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "IngressClass",
        "metadata": {"name": ingress_class.name, **default},
        "spec": {"controller": CLASS_CONTROLLER, **reference},
    }
    return [Manifest(body, ingress_class.source) for body in ([params, itself] if spec else [itself])]


def params_spec(settings: ClassSettings) -> dict[str, Any]:
    """The spec of an IngressClassParams: a field for everything that is said, and no other."""
    acl, balancer = settings.web_acl, settings.load_balancer_attributes
    fields = {
        "namespaceSelector": settings.namespace_selector and selector(settings.namespace_selector),
        "group": settings.group_name and {"name": settings.group_name},
        "scheme": settings.scheme and settings.scheme.value,
        "ipAddressType": settings.ip_address_type and settings.ip_address_type.value,
        "loadBalancerName": settings.load_balancer_name,
        "subnets": _subnets(settings),
        "inboundCIDRs": list(settings.inbound_cidrs),
        "prefixListsIDs": list(texts(settings.prefix_lists, "prefix_list_id")),
        "PrefixListsIDs": list(texts(settings.legacy_prefix_lists, "prefix_list_id")),
        "certificateArn": list(settings.certificates),
        "sslPolicy": settings.tls_policy.value if isinstance(settings.tls_policy, TlsPolicy) else settings.tls_policy,
        "sslRedirectPort": settings.ssl_redirect_port and str(settings.ssl_redirect_port),
        "listeners": _listeners(settings),
        "loadBalancerAttributes": balancer and _pairs(balancer.entries()),
        "minimumLoadBalancerCapacity": None if settings.minimum_capacity is None else {"capacityUnits": settings.minimum_capacity},
        "ipamConfiguration": settings.ipam_ipv4_pool and {"ipv4IPAMPoolId": settings.ipam_ipv4_pool},
        "targetType": settings.target_type and settings.target_type.value,
        "wafv2AclArn": acl and acl.arn,
        "wafv2AclName": acl and acl.name,
        "tags": _pairs(settings.tags),
    }
    return _said(fields)


def overridden(spec: Mapping[str, Any] | None) -> frozenset[str]:
    """What an Ingress cannot say, since the IngressClassParams of its class has this spec, as fields of that.

    Of `tags`, `listeners` and `loadBalancerAttributes` an Ingress can still say what the class does not: the class wins key by key.
    """
    names: set[str] = set()
    for name in _said(spec or {}):
        names |= _DECIDES.get(name, {name})
    return frozenset(names)


_DECIDES: Mapping[str, set[str]] = {
    "namespaceSelector": set(),
    "group": {"group.name"},
    "listeners": {"listeners.listenerAttributes"},
    "minimumLoadBalancerCapacity": {"minimumLoadBalancerCapacity.capacityUnits"},
    "ipamConfiguration": {"ipamConfiguration.ipv4IPAMPoolId"},
    "PrefixListsIDs": {"prefixListsIDs"},
    # A web ACL by name, of the class or of an Ingress, goes before one by ARN.
    "wafv2AclName": {"wafv2AclName", "wafv2AclArn"},
}
"""Where that is not what a field of the spec is called."""


def _said(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that say something, as the controller sees it: what is empty is as if it were not there."""
    return {name: value for name, value in fields.items() if value}


def _subnets(settings: ClassSettings) -> dict[str, Any]:
    tags = {key: list(values) for key, values in (settings.subnet_tags or {}).items()}
    return _said({"ids": list(subnets(settings.subnets or ())), "tags": tags})


def _listeners(settings: ClassSettings) -> list[dict[str, Any]]:
    listeners = []
    for listener, attributes in settings.listener_attributes.items():
        protocol, port = listener.split("-")
        if pairs := _pairs(attributes.entries()):
            listeners.append({"protocol": protocol, "port": int(port), "listenerAttributes": pairs})
    return listeners


def _pairs(entries: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"key": key, "value": value} for key, value in entries.items()]
