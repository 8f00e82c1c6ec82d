"""From where a load balancer can be reached, and what it can reach."""

from __future__ import annotations

from collections.abc import Iterator

from eks_ingress.annotations import catalogue as c
from eks_ingress.annotations import of_services as s
from eks_ingress.annotations.catalogue import Annotation
from eks_ingress.checks.check import ERROR, WARNING, Check, Finding, Refusal
from eks_ingress.checks.reading import balanced, planned, read, text_of
from eks_ingress.plan.balanced import BalancedService
from eks_ingress.plan.members import Group, Member
from eks_ingress.plan.model import LoadBalancer, Plan
from eks_ingress.plan.unknown import is_unknown

_GROUPS, _MANAGE = c.SECURITY_GROUPS.key(), c.MANAGE_BACKEND_SECURITY_GROUP_RULES.key()
_CIDRS, _LISTS = c.INBOUND_CIDRS.key(), c.SECURITY_GROUP_PREFIX_LISTS.key()


def _with_own_groups(plan: Plan) -> Iterator[tuple[LoadBalancer, Group, Member]]:
    """The load balancers whose security groups are not the controller's, and who says so."""
    for balancer, group in planned(plan):
        if balancer.managed_security_group is None:
            owner = next((member for member in group.members if _GROUPS in member.said.keys), None)
            if owner is not None:
                yield balancer, group, owner


def _services_with_own_groups(plan: Plan) -> Iterator[BalancedService]:
    """The Services whose network load balancers have security groups of the user's."""
    for balancer, service in balanced(plan):
        if balancer.managed_security_group is None and balancer.security_groups:
            yield service


def _says(member: Member, row: Annotation) -> bool:
    """Whether an Ingress or its class says something."""
    return row.key() in member.said.keys or member.of_class.says(str(row.overridden_by)) is not None


class OneSubnet(Check):
    """A load balancer for which fewer than two subnets are named."""

    id = "EKI311"
    title = "A load balancer has fewer than two subnets"
    why = "AWS wants subnets in two availability zones, but for subnets in a local zone or on an Outpost."
    remedy = "Name a subnet of another zone as well, or none, so that the controller finds them by their tags."
    source = "controller documentation, Subnet Discovery"
    example = "subnets: subnet-0123456789abcdef0"
    mistakes = (43,)

    def find(self, plan: Plan) -> Iterator[Finding]:
        if plan.world is None or plan.world.facts.subnets is not None or plan.world.flags.gate("ALBSingleSubnet"):
            return
        for balancer, group in planned(plan):
            ids = {subnet.id for subnet in balancer.subnets}
            if len(ids) != 1:
                continue
            for member in group.members:
                selector = member.of_class.spec.get("subnets") or {}
                named = selector.get("ids") or read(member, c.SUBNETS) or ()
                if named and not any(map(is_unknown, named)):
                    yield self.in_ingress(
                        member, f"its load balancer is to stand in {', '.join(named)} alone.", key=c.SUBNETS.key()
                    )
                    break


class TargetsMayBeClosed(Check):
    """Security groups of the user's that nobody lets into the targets."""

    id = "EKI313"
    title = "Targets may not let the load balancer in"
    why = "With security-groups the controller leaves the rules of nodes and pods alone, unless it is told to manage them."
    remedy = "Write manage-backend-security-group-rules: 'true'; or 'false' where the targets let these groups in by other means."
    source = "controller documentation, Security Groups"
    example = "security-groups: sg-0123456789abcdef0   # without manage-backend-security-group-rules"
    mistakes = (54,)

    def find(self, plan: Plan) -> Iterator[Finding]:
        if plan.world is None or plan.world.flags.manage_backend_rules:
            return
        for _, group, owner in _with_own_groups(plan):
            if all(_MANAGE not in member.said.keys for member in group.members):
                names = ", ".join(read(owner, c.SECURITY_GROUPS) or ())
                yield self.in_ingress(owner, f"nothing lets {names} into the targets.", key=_GROUPS)
        for service in _services_with_own_groups(plan):
            if s.MANAGE_BACKEND_SECURITY_GROUP_RULES.key() not in service.said.keys:
                names = ", ".join(read(service.said, s.SECURITY_GROUPS) or ())
                message, key = f"nothing lets {names} into the targets.", s.SECURITY_GROUPS.key()
                yield self.in_manifest(service.manifest, message, _MANAGED_BY_SERVICE, key=key)


