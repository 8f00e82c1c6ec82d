"""Security groups: one that something uses is not deleted.

Facts: EC2 API, DeleteSecurityGroup ("DependencyViolation").
"""

from __future__ import annotations

from moto.ec2.exceptions import DependencyViolationError
from moto.ec2.models import EC2Backend
from moto.elbv2.models import elbv2_backends

_delete = EC2Backend.delete_security_group


def delete_security_group(self: EC2Backend, name: str | None = None, group_id: str | None = None) -> None:
    """Unless a load balancer has it, an interface, or the rule of another group."""
    if group_id:
        balancers = elbv2_backends[self.account_id][self.region_name].load_balancers.values()
        groups = [group for of_vpc in self.groups.values() for group in of_vpc.values() if group.id != group_id]
        named = {rule.source_group.get("GroupId") for group in groups for rule in [*group.ingress_rules, *group.egress_rules]}
        held = any(group_id in balancer.security_groups for balancer in balancers)
        held |= any(group_id in {group.id for group in interface.group_set} for interface in self.enis.values())
        if held or group_id in named:
            raise DependencyViolationError(f"resource {group_id} has a dependent object")
    _delete(self, name, group_id)


AMENDED: list[tuple[type, str, object]] = [
    (EC2Backend, "delete_security_group", delete_security_group),
]
