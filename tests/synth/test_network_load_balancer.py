"""Network load balancers: what stands in the template, in which order, and what is refused."""

from __future__ import annotations

import json
import re
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, CfnOutput, Duration, Environment, Stack, aws_certificatemanager, aws_ec2

from eks_ingress import (
    ControllerOptions,
    ControllerVersion,
    EksIngress,
    ExistingService,
    Feature,
    Logs,
    NetworkHealthCheck,
    NetworkListener,
    NetworkListenerAttributes,
    NetworkLoadBalancer,
    NetworkLoadBalancerAttributes,
    NetworkService,
    NetworkTargets,
    Permissions,
    Refused,
    Scheme,
    SecurityGroups,
    Service,
    TargetGroup,
    TargetType,
    Weights,
)
from eks_ingress.cli import main
from tests.synth.apps import KINDS, Shop, new_app, plain, v2_created, v2_imported
from tests.synth.binaries import binary
from tests.synth.graph import Graph, Node

PATCH = "Custom::AWSCDK-EKS-KubernetesPatch"
MANIFEST = "Custom::AWSCDK-EKS-KubernetesResource"
VALUE = "Custom::AWSCDK-EKS-KubernetesObjectValue"
PODS = NetworkService({"app": "mqtt"})
TCP = NetworkListener.tcp(1883)
PREFIX = "service.beta.kubernetes.io/"
OF_BALANCER = f"{PREFIX}aws-load-balancer-"


def mqtt(shop: Shop, id: str = "Mqtt", **said: Any) -> NetworkLoadBalancer:
    base: dict[str, Any] = {"namespace": "iot", "service": PODS, "listeners": [TCP]}
    return shop.ingress.add_network_load_balancer(id, **{**base, **said})


def patched(shop: Shop) -> tuple[dict[str, Any], dict[str, str | None], dict[str, str | None]]:
    """The properties of the one patch, the annotations that it writes, and those on destroy."""
    (patch,) = (resource["Properties"] for resource in shop.resources().values() if resource["Type"] == PATCH)
    wanted, restored = (json.loads(plain(patch[name])) for name in ("ApplyPatchJson", "RestorePatchJson"))
    return patch, wanted["metadata"]["annotations"], restored["metadata"]["annotations"]


def test_its_service_stands_in_the_template() -> None:
    shop = Shop()
    mqtt(shop)
    resource = shop.resources()["IngressIotServiceMqtt8E7818C3"]
    assert resource["DependsOn"] == ["IngressGuard"]
    assert shop.ingress_object() == {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {
            "name": "mqtt",
            "namespace": "iot",
            "annotations": {f"{OF_BALANCER}nlb-target-type": "ip", f"{OF_BALANCER}scheme": "internal"},
        },
        "spec": {
            "type": "LoadBalancer",
            "loadBalancerClass": "service.k8s.aws/nlb",
            "selector": {"app": "mqtt"},
            "ports": [{"name": "tcp-1883", "port": 1883, "protocol": "TCP", "targetPort": 1883}],
            "allocateLoadBalancerNodePorts": False,
        },
    }


def test_objects_of_the_cdk_stand_for_what_they_know() -> None:
    shop = Shop()
    certificate = aws_certificatemanager.Certificate(shop.stack, "Certificate", domain_name="mqtt.example.com")
    vpc = aws_ec2.Vpc(shop.stack, "Net", max_azs=2)
    addresses = [aws_ec2.CfnEIP(shop.stack, name) for name in ("One", "Two")]
    mqtt(
        shop,
        scheme=Scheme.INTERNET_FACING,
        listeners=[NetworkListener.tls(8883, certificates=[certificate], target_port=1883)],
        subnets=vpc.public_subnets,
        eip_allocations=addresses,
        security_groups=SecurityGroups.given(aws_ec2.SecurityGroup(shop.stack, "Group", vpc=vpc)),
        targets=NetworkTargets(health_check=NetworkHealthCheck(interval=Duration.seconds(20), timeout=timedelta(seconds=10))),
    )
    found = shop.ingress_object()["metadata"]["annotations"]
    assert found[f"{OF_BALANCER}ssl-cert"] == "<Certificate4E7ABB08>"
    assert found[f"{OF_BALANCER}eip-allocations"] == "<One.AllocationId>,<Two.AllocationId>"
    assert re.fullmatch("<NetPublicSubnet1Subnet[0-9A-F]+>,<NetPublicSubnet2Subnet[0-9A-F]+>", found[f"{OF_BALANCER}subnets"])
    assert re.fullmatch(r"<Group[0-9A-F]+\.GroupId>", found[f"{OF_BALANCER}security-groups"])
    assert found[f"{OF_BALANCER}healthcheck-interval"] == "20"


