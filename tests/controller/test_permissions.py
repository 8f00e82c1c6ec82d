from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eks_ingress.controller import core
from eks_ingress.controller.documents import LIMIT, size
from eks_ingress.controller.features import PUBLISHED_FEATURES, Feature, strict_grants
from eks_ingress.controller.permissions import Permissions, features_of, policies, wildcards
from eks_ingress.refusal import Refused
from tests.controller.comparing import (
    LONG_NAME,
    PARTITIONS,
    ROLE,
    TARGET_GROUP,
    allowed,
    granted,
    in_place,
    listed,
    published,
)

TOKEN = "${Token[TOKEN.12]}"
ALL = frozenset(Feature)


@pytest.mark.parametrize(("partition", "file"), PARTITIONS.items())
def test_upstream_is_what_is_published_for_the_partition(partition: str, file: str) -> None:
    assert allowed(granted(Permissions.UPSTREAM, partition=partition)) == allowed(published(file))


@pytest.mark.parametrize("partition", ["aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f"])
@pytest.mark.parametrize("level", Permissions)
def test_isolated_partitions_lack_five_actions_at_every_level(level: Permissions, partition: str) -> None:
    def actions(**arguments: Any) -> set[str]:
        return {action for action, _, _ in allowed(granted(level, features=PUBLISHED_FEATURES, **arguments))}

    assert actions(partition="aws") - actions(partition=partition) == {
        "elasticloadbalancing:DescribeTrustStores",
        "elasticloadbalancing:DescribeListenerAttributes",
        "elasticloadbalancing:DescribeCapacityReservation",
        "elasticloadbalancing:ModifyListenerAttributes",
        "elasticloadbalancing:ModifyCapacityReservation",
    }


def test_what_is_published_for_more_features_comes_on_top() -> None:
    def upstream(feature: Feature) -> set[tuple[str, str, str]]:
        return allowed(granted(Permissions.UPSTREAM, features=PUBLISHED_FEATURES | {feature}))

    base = allowed(published("iam_policy.json"))
    assert upstream(Feature.CERTIFICATE_CREATION) == base | allowed(published("iam_policy_acm_certs.json"))
    assert upstream(Feature.GLOBAL_ACCELERATOR) == base | allowed(published("aga_controller_iam_policy.json"))


def test_a_partition_that_is_known_later_has_the_base_policy() -> None:
    later = json.loads(json.dumps(granted(Permissions.UPSTREAM, partition=TOKEN)).replace(TOKEN, "aws"))
    assert allowed(later) == allowed(published("iam_policy.json"))


OWN = "aws:ResourceTag/elbv2.k8s.aws/cluster"
NEW = "aws:RequestTag/elbv2.k8s.aws/cluster"
CLUSTER_DIFFERENCES = [
    # actions, condition of UPSTREAM, condition of CLUSTER
    (
        "ec2:AuthorizeSecurityGroupIngress ec2:DeleteSecurityGroup ec2:RevokeSecurityGroupIngress "
        "elasticloadbalancing:DeleteLoadBalancer elasticloadbalancing:DeleteTargetGroup "
        "elasticloadbalancing:ModifyCapacityReservation elasticloadbalancing:ModifyIpPools "
        "elasticloadbalancing:ModifyListenerAttributes elasticloadbalancing:ModifyLoadBalancerAttributes "
        "elasticloadbalancing:ModifyTargetGroup elasticloadbalancing:ModifyTargetGroupAttributes "
        "elasticloadbalancing:SetIpAddressType elasticloadbalancing:SetSecurityGroups elasticloadbalancing:SetSubnets",
        {"Null": {OWN: ["false"]}},
        {"StringEquals": {OWN: ["shop"]}},
    ),
    (
        "elasticloadbalancing:CreateLoadBalancer elasticloadbalancing:CreateTargetGroup",
        {"Null": {NEW: ["false"]}},
        {"StringEquals": {NEW: ["shop"]}},
    ),
    (
        "ec2:CreateTags ec2:DeleteTags elasticloadbalancing:AddTags elasticloadbalancing:RemoveTags",
        {"Null": {NEW: ["true"], OWN: ["false"]}},
        {"Null": {NEW: ["true"]}, "StringEquals": {OWN: ["shop"]}},
    ),
    (
        "ec2:CreateTags",
        {"Null": {NEW: ["false"]}, "StringEquals": {"ec2:CreateAction": ["CreateSecurityGroup"]}},
        {"StringEquals": {"ec2:CreateAction": ["CreateSecurityGroup"], NEW: ["shop"]}},
    ),
    (
        "elasticloadbalancing:AddTags",
        {
            "Null": {NEW: ["false"]},
            "StringEquals": {"elasticloadbalancing:CreateAction": ["CreateTargetGroup", "CreateLoadBalancer"]},
        },
        {"StringEquals": {"elasticloadbalancing:CreateAction": ["CreateTargetGroup", "CreateLoadBalancer"], NEW: ["shop"]}},
    ),
]


