from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from eks_ingress.routing.attributes import MinimumHealthy
from eks_ingress.routing.network_attributes import NetworkListenerAttributes, NetworkTargetGroupAttributes
from tests.routing.cdk import TOKEN
from tests.routing.refusals import refusals


def test_attributes_of_targets_are_written_as_aws_has_them() -> None:
    attributes = NetworkTargetGroupAttributes(
        deregistration_delay=timedelta(seconds=30),
        connection_termination=True,
        preserve_client_ip=False,
        sticky=True,
        cross_zone=True,
        unhealthy_connection_termination=False,
        unhealthy_draining_interval=timedelta(hours=1),
        dns_failover_min_healthy=MinimumHealthy(count=2),
        unhealthy_routing_min_healthy=MinimumHealthy(percentage=50),
        other={"new.one": TOKEN},
    )
    assert attributes.entries() == {
        "deregistration_delay.timeout_seconds": "30",
        "deregistration_delay.connection_termination.enabled": "true",
        "preserve_client_ip.enabled": "false",
        "stickiness.enabled": "true",
        "stickiness.type": "source_ip",
        "load_balancing.cross_zone.enabled": "true",
        "target_health_state.unhealthy.connection_termination.enabled": "false",
        "target_health_state.unhealthy.draining_interval_seconds": "3600",
        "target_group_health.dns_failover.minimum_healthy_targets.count": "2",
        "target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage": "50",
        "new.one": TOKEN,
    }


def test_without_stickiness_there_is_no_kind_of_it() -> None:
    assert NetworkTargetGroupAttributes(sticky=False).entries() == {"stickiness.enabled": "false"}


def test_the_idle_timeout_of_a_listener_is_told_in_seconds() -> None:
    assert NetworkListenerAttributes(tcp_idle_timeout=timedelta(minutes=10)).entries() == {"tcp.idle_timeout.seconds": "600"}


WHAT = "network target group attribute"


@pytest.mark.parametrize(
    ("make", "reason", "remedy"),
    [
        (
            lambda: NetworkListenerAttributes(tcp_idle_timeout=timedelta(seconds=30)),
            "network listener attribute tcp_idle_timeout '0:00:30' must be a datetime.timedelta or a Duration of 60 s to 6000 s, "
            "in whole seconds.",
            "Write timedelta(seconds=60) or longer, up to timedelta(seconds=6000).",
        ),
        (
            lambda: NetworkTargetGroupAttributes(unhealthy_draining_interval=timedelta(minutes=1)),
            f"{WHAT} unhealthy_draining_interval '0:01:00' would have no effect, since connections to unhealthy targets are closed "
            "at once.",
            "Write `unhealthy_connection_termination=False`, or leave it out.",
        ),
        (
            lambda: NetworkTargetGroupAttributes(other={"proxy_protocol_v2.enabled": "true"}),
            f"key in other {WHAT}s, 'proxy_protocol_v2.enabled' is what the controller itself says of each port.",
            "Write `NetworkListener.tcp(…, proxy_protocol=True)`, or `NetworkTargets(proxy_protocol=True)` for all.",
        ),
        (
            lambda: NetworkTargetGroupAttributes(sticky=True, other={"stickiness.type": "source_ip"}),
            f"key in other {WHAT}s, 'stickiness.type' is written with `sticky`: `source_ip`, the one kind that there is.",
            "Leave it out.",
        ),
        (
            lambda: NetworkTargetGroupAttributes(other={"preserve_client_ip.enabled": "yes"}),
            f"key in other {WHAT}s, 'preserve_client_ip.enabled' has a field of its own, where values are checked.",
            "Write `preserve_client_ip=…`.",
        ),
        (
            lambda: NetworkTargetGroupAttributes(unhealthy_routing_min_healthy=MinimumHealthy(count="off")),
            f"{WHAT} unhealthy_routing_min_healthy, count 'off' cannot be off.",
            "Write `MinimumHealthy(count=1)`, which is the default.",
        ),
        (
            lambda: NetworkTargetGroupAttributes(sticky="yes"),  # type: ignore[arg-type]
            f"{WHAT} sticky 'yes' is neither True nor False.",
            "Write True or False.",
        ),
    ],
)
def test_what_aws_would_refuse_is_refused(make: Callable[[], object], reason: str, remedy: str) -> None:
    assert refusals(make) == [(reason, remedy)]
