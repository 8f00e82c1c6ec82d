"""Checks of Ingresses that find the same in Services with a network load balancer."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from eks_ingress.checks.check import WARNING
from eks_ingress.checks.version import too_young
from eks_ingress.manifests.manifest import Manifest
from eks_ingress.plan.facts import CertificateFact, Facts
from eks_ingress.source import Source
from tests.checks.objects import FLAGS, NLB, Case, findings, made, messages, nlb, service
from tests.plan.objects import PREFIX, ingress

OF_SERVICES = "service.beta.kubernetes.io/"
ARN = "arn:aws:acm:eu-west-1:111122223333:certificate/a"
CERT = {"ssl-cert": ARN}
GROUPS = {"security-groups": "sg-1"}
MANAGE = "manage-backend-security-group-rules"
RANGES = f"{OF_SERVICES}load-balancer-source-ranges"
NODES = {"nlb-target-type": "instance"}
TOKEN = "${Token[T.1]}"


def ports(number: int) -> list[dict[str, Any]]:
    """That many ports of a Service."""
    return [{"name": f"p{port}", "port": port} for port in range(1, number + 1)]


def action(targets: int, base: int = 1, **more: Any) -> str:
    """An action that divides connections among a Service and others."""
    groups = [{"targetGroupARN": f"arn:aws:{target}", "weight": 1, **more} for target in range(targets)]
    return json.dumps({"type": "forward", "forwardConfig": {"baseServiceWeight": base, "targetGroups": groups}})


ACTION = f"{OF_SERVICES}actions.TCP-80"

CASES = [
    (
        "EKI113",
        Case(
            nlb({ACTION: action(1, wieght=1)}),
            nlb({ACTION: action(1)}),
            f"{ACTION} has the key 'wieght' in forwardConfig.targetGroups[0], which the controller does not know.",
        ),
    ),
    (
        "EKI119",
        Case(nlb({ACTION: action(1, 1000)}), nlb({ACTION: action(1, 999)}), f"{ACTION} has the baseServiceWeight 1000."),
    ),
    (
        "EKI202",
        Case(
            nlb({"enable-tcp-udp-listener": "yes"}),
            nlb({"enable-tcp-udp-listener": "1"}),
            f"{NLB}enable-tcp-udp-listener is 'yes'.",
        ),
    ),
    (
        "EKI202",
        Case(
            nlb({"enable-icmp-for-path-mtu-discovery": "true"}),
            nlb({"enable-icmp-for-path-mtu-discovery": "on"}),
            f"{NLB}enable-icmp-for-path-mtu-discovery is 'true'.",
        ),
    ),
    (
        "EKI218",
        Case(
            nlb({**CERT, "listener-attributes.TCP-80": "tcp.idle_timeout.seconds=60"}),
            nlb({"listener-attributes.TCP-80": "tcp.idle_timeout.seconds=60"}),
            f"{NLB}listener-attributes.TCP-80 is for TCP-80; the Service has TLS-80.",
        ),
    ),
    (
        "EKI218",
        Case(
            nlb({f"{OF_SERVICES}actions.TCP-81": action(1)}),
            nlb({ACTION: action(1)}),
            f"{OF_SERVICES}actions.TCP-81 is for TCP-81; the Service has TCP-80.",
        ),
    ),
    (
        "EKI219",
        Case(
            nlb(CERT),
            nlb({"ssl-cert": f"{ARN}b"}),
            f"certificate {ARN} has the status EXPIRED.",
            facts=Facts(certificates=[CertificateFact(ARN, status="EXPIRED"), CertificateFact(f"{ARN}b")]),
        ),
    ),
    (
        "EKI241",
        Case(
            nlb({"target-type": "ip"}),
            nlb({f"{OF_SERVICES}azure-load-balancer-internal": "true"}),
            f"{NLB}target-type is not known.",
        ),
    ),
    (
        "EKI242",
        Case(
            [nlb({f"{PREFIX}healthcheck-path": "/"})],
            [nlb({f"{PREFIX}healthcheck-path": "/"}), ingress("/")],
            f"{PREFIX}healthcheck-path has no effect on a Service that no Ingress leads to.",
        ),
    ),
    (
        "EKI242",
        Case(
            nlb({"quic-enabled-containers": "web"}),
            made("Pod", "web", metadata={"name": "web", "annotations": {f"{NLB}quic-enabled-containers": "web"}}),
            f"{NLB}quic-enabled-containers has no effect on a Service.",
        ),
    ),
    (
        "EKI247",
        Case(
            nlb({"additional-resource-tags": "aws:team=a"}),
            nlb({"additional-resource-tags": "team=a"}),
            f"{NLB}additional-resource-tags: key in tags 'aws:team' is a tag of AWS' or of the controller's own.",
        ),
    ),
    (
        "EKI249",
        Case(
            nlb({"name": "internal-mqtt"}),
            nlb({"name": "mqtt"}),
            "name 'internal-mqtt' begins with 'internal-', which AWS keeps for itself.",
        ),
    ),
    (
        "EKI304",
        Case(
            nlb({}, selector=None),
            nlb(NODES, selector=None),
            "Service shop/web has no selector, and its target group stays empty.",
        ),
    ),
    (
        "EKI307",
        Case(
            nlb({**NODES, "healthcheck-port": "8080"}),
            nlb({"healthcheck-port": "8080"}),
            "the health check is on port 8080, which pods of Service shop/web have.",
        ),
    ),
    (
        "EKI308",
        Case(
            nlb({"healthcheck-interval": "4", "healthcheck-timeout": "4"}),
            nlb({"healthcheck-interval": "5", "healthcheck-timeout": "5"}),
            "the interval of the health check is 4, and AWS takes 5 to 300.",
        ),
    ),
    (
        "EKI313",
        Case(nlb(GROUPS), nlb({**GROUPS, MANAGE: "false"}), "nothing lets sg-1 into the targets."),
    ),
    (
        "EKI314",
        Case(
            nlb({**GROUPS, RANGES: "10.0.0.0/8"}),
            nlb({RANGES: "10.0.0.0/8"}),
            f"{RANGES} has no effect beside aws-load-balancer-security-groups.",
        ),
    ),
    (
        "EKI320",
        Case(
            nlb({MANAGE: "false"}),
            nlb({MANAGE: "false", "disable-nlb-sg": "true"}),
            f"{NLB}{MANAGE} is 'false', and there is no aws-load-balancer-security-groups.",
        ),
    ),
    (
        "EKI321",
        Case(
            nlb({"target-node-labels": "pool=web"}),
            nlb({"target-node-labels": "pool=web", **NODES}),
            f"{NLB}target-node-labels has no effect: the targets are pods.",
        ),
    ),
    (
        "EKI333",
        Case(
            nlb({"attributes": "deletion_protection.enabled=true"}),
            nlb({"attributes": "deletion_protection.enabled=false"}),
            "its load balancer cannot be deleted.",
            WARNING,
        ),
    ),
    (
        "EKI380",
        Case(nlb({"ssl-cert": "shop.example.com"}), nlb(CERT), f"{NLB}ssl-cert holds 'shop.example.com'."),
    ),
    (
        "EKI402",
        Case(
            nlb({"ssl-cert": ",".join(f"{ARN}{number}" for number in range(27))}),
            nlb({"ssl-cert": ",".join(f"{ARN}{number}" for number in range(26))}),
            "load balancer shop/web has 26 certificates beside the default, and AWS takes 25.",
        ),
    ),
    (
        "EKI403",
        Case(
            nlb({}, ports=ports(51)),
            nlb({}, ports=ports(50)),
            "load balancer shop/web has 51 listeners, and AWS takes 50.",
        ),
    ),
    (
        "EKI406",
        Case(
            nlb({ACTION: action(5)}),
            nlb({ACTION: action(4)}),
            f"{ACTION} leads to 6 target groups, that of the Service included, and AWS takes 5.",
        ),
    ),
    (
        "EKI408",
        Case(
            nlb({"security-groups": "sg-1,sg-2,sg-3,sg-4,sg-5", MANAGE: "true"}),
            nlb({"security-groups": "sg-1,sg-2,sg-3,sg-4,sg-5", MANAGE: "false"}),
            "load balancer shop/web has 6 security groups, and AWS takes 5.",
        ),
    ),
]


@pytest.mark.parametrize(("id", "case"), CASES, ids=[f"{check}-{number}" for number, (check, _) in enumerate(CASES)])
def test_it_is_found_of_a_service_and_what_is_near_is_not(id: str, case: Case) -> None:
    case.hold(id)


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("aws-load-balancer-target-type", "Did you mean {}aws-load-balancer-nlb-target-type?"),
        ("aws-load-balancer-ssl-certs", "Did you mean {}aws-load-balancer-ssl-cert?"),
        ("aws-load-balancer-listner-attributes.TCP-80", "Did you mean {}aws-load-balancer-listener-attributes.TCP-80?"),
        ("load-balancer-source-range", "Did you mean {}load-balancer-source-ranges?"),
        ("aws-load-balancer-extra-security-groups", "Name all of them in aws-load-balancer-security-groups."),
    ],
)
def test_an_annotation_that_is_not_read_is_told_with_what_to_write(name: str, remedy: str) -> None:
    found = [x.remedy for x in findings(nlb({OF_SERVICES + name: "a=b"})) if x.id == "EKI241"]
    assert found == [remedy.format(OF_SERVICES)]


@pytest.mark.parametrize(
    "name",
    [
        "azure-load-balancer-internal",
        "azure-load-balancer-additional-public-ips",
        "openstack-internal-load-balancer",
        "do-loadbalancer-name",
        "oci-load-balancer-internal",
        "linode-loadbalancer-default-protocol",
        "ibm-load-balancer-cloud-provider-ip-type",
        "load-balancer-ip",
        "external-traffic",
    ],
)
def test_annotations_of_other_clouds_are_not_looked_at(name: str) -> None:
    assert messages("EKI241", nlb({OF_SERVICES + name: "true"})) == []


def test_a_misspelt_annotation_of_a_service_of_others_is_theirs() -> None:
    assert messages("EKI241", service(said={f"{NLB}target-type": "ip"}, type="LoadBalancer")) == []


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ({"healthcheck-timeout": "11"}, ["the interval of the health check, 10 seconds, is shorter than its timeout, 11"]),
        ({"healthcheck-timeout": "10"}, []),
        ({"healthcheck-healthy-threshold": "1"}, ["the healthy threshold of the health check is 1, and AWS takes 2 to 10"]),
        ({"healthcheck-success-codes": "200-599"}, []),
        ({"healthcheck-success-codes": "200-600"}, ["success-codes are '200-600', and AWS takes status codes from 200 to 599"]),
        ({"healthcheck-path": "healthz"}, ["the path of the health check, 'healthz', does not begin with '/', or is too long"]),
        ({"healthcheck-path": TOKEN, "healthcheck-interval": TOKEN, "healthcheck-timeout": "11"}, []),
    ],
)
def test_a_health_check_has_what_aws_takes(said: dict[str, str], found: list[str]) -> None:
    assert messages("EKI308", nlb({"healthcheck-protocol": "HTTP", **said})) == [f"{message}." for message in found]


def test_a_health_check_of_all_ports_is_told_once() -> None:
    assert len(messages("EKI308", nlb({"healthcheck-unhealthy-threshold": "11"}, ports=ports(3)))) == 1


def test_ranges_of_the_spec_have_no_effect_beside_security_groups_either() -> None:
    found = messages("EKI314", nlb({**GROUPS, RANGES: "10.0.0.0/8"}, loadBalancerSourceRanges=["10.0.0.0/8"]))
    assert found == ["loadBalancerSourceRanges has no effect beside aws-load-balancer-security-groups."]


def test_what_stands_in_the_spec_is_told_where_it_stands() -> None:
    written = nlb(GROUPS, loadBalancerSourceRanges=["10.0.0.0/8"])
    place = Source(file="web.yaml", line=9)
    written = replace(written, parts={("spec", "loadBalancerSourceRanges"): place})
    assert [x.source for x in findings(written) if x.id == "EKI314"] == [place]


def test_a_controller_that_opens_targets_anyway_is_well() -> None:
    assert messages("EKI313", nlb(GROUPS), flags=replace(FLAGS, manage_backend_rules=True)) == []


@pytest.mark.parametrize("unknown", ["ssl-cert", "ssl-ports", "quic-enabled-ports", "enable-tcp-udp-listener"])
def test_a_listener_that_may_become_another_may_be_the_one(unknown: str) -> None:
    said = {**CERT, unknown: TOKEN, "listener-attributes.TCP-80": "tcp.idle_timeout.seconds=60"}
    assert messages("EKI218", nlb(said)) == []


def test_the_listener_of_the_same_port_is_named() -> None:
    said = {**CERT, "listener-attributes.TCP-80": "tcp.idle_timeout.seconds=60"}
    assert [x.remedy for x in findings(nlb(said)) if x.id == "EKI218"] == ["Write TLS-80, with the protocol that the listener has."]


@pytest.mark.parametrize("kind", ["Deployment", "IngressClass", "Pod"])
def test_an_annotation_for_services_has_no_effect_on_other_kinds(kind: str) -> None:
    metadata = {"name": "web", "namespace": "shop", "annotations": {f"{NLB}scheme": "internal"}}
    assert messages("EKI242", made(kind, "web", metadata=metadata)) == [
        f"{NLB}scheme has no effect on an object of the kind {kind}."
    ]


def test_what_makes_services_may_hand_its_annotations_on() -> None:
    metadata = {"name": "web", "namespace": "shop", "annotations": {f"{NLB}scheme": "internal"}}
    assert messages("EKI242", made("Gateway", "web", metadata=metadata)) == []


def test_a_service_to_which_an_action_leads_is_behind_an_ingress() -> None:
    target = {"serviceName": "web", "servicePort": "80"}
    said = {"actions.go": {"type": "forward", "forwardConfig": {"targetGroups": [target]}}}
    path = {"path": "/", "pathType": "Prefix", "backend": {"service": {"name": "go", "port": {"name": "use-annotation"}}}}
    behind = ingress({"http": {"paths": [path]}}, name="front", said=said)
    assert messages("EKI242", nlb({f"{PREFIX}healthcheck-path": "/"}), behind) == []


@pytest.mark.parametrize("arn", [TOKEN, "arn:aws:iam::111122223333:server-certificate/a"])
def test_certificates_of_iam_have_arns_too(arn: str) -> None:
    assert messages("EKI380", nlb({"ssl-cert": arn})) == []


def test_an_annotation_of_a_service_may_be_younger_than_the_controller() -> None:
    def told(since: str, manifest: Manifest) -> list[str]:
        return [problem.reason for problem in too_young([manifest], "2.17.1", lambda version: version != since)]

    made = nlb({"quic-enabled-ports": "443", f"{OF_SERVICES}actions.TCP-80": action(1)})
    assert told("2.15.0", made) == [f"{NLB}quic-enabled-ports came with controller 2.15.0; 2.17.1 would ignore it."]
    assert told("2.16.0", made) == [f"{ACTION} came with controller 2.16.0; 2.17.1 would ignore it."]
