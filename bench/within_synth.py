"""What the plan and its checks cost within a synth of 100 routes: with them, and with both switched off, in one run.

    make bench    # or: python -m bench.within_synth [ROUTES]

Each synth is a process of its own, as `cdk synth` starts one: Python, the CDK's Node process, the app. Prints the median time of
each and their ratio; the two take turns, so that both meet the same machine.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from unittest.mock import patch

from bench.routes import by_routes, seconds
from eks_ingress.balancers import host
from eks_ingress.plan.model import Plan

RUNS = 15
WAYS = ("without", "with")


def synthesize(way: str, routes: int) -> None:
    """The app, in this process; `without` has nothing planned, checked or written."""
    if way == "with":
        seconds(by_routes, routes)
        return
    with (
        patch.object(host, "plan", return_value=Plan(())),
        patch.object(host, "find", return_value=[]),
        patch.object(host, "without_room", return_value=[]),
        patch.object(host.BalancerHost, "write_plan"),
    ):
        seconds(by_routes, routes)


def process(way: str, routes: int) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, "-m", "bench.within_synth", str(routes), way], check=True)
    return time.perf_counter() - start


def main() -> None:
    routes = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    if len(sys.argv) > 2:
        synthesize(sys.argv[2], routes)
        return
    process("with", routes)
    times: dict[str, list[float]] = {way: [] for way in WAYS}
    for _ in range(RUNS):
        for way in WAYS:
            times[way].append(process(way, routes))
    base = statistics.median(times["without"])
    print(f"{routes} routes, median of {RUNS} synths in turn")
    for way, found in times.items():
        print(f"{way + ' plan':16}{statistics.median(found) * 1000:8.0f} ms{statistics.median(found) / base:8.3f}")
    pairs = (b / a for a, b in zip(times["without"], times["with"], strict=True))
    print(f"median of the ratios of two synths in turn: {statistics.median(pairs):.3f}")


if __name__ == "__main__":
    main()
