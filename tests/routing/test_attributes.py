from __future__ import annotations

from collections.abc import Callable
from dataclasses import FrozenInstanceError, dataclass
from datetime import timedelta
from typing import Any

import pytest

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
    StickyCookie,
    TargetGroupAttributes,
    XffHeader,
)
from tests.routing.refusals import reasons, refusals

TOKEN = "${Token[TOKEN.12]}"
ALL = [LoadBalancerAttributes, NetworkLoadBalancerAttributes, TargetGroupAttributes, ListenerAttributes]


@dataclass
class Duration:
    length: int

    def to_seconds(self) -> int:
        return self.length


@dataclass
class Bucket:
    bucket_name: str


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


@pytest.mark.parametrize("kind", ALL)
def test_what_is_not_set_is_not_written(kind: type[Attributes]) -> None:
    assert kind().entries() == {}
    assert kind() == kind()


@pytest.mark.parametrize("kind", ALL)
def test_attributes_are_given_by_name_and_cannot_be_changed(kind: type[Attributes]) -> None:
    with pytest.raises(TypeError):
        kind({})  # type: ignore[call-arg]
    with pytest.raises(FrozenInstanceError):
        kind().other = {}  # type: ignore[misc]


@pytest.mark.parametrize(
    ("attributes", "entries"),
    [
        (LoadBalancerAttributes(idle_timeout=seconds(1)), {"idle_timeout.timeout_seconds": "1"}),
        (LoadBalancerAttributes(idle_timeout=seconds(4000)), {"idle_timeout.timeout_seconds": "4000"}),
        (LoadBalancerAttributes(idle_timeout=Duration(60)), {"idle_timeout.timeout_seconds": "60"}),
        (LoadBalancerAttributes(client_keep_alive=seconds(60)), {"client_keep_alive.seconds": "60"}),
        (LoadBalancerAttributes(client_keep_alive=timedelta(days=7)), {"client_keep_alive.seconds": "604800"}),
        (LoadBalancerAttributes(deletion_protection=True), {"deletion_protection.enabled": "true"}),
        (LoadBalancerAttributes(http2=False), {"routing.http2.enabled": "false"}),
        (
            LoadBalancerAttributes(desync_mitigation=DesyncMitigation.MONITOR),
            {"routing.http.desync_mitigation_mode": "monitor"},
        ),
        (
            LoadBalancerAttributes(desync_mitigation=DesyncMitigation.DEFENSIVE),
            {"routing.http.desync_mitigation_mode": "defensive"},
        ),
        (
            LoadBalancerAttributes(desync_mitigation=DesyncMitigation.STRICTEST),
            {"routing.http.desync_mitigation_mode": "strictest"},
        ),
        (
            LoadBalancerAttributes(drop_invalid_header_fields=True),
            {"routing.http.drop_invalid_header_fields.enabled": "true"},
        ),
        (LoadBalancerAttributes(preserve_host_header=True), {"routing.http.preserve_host_header.enabled": "true"}),
        (
            LoadBalancerAttributes(tls_version_and_cipher_headers=True),
            {"routing.http.x_amzn_tls_version_and_cipher_suite.enabled": "true"},
        ),
        (LoadBalancerAttributes(client_port_in_xff=True), {"routing.http.xff_client_port.enabled": "true"}),
        (LoadBalancerAttributes(xff_header=XffHeader.APPEND), {"routing.http.xff_header_processing.mode": "append"}),
        (LoadBalancerAttributes(xff_header=XffHeader.PRESERVE), {"routing.http.xff_header_processing.mode": "preserve"}),
        (LoadBalancerAttributes(xff_header=XffHeader.REMOVE), {"routing.http.xff_header_processing.mode": "remove"}),
        (LoadBalancerAttributes(waf_fail_open=True), {"waf.fail_open.enabled": "true"}),
        (LoadBalancerAttributes(zonal_shift=True), {"zonal_shift.config.enabled": "true"}),
        (LoadBalancerAttributes(deny_internet_gateway_traffic=False), {"ipv6.deny_all_igw_traffic": "false"}),
        (
            LoadBalancerAttributes(access_logs=Logs("logs", "shop/alb")),
            {"access_logs.s3.enabled": "true", "access_logs.s3.bucket": "logs", "access_logs.s3.prefix": "shop/alb"},
        ),
        (
            LoadBalancerAttributes(connection_logs=Logs("logs")),
            {"connection_logs.s3.enabled": "true", "connection_logs.s3.bucket": "logs"},
        ),
        (LoadBalancerAttributes(health_check_logs=Logs.off()), {"health_check_logs.s3.enabled": "false"}),
    ],
)
def test_an_attribute_of_a_load_balancer_is_written_as_aws_knows_it(
    attributes: LoadBalancerAttributes, entries: dict[str, str]
) -> None:
    assert attributes.entries() == entries


