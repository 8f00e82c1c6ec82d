from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest

from eks_ingress.manifests.manifest import Manifest
from eks_ingress.plan.flags import ControllerFlags
from eks_ingress.plan.model import Binding, HealthCheck, TargetGroup
from tests.plan.objects import FLAGS, PREFIX, balancer, ingress, of_class, path, plan, refused, rule, service, source

TOKEN = "${Token[TOKEN.12]}"
INSTANCE: dict[str, Any] = {"target-type": "instance"}
PUBLIC: dict[str, Any] = {"group.name": "public"}
NODE_PORT = {"port": 80, "nodePort": 30080}


def group(*manifests: Manifest, flags: ControllerFlags = FLAGS, to: str = "web:80", **said: Any) -> TargetGroup:
    """The only target group of an Ingress that says `said` and leads to one Service."""
    texts = {key.replace("_", "-"): text for key, text in said.items()}
    (found,) = balancer(ingress(rule(path("/", to=to)), said=texts), *manifests, flags=flags).target_groups
    return found


def hashed(*parts: str) -> str:
    return sha256("".join(parts).encode()).hexdigest()[:10]


def test_a_target_group_is_all_that_its_service_and_its_ingress_say() -> None:
    found = group(service("web", {"port": 80, "targetPort": 8080}))
    assert found == TargetGroup(
        id="shop/web-web:80",
        name="k8s-shop-web-" + hashed("prod", "shop/web", "shop", "web", "uid-of-web", "80", "8080", "ip", "HTTP", "HTTP1"),
        target_type="ip",
        port=8080,
        protocol="HTTP",
        protocol_version="HTTP1",
        ip_address_type="ipv4",
        health_check=HealthCheck("traffic-port", "HTTP", "/", "200", 15, 5, 2, 2),
        attributes=(),
        tags=(),
        control_port=None,
        binding=Binding("shop", "web", 80, open_ports=(8080,), node_labels=(), multi_cluster=False),
        source=source(),
    )


def test_each_ingress_and_each_port_of_a_service_has_a_target_group() -> None:
    members = [
        ingress(
            rule(path("/a"), path("/b", to="web:http"), path("/c"), path("/d", to="api:80")), name="a", said={"group.name": "g"}
        ),
        ingress("/b", name="b", said={"group.name": "g"}),
    ]
    assert [found.id for found in balancer(*members).target_groups] == [
        "shop/a-web:80",
        "shop/a-web:http",
        "shop/a-api:80",
        "shop/b-web:80",
    ]


# Names


@pytest.mark.parametrize(
    ("namespace", "name", "stem"),
    [("shop", "web", "k8s-shop-web"), ("team-of-shop", "front-end-of-it", "k8s-teamofsh-frontend"), ("a", "b.c", "k8s-a-bc")],
)
def test_a_name_begins_with_what_is_alphanumeric_of_namespace_and_service(namespace: str, name: str, stem: str) -> None:
    (found,) = balancer(ingress(rule(path("/", to=f"{name}:80")), namespace=namespace)).target_groups
    assert found.name.startswith(f"{stem}-")


def test_the_group_and_its_member_are_part_of_the_name() -> None:
    found = group(service(), **PUBLIC)
    assert found.name == "k8s-shop-web-" + hashed("prod", "public", "shop", "web", "uid-of-web", "80", "80", "ip", "HTTP", "HTTP1")


def test_what_cannot_be_changed_in_aws_is_part_of_the_name() -> None:
    said: dict[str, Any] = {"backend-protocol": "HTTPS", "backend-protocol-version": "GRPC", "target-control-port.web.http": "3000"}
    found = group(service("web", {"port": 80, "name": "http"}), to="web:http", **said)
    parts = ("prod", "shop/web", "shop", "web", "uid-of-web", "http", "80", "ip", "HTTPS", "GRPC", "3000")
    assert found.name == "k8s-shop-web-" + hashed(*parts)


def test_what_can_be_changed_in_aws_is_no_part_of_the_name() -> None:
    said: dict[str, Any] = {"healthcheck-path": "/up", "tags": "a=b", "target-group-attributes": "slow_start.duration_seconds=30"}
    assert group(service(), **said).name == group(service()).name


def test_without_the_uid_of_the_service_a_name_is_a_placeholder() -> None:
    assert group().name == "k8s-shop-web-${hash}"


@pytest.mark.parametrize("cluster", [None, TOKEN])
def test_without_the_name_of_the_cluster_a_name_is_a_placeholder(cluster: str | None) -> None:
    assert group(service(), flags=replace(FLAGS, cluster_name=cluster)).name == "k8s-shop-web-${hash}"


