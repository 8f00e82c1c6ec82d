"""What a synth costs in each way, and what comes of it: time, memory, the template, resources."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from bench.tables import Table, mebibytes, milliseconds, ratio
from bench.ways import ALONE, BASE, ROOT, WAYS, synthesize

ROUTES, SIZES, RUNS = 100, (10, 100, 1000), 21
CHECKED, UNCHECKED = {"CDK_VALIDATION": "true"}, {"CDK_VALIDATION": "false"}

Command = Callable[[str, str], list[str]]
"""The command that runs an app and has its templates written to a folder."""


class Synth(NamedTuple):
    """One synth, from the start of the command to its end."""

    seconds: float
    python: float
    """Peak memory of the Python process, in KiB."""
    node: float
    """That of the Node process in which the constructs of the CDK live."""
    template: int
    """Bytes of the template."""
    resources: int
    functions: int


def tables() -> Iterator[Table]:
    yield _commands()
    yield _apps()
    yield _growth()


def _commands() -> Table:
    found = _in_turn(
        lambda app, folder: ["npx", "--no-install", "cdk", "synth", "--quiet", "--no-notices", "-o", folder, "-a", app], {}
    )
    base = _median(found[BASE])
    rows = []
    for way, synths in found.items():
        one = synths[0]
        counts = [f"{one.template:,}", str(one.resources), str(one.functions)]
        rows.append([way, milliseconds(_median(synths)), ratio(_median(synths), base), *counts])
    return Table(
        "`cdk synth` of one load balancer with 100 routes",
        "A new cluster, the controller, and 100 routes, with all that the CDK does by default, its validation included. Resources "
        "and Lambda functions are those of the whole template, the cluster's among them.",
        ["way", "median", "ratio", "template, bytes", "resources", "functions"],
        rows,
    )


def _apps() -> Table:
    found = _in_turn(lambda app, folder: ["sh", "-c", f"CDK_OUTDIR={folder} exec {app}"], UNCHECKED)
    base = _median(found[BASE])
    rows = []
    for way, synths in found.items():
        memory = [mebibytes(statistics.median(getattr(synth, name) for synth in synths)) for name in ("python", "node")]
        rows.append([way, milliseconds(_median(synths)), ratio(_median(synths), base), *memory])
    return Table(
        "The same app by itself",
        "`python app.py`, as the CDK's command line starts it, without the CDK's validation: the start of Python and Node, loading "
        "the libraries, and the synth, in which `EksIngress` has computed and checked the load balancers. Memory is the peak of "
        "each process.",
        ["way", "median", "ratio", "Python", "Node"],
        rows,
    )


def _growth() -> Table:
    rows: dict[str, list[str]] = {way: [] for way in WAYS if way != ALONE}
    for routes in SIZES:
        times = _within_process(routes)
        for way, cells in rows.items():
            cells.append(f"{(times[way] - times[ALONE]) / routes * 1000:,.2f} ms")
    return Table(
        "What a route costs",
        "The time from the first construct to the end of the synth, in a process that has done so before, less that of the cluster "
        "alone, divided by the routes. 1,000 routes are ten load balancers. cdk8s-plus knows Services as objects only, so that it "
        "makes one for each route.",
        ["way", *(f"{routes:,} routes" for routes in SIZES)],
        [[way, *cells] for way, cells in rows.items()],
    )


def _within_process(routes: int) -> dict[str, float]:
    """The medians of each way in turn, so that all meet the same machine."""
    times: dict[str, list[float]] = {way: [] for way in WAYS}
    for run in range(RUNS + 1):
        for way, found in times.items():
            with TemporaryDirectory() as folder:
                start = time.perf_counter()
                synthesize(way, routes, folder)
                if run:
                    found.append(time.perf_counter() - start)
    return {way: statistics.median(found) for way, found in times.items()}


def _in_turn(command: Command, environment: Mapping[str, str]) -> dict[str, list[Synth]]:
    found: dict[str, list[Synth]] = {way: [] for way in WAYS}
    for run in range(RUNS + 1):
        for way, synths in found.items():
            made = _synth(way, command, environment)
            if run:
                synths.append(made)
    return found


def _synth(way: str, command: Command, environment: Mapping[str, str]) -> Synth:
    with TemporaryDirectory() as folder:
        words = command(f"{sys.executable} -m bench.ways '{way}' {ROUTES}", folder)
        start = time.perf_counter()
        done = subprocess.run(words, env={**os.environ, **environment}, cwd=ROOT, check=True, capture_output=True, text=True)
        took = time.perf_counter() - start
        template = Path(folder, "Bench.template.json").read_bytes()
    memory = next(json.loads(line) for line in done.stderr.splitlines() if line.startswith("["))
    types = [resource["Type"] for resource in json.loads(template)["Resources"].values()]
    return Synth(took, memory[0], memory[1], len(template), len(types), types.count("AWS::Lambda::Function"))


def _median(synths: Sequence[Synth]) -> float:
    return statistics.median(synth.seconds for synth in synths)