@pytest.mark.parametrize(
    ("attributes", "entries"),
    [
        (
            NetworkLoadBalancerAttributes(access_logs=Logs("logs")),
            {"access_logs.s3.enabled": "true", "access_logs.s3.bucket": "logs"},
        ),
        (NetworkLoadBalancerAttributes(deletion_protection=False), {"deletion_protection.enabled": "false"}),
        (NetworkLoadBalancerAttributes(cross_zone=True), {"load_balancing.cross_zone.enabled": "true"}),
        (
            NetworkLoadBalancerAttributes(client_routing_policy=ClientRouting.ANY_AVAILABILITY_ZONE),
            {"dns_record.client_routing_policy": "any_availability_zone"},
        ),
        (
            NetworkLoadBalancerAttributes(client_routing_policy=ClientRouting.AVAILABILITY_ZONE_AFFINITY),
            {"dns_record.client_routing_policy": "availability_zone_affinity"},
        ),
        (
            NetworkLoadBalancerAttributes(client_routing_policy=ClientRouting.PARTIAL_AVAILABILITY_ZONE_AFFINITY),
            {"dns_record.client_routing_policy": "partial_availability_zone_affinity"},
        ),
        (NetworkLoadBalancerAttributes(zonal_shift=True), {"zonal_shift.config.enabled": "true"}),
        (NetworkLoadBalancerAttributes(deny_internet_gateway_traffic=True), {"ipv6.deny_all_igw_traffic": "true"}),
        (NetworkLoadBalancerAttributes(secondary_addresses=0), {"secondary_ips.auto_assigned.per_subnet": "0"}),
        (NetworkLoadBalancerAttributes(secondary_addresses=7), {"secondary_ips.auto_assigned.per_subnet": "7"}),
    ],
)
def test_an_attribute_of_a_network_load_balancer_is_written_as_aws_knows_it(
    attributes: NetworkLoadBalancerAttributes, entries: dict[str, str]
) -> None:
    assert attributes.entries() == entries


@pytest.mark.parametrize(
    ("attributes", "entries"),
    [
        (TargetGroupAttributes(deregistration_delay=seconds(0)), {"deregistration_delay.timeout_seconds": "0"}),
        (TargetGroupAttributes(deregistration_delay=timedelta(hours=1)), {"deregistration_delay.timeout_seconds": "3600"}),
        (TargetGroupAttributes(slow_start=seconds(0)), {"slow_start.duration_seconds": "0"}),
        (TargetGroupAttributes(slow_start=seconds(30)), {"slow_start.duration_seconds": "30"}),
        (TargetGroupAttributes(slow_start=Duration(900)), {"slow_start.duration_seconds": "900"}),
        (TargetGroupAttributes(algorithm=Algorithm.ROUND_ROBIN), {"load_balancing.algorithm.type": "round_robin"}),
        (
            TargetGroupAttributes(algorithm=Algorithm.LEAST_OUTSTANDING_REQUESTS),
            {"load_balancing.algorithm.type": "least_outstanding_requests"},
        ),
        (
            TargetGroupAttributes(algorithm=Algorithm.WEIGHTED_RANDOM, anomaly_mitigation=True),
            {"load_balancing.algorithm.type": "weighted_random", "load_balancing.algorithm.anomaly_mitigation": "on"},
        ),
        (TargetGroupAttributes(anomaly_mitigation=False), {"load_balancing.algorithm.anomaly_mitigation": "off"}),
        (TargetGroupAttributes(cross_zone=True), {"load_balancing.cross_zone.enabled": "true"}),
        (TargetGroupAttributes(cross_zone=False), {"load_balancing.cross_zone.enabled": "false"}),
        (
            TargetGroupAttributes(stickiness=Stickiness.load_balancer_cookie(seconds(1))),
            {"stickiness.enabled": "true", "stickiness.type": "lb_cookie", "stickiness.lb_cookie.duration_seconds": "1"},
        ),
        (
            TargetGroupAttributes(stickiness=Stickiness.load_balancer_cookie(timedelta(days=7))),
            {"stickiness.enabled": "true", "stickiness.type": "lb_cookie", "stickiness.lb_cookie.duration_seconds": "604800"},
        ),
        (
            TargetGroupAttributes(stickiness=Stickiness.load_balancer_cookie()),
            {"stickiness.enabled": "true", "stickiness.type": "lb_cookie"},
        ),
        (
            TargetGroupAttributes(stickiness=Stickiness.application_cookie("JSESSIONID", Duration(3600))),
            {
                "stickiness.enabled": "true",
                "stickiness.type": "app_cookie",
                "stickiness.app_cookie.cookie_name": "JSESSIONID",
                "stickiness.app_cookie.duration_seconds": "3600",
            },
        ),
        (
            TargetGroupAttributes(stickiness=Stickiness.application_cookie("sid")),
            {"stickiness.enabled": "true", "stickiness.type": "app_cookie", "stickiness.app_cookie.cookie_name": "sid"},
        ),
        (TargetGroupAttributes(stickiness=Stickiness.off()), {"stickiness.enabled": "false"}),
        (
            TargetGroupAttributes(dns_failover_min_healthy=MinimumHealthy(count=1)),
            {"target_group_health.dns_failover.minimum_healthy_targets.count": "1"},
        ),
        (
            TargetGroupAttributes(dns_failover_min_healthy=MinimumHealthy(count="off", percentage=100)),
            {
                "target_group_health.dns_failover.minimum_healthy_targets.count": "off",
                "target_group_health.dns_failover.minimum_healthy_targets.percentage": "100",
            },
        ),
        (
            TargetGroupAttributes(unhealthy_routing_min_healthy=MinimumHealthy(count=1000, percentage=1)),
            {
                "target_group_health.unhealthy_state_routing.minimum_healthy_targets.count": "1000",
                "target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage": "1",
            },
        ),
        (
            TargetGroupAttributes(unhealthy_routing_min_healthy=MinimumHealthy(percentage="off")),
            {"target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage": "off"},
        ),
    ],
)
def test_an_attribute_of_a_target_group_is_written_as_aws_knows_it(
    attributes: TargetGroupAttributes, entries: dict[str, str]
) -> None:
    assert attributes.entries() == entries


