"""What becomes of the Ingresses that people have."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from eks_ingress.cli import main
from eks_ingress.importing.items import AddIngress, AddLoadBalancer, AddManifests
from eks_ingress.importing.module import module
from eks_ingress.importing.sameness import Keep
from eks_ingress.importing.tools import is_of_tool
from eks_ingress.importing.whole import Import, import_plan
from eks_ingress.manifests.manifest import Manifest
from tests.importing.corpus import AS_IT_STANDS, FILES, NOT_AT_ALL, ONE_TO_ONE, TOLD, planned

files = pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)


def level(made: Import) -> type | None:
    """What most is written with, None for no load balancer."""
    items = [item for group in made.groups for item in group.items]
    return next((kind for kind in (AddManifests, AddIngress, AddLoadBalancer) if any(isinstance(x, kind) for x in items)), None)


@files
def test_each_file_becomes_as_few_words_as_make_the_same_load_balancer(file: Path) -> None:
    made = import_plan(planned(file), Keep.LOAD_BALANCERS)
    assert all(group.made is not None for group in made.groups)
    name = file.stem
    wanted = (
        None
        if name in NOT_AT_ALL
        else AddManifests
        if name in AS_IT_STANDS
        else AddIngress
        if name in ONE_TO_ONE
        else AddLoadBalancer
    )
    assert level(made) is wanted
    reasons = "; ".join(reason for group in made.groups for reason in group.reasons)
    assert {**ONE_TO_ONE, **AS_IT_STANDS}.get(name, "") in reasons
    assert bool(reasons) == (name in {*ONE_TO_ONE, *AS_IT_STANDS})


@files
def test_what_is_kept_one_to_one_becomes_no_routes(file: Path) -> None:
    made = import_plan(planned(file), Keep.OBJECTS)
    assert all(group.made is not None for group in made.groups)
    assert level(made) in (None, AddIngress, AddManifests)


@files
def test_an_ingress_of_its_own_becomes_routes_where_nothing_is_to_be_kept(file: Path) -> None:
    made = import_plan(planned(file), Keep.NOTHING)
    assert all(group.made is not None for group in made.groups)
    if ONE_TO_ONE.get(file.stem) == "its load balancer is its own" and file.stem != "own-class-params":
        assert level(made) is AddLoadBalancer
        assert "is replaced by" in made.notes[-1].reason


def told_others(manifest: Manifest) -> tuple[dict[str, str], dict[str, str]]:
    """The labels of an object, and its annotations for others than the controller, without those of tools."""
    labels, said = manifest.body["metadata"].get("labels") or {}, manifest.annotations
    others = {key: text for key, text in said.items() if not key.startswith("alb.") and key != "kubernetes.io/ingress.class"}
    return (
        {key: text for key, text in labels.items() if not is_of_tool(key)},
        {k: v for k, v in others.items() if not is_of_tool(k)},
    )


@files
@pytest.mark.parametrize("keep", Keep)
def test_labels_and_annotations_for_others_stay(file: Path, keep: Keep) -> None:
    plan = planned(file)
    members = {member.name: member.manifest for group in plan.groups for member in group.members}
    for group in import_plan(plan, keep).groups:
        before = [told_others(members[name]) for name in group.wanted.members]
        for made in (manifest for item in group.items for manifest in item.manifests()):
            if "nginx" not in file.stem:  # what is for another controller is told to be lost
                assert told_others(made) in before


@files
def test_what_is_lost_is_said_and_ends_with_1(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(file.parent)
    code = main(["import", file.name, "--cluster-name", "prod"])
    told = capsys.readouterr().err
    assert code == int(file.stem in TOLD)
    for words in TOLD.get(file.stem, ()):
        assert words in told
    assert ("lost: " in told or " error: " in told) == (file.stem in TOLD)


def test_the_code_is_laid_out_as_ruff_does_it_and_imports_what_it_needs(tmp_path: Path) -> None:
    for file in FILES:
        plan = planned(file)
        for keep in Keep:
            code = module(import_plan(plan, keep), [file.name])
            (tmp_path / f"{file.stem}-{keep.value}.py".replace("-", "_")).write_text(code, "utf-8")
    ruff = [sys.executable, "-m", "ruff"]
    formatted = subprocess.run(
        [*ruff, "format", "--isolated", "--diff", str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert formatted.returncode == 0, formatted.stdout
    rules = "E4,E7,E9,F,I,UP,W"
    linted = subprocess.run(
        [*ruff, "check", "--isolated", "--select", rules, str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert linted.returncode == 0, linted.stdout
