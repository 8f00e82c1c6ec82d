"""What the controller may do in AWS, by what it is for.

Facts: the IAM policy that the controller's project publishes for v3.5.0; Service Authorization Reference.
"""

from __future__ import annotations

from typing import Any

_TAG = "elbv2.k8s.aws/cluster"
_REQUESTED = f"aws:RequestTag/{_TAG}"
_EXISTING = f"aws:ResourceTag/{_TAG}"

_NETWORK = (
    "DescribeAccountAttributes",
    "DescribeAddresses",
    "DescribeAvailabilityZones",
    "DescribeInternetGateways",
    "DescribeVpcs",
    "DescribeVpcPeeringConnections",
    "DescribeSubnets",
    "DescribeSecurityGroups",
    "DescribeInstances",
    "DescribeNetworkInterfaces",
    "DescribeTags",
    "GetCoipPoolUsage",
    "DescribeCoipPools",
    "GetSecurityGroupsForVpc",
    "DescribeIpamPools",
    "DescribeRouteTables",
)
_LOAD_BALANCING = (
    "DescribeLoadBalancers",
    "DescribeLoadBalancerAttributes",
    "DescribeListeners",
    "DescribeListenerCertificates",
    "DescribeSSLPolicies",
    "DescribeRules",
    "DescribeTargetGroups",
    "DescribeTargetGroupAttributes",
    "DescribeTargetHealth",
    "DescribeTags",
    "DescribeTrustStores",
    "DescribeListenerAttributes",
    "DescribeCapacityReservation",
)
_SIGN_IN = ("cognito-idp:DescribeUserPoolClient",)
_CERTIFICATES = ("acm:ListCertificates", "acm:DescribeCertificate", "iam:ListServerCertificates", "iam:GetServerCertificate")
_WEB_ACL = ("GetWebACL", "GetWebACLForResource", "AssociateWebACL", "DisassociateWebACL")
_SHIELD = ("GetSubscriptionState", "DescribeProtection", "CreateProtection", "DeleteProtection")


def statements(partition: str) -> list[dict[str, Any]]:
    """The statements of the controller's policy, as IAM JSON: 80 actions.

    `partition` is that of the AWS accounts (`aws`, `aws-cn`, `aws-us-gov`, …), or a token that stands for it.
    """
    security_groups = f"arn:{partition}:ec2:*:*:security-group/*"
    target_groups = f"arn:{partition}:elasticloadbalancing:*:*:targetgroup/*/*"
    balancers_and_targets = [
        target_groups,
        f"arn:{partition}:elasticloadbalancing:*:*:loadbalancer/net/*/*",
        f"arn:{partition}:elasticloadbalancing:*:*:loadbalancer/app/*/*",
    ]
    listeners_and_rules = [
        f"arn:{partition}:elasticloadbalancing:*:*:{kind}/{family}/*/*/*"
        for kind in ("listener", "listener-rule")
        for family in ("net", "app")
    ]
    of_this_controller = {"Null": {_EXISTING: "false"}}
    with_its_tag = {"Null": {_REQUESTED: "false"}}
    leaving_its_tag = {"Null": {_REQUESTED: "true", _EXISTING: "false"}}
    return [
        _allow(
            "FirstLoadBalancerInAccount",
            ["iam:CreateServiceLinkedRole"],
            condition={"StringEquals": {"iam:AWSServiceName": "elasticloadbalancing.amazonaws.com"}},
        ),
        _allow("Look", _of("ec2", _NETWORK) + _of("elasticloadbalancing", _LOAD_BALANCING)),
        _allow(
            "SignInCertificatesFirewallShield",
            [
                *_SIGN_IN,
                *_CERTIFICATES,
                *_of("waf-regional", _WEB_ACL),
                *_of("wafv2", _WEB_ACL),
                *_of("shield", _SHIELD),
            ],
        ),
        _allow("OpenNodesAndPods", _of("ec2", ("AuthorizeSecurityGroupIngress", "RevokeSecurityGroupIngress"))),
        _allow("MakeSecurityGroups", _of("ec2", ("CreateSecurityGroup",))),
        _allow(
            "TagNewSecurityGroups",
            _of("ec2", ("CreateTags",)),
            security_groups,
            {"StringEquals": {"ec2:CreateAction": "CreateSecurityGroup"}, **with_its_tag},
        ),
        _allow("TagOwnSecurityGroups", _of("ec2", ("CreateTags", "DeleteTags")), security_groups, leaving_its_tag),
        _allow(
            "ChangeOwnSecurityGroups",
            _of("ec2", ("AuthorizeSecurityGroupIngress", "RevokeSecurityGroupIngress", "DeleteSecurityGroup")),
            condition=of_this_controller,
        ),
        _allow(
            "MakeLoadBalancersAndTargetGroups",
            _of("elasticloadbalancing", ("CreateLoadBalancer", "CreateTargetGroup")),
            condition=with_its_tag,
        ),
        _allow(
            "MakeListenersAndRules",
            _of("elasticloadbalancing", ("CreateListener", "DeleteListener", "CreateRule", "DeleteRule")),
        ),
        _allow(
            "TagOwnLoadBalancersAndTargetGroups",
            _of("elasticloadbalancing", ("AddTags", "RemoveTags")),
            balancers_and_targets,
            leaving_its_tag,
        ),
        _allow("TagListenersAndRules", _of("elasticloadbalancing", ("AddTags", "RemoveTags")), listeners_and_rules),
        _allow(
            "ChangeOwnLoadBalancersAndTargetGroups",
            _of(
                "elasticloadbalancing",
                (
                    "ModifyLoadBalancerAttributes",
                    "SetIpAddressType",
                    "SetSecurityGroups",
                    "SetSubnets",
                    "DeleteLoadBalancer",
                    "ModifyTargetGroup",
                    "ModifyTargetGroupAttributes",
                    "DeleteTargetGroup",
                    "ModifyListenerAttributes",
                    "ModifyCapacityReservation",
                    "ModifyIpPools",
                ),
            ),
            condition=of_this_controller,
        ),
        _allow(
            "TagNewLoadBalancersAndTargetGroups",
            _of("elasticloadbalancing", ("AddTags",)),
            balancers_and_targets,
            {
                "StringEquals": {"elasticloadbalancing:CreateAction": ["CreateTargetGroup", "CreateLoadBalancer"]},
                **with_its_tag,
            },
        ),
        _allow("RegisterTargets", _of("elasticloadbalancing", ("RegisterTargets", "DeregisterTargets")), target_groups),
        _allow(
            "ChangeListenersAndRules",
            _of(
                "elasticloadbalancing",
                (
                    "SetWebAcl",
                    "ModifyListener",
                    "AddListenerCertificates",
                    "RemoveListenerCertificates",
                    "ModifyRule",
                    "SetRulePriorities",
                ),
            ),
        ),
    ]


def _of(service: str, actions: tuple[str, ...]) -> list[str]:
    return [f"{service}:{action}" for action in actions]


def _allow(
    sid: str, actions: list[str], resource: str | list[str] = "*", condition: dict[str, Any] | None = None
) -> dict[str, Any]:
    statement: dict[str, Any] = {"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": resource}
    return statement if condition is None else {**statement, "Condition": condition}
