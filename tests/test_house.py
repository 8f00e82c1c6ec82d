"""The walls of the house: which room may use which."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "eks_ingress"
CDK = {"aws_cdk", "cdk8s", "constructs", "jsii"}
PURE = ["routing", "annotations", "manifests", "plan", "checks", "report", "importing"]
"""In the order in which data flows: a room uses those before it."""
OUTER_HALF = {PACKAGE / "manifests" / "through_cdk8s.py"}
"""Where manifests meet cdk8s."""


def imports(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def room_of(module: str) -> str:
    return ".".join(module.split(".")[1:2]) if module.startswith("eks_ingress.") else ""


@pytest.mark.parametrize("room", PURE)
def test_a_pure_room_imports_no_cdk(room: str) -> None:
    found = {(file.name, name) for file in PACKAGE.glob(f"{room}/*.py") if file not in OUTER_HALF for name in imports(file)}
    assert found
    assert not {(file, name) for file, name in found if name.split(".")[0] in CDK}


def test_a_pure_room_runs_without_the_cdk() -> None:
    modules = [
        f"eks_ingress.{file.parent.name}.{file.stem}"
        for room in PURE
        for file in sorted(PACKAGE.glob(f"{room}/*.py"))
        if file not in OUTER_HALF and file.stem != "__init__"
    ]
    everything = [*modules, "eks_ingress", "eks_ingress.cli"]
    code = f"import importlib, sys\nfor m in {everything}: importlib.import_module(m)\nprint(sorted({CDK} & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.parametrize("room", PURE)
def test_data_flows_one_way(room: str) -> None:
    later = {*PURE[PURE.index(room) + 1 :], "controller", "balancers", "ingress", "cli"}
    for file in PACKAGE.glob(f"{room}/*.py"):
        assert not later & {room_of(name) for name in imports(file)}, file


@pytest.mark.parametrize("room", PURE)
def test_the_tests_of_a_pure_room_need_no_cdk(room: str) -> None:
    for file in (PACKAGE.parent / "tests" / room).glob("*.py"):
        assert not {name for name in imports(file) if name.split(".")[0] in CDK or name.startswith("tests.synth")}, file


def test_the_controller_knows_nothing_of_routing() -> None:
    for file in PACKAGE.glob("controller/*.py"):
        assert not {*PURE, "balancers", "ingress"} & {room_of(name) for name in imports(file)}, file


def test_what_runs_in_lambda_uses_what_is_there() -> None:
    files = [*PACKAGE.glob("functions/*.py")]
    there = {*sys.stdlib_module_names, "boto3", "botocore", *(file.stem for file in files)}
    found = {(file.name, name) for file in files for name in imports(file)}
    assert ("guard.py", "boto3") in found
    assert not {(file, name) for file, name in found if name.split(".")[0] not in there}


def test_the_constructs_ask_the_plan_and_read_no_annotations() -> None:
    for file in [*PACKAGE.glob("balancers/*.py"), PACKAGE / "ingress.py"]:
        assert "annotations" not in {room_of(name) for name in imports(file)}, file


def test_every_public_name_is_there_and_documented() -> None:
    import eks_ingress  # noqa: PLC0415

    for name in eks_ingress.__all__:
        assert getattr(eks_ingress, name).__doc__, name
    assert set(eks_ingress.__all__) <= set(dir(eks_ingress))
    with pytest.raises(AttributeError, match="has no attribute 'Ingres'"):
        _ = eks_ingress.Ingres