@pytest.mark.parametrize(
    ("field", "value", "key", "text"),
    [
        ("server_header", False, "routing.http.response.server.enabled", "false"),
        (
            "strict_transport_security",
            "max-age=31536000; includeSubDomains",
            "routing.http.response.strict_transport_security.header_value",
            "max-age=31536000; includeSubDomains",
        ),
        (
            "access_control_allow_origin",
            "https://shop.example.com",
            "routing.http.response.access_control_allow_origin.header_value",
            "https://shop.example.com",
        ),
        ("access_control_allow_origin", "*", "routing.http.response.access_control_allow_origin.header_value", "*"),
        (
            "access_control_allow_methods",
            "GET, POST",
            "routing.http.response.access_control_allow_methods.header_value",
            "GET, POST",
        ),
        (
            "access_control_allow_headers",
            "Authorization",
            "routing.http.response.access_control_allow_headers.header_value",
            "Authorization",
        ),
        (
            "access_control_allow_credentials",
            True,
            "routing.http.response.access_control_allow_credentials.header_value",
            "true",
        ),
        (
            "access_control_allow_credentials",
            "true",
            "routing.http.response.access_control_allow_credentials.header_value",
            "true",
        ),
        ("access_control_allow_credentials", False, "routing.http.response.access_control_allow_credentials.header_value", ""),
        (
            "access_control_expose_headers",
            "X-Trace",
            "routing.http.response.access_control_expose_headers.header_value",
            "X-Trace",
        ),
        ("access_control_max_age", seconds(0), "routing.http.response.access_control_max_age.header_value", "0"),
        ("access_control_max_age", timedelta(days=1), "routing.http.response.access_control_max_age.header_value", "86400"),
        ("access_control_max_age", Duration(600), "routing.http.response.access_control_max_age.header_value", "600"),
        ("access_control_max_age", "", "routing.http.response.access_control_max_age.header_value", ""),
        (
            "content_security_policy",
            "default-src 'self'; img-src *",
            "routing.http.response.content_security_policy.header_value",
            "default-src 'self'; img-src *",
        ),
        ("content_security_policy", "", "routing.http.response.content_security_policy.header_value", ""),
        ("content_security_policy", "a" * 1024, "routing.http.response.content_security_policy.header_value", "a" * 1024),
        (
            "content_security_policy",
            "a_ :;.,\\/'?!(){}[]@<>=-+*#&`|~^%",
            "routing.http.response.content_security_policy.header_value",
            "a_ :;.,\\/'?!(){}[]@<>=-+*#&`|~^%",
        ),
        ("x_content_type_options", "nosniff", "routing.http.response.x_content_type_options.header_value", "nosniff"),
        ("x_content_type_options", "", "routing.http.response.x_content_type_options.header_value", ""),
        ("x_frame_options", "DENY", "routing.http.response.x_frame_options.header_value", "DENY"),
        ("x_frame_options", "SAMEORIGIN", "routing.http.response.x_frame_options.header_value", "SAMEORIGIN"),
        (
            "mtls_serial_number_header",
            "X-Serial",
            "routing.http.request.x_amzn_mtls_clientcert_serial_number.header_name",
            "X-Serial",
        ),
        ("mtls_issuer_header", "X-Issuer", "routing.http.request.x_amzn_mtls_clientcert_issuer.header_name", "X-Issuer"),
        ("mtls_subject_header", "X-Subject", "routing.http.request.x_amzn_mtls_clientcert_subject.header_name", "X-Subject"),
        ("mtls_validity_header", "X_Valid", "routing.http.request.x_amzn_mtls_clientcert_validity.header_name", "X_Valid"),
        ("mtls_leaf_header", "X-Leaf", "routing.http.request.x_amzn_mtls_clientcert_leaf.header_name", "X-Leaf"),
        ("mtls_certificate_header", "X-Cert", "routing.http.request.x_amzn_mtls_clientcert.header_name", "X-Cert"),
        ("tls_version_header", "X-Tls", "routing.http.request.x_amzn_tls_version.header_name", "X-Tls"),
        ("tls_cipher_suite_header", "", "routing.http.request.x_amzn_tls_cipher_suite.header_name", ""),
    ],
)
def test_an_attribute_of_a_listener_is_written_as_aws_knows_it(field: str, value: Any, key: str, text: str) -> None:
    assert ListenerAttributes(**{field: value}).entries() == {key: text}


def test_entries_come_in_the_order_of_the_fields_and_then_the_others_by_key() -> None:
    attributes = LoadBalancerAttributes(
        other={"zz.new": "1", "aa.new": "2"},
        access_logs=Logs("logs", "shop"),
        xff_header=XffHeader.REMOVE,
        http2=True,
        idle_timeout=seconds(30),
    )
    assert list(attributes.entries().items()) == [
        ("idle_timeout.timeout_seconds", "30"),
        ("routing.http2.enabled", "true"),
        ("routing.http.xff_header_processing.mode", "remove"),
        ("access_logs.s3.enabled", "true"),
        ("access_logs.s3.bucket", "logs"),
        ("access_logs.s3.prefix", "shop"),
        ("aa.new", "2"),
        ("zz.new", "1"),
    ]


