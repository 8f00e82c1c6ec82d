"""What IAM is asked for a call: actions, the resources that they reach, and the condition keys that each has.

Facts: Service Authorization Reference (which resources and keys an action has); EC2 and ELBv2, "Tag resources during creation" (a
call that makes something with tags asks for the right to tag it, too); AWS WAF, AssociateWebACL, and Elastic Load Balancing,
"Authenticate users" (what else these ask of the caller).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Protocol
from xml.etree import ElementTree

from tests.controller.reference import keys_of, matches, resource_types
from tests.deploy.cloud.calls import Keys, Question
from tests.deploy.cloud.wire import Asked

_NEW = "0123456789abcdef0"
"""Stands for the id of what is only being made."""
_KINDS_IN_EC2 = {"sg": "security-group", "sgr": "security-group-rule", "vpc": "vpc", "subnet": "subnet", "i": "instance"}
_MADE_WITH_TAGS = {"CreateLoadBalancer", "CreateListener", "CreateRule", "CreateTargetGroup"}
_ON_LOAD_BALANCER = {"AssociateWebACL", "DisassociateWebACL"}


class World(Protocol):
    """What is there when the call is made."""

    partition: str
    region: str
    account: str

    def tags(self, arn: str) -> dict[str, str]:
        """The tags of a resource, none if there is none."""

    def vpc_of(self, group: str) -> str | None:
        """The VPC of a security group, by its id."""

    @property
    def has_load_balancers(self) -> bool:
        """Whether the account ever made a load balancer, by which it got the role that Elastic Load Balancing takes on."""


def questions(asked: Asked, world: World) -> list[Question]:
    """What IAM is asked for this call, as the world is before it."""
    action = f"{asked.service}:{asked.action}"
    wanted = _wanted_tags(asked)
    own = _record_sets(asked.parameters) if asked.action == "ChangeResourceRecordSets" else {}
    asks = [_question(action, arn, wanted, world, own) for arn in _reached(asked, world) or ["*"]]
    return [*asks, *_besides(asked, wanted, world)]


def _question(action: str, arn: str, wanted: dict[str, str | None], world: World, own: Keys) -> Question:
    kinds = [name for name, kind in resource_types(action).items() if arn != "*" and matches(arn, kind["arn"])]
    known = keys_of(action, kinds[0] if kinds else None)
    keys: Keys = {"aws:RequestedRegion": world.region}
    if "aws:RequestTag/${TagKey}" in known:
        keys |= {f"aws:RequestTag/{key}": value for key, value in wanted.items() if value is not None}
    if "aws:TagKeys" in known and wanted:
        keys["aws:TagKeys"] = sorted(wanted)
    if "aws:ResourceTag/${TagKey}" in known:
        keys |= {f"aws:ResourceTag/{key}": value for key, value in world.tags(arn).items()}
    group = arn.rpartition(":security-group/")[2]
    if "ec2:Vpc" in known and (vpc := world.vpc_of(group)):
        keys["ec2:Vpc"] = f"arn:{world.partition}:ec2:{world.region}:{world.account}:vpc/{vpc}"
    if unknown := own.keys() - known:
        raise KeyError(f"{action} has no condition key {', '.join(sorted(unknown))}")
    return Question(action, arn, keys | own)


def _reached(asked: Asked, world: World) -> list[str]:
    """The ARNs of what the call reaches, of the types that its action has."""
    kinds = [kind["arn"] for kind in resource_types(f"{asked.service}:{asked.action}").values()]
    place = f"arn:{world.partition}:{asked.service}:{world.region}:{world.account}"
    made = {
        "CreateTargetGroup": f"{place}:targetgroup/{asked.parameters.get('Name')}/{_NEW}",
        "CreateLoadBalancer": f"{place}:{_load_balancer(asked.parameters)}",
        "CreateSecurityGroup": f"{place}:security-group/sg-{_NEW}",
    }
    named = [made[asked.action]] if asked.action in made else []
    for text in _texts(asked.parameters):
        if text.startswith("arn:") and text.count(":") >= 5:
            named.append(text)
        elif (
            asked.service == "ec2" and (kind := _KINDS_IN_EC2.get(text.partition("-")[0])) and re.fullmatch(r"\w+-[0-9a-f]+", text)
        ):
            named.append(f"{place}:{kind}/{text}")
    if asked.service == "route53":
        named.append(f"arn:{world.partition}:route53:::hostedzone/{asked.parameters.get('HostedZoneId')}")
    if asked.service == "ec2" and asked.action.endswith("SecurityGroupIngress"):
        # A group that a rule names as its source is not what the call reaches.
        named = [f"{place}:security-group/{asked.parameters['GroupId']}"]
    return [arn for arn in dict.fromkeys(named) if any(matches(arn, kind) for kind in kinds)]


def _load_balancer(parameters: dict[str, Any]) -> str:
    kind = "net" if parameters.get("Type") == "network" else "app"
    return f"loadbalancer/{kind}/{parameters.get('Name')}/{_NEW}"


def _besides(asked: Asked, wanted: dict[str, str | None], world: World) -> Iterator[Question]:
    """What else the service asks for on behalf of the caller."""
    if asked.service == "elasticloadbalancing" and asked.action in _MADE_WITH_TAGS and wanted:
        arn = _made(asked, world)
        yield _question("elasticloadbalancing:AddTags", arn, wanted, world, {"elasticloadbalancing:CreateAction": asked.action})
    if asked.service == "ec2" and asked.action == "CreateSecurityGroup" and wanted:
        arn = next(arn for arn in _reached(asked, world) if ":security-group/" in arn)
        yield _question("ec2:CreateTags", arn, wanted, world, {"ec2:CreateAction": asked.action})
    if asked.action == "CreateLoadBalancer" and not world.has_load_balancers:
        service = "elasticloadbalancing.amazonaws.com"
        role = f"role/aws-service-role/{service}/AWSServiceRoleForElasticLoadBalancing"
        arn = f"arn:{world.partition}:iam::{world.account}:{role}"
        yield _question("iam:CreateServiceLinkedRole", arn, {}, world, {"iam:AWSServiceName": service})
    if asked.service == "wafv2" and asked.action in _ON_LOAD_BALANCER:
        yield _question("elasticloadbalancing:SetWebAcl", "*", {}, world, {})
    if asked.service == "elasticloadbalancing" and asked.action in {"CreateListener", "ModifyListener", "CreateRule", "ModifyRule"}:
        for pool in sorted({text for text in _texts(asked.parameters) if ":cognito-idp:" in text}):
            yield _question("cognito-idp:DescribeUserPoolClient", pool, {}, world, {})


def _made(asked: Asked, world: World) -> str:
    """The ARN that the listener, rule, target group or load balancer will have that the call makes."""
    if asked.action == "CreateListener":
        return f"{asked.parameters['LoadBalancerArn'].replace(':loadbalancer/', ':listener/')}/{_NEW}"
    if asked.action == "CreateRule":
        return f"{asked.parameters['ListenerArn'].replace(':listener/', ':listener-rule/')}/{_NEW}"
    return _reached(asked, world)[0]


def _record_sets(parameters: dict[str, Any]) -> Keys:
    """What a change of record sets does to which names and types, as Route 53 tells IAM: lower case, without the last dot."""
    names, types, actions = set(), set(), set()
    for element in ElementTree.fromstring(parameters["Body"]).iter():
        kind = element.tag.rpartition("}")[2]
        told = {part.tag.rpartition("}")[2]: part.text or "" for part in element}
        if kind == "Change":
            actions.add(told["Action"])
        if kind == "ResourceRecordSet":
            names.add(told["Name"].lower().rstrip("."))
            types.add(told["Type"])
    return {
        "route53:ChangeResourceRecordSetsActions": sorted(actions),
        "route53:ChangeResourceRecordSetsNormalizedRecordNames": sorted(names),
        "route53:ChangeResourceRecordSetsRecordTypes": sorted(types),
    }


def _wanted_tags(asked: Asked) -> dict[str, str | None]:
    """The tags that the call names, with the values that it gives them; None for one that it only names."""
    parameters = asked.parameters
    given: list[dict[str, Any]] = []
    for name in ("Tags", "Tag"):
        given += parameters.get(name) or []
    for specification in parameters.get("TagSpecification") or []:
        given += specification.get("Tag") or []
    named = parameters.get("TagKeys") or []
    return {**dict.fromkeys(named), **{tag["Key"]: tag.get("Value") for tag in given}}


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
