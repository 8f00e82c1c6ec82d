from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from eks_ingress.routing.network_service import ExistingService, IpFamily, IpFamilyPolicy, NetworkService, TrafficPolicy
from tests.routing.cdk import TOKEN
from tests.routing.refusals import refusals

PODS = {"app": "mqtt"}
LOCAL = TrafficPolicy.LOCAL


@pytest.mark.parametrize(
    "make",
    [
        lambda: NetworkService(PODS),
        lambda: NetworkService({TOKEN: TOKEN}, labels={TOKEN: TOKEN}, annotations={TOKEN: TOKEN}),
        lambda: NetworkService(PODS, ip_families=[IpFamily.IPV6, IpFamily.IPV4]),
        lambda: NetworkService(PODS, ip_families=[IpFamily.IPV6], ip_family_policy=IpFamilyPolicy.SINGLE_STACK),
        lambda: NetworkService(PODS, external_traffic_policy=LOCAL, health_check_node_port=32000),
        lambda: NetworkService(PODS, annotations={"external-dns.alpha.kubernetes.io/hostname": "mqtt.example.com"}),
        lambda: NetworkService.existing("mqtt", external_traffic_policy=LOCAL, health_check_node_port=32000),
    ],
)
def test_a_service_that_kubernetes_takes_is_taken(make: Callable[[], object]) -> None:
    assert isinstance(make(), NetworkService | ExistingService)


def test_a_service_keeps_what_it_was_made_of() -> None:
    selector = dict(PODS)
    service = NetworkService(selector, ip_families=[IpFamily.IPV6])
    selector["app"] = "other"
    assert (service.selector, service.ip_families) == (PODS, (IpFamily.IPV6,))


@pytest.mark.parametrize(
    ("make", "reason", "remedy"),
    [
        (lambda: NetworkService({}), "selector {} chooses no pods.", "Write the labels of the pods: `{'app': 'mqtt'}`."),
        (
            lambda: NetworkService("app=mqtt"),  # type: ignore[arg-type]
            "selector 'app=mqtt' are not texts by name.",
            "Write {'name': 'value'}, both in quotes.",
        ),
        (
            lambda: NetworkService({"app": "a b"}),
            "value of 'app' in selector, 'a b' is not the value of a label: up to 63 letters, digits, '-', '_' and '.', with a "
            "letter or digit at both ends.",
            "Write 'shop' or the like, or ''.",
        ),
        (
            lambda: NetworkService(PODS, name="1mqtt"),
            "name '1mqtt' is not the name of a Service: 1 to 63 lower-case letters, digits and '-', a letter first.",
            "Write the Service's name as it stands in its metadata, without its namespace.",
        ),
        (
            lambda: NetworkService(PODS, health_check_node_port=32000),
            "health_check_node_port 32000 is there only where nodes send to their own pods.",
            "Write `external_traffic_policy=TrafficPolicy.LOCAL`, or leave it out.",
        ),
        (
            lambda: NetworkService.existing("mqtt", health_check_node_port=32000),
            "health_check_node_port 32000 is there only where nodes send to their own pods.",
            "Write `external_traffic_policy=TrafficPolicy.LOCAL`, or leave it out.",
        ),
        (
            lambda: NetworkService(PODS, ip_families=[IpFamily.IPV4, IpFamily.IPV4]),
            "ip_families ['IPv4', 'IPv4'] name one twice.",
            "Write each once.",
        ),
        (
            lambda: NetworkService(PODS, ip_families=[IpFamily.IPV4, IpFamily.IPV6], ip_family_policy=IpFamilyPolicy.SINGLE_STACK),
            "ip_families ['IPv4', 'IPv6'] are two, while ip_family_policy allows one.",
            "Write `IpFamilyPolicy.REQUIRE_DUAL_STACK`, or leave one out.",
        ),
        (
            lambda: NetworkService(PODS, session_affinity=timedelta(days=2)),
            "session_affinity '2 days, 0:00:00' must be a datetime.timedelta or a Duration of 1 s to 86400 s, in whole seconds.",
            "Write timedelta(seconds=1) or longer, up to timedelta(seconds=86400).",
        ),
        (
            lambda: NetworkService(PODS, external_traffic_policy="Local"),  # type: ignore[arg-type]
            "external_traffic_policy 'Local' is no TrafficPolicy.",
            "Write `TrafficPolicy.CLUSTER` or `TrafficPolicy.LOCAL`.",
        ),
        (
            lambda: NetworkService(PODS, ip_families=["IPv4"]),  # type: ignore[list-item]
            "ip_families entry 'IPv4' is no IpFamily.",
            "Write `IpFamily.IPV4` or `IpFamily.IPV6`.",
        ),
    ],
)
def test_what_kubernetes_would_refuse_is_refused(make: Callable[[], object], reason: str, remedy: str) -> None:
    assert refusals(make) == [(reason, remedy)]
