"""What it takes to start: the import of the package, and the command line."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.tables import Table, milliseconds, ratio

RUNS = 11

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
          - {path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}
"""

CDK = "import aws_cdk, aws_cdk.aws_eks_v2"


def tables() -> Iterator[Table]:
    yield _imports()
    yield _command_line()


def _imports() -> Table:
    programs = {
        "the CDK alone": CDK,
        "`import eks_ingress` besides": f"{CDK}, eks_ingress",
        "`from eks_ingress import EksIngress, Service` besides": f"{CDK}\nfrom eks_ingress import EksIngress, Service",
    }
    times = _times({name: [sys.executable, "-c", text] for name, text in programs.items()})
    base = times["the CDK alone"]
    return Table(
        "Import",
        f"A Python process that does nothing but `{CDK}`, and what the package adds. A name is loaded when it is first used.",
        ["program", "median", "more than the CDK", "ratio"],
        [[name, milliseconds(took), milliseconds(took - base), ratio(took, base)] for name, took in times.items()],
    )


def _command_line() -> Table:
    program = str(Path(sys.executable).with_name("eks-ingress"))
    with TemporaryDirectory() as folder:
        file = Path(folder, "shop.yaml")
        file.write_text(ONE, "utf-8")
        commands = {
            "Python that does nothing": [sys.executable, "-c", "pass"],
            "`eks-ingress --version`": [program, "--version"],
            "`eks-ingress check shop.yaml`": [program, "check", str(file)],
            "`eks-ingress plan shop.yaml`": [program, "plan", str(file)],
        }
        times = _times(commands)
    base = times["Python that does nothing"]
    return Table(
        "The command line",
        "From start to end, for a file with one Ingress.",
        ["command", "median", "ratio"],
        [[name, milliseconds(took), ratio(took, base)] for name, took in times.items()],
    )


def _times(commands: dict[str, list[str]]) -> dict[str, float]:
    """Medians over runs in turn, after one that fills the caches."""
    times: dict[str, list[float]] = {name: [] for name in commands}
    for run in range(RUNS + 1):
        for name, command in commands.items():
            start = time.perf_counter()
            subprocess.run(command, check=True, capture_output=True)
            if run:
                times[name].append(time.perf_counter() - start)
    return {name: statistics.median(found) for name, found in times.items()}
