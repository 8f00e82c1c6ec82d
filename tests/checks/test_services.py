from __future__ import annotations

import pytest

from eks_ingress.manifests.manifest import Manifest
from tests.checks.objects import NLB, Case, findings, messages, nlb, service

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
