"""The controller's chart, where this machine has it, and the versions of Kubernetes that it goes with."""

from __future__ import annotations

import os
import subprocess
from functools import cache
from pathlib import Path

SUPPORTED = [f"1.{minor}" for minor in range(33, 37)]
"""Versions of Kubernetes whose schemas judge what is made."""

_MODULE = "sigs.k8s.io/aws-load-balancer-controller/v3@v3.5.0/helm/aws-load-balancer-controller"

WITHOUT_CHART = (
    "no chart at hand: set EKS_INGRESS_CHART to the folder of chart aws-load-balancer-controller 3.5.0 "
    "(helm pull aws-load-balancer-controller --repo https://aws.github.io/eks-charts --version 3.5.0 --untar), "
    "CONTROLLER_SOURCE to a checkout of the controller at v3.5.0, "
    "fetch the Go module sigs.k8s.io/aws-load-balancer-controller/v3@v3.5.0, or run `make conformance`, which has one"
)


@cache
def real_chart() -> Path | None:
    """The folder of chart 3.5.0, if there is one on this machine."""
    if named := os.environ.get("EKS_INGRESS_CHART"):
        folder = Path(named)
        if not (folder / "Chart.yaml").is_file():
            raise FileNotFoundError(f"EKS_INGRESS_CHART names {named}, where there is no Chart.yaml")
        return folder
    if source := os.environ.get("CONTROLLER_SOURCE"):
        folder = Path(source, "helm", "aws-load-balancer-controller")
        if (folder / "Chart.yaml").is_file() and "\nversion: 3.5.0\n" in (folder / "Chart.yaml").read_text("utf-8"):
            return folder
    folder = _go_module_cache() / _MODULE
    return folder if (folder / "Chart.yaml").is_file() else None


def _go_module_cache() -> Path:
    if named := os.environ.get("GOMODCACHE"):
        return Path(named)
    try:
        told = subprocess.run(["go", "env", "GOMODCACHE"], capture_output=True, text=True, check=True, timeout=30).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        told = ""
    return Path(told) if told else Path.home() / "go" / "pkg" / "mod"
