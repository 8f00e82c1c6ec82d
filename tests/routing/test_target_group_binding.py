from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from eks_ingress.routing.backend import Service, TargetGroup
from eks_ingress.routing.health import HealthCheck
from eks_ingress.routing.labels import NodeSelector
from eks_ingress.routing.target_group_binding import AllowedTraffic, Binding, TargetGroupProtocol, TransportProtocol
from eks_ingress.routing.targets import TargetType
from tests.routing.cdk import TOKEN
from tests.routing.refusals import reasons, refusals

ARN = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/blue/0123456789abcdef"
ROLE = "arn:aws:iam::444455556666:role/path/targets"


@dataclass
class Ids:
    """What knows its id, as objects of the CDK do."""

    security_group_id: str = "sg-0a"
    vpc_id: str = "vpc-0a1b2c3d"
    role_arn: str = ROLE


def binding(**words: Any) -> Binding:
    plain = {"name": "storefront", "namespace": "shop", "service": Service("web", 80), "target_group": TargetGroup(ARN)}
    return Binding(**{**plain, **words})


def test_objects_of_the_cdk_are_taken_for_their_ids() -> None:
    made = binding(vpc=Ids(), role=Ids(), networking=AllowedTraffic(Ids()))
    assert (made.vpc, made.role) == ("vpc-0a1b2c3d", ROLE)
    assert made.networking == (AllowedTraffic("sg-0a"),)


def test_tokens_are_taken_as_they_are() -> None:
    made = binding(
        service=Service(TOKEN, TOKEN),
        target_group=TargetGroup(TOKEN),
        vpc=TOKEN,
        role=TOKEN,
        external_id=TOKEN,
        networking=AllowedTraffic(TOKEN, TOKEN, TOKEN),
    )
    assert (made.vpc, made.role, made.external_id) == (TOKEN, TOKEN, TOKEN)


@pytest.mark.parametrize("id", ["vpc-0a1b2c3d", "vpc-0123456789abcdef0", "vpc-" + "a" * 32])
def test_a_vpc_has_an_id_of_a_length_that_the_webhook_knows(id: str) -> None:
    assert binding(vpc=id).vpc == id
    assert reasons(lambda: binding(vpc=id + "a")) == [f"vpc {id + 'a'!r} is no id of a VPC."]


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ({"name": "Store"}, "name of TargetGroupBinding 'Store' is not a DNS subdomain"),
        ({"namespace": "a.b"}, "namespace 'a.b' is not a DNS label"),
        ({"service": "web"}, "service 'web' is no Service"),
        ({"target_group": ARN}, f"target_group {ARN!r} is no TargetGroup"),
        ({"target_type": "ip"}, "target_type 'ip' is no TargetType"),
        ({"protocol": "HTTP"}, "protocol 'HTTP' is no TargetGroupProtocol"),
        ({"networking": ["sg-0a"]}, "networking 'sg-0a' is no AllowedTraffic"),
        ({"multi_cluster": 1}, "multi_cluster 1 is neither True nor False"),
        ({"node_selector": {"pool": "web"}}, "node_selector {'pool': 'web'} is no NodeSelector"),
        (
            {"service": Service("web", 80, namespace="cart")},
            "namespace of Service 'web', 'cart' is not that of its binding",
        ),
        ({"service": Service("web", 80, health_check=HealthCheck(path="/up"))}, "Service 'web' says something of its targets"),
        ({"target_type": TargetType.IP, "node_selector": NodeSelector({"a": "b"})}, "node_selector "),
        ({"target_type": TargetType.INSTANCE, "role": ROLE}, f"role {ROLE!r} is of another account"),
        ({"target_type": TargetType.INSTANCE, "protocol": TargetGroupProtocol.QUIC}, "protocol <TargetGroupProtocol.QUIC: 'QUIC'>"),
        (
            {"target_type": TargetType.INSTANCE, "networking": AllowedTraffic("sg-0a", ports=[80, "http"])},
            "ports of AllowedTraffic ['http'] are names of ports of pods",
        ),
        ({"role": "targets"}, "role 'targets' is not the ARN of one"),
        ({"external_id": "shop"}, "external_id 'shop' is for a role, and there is none"),
        ({"role": ROLE, "external_id": "a b"}, "external_id 'a b' is none that AWS takes"),
        ({"role": ROLE, "external_id": "a"}, "external_id 'a' is none that AWS takes"),
    ],
)
def test_what_cannot_work_is_refused(words: dict[str, Any], reason: str) -> None:
    (found,) = reasons(lambda: binding(**words))
    assert found.startswith(reason)


def test_all_that_is_wrong_is_told_at_once() -> None:
    assert len(reasons(lambda: binding(vpc="shop", role="targets", external_id="a b"))) == 3


def test_a_service_may_name_the_namespace_of_its_binding() -> None:
    assert binding(service=Service("web", 80, namespace="shop")).namespace == "shop"


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ({}, "AllowedTraffic [] lets in nobody."),
        ({"security_groups": "web"}, "security groups of AllowedTraffic entry 'web' is not the id of one."),
        ({"cidrs": "10.0.0.1"}, "cidrs of AllowedTraffic, entry '10.0.0.1' has no prefix length."),
        ({"cidrs": "10.0.0.0/8", "ports": 0}, "port of AllowedTraffic 0 is out of range."),
        ({"cidrs": "10.0.0.0/8", "ports": "80"}, "port of AllowedTraffic '80' is not the name of a port"),
        ({"cidrs": "10.0.0.0/8", "protocol": "TCP"}, "protocol of AllowedTraffic 'TCP' is no TransportProtocol."),
    ],
)
def test_traffic_that_there_is_not_is_refused(words: dict[str, Any], reason: str) -> None:
    (found,) = reasons(lambda: AllowedTraffic(**words))
    assert found.startswith(reason)


def test_one_is_as_good_as_a_list_of_one() -> None:
    one = AllowedTraffic("sg-0a", "10.0.0.0/8", 80, TransportProtocol.UDP)
    assert one == AllowedTraffic(["sg-0a"], ["10.0.0.0/8"], [80], TransportProtocol.UDP)
    assert binding(networking=one) == binding(networking=[one])


def test_the_remedy_names_where_settings_of_targets_belong() -> None:
    (problem,) = refusals(lambda: binding(service=Service("web", 80, multi_cluster=True)))
    assert problem[1].startswith("Say it where the target group is made; ")
