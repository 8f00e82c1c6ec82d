"""What readies the controller's release, in the template."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, Environment, Stack, aws_eks_v2
from aws_cdk.assertions import Annotations, Match

from eks_ingress import ChartSource, ControllerVersion, EksIngress, Refused
from tests.controller.charts import folder
from tests.synth.apps import (
    FLAGS,
    KINDS,
    functions,
    kubectl_layer,
    new_app,
    template,
    types,
    v1_created,
    v1_imported,
    v2_created,
    v2_imported,
)
from tests.synth.graph import Graph
from tests.synth.test_lint import lint, nag

REACHABLE = [kind for kind in KINDS if kind != "v2 imported"]
TYPE = "Custom::EksIngressSteward"


def ready(kind: str, **given: Any) -> tuple[App, EksIngress]:
    app = new_app()
    stack = Stack(app, "Shop")
    return app, EksIngress(stack, "Ingress", cluster=KINDS[kind](stack), **given)


def test_by_default_there_is_none() -> None:
    app, _ = ready("v2 created")
    assert TYPE not in types(template(app, "Shop")["Resources"])


@pytest.mark.parametrize("kind", REACHABLE)
def test_it_works_on_the_cluster_as_the_cdk_itself_does(kind: str) -> None:
    app, _ = ready(kind, crds="chart")
    found = functions(app)
    (twin,) = (made for said, made in found.items() if said.startswith("onEvent handler for EKS kubectl"))
    ours = found["EksIngress: readies the controller's release"]
    for name in ("Role", "Layers", "Runtime", "VpcConfig", "Environment", "MemorySize", "Timeout"):
        assert ours.get(name) == twin.get(name), name
    assert "LogGroup" in ours["LoggingConfig"]


@pytest.mark.parametrize("kind", REACHABLE)
def test_it_runs_before_the_release_when_the_cluster_can_be_reached(kind: str) -> None:
    app, _ = ready(kind, crds="chart")
    graph = Graph(app)
    (steward,) = graph.of_type(TYPE)
    (release,) = graph.of_type("Custom::AWSCDK-EKS-HelmChart")
    assert steward in graph.waits_for(release)
    # The role, since the values of the release name it; of the rest nothing.
    assert {name for _, name in graph.waits_for(steward) if name.startswith("Ingress")} == {"IngressRole", "IngressPolicy"}
    if "created" in kind or "Fargate" in kind:
        assert any("KubectlReadyBarrier" in name for _, name in graph.waits_for(steward))


def test_it_is_told_the_release_and_where_its_chart_is() -> None:
    app, _ = ready("v1 imported", crds="chart", version=ControllerVersion.V3_4_0, namespace="ingress")
    resources = template(app, "Shop")["Resources"]
    told, release = (resources[name]["Properties"] for name in ("IngressSteward", "IngressChart"))
    # The values are there so that it runs again whenever the release changes.
    for name in ("Release", "Namespace", "Chart", "Repository", "Version", "RoleArn", "Values"):
        assert told[name] == release[name], name
    assert (told["Version"], told["Namespace"], told["Cluster"], told["Definitions"]) == ("3.4.0", "ingress", "prod", "keep")


def test_definitions_go_on_destroy_where_that_is_asked() -> None:
    app, _ = ready("v1 imported", crds="chart", keep_crds=False)
    assert template(app, "Shop")["Resources"]["IngressSteward"]["Properties"]["Definitions"] == "remove"


def test_a_release_is_recovered_without_definitions_too() -> None:
    app, _ = ready("v1 imported", recover_release=True)
    assert "Definitions" not in template(app, "Shop")["Resources"]["IngressSteward"]["Properties"]


def test_a_chart_that_is_an_asset_may_be_read_before(tmp_path: Path) -> None:
    app = new_app()
    stack = Stack(app, "Shop", env=Environment(region="eu-west-1", account="111122223333"))
    EksIngress(stack, "Ingress", cluster=v2_created(stack), chart=ChartSource.asset(folder(tmp_path)), crds="chart")
    resources = template(app, "Shop")["Resources"]
    told = resources["IngressSteward"]
    assert told["Properties"]["ChartAssetURL"] == resources["IngressChart"]["Properties"]["ChartAssetURL"]
    assert not {"Chart", "Repository", "Version"} & told["Properties"].keys()
    assert any("HandlerServiceRoleDefaultPolicy" in name for name in told["DependsOn"])


def test_its_code_is_its_own_files_and_no_more() -> None:
    app, _ = ready("v2 created", crds="chart")
    key = functions(app)["EksIngress: readies the controller's release"]["Code"]["S3Key"]
    staged = Path(app.outdir) / f"asset.{key.removesuffix('.zip')}"
    assert sorted(str(file.relative_to(staged)) for file in staged.rglob("*") if file.is_file()) == [
        "functions/__init__.py",
        "functions/answer.py",
        "functions/programs.py",
        "functions/steward.py",
    ]


def test_another_stack_imports_nothing_of_it_but_its_name() -> None:
    app = new_app()
    platform, team = Stack(app, "Platform"), Stack(app, "Team")
    cluster = v2_created(platform)
    EksIngress(team, "Ingress", cluster=cluster, crds="chart")
    exports = template(app, "Platform")["Outputs"]
    assert [name for name in exports if "Steward" in name] != []
    assert not [name for name in exports if re.search("Layer|SecurityGroup|Subnet", name)]
    assert "AWS::Lambda::Function" not in types(template(app, "Team")["Resources"])


@pytest.mark.parametrize(("asked", "words"), [({"crds": "chart"}, "crds='chart'"), ({"recover_release": True}, "recover_release")])
def test_a_cluster_whose_kubectl_provider_is_imported_is_refused(asked: dict[str, Any], words: str) -> None:
    stack = Stack(new_app(), "Shop")
    cluster = v2_imported(stack)
    before = len(stack.node.find_all())
    with pytest.raises(Refused, match=rf"(?s)cluster 'Shop/Cluster' has an imported kubectl provider.*can be made for {words}"):
        EksIngress(stack, "Ingress", cluster=cluster, **asked)
    assert len(stack.node.find_all()) == before


def test_an_imported_cluster_takes_a_provider_that_the_app_makes() -> None:
    app = new_app()
    stack = Stack(app, "Shop")
    known = aws_eks_v2.Cluster.from_cluster_attributes(stack, "Known", cluster_name="prod")
    kubectl = aws_eks_v2.KubectlProvider(stack, "Own", cluster=known, kubectl_layer=kubectl_layer(stack))
    EksIngress(stack, "Ingress", cluster=v2_imported(stack, kubectl_provider=kubectl), crds="chart")
    assert "EksIngress: readies the controller's release" in functions(app)


def test_the_definitions_need_no_warning_then() -> None:
    _, ingress = ready("v1 imported", crds="chart", version=ControllerVersion.V3_4_3)
    assert Annotations.from_stack(Stack.of(ingress)).find_warning("*", Match.any_value()) == []


@pytest.mark.parametrize("make", [v2_created, v1_created])
def test_an_undone_release_fits_into_the_life_of_the_function_that_runs_helm(make: Any) -> None:
    app = new_app()
    stack = Stack(app, "Shop")
    EksIngress(stack, "Ingress", cluster=make(stack))
    release = template(app, "Shop")["Resources"]["IngressChart"]["Properties"]["Timeout"]
    (life,) = (made["Timeout"] for said, made in functions(app).items() if said.startswith("onEvent handler for EKS kubectl"))
    # Helm waits as long for what it undoes; then there must be time for all that is no waiting.
    assert life - 2 * int(release.removesuffix("s")) >= 60


@pytest.mark.newest
@pytest.mark.parametrize("make", [v2_created, v1_imported])
def test_neither_cfn_lint_nor_cdk_nag_finds_anything_of_it(make: Any, tmp_path: Path) -> None:
    app = App(context=FLAGS, outdir=str(tmp_path))
    stack = Stack(app, "Shop")
    EksIngress(stack, "Ingress", cluster=make(stack), crds="chart")
    found = nag(app)
    assert found
    assert not [path for path in found if "Steward" in path or path.startswith("Shop/Ingress")]
    files = [*tmp_path.glob("*.template.json")]
    assert not [match for match in lint(*files) if any("Steward" in str(part) for part in match["Location"]["Path"])]
