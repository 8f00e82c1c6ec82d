"""VPCs and what is in them.

Facts: AWS CloudFormation template reference, Amazon EC2 resource types: return values, and what an update of each property does.
"""

from __future__ import annotations

from typing import Any

from tests.deploy.stacks.natives.native import Name, Native, Properties, tags
from tests.deploy.stacks.state import Made


class _Ec2(Native):
    @property
    def ec2(self) -> Any:
        return self.account.client("ec2")

    def tagged(self, kind: str, properties: Properties) -> dict[str, Any]:
        """The argument that tags what a call makes."""
        found = tags(properties)
        return {"TagSpecifications": [{"ResourceType": kind, "Tags": found}]} if found else {}

    def update(self, made: Made, old: Properties, new: Properties) -> Made:
        gone = {tag["Key"] for tag in tags(old)} - {tag["Key"] for tag in tags(new)}
        if gone:
            self.ec2.delete_tags(Resources=[made.physical_id], Tags=[{"Key": key} for key in gone])
        if tags(new):
            self.ec2.create_tags(Resources=[made.physical_id], Tags=tags(new))
        return made


class Vpc(_Ec2):
    type = "AWS::EC2::VPC"
    properties = frozenset({"CidrBlock", "EnableDnsHostnames", "EnableDnsSupport", "InstanceTenancy", "Tags"})
    changes = frozenset({"Tags"})

    def create(self, name: Name, properties: Properties) -> Made:
        made = self.ec2.create_vpc(
            CidrBlock=properties["CidrBlock"],
            InstanceTenancy=properties.get("InstanceTenancy", "default"),
            **self.tagged("vpc", properties),
        )["Vpc"]
        for option in ("EnableDnsSupport", "EnableDnsHostnames"):
            if option in properties:
                self.ec2.modify_vpc_attribute(VpcId=made["VpcId"], **{option: {"Value": properties[option]}})
        groups = self.ec2.describe_security_groups(
            Filters=[{"Name": "vpc-id", "Values": [made["VpcId"]]}, {"Name": "group-name", "Values": ["default"]}]
        )["SecurityGroups"]
        attributes = {"VpcId": made["VpcId"], "CidrBlock": made["CidrBlock"], "DefaultSecurityGroup": groups[0]["GroupId"]}
        return Made(made["VpcId"], attributes)

    def delete(self, made: Made, properties: Properties) -> None:
        self.ec2.delete_vpc(VpcId=made.physical_id)


class Subnet(_Ec2):
    type = "AWS::EC2::Subnet"
    properties = frozenset({"AvailabilityZone", "CidrBlock", "MapPublicIpOnLaunch", "Tags", "VpcId"})
    changes = frozenset({"Tags"})

    def create(self, name: Name, properties: Properties) -> Made:
        made = self.ec2.create_subnet(
            VpcId=properties["VpcId"],
            CidrBlock=properties["CidrBlock"],
            AvailabilityZone=properties["AvailabilityZone"],
            **self.tagged("subnet", properties),
        )["Subnet"]
        public = properties.get("MapPublicIpOnLaunch", False)
        self.ec2.modify_subnet_attribute(SubnetId=made["SubnetId"], MapPublicIpOnLaunch={"Value": public})
        return Made(made["SubnetId"], {name: made[name] for name in ("SubnetId", "AvailabilityZone", "CidrBlock", "VpcId")})

    def delete(self, made: Made, properties: Properties) -> None:
        self.ec2.delete_subnet(SubnetId=made.physical_id)


class RouteTable(_Ec2):
    type = "AWS::EC2::RouteTable"
    properties = frozenset({"Tags", "VpcId"})
    changes = frozenset({"Tags"})

    def create(self, name: Name, properties: Properties) -> Made:
        made = self.ec2.create_route_table(VpcId=properties["VpcId"], **self.tagged("route-table", properties))["RouteTable"]
        return Made(made["RouteTableId"], {"RouteTableId": made["RouteTableId"]})

    def delete(self, made: Made, properties: Properties) -> None:
        self.ec2.delete_route_table(RouteTableId=made.physical_id)