def test_cluster_differs_from_upstream_in_whose_tag_it_asks_for() -> None:
    upstream, cluster = allowed(granted(Permissions.UPSTREAM)), allowed(granted(Permissions.CLUSTER))
    differences: dict[tuple[str, str], set[str]] = {}
    for action, resource, condition in upstream - cluster:
        (other,) = (
            theirs
            for name, where, theirs in cluster - upstream
            if (name, where) == (action, resource) and ("CreateAction" in theirs) == ("CreateAction" in condition)
        )
        differences.setdefault((condition, other), set()).add(action)
    assert differences == {
        (json.dumps(before, sort_keys=True), json.dumps(after, sort_keys=True)): set(actions.split())
        for actions, before, after in CLUSTER_DIFFERENCES
    }
    assert len(upstream) == len(cluster)


@pytest.mark.parametrize("features", [PUBLISHED_FEATURES, ALL])
def test_no_level_but_upstream_asks_for_the_tag_of_just_any_cluster(features: frozenset[Feature]) -> None:
    for level in (Permissions.CLUSTER, Permissions.STRICT):
        for statement in granted(level, features=features):
            assert "false" not in statement.get("Condition", {}).get("Null", {}).values()


HERE = "eu-central-1:123456789012"
LB = ["loadbalancer/net/*/*", "loadbalancer/app/*/*"]
LISTENER = ["listener/net/*/*/*", "listener/app/*/*/*"]
RULE = ["listener-rule/net/*/*/*", "listener-rule/app/*/*/*"]
OF_CLUSTER = {"StringEquals": {OWN: "shop"}}
FOR_CLUSTER = {"StringEquals": {NEW: "shop"}}
KEEPING = {
    "ForAllValues:StringNotEquals": {"aws:TagKeys": "elbv2.k8s.aws/cluster"},
    "StringEquals": {OWN: "shop"},
    "Null": {NEW: "true"},
}
IN_VPC = {"ArnEquals": {"ec2:Vpc": "arn:aws:ec2:eu-central-1:*:vpc/vpc-0123456789abcdef0"}}
SECURITY_GROUP = [f"arn:aws:ec2:{HERE}:security-group/*"]
VPC = ["arn:aws:ec2:eu-central-1:*:vpc/vpc-0123456789abcdef0"]
STRICT_CORE: dict[str, tuple[str, list[str], dict[str, Any]]] = {
    "FirstLoadBalancerInAccount": (
        "iam:CreateServiceLinkedRole",
        ["arn:aws:iam::123456789012:role/aws-service-role/elasticloadbalancing.amazonaws.com/*"],
        {"StringEquals": {"iam:AWSServiceName": "elasticloadbalancing.amazonaws.com"}},
    ),
    "LookAtVpc": ("ec2:GetSecurityGroupsForVpc", VPC, {}),
    "OpenNodesAndPods": (
        "ec2:AuthorizeSecurityGroupIngress ec2:RevokeSecurityGroupIngress",
        SECURITY_GROUP,
        {"StringEquals": {"aws:ResourceTag/kubernetes.io/cluster/shop": ["owned", "shared"]}, **IN_VPC},
    ),
    "MakeSecurityGroups": ("ec2:CreateSecurityGroup", SECURITY_GROUP, FOR_CLUSTER),
    "MakeSecurityGroupsInVpc": ("ec2:CreateSecurityGroup", VPC, {}),
    "TagNewSecurityGroups": (
        "ec2:CreateTags",
        SECURITY_GROUP,
        {"StringEquals": {"ec2:CreateAction": "CreateSecurityGroup", NEW: "shop"}},
    ),
    "TagOwnSecurityGroups": ("ec2:CreateTags ec2:DeleteTags", SECURITY_GROUP, KEEPING),
    "ChangeOwnSecurityGroups": (
        "ec2:AuthorizeSecurityGroupIngress ec2:RevokeSecurityGroupIngress ec2:DeleteSecurityGroup",
        SECURITY_GROUP,
        {**OF_CLUSTER, **IN_VPC},
    ),
    "MakeBalancers": (
        "elasticloadbalancing:CreateLoadBalancer elasticloadbalancing:CreateTargetGroup",
        [*LB, "targetgroup/*/*"],
        FOR_CLUSTER,
    ),
    "ChangeOwnLoadBalancers": (
        "elasticloadbalancing:CreateListener elasticloadbalancing:ModifyLoadBalancerAttributes "
        "elasticloadbalancing:SetIpAddressType elasticloadbalancing:SetSecurityGroups elasticloadbalancing:SetSubnets "
        "elasticloadbalancing:DeleteLoadBalancer",
        LB,
        OF_CLUSTER,
    ),
    "ChangeOwnListeners": (
        "elasticloadbalancing:CreateRule elasticloadbalancing:ModifyListener elasticloadbalancing:ModifyListenerAttributes "
        "elasticloadbalancing:AddListenerCertificates elasticloadbalancing:RemoveListenerCertificates "
        "elasticloadbalancing:DeleteListener",
        LISTENER,
        OF_CLUSTER,
    ),
    "ChangeOwnRules": ("elasticloadbalancing:ModifyRule elasticloadbalancing:DeleteRule", RULE, OF_CLUSTER),
    "SortRules": ("elasticloadbalancing:SetRulePriorities", RULE, {}),
    "ChangeOwnTargetGroups": (
        "elasticloadbalancing:ModifyTargetGroup elasticloadbalancing:ModifyTargetGroupAttributes "
        "elasticloadbalancing:DeleteTargetGroup elasticloadbalancing:RegisterTargets elasticloadbalancing:DeregisterTargets",
        ["targetgroup/*/*"],
        OF_CLUSTER,
    ),
    "RegisterInNamedTargetGroups": (
        "elasticloadbalancing:RegisterTargets elasticloadbalancing:DeregisterTargets",
        [TARGET_GROUP],
        {},
    ),
    "TagOwn": (
        "elasticloadbalancing:AddTags elasticloadbalancing:RemoveTags",
        [*LB, *LISTENER, *RULE, "targetgroup/*/*"],
        KEEPING,
    ),
    "TagNew": (
        "elasticloadbalancing:AddTags",
        [*LB, *LISTENER, *RULE, "targetgroup/*/*"],
        {
            "StringEquals": {
                "elasticloadbalancing:CreateAction": ["CreateLoadBalancer", "CreateListener", "CreateRule", "CreateTargetGroup"],
                NEW: "shop",
            }
        },
    ),
}


