from __future__ import annotations

from typing import Any

import pytest

from tests.checks.objects import SECURE, Case, findings, messages, service
from tests.plan.objects import ingress, path, rule

NODES = {"target-type": "instance"}
NODE_PORT = [{"port": 80, "targetPort": 8080, "nodePort": 30080}]

CASES = {
    "EKI304": Case(
        [service(selector=None), ingress("/")],
        [service(), ingress("/")],
        "Service shop/web has no selector, and its target group stays empty.",
    ),
    "EKI307": Case(
        [service(type="NodePort", ports=NODE_PORT), ingress("/", said={**NODES, "healthcheck-port": "8080"})],
        [service(type="NodePort", ports=NODE_PORT), ingress("/", said={**NODES, "healthcheck-port": "30080"})],
        "the health check is on port 8080, which pods of Service shop/web have.",
    ),
    "EKI308": Case(
        ingress("/", said={"healthcheck-timeout-seconds": "15"}),
        ingress("/", said={"healthcheck-timeout-seconds": "14"}),
        "the interval of the health check, 15 seconds, is not longer than its timeout, 15.",
    ),
    "EKI321": Case(
        ingress("/", said={"target-node-labels": "pool=web"}),
        ingress("/", said={"target-node-labels": "pool=web", **NODES}),
        "alb.ingress.kubernetes.io/target-node-labels has no effect: the targets are pods.",
    ),
}


@pytest.mark.parametrize("id", CASES)
def test_it_is_found_and_what_is_near_is_not(id: str) -> None:
    CASES[id].hold(id)


def test_a_name_elsewhere_has_no_pods() -> None:
    made = service(type="ExternalName", externalName="a.example.com")
    assert messages("EKI304", made, ingress("/")) == [
        "Service shop/web is of the type ExternalName, and its target group stays empty."
    ]


def test_nodes_lead_on_to_whatever_a_service_has() -> None:
    assert findings(service(selector=None, type="NodePort", ports=NODE_PORT), ingress("/", said=NODES)) == []


@pytest.mark.parametrize(
    ("port", "said"), [("traffic-port", NODES), ("9000", NODES), ("http", NODES), ("8080", {"target-type": "ip"})]
)
def test_a_health_check_on_another_port_is_well(port: str, said: dict[str, str]) -> None:
    made = service(type="NodePort", ports=[{**NODE_PORT[0], "name": "http"}])
    assert messages("EKI307", made, ingress("/", said={**said, "healthcheck-port": port})) == []


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ({"healthcheck-interval-seconds": "300"}, []),
        ({"healthcheck-interval-seconds": "301"}, ["the interval of the health check is 301, and AWS takes 5 to 300."]),
        (
            {"healthcheck-interval-seconds": "4"},
            [
                "the interval of the health check is 4, and AWS takes 5 to 300.",
                "the interval of the health check, 4 seconds, is not longer than its timeout, 5.",
            ],
        ),
        ({"healthcheck-timeout-seconds": "1"}, ["the timeout of the health check is 1, and AWS takes 2 to 120."]),
        ({"healthy-threshold-count": "1"}, ["the healthy threshold of the health check is 1, and AWS takes 2 to 10."]),
        ({"unhealthy-threshold-count": "11"}, ["the unhealthy threshold of the health check is 11, and AWS takes 2 to 10."]),
        (
            {"healthcheck-path": "healthz"},
            ["the path of the health check, 'healthz', does not begin with '/', or is too long."],
        ),
        ({"healthcheck-path": "/" + "a" * 1023}, []),
        ({"success-codes": "200-399,404"}, []),
        ({"success-codes": "200-599"}, ["success-codes are '200-599', and AWS takes status codes from 200 to 499."]),
        ({"success-codes": "0-99"}, ["success-codes are '0-99', and AWS takes status codes from 200 to 499."]),
        ({"success-codes": "0-99", "backend-protocol-version": "GRPC", **SECURE}, []),
        (
            {"success-codes": "200", "backend-protocol-version": "GRPC", **SECURE},
            ["success-codes are '200', and AWS takes codes of gRPC from 0 to 99."],
        ),
        ({"backend-protocol-version": "GRPC", **SECURE}, []),
        ({"healthcheck-timeout-seconds": "20", "healthcheck-interval-seconds": "${Token[I.1]}"}, []),
        ({"healthcheck-path": "${Token[P.1]}", "success-codes": "${Token[C.1]}"}, []),
    ],
)
def test_a_health_check_is_what_aws_takes(said: dict[str, Any], found: list[str]) -> None:
    assert sorted(messages("EKI308", ingress("/", said=said))) == found


def test_a_health_check_is_told_where_it_is_written() -> None:
    made = service(said={"healthcheck-interval-seconds": "4", "healthcheck-timeout-seconds": "3"})
    found = [x for x in findings(made, ingress("/", said={"healthcheck-interval-seconds": "60"})) if x.id == "EKI308"]
    assert [x.object for x in found] == ["Service shop/web"]


def test_the_health_check_of_a_frontend_is_looked_at() -> None:
    said = {"enable-frontend-nlb": "true", "frontend-nlb-healthcheck-interval-seconds": "4"}
    assert messages("EKI308", ingress("/", said=said)) == [
        "the interval of the frontend network load balancer is 4, and AWS takes 5 to 300."
    ]


def test_labels_of_a_service_choose_among_nodes_too() -> None:
    made = service(said={"target-node-labels": "pool=web"})
    (finding,) = [x for x in findings(made, ingress("/")) if x.id == "EKI321"]
    assert finding.object == "Service shop/web"


def test_labels_for_one_of_several_kinds_of_targets_are_well() -> None:
    nodes = service("nodes", type="NodePort", ports=NODE_PORT, said={"target-type": "instance"})
    made = ingress("/", rule(path("/n", to="nodes:80")), said={"target-node-labels": "pool=web"})
    assert messages("EKI321", service(), nodes, made) == []
