"""docs/permissions-seen.md, held against the policies; `make e2e` holds it against the calls."""

from __future__ import annotations

from eks_ingress.controller.permissions import Permissions
from tests.deploy.cloud.seen import PAGE, Seen, differences, granted, page, told

WRITTEN = PAGE.read_text("utf-8")


def test_what_is_granted_is_either_seen_or_said_to_be_unused_and_why() -> None:
    assert page(told(WRITTEN)) == WRITTEN, "stale: run make e2e, then python -m tests.deploy.cloud.seen --write"


def test_each_statement_that_is_named_grants_the_action() -> None:
    for level in Permissions:
        grants = granted(level)
        for action, by_level in told(WRITTEN).allowed.items():
            assert by_level[level], (action, level)
            assert by_level[level] <= set(grants[action]), (action, level)


def seen(**actions: str) -> Seen:
    found = Seen()
    for action, sid in actions.items():
        found.allowed[action] = {level: {sid} for level in Permissions}
    return found


def test_a_run_that_shows_something_else_makes_the_page_stale() -> None:
    before = seen(A="Look", B="Look")
    assert differences(before, before, complete=True) == []
    assert differences(before, seen(A="Look", B="Look", C="Look"), complete=True) == ["C was called and is not on it"]
    assert differences(before, seen(A="Look"), complete=True) == ["B is on it and was not called"]
    assert differences(before, seen(A="Look"), complete=False) == []
    assert differences(before, seen(A="Look", B="Change"), complete=True) == [
        f"B was allowed by Change at {level.name}, which it does not say" for level in Permissions
    ]
