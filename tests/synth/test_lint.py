"""CloudFormation's linter and cdk-nag on the templates."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, Stack, Validations, aws_iam
from cdk_nag import AwsSolutionsChecks

from eks_ingress import EksIngress, Service, TargetGroup
from eks_ingress.controller.permissions import Permissions, policies
from tests.synth.apps import FLAGS, KINDS
from tests.synth.everything import everything


def lint(*templates: Path) -> list[dict[str, Any]]:
    command = [str(Path(sys.executable).with_name("cfn-lint")), "--format", "json", *map(str, templates)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def test_cfn_lint_finds_nothing_in_templates_with_all_words(tmp_path: Path) -> None:
    assembly = everything(App(context=FLAGS, outdir=str(tmp_path))).app.synth()
    assert sorted(stack.id for stack in assembly.stacks) == ["Cart", "Shop"]
    assert lint(*(Path(stack.template_full_path) for stack in assembly.stacks)) == []


def test_no_check_finds_anything_in_an_app_with_all_words() -> None:
    messages = [message.entry.data for stack in everything().app.synth().stacks for message in stack.messages]
    assert messages == []


@pytest.mark.parametrize("kind", ["v2 created", "v1 created"])
def test_cfn_lint_finds_only_what_cdk_itself_writes(kind: str, tmp_path: Path) -> None:
    app = App(context=FLAGS)
    stack = Stack(app, "Shop")
    ingress = EksIngress(stack, "Ingress", cluster=KINDS[kind](stack))
    ingress.add_load_balancer("Shop", namespace="shop").add_route("/", Service("web", 80))
    file = tmp_path / "template.json"
    file.write_text(json.dumps(app.synth().get_stack_by_name("Shop").template), "utf-8")
    found = lint(file)
    # A dependency that a reference implies already, of CDK's own Lambda functions.
    assert {match["Rule"]["Id"] for match in found} <= {"W3005"}
    assert not [match for match in found if any("Ingress" in str(part) for part in match["Location"]["Path"])]


def nag(app: App) -> dict[str, set[str]]:
    """What AwsSolutions finds: rules by the path of the construct."""
    Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    with pytest.raises(RuntimeError, match="ValidationFailed"):
        app.synth()
    report = json.loads((Path(app.outdir) / "validation-report.json").read_text("utf-8"))
    found: dict[str, set[str]] = {}
    for plugin in report["pluginReports"]:
        for violation in plugin["violations"]:
            for construct in violation["violatingConstructs"]:
                found.setdefault(construct["constructPath"], set()).add(violation["ruleName"])
    return found


@pytest.mark.newest
@pytest.mark.parametrize("level", Permissions)
@pytest.mark.parametrize("kind", ["v2 created", "v2 imported", "v1 created"])
def test_cdk_nag_finds_nothing_on_what_eks_ingress_adds(kind: str, level: Permissions, tmp_path: Path) -> None:
    app = App(context=FLAGS, outdir=str(tmp_path))
    stack = Stack(app, "Shop")
    ingress = EksIngress(stack, "Ingress", cluster=KINDS[kind](stack), permissions=level)
    balancer = ingress.add_load_balancer("Shop", namespace="shop")
    balancer.add_route("/", Service("web", 80))
    ours = TargetGroup(name="ours")
    ingress.add_target_group_binding("Bound", namespace="shop", service=Service("web", 80), target_group=ours)
    stack.export_value(balancer.dns_name, name="Address")
    # The same policy without a word of explanation, to see that the pack looks at all.
    (statements,) = policies(Permissions.UPSTREAM, partition=stack.partition, cluster_name="shop")
    bare = [aws_iam.PolicyStatement.from_json(statement) for statement in statements]
    aws_iam.ManagedPolicy(stack, "Bare", statements=bare)
    found = nag(app)
    assert len(found["Shop/Bare/Resource"]) == 9
    assert {path: rules for path, rules in found.items() if path.startswith("Shop/Ingress")} == {}


@pytest.mark.newest
def test_cdk_nag_finds_nothing_on_an_app_with_all_words(tmp_path: Path) -> None:
    shop = everything(App(context=FLAGS, outdir=str(tmp_path)))
    # Without a word of explanation, to see that the pack looks at all.
    wide = aws_iam.PolicyStatement(actions=["s3:*"], resources=["*"])
    aws_iam.ManagedPolicy(shop.stack, "Bare", statements=[wide])
    found = nag(shop.app)
    assert found.keys() == {"Shop/Bare/Resource"}


def test_each_acknowledgement_gives_its_reason() -> None:
    stack = Stack(App(context=FLAGS), "Shop")
    ingress = EksIngress(stack, "Ingress", cluster=KINDS["v2 imported"](stack))
    key = Validations.ACKNOWLEDGED_RULES_METADATA_KEY
    assert ingress.policy is not None
    reasons = [reason for entry in ingress.policy.node.metadata if entry.type == key for reason in entry.data.values()]
    assert len(reasons) == 9
    assert all(len(reason) > 50 for reason in reasons)
