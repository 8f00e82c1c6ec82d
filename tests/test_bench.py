"""That what bench/ measures is there to be measured: it patches and runs what others change. Times are looked at by nobody here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bench import planning, report, starts, within_synth
from bench.ways import ALONE, BASE, OURS, UNGUARDED, WAYS, synthesize


def resources(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "Bench.template.json").read_text("utf-8"))["Resources"]
    return found


@pytest.mark.newest
def test_each_way_makes_what_the_cluster_alone_has_not(tmp_path: Path) -> None:
    counts = {}
    for way in WAYS:
        synthesize(way, 10, str(tmp_path / way))
        counts[way] = len(resources(tmp_path / way))
    assert min(counts, key=lambda way: counts[way]) == ALONE
    assert counts[OURS] < counts[BASE]
    assert counts[OURS] == counts[UNGUARDED] + len(["role", "function", "guard"])


def test_a_synth_without_plan_and_checks_has_the_same_template_and_nothing_beside_it(tmp_path: Path) -> None:
    without, with_them = (tmp_path / str(n) for n in range(2))
    for way, folder in ((within_synth.UNPLANNED, without), (within_synth.WHOLE, with_them)):
        within_synth.synthesize(way, str(folder))
    assert resources(without) == resources(with_them)
    beside = {path.name for path in with_them.iterdir()} - {path.name for path in without.iterdir()}
    assert beside == {"Bench.Ingress.plan.json", "ingress-report.html"}


def test_the_command_line_the_plan_and_the_report_are_measured(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(starts, "RUNS", 1)
    monkeypatch.setattr(report, "RUNS", 1)
    assert [row[0] for row in starts._command_line().rows][1:] == [
        "`eks-ingress --version`",
        "`eks-ingress check shop.yaml`",
        "`eks-ingress plan shop.yaml`",
    ]
    (table,) = report.tables()
    assert [row[0] for row in table.rows] == ["100", "1,000"]
    planning.measure(10)
    assert set(json.loads(capsys.readouterr().out)) == {"plan", "checks", "memory"}
