"""What the stories share: the programs, and for each file of stories a cluster of its own.

Logs and all other files of a story are in build/deploy/STORY, from one run to the next; a test that fails says so.
"""

from __future__ import annotations

import shutil
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from tests.deploy.kubernetes.cluster import Kubernetes
from tests.deploy.kubernetes.tools import Tools, build

RUNS = Path(__file__).parents[2] / "build" / "deploy"
LONGEST = ("test_destroy", "test_destroy_hindered", "test_faults", "test_upgrade")
"""Stories that take minutes."""


@pytest.fixture(scope="session")
def tools() -> Tools:
    """The programs of a cluster."""
    return build()


@pytest.fixture(scope="module")
def folder(request: pytest.FixtureRequest) -> Path:
    """Where the files of a story are."""
    found = _folder_of(request.node)
    shutil.rmtree(found, ignore_errors=True)
    found.mkdir(parents=True)
    return found


@pytest.fixture(scope="module")
def kubernetes(folder: Path, tools: Tools) -> Iterator[Kubernetes]:
    """A cluster with nothing in it."""
    with Kubernetes.start(folder / "kubernetes", tools) as cluster:
        yield cluster


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first: one that begins when the others end would have the machine for itself."""
    items.sort(key=lambda item: item.path.stem not in LONGEST)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.failed:
        folder = _folder_of(item)
        report.sections.append(("the files of this story", str(folder)))
        # The folder may be gone before anybody can look at it.
        report.sections += [(log.name, _end_of(log)) for log in sorted(folder.glob("kubernetes/logs/controller-*.log"))]
    return report


def _end_of(log: Path, lines: int = 12, length: int = 400) -> str:
    return "\n".join(line[:length] for line in log.read_text("utf-8", "replace").splitlines()[-lines:])


def _folder_of(node: pytest.Item | pytest.Module) -> Path:
    return RUNS / node.path.stem.removeprefix("test_")
