"""Story 1: the app of the README is deployed; what it says beforehand is what is there afterwards."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App

from tests.deploy.processes import wait_until
from tests.deploy.stories.apps import Platform, ingress_of, synth
from tests.deploy.stories.plans import disagreements, live, said
from tests.deploy.stories.seen import CLUSTER_TAG, Balancer, Rule, balancers, left_over
from tests.deploy.stories.world import World
from tests.docs.pages import block


@pytest.fixture(scope="module")
def assembly(world: World) -> Path:
    """The app, deployed."""
    names: dict[str, Any] = {}
    exec(block("README.md", "python", "class Shop(Stack)"), names)
    names["EksIngress"] = ingress_of(world.tools)

    def build(app: App) -> None:
        platform = Platform(app, "Platform", services={"storefront": 80, "api": 8080})
        names["Shop"](app, "Shop", cluster=platform.cluster, certificate=platform.certificates[0])

    assembly = synth(world.folder / "cdk.out", build)
    world.driver.deploy(assembly)
    # The address is known before the targets are registered and the ways to them open.
    world.settle()
    return assembly


@pytest.fixture
def shop(world: World, assembly: Path) -> Balancer:
    """Its one load balancer."""
    found = balancers(world.cloud)
    assert list(found) == ["shop.shop"]
    return found["shop.shop"]


def test_its_address_is_that_of_a_load_balancer_in_the_public_subnets(world: World, shop: Balancer) -> None:
    assert world.driver.stacks["Shop"].outputs == {"Url": shop.dns_name}
    assert shop.scheme == "internet-facing"
    subnets = world.cloud.client("ec2").describe_subnets()["Subnets"]
    tagged = {"Key": "kubernetes.io/role/elb", "Value": "1"}
    public = {subnet["SubnetId"] for subnet in subnets if tagged in subnet.get("Tags", [])}
    assert len(public) == 2
    assert shop.subnets == public


def test_http_is_redirected_and_https_has_the_certificate(world: World, shop: Balancer) -> None:
    resources = world.driver.stacks["Platform"].resources.items()
    (certificate,) = (one.made.physical_id for name, one in resources if name.startswith("Certificate"))
    assert {port: (one.protocol, one.certificates) for port, one in shop.listeners.items()} == {
        80: ("HTTP", ()),
        443: ("HTTPS", (certificate,)),
    }
    assert (shop.listeners[80].default, shop.listeners[80].rules) == ("HTTP_301 HTTPS://#{host}:443/#{path}?#{query}", ())


def test_the_rules_are_those_of_the_readme(shop: Balancer) -> None:
    assert shop.listeners[443].default == "answer 404"
    assert shop.listeners[443].rules == (
        Rule(
            1, "host-header shop.example.com and path-pattern /api or /api/*", "forward to shop/shop-health-check-ba3da0-api:8080"
        ),
        Rule(
            2, "host-header old.example.com and path-pattern /*", "HTTP_301 #{protocol}://shop.example.com:#{port}/#{path}?#{query}"
        ),
        Rule(3, "host-header shop.example.com and path-pattern /*", "forward to shop/shop-storefront:80"),
    )


def test_the_pods_are_the_targets(world: World, shop: Balancer) -> None:
    found = {name: (group.protocol, group.health_check, group.targets) for name, group in shop.target_groups.items()}
    storefront, api = targets(world, "storefront"), targets(world, "api")
    assert (len(storefront), len(api)) == (2, 2)
    assert found == {
        "shop/shop-storefront:80": ("HTTP", "/", storefront),
        "shop/shop-health-check-ba3da0-api:8080": ("HTTP", "/healthz", api),
    }


def targets(world: World, service: str) -> frozenset[tuple[str, int]]:
    """Where the pods of a Service answer."""
    pods = (pod for pod in world.kubernetes.pods if pod["metadata"]["labels"].get("app.kubernetes.io/name") == service)
    return frozenset((pod["status"]["podIP"], 8080) for pod in pods)


def test_the_internet_reaches_the_load_balancer_and_the_load_balancer_the_pods(world: World, shop: Balancer) -> None:
    groups = {one["GroupId"]: one for one in world.cloud.client("ec2").describe_security_groups()["SecurityGroups"]}
    frontend, backend = shop.security_groups
    assert sorted(opened(groups[frontend])) == ["0.0.0.0/0 tcp 443-443", "0.0.0.0/0 tcp 80-80"]
    assert opened(groups[backend]) == []
    (of_cluster,) = (one for one in groups.values() if one["GroupName"].startswith("eks-cluster-sg-"))
    assert sorted(opened(of_cluster)) == sorted([f"{backend} tcp 8080-8080", f"{of_cluster['GroupId']} -1"])


def opened(group: dict[str, Any]) -> list[str]:
    """Who may reach what is in a security group."""
    found = []
    for permission in group["IpPermissions"]:
        ports = f" {permission['FromPort']}-{permission['ToPort']}" if "FromPort" in permission else ""
        sources = [one["CidrIp"] for one in permission["IpRanges"]] + [one["GroupId"] for one in permission["UserIdGroupPairs"]]
        found += [f"{source} {permission['IpProtocol']}{ports}" for source in sources]
    return found


def test_what_the_controller_built_is_the_plan_key_by_key(world: World, assembly: Path, shop: Balancer) -> None:
    assert disagreements(assembly, world) == []


def test_the_command_line_finds_no_difference_either(world: World, assembly: Path, shop: Balancer) -> None:
    ended, told = said("plan", assembly, "--compare", live(world))
    assert ended == 0, told


def test_nothing_went_beyond_this_machine(world: World, assembly: Path) -> None:
    assert world.driver.served.refused == []


# What follows does damage, one thing at a time, and expects the story to see it: a tier that cannot fail proves nothing.


def test_a_wrong_rule_is_seen(world: World, shop: Balancer) -> None:
    elb = world.cloud.client("elbv2")
    (listener,) = elb.describe_listeners(LoadBalancerArn=shop.arn, ListenerArns=[])["Listeners"][1:]
    rule = elb.describe_rules(ListenerArn=listener["ListenerArn"])["Rules"][0]
    wrong = [{"Field": "path-pattern", "PathPatternConfig": {"Values": ["/elsewhere"]}}]
    elb.modify_rule(RuleArn=rule["RuleArn"], Conditions=wrong)
    with pytest.raises(AssertionError):
        test_the_rules_are_those_of_the_readme(balancers(world.cloud)["shop.shop"])
    elb.modify_rule(
        RuleArn=rule["RuleArn"], Conditions=[{k: v for k, v in one.items() if k != "Values"} for one in rule["Conditions"]]
    )
    test_the_rules_are_those_of_the_readme(balancers(world.cloud)["shop.shop"])


def test_a_missing_target_is_seen(world: World, shop: Balancer) -> None:
    group = shop.target_groups["shop/shop-storefront:80"]
    address, port = min(group.targets)
    targets = {"TargetGroupArn": group.arn, "Targets": [{"Id": address, "Port": port}]}
    world.cloud.client("elbv2").deregister_targets(**targets)
    with pytest.raises(AssertionError):
        test_the_pods_are_the_targets(world, balancers(world.cloud)["shop.shop"])
    world.cloud.client("elbv2").register_targets(**targets)


def test_an_open_door_is_seen(world: World, shop: Balancer) -> None:
    door = [{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
    ec2 = world.cloud.client("ec2")
    ec2.authorize_security_group_ingress(GroupId=shop.security_groups[0], IpPermissions=door)
    with pytest.raises(AssertionError):
        test_the_internet_reaches_the_load_balancer_and_the_load_balancer_the_pods(world, shop)
    ec2.revoke_security_group_ingress(GroupId=shop.security_groups[0], IpPermissions=door)


def test_a_plan_that_is_not_what_was_built_is_seen(world: World, assembly: Path, shop: Balancer) -> None:
    other = shutil.copytree(assembly, world.folder / "other.out")
    template = other / "Shop.template.json"
    template.write_text(template.read_text("utf-8").replace("/healthz", "/other"), "utf-8")
    pointer = (
        "/resources/AWS::ElasticLoadBalancingV2::TargetGroup/shop~1shop-health-check-ba3da0-api:8080/spec/healthCheckConfig/path"
    )
    assert disagreements(other, world) == [f'shop.shop: {pointer}: ours "/other", theirs "/healthz"']


def test_what_is_left_over_is_seen_piece_by_piece(world: World, shop: Balancer) -> None:
    before = left_over(world.cloud, world.kubernetes)
    assert {one.partition(" ")[0].rstrip(":") for one in before} == {
        *("load", "target", "security", "finalizer"),
        *("ingresses", "targetgroupbindings", "mutatingwebhookconfigurations", "validatingwebhookconfigurations"),
    }
    elb = world.cloud.client("elbv2")
    vpc = world.cloud.client("ec2").describe_vpcs()["Vpcs"][0]["VpcId"]
    tag = {"Key": CLUSTER_TAG, "Value": "prod"}
    leaked = elb.create_target_group(Name="leaked", Protocol="HTTP", Port=80, VpcId=vpc, Tags=[tag])
    stuck = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "stuck", "finalizers": ["example.com/stuck"]}}
    world.kubernetes.kubectl("apply", "-f", "-", input=json.dumps({**stuck, "spec": {"ports": [{"port": 80}]}}))
    after = left_over(world.cloud, world.kubernetes)
    assert set(after) - set(before) == {"target group leaked", "finalizer example.com/stuck of services default/stuck"}
    elb.delete_target_group(TargetGroupArn=leaked["TargetGroups"][0]["TargetGroupArn"])
    world.kubernetes.kubectl("patch", "service", "stuck", "--type=merge", "-p", '{"metadata": {"finalizers": null}}')
    world.kubernetes.kubectl("delete", "service", "stuck")


def test_a_call_too_many_is_counted(world: World, shop: Balancer) -> None:
    since = len(world.cloud.calls)
    (api,) = (one for one in world.kubernetes.objects("deployments", "shop") if one["metadata"]["name"] == "api")
    world.kubernetes.kubectl("scale", "deployment", "api", "-n", "shop", f"--replicas={api['spec']['replicas'] + 1}")
    wait_until("the call", lambda: changes(world, since), seconds=60)
    world.settle()
    assert changes(world, since) == ["elasticloadbalancing:RegisterTargets"]


def changes(world: World, since: int) -> list[str]:
    """What the controller changed in AWS."""
    return [call.name for call in world.calls_of_the_controller(since) if call.changes]


def test_all_of_it_can_be_destroyed_with_the_cluster(world: World, assembly: Path) -> None:
    world.driver.destroy()
    assert world.driver.stacks == {}
    assert left_over(world.cloud, world.kubernetes) == []
    assert [vpc for vpc in world.cloud.client("ec2").describe_vpcs()["Vpcs"] if not vpc["IsDefault"]] == []