class RouteTableAssociation(_Ec2):
    type = "AWS::EC2::SubnetRouteTableAssociation"
    properties = frozenset({"RouteTableId", "SubnetId"})

    def create(self, name: Name, properties: Properties) -> Made:
        return Made(self.ec2.associate_route_table(**properties)["AssociationId"])

    def delete(self, made: Made, properties: Properties) -> None:
        self.ec2.disassociate_route_table(AssociationId=made.physical_id)


class Route(_Ec2):
    type = "AWS::EC2::Route"
    properties = frozenset({"DestinationCidrBlock", "GatewayId", "NatGatewayId", "RouteTableId"})

    def create(self, name: Name, properties: Properties) -> Made:
        self.ec2.create_route(**properties)
        return Made(f"{properties['RouteTableId']}|{properties['DestinationCidrBlock']}")

    def delete(self, made: Made, properties: Properties) -> None:
        self.ec2.delete_route(RouteTableId=properties["RouteTableId"], DestinationCidrBlock=properties["DestinationCidrBlock"])


class Address(_Ec2):
    type = "AWS::EC2::EIP"
    properties = frozenset({"Domain", "Tags"})
    changes = frozenset({"Tags"})

    def create(self, name: Name, properties: Properties) -> Made:
        made = self.ec2.allocate_address(Domain=properties.get("Domain", "vpc"), **self.tagged("elastic-ip", properties))
        return Made(made["PublicIp"], {"AllocationId": made["AllocationId"], "PublicIp": made["PublicIp"]})

    def delete(self, made: Made, properties: Properties) -> None:
        self.ec2.release_address(AllocationId=made.attributes["AllocationId"])


class NatGateway(_Ec2):
    type = "AWS::EC2::NatGateway"
    properties = frozenset({"AllocationId", "SubnetId", "Tags"})
    changes = frozenset({"Tags"})

    def create(self, name: Name, properties: Properties) -> Made:
        made = self.ec2.create_nat_gateway(
            AllocationId=properties["AllocationId"], SubnetId=properties["SubnetId"], **self.tagged("natgateway", properties)
        )["NatGateway"]
        return Made(made["NatGatewayId"], {"NatGatewayId": made["NatGatewayId"]})

    def delete(self, made: Made, properties: Properties) -> None:
        (gateway,) = self.ec2.describe_nat_gateways(NatGatewayIds=[made.physical_id])["NatGateways"]
        self.ec2.delete_nat_gateway(NatGatewayId=made.physical_id)
        # They go with the gateway, which moto leaves to us.
        for address in gateway["NatGatewayAddresses"]:
            self.ec2.delete_network_interface(NetworkInterfaceId=address["NetworkInterfaceId"])


class InternetGateway(_Ec2):
    type = "AWS::EC2::InternetGateway"
    properties = frozenset({"Tags"})
    changes = frozenset({"Tags"})

    def create(self, name: Name, properties: Properties) -> Made:
        made = self.ec2.create_internet_gateway(**self.tagged("internet-gateway", properties))["InternetGateway"]
        return Made(made["InternetGatewayId"], {"InternetGatewayId": made["InternetGatewayId"]})

    def delete(self, made: Made, properties: Properties) -> None:
        self.ec2.delete_internet_gateway(InternetGatewayId=made.physical_id)


class GatewayAttachment(_Ec2):
    type = "AWS::EC2::VPCGatewayAttachment"
    properties = frozenset({"InternetGatewayId", "VpcId"})

    def create(self, name: Name, properties: Properties) -> Made:
        self.ec2.attach_internet_gateway(**properties)
        return Made(f"IGW|{properties['VpcId']}", {"AttachmentType": "IGW"})

    def delete(self, made: Made, properties: Properties) -> None:
        self.ec2.detach_internet_gateway(**properties)


