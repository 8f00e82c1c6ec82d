"""The settings of a load balancer itself.

Facts: controller documentation, "Ingress annotations"; the controller's builders of the load balancer, its attributes, capacity,
addresses, security group and add-ons (`pkg/ingress`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from eks_ingress.annotations import catalogue as c
from eks_ingress.annotations.catalogue import Annotation
from eks_ingress.annotations.grammar import Int, Unreadable
from eks_ingress.plan.facts import Facts
from eks_ingress.plan.members import Group, Member
from eks_ingress.plan.merging import agreed, conflict, merged_by_key, pairs, texts
from eks_ingress.plan.model import MANAGED, Inbound, Pairs, SecurityGroup, Subnet
from eks_ingress.plan.naming import load_balancer_name, security_group_name
from eks_ingress.plan.ports import PortSettings
from eks_ingress.plan.resolved import resolved_groups, resolved_subnets
from eks_ingress.plan.unknown import is_unknown, unknown
from eks_ingress.plan.world import World


def scheme(group: Group) -> str:
    """Whether it can be reached from the internet. Raises `Refused`."""
    found = agreed(c.SCHEME, texts(group, c.SCHEME), "conflicting scheme:")
    return group.world.flags.default_scheme if found is None else _one_of(*found, c.SCHEME)


def ip_address_type(group: Group) -> str:
    """Which addresses it has. Raises `Refused`."""
    found = agreed(c.IP_ADDRESS_TYPE, texts(group, c.IP_ADDRESS_TYPE), "conflicting IPAddressType:")
    return "ipv4" if found is None else _one_of(*found, c.IP_ADDRESS_TYPE)


def has_ipv6(address_type: str) -> bool:
    """Whether a load balancer with these addresses can be reached by IPv6."""
    return address_type.startswith("dualstack")


def _one_of(member: Member, value: str, annotation: Annotation) -> str:
    """A value that a class or an annotation says. Raises `Refused` for one that the controller does not know."""
    if annotation.overridden_by is not None and member.of_class.says(annotation.overridden_by) is not None:
        return value
    member.read(annotation)
    return value


def name(group: Group, of_scheme: str) -> str:
    """Its name in AWS. Raises `Refused`."""
    found = agreed(c.LOAD_BALANCER_NAME, texts(group, c.LOAD_BALANCER_NAME), "conflicting load balancer name:")
    if found is None:
        return load_balancer_name(group, of_scheme)
    member, text = found[0], str(found[1])
    if len(text.encode()) > 32 and not is_unknown(text):
        raise member.refuse(
            "EKI248",
            f"the name of the load balancer, {text!r}, has {len(text)} characters.",
            "Write 32 at most.",
            "load balancer name cannot be longer than 32 characters",
            at=c.LOAD_BALANCER_NAME,
        )
    return text


# Subnets and security groups


def subnets(group: Group, of_scheme: str, address_type: str) -> tuple[Subnet, ...]:
    """Its subnets; a placeholder for what only AWS knows. Raises `Refused`."""
    selected: list[tuple[Member, Mapping[str, Any]]] = [
        (x, x.of_class.spec["subnets"]) for x in group.members if x.of_class.spec.get("subnets") is not None
    ]
    named = [
        (x, x.read(c.SUBNETS))
        for x in group.members
        if x.of_class.spec.get("subnets") is None and x.said.text(c.SUBNETS) is not None
    ]
    flags, facts, ipv6 = group.world.flags, group.world.facts, has_ipv6(address_type)
    if selected:
        member, selector = selected[0]
        if named:
            raise conflict(
                named[0][0], c.SUBNETS, ", ".join(named[0][1]), member, "said by the class", "conflicting subnet specifications:"
            )
        for other, theirs in selected[1:]:
            if theirs != selector:
                raise conflict(
                    other, c.SUBNETS, str(theirs), member, str(selector), "conflicting IngressClassParams subnet specifications"
                )
        return resolved_subnets(
            member, c.SUBNETS, facts, lambda known: known.selected(flags, selector, ipv6), selector.get("ids") or None
        )
    if named:
        found = agreed(c.SUBNETS, named, "conflicting subnets:", sorted)
        assert found is not None
        member, wanted = found
        return resolved_subnets(member, c.SUBNETS, facts, lambda known: known.named(flags, wanted, "application", ipv6), wanted)
    return resolved_subnets(
        group.members[0],
        c.SUBNETS,
        facts,
        lambda known: known.discovered(flags, of_scheme, "application", ipv6),
        None,
        "couldn't auto-discover subnets: ",
    )


class Guards(NamedTuple):
    """The security groups of a load balancer."""

    groups: tuple[str, ...]
    managed: SecurityGroup | None = None
    """The one that the controller makes."""
    backend: str | None = None
    """The one that targets let in; None where nobody opens them to the load balancer."""


def guards(group: Group, ports: Mapping[int, PortSettings], address_type: str, tags: Pairs) -> Guards:
    """Its security groups. Raises `Refused`."""
    flags, facts = group.world.flags, group.world.facts
    shared = shared_group(group.world)
    listed = ((x, x.read(c.SECURITY_GROUPS)) for x in group.members)
    found = agreed(c.SECURITY_GROUPS, listed, "conflicting securityGroups:")
    if found is None or not found[1]:
        managed = SecurityGroup(security_group_name(group), tuple(_inbound(ports, has_ipv6(address_type))), tags)
        if not flags.backend_security_group:
            return Guards((MANAGED,), managed, MANAGED)
        return Guards((MANAGED, shared), managed, shared)
    member, wanted = found
    manages = _manages_backend_rules(group)
    groups = resolved_groups(member, c.SECURITY_GROUPS, facts, wanted)
    if not manages:
        return Guards(groups)
    if not flags.backend_security_group:
        raise member.refuse(
            "EKI317",
            "the rules of targets are to be managed for its own security groups, and the controller has no backend security group.",
            "Leave `manage-backend-security-group-rules` out, or let the controller have one (`enableBackendSecurityGroup`).",
            "backendSG feature is required to manage worker node SG rules when frontendSG manually specified",
            at=c.MANAGE_BACKEND_SECURITY_GROUP_RULES,
        )
    return Guards((*groups, shared), None, shared)


def shared_group(world: World) -> str:
    """The security group that targets let in, which the load balancers of the cluster share."""
    return world.flags.backend_security_group_id or world.facts.backend_security_group or unknown("backend security group")


def _manages_backend_rules(group: Group) -> bool:
    said = ((x, x.read(c.MANAGE_BACKEND_SECURITY_GROUP_RULES)) for x in group.members)
    event = "conflicting manage backend security group rules settings"
    found = agreed(c.MANAGE_BACKEND_SECURITY_GROUP_RULES, said, event)
    return group.world.flags.manage_backend_rules if found is None else found[1]


def _inbound(ports: Mapping[int, PortSettings], ipv6: bool) -> list[Inbound]:
    found = []
    for port, settings in sorted(ports.items()):
        found += [Inbound(port, ipv4=block) for block in settings.ipv4]
        found += [Inbound(port, ipv6=block) for block in settings.ipv6 if ipv6]
        found += [Inbound(port, prefix_list=listed) for listed in settings.prefix_lists]
    return found


# The rest


def attributes(group: Group) -> Pairs:
    """Its attributes. Raises `Refused`."""
    decided = {str(x["key"]): str(x["value"]) for x in group.members[0].of_class.says("loadBalancerAttributes") or ()}
    event = "conflicting load balancer attributes {}:"
    return pairs(merged_by_key(c.LOAD_BALANCER_ATTRIBUTES, group.members, decided, event))


def minimum_capacity(group: Group) -> int | None:
    """Its reserved capacity. Raises `Refused`."""
    if not group.world.flags.gate("LBCapacityReservation"):
        return None
    row = c.MINIMUM_LOAD_BALANCER_CAPACITY
    decided: int | None = group.members[0].of_class.says(str(row.overridden_by))
    if decided is not None:
        return decided
    found = merged_by_key(row, group.members, {}, "conflicting capacity reservation {}:")
    for key in found:
        if key != "CapacityUnits":
            raise _owner(group, key).refuse(
                "EKI319",
                f"minimum-load-balancer-capacity has the key {key!r}.",
                "Write CapacityUnits=500.",
                f"invalid key to set the capacity: {key}, Expected key: CapacityUnits",
                at=row,
            )
    text = found.get("CapacityUnits")
    if text is None or is_unknown(text):
        return None
    try:
        return Int().decode(text)
    except Unreadable as unreadable:
        raise _owner(group, "CapacityUnits").refuse(
            "EKI319",
            f"minimum-load-balancer-capacity is {text!r}, and {unreadable}.",
            "Write CapacityUnits=500.",
            f"invalid value to set the capacity: {text}",
            at=row,
        ) from None


def _owner(group: Group, key: str) -> Member:
    """The first member that says something of a key of the capacity."""
    return next(member for member in group.members if key in (member.read(c.MINIMUM_LOAD_BALANCER_CAPACITY) or {}))


def ipam_pool(group: Group) -> str | None:
    """The pool of its addresses. Raises `Refused`."""
    row = c.IPAM_IPV4_POOL_ID
    # Even an empty pool of the class ends the search.
    decided: str | None = (group.members[0].of_class.says("ipamConfiguration") or {}).get("ipv4IPAMPoolId")
    said = ((x, x.said.text(row) or None) for x in group.members)
    found = None if decided is not None else agreed(row, said, "conflicting ipv4 ipam pools")
    return decided if found is None else found[1]


def customer_owned_pool(group: Group) -> str | None:
    """The pool of customer-owned addresses. Raises `Refused`."""
    row = c.CUSTOMER_OWNED_IPV4_POOL
    for member in group.members:
        if member.said.text(row) == "":
            raise member.refuse(
                "EKI318",
                "customer-owned-ipv4-pool is empty.",
                "Write the id of a pool, or leave the annotation out.",
                "cannot use empty value for customer-owned-ipv4-pool annotation",
                at=row,
            )
    found = agreed(row, texts(group, row), "conflicting CustomerOwnedIPv4Pool:")
    return None if found is None else found[1]


def web_acl(group: Group) -> str | None:
    """The web ACL of AWS WAF. Raises `Refused`."""
    by_name = ((x, x.of_class.says("wafv2AclName") or x.said.text(c.WAFV2_ACL_NAME) or None) for x in group.members)
    found = agreed(c.WAFV2_ACL_NAME, by_name, "conflicting WAFv2 WebACL names:")
    if found is None:
        by_arn = ((x, _first(x.of_class.says("wafv2AclArn"), x.said.text(c.WAFV2_ACL_ARN))) for x in group.members)
        arn = agreed(c.WAFV2_ACL_ARN, by_arn, "conflicting WAFv2 WebACL ARNs:")
        return None if arn is None else "" if arn[1] == "none" else arn[1]
    member, wanted = found
    if wanted == "none":
        return ""
    facts = group.world.facts
    if facts.web_acls is None or is_unknown(wanted):
        return unknown(f"web ACL {wanted}")
    known = Facts.arn(facts.web_acls, wanted)
    if known is None:
        raise member.refuse(
            "EKI332",
            f"there is no web ACL {wanted!r}.",
            "Name a regional web ACL of the account.",
            f"couldn't find WAFv2 WebACL with name: {wanted}",
            at=c.WAFV2_ACL_NAME,
        )
    return known


def waf_classic(group: Group) -> str | None:
    """The web ACL of AWS WAF Classic. Raises `Refused`."""
    said = ((x, _first(x.said.text(c.WAF_ACL_ID), x.said.text(c.WEB_ACL_ID)) or None) for x in group.members)
    found = agreed(c.WAF_ACL_ID, said, "conflicting WAFClassic WebACL IDs:")
    return None if found is None else "" if found[1] == "none" else found[1]


def shield(group: Group) -> bool | None:
    """Whether AWS Shield Advanced protects it. Raises `Refused`."""
    said = ((x, x.read(c.SHIELD_ADVANCED_PROTECTION)) for x in group.members)
    found = agreed(c.SHIELD_ADVANCED_PROTECTION, said, "conflicting enable shield advanced protection")
    return None if found is None else found[1]


def _first(one: str | None, other: str | None) -> str | None:
    return other if one is None else one