def test_the_address_is_read_from_the_service_once_it_is_there() -> None:
    shop = Shop()
    balancer = mqtt(shop)
    CfnOutput(shop.stack, "Address", value=balancer.dns_name)
    assert balancer.dns_name == balancer.dns_name
    (value,) = (resource for resource in shop.resources().values() if resource["Type"] == VALUE)
    properties = value["Properties"]
    assert (properties["ObjectType"], properties["ObjectName"], properties["ObjectNamespace"]) == ("service", "mqtt", "iot")
    assert properties["JsonPath"] == ".status.loadBalancer.ingress[0].hostname"
    assert "IngressIotServiceMqtt8E7818C3" in value["DependsOn"]


def services(graph: Graph) -> set[Node]:
    return graph.of_type(MANIFEST, PATCH)


@pytest.mark.parametrize("elsewhere", [False, True])
@pytest.mark.parametrize("service", [PODS, NetworkService.existing("mqtt")], ids=["made", "existing"])
def test_it_comes_after_the_controller_and_goes_before_it(service: NetworkService | ExistingService, elsewhere: bool) -> None:
    app = new_app()
    stack = Stack(app, "Platform")
    ingress = EksIngress(stack, "Ingress", cluster=v2_created(stack))
    scope = Stack(app, "Team") if elsewhere else ingress
    balancer = NetworkLoadBalancer(
        scope, "Mqtt", ingress, namespace="iot", service=service, listeners=[TCP], scheme=Scheme.INTERNAL
    )
    CfnOutput(Stack.of(balancer), "Address", value=balancer.dns_name)
    graph = Graph(app)
    before = graph.of_type("Custom::AWSCDK-EKS-HelmChart", "AWS::EKS::Nodegroup")
    assert len(before) == 2
    (made,) = services(graph)
    assert made[0] == ("Team" if elsewhere else "Platform")
    assert before <= graph.waits_for(made)
    for thing in before:
        assert made in graph.gone_before(thing)
    (value,) = graph.of_type(VALUE)
    assert made in graph.waits_for(value)


def test_its_class_is_the_one_that_the_controller_is_told_to_look_after() -> None:
    shop = Shop({"values": {"loadBalancerClass": "example.com/nlb"}})
    balancer = mqtt(shop)
    assert shop.ingress_object()["spec"]["loadBalancerClass"] == "example.com/nlb"
    assert balancer.plan.service == "iot/mqtt"


def test_moving_it_within_its_stack_replaces_nothing() -> None:
    def resources(*scopes: str) -> set[str]:
        shop = Shop()
        scope: Any = shop.stack
        for name in scopes:
            scope = Stack.of(scope) if name == "" else aws_ec2.Vpc(scope, name, max_azs=1)
        NetworkLoadBalancer(scope, "Mqtt", shop.ingress, namespace="iot", service=PODS, listeners=[TCP])
        return {name for name, resource in shop.resources().items() if resource["Type"] == MANIFEST}

    assert resources() == resources("Net") == {"IngressIotServiceMqtt8E7818C3"}


# The plan.


def test_its_plan_is_what_the_controller_builds_of_the_service() -> None:
    shop = Shop()
    balancer = mqtt(shop, listeners=[TCP, NetworkListener.tcp_udp(53, weights=Weights(3, [(Service("next", 53), 1)]))])
    planned = balancer.plan
    assert (planned.service, planned.scheme) == ("iot/mqtt", "internal")
    assert [(x.port, x.protocol, [(y.service, y.weight) for y in x.targets]) for x in planned.listeners] == [
        (53, "TCP_UDP", [("iot/mqtt:53", 3), ("iot/next:53", 1)]),
        (1883, "TCP", [("iot/mqtt:1883", None)]),
    ]
    assert shop.ingress.plan().network_load_balancers == (planned,)


