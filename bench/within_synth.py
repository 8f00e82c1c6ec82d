"""What the plan and its checks cost within a synth of 100 routes: with them, and with both switched off."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from unittest.mock import patch

from bench.tables import Table, milliseconds, ratio
from bench.ways import OURS
from bench.ways import synthesize as by_way
from eks_ingress.balancers.judged import Validation

ROUTES, RUNS = 100, 7
WAYS = ("without plan and checks", "with them")


def synthesize(way: str, folder: str | None = None) -> None:
    """The app, in this process, with nothing planned, checked or written unless `way` says so."""
    if way == WAYS[1]:
        by_way(OURS, ROUTES, folder)
        return
    with patch.object(Validation, "validate", lambda _: []):
        by_way(OURS, ROUTES, folder)


def process(way: str) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, "-m", "bench.within_synth", way], check=True)
    return time.perf_counter() - start


def tables() -> Iterator[Table]:
    process(WAYS[1])
    times: dict[str, list[float]] = {way: [] for way in WAYS}
    for _ in range(RUNS):
        for way in WAYS:
            times[way].append(process(way))
    base = statistics.median(times[WAYS[0]])
    yield Table(
        "What the plan costs in a synth",
        "The app by itself, for one load balancer with 100 routes: what is planned, checked and written beside the template, and "
        "the same with all of that switched off.",
        ["synth", "median", "ratio"],
        [[way, milliseconds(statistics.median(found)), ratio(statistics.median(found), base)] for way, found in times.items()],
    )


if __name__ == "__main__":
    synthesize(sys.argv[1])
