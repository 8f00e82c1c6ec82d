"""The recorded cases reach all that manifests can ask of the controller."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

import eks_ingress.plan
from eks_ingress.annotations import of_services
from eks_ingress.annotations.catalogue import ALL, Annotation, Merge, find
from eks_ingress.plan.model import Plan
from tests.conformance.cases import load
from tests.conformance.planned import planned
from tests.conformance.recorded import asked

NOT_THE_CONTROLLERS = {"EKI110"}
"""What the Kubernetes API refuses before the controller sees it."""
SAID_OTHERWISE = {"ssl-redirect", "web-acl-id"}
"""Conflicts told in other words: of the ports redirected to, and of `waf-acl-id`, which the second is an older name of."""


@cache
def plans() -> list[Plan]:
    """The plan of each case."""
    return [planned(asked(case)) for case in load()]


def test_every_annotation_is_in_a_case() -> None:
    annotations = (item["metadata"].get("annotations") or {} for case in load() for item in case.objects)
    found = {find(key) for texts in annotations for key in texts}
    assert [row.name for row in ALL if row not in found] == []


def test_every_annotation_of_a_service_is_in_a_case() -> None:
    services = (item for case in load() for item in case.objects if item["kind"] == "Service")
    found = {of_services.find(key) for item in services for key in item["metadata"].get("annotations") or {}}
    assert [row.name for row in of_services.ALL if row not in found] == []


@pytest.mark.parametrize(
    "row",
    [
        pytest.param(row, id=row.name)
        for row in ALL
        if row.merge in (Merge.EXCLUSIVE, Merge.EXCLUSIVE_PER_PORT) and row.name not in SAID_OTHERWISE
    ],
)
def test_members_disagree_about_each_annotation_that_a_group_has_once(row: Annotation) -> None:
    told = [problem.reason for made in plans() for problem in made.problems if problem.id == "EKI231"]
    assert any(re.search(rf"\b{row.name} is ", reason) for reason in told)


def named(files: str) -> set[str]:
    """The ids of checks in files of the plan."""
    folder = Path(eks_ingress.plan.__path__[0])
    return {check for file in folder.glob(files) for check in re.findall(r"EKI\d{3}", file.read_text("utf-8"))}


def test_everything_that_the_plan_refuses_is_in_a_case() -> None:
    assert named("*.py") - {problem.id for made in plans() for problem in made.problems} == NOT_THE_CONTROLLERS


def test_everything_that_the_plan_refuses_of_services_is_in_a_case() -> None:
    told = {
        problem.id
        for case, made in zip(load(), plans(), strict=True)
        if case.file.startswith("services_")
        for problem in made.problems
    }
    assert named("network*.py") - told == set()