def test_the_plan_stands_beside_the_template() -> None:
    shop = Shop()
    mqtt(shop)
    mqtt(shop, "Old", service=NetworkService.existing("old"), scheme=Scheme.INTERNET_FACING)
    assembly = shop.app.synth()
    document = json.loads(open(f"{assembly.directory}/Shop.Ingress.plan.json", encoding="utf-8").read())  # noqa: SIM115
    assert {"iot/mqtt", "iot/old"} <= {stack["id"] for stack in _stacks(document)}


def _stacks(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, dict):
        return ([value] if "id" in value else []) + [found for inner in value.values() for found in _stacks(inner)]
    return [found for inner in value for found in _stacks(inner)] if isinstance(value, list) else []


def test_its_plan_is_refused_with_what_is_wrong_with_it() -> None:
    with pytest.raises(Refused, match="is given 2 times"):
        mqtt(Shop(), listeners=[TCP, TCP]).plan  # noqa: B018


# A Service that is there.


def test_a_service_that_is_there_gets_annotations_and_nothing_else() -> None:
    shop = Shop()
    logs = Logs("mqtt-logs")
    mqtt(
        shop,
        service=NetworkService.existing("broker"),
        scheme=Scheme.INTERNET_FACING,
        attributes=NetworkLoadBalancerAttributes(access_logs=logs),
    )
    assert shop.objects() == []
    patch, wanted, restored = patched(shop)
    assert (patch["ResourceName"], patch["ResourceNamespace"], patch["PatchType"]) == ("service/broker", "iot", "strategic")
    assert {key.removeprefix(OF_BALANCER): text for key, text in wanted.items() if text is not None} == {
        "scheme": "internet-facing",
        "nlb-target-type": "ip",
        "attributes": "access_logs.s3.enabled=true,access_logs.s3.bucket=mqtt-logs",
    }
    assert wanted[f"{OF_BALANCER}internal"] is None
    assert restored == dict.fromkeys(key for key, text in wanted.items() if text is not None)


def test_the_command_line_plans_a_service_that_is_there_too(capsys: pytest.CaptureFixture[str]) -> None:
    shop = Shop()
    address = aws_ec2.CfnEIP(shop.stack, "One")
    service = NetworkService.existing("broker")
    mqtt(shop, service=service, scheme=Scheme.INTERNET_FACING, eip_allocations=[address], subnets=["subnet-1"])
    assert main(["plan", shop.app.synth().directory]) == 0
    out = capsys.readouterr().out
    assert "iot/broker" in out
    assert "${One.AllocationId}" in out


def test_what_cloudformation_knows_stands_in_the_patch_as_json_takes_it() -> None:
    shop = Shop()
    address = aws_ec2.CfnEIP(shop.stack, "One")
    mqtt(
        shop,
        service=NetworkService.existing("broker"),
        scheme=Scheme.INTERNET_FACING,
        eip_allocations=[address],
    )
    _, wanted, _ = patched(shop)
    assert wanted[f"{OF_BALANCER}eip-allocations"] == "<One.AllocationId>"


@pytest.mark.parametrize("kind", KINDS)
def test_it_works_on_clusters_of_every_kind(kind: str) -> None:
    app = new_app()
    stack = Stack(app, "Shop")
    ingress = EksIngress(stack, "Ingress", cluster=KINDS[kind](stack))
    made: dict[str, Any] = {"namespace": "iot", "listeners": [TCP], "scheme": Scheme.INTERNAL}
    ingress.add_network_load_balancer("Mqtt", service=PODS, **made)
    ingress.add_network_load_balancer("Old", service=NetworkService.existing("old"), **made)
    found = app.synth().get_stack_by_name("Shop").template["Resources"]
    assert found["IngressAnnotationsIotOld74CBBB81"]["Properties"]["ResourceName"] == "service/old"
    assert "IngressIotServiceMqtt8E7818C3" in found


