"""The subnets of a cluster's VPC, where the app knows them: for load balancers that choose some, and to tag them.

Facts: controller documentation, "Subnet Discovery".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from aws_cdk import Tags, aws_ec2

from eks_ingress.controller.cluster import Cluster
from eks_ingress.refusal import Refusals, Refused
from eks_ingress.routing.network import Subnets
from eks_ingress.routing.units import several

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


# To tag them


def tag_subnets(view: Cluster, internet_facing: ChosenSubnets | None, internal: ChosenSubnets | None, refusals: Refusals) -> None:
    """Tags subnets for load balancers that face the internet, and for those that do not."""
    from eks_ingress.plan.subnets import ROLES  # noqa: PLC0415 - few apps tag any

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