def test_durations_of_the_cdk_are_held_as_timedeltas() -> None:
    assert LoadBalancerAttributes(idle_timeout=Duration(60)) == LoadBalancerAttributes(idle_timeout=seconds(60))
    assert Stickiness.load_balancer_cookie(Duration(60)) == Stickiness.load_balancer_cookie(seconds(60))
    assert LoadBalancerAttributes(idle_timeout=Duration(60)).idle_timeout == seconds(60)


def test_a_bucket_of_the_cdk_is_held_as_its_name() -> None:
    assert Logs(Bucket("logs")) == Logs("logs")
    assert Logs(Bucket(TOKEN), "shop").entries() == {"enabled": "true", "bucket": TOKEN, "prefix": "shop"}


def test_credentials_are_held_as_text() -> None:
    assert ListenerAttributes(access_control_allow_credentials=True) == ListenerAttributes(access_control_allow_credentials="true")


def test_others_are_kept_as_they_were_when_given() -> None:
    mine = {"some.new.key": "1"}
    attributes = TargetGroupAttributes(other=mine)
    mine["another.key"] = "2"
    assert attributes.entries() == {"some.new.key": "1"}


@pytest.mark.parametrize(
    ("make", "reason", "remedy"),
    [
        (
            lambda: LoadBalancerAttributes(idle_timeout=seconds(0)),
            "load balancer attribute idle_timeout '0:00:00' must be a datetime.timedelta or a Duration of 1 s to 4000 s, in whole "
            "seconds.",
            "Write timedelta(seconds=1) or longer, up to timedelta(seconds=4000).",
        ),
        (
            lambda: LoadBalancerAttributes(idle_timeout=seconds(4001)),
            "load balancer attribute idle_timeout '1:06:41' must be a datetime.timedelta or a Duration of 1 s to 4000 s, in whole "
            "seconds.",
            "Write timedelta(seconds=1) or longer, up to timedelta(seconds=4000).",
        ),
        (
            lambda: LoadBalancerAttributes(idle_timeout=60),  # type: ignore[arg-type]
            "load balancer attribute idle_timeout 60 must be a datetime.timedelta or a Duration of 1 s to 4000 s, in whole "
            "seconds.",
            "Write timedelta(seconds=1) or longer, up to timedelta(seconds=4000).",
        ),
        (
            lambda: LoadBalancerAttributes(client_keep_alive=seconds(59)),
            "load balancer attribute client_keep_alive '0:00:59' must be a datetime.timedelta or a Duration of 60 s to 604800 s, "
            "in whole seconds.",
            "Write timedelta(seconds=60) or longer, up to timedelta(seconds=604800).",
        ),
        (
            lambda: LoadBalancerAttributes(client_keep_alive=seconds(604801)),
            "load balancer attribute client_keep_alive '7 days, 0:00:01' must be a datetime.timedelta or a Duration of 60 s to "
            "604800 s, in whole seconds.",
            "Write timedelta(seconds=60) or longer, up to timedelta(seconds=604800).",
        ),
        (
            lambda: LoadBalancerAttributes(http2="true"),  # type: ignore[arg-type]
            "load balancer attribute http2 'true' is neither True nor False.",
            "Write True or False.",
        ),
        (
            lambda: LoadBalancerAttributes(desync_mitigation="strictest"),  # type: ignore[arg-type]
            "load balancer attribute desync_mitigation 'strictest' is no DesyncMitigation.",
            "Write one of `DesyncMitigation.MONITOR`, `DesyncMitigation.DEFENSIVE`, `DesyncMitigation.STRICTEST`.",
        ),
        (
            lambda: LoadBalancerAttributes(access_logs="logs"),  # type: ignore[arg-type]
            "load balancer attribute access_logs 'logs' is no Logs.",
            "Write a `Logs`, or leave it out.",
        ),
        (
            lambda: NetworkLoadBalancerAttributes(secondary_addresses=8),
            "network load balancer attribute secondary_addresses 8 is out of range.",
            "Write a whole number from 0 to 7.",
        ),
        (
            lambda: NetworkLoadBalancerAttributes(secondary_addresses=-1),
            "network load balancer attribute secondary_addresses -1 is out of range.",
            "Write a whole number from 0 to 7.",
        ),
        (
            lambda: TargetGroupAttributes(deregistration_delay=seconds(3601)),
            "target group attribute deregistration_delay '1:00:01' must be a datetime.timedelta or a Duration of 0 s to 3600 s, in "
            "whole seconds.",
            "Write timedelta(seconds=0) or longer, up to timedelta(seconds=3600).",
        ),
        (
            lambda: TargetGroupAttributes(slow_start=seconds(29)),
            "target group attribute slow_start '0:00:29' must be a datetime.timedelta or a Duration of 30 s to 900 s, in whole "
            "seconds, or of 0 s.",
            "Write timedelta(seconds=30) or longer, up to timedelta(seconds=900), or timedelta(0) for none.",
        ),
        (
            lambda: TargetGroupAttributes(slow_start=seconds(901)),
            "target group attribute slow_start '0:15:01' must be a datetime.timedelta or a Duration of 30 s to 900 s, in whole "
            "seconds, or of 0 s.",
            "Write timedelta(seconds=30) or longer, up to timedelta(seconds=900), or timedelta(0) for none.",
        ),
        (
            lambda: TargetGroupAttributes(slow_start=seconds(30.5)),
            "target group attribute slow_start '0:00:30.500000' must be a datetime.timedelta or a Duration of 30 s to 900 s, in "
            "whole seconds, or of 0 s.",
            "Write timedelta(seconds=30) or longer, up to timedelta(seconds=900), or timedelta(0) for none.",
        ),
        (
            lambda: TargetGroupAttributes(slow_start=0),  # type: ignore[arg-type]
            "target group attribute slow_start 0 must be a datetime.timedelta or a Duration of 30 s to 900 s, in whole seconds, or "
            "of 0 s.",
            "Write timedelta(seconds=30) or longer, up to timedelta(seconds=900), or timedelta(0) for none.",
        ),
        (
            lambda: ListenerAttributes(access_control_max_age=seconds(86401)),
            "listener attribute access_control_max_age '1 day, 0:00:01' must be a datetime.timedelta or a Duration of 0 s to "
            "86400 s, in whole seconds.",
            "Write timedelta(seconds=0) or longer, up to timedelta(seconds=86400).",
        ),
        (
            lambda: ListenerAttributes(x_content_type_options="sniff"),
            "listener attribute x_content_type_options 'sniff' is no value that this header has.",
            "Write 'nosniff', or '' to add no such header.",
        ),
        (
            lambda: ListenerAttributes(x_frame_options="ALLOW-FROM https://shop.example.com"),
            "listener attribute x_frame_options 'ALLOW-FROM https://shop.example.com' is no value that this header has.",
            "Write 'DENY' or 'SAMEORIGIN', or '' to add no such header.",
        ),
        (
            lambda: ListenerAttributes(access_control_allow_credentials="false"),
            "listener attribute access_control_allow_credentials 'false' is no value that this header has.",
            "Write 'true', or '' to add no such header.",
        ),
        (
            lambda: ListenerAttributes(content_security_policy='default-src "self"'),
            "listener attribute content_security_policy 'default-src \"self\"' is no value that AWS puts into a header: up to "
            "1,024 letters, digits, spaces and _:;.,\\/'?!(){}[]@<>=-+*#&`|~^%.",
            "Write it without other characters, such as double quotes.",
        ),
        (
            lambda: ListenerAttributes(access_control_allow_methods=["GET"]),  # type: ignore[arg-type]
            "listener attribute access_control_allow_methods ['GET'] is no text.",
            "Write a text in quotes.",
        ),
        (
            lambda: ListenerAttributes(access_control_expose_headers=" X-Trace"),
            "listener attribute access_control_expose_headers ' X-Trace' has a space at an end, which the controller drops.",
            "Write 'X-Trace'.",
        ),
        (
            lambda: ListenerAttributes(mtls_subject_header="X Subject"),
            "listener attribute mtls_subject_header 'X Subject' is not the name of a header: letters, digits and !#%&'*+-.^_`|~.",
            "Write a name such as 'X-Client-Subject', or '' for AWS's own.",
        ),
    ],
)
def test_a_value_that_aws_refuses_is_refused_with_what_to_write(make: Callable[[], object], reason: str, remedy: str) -> None:
    assert refusals(make) == [(reason, remedy)]