# Target type and ports


@pytest.mark.parametrize("target_type", ["ip", "instance"])
def test_an_ingress_says_the_type_of_its_targets(target_type: str) -> None:
    assert group(target_type=target_type).target_type == target_type


@pytest.mark.parametrize("target_type", ["ip", "instance"])
def test_the_controller_says_the_type_of_targets_where_an_ingress_says_nothing(target_type: str) -> None:
    assert group(flags=ControllerFlags(default_target_type=target_type)).target_type == target_type


def test_targets_are_nodes_where_nobody_says_anything() -> None:
    assert group(flags=ControllerFlags()).target_type == "instance"


@pytest.mark.parametrize(
    ("target_type", "port", "expected"),
    [
        ("ip", {"port": 80}, 80),
        ("ip", {"port": 80, "targetPort": 8080, "nodePort": 30080}, 8080),
        ("ip", {"port": 80, "targetPort": "http"}, 1),
        ("ip", {"port": 80, "targetPort": "8080"}, 1),
        ("instance", NODE_PORT, 30080),
        ("instance", {"port": 80}, "${node port of shop/web:80}"),
    ],
)
def test_the_port_of_a_target_group_is_that_of_its_targets(target_type: str, port: dict[str, Any], expected: int | str) -> None:
    assert group(service("web", port, type="NodePort"), target_type=target_type).port == expected


@pytest.mark.parametrize(
    ("target_type", "expected"), [("ip", "${target port of shop/web:80}"), ("instance", "${node port of shop/web:80}")]
)
def test_the_port_of_a_service_that_is_elsewhere_is_a_placeholder(target_type: str, expected: str) -> None:
    assert group(target_type=target_type).port == expected


@pytest.mark.parametrize(
    ("port", "expected"),
    [
        ({"port": 80, "targetPort": TOKEN}, TOKEN),
        ({"port": TOKEN, "targetPort": 8080}, "${target port of shop/web:80}"),
        ({"port": 81, "name": TOKEN}, "${target port of shop/web:80}"),
    ],
)
def test_a_port_that_is_not_known_yet_is_a_placeholder(port: dict[str, Any], expected: str) -> None:
    assert group(service("web", port)).port == expected


PORTS = ({"port": 80, "name": "http", "targetPort": 8080}, {"port": 443, "name": "https"})


@pytest.mark.parametrize("to", ["web:80", "web:http"])
def test_a_port_is_named_by_number_or_name(to: str) -> None:
    assert group(service("web", *PORTS), to=to).port == 8080


@pytest.mark.parametrize(
    ("to", "ports", "remedy"),
    [
        ("web:8080", PORTS, "Name one of its ports: 80 (http), 443 (https)."),
        ("web:metrics", ({"port": 80},), "Name one of its ports: 80."),
    ],
)
def test_a_port_that_the_service_does_not_have_is_refused(to: str, ports: tuple[dict[str, Any], ...], remedy: str) -> None:
    (problem,) = plan([ingress(rule(path("/", to=to))), service("web", *ports)]).problems
    port = to.partition(":")[2]
    assert (problem.id, problem.reason, problem.remedy, problem.source) == (
        "EKI302",
        f"Ingress shop/web: Service shop/web has no port {port}.",
        remedy,
        source(),
    )
    assert problem.event == f"unable to find port {port} on service shop/web"


@pytest.mark.parametrize("kind", [{}, {"type": "ClusterIP"}])
def test_nodes_without_a_port_of_the_service_are_refused(kind: dict[str, Any]) -> None:
    assert refused(ingress("/", said=INSTANCE), service(**kind)) == [
        (
            "Ingress shop/web: its targets are nodes, and Service shop/web of type ClusterIP has no port on them.",
            "Write `target-type: ip`, or make the Service one of type NodePort.",
            source(),
        )
    ]


def test_pods_need_the_feature_gate_for_them() -> None:
    (problem,) = plan([ingress("/")], replace(FLAGS, gates={"EnableIPTargetType": False})).problems
    assert (problem.id, problem.event) == ("EKI331", "unsupported targetType: ip when EnableIPTargetType is false")


# Protocol and addresses


def test_the_protocol_is_that_of_the_annotations() -> None:
    found = group(backend_protocol="HTTPS", backend_protocol_version="HTTP2")
    assert (found.protocol, found.protocol_version, found.health_check.protocol) == ("HTTPS", "HTTP2", "HTTPS")


