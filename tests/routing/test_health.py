from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from eks_ingress.routing.health import HealthCheck
from tests.routing.refusals import reasons, refusals

TOKEN = "${Token[TOKEN.12]}"


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


@pytest.mark.parametrize(
    "check",
    [
        HealthCheck(),
        HealthCheck(path="/"),
        HealthCheck(path="/" + "a" * 1023),
        HealthCheck(path="/healthz?full=1"),
        HealthCheck(port=1),
        HealthCheck(port=65535),
        HealthCheck(port="traffic-port"),
        HealthCheck(port="http"),
        HealthCheck(interval=seconds(6)),
        HealthCheck(interval=seconds(5), timeout=seconds(4)),
        HealthCheck(interval=seconds(300)),
        HealthCheck(timeout=seconds(2)),
        HealthCheck(timeout=seconds(14)),
        HealthCheck(interval=seconds(121), timeout=seconds(120)),
        HealthCheck(interval=timedelta(minutes=5)),
        HealthCheck(healthy_threshold=2, unhealthy_threshold=10),
        HealthCheck(healthy_threshold=10, unhealthy_threshold=2),
        HealthCheck(success_codes="200"),
        HealthCheck(success_codes="200,204"),
        HealthCheck(success_codes="200-499"),
        HealthCheck(success_codes="200-200,301"),
    ],
)
def test_a_health_check_at_the_edge_of_its_ranges_is_taken(check: HealthCheck) -> None:
    assert isinstance(check, HealthCheck)


@pytest.mark.parametrize("path", ["", "healthz", "http://a/", "/" + "a" * 1024])
def test_a_path_without_slash_or_too_long_is_refused(path: str) -> None:
    assert refusals(lambda: HealthCheck(path=path)) == [
        (
            f"health check path {path!r} must begin with '/' and have at most 1,024 characters.",
            "Write the path that answers when the target is well: '/healthz'.",
        )
    ]


@pytest.mark.parametrize("port", [0, 65536])
def test_a_port_out_of_range_is_refused(port: int) -> None:
    assert refusals(lambda: HealthCheck(port=port)) == [
        (f"health check port {port} is out of range.", "Write a port from 1 to 65535.")
    ]


@pytest.mark.parametrize(
    ("make", "reason", "remedy"),
    [
        (
            lambda: HealthCheck(interval=seconds(4), timeout=seconds(2)),
            "health check interval '0:00:04' must be a datetime.timedelta or a Duration of 5 s to 300 s, in whole seconds.",
            "Write timedelta(seconds=5) or longer, up to timedelta(seconds=300).",
        ),
        (
            lambda: HealthCheck(interval=seconds(301)),
            "health check interval '0:05:01' must be a datetime.timedelta or a Duration of 5 s to 300 s, in whole seconds.",
            "Write timedelta(seconds=5) or longer, up to timedelta(seconds=300).",
        ),
        (
            lambda: HealthCheck(interval=seconds(10.5)),
            "health check interval '0:00:10.500000' must be a datetime.timedelta or a Duration of 5 s to 300 s, in whole seconds.",
            "Write timedelta(seconds=5) or longer, up to timedelta(seconds=300).",
        ),
        (
            lambda: HealthCheck(interval=30),  # type: ignore[arg-type]
            "health check interval 30 must be a datetime.timedelta or a Duration of 5 s to 300 s, in whole seconds.",
            "Write timedelta(seconds=5) or longer, up to timedelta(seconds=300).",
        ),
        (
            lambda: HealthCheck(timeout=seconds(1)),
            "health check timeout '0:00:01' must be a datetime.timedelta or a Duration of 2 s to 120 s, in whole seconds.",
            "Write timedelta(seconds=2) or longer, up to timedelta(seconds=120).",
        ),
        (
            lambda: HealthCheck(interval=seconds(300), timeout=seconds(121)),
            "health check timeout '0:02:01' must be a datetime.timedelta or a Duration of 2 s to 120 s, in whole seconds.",
            "Write timedelta(seconds=2) or longer, up to timedelta(seconds=120).",
        ),
        (
            lambda: HealthCheck(interval=seconds(10), timeout=seconds(10)),
            "health check interval '0:00:10' must be longer than its timeout, 0:00:10.",
            "Lengthen `interval` or shorten `timeout`.",
        ),
        (
            lambda: HealthCheck(interval=seconds(5)),
            "health check interval '0:00:05' must be longer than its timeout, 0:00:05.",
            "Lengthen `interval` or shorten `timeout`.",
        ),
        (
            lambda: HealthCheck(timeout=seconds(15)),
            "health check interval '0:00:15' must be longer than its timeout, 0:00:15.",
            "Lengthen `interval` or shorten `timeout`.",
        ),
        (
            lambda: HealthCheck(healthy_threshold=1),
            "health check healthy_threshold 1 is out of range.",
            "Write a whole number from 2 to 10.",
        ),
        (
            lambda: HealthCheck(unhealthy_threshold=11),
            "health check unhealthy_threshold 11 is out of range.",
            "Write a whole number from 2 to 10.",
        ),
    ],
)
def test_a_refused_health_check_says_why_and_what_to_write(make: Callable[[], HealthCheck], reason: str, remedy: str) -> None:
    assert refusals(make) == [(reason, remedy)]


