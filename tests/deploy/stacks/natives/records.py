"""What is kept for a stack: parameters and logs.

Facts: AWS CloudFormation template reference, AWS::SSM::Parameter, AWS::Logs::LogGroup.
"""

from __future__ import annotations

from typing import Any

from tests.deploy.stacks.natives.native import Name, Native, Properties
from tests.deploy.stacks.state import Made


class Parameter(Native):
    type = "AWS::SSM::Parameter"
    properties = frozenset({"Name", "Type", "Value"})
    changes = frozenset({"Value"})

    def create(self, name: Name, properties: Properties) -> Made:
        return self._put(properties.get("Name", f"CFN-{name.physical()}"), properties, overwrite=False)

    def update(self, made: Made, old: Properties, new: Properties) -> Made:
        return self._put(made.physical_id, new, overwrite=True)

    def delete(self, made: Made, properties: Properties) -> None:
        self.account.client("ssm").delete_parameter(Name=made.physical_id)

    def _put(self, name: str, properties: Properties, *, overwrite: bool) -> Made:
        told = {"Type": properties["Type"], "Value": properties["Value"]}
        self.account.client("ssm").put_parameter(Name=name, Overwrite=overwrite, **told)
        return Made(name, told)


class LogGroup(Native):
    type = "AWS::Logs::LogGroup"
    properties = frozenset({"LogGroupName", "RetentionInDays"})
    changes = frozenset({"RetentionInDays"})

    @property
    def logs(self) -> Any:
        return self.account.client("logs")

    def create(self, name: Name, properties: Properties) -> Made:
        group = properties.get("LogGroupName", name.physical(512))
        self.logs.create_log_group(logGroupName=group)
        made = Made(
            group, {"Arn": f"arn:{self.account.partition}:logs:{self.account.region}:{self.account.id}:log-group:{group}:*"}
        )
        return self.update(made, {}, properties)

    def update(self, made: Made, old: Properties, new: Properties) -> Made:
        if "RetentionInDays" in new:
            self.logs.put_retention_policy(logGroupName=made.physical_id, retentionInDays=new["RetentionInDays"])
        elif "RetentionInDays" in old:
            self.logs.delete_retention_policy(logGroupName=made.physical_id)
        return made

    def delete(self, made: Made, properties: Properties) -> None:
        self.logs.delete_log_group(logGroupName=made.physical_id)


TYPES: list[type[Native]] = [Parameter, LogGroup]