def test_a_controller_that_is_there_makes_it_too() -> None:
    app = new_app()
    stack = Stack(app, "Shop")
    host = EksIngress.from_existing(stack, "Ingress", cluster=v2_imported(stack))
    host.add_network_load_balancer("Mqtt", namespace="iot", service=PODS, listeners=[TCP])
    assert "IngressIotServiceMqtt8E7818C3" in app.synth().get_stack_by_name("Shop").template["Resources"]


# Labels of namespaces.


def labels(app: App) -> dict[str, str]:
    """What namespaces are labelled with."""
    found: dict[str, str] = {}
    for resource in app.synth().get_stack_by_name("Shop").template["Resources"].values():
        if resource["Type"] == PATCH:
            properties = resource["Properties"]
            found[properties["ResourceName"]] = found.get(properties["ResourceName"], "") + properties["ApplyPatchJson"]
    return found


def test_its_pods_can_wait_until_they_are_healthy_targets_and_ask_for_server_ids() -> None:
    shop = Shop()
    mqtt(shop, listeners=[NetworkListener.quic(443)], pod_readiness_gate=True, quic_server_ids=True)
    gated = shop.ingress.add_load_balancer("Shop", namespace="iot", pod_readiness_gate=True)
    gated.add_route("/", Service("web", 80))
    assert labels(shop.app) == {
        "namespace/iot": '{"metadata":{"labels":{"elbv2.k8s.aws/pod-readiness-gate-inject":"enabled"}}}'
        '{"metadata":{"labels":{"elbv2.k8s.aws/quic-server-id-inject":"enabled"}}}'
    }


def test_no_namespace_is_labelled_without_being_asked_for() -> None:
    shop = Shop()
    mqtt(shop)
    assert labels(shop.app) == {}


# What is refused.


def test_all_that_is_wrong_is_told_at_synth_with_its_place() -> None:
    shop = Shop()
    mqtt(shop, service=NetworkService.existing("old"), listeners=[TCP, TCP])
    mqtt(shop, "Other", eip_allocations=["eipalloc-1"])
    refusal = shop.refusal()
    assert len(re.findall(r"error {2}Shop/Ingress/Mqtt {2}\(tests/synth/test_network_load_balancer\.py:\d+\)", refusal)) == 2
    assert "listener port 1883 is given 2 times" in refusal
    assert "scheme None is not said" in refusal
    assert "eip_allocations ['eipalloc-1'] are for a load balancer that the internet can reach" in refusal


def test_two_of_one_service_are_refused() -> None:
    shop = Shop()
    mqtt(shop)
    mqtt(shop, "Other", service=NetworkService.existing("mqtt"), scheme=Scheme.INTERNAL)
    assert "Service 'iot/mqtt' belongs to Shop/Ingress/Mqtt" in shop.refusal()


def test_a_feature_that_the_controller_does_not_have_is_told() -> None:
    shop = Shop({"permissions": Permissions.STRICT})
    mqtt(shop, minimum_capacity=100)
    assert "needs Feature.CAPACITY_RESERVATION" in shop.refusal()
    shop = Shop({"permissions": Permissions.STRICT, "features": [Feature.CAPACITY_RESERVATION]})
    mqtt(shop, minimum_capacity=100)
    shop.app.synth()


def test_a_target_group_of_another_region_is_told() -> None:
    app = new_app()
    stack = Stack(app, "Shop", env=Environment(account="111122223333", region="eu-west-1"))
    ingress = EksIngress(stack, "Ingress", cluster=v2_imported(stack))
    theirs = "arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/theirs/0123456789abcdef"
    listener = NetworkListener.tcp(80, weights=Weights(1, [(TargetGroup(theirs), 1)]))
    ingress.add_network_load_balancer("Web", namespace="shop", service=PODS, listeners=[listener])
    with pytest.raises(RuntimeError, match="which is in us-east-1, while the load balancer is in eu-west-1"):
        app.synth()


