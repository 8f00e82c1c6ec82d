"""What a controller can do beside routing, each in one declaration: what it may do in AWS, and what switches it on.

Policy and switches come from the same declaration. A controller that is switched on without the permission fails each deployment
of a load balancer; one with the permission that is switched off has it for nothing.

Facts: the IAM policies that the controller's project publishes for v3.5.0; its source, packages aws/services (what it calls) and
config (flags and feature gates); the chart's values; Service Authorization Reference.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from eks_ingress.controller.grants import (
    APPLICATION_LOAD_BALANCERS,
    CHANGE_LISTENERS_AND_RULES,
    CHANGE_OWN,
    CHANGE_OWN_LOAD_BALANCERS,
    EXTRAS,
    LEAVING_TAG,
    LOOK,
    OWN,
    TAGGED,
    Condition,
    Grant,
    of,
)


class Feature(Enum):
    """What a controller can do beside routing; its value is its name on the command line."""

    WAFV2 = "wafv2"
    """Puts AWS WAF web ACLs, named by ARN, on application load balancers."""
    WAFV2_BY_NAME = "wafv2-by-name"
    """Looks up the web ACL that an Ingress names by name, which no published policy allows; comes with `WAFV2`."""
    WAF_CLASSIC = "waf-classic"
    """Puts web ACLs of AWS WAF Classic (Regional) on application load balancers."""
    SHIELD = "shield"
    """Puts load balancers under AWS Shield Advanced."""
    COGNITO = "cognito"
    """Lets users sign in at an Amazon Cognito user pool."""
    CERTIFICATE_DISCOVERY = "certificate-discovery"
    """Finds the certificate of a host among those in ACM."""
    IAM_CERTIFICATES = "iam-certificates"
    """Uses certificates that were uploaded to IAM."""
    CERTIFICATE_CREATION = "certificate-creation"
    """Requests certificates from ACM and validates them in Route 53; comes with `CERTIFICATE_DISCOVERY`."""
    MUTUAL_TLS = "mutual-tls"
    """Checks the certificates of clients against a trust store that an Ingress names by name."""
    CUSTOMER_OWNED_IP = "customer-owned-ip"
    """Load balancers on AWS Outposts with customer-owned addresses."""
    IPAM = "ipam"
    """Addresses of application load balancers from an IPAM pool."""
    CAPACITY_RESERVATION = "capacity-reservation"
    """Reserves load balancer capacity."""
    GLOBAL_ACCELERATOR = "global-accelerator"
    """Makes accelerators of AWS Global Accelerator from GlobalAccelerator objects."""
    TAGGING_API = "tagging-api"
    """Finds the controller's load balancers through the Resource Groups Tagging API, in fewer calls."""
    CROSS_ACCOUNT_TARGET_GROUPS = "cross-account-target-groups"
    """Takes on roles of other accounts to register targets in their target groups."""

    @property
    def since(self) -> str:
        """The release of the controller that had it first."""
        return _DECLARED[self].since


@dataclass(frozen=True, slots=True)
class _Declaration:
    published: tuple[Grant, ...]
    """What the published policies grant for it, or must, where they forgot."""
    strict: tuple[Grant, ...]
    """The same, as limited as can be."""
    switch: str | None = None
    """The chart's value, true or false, for the flag of the controller."""
    gate: str | None = None
    """The controller's feature gate."""
    implies: Feature | None = None
    base: bool = True
    """Whether the published base policy has it."""
    since: str = "2.0.0"
    """The release of the controller that had it first."""


_WEB_ACL = ("GetWebACL", "GetWebACLForResource", "AssociateWebACL", "DisassociateWebACL")
_WHICH_WEB_ACL = "AWS WAF does not look at the tags of load balancers; which web ACL it will be, an Ingress says."
_SET_WEB_ACL = Grant(
    "SetWebAcl",
    ("elasticloadbalancing:SetWebAcl",),
    open="Nothing can: Service Authorization Reference has neither a resource nor a condition key for this action.",
)
_LOOK_AT_CERTIFICATES = Grant(
    "LookAtCertificates",
    resources=("arn:{partition}:acm:{region}:{account}:certificate/*",),
    open="It reads, to find which certificate is for which host.",
)
_CERTIFICATES = "arn:{partition}:acm:{region}:{account}:certificate/*"

