"""Lambda functions and their layers, which run on this machine.

Facts: AWS CloudFormation template reference, AWS Lambda resource types.
"""

from __future__ import annotations

from tests.deploy.stacks.natives.native import Name, Native, Properties
from tests.deploy.stacks.state import Made


class Function(Native):
    type = "AWS::Lambda::Function"
    properties = frozenset(
        {
            *(
                "Architectures",
                "Code",
                "Description",
                "Environment",
                "FunctionName",
                "Handler",
                "Layers",
                "LoggingConfig",
                "MemorySize",
            ),
            *("ReservedConcurrentExecutions", "Role", "Runtime", "Tags", "Timeout", "VpcConfig"),
        }
    )
    changes = properties - {"FunctionName"}

    def create(self, name: Name, properties: Properties) -> Made:
        function = properties.get("FunctionName", name.physical())
        arn = f"arn:{self.account.partition}:lambda:{self.account.region}:{self.account.id}:function:{function}"
        self.account.functions.put(arn, properties)
        return Made(function, {"Arn": arn})

    def update(self, made: Made, old: Properties, new: Properties) -> Made:
        self.account.functions.put(made.attributes["Arn"], new)
        return made

    def delete(self, made: Made, properties: Properties) -> None:
        self.account.functions.remove(made.attributes["Arn"])


class Layer(Native):
    type = "AWS::Lambda::LayerVersion"
    properties = frozenset({"CompatibleArchitectures", "CompatibleRuntimes", "Content", "Description", "LayerName", "LicenseInfo"})

    def create(self, name: Name, properties: Properties) -> Made:
        layer = properties.get("LayerName", name.physical())
        arn = f"arn:{self.account.partition}:lambda:{self.account.region}:{self.account.id}:layer:{layer}"
        numbered = self.account.functions.add_layer(arn, properties["Content"])
        return Made(numbered, {"LayerVersionArn": numbered})

    def delete(self, made: Made, properties: Properties) -> None:
        self.account.functions.remove_layer(made.physical_id)


class Permission(Native):
    type = "AWS::Lambda::Permission"
    properties = frozenset({"Action", "FunctionName", "Principal", "SourceAccount", "SourceArn"})

    def create(self, name: Name, properties: Properties) -> Made:
        """Whoever may call here may call: nothing outside of this machine can."""
        return Made(name.physical())

    def delete(self, made: Made, properties: Properties) -> None:
        pass


TYPES: list[type[Native]] = [Function, Layer, Permission]
