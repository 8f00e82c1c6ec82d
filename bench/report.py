"""What the page of the report costs: time beside that of the plan, and bytes, for load balancers of 100 and of 1,000 rules."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import TypeVar

from bench.planning import PREFIX
from bench.tables import Table, milliseconds, ratio
from eks_ingress.checks.registry import find
from eks_ingress.manifests.manifest import Manifest
from eks_ingress.plan.build import plan
from eks_ingress.plan.flags import ControllerFlags
from eks_ingress.plan.model import Plan
from eks_ingress.report.html import page, section
from eks_ingress.report.remarks import remarks
from eks_ingress.source import Source

T = TypeVar("T")
RUNS = 5
SIZES = (100, 1_000)


def ingress(rules: int) -> Manifest:
    """An Ingress of so many rules, to fifty Services."""
    paths = [
        {"path": f"/p{n}", "pathType": "Exact", "backend": {"service": {"name": f"service-{n % 50}", "port": {"number": 80}}}}
        for n in range(rules)
    ]
    body = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {"name": "shop", "namespace": "shop", "annotations": {f"{PREFIX}target-type": "ip"}},
        "spec": {"ingressClassName": "alb", "rules": [{"host": "shop.example.com", "http": {"paths": paths}}]},
    }
    return Manifest(body, Source(file="shop.yaml", line=1))


def written(planned: Plan) -> str:
    return page([section(planned, remarks(find(planned), planned.problems))])


def quickest(act: Callable[[], T]) -> tuple[float, T]:
    """Processor time of the quickest of several runs, and what came of it."""
    times = []
    for _ in range(RUNS):
        start = time.process_time()
        made = act()
        times.append(time.process_time() - start)
    return min(times), made


def tables() -> Iterator[Table]:
    rows = []
    for size in SIZES:
        manifest = ingress(size)
        planning, planned = quickest(partial(plan, [manifest], ControllerFlags("bench")))
        checking, _ = quickest(partial(find, planned))
        writing, text = quickest(partial(written, planned))
        writing -= checking
        rows.append([f"{size:,}", milliseconds(planning + checking), milliseconds(writing), ratio(writing, planning + checking)])
        rows[-1] += [f"{len(text):,}", f"{len(text) // size:,}"]
    yield Table(
        "The report",
        "Without the CDK, in processor time: what the page of a load balancer costs beside its plan and checks, and its length. "
        f"The best of {RUNS} runs.",
        ["rules", "plan and checks", "page", "ratio", "bytes", "bytes a rule"],
        rows,
    )
