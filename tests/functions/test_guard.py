"""The guard's function against moto, which stands for AWS; time goes by only while it sleeps."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import cache
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError
from moto import mock_aws

from eks_ingress.functions import guard

REGION = "eu-west-1"
STACK = f"arn:aws:cloudformation:{REGION}:123456789012:stack/Shop/1"
SHOP = {"elbv2.k8s.aws/cluster": "prod", "ingress.k8s.aws/stack": "shop.shop"}
BACKEND = {"elbv2.k8s.aws/cluster": "prod", "elbv2.k8s.aws/resource": "backend-sg"}


class Answers(HTTPServer):
    """Where CloudFormation takes answers."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.got: list[tuple[str | None, bytes]] = []


class _Answer(BaseHTTPRequestHandler):
    def do_PUT(self) -> None:
        assert isinstance(self.server, Answers)
        self.server.got.append((self.headers["Content-Type"], self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *said: Any) -> None:
        pass


class Aws:
    """An account with a VPC, CloudFormation, and what happens while the guard sleeps."""

    def __init__(self, answers: Answers) -> None:
        self.elb, self.ec2 = client("elbv2"), client("ec2")
        self.vpc = self.ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        zones = enumerate("ab")
        self.subnets = [
            self.ec2.create_subnet(VpcId=self.vpc, CidrBlock=f"10.0.{n}.0/24", AvailabilityZone=REGION + zone)["Subnet"]["SubnetId"]
            for n, zone in zones
        ]
        self.answers = answers
        self.status = "DELETE_IN_PROGRESS"
        self.now = 0.0
        self.later: list[tuple[float, Callable[[], Any]]] = []
        self.calls: list[str] = []
        self.errors: dict[str, list[str]] = {}
        """What the next calls of an operation are answered with instead."""

    def load_balancer(self, name: str, tags: dict[str, str], kind: str = "application") -> str:
        made = self.elb.create_load_balancer(Name=name, Subnets=self.subnets, Type=kind, Tags=as_list(tags))
        return str(made["LoadBalancers"][0]["LoadBalancerArn"])

    def target_group(self, name: str, tags: dict[str, str]) -> str:
        made = self.elb.create_target_group(Name=name, Protocol="HTTP", Port=80, VpcId=self.vpc, Tags=as_list(tags))
        return str(made["TargetGroups"][0]["TargetGroupArn"])

    def security_group(self, name: str, tags: dict[str, str]) -> str:
        specification: Any = [{"ResourceType": "security-group", "Tags": as_list(tags)}]
        made = self.ec2.create_security_group(GroupName=name, Description=name, VpcId=self.vpc, TagSpecifications=specification)
        return str(made["GroupId"])

    def after(self, seconds: float, act: Callable[[], Any]) -> None:
        self.later.append((seconds, act))

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        due = [act for at, act in self.later if at <= self.now]
        self.later = [(at, act) for at, act in self.later if at > self.now]
        for act in due:
            act()

    def ask(
        self, request: str, *, remaining: float = 900, physical_id: str | None = "IngressGuard", **wanted: Any
    ) -> dict[str, Any]:
        """What the guard answers to a request of CloudFormation."""
        event = {
            "RequestType": request,
            "ResponseURL": f"http://127.0.0.1:{self.answers.server_port}/answer?X-Amz-Signature=x",
            "StackId": STACK,
            "RequestId": "11111111-2222-3333-4444-555555555555",
            "LogicalResourceId": "IngressGuard",
            "ResourceProperties": {"ServiceToken": "arn", "ServiceTimeout": "1200", "Seconds": "600", "Cluster": "prod", **wanted},
        }
        if physical_id is not None:
            event["PhysicalResourceId"] = physical_id
        self.calls.clear()
        guard.handler(event, Context(remaining))
        ((kind, body),) = self.answers.got
        self.answers.got.clear()
        # S3 refuses an answer with a type, and CloudFormation one that is longer.
        assert kind == ""
        assert len(body) <= 4096
        answer: dict[str, Any] = json.loads(body)
        assert {name: answer[name] for name in ("StackId", "RequestId", "LogicalResourceId")} == {
            name: event[name] for name in ("StackId", "RequestId", "LogicalResourceId")
        }
        return answer


@cache
def client(name: str) -> Any:
    """One for all tests, since boto3 takes its time to make one."""
    return boto3.session.Session(region_name=REGION).client(name)


class Context:
    def __init__(self, remaining: float) -> None:
        self.remaining = remaining

    def get_remaining_time_in_millis(self) -> int:
        return int(self.remaining * 1000)


def as_list(tags: dict[str, str]) -> Any:
    return [{"Key": key, "Value": value} for key, value in tags.items()]


@pytest.fixture(scope="module")
def answers() -> Iterator[Answers]:
    server = Answers()
    Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def aws(answers: Answers, monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    with mock_aws():
        monkeypatch.setattr(boto3, "client", lambda name, config: client(name))
        made = Aws(answers)
        call: Any = BaseClient._make_api_call

        def recorded(client: BaseClient, operation: str, given: dict[str, Any]) -> Any:
            made.calls.append(f"{client.meta.service_model.service_id}:{operation}")
            if queue := made.errors.get(operation):
                code = queue.pop(0)
                raise ClientError({"Error": {"Code": code, "Message": f"{code}, says AWS"}}, operation)
            if operation == "DescribeStacks":
                assert given == {"StackName": STACK}
                return {"Stacks": [{"StackStatus": made.status}]}
            return call(client, operation, given)

        monkeypatch.setattr(BaseClient, "_make_api_call", recorded)
        monkeypatch.setattr(guard, "time", SimpleNamespace(monotonic=lambda: made.now, sleep=made.sleep))
        yield made


@pytest.mark.parametrize("request_type", ["Create", "Update"])
def test_it_answers_at_once_where_nothing_is_deleted(aws: Aws, request_type: str) -> None:
    aws.load_balancer("shop", SHOP)
    answer = aws.ask(request_type, Groups=["shop.shop"], physical_id="IngressGuard" if request_type == "Update" else None)
    assert (answer["Status"], answer["PhysicalResourceId"]) == ("SUCCESS", "IngressGuard")
    assert aws.calls == []


def test_it_answers_at_once_where_nothing_is_left(aws: Aws) -> None:
    answer = aws.ask("Delete", Groups=["shop.shop"], Services=["iot/mqtt"])
    assert (answer["Status"], answer["PhysicalResourceId"]) == ("SUCCESS", "IngressGuard")
    assert aws.now == 0


def test_it_waits_until_the_controller_has_taken_everything_away(aws: Aws) -> None:
    balancer, target = aws.load_balancer("shop", SHOP), aws.target_group("shop", SHOP)
    groups = [aws.security_group("managed", SHOP), aws.security_group("backend", BACKEND)]
    aws.after(40, lambda: aws.elb.delete_load_balancer(LoadBalancerArn=balancer))
    aws.after(70, lambda: aws.elb.delete_target_group(TargetGroupArn=target))
    aws.after(100, lambda: [aws.ec2.delete_security_group(GroupId=group) for group in groups])
    assert aws.ask("Delete", Groups=["shop.shop"])["Status"] == "SUCCESS"
    assert 100 <= aws.now < 130


def test_past_its_time_it_fails_with_what_is_left_and_what_to_do(aws: Aws) -> None:
    left = [aws.load_balancer("shop", SHOP), aws.target_group("shop", SHOP), aws.security_group("managed", SHOP)]
    answer = aws.ask("Delete", Groups=["shop.shop"])
    assert answer["Status"] == "FAILED"
    assert answer["Reason"] == (
        f"Not gone after 600 s: {', '.join(left)}. Read the controller's log. Once they are gone, delete the stack again. "
        "See docs/destroy.md of eks-ingress."
    )


def test_asked_again_it_waits_again(aws: Aws) -> None:
    balancer = aws.load_balancer("shop", SHOP)
    assert aws.ask("Delete", Groups=["shop.shop"])["Status"] == "FAILED"
    aws.after(700, lambda: aws.elb.delete_load_balancer(LoadBalancerArn=balancer))
    assert aws.ask("Delete", Groups=["shop.shop"])["Status"] == "SUCCESS"


def test_it_waits_as_long_as_it_is_told(aws: Aws) -> None:
    aws.load_balancer("shop", SHOP)
    assert "after 60 s" in aws.ask("Delete", Groups=["shop.shop"], Seconds="60")["Reason"]


def test_it_answers_before_lambda_stops_it(aws: Aws) -> None:
    aws.load_balancer("shop", SHOP)
    assert aws.ask("Delete", Groups=["shop.shop"], Seconds="840", remaining=200)["Status"] == "FAILED"
    assert aws.now <= 155


def test_a_long_list_is_cut_to_what_cloudformation_takes(aws: Aws) -> None:
    arns = [aws.target_group(f"k8s-shop-storefront-{n:02}-0123456", SHOP) for n in range(50)]
    reason = aws.ask("Delete", Groups=["shop.shop"])["Reason"]
    assert [arn in reason for arn in arns] == [True] * 15 + [False] * 35
    assert " and 35 more. Read " in reason


@pytest.mark.parametrize(
    "tags",
    [
        {"elbv2.k8s.aws/cluster": "other", "ingress.k8s.aws/stack": "shop.shop"},
        {"elbv2.k8s.aws/cluster": "prod", "ingress.k8s.aws/stack": "shop.shop2"},
        {"elbv2.k8s.aws/cluster": "prod", "service.k8s.aws/stack": "shop.shop"},
        {"ingress.k8s.aws/stack": "shop.shop"},
        {"Name": "shop"},
    ],
)
def test_it_does_not_wait_for_what_others_made(aws: Aws, tags: dict[str, str]) -> None:
    aws.load_balancer("other", tags)
    aws.target_group("other", tags)
    aws.security_group("other", tags)
    assert aws.ask("Delete", Groups=["shop.shop"], Services=["iot/mqtt"])["Status"] == "SUCCESS"
    assert aws.now == 0


def test_it_waits_for_what_was_made_of_services(aws: Aws) -> None:
    tags = {"elbv2.k8s.aws/cluster": "prod", "service.k8s.aws/stack": "iot/mqtt"}
    arn = aws.load_balancer("mqtt", tags, "network")
    assert arn in aws.ask("Delete", Services=["iot/mqtt"])["Reason"]


COMMON = {"elbv2.k8s.aws/cluster": "prod", "ingress.k8s.aws/stack": "common"}


def target_of(ingress: str) -> dict[str, str]:
    return {**COMMON, "ingress.k8s.aws/resource": f"{ingress}-web:80"}


def test_it_leaves_a_group_to_the_ingresses_of_others_once_its_own_targets_are_gone(aws: Aws) -> None:
    aws.load_balancer("common", {**COMMON, "ingress.k8s.aws/resource": "LoadBalancer"})
    aws.target_group("theirs", target_of("b/theirs"))
    ours = aws.target_group("ours", target_of("a/ours"))
    aws.after(40, lambda: aws.elb.delete_target_group(TargetGroupArn=ours))
    assert aws.ask("Delete", Shared=["common"], Ingresses=["a/ours"])["Status"] == "SUCCESS"
    assert 40 <= aws.now < 60


def test_a_group_without_targets_of_others_is_waited_for_whole(aws: Aws) -> None:
    balancer = aws.load_balancer("common", {**COMMON, "ingress.k8s.aws/resource": "LoadBalancer"})
    front = aws.target_group("front", {**COMMON, "ingress.k8s.aws/resource": "FrontendNlb-tg-TCP-80"})
    reason = aws.ask("Delete", Shared=["common"], Ingresses=["a/ours"])["Reason"]
    assert balancer in reason
    assert front in reason


def test_the_group_of_a_load_balancer_of_its_own_is_waited_for_whosoever_targets_it_has(aws: Aws) -> None:
    aws.target_group("theirs", target_of("b/theirs"))
    assert aws.ask("Delete", Groups=["common"])["Status"] == "FAILED"


def test_the_shared_security_group_is_waited_for_where_the_last_load_balancer_goes(aws: Aws) -> None:
    group = aws.security_group("backend", BACKEND)
    assert group in aws.ask("Delete", Groups=["shop.shop"])["Reason"]


def test_the_shared_security_group_stays_with_other_load_balancers_of_the_cluster(aws: Aws) -> None:
    aws.security_group("backend", BACKEND)
    aws.load_balancer("other", {"elbv2.k8s.aws/cluster": "prod", "service.k8s.aws/stack": "iot/mqtt"}, "network")
    assert aws.ask("Delete", Groups=["shop.shop"])["Status"] == "SUCCESS"


def test_it_tells_of_deletion_protection_rather_than_wait(aws: Aws) -> None:
    arn = aws.load_balancer("shop", SHOP)
    protect(aws, arn, "true")
    answer = aws.ask("Delete", Groups=["shop.shop"])
    assert answer["Status"] == "FAILED"
    assert answer["Reason"].startswith(f"{arn} has deletion protection. Take it off its Ingress or Service. ")
    assert aws.now < 90


def test_it_gives_the_controller_time_to_take_a_protection_off(aws: Aws) -> None:
    arn = aws.load_balancer("shop", SHOP)
    protect(aws, arn, "true")
    aws.after(45, lambda: protect(aws, arn, "false"))
    aws.after(45, lambda: aws.elb.delete_load_balancer(LoadBalancerArn=arn))
    assert aws.ask("Delete", Groups=["shop.shop"])["Status"] == "SUCCESS"


def protect(aws: Aws, arn: str, value: str) -> None:
    aws.elb.modify_load_balancer_attributes(
        LoadBalancerArn=arn, Attributes=[{"Key": "deletion_protection.enabled", "Value": value}]
    )


@pytest.mark.parametrize("status", ["UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS"])
def test_an_update_that_takes_it_out_of_the_stack_waits_for_nothing(aws: Aws, status: str) -> None:
    aws.load_balancer("shop", SHOP)
    aws.status = status
    assert aws.ask("Delete", Groups=["shop.shop"])["Status"] == "SUCCESS"
    assert aws.now == 0


@pytest.mark.parametrize("status", ["DELETE_IN_PROGRESS", "ROLLBACK_IN_PROGRESS"])
def test_it_waits_where_the_stack_goes(aws: Aws, status: str) -> None:
    aws.load_balancer("shop", SHOP)
    aws.status = status
    assert aws.ask("Delete", Groups=["shop.shop"])["Status"] == "FAILED"


def test_it_waits_where_it_cannot_know_whether_the_stack_goes(aws: Aws) -> None:
    aws.load_balancer("shop", SHOP)
    aws.errors["DescribeStacks"] = ["AccessDenied"]
    assert aws.ask("Delete", Groups=["shop.shop"])["Status"] == "FAILED"


def test_an_error_of_aws_is_waited_out(aws: Aws) -> None:
    aws.errors["DescribeLoadBalancers"] = ["Throttling"] * 3
    assert aws.ask("Delete", Groups=["shop.shop"])["Status"] == "SUCCESS"
    assert aws.now == 45


def test_an_error_that_stays_is_told(aws: Aws) -> None:
    aws.errors["DescribeSecurityGroups"] = ["UnauthorizedOperation"] * 100
    reason = aws.ask("Delete", Groups=["shop.shop"])["Reason"]
    assert reason.startswith("Not gone after 600 s: what could not be seen. (The last look failed: ")
    assert "UnauthorizedOperation, says AWS)" in reason


def test_what_goes_while_it_looks_is_no_error(aws: Aws) -> None:
    aws.load_balancer("shop", {"Name": "shop"})
    aws.errors["DescribeTags"] = ["LoadBalancerNotFound"]
    assert aws.ask("Delete", Groups=["shop.shop"])["Status"] == "SUCCESS"


def test_it_reads_the_tags_of_each_thing_once(aws: Aws) -> None:
    for n in range(41):
        aws.target_group(f"other-{n}", {"Name": "other"})
    aws.load_balancer("shop", SHOP)
    aws.ask("Delete", Groups=["shop.shop"], Seconds="60")
    assert aws.calls.count("Elastic Load Balancing v2:DescribeTags") == 3
    assert aws.calls.count("Elastic Load Balancing v2:DescribeTargetGroups") == 5
