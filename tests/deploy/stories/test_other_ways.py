"""What is not an Ingress of one class: a network load balancer, a binding to a target group of the stack, YAML, two classes.

All of it under `Permissions.STRICT`, with the role from EKS Pod Identity and a service account that was there before, and again
without anything left behind.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, Stack, aws_ec2
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from constructs import Construct

from eks_ingress import (
    AllowedTraffic,
    ClassSettings,
    EksIngress,
    Identity,
    Listener,
    NetworkListener,
    NetworkService,
    Permissions,
    Scheme,
    Service,
)
from tests.deploy.stories.apps import Platform, ingress_of, synth
from tests.deploy.stories.seen import balancers, left_over
from tests.deploy.stories.world import World
from tests.synth.apps import ROOT

EXAMPLE = ROOT / "examples" / "existing_yaml" / "k8s"
PODS = {"app.kubernetes.io/name": "api"}
ACCOUNT = ("kube-system", "aws-load-balancer-controller")


class Ways(Stack):
    """Each way that traffic can go besides routes."""

    def __init__(
        self, scope: Construct, id: str, *, platform: Platform, ingress: Callable[..., EksIngress], manifests: Path
    ) -> None:
        super().__init__(scope, id)
        self.ingress = ingress(
            self,
            "Ingress",
            cluster=platform.cluster,
            identity=Identity.pod_identity(),
            permissions=Permissions.STRICT,
            take_over_service_account=True,
        )
        self.ingress.add_network_load_balancer(
            "Mqtt",
            namespace="team",
            service=NetworkService(PODS),
            scheme=Scheme.INTERNET_FACING,
            listeners=[
                NetworkListener.tls(8883, certificates=[platform.certificates[0]], target_port=8080),
                NetworkListener.tcp(1883, target_port=8080),
            ],
        )
        self.bind(platform.cluster.vpc)
        self.ingress.add_manifests("Yaml", str(manifests))
        inside = self.ingress.add_class("Inside", settings=ClassSettings(scheme=Scheme.INTERNAL))
        self.route("Office", inside)
        self.route("Public", None)

    def bind(self, vpc: aws_ec2.IVpc) -> None:
        """A load balancer of the stack, whose targets come from the cluster."""
        guard = aws_ec2.SecurityGroup(self, "Guard", vpc=vpc)
        group = elbv2.ApplicationTargetGroup(
            self, "Group", vpc=vpc, port=8080, protocol=elbv2.ApplicationProtocol.HTTP, target_type=elbv2.TargetType.IP
        )
        balancer = elbv2.ApplicationLoadBalancer(self, "Balancer", vpc=vpc, internet_facing=True, security_group=guard)
        balancer.add_listener("Http", port=80, default_target_groups=[group])
        self.ingress.add_target_group_binding(
            "Targets",
            namespace="team",
            service=Service("api", 80),
            target_group=group,
            networking=AllowedTraffic(guard, ports=8080),
        )

    def route(self, id: str, ingress_class: Any) -> None:
        """A load balancer of a class, or of the default one."""
        chosen = {"ingress_class": ingress_class} if ingress_class else {"scheme": Scheme.INTERNET_FACING}
        balancer = self.ingress.add_load_balancer(id, namespace="team", listeners=[Listener.http()], **chosen)
        balancer.add_route(f"{id.lower()}.example.com/", Service("storefront", 80))


@pytest.fixture(scope="module")
def deployed(world: World) -> World:
    """All of it, deployed."""

    def build(app: App) -> None:
        platform = Platform(app, "Platform", services={}, teams={"team": {"storefront": 80, "api": 80}})
        Ways(app, "Ways", platform=platform, ingress=ingress_of(world.tools), manifests=manifests)

    manifests = world.folder / "k8s"
    manifests.mkdir()
    for file in EXAMPLE.iterdir():
        text = file.read_text("utf-8").replace("namespace: shop", "namespace: legacy")
        (manifests / file.name).write_text(
            text.replace("name: shop", "name: legacy") if file.stem == "namespace" else text, "utf-8"
        )
    world.kubernetes.kubectl("create", "serviceaccount", ACCOUNT[1], "-n", ACCOUNT[0])
    world.driver.deploy(synth(world.folder / "cdk.out", build))
    world.settle()
    return world


def pods(world: World, name: str, port: int, namespace: str = "team") -> set[tuple[str, int]]:
    """The addresses of a Deployment's pods that are ready."""
    found = world.kubernetes.objects("pods", namespace)
    assert found
    return {(pod["status"]["podIP"], port) for pod in found if pod["metadata"]["name"].startswith(f"{name}-")}


def targets(world: World, arn: str) -> set[tuple[str, int]]:
    """The targets of a target group that are healthy."""
    told = world.cloud.client("elbv2").describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"]
    return {(one["Target"]["Id"], one["Target"]["Port"]) for one in told if one["TargetHealth"]["State"] == "healthy"}


def physical(world: World, type: str) -> str:
    """The one resource of a type that the stack made."""
    (found,) = (one.made.physical_id for one in world.driver.stacks["Ways"].resources.values() if one.type == type)
    return found