@pytest.mark.parametrize("value", ["a" * 1025, "a$b", "a\nb", "ä"])
def test_a_header_value_too_long_or_with_other_characters_is_refused(value: str) -> None:
    assert len(reasons(lambda: ListenerAttributes(content_security_policy=value))) == 1


@pytest.mark.parametrize("name", ["X:Subject", "X-Subject,", "X-Subject=", "$Subject", "a" * 1025, 7])
def test_what_is_no_name_of_a_header_is_refused(name: Any) -> None:
    assert len(reasons(lambda: ListenerAttributes(tls_version_header=name))) == 1


@pytest.mark.parametrize("name", ["log", "l" * 63, "shop.logs-1", "1.2"])
def test_names_of_buckets_are_taken(name: str) -> None:
    assert Logs(name).entries() == {"enabled": "true", "bucket": name}


@pytest.mark.parametrize("name", ["", "lo", "l" * 64, "Logs", "my_logs", "-logs", "logs-", "a..b", "s3://logs", "logs/shop", 7])
def test_what_is_no_name_of_a_bucket_is_refused(name: Any) -> None:
    assert refusals(lambda: Logs(name)) == [
        (
            f"bucket of logs, {name!r} is not the name of an S3 bucket.",
            "Write its name, 3 to 63 lower-case letters, digits, '.' and '-', without 's3://' or anything behind it.",
        )
    ]


