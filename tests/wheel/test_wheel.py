"""What a user has who installs the package, without this folder."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
from email import message_from_bytes
from pathlib import Path
from zipfile import ZipFile

import pytest

from eks_ingress import __version__
from tests.wheel.conftest import ROOT, Distributions, Environment, new_environment

SHOP = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: shop
  namespace: shop
  annotations:
    alb.ingress.kubernetes.io/scheme: internet-facing
spec:
  ingressClassName: alb
  rules:
    - http:
        paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]
"""
PROGRAM = """\
from eks_ingress import HealthCheck, Service

Service("web", 80, health_check=HealthCheck(path="/healthz"))
Service("web", 80, health_check="/healthz")
"""


# Reading all of the CDK takes a minute, and the program has nothing to do with it.
CONFIGURATION = """\
[mypy]
[mypy-aws_cdk.*,cdk8s.*,constructs.*,jsii.*]
follow_imports = skip
"""


def tracked() -> set[str]:
    """The files of the package, as the repository has them."""
    listed = subprocess.run(["git", "ls-files", "eks_ingress"], cwd=ROOT, check=True, capture_output=True, text=True)
    return set(listed.stdout.split())


def test_the_wheel_holds_the_package_and_nothing_else(distributions: Distributions) -> None:
    names = ZipFile(distributions.wheel).namelist()
    assert {name for name in names if ".dist-info/" not in name} == tracked()


def test_the_source_distribution_holds_what_the_wheel_is_built_of(distributions: Distributions) -> None:
    with tarfile.open(distributions.source) as opened:
        names = {name.partition("/")[2] for name in opened.getnames()}
    assert tracked() | {"setup.py", "pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md"} <= names
    assert not {name for name in names if name.startswith(("tests", "docs", "examples", "bench"))}


def test_an_index_would_take_both(distributions: Distributions) -> None:
    subprocess.run([sys.executable, "-m", "twine", "check", "--strict", *map(str, vars(distributions).values())], check=True)


def test_the_metadata_says_what_it_is_and_what_it_needs(distributions: Distributions) -> None:
    with ZipFile(distributions.wheel) as opened:
        (name,) = (name for name in opened.namelist() if name.endswith(".dist-info/METADATA"))
        told = message_from_bytes(opened.read(name))
    assert told["Version"] == __version__
    assert (told["Name"], told["License-Expression"], told["Requires-Python"]) == ("eks-ingress", "Apache-2.0", ">=3.10")
    needed = [words for words in told.get_all("Requires-Dist", []) if "extra ==" not in words]
    assert sorted(re.split("[<>=]", words)[0] for words in needed) == ["PyYAML", "aws-cdk-lib", "cdk8s", "constructs"]
    assert {f"Programming Language :: Python :: 3.{minor}" for minor in (10, 13)} <= {*told.get_all("Classifier", [])}


def test_what_is_installed_fits_together(clean: Environment, tmp_path: Path) -> None:
    done = clean.run("python", "-m", "pip", "check", cwd=tmp_path, path="")
    assert done.returncode == 0, done.stdout


def test_it_synthesizes_an_example(clean: Environment, tmp_path: Path) -> None:
    app = shutil.copytree(ROOT / "examples" / "two_teams", tmp_path / "app")
    node = Path(shutil.which("node") or "").parent
    done = clean.run("python", "app.py", cwd=app, path=str(node), CDK_OUTDIR=str(tmp_path / "out"))
    assert done.returncode == 0, done.stderr
    templates = sorted(path.name.removesuffix(".template.json") for path in (tmp_path / "out").glob("*.template.json"))
    planned = [json.loads(path.read_text("utf-8")) for path in (tmp_path / "out").glob("*.plan.json")]
    assert templates
    assert [plan["findings"] for plan in planned] == [[]]
    shown = clean.run("eks-ingress", "plan", str(tmp_path / "out"), cwd=tmp_path, path="")
    assert "Load balancer shop.shop, internet-facing" in shown.stdout, shown.stderr


def test_the_command_line_works_without_node_and_without_the_cdk(
    distributions: Distributions, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    bare = new_environment(tmp_path_factory.mktemp("bare"))
    bare.install("--no-deps", str(distributions.wheel))
    bare.install("PyYAML")
    (tmp_path / "shop.yaml").write_text(SHOP, "utf-8")
    for words, told in {
        ("--version",): f"eks-ingress {__version__}",
        ("plan", "shop.yaml"): "Load balancer shop/shop, internet-facing",
        ("check", "shop.yaml"): "Nothing found.",
        ("match", "shop.yaml", "--url", "http://shop.example.com/"): "shop/web:80",
        ("explain", "EKI101"): "EKI101",
        ("policy", "--cluster-name", "shop"): '"Statement"',
        ("annotations",): "alb.ingress.kubernetes.io/",
        ("import", "shop.yaml"): "add_ingress(",
    }.items():
        done = bare.run("eks-ingress", *words, cwd=tmp_path, path="")
        assert done.returncode == 0, (words, done.stdout, done.stderr)
        assert told in done.stdout + done.stderr, words


def test_type_checkers_see_its_types(clean: Environment, tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(PROGRAM, "utf-8")
    (tmp_path / "mypy.ini").write_text(CONFIGURATION, "utf-8")
    command = [sys.executable, "-m", "mypy", "--strict", "--python-executable", str(clean.programs / "python"), "program.py"]
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "MYPYPATH")}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    (error, summary) = done.stdout.splitlines()
    assert error.startswith('program.py:4: error: Argument "health_check" to "Service"'), done.stdout
    assert "1 error" in summary
