"""What the parts of a synth of 100 routes cost: with them, and with each of them switched off."""

from __future__ import annotations

import gc
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from tempfile import TemporaryDirectory
from unittest.mock import patch

from bench.tables import Table, milliseconds, ratio
from bench.ways import OURS
from bench.ways import synthesize as by_way
from eks_ingress.balancers.judged import Validation

ROUTES, RUNS = 100, 11
WHOLE = "as it is"
UNPLANNED = "without plan, checks and report"
WAYS: dict[str, AbstractContextManager[object]] = {
    WHOLE: nullcontext(),
    UNPLANNED: patch.object(Validation, "validate", lambda _: []),
    "without `gc.freeze()`": patch.object(gc, "freeze", lambda: None),
}


def synthesize(way: str, folder: str | None = None) -> None:
    """The app, in this process, with what `way` says switched off."""
    with WAYS[way]:
        by_way(OURS, ROUTES, folder)


def process(way: str) -> float:
    """Seconds of a process that is started as the CDK's command line starts an app."""
    with TemporaryDirectory() as folder:
        start = time.perf_counter()
        subprocess.run([sys.executable, "-m", "bench.within_synth", way], env={**os.environ, "CDK_OUTDIR": folder}, check=True)
        return time.perf_counter() - start


def tables() -> Iterator[Table]:
    process(WHOLE)
    times: dict[str, list[float]] = {way: [] for way in WAYS}
    for _ in range(RUNS):
        for way, found in times.items():
            found.append(process(way))
    base = statistics.median(times[WHOLE])
    yield Table(
        "What the parts of a synth cost",
        "The app by itself, for one load balancer with 100 routes: with all that it does; with nothing planned, checked and "
        "written beside the template; and with the [garbage collection](how-it-works.md#what-it-spares-python) that it is spared "
        "otherwise.",
        ["synth", "median", "ratio"],
        [[way, milliseconds(statistics.median(found)), ratio(statistics.median(found), base)] for way, found in times.items()],
    )


if __name__ == "__main__":
    synthesize(sys.argv[1])
