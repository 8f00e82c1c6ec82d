"""What docs/controller.md says is so."""

from __future__ import annotations

import re

from eks_ingress import ControllerOptions
from eks_ingress.controller.chart_values import OWNED, paths
from tests.synth.apps import ROOT

TEXT = (ROOT / "docs" / "controller.md").read_text("utf-8")


def rows(heading: str) -> list[list[str]]:
    """The cells of the first table below a heading that begins so."""
    _, _, below = TEXT.partition(heading)
    table = re.search(r"^\|.*?(?=^[^|])", below, re.MULTILINE | re.DOTALL)
    assert table is not None
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in table[0].splitlines()[2:]]


def test_every_option_is_documented_with_its_value_and_default() -> None:
    found = {row[0].strip("| `"): row for row in rows("## `options=`")}
    assert list(found) == list(ControllerOptions.__dataclass_fields__)
    for name, row in found.items():
        assert row[1].strip("`") in set(paths()) | {"podDisruptionBudget.maxUnavailable"}, name
        default = getattr(ControllerOptions(), name)
        if isinstance(default, bool | int | str) or default is None:
            assert row[2].split(":")[0].strip("`").replace('"', "") == str(default), name


def test_every_value_that_is_owned_is_documented() -> None:
    named = {path for row in rows("what belongs to `EksIngress`") for path in re.findall(r"`([\w.]+)`", row[0])}
    assert named == set(OWNED)
