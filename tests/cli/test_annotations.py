from __future__ import annotations

import json
import re
import sys

import pytest

from eks_ingress.annotations import catalogue, of_services
from eks_ingress.cli import main
from eks_ingress.report.annotations import entries, tables
from tests.commands import run

ROWS = (*catalogue.ALL, *of_services.ALL)


@pytest.mark.parametrize("arguments", [[], ["--format", "text"]])
def test_annotations_are_listed_with_what_to_write_instead(arguments: list[str]) -> None:
    code, out, err = run("annotations", *arguments)
    assert code == 0
    assert (out, err) == (f"{tables()}\n", "")
    (line,) = (line for line in out.splitlines() if line.startswith("  scheme "))
    assert line.split() == [
        "scheme",
        "LoadBalancerSettings.scheme",
        "internal,",
        "internet-facing",
        "Ingress",
        "exclusive",
        "2.0.0",
        "scheme",
    ]


def test_a_program_gets_all_that_is_known() -> None:
    code, out, err = run("annotations", "--format", "json")
    assert code == 0
    assert (json.loads(out), err) == (entries(), "")
    assert len(json.loads(out)) == len(ROWS) == 72 + 50


def test_lines_fit_the_terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert main(["annotations", "--color", "never"]) == 0
    out = capsys.readouterr().out
    assert out == f"{tables(120)}\n"
    assert max(map(len, out.splitlines())) <= 120


def test_in_a_pipe_each_annotation_has_one_line() -> None:
    _, out, _ = run("annotations")
    found = [line.split()[0] for line in out.splitlines() if line.startswith("  ")]
    assert [name for name in found if name != "annotation"] == [row.name for row in ROWS]


def test_a_format_that_there_is_not_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["annotations", "--format", "yaml"])
    assert stopped.value.code == 2
    assert "eks-ingress annotations: error:" in capsys.readouterr().err


def test_help_has_examples_that_work(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["annotations", "--help"])
    _, examples, _ = re.split("examples:\n|\nexit codes:\n", capsys.readouterr().out)
    for example in examples.replace("\\\n", "").strip().splitlines():
        assert main(example.split(" | ")[0].split()[1:]) == 0
        assert "healthcheck" in capsys.readouterr().out


def test_a_part_of_a_name_is_enough(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["annotations", "HealthCheck-path"]) == 0
    out = capsys.readouterr().out
    assert [line.split()[0] for line in out.splitlines() if line.startswith("  ") and "annotation " not in line] == [
        "healthcheck-path",
        "frontend-nlb-healthcheck-path",
        "aws-load-balancer-healthcheck-path",
    ]
    assert main(["annotations", "alb.ingress.kubernetes.io/scheme", "--format", "json"]) == 0
    assert [found["name"] for found in json.loads(capsys.readouterr().out)] == ["alb.ingress.kubernetes.io/scheme"]


def test_an_annotation_that_there_is_not_is_told_with_what_it_may_mean() -> None:
    code, out, err = run("annotations", "alb.ingress.kubernetes.io/healthcheck-pth")
    assert (code, out) == (2, "")
    assert "Did you mean healthcheck-path?" in err
