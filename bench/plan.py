"""What planning costs, without the CDK: time and memory for 1,000 and 10,000 Ingresses, and the start of the command line.

    make bench    # or: python -m bench.plan

Ingresses have nine rules each, in groups of ten. Each figure comes from a process of its own, the best of a few; the cost of an
Ingress at the larger number stands as a ratio to that at the smaller one.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from eks_ingress.checks.registry import find
from eks_ingress.manifests.manifest import Manifest
from eks_ingress.plan.build import plan
from eks_ingress.plan.flags import ControllerFlags
from eks_ingress.source import Source

RUNS = 5
SIZES = (1_000, 10_000)
PREFIX = "alb.ingress.kubernetes.io/"

ONE = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: shop
  namespace: shop
  annotations:
    alb.ingress.kubernetes.io/scheme: internet-facing
    alb.ingress.kubernetes.io/target-type: ip
spec:
  ingressClassName: alb
  rules:
    - host: shop.example.com
      http:
        paths:
          - {path: /, pathType: Prefix, backend: {service: {name: storefront, port: {number: 80}}}}
"""


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
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.process_time()
    made = plan(manifests, ControllerFlags("bench"))
    planned = time.process_time()
    findings = find(made)
    done = time.process_time()
    assert len(made.load_balancers) == size // 10
    assert not made.problems
    assert not findings
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    print(json.dumps({"plan": planned - start, "checks": done - planned, "memory": memory}))


def best(size: int) -> dict[str, float]:
    """The figures of the quickest of several processes."""
    command = [sys.executable, "-m", "bench.plan", str(size)]
    runs = [json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout) for _ in range(RUNS)]
    found: dict[str, float] = min(runs, key=lambda run: run["plan"] + run["checks"])
    return found


def command_line() -> tuple[float, float]:
    """What `eks-ingress check` costs on one file, and an interpreter that does nothing, in seconds."""
    program = str(Path(sys.executable).with_name("eks-ingress"))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "shop.yaml")
        file.write_text(ONE, "utf-8")
        check, nothing = [program, "check", str(file)], [sys.executable, "-c", "pass"]
        times: dict[str, list[float]] = {"check": [], "nothing": []}
        for _ in range(RUNS * 3):
            for name, words in (("check", check), ("nothing", nothing)):
                start = time.perf_counter()
                subprocess.run(words, check=True, capture_output=True)
                times[name].append(time.perf_counter() - start)
    return min(times["check"]), min(times["nothing"])


def main() -> None:
    if len(sys.argv) > 1:
        measure(int(sys.argv[1]))
        return
    print(f"Ingresses with nine rules each, in groups of ten; the best of {RUNS} processes")
    figures = {size: best(size) for size in SIZES}
    base = sum(figures[SIZES[0]][part] for part in ("plan", "checks")) / SIZES[0]
    for size, found in figures.items():
        each = (found["plan"] + found["checks"]) / size
        print(
            f"{size:8}  plan {found['plan']:6.2f} s  checks {found['checks']:6.2f} s  {each * 1e6:5.0f} µs an Ingress "
            f"{each / base:5.2f}  peak memory {found['memory'] / 1024:6.0f} MiB"
        )
    check, nothing = command_line()
    print(f"eks-ingress check, one file: {check * 1000:.0f} ms, of which Python itself {nothing * 1000:.0f} ms")


if __name__ == "__main__":
    main()
