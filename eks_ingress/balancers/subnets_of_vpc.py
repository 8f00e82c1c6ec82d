"""The subnets of a cluster's VPC for the plan, where the app knows them.

Facts: controller documentation, "Subnet Discovery"; Amazon VPC documentation, "Subnet sizing", of whose addresses AWS keeps five.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from ipaddress import ip_network
from typing import Any

from aws_cdk import Stack, aws_ec2
from constructs import IConstruct

from eks_ingress.controller.cluster import Cluster, jsii_types
from eks_ingress.manifests.in_template import placeholder
from eks_ingress.plan.facts import Facts
from eks_ingress.plan.subnets import SubnetFact
from eks_ingress.tokens import has_token

_VPC = "aws-cdk-lib.aws_ec2.Vpc"
_ADDED = {"aws-cdk-lib.aws_ec2.CfnSubnet", "aws-cdk-lib.aws_ec2.CfnSubnetCidrBlock"}
_KEPT_BY_AWS = 5
_UNKNOWN = 250
"""How many addresses are taken to be free in a block that only CloudFormation knows."""


def facts_of_vpc(view: Cluster, stated: Facts) -> Facts:
    """What is stated, and where nothing is stated of subnets, those of the cluster's VPC as far as the app knows them.

    All of them and their tags are known of a VPC that the app makes, once all Aspects have visited it.
    """
    vpc = view.vpc if stated.subnets is None else None
    if vpc is None:
        return stated
    is_made = _VPC in jsii_types(vpc)
    try:
        found = [
            _made(subnet, public) if is_made else _imported(subnet, public)
            for group, public in ((vpc.public_subnets, True), (vpc.private_subnets, False), (vpc.isolated_subnets, False))
            for subnet in group
        ]
    except RuntimeError:  # an imported one that does not say where it is
        return stated
    if (not found and not is_made) or any("#{Token[" in fact.id + fact.zone for fact in found):
        return stated
    zones = Stack.of(vpc).resolve([fact.zone for fact in found])
    found = [replace(fact, zone=placeholder(zone)) for fact, zone in zip(found, zones, strict=True)]
    return replace(stated, subnets=found, has_all_subnets=is_made, vpc=stated.vpc or vpc.vpc_id)


def has_more_subnets(view: Cluster) -> bool:
    """Whether the app makes subnets, or blocks of addresses for them, that its VPC construct does not know of."""
    vpc = view.vpc
    below = f"{vpc.node.path}/"
    everything: Iterable[IConstruct] = vpc.node.root.node.find_all()
    return any(jsii_types(node) & _ADDED and not node.node.path.startswith(below) for node in everything)


def _made(subnet: Any, public: bool) -> SubnetFact:
    cfn: aws_ec2.CfnSubnet = subnet.node.default_child
    tags: Mapping[str, str] = cfn.tags.tag_values()
    zone = str(cfn.availability_zone)
    block = cfn.cidr_block
    known = block if block is not None and not has_token(block) else None
    return SubnetFact(
        subnet.subnet_id,
        zone,
        tags.get("Name"),
        zone_type=_zone_type(zone),
        tags=tags,
        public=public,
        ipv6=cfn.ipv6_cidr_block is not None,
        cidr=known,
        free_addresses=_UNKNOWN if known is None else max(0, ip_network(known).num_addresses - _KEPT_BY_AWS),
    )


def _imported(subnet: Any, public: bool) -> SubnetFact:
    zone = str(subnet.availability_zone)
    return SubnetFact(subnet.subnet_id, zone, zone_type=_zone_type(zone), tags=None, public=public, ipv6=True)


_LOCAL = re.compile(r"[a-z]+(-[a-z]+)+-[0-9]+-[a-z]+-[0-9]+[a-z]")
"""The name of a local zone, which has the place after the region: `us-west-2-lax-1a`."""


def _zone_type(zone: str) -> str:
    if "-wlz-" in zone:
        return "wavelength-zone"
    return "local-zone" if _LOCAL.fullmatch(zone) else "availability-zone"
