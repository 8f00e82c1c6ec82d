"""Every statement against AWS's Service Authorization Reference: what exists, and what can be limited by what."""

from __future__ import annotations

import re
from typing import Any

import pytest

from eks_ingress.controller.features import Feature
from eks_ingress.controller.permissions import Permissions
from tests.controller.comparing import ROLE, TARGET_GROUP, in_place, listed
from tests.controller.reference import DATA, matches, resource_types

STATEMENTS = [
    pytest.param(statement, id=f"{level.value}-{statement['Sid']}")
    for level in Permissions
    for statement in in_place(level, features=set(Feature), own_target_groups=[TARGET_GROUP], role_arns=[ROLE])
]


def keys(action: str, patterns: list[str]) -> set[str]:
    """The condition keys that can be used for an action on such resources, tags as `${TagKey}`."""
    service, name = action.split(":")
    details = DATA.actions.get_action_details(service, name)
    of_action = set(details["conditionKeys"])
    reached = [
        (kind, found)
        for kind, found in resource_types(action).items()
        if patterns == ["*"] or any(matches(pattern, found["arn"]) for pattern in patterns)
    ]
    of_types = [
        set(found.get("conditionKeys", []))
        | {key for resource in details["resourceTypes"] if resource["name"] == kind for key in resource["conditionKeys"]}
        for kind, found in reached
    ]
    # A key that one kind of the resources lacks limits nothing there.
    return of_action | (set.intersection(*of_types) if of_types else set())


@pytest.mark.parametrize("statement", STATEMENTS)
def test_every_action_exists(statement: dict[str, Any]) -> None:
    for action in statement["Action"]:
        assert DATA.actions.action_exists(*action.split(":")), action


@pytest.mark.parametrize("statement", STATEMENTS)
def test_every_resource_is_of_a_type_that_the_actions_know(statement: dict[str, Any]) -> None:
    patterns = listed(statement["Resource"])
    if patterns == ["*"]:
        return
    types = {action: resource_types(action) for action in statement["Action"]}
    for action, found in types.items():
        assert any(matches(pattern, kind["arn"]) for pattern in patterns for kind in found.values()), action
    for pattern in patterns:
        assert any(matches(pattern, kind["arn"]) for found in types.values() for kind in found.values()), pattern


@pytest.mark.parametrize("statement", STATEMENTS)
def test_every_condition_key_is_one_that_each_action_has(statement: dict[str, Any]) -> None:
    for operator, conditions in statement.get("Condition", {}).items():
        for key, value in conditions.items():
            if (operator, value) == ("Null", "true"):
                continue  # that a tag must not be asked for holds for actions that cannot ask for any
            general = re.sub(r"^(aws:(?:Request|Resource)Tag)/.+", r"\1/${TagKey}", key)
            for action in statement["Action"]:
                assert general in keys(action, listed(statement["Resource"])), (action, key)


@pytest.mark.parametrize("statement", in_place(features=set(Feature)), ids=lambda statement: statement["Sid"])
def test_strict_asks_for_all_resources_only_of_actions_that_have_none(statement: dict[str, Any]) -> None:
    if statement["Resource"] == "*":
        limited = {action for action in statement["Action"] if resource_types(action)}
        # The controller asks for a protection by its load balancer, before there is one.
        assert limited <= {"shield:DescribeProtection"}
