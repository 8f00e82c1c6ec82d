"""The app in this repository, synthesized by the CDK command line as a user does it, its validator on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from eks_ingress.cli import main
from tests.synth.apps import ISSUER, PROVIDER_ARN, ROOT, types
from tests.synth.test_lint import lint

CERTIFICATE = "arn:aws:acm:eu-west-1:111122223333:certificate/12345678-1234-1234-1234-123456789012"


def cdk_synth(folder: Path, out: Path, *context: str) -> subprocess.CompletedProcess[str]:
    command = [str(ROOT / "node_modules/.bin/cdk"), "synth", "--quiet", "--no-notices", "--output", str(out)]
    options = [word for pair in context for word in ("--context", pair)]
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {key: value for key, value in os.environ.items() if key != "CDK_VALIDATION"} | {"PATH": path}
    return subprocess.run([*command, *options], cwd=folder, env=environment, capture_output=True, text=True, check=False)


def template(out: Path, stack: str = "Shop") -> dict[str, Any]:
    found: dict[str, Any] = json.loads((out / f"{stack}.template.json").read_text("utf-8"))
    return found


def errors(*templates: Path) -> list[dict[str, Any]]:
    return [match for match in lint(*templates) if match["Level"] == "Error"]


def test_the_app_makes_a_cluster_that_can_serve_an_ingress(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    done = cdk_synth(ROOT, tmp_path)
    assert done.returncode == 0, done.stderr
    found = types(template(tmp_path)["Resources"])
    for kind in (
        "AWS::EC2::VPC",
        "AWS::EKS::Cluster",
        "AWS::EKS::Nodegroup",
        "AWS::IAM::OIDCProvider",
        "Custom::AWSCDK-EKS-HelmChart",
    ):
        assert found[kind] == 1
    assert found["Custom::AWSCDK-EKS-KubernetesResource"] == 3
    assert errors(tmp_path / "Shop.template.json") == []

    assert main(["plan", str(tmp_path)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "Cluster ${ClusterEB0386A7}",
        "",
        "Load balancer shop.shop, internet-facing",
        "  made of Ingress shop/shop-health-check-ba3da0, shop/shop",
        "",
        "  HTTP 80",
        "    rule  host                  path          then",
        "    1     api.shop.example.com  /*            Service shop/api:80 (ip targets)",
        "    2     any                   /api, /api/*  Service shop/api:80 (ip targets)",
        "    3     any                   /*            Service shop/storefront:80 (ip targets)",
        "    else  any                   any           answer 404",
        "",
        "  Targets",
        "    shop/api:80  health check /healthz",
        "",
        f"Stack Shop: {tmp_path}/Shop.template.json",
    ]


def test_a_certificate_gives_the_app_https(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    done = cdk_synth(ROOT, tmp_path, f"certificate_arn={CERTIFICATE}", "domain=tea.example.com")
    assert done.returncode == 0, done.stderr
    assert template(tmp_path)["Outputs"]["Url"]["Value"]["Fn::Join"][1][0] == "https://"
    assert main(["plan", str(tmp_path)]) == 0
    shown = capsys.readouterr().out
    assert "  HTTP 80  redirect 301 to https://#{host}:443/#{path}?#{query}\n" in shown
    assert f"  HTTPS 443\n    certificate {CERTIFICATE}\n" in shown
    assert "    1     api.tea.example.com  /*  " in shown


@pytest.mark.parametrize("provider", [f"oidc_provider_arn={PROVIDER_ARN}", f"issuer_url=https://{ISSUER}"])
def test_the_app_takes_a_cluster_that_exists(tmp_path: Path, provider: str) -> None:
    done = cdk_synth(ROOT, tmp_path, "cluster=import", "cluster_name=prod", "vpc_id=vpc-12345", provider)
    assert done.returncode == 0, done.stderr
    found = types(template(tmp_path)["Resources"])
    assert found["AWS::EKS::Cluster"] == found["AWS::EC2::VPC"] == 0
    assert found["AWS::IAM::OIDCProvider"] == (1 if "issuer" in provider else 0)
    assert found["AWS::EKS::AccessEntry"] == 1
    assert errors(tmp_path / "Shop.template.json") == []


def test_the_app_says_what_an_import_needs(tmp_path: Path) -> None:
    done = cdk_synth(ROOT, tmp_path, "cluster=import", "cluster_name=prod")
    assert done.returncode != 0
    assert "An imported cluster needs `-c issuer_url=…`." in done.stderr


@pytest.mark.newest
def test_the_flags_are_those_that_the_cdk_recommends() -> None:
    (tarball,) = (file for file in files("aws_cdk").joinpath("_jsii").iterdir() if file.name.endswith(".tgz"))
    with tarfile.open(str(tarball)) as archive:
        member = archive.extractfile("package/recommended-feature-flags.json")
        assert member is not None
        assert json.loads((ROOT / "cdk.json").read_text("utf-8"))["context"] == json.load(member)
