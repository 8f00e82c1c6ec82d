from __future__ import annotations

from typing import Any

import pytest

from tests.checks.objects import NLB, Case, messages, nlb
from tests.plan.objects import ingress

RANGES = "service.beta.kubernetes.io/load-balancer-source-ranges"
LISTS = "security-group-prefix-lists"
TOKEN = "${Token[T.1]}"
BARE = {"disable-nlb-sg": "true"}
PUBLIC = {"scheme": "internet-facing"}
UDP = [{"port": 53, "protocol": "UDP"}]
ELASTIC = "eipalloc-0123456789abcdef0"

CASES = {
    "EKI358": Case(
        nlb({LISTS: "pl-1", **BARE}),
        nlb({LISTS: "pl-1"}),
        f"{NLB}{LISTS} has no effect.",
    ),
    "EKI359": Case(
        nlb({RANGES: "10.0.0.0/8, 192.0.2.0/24"}, loadBalancerSourceRanges=["192.0.2.0/24"]),
        nlb({RANGES: "192.0.2.0/24"}, loadBalancerSourceRanges=["192.0.2.0/24"]),
        f"{RANGES} lets in 10.0.0.0/8, for nothing.",
    ),
    "EKI372": Case(
        nlb({"internal": "true", **PUBLIC}),
        nlb({"internal": "false", **PUBLIC}),
        f"{NLB}internal says internal, and aws-load-balancer-scheme says internet-facing: it is internet-facing.",
    ),
    "EKI373": Case(
        nlb({"access-log-s3-bucket-name": "logs"}),
        nlb({"access-log-s3-bucket-name": "logs", "access-log-enabled": "true"}),
        f"{NLB}access-log-s3-bucket-name has no effect.",
    ),
    "EKI378": Case(nlb({RANGES: "10.0.0.1"}), nlb({RANGES: "10.0.0.1/32"}), f"{RANGES} holds '10.0.0.1'."),
    "EKI379": Case(
        nlb({"eip-allocations": "192.0.2.1", **PUBLIC}),
        nlb({"eip-allocations": ELASTIC, **PUBLIC}),
        f"{NLB}eip-allocations holds '192.0.2.1'.",
    ),
}


@pytest.mark.parametrize("id", CASES)
def test_it_is_found_and_what_is_near_is_not(id: str) -> None:
    CASES[id].hold(id)


@pytest.mark.parametrize(
    ("said", "spec", "wrong"),
    [
        ({RANGES: "10.0.0.0/8"}, {}, [RANGES]),
        ({RANGES: "10.0.0.0/8"}, {"ports": UDP}, []),
        ({RANGES: "10.0.0.0/8", "target-group-attributes": "preserve_client_ip.enabled=true"}, {}, []),
        ({RANGES: "10.0.0.0/8", "manage-backend-security-group-rules": "false"}, {"ports": UDP}, [RANGES]),
        ({}, {"loadBalancerSourceRanges": ["10.0.0.0/8"]}, ["loadBalancerSourceRanges"]),
        ({"enable-icmp-for-path-mtu-discovery": "on"}, {}, [f"{NLB}enable-icmp-for-path-mtu-discovery"]),
        ({"enable-icmp-for-path-mtu-discovery": "off"}, {}, []),
        ({"disable-nlb-sg": TOKEN, LISTS: "pl-1"}, {}, []),
        ({"disable-nlb-sg": "false", RANGES: "10.0.0.0/8"}, {}, []),
    ],
)
def test_some_of_it_counts_without_security_groups(said: dict[str, str], spec: dict[str, Any], wrong: list[str]) -> None:
    assert messages("EKI358", nlb({**BARE, **said}, **spec)) == [f"{what} has no effect." for what in wrong]


@pytest.mark.parametrize(
    ("older", "newer", "is_so"),
    [
        ({"access-log-enabled": "true"}, "access_logs.s3.enabled=false", "true"),
        ({"access-log-enabled": "false"}, "access_logs.s3.enabled=true", "true"),
        ({"access-log-enabled": "true"}, "access_logs.s3.enabled=TRUE", None),
        ({"cross-zone-load-balancing-enabled": "1"}, "load_balancing.cross_zone.enabled=true", None),
        ({"cross-zone-load-balancing-enabled": "0"}, "load_balancing.cross_zone.enabled=true", "false"),
        ({"cross-zone-load-balancing-enabled": TOKEN}, "load_balancing.cross_zone.enabled=true", None),
    ],
)
def test_an_older_annotation_may_say_the_same(older: dict[str, str], newer: str, is_so: str | None) -> None:
    found = messages("EKI372", nlb({**older, "attributes": newer}))
    assert [message.rpartition(": it is ")[2] for message in found] == ([] if is_so is None else [f"{is_so}."])


def test_a_place_for_logs_that_are_switched_off_is_meant() -> None:
    assert messages("EKI373", nlb({"access-log-s3-bucket-name": "logs", "access-log-enabled": "false"})) == []


@pytest.mark.parametrize("text", ["10.0.0.0/8, 2001:db8::/32", TOKEN, "10.0.0.1/8"])
def test_blocks_that_aws_takes_are_well(text: str) -> None:
    assert messages("EKI378", nlb({RANGES: text, "ip-address-type": "dualstack"})) == []


@pytest.mark.parametrize("text", ["all", "10.0.0.0/255.0.0.0", "10.0.0.0/33", "10.0.0/8", "fe80::%eth0/64"])
def test_what_is_no_block_is_told(text: str) -> None:
    assert messages("EKI378", nlb({RANGES: text, "ip-address-type": "dualstack"})) == [f"{RANGES} holds {text!r}."]


def test_prefix_lists_are_named_by_ids_on_services_and_ingresses() -> None:
    assert messages("EKI378", nlb({LISTS: "cloudfront, pl-1"})) == [f"{NLB}{LISTS} holds 'cloudfront'."]
    of_ingress = ingress("/", said={"security-group-prefix-lists": "cloudfront"})
    assert messages("EKI378", of_ingress) == ["alb.ingress.kubernetes.io/security-group-prefix-lists holds 'cloudfront'."]


def test_an_address_is_in_one_subnet() -> None:
    assert messages("EKI379", nlb({"eip-allocations": f"{ELASTIC},{ELASTIC}", **PUBLIC})) == [
        f"{NLB}eip-allocations holds {ELASTIC} twice."
    ]
    assert messages("EKI379", nlb({"eip-allocations": f"{TOKEN},{TOKEN}", **PUBLIC})) == []
