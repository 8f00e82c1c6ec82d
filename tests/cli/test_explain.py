from __future__ import annotations

import pytest

from eks_ingress.checks.registry import CHECKS
from eks_ingress.report.checks import explain
from tests.cli.conftest import Shell


@pytest.mark.parametrize("name", ["EKI101", "eki101", "101"])
def test_a_check_is_explained(shell: Shell, name: str) -> None:
    code, out, err = shell.run("explain", name)
    assert (code, out, err) == (0, f"{explain('EKI101')}\n", "")
    assert "A rule is never reached" in out


def test_all_checks_are_listed(shell: Shell) -> None:
    code, out, _ = shell.run("explain")
    assert code == 0
    assert out.splitlines() == [f"{check.id}  {check.title}" for check in sorted(CHECKS, key=lambda check: check.id)]


@pytest.mark.parametrize(
    ("name", "remedy"),
    [("EKI5O6", "Did you mean EKI506?"), ("nonsense", "`eks-ingress explain` lists all.")],
)
def test_an_id_that_there_is_not_is_refused(shell: Shell, name: str, remedy: str) -> None:
    assert shell.run("explain", name) == (2, "", f"there is no check {name!r}.\n    {remedy}\n")
