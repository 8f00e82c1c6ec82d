"""The function that tries an object, with a kubectl that says what 1.35 says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from eks_ingress.functions import preflight
from tests.functions.programs import Programs

TRY = "kubectl apply --dry-run=server --filename -"
OBJECT = {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": {"name": "shop"}}
MANIFEST = json.dumps([OBJECT])
CHANGE = f"""Error from server (Forbidden): error when applying patch:
{{"spec":{{"rules":[{'"x", ' * 2000}]}}}}
to:
Resource: "networking.k8s.io/v1, Resource=ingresses", GroupVersionKind: "networking.k8s.io/v1, Kind=Ingress"
Name: "shop", Namespace: "shop"
for: "STDIN": error when patching "STDIN": admission webhook "hosts.example.com" denied the request: not your host
"""
CREATION = (
    """Error from server (Forbidden): error when creating "STDIN": admission webhook "hosts.example.com" denied the request"""
)


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Programs:
    monkeypatch.setenv("PATH", str(tmp_path))
    return Programs(tmp_path)


def event(asked: str, known: str = "Shop-0123456789abcdef", **properties: str) -> dict[str, Any]:
    told = {"Cluster": "prod", "Manifest": MANIFEST, **properties}
    physical = {} if asked == "Create" else {"PhysicalResourceId": known}
    return {"RequestType": asked, "LogicalResourceId": "Shop", **physical, "ResourceProperties": told}


@pytest.mark.parametrize("asked", ["Create", "Update"])
def test_an_object_is_tried_and_not_applied(programs: Programs, asked: str) -> None:
    assert programs.run(preflight.handler, event(asked))["Status"] == "SUCCESS"
    assert programs.calls() == ["aws eks update-kubeconfig --name prod", TRY]
    assert json.loads(programs.read(TRY)) == OBJECT


def test_what_was_taken_last_is_not_asked_again_when_a_change_is_set_back(programs: Programs) -> None:
    taken = programs.run(preflight.handler, event("Create"))["PhysicalResourceId"]
    programs.answers = {TRY: [CHANGE]}
    failed = programs.run(preflight.handler, event("Update", taken, Manifest="[]"))
    assert (failed["Status"], failed["PhysicalResourceId"]) == ("FAILED", taken)
    back = programs.run(preflight.handler, event("Update", taken))
    assert (back["Status"], back["PhysicalResourceId"]) == ("SUCCESS", taken)


def test_it_takes_on_the_role_that_it_is_told(programs: Programs) -> None:
    programs.run(preflight.handler, event("Create", RoleArn="arn:aws:iam::111122223333:role/admin"))
    assert any("--role-arn arn:aws:iam::111122223333:role/admin" in " ".join(words) for words, _ in programs._calls())


def test_a_refused_change_is_told_without_the_change(programs: Programs) -> None:
    programs.answers = {TRY: [CHANGE]}
    answer = programs.run(preflight.handler, event("Update"))
    assert answer["Status"] == "FAILED"
    assert answer["Reason"].splitlines()[0] == (
        'The API server refuses it: Error from server (Forbidden): error when patching "STDIN": admission webhook '
        '"hosts.example.com" denied the request: not your host'
    )


def test_a_refused_creation_is_told_as_it_is(programs: Programs) -> None:
    programs.answers = {TRY: [CREATION]}
    answer = programs.run(preflight.handler, event("Create"))
    assert answer["Reason"].startswith(f"The API server refuses it: {CREATION}")


def test_a_webhook_that_cannot_be_tried_is_left_to_the_object_itself(programs: Programs) -> None:
    refusal = (
        'Error from server (BadRequest): error when creating "STDIN": admission webhook "x.example.com" does not support dry run'
    )
    programs.answers = {TRY: [refusal]}
    assert programs.run(preflight.handler, event("Create"))["Status"] == "SUCCESS"


def test_nothing_is_asked_on_delete(programs: Programs) -> None:
    answer = programs.run(preflight.handler, event("Delete"))
    assert (answer["Status"], answer["PhysicalResourceId"]) == ("SUCCESS", "Shop-0123456789abcdef")
    assert programs.calls() == []