@pytest.mark.parametrize(
    ("make", "reason", "remedy"),
    [
        (
            lambda: Logs("logs", "/shop/"),
            "prefix of logs, '/shop/' has a '/' at an end, which AWS refuses.",
            "Write 'shop'.",
        ),
        (
            lambda: Logs("logs", "shop/"),
            "prefix of logs, 'shop/' has a '/' at an end, which AWS refuses.",
            "Write 'shop'.",
        ),
        (
            lambda: Logs("logs", "shop/AWSLogs/1"),
            "prefix of logs, 'shop/AWSLogs/1' has 'AWSLogs', which AWS refuses, since it puts that behind the prefix itself.",
            "Write what stands before it, or leave the prefix out.",
        ),
        (
            lambda: Logs("logs", " shop"),
            "prefix of logs, ' shop' has a space at an end, which the controller drops.",
            "Write 'shop'.",
        ),
        (
            lambda: Logs("logs", 7),  # type: ignore[arg-type]
            "prefix of logs, 7 is no text.",
            "Write a text in quotes.",
        ),
        (
            lambda: Logs(None, "shop"),
            "prefix of logs, 'shop' would have no effect, since there are no logs.",
            "Write `Logs(bucket, prefix)`, or leave it out.",
        ),
    ],
)
def test_a_prefix_that_aws_refuses_is_refused(make: Callable[[], object], reason: str, remedy: str) -> None:
    assert refusals(make) == [(reason, remedy)]


def test_an_empty_prefix_puts_logs_into_the_root_of_the_bucket() -> None:
    assert Logs("logs", "").entries() == {"enabled": "true", "bucket": "logs", "prefix": ""}


@pytest.mark.parametrize(
    ("make", "reason", "remedy"),
    [
        (
            lambda: Stickiness.load_balancer_cookie(seconds(0)),
            "stickiness duration '0:00:00' must be a datetime.timedelta or a Duration of 1 s to 604800 s, in whole seconds.",
            "Write timedelta(seconds=1) or longer, up to timedelta(seconds=604800).",
        ),
        (
            lambda: Stickiness.application_cookie("sid", seconds(604801)),
            "stickiness duration '7 days, 0:00:01' must be a datetime.timedelta or a Duration of 1 s to 604800 s, in whole "
            "seconds.",
            "Write timedelta(seconds=1) or longer, up to timedelta(seconds=604800).",
        ),
        (
            lambda: Stickiness(cookie=None, duration=seconds(60)),
            "stickiness duration '0:01:00' would have no effect, since there is no stickiness.",
            "Write `Stickiness.off()`, or `Stickiness.load_balancer_cookie(…)`.",
        ),
        (
            lambda: Stickiness(cookie=StickyCookie.LOAD_BALANCER, cookie_name="sid"),
            "stickiness cookie_name 'sid' would have no effect, since it is the name of an application's cookie.",
            "Write `Stickiness.application_cookie(…)`.",
        ),
        (
            lambda: Stickiness(cookie="app_cookie"),  # type: ignore[arg-type]
            "stickiness cookie 'app_cookie' is no StickyCookie.",
            "Write one of `StickyCookie.LOAD_BALANCER`, `StickyCookie.APPLICATION`.",
        ),
        (
            lambda: Stickiness.application_cookie("AWSALBAPP-0"),
            "stickiness cookie_name 'AWSALBAPP-0' begins with 'AWSALB', which AWS keeps for its own cookies.",
            "Write the name of the application's cookie, or `Stickiness.load_balancer_cookie(…)`.",
        ),
    ],
)
def test_stickiness_that_aws_refuses_is_refused(make: Callable[[], object], reason: str, remedy: str) -> None:
    assert refusals(make) == [(reason, remedy)]


@pytest.mark.parametrize("name", ["sid", "__Host-session", "a!#$%&'*+-.^_`|~9"])
def test_names_of_cookies_are_taken(name: str) -> None:
    assert Stickiness.application_cookie(name).cookie_name == name


@pytest.mark.parametrize("name", ["", "s id", "sid;", "sid=1", "a,b", "(sid)", 'a"b', "ä", None])
def test_what_is_no_name_of_a_cookie_is_refused(name: Any) -> None:
    assert refusals(lambda: Stickiness.application_cookie(name)) == [
        (
            f"stickiness cookie_name {name!r} is not the name of a cookie: letters, digits and !#$%&'*+-.^_`|~, at least one.",
            "Write the name of the cookie that the application makes: 'JSESSIONID'.",
        )
    ]


@pytest.mark.parametrize("name", ["AWSALB", "AWSALBTG", "AWSALBAPP"])
def test_names_of_cookies_that_are_aws_own_are_refused(name: str) -> None:
    assert len(reasons(lambda: Stickiness.application_cookie(name))) == 1


@pytest.mark.parametrize(
    ("make", "reason", "remedy"),
    [
        (
            MinimumHealthy,
            "MinimumHealthy {'count': None, 'percentage': None} says nothing.",
            "Write `MinimumHealthy(count=2)` or `MinimumHealthy(percentage=50)`.",
        ),
        (
            lambda: MinimumHealthy(count=0),
            "MinimumHealthy count 0 is out of range.",
            "Write a whole number, 1 or more, or 'off'.",
        ),
        (
            lambda: MinimumHealthy(count=True),
            "MinimumHealthy count True is out of range.",
            "Write a whole number, 1 or more, or 'off'.",
        ),
        (
            lambda: MinimumHealthy(percentage=0),
            "MinimumHealthy percentage 0 is out of range.",
            "Write a whole number from 1 to 100, or 'off'.",
        ),
        (
            lambda: MinimumHealthy(percentage=101),
            "MinimumHealthy percentage 101 is out of range.",
            "Write a whole number from 1 to 100, or 'off'.",
        ),
    ],
)
def test_thresholds_out_of_range_are_refused(make: Callable[[], object], reason: str, remedy: str) -> None:
    assert refusals(make) == [(reason, remedy)]