def shown(statement: dict[str, Any]) -> tuple[str, list[str], dict[str, Any]]:
    resources = [arn.removeprefix(f"arn:aws:elasticloadbalancing:{HERE}:") for arn in listed(statement["Resource"])]
    if resources == [TARGET_GROUP.removeprefix(f"arn:aws:elasticloadbalancing:{HERE}:")]:
        resources = [TARGET_GROUP]
    return " ".join(statement["Action"]), resources, statement.get("Condition", {})


def test_strict_limits_all_that_changes_something() -> None:
    statements = {statement["Sid"]: statement for statement in in_place(own_target_groups=[TARGET_GROUP])}
    look = statements.pop("Look")
    assert {sid: shown(statement) for sid, statement in statements.items()} == STRICT_CORE
    assert all(re.fullmatch(r"(ec2|elasticloadbalancing):Describe\w+", action) for action in look["Action"])


STRICT_FEATURES: dict[Feature, dict[str, tuple[str, list[str], dict[str, Any]]]] = {
    Feature.WAFV2: {
        "ProtectByWebAcl": (
            "wafv2:GetWebACL wafv2:GetWebACLForResource wafv2:AssociateWebACL wafv2:DisassociateWebACL",
            [f"arn:aws:wafv2:{HERE}:regional/webacl/*/*", "loadbalancer/app/*/*"],
            {},
        ),
        "SetWebAcl": ("elasticloadbalancing:SetWebAcl", ["*"], {}),
    },
    Feature.WAF_CLASSIC: {
        "ProtectByClassicWebAcl": (
            "waf-regional:GetWebACL waf-regional:GetWebACLForResource waf-regional:AssociateWebACL waf-regional:DisassociateWebACL",
            [f"arn:aws:waf-regional:{HERE}:webacl/*", "loadbalancer/app/*/*"],
            {},
        ),
        "SetWebAcl": ("elasticloadbalancing:SetWebAcl", ["*"], {}),
    },
    Feature.SHIELD: {
        "ProtectByShield": ("shield:GetSubscriptionState shield:DescribeProtection shield:CreateProtection", ["*"], {}),
        "EndProtectionByShield": ("shield:DeleteProtection", ["arn:aws:shield::123456789012:protection/*"], {}),
    },
    Feature.COGNITO: {
        "SignIn": ("cognito-idp:DescribeUserPoolClient", ["arn:aws:cognito-idp:*:123456789012:userpool/*"], {}),
    },
    Feature.CERTIFICATE_DISCOVERY: {
        "ListCertificates": ("acm:ListCertificates", ["*"], {}),
        "LookAtCertificates": ("acm:DescribeCertificate", [f"arn:aws:acm:{HERE}:certificate/*"], {}),
    },
    Feature.IAM_CERTIFICATES: {
        "ListIamCertificates": ("iam:ListServerCertificates", ["*"], {}),
        "LookAtIamCertificates": ("iam:GetServerCertificate", ["arn:aws:iam::123456789012:server-certificate/*"], {}),
    },
    Feature.CERTIFICATE_CREATION: {
        "ListCertificates": ("acm:ListCertificates", ["*"], {}),
        "LookAtCertificates": (
            "acm:DescribeCertificate acm:ListTagsForCertificate",
            [f"arn:aws:acm:{HERE}:certificate/*"],
            {},
        ),
        "ListHostedZones": ("route53:ListHostedZones route53:ListHostedZonesByName", ["*"], {}),
        "ValidateCertificates": (
            "route53:ChangeResourceRecordSets",
            ["arn:aws:route53:::hostedzone/*"],
            {
                "ForAllValues:StringEquals": {
                    "route53:ChangeResourceRecordSetsActions": ["CREATE", "DELETE"],
                    "route53:ChangeResourceRecordSetsRecordTypes": "CNAME",
                },
                "ForAllValues:StringLike": {"route53:ChangeResourceRecordSetsNormalizedRecordNames": "_*"},
            },
        ),
        "RequestCertificates": ("acm:RequestCertificate", ["*"], FOR_CLUSTER),
        "TagNewCertificates": ("acm:AddTagsToCertificate", [f"arn:aws:acm:{HERE}:certificate/*"], FOR_CLUSTER),
        "DeleteOwnCertificates": ("acm:DeleteCertificate", [f"arn:aws:acm:{HERE}:certificate/*"], OF_CLUSTER),
        "PrivateCertificates": (
            "acm-pca:IssueCertificate acm-pca:GetCertificate acm-pca:ListPermissions",
            ["arn:aws:acm-pca:eu-central-1:*:certificate-authority/*"],
            {},
        ),
    },
    Feature.TAGGING_API: {"FindByTag": ("tag:GetResources", ["*"], {})},
    Feature.CROSS_ACCOUNT_TARGET_GROUPS: {"RegisterInOtherAccounts": ("sts:AssumeRole", ["arn:aws:iam::*:role/*"], {})},
}


