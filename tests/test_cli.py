from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from eks_ingress import __version__
from eks_ingress.cli import main
from tests.commands import run
from tests.manifests.assemblies import applied, ingress, installed, template, write_assembly


def test_a_plan_is_shown_for_each_cluster_and_then_the_templates(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_assembly(
        tmp_path,
        Shop=template(
            Chart=installed({"defaultTargetType": "ip"}),
            A=applied([ingress("web", paths=[("/", "web"), ("/api", "api")])]),
            B=applied([ingress("test")], cluster="test"),
        ),
    )
    assert run("plan", str(tmp_path)) == (
        0,
        f"""\
Cluster prod

Load balancer shop/web, internal
  made of Ingress shop/web

  HTTP 80
    rule  host  path          then
    1     any   /api, /api/*  Service shop/api:80 (ip targets)
    2     any   /*            Service shop/web:80 (ip targets)
    else  any   any           answer 404

Cluster test

Load balancer shop/test, internal
  made of Ingress shop/test

  HTTP 80
    rule  host  path  then
    1     any   /*    Service shop/web:80 (instance targets)
    else  any   any   answer 404

Stack Shop: {tmp_path}/Shop.template.json
""",
        "",
    )


def test_an_app_without_clusters_has_no_load_balancers(tmp_path: Path) -> None:
    write_assembly(tmp_path, Shop=template())
    assert run("plan", str(tmp_path)) == (0, f"Stack Shop: {tmp_path}/Shop.template.json\n", "")


def test_a_plan_that_the_controller_would_refuse_is_shown_and_fails(tmp_path: Path) -> None:
    write_assembly(tmp_path, Shop=template(A=applied([ingress(scheme="public")])))
    code, out, err = run("plan", str(tmp_path))
    assert code == 1
    assert "Ingress shop/web: annotation alb.ingress.kubernetes.io/scheme is 'public'" in out
    assert f"Stack Shop: {tmp_path}/Shop.template.json" in out
    assert err == ""


def test_one_refused_cluster_of_two_is_enough_to_fail(tmp_path: Path) -> None:
    write_assembly(tmp_path, Shop=template(A=applied([ingress(scheme="public")], cluster="a"), B=applied([ingress()], cluster="b")))
    assert main(["plan", str(tmp_path)]) == 1


def test_what_cannot_be_read_is_told_on_the_error_stream(tmp_path: Path) -> None:
    assert run("plan", str(tmp_path)) == (
        2,
        "",
        f"{str(tmp_path)!r} is no cloud assembly: it has no manifest.json.\n    Run `cdk synth` first.\n",
    )


def test_the_assembly_is_looked_for_where_cdk_writes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write_assembly(tmp_path / "cdk.out", Shop=template())
    monkeypatch.chdir(tmp_path)
    assert main(["plan"]) == 0
    assert capsys.readouterr().out == "Stack Shop: cdk.out/Shop.template.json\n"


def test_the_version_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["--version"])
    assert (stopped.value.code, capsys.readouterr().out) == (0, f"eks-ingress {__version__}\n")


@pytest.mark.parametrize("arguments", [[], ["unknown"], ["plan", "a", "b"], ["plan", "--unknown"]])
def test_what_is_no_command_is_refused(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2


def test_the_command_line_loads_neither_cdk_nor_jsii() -> None:
    code = "import sys, eks_ingress.cli; print(sorted({'aws_cdk', 'cdk8s', 'constructs', 'jsii'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
