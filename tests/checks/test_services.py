from __future__ import annotations

from dataclasses import replace

import pytest

from eks_ingress.manifests.manifest import Manifest
from tests.checks.objects import FLAGS, NLB, Case, findings, messages, nlb, service

DNS = [{"name": "tcp", "port": 53}, {"name": "udp", "port": 53, "protocol": "UDP"}]


CASES = {
    "EKI344": Case(
        nlb({}, ports=DNS),
        nlb({"enable-tcp-udp-listener": "true"}, ports=DNS),
        "port 53 is that of tcp (TCP), udp (UDP).",
    ),
    "EKI345": Case(
        service(said={f"{NLB}type": "external"}, type="LoadBalancer"),
        service(said={f"{NLB}type": "external"}, type="LoadBalancer", loadBalancerClass="service.k8s.aws/nlb"),
        f"{NLB}nlb-target-type is not there.",
    ),
    "EKI376": Case(
        service(said={f"{NLB}scheme": "internal"}),
        service(said={f"{NLB}scheme": "internal"}, type="LoadBalancer"),
        f"{NLB}scheme: the Service is of the type ClusterIP.",
    ),
    "EKI384": Case(
        service(said={f"{NLB}type": "nlb", f"{NLB}nlb-target-type": "ip"}, type="LoadBalancer"),
        service(said={f"{NLB}type": "nlb", f"{NLB}nlb-target-type": "instance"}, type="LoadBalancer"),
        f"{NLB}nlb-target-type is ip, and aws-load-balancer-type is nlb.",
    ),
    "EKI347": Case(
        nlb({"ssl-ports": "web"}),
        nlb({"ssl-ports": "web", "ssl-cert": "arn:a"}),
        f"{NLB}ssl-ports is there, and no aws-load-balancer-ssl-cert.",
    ),
}


@pytest.mark.parametrize("id", CASES)
def test_it_is_found_and_what_is_near_is_not(id: str) -> None:
    CASES[id].hold(id)


@pytest.mark.parametrize(
    "made",
    [
        service(said={f"{NLB}proxy-protocol": "true"}, type="LoadBalancer"),
        service(said={f"{NLB}proxy-protocol": "true", f"{NLB}type": "external"}, loadBalancerClass="other/class"),
        service(said={f"{NLB}proxy-protocol": "true", f"{NLB}type": "nlb"}),
    ],
)
def test_a_service_of_another_controller_is_not_looked_at(made: Manifest) -> None:
    assert findings(made) == []


@pytest.mark.parametrize("text", ["${Token[T.1]}", "1"])
def test_ports_may_be_merged(text: str) -> None:
    assert messages("EKI344", nlb({"enable-tcp-udp-listener": text}, ports=DNS)) == []


def test_a_target_type_that_there_is_not_is_none() -> None:
    made = service(said={f"{NLB}type": "external", f"{NLB}nlb-target-type": "pods"}, type="LoadBalancer")
    assert messages("EKI345", made) == [f"{NLB}nlb-target-type is 'pods'."]
    made = service(said={f"{NLB}type": "external", f"{NLB}nlb-target-type": "${Token[T.1]}"}, type="LoadBalancer")
    assert messages("EKI345", made) == []


@pytest.mark.parametrize("said", [{"type": "external"}, {"type": "nlb", "nlb-target-type": "ip"}])
def test_a_new_service_is_the_controllers_where_its_webhook_takes_it(said: dict[str, str]) -> None:
    made = service(said={NLB + key: text for key, text in said.items()}, type="LoadBalancer")
    assert len(findings(made)) == 1
    assert findings(made, flags=replace(FLAGS, takes_new_services=True)) == []


@pytest.mark.parametrize(
    "made",
    [
        service(said={f"{NLB}scheme": "internal"}, type="${Token[T.1]}"),
        service(said={f"{NLB}quic-enabled-containers": "web"}),
        service(said={"service.beta.kubernetes.io/azure-load-balancer-internal": "true"}),
        nlb({}, type="NodePort"),
    ],
)
def test_a_service_may_have_annotations_of_others_or_become_balanced(made: Manifest) -> None:
    assert messages("EKI376", made) == []


def test_a_service_that_the_controller_does_not_look_at_is_no_concern() -> None:
    made = service(said={f"{NLB}scheme": "internal"})
    assert messages("EKI376", made, flags=replace(FLAGS, watch_namespace="other")) == []


def test_an_internal_load_balancer_of_kubernetes_is_said_in_its_own_way() -> None:
    said = {f"{NLB}type": "nlb", f"{NLB}scheme": "internal"}
    assert messages("EKI384", service(said=said, type="LoadBalancer")) == [
        f"{NLB}scheme is internal, and aws-load-balancer-type is nlb."
    ]
    assert messages("EKI384", service(said={**said, f"{NLB}internal": "true"}, type="LoadBalancer")) == []
