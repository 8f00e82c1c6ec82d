"""What every controller needs, whatever its Ingresses ask for.

`PUBLISHED` is what the controller's project publishes for all of them; `STRICT` grants the same actions, each limited by what its
service lets it be limited.

Facts: the IAM policy that the controller's project publishes for v3.5.0; its source, packages deploy/ec2, deploy/elbv2, networking
(which calls it makes, and on what); Service Authorization Reference.
"""

from __future__ import annotations

from eks_ingress.controller.grants import (
    CHANGE_LISTENERS_AND_RULES,
    CHANGE_OWN,
    CHANGE_OWN_LOAD_BALANCERS,
    EXTRAS,
    KEEPING_TAG,
    LEAVING_TAG,
    LISTENERS,
    LOAD_BALANCERS,
    LOOK,
    OWN,
    RULES,
    SECURITY_GROUPS,
    TAGGED,
    TARGET_GROUPS,
    VPC,
    Grant,
    of,
)

_LOOKING = (
    *of(
        "ec2",
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
        "DescribeRouteTables",
    ),
    *of(
        "elasticloadbalancing",
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
        "DescribeListenerAttributes",
    ),
)
_GROUPS_OF_VPC = "ec2:GetSecurityGroupsForVpc"
_SECURITY_GROUP_RULES = of("ec2", "AuthorizeSecurityGroupIngress", "RevokeSecurityGroupIngress")
_TAGGING = of("elasticloadbalancing", "AddTags", "RemoveTags")
_CHANGING_LOAD_BALANCERS = of(
    "elasticloadbalancing",
    "ModifyLoadBalancerAttributes",
    "SetIpAddressType",
    "SetSecurityGroups",
    "SetSubnets",
    "DeleteLoadBalancer",
)
_CHANGING_TARGET_GROUPS = of("elasticloadbalancing", "ModifyTargetGroup", "ModifyTargetGroupAttributes", "DeleteTargetGroup")
_REGISTERING = of("elasticloadbalancing", "RegisterTargets", "DeregisterTargets")
_SERVICE_LINKED_ROLE = {"StringEquals": {"iam:AWSServiceName": "elasticloadbalancing.amazonaws.com"}}
_NEW_SECURITY_GROUP = {"StringEquals": {"ec2:CreateAction": "CreateSecurityGroup"}, **TAGGED}

PUBLISHED = (
    Grant("FirstLoadBalancerInAccount", ("iam:CreateServiceLinkedRole",), condition=_SERVICE_LINKED_ROLE),
    LOOK.doing(*_LOOKING, _GROUPS_OF_VPC),
    EXTRAS,
    Grant("OpenNodesAndPods", _SECURITY_GROUP_RULES),
    Grant("MakeSecurityGroups", ("ec2:CreateSecurityGroup",)),
    Grant("TagNewSecurityGroups", ("ec2:CreateTags",), (SECURITY_GROUPS,), _NEW_SECURITY_GROUP),
    Grant("TagOwnSecurityGroups", of("ec2", "CreateTags", "DeleteTags"), (SECURITY_GROUPS,), LEAVING_TAG),
    Grant("ChangeOwnSecurityGroups", (*_SECURITY_GROUP_RULES, "ec2:DeleteSecurityGroup"), condition=OWN),
    Grant("MakeBalancers", of("elasticloadbalancing", "CreateLoadBalancer", "CreateTargetGroup"), condition=TAGGED),
    Grant("MakeListenersAndRules", of("elasticloadbalancing", "CreateListener", "DeleteListener", "CreateRule", "DeleteRule")),
    Grant("TagOwnBalancers", _TAGGING, (TARGET_GROUPS, *LOAD_BALANCERS), LEAVING_TAG),
    Grant("TagListenersAndRules", _TAGGING, (*LISTENERS, *RULES)),
    CHANGE_OWN.doing(*_CHANGING_LOAD_BALANCERS, *_CHANGING_TARGET_GROUPS, "elasticloadbalancing:ModifyListenerAttributes"),
    Grant(
        "TagNewBalancers",
        ("elasticloadbalancing:AddTags",),
        (TARGET_GROUPS, *LOAD_BALANCERS),
        {"StringEquals": {"elasticloadbalancing:CreateAction": ("CreateTargetGroup", "CreateLoadBalancer")}, **TAGGED},
    ),
    Grant("RegisterTargets", _REGISTERING, (TARGET_GROUPS,)),
    CHANGE_LISTENERS_AND_RULES.doing(
        *of(
            "elasticloadbalancing",
            "ModifyListener",
            "AddListenerCertificates",
            "RemoveListenerCertificates",
            "ModifyRule",
            "SetRulePriorities",
        )
    ),
)