@pytest.mark.parametrize(
    ("name", "text", "event"),
    [
        ("backend-protocol", "TCP", "backend protocol must be within [HTTP, HTTPS]: TCP"),
        ("backend-protocol-version", "HTTP3", "backend protocol version must be within [HTTP1, HTTP2, GRPC]: HTTP3"),
        ("target-type", "pod", "unknown targetType: pod"),
        ("healthcheck-protocol", "TCP", "healthCheckProtocol must be within [HTTP, HTTPS]"),
        ("target-group-attributes", "a", f"failed to parse stringMap annotation, {PREFIX}target-group-attributes: a"),
    ],
)
def test_an_unknown_value_is_refused_in_the_words_of_the_controller(name: str, text: str, event: str) -> None:
    (problem,) = plan([ingress("/", said={name: text})]).problems
    assert (problem.id, problem.event) == ("EKI201", event)


@pytest.mark.parametrize(("families", "expected"), [(["IPv4"], "ipv4"), (["IPv6"], "ipv6"), (["IPv4", "IPv6"], "ipv6")])
def test_targets_have_the_addresses_of_their_service(families: list[str], expected: str) -> None:
    assert group(service(ipFamilies=families), ip_address_type="dualstack").ip_address_type == expected


def test_a_service_with_ipv6_behind_a_load_balancer_without_is_refused() -> None:
    assert refused(ingress("/"), service(ipFamilies=["IPv6"])) == [
        (
            "Ingress shop/web: Service shop/web has IPv6, and the load balancer has only IPv4.",
            "Write `ip-address-type: dualstack`, or make the Service IPv4 only.",
            source(),
        )
    ]


# Health check


def test_what_is_said_of_the_health_check_stands_in_the_target_group() -> None:
    assert group(
        success_codes="200-299",
        healthcheck_path="/healthz",
        healthcheck_port="traffic-port",
        healthcheck_protocol="HTTPS",
        healthcheck_interval_seconds="30",
        healthcheck_timeout_seconds="+5",
        healthy_threshold_count="03",
        unhealthy_threshold_count="4",
    ).health_check == HealthCheck(
        port="traffic-port",
        protocol="HTTPS",
        path="/healthz",
        success_codes="200-299",
        interval=30,
        timeout=5,
        healthy_threshold=3,
        unhealthy_threshold=4,
    )


def test_targets_that_speak_grpc_are_checked_in_grpc() -> None:
    assert group(backend_protocol_version="GRPC").health_check == HealthCheck(
        "traffic-port", "HTTP", "/AWS.ALB/healthcheck", "12", 15, 5, 2, 2
    )


METRICS = {"port": 9100, "name": "metrics", "targetPort": 9101, "nodePort": 30101}


@pytest.mark.parametrize(
    ("text", "target_type", "expected"),
    [
        ("traffic-port", "ip", "traffic-port"),
        ("8081", "ip", 8081),
        ("8081", "instance", 8081),
        ("metrics", "ip", 9101),
        ("metrics", "instance", 30101),
        (TOKEN, "ip", TOKEN),
    ],
)
def test_the_port_of_the_health_check_is_a_number_or_a_port_of_the_service(
    text: str, target_type: str, expected: int | str
) -> None:
    found = group(service("web", NODE_PORT, METRICS, type="NodePort"), healthcheck_port=text, target_type=target_type)
    assert found.health_check.port == expected


def test_a_named_port_of_a_service_that_is_elsewhere_is_a_placeholder() -> None:
    assert group(healthcheck_port="metrics").health_check.port == "${target port of shop/web:metrics}"


@pytest.mark.parametrize(
    ("ports", "reason"),
    [
        ([{"port": 80}], "the health check is on port 'metrics', and Service shop/web has no port of that name."),
        (
            [{"port": 80}, {"port": 81, "name": "metrics", "targetPort": "stats"}],
            "the health check is on port 'metrics' of Service shop/web, whose target port has a name as well: 'stats'.",
        ),
    ],
)
def test_a_port_of_the_health_check_that_cannot_be_found_is_refused(ports: list[dict[str, Any]], reason: str) -> None:
    (problem,) = plan([ingress("/", said={"healthcheck-port": "metrics"}), service("web", *ports)]).problems
    assert (problem.id, problem.reason) == ("EKI306", f"Ingress shop/web: {reason}")


# What a Service says


def test_what_a_service_says_goes_before_what_its_ingress_says() -> None:
    said = {"healthcheck-path": "/up", "target-type": "instance", "backend-protocol": "HTTPS"}
    found = group(service("web", NODE_PORT, said=said), healthcheck_path="/", target_type="ip", healthcheck_timeout_seconds="7")
    assert (found.health_check.path, found.target_type, found.protocol, found.health_check.timeout) == (
        "/up",
        "instance",
        "HTTPS",
        7,
    )


