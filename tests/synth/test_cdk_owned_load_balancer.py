"""The example whose load balancer is the app's own: what the controller may do with its target groups, and what waits for what."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest

from tests.synth.apps import FLAGS, ROOT, kubernetes_objects, plain
from tests.synth.test_lint import lint

pytestmark = pytest.mark.newest  # see the example's requirements.txt

EXAMPLE = ROOT / "examples" / "cdk_owned_load_balancer"
OTHER = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/other/0123456789abcdef"


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the example synthesizes to."""
    folder = tmp_path_factory.mktemp("out")
    environment = os.environ | {"CDK_OUTDIR": str(folder), "CDK_CONTEXT_JSON": json.dumps(FLAGS)}
    subprocess.run([sys.executable, "app.py"], cwd=EXAMPLE, env=environment, capture_output=True, check=True)
    return folder


def resources(out: Path, stack: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((out / f"{stack}.template.json").read_text("utf-8"))["Resources"]
    return found


def statements(out: Path) -> Iterator[dict[str, Any]]:
    """All that the controller's role is allowed, in whichever stack."""
    for stack in ("Platform", "Shop"):
        for name, resource in resources(out, stack).items():
            if name.startswith("Ingress") and resource["Type"] in ("AWS::IAM::ManagedPolicy", "AWS::IAM::Policy"):
                yield from resource["Properties"]["PolicyDocument"]["Statement"]


def may(out: Path, action: str, arn: str, tags: dict[str, str]) -> bool:
    """Whether a policy of the role allows an action on a resource with these tags."""
    for statement in statements(out):
        actions, reached = statement["Action"], statement["Resource"]
        if action not in ([actions] if isinstance(actions, str) else actions):
            continue
        if not any(fnmatchcase(arn, plain(x)) for x in (reached if isinstance(reached, list) else [reached])):
            continue
        condition = statement.get("Condition", {})
        assert condition.keys() <= {"StringEquals"}
        wanted = {key.removeprefix("aws:ResourceTag/"): plain(value) for key, value in condition.get("StringEquals", {}).items()}
        if wanted.items() <= tags.items():
            return True
    return False


def target_groups(out: Path) -> list[str]:
    return [
        f"<{name}>"
        for name, resource in resources(out, "Shop").items()
        if resource["Type"] == "AWS::ElasticLoadBalancingV2::TargetGroup"
    ]


@pytest.mark.parametrize("action", ["elasticloadbalancing:RegisterTargets", "elasticloadbalancing:DeregisterTargets"])
def test_the_controller_registers_in_these_target_groups_and_in_no_other(out: Path, action: str) -> None:
    assert len(target_groups(out)) == 2
    for arn in target_groups(out):
        assert may(out, action, arn, {})
    assert not may(out, action, OTHER, {})
    assert not may(out, action, OTHER, {"elbv2.k8s.aws/cluster": "another"})


def test_the_controller_changes_nothing_else_of_them(out: Path) -> None:
    changes = {
        "elasticloadbalancing:ModifyTargetGroup",
        "elasticloadbalancing:ModifyTargetGroupAttributes",
        "elasticloadbalancing:DeleteTargetGroup",
        "elasticloadbalancing:AddTags",
    }
    for arn in target_groups(out):
        assert not {action for action in changes if may(out, action, arn, {})}


def test_each_binding_names_its_target_group_and_lets_in_the_load_balancer(out: Path) -> None:
    bodies = [x for x in kubernetes_objects(resources(out, "Shop")) if x["kind"] == "TargetGroupBinding"]
    assert [x["spec"]["targetGroupARN"] for x in bodies] == target_groups(out)
    assert {x["spec"]["targetType"] for x in bodies} == {"ip"}
    (guard,) = (name for name, x in resources(out, "Shop").items() if x["Type"] == "AWS::EC2::SecurityGroup")
    for body in bodies:
        (rule,) = body["spec"]["networking"]["ingress"]
        assert rule == {
            "from": [{"securityGroup": {"groupID": f"<{guard}.GroupId>"}}],
            "ports": [{"port": 8080, "protocol": "TCP"}],
        }


def test_cfn_lint_finds_only_what_cdk_itself_writes(out: Path) -> None:
    found = lint(*out.glob("*.template.json"))
    assert {match["Rule"]["Id"] for match in found} <= {"W3005"}
    assert not [match for match in found if any("Ingress" in str(part) for part in match["Location"]["Path"])]