@pytest.mark.parametrize(("feature", "expected"), STRICT_FEATURES.items())
def test_strict_adds_what_a_feature_needs(feature: Feature, expected: dict[str, Any]) -> None:
    always = {statement["Sid"] for statement in in_place()}
    added = {statement["Sid"]: shown(statement) for statement in in_place(features={feature}) if statement["Sid"] not in always}
    assert added == expected


@pytest.mark.parametrize(
    ("feature", "sid", "actions"),
    [
        (Feature.MUTUAL_TLS, "Look", {"elasticloadbalancing:DescribeTrustStores"}),
        (Feature.IPAM, "Look", {"ec2:DescribeIpamPools"}),
        (Feature.IPAM, "ChangeOwnLoadBalancers", {"elasticloadbalancing:ModifyIpPools"}),
        (Feature.CAPACITY_RESERVATION, "Look", {"elasticloadbalancing:DescribeCapacityReservation"}),
        (Feature.CAPACITY_RESERVATION, "ChangeOwnLoadBalancers", {"elasticloadbalancing:ModifyCapacityReservation"}),
        (Feature.CUSTOMER_OWNED_IP, "Look", {"ec2:DescribeCoipPools"}),
    ],
)
def test_strict_adds_what_a_feature_needs_to_a_statement_of_all(feature: Feature, sid: str, actions: set[str]) -> None:
    def of(**arguments: Any) -> set[str]:
        (found,) = (statement["Action"] for statement in in_place(**arguments) if statement["Sid"] == sid)
        return set(found)

    assert of(features={feature}) - of() == actions