def test_what_a_service_says_is_for_its_own_target_group() -> None:
    made = ingress(rule(path("/a", to="a:80"), path("/b", to="b:80")))
    found = balancer(made, service("a", said={"healthcheck-path": "/up"}), service("b"))
    assert [x.health_check.path for x in found.target_groups] == ["/up", "/"]


def test_attributes_of_a_service_count_as_a_whole_and_tags_by_key() -> None:
    said = {"target-group-attributes": "slow_start.duration_seconds=30", "tags": "team=web,stage=beta"}
    found = group(service(said=said), target_group_attributes="deregistration_delay.timeout_seconds=5", tags="team=shop,cost=1")
    assert found.attributes == (("slow_start.duration_seconds", "30"),)
    assert found.tags == (("cost", "1"), ("stage", "beta"), ("team", "web"))


def test_a_class_decides_the_target_type_of_a_service() -> None:
    made = [*of_class({"targetType": "ip"}), ingress("/", class_name="public"), service(said=INSTANCE)]
    assert [x.target_type for x in balancer(*made).target_groups] == ["ip"]


def test_what_a_service_says_wrong_is_told_of_the_service() -> None:
    key = f"{PREFIX}healthcheck-timeout-seconds"
    there = source("service")
    made = service(said={"healthcheck-timeout-seconds": "5s"})
    known = Manifest(made.body, made.source, {("metadata", "annotations", key): there})
    assert refused(ingress("/"), known) == [
        (f"Service shop/web: annotation {key} is '5s', and must be a whole number of 32 bits.", "Correct the value.", there)
    ]


# Control port and what registers targets


def test_a_control_port_is_that_of_the_service_and_its_port() -> None:
    said: dict[str, Any] = {
        "target-control-port.web.80": "3000",
        "target-control-port.web.81": "3001",
        "target-control-port.api.80": "3002",
    }
    found = group(service(), **said)
    assert found.control_port == 3000
    assert found.binding is not None
    assert found.binding.open_ports == (80, 3000)


def test_a_control_port_of_nodes_is_refused() -> None:
    made = ingress("/", said={**INSTANCE, "target-control-port.web.80": "3000"})
    assert [reason for reason, _, _ in refused(made, service("web", NODE_PORT))] == [
        "Ingress shop/web: a control port is written for Service shop/web, whose targets are nodes."
    ]


@pytest.mark.parametrize(
    ("port", "said", "expected"),
    [
        ({"port": 80, "targetPort": 8080}, {}, (8080,)),
        ({"port": 80, "targetPort": "http"}, {}, ("http",)),
        ({"port": 80}, {"healthcheck-port": "8081"}, (80, 8081)),
        (NODE_PORT, INSTANCE, (30080,)),
        ({"port": 80}, {"security-groups": "sg-1"}, None),
        ({"port": 80}, {"security-groups": "sg-1", "manage-backend-security-group-rules": "true"}, (80,)),
    ],
)
def test_targets_let_the_load_balancer_in_on_the_ports_that_are_needed(
    port: dict[str, Any], said: dict[str, Any], expected: tuple[int | str, ...] | None
) -> None:
    binding = group(service("web", port), **said).binding
    assert binding is not None
    assert binding.open_ports == expected


def test_targets_may_let_the_load_balancer_in_on_all_ports() -> None:
    binding = group(service(), flags=replace(FLAGS, restricts_ports=False)).binding
    assert binding is not None
    assert binding.open_ports == ()


def test_nodes_are_registered_by_their_labels() -> None:
    labels: dict[str, Any] = {"target-node-labels": "zone=b,kind=web"}
    nodes, pods = group(service("web", NODE_PORT), **labels, **INSTANCE).binding, group(service(), **labels).binding
    assert nodes is not None
    assert pods is not None
    assert (nodes.node_labels, pods.node_labels) == ((("kind", "web"), ("zone", "b")), ())


MULTI = {"multi-cluster-target-group": "true"}
SINGLE = {"multi-cluster-target-group": "false"}


@pytest.mark.parametrize(
    ("of_ingress", "of_service", "expected"),
    [({}, {}, False), (MULTI, {}, True), ({}, MULTI, True), (MULTI, SINGLE, True), (SINGLE, MULTI, True), (SINGLE, {}, False)],
)
def test_ingress_or_service_says_that_other_clusters_register_targets_too(
    of_ingress: dict[str, Any], of_service: dict[str, str], expected: bool
) -> None:
    binding = group(service(said=of_service), **of_ingress).binding
    assert binding is not None
    assert binding.multi_cluster is expected
