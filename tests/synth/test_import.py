"""What `eks-ingress import` writes, run in an app: it makes the load balancers of the YAML that it came from."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, Stack

from eks_ingress import BalancerHost, EksIngress
from eks_ingress.cli import inputs
from eks_ingress.importing.module import module
from eks_ingress.importing.sameness import Keep, difference
from eks_ingress.importing.whole import import_plan
from eks_ingress.manifests.manifest import Manifest
from eks_ingress.plan.build import plan
from eks_ingress.plan.model import Plan
from tests.synth.apps import FLAGS, v2_imported

CORPUS = sorted((Path(__file__).parents[1] / "importing" / "corpus").glob("*.yaml"))


def planned(file: Path) -> Plan:
    """The plan of a file, as the commands make it."""
    parser = argparse.ArgumentParser()
    inputs.add_inputs(parser)
    return inputs.read_inputs(parser.parse_args([str(file), "--cluster-name", "prod"])).only


def run(code: str) -> BalancerHost:
    """The controller of a cluster that is there, with what the code adds to it."""
    stack = Stack(App(context=FLAGS), "Shop")
    ingress = EksIngress.from_existing(stack, "Ingress", cluster=v2_imported(stack))
    words: dict[str, Any] = {}
    exec(compile(code, "imported.py", "exec"), words)
    words["add_load_balancers"](ingress)
    return ingress


def others(imported: Plan, made: Sequence[Manifest]) -> list[Manifest]:
    """The objects that stay in the cluster as they are."""
    assert imported.world is not None
    names = {(manifest.kind, manifest.full_name) for manifest in made}
    replaced = ("Ingress", "IngressClass", "IngressClassParams")
    return [
        x
        for x in imported.world.manifests
        if x.kind not in replaced or (x.kind != "Ingress" and (x.kind, x.full_name) not in names)
    ]


@pytest.mark.parametrize("keep", list(Keep))
@pytest.mark.parametrize("file", CORPUS, ids=lambda file: file.stem)
def test_the_code_makes_the_load_balancers_of_the_yaml(file: Path, keep: Keep) -> None:
    wanted = planned(file)
    imported = import_plan(wanted, keep)
    ingress = run(module(imported, [file.name]))
    made = ingress.manifests()
    found = plan([*others(wanted, made), *made], ingress.flags)
    assert not found.problems
    assert len(found.load_balancers) == len(wanted.load_balancers)
    before = sorted(wanted.load_balancers, key=lambda x: x.members)
    after = sorted(found.load_balancers, key=lambda x: x.members)
    for one, other in zip(before, after, strict=True):
        assert difference(one, other, Keep.NOTHING if keep is Keep.NOTHING else Keep.LOAD_BALANCERS) is None


@pytest.mark.parametrize("file", CORPUS, ids=lambda file: file.stem)
def test_what_is_kept_one_to_one_is_the_same_in_the_controllers_own_format(file: Path) -> None:
    wanted = planned(file)
    imported = import_plan(wanted, Keep.OBJECTS)
    ingress = run(module(imported, [file.name]))
    made = ingress.manifests()
    found = plan([*others(wanted, made), *made], ingress.flags)
    assert [x.members for x in found.load_balancers] == [x.members for x in wanted.load_balancers]
    for one, other in zip(wanted.load_balancers, found.load_balancers, strict=True):
        assert difference(one, other, Keep.OBJECTS) is None
