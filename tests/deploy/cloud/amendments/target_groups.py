"""Target groups: targets are told apart by their ports, drain before they go, and are unused until a listener leads to them.

Facts: ELBv2 API, CreateTargetGroup, ModifyTargetGroup, DeleteTargetGroup, RegisterTargets, DeregisterTargets, DescribeTargetHealth;
Elastic Load Balancing, "Target health status".
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

from moto.core.responses import ActionResult
from moto.elbv2.exceptions import InvalidTargetError, TargetGroupNotFoundError
from moto.elbv2.models import ELBv2Backend, FakeHealthStatus, FakeTargetGroup
from moto.elbv2.responses import ELBV2Response

_create = ELBv2Backend.create_target_group
_delete = ELBv2Backend.delete_target_group
_describe = ELBv2Backend.describe_target_groups
_modify = ELBV2Response.modify_target_group
_QUIC = {"QUIC", "TCP_QUIC"}


def create_target_group(self: ELBv2Backend, name: str, **kwargs: Any) -> FakeTargetGroup:
    """Of all protocols."""
    protocol = kwargs.get("protocol")
    group = _create(self, name, **{**kwargs, "protocol": "UDP" if protocol in _QUIC else protocol})
    if protocol in _QUIC:
        group.protocol = protocol
    return group


def delete_target_group(self: ELBv2Backend, target_group_arn: str) -> FakeTargetGroup:
    """With its tags."""
    group = _delete(self, target_group_arn)
    self.tagging_service.delete_all_tags_for_resource(target_group_arn)
    return group


def describe_target_groups(self: ELBv2Backend, *args: Any, **kwargs: Any) -> Iterable[FakeTargetGroup]:
    """With the load balancers that lead to it now."""
    for arn, group in self.target_groups.items():
        group.load_balancer_arns[:] = _leading_to(self, arn)
    return _describe(self, *args, **kwargs)


def respond_modify_target_group(self: ELBV2Response) -> ActionResult:
    """With the codes of answers that count as healthy, for every protocol."""
    result = _modify(self)
    if matcher := self._get_params().get("Matcher"):
        made: Any = result.result
        made["TargetGroups"][0].matcher = matcher
    return result


def register_targets(self: ELBv2Backend, target_group_arn: str, instances: list[dict[str, Any]]) -> None:
    """Each at its port; instances must be there and run."""
    group = _group(self, target_group_arn)
    for target in instances:
        if group.target_type == "instance":
            instance = self.ec2_backend.get_instance_by_id(target["Id"])
            if instance is None or instance.state != "running":
                raise InvalidTargetError()
        key = _key(group, target)
        group.targets[key] = {**target, "Port": target.get("Port", group.port)}
        group.deregistered_targets.pop(key, None)


def deregister_targets(self: ELBv2Backend, target_group_arn: str, instances: list[dict[str, Any]]) -> None:
    """It drains for as long as the group says, if a load balancer leads to it."""
    group = _group(self, target_group_arn)
    delay = int(str(group.attributes["deregistration_delay.timeout_seconds"])) if _leading_to(self, target_group_arn) else 0
    for target in instances:
        key = _key(group, target)
        if known := group.targets.pop(key, None):
            group.deregistered_targets[key] = {**known, "Until": time.monotonic() + delay}


def describe_target_health(self: ELBv2Backend, target_group_arn: str, targets: list[dict[str, Any]]) -> list[FakeHealthStatus]:
    """Of all that are registered or drain, or of those that are asked for."""
    group = _group(self, target_group_arn)
    now = time.monotonic()
    draining = {key: target for key, target in group.deregistered_targets.items() if target["Until"] > now}
    group.deregistered_targets = draining
    known = {**group.targets, **draining}
    asked = [_key(group, target) for target in targets] if targets else list(known)
    used = bool(_leading_to(self, target_group_arn))
    return [_health(group, key, known.get(key), used, draining=key in draining) for key in asked]


def _health(group: FakeTargetGroup, key: str, target: dict[str, Any] | None, used: bool, *, draining: bool) -> FakeHealthStatus:
    name, _, port = key.rpartition(" ")
    state: tuple[str, ...] = ("healthy",)
    if target is None:
        state = ("unused", "Target.NotRegistered", "Target is not registered to the target group")
    elif draining:
        state = ("draining", "Target.DeregistrationInProgress", "Target deregistration is in progress")
    elif not used:
        state = ("unused", "Target.NotInUse", "Target group is not configured to receive traffic from the load balancer")
    return FakeHealthStatus(name, port, port if group.health_check_port == "traffic-port" else group.health_check_port, *state)


def deregister_terminated_instances(self: FakeTargetGroup, instance_ids: list[str]) -> None:
    """An instance that ends takes its targets along."""
    self.targets = {key: target for key, target in self.targets.items() if target["Id"] not in instance_ids}


def _key(group: FakeTargetGroup, target: dict[str, Any]) -> str:
    return f"{target['Id']} {target.get('Port', group.port)}"


def _group(backend: ELBv2Backend, arn: str) -> FakeTargetGroup:
    group = backend.target_groups.get(arn)
    if group is None:
        raise TargetGroupNotFoundError()
    return group


def _leading_to(backend: ELBv2Backend, arn: str) -> list[str]:
    return [
        balancer.arn
        for balancer in backend.load_balancers.values()
        if any(
            arn in backend._get_target_group_arns_from(action_data=action.data)
            for listener in balancer.listeners.values()
            for rule in listener.rules.values()
            for action in rule.actions
        )
    ]


AMENDED: list[tuple[type, str, object]] = [
    (ELBv2Backend, "create_target_group", create_target_group),
    (ELBv2Backend, "delete_target_group", delete_target_group),
    (ELBv2Backend, "describe_target_groups", describe_target_groups),
    (ELBv2Backend, "register_targets", register_targets),
    (ELBv2Backend, "deregister_targets", deregister_targets),
    (ELBv2Backend, "describe_target_health", describe_target_health),
    (ELBV2Response, "modify_target_group", respond_modify_target_group),
    (FakeTargetGroup, "deregister_terminated_instances", deregister_terminated_instances),
]