class InboundWithoutEffect(Check):
    """Addresses that may reach a load balancer whose security groups say that themselves."""

    id = "EKI314"
    title = "security-groups switches off who may reach a load balancer"
    why = "Addresses and prefix lists are for the security group that the controller makes, and with security-groups it makes none."
    remedy = "Put them into the security groups that are named, or leave security-groups out."
    source = "controller documentation, Security Groups, inbound-cidrs"
    example = "inbound-cidrs: 10.0.0.0/8   # with security-groups"
    mistakes = (55,)

    def find(self, plan: Plan) -> Iterator[Finding]:
        for _, group, owner in _with_own_groups(plan):
            for member in group.members:
                for row in (c.INBOUND_CIDRS, c.SECURITY_GROUP_PREFIX_LISTS):
                    if _says(member, row):
                        key = row.key()
                        what = key if key in member.said.keys else f"{row.overridden_by} of class {member.of_class.name!r}"
                        where = "the same Ingress" if owner is member else f"Ingress {owner.name}"
                        yield self.in_ingress(member, f"{what} has no effect, since {where} has security-groups.", key=key)
        for service in _services_with_own_groups(plan):
            said = {row.key(): text_of(service, row.key()) for row in _WHO_REACHES}
            keys = [key for key, text in said.items() if text and text != "off"]
            no_effect = f"has no effect beside {s.SECURITY_GROUPS.name}."
            if service.backend.spec.get("loadBalancerSourceRanges"):
                # The annotation does not count beside the spec anyway.
                keys = [key for key in keys if key != s.SOURCE_RANGES.key()]
                part = ("spec", "loadBalancerSourceRanges")
                yield self.in_manifest(service.manifest, f"loadBalancerSourceRanges {no_effect}", part=part)
            for key in keys:
                yield self.in_manifest(service.manifest, f"{key} {no_effect}", key=key)


_WHO_REACHES = (s.SOURCE_RANGES, s.SECURITY_GROUP_PREFIX_LISTS, s.ENABLE_ICMP)
_MANAGED_BY_SERVICE = (
    f"Write {s.MANAGE_BACKEND_SECURITY_GROUP_RULES.name}: 'true'; or 'false' where the targets let these groups in by other means."
)


class Ipv6WithoutEffect(Check):
    """IPv6 addresses that may reach a load balancer which has none itself."""

    id = "EKI316"
    title = "IPv6 addresses are let in where there is no IPv6"
    why = "The controller leaves IPv6 blocks out of the security group of a load balancer that is not dualstack."
    remedy = "Write ip-address-type: dualstack, or leave them out."
    source = "controller source, managed security group"
    example = "inbound-cidrs: 10.0.0.0/8,2001:db8::/32   # without ip-address-type: dualstack"

    def find(self, plan: Plan) -> Iterator[Finding]:
        for balancer, group in planned(plan):
            if balancer.ip_address_type != "ipv4" or balancer.managed_security_group is None:
                continue
            for member in group.members:
                text = text_of(member, _CIDRS)
                if text is not None and ":" in text and member.of_class.says("inboundCIDRs") is None:
                    blocks = [block for block in read(member, c.INBOUND_CIDRS) or () if ":" in block]
                    yield self.in_ingress(member, f"{_CIDRS} lets in {', '.join(blocks)}, for nothing.", key=_CIDRS)


