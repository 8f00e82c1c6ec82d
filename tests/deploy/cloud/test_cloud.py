"""Whether the cloud does what AWS does, where the stories rely on it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.deploy.cloud.cloud import Cloud

ONCE = Config(retries={"max_attempts": 0})


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    with Cloud.start(tmp_path_factory.mktemp("cloud")) as cloud:
        yield cloud


def recorded(cloud: Cloud, service: str, principal: str = "somebody") -> Any:
    """A client whose calls are recorded."""
    told = cloud.credentials(principal)
    return boto3.client(
        service,
        endpoint_url=told["AWS_ENDPOINT_URL"],
        region_name=told["AWS_REGION"],
        aws_access_key_id=told["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=told["AWS_SECRET_ACCESS_KEY"],
        config=ONCE,
    )


@pytest.fixture(scope="module")
def network(cloud: Cloud) -> dict[str, Any]:
    ec2 = cloud.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{number}.0/24", AvailabilityZone=f"us-east-1{zone}")["Subnet"]["SubnetId"]
        for number, zone in enumerate("ab")
    ]
    group = ec2.create_security_group(GroupName="balancer", Description="balancer", VpcId=vpc)["GroupId"]
    return {"vpc": vpc, "subnets": subnets, "group": group}


def balancer(cloud: Cloud, network: dict[str, Any], name: str, **settings: Any) -> str:
    (made,) = cloud.client("elbv2").create_load_balancer(Name=name, Subnets=network["subnets"], **settings)["LoadBalancers"]
    arn: str = made["LoadBalancerArn"]
    return arn


def group(cloud: Cloud, network: dict[str, Any], name: str, protocol: str = "HTTP") -> str:
    settings = {"Protocol": protocol, "Port": 80, "VpcId": network["vpc"], "TargetType": "ip"}
    (made,) = cloud.client("elbv2").create_target_group(Name=name, **settings)["TargetGroups"]
    arn: str = made["TargetGroupArn"]
    return arn


def states(cloud: Cloud, arn: str) -> dict[tuple[str, int], str]:
    told = cloud.client("elbv2").describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"]
    return {(one["Target"]["Id"], one["Target"]["Port"]): one["TargetHealth"]["State"] for one in told}


def code(failure: pytest.ExceptionInfo[ClientError]) -> str:
    found: str = failure.value.response["Error"]["Code"]
    return found


def test_a_call_is_kept_with_who_made_it_and_what_it_reached(cloud: Cloud, network: dict[str, Any]) -> None:
    before = len(cloud.calls)
    recorded(cloud, "ec2").create_tags(Resources=[network["group"]], Tags=[{"Key": "team", "Value": "shop"}])
    (call,) = cloud.calls[before:]
    assert (call.principal, call.name, call.status, call.error) == ("somebody", "ec2:CreateTags", 200, None)
    assert call.resources == [f"arn:aws:ec2:us-east-1:123456789012:security-group/{network['group']}"]
    assert call.questions[0].keys["aws:RequestTag/team"] == "shop"
    assert call.changes


def test_what_goes_straight_is_not_kept(cloud: Cloud) -> None:
    before = len(cloud.calls)
    cloud.client("ec2").describe_vpcs()
    assert len(cloud.calls) == before


def test_a_fault_meets_as_many_calls_as_it_says(cloud: Cloud) -> None:
    ec2, fault = recorded(cloud, "ec2"), cloud.throttle("ec2:DescribeVpcs", times=2)
    for _ in range(2):
        with pytest.raises(ClientError) as failure:
            ec2.describe_vpcs()
        assert code(failure) == "RequestLimitExceeded"
    ec2.describe_vpcs()
    assert fault.met == 2


def test_an_answer_that_was_lost_on_the_way_is_given_again(cloud: Cloud) -> None:
    elb = recorded(cloud, "elbv2")
    ids: list[str] = []

    def same_id(request: Any, **_: Any) -> None:
        ids.append(request.headers["amz-sdk-invocation-id"])
        request.headers["amz-sdk-invocation-id"] = ids[0]

    elb.meta.events.register("before-send.elastic-load-balancing-v2.*", same_id)
    before = len(cloud.calls)
    first, second = (elb.describe_load_balancers()["ResponseMetadata"]["RequestId"] for _ in range(2))
    assert first == second
    assert len(cloud.calls) == before + 1


def test_a_refusal_lasts_until_it_is_stopped(cloud: Cloud) -> None:
    elb = recorded(cloud, "elbv2")
    fault = cloud.refuse("elasticloadbalancing:DescribeLoadBalancers", "AccessDenied", "no", times=None)
    with pytest.raises(ClientError) as failure:
        elb.describe_load_balancers()
    assert code(failure) == "AccessDenied"
    fault.stop()
    elb.describe_load_balancers()


def test_a_role_may_do_what_its_policies_allow_and_nothing_else(cloud: Cloud) -> None:
    iam = cloud.client("iam")
    iam.create_role(RoleName="reader", AssumeRolePolicyDocument="{}")
    statement = {"Sid": "Read", "Effect": "Allow", "Action": "ec2:DescribeVpcs", "Resource": "*"}
    iam.put_role_policy(
        RoleName="reader", PolicyName="read", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    )
    recorded(cloud, "ec2", "reader").describe_vpcs()
    with pytest.raises(ClientError, match="no statement has the action") as failure:
        recorded(cloud, "elbv2", "reader").describe_load_balancers()
    assert code(failure) == "AccessDenied"
    assert len(cloud.denied) == 1
    cloud.forgive()


def test_a_denial_fails_the_story_at_its_end(tmp_path: Path) -> None:
    def story() -> None:
        with Cloud.start(tmp_path) as cloud:
            cloud.client("iam").create_role(RoleName="reader", AssumeRolePolicyDocument="{}")
            with pytest.raises(ClientError):
                recorded(cloud, "ec2", "reader").describe_vpcs()

    with pytest.raises(AssertionError, match=r"reader is not authorized to perform ec2:DescribeVpcs"):
        story()


def test_what_nobody_answers_fails_the_story_at_its_end(tmp_path: Path) -> None:
    def story() -> None:
        with Cloud.start(tmp_path) as cloud, pytest.raises(HTTPError):
            urlopen(f"{cloud.endpoint}/nothing")

    with pytest.raises(AssertionError, match="what it does not know"):
        story()


def test_network_load_balancers_have_arns_of_their_own(cloud: Cloud, network: dict[str, Any]) -> None:
    arn = balancer(cloud, network, "mqtt", Type="network", Tags=[{"Key": "team", "Value": "iot"}])
    assert ":loadbalancer/net/mqtt/" in arn
    (told,) = cloud.client("elbv2").describe_tags(ResourceArns=[arn])["TagDescriptions"]
    assert told["Tags"] == [{"Key": "team", "Value": "iot"}]


def test_a_protected_load_balancer_is_not_deleted(cloud: Cloud, network: dict[str, Any]) -> None:
    elb, arn = cloud.client("elbv2"), balancer(cloud, network, "kept")
    protection = {"Key": "deletion_protection.enabled", "Value": "true"}
    elb.modify_load_balancer_attributes(LoadBalancerArn=arn, Attributes=[protection])
    with pytest.raises(ClientError) as failure:
        elb.delete_load_balancer(LoadBalancerArn=arn)
    assert code(failure) == "OperationNotPermitted"
    elb.modify_load_balancer_attributes(LoadBalancerArn=arn, Attributes=[{**protection, "Value": "false"}])
    elb.delete_load_balancer(LoadBalancerArn=arn)
    with pytest.raises(ClientError, match="does not exist"):
        elb.describe_load_balancers(LoadBalancerArns=[arn])


def test_a_security_group_in_use_is_not_deleted(cloud: Cloud, network: dict[str, Any]) -> None:
    arn = balancer(cloud, network, "guarded", SecurityGroups=[network["group"]])
    with pytest.raises(ClientError) as failure:
        cloud.client("ec2").delete_security_group(GroupId=network["group"])
    assert code(failure) == "DependencyViolation"
    cloud.client("elbv2").delete_load_balancer(LoadBalancerArn=arn)


def test_targets_are_told_apart_by_port_and_drain_only_where_traffic_came_to_them(cloud: Cloud, network: dict[str, Any]) -> None:
    elb, arn = cloud.client("elbv2"), group(cloud, network, "drained")
    both = [{"Id": "10.0.0.9", "Port": port} for port in (80, 81)]
    elb.register_targets(TargetGroupArn=arn, Targets=both)
    assert states(cloud, arn) == {("10.0.0.9", 80): "unused", ("10.0.0.9", 81): "unused"}
    elb.deregister_targets(TargetGroupArn=arn, Targets=both[:1])
    assert states(cloud, arn) == {("10.0.0.9", 81): "unused"}
    forward = [{"Type": "forward", "TargetGroupArn": arn}]
    elb.create_listener(LoadBalancerArn=balancer(cloud, network, "draining"), Protocol="HTTP", Port=80, DefaultActions=forward)
    assert states(cloud, arn) == {("10.0.0.9", 81): "healthy"}
    elb.deregister_targets(TargetGroupArn=arn, Targets=both[1:])
    assert states(cloud, arn) == {("10.0.0.9", 81): "draining"}


def test_priorities_are_exchanged_in_one_call(cloud: Cloud, network: dict[str, Any]) -> None:
    elb = cloud.client("elbv2")
    answer = [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}]
    arn = balancer(cloud, network, "sorted")
    (listener,) = elb.create_listener(LoadBalancerArn=arn, Protocol="HTTP", Port=80, DefaultActions=answer)["Listeners"]
    assert "SslPolicy" not in listener
    rules = [
        elb.create_rule(
            ListenerArn=listener["ListenerArn"],
            Priority=priority,
            Conditions=[{"Field": "path-pattern", "PathPatternConfig": {"Values": [f"/{priority}"]}}],
            Actions=answer,
        )["Rules"][0]["RuleArn"]
        for priority in (1, 2)
    ]
    elb.set_rule_priorities(RulePriorities=[{"RuleArn": rule, "Priority": 2 - at} for at, rule in enumerate(rules)])
    told = elb.describe_rules(ListenerArn=listener["ListenerArn"])["Rules"]
    assert {rule["RuleArn"]: rule["Priority"] for rule in told if not rule["IsDefault"]} == {rules[0]: "2", rules[1]: "1"}


def test_the_default_certificate_is_exchanged_and_the_others_stay(cloud: Cloud, network: dict[str, Any]) -> None:
    elb, acm = cloud.client("elbv2"), cloud.client("acm")
    one, two, other = (acm.request_certificate(DomainName=f"{name}.example.com")["CertificateArn"] for name in ("a", "b", "c"))
    listener = elb.create_listener(
        LoadBalancerArn=balancer(cloud, network, "tls", Type="network"),
        Protocol="TLS",
        Port=443,
        Certificates=[{"CertificateArn": one}],
        SslPolicy="ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09",
        DefaultActions=[{"Type": "forward", "TargetGroupArn": group(cloud, network, "tls", "TCP")}],
    )["Listeners"][0]["ListenerArn"]
    elb.add_listener_certificates(ListenerArn=listener, Certificates=[{"CertificateArn": other}])
    elb.modify_listener(ListenerArn=listener, Certificates=[{"CertificateArn": two}])
    told = elb.describe_listener_certificates(ListenerArn=listener)["Certificates"]
    assert {certificate["CertificateArn"]: certificate["IsDefault"] for certificate in told} == {two: True, other: False}
    (shown,) = elb.describe_listeners(ListenerArns=[listener])["Listeners"]
    assert [certificate["CertificateArn"] for certificate in shown["Certificates"]] == [two]
    # The controller adds the default one to the others, and takes it out again.
    elb.add_listener_certificates(ListenerArn=listener, Certificates=[{"CertificateArn": two}, {"CertificateArn": other}])
    told = elb.describe_listener_certificates(ListenerArn=listener)["Certificates"]
    assert [(one["CertificateArn"], one["IsDefault"]) for one in told] == [(two, True), (other, False), (two, False)]
    elb.remove_listener_certificates(ListenerArn=listener, Certificates=[{"CertificateArn": two}])
    told = elb.describe_listener_certificates(ListenerArn=listener)["Certificates"]
    assert [(one["CertificateArn"], one["IsDefault"]) for one in told] == [(two, True), (other, False)]


def test_pods_have_addresses_on_an_interface_of_their_node(cloud: Cloud, network: dict[str, Any]) -> None:
    ec2, subnet = cloud.client("ec2"), network["subnets"][0]
    image = ec2.describe_images()["Images"][0]["ImageId"]
    instance = ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1, SubnetId=subnet)["Instances"][0]["InstanceId"]
    assert [cloud.pod_addresses(instance, subnet) for _ in range(2)] == ["10.0.0.128/28", "10.0.0.144/28"]
    (told,) = ec2.describe_instances(InstanceIds=[instance])["Reservations"][0]["Instances"]
    addresses = [
        address["PrivateIpAddress"] for interface in told["NetworkInterfaces"] for address in interface["PrivateIpAddresses"]
    ]
    assert {"10.0.0.130", "10.0.0.159"} <= set(addresses)