def test_strict_does_nothing_that_is_published_for_nobody() -> None:
    published_actions = {
        action for name in [*PARTITIONS.values(), "iam_policy_acm_certs.json", "aga_controller_iam_policy.json"]
        for statement in published(name) for action in statement["Action"]
    }  # fmt: skip
    ours = {action for statement in in_place(features=ALL) for action in statement["Action"]}
    assert ours - published_actions == {"wafv2:ListWebACLs", "sts:AssumeRole"}


def test_strict_accelerators_are_those_of_the_cluster() -> None:
    for statement in in_place(features={Feature.GLOBAL_ACCELERATOR}):
        if any(
            re.match(r"globalaccelerator:(Create|Update|Delete|Add|Remove|Tag|Untag)", action) for action in statement["Action"]
        ):
            equal = statement["Condition"]["StringEquals"]
            assert {equal.get(OWN), equal.get(NEW)} == {"shop", None}


def test_a_statement_that_no_tag_limits_says_why() -> None:
    for grant in [*core.STRICT, *strict_grants(ALL)]:
        limited = "elbv2.k8s.aws/cluster" in str(grant.condition) or "{cluster}" in str(grant.condition)
        assert limited != bool(grant.open), grant.sid


def test_strict_leaves_out_what_is_not_known_of_the_place() -> None:
    (open_nodes,) = (s for s in granted(Permissions.STRICT) if s["Sid"] == "OpenNodesAndPods")
    assert open_nodes["Resource"] == "arn:aws:ec2:*:*:security-group/*"
    assert open_nodes["Condition"] == {"StringEquals": {"aws:ResourceTag/kubernetes.io/cluster/shop": ["owned", "shared"]}}


def test_strict_limits_the_groups_of_a_cluster_without_a_known_name_by_its_vpc() -> None:
    (open_nodes,) = (s for s in in_place(cluster_name=TOKEN) if s["Sid"] == "OpenNodesAndPods")
    assert open_nodes["Condition"] == IN_VPC


