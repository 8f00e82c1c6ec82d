from __future__ import annotations

from typing import Any

import pytest

from eks_ingress.controller.binding_rights import BindingRights
from eks_ingress.controller.features import Feature
from eks_ingress.controller.permissions import Permissions
from tests.controller.comparing import ROLE, TARGET_GROUP

TOKEN = "${Token[TOKEN.12]}"


def rights(level: Permissions = Permissions.STRICT, **given: Any) -> BindingRights:
    place: dict[str, Any] = {"partition": "aws", "region": "eu-central-1", "account": "123456789012"}
    return BindingRights(**{"level": level, **place, "features": frozenset(), "target_groups": (), "roles": (), **given})


def reached(found: BindingRights, arn: str | None = None, name: str | None = None, role: str | None = None) -> list[str]:
    return [statement["Resource"] for statement in found.statements(arn=arn, name=name, role=role)]


def test_strict_names_the_one_target_group() -> None:
    assert reached(rights(), arn=TARGET_GROUP) == [TARGET_GROUP]
    assert reached(rights(), arn=TOKEN) == [TOKEN]
    assert reached(rights(), name="old") == ["arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/old/*"]
    assert reached(rights(target_groups=[TARGET_GROUP]), arn=TARGET_GROUP) == []


@pytest.mark.parametrize("level", [Permissions.UPSTREAM, Permissions.CLUSTER])
def test_the_other_levels_have_all_target_groups(level: Permissions) -> None:
    assert reached(rights(level), arn=TARGET_GROUP) == []
    assert reached(rights(level), name="old") == []


@pytest.mark.parametrize("level", Permissions)
def test_with_a_role_the_controller_takes_that_on_and_needs_nothing_else(level: Permissions) -> None:
    assert reached(rights(level), arn=TARGET_GROUP, role=ROLE) == [ROLE]
    assert reached(rights(level, roles=[ROLE]), arn=TARGET_GROUP, role=ROLE) == []
    any_role = frozenset({Feature.CROSS_ACCOUNT_TARGET_GROUPS})
    assert reached(rights(level, features=any_role), arn=TARGET_GROUP, role=ROLE) == []
    assert reached(rights(level, features=any_role, roles=[f"{ROLE}2"]), arn=TARGET_GROUP, role=ROLE) == [ROLE]


def test_a_text_with_an_asterisk_gives_no_right() -> None:
    assert reached(rights(), arn=TARGET_GROUP.replace("old", "*")) == []
    assert reached(rights(), name="*") == []
    assert reached(rights(), arn=TARGET_GROUP, role="arn:aws:iam::210987654321:role/*") == []


def test_what_only_cloudformation_knows_counts_as_long_as_it_can_be() -> None:
    known, unknown = rights(), rights(region=TOKEN)
    by_arn = [rights().statements(arn=arn, name=None, role=None) for arn in (TARGET_GROUP, TOKEN)]
    assert known.characters([by_arn[0]]) < known.characters([by_arn[1]])
    assert known.characters(by_arn) == known.characters(by_arn[:1]) + known.characters(by_arn[1:])
    by_name = [found.statements(arn=None, name="old", role=None) for found in (known, unknown)]
    assert known.characters(by_name[:1]) < unknown.characters(by_name[1:])