_AGA = "arn:{partition}:globalaccelerator::{account}:accelerator/*"
_AGA_ALL = (_AGA, f"{_AGA}/listener/*", f"{_AGA}/listener/*/endpoint-group/*")
_AGA_ROLE: Condition = {"StringEquals": {"iam:AWSServiceName": ("globalaccelerator.amazonaws.com",)}}
_AGA_EXISTING: Condition = {"StringEquals": {"aws:ResourceTag/aga.k8s.aws/resource": "GlobalAccelerator"}}
_AGA_REQUESTED: Condition = {"StringEquals": {"aws:RequestTag/aga.k8s.aws/resource": "GlobalAccelerator"}}
_AGA_LOOKING = of("globalaccelerator", "ListEndpointGroups", "ListListeners", "ListTagsForResource")
_AGA_LISTING = ("globalaccelerator:ListAccelerators", "ec2:DescribeRegions", "tag:GetResources")
_AGA_TAGGING = of("globalaccelerator", "TagResource", "UntagResource")
_LEAVING_TAG_OF_OWN: Condition = {**LEAVING_TAG, **_AGA_EXISTING}
_AGA_OWN = (
    Grant(
        "LookAtOwnAccelerators",
        of("globalaccelerator", "DescribeAccelerator", "DescribeEndpointGroup", "DescribeListener"),
        _AGA_ALL,
        {**OWN, **_AGA_EXISTING},
    ),
    Grant("MakeAccelerators", ("globalaccelerator:CreateAccelerator",), condition={**TAGGED, **_AGA_REQUESTED}),
    Grant(
        "ChangeOwnAccelerators",
        of(
            "globalaccelerator",
            "UpdateAccelerator",
            "DeleteAccelerator",
            "CreateListener",
            "UpdateListener",
            "DeleteListener",
            "CreateEndpointGroup",
            "UpdateEndpointGroup",
            "DeleteEndpointGroup",
            "AddEndpoints",
            "RemoveEndpoints",
        ),
        _AGA_ALL,
        {**OWN, **_AGA_EXISTING},
    ),
    Grant("TagOwnAccelerators", _AGA_TAGGING, (_AGA,), _LEAVING_TAG_OF_OWN),
    Grant("TagNewAccelerators", ("globalaccelerator:TagResource",), (_AGA,), {**TAGGED, **_AGA_REQUESTED}),
)

_LIST_WEB_ACLS = Grant(
    "FindWebAclByName",
    ("wafv2:ListWebACLs",),
    open="Nothing can: an action that lists. It reads names and ids, not what is in them.",
)
_TAGGING_API = Grant(
    "FindByTag",
    ("tag:GetResources",),
    open="Nothing can: the Tagging API has no resources of its own. It reads ARNs and tags.",
)
ASSUME_ROLE = Grant(
    "RegisterInOtherAccounts",
    ("sts:AssumeRole",),
    ("{roles}",),
    open="The roles are named one by one, if they are given; what they allow, and whom, their own policies say.",
)