def test_a_token_is_never_part_of_a_key() -> None:
    tokens = {name: f"${{Token[{name}.1]}}" for name in ("partition", "cluster_name", "region", "account", "vpc_id")}
    for level in Permissions:
        for statement in granted(level, features=ALL, **tokens):
            assert not [key for keys in statement.get("Condition", {}).values() for key in keys if "Token" in key]


@pytest.mark.parametrize("level", Permissions)
def test_roles_that_are_given_are_the_only_ones(level: Permissions) -> None:
    statements = [s for s in granted(level, role_arns=[ROLE]) if "sts:AssumeRole" in s["Action"]]
    assert [statement["Resource"] for statement in statements] == [ROLE]


def test_features_that_were_not_chosen_are_gone_at_every_level() -> None:
    for level in Permissions:
        services = {action.split(":")[0] for statement in granted(level, features=[]) for action in statement["Action"]}
        assert services == {"iam", "ec2", "elasticloadbalancing"}


def test_each_level_has_its_features() -> None:
    assert features_of(Permissions.UPSTREAM, "aws") == features_of(Permissions.CLUSTER, "aws") == PUBLISHED_FEATURES
    assert features_of(Permissions.STRICT, "aws") == frozenset()
    assert features_of(Permissions.CLUSTER, "aws-iso") == PUBLISHED_FEATURES - {Feature.MUTUAL_TLS, Feature.CAPACITY_RESERVATION}
    assert features_of(Permissions.STRICT, "aws", [Feature.WAFV2_BY_NAME]) == {Feature.WAFV2_BY_NAME, Feature.WAFV2}


@pytest.mark.parametrize("partition", PARTITIONS)
@pytest.mark.parametrize("level", Permissions)
def test_every_document_is_one_that_iam_takes(level: Permissions, partition: str) -> None:
    arguments: dict[str, Any] = {
        "partition": partition,
        "cluster_name": LONG_NAME,
        "region": "ap-southeast-10",
        "account": "123456789012",
        "vpc_id": "vpc-0123456789abcdef0",
        "own_target_groups": [TARGET_GROUP.replace("old", "t" * 32) + str(number) for number in range(100)],
        "role_arns": [f"{ROLE}{number}" for number in range(100)],
    }
    documents = policies(level, features=ALL, **arguments)
    sizes = [size(statements, {}) for statements in documents]
    assert max(sizes) < LIMIT
    # No fewer would do: even without a gap they would not hold all statements.
    assert (len(documents) - 1) * LIMIT < sum(sizes)
    for statements in documents:
        assert len({statement["Sid"] for statement in statements}) == len(statements)
        assert all(re.fullmatch(r"[A-Za-z0-9]+", statement["Sid"]) for statement in statements)


@pytest.mark.parametrize("partition", [*PARTITIONS, "${Token[AWS.Partition.3]}"])
@pytest.mark.parametrize("name", ["shop", LONG_NAME, TOKEN])
def test_the_published_features_of_one_cluster_need_one_document(partition: str, name: str) -> None:
    for level in (Permissions.UPSTREAM, Permissions.CLUSTER):
        assert len(policies(level, partition=partition, cluster_name=name)) == 1


def test_a_token_counts_as_the_longest_value_that_it_can_have() -> None:
    tokens = {name: f"${{Token[{name}.1]}}" for name in ("partition", "cluster_name", "region", "account", "vpc_id")}
    longest = {
        "partition": "aws-us-gov",
        "cluster_name": LONG_NAME,
        "region": "ap-southeast-10",
        "account": "123456789012",
        "vpc_id": "vpc-0123456789abcdef0",
    }
    role = "arn:${Token[AWS.Partition.3]}:iam::210987654321:role/targets"
    documents = policies(Permissions.STRICT, features=ALL, role_arns=[role], **tokens)
    for statements in documents:
        text = json.dumps(statements)
        for name, token in tokens.items():
            text = text.replace(token, longest[name])
        filled = text.replace(role, "arn:aws-us-gov:iam::210987654321:role/" + "p" * 512 + "r" * 64)
        assert size(json.loads(filled), {}) < LIMIT


