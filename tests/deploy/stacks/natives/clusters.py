"""EKS: the cluster is the Kubernetes of the test, its nodes are instances in moto.

Facts: AWS CloudFormation template reference, Amazon EKS resource types; Amazon EKS User Guide, "Amazon EKS security group
requirements", "Access entries", "Amazon EKS-optimized Linux AMIs".
"""

from __future__ import annotations

import re
from typing import Any

from tests.deploy.stacks.change import Failed
from tests.deploy.stacks.natives.native import Name, Native, Properties
from tests.deploy.stacks.state import Made


class _Eks(Native):
    @property
    def ec2(self) -> Any:
        return self.account.client("ec2")

    def arn(self, kind: str, *path: str) -> str:
        return f"arn:{self.account.partition}:eks:{self.account.region}:{self.account.id}:{kind}/{'/'.join(path)}"

    def needs_cluster(self, name: str) -> None:
        if name not in self.account.clusters.names:
            raise Failed(f"No cluster found for name: {name}.")


class Cluster(_Eks):
    type = "AWS::EKS::Cluster"
    properties = frozenset(
        {
            *("AccessConfig", "ComputeConfig", "KubernetesNetworkConfig", "Logging", "Name", "ResourcesVpcConfig", "RoleArn"),
            *("StorageConfig", "Tags", "Version"),
        }
    )
    changes = frozenset({"AccessConfig", "Logging", "Tags"})

    def create(self, name: Name, properties: Properties) -> Made:
        cluster = properties.get("Name", name.physical(100))
        vpc = self._vpc(properties["ResourcesVpcConfig"]["SubnetIds"])
        self.account.clusters.add(cluster, properties.get("Version", "1.34"))
        group = self.ec2.create_security_group(
            GroupName=f"eks-cluster-sg-{cluster}",
            Description="EKS created security group applied to ENI that is attached to EKS Control Plane master nodes",
            VpcId=vpc,
            TagSpecifications=[
                {
                    "ResourceType": "security-group",
                    "Tags": [
                        {"Key": f"kubernetes.io/cluster/{cluster}", "Value": "owned"},
                        {"Key": "aws:eks:cluster-name", "Value": cluster},
                    ],
                }
            ],
        )["GroupId"]
        within = [{"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": group}]}]
        self.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=within)
        issuer = f"https://oidc.eks.{self.account.region}.amazonaws.com/id/{name.ending.upper().rjust(32, 'E')}"
        return Made(
            cluster,
            {
                "Arn": self.arn("cluster", cluster),
                "ClusterSecurityGroupId": group,
                "EncryptionConfigKeyArn": "",
                "Endpoint": self.account.clusters.endpoint,
                "CertificateAuthorityData": self.account.clusters.authority,
                "OpenIdConnectIssuerUrl": issuer,
            },
        )

    def update(self, made: Made, old: Properties, new: Properties) -> Made:
        return made

    def delete(self, made: Made, properties: Properties) -> None:
        self.account.clusters.remove(made.physical_id)
        self.ec2.delete_security_group(GroupId=made.attributes["ClusterSecurityGroupId"])

    def _vpc(self, subnets: list[str]) -> str:
        return str(self.ec2.describe_subnets(SubnetIds=subnets[:1])["Subnets"][0]["VpcId"])