def test_a_release_that_does_not_know_an_annotation_is_told() -> None:
    shop = Shop({"version": ControllerVersion.of("2.8.1", chart="1.8.1")})
    mqtt(
        shop,
        listeners=[NetworkListener.tcp(1883, attributes=NetworkListenerAttributes(tcp_idle_timeout=Duration.minutes(10)))],
    )
    assert "listener-attributes.TCP-1883 came with controller 2.9.0" in shop.refusal()


# What kubectl makes of it.


def test_kubectl_puts_the_annotations_on_and_takes_them_off(tmp_path: Path) -> None:
    shop = Shop()
    mqtt(shop, service=NetworkService.existing("broker"), scheme=Scheme.INTERNET_FACING, tags={"team": "iot"})
    patch, _, _ = patched(shop)
    before = {f"{OF_BALANCER}internal": "true", f"{OF_BALANCER}type": "external", "example.com/theirs": "kept"}
    said = {f"{OF_BALANCER}scheme": "internet-facing", f"{OF_BALANCER}nlb-target-type": "ip"}
    theirs = {f"{OF_BALANCER}type": "external", "example.com/theirs": "kept"}
    after = kubectl_patch(tmp_path, before, patch["ApplyPatchJson"])
    assert after == {**theirs, **said, f"{OF_BALANCER}additional-resource-tags": "team=iot"}
    assert kubectl_patch(tmp_path, after, patch["RestorePatchJson"]) == theirs


def kubectl_patch(folder: Path, annotations: dict[str, str], patch: str) -> dict[str, str]:
    """The annotations of a Service after a patch, as the CDK's handler applies it."""
    file = folder / "service.json"
    body = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "broker", "annotations": annotations}}
    file.write_text(json.dumps(body), "utf-8")
    command = [str(binary("kubectl")), "patch", "--local", "-f", str(file), "-p", patch, "--type", "strategic", "-o", "json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, str] = json.loads(done.stdout)["metadata"]["annotations"]
    return found


def test_one_in_a_namespace_that_nobody_watches_is_refused() -> None:
    shop = Shop({"options": ControllerOptions(watch_namespace="cart")})
    balancer = mqtt(shop)
    words = "a Service with a network load balancer of it is in namespace 'iot', but the controller watches 'cart' only."
    assert words in shop.refusal()
    with pytest.raises(Refused, match=re.escape(words)):
        _ = balancer.plan


def test_a_controller_that_looks_at_no_service_makes_none() -> None:
    shop = Shop({"options": ControllerOptions(feature_gates={"EnableServiceController": False})})
    balancer = mqtt(shop)
    shop.ingress.add_manifests(
        "Plain", {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "a"}, "spec": {"ports": [{"port": 1}]}}
    )
    words = "a Service with a network load balancer is 'iot/mqtt', but the feature gate 'EnableServiceController' is closed"
    assert shop.refusal().count("EnableServiceController") == 1
    with pytest.raises(Refused, match=re.escape(words)):
        _ = balancer.plan


def test_its_service_does_not_tell_that_all_services_of_the_namespace_are_at_hand() -> None:
    shop = Shop()
    mqtt(shop)
    shop.ingress.add_load_balancer("Web", namespace="iot").add_route("/", Service("web", 80))
    arn = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/blue/0123456789abcdef"
    shop.ingress.add_target_group_binding("Bound", namespace="iot", service=Service("other", 80), target_group=arn)
    messages = [str(message.entry.data) for message in shop.app.synth().get_stack_by_name("Shop").messages]
    assert not [message for message in messages if "not among the manifests" in message]


def test_what_would_be_ignored_or_is_of_another_kind_is_refused() -> None:
    shop = Shop()
    mqtt(shop, "Nodes", targets=NetworkTargets(target_type=TargetType.INSTANCE), pod_readiness_gate=True)
    mqtt(shop, "Listeners", listeners=None)
    mqtt(shop, "Flags", pod_readiness_gate="no", quic_server_ids="no")
    assert [problem.reason for problem in shop.ingress.problems()] == [
        "pod_readiness_gate True is for pods as targets, and the targets are nodes.",
        "listener None is no NetworkListener.",
        "pod_readiness_gate 'no' is neither True nor False.",
        "quic_server_ids 'no' is neither True nor False.",
    ]
