"""Load balancers of CloudFormation's own, to which a TargetGroupBinding brings the targets.

Facts: AWS CloudFormation template reference, Elastic Load Balancing V2 resource types.
"""

from __future__ import annotations

from typing import Any

from tests.deploy.stacks.natives.native import Name, Native, Properties, tags
from tests.deploy.stacks.state import Made


class _Balancing(Native):
    @property
    def elb(self) -> Any:
        return self.account.client("elbv2")

    def tagged(self, properties: Properties) -> dict[str, Any]:
        """The argument that tags what a call makes."""
        return {"Tags": tags(properties)} if tags(properties) else {}


class LoadBalancer(_Balancing):
    type = "AWS::ElasticLoadBalancingV2::LoadBalancer"
    properties = frozenset({"LoadBalancerAttributes", "Name", "Scheme", "SecurityGroups", "Subnets", "Tags", "Type"})

    def create(self, name: Name, properties: Properties) -> Made:
        (made,) = self.elb.create_load_balancer(
            Name=properties.get("Name", name.physical(32)),
            Subnets=properties["Subnets"],
            Scheme=properties.get("Scheme", "internet-facing"),
            Type=properties.get("Type", "application"),
            SecurityGroups=properties.get("SecurityGroups", []),
            **self.tagged(properties),
        )["LoadBalancers"]
        if attributes := properties.get("LoadBalancerAttributes"):
            self.elb.modify_load_balancer_attributes(LoadBalancerArn=made["LoadBalancerArn"], Attributes=attributes)
        return Made(made["LoadBalancerArn"], {"DNSName": made["DNSName"], "LoadBalancerArn": made["LoadBalancerArn"]})

    def delete(self, made: Made, properties: Properties) -> None:
        self.elb.delete_load_balancer(LoadBalancerArn=made.physical_id)


class TargetGroup(_Balancing):
    type = "AWS::ElasticLoadBalancingV2::TargetGroup"
    properties = frozenset({"Name", "Port", "Protocol", "Tags", "TargetGroupAttributes", "TargetType", "VpcId"})

    def create(self, name: Name, properties: Properties) -> Made:
        (made,) = self.elb.create_target_group(
            Name=properties.get("Name", name.physical(32)),
            VpcId=properties["VpcId"],
            Port=properties["Port"],
            Protocol=properties["Protocol"],
            TargetType=properties.get("TargetType", "instance"),
            **self.tagged(properties),
        )["TargetGroups"]
        if attributes := properties.get("TargetGroupAttributes"):
            self.elb.modify_target_group_attributes(TargetGroupArn=made["TargetGroupArn"], Attributes=attributes)
        return Made(made["TargetGroupArn"], {"TargetGroupArn": made["TargetGroupArn"], "TargetGroupName": made["TargetGroupName"]})

    def delete(self, made: Made, properties: Properties) -> None:
        self.elb.delete_target_group(TargetGroupArn=made.physical_id)


class Listener(_Balancing):
    type = "AWS::ElasticLoadBalancingV2::Listener"
    properties = frozenset({"DefaultActions", "LoadBalancerArn", "Port", "Protocol"})

    def create(self, name: Name, properties: Properties) -> Made:
        (made,) = self.elb.create_listener(**properties)["Listeners"]
        return Made(made["ListenerArn"], {"ListenerArn": made["ListenerArn"]})

    def delete(self, made: Made, properties: Properties) -> None:
        self.elb.delete_listener(ListenerArn=made.physical_id)


TYPES: list[type[Native]] = [LoadBalancer, TargetGroup, Listener]
