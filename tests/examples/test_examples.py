"""Every folder of examples/ is an app that a user can take as it is: a new one is found by itself.

What their READMEs tell to run is run by tests/docs.
"""

from __future__ import annotations

import json
import runpy
import sys
from pathlib import Path

import aws_cdk
import cfnlint.api
import pytest
from aws_cdk import App, Stack, Validations, aws_iam
from cdk_nag import AwsSolutionsChecks

from eks_ingress.cli import main
from tests.synth.apps import FLAGS, ROOT

FOLDERS = sorted(path for path in ROOT.glob("examples/*") if path.is_dir())
# One process for all of them: the first app takes several times as long as each one after it.
pytestmark = [pytest.mark.newest, pytest.mark.xdist_group("examples")]


@pytest.fixture(scope="module", params=FOLDERS, ids=lambda folder: folder.name)
def folder(request: pytest.FixtureRequest) -> Path:
    """The folder of an example."""
    return Path(request.param)


@pytest.fixture(scope="module")
def assembly(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What an example synthesizes to, with cdk-nag looking on: the app raises if that finds anything."""
    out = tmp_path_factory.mktemp(folder.name)
    real, loaded = aws_cdk.App, set(sys.modules)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(aws_cdk, "App", lambda **given: watched(real(context=FLAGS, outdir=str(out), **given)))
        patch.chdir(folder)
        patch.syspath_prepend(folder)
        runpy.run_path("app.py", run_name="__main__")
    for name in set(sys.modules) - loaded:  # the next example has modules of the same names
        if str(getattr(sys.modules[name], "__file__", None)).startswith(str(folder)):
            del sys.modules[name]
    return out


def watched(app: App) -> App:
    """The app, with the rules of AwsSolutions."""
    Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    return app


def text(path: Path) -> str:
    return path.read_text("utf-8")


def test_an_example_has_all_that_it_needs_to_be_run(folder: Path) -> None:
    names = {path.name for path in folder.iterdir()}
    assert names >= {"README.md", "app.py", "cdk.json", "cluster_findings.py", "requirements.txt"}
    assert text(folder / "requirements.txt").startswith("eks-ingress[app]\n")
    assert json.loads(text(folder / "cdk.json")) == json.loads(text(ROOT / "cdk.json"))
    assert text(folder / "cluster_findings.py") == text(FOLDERS[0] / "cluster_findings.py")


def test_a_readme_tells_how_to_run_it_and_the_table_has_it(folder: Path) -> None:
    assert "```sh\npip install -r requirements.txt\nnpx aws-cdk@" in text(folder / "README.md")
    assert f"\n| [{folder.name}]({folder.name}) | " in text(ROOT / "examples" / "README.md")


def test_cdk_nag_finds_nothing_that_is_not_explained(assembly: Path) -> None:
    report = assembly / "validation-report.json"
    told = json.loads(text(report)) if report.exists() else {"pluginReports": []}
    assert [plugin["violations"] for plugin in told["pluginReports"] if plugin["violations"]] == []


def test_cfn_lint_finds_only_what_cdk_itself_writes(assembly: Path) -> None:
    templates = list(assembly.rglob("*.template.json"))
    assert templates
    found = [match for template in templates for match in cfnlint.api.lint_file(template)]
    # A dependency that a reference implies already, of CDK's own Lambda functions; the zones of a region that the app names.
    theirs = {"W3005", "W3010"}
    assert [str(match) for match in found if match.rule.id not in theirs or "Ingress" in str(match.path)] == []


def test_its_load_balancers_have_no_error(assembly: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", str(assembly)]) == 0
    shown = capsys.readouterr().out
    assert "\nLoad balancer " in shown or "\nNetwork load balancer " in shown or "Target groups that others made\n" in shown


def test_nothing_is_told_at_synth(assembly: Path) -> None:
    manifests = [json.loads(text(path)) for path in assembly.rglob("manifest.json")]
    told = [
        entry["data"]
        for manifest in manifests
        for artifact in manifest["artifacts"].values()
        for entries in artifact.get("metadata", {}).values()
        for entry in entries
        if entry["type"] in ("aws:cdk:warning", "aws:cdk:error")
    ]
    assert told == []


def test_cdk_nag_looks_at_all(tmp_path: Path) -> None:
    app = watched(App(outdir=str(tmp_path)))
    wide = aws_iam.PolicyStatement(actions=["s3:*"], resources=["*"])
    aws_iam.ManagedPolicy(Stack(app, "Shop"), "Bare", statements=[wide])
    with pytest.raises(RuntimeError, match="ValidationFailed"):
        app.synth()