@pytest.mark.parametrize(
    ("make", "reason", "remedy"),
    [
        (
            lambda: TargetGroupAttributes(algorithm=Algorithm.LEAST_OUTSTANDING_REQUESTS, slow_start=seconds(30)),
            "target group attribute slow_start '0:00:30' cannot be used with Algorithm.LEAST_OUTSTANDING_REQUESTS.",
            "Write `Algorithm.ROUND_ROBIN`, or leave `slow_start` out.",
        ),
        (
            lambda: TargetGroupAttributes(algorithm=Algorithm.WEIGHTED_RANDOM, slow_start=seconds(30)),
            "target group attribute slow_start '0:00:30' cannot be used with Algorithm.WEIGHTED_RANDOM.",
            "Write `Algorithm.ROUND_ROBIN`, or leave `slow_start` out.",
        ),
        (
            lambda: TargetGroupAttributes(anomaly_mitigation=True),
            "target group attribute anomaly_mitigation True needs Algorithm.WEIGHTED_RANDOM.",
            "Write `algorithm=Algorithm.WEIGHTED_RANDOM`, or leave `anomaly_mitigation` out.",
        ),
        (
            lambda: TargetGroupAttributes(anomaly_mitigation=True, algorithm=Algorithm.ROUND_ROBIN),
            "target group attribute anomaly_mitigation True needs Algorithm.WEIGHTED_RANDOM.",
            "Write `algorithm=Algorithm.WEIGHTED_RANDOM`, or leave `anomaly_mitigation` out.",
        ),
        (
            lambda: TargetGroupAttributes(algorithm=Algorithm.WEIGHTED_RANDOM, stickiness=Stickiness.load_balancer_cookie()),
            "target group attribute algorithm 'weighted_random' cannot be used with stickiness.",
            "Write another algorithm, or `Stickiness.off()`.",
        ),
        (
            lambda: TargetGroupAttributes(cross_zone=False, stickiness=Stickiness.application_cookie("sid")),
            "target group attribute cross_zone False cannot be used with stickiness.",
            "Leave `cross_zone` out, or write `Stickiness.off()`.",
        ),
        (
            lambda: TargetGroupAttributes(unhealthy_routing_min_healthy=MinimumHealthy(count="off")),
            "target group attribute unhealthy_routing_min_healthy, count 'off' cannot be off.",
            "Write `MinimumHealthy(count=1)`, which is the default.",
        ),
        (
            lambda: TargetGroupAttributes(
                dns_failover_min_healthy=MinimumHealthy(count=1), unhealthy_routing_min_healthy=MinimumHealthy(count=2)
            ),
            "target group attribute dns_failover_min_healthy, count 1 is below that of unhealthy_routing_min_healthy, 2, while AWS "
            "must take a zone out of DNS first.",
            "Write 2 or more.",
        ),
        (
            lambda: TargetGroupAttributes(
                dns_failover_min_healthy=MinimumHealthy(percentage=49), unhealthy_routing_min_healthy=MinimumHealthy(percentage=50)
            ),
            "target group attribute dns_failover_min_healthy, percentage 49 is below that of unhealthy_routing_min_healthy, 50, "
            "while AWS must take a zone out of DNS first.",
            "Write 50 or more.",
        ),
    ],
)
def test_attributes_of_a_target_group_that_do_not_go_together_are_refused(
    make: Callable[[], object], reason: str, remedy: str
) -> None:
    assert refusals(make) == [(reason, remedy)]


@pytest.mark.parametrize(
    "attributes",
    [
        TargetGroupAttributes(algorithm=Algorithm.ROUND_ROBIN, slow_start=seconds(30)),
        TargetGroupAttributes(algorithm=Algorithm.LEAST_OUTSTANDING_REQUESTS, slow_start=seconds(0)),
        TargetGroupAttributes(algorithm=Algorithm.ROUND_ROBIN, anomaly_mitigation=False),
        TargetGroupAttributes(algorithm=Algorithm.WEIGHTED_RANDOM, stickiness=Stickiness.off(), cross_zone=False),
        TargetGroupAttributes(algorithm=Algorithm.LEAST_OUTSTANDING_REQUESTS, stickiness=Stickiness.load_balancer_cookie()),
        TargetGroupAttributes(cross_zone=True, stickiness=Stickiness.load_balancer_cookie()),
        TargetGroupAttributes(
            dns_failover_min_healthy=MinimumHealthy(count=2, percentage=50),
            unhealthy_routing_min_healthy=MinimumHealthy(count=2, percentage=50),
        ),
        TargetGroupAttributes(
            dns_failover_min_healthy=MinimumHealthy(percentage="off"), unhealthy_routing_min_healthy=MinimumHealthy(percentage=50)
        ),
    ],
)
def test_attributes_of_a_target_group_that_go_together_are_taken(attributes: TargetGroupAttributes) -> None:
    assert isinstance(attributes, TargetGroupAttributes)


