from __future__ import annotations

from datetime import timedelta

import pytest

from eks_ingress.checks.attribute_rules import BALANCER, LISTENER, NETWORK, NETWORK_LISTENER, NETWORK_TARGETS, TARGETS
from eks_ingress.checks.check import ERROR, WARNING
from eks_ingress.routing.attributes import (
    Algorithm,
    Attributes,
    ClientRouting,
    DesyncMitigation,
    ListenerAttributes,
    LoadBalancerAttributes,
    Logs,
    MinimumHealthy,
    NetworkLoadBalancerAttributes,
    Stickiness,
    TargetGroupAttributes,
    XffHeader,
)
from eks_ingress.routing.network_attributes import NetworkListenerAttributes, NetworkTargetGroupAttributes
from tests.checks.objects import Case, findings, messages, nlb, of_class, service
from tests.plan.objects import PREFIX, ingress

CASES = {
    "EKI323": Case(
        ingress("/", said={"load-balancer-attributes": "idle_timeout.timeout_seconds=4001"}),
        ingress("/", said={"load-balancer-attributes": "idle_timeout.timeout_seconds=4000"}),
        "alb.ingress.kubernetes.io/load-balancer-attributes: idle_timeout.timeout_seconds is '4001'.",
        ERROR,
    ),
}


@pytest.mark.parametrize("id", CASES)
def test_it_is_found_and_what_is_near_is_not(id: str) -> None:
    CASES[id].hold(id)


@pytest.mark.parametrize(
    ("key", "attributes", "remedy"),
    [
        ("load-balancer-attributes", "idle_timeout.timeout_seconds=0", "Write a number from 1 to 4000."),
        ("load-balancer-attributes", "idle_timeout.timeout_seconds=60s", "Write a number from 1 to 4000."),
        ("load-balancer-attributes", "routing.http2.enabled=yes", "Write true or false."),
        ("load-balancer-attributes", "load_balancing.cross_zone.enabled=false", "Write true."),
        (
            "load-balancer-attributes",
            "routing.http.desync_mitigation_mode=strict",
            "Write one of monitor, defensive, strictest.",
        ),
        (
            "load-balancer-attributes",
            "connection_logs.s3.bucket=s3://logs",
            "Write the name of the bucket, without 's3://' or anything behind it.",
        ),
        (
            "load-balancer-attributes",
            "access_logs.s3.prefix=/shop",
            "Write it without '/' at an end, and without AWSLogs.",
        ),
        ("target-group-attributes", "slow_start.duration_seconds=10", "Write a number from 30 to 900 or 0."),
        ("target-group-attributes", "stickiness.type=cookie", "Write lb_cookie or app_cookie."),
        ("target-group-attributes", "stickiness.lb_cookie.duration_seconds=0", "Write a number from 1 to 604800."),
        ("target-group-attributes", "load_balancing.algorithm.anomaly_mitigation=true", "Write on or off."),
        (
            "target-group-attributes",
            "target_group_health.dns_failover.minimum_healthy_targets.percentage=101",
            "Write a number from 1 to 100, or off.",
        ),
        ("listener-attributes.HTTP-80", "routing.http.response.server.enabled=off", "Write true or false."),
        (
            "listener-attributes.HTTP-80",
            "routing.http.response.x_frame_options.header_value=ALLOW",
            "Write 'DENY' or 'SAMEORIGIN', or '' to add no such header.",
        ),
    ],
)
def test_a_value_that_aws_refuses_is_told_with_what_it_takes(key: str, attributes: str, remedy: str) -> None:
    (finding,) = [x for x in findings(ingress("/", said={key: attributes})) if x.id == "EKI323"]
    assert (finding.remedy, finding.severity) == (remedy, ERROR)