@pytest.mark.parametrize(
    "codes",
    [
        "",
        "199",
        "500",
        "200-500",
        "399-200",
        "200-",
        "-200",
        "200,",
        "200, 204",
        "200-299-300",
        "2xx",
        "ok",
        "0200",
        "100",
        "-1",
        "00",
        "012",
        "5-1",
        "12-200",
        "12,200",
        "200,12",
        "\uff12\uff10\uff10",
    ],
)
def test_what_is_no_list_of_success_codes_is_refused(codes: str) -> None:
    assert refusals(lambda: HealthCheck(success_codes=codes)) == [
        (
            f"health check success_codes {codes!r} is not a list of status codes.",
            "Write codes from 200 to 499 (of gRPC, from 0 to 99), single or as ranges: '200,204' or '200-399'.",
        )
    ]


@pytest.mark.parametrize(
    ("codes", "counts_grpc"),
    [
        ("200", False),
        ("200-399", False),
        ("499,200-204", False),
        ("0", True),
        ("12", True),
        ("0-99", True),
        ("1,5-9,99", True),
        (None, None),
        (TOKEN, None),
    ],
)
def test_success_codes_are_all_of_http_or_all_of_grpc(codes: str | None, counts_grpc: bool | None) -> None:
    assert HealthCheck(success_codes=codes).counts_grpc is counts_grpc


def test_a_health_check_tells_all_its_mistakes_at_once() -> None:
    said = reasons(
        lambda: HealthCheck(
            path="healthz",
            port=0,
            interval=seconds(1),
            timeout=seconds(200),
            healthy_threshold=0,
            unhealthy_threshold=99,
            success_codes="all",
        )
    )
    assert [" ".join(reason.split()[:3]) for reason in said] == [
        "health check path",
        "health check port",
        "health check interval",
        "health check timeout",
        "health check interval",
        "health check healthy_threshold",
        "health check unhealthy_threshold",
        "health check success_codes",
    ]


@pytest.mark.parametrize(
    "make",
    [
        lambda: HealthCheck(path=TOKEN),
        lambda: HealthCheck(path="/" + "a" * 1010 + TOKEN),
        lambda: HealthCheck(port=TOKEN),
        lambda: HealthCheck(success_codes=TOKEN),
        lambda: HealthCheck(success_codes=f"200,{TOKEN}"),
    ],
)
def test_a_token_passes_as_part_of_a_health_check(make: Callable[[], HealthCheck]) -> None:
    assert TOKEN in repr(make())


@pytest.mark.parametrize(
    ("codes", "grpc"), [("0", True), ("12", True), ("0-99", True), ("0,5-9", True), ("200", False), ("200-299", False)]
)
def test_the_codes_tell_whether_they_are_of_grpc(codes: str, grpc: bool) -> None:
    assert HealthCheck(success_codes=codes).counts_grpc is grpc


@pytest.mark.parametrize("codes", ["0,200", "99-200", "100", "00", "012"])
def test_codes_of_http_and_grpc_do_not_mix(codes: str) -> None:
    assert len(refusals(lambda: HealthCheck(success_codes=codes))) == 1


def test_codes_that_are_known_later_say_nothing() -> None:
    assert HealthCheck(success_codes=TOKEN).counts_grpc is None
    assert HealthCheck().counts_grpc is None
