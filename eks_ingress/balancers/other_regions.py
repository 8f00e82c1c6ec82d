"""Resources of the app that stand in another region than the load balancer which is to use them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

from aws_cdk import CfnResource, Stack

from eks_ingress.balancers.references import referred_to
from eks_ingress.manifests.manifest import Manifest
from eks_ingress.refusal import Problem
from eks_ingress.tokens import has_token, tokens_of

_REGIONAL = {
    "AWS::CertificateManager::Certificate",
    "AWS::EC2::EIP",
    "AWS::EC2::PrefixList",
    "AWS::EC2::SecurityGroup",
    "AWS::EC2::Subnet",
    "AWS::ElasticLoadBalancingV2::TargetGroup",
    "AWS::ElasticLoadBalancingV2::TrustStore",
    "AWS::WAFv2::WebACL",
}
"""What a load balancer takes of its own region only; a user pool may be anywhere."""


def referred_elsewhere(manifests: Sequence[Manifest], region: str) -> Iterator[Problem]:
    """A problem (EKI240) for each such resource that an object names by reference, if `region`, the cluster's, is known.

    It comes to be only where a stack has `cross_region_references`: otherwise the CDK refuses the reference itself.
    """
    if has_token(region):
        return
    place_of = cache(_regional)  # many objects name the same
    for manifest in manifests:
        for token in sorted(tokens_of(manifest.json)):
            path, theirs = place_of(token) or ("", region)
            if theirs != region and not has_token(theirs):
                yield Problem(
                    f"{manifest.kind} {manifest.full_name} names {path}, which is in {theirs}, while the load balancer is in "
                    f"{region}.",
                    "Make one in its own region, and pass that.",
                    manifest.source,
                    "EKI240",
                )


def _regional(token: str) -> tuple[str, str] | None:
    """Path and region of what a token refers to, if it is of a kind that must be in the region of the load balancer."""
    target = referred_to(token)
    if not isinstance(target, CfnResource) or target.cfn_resource_type not in _REGIONAL:
        return None
    return target.node.path.removesuffix("/Resource"), Stack.of(target).region