def account_of(world: World) -> dict[str, Any]:
    """The metadata of the controller's service account."""
    found = (body["metadata"] for body in world.kubernetes.objects("serviceaccounts", ACCOUNT[0]))
    (metadata,) = (one for one in found if one["name"] == ACCOUNT[1])
    return metadata  # type: ignore[no-any-return]


def test_the_service_account_that_was_there_is_changed_and_is_none_of_the_release(deployed: World) -> None:
    assert account_of(deployed)["labels"] == {"app.kubernetes.io/name": ACCOUNT[1]}


def test_the_role_comes_from_pod_identity_and_not_from_the_service_account(deployed: World) -> None:
    assert list(deployed.kubernetes.pod_identities) == [ACCOUNT]
    role = deployed.kubernetes.pod_identities[ACCOUNT].rpartition("/")[2]
    assert "eks.amazonaws.com/role-arn" not in account_of(deployed)["annotations"]
    made = [call for call in deployed.cloud.calls if call.name == "elasticloadbalancing:CreateLoadBalancer"]
    assert {call.principal for call in made} == {role}


def test_the_service_is_a_network_load_balancer_that_leads_to_the_pods(deployed: World) -> None:
    balancer = balancers(deployed.cloud)["team/mqtt"]
    assert ":loadbalancer/net/" in balancer.arn
    assert balancer.scheme == "internet-facing"
    assert {port: one.protocol for port, one in balancer.listeners.items()} == {8883: "TLS", 1883: "TCP"}
    assert [one.certificates for port, one in sorted(balancer.listeners.items())] == [(), (certificate_of(deployed),)]
    for group in balancer.target_groups.values():
        assert targets(deployed, group.arn) == pods(deployed, "api", 8080)
    (service,) = (one for one in deployed.kubernetes.objects("services", "team") if one["metadata"]["name"] == "mqtt")
    assert service["status"]["loadBalancer"]["ingress"][0]["hostname"] == balancer.dns_name


def certificate_of(world: World) -> str:
    """The certificate that the listener has."""
    (found,) = (
        one.made.physical_id
        for name, one in world.driver.stacks["Platform"].resources.items()
        if one.type == "AWS::CertificateManager::Certificate" and name.startswith("Certificate")
    )
    return found


def test_the_binding_registers_the_pods_with_the_target_group_of_the_stack(deployed: World) -> None:
    arn = physical(deployed, "AWS::ElasticLoadBalancingV2::TargetGroup")
    assert targets(deployed, arn) == pods(deployed, "api", 8080)
    (binding,) = (one for one in deployed.kubernetes.objects("targetgroupbindings", "team") if one["spec"]["targetGroupARN"] == arn)
    assert binding["spec"]["serviceRef"] == {"name": "api", "port": 80}


def test_the_binding_lets_the_load_balancer_of_the_stack_reach_the_pods(deployed: World) -> None:
    guard = physical(deployed, "AWS::EC2::SecurityGroup")
    rules = [
        (rule["FromPort"], rule["ToPort"], group["GroupName"])
        for group in deployed.cloud.client("ec2").describe_security_groups()["SecurityGroups"]
        for rule in group["IpPermissions"]
        if guard in {source["GroupId"] for source in rule["UserIdGroupPairs"]}
    ]
    assert [(first, last) for first, last, _ in rules] == [(8080, 8080)]
    assert rules[0][2].startswith("eks-cluster-sg-")


def test_the_yaml_routes_as_it_says(deployed: World) -> None:
    balancer = balancers(deployed.cloud)["legacy/shop"]
    assert [(rule.conditions, rule.actions) for rule in balancer.listeners[80].rules] == [
        ("host-header shop.example.com and path-pattern /rss", "HTTP_301 #{protocol}://#{host}:#{port}/feed?#{query}"),
        ("host-header shop.example.com and path-pattern /*", "forward to legacy/shop-storefront:http"),
    ]
    (group,) = balancer.target_groups.values()
    assert targets(deployed, group.arn) == pods(deployed, "storefront", 8080, "legacy")


def test_each_class_has_its_own_load_balancer_with_what_the_class_lays_down(deployed: World) -> None:
    found = balancers(deployed.cloud)
    assert (found["team.office"].scheme, found["team.public"].scheme) == ("internal", "internet-facing")
    ingresses = {one["metadata"]["name"]: one for one in deployed.kubernetes.objects("ingresses", "team")}
    classes = {name: one["spec"]["ingressClassName"] for name, one in ingresses.items()}
    assert classes == {"office": "inside", "public": "alb"}
    assert "alb.ingress.kubernetes.io/scheme" not in ingresses["office"]["metadata"]["annotations"]


def test_the_controller_asks_for_nothing_that_no_feature_was_chosen_for(deployed: World) -> None:
    services = {call.service for call in deployed.calls_of_the_controller()}
    assert services == {"ec2", "elasticloadbalancing"}


def test_when_the_stack_is_destroyed_nothing_is_left(deployed: World) -> None:
    deployed.driver.destroy("Ways")
    assert left_over(deployed.cloud, deployed.kubernetes) == []
    assert deployed.cloud.client("elbv2").describe_target_groups()["TargetGroups"] == []
    assert deployed.cloud.denied == []