@pytest.mark.parametrize(
    ("make", "key", "field"),
    [
        (LoadBalancerAttributes, "idle_timeout.timeout_seconds", "idle_timeout"),
        (LoadBalancerAttributes, "access_logs.s3.bucket", "access_logs"),
        (LoadBalancerAttributes, "connection_logs.s3.enabled", "connection_logs"),
        (NetworkLoadBalancerAttributes, "load_balancing.cross_zone.enabled", "cross_zone"),
        (TargetGroupAttributes, "stickiness.enabled", "stickiness"),
        (TargetGroupAttributes, "stickiness.lb_cookie.duration_seconds", "stickiness"),
        (
            TargetGroupAttributes,
            "target_group_health.dns_failover.minimum_healthy_targets.count",
            "dns_failover_min_healthy",
        ),
        (
            TargetGroupAttributes,
            "target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage",
            "unhealthy_routing_min_healthy",
        ),
        (ListenerAttributes, "routing.http.response.server.enabled", "server_header"),
    ],
)
def test_a_key_that_has_a_field_is_refused_among_the_others(make: type[Attributes], key: str, field: str) -> None:
    assert refusals(lambda: make(other={key: "true"})) == [
        (f"key in other {make.what}s, {key!r} has a field of its own, where values are checked.", f"Write `{field}=…`.")
    ]


@pytest.mark.parametrize("key", ["stickiness_new", "idle_timeout.timeout", "access_logs.s4", TOKEN, f"stickiness.{TOKEN}"])
def test_a_key_that_has_no_field_is_taken_among_the_others(key: str) -> None:
    assert TargetGroupAttributes(other={key: "1"}).entries() == {key: "1"}


def test_cross_zone_of_an_application_load_balancer_is_refused_in_favour_of_the_target_group() -> None:
    assert refusals(lambda: LoadBalancerAttributes(other={"load_balancing.cross_zone.enabled": "false"})) == [
        (
            "key in other load balancer attributes, 'load_balancing.cross_zone.enabled' cannot be set, since an application load "
            "balancer always sends to all zones.",
            "Write `TargetGroupAttributes(cross_zone=False)` for the targets that shall have requests of their own zone only.",
        )
    ]


@pytest.mark.parametrize(
    ("other", "reason", "remedy"),
    [
        (
            {"a.b": 1},
            "other listener attributes {'a.b': 1} are not texts by name.",
            "Write {'name': 'value'}, both in quotes.",
        ),
        (["a.b=1"], "other listener attributes ['a.b=1'] are not texts by name.", "Write {'name': 'value'}, both in quotes."),
        (None, "other listener attributes None are not texts by name.", "Write {'name': 'value'}, both in quotes."),
        (
            {"": "1"},
            "key in other listener attributes, '' is empty or has a '=', where its value would begin.",
            "Write a key of Elastic Load Balancing, such as 'idle_timeout.timeout_seconds'.",
        ),
        (
            {"a=b": "1"},
            "key in other listener attributes, 'a=b' is empty or has a '=', where its value would begin.",
            "Write a key of Elastic Load Balancing, such as 'idle_timeout.timeout_seconds'.",
        ),
        (
            {"a.b ": "1"},
            "key in other listener attributes, 'a.b ' has a space at an end, which the controller drops.",
            "Write 'a.b'.",
        ),
        (
            {"a.b": " 1"},
            "value of 'a.b' in other listener attributes, ' 1' has a space at an end, which the controller drops.",
            "Write '1'.",
        ),
    ],
)
def test_others_that_could_not_be_written_are_refused(other: Any, reason: str, remedy: str) -> None:
    assert refusals(lambda: ListenerAttributes(other=other)) == [(reason, remedy)]


def test_attributes_tell_all_their_mistakes_at_once() -> None:
    said = reasons(
        lambda: TargetGroupAttributes(
            deregistration_delay=seconds(-1),
            slow_start=seconds(10),
            anomaly_mitigation=True,
            algorithm=Algorithm.LEAST_OUTSTANDING_REQUESTS,
            other={"stickiness.enabled": "true", "": ""},
        )
    )
    assert [reason.split("attribute", 1)[1].split()[:2] for reason in said] == [
        ["deregistration_delay", "'-1"],
        ["slow_start", "'0:00:10'"],
        ["s,", "'stickiness.enabled'"],
        ["s,", "''"],
        ["slow_start", "'0:00:10'"],
        ["anomaly_mitigation", "True"],
    ]


@pytest.mark.parametrize(
    "make",
    [
        lambda: LoadBalancerAttributes(access_logs=Logs(TOKEN, f"/{TOKEN}/")),
        lambda: LoadBalancerAttributes(access_logs=Logs(f"UPPER-{TOKEN}")),
        lambda: LoadBalancerAttributes(other={"some.key": f" {TOKEN}"}),
        lambda: TargetGroupAttributes(stickiness=Stickiness.application_cookie(f"AWSALB {TOKEN}")),
        lambda: ListenerAttributes(strict_transport_security=TOKEN),
        lambda: ListenerAttributes(content_security_policy=f' "{TOKEN}"' + "a" * 1024),
        lambda: ListenerAttributes(access_control_allow_credentials=TOKEN),
        lambda: ListenerAttributes(x_frame_options=TOKEN, x_content_type_options=TOKEN),
        lambda: ListenerAttributes(mtls_leaf_header=f"X {TOKEN}"),
    ],
)
def test_a_token_passes_as_part_of_attributes(make: Callable[[], Attributes]) -> None:
    assert any(TOKEN in text for text in make().entries().values())
