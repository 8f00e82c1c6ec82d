"""Assemblies with custom resources of functions in Python, deployed by the driver. Nothing of AWS is needed for these."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.deploy.stacks.driver import Driver
from tests.deploy.stacks.refused import Unsupported
from tests.deploy.stacks.state import StackFailed

ANSWER = """
import json, urllib.request

def handler(event, context):
    properties = event["ResourceProperties"]
    answer = {name: event[name] for name in ("StackId", "RequestId", "LogicalResourceId")}
    answer |= {"PhysicalResourceId": event.get("PhysicalResourceId", "one"), "Status": "SUCCESS"}
    answer["Data"] = {"Size": properties["Size"]}
    answer |= json.loads(properties.get(event["RequestType"], "{}"))
    if answer["Status"] == "silent":
        raise ValueError("no answer")
    body = json.dumps(answer).encode()
    urllib.request.urlopen(urllib.request.Request(event["ResponseURL"], data=body, method="PUT"))
"""
FUNCTION = {
    "Type": "AWS::Lambda::Function",
    "Properties": {
        "Code": {"ZipFile": ANSWER},
        "Handler": "index.handler",
        "Role": "arn:aws:iam::1:role/r",
        "Runtime": "python3.13",
        "Timeout": 60,
    },
}


class Kubernetes:
    pod_identities: dict[tuple[str, str], str] = {}  # noqa: RUF012

    def __init__(self, folder: Path) -> None:
        self.kubeconfig = folder / "kubeconfig"
        told = {
            "clusters": [{"name": "k", "cluster": {"server": "https://127.0.0.1:1"}}],
            "users": [{"name": "k", "user": {"token": "t"}}],
        }
        self.kubeconfig.write_text(yaml.safe_dump(told), "utf-8")

    def add_nodes(self, nodes: Sequence[Mapping[str, Any]]) -> None:
        raise AssertionError

    def remove_nodes(self, names: Sequence[str]) -> None:
        raise AssertionError


class Cloud:
    endpoint, account, region = "http://127.0.0.1:1", "111122223333", "eu-west-1"

    def client(self, service: str) -> Any:
        raise AssertionError(service)

    def credentials(self, principal: str) -> Mapping[str, str]:
        return {"AWS_ACCESS_KEY_ID": principal}

    def pod_addresses(self, instance_id: str, subnet_id: str) -> str:
        raise AssertionError


@pytest.fixture
def driver(tmp_path: Path) -> Iterator[Driver]:
    with Driver.start(tmp_path / "driver", Kubernetes(tmp_path), Cloud()) as driver:
        yield driver


def assembly(folder: Path, **stacks: Mapping[str, Any]) -> Path:
    """A cloud assembly with these templates, each needing those before it."""
    folder.mkdir(exist_ok=True)
    artifacts: dict[str, Any] = {}
    for name, template in stacks.items():
        (folder / f"{name}.json").write_text(json.dumps(template), "utf-8")
        artifacts[name] = {
            "type": "aws:cloudformation:stack",
            "environment": "aws://unknown-account/unknown-region",
            "properties": {"templateFile": f"{name}.json"},
            "dependencies": list(artifacts),
        }
    (folder / "manifest.json").write_text(json.dumps({"artifacts": dict(reversed(artifacts.items()))}), "utf-8")
    return folder


def template(size: Any = 1, outputs: Mapping[str, Any] | None = None, **told: Mapping[str, Any]) -> dict[str, Any]:
    """One custom resource, whose function answers as it is told for each request."""
    properties = {
        "ServiceToken": {"Fn::GetAtt": ["Function", "Arn"]},
        "Size": size,
        **{name: json.dumps(one) for name, one in told.items()},
    }
    resources = {"Function": FUNCTION, "One": {"Type": "Custom::One", "Properties": properties}}
    return {"Resources": resources, "Outputs": outputs or {"Size": {"Value": {"Fn::GetAtt": ["One", "Size"]}}}}


def test_a_custom_resource_is_created_updated_and_deleted(driver: Driver, tmp_path: Path) -> None:
    driver.deploy(assembly(tmp_path / "out", Shop=template(1)))
    assert driver.stacks["Shop"].outputs == {"Size": "1"}
    driver.deploy(assembly(tmp_path / "out", Shop=template(1)))
    driver.deploy(assembly(tmp_path / "out", Shop=template(True)))
    assert driver.stacks["Shop"].outputs == {"Size": "true"}
    driver.destroy("Shop")
    assert "Shop" not in driver.stacks
    assert [request.type for request in driver.requests] == ["Create", "Update", "Delete"]
    create, update, delete = (request.event for request in driver.requests)
    assert create["ResourceProperties"]["Size"] == "1"
    assert "PhysicalResourceId" not in create
    assert (update["PhysicalResourceId"], update["OldResourceProperties"]["Size"], update["ResourceProperties"]["Size"]) == (
        "one",
        "1",
        "true",
    )
    assert (delete["PhysicalResourceId"], delete["ResourceProperties"]["Size"]) == ("one", "true")


def test_another_physical_id_means_that_the_earlier_one_is_deleted(driver: Driver, tmp_path: Path) -> None:
    driver.deploy(assembly(tmp_path / "out", Shop=template(1)))
    driver.deploy(assembly(tmp_path / "out", Shop=template(2, Update={"PhysicalResourceId": "two"})))
    last = driver.requests[-1]
    assert (last.type, last.event["PhysicalResourceId"], last.event["ResourceProperties"]["Size"]) == ("Delete", "one", "1")


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        (
            {"Status": "FAILED", "Reason": "no room"},
            r"Received response status \[FAILED\] from custom resource. Message returned: no room",
        ),
        ({"Data": {"Size": "x" * 5000}}, "Response object is too long."),
        ({"Status": "silent"}, "the function ended without an answer.*no answer"),
        ({"StackId": "another"}, "StackId is not that of the request"),
        ({"PhysicalResourceId": ""}, "Invalid PhysicalResourceId"),
        ({"Data": {}}, "Vendor response doesn't contain Size key in object one"),
    ],
)
def test_an_answer_that_is_none_fails_the_stack_and_rolls_it_back(
    driver: Driver, tmp_path: Path, told: Mapping[str, Any], reason: str
) -> None:
    with pytest.raises(StackFailed, match=reason) as failed:
        driver.deploy(assembly(tmp_path / "out", Shop=template(1, Create=told)))
    assert failed.value.status == "ROLLBACK_COMPLETE"
    assert [request.type for request in driver.requests] == ["Create", "Delete"]
    # As the command line of CDK does, what was rolled back is deleted and made anew.
    driver.deploy(assembly(tmp_path / "out", Shop=template(1)))
    assert driver.stacks["Shop"].status == "CREATE_COMPLETE"


def test_a_failed_deletion_can_be_tried_again(driver: Driver, tmp_path: Path) -> None:
    driver.deploy(assembly(tmp_path / "out", Shop=template(1, Delete={"Status": "FAILED", "Reason": "still in use"})))
    with pytest.raises(StackFailed, match="still in use") as failed:
        driver.destroy("Shop")
    assert failed.value.status == "DELETE_FAILED"
    assert sorted(driver.stacks["Shop"].resources) == ["Function", "One"]
    with pytest.raises(StackFailed, match="DELETE_FAILED"):
        driver.deploy(assembly(tmp_path / "out", Shop=template(2)))


def test_stacks_go_in_order_and_keep_what_others_import(driver: Driver, tmp_path: Path) -> None:
    platform = template(1, {"Size": {"Value": {"Fn::GetAtt": ["One", "Size"]}, "Export": {"Name": "Platform:Size"}}})
    shop = template({"Fn::ImportValue": "Platform:Size"})
    driver.deploy(assembly(tmp_path / "out", Platform=platform, Shop=shop), "Shop")
    assert list(driver.stacks) == ["Platform", "Shop"]
    assert driver.stacks["Shop"].outputs == {"Size": "1"}
    with pytest.raises(StackFailed, match="Export Platform:Size cannot be deleted as it is in use by Shop"):
        driver.destroy("Platform")
    changed = {**platform, "Resources": template(2)["Resources"]}
    with pytest.raises(StackFailed, match="Export Platform:Size cannot be updated as it is in use by Shop"):
        driver.deploy(assembly(tmp_path / "out", Platform=changed, Shop=shop))
    assert driver.stacks["Platform"].status == "UPDATE_ROLLBACK_COMPLETE"
    driver.destroy()
    assert not driver.stacks


@pytest.mark.parametrize(
    ("resource", "message"),
    [
        ({"Type": "AWS::SQS::Queue"}, "resource type AWS::SQS::Queue"),
        ({"Type": "AWS::EC2::VPC", "Properties": {"Ipv4IpamPoolId": "x"}}, "properties Ipv4IpamPoolId of AWS::EC2::VPC"),
        ({"Type": "AWS::EC2::VPC", "CreationPolicy": {}}, "CreationPolicy"),
        ({"Type": "AWS::EC2::VPC", "DeletionPolicy": "Snapshot"}, "Snapshot"),
    ],
)
def test_what_would_be_skipped_is_refused_before_anything_is_made(
    driver: Driver, tmp_path: Path, resource: Mapping[str, Any], message: str
) -> None:
    with pytest.raises(Unsupported, match=message):
        driver.deploy(assembly(tmp_path / "out", Shop={"Resources": {"Function": FUNCTION, "Other": resource}}))
    assert not driver.events


def test_parameters_without_a_value_are_refused(driver: Driver, tmp_path: Path) -> None:
    parameter = {"Type": "AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>", "Default": "/aws/service/image"}
    with pytest.raises(Unsupported, match="parameter Image"):
        driver.deploy(assembly(tmp_path / "out", Shop={**template(), "Parameters": {"Image": parameter}}))


def test_a_rule_that_does_not_hold_stops_the_stack(driver: Driver, tmp_path: Path) -> None:
    rule = {"Assertions": [{"Assert": {"Fn::Contains": [["1"], {"Ref": "AWS::Region"}]}, "AssertDescription": "run cdk bootstrap"}]}
    with pytest.raises(StackFailed, match="run cdk bootstrap"):
        driver.deploy(assembly(tmp_path / "out", Shop={**template(), "Rules": {"Check": rule}}))
    assert not driver.stacks
