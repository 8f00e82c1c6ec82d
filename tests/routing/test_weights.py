from __future__ import annotations

from collections.abc import Callable

import pytest

from eks_ingress.routing.backend import Service, TargetGroup
from eks_ingress.routing.targets import TargetType
from eks_ingress.routing.weights import Weights
from tests.routing.cdk import TOKEN
from tests.routing.refusals import refusals

NEXT = Service("next", 1883)
ARN = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/theirs/0123456789abcdef"


def test_weights_hold_services_and_target_groups_of_others() -> None:
    weights = Weights(90, [(NEXT, 9), (TargetGroup(ARN), 1), (Service(TOKEN, TOKEN), 0)])
    assert (weights.own, len(weights.others), weights.sticky) == (90, 3, None)
    assert weights.services == (NEXT, Service(TOKEN, TOKEN))


@pytest.mark.parametrize(
    ("make", "reason", "remedy"),
    [
        (lambda: Weights(1000, [(NEXT, 1)]), "own weight 1000 is out of range.", "Write a whole number from 0 to 999."),
        (lambda: Weights(1, [(NEXT, -1)]), "weight -1 is out of range.", "Write a whole number from 0 to 999."),
        (
            lambda: Weights(None, [(NEXT, 1)]),  # type: ignore[arg-type]
            "own weight None is missing.",
            "Write a whole number from 0 to 999.",
        ),
        (
            lambda: Weights(1, []),
            "Weights [] are for one to four others: a listener has at most five target groups.",
            "Name one to four of them.",
        ),
        (
            lambda: Weights(1, [(NEXT, 1), (NEXT, 2)]),
            f"target {NEXT!r} is there 2 times.",
            "Add its weights up, and write it once.",
        ),
        (
            lambda: Weights(1, [("next", 1)]),  # type: ignore[list-item]
            "entry of Weights, ('next', 1) is no target with its weight.",
            "Write `(Service(name, port), 10)` or `(TargetGroup(arn), 10)`.",
        ),
        (
            lambda: Weights(1, [(TargetGroup(name="theirs"), 1)]),
            "target group 'theirs' is named, and the controller knows those of a Service's listener by their ARN only.",
            "Write `TargetGroup(arn)`.",
        ),
        (
            lambda: Weights(1, [(Service("next", 1883, target_type=TargetType.IP), 1)]),
            "Service 'next' says more than a name and a port, and would be treated as the load balancer's own all the same.",
            "Write `Service(name, port)`.",
        ),
        (
            lambda: Weights(1, [(Service("next", 1883, namespace="other"), 1)]),
            "Service 'next' says more than a name and a port, and would be treated as the load balancer's own all the same.",
            "Write `Service(name, port)`.",
        ),
        (
            lambda: Weights(1, [(NEXT, 1)], sticky="yes"),  # type: ignore[arg-type]
            "sticky 'yes' is neither True nor False.",
            "Write True or False.",
        ),
    ],
)
def test_what_weights_cannot_be_is_refused(make: Callable[[], Weights], reason: str, remedy: str) -> None:
    assert refusals(make) == [(reason, remedy)]


def test_a_listener_has_at_most_five_target_groups() -> None:
    four = [(Service(name, 80), 1) for name in "abcd"]
    assert len(Weights(1, four).others) == 4
    (problem,) = refusals(lambda: Weights(1, [*four, (Service("e", 80), 1)]))
    assert problem[1] == "Name one to four of them."
