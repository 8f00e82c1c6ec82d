"""The words in which it is written what the controller may do: actions, what they reach, and what must hold.

ARNs and conditions are templates. What stands in braces is known per cluster: `{partition}`, `{region}`, `{account}`, `{cluster}`,
`{vpc}`; `{target_groups}` and `{roles}` stand for as many ARNs as were given.

Facts: controller documentation, "Installation" and its IAM policies; controller source, package tracking (which tags it writes);
Service Authorization Reference, EC2 and Elastic Load Balancing V2.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

Condition = Mapping[str, Mapping[str, str | tuple[str, ...]]]
"""Operator, key, value, as in IAM."""

TAG = "elbv2.k8s.aws/cluster"
"""The tag that the controller puts on all that it makes: the name of its cluster."""
REQUESTED = f"aws:RequestTag/{TAG}"
EXISTING = f"aws:ResourceTag/{TAG}"

# With the tag of any cluster, as published; `pinned` names the cluster.
OWN: Condition = {"Null": {EXISTING: "false"}}
TAGGED: Condition = {"Null": {REQUESTED: "false"}}
LEAVING_TAG: Condition = {"Null": {REQUESTED: "true", EXISTING: "false"}}
KEEPING_TAG: Condition = {**LEAVING_TAG, "ForAllValues:StringNotEquals": {"aws:TagKeys": TAG}}
"""As `LEAVING_TAG`, and not to be taken away either."""

SECURITY_GROUPS = "arn:{partition}:ec2:{region}:{account}:security-group/*"
VPC = "arn:{partition}:ec2:{region}:*:vpc/{vpc}"
"""Of whichever account: a shared VPC belongs to another one than the cluster."""

_BALANCING = "arn:{partition}:elasticloadbalancing:{region}:{account}:"
APPLICATION_LOAD_BALANCERS = f"{_BALANCING}loadbalancer/app/*/*"
LOAD_BALANCERS = (f"{_BALANCING}loadbalancer/net/*/*", APPLICATION_LOAD_BALANCERS)
LISTENERS = (f"{_BALANCING}listener/net/*/*/*", f"{_BALANCING}listener/app/*/*/*")
RULES = (f"{_BALANCING}listener-rule/net/*/*/*", f"{_BALANCING}listener-rule/app/*/*/*")
TARGET_GROUPS = f"{_BALANCING}targetgroup/*/*"


@dataclass(frozen=True, slots=True)
class Grant:
    """One statement of a policy."""

    sid: str
    """What it is for; grants of one name are one statement."""
    actions: tuple[str, ...] = ()
    resources: tuple[str, ...] = ("*",)
    condition: Condition = field(default_factory=dict)
    open: str = ""
    """Why it is not limited to what belongs to the cluster; empty for a statement that is."""

    def doing(self, *actions: str) -> Grant:
        """The same for other actions."""
        return replace(self, actions=actions)


def of(service: str, *names: str) -> tuple[str, ...]:
    """Actions of one service."""
    return tuple(f"{service}:{name}" for name in names)


def pinned(condition: Condition) -> dict[str, Any]:
    """The condition with the tag of this cluster, where it asks for that of any."""
    null = condition.get("Null", {})
    named = {key: "{cluster}" for key, absent in null.items() if absent == "false"}
    others = {key: absent for key, absent in null.items() if absent == "true"}
    done: dict[str, Any] = {operator: keys for operator, keys in condition.items() if operator != "Null"}
    if named:
        done["StringEquals"] = {**done.get("StringEquals", {}), **named}
    return {**done, "Null": others} if others else done


def merged(grants: list[Grant]) -> list[Grant]:
    """One grant for each name, in the order of their first mention, with the actions of all, and none without actions."""
    by_name: dict[str, Grant] = {}
    for grant in grants:
        first = by_name.setdefault(grant.sid, grant)
        by_name[grant.sid] = first.doing(*dict.fromkeys(first.actions + grant.actions))
    return [grant for grant in by_name.values() if grant.actions]


# Statements that several have a part in.
LOOK = Grant("Look", open="Nothing can: actions that list or describe reach all of a region, in EC2 and in Elastic Load Balancing.")
EXTRAS = Grant("SignInAndProtect")
CHANGE_OWN = Grant("ChangeOwn", condition=OWN)
CHANGE_OWN_LOAD_BALANCERS = Grant("ChangeOwnLoadBalancers", resources=LOAD_BALANCERS, condition=OWN)
CHANGE_LISTENERS_AND_RULES = Grant("ChangeListenersAndRules")