class ManagedAnyway(Check):
    """Rules of targets that are not to be managed, without security groups of the user's."""

    id = "EKI320"
    title = "manage-backend-security-group-rules has no effect"
    why = (
        "It counts beside security-groups alone; the security group that the controller makes is let into the targets in any case."
    )
    remedy = "Take it out, or name security groups."
    source = "controller documentation, manage-backend-security-group-rules"
    example = "manage-backend-security-group-rules: 'false'   # without security-groups"

    def find(self, plan: Plan) -> Iterator[Finding]:
        for balancer, group in planned(plan):
            if balancer.managed_security_group is None:
                continue
            for member in group.members:
                # What it says is done in any case, or is not even read.
                text = text_of(member, _MANAGE)
                if text is not None and read(member, c.MANAGE_BACKEND_SECURITY_GROUP_RULES) is not True:
                    yield self.in_ingress(member, f"{_MANAGE} is {text!r}, and there are no security-groups.", key=_MANAGE)
        for network, service in balanced(plan):
            row = s.MANAGE_BACKEND_SECURITY_GROUP_RULES
            text = text_of(service, row.key())
            if network.managed_security_group is not None and text is not None and read(service.said, row) is not True:
                message = f"{row.key()} is {text!r}, and there is no {s.SECURITY_GROUPS.name}."
                yield self.in_manifest(service.manifest, message, key=row.key())


class InternalWithoutPublicIpv4(Check):
    """An internal load balancer that is to have no public IPv4 addresses."""

    id = "EKI330"
    severity = ERROR
    title = "dualstack-without-public-ipv4 is for load balancers that face the internet"
    why = "AWS refuses it for an internal load balancer."
    remedy = "Write ip-address-type: dualstack, or scheme: internet-facing."
    source = "Elastic Load Balancing documentation, IP address type"
    example = "ip-address-type: dualstack-without-public-ipv4   # with scheme: internal"

    def find(self, plan: Plan) -> Iterator[Finding]:
        for balancer, group in planned(plan):
            if balancer.ip_address_type == "dualstack-without-public-ipv4" and balancer.scheme == "internal":
                owner = next((x for x in group.members if _says(x, c.IP_ADDRESS_TYPE)), group.members[0])
                yield self.in_ingress(owner, "its load balancer is internal.", key=c.IP_ADDRESS_TYPE.key())


class CannotBeDeleted(Refusal):
    """Protection against deletion, which the controller does not lift; of what is being deleted, it refuses that."""

    id = "EKI333"
    is_mixed = True
    title = "A load balancer is protected against deletion"
    why = (
        "The controller does not lift the protection: when its Ingresses, or its Service, are deleted they stay, and with them "
        "their namespace or stack, until somebody lifts it."
    )
    remedy = "Acknowledge it if that is meant; before you delete them, write deletion_protection.enabled=false."
    source = "controller documentation, deletion protection"
    example = "load-balancer-attributes: deletion_protection.enabled=true"
    mistakes = (38,)
    can_be_acknowledged = True

    def find(self, plan: Plan) -> Iterator[Finding]:
        yield from super().find(plan)
        for balancer, group in planned(plan):
            for attributes, row in ((balancer.attributes, c.LOAD_BALANCER_ATTRIBUTES), *_of_frontend(balancer)):
                if ("deletion_protection.enabled", "true") in attributes:
                    owner = next((x for x in group.members if "deletion_protection" in x.said.keys.get(row.key(), "")), None)
                    what = "its load balancer" if row is c.LOAD_BALANCER_ATTRIBUTES else "its frontend network load balancer"
                    yield self.in_ingress(owner or group.members[0], f"{what} cannot be deleted.", key=row.key(), severity=WARNING)
        for network, service in balanced(plan):
            if ("deletion_protection.enabled", "true") in network.attributes:
                message = "its load balancer cannot be deleted."
                yield self.in_manifest(service.manifest, message, key=s.ATTRIBUTES.key(), severity=WARNING)


def _of_frontend(balancer: LoadBalancer) -> Iterator[tuple[tuple[tuple[str, str], ...], Annotation]]:
    if balancer.frontend_nlb is not None:
        yield balancer.frontend_nlb.attributes, c.FRONTEND_NLB_ATTRIBUTES
