"""The annotations about a load balancer itself, as typed words."""

from __future__ import annotations

from typing import Any

from eks_ingress.annotations import catalogue as c
from eks_ingress.annotations.catalogue import Annotation
from eks_ingress.annotations.read_attributes import read_attributes
from eks_ingress.annotations.read_targets import FRONTEND_CHECK, read_health_check
from eks_ingress.annotations.texts import Texts
from eks_ingress.routing.attributes import LoadBalancerAttributes, NetworkLoadBalancerAttributes
from eks_ingress.routing.frontend import FrontendNlb
from eks_ingress.routing.network import SecurityGroups
from eks_ingress.routing.scheme import IpAddressType, Scheme
from eks_ingress.routing.settings import LoadBalancerSettings
from eks_ingress.routing.web_acl import WafClassic, WebAcl

_Said = dict[str, tuple[Any, tuple[Annotation, ...]]]
"""Fields of a word with the annotations that they come from."""


def read_settings(texts: Texts) -> LoadBalancerSettings:
    """What annotations say of a load balancer. What no word takes is left in `texts`."""
    attributes = texts.take(c.LOAD_BALANCER_ATTRIBUTES)
    said: _Said = {
        "scheme": (texts.member(c.SCHEME, Scheme), (c.SCHEME,)),
        "ip_address_type": (texts.member(c.IP_ADDRESS_TYPE, IpAddressType), (c.IP_ADDRESS_TYPE,)),
        "load_balancer_name": (texts.take(c.LOAD_BALANCER_NAME), (c.LOAD_BALANCER_NAME,)),
        "subnets": (tuple(texts.take(c.SUBNETS) or ()), (c.SUBNETS,)),
        "security_groups": (_security_groups(texts), ()),
        "customer_owned_ipv4_pool": (texts.take(c.CUSTOMER_OWNED_IPV4_POOL), (c.CUSTOMER_OWNED_IPV4_POOL,)),
        "ipam_ipv4_pool": (texts.take(c.IPAM_IPV4_POOL_ID) or None, (c.IPAM_IPV4_POOL_ID,)),
        "attributes": (
            texts.made(lambda: read_attributes(LoadBalancerAttributes, attributes), c.LOAD_BALANCER_ATTRIBUTES)
            if attributes
            else None,
            (c.LOAD_BALANCER_ATTRIBUTES,),
        ),
        "tags": (texts.take(c.TAGS), (c.TAGS,)),
        "web_acl": (_web_acl(texts), ()),
        "waf_classic": (_waf_classic(texts), ()),
        "shield": (texts.take(c.SHIELD_ADVANCED_PROTECTION), (c.SHIELD_ADVANCED_PROTECTION,)),
        "minimum_capacity": (_capacity(texts), (c.MINIMUM_LOAD_BALANCER_CAPACITY,)),
        "frontend_nlb": (_frontend(texts), ()),
    }
    return texts.together(LoadBalancerSettings, said)


def _security_groups(texts: Texts) -> SecurityGroups | None:
    groups = tuple(texts.take(c.SECURITY_GROUPS) or ())
    manages = texts.take(c.MANAGE_BACKEND_SECURITY_GROUP_RULES)
    cidrs = tuple(texts.take(c.INBOUND_CIDRS) or ())
    lists = tuple(texts.take(c.SECURITY_GROUP_PREFIX_LISTS) or ())
    if groups:
        for row in (c.INBOUND_CIDRS, c.SECURITY_GROUP_PREFIX_LISTS):
            texts.idle(row, "beside security-groups")
        both: _Said = {
            "groups": (groups, (c.SECURITY_GROUPS,)),
            "manage_backend_rules": (manages, (c.MANAGE_BACKEND_SECURITY_GROUP_RULES,)),
        }
        return texts.together(SecurityGroups, both)
    texts.idle(c.MANAGE_BACKEND_SECURITY_GROUP_RULES, "without security-groups")
    managed: _Said = {"inbound_cidrs": (cidrs, (c.INBOUND_CIDRS,)), "prefix_lists": (lists, (c.SECURITY_GROUP_PREFIX_LISTS,))}
    return texts.together(SecurityGroups, managed) if cidrs or lists else None


