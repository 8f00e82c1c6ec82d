"""What planning costs, without the CDK: time and memory for 1,000 and 10,000 Ingresses of nine rules each, in groups of ten."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator

from bench.memory import peak
from bench.tables import Table, mebibytes
from eks_ingress.checks.registry import find
from eks_ingress.manifests.manifest import Manifest
from eks_ingress.plan.build import plan
from eks_ingress.plan.flags import ControllerFlags
from eks_ingress.source import Source

RUNS = 5
SIZES = (1_000, 10_000)
PREFIX = "alb.ingress.kubernetes.io/"


def ingress(number: int) -> Manifest:
    """One of many Ingresses: nine paths to five Services."""
    group = number // 10
    annotations = {
        "group.name": f"group-{group}",
        "group.order": str(number % 10),
        "scheme": "internet-facing",
        "target-type": "ip",
        "listen-ports": '[{"HTTPS":443}]',
        "certificate-arn": "arn:aws:acm:eu-central-1:123456789012:certificate/1",
        "healthcheck-path": "/healthz",
    }
    paths = [
        {"path": f"/p{n}", "pathType": "Prefix", "backend": {"service": {"name": f"service-{n % 5}", "port": {"number": 80}}}}
        for n in range(9)
    ]
    body = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {
            "name": f"ingress-{number}",
            "namespace": f"team-{group % 50}",
            "annotations": {PREFIX + name: text for name, text in annotations.items()},
        },
        "spec": {"ingressClassName": "alb", "rules": [{"host": f"host-{number}.example.com", "http": {"paths": paths}}]},
    }
    return Manifest(body, Source(file="many.yaml", line=number))


def measure(size: int) -> None:
    """Prints what a plan with its checks costs in this process."""
    manifests = [ingress(number) for number in range(size)]
    before = peak(os.getpid())
    start = time.process_time()
    made = plan(manifests, ControllerFlags("bench"))
    planned = time.process_time()
    findings = find(made)
    done = time.process_time()
    assert len(made.load_balancers) == size // 10
    assert not made.problems
    assert not findings
    print(json.dumps({"plan": planned - start, "checks": done - planned, "memory": peak(os.getpid()) - before}))


def best(size: int) -> dict[str, float]:
    """The figures of the quickest of several processes."""
    command = [sys.executable, "-m", "bench.planning", str(size)]
    runs = [json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout) for _ in range(RUNS)]
    found: dict[str, float] = min(runs, key=lambda run: run["plan"] + run["checks"])
    return found


def tables() -> Iterator[Table]:
    figures = {size: best(size) for size in SIZES}
    costs = {size: (found["plan"] + found["checks"]) / size for size, found in figures.items()}
    yield Table(
        "Plan and checks",
        "Without the CDK, in processor time: what planning and checking an Ingress of nine rules costs, where they are many. The "
        f"best of {RUNS} processes; the ratio is the cost of an Ingress to that at {SIZES[0]:,}.",
        ["Ingresses", "plan", "checks", "each", "ratio", "memory"],
        [
            [
                f"{size:,}",
                f"{found['plan']:.2f} s",
                f"{found['checks']:.2f} s",
                f"{costs[size] * 1e6:.0f} µs",
                f"{costs[size] / costs[SIZES[0]]:.2f}",
                mebibytes(found["memory"]),
            ]
            for size, found in figures.items()
        ],
    )


if __name__ == "__main__":
    measure(int(sys.argv[1]))
