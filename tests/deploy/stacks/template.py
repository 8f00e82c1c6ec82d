"""A template as one deployment sees it: parameters and conditions settled, resources that are ready to be made.

Facts: AWS CloudFormation template reference, "Parameters", "Rules", "Conditions", "Outputs", "Resource attributes".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.deploy.stacks.change import Failed, Wanted
from tests.deploy.stacks.intrinsics import Scope, text
from tests.deploy.stacks.order import among, dependencies
from tests.deploy.stacks.refused import Unsupported
from tests.deploy.stacks.state import Resource

BOOTSTRAP_VERSION = "30"
"""Of the account: what `cdk bootstrap` left in the Parameter Store, under any name that ends as its does."""
_SECTIONS = {
    "AWSTemplateFormatVersion",
    "Conditions",
    "Description",
    "Mappings",
    "Metadata",
    "Outputs",
    "Parameters",
    "Resources",
    "Rules",
}
_ATTRIBUTES = {"Condition", "DeletionPolicy", "DependsOn", "Metadata", "Properties", "Type", "UpdateReplacePolicy"}
_POLICIES = {"Delete", "Retain", "RetainExceptOnCreate"}


@dataclass(frozen=True)
class Surroundings:
    """What is around a stack: the account, its region, what other stacks export and put out."""

    account: str
    region: str
    exports: Mapping[str, str]
    outputs: Mapping[tuple[str, str], str]
    """Outputs of other stacks, by stack and name."""
    zones: Callable[[str], Sequence[str]]


@dataclass(frozen=True)
class Deployment:
    """A template with its parameters, in an account."""

    stack: str
    stack_id: str
    template: Mapping[str, Any]
    around: Surroundings

    def wanted(self) -> dict[str, Wanted]:
        """The resources of the template whose conditions hold. Raises `Unsupported` for what the driver would have to skip."""
        unknown = sorted(self.template.keys() - _SECTIONS)
        if unknown:
            raise Unsupported(f"section {', '.join(unknown)} of a template")
        self._check_rules()
        scope = self._scope({})
        resources = {
            name: resource
            for name, resource in self.template["Resources"].items()
            if "Condition" not in resource or scope.holds(resource["Condition"])
        }
        graph = among(dependencies(self.template["Resources"]), resources.keys())
        return {name: self._wanted(name, resource, graph[name]) for name, resource in resources.items()}

    def outputs(self, resources: Mapping[str, Resource]) -> dict[str, str]:
        """The stack's outputs by name."""
        scope = self._scope(resources)
        return {name: text(scope.resolve(output["Value"])) for name, output in self._outputs(scope).items()}

    def exports(self, resources: Mapping[str, Resource]) -> dict[str, str]:
        """What other stacks can import, by the name of the export."""
        scope, outputs = self._scope(resources), self.outputs(resources)
        return {
            text(scope.resolve(output["Export"]["Name"])): outputs[name]
            for name, output in self._outputs(scope).items()
            if "Export" in output
        }

    def imports(self) -> frozenset[str]:
        """The names of the exports that the template uses."""
        return frozenset(map(text, _imported(self.template, self._scope({}))))

    def _wanted(self, name: str, resource: Mapping[str, Any], needs: frozenset[str]) -> Wanted:
        unknown = sorted(resource.keys() - _ATTRIBUTES)
        policies = [resource.get("DeletionPolicy", "Delete"), resource.get("UpdateReplacePolicy", "Delete")]
        if unknown or not _POLICIES.issuperset(policies):
            raise Unsupported(f"{name}: {', '.join(unknown) or policies}")
        return Wanted(
            logical_id=name,
            type=resource["Type"],
            resolve=lambda resources: self._scope(resources).resolve(resource.get("Properties", {})),
            needs=needs,
            keep=policies[0] != "Delete",
            keep_replaced=policies[1] != "Delete",
        )

    def _outputs(self, scope: Scope) -> dict[str, Any]:
        outputs = self.template.get("Outputs", {}).items()
        return {name: output for name, output in outputs if "Condition" not in output or scope.holds(output["Condition"])}

    def _check_rules(self) -> None:
        scope = self._scope({})
        for name, rule in self.template.get("Rules", {}).items():
            if "RuleCondition" in rule and not scope.resolve(rule["RuleCondition"]):
                continue
            for assertion in rule["Assertions"]:
                if not scope.resolve(assertion["Assert"]):
                    raise Failed(f"rule {name}: {assertion.get('AssertDescription', 'does not hold')}")

    def _scope(self, resources: Mapping[str, Resource]) -> Scope:
        around = self.around
        china = around.region.startswith("cn-")
        partition = "aws-cn" if china else "aws-us-gov" if around.region.startswith("us-gov-") else "aws"

        def exported(name: str) -> str:
            if name not in around.exports:
                raise Failed(f"No export named {name} found.")
            return around.exports[name]

        def output(stack: str, name: str) -> str:
            if (stack, name) not in around.outputs:
                raise Failed(f"No output named {name} found in stack {stack}.")
            return around.outputs[stack, name]

        return Scope(
            names={
                "AWS::AccountId": around.account,
                "AWS::NotificationARNs": [],
                "AWS::Partition": partition,
                "AWS::Region": around.region,
                "AWS::StackId": self.stack_id,
                "AWS::StackName": self.stack,
                "AWS::URLSuffix": "amazonaws.com.cn" if china else "amazonaws.com",
                **{name: _parameter(name, one) for name, one in self.template.get("Parameters", {}).items()},
            },
            resource=lambda name: _there(resources, name).made.physical_id,
            attribute=lambda name, attribute: _attribute(_there(resources, name), attribute),
            imported=exported,
            output=output,
            zones=around.zones,
            conditions=self.template.get("Conditions", {}),
            mappings=self.template.get("Mappings", {}),
        )


def _parameter(name: str, parameter: Mapping[str, Any]) -> str:
    if parameter["Type"] == "AWS::SSM::Parameter::Value<String>" and parameter.get("Default", "").endswith("/version"):
        return BOOTSTRAP_VERSION
    if parameter["Type"] not in {"String", "Number"} or "Default" not in parameter:
        raise Unsupported(f"parameter {name} of type {parameter['Type']}, or without a default")
    return str(parameter["Default"])


def _there(resources: Mapping[str, Resource], name: str) -> Resource:
    if name not in resources:
        raise Failed(f"Unresolved resource dependency {name}")
    return resources[name]


def _attribute(resource: Resource, attribute: str) -> Any:
    if attribute not in resource.made.attributes:
        if resource.type.startswith(("Custom::", "AWS::CloudFormation::CustomResource")):
            error = f"Vendor response doesn't contain {attribute} key in object {resource.made.physical_id}"
            raise Failed(f"CustomResource attribute error: {error}")
        raise Unsupported(f"attribute {attribute} of {resource.logical_id} ({resource.type})")
    return resource.made.attributes[attribute]


def _imported(value: Any, scope: Scope) -> list[Any]:
    match value:
        case {"Fn::ImportValue": name}:
            return [scope.resolve(name)]
        case Mapping():
            return [found for part in value.values() for found in _imported(part, scope)]
        case list():
            return [found for part in value for found in _imported(part, scope)]
    return []