class SecurityGroup(_Ec2):
    type = "AWS::EC2::SecurityGroup"
    properties = frozenset({"GroupDescription", "GroupName", "SecurityGroupEgress", "SecurityGroupIngress", "Tags", "VpcId"})
    changes = frozenset({"SecurityGroupEgress", "SecurityGroupIngress", "Tags"})

    def create(self, name: Name, properties: Properties) -> Made:
        group = self.ec2.create_security_group(
            GroupName=properties.get("GroupName", name.physical(255)),
            Description=properties["GroupDescription"],
            VpcId=properties["VpcId"],
            **self.tagged("security-group", properties),
        )["GroupId"]
        if "SecurityGroupEgress" in properties:
            anywhere = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
            self.ec2.revoke_security_group_egress(GroupId=group, IpPermissions=anywhere)
        self._allow(group, properties, {})
        return Made(group, {"GroupId": group, "Id": group, "VpcId": properties["VpcId"]})

    def update(self, made: Made, old: Properties, new: Properties) -> Made:
        self._forbid(made.physical_id, old, new)
        self._allow(made.physical_id, new, old)
        return super().update(made, old, new)

    def delete(self, made: Made, properties: Properties) -> None:
        self.ec2.delete_security_group(GroupId=made.physical_id)

    def _allow(self, group: str, new: Properties, old: Properties) -> None:
        for which, call in (
            ("SecurityGroupIngress", self.ec2.authorize_security_group_ingress),
            ("SecurityGroupEgress", self.ec2.authorize_security_group_egress),
        ):
            permissions = [permission(rule) for rule in new.get(which, []) if rule not in old.get(which, [])]
            if permissions:
                call(GroupId=group, IpPermissions=permissions)

    def _forbid(self, group: str, old: Properties, new: Properties) -> None:
        for which, call in (
            ("SecurityGroupIngress", self.ec2.revoke_security_group_ingress),
            ("SecurityGroupEgress", self.ec2.revoke_security_group_egress),
        ):
            permissions = [permission(rule) for rule in old.get(which, []) if rule not in new.get(which, [])]
            if permissions:
                call(GroupId=group, IpPermissions=permissions)


class _Rule(_Ec2):
    properties = frozenset(
        {
            "CidrIp",
            "CidrIpv6",
            "Description",
            "FromPort",
            "GroupId",
            "IpProtocol",
            "SourceSecurityGroupId",
            "DestinationSecurityGroupId",
            "ToPort",
        }
    )

    def rule(self, properties: Properties) -> dict[str, Any]:
        return {"GroupId": properties["GroupId"], "IpPermissions": [permission(properties)]}


class Ingress(_Rule):
    type = "AWS::EC2::SecurityGroupIngress"

    def create(self, name: Name, properties: Properties) -> Made:
        made = self.ec2.authorize_security_group_ingress(**self.rule(properties))
        return Made(made["SecurityGroupRules"][0]["SecurityGroupRuleId"])

    def delete(self, made: Made, properties: Properties) -> None:
        self.ec2.revoke_security_group_ingress(**self.rule(properties))


class Egress(_Rule):
    type = "AWS::EC2::SecurityGroupEgress"

    def create(self, name: Name, properties: Properties) -> Made:
        made = self.ec2.authorize_security_group_egress(**self.rule(properties))
        return Made(made["SecurityGroupRules"][0]["SecurityGroupRuleId"])

    def delete(self, made: Made, properties: Properties) -> None:
        self.ec2.revoke_security_group_egress(**self.rule(properties))


def permission(rule: Properties) -> dict[str, Any]:
    """A rule of a template as the API takes it."""
    described = {"Description": rule["Description"]} if "Description" in rule else {}
    made: dict[str, Any] = {"IpProtocol": str(rule["IpProtocol"])}
    made |= {name: int(rule[name]) for name in ("FromPort", "ToPort") if name in rule}
    if "CidrIp" in rule:
        made["IpRanges"] = [{"CidrIp": rule["CidrIp"], **described}]
    if "CidrIpv6" in rule:
        made["Ipv6Ranges"] = [{"CidrIpv6": rule["CidrIpv6"], **described}]
    other = rule.get("SourceSecurityGroupId", rule.get("DestinationSecurityGroupId"))
    if other:
        made["UserIdGroupPairs"] = [{"GroupId": other, **described}]
    return made


TYPES: list[type[Native]] = [
    Vpc,
    Subnet,
    RouteTable,
    RouteTableAssociation,
    Route,
    Address,
    NatGateway,
    InternetGateway,
    GatewayAttachment,
    SecurityGroup,
    Ingress,
    Egress,
]
