"""All measurements, as a page of the documentation.

    make bench    # or: python -m bench [synths starts planning report within_synth]

With names, prints those; without, measures all and writes docs/benchmarks.md.
"""

from __future__ import annotations

import compileall
import os
import platform
import subprocess
import sys
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "benchmarks.md"
PARTS = ("synths", "starts", "planning", "report", "within_synth")

HEAD = """\
# Benchmarks

`make bench` measures all of this anew and writes this page. Ratios are of one run, in which the ways take turns; they say more than
the times, which are those of this machine: {machine}.
"""


def machine() -> str:
    node = subprocess.run(["node", "--version"], check=True, capture_output=True, text=True).stdout.strip().removeprefix("v")
    libraries = ", ".join(f"{name} {version(name)}" for name in ("aws-cdk-lib", "cdk8s", "cdk8s-plus-35", "constructs"))
    return f"{os.cpu_count()} cores, Python {platform.python_version()}, Node {node}, {libraries}"


def main() -> None:
    asked = sys.argv[1:]
    # As pip does with what it installs. A tree need not be: Python can be told to write no bytecode (PYTHONDONTWRITEBYTECODE).
    compileall.compile_dir(ROOT / "eks_ingress", quiet=1)
    page = [] if asked else [HEAD.format(machine=machine())]
    for part in asked or PARTS:
        for table in import_module(f"bench.{part}").tables():
            page.append(f"{table}\n")
            print(page[-1], flush=True)
    if not asked:
        PAGE.write_text("\n".join(page), "utf-8")


if __name__ == "__main__":
    main()
