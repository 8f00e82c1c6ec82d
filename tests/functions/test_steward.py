"""The function that readies a release, with programs that say what Helm 4.1 and kubectl 1.35 do."""

from __future__ import annotations

import json
import time
import zipfile
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from eks_ingress.functions import steward
from tests.functions.programs import Programs

NOW = 1_800_000_000
LOG_IN = "aws eks update-kubeconfig --name prod"
LOOK = "kubectl get secrets"
DEFINITIONS = (
    "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  name: targetgroupbindings.elbv2.k8s.aws\n"
)
PROPERTIES = {
    "Cluster": "prod",
    "Release": "aws-load-balancer-controller",
    "Namespace": "kube-system",
    "Chart": "aws-load-balancer-controller",
    "Repository": "https://aws.github.io/eks-charts",
    "Version": "3.5.0",
    "Values": "{}",
}


class Clock:
    """Time that passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = NOW

    def time(self) -> float:
        return self.now

    def sleep(self, seconds: int) -> None:
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(
        steward,
        "time",
        SimpleNamespace(time=clock.time, sleep=clock.sleep, strftime=time.strftime, strptime=time.strptime, gmtime=time.gmtime),
    )
    return clock


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: Clock) -> Programs:
    monkeypatch.setenv("PATH", str(tmp_path))
    return Programs(tmp_path)


def event(asked: str = "Update", **properties: Any) -> dict[str, Any]:
    known = {} if asked == "Create" else {"PhysicalResourceId": "prod"}
    return {"RequestType": asked, **known, "ResourceProperties": PROPERTIES | properties}


def revisions(*found: tuple[int, str, int]) -> str:
    """The Secrets of a release: revision, status and how many seconds ago it was touched."""
    return "".join(
        f'{{"modifiedAt":"1","name":"aws-load-balancer-controller","owner":"helm","status":"{status}","version":"{number}"}}\t'
        f"{time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime(NOW - ago))}\n"
        for number, status, ago in found
    )


def changed(programs: Programs) -> list[str]:
    """What was run besides logging in and looking."""
    return [line for line in programs.calls() if not line.startswith((LOG_IN, LOOK))]


@pytest.mark.parametrize("found", ["", revisions((1, "deployed", 0)), revisions((1, "superseded", 9000), (2, "failed", 0))])
def test_a_release_that_helm_can_go_on_from_is_left_alone(programs: Programs, found: str) -> None:
    programs.answers = {LOOK: [found]}
    assert programs.run(steward.handler, event())["Status"] == "SUCCESS"
    assert changed(programs) == []


@pytest.mark.parametrize("status", ["pending-install", "uninstalling"])
def test_a_first_install_that_was_broken_off_is_uninstalled_as_helm_itself_does(programs: Programs, status: str) -> None:
    programs.answers = {LOOK: [revisions((1, status, 1000))]}
    assert programs.run(steward.handler, event())["Status"] == "SUCCESS"
    assert changed(programs) == ["helm uninstall aws-load-balancer-controller --wait --timeout 120s --namespace kube-system"]


@pytest.mark.parametrize("status", ["pending-upgrade", "pending-rollback"])
def test_an_upgrade_that_was_broken_off_is_rolled_back_to_what_runs(programs: Programs, status: str) -> None:
    programs.answers = {
        LOOK: [revisions((9, "superseded", 9999), (10, "deployed", 9000), (11, "failed", 5000), (12, status, 1000))]
    }
    assert programs.run(steward.handler, event())["Status"] == "SUCCESS"
    assert changed(programs) == ["helm rollback aws-load-balancer-controller 10 --namespace kube-system"]


def test_a_rollback_that_ended_before_it_could_say_so_goes_to_the_last_that_ran(programs: Programs) -> None:
    programs.answers = {LOOK: [revisions((1, "superseded", 9999), (2, "superseded", 9000), (3, "pending-rollback", 1000))]}
    programs.run(steward.handler, event())
    assert changed(programs) == ["helm rollback aws-load-balancer-controller 2 --namespace kube-system"]


def test_an_upgrade_of_what_never_ran_is_forgotten(programs: Programs) -> None:
    programs.answers = {LOOK: [revisions((1, "failed", 9999), (2, "pending-upgrade", 1000))]}
    assert programs.run(steward.handler, event())["Status"] == "SUCCESS"
    assert changed(programs) == ["kubectl delete secret sh.helm.release.v1.aws-load-balancer-controller.v2 --namespace kube-system"]


def test_whoever_may_still_work_on_it_is_waited_for(programs: Programs, clock: Clock) -> None:
    programs.answers = {LOOK: [revisions((1, "deployed", 9000), (2, "pending-upgrade", 930))]}
    assert programs.run(steward.handler, event())["Status"] == "SUCCESS"
    assert changed(programs) == ["helm rollback aws-load-balancer-controller 1 --namespace kube-system"]
    assert 930 + clock.now - NOW == 16 * 60


def test_what_ends_well_meanwhile_is_left_alone(programs: Programs, clock: Clock) -> None:
    programs.answers = {LOOK: [revisions((1, "pending-install", 300)), revisions((1, "deployed", 0))]}
    assert programs.run(steward.handler, event())["Status"] == "SUCCESS"
    assert (changed(programs), clock.now - NOW) == ([], 10)


def test_what_is_too_young_to_be_waited_for_is_said_with_its_time(programs: Programs) -> None:
    programs.answers = {LOOK: [revisions((1, "pending-install", 0))]}
    told = programs.run(steward.handler, event())
    assert (told["Status"], told["PhysicalResourceId"], changed(programs)) == ("FAILED", "prod", [])
    assert told["Reason"].startswith(
        "Release 'aws-load-balancer-controller' is pending-install since 08:00:00 UTC, and somebody may still be working on it. "
        "Deploy again after 08:16:00 UTC: what is left of it then is undone."
    )


def test_definitions_of_the_chart_are_applied_server_side_and_waited_for(programs: Programs) -> None:
    programs.answers = {"helm show crds": [DEFINITIONS]}
    assert programs.run(steward.handler, event("Create", Definitions="keep")) == {
        "Status": "SUCCESS",
        "Reason": "",
        "PhysicalResourceId": "prod",
        "StackId": "stack",
        "RequestId": "1",
        "LogicalResourceId": "IngressSteward",
    }
    assert changed(programs) == [
        "helm show crds aws-load-balancer-controller --repo https://aws.github.io/eks-charts --version 3.5.0",
        "kubectl apply --server-side --force-conflicts --field-manager helm --filename -",
        "kubectl wait --for=condition=Established --timeout=60s --filename -",
    ]
    assert programs.read("kubectl apply") == programs.read("kubectl wait") == DEFINITIONS


STORED = (
    'Error from server (Invalid): CustomResourceDefinition.apiextensions.k8s.io "listenerruleconfigurations.gateway.k8s.aws" is '
    'invalid: status.storedVersions[1]: Invalid value: "v1": missing from spec.versions; v1 was previously a storage version'
)


def test_definitions_of_a_newer_chart_stay_where_objects_may_be_stored_in_them(programs: Programs) -> None:
    programs.answers = {"helm show crds": [DEFINITIONS], "kubectl apply": [f"{STORED}\nWarning: unrecognized format"]}
    assert programs.run(steward.handler, event(Definitions="keep"))["Status"] == "SUCCESS"
    assert changed(programs)[-1].startswith("kubectl wait")


def test_definitions_that_are_refused_for_another_reason_are_told(programs: Programs) -> None:
    refused = f"{STORED}\nError from server (Forbidden): customresourcedefinitions.apiextensions.k8s.io is forbidden"
    programs.answers = {"helm show crds": [DEFINITIONS], "kubectl apply": [refused]}
    told = programs.run(steward.handler, event(Definitions="keep"))
    assert (told["Status"], "is forbidden" in told["Reason"]) == ("FAILED", True)


def test_a_chart_in_a_private_registry_is_read_after_signing_in(programs: Programs) -> None:
    address = "oci://111122223333.dkr.ecr.eu-west-1.amazonaws.com/charts/aws-load-balancer-controller"
    programs.answers = {"aws ecr": ["secret\n"], "helm show crds": [DEFINITIONS]}
    programs.run(steward.handler, event(Repository=address, Definitions="keep"))
    assert changed(programs)[:3] == [
        "aws ecr get-login-password --region eu-west-1",
        "helm registry login --username AWS --password-stdin 111122223333.dkr.ecr.eu-west-1.amazonaws.com",
        f"helm show crds {address} --version 3.5.0",
    ]
    assert programs.read("helm registry") == "secret\n"


def test_a_chart_in_a_public_registry_is_read_without(programs: Programs) -> None:
    address = "oci://public.ecr.aws/eks/aws-load-balancer-controller"
    programs.answers = {"helm show crds": [DEFINITIONS]}
    programs.run(steward.handler, event(Repository=address, Definitions="keep"))
    assert changed(programs)[0] == f"helm show crds {address} --version 3.5.0"


def test_a_chart_that_is_an_asset_is_unpacked(programs: Programs) -> None:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("Chart.yaml", "name: x")
    programs.answers = {"aws s3 cp": [packed.getvalue().hex()], "helm show crds": [DEFINITIONS]}
    asset = {name: value for name, value in PROPERTIES.items() if name not in ("Chart", "Repository", "Version")}
    asked = event() | {"ResourceProperties": asset | {"ChartAssetURL": "s3://bucket/key.zip", "Definitions": "keep"}}
    assert programs.run(steward.handler, asked)["Status"] == "SUCCESS"
    fetched, shown = changed(programs)[:2]
    assert fetched.startswith("aws s3 cp s3://bucket/key.zip /")
    assert shown.startswith("helm show crds /")
    assert shown.endswith("/chart")


def test_a_chart_without_definitions_is_told(programs: Programs) -> None:
    programs.answers = {"helm show crds": [""]}
    told = programs.run(steward.handler, event(Definitions="keep"))
    assert told["Status"] == "FAILED"
    assert "holds no custom resource definitions: take crds='chart' out" in told["Reason"]


def test_a_cluster_of_aws_eks_is_entered_under_its_role(programs: Programs) -> None:
    programs.run(steward.handler, event(RoleArn="arn:aws:iam::111122223333:role/kubectl"))
    line = json.loads((programs.folder / "calls").read_text().splitlines()[0])[0]
    assert line[:5] == LOG_IN.split()
    assert line[-2:] == ["--role-arn", "arn:aws:iam::111122223333:role/kubectl"]


def test_on_destroy_nothing_is_asked_of_the_cluster(programs: Programs) -> None:
    assert programs.run(steward.handler, event("Delete", Definitions="keep"))["Status"] == "SUCCESS"
    assert programs.calls() == []


def test_definitions_that_are_not_kept_go_on_destroy(programs: Programs) -> None:
    programs.answers = {"helm show crds": [DEFINITIONS]}
    assert programs.run(steward.handler, event("Delete", Definitions="remove"))["Status"] == "SUCCESS"
    assert changed(programs)[1:] == ["kubectl delete --ignore-not-found --timeout=10m --filename -"]


def test_what_was_never_made_is_not_deleted(programs: Programs) -> None:
    programs.answers = {LOG_IN: ["Error: no cluster found for name: prod."]}
    told = programs.run(steward.handler, event("Create", Definitions="remove"))
    assert told["Status"] == "FAILED"
    assert told["Reason"] == "aws eks update-kubeconfig failed: Error: no cluster found for name: prod.\nLog stream: stream"
    gone = event("Delete", Definitions="remove") | {"PhysicalResourceId": told["PhysicalResourceId"]}
    assert programs.run(steward.handler, gone)["Status"] == "SUCCESS"
    assert changed(programs) == []


def test_a_long_complaint_keeps_its_beginning_and_its_end(programs: Programs) -> None:
    programs.answers = {"helm show crds": [DEFINITIONS], "kubectl apply": ["Error: first " + "ä" * 9000 + " last"]}
    told = programs.run(steward.handler, event(Definitions="keep"))
    assert told["Reason"].startswith("kubectl apply --server-side failed: Error: first ä")
    assert told["Reason"].endswith("ä last\nLog stream: stream")
