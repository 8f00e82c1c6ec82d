from __future__ import annotations

import pytest

from tests.checks.objects import BOTH, Case, group, messages
from tests.plan.objects import PREFIX, ingress

ON = {"enable-frontend-nlb": "true"}
HTTPS = {"listen-ports": '[{"HTTPS": 443}]', "certificate-arn": "arn:aws:acm:eu-west-1:111122223333:certificate/1"}
CHECK = "frontend-nlb-healthcheck-"
MAPPING = "frontend-nlb-listener-port-mapping"

CASES = {
    "EKI324": Case(
        ingress("/", said={"frontend-nlb-scheme": "internal"}),
        ingress("/", said={"frontend-nlb-scheme": "internal", **ON}),
        "alb.ingress.kubernetes.io/frontend-nlb-scheme has no effect.",
    ),
    "EKI329": Case(
        ingress("/", said={**ON, MAPPING: "8443=443"}),
        ingress("/", said={**ON, MAPPING: "8443=443,8080=80", **BOTH}),
        "alb.ingress.kubernetes.io/frontend-nlb-listener-port-mapping leads 8443 to 443, and Ingress shop/web listens on 80.",
    ),
    "EKI334": Case(
        ingress("/", said={**ON, **HTTPS}),
        ingress("/", said={**ON, **HTTPS, CHECK + "protocol": "HTTPS"}),
        "TCP 443 of the frontend is checked by HTTP on port 443, which is HTTPS.",
    ),
}


@pytest.mark.parametrize("id", CASES)
def test_it_is_found_and_what_is_near_is_not(id: str) -> None:
    CASES[id].hold(id)


def test_another_member_may_ask_for_it() -> None:
    assert messages("EKI324", *group(ON, {"frontend-nlb-scheme": "internal"})) == []


def test_whoever_switches_it_off_knows_that() -> None:
    assert messages("EKI324", ingress("/", said={"frontend-nlb-scheme": "internal", "enable-frontend-nlb": "false"})) == []


def test_each_setting_is_told() -> None:
    said = {"frontend-nlb-scheme": "internal", "frontend-nlb-subnets": "subnet-a,subnet-b"}
    assert messages("EKI324", ingress("/", said=said)) == [f"{PREFIX}{key} has no effect." for key in said]


def test_without_a_frontend_ports_lead_nowhere_anyway() -> None:
    assert messages("EKI329", ingress("/", said={MAPPING: "8443=443"})) == []


def test_a_port_of_another_member_is_none_of_ones_own() -> None:
    assert len(messages("EKI329", *group({**ON, **BOTH}, {MAPPING: "8443=443"}))) == 1


def test_a_check_on_another_port_counts_as_what_listens_there() -> None:
    both = {**ON, **HTTPS, "listen-ports": '[{"HTTP": 80}, {"HTTPS": 443}]'}
    assert messages("EKI334", ingress("/", said={**both, CHECK + "port": "80"})) == []
    assert messages("EKI334", ingress("/", said={**both, CHECK + "port": "443"})) == [
        f"TCP {port} of the frontend is checked by HTTP on port 443, which is HTTPS." for port in (443, 80)
    ]


def test_a_frontend_of_a_plain_listener_may_be_checked_by_http() -> None:
    assert messages("EKI334", ingress("/", said=ON)) == []
