"""The subnets of a cluster's VPC, where the app knows them: for the plan, for load balancers that choose some, and to tag them.

Facts: controller documentation, "Subnet Discovery"; Amazon VPC documentation, "Subnet sizing", of whose addresses AWS keeps five.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from ipaddress import ip_network
from typing import Any

from aws_cdk import Stack, Tags, aws_ec2
from constructs import IConstruct

from eks_ingress.controller.cluster import Cluster, jsii_types
from eks_ingress.manifests.assembly import placeholder
from eks_ingress.plan.facts import Facts
from eks_ingress.plan.subnets import ROLES, SubnetFact
from eks_ingress.refusal import Refusals, Refused
from eks_ingress.routing.network import Subnets
from eks_ingress.routing.units import several
from eks_ingress.tokens import has_token

_VPC = "aws-cdk-lib.aws_ec2.Vpc"
_ADDED = {"aws-cdk-lib.aws_ec2.CfnSubnet", "aws-cdk-lib.aws_ec2.CfnSubnetCidrBlock"}
_KEPT_BY_AWS = 5
_UNKNOWN = 250
"""How many addresses are taken to be free in a block that only CloudFormation knows."""

ChosenSubnets = Subnets | aws_ec2.SubnetSelection
"""Subnets by id, by Name tag, or as objects of the CDK; or a choice among those of the cluster's VPC."""


# For load balancers that choose some


def chosen(view: Cluster, subnets: ChosenSubnets) -> Subnets:
    """Subnets as words take them; of a choice, those of the cluster's VPC. Raises `Refused` where the VPC has none such."""
    if not isinstance(subnets, aws_ec2.SubnetSelection):
        return subnets
    return tuple(_selected(view.vpc, subnets).subnet_ids)


def _selected(vpc: Any, choice: aws_ec2.SubnetSelection) -> aws_ec2.SelectedSubnets:
    """The subnets of a VPC that somebody chose. Raises `Refused`."""
    why = "the cluster was imported without its VPC"
    if vpc is not None:
        try:
            found: aws_ec2.SelectedSubnets = vpc.select_subnets(**choice._values)
            return found
        except RuntimeError as error:
            why = re.sub(r"^\w+: ", "", str(error)).rstrip(".")  # without the name of the exception
    refusals = Refusals()
    refusals.require(
        False,
        "subnets",
        {name: str(value) for name, value in choice._values.items()},
        f"choose none: {why}",
        "Write `vpc.select_subnets(…)` of the VPC that has them.",
    )
    raise Refused(refusals.problems)


# For the plan


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


# To tag them


def tag_subnets(view: Cluster, internet_facing: ChosenSubnets | None, internal: ChosenSubnets | None, refusals: Refusals) -> None:
    """Tags subnets for load balancers that face the internet, and for those that do not."""
    vpc = view.vpc
    refusals.require(
        vpc is not None,
        "cluster",
        view.node_path,
        "was imported without its VPC, so that its subnets are not known",
        "Give `vpc=` to `from_cluster_attributes`.",
    )
    refusals.settle()
    found = 0
    for is_public, wanted in ((True, internet_facing), (False, internal)):
        subnets = _default(vpc, is_public) if wanted is None else _objects(vpc, wanted, refusals)
        imported = [subnet.subnet_id for subnet in subnets if not aws_ec2.Subnet.is_vpc_subnet(subnet)]
        refusals.require(
            not imported,
            "subnets",
            imported,
            "are not made by this app, and CloudFormation cannot tag what others made",
            f"Run `aws ec2 create-tags --resources {' '.join(imported)} --tags Key={ROLES[is_public]},Value=1`.",
        )
        for subnet in subnets if not imported else ():
            Tags.of(subnet).add(ROLES[is_public], "1")
        found += len(subnets)
    refusals.require(
        found > 0 or bool(refusals.problems),
        "VPC",
        vpc.node.path,
        "tells of no subnets, so that none would be tagged",
        "Name its subnets where it is imported, or pass those to tag.",
    )
    refusals.settle()


def _default(vpc: Any, is_public: bool) -> Sequence[Any]:
    """The subnets that a kind of load balancer is to stand in; in isolated ones only where there are no other private ones."""
    return (vpc.public_subnets if is_public else vpc.private_subnets or vpc.isolated_subnets) or ()


def _objects(vpc: Any, wanted: ChosenSubnets, refusals: Refusals) -> list[Any]:
    """Subnets as objects of the CDK."""
    if isinstance(wanted, aws_ec2.SubnetSelection):
        with refusals.gather():
            return list(_selected(vpc, wanted).subnets)
        return []
    found = several(getattr(wanted, "subnets", wanted))
    for subnet in found:
        refusals.require(
            hasattr(subnet, "subnet_id"), "subnet", subnet, "is no subnet of the CDK", "Write `vpc.select_subnets(…)`."
        )
    return [subnet for subnet in found if hasattr(subnet, "subnet_id")]
