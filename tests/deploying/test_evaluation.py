"""Whether the proof of the permissions can fail: calls that AWS would deny are denied here."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from eks_ingress.controller.features import Feature
from eks_ingress.controller.permissions import Permissions, policies
from tests.deploy.cloud.calls import Keys, Question
from tests.deploy.cloud.evaluation import Unknown, Verdict, evaluate
from tests.deploy.cloud.questions import questions
from tests.deploy.cloud.wire import Asked

TAG = "elbv2.k8s.aws/cluster"
PLACE = "arn:aws:elasticloadbalancing:eu-central-1:123456789012"
BALANCER = f"{PLACE}:loadbalancer/app/k8s-shop/0123456789abcdef"
LISTENER = f"{PLACE}:listener/app/k8s-shop/0123456789abcdef/0123456789abcdef"
RULE = f"{PLACE}:listener-rule/app/k8s-shop/0123456789abcdef/0123456789abcdef/0123456789abcdef"
GROUP = f"{PLACE}:targetgroup/k8s-shop/0123456789abcdef"
SECURITY = "arn:aws:ec2:eu-central-1:123456789012:security-group/sg-0a"
VPC = "vpc-0123456789abcdef0"


@dataclass
class Place:
    """A world with these tags and security groups."""

    existing: dict[str, dict[str, str]] = field(default_factory=dict)
    vpcs: dict[str, str] = field(default_factory=dict)
    partition: str = "aws"
    region: str = "eu-central-1"
    account: str = "123456789012"
    has_load_balancers: bool = True

    def tags(self, arn: str) -> dict[str, str]:
        return self.existing.get(arn, {})

    def vpc_of(self, group: str) -> str | None:
        return self.vpcs.get(group)


def asked(name: str, **parameters: Any) -> Asked:
    service, action = name.split(":")
    return Asked("key", "eu-central-1", service, action, parameters)


def tags(**values: str) -> list[dict[str, str]]:
    return [{"Key": TAG if key == "cluster" else key, "Value": value} for key, value in values.items()]


def verdicts(level: Permissions, call: Asked, world: Place, **arguments: Any) -> dict[str, Verdict]:
    """What the policy of the cluster `shop` answers, by action and kind of resource."""
    documents = policies(
        level,
        **{
            "partition": "aws",
            "cluster_name": "shop",
            "region": "eu-central-1",
            "account": "123456789012",
            "vpc_id": VPC,
            **arguments,
        },
    )
    statements = [statement for document in documents for statement in document]
    return {
        f"{question.action.partition(':')[2]} {question.resource.split(':', 5)[-1].partition('/')[0]}": evaluate(
            question, statements
        )
        for question in questions(call, world)
    }


OURS, THEIRS = {TAG: "shop"}, {TAG: "other"}
DELETE_GROUP = asked("elasticloadbalancing:DeleteTargetGroup", TargetGroupArn=GROUP)
MAKE_RULE = asked("elasticloadbalancing:CreateRule", ListenerArn=LISTENER, Tags=tags(cluster="shop"))


@pytest.mark.parametrize(
    ("level", "existing", "allowed"),
    [
        (Permissions.UPSTREAM, OURS, True),
        (Permissions.UPSTREAM, THEIRS, True),
        (Permissions.UPSTREAM, {}, False),
        (Permissions.CLUSTER, OURS, True),
        (Permissions.CLUSTER, THEIRS, False),
        (Permissions.STRICT, OURS, True),
        (Permissions.STRICT, THEIRS, False),
        (Permissions.STRICT, {}, False),
    ],
)
def test_what_has_the_wrong_tag_is_denied(level: Permissions, existing: dict[str, str], allowed: bool) -> None:
    (verdict,) = verdicts(level, DELETE_GROUP, Place({GROUP: existing})).values()
    assert verdict.allowed is allowed


def test_a_denial_says_what_each_statement_lacked() -> None:
    (verdict,) = verdicts(Permissions.STRICT, DELETE_GROUP, Place({GROUP: THEIRS})).values()
    assert verdict.reasons == (
        "ChangeOwnTargetGroups: aws:ResourceTag/elbv2.k8s.aws/cluster is other, and StringEquals asks for shop",
    )


def test_an_allowed_call_says_by_which_statement() -> None:
    (verdict,) = verdicts(Permissions.STRICT, DELETE_GROUP, Place({GROUP: OURS})).values()
    assert verdict.sids == ("ChangeOwnTargetGroups",)


def test_a_rule_needs_the_tag_of_its_listener_and_of_its_own() -> None:
    assert {name: v.allowed for name, v in verdicts(Permissions.STRICT, MAKE_RULE, Place({LISTENER: OURS})).items()} == {
        "CreateRule listener": True,
        "AddTags listener-rule": True,
    }


def test_a_rule_without_the_tag_in_the_request_is_denied_its_tags() -> None:
    call = asked("elasticloadbalancing:CreateRule", ListenerArn=LISTENER, Tags=tags(team="shop"))
    found = verdicts(Permissions.STRICT, call, Place({LISTENER: OURS}))
    assert found["CreateRule listener"].allowed
    assert not found["AddTags listener-rule"].allowed


def test_a_load_balancer_without_the_tag_in_the_request_is_denied() -> None:
    call = asked("elasticloadbalancing:CreateLoadBalancer", Name="k8s-shop")
    for level in Permissions:
        (verdict,) = verdicts(level, call, Place()).values()
        assert not verdict.allowed
        assert "aws:RequestTag/elbv2.k8s.aws/cluster is not there" in verdict.reasons[0]


def test_the_first_load_balancer_asks_for_the_role_of_its_service_too() -> None:
    call = asked("elasticloadbalancing:CreateLoadBalancer", Name="k8s-shop", Tags=tags(cluster="shop"))
    found = verdicts(Permissions.STRICT, call, Place(has_load_balancers=False))
    assert {name: verdict.sids for name, verdict in found.items()} == {
        "CreateLoadBalancer loadbalancer": ("MakeBalancers",),
        "AddTags loadbalancer": ("TagNew",),
        "CreateServiceLinkedRole role": ("FirstLoadBalancerInAccount",),
    }


def test_the_tag_of_the_cluster_cannot_be_taken_away_at_strict() -> None:
    call = asked("elasticloadbalancing:RemoveTags", ResourceArns=[BALANCER], TagKeys=[TAG])
    assert [v.allowed for v in verdicts(Permissions.STRICT, call, Place({BALANCER: OURS})).values()] == [False]
    call = asked("elasticloadbalancing:RemoveTags", ResourceArns=[BALANCER], TagKeys=["team"])
    assert [v.allowed for v in verdicts(Permissions.STRICT, call, Place({BALANCER: OURS})).values()] == [True]


@pytest.mark.parametrize(
    "arn",
    [
        GROUP.replace("eu-central-1", "eu-west-1"),
        GROUP.replace("123456789012", "210987654321"),
        GROUP.replace("targetgroup", "loadbalancer/app"),
    ],
)
def test_a_resource_of_another_region_account_or_kind_is_denied_at_strict(arn: str) -> None:
    place: dict[str, Any] = {"region": "eu-central-1", "account": "123456789012", "vpc_id": VPC}
    statements = [s for d in policies(Permissions.STRICT, partition="aws", cluster_name="shop", **place) for s in d]
    ours: Keys = {f"aws:ResourceTag/{TAG}": "shop"}
    assert evaluate(Question("elasticloadbalancing:DeleteTargetGroup", GROUP, ours), statements).allowed
    assert not evaluate(Question("elasticloadbalancing:DeleteTargetGroup", arn, ours), statements).allowed


def test_every_resource_of_a_call_is_asked_for() -> None:
    other = GROUP.replace("k8s-shop", "k8s-other")
    call = asked("elasticloadbalancing:AddTags", ResourceArns=[GROUP, other], Tags=tags(team="shop"))
    answers = [
        evaluate(question, [s for d in policies(Permissions.CLUSTER, partition="aws", cluster_name="shop") for s in d]).allowed
        for question in questions(call, Place({GROUP: OURS, other: THEIRS}))
    ]
    assert answers == [True, False]


def test_a_key_that_the_reference_does_not_know_for_an_action_is_not_there() -> None:
    call = asked("elasticloadbalancing:SetRulePriorities", RulePriorities=[{"RuleArn": RULE, "Priority": "1"}])
    (question,) = questions(call, Place({RULE: OURS}))
    assert question == Question("elasticloadbalancing:SetRulePriorities", RULE, {"aws:RequestedRegion": "eu-central-1"})


NEW_GROUP = {"GroupName": "k8s", "VpcId": VPC}
CREATE_TAGGED = asked(
    "ec2:CreateSecurityGroup", **NEW_GROUP, TagSpecification=[{"ResourceType": "security-group", "Tag": tags(cluster="shop")}]
)


def test_a_security_group_is_asked_for_with_its_vpc_and_its_tags() -> None:
    found = verdicts(Permissions.STRICT, CREATE_TAGGED, Place())
    assert {name: verdict.sids for name, verdict in found.items()} == {
        "CreateSecurityGroup security-group": ("MakeSecurityGroups",),
        "CreateSecurityGroup vpc": ("MakeSecurityGroupsInVpc",),
        "CreateTags security-group": ("TagNewSecurityGroups",),
    }


def test_a_security_group_in_another_vpc_or_without_a_tag_is_denied_at_strict() -> None:
    found = verdicts(Permissions.STRICT, CREATE_TAGGED, Place(), vpc_id="vpc-0f")
    assert not found["CreateSecurityGroup vpc"].allowed
    found = verdicts(Permissions.STRICT, asked("ec2:CreateSecurityGroup", **NEW_GROUP), Place())
    assert {name: verdict.allowed for name, verdict in found.items()} == {
        "CreateSecurityGroup security-group": False,
        "CreateSecurityGroup vpc": True,
    }


OPEN = asked(
    "ec2:AuthorizeSecurityGroupIngress",
    GroupId="sg-0a",
    IpPermissions=[{"IpProtocol": "tcp", "Groups": [{"GroupId": "sg-0b"}]}],
)


@pytest.mark.parametrize(
    ("existing", "vpc", "sids"),
    [
        ({"kubernetes.io/cluster/shop": "owned"}, VPC, ("OpenNodesAndPods",)),
        ({"kubernetes.io/cluster/other": "owned"}, VPC, ()),
        ({"kubernetes.io/cluster/shop": "owned"}, "vpc-0f", ()),
        (OURS, VPC, ("ChangeOwnSecurityGroups",)),
        ({}, VPC, ()),
    ],
)
def test_rules_go_into_security_groups_of_the_cluster_and_its_vpc_only(
    existing: dict[str, str], vpc: str, sids: tuple[str, ...]
) -> None:
    found = verdicts(Permissions.STRICT, OPEN, Place({SECURITY: existing}, {"sg-0a": vpc}))
    assert {name: verdict.sids for name, verdict in found.items()} == {"AuthorizeSecurityGroupIngress security-group": sids}


def test_a_record_that_validates_no_certificate_is_denied_at_strict() -> None:
    def body(name: str) -> str:
        record = f"<ResourceRecordSet><Name>{name}</Name><Type>CNAME</Type></ResourceRecordSet>"
        return f"<Request><Changes><Change><Action>CREATE</Action>{record}</Change></Changes></Request>"

    for name, allowed in (("_1234.Shop.example.com.", True), ("shop.example.com.", False)):
        call = asked("route53:ChangeResourceRecordSets", HostedZoneId="Z1", Body=body(name))
        found = verdicts(Permissions.STRICT, call, Place(), features={Feature.CERTIFICATE_CREATION})
        assert [verdict.allowed for verdict in found.values()] == [allowed]


QUESTION = Question("ec2:CreateTags", SECURITY, {"aws:TagKeys": ["a", "b"], "aws:RequestTag/a": "1"})


def allow(**parts: Any) -> dict[str, Any]:
    return {"Sid": "It", "Effect": "Allow", "Action": "ec2:*", "Resource": "*", **parts}


@pytest.mark.parametrize(
    ("condition", "allowed"),
    [
        ({"StringEquals": {"aws:RequestTag/a": ["0", "1"]}}, True),
        ({"StringEquals": {"aws:requesttag/A": "1"}}, True),
        ({"StringEquals": {"aws:RequestTag/b": "1"}}, False),
        ({"StringNotEquals": {"aws:RequestTag/a": "1"}}, False),
        ({"StringNotEquals": {"aws:RequestTag/b": "1"}}, True),
        ({"StringLike": {"aws:RequestTag/a": "*"}}, True),
        ({"Null": {"aws:RequestTag/b": "true"}}, True),
        ({"Null": {"aws:RequestTag/a": "true"}}, False),
        ({"Null": {"aws:RequestTag/b": "false"}}, False),
        ({"ForAllValues:StringEquals": {"aws:TagKeys": ["a", "b", "c"]}}, True),
        ({"ForAllValues:StringEquals": {"aws:TagKeys": ["a"]}}, False),
        ({"ForAllValues:StringEquals": {"aws:Nothing": ["a"]}}, True),
        ({"ForAllValues:StringNotEquals": {"aws:TagKeys": "c"}}, True),
        ({"ForAllValues:StringNotEquals": {"aws:TagKeys": "b"}}, False),
        ({"ForAnyValue:StringEquals": {"aws:TagKeys": "b"}}, True),
        ({"ForAnyValue:StringEquals": {"aws:Nothing": "b"}}, False),
    ],
)
def test_conditions_are_compared_as_iam_does(condition: dict[str, Any], allowed: bool) -> None:
    assert evaluate(QUESTION, [allow(Condition=condition)]).allowed is allowed


@pytest.mark.parametrize(
    ("pattern", "allowed"),
    [
        ("*", True),
        ("arn:aws:ec2:*:*:security-group/*", True),
        ("arn:aws:ec2:*:security-group/*", False),
        ("arn:aws:ec2:eu-central-1:123456789012:vpc/*", False),
        ("arn:aws:ec2:eu-central-?:123456789012:*", True),
    ],
)
def test_resources_are_compared_part_by_part(pattern: str, allowed: bool) -> None:
    assert evaluate(QUESTION, [allow(Resource=pattern)]).allowed is allowed


def test_an_action_without_resources_is_allowed_by_none_but_all() -> None:
    assert evaluate(Question("ec2:DescribeVpcs", "*", {}), [allow()]).allowed
    assert not evaluate(Question("ec2:DescribeVpcs", "*", {}), [allow(Resource="arn:aws:ec2:*:*:vpc/*")]).allowed


def test_a_statement_that_denies_wins() -> None:
    assert evaluate(QUESTION, [allow(), allow(Sid="Not", Effect="Deny")]) == Verdict(False, ("Not",), ())


@pytest.mark.parametrize(
    "statement",
    [
        allow(Condition={"DateLessThan": {"aws:CurrentTime": "2030-01-01"}}),
        allow(Condition={"StringEquals": {"aws:RequestTag/a": "${aws:username}"}}),
        allow(Resource="arn:aws:ec2:*:*:vpc/${aws:username}"),
        allow(NotPrincipal="*"),
    ],
)
def test_what_the_evaluation_does_not_know_is_refused_not_passed_over(statement: dict[str, Any]) -> None:
    with pytest.raises(Unknown):
        evaluate(QUESTION, [statement])