_DECLARED = {
    Feature.WAFV2: _Declaration(
        switch="enableWafv2",
        published=(EXTRAS.doing(*of("wafv2", *_WEB_ACL)), CHANGE_LISTENERS_AND_RULES.doing(*_SET_WEB_ACL.actions)),
        strict=(
            Grant(
                "ProtectByWebAcl",
                of("wafv2", *_WEB_ACL),
                ("arn:{partition}:wafv2:{region}:{account}:regional/webacl/*/*", APPLICATION_LOAD_BALANCERS),
                open=_WHICH_WEB_ACL,
            ),
            _SET_WEB_ACL,
        ),
    ),
    Feature.WAFV2_BY_NAME: _Declaration(
        since="2.14.0", published=(_LIST_WEB_ACLS,), strict=(_LIST_WEB_ACLS,), implies=Feature.WAFV2, base=False
    ),
    Feature.WAF_CLASSIC: _Declaration(
        switch="enableWaf",
        published=(EXTRAS.doing(*of("waf-regional", *_WEB_ACL)), CHANGE_LISTENERS_AND_RULES.doing(*_SET_WEB_ACL.actions)),
        strict=(
            Grant(
                "ProtectByClassicWebAcl",
                of("waf-regional", *_WEB_ACL),
                ("arn:{partition}:waf-regional:{region}:{account}:webacl/*", APPLICATION_LOAD_BALANCERS),
                open=_WHICH_WEB_ACL,
            ),
            _SET_WEB_ACL,
        ),
    ),
    Feature.SHIELD: _Declaration(
        switch="enableShield",
        published=(
            EXTRAS.doing(*of("shield", "GetSubscriptionState", "DescribeProtection", "CreateProtection", "DeleteProtection")),
        ),
        strict=(
            Grant(
                "ProtectByShield",
                of("shield", "GetSubscriptionState", "DescribeProtection", "CreateProtection"),
                open="Shield has no resources for the state of the subscription and for new protections; the controller asks for a "
                "protection by its load balancer, whether or not there is one.",
            ),
            Grant(
                "EndProtectionByShield",
                ("shield:DeleteProtection",),
                ("arn:{partition}:shield::{account}:protection/*",),
                open="The controller does not tag the protections that it makes.",
            ),
        ),
    ),
    Feature.COGNITO: _Declaration(
        published=(EXTRAS.doing("cognito-idp:DescribeUserPoolClient"),),
        strict=(
            # Of whichever region: nowhere is it said that it must be that of the load balancer.
            Grant(
                "SignIn",
                ("cognito-idp:DescribeUserPoolClient",),
                ("arn:{partition}:cognito-idp:*:{account}:userpool/*",),
                open="Which user pool it will be, an Ingress says; add a statement of your own that denies the others.",
            ),
        ),
    ),
    Feature.CERTIFICATE_DISCOVERY: _Declaration(
        published=(EXTRAS.doing(*of("acm", "ListCertificates", "DescribeCertificate")),),
        strict=(
            Grant("ListCertificates", ("acm:ListCertificates",), open="Nothing can: an action that lists."),
            _LOOK_AT_CERTIFICATES.doing("acm:DescribeCertificate"),
        ),
    ),
    Feature.IAM_CERTIFICATES: _Declaration(
        published=(EXTRAS.doing(*of("iam", "ListServerCertificates", "GetServerCertificate")),),
        strict=(
            Grant("ListIamCertificates", ("iam:ListServerCertificates",), open="Nothing can: an action that lists."),
            Grant(
                "LookAtIamCertificates",
                ("iam:GetServerCertificate",),
                ("arn:{partition}:iam::{account}:server-certificate/*",),
                open="Which certificate it will be, an Ingress says. The private key cannot be read.",
            ),
        ),
    ),
    Feature.CERTIFICATE_CREATION: _Declaration(
        since="3.3.0",
        gate="EnableCertificateManagement",
        implies=Feature.CERTIFICATE_DISCOVERY,
        base=False,
        published=(
            Grant(
                "ValidateCertificates",
                (
                    "acm:ListTagsForCertificate",
                    *of("route53", "ListHostedZones", "ListHostedZonesByName", "ChangeResourceRecordSets"),
                    "acm:AddTagsToCertificate",
                ),
            ),
            Grant("RequestCertificates", ("acm:RequestCertificate",), condition=TAGGED),
            Grant("DeleteOwnCertificates", ("acm:DeleteCertificate",), condition=OWN),
            Grant("PrivateCertificates", of("acm-pca", "IssueCertificate", "GetCertificate", "ListPermissions")),
        ),
        strict=(
            _LOOK_AT_CERTIFICATES.doing("acm:ListTagsForCertificate"),
            Grant(
                "ListHostedZones",
                of("route53", "ListHostedZones", "ListHostedZonesByName"),
                open="Nothing can: actions that list.",
            ),
            # The records by which ACM validates: CNAMEs whose names begin with an underscore.
            Grant(
                "ValidateCertificates",
                ("route53:ChangeResourceRecordSets",),
                ("arn:{partition}:route53:::hostedzone/*",),
                {
                    "ForAllValues:StringEquals": {
                        "route53:ChangeResourceRecordSetsActions": ("CREATE", "DELETE"),
                        "route53:ChangeResourceRecordSetsRecordTypes": "CNAME",
                    },
                    "ForAllValues:StringLike": {"route53:ChangeResourceRecordSetsNormalizedRecordNames": "_*"},
                },
                open="Which hosted zone it will be, the host of an Ingress says.",
            ),
            Grant("RequestCertificates", ("acm:RequestCertificate",), condition=TAGGED),
            Grant("TagNewCertificates", ("acm:AddTagsToCertificate",), (_CERTIFICATES,), TAGGED),
            Grant("DeleteOwnCertificates", ("acm:DeleteCertificate",), (_CERTIFICATES,), OWN),
            # Of whichever account: an authority can be shared.
            Grant(
                "PrivateCertificates",
                of("acm-pca", "IssueCertificate", "GetCertificate", "ListPermissions"),
                ("arn:{partition}:acm-pca:{region}:*:certificate-authority/*",),
                open="Which certificate authority it will be, an Ingress says, or the controller's flag.",
            ),
        ),
    ),
    Feature.MUTUAL_TLS: _Declaration(
        since="2.7.0",
        published=(LOOK.doing("elasticloadbalancing:DescribeTrustStores"),),
        strict=(LOOK.doing("elasticloadbalancing:DescribeTrustStores"),),
    ),
    Feature.CUSTOMER_OWNED_IP: _Declaration(
        published=(LOOK.doing(*of("ec2", "GetCoipPoolUsage", "DescribeCoipPools")),),
        strict=(
            LOOK.doing("ec2:DescribeCoipPools"),
            # Of whichever account: an Outpost can be shared.
            Grant(
                "LookAtCustomerOwnedIp",
                ("ec2:GetCoipPoolUsage",),
                ("arn:{partition}:ec2:{region}:*:coip-pool/*",),
                open="It reads; which pool it will be, an Ingress says.",
            ),
        ),
    ),
    Feature.IPAM: _Declaration(
        since="2.12.0",
        published=(LOOK.doing("ec2:DescribeIpamPools"), CHANGE_OWN.doing("elasticloadbalancing:ModifyIpPools")),
        strict=(LOOK.doing("ec2:DescribeIpamPools"), CHANGE_OWN_LOAD_BALANCERS.doing("elasticloadbalancing:ModifyIpPools")),
    ),
    Feature.CAPACITY_RESERVATION: _Declaration(
        since="2.11.0",
        gate="LBCapacityReservation",
        published=(
            LOOK.doing("elasticloadbalancing:DescribeCapacityReservation"),
            CHANGE_OWN.doing("elasticloadbalancing:ModifyCapacityReservation"),
        ),
        strict=(
            LOOK.doing("elasticloadbalancing:DescribeCapacityReservation"),
            CHANGE_OWN_LOAD_BALANCERS.doing("elasticloadbalancing:ModifyCapacityReservation"),
        ),
    ),
    Feature.GLOBAL_ACCELERATOR: _Declaration(
        since="2.17.0",
        gate="GlobalAcceleratorController",
        base=False,
        published=(
            Grant("FirstAcceleratorInAccount", ("iam:CreateServiceLinkedRole",), condition=_AGA_ROLE),
            Grant("LookForAccelerators", (*_AGA_LOOKING, *_AGA_LISTING)),
            *_AGA_OWN,
        ),
        strict=(
            Grant(
                "FirstAcceleratorInAccount",
                ("iam:CreateServiceLinkedRole",),
                ("arn:{partition}:iam::{account}:role/aws-service-role/globalaccelerator.amazonaws.com/*",),
                _AGA_ROLE,
                open="The account has one such role, for all accelerators; only Global Accelerator can take it on.",
            ),
            Grant("ListAccelerators", _AGA_LISTING, open="Nothing can: actions that list."),
            Grant(
                "LookForAccelerators",
                _AGA_LOOKING,
                (_AGA, f"{_AGA}/listener/*"),
                open="It reads, to find by their tags which accelerators are the cluster's.",
            ),
            *_AGA_OWN,
        ),
    ),
    Feature.TAGGING_API: _Declaration(
        since="2.6.0", gate="EnableRGTAPI", published=(_TAGGING_API,), strict=(_TAGGING_API,), base=False
    ),
    Feature.CROSS_ACCOUNT_TARGET_GROUPS: _Declaration(since="2.11.0", published=(ASSUME_ROLE,), strict=(ASSUME_ROLE,), base=False),
}

