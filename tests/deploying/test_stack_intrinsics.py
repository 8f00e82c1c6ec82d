"""The functions of a template, as CloudFormation works them out."""

from __future__ import annotations

from typing import Any

import pytest

from tests.deploy.stacks.intrinsics import NO_VALUE, Scope, references
from tests.deploy.stacks.refused import Unsupported

SCOPE = Scope(
    names={"AWS::Region": "eu-west-1", "AWS::Partition": "aws", "Size": "3"},
    resource={"Vpc": "vpc-1", "Role": "shop-role"}.__getitem__,
    attribute=lambda name, attribute: {("Role", "Arn"): "arn:role", ("Subnets", "Ids"): ["a", "b"]}[name, attribute],
    imported={"Platform:Vpc": "vpc-2"}.__getitem__,
    output=lambda stack, name: {("Platform", "Vpc"): "vpc-3"}[stack, name],
    zones={"eu-west-1": ["eu-west-1a", "eu-west-1b"], "us-east-1": ["us-east-1a"]}.__getitem__,
    conditions={
        "InAws": {"Fn::Equals": [{"Ref": "AWS::Partition"}, "aws"]},
        "No": {"Fn::Not": [{"Condition": "InAws"}]},
        "Both": {"Fn::And": [{"Condition": "InAws"}, {"Condition": "No"}]},
        "One": {"Fn::Or": [{"Condition": "InAws"}, {"Condition": "No"}]},
    },
    mappings={"Accounts": {"eu-west-1": {"logs": "156460612806"}}},
)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"Ref": "Vpc"}, "vpc-1"),
        ({"Ref": "AWS::Region"}, "eu-west-1"),
        ({"Ref": "Size"}, "3"),
        ({"Fn::GetAtt": ["Role", "Arn"]}, "arn:role"),
        ({"Fn::GetAtt": "Role.Arn"}, "arn:role"),
        ({"Fn::Join": ["-", ["a", {"Ref": "Vpc"}, 1, True]]}, "a-vpc-1-1-true"),
        ({"Fn::Join": [",", {"Fn::GetAtt": ["Subnets", "Ids"]}]}, "a,b"),
        ({"Fn::Sub": "${Role.Arn}/${Vpc} in ${AWS::Region}, ${!Literal}"}, "arn:role/vpc-1 in eu-west-1, ${Literal}"),
        ({"Fn::Sub": ["${Mine}/${Vpc}", {"Mine": {"Ref": "Role"}}]}, "shop-role/vpc-1"),
        ({"Fn::Select": [1, {"Fn::GetAZs": ""}]}, "eu-west-1b"),
        ({"Fn::Select": ["0", {"Fn::GetAZs": "us-east-1"}]}, "us-east-1a"),
        ({"Fn::Split": ["/", "a/b"]}, ["a", "b"]),
        ({"Fn::ImportValue": {"Fn::Join": [":", ["Platform", "Vpc"]]}}, "vpc-2"),
        ({"Fn::GetStackOutput": {"StackName": "Platform", "Region": {"Ref": "AWS::Region"}, "OutputName": "Vpc"}}, "vpc-3"),
        ({"Fn::FindInMap": ["Accounts", {"Ref": "AWS::Region"}, "logs"]}, "156460612806"),
        ({"Fn::Cidr": ["10.0.0.0/16", 2, 8]}, ["10.0.0.0/24", "10.0.1.0/24"]),
        ({"Fn::Base64": "a"}, "YQ=="),
        ({"Fn::If": ["InAws", "yes", {"Fn::GetAtt": ["NotThere", "Arn"]}]}, "yes"),
        ({"Fn::If": ["Both", "yes", "no"]}, "no"),
        ({"Fn::If": ["One", "yes", "no"]}, "yes"),
        ({"Fn::Contains": [["1", "2"], "2"]}, True),
        ({"a": [{"Fn::If": ["No", "x", {"Ref": "AWS::NoValue"}]}, "y"]}, {"a": ["y"]}),
        ({"a": {"Ref": "AWS::NoValue"}, "b": 1}, {"b": 1}),
        ({"Condition": {"StringEquals": {"x": {"Ref": "Vpc"}}}}, {"Condition": {"StringEquals": {"x": "vpc-1"}}}),
    ],
)
def test_a_function_becomes_what_cloudformation_makes_of_it(value: Any, expected: Any) -> None:
    assert SCOPE.resolve(value) == expected


def test_no_value_is_left_of_a_whole_property() -> None:
    assert SCOPE.resolve({"Ref": "AWS::NoValue"}) is NO_VALUE


@pytest.mark.parametrize(
    "value",
    [
        {"Fn::Transform": {"Name": "AWS::Include"}},
        {"Fn::ForEach::Names": ["Name", ["a"], {}]},
        "{{resolve:secretsmanager:shop:SecretString}}",
        {"Fn::Join": ["", [["a"]]]},
        {"Fn::If": ["Unknown", 1, 2]},
        {"Fn::GetStackOutput": {"StackName": "Platform", "Region": "us-east-1", "OutputName": "Vpc"}},
    ],
)
def test_what_the_driver_would_have_to_guess_is_refused(value: Any) -> None:
    with pytest.raises(Unsupported):
        SCOPE.resolve(value)


def test_references_are_found_wherever_they_stand() -> None:
    value = {
        "a": [{"Ref": "A"}, {"Fn::GetAtt": ["B", "Arn"]}, {"Fn::GetAtt": "C.Arn"}],
        "b": {"Fn::Sub": ["${D} ${E.Arn} ${Given} ${!Literal}", {"Given": {"Ref": "F"}}]},
        "c": {"Fn::If": ["Condition", {"Ref": "G"}, "x"]},
    }
    assert set(references(value)) == {"A", "B", "C", "D", "E", "F", "G"}
