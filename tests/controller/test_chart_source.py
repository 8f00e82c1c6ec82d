from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from eks_ingress import ChartSource
from eks_ingress.controller.chart_source import PUBLIC_REPOSITORY
from eks_ingress.refusal import Refusals
from tests.controller.charts import folder, packed
from tests.routing.refusals import reasons

CHART = "oci://111122223333.dkr.ecr.eu-west-1.amazonaws.com/charts/aws-load-balancer-controller"
TOKEN = "${Token[Url.7]}"


def differences(source: ChartSource, version: str) -> list[str]:
    noted = Refusals()
    source.check(version, noted)
    return [problem.reason for problem in noted.problems]


def test_the_chart_comes_from_its_project_by_default() -> None:
    assert ChartSource.repository() == ChartSource()
    assert ChartSource.repository().address == PUBLIC_REPOSITORY == "https://aws.github.io/eks-charts"


def test_addresses_are_kept() -> None:
    assert ChartSource.repository("https://charts.example.com/eks/").address == "https://charts.example.com/eks"
    assert ChartSource.oci(CHART).address == CHART
    assert ChartSource.repository(TOKEN).address == TOKEN
    assert ChartSource.oci(f"oci://{TOKEN}").address == f"oci://{TOKEN}"
    assert ChartSource.oci(f"oci://{TOKEN}/aws-load-balancer-controller").version is None
    assert differences(ChartSource.oci(CHART), "3.6.0") == []


@pytest.mark.parametrize("make", [folder, packed])
def test_the_version_of_a_local_chart_is_its_own(make: Callable[..., Path], tmp_path: Path) -> None:
    path = make(tmp_path, version="3.4.0")
    source = ChartSource.asset(str(path))
    assert (source.address, source.path, source.version) == (None, path, "3.4.0")
    assert differences(source, "3.4.0") == []
    assert differences(source, "3.5.0") == [f"chart {str(path)!r} is of version 3.4.0, but 3.5.0 is to be installed."]


def test_a_chart_that_is_gone_is_noted(tmp_path: Path) -> None:
    archive = packed(tmp_path)
    source = ChartSource.asset(archive)
    archive.unlink()
    (reason,) = differences(source, "3.5.0")
    assert "cannot be read" in reason


WRONG: dict[str, tuple[Callable[[Path], object], str]] = {
    "a registry as repository": (lambda _: ChartSource.repository(CHART), "is no address of a Helm repository"),
    "a folder as repository": (lambda _: ChartSource.repository("./charts"), "is no address of a Helm repository"),
    "its index": (lambda _: ChartSource.repository("https://example.com/index.yaml"), "is the address of a file in a repository"),
    "a repository as registry": (lambda _: ChartSource.oci("https://example.com/charts"), "is no address in a registry"),
    "without host": (lambda _: ChartSource.oci("oci:///aws-load-balancer-controller"), "is no address in a registry"),
    "with version": (lambda _: ChartSource.oci(f"{CHART}:3.5.0"), "holds a version"),
    "without name": (lambda _: ChartSource.oci("oci://example.com/charts"), "does not end with the name of the chart"),
    "nothing there": (lambda at: ChartSource.asset(at / "none.tgz"), "cannot be read"),
    "empty folder": (ChartSource.asset, "holds no Chart.yaml"),
    "no archive": (lambda at: ChartSource.asset(written(at / "chart.tgz")), "cannot be read"),
    "another chart": (lambda at: ChartSource.asset(folder(at, name="nginx")), "Chart.yaml says name 'nginx' and version '3.5.0'"),
}


def written(file: Path) -> Path:
    file.write_bytes(b"no archive")
    return file


@pytest.mark.parametrize("name", WRONG)
def test_what_cannot_be_a_chart_is_refused(name: str, tmp_path: Path) -> None:
    make, reason = WRONG[name]
    (found,) = reasons(lambda: make(tmp_path))
    assert reason in found
