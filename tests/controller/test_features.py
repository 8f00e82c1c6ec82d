from __future__ import annotations

import json

import pytest

from eks_ingress.controller import core
from eks_ingress.controller.features import (
    PUBLISHED_FEATURES,
    Feature,
    chart_values,
    gates,
    published_grants,
    strict_grants,
    with_implied,
)
from eks_ingress.controller.grants import Grant

ADDONS = {
    Feature.WAFV2: "enableWafv2",
    Feature.WAFV2_BY_NAME: "enableWafv2",
    Feature.WAF_CLASSIC: "enableWaf",
    Feature.SHIELD: "enableShield",
}
GATES = {
    Feature.CERTIFICATE_CREATION: "EnableCertificateManagement",
    Feature.GLOBAL_ACCELERATOR: "GlobalAcceleratorController",
    Feature.TAGGING_API: "EnableRGTAPI",
    Feature.CAPACITY_RESERVATION: "LBCapacityReservation",
}


def actions(grants: list[Grant]) -> set[str]:
    return {action for grant in grants for action in grant.actions}


@pytest.mark.parametrize("feature", Feature)
def test_a_feature_switches_on_what_it_needs_and_nothing_else(feature: Feature) -> None:
    assert {name for name, on in chart_values({feature}).items() if on} == ({ADDONS[feature]} if feature in ADDONS else set())
    assert {name for name, on in gates({feature}).items() if on} == ({GATES[feature]} if feature in GATES else set())


def test_without_features_all_is_switched_off() -> None:
    assert chart_values([]) == {"enableWafv2": False, "enableWaf": False, "enableShield": False}
    assert gates([]) == {
        "EnableCertificateManagement": False,
        "LBCapacityReservation": False,
        "GlobalAcceleratorController": False,
        "EnableRGTAPI": False,
    }


def test_what_is_published_leaves_the_controller_as_it_is_by_default() -> None:
    assert all(chart_values(PUBLISHED_FEATURES).values())
    assert {name for name, on in gates(PUBLISHED_FEATURES).items() if on} == {"LBCapacityReservation"}


def test_some_features_come_with_others() -> None:
    assert with_implied({Feature.WAFV2_BY_NAME}) == {Feature.WAFV2_BY_NAME, Feature.WAFV2}
    assert with_implied({Feature.CERTIFICATE_CREATION}) == {Feature.CERTIFICATE_CREATION, Feature.CERTIFICATE_DISCOVERY}
    assert with_implied({Feature.SHIELD}) == {Feature.SHIELD}


@pytest.mark.parametrize("feature", Feature)
def test_a_feature_needs_the_same_actions_whether_or_not_they_are_limited(feature: Feature) -> None:
    assert actions(strict_grants({feature})) == actions(published_grants({feature})) != set()


def test_the_core_has_the_same_actions_whether_or_not_they_are_limited() -> None:
    assert actions(list(core.STRICT)) == actions(list(core.PUBLISHED))


@pytest.mark.parametrize(
    "grants",
    [[*core.PUBLISHED, *published_grants(Feature)], [*core.STRICT, *strict_grants(Feature)]],
    ids=["published", "strict"],
)
def test_statements_of_one_name_differ_in_their_actions_only(grants: list[Grant]) -> None:
    limits: dict[str, set[tuple[str, tuple[str, ...], str]]] = {}
    for grant in grants:
        limits.setdefault(grant.sid, set()).add((grant.open, grant.resources, json.dumps(grant.condition)))
    assert {sid: found for sid, found in limits.items() if len(found) > 1} == {}


def test_every_feature_says_what_it_is() -> None:
    source = (core.__file__ or "").replace("core.py", "features.py")
    lines = [line.strip() for line in open(source, encoding="utf-8")]  # noqa: SIM115
    for feature in Feature:
        following = lines[lines.index(f'{feature.name} = "{feature.value}"') + 1]
        assert following.startswith('"""'), feature