_IN_VPC = {"ArnEquals": {"ec2:Vpc": VPC}}

REGISTER_IN_NAMED = Grant(
    "RegisterInNamedTargetGroups",
    _REGISTERING,
    ("{target_groups}",),
    open="These are the target groups that someone else made, named one by one.",
)

STRICT = (
    Grant(
        "FirstLoadBalancerInAccount",
        ("iam:CreateServiceLinkedRole",),
        ("arn:{partition}:iam::{account}:role/aws-service-role/elasticloadbalancing.amazonaws.com/*",),
        _SERVICE_LINKED_ROLE,
        open="The account has one such role, for all load balancers; only Elastic Load Balancing can take it on.",
    ),
    LOOK.doing(*_LOOKING),
    Grant("LookAtVpc", (_GROUPS_OF_VPC,), (VPC,), open="It reads, and of one VPC if that is known."),
    # Nodes and pods have groups that others made. The controller finds them by this tag where an interface has several; one that
    # is the only one of its interface, it takes without.
    Grant(
        "OpenNodesAndPods",
        _SECURITY_GROUP_RULES,
        (SECURITY_GROUPS,),
        {"StringEquals": {"aws:ResourceTag/kubernetes.io/cluster/{cluster}": ("owned", "shared")}, **_IN_VPC},
    ),
    Grant("MakeSecurityGroups", ("ec2:CreateSecurityGroup",), (SECURITY_GROUPS,), TAGGED),
    # EC2 asks for both: the group that comes to be, and the VPC that it comes to be in.
    Grant(
        "MakeSecurityGroupsInVpc",
        ("ec2:CreateSecurityGroup",),
        (VPC,),
        open="It is the VPC's half of making a group; the other half takes only groups with the tag of this cluster.",
    ),
    Grant("TagNewSecurityGroups", ("ec2:CreateTags",), (SECURITY_GROUPS,), _NEW_SECURITY_GROUP),
    Grant("TagOwnSecurityGroups", of("ec2", "CreateTags", "DeleteTags"), (SECURITY_GROUPS,), KEEPING_TAG),
    Grant("ChangeOwnSecurityGroups", (*_SECURITY_GROUP_RULES, "ec2:DeleteSecurityGroup"), (SECURITY_GROUPS,), {**OWN, **_IN_VPC}),
    Grant(
        "MakeBalancers",
        of("elasticloadbalancing", "CreateLoadBalancer", "CreateTargetGroup"),
        (*LOAD_BALANCERS, TARGET_GROUPS),
        TAGGED,
    ),
    # A listener is made on a load balancer, a rule on a listener: those are what must have the tag. All of them get it when they
    # are made, from the feature gate ListenerRulesTagging, which is on unless someone turns it off.
    CHANGE_OWN_LOAD_BALANCERS.doing("elasticloadbalancing:CreateListener", *_CHANGING_LOAD_BALANCERS),
    Grant(
        "ChangeOwnListeners",
        of(
            "elasticloadbalancing",
            "CreateRule",
            "ModifyListener",
            "ModifyListenerAttributes",
            "AddListenerCertificates",
            "RemoveListenerCertificates",
            "DeleteListener",
        ),
        LISTENERS,
        OWN,
    ),
    Grant("ChangeOwnRules", of("elasticloadbalancing", "ModifyRule", "DeleteRule"), RULES, OWN),
    Grant(
        "SortRules",
        ("elasticloadbalancing:SetRulePriorities",),
        RULES,
        open="Service Authorization Reference has no condition key for this action.",
    ),
    Grant("ChangeOwnTargetGroups", (*_CHANGING_TARGET_GROUPS, *_REGISTERING), (TARGET_GROUPS,), OWN),
    REGISTER_IN_NAMED,
    Grant("TagOwn", _TAGGING, (*LOAD_BALANCERS, *LISTENERS, *RULES, TARGET_GROUPS), KEEPING_TAG),
    Grant(
        "TagNew",
        ("elasticloadbalancing:AddTags",),
        (*LOAD_BALANCERS, *LISTENERS, *RULES, TARGET_GROUPS),
        {
            "StringEquals": {
                "elasticloadbalancing:CreateAction": ("CreateLoadBalancer", "CreateListener", "CreateRule", "CreateTargetGroup")
            },
            **TAGGED,
        },
    ),
)