def test_a_key_that_is_not_known_is_told_with_the_one_that_was_meant() -> None:
    (finding,) = findings(ingress("/", said={"load-balancer-attributes": "idle_timeout.timeout_second=60"}))
    assert (finding.severity, finding.remedy) == (WARNING, "Did you mean 'idle_timeout.timeout_seconds'?")
    assert finding.message == (
        f"{PREFIX}load-balancer-attributes: 'idle_timeout.timeout_second' is no attribute of an application load balancer that is "
        "known."
    )


@pytest.mark.parametrize(
    ("key", "attributes"),
    [
        (
            "load-balancer-attributes",
            "deletion_protection.enabled=FALSE,${Token[K.1]}=a,idle_timeout.timeout_seconds=${Token[V.1]}",
        ),
        ("load-balancer-attributes", "load_balancing.cross_zone.enabled=true"),
        ("target-group-attributes", "load_balancing.cross_zone.enabled=use_load_balancer_configuration"),
        ("target-group-attributes", "stickiness.enabled=true,stickiness.type=app_cookie,stickiness.app_cookie.cookie_name=SID"),
        ("target-group-attributes", "broken"),
        ("listener-attributes.HTTP-80", r"routing.http.response.access_control_allow_methods.header_value=GET\,POST"),
    ],
)
def test_what_aws_takes_is_well(key: str, attributes: str) -> None:
    assert messages("EKI323", ingress("/", said={key: attributes})) == []


def test_attributes_of_a_service_and_of_a_class_are_looked_at() -> None:
    made = service(said={"target-group-attributes": "deregistration_delay.timeout_seconds=3601"})
    spec = {
        "loadBalancerAttributes": [{"key": "idle_timeout.timeout_seconds", "value": "0"}],
        "listeners": [{"protocol": "HTTP", "port": 80, "listenerAttributes": [{"key": "a", "value": "b"}]}],
    }
    found = [(x.object, x.severity) for x in findings(made, *of_class(spec)) if x.id == "EKI323"]
    assert found == [("IngressClassParams alb", WARNING), ("IngressClassParams alb", ERROR), ("Service shop/web", ERROR)]


def test_logs_need_a_bucket() -> None:
    said = {"load-balancer-attributes": "access_logs.s3.enabled=true"}
    assert messages("EKI323", ingress("/", said=said)) == [
        "access_logs.s3.enabled is true, and access_logs.s3.bucket is not there."
    ]
    said = {"load-balancer-attributes": "access_logs.s3.enabled=true,access_logs.s3.bucket=logs"}
    assert messages("EKI323", ingress("/", said=said)) == []


@pytest.mark.parametrize(
    ("key", "attributes", "remedy"),
    [
        ("attributes", "load_balancing.cross_zone.enabled=on", "Write true or false."),
        ("attributes", "idle_timeout.timeout_seconds=60", "Correct it."),
        ("target-group-attributes", "stickiness.type=lb_cookie", "Write source_ip."),
        ("target-group-attributes", "proxy_protocol_v2.enabled=on", "Write true or false."),
        ("target-group-attributes.80", "deregistration_delay.timeout_seconds=3601", "Write a number from 0 to 3600."),
        (
            "target-group-attributes",
            "deregistration_delay.connection_termination=true",
            "Did you mean 'deregistration_delay.connection_termination.enabled'?",
        ),
        ("listener-attributes.TCP-80", "tcp.idle_timeout.seconds=59", "Write a number from 60 to 6000."),
    ],
)
def test_attributes_of_a_network_load_balancer_are_its_own(key: str, attributes: str, remedy: str) -> None:
    assert [x.remedy for x in findings(nlb({key: attributes})) if x.id == "EKI323"] == [remedy]


@pytest.mark.parametrize(
    ("key", "attributes"),
    [
        ("attributes", "load_balancing.cross_zone.enabled=false,zonal_shift.config.enabled=true"),
        ("target-group-attributes", "stickiness.enabled=true,stickiness.type=source_ip,preserve_client_ip.enabled=TRUE"),
        ("target-group-attributes", "target_health_state.unhealthy.draining_interval_seconds=360000"),
        ("target-group-attributes.80", "proxy_protocol_v2.enabled=,stickiness.enabled="),
        ("target-group-attributes", "proxy_protocol_v2.enabled="),
        ("listener-attributes.TCP-80", "tcp.idle_timeout.seconds=${Token[V.1]}"),
        ("listener-attributes.TCP-80", "broken"),
    ],
)
def test_what_aws_takes_of_a_network_load_balancer_is_well(key: str, attributes: str) -> None:
    assert messages("EKI323", nlb({key: attributes})) == []