PUBLISHED_FEATURES = frozenset(feature for feature, declared in _DECLARED.items() if declared.base)
"""What the published base policy is for."""


def with_implied(features: Iterable[Feature]) -> frozenset[Feature]:
    """The features, and those that they come with."""
    chosen = frozenset(features)
    return chosen | {implied for feature in chosen if (implied := _DECLARED[feature].implies)}


def published_grants(features: Iterable[Feature]) -> list[Grant]:
    """What the controller may do for these features, as its project publishes it."""
    chosen = with_implied(features)
    return [grant for feature, declared in _DECLARED.items() if feature in chosen for grant in declared.published]


def strict_grants(features: Iterable[Feature]) -> list[Grant]:
    """The same, as limited as can be."""
    chosen = with_implied(features)
    return [grant for feature, declared in _DECLARED.items() if feature in chosen for grant in declared.strict]


def chart_values(features: Iterable[Feature]) -> dict[str, bool]:
    """The chart's values that switch these features on, and all others off."""
    chosen = with_implied(features)
    return {declared.switch: feature in chosen for feature, declared in _DECLARED.items() if declared.switch}


SWITCHES = {declared.switch: feature for feature, declared in _DECLARED.items() if declared.switch}
"""The chart's values that switch features, and which."""
GATES = {declared.gate: feature for feature, declared in _DECLARED.items() if declared.gate}
"""The feature gates that open for features, and for which."""


def gates(features: Iterable[Feature]) -> dict[str, bool]:
    """The feature gates (`controllerConfig.featureGates` of the chart) that open for these features, and close for all others."""
    chosen = with_implied(features)
    return {declared.gate: feature in chosen for feature, declared in _DECLARED.items() if declared.gate}
