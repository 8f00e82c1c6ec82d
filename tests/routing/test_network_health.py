from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eks_ingress.refusal import Refused
from eks_ingress.routing.network_health import HealthProtocol, NetworkHealthCheck
from tests.routing.cdk import TOKEN
from tests.routing.refusals import refusals

HTTP = HealthProtocol.HTTP


@pytest.mark.parametrize(
    "make",
    [
        NetworkHealthCheck,
        lambda: NetworkHealthCheck(interval=timedelta(seconds=10), timeout=timedelta(seconds=10)),
        lambda: NetworkHealthCheck(interval=timedelta(seconds=5), timeout=timedelta(seconds=5)),
        lambda: NetworkHealthCheck("/healthz", "admin", HealthProtocol.HTTPS, success_codes="200-399,503"),
        lambda: NetworkHealthCheck(port="traffic-port"),
        lambda: NetworkHealthCheck(TOKEN, TOKEN, HTTP, success_codes=TOKEN),
    ],
)
def test_a_check_that_aws_makes_is_taken(make: Callable[[], NetworkHealthCheck]) -> None:
    assert isinstance(make(), NetworkHealthCheck)


NO_EFFECT = "would have no effect: a network load balancer checks by TCP unless it is told otherwise."
SAY_HTTP = "Write `protocol=HealthProtocol.HTTP`, or leave it out."


@pytest.mark.parametrize(
    ("make", "reason", "remedy"),
    [
        (lambda: NetworkHealthCheck("/healthz"), f"health check path '/healthz' {NO_EFFECT}", SAY_HTTP),
        (
            lambda: NetworkHealthCheck(protocol=HealthProtocol.TCP, success_codes="200"),
            f"health check success_codes '200' {NO_EFFECT}",
            SAY_HTTP,
        ),
        (
            lambda: NetworkHealthCheck("healthz", protocol=HTTP),
            "health check path 'healthz' must begin with '/' and have at most 1,024 characters.",
            "Write the path that answers when the target is well: '/healthz'.",
        ),
        (
            lambda: NetworkHealthCheck(interval=timedelta(seconds=5)),
            "health check interval '0:00:05' must not be shorter than its timeout, 0:00:10.",
            "Lengthen `interval` or shorten `timeout`.",
        ),
        (
            lambda: NetworkHealthCheck(timeout=timedelta(seconds=11)),
            "health check interval '0:00:10' must not be shorter than its timeout, 0:00:11.",
            "Lengthen `interval` or shorten `timeout`.",
        ),
        (
            lambda: NetworkHealthCheck(healthy_threshold=1),
            "health check healthy_threshold 1 is out of range.",
            "Write a whole number from 2 to 10.",
        ),
        (
            lambda: NetworkHealthCheck(protocol=HTTP, success_codes="0-99"),
            "health check success_codes '0-99' is not a list of status codes.",
            "Write codes from 200 to 599, single or as ranges: '200,204' or '200-399'.",
        ),
        (
            lambda: NetworkHealthCheck(protocol="TCP"),  # type: ignore[arg-type]
            "protocol 'TCP' is no HealthProtocol.",
            "Write `HealthProtocol.TCP` or `HealthProtocol.HTTP` or `HealthProtocol.HTTPS`.",
        ),
    ],
)
def test_what_would_be_refused_or_passed_over_is_refused(make: Callable[[], object], reason: str, remedy: str) -> None:
    assert refusals(make) == [(reason, remedy)]


@given(st.lists(st.text("0123456789-,", min_size=1, max_size=8), min_size=1, max_size=3).map(",".join))
def test_codes_that_are_taken_are_codes_of_http_in_order(codes: str) -> None:
    try:
        NetworkHealthCheck(protocol=HTTP, success_codes=codes)
    except Refused:
        return
    for entry in codes.split(","):
        ends = [int(code) for code in entry.split("-")]
        assert len(ends) in (1, 2)
        assert 200 <= ends[0] <= ends[-1] <= 599
