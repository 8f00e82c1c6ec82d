"""Names in Route 53.

Facts: AWS CloudFormation template reference, AWS::Route53::HostedZone, AWS::Route53::RecordSet.
"""

from __future__ import annotations

from typing import Any

from tests.deploy.stacks.natives.native import Name, Native, Properties
from tests.deploy.stacks.state import Made


class HostedZone(Native):
    type = "AWS::Route53::HostedZone"
    properties = frozenset({"Name"})

    def create(self, name: Name, properties: Properties) -> Made:
        made = self.account.client("route53").create_hosted_zone(Name=properties["Name"], CallerReference=name.physical())
        zone = made["HostedZone"]["Id"].rpartition("/")[2]
        return Made(zone, {"Id": zone, "NameServers": made["DelegationSet"]["NameServers"]})

    def delete(self, made: Made, properties: Properties) -> None:
        self.account.client("route53").delete_hosted_zone(Id=made.physical_id)


class RecordSet(Native):
    type = "AWS::Route53::RecordSet"
    properties = frozenset({"AliasTarget", "HostedZoneId", "Name", "ResourceRecords", "TTL", "Type"})
    changes = frozenset({"AliasTarget", "ResourceRecords", "TTL"})

    def create(self, name: Name, properties: Properties) -> Made:
        self._change("CREATE", properties)
        return Made(properties["Name"])

    def update(self, made: Made, old: Properties, new: Properties) -> Made:
        self._change("UPSERT", new)
        return made

    def delete(self, made: Made, properties: Properties) -> None:
        self._change("DELETE", properties)

    def _change(self, action: str, properties: Properties) -> None:
        record: dict[str, Any] = {"Name": properties["Name"], "Type": properties["Type"]}
        if "AliasTarget" in properties:
            record["AliasTarget"] = {"EvaluateTargetHealth": False, **properties["AliasTarget"]}
        if "ResourceRecords" in properties:
            record["ResourceRecords"] = [{"Value": value} for value in properties["ResourceRecords"]]
            record["TTL"] = int(properties["TTL"])
        self.account.client("route53").change_resource_record_sets(
            HostedZoneId=properties["HostedZoneId"], ChangeBatch={"Changes": [{"Action": action, "ResourceRecordSet": record}]}
        )


TYPES: list[type[Native]] = [HostedZone, RecordSet]