class Nodegroup(_Eks):
    type = "AWS::EKS::Nodegroup"
    properties = frozenset(
        {
            *("AmiType", "CapacityType", "ClusterName", "DiskSize", "ForceUpdateEnabled", "InstanceTypes", "Labels", "NodeRole"),
            *("NodegroupName", "ScalingConfig", "Subnets", "Tags"),
        }
    )

    def create(self, name: Name, properties: Properties) -> Made:
        cluster = properties["ClusterName"]
        self.needs_cluster(cluster)
        self._check_image(properties.get("AmiType", ""), cluster)
        group = self.ec2.describe_security_groups(Filters=[{"Name": "group-name", "Values": [f"eks-cluster-sg-{cluster}"]}])
        subnets = properties["Subnets"]
        nodes = [
            self._node(cluster, subnets[number % len(subnets)], group["SecurityGroups"][0]["GroupId"], properties)
            for number in range(properties["ScalingConfig"]["DesiredSize"])
        ]
        self.account.clusters.add_nodes(nodes)
        own = properties.get("NodegroupName", name.physical(63))
        return Made(
            f"{cluster}/{own}",
            {
                "Arn": self.arn("nodegroup", cluster, own, name.ending),
                "ClusterName": cluster,
                "NodegroupName": own,
                "Id": f"{cluster}/{own}",
                # For its deletion alone.
                "nodes": nodes,
            },
        )

    def delete(self, made: Made, properties: Properties) -> None:
        nodes = made.attributes["nodes"]
        self.account.clusters.remove_nodes(nodes)
        instances = [node["instance_id"] for node in nodes]
        # Those of pods go with their instance, too.
        of_instances = [{"Name": "attachment.instance-id", "Values": instances}]
        interfaces = self.ec2.describe_network_interfaces(Filters=of_instances)["NetworkInterfaces"]
        self.ec2.terminate_instances(InstanceIds=instances)
        for interface in interfaces:
            if interface["Attachment"]["DeviceIndex"]:
                self.ec2.detach_network_interface(AttachmentId=interface["Attachment"]["AttachmentId"], Force=True)
                self.ec2.delete_network_interface(NetworkInterfaceId=interface["NetworkInterfaceId"])

    def _node(self, cluster: str, subnet: str, group: str, properties: Properties) -> dict[str, Any]:
        kind = properties.get("InstanceTypes", ["t3.medium"])[0]
        (image,) = self.ec2.describe_images()["Images"]
        instance = self.ec2.run_instances(
            ImageId=image["ImageId"],
            InstanceType=kind,
            MinCount=1,
            MaxCount=1,
            NetworkInterfaces=[{"DeviceIndex": 0, "SubnetId": subnet, "Groups": [group], "DeleteOnTermination": True}],
            TagSpecifications=[
                {"ResourceType": "instance", "Tags": [{"Key": f"kubernetes.io/cluster/{cluster}", "Value": "owned"}]},
            ],
        )["Instances"][0]
        return {
            "pods": self.account.pod_addresses(instance["InstanceId"], subnet),
            "name": instance["PrivateDnsName"],
            "instance_id": instance["InstanceId"],
            "address": instance["PrivateIpAddress"],
            "zone": instance["Placement"]["AvailabilityZone"],
            "labels": {"node.kubernetes.io/instance-type": kind, **properties.get("Labels", {})},
        }

    def _check_image(self, image: str, cluster: str) -> None:
        version = self.account.clusters.names[cluster]
        if re.match("AL2_", image) and tuple(map(int, version.split("."))) > (1, 32):
            raise Failed(
                f"AMI Type {image} is only supported for kubernetes versions 1.32 or earlier (Service: Eks, Status Code: 400), and "
                f"{cluster} is of version {version}"
            )


class AccessEntry(_Eks):
    type = "AWS::EKS::AccessEntry"
    properties = frozenset({"AccessPolicies", "ClusterName", "KubernetesGroups", "PrincipalArn", "Type"})

    def create(self, name: Name, properties: Properties) -> Made:
        cluster, principal = properties["ClusterName"], properties["PrincipalArn"]
        self.needs_cluster(cluster)
        self.account.clusters.give_access(cluster, principal)
        return Made(
            f"{principal}|{cluster}", {"AccessEntryArn": self.arn("access-entry", cluster, "role", principal.rpartition("/")[2])}
        )

    def delete(self, made: Made, properties: Properties) -> None:
        self.account.clusters.take_access(properties["ClusterName"], properties["PrincipalArn"])


class Addon(_Eks):
    """An add-on of EKS, as the Pod Identity agent: nothing of it runs here."""

    type = "AWS::EKS::Addon"
    properties = frozenset(
        {"AddonName", "AddonVersion", "ClusterName", "ConfigurationValues", "PreserveOnDelete", "ResolveConflicts"}
    )

    def create(self, name: Name, properties: Properties) -> Made:
        self.needs_cluster(properties["ClusterName"])
        arn = self.arn("addon", properties["ClusterName"], properties["AddonName"], name.ending)
        return Made(f"{properties['ClusterName']}|{properties['AddonName']}", {"Arn": arn})

    def delete(self, made: Made, properties: Properties) -> None:
        pass


class PodIdentityAssociation(_Eks):
    type = "AWS::EKS::PodIdentityAssociation"
    properties = frozenset({"ClusterName", "Namespace", "RoleArn", "ServiceAccount"})

    def create(self, name: Name, properties: Properties) -> Made:
        self.needs_cluster(properties["ClusterName"])
        self.account.clusters.pod_identities[properties["Namespace"], properties["ServiceAccount"]] = properties["RoleArn"]
        arn = self.arn("podidentityassociation", properties["ClusterName"], f"a-{name.ending}")
        return Made(arn, {"AssociationArn": arn, "AssociationId": arn.rpartition("/")[2]})

    def delete(self, made: Made, properties: Properties) -> None:
        del self.account.clusters.pod_identities[properties["Namespace"], properties["ServiceAccount"]]


TYPES: list[type[Native]] = [Cluster, Nodegroup, AccessEntry, Addon, PodIdentityAssociation]