arn_names = st.text("abc123", min_size=1, max_size=32)


@given(
    level=st.sampled_from(Permissions),
    features=st.none() | st.frozensets(st.sampled_from(Feature)),
    name=st.sampled_from(["a", LONG_NAME, TOKEN]),
    targets=st.lists(arn_names, max_size=60, unique=True),
)
def test_splitting_loses_and_adds_nothing(
    level: Permissions, features: frozenset[Feature] | None, name: str, targets: list[str]
) -> None:
    groups = [TARGET_GROUP.replace("old", target) for target in targets]
    arguments: dict[str, Any] = {"partition": "aws", "cluster_name": name, "vpc_id": "vpc-0", "features": features}
    with_groups = policies(level, **arguments, own_target_groups=groups)
    assert with_groups == policies(level, **arguments, own_target_groups=groups)
    without = policies(level, **arguments)
    difference = allowed(s for d in with_groups for s in d) - allowed(s for d in without for s in d)
    assert allowed(s for d in without for s in d) <= allowed(s for d in with_groups for s in d)
    assert {resource for _, resource, _ in difference} == (set(groups) if level is Permissions.STRICT else set())


def test_wildcards_are_listed_once_each() -> None:
    documents = policies(Permissions.UPSTREAM, partition="aws", cluster_name="shop")
    assert wildcards(documents) == [
        "*",
        "arn:aws:ec2:*:*:security-group/*",
        "arn:aws:elasticloadbalancing:*:*:listener-rule/app/*/*/*",
        "arn:aws:elasticloadbalancing:*:*:listener-rule/net/*/*/*",
        "arn:aws:elasticloadbalancing:*:*:listener/app/*/*/*",
        "arn:aws:elasticloadbalancing:*:*:listener/net/*/*/*",
        "arn:aws:elasticloadbalancing:*:*:loadbalancer/app/*/*",
        "arn:aws:elasticloadbalancing:*:*:loadbalancer/net/*/*",
        "arn:aws:elasticloadbalancing:*:*:targetgroup/*/*",
    ]
    assert TARGET_GROUP not in wildcards([in_place(own_target_groups=[TARGET_GROUP])])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"partition": "aws-us"}, "partition 'aws-us' is none of AWS"),
        ({"partition": ""}, "Write one of aws, aws-cn, aws-us-gov, aws-eusc, aws-iso, aws-iso-b, aws-iso-e, aws-iso-f"),
        ({"cluster_name": ""}, "cluster name '' is none that EKS takes"),
        ({"cluster_name": "c" * 101}, "at most 100"),
        ({"cluster_name": "shop*"}, "cluster name 'shop*'"),
        ({"region": "Frankfurt"}, "region 'Frankfurt' is no region"),
        ({"account": "1234"}, "account '1234' is no account"),
        ({"vpc_id": "subnet-1"}, "VPC 'subnet-1' is no id of a VPC"),
        ({"cluster_name": TOKEN}, "Give the VPC, to limit them by that; or give the cluster a name."),
        ({"own_target_groups": ["shop"]}, "target group 'shop' is no ARN of a target group"),
        ({"own_target_groups": ["arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/*/*"]}, "no ARN of a target"),
        ({"role_arns": ["arn:aws:iam::123456789012:user/x"]}, "is no ARN of a role"),
    ],
)
def test_what_cannot_be_is_refused_in_words(arguments: dict[str, Any], words: str) -> None:
    with pytest.raises(Refused) as refused:
        granted(Permissions.STRICT, **arguments)
    assert words in str(refused.value)


def test_all_that_is_wrong_is_refused_at_once() -> None:
    with pytest.raises(Refused) as refused:
        granted(Permissions.STRICT, partition="x", cluster_name="-", region="x", account="x", vpc_id="x", role_arns=["x"])
    assert len(refused.value.problems) == 6