def _web_acl(texts: Texts) -> WebAcl | None:
    name, arn = texts.take(c.WAFV2_ACL_NAME) or None, texts.take(c.WAFV2_ACL_ARN)
    if name is not None:
        texts.idle(c.WAFV2_ACL_ARN, "beside wafv2-acl-name")
        return texts.made(lambda: WebAcl.none() if name == "none" else WebAcl.by_name(name), c.WAFV2_ACL_NAME)
    return None if arn is None else texts.made(lambda: WebAcl.by_arn(arn), c.WAFV2_ACL_ARN)


def _waf_classic(texts: Texts) -> WafClassic | None:
    new, old = texts.take(c.WAF_ACL_ID), texts.take(c.WEB_ACL_ID)
    if new:
        texts.idle(c.WEB_ACL_ID, "beside waf-acl-id")
        return texts.made(lambda: WafClassic.by_id(new), c.WAF_ACL_ID)
    return texts.made(lambda: WafClassic.by_id(old, old_name=True), c.WEB_ACL_ID) if old else None


def _capacity(texts: Texts) -> int | None:
    said = texts.take(c.MINIMUM_LOAD_BALANCER_CAPACITY)
    if said is None:
        return None
    units = said.get("CapacityUnits", "")
    if said.keys() == {"CapacityUnits"} and units.isascii() and units.isdecimal():
        return int(units)
    texts.leave(c.MINIMUM_LOAD_BALANCER_CAPACITY, "is not CapacityUnits with a number, and nothing else")
    return None


_FRONTEND = (
    c.FRONTEND_NLB_SCHEME,
    c.FRONTEND_NLB_SUBNETS,
    c.FRONTEND_NLB_SECURITY_GROUPS,
    c.FRONTEND_NLB_LISTENER_PORT_MAPPING,
    c.FRONTEND_NLB_EIP_ALLOCATIONS,
    c.FRONTEND_NLB_TAGS,
    c.FRONTEND_NLB_ATTRIBUTES,
    *FRONTEND_CHECK.values(),
)


def _frontend(texts: Texts) -> FrontendNlb | None:
    if not texts.take(c.ENABLE_FRONTEND_NLB):
        for row in _FRONTEND:
            texts.idle(row, "without enable-frontend-nlb: true")
        return None
    attributes = texts.take(c.FRONTEND_NLB_ATTRIBUTES)
    said: _Said = {
        "scheme": (texts.member(c.FRONTEND_NLB_SCHEME, Scheme), (c.FRONTEND_NLB_SCHEME,)),
        "subnets": (tuple(texts.take(c.FRONTEND_NLB_SUBNETS) or ()), (c.FRONTEND_NLB_SUBNETS,)),
        "security_groups": (tuple(texts.take(c.FRONTEND_NLB_SECURITY_GROUPS) or ()), (c.FRONTEND_NLB_SECURITY_GROUPS,)),
        "ports": (_ports(texts), (c.FRONTEND_NLB_LISTENER_PORT_MAPPING,)),
        "eip_allocations": (tuple(texts.take(c.FRONTEND_NLB_EIP_ALLOCATIONS) or ()), (c.FRONTEND_NLB_EIP_ALLOCATIONS,)),
        "health_check": (read_health_check(texts, FRONTEND_CHECK), tuple(FRONTEND_CHECK.values())),
        "tags": (texts.take(c.FRONTEND_NLB_TAGS), (c.FRONTEND_NLB_TAGS,)),
        "attributes": (
            texts.made(lambda: read_attributes(NetworkLoadBalancerAttributes, attributes), c.FRONTEND_NLB_ATTRIBUTES)
            if attributes
            else None,
            (c.FRONTEND_NLB_ATTRIBUTES,),
        ),
    }
    return texts.together(FrontendNlb, said)


def _ports(texts: Texts) -> dict[int, int]:
    said = texts.take(c.FRONTEND_NLB_LISTENER_PORT_MAPPING) or {}
    try:
        return {int(port): int(target) for port, target in said.items()}
    except ValueError:
        texts.leave(c.FRONTEND_NLB_LISTENER_PORT_MAPPING, "has what is no port")
        return {}
