"""The commands on the pages: which are run, and which cannot be, with the reason."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.commands import PROGRAM
from tests.docs.pages import ROOT
from tests.synth.binaries import binary

CDK = "aws-cdk@" + json.loads((ROOT / "package.json").read_text("utf-8"))["devDependencies"]["aws-cdk"]
"""The CDK's command line, as npx fetches it."""

NOT_RUN = {
    "make": "sets up and tests the repository itself; that there is such a target is tested",
    "mkdir": "the folder of a page is there",
    "python3 -m venv": "makes a place for what pip installs",
    ". .venv/bin/activate": "goes to that place",
    f"npm install {CDK}": "asks the package index; what it installs is what package-lock.json pins",
    "npx cdk bootstrap": "needs an account of AWS",
    "npx cdk deploy": "needs an account of AWS",
    "npx cdk destroy": "needs an account of AWS",
    "curl": "asks what has been deployed",
    "pip install": "asks the package index; what it installs is what runs the tests",
    "aws": "asks AWS",
    "helm pull": "asks the repository of the chart; the chart that it fetches is that of tests/synth/test_helm.py",
    "helm push": "asks a registry",
}
"""Commands by how they begin. Everything else is run."""


@dataclass(frozen=True)
class Command:
    """One command of a block, and what is shown below it."""

    line: str
    shown: str


def commands(text: str) -> Iterator[Command]:
    """Of a session (`$ ` before each command), or of a script."""
    if not text.startswith("$ "):
        for line in text.replace("\\\n", "").splitlines():
            if written := line.split(" #")[0].strip():
                yield Command(written, "")
        return
    for step in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        line, _, shown = step.replace("\\\n", "").partition("\n")
        yield Command(line, shown)


def reason_not_to_run(line: str) -> str | None:
    """Why a command is not run, or None."""
    return next((reason for begin, reason in NOT_RUN.items() if f"{line} ".startswith(f"{begin} ")), None)


@dataclass(frozen=True)
class Ran:
    code: int
    said: str
    """Standard output, then standard error: in which order they come is the machine's."""


def run(line: str, folder: Path, code_before: int) -> Ran:
    """Runs a command in a folder as a shell does, with this package as `eks-ingress`, and the CDK and helm that the tests use.

    :param code_before: exit code of the command before, which `echo $?` shows.
    """
    if line.startswith("npx cdk "):
        line = line.removeprefix("npx ")  # which finds what npm has installed
    programs = folder / ".programs"
    programs.mkdir(exist_ok=True)
    ours = programs / "eks-ingress"
    ours.write_text(f'#!/bin/sh\nexec {shlex.join([sys.executable, "-c", PROGRAM])} "$@"\n', "utf-8")
    ours.chmod(0o755)
    found = [programs, Path(sys.executable).parent, ROOT / "node_modules" / ".bin"]
    if "helm " in line:
        found.append(binary("helm").parent)
    path = os.pathsep.join([*map(str, found), os.environ["PATH"]])
    environment = os.environ | {"PATH": path, "PYTHONPATH": str(ROOT)}
    # Where it is set, the CDK tells of its progress on standard output; the pages show what is seen at a desk.
    environment.pop("CI", None)
    script = f"set -o pipefail\n(exit {code_before})\n{line}"
    done = subprocess.run(["bash", "-c", script], cwd=folder, env=environment, capture_output=True, text=True, check=False)
    return Ran(done.returncode, done.stdout + done.stderr)


def fits(shown: str, said: str) -> bool:
    """Whether what is shown is what was said: `…` stands for any text in a line, a line with nothing else for any lines."""
    pattern = "".join(
        "(?:.*\n)*" if line.strip() == "…" else ".*".join(map(re.escape, line.split("…"))) + "\n"
        for line in shown.rstrip().splitlines()
    )
    return re.fullmatch(pattern, said.rstrip() + "\n" if said.strip() else "") is not None