@pytest.mark.parametrize("said", [{"attributes": "access_logs.s3.enabled=true"}, {"access-log-enabled": "true"}])
def test_logs_of_a_network_load_balancer_need_a_bucket(said: dict[str, str]) -> None:
    assert messages("EKI323", nlb(said)) == ["access_logs.s3.enabled is true, and access_logs.s3.bucket is not there."]
    assert messages("EKI323", nlb({**said, "access-log-enabled": "true", "access-log-s3-bucket-name": "logs"})) == []


LOGS, OFF = Logs("shop-logs", "alb"), Logs.off()
HEALTHY = MinimumHealthy(count=2, percentage=50)


@pytest.mark.parametrize(
    ("kind", "attributes"),
    [
        (
            BALANCER,
            LoadBalancerAttributes(
                idle_timeout=timedelta(seconds=4000),
                client_keep_alive=timedelta(days=7),
                deletion_protection=True,
                http2=False,
                desync_mitigation=DesyncMitigation.MONITOR,
                drop_invalid_header_fields=True,
                preserve_host_header=True,
                tls_version_and_cipher_headers=True,
                client_port_in_xff=True,
                xff_header=XffHeader.REMOVE,
                waf_fail_open=True,
                zonal_shift=True,
                deny_internet_gateway_traffic=True,
                access_logs=LOGS,
                connection_logs=OFF,
                health_check_logs=LOGS,
            ),
        ),
        (
            NETWORK,
            NetworkLoadBalancerAttributes(
                access_logs=LOGS,
                cross_zone=True,
                client_routing_policy=ClientRouting.AVAILABILITY_ZONE_AFFINITY,
                secondary_addresses=7,
            ),
        ),
        (
            NETWORK_TARGETS,
            NetworkTargetGroupAttributes(
                deregistration_delay=timedelta(hours=1),
                connection_termination=True,
                preserve_client_ip=False,
                sticky=True,
                cross_zone=False,
                unhealthy_connection_termination=False,
                unhealthy_draining_interval=timedelta(hours=100),
                dns_failover_min_healthy=HEALTHY,
            ),
        ),
        (NETWORK_LISTENER, NetworkListenerAttributes(tcp_idle_timeout=timedelta(seconds=6000))),
        (
            TARGETS,
            TargetGroupAttributes(
                deregistration_delay=timedelta(0),
                slow_start=timedelta(seconds=30),
                stickiness=Stickiness.application_cookie("SID", timedelta(days=1)),
                cross_zone=True,
                dns_failover_min_healthy=HEALTHY,
                unhealthy_routing_min_healthy=MinimumHealthy(count=1, percentage="off"),
            ),
        ),
        (
            TARGETS,
            TargetGroupAttributes(
                algorithm=Algorithm.WEIGHTED_RANDOM, anomaly_mitigation=True, stickiness=Stickiness.off(), slow_start=timedelta(0)
            ),
        ),
        (
            LISTENER,
            ListenerAttributes(
                server_header=False,
                strict_transport_security="max-age=31536000; includeSubDomains",
                access_control_allow_credentials=True,
                access_control_max_age=timedelta(days=1),
                x_content_type_options="nosniff",
                x_frame_options="",
                mtls_leaf_header="X-Leaf",
            ),
        ),
    ],
)
def test_what_the_typed_words_write_is_well(kind: object, attributes: Attributes) -> None:
    assert attributes.entries()
    assert list(kind.faults(attributes.entries())) == []  # type: ignore[attr-defined]
